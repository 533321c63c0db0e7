"""What readers of invoices make of one document: rows of `invoice_line`, and what could not be read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracetonne.landing import text
from tracetonne.landing.reader import Reading, Rejection

Values = dict[str, str | None]
# Amounts are printed in whole dollars or in cents; tax is rounded once more.
_ROUNDING = Decimal(1)


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


def totals_message(parts: Sequence[str | None], total: str | None) -> str:
    """Say that the totals of an invoice do not add up, which says nothing against its quantities.

    Args:
        parts: Net amounts and tax, as printed; those that are absent count nothing.
        total: The total with tax; nothing is said without it.
    """
    printed = [part for part in parts if part]
    if not total or not printed or any(text.number_problem(one) for one in (*printed, total)):
        return ""
    expected = sum((_amount(part) for part in printed), Decimal(0))
    if abs(expected - _amount(total)) <= _ROUNDING:
        return ""
    return (
        f"The totals of the invoice do not add up ({' + '.join(printed)} is not {total}); its lines are read "
        "as they stand. 發票金額合計不符，明細仍依原文讀取。"
    )


def _amount(printed: str) -> Decimal:
    return Decimal(text.narrow(printed).replace(",", ""))
