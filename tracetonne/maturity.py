"""How mature a site's and its products' data are: raw, calculation and output, each ticked or with its gaps.

A layer is ticked when nothing in it is missing for any month of the year that has ended, and for the year.
Reads documents and served figures; a gap says what to do.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from tracetonne.figures import check_site, read_figures
from tracetonne.landed import Landing, latest_master
from tracetonne.periods import TIME_ZONE
from tracetonne.settings import Home
from tracetonne.status import DocumentStatus, status

LAYERS = ("raw", "calculation", "output")
_TOLD = "see_total"


@dataclass(frozen=True)
class Gap:
    """What keeps a layer from its tick.

    Args:
        subject: Product; empty for the site.
        layer: raw, calculation or output.
        period: Month or year.
        what: What is missing.
        what_zh: The same in Traditional Chinese.
        action: What to do.
    """

    subject: str
    layer: str
    period: str
    what: str
    what_zh: str
    action: str


@dataclass(frozen=True)
class Row:
    """The ticks of the site (empty product) or of one product, and how many of the three there are."""

    product: str
    product_name: str
    raw: bool
    calculation: bool
    output: bool
    score: int


@dataclass(frozen=True)
class Maturity:
    """Ticks of a site and year, and the gaps behind those that are not there.

    Args:
        site: The site.
        year: Calendar year.
        rows: The site first, then its products.
        gaps: By layer, period and product.
    """

    site: str
    year: str
    rows: list[Row] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


def read_maturity(home: Home, site: str, year: str, today: datetime.date | None = None) -> Maturity:
    """Return the ticks and gaps of a site and year.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year.
        today: Months that ended before this day count; by default today in Taipei.

    Raises:
        WrongUseError: The site is not known.
    """
    check_site(home, site)
    day = today or datetime.datetime.now(ZoneInfo(TIME_ZONE)).date()
    cells = [row for row in status(home, site, day) if row.month[:4] == year]
    landing = Landing(home, site)
    products = {
        row["product"]: row["name"]
        for row in latest_master(landing, "master_product")
        if (row["valid_from"] or "")[:4] <= year
        and (not row["valid_to"] or row["valid_to"] > f"{year}-01-01")
    }
    booked = {
        (row["product"], row["month"])
        for row in landing.rows(
            "select distinct product, production_date[:7] as month from landed", "production_ledger"
        )
    }
    return judge(site, year, products, booked, cells, read_figures(home, site).rows)


def judge(
    site: str,
    year: str,
    products: Mapping[str, str],
    booked: Iterable[tuple[str, str]],
    cells: Sequence[DocumentStatus],
    figures: Sequence[Mapping[str, Any]],
) -> Maturity:
    """Tick each layer of the site and of its products.

    Args:
        site: The site.
        year: Calendar year.
        products: Name by product, of those in force in the year.
        booked: Product and month of what the ledgers say was made.
        cells: The matrix of expected documents of the year.
        figures: Figures by the contract of `figures --json`.
    """
    made = [(product, month) for product, month in booked if month[:4] == year]
    months = sorted({row.month for row in cells if row.frequency} | {month for _, month in made})
    gaps = list(_raw_gaps(year, products, made, cells))
    gaps += _calculation_gaps(site, year, months, made, cells, figures)
    gaps += _output_gaps(site, year, figures, {product for product, _ in made})
    rows = [_row("", site, gaps), *(_row(product, name, gaps) for product, name in sorted(products.items()))]
    order = {layer: number for number, layer in enumerate(LAYERS)}
    gaps.sort(key=lambda gap: (order[gap.layer], gap.period, gap.subject, gap.what))
    return Maturity(site, year, rows, gaps)


def _row(product: str, name: str, gaps: Sequence[Gap]) -> Row:
    """Tick what has no gap: a product's own, and the site's, which all products rest on."""
    open_layers = {gap.layer for gap in gaps if not product or gap.subject in ("", product)}
    ticks = {layer: layer not in open_layers for layer in LAYERS}
    return Row(product, name, **ticks, score=sum(ticks.values()))


def _raw_gaps(
    year: str,
    products: Mapping[str, str],
    made: Iterable[tuple[str, str]],
    cells: Sequence[DocumentStatus],
) -> Iterable[Gap]:
    expected = [row for row in cells if row.frequency]
    if not expected:
        yield Gap(
            "", "raw", year, "master data expect no documents of the year", "主檔未列該年應備文件",
            "fill in the sheet expected_documents · 請填寫 expected_documents 頁",
        )  # fmt: skip
    for row in expected:
        if row.status != "landed":
            about = " ".join(filter(None, (row.kind, row.subject)))
            yield Gap(
                "", "raw", row.month, f"{about}: {row.status}{row.note and f', {row.note}'}",
                f"{about}：{'缺件' if row.status == 'missing' else '未採計'}",
                f"tracetonne land PATH --site {row.site}",
            )  # fmt: skip
    for product in sorted(set(products) - {product for product, _ in made}):
        yield Gap(
            product, "raw", year, "no ledger says that it was made", "無生產紀錄",
            "land the ledger, or end the product in master data · 請匯入生產日報，或於主檔註明失效日",
        )  # fmt: skip


def _calculation_gaps(
    site: str,
    year: str,
    months: Sequence[str],
    made: Iterable[tuple[str, str]],
    cells: Sequence[DocumentStatus],
    figures: Sequence[Mapping[str, Any]],
) -> Iterable[Gap]:
    states = {row.month: row.figures for row in cells}
    served = {row["period"] for row in figures}
    missing = [period for period in (*months, year) if period not in served]
    stale = [period for period in (*months, year) if states.get(period) == "stale"]
    for period in missing:
        yield Gap("", "calculation", period, "not computed", "尚未計算", _refresh(site, period))
    for period in stale:
        yield Gap(
            "", "calculation", period, "documents came after it was computed", "計算後另有文件入庫",
            _refresh(site, period),
        )  # fmt: skip
    known = {(row["product"], row["period"]) for row in _intensities(figures) if row["value"] is not None}
    notes = {(row["product"], row["period"]): row["note"] for row in _intensities(figures)}
    wanted = {*made, *((product, year) for product, _ in made)}
    for product, period in sorted(wanted):
        if period in served and (product, period) not in known:
            note = notes.get((product, period)) or "no intensity of the product"
            yield Gap(
                product, "calculation", period, note, "無產品碳強度",
                f"tracetonne status --site {site}; tracetonne factors --site {site}",
            )  # fmt: skip


def _output_gaps(site: str, year: str, figures: Sequence[Mapping[str, Any]], made: set[str]) -> Iterable[Gap]:
    of_year = [row for row in figures if row["period"] == year]
    intensities = [row for row in _intensities(of_year) if row["status"] == "published"]
    if not any(row["status"] == "published" for row in of_year):
        blocked = ", ".join(sorted({gate for row in of_year for gate in row["blocked_by"]}))
        what = f"gates keep it from a package: {blocked}" if blocked else "no package holds the year"
        what_zh = f"檢核未通過：{blocked}" if blocked else "尚無該年證據包"
        yield Gap("", "output", year, what, what_zh, _refresh(site, year))
        return
    for product in sorted(made - {row["product"] for row in intensities}):
        yield Gap(
            product, "output", year, "the package of the year does not hold its intensity",
            "該年證據包無此產品碳強度", _refresh(site, year),
        )  # fmt: skip


def _intensities(figures: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [
        row
        for row in figures
        if row["quantity"] == _TOLD and row["series"] == "management" and row["product"] is not None
    ]


def _refresh(site: str, period: str) -> str:
    kind = "year" if len(period) == 4 else "month"
    return f"tracetonne refresh --site {site} --{kind} {period}"
