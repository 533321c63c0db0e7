"""The periodic report to the authority: what is due of a year, the fields of the forms, and the evidence.

The forms are those of the inventory (清冊 表一至表八, revision 2026-06-01) and of the carbon fee declaration.
Each field has its value with the documents behind it, or is named as missing. Reads; computes nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.carbon_fee import read_carbon_fee
from tracetonne.deadlines import Deadline, deadlines
from tracetonne.import_carbon import HEADING as IMPORT_HEADING
from tracetonne.import_carbon import cells, read_import_carbon, rule_told
from tracetonne.printed_page import Page, Section, Table, html, number
from tracetonne.registers import standing_rows
from tracetonne.settings import Home

# The figure that a duty reports, for the documents behind it.
_REPORTED = {
    "inventory": "taiwan_total_emissions",
    "verification": "taiwan_total_emissions",
    "carbon_fee": "taiwan_fee",
    "leakage_application": "taiwan_fee_base",
    "plan_application": "taiwan_fee_base",
    "plan_progress": "taiwan_plan_gap",
}
_SOURCE_FIELDS = (
    "category", "source", "source_name", "gas", "activity_quantity", "activity_unit", "ncv_gj_per_unit",
    "gas_factor", "gas_factor_unit", "gas_factor_id", "gwp", "emissions_tco2e", "activity_score",
    "calibration_score", "factor_score", "quality_product", "quality_grade", "uncertainty_lower",
    "uncertainty_upper", "line_id",
)  # fmt: skip
# Every document behind a calculation line, however many lines lie between.
_DOCUMENTS = """
    with recursive reached(root, id) as (
        select line_id, line_id from out_taiwan_source where series = $series
        union
        select line_id, line_id from out_figure
        where quantity like 'taiwan%' and series in ($series, 'regime') and line_id is not null
        union
        select reached.root, inputs.source_id
        from out_calculation_line_input as inputs
        inner join reached on inputs.line_id = reached.id
    ),
    behind as (
        select reached.root, records.evidence_id
        from reached
        inner join out_fact_record as records on reached.id = records.fact_id
        union
        select reached.root, factors.evidence_id
        from reached
        inner join out_factor_used as factors on reached.id = factors.factor_id
        where factors.evidence_id is not null
    )
    select root, list(evidence_id order by evidence_id) from behind group by root
