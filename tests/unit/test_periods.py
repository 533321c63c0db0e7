from __future__ import annotations

import datetime

import pytest

from tracetonne.errors import WrongUseError
from tracetonne.periods import check_period, last_closed_month, months_of, scope


def test_a_month_is_its_own_scope_and_a_year_brings_its_months() -> None:
    assert scope("2025-03") == ["2025-03"]
    assert scope("2025")[0] == "2025-01"
    assert scope("2025")[-2:] == ["2025-12", "2025"]
    assert months_of("2025-03") == ["2025-03"]


@pytest.mark.parametrize("period", ["2025-13", "25-01", "2025-1", "", "2017-12", "2025-01-01"])
def test_other_keys_are_refused(period: str) -> None:
    with pytest.raises(WrongUseError):
        check_period(period)


def test_the_month_just_closed_is_told_by_the_clock_of_taipei() -> None:
    # 16:30 UTC on 31 March is already 1 April in Taipei.
    late = datetime.datetime(2026, 3, 31, 16, 30, tzinfo=datetime.UTC)
    assert last_closed_month(late) == "2026-03"
    assert last_closed_month(late - datetime.timedelta(hours=1)) == "2026-02"
    assert last_closed_month(datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)) == "2025-12"
