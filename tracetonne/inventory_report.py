"""The report on greenhouse gases of a year, to print: every item of ISO 14064-1:2018, 9.3.1.

An item holds what the inventory computed and what the organisation stated in an `inventory_statement`; one
that has neither is named as missing, with what to do. Reads; computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tracetonne import serving
from tracetonne.figures import read_figures
from tracetonne.inventory import Inventory, is_subcategory
from tracetonne.printed_page import Page, Section, Table, Words, html, number
from tracetonne.registers import standing_rows
from tracetonne.settings import Home

_DIRECT = """
    select gas, sum(emissions_tco2e) as emissions_tco2e
    from out_organisation_item
    where gwp_set in ('any', $gwp_set) and iso_category like '1.%'
    group by gas
    order by gas
"""
# What the items of the inventory rest on, line by line.
_REACHED = """
    with recursive reached(id) as (
        select line_id from out_organisation_item where gwp_set in ('any', $gwp_set)
        union
        select inputs.source_id
        from out_calculation_line_input as inputs
        inner join reached on inputs.line_id = reached.id
    )
"""
_METHODS = f"""
    {_REACHED}
    select quantity, formula, method_id, clause, count(*) as line_count
    from out_calculation_line
    where line_id in (select id from reached)
    group by quantity, formula, method_id, clause
    order by quantity, formula, method_id, clause
"""
_FACTORS = f"""
    {_REACHED}
    select distinct
        factor_code, parameter, value, unit, source_class, source, document, gwp_set,
        cast(valid_from as varchar) as valid_from, evidence_id
    from out_factor_used
    where factor_id in (select id from reached)
    order by all
