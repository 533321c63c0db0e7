"""From landed invoices to what was bought: each way to take back, cancel or repeat an invoice nets alike."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from prepared_home import prepared_home

from orchestration.dbt_build import build, failed
from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

PUBLISHED = (
    "invoice-ubl-en16931/peppol/base-example.xml",
    "invoice-ubl-en16931/peppol/base-creditnote-correction.xml",
    "invoice-ubl-en16931/peppol/base-negative-inv-correction.xml",
    "invoice-facturx-zugferd/EN16931_Gutschrift.pdf",
    "invoice-facturx-zugferd/ubl/EN16931_Gutschrift.ubl.xml",
    "invoice-facturx-zugferd/EN16931_Rechnungskorrektur.pdf",
)
_PARTIES = """<Seller><Identifier>12345675</Identifier><Name>瓦斯公司</Name></Seller>
  <Buyer><Identifier>24634102</Identifier><Name>螺絲廠</Name></Buyer>"""


# The messages of each family (archive of MIG 4, storage of MIG 3, exchange of both), and their version.
FAMILIES = {
    "F": ("4.1", "F0401", "F0501", "F0701", "G0401", "G0501"),
    "C": ("3.2", "C0401", "C0501", "C0701", "D0401", "D0501"),
    "A": ("3.2", "A0101", "A0201", "", "B0101", "B0201"),
    "E": ("4.0", "A0101", "A0201", "", "B0101", "B0201"),
}


def _invoice(number: str, message: str = "F0401", version: str = "4.1") -> bytes:
    """Return 1,500 cubic metres of January 2025, invoiced in February."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:GEINV:eInvoiceMessage:{message}:{version}"><Main><InvoiceNumber>{number}</InvoiceNumber>
  <InvoiceDate>20250205</InvoiceDate><InvoiceTime>09:00:00</InvoiceTime>{_PARTIES}
  <MainRemark>計費期間 2025/01/01-2025/01/31</MainRemark></Main>
  <Details><ProductItem><Description>天然氣</Description><Quantity>1500</Quantity><Unit>立方公尺</Unit>
  <UnitPrice>20</UnitPrice><Amount>30000</Amount><SequenceNumber>001</SequenceNumber></ProductItem></Details>
</Invoice>""".encode()


def _cancellation(message: str, root: str, number: str, verb: str, version: str = "4.1") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:GEINV:eInvoiceMessage:{message}:{version}">
  <{verb}InvoiceNumber>{number}</{verb}InvoiceNumber>
  <InvoiceDate>20250205</InvoiceDate><BuyerId>24634102</BuyerId><SellerId>12345675</SellerId>
  <{verb}Date>20250307</{verb}Date><{verb}Time>09:00:00</{verb}Time></{root}>""".encode()


def _allowance(allowance: str, number: str, message: str = "G0401", version: str = "4.1") -> bytes:
    """Return 500 cubic metres taken back of an invoice."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Allowance xmlns="urn:GEINV:eInvoiceMessage:{message}:{version}">
  <Main><AllowanceNumber>{allowance}</AllowanceNumber>
  <AllowanceDate>20250310</AllowanceDate>{_PARTIES}</Main>
  <Details><ProductItem><OriginalInvoiceDate>20250205</OriginalInvoiceDate>
  <OriginalInvoiceNumber>{number}</OriginalInvoiceNumber><OriginalSequenceNumber>001</OriginalSequenceNumber>
  <OriginalDescription>天然氣</OriginalDescription><Quantity>500</Quantity><Unit>立方公尺</Unit>
  <Amount>10000</Amount><AllowanceSequenceNumber>001</AllowanceSequenceNumber></ProductItem></Details>
</Allowance>""".encode()


