"""Numbers and dates as Taiwanese documents print them, read again by the checks of a package."""

from __future__ import annotations

import datetime

import pytest

from tracetonne.package.record_checks import landed_date, landed_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.5", 1234.5),
        ("１２，３４５．６", 12345.6),
        ("-7", -7.0),
        ("－7", -7.0),
        ("", None),
        ("1.2.3", None),
        ("12 kg", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_numbers(text: str, number: float | None) -> None:
    assert landed_number(text) == number


@pytest.mark.parametrize(
    "text", ["2025-01-31", "2025/01/31", "20250131", "114/01/31", "114-01-31", "114年01月31日", "1140131"]
)
def test_dates_of_both_eras(text: str) -> None:
    assert landed_date(text) == datetime.date(2025, 1, 31)


@pytest.mark.parametrize("text", ["", "114/02/30", "2025-01", "soon", "99999"])
def test_what_is_no_date(text: str) -> None:
    assert landed_date(text) is None
