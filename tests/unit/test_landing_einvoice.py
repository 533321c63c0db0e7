"""E-invoice messages of every version; hostile or incomplete XML is refused by name."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from landing_documents import invoice, put, source_of

from tracetonne.landing.einvoice import EInvoiceReader
from tracetonne.landing.einvoice_message import MESSAGES, VERSIONS
from tracetonne.landing.reader import Reading
from tracetonne.landing.reject import UnreadableDocumentError


def _read(tmp_path: Path, content: bytes) -> Reading:
    source = source_of(put(tmp_path, "a.xml", content), tmp_path / "scratch")
    assert EInvoiceReader().recognises(source)
    return EInvoiceReader().read(source)


def _ends(message: str, root: str, verb: str, number: str) -> bytes:
    """Return a cancellation or void of an invoice or allowance."""
    what = "Allowance" if "Allowance" in root else "Invoice"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:GEINV:eInvoiceMessage:{message}:4.1">
  <{verb}{what}Number>{number}</{verb}{what}Number><{what}Date>20250205</{what}Date>
  <BuyerId>24634102</BuyerId><SellerId>12345675</SellerId>
  <{verb}Date>20250207</{verb}Date><{verb}Time>09:00:00</{verb}Time><{verb}Reason>開立錯誤</{verb}Reason>
</{root}>""".encode()


ALLOWANCE = """<?xml version="1.0" encoding="UTF-8"?>
<Allowance xmlns="urn:GEINV:eInvoiceMessage:G0401:4.1">
  <Main><AllowanceNumber>AL2025020001</AllowanceNumber><AllowanceDate>20250210</AllowanceDate>
    <Seller><Identifier>12345675</Identifier><Name>鋼線公司</Name></Seller>
    <Buyer><Identifier>24634102</Identifier><Name>螺絲廠</Name></Buyer><AllowanceType>2</AllowanceType></Main>
  <Details><ProductItem><OriginalInvoiceDate>20250105</OriginalInvoiceDate>
    <OriginalInvoiceNumber>AB12345678</OriginalInvoiceNumber><OriginalSequenceNumber>001</OriginalSequenceNumber>
    <OriginalDescription>盤元</OriginalDescription><Quantity>500</Quantity><Unit>公斤</Unit><UnitPrice>30</UnitPrice>
    <Amount>15000</Amount><Tax>750</Tax><AllowanceSequenceNumber>001</AllowanceSequenceNumber><TaxType>1</TaxType>
  </ProductItem></Details><Amount><TaxAmount>750</TaxAmount><TotalAmount>15000</TotalAmount></Amount>
</Allowance>""".encode()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("message", [name for name, one in MESSAGES.items() if one.action == "issue"])
def test_an_issued_invoice_of_any_version(tmp_path: Path, message: str, version: str) -> None:
    reading = _read(tmp_path, invoice(message=message, version=version))
    (row,) = reading.records["invoice_line"]
    assert (row["action"], row["message_type"], row["mig_version"]) == ("issue", message, version)
    assert (row["description"], row["quantity"], row["unit"], row["amount"]) == (
        "天然氣",
        "1500",
        "度",
        "30000",
    )
    assert row["locator"] == "/Invoice/Details/ProductItem[1]"
    assert reading.document_key == "issue:12345675:AB12345678:2025-01/02"


def test_the_billing_period_of_the_remark_is_the_period(tmp_path: Path) -> None:
    reading = _read(tmp_path, invoice())
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2025, 1, 1),
        datetime.date(2025, 2, 1),
    )
    day = _read(tmp_path, invoice(remark="謝謝惠顧"))
    assert (day.period_start, day.period_end) == (datetime.date(2025, 2, 5), datetime.date(2025, 2, 6))


@pytest.mark.parametrize(
    ("message", "root", "verb", "number", "action"),
    [
        ("F0501", "CancelInvoice", "Cancel", "AB12345678", "cancel"),
        ("C0501", "CancelInvoice", "Cancel", "AB12345678", "cancel"),
        ("A0201", "CancelInvoice", "Cancel", "AB12345678", "cancel"),
        ("F0701", "VoidInvoice", "Void", "AB12345678", "void"),
        ("C0701", "VoidInvoice", "Void", "AB12345678", "void"),
        ("A0301", "RejectInvoice", "Reject", "AB12345678", "reject"),
        ("G0501", "CancelAllowance", "Cancel", "AL2025020001", "cancel_allowance"),
        ("D0501", "CancelAllowance", "Cancel", "AL2025020001", "cancel_allowance"),
        ("B0201", "CancelAllowance", "Cancel", "AL2025020001", "cancel_allowance"),
    ],
)
def test_what_takes_a_document_back(
    tmp_path: Path, message: str, root: str, verb: str, number: str, action: str
) -> None:
    reading = _read(tmp_path, _ends(message, root, verb, number))
    (row,) = reading.records["invoice_line"]
    assert (row["action"], row["document_number"], row["seller_id"]) == (action, number, "12345675")
    assert (row["document_date"], row["main_remark"]) == ("20250207", "開立錯誤")
    assert row["original_invoice_date"] == "20250205"
    assert reading.document_date == "2025-02-05"