def _allowance_cancelled(allowance: str, message: str, version: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CancelAllowance xmlns="urn:GEINV:eInvoiceMessage:{message}:{version}">
  <CancelAllowanceNumber>{allowance}</CancelAllowanceNumber><AllowanceDate>20250310</AllowanceDate>
  <BuyerId>24634102</BuyerId><SellerId>12345675</SellerId><CancelDate>20250311</CancelDate>
  <CancelTime>09:00:00</CancelTime></CancelAllowance>""".encode()


def _family(letter: str) -> list[bytes]:
    """Return invoices of a family, each file but the first about what came before."""
    version, issue, cancel, void, allowance, cancel_allowance = FAMILIES[letter]
    numbers = [f"{letter}X0000000{n}" for n in range(1, 6)]
    files = [_zip({number: _invoice(number, issue, version) for number in numbers})]
    files.append(_cancellation(cancel, "CancelInvoice", numbers[0], "Cancel", version))
    if void:
        files.append(_cancellation(void, "VoidInvoice", numbers[1], "Void", version))
    files += [_allowance(f"AL{letter}{n}", numbers[n], allowance, version) for n in (2, 3)]
    files.append(_allowance_cancelled(f"AL{letter}3", cancel_allowance, version))
    return files


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def warehouse(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Site `tw`: messages in files and zips; site `eu`: published invoices, where there are any."""
    folder = tmp_path_factory.mktemp("invoices")
    home = prepared_home(folder / "home")
    for name, content in {
        "1.xml": _invoice("AB00000001"),
        "2.zip": _zip({f"{n}.xml": _invoice(f"AB0000000{n}") for n in (1, 2, 3, 4, 5)}),
        "3.xml": _cancellation("F0501", "CancelInvoice", "AB00000002", "Cancel"),
        "4.zip": _zip(
            {
                "a.xml": _allowance("AL1", "AB00000003"),
                "b.xml": _cancellation("F0701", "VoidInvoice", "AB00000004", "Void"),
            }
        ),
        "5.xml": _cancellation("A0301", "RejectInvoice", "AB00000005", "Reject"),
    }.items():
        (folder / name).write_bytes(content)
        land_paths(home, [folder / name], "tw")
    for letter in FAMILIES:
        for number, content in enumerate(_family(letter)):
            path = folder / f"{letter}{number}"
            path.write_bytes(content)
            (result,) = land_paths(home, [path], "mig")
            assert (result.status, result.records_rejected) == ("landed", 0)
    corpora = shared / "corpora"
    if corpora.is_dir():
        for number, name in enumerate(PUBLISHED):
            copy = folder / f"{number}{Path(name).suffix}"
            shutil.copy(corpora / name, copy)
            land_paths(home, [copy], "eu")
    selection = ["--select", "+stg_einvoice__purchase", "--indirect-selection", "cautious"]
    nodes = build(home, {}, selection)
    assert not failed(nodes), [node.message for node in failed(nodes)]
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield connection


def _roles(warehouse: duckdb.DuckDBPyConnection, site: str, number: str) -> list[tuple[str, float]]:
    return warehouse.execute(
        "select role, net_quantity::double from staging.stg_einvoice__purchase"
        " where site = ? and document_number = ? order by role, net_quantity",
        (site, number),
    ).fetchall()


def test_what_comes_later_in_another_file_takes_back(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert _roles(warehouse, "tw", "AB00000001") == [("duplicate", 0.0), ("purchase", 1500.0)]
    for number in ("AB00000002", "AB00000004", "AB00000005"):
        assert _roles(warehouse, "tw", number) == [("cancellation", 0.0), ("cancelled", 0.0)]
    assert _roles(warehouse, "tw", "AB00000003") == [("purchase", 1500.0)]
    assert _roles(warehouse, "tw", "AL1") == [("allowance", -500.0)]


@pytest.mark.parametrize("letter", FAMILIES)
def test_every_family_of_messages_takes_back_alike(warehouse: duckdb.DuckDBPyConnection, letter: str) -> None:
    cancelled = [("cancellation", 0.0), ("cancelled", 0.0)]
    bought = [("purchase", 1500.0)]
    assert _roles(warehouse, "mig", f"{letter}X00000001") == cancelled
    assert _roles(warehouse, "mig", f"{letter}X00000002") == (cancelled if FAMILIES[letter][3] else bought)
    for number in (3, 4, 5):
        assert _roles(warehouse, "mig", f"{letter}X0000000{number}") == bought
    assert _roles(warehouse, "mig", f"AL{letter}2") == [("allowance", -500.0)]
    assert _roles(warehouse, "mig", f"AL{letter}3") == cancelled


def test_everything_counts_in_the_month_that_was_invoiced(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select period_start::varchar, period_end::varchar, sum(net_quantity)::double"
        " from staging.stg_einvoice__purchase where site = 'tw' group by all"
    ).fetchall()
    assert found == [("2025-01-01", "2025-02-01", 2500.0)]


def test_the_copy_that_is_kept_is_named(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select document_state, document_place, first_document_place, has_conflict"
        " from staging.stg_einvoice__document where site = 'tw' and document_number = 'AB00000001'"
        " order by all"
    ).fetchall()
    assert found == [
        ("counted", "/Invoice", "/Invoice", False),
        ("duplicate", "1.xml!/Invoice", "/Invoice", False),
    ]


def _needs_published(warehouse: duckdb.DuckDBPyConnection) -> None:
    if not warehouse.execute("select 1 from staging.stg_einvoice__line where site = 'eu' limit 1").fetchall():
        pytest.skip("the shared corpora are absent")


def test_published_corrections_net_to_the_same(warehouse: duckdb.DuckDBPyConnection) -> None:
    """7 and -3 days bought; the credit note and the negative invoice take back the same in two ways."""
    _needs_published(warehouse)
    assert _roles(warehouse, "eu", "Snippet1") == [
        ("credit_note", -7.0), ("credit_note", 3.0), ("purchase", -3.0), ("purchase", 7.0),
    ]  # fmt: skip
    assert _roles(warehouse, "eu", "Correction1") == [("correction", -7.0), ("correction", 3.0)]
    assert _roles(warehouse, "eu", "RK21012345") == [("correction", -5.0), ("correction", -2.0)]


def test_a_published_self_billed_invoice_counts_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Its German title is Gutschrift, but type 389 is an invoice; it is landed as PDF and as UBL."""
    _needs_published(warehouse)
    assert _roles(warehouse, "eu", "471102") == [
        ("duplicate", 0.0), ("duplicate", 0.0), ("purchase", 20.0), ("purchase", 50.0),
    ]  # fmt: skip
