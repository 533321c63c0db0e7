"""Fills of gaps, computed again with numbers that a person can check in the head."""

from __future__ import annotations

import datetime

import pytest

from tracetonne.package.gap_checks import CONSERVATIVE, LINEAR, Reading, fills

START = datetime.datetime.fromisoformat("2026-03-01")
END = START + datetime.timedelta(hours=2)


def readings(*values: float | None, first: int = 0) -> list[Reading]:
    """Return quarter-hour readings from the first interval on; a gap where there is no value."""
    return [
        (START + datetime.timedelta(minutes=15 * (first + number)), value)
        for number, value in enumerate(values)
        if value is not None
    ]


@pytest.mark.parametrize(
    ("found", "linear", "conservative"),
    [
        (readings(1, 1, 1, 1, 1, 1, 1, 1), 0, 0),
        # One missing between 2 and 4 is 3; two missing between 2 and 5 are 3 and 4.
        (readings(2, None, 4, 4, 4, 4, 4, 4), 3, 0),
        (readings(2, None, None, 5, 5, 5, 5, 5), 7, 0),
        # Five missing are more than an hour: five times the mean of readings that are all alike.
        (readings(2, None, None, None, None, None, 2, 2), 0, 10),
        # Without a reading before it, or after it.
        (readings(None, 2, 2, 2, 2, 2, 2, None), 0, 4),
        # A reading beyond the end makes a straight line of the last gap: 3 between 2 and 4.
        (readings(2, 2, 2, 2, 2, 2, 2, None, 4), 3, 0),
        # The gap begins before the month: steps 2 and 3 of three missing between 0 and 4 are 2 and 3.
        (readings(0, None, None, None, 4, 4, 4, 4, 4, 4, first=-2), 5, 0),
        ([], 0, 0),
    ],
)
def test_fills(found: list[Reading], linear: float, conservative: float) -> None:
    assert fills(START, END, 15, found) == pytest.approx({LINEAR: linear, CONSERVATIVE: conservative})


def test_a_longer_gap_takes_two_standard_deviations_more() -> None:
    # Readings 1 and 3: mean 2, standard deviation of the sample the root of 2.
    found = readings(1, None, None, None, None, None, None, 3)
    assert fills(START, END, 15, found)[CONSERVATIVE] == pytest.approx(6 * (2 + 2 * 2**0.5))
