"""Taiwanese e-invoices (電子發票, MIG 3.1 to 4.1): issue, cancellation, void and allowance messages as XML.

The message is told by its namespace (`urn:GEINV:eInvoiceMessage:F0401:4.1`); elements are read by name
because writers order them differently. MIG 4.0 merged the storage messages (A0401 and C0401 became F0401,
B0401 and D0401 G0401). An invoice number is unique only within its seller and two-month period, so all three
are the business key.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from lxml import etree

from tracetonne.landing import text
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable

_NAMESPACE = re.compile(r"urn:GEINV:eInvoiceMessage:([A-Z]\d{4}):(\d+(?:\.\d+)*)")
VERSIONS = ("3.0", "3.1", "3.2", "4.0", "4.1")
_INVOICE_NUMBER = re.compile(r"[A-Z]{2}\d{8}")
# The period that a utility or gas invoice bills stands in its remark only; both days are included.
_BILLED_PERIOD = re.compile(r"計費期間\s*[:：]?\s*(\S+?)\s*[-~～至]\s*(\S+)")
_DECLARED = re.compile(rb"""encoding=["']([A-Za-z0-9._-]+)""")


@dataclass(frozen=True)
class Message:
    """What a message does, and where it says so.

    Args:
        action: issue, cancel, void, allowance or cancel_allowance.
        root: Name of the root element.
        number: Path of the number of the document concerned.
        date: Path of that document's date.
    """

    action: str
    root: str
    number: str
    date: str


_ISSUE = Message("issue", "Invoice", "Main/InvoiceNumber", "Main/InvoiceDate")
_CANCEL = Message("cancel", "CancelInvoice", "CancelInvoiceNumber", "InvoiceDate")
_VOID = Message("void", "VoidInvoice", "VoidInvoiceNumber", "InvoiceDate")
_ALLOWANCE = Message("allowance", "Allowance", "Main/AllowanceNumber", "Main/AllowanceDate")
_CANCEL_ALLOWANCE = Message("cancel_allowance", "CancelAllowance", "CancelAllowanceNumber", "AllowanceDate")

MESSAGES: dict[str, Message] = {
    **dict.fromkeys(("F0401", "C0401", "A0401", "A0101"), _ISSUE),
    **dict.fromkeys(("F0501", "C0501", "A0501", "A0201"), _CANCEL),
    **dict.fromkeys(("F0701", "C0701"), _VOID),
    **dict.fromkeys(("G0401", "D0401", "B0401", "B0101"), _ALLOWANCE),
    **dict.fromkeys(("G0501", "D0501", "B0501", "B0201"), _CANCEL_ALLOWANCE),
}


def _parser() -> etree.XMLParser:
    """Make a parser that fetches nothing, expands nothing and refuses absurd depth."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )


class _Document:
    """A parsed message, its elements read by path of local names."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.namespace = etree.QName(root).namespace or ""

    def one(self, path: str, below: etree._Element | None = None) -> str | None:
        """Return the text at a path, or nothing where it is absent or empty."""
        start = self.root if below is None else below
        found = start.find("/".join(f"{{{self.namespace}}}{name}" for name in path.split("/")))
        return (found.text or "").strip() or None if found is not None else None

    def all(self, path: str) -> list[etree._Element]:
        """Return the elements at a path, in document order."""
        return self.root.findall("/".join(f"{{{self.namespace}}}{name}" for name in path.split("/")))


def _two_months(date: datetime.date) -> str:
    """Return the two-month period within which an invoice number is unique, such as `2025-03/04`."""
    first = (date.month - 1) // 2 * 2 + 1
    return f"{date.year}-{first:02d}/{first + 1:02d}"


