"""What readers of invoices make of one document: rows of `invoice_line`, and what could not be read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from tracetonne.landing.reader import Reading, Rejection

Values = dict[str, str | None]


@dataclass
class Invoice:
    """An invoice, allowance or cancellation.

    Args:
        rows: One a line that could be read; one in all for a cancellation.
        rejections: What could not be read.
        records_rejected: Lines of which anything could not be read.
        key: Business key.
        date: Day of issue of the document concerned.
        period: First day that the document speaks of, and the day after the last one.
        message: What the user should know besides.
    """

    rows: list[Values]
    rejections: list[Rejection]
    records_rejected: int
    key: str
    date: datetime.date
    period: tuple[datetime.date, datetime.date]
    message: str = ""

    def reading(self, encoding: str) -> Reading:
        """Return the reading of a document that holds this invoice alone."""
        return Reading(
            records={"invoice_line": self.rows} if self.rows else {},
            rejections=self.rejections,
            records_rejected=self.records_rejected,
            document_key=self.key,
            document_date=self.date.isoformat(),
            period_start=self.period[0],
            period_end=self.period[1],
            encoding=encoding,
            message=self.message,
        )
