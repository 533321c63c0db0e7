"""One Taiwanese e-invoice message (電子發票, MIG 3.0 to 4.1): invoice, cancellation, void or allowance.

The message is told by its namespace (`urn:GEINV:eInvoiceMessage:F0401:4.1`); elements are read by name
because writers order them differently. MIG 4.0 merged the storage messages (A0401 and C0401 became F0401,
B0401 and D0401 G0401). An invoice number is unique only within its seller and two-month period, so all three
are the business key. Files of many messages are the business of `einvoice.py`.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from lxml import etree

from tracetonne.landing import text, xml_document
from tracetonne.landing.invoice_record import Invoice, Values, totals_message
from tracetonne.landing.reader import Rejection
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable

MARK = b"urn:GEINV:eInvoiceMessage:"
_NAMESPACE = re.compile(r"urn:GEINV:eInvoiceMessage:([A-Z]\d{4}):(\d+(?:\.\d+)*)")
VERSIONS = ("3.0", "3.1", "3.2", "4.0", "4.1")
_INVOICE_NUMBER = re.compile(r"[A-Z]{2}\d{8}")
# The period that a utility or gas invoice bills stands in its remark only; both days are included.
_BILLED_PERIOD = re.compile(r"計費期間\s*[:：]?\s*(\S+?)\s*[-~～至]\s*(\S+)")


@dataclass(frozen=True)
class Message:
    """What a message does, and where it says so.

    Args:
        action: issue, cancel, void, reject, allowance or cancel_allowance.
        root: Name of the root element.
        number: Path of the number of the document concerned.
        date: Path of that document's date.
        verb: What the elements that say when and why begin with; empty where the message issues something.
    """

    action: str
    root: str
    number: str
    date: str
    verb: str = ""


_ISSUE = Message("issue", "Invoice", "Main/InvoiceNumber", "Main/InvoiceDate")
_CANCEL = Message("cancel", "CancelInvoice", "CancelInvoiceNumber", "InvoiceDate", "Cancel")
_VOID = Message("void", "VoidInvoice", "VoidInvoiceNumber", "InvoiceDate", "Void")
_REJECT = Message("reject", "RejectInvoice", "RejectInvoiceNumber", "InvoiceDate", "Reject")
_ALLOWANCE = Message("allowance", "Allowance", "Main/AllowanceNumber", "Main/AllowanceDate")
_CANCEL_ALLOWANCE = Message(
    "cancel_allowance", "CancelAllowance", "CancelAllowanceNumber", "AllowanceDate", "Cancel"
)

MESSAGES: dict[str, Message] = {
    **dict.fromkeys(("F0401", "C0401", "A0401", "A0101"), _ISSUE),
    **dict.fromkeys(("F0501", "C0501", "A0501", "A0201"), _CANCEL),
    **dict.fromkeys(("F0701", "C0701"), _VOID),
    **dict.fromkeys(("A0301",), _REJECT),
    **dict.fromkeys(("G0401", "D0401", "B0401", "B0101"), _ALLOWANCE),
    **dict.fromkeys(("G0501", "D0501", "B0501", "B0201"), _CANCEL_ALLOWANCE),
}
# What a buyer's platform answers to the message of the number before; it holds no quantity.
CONFIRMATIONS = ("A0102", "A0202", "A0302", "B0102", "B0202")
# Some writers give every message the root of an invoice; the namespace says what it is.
_ROOTS = frozenset(message.root for message in MESSAGES.values())


class _Document:
    """A parsed message, its elements read by path of local names."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._braced = f"{{{etree.QName(root).namespace or ''}}}"
        self._paths: dict[str, str] = {}

    def one(self, path: str, below: etree._Element | None = None) -> str | None:
        """Return the text at a path, or nothing where it is absent or empty."""
        found = (self.root if below is None else below).find(self._full(path))
        return (found.text or "").strip() or None if found is not None else None

    def all(self, path: str) -> list[etree._Element]:
        """Return the elements at a path, in document order."""
        return self.root.findall(self._full(path))

    def _full(self, path: str) -> str:
        full = self._paths.get(path)
        if full is None:
            full = self._paths[path] = "/".join(self._braced + name for name in path.split("/"))
        return full


def _two_months(date: datetime.date) -> str:
    """Return the two-month period within which an invoice number is unique, such as `2025-03/04`."""
    first = (date.month - 1) // 2 * 2 + 1
    return f"{date.year}-{first:02d}/{first + 1:02d}"


def message_code(element: etree._Element) -> str:
    """Return the code of the message whose namespace an element is in, such as `F0401`, else nothing."""
    namespace = etree.QName(element).namespace or ""
    found = _NAMESPACE.fullmatch(namespace)
    return found[1] if found else ""


def is_message(element: etree._Element) -> bool:
    """Say whether an element is a message, of a kind that is read or not, and no part or wrapper of one."""
    code = message_code(element)
    if code in MESSAGES:
        return etree.QName(element).localname in _ROOTS
    return bool(code)


def read_bytes(data: bytes, prefix: str = "") -> Invoice:
    """Read a document of one message.

    Args:
        data: The document.
        prefix: The member of an archive that it is, before the path in each locator.

    Raises:
        UnreadableDocumentError: It is not well-formed, or as `read_message`.
    """
    root = xml_document.parse_bytes(data)
    return read_message(root, f"{prefix}/{etree.QName(root).localname}")


