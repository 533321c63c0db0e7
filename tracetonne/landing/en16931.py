"""Invoices of EN 16931 (電子發票歐盟格式): UBL 2.1, CII, Factur-X and ZUGFeRD PDFs, ZUGFeRD 1.0, as lines.

An invoice that is not valid by its schema lands all the same, with a message: suppliers' programs differ, and
what can be read counts. The seller is known by the VAT number, else by the next best identifier, so that the
same invoice as PDF and as XML has the same business key: seller, number, year of issue.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator, Mapping
from typing import cast

from lxml import etree

from tracetonne.landing import invoice_pdf, limits, text, xml_document
from tracetonne.landing.en16931_schema import schema_problem
from tracetonne.landing.en16931_syntax import SYNTAXES, Paths, Syntax, syntax_of
from tracetonne.landing.invoice_record import Invoice, Values, totals_message
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable

_NAMES = re.compile(r"(?<![@'\w])([A-Za-z][A-Za-z0-9]*)(?!['\w])")
_TEXT = etree.XPath("string(.)")
# An XML Schema date may carry the zone of the day; EN 16931 knows none.
_ZONE = re.compile(r"(?<=\d)(?:Z|[+-]\d\d:\d\d)$|T\d\d:\d\d.*$")
# Older writers add the time of day to a date of CII (formats 203 to 205).
_WITH_TIME = re.compile(r"(\d{8})\d{4,6}(?:[Z+-].*)?")
# No path of the standards is half as long.
_DEEPEST = 20
_NUMBERS = ("quantity", "unit_price", "price_base_quantity", "amount")
_LINE_PERIOD = ("line_period_start", "line_period_end")
_HEADER_PERIOD = ("header_period_start", "header_period_end")
_IDENTIFIERS = ("tax_id", "legal_id", "other_tax_id", "party_id", "endpoint_id", "name")
# Type codes of credit notes among those of EN 16931 (UNTDID 1001); a seller may number them from one again.
CREDIT_NOTES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
_NAMESPACES = tuple(name.encode() for name in SYNTAXES)


class En16931Reader:
    """Reads one invoice, as XML or inside a PDF."""

    kind = "invoice"
    title = "Invoice of EN 16931 (UBL, CII, Factur-X, ZUGFeRD)"
    title_zh = "歐盟電子發票 EN 16931（UBL、CII、Factur-X、ZUGFeRD）"
    version = "1"
    family = "invoices"
    standard = "EN 16931"
    about = (
        "*XML or PDF*: UBL 2.1 Invoice and CreditNote, UN/CEFACT CII, ZUGFeRD 1.0; a PDF by the XML file"
        " attached to it, whatever its name. Told by the namespace; an envelope around the invoice is "
        "looked through. One row a line. An invoice that is not valid by its schema lands with a "
        "message. The seller is known by the VAT number, else by registration, identifier, electronic "
        "address or name.\n\n"
        "Business key: invoice or credit note, seller, number, year of issue. Period: that of the lines,"
        " else of the document, else its date."
    )
    standard_version = "UBL 2.1 (Peppol BIS 3), CII D16B and D22B, Factur-X 1, ZUGFeRD 1.0 and 2, XRechnung"

    def recognises(self, source: Source) -> bool:
        """Say whether the head names the namespace of an invoice, or the PDF holds such a document."""
        if not invoice_pdf.is_pdf(source.head):
            return is_invoice_xml(source.head)
        if source.byte_size > limits.current().document_bytes:
            return False
        return invoice_pdf.invoice_of(source.path.read_bytes()) is not None

    def read(self, source: Source) -> Reading:
        """Read the invoice.

        Raises:
            UnreadableDocumentError: It is not well-formed, declares entities, has no lines, or lacks its
                number, date or seller.
        """
        data, prefix = source.path.read_bytes(), ""
        if invoice_pdf.is_pdf(source.head):
            found = invoice_pdf.invoice_of(data)
            if found is None:
                raise unreadable("bad_xml", expected="an invoice inside the PDF", found="none")
            prefix, data = f"{found.name}!", found.content
        root = xml_document.parse_bytes(data, with_attachments=True)
        encoding = (root.getroottree().docinfo.encoding or "utf-8").lower()
        return read_invoice(root, prefix).reading(encoding)


def is_invoice_xml(head: bytes) -> bool:
    """Say whether the start of a document is XML that names the namespace of an invoice."""
    # In UTF-16 every other byte of the markup is NUL.
    plain = head.replace(b"\x00", b"") if b"\x00" in head[:4] else head
    plain = plain.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return plain.startswith(b"<") and any(name in plain for name in _NAMESPACES)


def read_invoice(root: etree._Element, prefix: str = "") -> Invoice:
    """Read an invoice from its root element, or from an envelope around it.

    Args:
        root: The parsed document.
        prefix: The member or attachment that it stands in, before the path in each locator.

    Raises:
        UnreadableDocumentError: It has no lines, or lacks its number, date or seller.
    """
    element, syntax, place = _invoice_in(root)
    document, place = _Part(element, stop=syntax.lines), f"{prefix}{place}"
    header = _header(document, syntax)
    date = _judge_header(header, syntax, place)
    rows: list[Values] = []
    rejections: list[Rejection] = []
    rejected = 0
    for row, problems in _lines(document, syntax, header, place):
        rejections += problems
        rejected += bool(problems)
        if not problems:
            rows.append(row)
    if not rows and not rejected:
        raise unreadable(
            "no_invoice_lines", f"{place}/{syntax.lines}", expected="at least one line", found="none"
        )
    return Invoice(
        rows=rows,
        rejections=rejections,
        records_rejected=rejected,
        key=f"{_class_of(header)}:{header['seller_id']}:{header['document_number']}:{date.year}",
        date=date,
        period=_period(header, rows, date),
        message=_message(element, syntax, header),
    )


def _invoice_in(root: etree._Element) -> tuple[etree._Element, Syntax, str]:
    """Return the invoice, its syntax and its path; networks wrap it in an envelope of their own."""
    name = etree.QName(root).localname
    syntax = syntax_of(root)
    if syntax:
        return root, syntax, f"/{name}"
    for child in root:
        syntax = syntax_of(child) if isinstance(child.tag, str) else None
        if syntax:
            return child, syntax, f"/{name}/{syntax.root}"
    raise unreadable(
        "unknown_invoice",
        f"/{name}",
        expected=", ".join(f"{one.root} ({one.name})" for one in SYNTAXES.values()),
        found=f"{name} in {etree.QName(root).namespace}",
    )


@functools.cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(_NAMES.sub(r"*[local-name()='\1']", path))


def _gather(element: etree._Element, above: str, stop: str, found: dict[str, list[etree._Element]]) -> None:
    for child in element:
        if isinstance(child.tag, str):
            path = above + child.tag.rpartition("}")[2]
            found.setdefault(path, []).append(child)
            if path != stop and len(child) and path.count("/") < _DEEPEST:
                _gather(child, f"{path}/", stop, found)


class _Part:
    """An element and what lies below it, by path of local names, because writers bind prefixes as they like.

    Args:
        element: An invoice, party or line.
        stop: Path of elements below which nothing is looked for.
    """

    def __init__(self, element: etree._Element, stop: str = "") -> None:
        self.element = element
        self._below: dict[str, list[etree._Element]] = {}
        _gather(element, "", stop, self._below)

    def all(self, path: str) -> list[etree._Element]:
        """Return the elements at a path, in document order."""
        if "[" in path:
            return cast(list[etree._Element], _compiled(path)(self.element))
        return self._below.get(path, [])

    def texts(self, path: str) -> list[str]:
        """Return the texts at a path, or those of an attribute at its end, that are not empty."""
        # A condition may hold an attribute too; only one at the end is what is asked for.
        place, _, attribute = path.partition("@") if "[" not in path else (path, "", "")
        found = [(one.get(attribute) or "") if attribute else _text_of(one) for one in self.all(place)]
        return [stripped for one in found if (stripped := one.strip())]

    def values(self, places: Mapping[str, Paths]) -> Values:
        """Return the first text for each column, by the first path that has any."""
        return {
            column: next((found[0] for path in paths if (found := self.texts(path))), None)
            for column, paths in places.items()
        }


def _text_of(element: etree._Element) -> str:
    """Return the text of an element; a comment may stand in the middle of it."""
    return cast(str, _TEXT(element)) if len(element) else element.text or ""


def _day(value: str | None) -> str | None:
    """Return a date without a zone or time, which say nothing about the day."""
    if not value:
        return value
    with_time = _WITH_TIME.fullmatch(value)
    return with_time[1] if with_time else _ZONE.sub("", value)


def _header(document: _Part, syntax: Syntax) -> Values:
    header = document.values(syntax.header)
    for column in ("document_date", "original_invoice_date", "delivery_date", *_HEADER_PERIOD):
        header[column] = _day(header.get(column))
    seller, buyer = (_party(document, path, syntax) for path in (syntax.seller, syntax.buyer))
    return header | {
        "document_format": syntax.name,
        "action": "issue",
        "seller_id": _identity(seller),
        "seller_tax_id": seller.get("tax_id"),
        "seller_name": seller.get("name"),
        "buyer_id": _identity(buyer),
        "buyer_tax_id": buyer.get("tax_id"),
        "buyer_name": buyer.get("name"),
        "main_remark": "\n".join(document.texts(syntax.notes)) or None,
        "attachment_names": "\n".join(name for path in syntax.attachments for name in document.texts(path))
        or None,
    }


def _class_of(header: Values) -> str:
    is_credit = header["document_type_code"] in CREDIT_NOTES or header["document_format"] == "UBL CreditNote"
    return "credit_note" if is_credit else "invoice"


def _party(document: _Part, path: str, syntax: Syntax) -> Values:
    found = document.all(path)
    return _Part(found[0]).values(syntax.party) if found else {}


def _identity(party: Values) -> str | None:
    return next((value for name in _IDENTIFIERS if (value := party.get(name))), None)


def _judge_header(header: Values, syntax: Syntax, place: str) -> datetime.date:
    """Return the day of issue, or refuse an invoice that could not be told from others."""
    problems = [
        rejection("missing_element", f"{place}/{path}", field=path.split("/")[-1])
        for column, path in (
            ("document_number", syntax.header["document_number"][0]),
            ("document_date", syntax.header["document_date"][0]),
            ("seller_id", syntax.seller),
        )
        if not header[column]
    ]
    problems += _date_problems(header, ("document_date", *_HEADER_PERIOD), place)
    date = text.read_date(header["document_date"] or "")[0]
    if problems or date is None:
        raise UnreadableDocumentError(problems)
    return date


def _date_problems(values: Values, columns: tuple[str, ...], place: str) -> list[Rejection]:
    """Judge dates, and that a period does not end before it begins; the first column may be a date alone."""
    problems = []
    read: list[datetime.date | None] = []
    for column in columns:
        printed = values[column]
        date, code = text.read_date(printed) if printed else (None, "")
        read.append(date)
        if code and printed:
            problems.append(
                rejection(
                    code, place, field=column, expected="a date, 2025-01-31", found=printed,
                    original_text=printed,
                )
            )  # fmt: skip
    start, end = read[-2:]
    if start and end and end < start:
        problems.append(
            rejection(
                "interval_order", place, field=columns[-1], expected="a last day not before the first",
                found=f"{start} to {end}",
            )
        )  # fmt: skip
    return problems


def _lines(
    document: _Part, syntax: Syntax, header: Values, place: str
) -> Iterator[tuple[Values, list[Rejection]]]:
    """Yield each line with what is wrong in it."""
    for index, element in enumerate(document.all(syntax.lines), start=1):
        locator = f"{place}/{syntax.lines}[{index}]"
        line = _Part(element).values(syntax.line)
        for column in _LINE_PERIOD:
            line[column] = _day(line[column])
        if line["unit"] and not line.get("unit_code_list"):
            line["unit_code_list"] = syntax.unit_list
        row = {
            **header,
            **{column: value for column, value in line.items() if value is not None},
            "locator": locator,
        }
        problems = _line_problems(line, locator)
        if problems:
            printed = str(etree.tostring(element, encoding="unicode", with_tail=False))
            problems = [_with_original(one, printed) for one in problems]
        yield row, problems


def _with_original(one: Rejection, printed: str) -> Rejection:
    return rejection(
        one.code, one.locator, field=one.field, expected=one.expected, found=one.found, original_text=printed
    )


def _line_problems(line: Values, locator: str) -> list[Rejection]:
    """Judge a line; one without quantity and amount is a remark between lines, which older writers put in."""
    problems = _date_problems(line, _LINE_PERIOD, locator)
    for column in _NUMBERS:
        value = line.get(column)
        code = text.number_problem(value) if value else ""
        if code and value:
            problems.append(rejection(code, locator, field=column, expected="a number, 1234.5", found=value))
    if line["quantity"] is None and line["amount"] is not None:
        problems.append(rejection("missing_element", locator, field="quantity"))
    if line["description"] is None and line["quantity"] is not None:
        problems.append(rejection("missing_element", locator, field="description"))
    return problems


def _period(header: Values, rows: list[Values], date: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Return the days that the lines speak of: their own periods, else the document's, else its date."""
    days = []
    for row in rows or [header]:
        own = [row.get(column) for column in _LINE_PERIOD]
        found = own if any(own) else [header[column] for column in _HEADER_PERIOD]
        days += [day for value in found if value and (day := text.read_date(value)[0])] or [date]
    return min(days), max(days) + datetime.timedelta(days=1)


def _message(document: etree._Element, syntax: Syntax, header: Values) -> str:
    said = totals_message((header["sales_amount"], header["tax_amount"]), header["total_amount"])
    problem = schema_problem(document, syntax)
    if problem:
        said += (
            f" The invoice is not valid by the schema of {syntax.name} and was read all the same: {problem} "
            f"發票不符合 {syntax.name} 的綱要定義，仍已讀取。"
        )
    return said.strip()
