"""A good document of every kind, small enough to be damaged a thousand times."""

from __future__ import annotations

import csv
import datetime
import functools
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from corpora import CORPORA
from landing_documents import invoice, meter, meter_day, source_of
from pdf_documents import Bill, printed

from tracetonne.forms import write_form
from tracetonne.landing import store, supplier_request
from tracetonne.landing.cbam_supplier import SUMMARY as SUMMARY_SHEET
from tracetonne.landing.contract import Column, ContractReader
from tracetonne.landing.kinds import READERS
from tracetonne.landing.master_sheets import MANUAL_ENTRY
from tracetonne.landing.read_document import Choice, choose, read_document, rejected, rejections_for
from tracetonne.landing.reader import Reader, Reading, Source
from tracetonne.landing.reject import unreadable
from tracetonne.master_data import MANUAL_GUIDE
from tracetonne.supplier_request import GUIDE as REQUEST_GUIDE

ROOT = Path(__file__).resolve().parents[2]
_LARGEST = 150_000

UBL = b"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>INV-1</cbc:ID>
  <cbc:IssueDate>2025-02-05</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>DE123456789</cbc:CompanyID>
    <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="KWH">1000</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">100</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Strom</cbc:Name></cac:Item></cac:InvoiceLine>
</Invoice>"""
GREEN_BUTTON = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="ReadingType/7"/><content>
<ReadingType xmlns="http://naesb.org/espi"><flowDirection>1</flowDirection>
<powerOfTenMultiplier>3</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry>
<entry><link rel="self" href="UsagePoint/5/MeterReading/1"/><link rel="related" href="ReadingType/7"/>
<content><MeterReading xmlns="http://naesb.org/espi"/></content></entry>
<entry><link rel="self" href="UsagePoint/5/MeterReading/1/IntervalBlock/1"/>
<link rel="up" href="UsagePoint/5/MeterReading/1/IntervalBlock"/><content>
<IntervalBlock xmlns="http://naesb.org/espi"><IntervalReading><timePeriod><duration>900</duration>
<start>1735689600</start></timePeriod><value>5</value></IntervalReading><IntervalReading>
<ReadingQuality><quality>8</quality></ReadingQuality><timePeriod><duration>900</duration>
<start>1735690500</start></timePeriod><value>6</value></IntervalReading></IntervalBlock></content></entry></feed>"""
NEM12 = "\n".join(
    (
        "100,NEM12,202501020000,MDA1,Ret1",
        "200,NMI1,E1,1,E1,N1,SERIAL,kWh,30,",
        ",".join(("300", "20250101", *("1.5",) * 48, "A", "", "", "20250102000000", "")),
        "900\n",
    )
).encode()
AMI = {
    "meter": "05123456789",
    "date": "2025-01-31",
    "listAMIBase15MinData": [
        {"time": f"{n // 4:02d}:{n % 4 * 15:02d}", "power": 1.25, "isMssingData": 0} for n in range(96)
    ],
}
SODA4LCA = {
    "processInformation": {
        "dataSetInformation": {"UUID": "11111111-2222-3333-4444-555555555555"},
        "time": {"dataSetValidUntil": 2028},
    },
    "LCIAResults": {
        "LCIAResult": [
            {
                "referenceToLCIAMethodDataSet": {"refObjectId": "6a37f984-a4b3-458a-a20a-64418c145fa2"},
                "other": {"anies": [{"module": "A1", "value": "4.7E-4"}, {"module": "A2", "value": "MND"}]},
            }
        ]
    },
}
PACT = {
    "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "specVersion": "3.0.0", "created": "2026-01-15T08:00:00Z",
    "status": "Active", "companyName": "Wire Works", "companyIds": ["urn:company:wire-works"],
    "productDescription": "Wire rod", "productIds": ["urn:product:rod"], "productNameCompany": "Rod 8 mm",
    "pcf": {
        "declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "1000",
        "productMassPerDeclaredUnit": "1000", "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z", "pcfExcludingBiogenicUptake": "1850.5",
        "pcfIncludingBiogenicUptake": "1850.5", "fossilGhgEmissions": "1850.5", "fossilCarbonContent": "0",
        "ipccCharacterizationFactors": ["AR6"], "crossSectoralStandards": ["ISO14067"],
        "exemptedEmissionsPercent": "0",
    },
}  # fmt: skip
CATENA_X = {
    "specVersion": "urn:io.catenax.pcf:datamodel:version:7.0.0",
    "id": "3893bb5d-da16-4dc1-9185-000000000007", "version": 0, "created": "2025-05-22T21:47:32Z",
    "extWBCSD_pfStatus": "Active", "companyName": "Wire Works", "productName": "Rod",
    "pcf": {
        "declaredUnit": "kilogram", "unitaryProductAmount": 1000.0, "productMassPerDeclaredUnit": 1000.0,
        "pcfExcludingBiogenic": 1900.0, "referencePeriodStart": "2025-01-01T00:00:01Z",
        "referencePeriodEnd": "2025-12-31T23:59:59Z",
    },
}  # fmt: skip
DECISION = {
    "tracetonne": "decision", "decision_id": "D", "decision": "withdraw", "subject": "x", "reason": "r",
    "author": "a", "decided_on": "2025-01-01",
}  # fmt: skip
ORIGIN = {
    "tracetonne": "document_origin", "connector": "c", "connector_kind": "folder", "remote_location": "/x",
    "documents": [
        {
            "sha256": "0" * 64, "file_name": "a.xml", "fetched_at": "2025-01-01T00:00:00Z",
            "remote_path": "a.xml",
        }
    ],
}  # fmt: skip


