"""The Commission's worked examples: a filled template gives the results that its workbook stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from prepared_home import compute, prepared_home

from tracetonne.formula import evaluate
from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

CASES = ("ec-1", "ec-4", "ec-5", "ec-6")
SERIES = ("regime", "management")
PROCESS_VALUES = {
    "AttrEm_direct": "attributed_emissions_direct",
    "AttrEm_indirect": "attributed_emissions_indirect",
    "AL": "activity_level",
    "SEE_direct": "see_direct",
    "SEE_indirect": "see_indirect",
    "embedded_electricity_per_t": "embedded_electricity",
}
PRODUCT_VALUES = {
    "see_direct": "see_direct",
    "see_indirect": "see_indirect",
    "see_total": "see_total",
    "share_default": "default_share",
    "embedded_electricity": "embedded_electricity",
}
SITE_VALUES = {
    "fuel_input_tj": "total_fuel_energy",
    "total_co2_t": "co2_emissions",
    "biomass_t": "biogenic_emissions",
    "n2o_t": "n2o_emissions",
    "pfc_t": "pfc_emissions",
    "total_direct_t": "total_direct_emissions",
    "total_indirect_t": "total_indirect_emissions",
    "rest_direct_t": "unattributed_emissions_direct",
    "rest_indirect_t": "unattributed_emissions_indirect",
}


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, dict[str, Any]]:
    """The published answers, by case."""
    return {case: json.loads((shared / "cases" / "ec" / f"{case}.json").read_text("utf-8")) for case in CASES}


@pytest.fixture(scope="module")
def warehouse(
    shared: Path, cases: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every example landed as a site of its own and computed in one build."""
    folder = tmp_path_factory.mktemp("ec_examples")
    home = prepared_home(folder / "home")
    for case, answers in cases.items():
        results = land_paths(home, [shared / "corpora" / "cbam-template" / answers["file"]], case)
        assert [result.status for result in results] == ["landed"]
    compute(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        yield connection


def figure(
    warehouse: duckdb.DuckDBPyConnection,
    site: str,
    series: str,
    quantity: str,
    process: str | None = None,
    product: str | None = None,
    cn_code: str | None = None,
) -> float | None:
    """Return the value of the one figure of 2023 that fits."""
    found = warehouse.execute(
        """
        select value
        from output.out_figure
        where site = ? and period = '2023' and series = ? and quantity = ?
            and process is not distinct from ? and product is not distinct from ?
            and cn_code is not distinct from ?
        """,
        [site, series, quantity, process, product, cn_code],
    ).fetchall()
    assert len(found) == 1, f"{site} {series} {quantity} {process} {product}: {len(found)} figures"
    return None if found[0][0] is None else float(found[0][0])


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("case", CASES)
def test_products_have_the_published_values(
    warehouse: duckdb.DuckDBPyConnection, cases: dict[str, dict[str, Any]], case: str, series: str
) -> None:
    for product in cases[case]["expected"]["products"]:
        for published, quantity in PRODUCT_VALUES.items():
            found = figure(
                warehouse, case, series, quantity,
                process=product["process"], product=product["product"], cn_code=product["cn"],
            )  # fmt: skip
            assert found == pytest.approx(product[published], rel=1e-9), (product["product"], quantity)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("case", CASES)
def test_processes_have_the_published_values(
    warehouse: duckdb.DuckDBPyConnection, cases: dict[str, dict[str, Any]], case: str, series: str
) -> None:
    for process in cases[case]["expected"]["processes"]:
        for published, quantity in PROCESS_VALUES.items():
            found = figure(warehouse, case, series, quantity, process=process["name"])
            assert found == pytest.approx(process[published], rel=1e-9), (process["name"], quantity)


@pytest.mark.parametrize("case", CASES)
def test_installation_has_the_published_totals(
    warehouse: duckdb.DuckDBPyConnection, cases: dict[str, dict[str, Any]], case: str
) -> None:
    for published, quantity in SITE_VALUES.items():
        expected = cases[case]["expected"][published]
        found = figure(warehouse, case, "regime", quantity)
        # A remainder is the difference of two totals: its own size says nothing about its precision.
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), quantity


@pytest.mark.parametrize("case", CASES)
def test_chargeable_is_the_total_before_2026(warehouse: duckdb.DuckDBPyConnection, case: str) -> None:
    different = warehouse.execute(
        "select count(*) from output.out_product_intensity where site = ? and see_chargeable <> see_total",
        [case],
    ).fetchone()
    assert different == (0,)


def test_every_line_is_what_its_formula_gives(warehouse: duckdb.DuckDBPyConnection) -> None:
    inputs: dict[str, dict[str, dict[int, float | None]]] = {}
    for line_id, name, index, value in warehouse.execute(
        "select line_id, input_name, input_index, value from output.out_calculation_line_input"
    ).fetchall():
        inputs.setdefault(line_id, {}).setdefault(name, {})[index] = value
    lines = warehouse.execute("select line_id, formula, value from output.out_calculation_line").fetchall()
    assert len(lines) > 100
    for line_id, formula, value in lines:
        assert evaluate(formula, inputs.get(line_id, {})) == pytest.approx(value, rel=1e-12, abs=1e-12), (
            line_id
        )


def test_every_input_has_the_value_of_its_source(warehouse: duckdb.DuckDBPyConnection) -> None:
    sources = {
        "line": "select site, line_id as source_id, value from output.out_calculation_line",
        "fact": "select site, fact_id as source_id, value from output.out_fact",
        "factor": "select site, factor_id as source_id, value from output.out_factor_used",
    }
    for kind, query in sources.items():
        wrong = warehouse.execute(
            f"""
            select inputs.line_id, inputs.input_name, inputs.source_id
            from output.out_calculation_line_input as inputs
            left join ({query}) as sources using (site, source_id)
            where inputs.source_kind = '{kind}'
                and (sources.source_id is null
                    or abs(sources.value - inputs.value) > 1e-12 * greatest(abs(inputs.value), 1))
            """
        ).fetchall()
        assert not wrong, (kind, wrong[:5])


def test_every_template_fact_names_its_cell(warehouse: duckdb.DuckDBPyConnection) -> None:
    facts = warehouse.execute(
        "select count(*), count(distinct records.fact_id) from output.out_fact as facts"
        " left join output.out_fact_record as records using (site, refresh_period, fact_id)"
    ).fetchone()
    assert facts is not None
    assert facts[0] == facts[1] > 100
