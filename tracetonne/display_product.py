"""What a year says of products, for people, in English and Traditional Chinese."""

from __future__ import annotations

from typing import Any

from rich.markup import escape
from rich.table import Table

from tracetonne.display import console
from tracetonne.maturity import LAYERS, Maturity
from tracetonne.product_report import ProductReport

# By table its title, and each column that people see with its heading.
_SHOWN: dict[str, tuple[str, dict[str, str]]] = {
    "out_batch_intensity": (
        "Batches 批次",
        {
            "month": "month 月份", "process": "process 製程", "batch": "batch 批號",
            "product": "product 產品", "quantity": "made 產量", "activity_unit": "",
            "booked_mwh": "booked 登錄用電 MWh", "attributed_direct_tco2e": "direct 直接 t CO2e",
            "attributed_indirect_tco2e": "electricity 用電 t CO2e",
            "embedded_tco2e": "precursors 前驅物 t CO2e",
            "process_intensity_tco2e_per_t": "process 製程 t CO2e/t",
            "see_total": "whole 合計 t CO2e/t", "note": "note 說明",
        },
    ),
    "out_product_cost": (
        "Carbon a tonne, for production and cost accounting 生管與成本會計",
        {
            "month": "month 月份", "process": "process 製程", "product": "product 產品",
            "quantity_t": "made 產量 t", "see_tco2e_per_t": "t CO2e/t", "fee_twd": "fee 碳費 NT$",
            "fee_twd_per_t": "fee 碳費 NT$/t", "cbam_cost_eur_per_t": "CBAM EUR/t", "note": "note 說明",
        },
    ),
    "out_operation_mode": (
        "Modes of operation 工況",
        {
            "month": "month 月份", "process": "process 製程", "operation_mode": "mode 工況",
            "event_hours": "hours 時數", "quantity": "made 產量", "activity_unit": "",
            "electricity_mwh": "electricity 用電 MWh", "direct_tco2e": "direct 直接 t CO2e",
            "indirect_tco2e": "electricity 用電 t CO2e", "intensity_tco2e_per_t": "t CO2e/t",
            "all_hours_intensity_tco2e_per_t": "all hours 全部時數 t CO2e/t", "note": "note 說明",
        },
    ),
    "out_product_footprint": (
        "Footprint by unit 各單位之碳足跡",
        {
            "product": "product 產品", "product_unit": "unit 單位", "functional_unit": "function 功能",
            "kg_per_unit": "kg", "gate_kgco2e_per_unit": "to gate 搖籃到大門 kg CO2e",
            "life_kgco2e_per_unit": "whole life 全生命週期 kg CO2e",
            "known_kgco2e_per_unit": "known 已知階段 kg CO2e", "missing_stages": "missing 缺少階段",
            "made_units": "made 產量", "year_gate_tco2e": "year 年 t CO2e",
        },
    ),
    "out_product_stage": (
        "Stages of a product's life 生命週期階段",
        {
            "product": "product 產品", "stage_order": "", "life_stage": "stage 階段",
            "kgco2e_per_kg": "kg CO2e/kg", "stage_basis": "basis 依據", "stage_source": "source 來源",
            "reason": "why missing", "reason_zh": "缺少原因", "known_kgco2e_per_kg": "known sum 已知合計",
        },
    ),
    "out_renewable": (
        "Renewable power 再生能源 (kWh)",
        {
            "month": "month 月份", "generation_kwh": "generated 發電", "own_use_kwh": "own use 自用",
            "sold_kwh": "sold 躉售", "loss_kwh": "loss 損失", "identity_status": "status 狀態",
            "wheeled_kwh": "wheeled 轉供", "grid_kwh": "grid 市電", "consumption_kwh": "used 總用電",
            "renewable_share": "share 占比", "claimed_kwh": "claimed 主張",
            "claimed_share": "claimed share 主張占比", "bill_twd_per_kwh": "price 均價 NT$/kWh",
            "saving_twd": "saved 節費 NT$", "feed_in_income_twd": "income 躉售收入 NT$",
            "certificate_cost_twd": "T-REC cost 憑證支出 NT$", "net_saving_twd": "net 淨節費 NT$",
            "avoided_tco2e": "compared 對照減碳 t CO2e", "note": "note 說明",
        },
    ),
    "out_meter_calibration": (
        "Calibrations 表計校正",
        {
            "meter": "meter 表計", "role": "role 用途", "commodity": "of 計量",
            "calibrated_date": "last 前次", "certificate_number": "certificate 報告",
            "calibration_valid_to": "next due 下次期限", "last_reading_date": "read until 讀值至",
            "is_overdue": "overdue 逾期",
        },
    ),
}  # fmt: skip


def show_report(table: str, found: ProductReport) -> None:
    """Print the rows of a report, or why there are none."""
    if found.reason:
        console().print(found.reason, highlight=False)
        return
    title, columns = _SHOWN[table]
    shown = Table(
        box=None, title=f"{title} {found.site} {found.year}", title_justify="left", header_style="bold"
    )
    for name, heading in columns.items():
        is_number = any(isinstance(row[name], int | float) for row in found.rows)
        shown.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in found.rows:
        shown.add_row(*(_text(row[name]) for name in columns))
    console().print(shown)


def show_maturity(found: Maturity) -> None:
    """Print the ticks of the site and its products, and the gaps behind those that are not there."""
    title = f"Maturity of data 資料成熟度 {found.site} {found.year}"
    ticks = Table(box=None, title=title, title_justify="left", header_style="bold")
    for heading in (
        "site or product 廠址或產品",
        "raw 原始",
        "calculation 計算",
        "output 產出",
        "score 分數",
    ):
        ticks.add_column(heading)
    for row in found.rows:
        name = f"{row.product} {row.product_name}".strip()
        marks = ("✓" if getattr(row, layer) else "·" for layer in LAYERS)
        ticks.add_row(escape(name), *marks, f"{row.score}/{len(LAYERS)}")
    console().print(ticks)
    if not found.gaps:
        return
    gaps = Table(box=None, title="Gaps 缺口", title_justify="left", header_style="bold")
    for heading in ("layer 層", "period 期間", "product 產品", "what 缺什麼", "do 處理"):
        gaps.add_column(heading, overflow="fold")
    for gap in found.gaps:
        what = f"{gap.what} · {gap.what_zh}"
        gaps.add_row(gap.layer, gap.period, *(escape(text) for text in (gap.subject, what, gap.action)))
    console().print(gaps)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes 是" if value else "no 否"
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) >= 1 else f"{value:.4g}"
    return escape(str(value))
