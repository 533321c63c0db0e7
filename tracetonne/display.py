"""What people see in a terminal: tables, trees, progress and errors. No decision is made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from tracetonne.chinese import in_both
from tracetonne.document_origin import origin_text
from tracetonne.errors import TraceTonneError

Report = Callable[[str, str, int, int], None]
"""Called with step, detail, done and total while a refresh runs."""

# Where nobody watches, in a log or a pipe, rich would fold every table to 80 columns.
PIPE_WIDTH = 160


def console(stderr: bool = False) -> Console:
    """Return a console as wide as the terminal, or wide enough for every table where there is none."""
    made = Console(stderr=stderr)
    return made if made.is_terminal else Console(stderr=stderr, width=PIPE_WIDTH)


_out = console()
_err = console(stderr=True)

STATUS_COLOURS = {
    "landed": "green", "unchanged": "dim", "rejected": "red", "missing": "yellow", "superseded": "dim",
    "published": "green", "blocked": "red", "provisional": "yellow", "empty": "yellow", "withdrawn": "dim",
    "fetched": "green", "refused": "red",
}  # fmt: skip


def coloured(status: str) -> str:
    """Return a status word in its colour."""
    colour = STATUS_COLOURS.get(status)
    return f"[{colour}]{status}[/]" if colour else status


def show_error(error: TraceTonneError) -> None:
    """Show what failed, where, expected, found, and what to do."""
    table = Table.grid(padding=(0, 1))
    for label, text in said_of(error.where, error.expected, error.found, error.action):
        table.add_row(f"[bold]{label}[/]", escape(text))
    _err.print(f"[bold red]{escape(error.what)}[/]")
    if error.what_zh:
        _err.print(f"[bold red]{escape(error.what_zh)}[/]")
    if table.row_count:
        _err.print(table)


def said_of(where: str, expected: str, found: str, action: str) -> list[tuple[str, str]]:
    """Return label and text of what is said about a failure, in both languages; blank parts are left out."""
    parts = (
        ("where 位置", where),
        ("expected 應為", in_both(expected)),
        ("found 實際", in_both(found)),
        ("do 處理", in_both(action)),
    )
    return [(label, text) for label, text in parts if text]


def show_landing(results: Sequence[Any]) -> None:
    """Show one row a file, and what could not be read."""
    table = Table(box=None, header_style="bold")
    table.add_column("file 檔案", overflow="fold")
    for heading in ("kind 種類", "evidence 憑證", "landed 入庫", "rejected 未入庫", "status 狀態"):
        table.add_column(heading, justify="right" if "入庫" in heading else "left")
    for result in results:
        table.add_row(
            escape(str(result.path)), result.kind, result.evidence_id, f"{result.records_landed:,}",
            f"{result.records_rejected:,}" if result.records_rejected else "", coloured(result.status),
        )  # fmt: skip
    _out.print(table)
    for result in results:
        if result.message and result.message not in [one.message for one in result.rejections]:
            _out.print(f"{escape(str(result.path))}: {escape(result.message)}")
        for rejection in result.rejections:
            _out.print(f"[red]{escape(str(result.path))}[/] {escape(rejection.locator)} {rejection.field}")
            _out.print(f"  {escape(rejection.message)}")
            _out.print(f"  {escape(rejection.message_zh)}")
            for label, text in said_of("", rejection.expected, rejection.found, rejection.action):
                _out.print(f"  [bold]{label}[/] {escape(text)}")


def show_fetches(reports: Sequence[Any]) -> None:
    """Show what each connector brought, what it refused, and why it could not go on."""
    if not reports:
        _out.print("No connector fits.")
    for report in reports:
        plain = report.as_dict()
        counts = ", ".join(
            f"{plain[name]} {name}" for name in ("fetched", "unchanged", "refused", "known") if plain[name]
        )
        _out.print(f"[bold]{escape(report.connector)}[/] to {escape(report.site)}: {counts or 'nothing new'}")
        if report.recovered:
            _out.print(f"  {report.recovered} from an earlier fetch that was interrupted")
        for document in report.documents:
            place = f" → {escape(document.path.name)}" if document.path else ""
            _out.print(f"  {coloured(document.status)} {escape(document.remote_id)}{place}")
            if document.message:
                _out.print(f"    {escape(document.message)}\n    {escape(document.message_zh)}")
        if report.waiting:
            _out.print("  [yellow]More waits there; run the same command again.[/]")
        if report.error:
            show_error(report.error)


def show_connectors(found: Sequence[Any], folder: str) -> None:
    """Show the connectors of a home, and what keeps one from fetching."""
    if not found:
        _out.print(f"No connector yet. Write {escape(folder)}/NAME.yml; see docs/connectors.md.")
        return
    table = Table(box=None, header_style="bold")
    for heading in ("connector", "kind", "site", "from", "delivered", "last"):
        table.add_column(heading, justify="right" if heading == "delivered" else "left", overflow="fold")
    for one in found:
        table.add_row(
            escape(one.name), one.kind, one.site, escape(one.location), f"{one.delivered:,}",
            one.last_fetched_at,
        )  # fmt: skip
    _out.print(table)
    for one in found:
        if one.problem:
            _out.print(f"[red]{escape(one.name)}[/] {escape(one.problem)}")
        if one.unencrypted_reason:
            _out.print(f"[yellow]{escape(one.name)}[/] not encrypted: {escape(one.unencrypted_reason)}")


STATUS_SIGNS = {
    "landed": "[green]●[/]", "missing": "[yellow]○[/]", "rejected": "[red]✗[/]", "superseded": "[dim]s[/]",
    "withdrawn": "[dim]w[/]",
}  # fmt: skip
FIGURES_SIGNS = {"current": "[green]✓[/]", "stale": "[yellow]![/]", "closed": "■", "none": ""}
_LONGEST_LIST = 20


def show_status(rows: Sequence[Any]) -> None:
    """Show the matrix of expected documents by site and year, then what else there is to know."""
    if not rows:
        _out.print("Nothing has landed. Start with: tracetonne new-site NAME, tracetonne land PATH --site S")
        _out.print("尚未匯入任何文件。請先執行：tracetonne new-site NAME、tracetonne land PATH --site S")
        return
    for site in dict.fromkeys(row.site for row in rows):
        of_site = [row for row in rows if row.site == site]
        expected = [row for row in of_site if row.frequency]
        for year in dict.fromkeys(row.month[:4] for row in expected):
            _show_year(site, year, [row for row in expected if row.month.startswith(year)])
        _show_gaps([row for row in expected if row.status != "landed"])
        _show_others(site, [row for row in of_site if not row.frequency])
        for month, row in {row.month: row for row in of_site if row.late}.items():
            show_late(month, [document["file_name"] for document in row.late], row.late_effect)
        _show_origins(of_site)
    _out.print(
        "● landed 已入庫  ○ missing 缺件  ✗ rejected 無法讀取  s superseded 已被取代  w withdrawn 已撤回\n"
        "figures 數據: ✓ current 最新  "
        "! a document arrived, or an earlier month changed, since the last refresh "
        "上次計算後有文件到達或前期變動  ■ closed 已結帳"
    )


def _show_year(site: str, year: str, rows: Sequence[Any]) -> None:
    months = sorted({row.month for row in rows})
    table = Table(box=None, padding=(0, 1, 0, 0), title=f"{site} {year}", title_justify="left")
    table.add_column("expected document 應到文件", no_wrap=True)
    for month in months:
        table.add_column(month[5:], justify="center")
    signs = {(row.kind, row.subject, row.month): STATUS_SIGNS[row.status] for row in rows}
    for kind, subject in dict.fromkeys((row.kind, row.subject) for row in rows):
        cells = (signs.get((kind, subject, month), "") for month in months)
        table.add_row(escape(f"{kind} {subject}".strip()), *cells)
    first = {row.month: row for row in reversed(rows)}
    complete = ("[green]✓[/]" if first[month].month_complete else "" for month in months)
    table.add_row("[bold]complete 齊全[/]", *complete)
    table.add_row("[bold]figures 數據[/]", *(FIGURES_SIGNS[first[month].figures] for month in months))
    _out.print(table)


def _show_gaps(rows: Sequence[Any]) -> None:
    """Name the first documents that are not there; a plant that stopped sending would fill the screen."""
    for row in rows[:_LONGEST_LIST]:
        note = f": {row.note}" if row.note else ""
        document = f"{row.kind} {row.subject}".strip()
        _out.print(f"  {row.month} {coloured(row.status)} {escape(document + note)}")
    if len(rows) > _LONGEST_LIST:
        _out.print(f"  and {len(rows) - _LONGEST_LIST} more; see --json 其餘請見 --json")


def show_late(period: str, late: Sequence[str], effect: Sequence[Mapping[str, Any]]) -> None:
    """Name what came after the close of a period, and by how much it would change the emissions."""
    names = escape(", ".join(late))
    _out.print(f"[yellow]Closed {period}: came later, does not count 結帳後到達，不計入[/]: {names}")
    for row in effect:
        if row["product"] is None and row["series"] == "regime" and row["change"] is not None:
            _out.print(f"  {row['quantity']} {row['change']:+,.3f} {row['unit']} if it were open 若重新開放")


def _show_origins(rows: Sequence[Any]) -> None:
    """Say of each document that a connector fetched where it came from."""
    fetched = {
        document["evidence_id"]: document for row in rows for document in row.documents if document["origin"]
    }
    if not fetched:
        return
    _out.print(f"[bold]fetched by connectors 連接器擷取[/] {len(fetched):,}")
    for document in list(fetched.values())[:_LONGEST_LIST]:
        state = "" if document["state"] == "landed" else f" {coloured(document['state'])}"
        _out.print(
            f"  {document['evidence_id']}{state} {escape(document['file_name'])}: "
            f"{escape(origin_text(document['origin']))}"
        )
    if len(fetched) > _LONGEST_LIST:
        _out.print(f"  and {len(fetched) - _LONGEST_LIST} more; see --json 其餘請見 --json")


def _show_others(site: str, rows: Sequence[Any]) -> None:
    if not rows:
        return
    table = Table(
        box=None, header_style="bold", title=f"{site}, other documents 其他文件", title_justify="left"
    )
    for heading in ("period 期間", "kind 種類", "status 狀態", "figures 數據", "evidence 憑證", "note 備註"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            row.month, row.kind, coloured(row.status), FIGURES_SIGNS[row.figures], " ".join(row.evidence),
            escape(row.note),
        )  # fmt: skip
    _out.print(table)


def show_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Show mappings with the same keys as a table."""
    if not rows:
        _out.print("Nothing.")
        return
    table = Table(box=None, header_style="bold")
    for heading in rows[0]:
        table.add_column(heading.replace("_", " "))
    for row in rows:
        table.add_row(*(coloured(escape(str(value))) if value is not None else "" for value in row.values()))
    _out.print(table)


