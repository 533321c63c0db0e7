"""An office's 2025 by what was known when it was filed and verified, and what a proposal would change.

The office uses 57.6 MWh; of the grid 0.474 t/MWh of 2024 was the newest factor on 30 April 2026, 0.467 of
2025 was announced on 2 June. On 1 September somebody found a better factor of sea freight, 0.03 for 0.0198
kg/tkm, on 408,000 tkm; 64,800 tkm come and 14,400 tkm go by road at 0.131.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from prepared_home import prepared_home
from sample_copy import copy_site
from small_plant import FACTOR_HEADING
from typer.testing import CliRunner

from orchestration.refresh import refresh
from tracetonne.cli import app
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

SITE, YEAR = "office", "2025"
ROAD = 64_800 * 0.131 / 1000
BETTER_SEA_FREIGHT = (
    f"{FACTOR_HEADING}SEA-2026,life_cycle_factor,SEA-CONTAINER,0.03,kgCO2e/tkm,2025-01-01,2026-01-01,2026-09-01,"
    "a later study,type_2,總務 羅○○,總經理 曾○○,\n"
)
PROPOSED_ROAD_FREIGHT = (
    f"{FACTOR_HEADING}ROAD-2026,life_cycle_factor,TRUCK-LARGE-DIESEL,0.2,kgCO2e/tkm,2025-01-01,2026-01-01,"
    "2026-10-01,a letter,type_2,總務 羅○○,,\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("known_on")
    made = prepared_home(folder / "home")
    later = folder / "later.csv"
    later.write_text(BETTER_SEA_FREIGHT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TRACETONNE_HOME", str(made.root))
        land_paths(made, [copy_site("trading_office", folder), later], SITE)
        assert refresh(made, SITE, YEAR).status == "published"
    return made


def asked(home: Home, *options: str) -> dict[str, Any]:
    command = ["inventory", "--site", SITE, "--year", YEAR, *options, "--json"]
    told = CliRunner().invoke(app, command, env={"TRACETONNE_HOME": str(home.root)})
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.output)
    return found


def emissions(found: dict[str, Any], category: str) -> float:
    (value,) = {
        row["emissions_tco2e"]
        for row in found["categories"]
        if row["standard"] == "iso14064_1"
        and row["category"] == category
        and row["electricity_method"] == "location"
    }
    return float(value)


def check(found: dict[str, Any], known_on: str | None, grid: float, sea: float) -> None:
    assert found["known_on"] == known_on
    assert emissions(found, "2.1") == pytest.approx(57.6 * grid)
    assert emissions(found, "3.1") == pytest.approx(408_000 * sea / 1000 + ROAD)


def test_what_came_later_does_not_count_and_nothing_is_changed(home: Home, tmp_path: Path) -> None:
    served = {path: path.read_bytes() for path in home.serving.rglob("*") if path.is_file()}
    report = tmp_path / "report.html"
    check(asked(home, "--known-on", "2026-04-30", "--report", str(report)), "2026-04-30", 0.474, 0.0198)
    assert "By the factors known on 2026-04-30." in report.read_text(encoding="utf-8")
    assert {path: path.read_bytes() for path in home.serving.rglob("*") if path.is_file()} == served
    assert not list(home.root.glob("scratch-*"))


def test_what_became_known_by_the_day_counts(home: Home) -> None:
    check(asked(home, "--known-on", "2026-10-31"), "2026-10-31", 0.467, 0.03)


def test_without_a_day_everything_counts(home: Home) -> None:
    check(asked(home), None, 0.467, 0.03)


def test_a_proposal_shows_its_effect_on_categories_and_totals_before_anybody_approves(
    home: Home, tmp_path: Path
) -> None:
    paper = tmp_path / "proposal.csv"
    paper.write_text(PROPOSED_ROAD_FREIGHT, encoding="utf-8")
    (landed,) = land_paths(home, [paper], SITE)
    told = CliRunner().invoke(
        app, ["impact", landed.evidence_id, "--preview", "--json"], env={"TRACETONNE_HOME": str(home.root)}
    )
    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    assert (found["periods"][-1], found["figures"]) == (YEAR, [])
    (factor,) = found["factors"]
    assert (factor["subject"], factor["before"], factor["after"]) == (
        "TRUCK-LARGE-DIESEL (tkm)", pytest.approx(0.131 / 1000), pytest.approx(0.2 / 1000)
    )  # fmt: skip
    come, go = 64_800 * 0.069 / 1000, 14_400 * 0.069 / 1000
    both = {row["quantity"]: row["change"] for row in found["organisation"] if row["series"] == "AR6"}
    assert both == {
        "ghg_scope_3_category_4": pytest.approx(come),
        "ghg_scope_3_category_9": pytest.approx(go),
        **{
            total: pytest.approx(come + go)
            for total in (
                "ghg_scope_3", "ghg_total_location", "ghg_total_market", "iso_category_3",
                "iso_total_location", "iso_total_market",
            )
        },
    }  # fmt: skip
    (category,) = [
        row for row in found["organisation"] if (row["series"], row["quantity"]) == ("AR5", "iso_category_3")
    ]
    assert category["after"] - category["before"] == category["change"] == pytest.approx(come + go)
    assert emissions(asked(home), "3.2") == pytest.approx(14_400 * 0.131 / 1000)
