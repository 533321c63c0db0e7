"""Refrigerants, septic tanks, extinguishers, breakers and steam: from papers to the Taiwanese inventory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from prepared_home import compute, prepared_home
from sample_copy import copy_site

from tracetonne.formula import evaluate
from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

SITE, YEAR = "plant", "2025"
SOURCES = """\
year,source,source_name,method,gas,equipment,quantity,unit,data_source,recorded_on,note
2025,CHILLER-1,冰水機,leak_rate,R-410A,chiller,25,kg,銘牌,2026-01-15,
2025,AC-1,冷氣機,leak_rate,R-410A,air_conditioning,10,kg,銘牌,2026-01-15,
2025,EXT-CO2,二氧化碳滅火器,refill,CO2,,10,kg,填充紀錄,2026-01-15,
2025,GIS-1,斷路器,refill,SF6,,0.5,kg,維修紀錄,2026-01-15,
2025,SEPTIC,化糞池,septic_tank,,,100000,person-day,差勤紀錄,2026-01-15,
2025,STEAM,外購蒸汽,purchased_steam,,,1000,GJ,蒸汽帳單,2026-01-15,
2025,SEPTIC-2,化糞池二,septic_tank,,,5,person-day,差勤紀錄,2026-01-15,
"""
HEAD = (
    "factor_code,parameter,material,value,unit,valid_from,valid_to,known_since,source,source_class,author,"
    "approver,note"
)
ROW = "2025-01-01,2026-01-01,2026-01-15,廠方文件,site_declared,環安課 范○○,廠長 鍾○○,"
FACTORS = f"""\
{HEAD}
P-CHILLER,leak_rate,CHILLER-1,5,%,{ROW}
P-SEPTIC,septic_tank_factor,SEPTIC,0.012,kgCH4/person-day,{ROW}
P-STEAM,steam_factor,STEAM,60,kgCO2e/GJ,{ROW}
"""
# t CO2e by AR5: 25 kg x 5 % x 1,923.5; 10 kg x 3 % x 1,923.5; 10 kg; 0.5 kg x 23,500; 1,200 kg x 28.
AR5 = {"CHILLER-1": 2.404375, "AC-1": 0.57705, "EXT-CO2": 0.01, "GIS-1": 11.75, "SEPTIC": 33.6}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("inventory_source")
    home = prepared_home(folder / "home")
    papers = copy_site("screw_plant", folder)
    land_paths(home, [papers, *_write(folder)], SITE)
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    compute(home, SITE, [*months, YEAR])
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield connection


def _write(folder: Path) -> list[Path]:
    papers = [folder / "sources.csv", folder / "factors.csv"]
    for path, text in zip(papers, (SOURCES, FACTORS), strict=True):
        path.write_text(text, encoding="utf-8")
    return papers


def figures(warehouse: duckdb.DuckDBPyConnection, series: str) -> dict[str, tuple[float, str | None]]:
    rows = warehouse.execute(
        "select quantity, value, note from output.out_figure where series = ? and period = ?", [series, YEAR]
    ).fetchall()
    return {quantity: (value, note) for quantity, value, note in rows}


def test_each_source_is_its_sum_by_hand(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select source, cast(emissions_tco2e as double) from output.out_taiwan_source "
        "where series = 'verified' and category = 'fugitive'"
    ).fetchall()
    assert dict(rows) == pytest.approx(AR5)


def test_steam_is_in_the_inventory_and_not_in_the_fee(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = figures(warehouse, "verified")
    assert found["taiwan_fugitive_emissions"][0] == pytest.approx(sum(AR5.values()))
    assert found["taiwan_steam_emissions"][0] == pytest.approx(60)
    assert found["taiwan_total_emissions"][0] - found["taiwan_fee_base"][0] == pytest.approx(60)


def test_a_source_without_factor_or_potential_is_named(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert "left out for want of a factor or warming potential: SEPTIC-2 ·" in str(
        figures(warehouse, "verified")["taiwan_total_emissions"][1]
    )
    # SF6 counts in AR6 too.
    missing = str(figures(warehouse, "verified_ar6")["taiwan_fugitive_emissions"][1])
    assert "SEPTIC-2" in missing and "GIS-1" not in missing
    gaps = warehouse.execute(
        "select gwp_set, reason from output.out_organisation_inventory "
        "where standard = 'iso14064_1' and category = '1.4' and electricity_method = 'location' order by 1"
    ).fetchall()
    assert [gwp_set for gwp_set, _ in gaps] == ["AR5", "AR6"]
    assert all("SEPTIC-2" in reason for _, reason in gaps)


def test_the_organisation_counts_them_as_1_4_and_2_2(warehouse: duckdb.DuckDBPyConnection) -> None:
    found: dict[str, Any] = dict(
        warehouse.execute(
            "select category, cast(emissions_tco2e as double) from output.out_organisation_inventory "
            "where standard = 'iso14064_1' and gwp_set = 'AR5' and electricity_method = 'location'"
        ).fetchall()
    )
    assert (found["1.4"], found["2.2"]) == (pytest.approx(sum(AR5.values())), pytest.approx(60))


def test_the_accountings_still_meet(warehouse: duckdb.DuckDBPyConnection) -> None:
    residuals = warehouse.sql(
        "select emissions_tco2e from output.out_accounting_reconciliation where line_name = 'residual'"
    ).fetchall()
    assert {row[0] for row in residuals} == {0}


def test_every_loser_is_recorded(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select factor_code, is_winner, lost_code from output.out_factor_candidate_yearly "
        "where series = 'verified' and subject = 'CHILLER-1' and parameter = 'R-410A' order by candidate_rank"
    ).fetchall()
    assert rows == [("P-CHILLER", True, None), ("TW-LEAK-CHILLER", False, "ranked_lower")]


def test_every_line_follows_from_its_inputs(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = warehouse.sql(
        "select line_id, formula, value from output.out_calculation_line "
        "where quantity like 'taiwan_%' and value is not null"
    ).fetchall()
    inputs: dict[str, dict[str, dict[int, float | None]]] = {}
    for line_id, name, index, value in warehouse.sql(
        "select line_id, input_name, input_index, value from output.out_calculation_line_input"
    ).fetchall():
        inputs.setdefault(line_id, {}).setdefault(name, {})[index] = value
    assert sum("CHILLER-1" in line_id for line_id, *_ in lines) > 0
    for line_id, formula, value in lines:
        assert evaluate(formula, inputs.get(line_id, {})) == pytest.approx(value, rel=1e-9, abs=1e-9), line_id


def test_every_fact_has_its_record(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.sql(
        "select count(*), count(records.evidence_id) from output.out_fact as facts "
        "left join output.out_fact_record as records using (site, fact_id) "
        "where facts.fact_id like '%:inventory_source:%'"
    ).fetchall()
    assert rows == [(7, 7)]
