"""Months beside what the other months let expect, for people, in English and Traditional Chinese."""

from __future__ import annotations

from rich.table import Table

from tracetonne.display import console
from tracetonne.trend import Trend, years_to_refresh


def show_trend(found: Trend) -> None:
    """Print a line a process and month, and mark those to ask about."""
    if found.reason:
        console().print(found.reason, highlight=False)
        return
    title = f"Utilisation and intensity 產能利用率與排放強度 {found.site}"
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    table.add_column("process 製程")
    table.add_column("month 月份")
    for heading in (
        "made 產量",
        "utilisation 利用率 %",
        "tCO2e",
        "tCO2e/unit 強度",
        "expected 預期 tCO2e",
        "deviation 偏離 σ",
    ):
        table.add_column(heading, justify="right")
    table.add_column("ask 需說明")
    for row in found.months:
        expected, deviation = row["expected_tco2e"], row["deviation_sigmas"]
        table.add_row(
            row["process"],
            row["month"],
            f"{row['activity_level']:,.3f} {row['activity_unit']}",
            f"{row['utilisation']:.0%}".removesuffix("%"),
            f"{row['emissions_tco2e']:,.3f}",
            f"{row['intensity']:.5f}",
            "" if expected is None else f"{expected:,.3f}",
            "" if deviation is None else f"{deviation:+.1f}",
            "!" if row["is_outlier"] else "",
        )
    console().print(table)
    console().print(
        "! beyond 3 σ of the line through the other months 偏離其他月份迴歸線 3 σ 以上；"
        "fewer than 6: not judged 少於 6 個月不判定。",
        highlight=False,
    )
    for year in years_to_refresh(found):
        console().print(
            f"Not looked at yet 尚未納入 {', '.join(month for month in found.unseen if month[:4] == year)}: "
            f"tracetonne refresh --site {found.site} --year {year}",
            highlight=False,
        )
