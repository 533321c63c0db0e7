"""Targets from their documents, held against served inventories; the line itself is a macro of the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tracetonne import targets
from tracetonne.display_targets import show_targets
from tracetonne.errors import WrongUseError
from tracetonne.inventory import Inventory
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home
from tracetonne.targets import Asked, read_targets

HEADING = "target,scope,base_year,base_tco2e,target_year,reduction_pct,validated_by,recorded_on\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    _land(found, tmp_path, "first", "SBTI,scope_1_2_market,2021,900,2030,42,SBTi,2026-01-05\n")
    return found


def _land(home: Home, folder: Path, name: str, rows: str) -> None:
    paper = folder / f"{name}.csv"
    paper.write_text(HEADING + rows, encoding="utf-8")
    (landed,) = land_paths(home, [paper], "plant")
    assert (landed.kind, landed.records_rejected) == ("reduction_target", 0)


def _path_of(asked: Sequence[Asked]) -> Mapping[str, Sequence[float | None]]:
    actual = [sum(one[5]) if one[5] else None for one in asked]
    return {
        "yearly_reduction_pct": [42 / 9] * len(asked),
        "path_tco2e": [700.0] * len(asked),
        "actual_tco2e": actual,
        "gap_tco2e": [None if one is None else one - 700 for one in actual],
    }


def _serve(home: Home, monkeypatch: pytest.MonkeyPatch, tonnes: dict[str, float], status: str) -> None:
    (home.serving / "plant" / "2025").mkdir(parents=True)
    figures = [{"quantity": name, "value": value} for name, value in tonnes.items()]
    categories = [{"category": "scope_1", "status": status}]
    inventory = Inventory("plant", "2025", "AR6", categories, [], None, [], figures, [], [])
    monkeypatch.setattr(targets, "read_inventory", lambda *_: inventory)


@pytest.mark.parametrize(
    ("scope_2", "status", "gap", "is_on_path"),
    [(200.0, "computed", 0.0, True), (200.5, "partly", 0.5, False), (150.0, "partly", -50.0, None)],
)
def test_emissions_lie_above_or_on_the_path_and_gaps_prove_nothing(
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    scope_2: float,
    status: str,
    gap: float,
    is_on_path: bool | None,
) -> None:
    _serve(home, monkeypatch, {"ghg_scope_1": 500.0, "ghg_scope_2_market": scope_2}, status)
    (one,) = read_targets(home, "plant", _path_of)
    assert [year.year for year in one.years] == list(range(2021, 2031))
    (year,) = [year for year in one.years if year.actual_tco2e is not None]
    assert (year.year, year.gap_tco2e, year.is_on_path) == (2025, gap, is_on_path)


def test_half_of_a_sum_is_no_emission(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _serve(home, monkeypatch, {"ghg_scope_1": 500.0}, "computed")
    (one,) = read_targets(home, "plant", _path_of)
    assert all(year.actual_tco2e is None and year.is_on_path is None for year in one.years)
    show_targets("plant", [one])
    assert "−42 % from 2021 to 2030" in capsys.readouterr().out.replace("\n", " ")


def test_a_later_document_holds_and_a_target_in_the_past_is_refused(home: Home, tmp_path: Path) -> None:
    _land(home, tmp_path, "second", "SBTI,scope_1_2_market,2021,900,2021,42,SBTi,2026-02-05\n")
    with pytest.raises(WrongUseError, match="not after the base year"):
        read_targets(home, "plant", _path_of)
