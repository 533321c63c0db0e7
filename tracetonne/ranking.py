"""Which products and emission sources of a year matter most, as the served rows have it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.figures import read_figures, why_unserved
from tracetonne.settings import Home

_FIELDS = (
    "emission_rank", "subject", "subject_name", "emissions_tco2e", "emission_share", "cumulated_share",
    "is_significant", "line_id",
)  # fmt: skip


@dataclass(frozen=True)
class Ranking:
    """What to look at first.

    Args:
        site: The site.
        year: Calendar year.
        products: Products, the largest first: attributed emissions that they bear in t CO2e, share, cumulated
            share, and whether it takes them to come to 80 %.
        sources: Source streams, measured sources and electricity by process, likewise.
        reason: Why there is none.
    """

    site: str
    year: str
    products: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def read_ranking(home: Home, site: str, year: str) -> Ranking:
    """Return the products and emission sources of a site and year, the largest first.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year.

    Raises:
        WrongUseError: The site is not known.
    """
    figures = read_figures(home, site, year)
    if reason := why_unserved(home, site, year, "out_emission_ranking", figures):
        return Ranking(site, year, reason=reason)
    found: dict[str, list[dict[str, Any]]] = {"product": [], "source": []}
    with serving.open_serving(home, site, [year]) as connection:
        rows = connection.execute(
            f"select ranked_kind, {', '.join(_FIELDS)} from out_emission_ranking "
            "order by ranked_kind, emission_rank"
        ).fetchall()
    for kind, *values in rows:
        row = dict(zip(_FIELDS, values, strict=True))
        found[kind].append(row | {"emissions_tco2e": float(row["emissions_tco2e"])})
    reason = "" if rows else f"{site} has no emissions in {year}. {year} 年無排放量。"
    return Ranking(site, year, found["product"], found["source"], reason)