def read_message(root: etree._Element, place: str) -> Invoice:
    """Read a message from its element.

    Args:
        root: The element.
        place: Its path, which locators begin with.

    Raises:
        UnreadableDocumentError: It is a confirmation or of an unknown kind, or lacks its number, date or
            seller.
    """
    name = etree.QName(root)
    match = _NAMESPACE.fullmatch(name.namespace or "")
    if match and match[1] in CONFIRMATIONS:
        raise unreadable(
            "confirmation_message", place, expected="the message that it confirms", found=match[1]
        )
    message = MESSAGES.get(match[1]) if match else None
    if not match or not message or match[2] not in VERSIONS or name.localname not in _ROOTS:
        raise unreadable(
            "unknown_message",
            place,
            expected=f"{', '.join(MESSAGES)} of MIG {', '.join(VERSIONS)}",
            found=f"{name.localname} in {name.namespace}",
        )
    document = _Document(root)
    header, date = _header(document, message, place)
    header |= {
        "message_type": match[1],
        "mig_version": match[2],
        "action": message.action,
        "document_format": "MIG",
    }
    rows, rejections, rejected = _rows(document, message, header, place)
    return Invoice(
        rows=rows,
        rejections=rejections,
        records_rejected=rejected,
        key=_key(message, header, date),
        date=date,
        period=_period(message, header, date),
        message=_totals(document) if message is _ISSUE else "",
    )


def _header(document: _Document, message: Message, place: str) -> tuple[Values, datetime.date]:
    """Read what the message says once, and the date of the document that it concerns."""
    one = document.one
    problems = []
    number, printed = one(message.number), one(message.date)
    seller = one("Main/Seller/Identifier") or one("SellerId")
    for path, value in ((message.number, number), (message.date, printed), ("Seller", seller)):
        if not value:
            problems.append(rejection("missing_element", f"{place}/{path}", field=path.split("/")[-1]))
    about_invoice = message in (_ISSUE, _CANCEL, _VOID, _REJECT)
    if number and about_invoice and not _INVOICE_NUMBER.fullmatch(number):
        problems.append(
            rejection(
                "bad_value", f"{place}/{message.number}", field="InvoiceNumber",
                expected="two letters and eight digits", found=number, original_text=number,
            )
        )  # fmt: skip
    date, code = text.read_date(printed or "")
    if printed and date is None:
        problems.append(
            rejection(
                code, f"{place}/{message.date}", field=message.date.split("/")[-1],
                expected="a date, 20250131", found=printed, original_text=printed,
            )
        )  # fmt: skip
    if problems or date is None:
        raise UnreadableDocumentError(problems)
    verb = message.verb
    return {
        "document_number": number,
        "document_date": one(f"{verb}Date") if verb else printed,
        "document_time": one(f"{verb}Time") if verb else one("Main/InvoiceTime"),
        "seller_id": seller,
        "seller_name": one("Main/Seller/Name"),
        "buyer_id": one("Main/Buyer/Identifier") or one("BuyerId"),
        "buyer_name": one("Main/Buyer/Name"),
        "main_remark": one(f"{verb}Reason") if verb else one("Main/MainRemark"),
        "sales_amount": one("Amount/SalesAmount"),
        "tax_amount": one("Amount/TaxAmount"),
        "total_amount": one("Amount/TotalAmount"),
        "currency": one("Amount/Currency"),
        "original_invoice_number": number if verb and about_invoice else None,
        "original_invoice_date": printed if verb else None,
    }, date


def _totals(document: _Document) -> str:
    parts = ("SalesAmount", "FreeTaxSalesAmount", "ZeroTaxSalesAmount", "TaxAmount")
    return totals_message(
        [document.one(f"Amount/{name}") for name in parts], document.one("Amount/TotalAmount")
    )


def _rows(
    document: _Document, message: Message, header: Values, place: str
) -> tuple[list[Values], list[Rejection], int]:
    """Read the lines; a cancellation is one row without a line."""
    if message.verb:
        return [{**header, "locator": place}], [], 0
    rows, rejections, rejected = [], [], 0
    # One writer names the lines of an allowance AllowanceItem.
    items = [
        (f"{place}/Details/{name}[{index}]", item)
        for name in ("ProductItem", "AllowanceItem")
        for index, item in enumerate(document.all(f"Details/{name}"), start=1)
    ]
    for locator, item in items:
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
        raise unreadable("missing_element", f"{place}/Details", field="ProductItem")
    return rows, rejections, rejected


def _line(document: _Document, item: etree._Element, message: Message) -> Values:
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


def _period(message: Message, header: Values, date: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Return the days that an invoice bills; without a period in its remark, the day of the document."""
    match = _BILLED_PERIOD.search(header["main_remark"] or "") if message.action == "issue" else None
    if match:
        first, _ = text.read_date(match[1])
        last, _ = text.read_date(match[2])
        if first and last and first <= last:
            return first, last + datetime.timedelta(days=1)
    return date, date + datetime.timedelta(days=1)


def _key(message: Message, header: Values, date: datetime.date) -> str:
    period = _two_months(date) if message in (_ISSUE, _CANCEL, _VOID, _REJECT) else str(date.year)
    return f"{message.action}:{header['seller_id']}:{header['document_number']}:{period}"
