"""Utility bills as PDF: one reader a template, and one that says why a PDF cannot be read.

Every value keeps its page, its box, the printed text and how sure the reading is (`document_value`), beside
the bill itself (`utility_bill`). A bill with a value below the template's confidence lands with
`review_status` needs_review: staging holds it back until two people have accepted it by a decision.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from itertools import pairwise

from tracetonne.landing import pdf_find, pdf_template
from tracetonne.landing.invoice_pdf import is_pdf
from tracetonne.landing.pdf_document import Line, Pdf, open_pdf
from tracetonne.landing.pdf_find import Found
from tracetonne.landing.pdf_template import Template
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable
from tracetonne.settings import Home

ACCEPTED, NEEDS_REVIEW = "accepted", "needs_review"
_CARRIES = "The PDF carries {found}; nothing of it was run or opened. 此 PDF 內含{found}，均未執行或開啟。"


class PdfBillReader:
    """Reads the bills of one supplier by its template.

    Args:
        template: The template.
    """

    family = "invoices"
    standard = "declared template"

    def __init__(self, template: Template) -> None:
        self.template = template
        self.kind = template.kind

    @property
    def title(self) -> str:
        """What the document is, for people."""
        return self.template.title

    @property
    def title_zh(self) -> str:
        """The same in Traditional Chinese."""
        return self.template.title_zh

    @property
    def version(self) -> str:
        """Raised when the same bytes would land differently."""
        return self.template.version

    @property
    def standard_version(self) -> str:
        """The version of the template."""
        return self.template.version

    @property
    def about(self) -> str:
        """What is read, for docs/contracts.md."""
        columns = ", ".join(f"`{one.column}`" for one in self.template.fields if one.column[0] != "_")
        return (
            f"*PDF with text.* {self.template.about}\n\nLands in `utility_bill`: {columns}; each value with "
            "page, box, printed text and confidence in `document_value`."
        )

    def recognises(self, source: Source) -> bool:
        """Say whether the text of a PDF without an invoice inside is a bill of this supplier."""
        if not is_pdf(source.head):
            return False
        pdf = open_pdf(source.path)
        return not pdf.has_invoice and not pdf.problem and self.template.recognises(pdf.text)

    def read(self, source: Source) -> Reading:
        """Read the bills.

        Raises:
            UnreadableDocumentError: Nothing of the document can be read.
        """
        pdf = open_pdf(source.path)
        if pdf.problem or pdf.has_invoice:
            raise unreadable_pdf(pdf)
        bills, unread = self._bills(pdf)
        rows, values, rejections, rejected = [], [], list(unread), len(unread)
        for locator, found in bills:
            problems = self._problems(found, locator)
            if problems:
                rejections += problems
                rejected += 1
                continue
            rows.append(self._row(found, locator))
            values += self._values(found, len(rows))
        if not rows:
            raise UnreadableDocumentError(rejections or unreadable("empty_file").rejections)
        start, end = _period(rows)
        accounts = ",".join(sorted({row["account"] or "" for row in rows}))
        waiting = sum(row["review_status"] == NEEDS_REVIEW for row in rows)
        return Reading(
            records={"utility_bill": rows, "document_value": values},
            rejections=rejections,
            records_rejected=rejected,
            document_key=f"{accounts}:{_key_end(rows, start, end)}",
            document_date=max((row.get("bill_date") or "" for row in rows), default=""),
            period_start=start,
            period_end=end,
            encoding="pdf",
            message=_message(pdf, waiting),
        )

    def _bills(self, pdf: Pdf) -> tuple[list[tuple[str, dict[str, Found]]], list[Rejection]]:
        """Return the bills with their places, and the lines that are neither a bill nor expected text."""
        if self.template.layout == "fields":
            return [
                (f"page {lines[0].page}", pdf_find.fields_of(self.template, lines, pdf.pages))
                for lines in self._parts(pdf.lines)
            ], []
        bills, unread = [], []
        for page in pdf.pages:
            for number, line in enumerate(page.lines, start=1):
                locator = f"page {page.number} line {number}"
                found = pdf_find.row_of(self.template, line, page)
                if found is not None:
                    bills.append((locator, found))
                elif not any(re.search(pattern, line.text) for pattern in self.template.skip):
                    unread.append(
                        rejection(
                            "unread_line",
                            locator,
                            expected="a bill, or text that the template leaves out",
                            found=line.text,
                            original_text=line.text,
                        )
                    )
        return bills, unread

    def _parts(self, lines: list[Line]) -> list[list[Line]]:
        """Cut a document where each bill begins; a page that repeats the heading belongs to its bill."""
        starts: list[int] = []
        accounts: list[str] = []
        if self.template.starts_at:
            marks = [
                index for index, line in enumerate(lines) if re.search(self.template.starts_at, line.text)
            ]
            for index, following in pairwise([*marks, len(lines)]):
                name = self._name(lines[index:following])
                if name and (not accounts or name != accounts[-1]):
                    starts.append(index)
                    accounts.append(name)
        if len(starts) < 2:
            return [lines]
        cuts = [0, *starts[1:], len(lines)]
        return [lines[first:last] for first, last in pairwise(cuts)]

    def _name(self, lines: Sequence[Line]) -> str:
        """Return what tells one bill from the next; nothing where a page only continues the one before."""
        found = pdf_find.fields_of(self.template, lines, ())
        names = ("account", "bill_month", "bill_kind", "bill_number")
        needed = [one.column for one in self.template.fields if one.required and one.column in names]
        if any(name not in found for name in needed):
            return ""
        return "|".join(found[name].raw_text if name in found else "" for name in names)

    def _problems(self, found: dict[str, Found], locator: str) -> list[Rejection]:
        """Return what is wrong with a bill: values that are missing, unreadable or against each other."""
        problems = []
        for field in self.template.fields:
            one = found.get(field.column)
            if one is None and field.required and not field.default:
                where = " | ".join(field.right_of or field.below or field.row) or f"column {field.cell}"
                problems.append(
                    rejection(
                        "missing_value",
                        locator,
                        field=field.column,
                        expected=where if not field.find else field.find,
                    )
                )
            elif one is not None and one.code:
                problems.append(
                    rejection(
                        one.code,
                        f"page {one.page} at {one.box[0]:.0f},{one.box[1]:.0f}",
                        field=field.column,
                        expected=f"a {field.type}",
                        found=one.raw_text,
                        original_text=one.raw_text,
                    )
                )
        if problems:
            return problems
        row = self._row(found, locator)
        start, end = _span(row)
        if start and end and end <= start and row["bill_kind"] not in ("adjustment", "調整"):
            problems.append(
                rejection(
                    "interval_order", locator, field="period_end", expected=f"after {start}", found=f"{end}"
                )
            )
        if (row["quantity"] or "").startswith("-") and row["bill_kind"] not in ("cancel", "adjustment"):
            problems.append(
                rejection("negative_quantity", locator, field="quantity", found=row["quantity"] or "")
            )
        return problems

    def _row(self, found: dict[str, Found], locator: str) -> dict[str, str | None]:
        row: dict[str, str | None] = {**self.template.constants}
        for field in self.template.fields:
            if not field.column.startswith("_"):
                one = found.get(field.column)
                row[field.column] = ((one.value if one else field.default) or "").strip() or None
        if self.template.kinds:
            row["bill_kind"] = self._kind(row)
        row["review_status"] = NEEDS_REVIEW if self._doubts(found) else ACCEPTED
        row["locator"] = locator
        return row

    def _kind(self, row: dict[str, str | None]) -> str:
        """Return what kind of bill it is by the first rule that holds."""
        rules = self.template.kinds
        return next(
            (one.kind for one in rules if re.search(one.matches, row.get(one.column) or "")), "ordinary"
        )

    def _doubts(self, found: dict[str, Found]) -> bool:
        return any(one.confidence < self.template.review_below for one in found.values())

    def _values(self, found: dict[str, Found], record: int) -> list[dict[str, str | None]]:
        return [
            {
                "of_table": pdf_template.TABLE,
                "of_record": str(record),
                "field": column,
                "value": one.value or None,
                "raw_text": one.raw_text,
                "page": str(one.page),
                **{
                    side: f"{place:.2f}"
                    for side, place in zip(("x0", "top", "x1", "bottom"), one.box, strict=True)
                },
                "confidence": f"{one.confidence:.3f}",
                "review_status": NEEDS_REVIEW if one.confidence < self.template.review_below else ACCEPTED,
                "review_reason": "; ".join(one.reasons) or None,
                "locator": f"page {one.page} at {one.box[0]:.0f},{one.box[1]:.0f}",
            }
            for column, one in found.items()
        ]


class OtherPdfReader:
    """Takes the PDFs that no template reads, to say why: scanned, locked, damaged, or unknown."""

    kind = "pdf_bill"
    title = "PDF bill without a template"
    title_zh = "尚無範本之 PDF 帳單"
    version = "1"
    family = "invoices"
    standard = "PDF"
    standard_version = ""
    about = (
        "*PDF.* What no template reads is refused with the reason: a scanned page, a password, a damaged "
        "file, a limit, or a supplier without a template. A template is a YAML file in `templates/pdf/` of "
        "the home."
    )

    def recognises(self, source: Source) -> bool:
        """Say whether it is a PDF without an electronic invoice."""
        return is_pdf(source.head) and not open_pdf(source.path).has_invoice

    def read(self, source: Source) -> Reading:
        """Say why it cannot be read.

        Raises:
            UnreadableDocumentError: Always.
        """
        raise unreadable_pdf(open_pdf(source.path))


def unreadable_pdf(pdf: Pdf) -> UnreadableDocumentError:
    """Return the error that says why a PDF cannot be read, and what it carries."""
    carried = f"; it carries {', '.join(pdf.carries)}, none of it run" if pdf.carries else ""
    if pdf.problem:
        return unreadable(pdf.problem, expected="a PDF with text", found=pdf.found + carried)
    known = ", ".join(pdf_template.load(kind).title for kind in pdf_template.kinds())
    start = " / ".join(line.text for line in pdf.lines[:3])
    return unreadable("unknown_layout", "page 1", expected=known, found=start + carried)


def _message(pdf: Pdf, waiting: int) -> str:
    said = []
    if pdf.carries:
        said.append(_CARRIES.format(found=", ".join(pdf.carries)))
    if waiting:
        said.append(
            f"{waiting} bills were read with little confidence and wait for an `approve` decision. "
            f"{waiting} 筆帳單判讀信心不足，須經核准決定後才採用。"
        )
    return " ".join(said)


def _span(row: dict[str, str | None]) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first day of a bill and the day after its last, as staging does."""
    end = _day(row.get("period_end"))
    after = end + datetime.timedelta(days=1) if end else _day(row.get("read_date"))
    start = _day(row.get("period_start"))
    days = row.get("billed_days") or ""
    if start is None and after is not None and days.isdigit() and len(days) <= 4:
        start = after - datetime.timedelta(days=int(days))
    return start, after


