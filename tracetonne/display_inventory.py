"""The inventory of an organisation for people, in English and Traditional Chinese."""

from __future__ import annotations

from typing import Any

from rich.markup import escape
from rich.table import Table

from tracetonne.display import console
from tracetonne.inventory import Inventory, is_subcategory

STANDARDS = {
    "iso14064_1": "ISO 14064-1:2018 categories 類別",
    "ghg_protocol": "GHG Protocol scopes 範疇",
}
STATUS = {
    "computed": "computed 已計算",
    "partly": "[yellow]partly, gaps below 部分，缺漏如下[/]",
    "gap": "[red]gap 缺漏[/]",
    "not_applicable": "not applicable 不適用",
    "excluded": "left out 排除",
    "no_source": "none by master data 主檔無此排放源",
}
CONTENT = {"present": "present 已有", "partly": "[yellow]partly 部分[/]", "missing": "[yellow]missing 缺[/]"}
METHODS = {"location": "location 所在地基準", "market": "market 市場基準"}


def show_inventory(inventory: Inventory) -> None:
    """Print both standards by both methods for electricity, biogenic apart, gaps, and the reconciliation."""
    if inventory.reason:
        console().print(inventory.reason, highlight=False)
        return
    title = f"{inventory.site} {inventory.year}, GWP {inventory.gwp_set}, t CO2e"
    if inventory.known_on:
        title += f", factors known on 採此日前已知係數 {inventory.known_on}"
    for standard, name in STANDARDS.items():
        console().print(_categories(inventory, standard, f"{name} · {title}"))
    console().print(f"biogenic CO2, apart 生質二氧化碳（另列）: {_number(inventory.biogenic_tco2)} t")
    for figure in inventory.figures:
        if figure["quantity"] == "ghg_scope_3_category_1_specific_share":
            share = f"{figure['value']:.1%}"
            console().print(
                f"purchases by suppliers' footprints and EPDs 採購以供應商資料計算之占比: {share}"
            )
    console().print(_reasons(inventory))
    console().print(_quality(inventory))
    console().print(_reconciliation(inventory))
    console().print(_contents(inventory))


def _categories(inventory: Inventory, standard: str, title: str) -> Table:
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    table.add_column("")
    table.add_column("category 類別", overflow="fold")
    for name in METHODS.values():
        table.add_column(name, justify="right")
    table.add_column("status 狀態")
    by_method = _paired([row for row in inventory.categories if row["standard"] == standard], "category")
    for category, rows in by_method.items():
        row = rows["location"]
        style = "bold" if row["parent"] in ("", "total", None) else ""
        table.add_row(
            category,
            f"{row['name']} {row['name_zh']}",
            *(_number(rows[method]["emissions_tco2e"]) for method in METHODS),
            STATUS[row["status"]],
            style=style,
        )
    return table


def _reasons(inventory: Inventory) -> Table:
    table = Table(
        box=None,
        title="Gaps, what does not apply, what is left out 缺漏、不適用與排除說明",
        title_justify="left",
        header_style="bold",
    )
    table.add_column("category 類別")
    table.add_column("reason 說明", overflow="fold")
    for row in inventory.categories:
        if row["reason"] and row["electricity_method"] == "location" and is_subcategory(row):
            standard = STANDARDS[row["standard"]].partition(":")[0].removesuffix(" scopes 範疇")
            table.add_row(f"{standard} {row['category']}", escape(f"{row['reason']} {row['reason_zh']}"))
    return table


def _quality(inventory: Inventory) -> Table:
    table = Table(
        box=None,
        title="Quality of scopes 2 and 3 範疇二、三數據品質與不確定性",
        title_justify="left",
        header_style="bold",
    )
    table.add_column("category 類別")
    for heading in ("A1×A2×A3", "grade 等級", "± 95 %", "assessed 評估占比"):
        table.add_column(heading, justify="right")
    for row in inventory.quality:
        uncertainty = "–" if row["uncertainty"] is None else f"{row['uncertainty']:.1%}"
        scores = (f"{row['quality_product']:.2f}", f"{row['quality_grade']:.2f}")
        table.add_row(row["category"], *scores, uncertainty, f"{row['assessed_share']:.1%}")
    return table


def _contents(inventory: Inventory) -> Table:
    table = Table(
        box=None,
        title="What the report contains 報告書內容, ISO 14064-1:2018 9.3.1",
        title_justify="left",
        header_style="bold",
    )
    for heading in ("", "item 項目", "status 狀態", "where, or what to do 位置或待辦"):
        table.add_column(heading, overflow="fold")
    for row in inventory.contents:
        told = escape(f"{row['told']} {row['told_zh']}")
        table.add_row(row["letter"], f"{row['name']} {row['name_zh']}", CONTENT[row["status"]], told)
    return table


def _reconciliation(inventory: Inventory) -> Table:
    table = Table(
        box=None,
        title="From products to the organisation 產品與組織之調節, t CO2e",
        title_justify="left",
        header_style="bold",
    )
    table.add_column("line 項目", overflow="fold")
    for name in METHODS.values():
        table.add_column(name, justify="right")
    table.add_column("reason 說明", overflow="fold")
    for rows in _paired(inventory.reconciliation, "line_name").values():
        row = next(iter(rows.values()))
        is_total = row["line_name"] in ("organisation_total", "product_life_cycle")
        table.add_row(
            f"{row['name']} {row['name_zh']}",
            *(_number(rows[method]["emissions_tco2e"] if method in rows else 0) for method in METHODS),
            escape(f"{row['reason']} {row['reason_zh']}"),
            style="bold" if is_total else "",
        )
    return table


def _paired(rows: list[dict[str, Any]], key: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Group rows by a field, in their order, and by method for electricity below it."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[key], {})[row["electricity_method"]] = row
    return found


def _number(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 3) + 0.0:,.3f}"
