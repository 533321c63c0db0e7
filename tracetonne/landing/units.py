"""Units that documents may print: those that the seeds can convert, read from there so that both agree."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping

from tracetonne import settings
from tracetonne.landing import vocabulary


def folded(unit: str) -> str:
    """Return the key under which the seeds keep a spelling (`factor_unit.unit_key`)."""
    return "".join(unit.split()).lower()


@functools.cache
def _factor_units() -> Mapping[str, Mapping[str, str]]:
    path = settings.DBT_PROJECT / "seeds" / "unit" / "factor_unit.csv"
    found: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(row["parameter"], {})[row["unit_key"]] = row["unit_alias"]
    return found


def factor_units(parameter: str) -> tuple[str, ...]:
    """Return the units that a calculation factor may have, as documents spell them."""
    return tuple(_factor_units().get(parameter, {}).values())


def is_factor_unit(parameter: str, unit: str) -> bool:
    """Say whether the seeds know this unit for this factor."""
    return folded(unit) in _factor_units().get(parameter, {})


def is_quantity_unit(unit: str) -> bool:
    """Say whether the seeds know this unit of a quantity."""
    return vocabulary.fold(unit) in vocabulary.units()
