"""The uncertainty of product intensities for people, in English and Traditional Chinese."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from tracetonne.display import console
from tracetonne.uncertainty import Uncertainty

# What a person reads first: the total of the law in force, and where there is none of management.
SHOWN = "see_total"
SOURCES_SHOWN = 10
BASES = {
    "calibration": "calibration certificate 校正報告",
    "calibration_expired": "calibration expired 校正逾期",
    "meter": "master data 主檔",
    "meter_expired": "master data, expired 主檔（逾期）",
    "source_stream": "master data 主檔",
    "certificate": "laboratory 實驗室報告",
    "factor_document": "factor document 係數文件",
    "published_interval": "published 公告區間",
    "class": "class 等級",
    "assumed": "assumed 假設",
    "not_assessed": "not assessed 未評估",
}


def show_uncertainty(found: Uncertainty) -> None:
    """Print the interval of each good, its materiality, and the ranking of sources.

    Of the two series the one that the law in force admits is shown; the JSON has both.
    """
    if found.reason:
        console().print(found.reason, highlight=False)
        return
    series = "regime" if any(one["series"] == "regime" for one in found.products) else "management"
    products = [one for one in found.products if one["series"] == series]
    console().print(_products(f"{found.site} {found.year}, {series}", products))
    for product in products:
        if product["quantity"] == SHOWN:
            console().print(_sources(product))


def _products(what: str, products: list[dict[str, Any]]) -> Table:
    title = f"Uncertainty of product intensity 產品碳強度不確定度 {what} (95 %)"
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    table.add_column("product 產品")
    table.add_column("quantity 項目")
    for heading in ("value 數值 t/t", "± first order 一階 %", "± draws 模擬 %", "5 % 實質性 tCO2e"):
        table.add_column(heading, justify="right")
    table.add_column("alone above 單項超過", overflow="fold")
    for product in products:
        table.add_row(
            product["product"],
            product["quantity"],
            _number(product["see_tco2e_per_t"], 5),
            _number(product["first_order_pct"], 2),
            _number(product["simulated_pct"], 2) + ("" if product["is_agreed"] is not False else " !"),
            _number(product["materiality_tco2e"], 0),
            ", ".join(map(_name, product["sources_above_materiality"])) or "–",
        )
    return table


def _sources(product: dict[str, Any]) -> Table:
    orientation = product["orientation_activity_data_pct"]
    limit = "–" if orientation is None else f"{orientation:g} %"
    title = (
        f"{product['product']}, {product['quantity']}: sources of uncertainty 不確定度來源. "
        f"{product['note']} {product['note_zh']}. Orientation for activity data 活動數據參考值 {limit}"
    )
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    table.add_column("rank 排序", justify="right")
    table.add_column("source 來源", overflow="fold")
    for heading in ("± %", "gives ± % of the figure 對結果之貢獻"):
        table.add_column(heading, justify="right")
    table.add_column("rests on 依據")
    for source in product["contributions"][:SOURCES_SHOWN]:
        table.add_row(
            str(source["contribution_rank"]),
            _name(source["source_id"]),
            _number(source["uncertainty_pct"], 2),
            _number(source["contribution_pct"], 3) + (" > 5 %" if source["is_above_materiality"] else ""),
            BASES[source["basis"]],
        )
    return table


def _name(source_id: str) -> str:
    """Leave out the landing that a factor's id ends with."""
    return source_id.partition("@")[0]


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
