"""What `trend` reads from served rows; the line itself is tested with its model (`calc_emission_trend`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from tracetonne.display_trend import show_trend
from tracetonne.errors import WrongUseError
from tracetonne.figures import FIELDS
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home
from tracetonne.trend import capacities, read_trend, with_capacity

MADE_T = (100.0, 120.0, 80.0, 110.0, 90.0, 130.0, 40.0)
# A slack month on the line 10 + 0.5 x tonnes, one beyond it, and one that too few others stand beside.
TREND = """
    select '2026' as period, * from (values
        ('forge', '2026-07', 40.0, 't', 0.5, 20.0, 0.5, null, null, null, null, null, null, null),
        ('wire', '2026-06', 130.0, 't', 1.0, 84.0, 84 / 130, 6, 10.0, 0.5, 75.0, 0.5, 18.0, true),
        ('wire', '2026-07', 40.0, 't', 40 / 130, 30.0, 0.75, 6, 10.0, 0.5, 30.0, 0.5, 0.0, false)
    ) as months (
        process, month, activity_level, activity_unit, utilisation, emissions_tco2e, intensity,
        other_month_count, fixed_tco2e, slope, expected_tco2e, sigma_tco2e, deviation_sigmas, is_outlier
    )
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a landed plant of which nothing is served."""
    home = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    paper = tmp_path / "plan.csv"
    paper.write_text(
        "year,entry,measure,measure_name,expected_tco2e,achieved_tco2e,status,evidence,recorded_on,note\n"
        "2026,target,,,30000,,,,2026-06-01,\n",
        encoding="utf-8",
    )
    land_paths(home, [paper], "plant")
    return home


def _serve(home: Home, period: str, **tables: str) -> None:
    """Serve tables of a period, each given as a query."""
    build = home.serving / "plant" / period / "0123456789abcdef"
    build.mkdir(parents=True)
    (build.parent / "current.json").write_text(json.dumps({"build": build.name}))
    for table, query in tables.items():
        duckdb.execute(f"copy ({query}) to '{build / table}.parquet' (format parquet)")


def _figure(month: str, made_t: float) -> str:
    """Return the query of the one figure that says what was made in a month."""
    given = {"period": month, "process": "wire", "quantity": "activity_level", "series": "management",
             "unit": "t", "refresh_period": month, "site": "plant"}  # fmt: skip
    texts = [f"'{given[name]}' as {name}" if name in given else f"null as {name}" for name in FIELDS]
    return f"select {', '.join(text for text in texts if text != 'null as value')}, {made_t} as value"


def _serve_months(home: Home) -> None:
    for number, made_t in enumerate(MADE_T):
        month = f"2026-{number + 1:02d}"
        _serve(home, month, out_figure=_figure(month, made_t))


def test_a_slack_month_on_the_line_is_no_outlier_and_one_off_it_is_asked_about(home: Home) -> None:
    _serve(home, "2026", out_figure=_figure("2026", 1), out_emission_trend=TREND)
    months = {(row["process"], row["month"]): row for row in read_trend(home, "plant").months}
    july = months["wire", "2026-07"]
    assert (july["activity_level"], july["activity_unit"], july["other_month_count"]) == (40, "t", 6)
    # 10 + 0.5 x 40 = 30 t over 40 t made: worse than the 0.65 of June, and as expected.
    assert (july["intensity"], july["expected_tco2e"], july["is_outlier"]) == (0.75, 30, False)
    assert [month for (_, month), row in months.items() if row["is_outlier"]] == ["2026-06"]
    forge = months["forge", "2026-07"]
    assert (forge["expected_tco2e"], forge["deviation_sigmas"], forge["is_outlier"]) == (None, None, None)


def test_the_capacity_that_is_given_stands_for_the_best_month(home: Home) -> None:
    _serve(home, "2026", out_figure=_figure("2026", 1), out_emission_trend=TREND)
    asked: list[tuple[float, float]] = []

    def utilised(pairs: Sequence[tuple[float, float]]) -> list[float]:
        asked.extend(pairs)
        return [0.65, 0.2]

    months = with_capacity(read_trend(home, "plant"), capacities(["wire=200"]), utilised).months
    assert asked == [(130.0, 200.0), (40.0, 200.0)]
    assert [(row["process"], row["utilisation"]) for row in months if row["month"] == "2026-07"] == [
        ("forge", 0.5), ("wire", 0.2),
    ]  # fmt: skip


def test_months_that_no_year_has_looked_at_are_named(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nothing of plant" in read_trend(home, "plant").reason
    _serve_months(home)
    before = read_trend(home, "plant")
    assert (before.months, before.unseen[0], before.unseen[-1]) == ([], "2026-01", "2026-07")
    assert before.reason.endswith("tracetonne refresh --site plant --year 2026")
    _serve(home, "2026", out_figure=_figure("2026", 1), out_emission_trend=TREND)
    found = read_trend(home, "plant")
    assert found.unseen == [f"2026-{month:02d}" for month in range(1, 6)]
    show_trend(found)
    assert "2026-04, 2026-05: tracetonne refresh --site plant --year 2026" in capsys.readouterr().out


def test_an_unknown_process_and_a_wrong_capacity_are_named(home: Home) -> None:
    _serve(home, "2026", out_figure=_figure("2026", 1), out_emission_trend=TREND)
    with pytest.raises(WrongUseError, match="no such process"):
        with_capacity(read_trend(home, "plant"), {"press": 10.0}, lambda pairs: [])
    with pytest.raises(WrongUseError, match="capacity"):
        capacities(["wire=0"])