def show_figures(rows: Sequence[Mapping[str, Any]]) -> None:
    """Show figures by regime, one row each, then what each quantity is: rounding and clause."""
    for regime in dict.fromkeys(row["regime"] for row in rows):
        of_regime = [row for row in rows if row["regime"] == regime]
        _show_figures_of(regime, of_regime)
        for quantity in dict.fromkeys(row["quantity"] for row in of_regime):
            of_quantity = [row for row in of_regime if row["quantity"] == quantity]
            clauses = "; ".join(dict.fromkeys(row["clause"] for row in of_quantity if row["clause"]))
            name = " ".join(filter(None, (quantity, of_quantity[0]["name_zh"])))
            said = " · ".join(filter(None, (of_quantity[0]["rounding"], clauses)))
            _out.print(f"  [dim]{escape(name)}: {escape(said)}[/]")


def _show_figures_of(regime: str, rows: Sequence[Mapping[str, Any]]) -> None:
    table = Table(
        box=None, header_style="bold", title=f"regime 制度 {escape(regime or '-')}", title_justify="left"
    )
    for heading in (
        "period 期間",
        "process 製程",
        "product 產品",
        "CN code",
        "series 系列",
        "quantity 數值項目",
    ):
        table.add_column(heading, overflow="fold")
    for heading in ("value 未進位", "reported 報告值"):
        table.add_column(heading, justify="right")
    for heading in ("unit 單位", "status 狀態"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            row["period"], escape(row["process"] or ""), escape(row["product"] or ""), row["cn_code"] or "",
            row["series"], row["quantity"], _number(row["value"]), _reported(row["rounded"]), row["unit"],
            coloured(row["status"]),
        )  # fmt: skip
    _out.print(table)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    # What is left of a difference of doubles is no emission.
    if abs(value) < 1e-9:
        return "0"
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _reported(value: float | None) -> str:
    """Print a rounded value with the digits that it has, and no other."""
    return "" if value is None else f"{value:,.5f}".rstrip("0").rstrip(".")


