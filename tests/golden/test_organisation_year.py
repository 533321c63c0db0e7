"""An organisation's year adds up to sums written by hand, and meets its products without a rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import yaml
from prepared_home import compute, prepared_home
from sample_copy import SAMPLES

from tracetonne.formula import evaluate
from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

SITES = ("trading_office", "screw_plant")
ADDS_UP_TO = yaml.safe_load((SAMPLES / "trading_office" / "source.yml").read_text(encoding="utf-8"))[
    "adds_up_to"
]
FIGURE_OF = {
    "scope_1": "ghg_scope_1",
    "scope_2_location": "ghg_scope_2_location",
    "scope_2_market": "ghg_scope_2_market",
    "scope_3": "ghg_scope_3",
    "total_location": "ghg_total_location",
    "total_market": "ghg_total_market",
}
# 5,040 MWh at 0.466 in place of 0.833; CH4 2.4696 and N2O 2.3373 t CO2e by AR5; receipts less consumption of
# rod, 138.149 t x 1.743 - 7.857 t x 3.172.
SCREW_LINES = {
    "product_life_cycle": 75726.34,
    "statutory_factors": 0,
    "other_gases": 4.8069,
    "warming_potentials": 0,
    "electricity_quantity": 0,
    "grid_factor": 5040 * (0.466 - 0.833),
    "stock_change": 138.149 * 1.743 - 7.857 * 3.172,
    "precursor_factors": 0,
    "residual": 0,
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("organisation_year")
    home = prepared_home(folder / "home")
    for site in SITES:
        land_paths(home, [SAMPLES / site], site)
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    compute(home, periods=[*months, "2025"])
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield connection


def figure(warehouse: duckdb.DuckDBPyConnection, site: str, quantity: str, series: str = "AR6") -> Any:
    found = warehouse.execute(
        "select value from output.out_figure where site = ? and quantity = ? and series = ?",
        [site, quantity, series],
    ).fetchall()
    assert len(found) == 1, quantity
    return found[0][0]


@pytest.mark.parametrize("name", ADDS_UP_TO["gives"])
def test_office_gives_the_sums_of_its_source_note(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    expected = ADDS_UP_TO["gives"][name]
    assert figure(warehouse, "trading_office", FIGURE_OF[name]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in ADDS_UP_TO["totals"] if name.startswith("category_")])
def test_each_category_is_the_sum_written_by_hand(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    words = str(ADDS_UP_TO["totals"][name])
    expected = float(re.findall(r"[0-9.]+", words)[-1] if "=" in words else words.split()[0])
    assert figure(warehouse, "trading_office", f"ghg_scope_3_{name}") == pytest.approx(expected, abs=1e-9)


def test_every_category_of_scope_3_has_a_figure_or_a_reason(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.sql(
        """
        select category, status, reason, emissions_tco2e from output.out_organisation_inventory
        where site = 'trading_office' and parent = 'scope_3' and gwp_set = 'AR6'
            and electricity_method = 'market'
        order by sort_order
        """
    ).fetchall()
    assert [row[0] for row in rows] == [f"3.{number}" for number in range(1, 16)]
    assert {row[1] for row in rows} == {"computed", "not_applicable"}
    assert all(row[2] for row in rows if row[1] == "not_applicable")
    assert all(row[3] is not None for row in rows)


def test_coverage_is_what_suppliers_gave(warehouse: duckdb.DuckDBPyConnection) -> None:
    share = figure(warehouse, "trading_office", "ghg_scope_3_category_1_specific_share")
    assert share == pytest.approx((240 * 2.35 + 300 * 0.85) / 824.76)


@pytest.mark.parametrize("site", SITES)
def test_both_standards_have_the_same_total(warehouse: duckdb.DuckDBPyConnection, site: str) -> None:
    for method in ("location", "market"):
        totals = {figure(warehouse, site, f"{name}_total_{method}") for name in ("iso", "ghg")}
        assert len(totals) == 1


@pytest.mark.parametrize("line", SCREW_LINES)
def test_screw_plant_names_each_difference(warehouse: duckdb.DuckDBPyConnection, line: str) -> None:
    found = warehouse.execute(
        """
        select cast(emissions_tco2e as double) from output.out_accounting_reconciliation
        where site = 'screw_plant' and gwp_set = 'AR5' and electricity_method = 'location' and line_name = ?
        """,
        [line],
    ).fetchall()
    assert found[0][0] == pytest.approx(SCREW_LINES[line], abs=1e-6)


def test_lines_sum_exactly_to_the_organisation(warehouse: duckdb.DuckDBPyConnection) -> None:
    sums = warehouse.sql(
        """
        select site, gwp_set, electricity_method,
            sum(emissions_tco2e) filter (where line_name not in ('organisation_total', 'residual'))
                as explained,
            max(emissions_tco2e) filter (where line_name = 'organisation_total') as total,
            max(emissions_tco2e) filter (where line_name = 'residual') as residual
        from output.out_accounting_reconciliation group by all
        """
    ).fetchall()
    assert len(sums) == len(SITES) * 4
    for *_, explained, total, residual in sums:
        assert (residual, explained) == (0, total)


def test_every_line_follows_from_its_inputs(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = warehouse.sql(
        """
        select line_id, formula, value from output.out_calculation_line
        where quantity like 'organisation_%' and value is not null
        """
    ).fetchall()
    inputs: dict[str, dict[str, dict[int, float | None]]] = {}
    for line_id, name, index, value in warehouse.sql(
        "select line_id, input_name, input_index, value from output.out_calculation_line_input"
    ).fetchall():
        inputs.setdefault(line_id, {}).setdefault(name, {})[index] = value
    assert len(lines) > 100
    for line_id, formula, value in lines:
        assert evaluate(formula, inputs.get(line_id, {})) == pytest.approx(value, rel=1e-9, abs=1e-9), line_id


def test_every_input_has_a_source(warehouse: duckdb.DuckDBPyConnection) -> None:
    missing = warehouse.sql(
        """
        select inputs.line_id, inputs.input_name, inputs.source_id
        from output.out_calculation_line_input as inputs
        left join output.out_calculation_line as lines
            on inputs.source_id = lines.line_id and inputs.site = lines.site
        left join output.out_fact as facts on inputs.source_id = facts.fact_id and inputs.site = facts.site
        left join output.out_factor_used as factors
            on inputs.source_id = factors.factor_id and inputs.site = factors.site
            and factors.value is not null
        where inputs.line_id like '%:organisation_%' and inputs.source_kind <> 'constant'
            and lines.line_id is null and facts.fact_id is null and factors.factor_id is null
        """
    ).fetchall()
    assert missing == []
