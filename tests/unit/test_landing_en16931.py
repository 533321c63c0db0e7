"""Invoices of EN 16931 in every syntax, against published files and the reading of the factur-x package."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_documents import put, source_of

from tracetonne.landing.en16931 import En16931Reader
from tracetonne.landing.reader import Reading
from tracetonne.landing.reject import REASONS, UnreadableDocumentError

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>INV-1</cbc:ID>
  <cbc:IssueDate>2025-02-05</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:Note>first</cbc:Note><cbc:Note>second</cbc:Note>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:InvoicePeriod><cbc:StartDate>2025-01-01</cbc:StartDate><cbc:EndDate>2025-01-31</cbc:EndDate></cac:InvoicePeriod>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyTaxScheme><cbc:CompanyID>123/456</cbc:CompanyID><cac:TaxScheme><cbc:ID>FC</cbc:ID></cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:PartyTaxScheme><cbc:CompanyID>DE123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Stadtwerke</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">119</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">19</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="KWH">1000</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">100</cbc:LineExtensionAmount>
    <cac:InvoicePeriod><cbc:StartDate>2025-01-05Z</cbc:StartDate><cbc:EndDate>2025-01-25+01:00</cbc:EndDate>
    </cac:InvoicePeriod>
    <cac:Item><cbc:Name>Strom</cbc:Name></cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">10</cbc:PriceAmount>
      <cbc:BaseQuantity unitCode="KWH">100</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>
</Invoice>"""


def _read(tmp_path: Path, content: bytes) -> Reading:
    source = source_of(put(tmp_path, "a.bin", content), tmp_path / "scratch")
    assert En16931Reader().recognises(source)
    return En16931Reader().read(source)


def _rows(reading: Reading) -> list[Any]:
    return list(reading.records["invoice_line"])  # type: ignore[arg-type]


def _codes(tmp_path: Path, content: bytes) -> list[str]:
    with pytest.raises(UnreadableDocumentError) as caught:
        _read(tmp_path, content)
    return [one.code for one in caught.value.rejections]


def test_a_line_lands_in_the_words_of_the_document(tmp_path: Path) -> None:
    reading = _read(tmp_path, UBL.encode())
    (row,) = _rows(reading)
    assert (row["quantity"], row["unit"], row["unit_code_list"]) == ("1000", "KWH", "UN/ECE Rec 20")
    assert (row["unit_price"], row["price_base_quantity"], row["amount"]) == ("10", "100", "100")
    assert (row["line_period_start"], row["line_period_end"]) == ("2025-01-05", "2025-01-25")
    assert (row["header_period_start"], row["header_period_end"]) == ("2025-01-01", "2025-01-31")
    assert (row["total_amount"], row["amount_due"], row["currency"]) == ("119", "19", "EUR")
    assert (row["seller_id"], row["seller_name"], row["main_remark"]) == (
        "DE123456789", "Stadtwerke", "first\nsecond",
    )  # fmt: skip
    assert row["locator"] == "/Invoice/InvoiceLine[1]"
    assert reading.document_key == "invoice:DE123456789:INV-1:2025"
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2025, 1, 5),
        datetime.date(2025, 1, 26),
    )


def test_an_invoice_against_its_schema_lands_with_a_message(tmp_path: Path) -> None:
    reading = _read(tmp_path, UBL.replace("<cbc:ID>INV-1", "<cbc:Unknown/><cbc:ID>INV-1").encode())
    assert "not valid by the schema of UBL Invoice" in reading.message
    assert "發票不符合" in reading.message
    assert len(_rows(reading)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + UBL.encode(),
        UBL.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
        UBL.replace("cac:", "a:")
        .replace("xmlns:cac", "xmlns:a")
        .replace("cbc:", "b:")
        .replace("xmlns:cbc", "xmlns:b")
        .encode(),
        UBL.replace("<Invoice xmlns=", "<E xmlns='urn:e'><Invoice xmlns=")
        .replace("</Invoice>", "</Invoice></E>")
        .encode(),
    ],
    ids=["mark", "utf-16", "prefixes", "envelope"],
)
def test_writers_differ_in_form_only(tmp_path: Path, content: bytes) -> None:
    reading = _read(tmp_path, content)
    assert _rows(reading)[0]["quantity"] == "1000"
    assert reading.document_key == "invoice:DE123456789:INV-1:2025"


def _with_reference(reference: str) -> bytes:
    supplier = "<cac:AccountingSupplierParty>"
    return UBL.replace(supplier, reference + supplier).encode()


