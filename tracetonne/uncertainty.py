"""How uncertain the product intensities of a year are, and why, as the served figures have it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.figures import read_figures, why_unserved
from tracetonne.settings import Home

_PRODUCT_FIELDS = (
    "process", "product", "product_name", "cn_code", "series", "quantity", "see_tco2e_per_t", "unit",
    "half_width_tco2e_per_t", "first_order_pct", "simulated_lower_tco2e_per_t", "simulated_upper_tco2e_per_t",
    "simulated_pct", "is_agreed", "orientation_activity_data_pct", "materiality_pct",
    "materiality_tco2e_per_t", "produced_t", "materiality_tco2e", "sources", "sources_assumed",
    "sources_not_assessed", "note", "note_zh", "line_id",
)  # fmt: skip
_SOURCE_FIELDS = (
    "contribution_rank", "source_id", "input_kind", "subject", "parameter", "uncertainty_pct", "basis",
    "is_assumed", "uncertainty_source_id", "evidence_id", "elasticity_pct_per_pct",
    "contribution_tco2e_per_t", "contribution_pct", "is_above_materiality", "line_id",
)  # fmt: skip


@dataclass(frozen=True)
class Uncertainty:
    """What a verifier asks of each good.

    Args:
        site: The site.
        year: Calendar year.
        products: One entry a good, series and quantity (direct, indirect, total, chargeable), with the half
            width of its 95 % interval by derivatives and by draws, in tCO2e/t and percent, the materiality of
            5 %, and `contributions`: the sources, the largest first, each with what it alone gives.
        reason: Why there is none.
    """

    site: str
    year: str
    products: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def read_uncertainty(home: Home, site: str, year: str) -> Uncertainty:
    """Return the uncertainty of every good of a site and year from the served figures.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year.

    Raises:
        WrongUseError: The site is not known.
    """
    figures = read_figures(home, site, year)
    if reason := why_unserved(home, site, year, "out_product_uncertainty", figures):
        return Uncertainty(site, year, reason=reason)
    with serving.open_serving(home, site, [year]) as connection:
        products = connection.execute(
            f"select {', '.join(_PRODUCT_FIELDS)} from out_product_uncertainty "
            "order by process, product, series, quantity"
        ).fetchall()
        sources = connection.execute(
            f"select process, product, series, quantity, {', '.join(_SOURCE_FIELDS)} "
            "from out_uncertainty_contribution order by process, product, series, quantity, contribution_rank"
        ).fetchall()
    ranked: dict[tuple[str, str | None, str, str], list[dict[str, Any]]] = {}
    for process, product, series, quantity, *values in sources:
        ranked.setdefault((process, product, series, quantity), []).append(
            dict(zip(_SOURCE_FIELDS, values, strict=True))
        )
    told = []
    for row in products:
        product = dict(zip(_PRODUCT_FIELDS, row, strict=True))
        process, figure = product["process"], (product["series"], product["quantity"])
        # Goods of one process share their sources, but where they count by their content.
        found = ranked.get((process, product["product"], *figure)) or ranked.get((process, None, *figure), [])
        above = [source["source_id"] for source in found if source["is_above_materiality"]]
        told.append({**product, "sources_above_materiality": above, "contributions": found})
    reason = "" if told else f"{site} made no goods in {year}. {year} 年無產品。"
    return Uncertainty(site, year, told, reason)
