"""Products of a year by their place in CBAM and the markets they ended in, as the served rows have it.

Reads; computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.figures import read_figures, why_unserved
from tracetonne.settings import Home

TABLE = "out_product_market"
FIELDS = (
    "product", "product_name", "cn_code", "scope", "scope_act", "scope_from_date", "scope_source", "market",
    "shipped_mass_t", "eu_direct_mass_t", "eu_indirect_mass_t", "final_markets", "transport_tkm",
    "transport_category_4_tco2e", "transport_category_9_tco2e", "legs_without_factor",
    "shipments_without_legs",
)  # fmt: skip
_EXACT = frozenset(name for name in FIELDS if name.endswith(("_t", "_tkm", "_tco2e")))


@dataclass(frozen=True)
class ProductMarkets:
    """Where products stand and went.

    Args:
        site: The site.
        year: Calendar year of shipment.
        products: By product: CN code, `scope` (in, adjacent, out, no_cn_code) with the act and its day,
            `market` with masses in t, and transport in tkm and t CO2e by category 4 and 9.
        reason: Why there is nothing.
    """

    site: str
    year: str
    products: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def read_product_markets(home: Home, site: str, year: str, eu_only: bool = False) -> ProductMarkets:
    """Return the products of a year.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year.
        eu_only: Only products of which some ended in the EU, directly or by way of another country.

    Raises:
        WrongUseError: The site is not known.
    """
    figures = read_figures(home, site, year)
    if reason := why_unserved(home, site, year, TABLE, figures):
        return ProductMarkets(site, year, reason=reason)
    condition = "market in ('eu_direct', 'eu_indirect', 'eu_direct_and_indirect')" if eu_only else "true"
    with serving.open_serving(home, site, [year]) as connection:
        found = connection.execute(
            f"select {', '.join(FIELDS)} from {TABLE} where {condition} order by product"
        ).fetchall()
    return ProductMarkets(site, year, [_plain(dict(zip(FIELDS, row, strict=True))) for row in found])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return exact decimals as numbers and days as ISO dates, for scripts."""
    day = row["scope_from_date"]
    numbers = {name: float(row[name]) for name in _EXACT if row[name] is not None}
    return row | numbers | {"scope_from_date": day.isoformat() if day else None}