"""
_PLANT_FIELDS = (
    ("name_zh", "事業名稱", "name of the plant"),
    ("name", "英文名稱", "English name"),
    ("company_id", "統一編號", "business number"),
)
# What the forms ask for and no document of the product states.
_NOT_HELD = (
    ("表一", "管制編號", "control number of the plant"),
    ("表一", "行業別", "code of the industry"),
    ("表三", "製程編號與代碼", "numbers and codes of processes"),
    ("表三", "設備編號與代碼", "numbers and codes of equipment"),
    ("表四", "供應商名稱", "names of suppliers, by source"),
)
_STATED = (
    ("d", "表二", "組織邊界設定方法", "organisational boundary"),
    ("i", "表二", "排除之排放源及理由", "excluded sources with reasons"),
)


@dataclass(frozen=True)
class FormField:
    """A field of an official form.

    Args:
        form: Table of the form.
        name_zh: Its name there.
        name: The same in English.
        value: What stands in it; empty where it is missing.
        evidence: The documents that it is from.
    """

    form: str
    name_zh: str
    name: str
    value: str
    evidence: list[str]


@dataclass(frozen=True)
class DueItem:
    """What is due of the year, and the documents behind it.

    Args:
        deadline: The duty, its day and how it stands.
        reported: The figure that it reports; empty where it reports none.
        evidence: The documents that the figure rests on, and that of the filing.
    """

    deadline: Deadline
    reported: str
    evidence: list[str]


@dataclass(frozen=True)
class Compliance:
    """What is reported to the authority of a year.

    Args:
        site: The site.
        year: Calendar year of the emissions.
        series: Version of the inventory on the day asked about, `filed` or `verified`.
        known_on: Day of that version.
        due: What is due of the year.
        fields: Fields of the forms that are words: plant and boundary.
        sources: Sources by gas (表三 to 表七), each with `evidence`.
        figures: Totals, quality, uncertainty and fee, by the contract of `figures --json`, with `evidence`.
        fee: The elected option of the carbon fee with its steps.
        imports: Imported goods under Article 31 of the Climate Change Response Act, each with `evidence`.
        reason: Why there is none.
    """

    site: str
    year: str
    series: str = ""
    known_on: str = ""
    due: list[DueItem] = field(default_factory=list)
    fields: list[FormField] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    fee: dict[str, Any] = field(default_factory=dict)
    imports: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def read_compliance(home: Home, site: str, year: str, on: datetime.date | None = None) -> Compliance:
    """Return the report of a site and year.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year of the emissions.
        on: Day as of which version and filings count; None for the latest version and today.

    Raises:
        WrongUseError: The site is not known.
    """
    fee = read_carbon_fee(home, site, year, None if on is None else on.isoformat())
    if fee.reason:
        return Compliance(site, year, reason=fee.reason)
    with serving.open_serving(home, site, [year]) as connection:
        behind = dict(connection.execute(_DOCUMENTS, {"series": fee.series}).fetchall())
        lines = {
            (quantity, of_series): line_id
            for quantity, of_series, line_id in connection.execute(
                "select quantity, series, line_id from out_figure where quantity like 'taiwan%'"
            ).fetchall()
        }
        rows = connection.execute(
            f"select {', '.join(_SOURCE_FIELDS)} from out_taiwan_source where series = ? "
            "order by category, source, gas",
            [fee.series],
        ).fetchall()
    sources = [dict(zip(_SOURCE_FIELDS, row, strict=True)) for row in rows]
    for source in sources:
        source |= {"emissions_tco2e": float(source["emissions_tco2e"])}
        source |= {"evidence": behind.get(source["line_id"], [])}
    # The fee by product is no part of the declaration.
    figures = [
        row | {"evidence": behind.get(lines[key], [])}
        for row in fee.figures
        if (key := (row["quantity"], row["series"])) in lines
    ]
    of_year = [one for one in deadlines(home, site, on) if one.year == year]
    return Compliance(
        site,
        year,
        fee.series,
        fee.known_on,
        [_due(one, figures) for one in of_year],
        _fields(home, site, year),
        sources,
        figures,
        fee.options[0],
        read_import_carbon(home, site, year),
    )


def _due(one: Deadline, figures: Sequence[dict[str, Any]]) -> DueItem:
    reported = _REPORTED.get(one.duty, "")
    behind = {each for row in figures if row["quantity"] == reported for each in row["evidence"]}
    return DueItem(one, reported, sorted(behind | ({one.evidence_id} - {""})))


def _fields(home: Home, site: str, year: str) -> list[FormField]:
    plants = standing_rows(home, site, "master_site", [])
    plant = plants[0] if plants else {}
    said = {
        row["item"]: row
        for row in standing_rows(home, site, "inventory_statement", ["inventory_year", "item"])
        if row["inventory_year"] == year
    }
    held = [
        FormField(
            "表一", name_zh, name, plant.get(key) or "", [plant["evidence_id"]] if plant.get(key) else []
        )
        for key, name_zh, name in _PLANT_FIELDS
    ]
    stated = [
        FormField(
            form, name_zh, name, said[item]["statement_zh"] if item in said else "",
            [said[item]["evidence_id"]] if item in said else [],
        )
        for item, form, name_zh, name in _STATED
    ]  # fmt: skip
    return held + stated + [FormField(form, name_zh, name, "", []) for form, name_zh, name in _NOT_HELD]


def printed(report: Compliance) -> str:
    """Return the report as one HTML page in Traditional Chinese and English."""
    missing = [f"{one.form} {one.name_zh} {one.name}" for one in report.fields if not one.value]
    told = (
        f"Not on record, to be filled in by hand 系統未載，請自行填寫: {'; '.join(missing)}"
        if missing
        else ""
    )
    return html(
        Page(
            f"Compliance report {report.year}, {report.site}",
            f"{report.year} 年度主管機關申報資料",
            [
                f"Inventory as {report.series}, {report.known_on}. 盤查版本：{report.series}。",
                "Documents are named by their evidence id. 佐證文件以 evidence id 標示。",
            ],
            [
                Section("1", "What is due", "應辦事項", tables=[_due_table(report)]),
                Section(
                    "2", "Plant and boundary (表一, 表二)", "基本資料與邊界", told,
                    tables=[_field_table(report)],
                ),
                Section(
                    "3", "Sources, activity data and factors (表三 to 表五)", "排放源、活動數據與係數",
                    tables=[_source_table(report)],
                ),
                Section(
                    "4", "Data quality and uncertainty (表六, 表七)", "數據品質與不確定性",
                    tables=[_quality_table(report)],
                ),
                Section("5", "Totals (表八)", "彙整", tables=[_figure_table(report, is_fee=False)]),
                Section(
                    "6", "Carbon fee declaration", "碳費申報",
                    tables=[_fee_table(report), _figure_table(report, is_fee=True)],
                ),
                Section(
                    "7", "Imported goods (氣候變遷因應法 §31)", "進口產品排碳",
                    lines=[rule_told(report.imports)],
                    tables=[_import_table(report)] if report.imports else [],
                ),
            ],
        )
    )  # fmt: skip


def due_cells(one: DueItem) -> tuple[str, str, str, str, str]:
    """Return the cells of a duty: day, what, state, filing, documents."""
    due = one.deadline
    return (
        due.due_on,
        f"{due.name} {due.name_zh} ({due.clause})",
        f"{due.state} ({due.status})",
        " ".join(filter(None, (due.filed_on, due.receipt))) or "–",
        evidence_text(one.evidence),
    )


def evidence_text(evidence: Sequence[str]) -> str:
    """Return evidence ids for a cell."""
    return ", ".join(evidence) or "– none 無"


DUE_HEADING = ("due 期限", "what 事項", "state 狀態", "filed 申報", "evidence 佐證")


def _due_table(report: Compliance) -> Table:
    return Table(DUE_HEADING, [due_cells(one) for one in report.due])


def _field_table(report: Compliance) -> Table:
    rows = [
        (one.form, f"{one.name_zh} {one.name}", one.value or "MISSING 缺", evidence_text(one.evidence))
        for one in report.fields
    ]
    return Table(("form 表", "field 欄位", "value 內容", "evidence 佐證"), rows)


def _source_table(report: Compliance) -> Table:
    rows = [
        (
            row["category"],
            f"{row['source']} {row['source_name'] or ''}",
            row["gas"],
            f"{number(row['activity_quantity'], 4)} {row['activity_unit'] or ''}",
            number(row["ncv_gj_per_unit"], 4),
            f"{number(row['gas_factor'], 10)} {row['gas_factor_unit'] or ''} ({row['gas_factor_id'] or ''})",
            number(row["gwp"]),
            number(row["emissions_tco2e"], 4),
            evidence_text(row["evidence"]),
        )
        for row in report.sources
    ]
    heading = (
        "category 類別", "source 排放源", "gas 氣體", "activity 活動數據", "NCV 熱值 GJ", "factor 係數",
        "GWP", "t CO2e", "evidence 佐證",
    )  # fmt: skip
    return Table(heading, rows, frozenset({4, 6, 7}))


def _quality_table(report: Compliance) -> Table:
    rows = [
        (
            row["source"], row["gas"], *(number(row[name]) for name in (
                "activity_score", "calibration_score", "factor_score", "quality_product", "quality_grade",
            )),
            _interval(row),
        )
        for row in report.sources
    ]  # fmt: skip
    heading = (
        "source 排放源", "gas 氣體", "A1", "A2", "A3", "product 乘積", "grade 等級", "95 % interval 不確定性",
    )  # fmt: skip
    return Table(heading, rows, frozenset(range(2, 8)))


def _interval(row: dict[str, Any]) -> str:
    if row["uncertainty_lower"] is None:
        return "not assessed 未評估"
    return f"−{row['uncertainty_lower']:.2%} / +{row['uncertainty_upper']:.2%}"


def _figure_table(report: Compliance, *, is_fee: bool) -> Table:
    rows = [
        (
            f"{row['quantity']} {row['name_zh'] or ''}",
            number(row["rounded"] if row["rounded"] is not None else row["value"], 4),
            row["unit"],
            row["clause"] or "",
            evidence_text(row["evidence"]),
        )
        for row in report.figures
        if row["series"] != "scenario" and is_fee == (row["regime"] == "taiwan_carbon_fee")
    ]
    heading = ("figure 項目", "value 數值", "unit 單位", "clause 依據", "evidence 佐證")
    return Table(heading, rows, frozenset({1}))


def _import_table(report: Compliance) -> Table:
    return Table(IMPORT_HEADING, [cells(good) for good in report.imports], frozenset(range(3, 10)))


def _fee_table(report: Compliance) -> Table:
    names = {
        "fee_base_tco2e": "annual emissions 年排放量", "threshold_tco2e": "K",
        "coefficient": "coefficient 排放量調整係數", "gross_chargeable_tco2e": "before deductions 扣除前",
        "domestic_deduction_tco2e": "domestic credits 國內減量額度",
        "foreign_deduction_tco2e": "foreign credits 國外減量額度",
        "chargeable_tco2e": "chargeable emissions 收費排放量", "rate_twd_per_tco2e": "rate 費率 TWD/t",
        "fee_twd": "fee 碳費 TWD",
    }  # fmt: skip
    rows = [(name, number(report.fee[key])) for key, name in names.items()]
    liable = "must pay 應繳費" if report.fee["is_liable"] else "below the threshold, no fee 未達門檻，免繳"
    return Table(("step 計算步驟", "value 數值"), [*rows, ("liable 是否應繳", liable)], frozenset({1}))