def test_an_attachment_may_be_long(tmp_path: Path) -> None:
    name = "cbc:EmbeddedDocumentBinaryObject"
    binary = f'<{name} filename="scan.pdf">{"QUJD" * 2_600_000}</{name}>'
    opened, closed = "<cac:AdditionalDocumentReference><cac:Attachment>", "</cac:Attachment>"
    content = _with_reference(f"{opened}{binary}{closed}</cac:AdditionalDocumentReference>")
    assert _rows(_read(tmp_path, content))[0]["attachment_names"] == "scan.pdf"


def test_elements_a_thousand_deep_are_no_fault(tmp_path: Path) -> None:
    content = _with_reference("<cbc:X>" * 1500 + "</cbc:X>" * 1500)
    assert len(_rows(_read(tmp_path, content))) == 1


@pytest.mark.parametrize(
    "written", ["20250205", "2025-02-05Z", "2025-02-05T00:00:00", "202502051015", "20250205101500+0100"]
)
def test_a_date_may_carry_time_and_zone(tmp_path: Path, written: str) -> None:
    reading = _read(tmp_path, UBL.replace("2025-02-05", written).encode())
    assert reading.document_date == "2025-02-05"


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("<cbc:ID>INV-1</cbc:ID>", "", ["missing_element"]),
        ("2025-02-05", "05.02.2025", ["bad_date"]),
        ("2025-01-31", "2024-12-31", ["interval_order"]),
        ("cac:InvoiceLine", "cac:Line", ["no_invoice_lines"]),
        ("Invoice-2", "Order-2", []),
        ("</Invoice>", "", ["bad_xml"]),
        ("<Invoice ", "<!DOCTYPE Invoice [<!ENTITY a 'a'>]><Invoice ", ["unsafe_xml"]),
        ("<Invoice ", "<CreditNote ", ["bad_xml"]),
    ],
)
def test_an_invoice_that_cannot_be_told_is_refused(
    tmp_path: Path, old: str, new: str, codes: list[str]
) -> None:
    content = UBL.replace(old, new).encode()
    if codes:
        assert _codes(tmp_path, content) == codes
    else:
        assert not En16931Reader().recognises(source_of(put(tmp_path, "a.bin", content), tmp_path / "s"))


def test_a_bad_line_is_named_and_the_good_one_kept(tmp_path: Path) -> None:
    start = UBL.index("<cac:InvoiceLine>")
    line = UBL[start : UBL.index("</Invoice>")]
    bad = [
        line.replace(">1000<", ">1.000,5<"),
        line.replace("2025-01-25+01:00", "2025-01-01"),
        line.replace("<cbc:Name>Strom</cbc:Name>", ""),
        line.replace('<cbc:InvoicedQuantity unitCode="KWH">1000</cbc:InvoicedQuantity>', ""),
    ]
    reading = _read(tmp_path, (UBL[:start] + line + "".join(bad) + "</Invoice>").encode())
    assert [(one.code, one.field, one.locator) for one in reading.rejections] == [
        ("decimal_comma", "quantity", "/Invoice/InvoiceLine[2]"),
        ("interval_order", "line_period_end", "/Invoice/InvoiceLine[3]"),
        ("missing_element", "description", "/Invoice/InvoiceLine[4]"),
        ("missing_element", "quantity", "/Invoice/InvoiceLine[5]"),
    ]
    assert (len(_rows(reading)), reading.records_rejected) == (1, 4)
    assert all(one.original_text and one.message_zh for one in reading.rejections)


def _invoice_files(shared: Path) -> list[Path]:
    folders = ("invoice-ubl-en16931", "invoice-facturx-zugferd")
    found = [
        path
        for folder in folders
        for path in sorted((shared / "corpora" / folder).rglob("*"))
        if path.suffix.lower() in (".xml", ".pdf")
    ]
    if not found:
        pytest.skip("the shared corpora hold no invoices")
    return found


@pytest.mark.slow
def test_every_published_invoice_lands_whole(shared: Path, tmp_path: Path) -> None:
    for path in _invoice_files(shared):
        reading = _read(tmp_path, path.read_bytes())
        assert not reading.rejections, path.name
        assert not reading.message, path.name
        for row in _rows(reading):
            # The old correction has a line that is a remark, without product, quantity or amount.
            assert row.get("quantity") or row["document_format"] == "ZUGFeRD 1.0", path.name


