"""Days by which something is due, counted from a day."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tracetonne.deadlines import deadlines
from tracetonne.errors import WrongUseError
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    paper = tmp_path / "plan.csv"
    paper.write_text(
        "year,entry,measure,measure_name,expected_tco2e,achieved_tco2e,status,evidence,recorded_on,note\n"
        "2026,target,,,30000,,,,2026-06-01,\n"
        "2026,measure,M-01,廢熱回收,120,100.5,completed,電表報表,2027-03-01,\n",
        encoding="utf-8",
    )
    (landed,) = land_paths(found, [paper], "plant")
    assert (landed.kind, landed.status, landed.records_landed) == ("reduction_plan", "landed", 2)
    return found


def test_the_year_ahead_by_day(home: Home) -> None:
    found = deadlines(home, "plant", datetime.date(2027, 4, 30))
    assert [(one.due_on, one.duty, one.year) for one in found[:3]] == [
        ("2027-04-30", "inventory", "2026"),
        ("2027-04-30", "plan_progress", "2026"),
        ("2027-05-31", "carbon_fee", "2026"),
    ]
    assert {one.duty for one in found} >= {"cbam_declaration", "cbam_holding_q2", "verification"}
    assert all(one.version is None and 0 <= one.days_left < 366 for one in found)
    # Nothing is held before 2027 (Article 22(2)).
    early = deadlines(home, "plant", datetime.date(2026, 1, 1))
    assert not [one for one in early if one.duty.startswith("cbam_holding") and one.year == "2026"]


def test_a_site_must_be_known(home: Home) -> None:
    with pytest.raises(WrongUseError):
        deadlines(home, "elsewhere")
