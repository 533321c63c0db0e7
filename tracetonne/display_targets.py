"""Targets and their paths for people, in English and Traditional Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from tracetonne.display import console
from tracetonne.targets import Target


def show_targets(site: str, found: Sequence[Target]) -> None:
    """Print a table a target: the path, the emissions, and the difference with its sign."""
    if not found:
        console().print(f"No target of {site} is on record: land a reduction_target document. 無減量目標。")
    for one in found:
        title = (
            f"{escape(one.target)} {one.scope}: −{one.reduction_pct:g} % from {one.base_year} to "
            f"{one.target_year}, {one.yearly_reduction_pct:.2f} % a year 每年, {one.gwp_set} "
            f"{escape(one.validated_by)} (document 文件 {one.evidence_id})"
        )
        table = Table(box=None, title=title, title_justify="left", header_style="bold")
        for heading in ("year 年度", "path 路徑 t CO2e", "actual 實際 t CO2e", "gap 差距 t CO2e", ""):
            table.add_column(heading, justify="right")
        for year in one.years:
            said = {True: "[green]on path 達標[/]", False: "[red]above 超出[/]", None: ""}[year.is_on_path]
            gaps = "" if year.is_whole else "inventory with gaps 盤查有缺漏"
            table.add_row(
                str(year.year),
                f"{year.path_tco2e:,.3f}",
                "–" if year.actual_tco2e is None else f"{year.actual_tco2e:,.3f}",
                "–" if year.gap_tco2e is None else f"{year.gap_tco2e:+,.3f}",
                f"{said} {gaps}".strip(),
            )
        console().print(table)
