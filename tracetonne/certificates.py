"""CBAM certificates of a site's products and importers in a year, as the served figures have them.

Reads; computes nothing. A price that somebody asks about is multiplied by the macro that the models use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from tracetonne import serving
from tracetonne.figures import Figures, read_figures, why_unserved
from tracetonne.settings import Home

FIRST_YEAR = 2026
_PRODUCT_FIELDS = (
    "process", "product", "product_name", "cn_code", "value_option", "quarter", "see_tco2e_per_t",
    "default_share", "benchmark_tco2e_per_t", "benchmark_route", "sefa_process_tco2e_per_t",
    "sefa_precursors_tco2e_per_t", "sefa_tco2e_per_t", "certificates_per_t", "saving_per_t",
    "cheaper_option", "price_basis", "price_eur_per_tco2e", "cost_eur_per_t", "is_assumed", "note",
)  # fmt: skip
_IMPORT_FIELDS = (
    "importer_eori", "importer", "import_quarter", "cn_code", "country_code", "product", "value_basis",
    "net_mass_t", "is_in_scope", "counts_to_threshold", "is_exempt", "see_tco2e_per_t", "sefa_tco2e_per_t",
    "embedded_emissions_tco2e", "free_allocation_tco2e", "certificates", "price_eur_per_tco2e",
    "certificate_cost_eur", "is_assumed", "note",
)  # fmt: skip
_IMPORTER_FIELDS = (
    "importer_eori", "importer", "threshold_mass_t", "threshold_t", "is_exempt", "free_allocation_tco2e",
    "certificates_due", "certificate_cost_eur", "penalty_eur_per_tco2e", "penalty_exposure_eur",
    "holding_q1_certificates", "holding_q2_certificates", "holding_q3_certificates",
    "holding_q4_certificates",
    "holding_prior_q1_certificates", "holding_prior_q2_certificates", "holding_prior_q3_certificates",
    "holding_prior_q4_certificates", "held_q1_certificates", "held_q2_certificates", "held_q3_certificates",
    "held_q4_certificates", "missing_q1_certificates", "missing_q2_certificates", "missing_q3_certificates",
    "missing_q4_certificates", "is_due_q1", "is_due_q2", "is_due_q3", "is_due_q4", "spent_eur",
    "cost_paid_eur", "cost_open_eur", "cost_with_paid_eur",
    "is_assumed", "note",
)  # fmt: skip
OBLIGATION_FIELDS = (
    "importer_eori", "importer", "obligation", "clause", "due_date", "required_certificates",
    "done_certificates", "done_date", "document", "obligation_state",
)  # fmt: skip
_DUAL_FIELDS = (
    "series", "process", "product", "value_option", "quarter", "price_basis", "fee_twd_per_t",
    "cost_eur_per_t", "exchange_rate_twd_per_eur", "cost_twd_per_t", "carbon_cost_twd_per_t",
)  # fmt: skip

# Exact decimals in the served tables, plain numbers for scripts.
_EXACT = frozenset(
    {"net_mass_t", "certificates", "certificate_cost_eur", "threshold_mass_t", "certificates_due"}
)

Pricing = Callable[[Sequence[float]], Sequence[float]]
PricingOfPairs = Callable[
    [Sequence[tuple[float, str | None]]], tuple[Sequence[float], Sequence[float | None]]
]


@dataclass(frozen=True)
class Certificates:
    """What a quoting manager or an importer's declarant asks.

    Args:
        site: The site.
        year: Calendar year of import.
        products: By product, choice of values (actual, default) and quarter of import (0 at the reference
            price): emissions, free allocation and certificates in t a tonne, cost in EUR a tonne.
        importers: By importer: mass under the threshold, certificates due, cost, what to hold, what is held,
            penalty.
        imports: By importer, quarter and good: what that rests on.
        obligations: By importer and duty: its day, what it takes and what is done of it by the papers.
        dual_costs: By product: Taiwanese fee in TWD beside certificates in EUR, a tonne.
        asked_price_eur: Price that was asked about; then products and importers have `asked_cost_eur`, a
            tonne and altogether.
        reason: Why there is nothing.
        sensitivity: By product, choice of values and price that was asked about: cost of a tonne, and what it
            leaves of the margin that was given.
    """

    site: str
    year: str
    products: list[dict[str, Any]] = field(default_factory=list)
    importers: list[dict[str, Any]] = field(default_factory=list)
    imports: list[dict[str, Any]] = field(default_factory=list)
    obligations: list[dict[str, Any]] = field(default_factory=list)
    dual_costs: list[dict[str, Any]] = field(default_factory=list)
    asked_price_eur: float | None = None
    reason: str = ""
    sensitivity: list[dict[str, Any]] = field(default_factory=list)


def read_certificates(
    home: Home, site: str, year: str, price: str | None = None, pricing: Pricing | None = None
) -> Certificates:
    """Return certificates and costs of a site's products and importers in a year.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year of import.
        price: Price of a certificate in EUR to ask about, beside the known and assumed ones.
        pricing: Gives the cost of each of some numbers of certificates at that price.

    Raises:
        WrongUseError: The site is not known.
    """
    figures = read_figures(home, site, year)
    if reason := why_unserved(home, site, year, "out_cbam_product", figures):
        return Certificates(site, year, reason=reason)
    with serving.open_serving(home, site, [year]) as connection:
        products = _rows(
            connection, "out_cbam_product", _PRODUCT_FIELDS, "process, product, value_option, quarter"
        )
        importers = _rows(connection, "out_cbam_importer", _IMPORTER_FIELDS, "importer_eori")
        imports = _rows(
            connection, "out_cbam_import", _IMPORT_FIELDS, "importer_eori, import_quarter, cn_code, line_id"
        )
        obligations = read_obligations(connection)
        dual = _rows(
            connection,
            "out_dual_carbon_cost",
            _DUAL_FIELDS,
            "series, process, product, value_option, quarter",
        )
    if not (products or importers or dual):
        return Certificates(site, year, reason=_why_none(figures, year))
    if price is None or pricing is None:
        return Certificates(site, year, products, importers, imports, obligations, dual)
    _ask(products, "certificates_per_t", pricing)
    _ask(importers, "certificates_due", pricing)
    return Certificates(site, year, products, importers, imports, obligations, dual, float(price))


def with_sensitivity(found: Certificates, prices: Sequence[str], pricing: PricingOfPairs) -> Certificates:
    """Add what a tonne of each product costs at several prices of a certificate.

    Args:
        found: Certificates of a year.
        prices: Prices in EUR.
        pricing: Gives the cost of each number of certificates at its price, and what that leaves of a margin.
    """
    goods = {
        (row["process"], row["product"], row["value_option"]): row["certificates_per_t"]
        for row in found.products
        if row["certificates_per_t"] is not None
    }
    asked = [(key, certificates, price) for key, certificates in goods.items() for price in prices]
    if not asked:
        return found
    costs, margins = pricing([(certificates, price) for _, certificates, price in asked])
    rows = [
        {
            "process": process,
            "product": product,
            "value_option": option,
            "certificates_per_t": certificates,
            "price_eur_per_tco2e": float(price),
            "cost_eur_per_t": cost,
            "margin_left_eur_per_t": left,
        }
        for ((process, product, option), certificates, price), cost, left in zip(
            asked, costs, margins, strict=True
        )
    ]
    return replace(found, sensitivity=rows)


def read_obligations(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return what importers have to do for the mechanism, by day; nothing where no served year has it.

    Args:
        connection: Of `serving.open_serving`.
    """
    if not connection.execute("from duckdb_views() where view_name = 'out_cbam_obligation'").fetchall():
        return []
    rows = _rows(
        connection,
        "out_cbam_obligation",
        ("period", *OBLIGATION_FIELDS),
        "due_date, importer_eori, obligation",
    )
    return [
        row | {name: row[name] and row[name].isoformat() for name in ("due_date", "done_date")}
        for row in rows
    ]


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, fields: Sequence[str], order: str
) -> list[dict[str, Any]]:
    found = connection.execute(f"select {', '.join(fields)} from {table} order by {order}").fetchall()
    return [
        {name: float(value) if name in _EXACT and value is not None else value for name, value in row.items()}
        for row in (dict(zip(fields, values, strict=True)) for values in found)
    ]


def _ask(rows: list[dict[str, Any]], column: str, pricing: Pricing) -> None:
    known = [row for row in rows if row[column] is not None]
    for row in rows:
        row["asked_cost_eur"] = None
    for row, cost in zip(known, pricing([row[column] for row in known]) if known else [], strict=True):
        row["asked_cost_eur"] = cost


def _why_none(figures: Figures, year: str) -> str:
    if int(year) < FIRST_YEAR:
        return (
            f"No certificates are due for imports of {year}: they begin with 2026. "
            "2026 年起進口方須繳交 CBAM 憑證。"
        )
    return figures.reason or (
        f"{year} has no product with a CN code of the mechanism and no import declaration. "
        "該年度無適用貨品，亦無進口報單。"
    )