def zip_of(members: dict[str, bytes]) -> bytes:
    """Return an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


ENTRY = {
    "entry": "E-1", "material": "GAS", "quantity_name": "consumption", "value": 5, "unit": "kg",
    "period_start": "2025-01-01", "period_end": "2025-02-01", "reason": "bill late", "author": "A",
    "approver": "B",
}  # fmt: skip


def _manual_entry() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entry.xlsx"
        return write_form(path, MANUAL_GUIDE, (MANUAL_ENTRY,), {"manual_entry": [ENTRY]}).read_bytes()


ANSWERED = {
    "material": "ROD", "cn_code": "72139110", "installation": "Works", "country_code": "TW",
    "valid_from": "2026-01-01", "last_day": "2026-12-31", "see_direct": 1.9, "see_direct_unit": "tCO2e/t",
    "see_direct_source": "Measured",
}  # fmt: skip
SUMMARY = {
    "D12": "Name of the installation (English name):", "G12": "Works", "D20": "Reporting period start:",
    "G20": "2025-01-01", "D21": "Reporting period end:", "G21": "2025-12-31", "F25": "CN Codes",
    "I25": "SEE (direct)", "L25": "Unit", "F26": "72139110", "I26": 1.9, "L26": "tCO2e/t",
}  # fmt: skip


def _answer() -> bytes:
    asked = supplier_request.Requested("REQ-1", "Steel", "works", "2026-01-01", "2026-12-31", {"ROD": ""})
    with tempfile.TemporaryDirectory() as folder:
        return write_form(
            Path(folder) / "answer.xlsx",
            REQUEST_GUIDE,
            (supplier_request.ANSWER,),
            {supplier_request.ANSWER.name: [ANSWERED]},
            hidden=(supplier_request.HIDDEN, asked.entries()),
        ).read_bytes()


def _summary() -> bytes:
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet(SUMMARY_SHEET)
    for place, value in SUMMARY.items():
        sheet.write(place, value)
    book.close()
    return packed.getvalue()


HISTORIAN = "\n".join(
    (
        "tag,timestamp,value,unit,quality",
        *(f"K1,2025-01-01 {n:02d}:00:00,{n}.5,kWh,{'Bad' if n == 3 else 'Good'}" for n in range(24)),
        "",
    )
).encode()
STEEL = b"""\xef\xbb\xbfdate,Usage_kWh,Lagging_Current_Reactive.Power_kVarh,\
Leading_Current_Reactive_Power_kVarh,\
CO2(tCO2),Lagging_Current_Power_Factor,Leading_Current_Power_Factor,NSM,WeekStatus,Day_of_week,Load_Type
01/01/18 0:15,3.17,2.95,0,0,73.21,100,900,Weekday,Monday,Light_Load
01/01/18 0:30,4,4.46,0,0,66.77,100,1800,Weekday,Monday,Light_Load
"""


GAS_REGISTER = b"""gas_meter,read_at,register_m3,quality
G1,2025-03-01 08:00,99950.0,A
G1,2025-04-01 08:00,50.0,E
"""


def _parquet() -> bytes:
    rows = csv.DictReader(HISTORIAN.decode().splitlines())
    written = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist(
            [
                {
                    **row,
                    "timestamp": datetime.datetime.fromisoformat(row["timestamp"]),
                    "value": float(row["value"]),
                }
                for row in rows
            ]
        ),
        written,
    )
    return written.getvalue()


def _letter() -> bytes:
    """Return a PDF with text that no template knows."""
    return printed(finish=lambda canvas: canvas.drawString(60, 700, "Dear customer, your meter was read."))


SOURCES = b"""\
year,source,source_name,method,gas,equipment,quantity,unit,data_source,recorded_on,note
2025,CHILLER-1,Chiller,leak_rate,R-410A,chiller,25,kg,nameplate,2026-01-15,
2025,SEPTIC,Septic tank,septic_tank,,,"100,000",person-day,attendance,2026-01-15,
"""
MADE: dict[str, Callable[[], bytes]] = {
    "supplier_request": _answer,
    "cbam_supplier": _summary,
    "einvoice": invoice,
    "invoice": lambda: UBL,
    "invoice_archive": lambda: zip_of({"a.xml": invoice(), "b/c.xml": UBL}),
    "meter_csv": lambda: meter(*meter_day()),
    "green_button": lambda: GREEN_BUTTON,
    "nem12": lambda: NEM12,
    "taipower_ami": lambda: json.dumps(AMI).encode(),
    "epd_soda4lca": lambda: json.dumps(SODA4LCA).encode(),
    "pcf_pact": lambda: json.dumps(PACT).encode(),
    "pcf_catenax": lambda: json.dumps(CATENA_X).encode(),
    "decision": lambda: json.dumps(DECISION).encode(),
    "document_origin": lambda: json.dumps(ORIGIN).encode(),
    "manual_entry": _manual_entry,
    "gas_register_m3": lambda: GAS_REGISTER,
    "historian_long": lambda: HISTORIAN,
    "historian_long_parquet": _parquet,
    "uci_steel_industry": lambda: STEEL,
    "taipower_pdf_bill": lambda: printed(Bill()),
    "pdf_bill": _letter,
    "inventory_source": lambda: SOURCES,
}


def _cell(column: Column, last_day: str) -> str:
    if column.values:
        return next(iter(column.values))
    return {
        "date": "2025-01-31" if column.name == last_day else "2025-01-01",
        "month": "2025-01", "number": "1", "quantity": "1",
        "word": next(iter(column.words), ""), "unit": "kg", "code": "A1",
    }.get(column.type, "text")  # fmt: skip


def _table(reader: ContractReader) -> bytes:
    """Return an export of one record as its contract describes it."""
    columns = reader.contract.columns
    cells = [_cell(column, reader.contract.period_to) for column in columns]
    lines = [",".join(column.name for column in columns), ",".join(cells)]
    return ("\n".join(lines) + "\n").encode()


@functools.cache
def _real() -> dict[str, bytes]:
    """Return the smallest file of each kind among the samples and, where they are there, the corpora."""
    found: dict[str, bytes] = {}
    for path in sorted(_files(), key=lambda path: (path.stat().st_size, str(path))):
        with tempfile.TemporaryDirectory() as folder:
            reader = choose(READERS, source_of(path, Path(folder))).reader
            if reader and reader.kind not in found and _lands(reader, path.read_bytes(), Path(folder)):
                found[reader.kind] = path.read_bytes()
    return found


def _lands(reader: Reader, content: bytes, folder: Path) -> bool:
    _, counts = read_and_write(reader, content, folder)
    return any(count for table, count in counts.items() if table != "rejected_record")


def _files() -> Iterator[Path]:
    for folder in (ROOT / "raw_samples", CORPORA):
        for path in folder.rglob("*"):
            if path.is_file() and path.name != "source.yml" and path.stat().st_size <= _LARGEST:
                yield path
    # The only kind whose smallest document is large.
    yield from (CORPORA / "cbam-template").glob("1 CBAM SEE*Cement*.xlsx")


def samples(reader: Reader) -> list[bytes]:
    """Return good documents of a kind: one made here, and a real one where there is one."""
    found = [MADE[reader.kind]()] if reader.kind in MADE else []
    if reader.kind in _real():
        found.append(_real()[reader.kind])
    if not found and isinstance(reader, ContractReader):
        found.append(_table(reader))
    return found[:2]


def read_and_write(reader: Reader, content: bytes, folder: Path) -> tuple[Reading, dict[str, int]]:
    """Read a document by this reader and write its tables, as landing does.

    Returns:
        What was read, and the rows of each table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "document"
    path.write_bytes(content)
    source = source_of(path, folder / "scratch", lambda: content.count(b"\n") + (content[-1:] != b"\n"))
    reading = read_document(Choice(reader), source)
    try:
        counts = _written(reading, source)
        if not counts and not reading.rejections:
            raise unreadable("empty_file", expected="at least one record", found="none")
        return reading, counts
    except Exception as error:
        return rejected(rejections_for(reader, error)), {}
    finally:
        store.empty(folder / "scratch")


def _written(reading: Reading, source: Source) -> dict[str, int]:
    assert source.scratch is not None
    counts = {}
    for table, rows in reading.records.items():
        if isinstance(rows, Path):
            counts[table] = store.count_rows(rows)
        else:
            counts[table] = store.write_rows(table, rows, source.scratch / f"{table}.written")
    return counts
