"""The inventory of an organisation for a year, as the served figures have it: both standards, both methods.

Reads; computes nothing. Categories come with their status, so that a gap is never shown as zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.errors import WrongUseError
from tracetonne.figures import read_figures, why_unserved
from tracetonne.landed import Landing
from tracetonne.registers import standing_rows
from tracetonne.report_contents import report_contents
from tracetonne.settings import Home

GWP_SETS = ("AR5", "AR6")
LATEST_GWP_SET = "AR6"
_CATEGORY_FIELDS = (
    "standard", "category", "parent", "name", "name_zh", "clause", "electricity_method", "status",
    "emissions_tco2e", "reason", "reason_zh",
)  # fmt: skip
_ITEM_FIELDS = (
    "iso_category", "ghg_category", "item_class", "subject", "electricity_method", "gas",
    "activity_quantity", "activity_unit", "factor", "factor_unit", "factor_class", "factor_source",
    "emissions_tco2e", "line_id",
)  # fmt: skip
_LINE_FIELDS = (
    "electricity_method", "line_name", "name", "name_zh", "reason", "reason_zh", "emissions_tco2e",
)  # fmt: skip
_QUALITY_FIELDS = ("category", "quality_product", "quality_grade", "uncertainty", "assessed_share", "line_id")
_STATEMENT_FIELDS = ("item", "statement", "statement_zh", "proof", "stated_by", "recorded_on", "evidence_id")
_REGIMES = ("iso14064_1", "ghg_protocol")


@dataclass(frozen=True)
class Inventory:
    """What an organisation reports for a year, and how it agrees with its products.

    Args:
        site: The site.
        year: Calendar year.
        gwp_set: Assessment report of the warming potentials, `AR5` or `AR6`.
        categories: Categories of both standards in their order, t CO2e by method for electricity.
        items: What the categories sum, with activity, factor and where it is from.
        biogenic_tco2: Biogenic carbon dioxide, apart from all totals; None where there is none.
        reconciliation: Lines from the life cycles of the products to the total of the organisation.
        figures: Figures of this set, by the contract of `figures --json`.
        quality: Data quality and uncertainty of scope 2 and the categories of scope 3, with the total of
            scope 3.
        contents: What ISO 14064-1:2018, 9.3.1 wants in the report, letter by letter: where it is, or that it
            is missing.
        statements: What the organisation states of the year, by item of the report, with `evidence_id`.
        reason: Why there is no inventory.
        known_on: Day by which the factors had to be known, an ISO date; None where all count.
    """

    site: str
    year: str
    gwp_set: str
    categories: list[dict[str, Any]]
    items: list[dict[str, Any]]
    biogenic_tco2: float | None
    reconciliation: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    quality: list[dict[str, Any]]
    contents: list[dict[str, str]]
    statements: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""
    known_on: str | None = None


def read_inventory(
    home: Home, site: str, year: str, gwp_set: str | None = None, known_on: str | None = None
) -> Inventory:
    """Return the inventory of a site and year from the served figures.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year.
        gwp_set: `AR5` or `AR6`; None for the latest, as ISO 14064-1 asks.
        known_on: The day that the served figures are by, where they are by one.

    Raises:
        WrongUseError: The site or the set is not known.
    """
    chosen = (gwp_set or LATEST_GWP_SET).upper()
    if chosen not in GWP_SETS:
        raise WrongUseError(
            "This set of warming potentials is not known.",
            where="--gwp",
            expected=" or ".join(GWP_SETS),
            found=gwp_set or "",
        )
    figures = read_figures(home, site, year)
    if reason := why_unserved(home, site, year, "out_organisation_inventory", figures):
        return _none(site, year, chosen, reason)
    with serving.open_serving(home, site, [year]) as connection:

        def rows(fields: tuple[str, ...], table: str, order: str, where: str) -> list[dict[str, Any]]:
            found = connection.execute(
                f"select {', '.join(fields)} from {table} where {where} order by {order}", [chosen]
            ).fetchall()
            return [_plain(dict(zip(fields, row, strict=True))) for row in found]

        of_set = "gwp_set = ?"
        order = "sort_order, electricity_method"
        categories = rows(_CATEGORY_FIELDS, "out_organisation_inventory", order, of_set)
        items = rows(
            _ITEM_FIELDS,
            "out_organisation_item",
            "iso_category, subject, gas, electricity_method",
            "gwp_set in ('any', ?)",
        )
        lines = rows(_LINE_FIELDS, "out_accounting_reconciliation", f"{order}, line_name", of_set)
        quality = connection.execute(
            f"select {', '.join(_QUALITY_FIELDS)} from out_organisation_quality "
            "order by category = 'scope_3', try_cast(replace(category, '3.', '') as integer) nulls first"
        ).fetchall()
    if not categories:
        return _none(
            site, year, chosen,
            f"{year} has no inventory of an organisation: a filled template leaves out vehicles, "
            "refrigerants, offices and purchases of power. Land the year's bills of fuel and power. "
            "該年度採用溝通範本，未含車輛、冷媒、辦公室及外購電力，無組織盤查；請另以廠址匯入燃料與電力帳單。",
        )  # fmt: skip
    of_organisation = [row for row in figures.rows if row["regime"] in _REGIMES and row["series"] == chosen]
    biogenic = [row["value"] for row in of_organisation if row["quantity"] == "iso_biogenic_co2"]
    of_categories = [dict(zip(_QUALITY_FIELDS, row, strict=True)) for row in quality]
    landing = Landing(home, site)
    statements = _statements(home, site, year)
    quantities = {row["quantity"] for row in figures.rows if row["value"] is not None}
    contents = report_contents(
        categories,
        items,
        quantities,
        {row["item"] for row in statements},
        has_organisation=_states(landing, "master_site", "name"),
        has_base_year=_states(landing, "master_base_emission", "emissions_tco2e"),
        assessed=_assessed(items, of_categories, quantities),
    )
    return Inventory(
        site=site,
        year=year,
        gwp_set=chosen,
        categories=categories,
        items=items,
        biogenic_tco2=biogenic[0] if biogenic else None,
        reconciliation=lines,
        figures=of_organisation,
        quality=of_categories,
        contents=contents,
        statements=statements,
        known_on=known_on,
    )


def _assessed(
    items: Sequence[Mapping[str, Any]], quality: Sequence[Mapping[str, Any]], quantities: Collection[str]
) -> set[str]:
    """Return the categories of ISO 14064-1, 1 to 6, for which an uncertainty was computed.

    That of the inventory of the law is of a plant's own sources.
    """
    known = {row["category"] for row in quality if row["uncertainty"] is not None}
    by_law = {"1"} if "taiwan_uncertainty_lower" in quantities else set()
    return by_law | {item["iso_category"][0] for item in items if item["ghg_category"] in known}


def is_subcategory(category: Mapping[str, Any]) -> bool:
    """Say whether a category stands for itself and is no sum of others; category 6 has none below it."""
    return category["parent"] not in ("", "total", None) or category["category"] == "6"


def _statements(home: Home, site: str, year: str) -> list[dict[str, Any]]:
    """Return what the organisation states of a year, item by item."""
    rows = standing_rows(home, site, "inventory_statement", ["inventory_year", "item"])
    return [{name: row[name] for name in _STATEMENT_FIELDS} for row in rows if row["inventory_year"] == year]


def _states(landing: Landing, table: str, column: str) -> bool:
    """Say whether any landed row of master data fills a column."""
    return bool(landing.rows(f"select 1 from landed where trim({column}) <> '' limit 1", table))


def _none(site: str, year: str, gwp_set: str, reason: str) -> Inventory:
    return Inventory(site, year, gwp_set, [], [], None, [], [], [], [], reason=reason)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    emissions = row["emissions_tco2e"]
    return {**row, "emissions_tco2e": None if emissions is None else float(emissions)}
