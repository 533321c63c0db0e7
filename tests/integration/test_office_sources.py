"""An office without processes: its refrigerants, extinguishers and septic tank count in the organisation.

10 kg of R-410A (AR5 1,923.5) in an air conditioner that leaks 3 % a year, 10 kg CO2 filled into an
extinguisher, and a septic tank of 100,000 person-days at 0.012 kg CH4 each. The law asks no inventory of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plant import FACTOR_HEADING, Plant, Rows, factor, plant

from tracetonne.figures import read_figures
from tracetonne.package.verify import verify
from tracetonne.trace import trace

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {"site": [{"name": "Office", "country_code": "TW", "first_month": "2025-01"}]}
PAPERS = {
    "sources": (
        "year,source,source_name,method,gas,equipment,quantity,unit,data_source,recorded_on,note\n"
        "2025,AC-1,冷氣機,leak_rate,R-410A,air_conditioning,10,kg,銘牌,2026-01-15,\n"
        "2025,EXT-CO2,二氧化碳滅火器,refill,CO2,,10,kg,填充紀錄,2026-01-15,\n"
        "2025,SEPTIC,化糞池,septic_tank,,,100000,person-day,差勤紀錄,2026-01-15,\n"
    ),
    "factors": FACTOR_HEADING + factor("SEPTIC", "septic_tank_factor", "0.012", "kgCH4/person-day"),
}
# t CO2e by AR5; of the tank 1.2 t CH4, at 28 and by AR6 at 27.
AR5 = {"AC-1": 10 * 0.03 * 1923.5 / 1000, "EXT-CO2": 0.01, "SEPTIC": 1.2 * 28}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("office"), "office", "2025", MASTER, PAPERS)


def test_scope_1_is_the_sum_of_the_sources(year: Plant) -> None:
    rows = read_figures(year.home, "office", "2025").rows
    scope_1 = {row["series"]: row for row in rows if row["quantity"] == "ghg_scope_1"}
    assert scope_1["AR5"]["value"] == pytest.approx(sum(AR5.values()), rel=1e-12)
    tree = str(trace(year.home, scope_1["AR5"]["figure_id"]))
    assert all(source in tree for source in AR5) and "sources.csv" in tree


def test_an_office_has_no_inventory_of_the_law(year: Plant) -> None:
    quantities = {row["quantity"] for row in read_figures(year.home, "office", "2025").rows}
    assert not {name for name in quantities if name.startswith("taiwan_")}


def test_the_package_is_computed_again(year: Plant) -> None:
    assert year.result.package is not None, year.result
    assert verify(Path(year.result.package)).failures == []
