"""The command line. Each command parses, calls one function, and shows what came of it.

Exit codes: 0 done, 1 a fault of the program or the machine, 2 wrong use, 3 a gate stopped it, 4 evidence
rejected. Nothing heavy is imported before a command needs it, so that help is instant.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tracetonne import __version__, cli_close, cli_product, cli_verification, cli_year
from tracetonne.cli_estimate import estimates
from tracetonne.cli_shared import (
    AsJson,
    Month,
    Reason,
    Site,
    Year,
    asked_period,
    plain,
    print_json,
    say,
    show_result,
)
from tracetonne.errors import EvidenceRejectedError, GateStoppedError, TraceTonneError, WrongUseError

app = typer.Typer(
    help="Evidence in, product carbon figures out, and every tonne walked back to the bytes of its evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(estimates, name="estimate", rich_help_panel="Figures 數字")


def main() -> None:
    """Run the command line and leave with its exit code, showing user errors without a traceback."""
    try:
        app(prog_name="tracetonne")
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        _show_error(told)
        sys.exit(told.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing half-written was left; run the same command again.\n")
        sys.exit(130)


def _told(error: Exception) -> TraceTonneError | None:
    """Return what to show of an error: a damaged file or a full disk behind it before the error itself."""
    from tracetonne.damage import damaged_file, full_disk
    from tracetonne.settings import home

    own = error if isinstance(error, TraceTonneError) else None
    try:
        return damaged_file(home(), str(error)) or full_disk(home(), error) or own
    except TraceTonneError:
        return own


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command("new-site")
def new_site(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Site code: lower case letters, digits, _.")],
    as_json: AsJson = False,
) -> None:
    """Write a bilingual master-data workbook and make the site's inbox folder."""
    from tracetonne.master_data import new_site as write_workbook
    from tracetonne.settings import home

    path = write_workbook(home(), name)
    if as_json:
        print_json({"site": name, "workbook": str(path), "inbox": str(home().inbox / name)})
        return
    say(f"Wrote [bold]{path}[/]")
    say(f"Fill it in, then run: tracetonne land {path} --site {name}")