def _day(written: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(written) if written else None


def _period(
    rows: Sequence[dict[str, str | None]],
) -> tuple[datetime.date | None, datetime.date | None]:
    spans = [_span(row) for row in rows]
    starts = [start for start, _ in spans if start]
    ends = [end for _, end in spans if end]
    return min(starts, default=None), max(ends, default=None)


def _key_end(
    rows: Sequence[dict[str, str | None]], start: datetime.date | None, end: datetime.date | None
) -> str:
    """Return the rest of the business key; a correction is another document than what it corrects."""
    kinds = sorted({row.get("bill_kind") or "" for row in rows}) if len(rows) == 1 else []
    numbers = sorted({row.get("bill_number") or "" for row in rows}) if len(rows) == 1 else []
    return ":".join(part for part in (f"{start}/{end}", *kinds, *numbers) if part)


def product_readers() -> tuple[PdfBillReader, ...]:
    """Return a reader for each template of the product."""
    return tuple(PdfBillReader(pdf_template.load(kind)) for kind in pdf_template.kinds())


def own_pdf_readers(home: Home) -> list[PdfBillReader]:
    """Return readers for the templates that lie in `templates/pdf/` of a home, in the order of their names.

    Raises:
        WrongUseError: A template cannot be used.
    """
    folder = home.templates / "pdf"
    return [PdfBillReader(pdf_template.load_own(path)) for path in sorted(folder.glob("*.yml"))]
