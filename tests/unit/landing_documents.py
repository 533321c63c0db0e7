"""Small documents of every kind, and the helpers that land them, for the landing tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from tracetonne.landing.read_document import HEAD_BYTES
from tracetonne.landing.reader import Source
from tracetonne.settings import Home

BILL_HEADING = (
    "電號,帳單號碼,帳單別,計費年月,計費起日,計費迄日,經常契約容量,尖峰度數,半尖峰度數,週六半尖峰度數,"
    "離峰度數,總度數,功率因數,總電費"
)
BILL_ROW = (
    "05-12-3456-78-9,B1140101,一般,114/01,114/01/01,114/01/31,1200,10000,20000,3000,17000,50000,98,180000"
)
LEDGER_HEADING = "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note"
LEDGER_ROW = "2025-01-02,B1,carbon_screws,C1,1000.5,12,WIRE-ROD-CARBON,1015,早班"
METER_HEADING = "meter,interval_start,consumption_kwh,quality"


def bill(*rows: str, codec: str = "cp950") -> bytes:
    """Return a Taipower bill export."""
    return ("\r\n".join((BILL_HEADING, *(rows or (BILL_ROW,)))) + "\r\n").encode(codec)


def ledger(*rows: str) -> bytes:
    """Return a production ledger."""
    return ("\n".join((LEDGER_HEADING, *(rows or (LEDGER_ROW,)))) + "\n").encode()


def meter(*rows: str, bom: bool = True) -> bytes:
    """Return a meter export."""
    text = "\n".join((METER_HEADING, *rows)) + "\n"
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode()


def meter_day(meter_code: str = "M-MAIN", day: str = "2025-01-01") -> list[str]:
    """Return the 96 readings of a day, 0.25 kWh more each."""
    return [
        f"{meter_code},{day} {index // 4:02d}:{index % 4 * 15:02d},{index * 0.25:.3f},A"
        for index in range(96)
    ]


def invoice(
    number: str = "AB12345678",
    *,
    quantity: str = "1500",
    remark: str = "計費期間 2025/01/01-2025/01/31",
    message: str = "F0401",
    version: str = "4.1",
    extra: str = "",
) -> bytes:
    """Return an issued e-invoice with one line of natural gas."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:GEINV:eInvoiceMessage:{message}:{version}">
  <Main>
    <InvoiceNumber>{number}</InvoiceNumber><InvoiceDate>20250205</InvoiceDate><InvoiceTime>10:00:00</InvoiceTime>
    <Seller><Identifier>12345675</Identifier><Name>氣體公司</Name></Seller>
    <Buyer><Identifier>24634102</Identifier><Name>螺絲廠</Name></Buyer>
    <MainRemark>{remark}</MainRemark><InvoiceType>07</InvoiceType>
  </Main>
  <Details>
    <ProductItem><Description>天然氣</Description><Quantity>{quantity}</Quantity><Unit>度</Unit>
      <UnitPrice>20</UnitPrice><Amount>30000</Amount><SequenceNumber>001</SequenceNumber></ProductItem>{extra}
  </Details>
  <Amount><SalesAmount>30000</SalesAmount><TaxType>1</TaxType><TaxRate>0.05</TaxRate>
    <TaxAmount>1500</TaxAmount><TotalAmount>31500</TotalAmount></Amount>
</Invoice>
""".encode()


def home_at(root: Path) -> Home:
    """Return a home in a folder of the test."""
    return Home(root=root, exports=root / "exports")


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write a document and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def source_of(path: Path, scratch: Path, lines: Callable[[], int] | None = None) -> Source:
    """Return a document as a reader gets it."""
    content = path.read_bytes()
    scratch.mkdir(parents=True, exist_ok=True)
    return Source(path, path.name, content[:HEAD_BYTES], len(content), scratch, lines)


def rows_of(home: Home, table: str, site: str, evidence_id: str) -> list[dict[str, object]]:
    """Return what landed of a document in a table."""
    path = home.landing / table / f"site={site}" / f"{evidence_id}.parquet"
    return pq.read_table(path, partitioning=None).to_pylist() if path.exists() else []
