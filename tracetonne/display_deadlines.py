"""What is due by law, for people, in English and Traditional Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from tracetonne.deadlines import Deadline
from tracetonne.display import console

STATES = {
    "filed": "filed 已申報",
    "filed_late": "filed late 逾期申報",
    "not_applicable": "does not apply 不適用",
    "open": "open 未到期",
    "due_soon": "due within 30 days 30 日內到期",
    "overdue": "overdue 已逾期",
}


def show_deadlines(site: str, found: Sequence[Deadline]) -> None:
    """Print a line a duty: red where its day was missed, else green."""
    table = Table(box=None, title=f"Due by law 法定期限 {site}", title_justify="left", header_style="bold")
    for heading in (
        "due 期限",
        "days 天",
        "",
        "what 事項",
        "year 年度",
        "state 狀態",
        "figures 數據",
        "clause 依據",
    ):
        table.add_column(heading, overflow="fold")
    for one in found:
        binds = "" if one.binds is not None else " ?"
        filed = " ".join(filter(None, (one.filed_on, escape(one.receipt), one.evidence_id)))
        table.add_row(
            one.due_on,
            str(one.days_left),
            f"[{one.status}]●[/]",
            f"{one.name} {one.name_zh}",
            one.year,
            f"{STATES[one.state]}{binds} {filed}".strip(),
            "–" if one.version is None else f"v{one.version}",
            one.clause,
        )
    console().print(table)
    console().print(
        "? No figures tell whether it binds the site: refresh the year, or land a filing_record document "
        "that says not_applicable. 無數據可判定是否適用：請計算該年度，或匯入申報紀錄載明不適用。",
        highlight=False,
    )


def show_reminders(site: str, found: Sequence[Deadline]) -> None:
    """Print what is overdue or due within 30 days; nothing where nothing is."""
    for one in found:
        colour = "red" if one.status == "red" else "yellow"
        console().print(
            f"[{colour}]{site}: {one.due_on} {STATES[one.state]}: {one.name} {one.name_zh} {one.year} "
            f"({one.clause})[/]",
            highlight=False,
        )