@pytest.mark.parametrize("message", [name for name, one in MESSAGES.items() if one.action == "allowance"])
def test_an_allowance_names_the_invoice_line(tmp_path: Path, message: str) -> None:
    reading = _read(tmp_path, ALLOWANCE.replace(b"G0401", message.encode()))
    (row,) = reading.records["invoice_line"]
    assert (row["action"], row["original_invoice_number"], row["original_line_number"]) == (
        "allowance", "AB12345678", "001",
    )  # fmt: skip
    assert (row["description"], row["quantity"], row["unit"]) == ("盤元", "500", "公斤")
    assert reading.document_key == "allowance:12345675:AL2025020001:2025"


def test_totals_that_do_not_add_up_are_a_message(tmp_path: Path) -> None:
    assert not _read(tmp_path, invoice()).message
    wrong = _read(tmp_path, invoice().replace(b"<TotalAmount>31500<", b"<TotalAmount>30000<"))
    assert "30000 + 1500 is not 30000" in wrong.message
    assert "合計不符" in wrong.message
    assert not wrong.rejections
    unreadable = _read(tmp_path, invoice().replace(b"<TotalAmount>31500<", b"<TotalAmount>n/a<"))
    assert not unreadable.message


def test_the_namespace_says_what_a_message_is_when_its_root_does_not(tmp_path: Path) -> None:
    """One published program writes every message with the root of an invoice."""
    allowance = ALLOWANCE.replace(b"<Allowance ", b"<Invoice ").replace(b"</Allowance>", b"</Invoice>")
    assert _read(tmp_path, allowance).document_key == "allowance:12345675:AL2025020001:2025"
    cancel = _ends("G0501", "CancelAllowance", "Cancel", "AL2025020001")
    reading = _read(
        tmp_path,
        cancel.replace(b"CancelAllowance xmlns", b"Invoice xmlns").replace(
            b"</CancelAllowance>", b"</Invoice>"
        ),
    )
    assert reading.document_key == "cancel_allowance:12345675:AL2025020001:2025"


def test_published_invoices_of_version_3(shared: Path, tmp_path: Path) -> None:
    for path in sorted((shared / "corpora" / "invoice-taiwan-mig").glob("*.xml")):
        reading = _read(tmp_path, path.read_bytes())
        assert not reading.rejections
        assert all(row["quantity"] for row in reading.records["invoice_line"])


def test_a_bad_line_is_named_and_the_good_one_kept(tmp_path: Path) -> None:
    extra = """
    <ProductItem><Description>基本費</Description><Quantity>一</Quantity><Amount>60</Amount></ProductItem>
    <ProductItem><Quantity>1</Quantity><Amount>60</Amount></ProductItem>"""
    reading = _read(tmp_path, invoice(extra=extra))
    assert [(one.code, one.locator[-3:]) for one in reading.rejections] == [
        ("bad_number", "[2]"),
        ("missing_element", "[3]"),
    ]
    assert (len(list(reading.records["invoice_line"])), reading.records_rejected) == (1, 2)
    assert "基本費" in reading.rejections[0].original_text


def test_a_discount_line_may_be_negative(tmp_path: Path) -> None:
    numbers = "<Quantity>-1</Quantity><Amount>-60</Amount>"
    extra = f"<ProductItem><Description>折扣</Description>{numbers}</ProductItem>"
    assert not _read(tmp_path, invoice(extra=extra)).rejections


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (invoice()[:400], "bad_xml"),
        (invoice(message="E0501"), "unknown_message"),
        (invoice(version="9.9"), "unknown_message"),
        (
            invoice().replace(b"<Invoice ", b"<Invoices ").replace(b"</Invoice>", b"</Invoices>"),
            "unknown_message",
        ),
        (invoice(number=""), "missing_element"),
        (invoice(number="12345678AB"), "bad_value"),
        (invoice().replace(b"20250205", b"250205"), "bad_date"),
        (invoice().replace(b"ProductItem", b"Item"), "missing_element"),
        (invoice().replace("天然氣".encode(), "天然氣".encode("cp950")), "wrong_encoding"),
        (
            invoice().replace(
                b"<Invoice ",
                b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Invoice ',
            ),
            "unsafe_xml",
        ),
        (
            invoice().replace(
                b"<Invoice ",
                b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]><Invoice ',
            ),
            "unsafe_xml",
        ),
    ],
)
def test_a_message_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        _read(tmp_path, content)
    assert caught.value.rejections[0].code == code


def test_elements_are_read_by_name_whatever_their_order(tmp_path: Path) -> None:
    swapped = invoice().replace(
        "<Description>天然氣</Description><Quantity>1500</Quantity>".encode(),
        "<Quantity>1500</Quantity><Description>天然氣</Description>".encode(),
    )
    (row,) = _read(tmp_path, swapped).records["invoice_line"]
    assert (row["description"], row["quantity"]) == ("天然氣", "1500")
