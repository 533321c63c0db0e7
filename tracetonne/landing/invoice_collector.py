"""Invoices of a document that holds many, written to the landing's scratch folder as they are read."""

from __future__ import annotations

import datetime
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from tracetonne.landing.invoice_record import Invoice
from tracetonne.landing.reader import Reading, Rejection
from tracetonne.landing.reject import as_row
from tracetonne.landing.table_writer import TableWriter

_REJECTIONS_SHOWN = 1000


class InvoiceCollector:
    """Writes rows and rejections to Parquet, so that memory does not grow with their number.

    Args:
        scratch: An empty folder.
    """

    def __init__(self, scratch: Path) -> None:
        self._stack = ExitStack()
        self._lines = self._stack.enter_context(
            TableWriter("invoice_line", scratch / "invoice_line.collected.parquet")
        )
        self._rejected = self._stack.enter_context(
            TableWriter("rejected_record", scratch / "rejected_record.collected.parquet")
        )
        self._shown: list[Rejection] = []
        self._records_rejected = 0
        self._counts: Counter[str] = Counter()
        self._first: datetime.date | None = None
        self._last: datetime.date | None = None
        self._latest = ""
        self._warned = 0

    def __enter__(self) -> InvoiceCollector:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both files."""
        self._stack.__exit__(kind, error, trace)

    def add(self, invoice: Invoice) -> None:
        """Take over an invoice."""
        for row in invoice.rows:
            self._lines.add(row)
        if invoice.rows:
            first = invoice.rows[0]
            self._counts[first.get("message_type") or first["document_format"] or ""] += 1
        self._refused(invoice.rejections)
        self._records_rejected += invoice.records_rejected
        start, end = invoice.period
        self._first = min(self._first or start, start)
        self._last = max(self._last or end, end)
        self._latest = max(self._latest, invoice.date.isoformat())
        self._warned += bool(invoice.message)

    def refuse(self, rejections: list[Rejection]) -> None:
        """Take over the reasons why a document among many cannot be read; it counts as one record."""
        self._refused(rejections)
        self._records_rejected += 1

    def _refused(self, rejections: list[Rejection]) -> None:
        for one in rejections:
            self._rejected.add(as_row(one))
        self._shown += rejections[: max(0, _REJECTIONS_SHOWN - len(self._shown))]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read and nothing refused."""
        return not self._lines.count and not self._records_rejected

    def reading(self) -> Reading:
        """Return the reading; the files are finished once the collector is left."""
        records = {writer.table: writer.path for writer in (self._lines, self._rejected) if writer.count}
        return Reading(
            records=dict(records),
            rejections=self._shown,
            records_rejected=self._records_rejected,
            document_date=self._latest,
            period_start=self._first,
            period_end=self._last,
            message=self._message(),
        )

    def _message(self) -> str:
        if not self._counts:
            return "Nothing in the file could be read. 檔案內沒有可讀取的發票。"
        kinds = ", ".join(f"{name} {count:,}" for name, count in sorted(self._counts.items()))
        said = f"{self._counts.total():,} documents: {kinds}. 共 {self._counts.total():,} 份文件。"
        if self._warned:
            said += (
                f" In {self._warned:,} totals do not add up or the schema is not met; they were read."
                f" 其中 {self._warned:,} 份合計不符或不符合綱要定義，仍已讀取。"
            )
        return said
