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