"""
_POTENTIAL = "gwp"
_UNCERTAINTY = (
    "taiwan_uncertainty_lower", "taiwan_uncertainty_upper", "taiwan_uncertainty_assessed_share",
    "ghg_scope_3_uncertainty", "ghg_scope_3_uncertainty_assessed_share",
)  # fmt: skip
_STATUS = {
    "computed": "computed 已計算", "partly": "partly 部分計算", "gap": "gap 缺漏",
    "not_applicable": "not applicable 不適用", "excluded": "left out 排除",
    "no_source": "none by master data 主檔無此排放源",
}  # fmt: skip


@dataclass(frozen=True)
class InventoryReport:
    """What the report prints beside the inventory.

    Args:
        inventory: The inventory of the year.
        plant: The sheet `site` of master data.
        base_year: The sheet `base_emissions` of master data.
        direct: Direct emissions by gas, t CO2e.
        methods: Formulas of the calculation lines, with method and clause.
        factors: Factors that the lines took, warming potentials included.
        uncertainty: Figures of uncertainty, by the contract of `figures --json`.
    """

    inventory: Inventory
    plant: dict[str, Any]
    base_year: list[dict[str, Any]]
    direct: list[dict[str, Any]]
    methods: list[dict[str, Any]]
    factors: list[dict[str, Any]]
    uncertainty: list[dict[str, Any]]


def read_report(home: Home, inventory: Inventory) -> InventoryReport:
    """Return what the report of an inventory prints beside it; the inventory must have figures."""
    site, year = inventory.site, inventory.year
    with serving.open_serving(home, site, [year]) as connection:

        def rows(sql: str) -> list[dict[str, Any]]:
            found = connection.execute(sql, {"gwp_set": inventory.gwp_set})
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        direct, methods, factors = rows(_DIRECT), rows(_METHODS), rows(_FACTORS)
    plants = standing_rows(home, site, "master_site", [])
    return InventoryReport(
        inventory,
        plants[0] if plants else {},
        standing_rows(home, site, "master_base_emission", ["year", "category"]),
        direct,
        methods,
        factors,
        [row for row in read_figures(home, site, year).rows if row["quantity"] in _UNCERTAINTY],
    )


def printed(report: InventoryReport) -> str:
    """Return the report as one HTML page in English and Traditional Chinese."""
    inventory = report.inventory
    name = " ".join(str(report.plant[key]) for key in ("name", "name_zh") if report.plant.get(key))
    missing = [entry["letter"] for entry in inventory.contents if entry["status"] != "present"]
    told = (
        f"Missing items, or parts of them 缺漏或不完整項目: {', '.join(missing)}."
        if missing
        else "All items of 9.3.1 have content. 9.3.1 各項均有內容。"
    )
    return html(
        Page(
            f"Report on greenhouse gases {inventory.year}",
            f"{inventory.year} 年溫室氣體盤查報告書",
            [
                f"{name or inventory.site} ({inventory.site})",
                "ISO 14064-1:2018, 9.3.1 a to t. Emissions in t CO2e; warming potentials "
                f"{inventory.gwp_set}. 排放量單位為公噸 CO2e，暖化潛勢採 {inventory.gwp_set}。",
                *_as_known(inventory),
                told,
            ],
            [_section(report, entry) for entry in inventory.contents],
        )
    )


def _as_known(inventory: Inventory) -> list[str]:
    day = inventory.known_on
    return [f"By the factors known on {day}. 採 {day} 前已知之係數。"] if day else []


def _section(report: InventoryReport, entry: dict[str, str]) -> Section:
    letter = entry["letter"]
    is_missing = entry["status"] != "present"
    said = [row for row in report.inventory.statements if row["item"] == letter]
    lines, tables = _CONTENT.get(letter, _nothing)(report)
    return Section(
        f"{letter})",
        entry["name"],
        entry["name_zh"],
        f"{entry['told']} {entry['told_zh']}" if is_missing else "",
        [_words(row) for row in said],
        lines,
        [table for table in tables if table.rows],
    )


def _words(row: dict[str, Any]) -> Words:
    proof = f"; {row['proof']}" if row["proof"] else ""
    source = f"{row['stated_by']}, {row['recorded_on']}{proof}; document 文件 {row['evidence_id']}"
    return Words(row["statement"], row["statement_zh"], source)


Content = tuple[list[str], list[Table]]


def _nothing(_: InventoryReport) -> Content:
    return [], []


def _organisation(report: InventoryReport) -> Content:
    fields = {
        "name": "name 名稱", "name_zh": "Chinese name 中文名稱", "company_id": "business number 統一編號",
        "country_code": "country 國別",
    }  # fmt: skip
    rows = [(label, str(report.plant[key])) for key, label in fields.items() if report.plant.get(key)]
    return [], [Table(("field 欄位", "value 內容"), rows)]


def _period(report: InventoryReport) -> Content:
    year = report.inventory.year
    return [f"{year}-01-01 to 至 {year}-12-31, once a year 每年一次"], []


def _boundary(report: InventoryReport) -> Content:
    rows = [
        (row["category"], f"{row['name']} {row['name_zh']}", _STATUS[row["status"]])
        for row in _categories(report, "location")
        if row["category"] != "total"
    ]
    return [], [Table(("category 類別", "name 名稱", "status 狀態"), rows)]


def _direct(report: InventoryReport) -> Content:
    rows = [(row["gas"], number(row["emissions_tco2e"])) for row in report.direct]
    return [], [Table(("gas 氣體", "t CO2e"), rows, frozenset({1}))]


def _biogenic(report: InventoryReport) -> Content:
    tonnes = report.inventory.biogenic_tco2
    if tonnes is None:
        return [], []
    return [f"{number(tonnes)} t CO2, apart from all totals (Annex D) 另列於總量之外（附錄 D）"], []


def _exclusions(report: InventoryReport) -> Content:
    rows = [
        (row["category"], _STATUS[row["status"]], f"{row['reason']} {row['reason_zh'] or ''}")
        for row in _categories(report, "location")
        if row["reason"] and is_subcategory(row)
    ]
    told = [] if rows else ["No category is left out. 無排除類別。"]
    return told, [Table(("category 類別", "status 狀態", "reason 說明"), rows)]


def _indirect(report: InventoryReport) -> Content:
    market = {row["category"]: row["emissions_tco2e"] for row in _categories(report, "market")}
    rows = [
        (
            row["category"],
            f"{row['name']} {row['name_zh']}",
            number(row["emissions_tco2e"]),
            number(market[row["category"]]),
            _STATUS[row["status"]],
        )
        for row in sorted(_categories(report, "location"), key=lambda row: row["category"] == "total")
        if not row["category"].startswith("1")
    ]
    heading = (
        "category 類別",
        "name 名稱",
        "location-based 所在地基準",
        "market-based 市場基準",
        "status 狀態",
    )
    return ["Electricity by both methods (Annex E). 電力採兩種方法（附錄 E）。"], [
        Table(heading, rows, frozenset({2, 3}))
    ]


def _base_year(report: InventoryReport) -> Content:
    rows = [
        (
            row["year"],
            row["category"],
            number(row["emissions_tco2e"]),
            row["verification"] or "",
            row["evidence_id"],
        )
        for row in report.base_year
    ]
    heading = ("year 年度", "category 類別", "t CO2e", "verification 查驗", "document 文件")
    return [], [Table(heading, rows, frozenset({2}))]


def _methods(report: InventoryReport) -> Content:
    rows = [
        (row["quantity"], row["formula"], row["method_id"] or "", row["clause"] or "", str(row["line_count"]))
        for row in report.methods
    ]
    heading = ("quantity 數據", "formula 公式", "method 方法", "clause 依據", "lines 筆數")
    return ["Reasons for the methods stand in docs/method.md. 方法選擇理由見 docs/method.md。"], [
        Table(heading, rows, frozenset({4}))
    ]


def _factors(report: InventoryReport) -> Content:
    rows = [
        (
            row["factor_code"],
            row["parameter"],
            f"{row['value']:.12g} {row['unit']}",
            row["source_class"] or "",
            " ".join(text for text in (row["source"], row["document"], row["evidence_id"]) if text),
        )
        for row in report.factors
        if row["parameter"] != _POTENTIAL
    ]
    heading = ("factor 係數", "parameter 參數", "value 數值", "class 來源類別", "source 來源")
    return [], [Table(heading, rows, frozenset({2}))]


def _category_uncertainty(report: InventoryReport) -> Content:
    rows = [
        (
            row["category"],
            number(row["quality_product"], 2),
            number(row["quality_grade"], 2),
            "" if row["uncertainty"] is None else f"±{row['uncertainty']:.1%}",
            f"{row['assessed_share']:.1%}",
        )
        for row in report.inventory.quality
    ]
    heading = (
        "category 類別", "A1×A2×A3", "grade 等級", "uncertainty 不確定性", "share assessed 評估占比",
    )  # fmt: skip
    return [], [Table(heading, rows, frozenset({1, 2, 3, 4}))]


def _uncertainty(report: InventoryReport) -> Content:
    rows = [
        (row["quantity"], row["series"], f"{row['value']:.2%}", row["clause"] or "")
        for row in report.uncertainty
        if row["value"] is not None
    ]
    return [], [Table(("figure 數據", "series 版本", "value 數值", "clause 依據"), rows, frozenset({2}))]


def _potentials(report: InventoryReport) -> Content:
    rows = [
        (
            row["factor_code"],
            row["gwp_set"] or "",
            number(row["value"]),
            f"{row['source']}, {row['document']}",
        )
        for row in report.factors
        if row["parameter"] == _POTENTIAL
    ]
    gwp_set = report.inventory.gwp_set
    line = f"{gwp_set} of the IPCC, 100 years. 採 IPCC {gwp_set}，100 年。"
    return [line], [
        Table(("potential 暖化潛勢", "set 組別", "t CO2e/t", "source 來源"), rows, frozenset({2}))
    ]


def _categories(report: InventoryReport, method: str) -> Sequence[dict[str, Any]]:
    return [
        row
        for row in report.inventory.categories
        if row["standard"] == "iso14064_1" and row["electricity_method"] == method
    ]


# What the inventory itself has of an item; the others are words of the organisation only.
_CONTENT: dict[str, Callable[[InventoryReport], Content]] = {
    "a": _organisation,
    "c": _period,
    "e": _boundary,
    "f": _direct,
    "g": _biogenic,
    "i": _exclusions,
    "j": _indirect,
    "k": _base_year,
    "m": _methods,
    "o": _factors,
    "p": _category_uncertainty,
    "q": _uncertainty,
    "t": _potentials,
}
