"""Months held against what was made, from served rows: ten tonnes fixed and half a tonne a tonne made."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tracetonne.errors import WrongUseError
from tracetonne.figures import FIELDS
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home
from tracetonne.trend import Trend, capacities, read_trend

FIXED_TCO2E, TCO2E_PER_T = 10.0, 0.5
MADE_T = (100.0, 120.0, 80.0, 110.0, 90.0, 130.0, 40.0)


def _serve(home: Home, month: str, made_t: float, emissions_tco2e: float) -> None:
    build = home.serving / "plant" / month / "0123456789abcdef"
    build.mkdir(parents=True)
    (build.parent / "current.json").write_text(json.dumps({"build": build.name}))
    values = {
        "activity_level": (made_t, "t"),
        "attributed_emissions_direct": (emissions_tco2e / 4, "tCO2e"),
        "attributed_emissions_indirect": (emissions_tco2e * 3 / 4, "tCO2e"),
        "see_total": (9.0, "tCO2e/t"),
    }
    given = {"period", "process", "quantity", "series", "value", "unit", "refresh_period", "site"}
    nothing = ", ".join(f"null as {name}" for name in FIELDS if name not in given)
    rows = " union all ".join(
        f"select '{month}' as period, 'wire' as process, '{quantity}' as quantity, 'management' as series, "
        f"{value} as value, '{unit}' as unit, '{month}' as refresh_period, 'plant' as site, {nothing}"
        for quantity, (value, unit) in values.items()
    )
    duckdb.execute(f"copy ({rows}) to '{build / 'out_figure.parquet'}' (format parquet)")


def _trend(
    tmp_path: Path, extra_tco2e: dict[int, float], months: int = len(MADE_T), made: tuple[float, ...] = MADE_T
) -> Trend:
    """Serve months that lie on the line but for what is added, and read the trend."""
    home = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    paper = tmp_path / "plan.csv"
    paper.write_text(
        "year,entry,measure,measure_name,expected_tco2e,achieved_tco2e,status,evidence,recorded_on,note\n"
        "2026,target,,,30000,,,,2026-06-01,\n",
        encoding="utf-8",
    )
    land_paths(home, [paper], "plant")
    for number, made_t in enumerate(made[:months]):
        emissions = FIXED_TCO2E + TCO2E_PER_T * made_t + extra_tco2e.get(number, 0)
        _serve(home, f"2026-{number + 1:02d}", made_t, emissions)
    return read_trend(home, "plant", capacities(["wire=200"]))


def test_a_slack_month_on_the_line_is_no_outlier(tmp_path: Path) -> None:
    july = _trend(tmp_path, {}).months[-1]
    assert (july["month"], july["activity_level"], july["utilisation"]) == ("2026-07", 40, 0.2)
    # 10 + 0.5 x 40 = 30 t over 40 t made: worse than the 0.6 of January, and as expected.
    assert july["intensity"] == pytest.approx(0.75)
    assert july["expected_tco2e"] == pytest.approx(30)
    assert july["is_outlier"] is False


def test_a_month_off_the_line_is_asked_about(tmp_path: Path) -> None:
    months = _trend(tmp_path, {0: 0.1, 1: -0.1, 2: 0.1, 3: -0.1, 5: 9.0}).months
    assert [row["month"] for row in months if row["is_outlier"]] == ["2026-06"]
    assert months[5]["emissions_tco2e"] - months[5]["expected_tco2e"] == pytest.approx(9, abs=0.3)


def test_months_that_made_the_same_are_held_against_their_mean(tmp_path: Path) -> None:
    months = _trend(tmp_path, {0: 0.1, 1: -0.1, 2: 0.1, 3: -0.1, 6: 5.0}, made=(100.0,) * 7).months
    assert [row["month"] for row in months if row["is_outlier"]] == ["2026-07"]
    assert months[6]["expected_tco2e"] == pytest.approx(60)


def test_few_months_are_shown_but_not_judged(tmp_path: Path) -> None:
    months = _trend(tmp_path, {}, months=6).months
    assert len(months) == 6
    assert {row["is_outlier"] for row in months} == {None}


def test_an_unknown_process_and_a_wrong_capacity_are_named(tmp_path: Path) -> None:
    _trend(tmp_path, {})
    home = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    with pytest.raises(WrongUseError, match="no such process"):
        read_trend(home, "plant", {"forge": 10.0})
    with pytest.raises(WrongUseError, match="capacity"):
        capacities(["wire=0"])
