"""The commands that close a published period, so that it keeps its factors, and open it again."""

from __future__ import annotations

from typing import Annotated

import typer

from tracetonne.cli_shared import (
    AsJson,
    Month,
    Reason,
    Site,
    Year,
    asked_period,
    plain,
    print_json,
    show_result,
)

Approver = Annotated[str, typer.Option("--approver", metavar="NAME", help="A second person.")]
Author = Annotated[
    str | None, typer.Option("--author", metavar="NAME", help="Who decides it; else your login.")
]


def close(
    site: Site,
    reason: Reason,
    approver: Approver,
    month: Month = None,
    year: Year = None,
    author: Author = None,
    as_json: AsJson = False,
) -> None:
    """Close a published month or year: computed again it keeps its factors (結帳)."""
    from tracetonne.closing import close as record_close
    from tracetonne.settings import home

    show_result(record_close(home(), site, asked_period(month, year), reason, approver, author), as_json)


def versions(
    site: Site,
    month: Month = None,
    year: Year = None,
    changes: Annotated[
        bool, typer.Option("--changes", help="What differs from the version before, cell by cell.")
    ] = False,
    version: Annotated[
        int | None,
        typer.Option("--version", metavar="N", help="With --changes: of this version, not the newest."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the versions of a package, which supersedes which, why, and what changed (更正紀錄)."""
    from tracetonne.corrections import changed_lines, package_versions
    from tracetonne.settings import home

    period = asked_period(month, year)
    found = (
        changed_lines(home(), site, period, version)
        if changes
        else plain(package_versions(home(), site, period))
    )
    if as_json:
        print_json(found)
        return
    from tracetonne.display import show_rows

    show_rows(found)


def correct(
    site: Site,
    reason: Reason,
    approver: Approver,
    month: Month = None,
    year: Year = None,
    author: Author = None,
    as_json: AsJson = False,
) -> None:
    """Record why the newest version of a package supersedes the one before (更正)."""
    from tracetonne.corrections import correct as record_correction
    from tracetonne.settings import home

    show_result(record_correction(home(), site, asked_period(month, year), reason, approver, author), as_json)


def reopen(
    site: Site,
    reason: Reason,
    approver: Approver,
    month: Month = None,
    year: Year = None,
    author: Author = None,
    as_json: AsJson = False,
) -> None:
    """Open a closed month or year again: the next refresh chooses its factors anew (重新開放)."""
    from tracetonne.closing import reopen as record_reopening
    from tracetonne.settings import home

    ended = plain(record_reopening(home(), site, asked_period(month, year), reason, approver, author))
    if as_json:
        print_json(ended)
        return
    from tracetonne.display import show_rows

    show_rows(ended)
