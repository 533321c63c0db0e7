"""The commands of a verification: record that a package was handed over, and follow what was found."""

from __future__ import annotations

import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from tracetonne.cli_shared import AsJson, Month, Site, Year, asked_period, plain, print_json, show_result

On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="As of this day; else today in Taipei.")]


def verification(site: Site, on: On = None, as_json: AsJson = False) -> None:
    """Show packages handed to verifiers, and which of their findings are still open (查驗往來)."""
    from tracetonne.settings import home
    from tracetonne.verification import engagements

    found = engagements(home(), site, _day(on))
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_verification import show_engagements

    show_engagements(site, found)


def hand_over(
    site: Site,
    engagement: Annotated[
        str, typer.Option("--engagement", metavar="CODE", help="Number of the engagement.")
    ],
    verifier: Annotated[str, typer.Option("--verifier", metavar="NAME", help="Verification body.")],
    person: Annotated[str, typer.Option("--person", metavar="NAME", help="Who hands it over.")],
    month: Month = None,
    year: Year = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Record that the newest package of a period was handed to a verifier, with its hash (交付證據包)."""
    from tracetonne.settings import home
    from tracetonne.verification import hand_over as record

    period = asked_period(month, year)
    show_result(record(home(), site, period, engagement, verifier, person, _day(on)), as_json)


def _day(on: str | None) -> datetime.date:
    from tracetonne.periods import TIME_ZONE, day_of

    return datetime.datetime.now(ZoneInfo(TIME_ZONE)).date() if on is None else day_of(on, "--on")