@app.command()
def land(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Documents, or folders of them.")],
    site: Site,
    as_kind: Annotated[
        str, typer.Option("--as", metavar="KIND", help="Land them all as this kind; see `kinds`.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Land documents: register them, keep their bytes, write their records word for word."""
    from tracetonne.landing.land import land_paths
    from tracetonne.settings import home

    results = land_paths(home(), paths, site, as_kind)
    if as_json:
        print_json([plain(result) for result in results])
    else:
        from tracetonne.display import show_landing

        show_landing(results)
    if any(result.status == "rejected" or result.rejections for result in results):
        raise typer.Exit(EvidenceRejectedError.exit_code)


@app.command("request")
def request_data(
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="Name of the supplier.")],
    site: Site,
    material: Annotated[
        list[str], typer.Option("--material", metavar="M", help="Material code; say it once for each.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="Where the workbook goes.")],
    month: Month = None,
    year: Year = None,
    as_json: AsJson = False,
) -> None:
    """Write a bilingual workbook that asks a supplier for its emissions, by default of the last year."""
    from tracetonne.periods import days_of, last_closed_year
    from tracetonne.settings import home
    from tracetonne.supplier_request import write_request

    period = asked_period(month, year) if month or year else last_closed_year()
    written = write_request(home(), site, supplier, material, days_of(period), out)
    if as_json:
        print_json(plain(written))
        return
    say(f"Wrote [bold]{written.workbook}[/], request {written.request_id}")
    say(f"When it comes back: tracetonne land FILE --site {site}")


@app.command()
def kinds(as_json: AsJson = False) -> None:
    """List the documents that can be read: kind, standard, version and reader."""
    from tracetonne.landing.kinds import kinds_of
    from tracetonne.settings import home

    found = kinds_of(home())
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_documents import show_kinds

    show_kinds(found)


@app.command()
def inspect(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Documents to try.")],
    as_kind: Annotated[
        str, typer.Option("--as", metavar="KIND", help="Read it as this kind; see `kinds`.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show what a file would give, without landing it."""
    from tracetonne.landing.preview import preview
    from tracetonne.settings import home

    found = [preview(home(), path, as_kind) for path in paths]
    if as_json:
        print_json(plain(found))
    else:
        from tracetonne.display_documents import show_preview

        for one in found:
            show_preview(one)
    if any(one.status == "rejected" or one.rejections for one in found):
        raise typer.Exit(EvidenceRejectedError.exit_code)


@app.command()
def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]…", help="Connectors; without names, all of them.")
    ] = None,
    site: Annotated[str | None, typer.Option("--site", metavar="S", help="Only those of this site.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch new documents into the inbox, as the connectors say; they land with the next refresh."""
    from tracetonne.connectors.fetch import chosen, fetch_all
    from tracetonne.settings import home

    reports = fetch_all(home(), chosen(home(), names or [], site))
    if as_json:
        print_json([plain(report) for report in reports])
    else:
        from tracetonne.display import show_fetches

        show_fetches(reports)
    if failed := next((report.exit_code for report in reports if report.exit_code), 0):
        raise typer.Exit(failed)


@app.command()
def connectors(
    site: Annotated[str | None, typer.Option("--site", metavar="S", help="Only those of this site.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the connectors, check their files and secrets, and show what each has brought."""
    from tracetonne.connectors.overview import overview
    from tracetonne.settings import home

    found = overview(home(), site)
    if as_json:
        print_json([plain(one) for one in found])
    else:
        from tracetonne.display import show_connectors

        show_connectors(found, str(home().connectors))
    if any(one.problem for one in found):
        raise typer.Exit(WrongUseError.exit_code)


@app.command()
def status(
    site: Annotated[str | None, typer.Option("--site", metavar="S", help="Only this site.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what is landed, missing, rejected or superseded, by site, month and expected document."""
    from tracetonne.settings import home
    from tracetonne.status import status as read_status

    result = read_status(home(), site)
    if as_json:
        print_json(plain(result))
        return
    from tracetonne.deadlines import reminders
    from tracetonne.display import show_status
    from tracetonne.display_deadlines import show_reminders

    show_status(result)
    for one in dict.fromkeys(row.site for row in result):
        show_reminders(one, reminders(home(), one))


@app.command()
def refresh(
    site: Site,
    month: Month = None,
    year: Year = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="YYYY-MM", help="This month, then every later month and year that is served."
        ),
    ] = None,
    as_json: AsJson = False,
    force: Annotated[bool, typer.Option("--force", help="Compute even if no input has changed.")] = False,
) -> None:
    """Compute a month or a year, judge it at the gates, and write its evidence package."""
    from tracetonne.display import refreshing, show_refresh, show_superseded
    from tracetonne.settings import home
    from tracetonne.superseded import periods_from

    if first is not None and (month or year):
        raise WrongUseError(
            "Say which periods.", expected="--from alone, --month or --year", found="--from and another"
        )
    periods = periods_from(home(), site, asked_period(first, None)) if first else [asked_period(month, year)]
    results = []
    for period in periods:
        with refreshing(f"{site} {period}", quiet=as_json) as progress:
            from orchestration.refresh import refresh as run_refresh

            results.append(run_refresh(home(), site, period, progress=progress, force=force))
        if not as_json:
            show_refresh(results[-1])
    if as_json:
        print_json([result.as_dict() for result in results] if first else results[0].as_dict())
    else:
        show_superseded(site, results[-1].superseded)
    if any(result.status == "blocked" for result in results):
        raise typer.Exit(GateStoppedError.exit_code)


@app.command()
def figures(
    site: Site,
    month: Month = None,
    year: Year = None,
    quarter: Annotated[
        str | None, typer.Option("--quarter", metavar="YYYY-Qn", help="A quarter of three months.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the figures of a site: a month with year to date and rolling 12 months, a quarter, or a year."""
    from tracetonne.figures import read_figures, read_quarter
    from tracetonne.settings import home

    if quarter is not None:
        if month or year:
            raise WrongUseError("The quarter is the period.", expected="--quarter alone", found=quarter)
        found = read_quarter(home(), site, quarter)
    else:
        found = read_figures(home(), site, asked_period(month, year) if month or year else None)
    if found.reason:
        sys.stderr.write(found.reason + "\n")
    if as_json:
        print_json(found.rows)
        return
    from tracetonne.display import show_figures

    show_figures(found.rows)


for shown_by_year in (
    cli_year.fee,
    cli_year.uncertainty,
    cli_year.ranking,
    cli_year.inventory,
    cli_year.certificates,
    cli_year.trend,
    cli_year.progress,
    cli_year.targets,
    cli_year.compliance,
    cli_year.deadlines,
    cli_product.batches,
    cli_product.kpi,
    cli_product.operation,
    cli_product.footprint,
    cli_product.stages,
    cli_product.calibrations,
    cli_product.renewables,
    cli_product.maturity,
    cli_year.clauses,
    cli_year.markets,
    cli_year.measures,
):
    app.command()(shown_by_year)


@app.command()
def trace(
    figure_id: Annotated[str, typer.Argument(metavar="FIGURE_ID", help="As `figures --json` prints it.")],
    expand: Annotated[
        str | None, typer.Option("--expand", metavar="FACT_ID", help="All records or readings of one fact.")
    ] = None,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page of the expansion.")] = 1,
    page_size: Annotated[int, typer.Option("--page-size", min=1, help="Records a page.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Walk a figure back to calculation lines, activity data, records, file and locator."""
    from tracetonne.settings import home
    from tracetonne.trace import render
    from tracetonne.trace import trace as walk

    tree = walk(home(), figure_id, expand, page=page, page_size=page_size)
    if as_json:
        print_json(plain(tree))
        return
    from rich.console import Console

    # Piped output has no width of its own, and a tree must not be cut.
    Console(width=None if sys.stdout.isatty() else 200).print(render(tree))


@app.command()
def affected(
    change: Annotated[
        str,
        typer.Argument(metavar="CHANGE", help="A clause, a factor or rule by its code, or a requirement."),
    ],
    as_json: AsJson = False,
) -> None:
    """List the models, figures, tests and pages of the manual that a changed clause or factor touches."""
    from orchestration.change_impact import change_impact
    from tracetonne.settings import home

    found = change_impact(home(), change)
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_affected import show_affected

    show_affected(plain(found))


@app.command()
def impact(
    evidence: Annotated[str, typer.Argument(metavar="EVIDENCE", help="Evidence id from `land --json`.")],
    preview: Annotated[
        bool,
        typer.Option(
            "--preview",
            help="Compute every product and month without and with it, as if approved; publish nothing.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Walk a document forward to every figure and package that it feeds, or would change."""
    from tracetonne.impact import impact as walk
    from tracetonne.settings import home

    if preview:
        _preview(evidence, as_json)
        return

    found = walk(home(), evidence)
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display import show_impact

    show_impact(found)


def _preview(evidence: str, as_json: bool) -> None:
    from orchestration.preview import preview
    from tracetonne.settings import home

    found = preview(home(), evidence)
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_factors import show_preview

    show_preview(found)


@app.command()
def factors(site: Site, month: Month = None, year: Year = None, as_json: AsJson = False) -> None:
    """Show which factor each source stream and precursor uses, and why every other one lost."""
    from tracetonne.factors import read_choices
    from tracetonne.settings import home

    found = read_choices(home(), site, asked_period(month, year))
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_factors import show_choices

    show_choices(found)


@app.command()
def review(
    site: Annotated[str | None, typer.Option("--site", metavar="NAME", help="One site; else all.")] = None,
    as_json: AsJson = False,
) -> None:
    """List values that were read with little confidence and wait for two people."""
    from tracetonne.review import waiting
    from tracetonne.settings import home

    rows = [plain(one) for one in waiting(home(), site or "")]
    if as_json:
        print_json(rows)
        return
    from tracetonne.display import show_rows

    show_rows(rows)


@app.command()
def approve(
    subject: Annotated[
        str, typer.Argument(metavar="EVIDENCE[/RECORD]", help="Document, or one record of it, from `review`.")
    ],
    reason: Reason,
    approver: Annotated[str, typer.Option("--approver", metavar="NAME", help="A second person.")],
    author: Annotated[
        str | None, typer.Option("--author", metavar="NAME", help="Who looked at the page; else your login.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Accept values that wait for review; the acceptance is evidence itself."""
    from tracetonne.review import approve as record_approval
    from tracetonne.settings import home

    result = plain(record_approval(home(), subject, reason, approver, author))
    if as_json:
        print_json(result)
        return
    from tracetonne.display import show_mapping

    show_mapping(result)


@app.command()
def withdraw(
    evidence: Annotated[str, typer.Argument(metavar="EVIDENCE", help="Evidence id from `land --json`.")],
    reason: Reason,
    author: Annotated[
        str | None, typer.Option("--author", metavar="NAME", help="Who withdraws it; else your login.")
    ] = None,
    approver: Annotated[
        str | None, typer.Option("--approver", metavar="NAME", help="A second person, if one approved.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw a document: its bytes stay, no figure uses it any more."""
    from tracetonne.decisions import withdraw as record_withdrawal
    from tracetonne.settings import home

    result = plain(record_withdrawal(home(), evidence, reason, author, approver))
    if as_json:
        print_json(result)
        return
    from tracetonne.display import show_mapping

    show_mapping(result)


for decided_of_a_period in (cli_close.close, cli_close.reopen, cli_close.versions, cli_close.correct):
    app.command()(decided_of_a_period)

for of_a_verifier in (cli_verification.verification, cli_verification.hand_over):
    app.command()(of_a_verifier)


@app.command()
def verify(
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="Folder of an evidence package.")],
    as_json: AsJson = False,
) -> None:
    """Check a package: every hash, and every figure computed again from its lines."""
    from tracetonne.package.verify import verify as check

    report = check(package)
    if as_json:
        print_json(report.as_dict())
    else:
        from tracetonne.display import show_verification

        show_verification(report)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; an empty or new folder.")],
    as_json: AsJson = False,
) -> None:
    """Copy evidence, landing, decisions and packages: all that cannot be computed again."""
    from tracetonne.backup import backup as write_backup
    from tracetonne.settings import home

    show_result(write_backup(home(), folder), as_json)


@app.command()
def rebuild(
    from_backup: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Restore this backup first; the home must be empty."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute everything again from evidence and landing, and compare with the packages that stand."""
    from orchestration.refresh import refresh as run_refresh
    from tracetonne.backup import rebuild as compute_again
    from tracetonne.settings import home

    result = compute_again(home(), run_refresh, from_backup)
    if as_json:
        print_json(plain(result))
        return
    from tracetonne.display import show_rebuild

    show_rebuild(result)


# What stands together in the help, in the order of the work.
PANELS = {
    "Documents 文件": (
        "new-site", "land", "request", "kinds", "inspect", "fetch", "connectors", "status", "withdraw",
    ),
    "Figures 數字": (
        "refresh", "figures", "trace", "impact", "uncertainty", "ranking", "trend", "maturity",
        "close", "reopen",
    ),
    "Products 產品": ("kpi", "batches", "operation", "footprint", "stages", "markets"),
    "Factors and meters 係數與表計": ("factors", "review", "approve", "calibrations"),
    "CBAM": ("certificates", "measures"),
    "Taiwan and the organisation 台灣法規與組織": (
        "fee", "inventory", "renewables", "compliance", "deadlines", "progress", "targets", "clauses",
        "affected",
    ),
    "Packages and verifiers 證據包與查證": ("verify", "versions", "correct", "hand-over", "verification"),
    "Keeping 保存": ("backup", "rebuild"),
}  # fmt: skip
_panel_of = {name: panel for panel, names in PANELS.items() for name in names}
for registered in app.registered_commands:
    called = registered.name or getattr(registered.callback, "__name__", "").replace("_", "-")
    registered.rich_help_panel = _panel_of[called]


def _show_error(error: TraceTonneError) -> None:
    """Show the parts of an error: as JSON where JSON was asked for, always on stderr."""
    if "--json" in sys.argv:
        sys.stderr.write(json.dumps(error.as_dict(), ensure_ascii=False, indent=2) + "\n")
        return
    from tracetonne.display import show_error

    show_error(error)


if __name__ == "__main__":
    main()
