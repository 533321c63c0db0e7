"""What the commands of all files share: options, periods, and how a result is printed."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from tracetonne.errors import WrongUseError

Site = Annotated[str, typer.Option("--site", metavar="S", help="Site code, such as screw_plant.")]
Month = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="A calendar month.")]
Year = Annotated[str | None, typer.Option("--year", metavar="YYYY", help="A calendar year.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables for people.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays on record.")]


def asked_period(month: str | None, year: str | None) -> str:
    """Return the one period that was asked for."""
    from tracetonne.periods import check_period, is_month, is_year

    if (month is None) == (year is None):
        raise WrongUseError(
            "Say which period.", expected="either --month YYYY-MM or --year YYYY", found="both or neither"
        )
    if month is not None and not is_month(month):
        raise WrongUseError("The month is not one.", expected="--month YYYY-MM, such as 2026-03", found=month)
    if year is not None and not is_year(year):
        raise WrongUseError("The year is not one.", expected="--year YYYY, such as 2025", found=year)
    return check_period(month or year or "")


def show_result(result: object, as_json: bool) -> None:
    """Show a result by its fields."""
    shown = plain(result)
    if as_json:
        print_json(shown)
        return
    from tracetonne.display import show_mapping

    show_mapping(shown)


def plain(value: Any) -> Any:
    """Turn results (dataclasses, paths, dates) into what JSON knows."""
    if hasattr(value, "as_dict"):
        return plain(value.as_dict())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def print_json(value: object) -> None:
    """Print a value for scripts."""
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    # The name of a file need not be text; what cannot be printed is spelled out.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def say(text: str) -> None:
    """Print a line for people, with markup."""
    from rich import print as rich_print

    rich_print(text)
