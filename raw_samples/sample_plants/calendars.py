"""Days: months, Taiwanese holidays, ROC dates, and the bands of Taipower's three-stage tariff."""

from __future__ import annotations

import datetime

Day = datetime.date

# Directorate-General of Personnel Administration, office calendars of ROC years 114 and 115: the days in the
# samples' period; weekends are found by the calendar itself.
HOLIDAYS = frozenset(
    datetime.date.fromisoformat(text)
    for text in (
        "2025-01-01", "2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-02-28",
        "2025-04-03", "2025-04-04", "2025-05-01", "2025-05-30", "2025-09-29", "2025-10-06", "2025-10-10",
        "2025-10-24", "2025-12-25", "2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19",
        "2026-02-20", "2026-02-27",
    )
)  # fmt: skip


def roc(day: Day) -> str:
    """Write a date in ROC years: 2025-01-31 is `114/01/31`."""
    return f"{day.year - 1911}/{day.month:02d}/{day.day:02d}"


def roc_month(day: Day) -> str:
    """Write a month in ROC years: `114/01`."""
    return f"{day.year - 1911}/{day.month:02d}"


def months(first: str, count: int) -> list[Day]:
    """List the first days of `count` months from `first` (`2025-01`)."""
    year, month = (int(part) for part in first.split("-"))
    return [Day(year + (month - 1 + i) // 12, (month - 1 + i) % 12 + 1, 1) for i in range(count)]


def next_month(first: Day) -> Day:
    """Give the first day of the month after `first`."""
    return Day(first.year + first.month // 12, first.month % 12 + 1, 1)


def days(start: Day, end: Day) -> list[Day]:
    """List the days from `start` to before `end`."""
    return [start + datetime.timedelta(n) for n in range((end - start).days)]


def month_days(first: Day) -> list[Day]:
    """List the days of the month that begins on `first`."""
    return days(first, next_month(first))


def month_end(first: Day) -> Day:
    """Give the last day of the month that begins on `first`."""
    return next_month(first) - datetime.timedelta(1)


def month_key(day: Day) -> str:
    """Write the month of a day: `2025-01`."""
    return f"{day.year}-{day.month:02d}"


def is_rest_day(day: Day) -> bool:
    """Say whether offices are closed: Sunday or a public holiday."""
    return day.weekday() == 6 or day in HOLIDAYS


def is_summer(day: Day) -> bool:
    """Say whether high-voltage summer prices hold: 16 May to 15 October."""
    return (5, 16) <= (day.month, day.day) <= (10, 15)


def tariff_band(day: Day, quarter: int) -> str:
    """Name the band of the high-voltage three-stage tariff for quarter hour `quarter` (0 to 95) of a day.

    Source: Taipower rate book in force from 2025-10-01, chapter 5.

    Returns:
        `peak`, `half_peak`, `saturday_half_peak` or `off_peak`.
    """
    hour = quarter // 4
    if is_rest_day(day):
        return "off_peak"
    saturday = day.weekday() == 5
    if is_summer(day):
        if hour < 9:
            return "off_peak"
        if saturday:
            return "saturday_half_peak"
        return "peak" if 16 <= hour < 22 else "half_peak"
    if hour < 6 or 11 <= hour < 14:
        return "off_peak"
    return "saturday_half_peak" if saturday else "half_peak"