def show_refresh(result: Any) -> None:
    """Show how a refresh ended: gates, package, and what to do about a gate that stopped it."""
    headline = {
        "published": "[green]Published[/]",
        "unchanged": "Nothing changed",
        "blocked": "[red]A gate stopped it; nothing was published[/]",
        "empty": "[yellow]Nothing to compute[/]",
    }[result.status]
    version = f" version {result.version}" if result.version else ""
    _out.print(f"{headline}: {result.site} {result.period}{version} ({result.seconds:.1f} s)")
    if result.reason:
        _out.print(f"  {escape(result.reason)}")
    for gate in result.gates:
        has_remark = gate["passed"] and gate["severity"] == "warn"
        mark = (
            "[yellow]look at[/]"
            if has_remark
            else "[green]passed [/]"
            if gate["passed"]
            else "[red]stopped[/]"
        )
        _out.print(f"  {mark} {gate['name']}")
        if has_remark or not gate["passed"]:
            _out.print(f"    {escape(gate['message'])}\n    {escape(gate['message_zh'])}")
    if result.late:
        show_late(result.period, result.late, result.late_effect)
    if result.package:
        _out.print(f"  package {escape(str(result.package))}", soft_wrap=True)


def show_superseded(site: str, periods: Mapping[str, list[str]]) -> None:
    """Name the periods whose served figures rest on months that were refreshed since, and what to do."""
    if not periods:
        return
    changed = min(month for months in periods.values() for month in months)
    months = sorted(period for period in periods if len(period) > 4)
    which = f"--from {months[0]}" if months else f"--year {min(periods)}"
    _out.print(
        f"[yellow]Superseded inputs 上期數值已更新[/]: {', '.join(sorted(periods))} rest on figures of "
        f"{changed} from before its refresh; run: tracetonne refresh --site {site} {which}"
    )


