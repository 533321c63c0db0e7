"""What people see in a terminal of the documents that can be read, and of one that is tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from tracetonne.display import coloured, console, said_of
from tracetonne.landing.kinds import Kind
from tracetonne.landing.preview import Preview, TablePreview

_REJECTIONS_SHOWN = 20


def show_kinds(kinds: Sequence[Kind]) -> None:
    """Show one row a kind, by family."""
    out = console()
    for family in dict.fromkeys((kind.family, kind.family_zh) for kind in kinds):
        table = Table(
            box=None, header_style="bold", title=f"{family[0]} {family[1]}", title_justify="left", expand=True
        )
        for heading in ("kind 種類", "document", "文件", "standard 標準", "version 版本", "reader"):
            table.add_column(heading, overflow="fold")
        for kind in kinds:
            if kind.family == family[0]:
                table.add_row(
                    kind.kind, escape(kind.title), escape(kind.title_zh), escape(kind.standard),
                    escape(kind.standard_version), f"{kind.reader.rpartition('.')[2]} {kind.reader_version}",
                )  # fmt: skip
        out.print(table)


def show_preview(preview: Preview) -> None:
    """Show what landing a file would give: kind, records, first rows, and what could not be read."""
    out = console()
    heading = f"{preview.kind} {preview.title} {preview.title_zh}".strip()
    out.print(f"[bold]{escape(str(preview.path))}[/]  {escape(heading)}")
    facts = Table.grid(padding=(0, 1))
    for label, value in _facts(preview):
        if value:
            facts.add_row(f"[bold]{label}[/]", value)
    out.print(facts)
    for name, table in preview.tables.items():
        _show_table(name, table)
    for rejection in preview.rejections[:_REJECTIONS_SHOWN]:
        out.print(f"[red]{escape(rejection.locator)}[/] {escape(rejection.field)} {rejection.code}")
        out.print(f"  {escape(rejection.message)} {escape(rejection.message_zh)}")
        for label, text in said_of("", rejection.expected, rejection.found, rejection.action):
            out.print(f"  [bold]{label}[/] {escape(text)}")
    if len(preview.rejections) > _REJECTIONS_SHOWN:
        out.print(f"and {len(preview.rejections) - _REJECTIONS_SHOWN} more; see --json 其餘請見 --json")
    out.print("Nothing was landed. 僅試讀，未入庫。")


def _facts(preview: Preview) -> list[tuple[str, str]]:
    start, end = preview.period_start, preview.period_end
    period = f"{start or '…'} to {end or '…'}, end not included 迄日不含" if start or end else ""
    return [
        ("status 結果", coloured(preview.status)),
        (
            "records 筆數",
            f"{preview.records_landed:,} landed 可入庫, {preview.records_rejected:,} rejected 不可入庫",
        ),
        ("period 期間", period),
        ("key 識別", escape(preview.document_key[:200])),
        ("zone 時區", escape(preview.source_zone)),
        ("encoding 編碼", escape(preview.encoding)),
        ("reader 程式", preview.reader),
        ("message 說明", escape(preview.message)),
    ]


def _show_table(name: str, table: TablePreview) -> None:
    """Show the first rows with the columns that are filled, one line a cell where they are many."""
    out = console()
    units = "; ".join(f"{column}: {', '.join(found)}" for column, found in table.units.items())
    out.print(f"[bold]{name}[/] {table.records:,}" + (f"  units 單位 {escape(units)}" if units else ""))
    columns = list(dict.fromkeys(column for row in table.first_rows for column in row))
    shown = Table(box=None, header_style="dim", padding=(0, 1, 0, 2))
    shown.add_column("")
    for number in range(len(table.first_rows)):
        shown.add_column(str(number + 1), overflow="ellipsis", max_width=40)
    for column in columns:
        shown.add_row(column, *(_cell(row.get(column)) for row in table.first_rows))
    out.print(shown)


def _cell(value: Any) -> str:
    return "" if value is None else escape(str(value)[:80])
