"""The report to the authority as a page to print, and its cells for the terminal."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import Any

from tracetonne.compliance_report import Compliance, DueItem
from tracetonne.import_carbon import HEADING as IMPORT_HEADING
from tracetonne.import_carbon import cells, rule_told
from tracetonne.printed_page import Page, Section, Table, html, number


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
                "Documents are cited by their number in the list at the end. 佐證文件以文末清單之編號標示。",
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
                Section("8", "Documents", "佐證文件", tables=[_document_table(report)]),
            ],
        )
    )  # fmt: skip


def due_cells(report: Compliance, one: DueItem) -> tuple[str, str, str, str, str]:
    """Return the cells of a duty: day, what, state, filing, documents."""
    due = one.deadline
    return (
        due.due_on,
        f"{due.name} {due.name_zh} ({due.clause})",
        f"{due.state} ({due.status})",
        " ".join(filter(None, (due.filed_on, due.receipt))) or "–",
        cited(report, one.evidence),
    )


def cited(report: Compliance, evidence: Collection[str]) -> str:
    """Return the numbers of documents for a cell: `1–3, 7`."""
    numbers = [one.number for one in report.documents if one.evidence_id in evidence]
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(numbers), key=lambda placed: placed[1] - placed[0])
    ]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) or "– none 無"


DUE_HEADING = ("due 期限", "what 事項", "state 狀態", "filed 申報", "evidence 佐證")


def _due_table(report: Compliance) -> Table:
    return Table(DUE_HEADING, [due_cells(report, one) for one in report.due])


def _field_table(report: Compliance) -> Table:
    rows = [
        (one.form, f"{one.name_zh} {one.name}", one.value or "MISSING 缺", cited(report, one.evidence))
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
            cited(report, row["evidence"]),
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
            cited(report, row["evidence"]),
        )
        for row in report.figures
        if row["series"] != "scenario" and is_fee == (row["regime"] == "taiwan_carbon_fee")
    ]
    heading = ("figure 項目", "value 數值", "unit 單位", "clause 依據", "evidence 佐證")
    return Table(heading, rows, frozenset({1}))


def _document_table(report: Compliance) -> Table:
    rows = [(str(one.number), one.kind, one.file_name, one.evidence_id) for one in report.documents]
    return Table(("no. 編號", "kind 種類", "file 檔名", "evidence id 證據編號"), rows, frozenset({0}))


def _import_table(report: Compliance) -> Table:
    return Table(
        IMPORT_HEADING,
        [cells(good, cited(report, good["evidence"])) for good in report.imports],
        frozenset(range(3, 10)),
    )


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
