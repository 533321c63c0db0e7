"""A later period knows when the months that it rests on have changed; a refresh of it is then not skipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.refresh import RefreshResult, _remember, _unchanged, inputs_hash
from tracetonne.settings import Home
from tracetonne.superseded import (
    earlier_builds,
    periods_from,
    state_path,
    superseded_inputs,
    superseded_periods,
)

SITE = "plant"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    here = Home(root=tmp_path, exports=tmp_path / "exports")
    for period in ("2025-12", "2026-01", "2026-02", "2026-03", "2025", "2026"):
        serve(here, period, "a")
    return here


def serve(home: Home, period: str, build: str) -> None:
    pointer = home.serving / SITE / period / "current.json"
    pointer.parent.mkdir(parents=True, exist_ok=True)
    pointer.write_text(json.dumps({"build": build * 16}))
    (pointer.parent / (build * 16)).mkdir(exist_ok=True)


def test_a_refreshed_month_supersedes_what_later_periods_rest_on(home: Home) -> None:
    for period in ("2026-01", "2026-02", "2026-03"):
        _remember(home, RefreshResult(SITE, period, "blocked", reason="a gate"))
    assert superseded_periods(home, SITE) == {}
    serve(home, "2026-02", "b")
    assert superseded_periods(home, SITE) == {"2026-03": ["2026-02"]}
    assert superseded_inputs(home, SITE, "2026-02") == []
    _remember(home, RefreshResult(SITE, "2026-03", "blocked"))
    assert superseded_periods(home, SITE) == {}


def test_an_earlier_month_that_is_new_supersedes_as_well(home: Home) -> None:
    _remember(home, RefreshResult(SITE, "2026-03", "blocked"))
    serve(home, "2025-11", "c")
    assert superseded_inputs(home, SITE, "2026-03") == ["2025-11"]


def test_a_later_month_is_computed_again_when_an_earlier_one_changed(home: Home) -> None:
    _remember(home, RefreshResult(SITE, "2026-03", "blocked", reason="a gate"))
    assert _unchanged(home, SITE, "2026-03") is not None
    before = inputs_hash(home, SITE, "2026-03")
    serve(home, "2026-01", "b")
    assert inputs_hash(home, SITE, "2026-03") != before
    assert _unchanged(home, SITE, "2026-03") is None
    assert inputs_hash(home, SITE, "2026-01") == inputs_hash(home, SITE, "2026-01")


def test_a_later_month_does_not_move_an_earlier_one(home: Home) -> None:
    before = inputs_hash(home, SITE, "2026-01")
    serve(home, "2026-03", "b")
    assert inputs_hash(home, SITE, "2026-01") == before
    assert earlier_builds(home, SITE, "2026-01") == {"2025-12": "a" * 16}


def test_what_kept_no_inputs_is_not_called_superseded(home: Home) -> None:
    assert superseded_inputs(home, SITE, "2026-03") == []
    state_path(home, SITE, "2026-03").write_text(json.dumps({"inputs": "x"}))
    assert superseded_inputs(home, SITE, "2026-03") == []


def test_a_refresh_from_a_month_takes_what_is_served_after_it(home: Home) -> None:
    assert periods_from(home, SITE, "2026-01") == ["2026-01", "2026-02", "2026-03", "2026"]
    assert periods_from(home, SITE, "2025-11") == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
        "2026-03",
        "2025",
        "2026",
    ]
