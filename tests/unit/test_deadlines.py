"""Days by which something is due, as they stand on a day: before, filed, and after."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.reminders import nothing_is_overdue
from tracetonne.carbon_fee import _OPTION_FIELDS as OPTIONS
from tracetonne.deadlines import Deadline, deadlines, reminders
from tracetonne.display_deadlines import show_deadlines, show_reminders
from tracetonne.errors import WrongUseError
from tracetonne.figures import FIELDS
from tracetonne.landing.land import land_paths
from tracetonne.periods import day_of
from tracetonne.settings import Home

FILING = "duty,year,status,filed_on,receipt,document,filed_by,note\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A plant with a reduction plan, of which no year has figures."""
    found = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    _land(
        found, tmp_path, "plan",
        "year,entry,measure,measure_name,expected_tco2e,achieved_tco2e,status,evidence,recorded_on,note\n"
        "2026,target,,,30000,,,,2026-06-01,\n"
        "2026,measure,M-01,廢熱回收,120,100.5,completed,電表報表,2027-03-01,\n",
    )  # fmt: skip
    return found


def _land(home: Home, folder: Path, name: str, text: str) -> str:
    paper = folder / f"{name}.csv"
    paper.write_text(text, encoding="utf-8")
    (landed,) = land_paths(home, [paper], "plant")
    assert (landed.status, landed.records_rejected) == ("landed", 0)
    return landed.evidence_id


def _serve_fee(home: Home, year: str, *, is_liable: bool, is_registrant: bool) -> None:
    """Serve the judgement of a year: whether the plant pays, and whether it must register."""
    build = home.serving / "plant" / year / "0123456789abcdef"
    build.mkdir(parents=True)
    (build.parent / "current.json").write_text(json.dumps({"build": build.name}))
    nothing = ", ".join(f"null as {name}" for name in OPTIONS if name not in ("fee_option", "is_liable"))
    fields = ", ".join(f"null as {name}" for name in FIELDS)
    queries = {
        "out_figure": f"select {fields} where false",
        "out_taiwan_fee": f"select 'filed' as series, date '2027-04-30' as known_on, 'elected' as "
        f"fee_option, {is_liable} as is_liable, {nothing}",
        "out_taiwan_registrant": f"select 'electricity' as criterion, 1.0 as quantity, 1.0 as threshold, "
        f"'MWh' as unit, {is_registrant} as is_met, null as reason, null as reason_zh, '' as clause",
    }
    for table, query in queries.items():
        duckdb.execute(f"copy ({query}) to '{build / table}.parquet' (format parquet)")


def _one(home: Home, duty: str, year: str, on: str) -> Deadline:
    (found,) = [
        one
        for one in deadlines(home, "plant", datetime.date.fromisoformat(on))
        if (one.duty, one.year) == (duty, year)
    ]
    return found


def test_the_year_ahead_by_day(home: Home) -> None:
    found = [one for one in deadlines(home, "plant", datetime.date(2027, 4, 30)) if one.days_left >= 0]
    assert [(one.due_on, one.duty, one.year) for one in found[:3]] == [
        ("2027-04-30", "inventory", "2026"),
        ("2027-04-30", "plan_progress", "2026"),
        ("2027-05-31", "carbon_fee", "2026"),
    ]
    assert {one.duty for one in found} >= {"cbam_declaration", "cbam_holding_q2", "verification"}
    assert {one.due_on[5:] for one in found} >= {"01-31", "04-30", "05-31", "06-30", "10-31"}
    assert all(one.version is None and one.days_left < 366 for one in found)
    # Nothing is held before 2027 (Article 22(2)), and nobody imports here.
    early = deadlines(home, "plant", datetime.date(2026, 1, 1))
    assert not [one for one in early if one.duty.startswith("cbam_holding") and one.year == "2026"]
    assert {one.state for one in found if one.duty.startswith("cbam")} == {"not_applicable"}


@pytest.mark.parametrize(
    ("on", "state", "status"),
    [
        ("2027-03-30", "open", "green"),
        ("2027-03-31", "due_soon", "green"),
        ("2027-04-30", "due_soon", "green"),
        ("2027-05-01", "overdue", "red"),
    ],
)
def test_a_day_is_green_before_and_red_after(home: Home, on: str, state: str, status: str) -> None:
    found = _one(home, "plan_progress", "2026", on)
    assert (found.binds, found.state, found.status) == (True, state, status)


def test_what_was_filed_counts_from_its_day(home: Home, tmp_path: Path) -> None:
    evidence = _land(home, tmp_path, "in_time", f"{FILING}plan_progress,2026,filed,2027-04-29,R-1,,Lin,\n")
    assert _one(home, "plan_progress", "2026", "2027-04-28").state == "due_soon"
    found = _one(home, "plan_progress", "2026", "2027-05-01")
    assert (found.state, found.status, found.receipt, found.evidence_id) == (
        "filed",
        "green",
        "R-1",
        evidence,
    )
    _land(home, tmp_path, "late", f"{FILING}plan_progress,2025,filed,2026-05-02,R-2,,Lin,\n")
    late = _one(home, "plan_progress", "2025", "2026-06-01")
    assert (late.state, late.status) == ("filed_late", "red")


def test_the_figures_of_a_year_say_whom_a_duty_binds(home: Home, tmp_path: Path) -> None:
    assert _one(home, "carbon_fee", "2026", "2027-05-15").binds is None
    _serve_fee(home, "2026", is_liable=False, is_registrant=True)
    on = "2027-05-15"
    assert [_one(home, duty, "2026", on).state for duty in ("inventory", "carbon_fee", "verification")] == [
        "overdue", "not_applicable", "not_applicable",
    ]  # fmt: skip
    # A year without figures is judged by the one before it.
    assert _one(home, "plan_application", "2027", on).state == "not_applicable"
    _land(home, tmp_path, "none", f"{FILING}inventory,2026,not_applicable,2027-05-02,,,Lin,sold in 2026\n")
    assert _one(home, "inventory", "2026", on).state == "not_applicable"


def test_what_is_due_is_called_to_mind(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    on = datetime.date(2027, 5, 15)
    _serve_fee(home, "2026", is_liable=True, is_registrant=False)
    found = [(one.duty, one.year, one.state) for one in reminders(home, "plant", on) if one.year == "2026"]
    assert found == [
        ("plan_application", "2026", "overdue"), ("leakage_application", "2026", "overdue"),
        ("inventory", "2026", "overdue"), ("plan_progress", "2026", "overdue"),
        ("carbon_fee", "2026", "due_soon"),
    ]  # fmt: skip
    show_deadlines("plant", deadlines(home, "plant", on))
    show_reminders("plant", reminders(home, "plant", on))
    shown = capsys.readouterr().out
    assert "due within 30 days 30 日內到期" in shown
    assert "碳費申報繳納" in shown
    monkeypatch.setenv("TRACETONNE_HOME", str(home.root))
    (home.inbox / "nothing_landed").mkdir(parents=True)
    result = nothing_is_overdue()
    assert isinstance(result, dg.AssetCheckResult)
    assert result.severity == dg.AssetCheckSeverity.WARN


def test_a_site_must_be_known_and_a_day_a_date(home: Home) -> None:
    with pytest.raises(WrongUseError):
        deadlines(home, "elsewhere")
    with pytest.raises(WrongUseError, match="no date"):
        day_of("31.4.2027", "--on")