@pytest.mark.slow
def test_published_invoices_read_as_the_factur_x_package_reads_them(shared: Path, tmp_path: Path) -> None:
    from facturx import get_xml_from_pdf
    from facturx.parse_xml import parse_ubl_cii_xml

    compared = 0
    for path in _invoice_files(shared):
        data = path.read_bytes()
        rows = _rows(_read(tmp_path, data))
        if rows[0]["document_format"] == "ZUGFeRD 1.0":
            continue
        xml = get_xml_from_pdf(io.BytesIO(data), check_xsd=False)[1] if path.suffix == ".pdf" else data
        theirs = parse_ubl_cii_xml(xml, check_xsd=False, level="extended", date_as="string")
        assert rows[0]["document_number"] == theirs["BT-1"], path.name
        assert rows[0]["document_type_code"] == theirs["BT-3"], path.name
        assert len(rows) == len(theirs["BG-25"]), path.name
        for row, line in zip(rows, theirs["BG-25"], strict=True):
            assert row["line_number"] == line["BT-126"], path.name
            assert Decimal(row["quantity"]) == Decimal(line["BT-129"]), path.name
            assert row["unit"] == line["BT-130"], path.name
            assert Decimal(row["amount"]) == Decimal(line["BT-131"]), path.name
            assert row["description"] == line["BT-153"], path.name
        compared += 1
    assert compared


@pytest.mark.slow
def test_one_invoice_in_three_syntaxes_has_one_key(shared: Path, tmp_path: Path) -> None:
    folder = shared / "corpora" / "invoice-facturx-zugferd"
    names = ("EN16931_Gutschrift.pdf", "cii/EN16931_Gutschrift.cii.xml", "ubl/EN16931_Gutschrift.ubl.xml")
    readings = [_read(tmp_path, (folder / name).read_bytes()) for name in names]
    assert {one.document_key for one in readings} == {"invoice:DE123456789:471102:2018"}
    quantities = [[Decimal(row["quantity"]) for row in _rows(one)] for one in readings]
    assert quantities == [[20, 50]] * 3


def test_a_credit_note_may_have_the_number_of_its_invoice(shared: Path, tmp_path: Path) -> None:
    folder = shared / "corpora" / "invoice-ubl-en16931" / "peppol"
    keys = {
        _read(tmp_path, (folder / name).read_bytes()).document_key
        for name in ("base-example.xml", "base-creditnote-correction.xml")
    }
    assert keys == {"invoice:GB1232434:Snippet1:2017", "credit_note:GB1232434:Snippet1:2017"}


def test_a_pdf_without_an_invoice_is_left_to_other_readers(shared: Path, tmp_path: Path) -> None:
    for path in sorted((shared / "corpora" / "invoice-pdf-utility").glob("*.pdf")):
        source = source_of(put(tmp_path, "a.pdf", path.read_bytes()), tmp_path / "scratch")
        assert not En16931Reader().recognises(source)


def test_a_damaged_invoice_in_a_pdf_is_named(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.add_attachment("factur-x.xml", UBL.encode()[:500])
    buffer = io.BytesIO()
    writer.write(buffer)
    assert _codes(tmp_path, buffer.getvalue()) == ["bad_xml"]


_EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 40)), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=_EDITS)
def test_no_damage_is_an_uncaught_error(tmp_path: Path, edits: list[tuple[int, bytes, int]]) -> None:
    content = UBL.encode()
    for place, insert, cut in edits:
        at = place % len(content)
        content = content[:at] + insert + content[at + cut :]
    source = source_of(put(tmp_path, "a.bin", content), tmp_path / "scratch")
    if not En16931Reader().recognises(source):
        return
    try:
        reading = En16931Reader().read(source)
    except UnreadableDocumentError as error:
        assert all(one.code in REASONS for one in error.rejections)
        return
    lines = len(_rows(reading)) if reading.records else 0
    assert lines + reading.records_rejected == content.count(b"<cac:InvoiceLine>")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    lines=st.lists(
        st.tuples(st.sampled_from(["5", "-3.25", "1.000,5", "", "x"]), st.sampled_from(["Strom", ""])),
        max_size=8,
    )
)
def test_landed_and_rejected_are_the_lines_of_the_source(
    tmp_path: Path, lines: list[tuple[str, str]]
) -> None:
    start = UBL.index("<cac:InvoiceLine>")
    line = UBL[start : UBL.index("</Invoice>")]
    written = [line.replace(">1000<", f">{number}<").replace("Strom", name) for number, name in lines]
    content = (UBL[:start] + "".join(written) + "</Invoice>").encode()
    if not lines:
        assert _codes(tmp_path, content) == ["no_invoice_lines"]
        return
    reading = _read(tmp_path, content)
    landed = _rows(reading) if reading.records else []
    assert len(landed) + reading.records_rejected == len(lines)
    assert len(landed) == sum(number in ("5", "-3.25") and name != "" for number, name in lines)
