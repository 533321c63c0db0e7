"""The days that a query may ask for by name, counted from the day of the fetch in Taipei."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from tracetonne.connectors.errors import ConnectorConfigError

_NAMED = re.compile(r"\{(\w+)\}")

Value = str | int | float | bool | datetime.date


def named_days(today: datetime.date) -> dict[str, datetime.date]:
    """Return the days that have a name; an end is the day after the last one."""
    month = today.replace(day=1)
    before = (month - datetime.timedelta(days=1)).replace(day=1)
    after = (month + datetime.timedelta(days=31)).replace(day=1)
    year = today.replace(month=1, day=1)
    return {
        "today": today,
        "yesterday": today - datetime.timedelta(days=1),
        "month_start": month,
        "month_end": after,
        "previous_month_start": before,
        "previous_month_end": month,
        "year_start": year,
        "year_end": year.replace(year=year.year + 1),
        "previous_year_start": year.replace(year=year.year - 1),
        "previous_year_end": year,
    }


def filled_in(parameters: Mapping[str, Value], today: datetime.date) -> dict[str, Value]:
    """Return the parameters with every `{name}` replaced by its day.

    Raises:
        ConnectorConfigError: A name is not one of those above.
    """
    days = named_days(today)
    filled: dict[str, Value] = {}
    for name, value in parameters.items():
        named = _NAMED.fullmatch(value) if isinstance(value, str) else None
        if named and named.group(1) not in days:
            raise ConnectorConfigError(
                "A parameter names a day that does not exist.",
                where=f"parameters.{name}",
                expected=" | ".join(f"{{{day}}}" for day in days),
                found=str(value),
                action="use one of those",
            )
        filled[name] = days[named.group(1)] if named else value
    return filled
