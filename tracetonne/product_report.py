"""What a year says of products beside the regimes: batches, costs, modes of operation, units, stages.

Reads what refreshes of years served; all arithmetic stands in the models behind the tables.
"""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tracetonne import serving
from tracetonne.figures import read_figures, why_unserved
from tracetonne.settings import Home

_OF_BUILD = ("refresh_period", "site")


@dataclass(frozen=True)
class ProductReport:
    """The rows of one table, as a year's refresh served them.

    Args:
        site: The site.
        year: Calendar year.
        rows: Rows by column; exact decimals as numbers.
        reason: Why there are none.
    """

    site: str
    year: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def read_report(
    home: Home, site: str, year: str, table: str, month: str | None = None, none: str = ""
) -> ProductReport:
    """Return the rows of a served table, in the order of its columns.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year.
        table: Served table, such as `out_batch_intensity`.
        month: Only rows of this month.
        none: What to say where the table has no rows.

    Raises:
        WrongUseError: The site is not known.
    """
    figures = read_figures(home, site, year)
    if reason := why_unserved(home, site, year, table, figures):
        return ProductReport(site, year, reason=reason)
    with serving.open_serving(home, site, [year]) as connection:
        found = connection.execute(
            f'select * exclude ({", ".join(_OF_BUILD)}) from "{table}"'
            + (" where month = ?" if month else "")
            + " order by all",
            [month] if month else [],
        )
        names = [column[0] for column in found.description]
        rows = [
            {name: _plain(value) for name, value in zip(names, row, strict=True)} for row in found.fetchall()
        ]
    nothing = none or f"{site} has no rows of this for {month or year}. {month or year} 無資料。"
    return ProductReport(site, year, rows, "" if rows else nothing)


def as_csv(report: ProductReport) -> str:
    """Return the rows as CSV with a heading; the same rows are the same bytes."""
    written = io.StringIO()
    names = list(report.rows[0]) if report.rows else []
    writer = csv.DictWriter(written, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(report.rows)
    return written.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime.date) else value
