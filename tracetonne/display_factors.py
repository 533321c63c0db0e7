"""Factors for people: which one is used, what the others lost by, and what a proposed one would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from tracetonne.display import console
from tracetonne.factors import Choices


def show_choices(found: Choices) -> None:
    """Print one block a choice: the winner first, then every loser with its reason."""
    if found.reason:
        console().print(found.reason, highlight=False)
        return
    title = f"Factors 係數選用 {found.site} {found.period}"
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    for heading in ("month 月份", "series 數列", "subject 對象", "parameter 參數"):
        table.add_column(heading)
    table.add_column("value 數值", justify="right")
    table.add_column("why 理由", overflow="fold")
    for choice in found.choices:
        key = (choice["period"], choice["series"], choice["subject"], choice["parameter"])
        for number, candidate in enumerate([choice["winner"], *choice["losers"]]):
            told = key if number == 0 else ("", "", "", "")
            if candidate is None:
                table.add_row(*told, "–", "[bold]no factor 無係數[/]")
                continue
            mark = "[green]used 採用[/] " if candidate["is_winner"] else "[dim]lost 未採用[/] "
            why = f"{mark}{candidate['reason']} · {candidate['reason_zh']}"
            table.add_row(*told, _value(candidate), why)
    console().print(table)


def _value(candidate: Mapping[str, Any]) -> str:
    return "–" if candidate["value"] is None else f"{candidate['value']:g} {candidate['unit']}"


def show_preview(found: Any) -> None:
    """Print what a document changes: factors that win, products and months, the organisation's years."""
    console().print(
        f"{found.file_name} ({found.evidence_id}), {found.site}: if it counted 若採用, "
        f"{', '.join(found.periods)}. Nothing was published 未發布任何數據.",
        highlight=False,
    )
    if found.closed:
        console().print(
            f"Closed, so this needs `tracetonne reopen` 已結帳，須重新開放: {', '.join(found.closed)}",
            highlight=False,
        )
    factors = Table(box=None, title="Factors 係數", title_justify="left", header_style="bold")
    for heading in ("month 月份", "series 數列", "subject 對象", "parameter 參數", "before 原", "after 新"):
        factors.add_column(heading, overflow="fold")
    for row in found.factors:
        before = f"{row['before_factor'] or '–'} {_number(row['before'])}"
        after = f"{row['after_factor'] or '–'} {_number(row['after'])}"
        factors.add_row(row["period"], row["series"], row["subject"], row["parameter"], before, after)
    console().print(factors)
    console().print(
        _changes("Products 產品", {"product 產品": "product"}, found.figures)
        if found.figures
        else "No product changes. 產品碳強度不變。"
    )
    if found.organisation:
        console().print(_changes("Organisation 組織 (ISO 14064-1, GHG Protocol)", {}, found.organisation))


def _changes(title: str, subject: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return a table of figures before and after, with columns of their own by heading."""
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    columns = {"period 期間": "period", **subject, "series 數列": "series", "quantity 項目": "quantity"}
    for heading in columns:
        table.add_column(heading)
    for heading in ("before 原", "after 新", "change 變動", "%"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            *(row[name] for name in columns.values()),
            _number(row["before"]),
            _number(row["after"]),
            _number(row["change"]),
            _number(row["change_pct"], 3),
        )
    return table


def _number(value: float | None, digits: int = 5) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
