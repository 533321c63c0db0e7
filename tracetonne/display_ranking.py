"""The ranking of products and emission sources for people, in English and Traditional Chinese."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from tracetonne.display import console
from tracetonne.ranking import Ranking


def show_ranking(found: Ranking) -> None:
    """Print products and sources, the largest first."""
    if found.reason:
        console().print(found.reason, highlight=False)
        return
    console().print(_ranked(f"Products by emissions 產品排放排序 {found.site} {found.year}", found.products))
    console().print(_ranked(f"Sources by emissions 排放源排序 {found.site} {found.year}", found.sources))


def _ranked(title: str, rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    table.add_column("", justify="right")
    table.add_column("what 項目", overflow="fold")
    for heading in ("t CO2e", "share 占比 %", "cumulated 累計 %"):
        table.add_column(heading, justify="right")
    table.add_column("significant 顯著")
    for row in rows:
        table.add_row(
            str(row["emission_rank"]),
            f"{row['subject']} {row['subject_name'] or ''}".strip(),
            f"{row['emissions_tco2e']:,.3f}",
            f"{100 * row['emission_share']:.2f}",
            f"{100 * row['cumulated_share']:.2f}",
            "yes 是" if row["is_significant"] else "",
        )
    return table
