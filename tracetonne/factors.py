"""Which factor each source stream, precursor and activity uses, and why the others lost. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from tracetonne import serving
from tracetonne.figures import check_site
from tracetonne.settings import Home

# Served tables of candidates: of months, and of what is accounted for by the year.
CANDIDATES = ("out_factor_candidate", "out_factor_candidate_yearly")
_KEY = ("period", "series", "subject_type", "subject", "parameter")
_FIELDS = (
    "candidate_rank", "is_winner", "factor_id", "factor_code", "source_class", "value", "unit",
    "factor_source", "factor_match", "admissibility", "rule_code", "clause", "lost_code", "reason",
    "reason_zh", "evidence_id", "record_number",
)  # fmt: skip


@dataclass(frozen=True)
class Choices:
    """The choices of a site and period.

    Args:
        site: The site.
        period: A month, or a year with all its months.
        choices: One entry a month or year, series, subject and parameter, with `winner` (None where no rule
            admits a factor) and `losers`, the best first, each with its reason in both languages.
        reason: Why there are none.
    """

    site: str
    period: str
    choices: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def read_choices(home: Home, site: str, period: str) -> Choices:
    """Return the factors that were looked at for a month, or for a year and its months.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        period: `2026-03` or `2025`.

    Raises:
        WrongUseError: The site is not known.
    """
    check_site(home, site)
    months = [build.period for build in serving.builds(home, site) if build.period.startswith(period)]
    found = [] if not months else _rows(home, site, months)
    if not found:
        reason = f"No factor was chosen for {site} {period} yet: refresh it. 尚無係數選用紀錄，請先 refresh。"
        return Choices(site, period, reason=reason)
    choices = []
    for key, group in groupby(found, key=lambda row: tuple(row[name] for name in _KEY)):
        candidates = [{name: row[name] for name in _FIELDS} for row in group]
        choices.append(
            {
                **dict(zip(_KEY, key, strict=True)),
                "winner": next((one for one in candidates if one["is_winner"]), None),
                "losers": [one for one in candidates if not one["is_winner"]],
            }
        )
    return Choices(site, period, choices)


def _rows(home: Home, site: str, months: list[str]) -> list[dict[str, Any]]:
    columns = (*_KEY, *_FIELDS)
    with serving.open_serving(home, site, months) as connection:
        served = {row[0] for row in connection.execute("select view_name from duckdb_views()").fetchall()}
        tables = [table for table in CANDIDATES if table in served]
        if not tables:
            return []
        union = " union all ".join(f"select {', '.join(columns)} from {table}" for table in tables)
        rows = connection.execute(f"from ({union}) order by {', '.join(_KEY)}, candidate_rank").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]
