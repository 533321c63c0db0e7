"""The carbon fee for people, in English and Traditional Chinese."""

from __future__ import annotations

from rich.table import Table

from tracetonne.carbon_fee import CarbonFee
from tracetonne.display import console

VERSIONS = {"filed": "as filed 申報版", "verified": "as verified 查驗版"}
OPTIONS = {
    "elected": "elected 本廠適用",
    "general": "general rate 一般費率",
    "plan_A": "plan A 優惠費率 A",
    "plan_B": "plan B 優惠費率 B",
    "plan_A_leakage": "plan A, high leakage 優惠費率 A＋高碳洩漏",
    "plan_B_leakage": "plan B, high leakage 優惠費率 B＋高碳洩漏",
}
JUDGED = {True: "must register 應登錄", False: "below 未達", None: "not judged 未判定"}


def show_carbon_fee(fee: CarbonFee) -> None:
    """Print the fee by option, the figures behind it, and the criteria of the extended register."""
    if fee.reason:
        console().print(fee.reason, highlight=False)
        return
    title = f"Carbon fee 碳費 {fee.site} {fee.year}, {VERSIONS[fee.series]}, {fee.known_on}"
    console().print(_options(fee, title))
    console().print(_figures(fee))
    console().print(_criteria(fee))
    for one in fee.exempt_from:
        text = f"{one['duty']} {one['duty_zh']}: {one['says']} {one['says_zh']} ({one['clause']})"
        console().print(text, highlight=False)


def _options(fee: CarbonFee, title: str) -> Table:
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    table.add_column("option 方案")
    for heading in ("chargeable 收費排放量 t", "rate 費率 TWD/t", "fee 碳費 TWD"):
        table.add_column(heading, justify="right")
    table.add_column("assumed 假設")
    for option in fee.options:
        table.add_row(
            OPTIONS[option["fee_option"]],
            _number(option["chargeable_tco2e"], 3),
            _number(option["rate_twd_per_tco2e"], 0),
            _number(option["fee_twd"], 0),
            "phase 1 第一期" if option["is_phase_assumed"] else "",
        )
    return table


def _figures(fee: CarbonFee) -> Table:
    table = Table(box=None, title="Figures 數據", title_justify="left", header_style="bold")
    table.add_column("quantity 項目")
    table.add_column("value 數值", justify="right")
    table.add_column("unit 單位")
    table.add_column("note 備註", overflow="fold")
    for row in fee.figures:
        value = _number(row["rounded"], 5 if row["unit"] == "1" else 0 if row["unit"] == "TWD" else 3)
        table.add_row(row["quantity"].removeprefix("taiwan_"), value, row["unit"], row["note"] or "")
    return table


def _criteria(fee: CarbonFee) -> Table:
    title = "Extended duty to register 擴大盤查登錄"
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    table.add_column("criterion 門檻項目")
    for heading in ("quantity 數量", "threshold 門檻"):
        table.add_column(heading, justify="right")
    for heading in ("unit 單位", "result 結果"):
        table.add_column(heading)
    for row in fee.registrant:
        quantity, threshold = _number(row["quantity"], 3), _number(row["threshold"], 0)
        table.add_row(row["criterion"], quantity, threshold, row["unit"], JUDGED[row["is_met"]])
    return table


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
