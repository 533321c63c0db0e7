"""Engagements of verifiers for people, in English and Traditional Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from tracetonne.display import console
from tracetonne.verification import Engagement

STATES = {"open": "open 未結", "answered": "answered 已回覆", "closed": "closed 已結案"}
_KINDS = {"finding": "finding 缺失", "recommendation": "recommendation 建議"}


def show_engagements(site: str, found: Sequence[Engagement]) -> None:
    """Print packages handed over and findings, engagement by engagement."""
    if not found:
        console().print(
            f"No verification of {site} is on record: land a verification_log document. 無查驗往來紀錄。"
        )
    for one in found:
        console().print(
            f"[bold]{escape(one.engagement)}[/] {escape(one.verifier)} {one.period}: "
            f"{one.open_count} not closed 未結案",
            highlight=False,
        )
        for each in one.handovers:
            known = "no published package has this hash 無此雜湊之證據包"
            said = known if each.version is None else f"v{each.version}"
            console().print(
                f"  handed over 交付 {each.happened_on} {each.period} {said} {each.package_sha256}",
                highlight=False,
            )
        for statement in one.statements:
            console().print(
                f"  statement 聲明 {statement['happened_on']} {escape(statement['said'] or '')}",
                highlight=False,
            )
        console().print(_findings(one))


def _findings(one: Engagement) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("no. 編號", "what 類別", "raised 提出", "due 期限", "state 狀態", "text 內容"):
        table.add_column(heading, overflow="fold")
    for each in one.findings:
        state = STATES[each.state]
        table.add_row(
            escape(each.reference),
            f"{_KINDS[each.entry]} {each.severity}".strip(),
            each.raised_on,
            each.due_on,
            f"[red]{state}, overdue 逾期[/]" if each.is_overdue else state,
            escape(each.text),
        )
    return table
