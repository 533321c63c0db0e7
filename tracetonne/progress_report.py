"""The yearly progress report of a reduction plan (自主減量計畫管理辦法 §9), due by 30 April of the next year.

Reads what the refresh of the year served; computes nothing. The five parts are those of §9: the plant, its
sources with fuels and electricity, the year's emissions against the target of the plan, each measure with
what proves it, and what else there is to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.figures import read_figures
from tracetonne.landed import Landing
from tracetonne.settings import Home

_QUANTITIES = (
    "taiwan_total_emissions", "taiwan_fee_base", "taiwan_plan_target", "taiwan_plan_gap",
    "taiwan_plan_expected_reduction", "taiwan_plan_achieved_reduction", "taiwan_target_a", "taiwan_target_b",
)  # fmt: skip
_SOURCES = """
    select category, source, source_name, activity_quantity, activity_unit, ncv_gj_per_unit,
        cast(sum(emissions_tco2e) as double) as emissions_tco2e
    from out_taiwan_source
    where series = ?
    group by all
    order by category, source
"""
_MEASURES = """
    select facts.subject as measure,
        max(facts.value) filter (where facts.quantity_name = 'expected_reduction') as expected_tco2e,
        max(facts.value) filter (where facts.quantity_name = 'achieved_reduction') as achieved_tco2e,
        any_value(records.evidence_id) as evidence_id,
        any_value(records.record_number) as record_number
    from out_fact as facts
    inner join out_fact_record as records on facts.fact_id = records.fact_id
    where facts.fact_type = 'reduction_plan' and facts.quantity_name <> 'plan_target'
    group by facts.subject
    order by facts.subject
"""
_WORDS = """
    select evidence_id, file_row_number + 1 as record_number, measure_name, measure_status, proof, note
    from landed
"""


@dataclass(frozen=True)
class ProgressReport:
    """What the authority is told of a year of the plan.

    Args:
        site: The site.
        year: Calendar year of the emissions.
        due_on: Day by which it is due, an ISO date.
        series: Version of the inventory, `filed` or `verified`.
        plant: Name and country as master data have them.
        sources: By source: fuel, electricity or material, its quantity and emissions in t CO2e.
        figures: Emissions, target of the plan and difference, by the contract of `figures --json`.
        measures: By measure: expected and achieved reduction in t CO2e, status, proof, and the document.
        reason: Why there is none.
    """

    site: str
    year: str
    due_on: str
    series: str = ""
    plant: dict[str, Any] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    measures: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def read_progress(home: Home, site: str, year: str, series: str = "filed") -> ProgressReport:
    """Return the progress report of a site and year.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year of the emissions.
        series: Version of the inventory, `filed` (what is known by 30 April) or `verified`.

    Raises:
        WrongUseError: The site is not known.
    """
    due_on = f"{int(year) + 1}-04-30"
    found = read_figures(home, site, year)
    rows = [
        row
        for row in found.rows
        if row["period"] == year and row["quantity"] in _QUANTITIES and row["series"] in (series, "regime")
    ]
    if not any(row["quantity"] == "taiwan_plan_target" for row in rows):
        reason = found.reason or (
            f"No target of a reduction plan is on record for {year}: land a `reduction_plan` document, then "
            f"run: tracetonne refresh --site {site} --year {year} "
            f"無 {year} 年之自主減量計畫目標：請匯入 reduction_plan 紀錄後重新計算。"
        )
        return ProgressReport(site, year, due_on, reason=reason)
    with serving.open_serving(home, site, [year]) as connection:
        sources = _dicts(connection.execute(_SOURCES, [series]))
        measures = _dicts(connection.execute(_MEASURES))
    landing = Landing(home, site)
    told = {(row["evidence_id"], row["record_number"]): row for row in landing.rows(_WORDS, "reduction_plan")}
    for measure in measures:
        words = told.get((measure["evidence_id"], measure["record_number"]), {})
        measure |= {
            "measure_name": words.get("measure_name"),
            "status": words.get("measure_status"),
            "proof": words.get("proof"),
            "note": words.get("note"),
        }
    plants = landing.rows("select name, country_code from landed order by evidence_id desc", "master_site")
    return ProgressReport(site, year, due_on, series, plants[0] if plants else {}, sources, rows, measures)


def printed(report: ProgressReport) -> str:
    """Return the report as Markdown, each heading in English and Traditional Chinese."""
    parts = [
        f"# Progress report of the reduction plan 自主減量計畫執行進度 {report.year}",
        f"自主減量計畫管理辦法 §9; due by 應於 {report.due_on} 前提報. Version 版本: {report.series}.",
        "## 1. Plant 基本資料",
        _table(
            ("plant 廠場", "site 代碼", "year 年度"),
            [(report.plant.get("name") or "", report.site, report.year)],
        ),
        "## 2. Sources, fuels and electricity 排放源、燃料與用電",
        _table(
            ("category 類別", "source 排放源", "quantity 使用量", "unit 單位", "NCV 熱值 GJ/unit", "t CO2e"),
            [
                (
                    row["category"],
                    row["source_name"] or row["source"],
                    _number(row["activity_quantity"]),
                    row["activity_unit"] or "",
                    _number(row["ncv_gj_per_unit"]),
                    _number(row["emissions_tco2e"]),
                )
                for row in report.sources
            ],
        ),
        "## 3. Emissions against the target 排放量與年度目標",
        _table(
            ("figure 項目", "value 數值", "unit 單位", "note 備註", "clause 依據"),
            [
                (
                    row["quantity"],
                    _number(row["rounded"]),
                    row["unit"],
                    row["note"] or "",
                    row["clause"] or "",
                )
                for row in report.figures
            ],
        ),
        "## 4. Measures 減量措施執行情形",
        _table(
            (
                "measure 措施",
                "name 名稱",
                "status 進度",
                "expected 預期 t CO2e",
                "achieved 實際 t CO2e",
                "proof 佐證",
                "document 文件",
            ),
            [
                (
                    row["measure"],
                    row["measure_name"] or "",
                    row["status"] or "",
                    _number(row["expected_tco2e"]),
                    _number(row["achieved_tco2e"]),
                    row["proof"] or "",
                    row["evidence_id"],
                )
                for row in report.measures
            ],
        ),
        "## 5. Other 其他",
        "\n".join(_remarks(report.measures)) or "Nothing 無.",
    ]
    return "\n\n".join(parts) + "\n"


def _dicts(relation: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in relation.description]
    return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """Keep the words of a document from breaking the table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def _number(value: Any) -> str:
    return "" if value is None else f"{float(value):,.3f}".rstrip("0").rstrip(".")


def _remarks(measures: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what the notes say, and of which reductions the proof is missing that §9 asks for."""
    notes = [f"- {_cell(row['measure'])}: {_cell(row['note'])}" for row in measures if row["note"]]
    unproven = [
        f"- {_cell(row['measure'])}: nothing proves this reduction 減量未附佐證"
        for row in measures
        if row["achieved_tco2e"] is not None and not row["proof"]
    ]
    return notes + unproven
