from __future__ import annotations

import datetime

import pytest

from tracetonne.errors import WrongUseError
from tracetonne.periods import check_period, last_closed_month, months_of, quarter_window, scope


def test_a_month_is_its_own_scope_and_a_year_brings_its_months() -> None:
    assert scope("2025-03") == ["2025-03"]
    assert scope("2025")[0] == "2025-01"
    assert scope("2025")[-2:] == ["2025-12", "2025"]
    assert months_of("2025-03") == ["2025-03"]


@pytest.mark.parametrize("period", ["2025-13", "25-01", "2025-1", "", "2017-12", "2025-01-01"])
def test_other_keys_are_refused(period: str) -> None:
    with pytest.raises(WrongUseError):
        check_period(period)


def test_a_quarter_stands_beside_its_last_month() -> None:
    assert quarter_window("2026-Q1") == ("2026-03", "2026-03/Q1")
    assert quarter_window("2025-Q4") == ("2025-12", "2025-12/Q4")


@pytest.mark.parametrize("quarter", ["2026-Q5", "2026Q1", "2026-03", "", "2017-Q4"])
def test_what_is_no_quarter_is_refused(quarter: str) -> None:
    with pytest.raises(WrongUseError):
        quarter_window(quarter)


def test_the_month_just_closed_is_told_by_the_clock_of_taipei() -> None:
    # 16:30 UTC on 31 March is already 1 April in Taipei.
    late = datetime.datetime(2026, 3, 31, 16, 30, tzinfo=datetime.UTC)
    assert last_closed_month(late) == "2026-03"
    assert last_closed_month(late - datetime.timedelta(hours=1)) == "2026-02"
    assert last_closed_month(datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)) == "2025-12"