def show_mapping(mapping: Any) -> None:
    """Show a result as names and values."""
    if not isinstance(mapping, Mapping):
        _out.print(escape(str(mapping)))
        return
    table = Table.grid(padding=(0, 2))
    for key, value in mapping.items():
        table.add_row(f"[bold]{key.replace('_', ' ')}[/]", escape(_short(value)))
    _out.print(table)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_short(item) for item in value) if value else "none"
    if isinstance(value, Mapping):
        return " ".join(f"{key}={item}" for key, item in value.items())
    return str(value)


def show_impact(found: Any) -> None:
    """Show which figures and packages a document feeds."""
    _out.print(f"[bold]{escape(found.file_name)}[/] ({found.evidence_id}) of {found.site} feeds:")
    for rows, what in ((found.figures, "no served figure"), (found.packages, "no package")):
        if rows:
            show_rows(rows)
        else:
            _out.print(what)


def show_verification(report: Any) -> None:
    """Show each check of a package and what disagrees."""
    plain = report.as_dict()
    verdict = "[green]verified[/]" if report.passed else "[red]does not agree with itself[/]"
    _out.print(f"[bold]{escape(plain['identifier'])}[/] {verdict}")
    for check in plain["checks"]:
        mark = "[green]ok[/]  " if check["passed"] else "[red]fail[/]"
        looked_at = check["skipped"] or check["looked_at"]
        _out.print(f"  {mark} {escape(check['name'])} [dim]({escape(str(looked_at))})[/]")
        for failure in check["failures"]:
            _out.print(f"       {escape(failure['text'])}")


def show_rebuild(result: Any) -> None:
    """Show how each period came out."""
    _out.print(f"{result.restored} files restored, {len(result.landed_again)} documents read again")
    show_rows([vars(period) for period in result.periods])


@contextmanager
def refreshing(title: str, quiet: bool = False) -> Iterator[Report]:
    """Show the steps of a refresh as they run, on stderr so that the result can be piped."""
    if quiet:
        yield lambda step, detail, done, total: None
        return
    with Progress(
        SpinnerColumn(), TextColumn("[bold]{task.fields[title]}"), TextColumn("{task.fields[step]:<9}"),
        BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[detail]}"),
        console=_err, transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", title=title, step="starting", detail="", total=1)

        def report(step: str, detail: str, done: int, total: int) -> None:
            bar.update(task, step=step, detail=detail[:40], completed=done, total=max(total, 1))

        yield report