class EInvoiceReader:
    """Reads one e-invoice message."""

    kind = "einvoice"
    title = "Taiwanese e-invoice message (MIG XML)"
    title_zh = "電子發票訊息（MIG XML）"
    version = "1"
    family = "invoices"
    standard = "Taiwan e-invoice MIG"
    standard_version = "3.0, 3.1, 3.2, 4.0, 4.1"

    def recognises(self, source: Source) -> bool:
        """Say whether the head names the namespace of e-invoice messages."""
        return b"urn:GEINV:eInvoiceMessage:" in source.head and source.head.lstrip(
            b"\xef\xbb\xbf \r\n\t"
        ).startswith(b"<")

    def read(self, source: Source) -> Reading:
        """Read the message.

        Raises:
            UnreadableDocumentError: It is not well-formed, declares entities, is of an unknown kind or lacks
                its number.
        """
        document = _Document(_parse(source))
        match = _NAMESPACE.fullmatch(document.namespace)
        message = MESSAGES.get(match[1]) if match else None
        local = etree.QName(document.root).localname
        if not match or not message or match[2] not in VERSIONS or local != message.root:
            raise unreadable(
                "unknown_message",
                f"/{local}",
                expected=f"{', '.join(MESSAGES)} of MIG {', '.join(VERSIONS)}",
                found=f"{local} in {document.namespace}",
            )
        header, date = _header(document, message)
        header |= {"message_type": match[1], "mig_version": match[2], "action": message.action}
        rows, rejections, rejected = _rows(document, message, header)
        start, end = _period(message, header, date)
        return Reading(
            records={"invoice_line": rows} if rows else {},
            rejections=rejections,
            records_rejected=rejected,
            document_key=_key(message, header, date),
            document_date=date.isoformat(),
            period_start=start,
            period_end=end,
            encoding=(document.root.getroottree().docinfo.encoding or "utf-8").lower(),
        )


def _parse(source: Source) -> etree._Element:
    data = source.path.read_bytes()
    # A document type is where entity bombs and outside files come from; the platform never writes one.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        line = data[: data.find(b"<!")].count(b"\n") + 1
        raise unreadable("unsafe_xml", f"line {line}", expected="no document type", found="<!DOCTYPE")
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        wrong = _wrong_byte(data)
        if wrong:
            raise unreadable("wrong_encoding", expected="the declared encoding", found=wrong) from error
        locator = f"line {error.lineno}"
        raise unreadable("bad_xml", locator, expected="a complete XML document", found=str(error)) from error
    if root is None:
        raise unreadable("bad_xml", expected="a complete XML document", found="no element")
    return root


def _wrong_byte(data: bytes) -> str:
    """Name the first byte that the declared encoding does not have; a character cut at the end is none."""
    declared = _DECLARED.search(data[:200])
    codec = declared[1].decode() if declared else "utf-8"
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        at_end = error.end >= len(data)
        return "" if at_end else f"byte 0x{data[error.start]:02x} at offset {error.start} in {codec}"
    except LookupError:
        return f"the unknown encoding {codec}"
    return ""


def _header(document: _Document, message: Message) -> tuple[dict[str, str | None], datetime.date]:
    """Read what the message says once, and the date of the document that it concerns."""
    one = document.one
    problems = []
    number, printed = one(message.number), one(message.date)
    seller = one("Main/Seller/Identifier") or one("SellerId")
    for path, value in ((message.number, number), (message.date, printed), ("Seller", seller)):
        if not value:
            problems.append(
                rejection("missing_element", f"/{message.root}/{path}", field=path.split("/")[-1])
            )
    about_invoice = message.action in ("issue", "cancel", "void")
    if number and about_invoice and not _INVOICE_NUMBER.fullmatch(number):
        problems.append(
            rejection(
                "bad_value", f"/{message.root}/{message.number}", field="InvoiceNumber",
                expected="two letters and eight digits", found=number, original_text=number,
            )
        )  # fmt: skip
    date, code = text.read_date(printed or "")
    if printed and date is None:
        problems.append(
            rejection(
                code, f"/{message.root}/{message.date}", field=message.date.split("/")[-1],
                expected="a date, 20250131", found=printed, original_text=printed,
            )
        )  # fmt: skip
    if problems or date is None:
        raise UnreadableDocumentError(problems)
    verb = "Void" if message.action == "void" else "Cancel"
    ends = message.action in ("cancel", "void", "cancel_allowance")
    return {
        "document_number": number,
        "document_date": one(f"{verb}Date") if ends else printed,
        "document_time": one(f"{verb}Time") if ends else one("Main/InvoiceTime"),
        "seller_id": seller,
        "seller_name": one("Main/Seller/Name"),
        "buyer_id": one("Main/Buyer/Identifier") or one("BuyerId"),
        "buyer_name": one("Main/Buyer/Name"),
        "main_remark": one(f"{verb}Reason") if ends else one("Main/MainRemark"),
        "sales_amount": one("Amount/SalesAmount"),
        "tax_amount": one("Amount/TaxAmount"),
        "total_amount": one("Amount/TotalAmount"),
        "original_invoice_number": number if message.action in ("cancel", "void") else None,
        "original_invoice_date": printed if ends else None,
    }, date


