"""Period keys: `2026-03` a month, `2026` a year; and the site's clock that says which month it is."""

from __future__ import annotations

import datetime
import re
from zoneinfo import ZoneInfo

from tracetonne.errors import WrongUseError

FIRST_MONTH = "2018-01"
TIME_ZONE = "Asia/Taipei"


def is_month(period: str) -> bool:
    """Say whether the key is a month."""
    return re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period) is not None


def is_year(period: str) -> bool:
    """Say whether the key is a calendar year."""
    return re.fullmatch(r"\d{4}", period) is not None


def quarter_window(quarter: str) -> tuple[str, str]:
    """Return the last month of a quarter `2026-Q1`, and the key of the window of it: `2026-03/Q1`.

    Raises:
        WrongUseError: It is not a quarter.
    """
    match = re.fullmatch(r"(\d{4})-Q([1-4])", quarter)
    if match is None:
        raise WrongUseError("This is not a quarter.", expected="a quarter such as 2026-Q1", found=quarter)
    month = check_period(f"{match[1]}-{3 * int(match[2]):02d}")
    return month, f"{month}/Q{match[2]}"


def check_period(period: str) -> str:
    """Return the key unchanged.

    Raises:
        WrongUseError: It is neither a month nor a year, or lies before the first month.
    """
    if not (is_month(period) or is_year(period)):
        raise WrongUseError(
            "The period is not one that can be computed.",
            expected="a month such as 2026-03 or a year such as 2025",
            found=period,
        )
    if period[:4] < FIRST_MONTH[:4]:
        raise WrongUseError("The period is too early.", expected=f"{FIRST_MONTH} or later", found=period)
    return period


def months_of(period: str) -> list[str]:
    """Return the months of a period: itself, or the twelve of a year."""
    if is_month(period):
        return [period]
    return [f"{period}-{month:02d}" for month in range(1, 13)]


def days_of(period: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a month or year."""
    months = months_of(period)
    first = datetime.date.fromisoformat(f"{months[0]}-01")
    in_next_month = datetime.date.fromisoformat(f"{months[-1]}-28") + datetime.timedelta(days=4)
    return first, in_next_month - datetime.timedelta(days=in_next_month.day)


def last_closed_year(now: datetime.datetime | None = None) -> str:
    """Return the year before the one that `now` falls in, by the clock of Taipei."""
    return str((now or datetime.datetime.now(datetime.UTC)).astimezone(ZoneInfo(TIME_ZONE)).year - 1)


def scope(period: str) -> list[str]:
    """Return the period keys that a refresh computes: a month alone, a year with its months before it."""
    return [period] if is_month(period) else [*months_of(period), period]


def last_closed_month(now: datetime.datetime) -> str:
    """Return the month before the one that `now` falls in, by the clock of Taipei."""
    local = now.astimezone(ZoneInfo(TIME_ZONE))
    last_day = local.date().replace(day=1) - datetime.timedelta(days=1)
    return f"{last_day:%Y-%m}"


def day_of(text: str, option: str) -> datetime.date:
    """Return a day that an option names.

    Raises:
        WrongUseError: It is no date.
    """
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(
            "The day is no date.", where=option, expected="YYYY-MM-DD, such as 2026-04-30", found=text
        ) from error
