"""Production ledgers and stock counts, in whole kilograms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .calendars import Day, is_rest_day
from .quantities import Draw, apportion
from .sheets import table

LEDGER_HEADER = (
    "production_date", "batch", "process", "product", "good_kg", "scrap_kg", "material", "input_kg", "note",
)  # fmt: skip
COUNT_HEADER = ("count_date", "material", "quantity", "unit", "location", "counted_by")


@dataclass(frozen=True)
class Batch:
    """One row of the ledger, in kilograms; what a row does not speak of is `None`."""

    date: Day
    batch: str
    process: str
    product: str = ""
    good: int | None = None
    scrap: int | None = None
    material: str = ""
    input: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Count:
    """Stock of a material at one place at the end of a day."""

    date: Day
    material: str
    quantity: str
    unit: str
    location: str
    counted_by: str


def activity(day: Day, shutdown: frozenset[Day] = frozenset()) -> int:
    """Say how busy a day is, in percent: weekdays 100, Saturdays 60, rest days and shutdowns 0."""
    if is_rest_day(day) or day in shutdown:
        return 0
    return 60 if day.weekday() == 5 else 100


def ledger_csv(batches: Sequence[Batch]) -> bytes:
    """Write ledger rows as the production office keeps them."""

    def cell(value: int | None) -> object:
        return "" if value is None else value

    return table(
        LEDGER_HEADER,
        [
            [
                row.date, row.batch, row.process, row.product, cell(row.good), cell(row.scrap), row.material,
                cell(row.input), row.note,
            ]
            for row in batches
        ],
    ).encode("utf-8")  # fmt: skip


def counts_csv(counts: Sequence[Count]) -> bytes:
    """Write a stock count sheet."""
    return table(
        COUNT_HEADER,
        [[row.date, row.material, row.quantity, row.unit, row.location, row.counted_by] for row in counts],
    ).encode("utf-8")


def daily(
    total: int, of_days: Sequence[Day], name: str, shutdown: frozenset[Day] = frozenset()
) -> dict[Day, int]:
    """Split a quantity over working days with small day-to-day differences; the days sum to it exactly."""
    draw = Draw("daily", name)
    weights = [activity(day, shutdown) * draw.between(94, 106) for day in of_days]
    return {day: part for day, part in zip(of_days, apportion(total, weights), strict=True) if part}
