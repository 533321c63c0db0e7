"""Figures as scripts read them: every number of a site and period, with its standing.

A figure is `published` when the newest package of its period holds it with this value, else `provisional`;
`blocked_by` names the gates that keep it from being published, `superseded_inputs` the earlier months that
have changed since it was computed: the period needs a refresh.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tracetonne import serving
from tracetonne.errors import WrongUseError
from tracetonne.factor_table import Row, read_seed
from tracetonne.figure_table import ROUNDING
from tracetonne.package import versions
from tracetonne.periods import is_month, quarter_window
from tracetonne.settings import Home
from tracetonne.sites import SCHEMA_SITE
from tracetonne.superseded import superseded_inputs

FIELDS = (
    "figure_key", "period", "process", "product", "product_name", "cn_code", "series", "quantity", "value",
    "rounded", "unit", "regime", "clause", "method_id", "data_quality", "is_provisional", "note",
    "refresh_period", "site",
)  # fmt: skip


@dataclass
class Figures:
    """The figures that were asked for, and why there are none when there are none."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def read_figures(home: Home, site: str, period: str | None = None) -> Figures:
    """Return the figures of a site, ordered by period, process, product, quantity and series.

    Args:
        home: The installation.
        site: The site.
        period: A month (with its year to date and rolling 12 months), a year, or None for everything.

    Raises:
        WrongUseError: The site is not known here.
    """
    check_site(home, site)
    wanted = None if period is None else [period]
    if not serving.builds(home, site, wanted):
        return Figures(reason=_why_none(home, site, period))
    connection = serving.open_serving(home, site, wanted)
    with connection:
        listed = ", ".join(FIELDS)
        rows = connection.execute(
            f"select {listed} from out_figure order by refresh_period, period, process nulls first, "
            "product nulls first, quantity, series"
        ).fetchall()
    found = [dict(zip(FIELDS, row, strict=True)) for row in rows]
    standing = {key: _Standing(home, site, key) for key in {row["refresh_period"] for row in found}}
    figures = [standing[row["refresh_period"]].as_json(row) for row in found]
    return Figures(figures, "" if figures else _why_none(home, site, period))


def why_unserved(home: Home, site: str, year: str, table: str, figures: Figures) -> str:
    """Return why a table of a year cannot be read, nothing where it can.

    Args:
        home: The installation.
        site: The site.
        year: Calendar year.
        table: Such as `out_taiwan_fee`.
        figures: What there is of the year.
    """
    build = serving.current(home, site, year)
    if build is not None and table in build.tables:
        return ""
    return figures.reason or f"Run: tracetonne refresh --site {site} --year {year}"


def check_site(home: Home, site: str) -> None:
    """Raise `WrongUseError` where nothing of the site has been landed."""
    if not (home.landing / "evidence" / f"site={site}").is_dir():
        known = sorted(path.name[5:] for path in (home.landing / "evidence").glob("site=*"))
        raise WrongUseError(
            "Nothing has been landed for this site.",
            where=str(home.landing),
            expected="one of: " + ", ".join(name for name in known if name != SCHEMA_SITE) or "a landed site",
            found=site,
            action=f"Run: tracetonne land PATH --site {site}",
        )


def read_quarter(home: Home, site: str, quarter: str) -> Figures:
    """Return the figures of a quarter, which stand beside those of its last month.

    Args:
        home: The installation.
        site: The site.
        quarter: Such as `2026-Q1`, which the rows have as their period.

    Raises:
        WrongUseError: The site is not known here, or this is no quarter.
    """
    month, window = quarter_window(quarter)
    of_month = read_figures(home, site, month)
    rows = [row | {"period": quarter} for row in of_month.rows if row["period"] == window]
    none = f"The evidence of {site} for {month} gives no figures of a quarter. {month} 之憑證無季度數據。"
    return Figures(rows, "" if rows else of_month.reason or none)


class _Standing:
    """What has been published of one refresh period, and what keeps the rest from it."""

    def __init__(self, home: Home, site: str, refresh_period: str) -> None:
        build = serving.current(home, site, refresh_period)
        verdicts = build.gates() if build else None
        if verdicts is None:
            self.blocked_by = ["gates_not_judged"]
        else:
            self.blocked_by = [
                gate["name"] for gate in verdicts if not gate["passed"] and gate["severity"] == "error"
            ]
        self.superseded_inputs = superseded_inputs(home, site, refresh_period)
        newest = versions.published(home, site, refresh_period)
        self.version = newest.version if newest else None
        self.values = newest.figures() if newest else {}

    def as_json(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the figure by the contract that scripts rely on."""
        key = row["figure_key"], row["refresh_period"]
        definition = _definitions().get(row["quantity"], {})
        is_published = key in self.values and self.values[key] == row["value"]
        return {
            "figure_id": f"{row['figure_key']}@{self.version}" if is_published else row["figure_key"],
            "site": row["site"],
            "period": row["period"],
            "process": row["process"],
            "product": row["product"],
            "product_name": row["product_name"],
            "cn_code": row["cn_code"],
            "series": row["series"],
            "quantity": row["quantity"],
            "name": definition.get("name", ""),
            "name_zh": definition.get("name_zh", ""),
            "value": row["value"],
            "rounded": row["rounded"],
            "rounding": ROUNDING.get(definition.get("rounding", ""), ""),
            "unit": row["unit"],
            "regime": row["regime"],
            "status": "published" if is_published else "provisional",
            "blocked_by": [] if is_published else self.blocked_by,
            "superseded_inputs": self.superseded_inputs,
            "is_provisional": row["is_provisional"],
            "data_quality": row["data_quality"],
            "clause": row["clause"],
            "method_id": row["method_id"],
            "note": row["note"],
        }


@cache
def _definitions() -> dict[str, Row]:
    """Return what each quantity is and how it is rounded."""
    return {row["quantity"]: row for row in read_seed("figure_definition")}


def _why_none(home: Home, site: str, period: str | None) -> str:
    """Say in one sentence why there is no figure and what to do."""
    served = [build.period for build in serving.builds(home, site)]
    if period is None or not served:
        return f"{site} has not been refreshed yet: run `tracetonne refresh --site {site} --month YYYY-MM`."
    if is_month(period) and period[:4] in served and not any(is_month(one) for one in served):
        return (
            f"The evidence of {site} covers a year and is never spread over months: "
            f"ask for --year {period[:4]}."
        )
    kind = "month" if is_month(period) else "year"
    return (
        f"{site} has no figures for {period} (it has {', '.join(served)}): "
        f"run `tracetonne refresh --site {site} --{kind} {period}`."
    )