def _rows(
    document: _Document, message: Message, header: dict[str, str | None]
) -> tuple[list[dict[str, str | None]], list[Rejection], int]:
    """Read the lines; a cancellation is one row without a line."""
    if message.action not in ("issue", "allowance"):
        return [{**header, "locator": f"/{message.root}"}], [], 0
    rows, rejections, rejected = [], [], 0
    # One writer names the lines of an allowance AllowanceItem.
    items = document.all("Details/ProductItem") or document.all("Details/AllowanceItem")
    for index, item in enumerate(items, start=1):
        name = etree.QName(item).localname
        locator = f"/{message.root}/Details/{name}[{index}]"
        row = {**header, **_line(document, item, message), "locator": locator}
        problems = [
            problem
            for field in ("quantity", "unit_price", "amount")
            if (problem := _number_problem(field, row[field], locator, item)) is not None
        ]
        if not row["description"]:
            problems.append(
                rejection("missing_element", locator, field="Description", original_text=_printed(item))
            )
        rejections += problems
        rejected += bool(problems)
        if not problems:
            rows.append(row)
    if not items:
        raise unreadable("missing_element", f"/{message.root}/Details", field="ProductItem")
    return rows, rejections, rejected


def _line(document: _Document, item: etree._Element, message: Message) -> dict[str, str | None]:
    def one(name: str) -> str | None:
        return document.one(name, item)

    if message.action == "issue":
        return {
            "line_number": one("SequenceNumber"),
            "description": one("Description"),
            "quantity": one("Quantity"),
            "unit": one("Unit"),
            "unit_price": one("UnitPrice"),
            "amount": one("Amount"),
            "line_remark": one("Remark"),
        }
    return {
        "line_number": one("AllowanceSequenceNumber"),
        "description": one("OriginalDescription") or one("Description"),
        "quantity": one("Quantity"),
        "unit": one("Unit"),
        "unit_price": one("UnitPrice"),
        "amount": one("Amount"),
        "line_remark": one("Remark"),
        "original_invoice_number": one("OriginalInvoiceNumber"),
        "original_invoice_date": one("OriginalInvoiceDate"),
        "original_line_number": one("OriginalSequenceNumber"),
    }


def _number_problem(field: str, value: str | None, locator: str, item: etree._Element) -> Rejection | None:
    """Judge a number of a line; a negative quantity is a discount line, which the platform allows."""
    if value is None:
        if field != "quantity":
            return None
        return rejection("missing_element", locator, field="Quantity", original_text=_printed(item))
    code = text.number_problem(value)
    if not code:
        return None
    return rejection(
        code, locator, field=field, expected="a number, 1234.5", found=value, original_text=_printed(item)
    )


def _printed(item: etree._Element) -> str:
    return str(etree.tostring(item, encoding="unicode", with_tail=False))


def _period(
    message: Message, header: dict[str, str | None], date: datetime.date
) -> tuple[datetime.date, datetime.date]:
    """Return the days that an invoice bills; without a period in its remark, the day of the document."""
    match = _BILLED_PERIOD.search(header["main_remark"] or "") if message.action == "issue" else None
    if match:
        first, _ = text.read_date(match[1])
        last, _ = text.read_date(match[2])
        if first and last and first <= last:
            return first, last + datetime.timedelta(days=1)
    return date, date + datetime.timedelta(days=1)


def _key(message: Message, header: dict[str, str | None], date: datetime.date) -> str:
    period = _two_months(date) if message.action in ("issue", "cancel", "void") else str(date.year)
    return f"{message.action}:{header['seller_id']}:{header['document_number']}:{period}"
