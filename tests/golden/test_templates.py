"""Filled communication templates give the results that stand in their workbooks.

The Commission's worked examples; three involved cases against what a spreadsheet program computed from the
same typed cells; and the rows "Ex." of the blank template, typed as own rows, against what stands beside.

`template_cases.json` holds the cells that were changed in an official workbook and the results after
recalculation: `loop` (three processes in a circle, an alloy precursor, exported heat, waste gas and
electricity, mass balance, measured gases, two processes making the same good), `clinker` (a fiscal year,
totals typed by hand), `smelter` (overvoltage, a process without a name, several products of one process).

Of the rows typed cells and results are those of sheet `B_EmInst` of the template V2.1.1. The example on
`Summary_Products` shows stored results alone, without anything that they could be computed from.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from prepared_home import compute, prepared_home
from template_workbook import CellContent, edited, official

from tracetonne.formula import evaluate
from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

EXAMPLES = ("ec-1", "ec-4", "ec-5", "ec-6")
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

CASES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("template_cases.json").read_text(encoding="utf-8")
)
CASE_TOTALS = {
    "fuel": "total_fuel_energy",
    "co2": "co2_emissions",
    "bio": "biogenic_emissions",
    "n2o": "n2o_emissions",
    "pfc": "pfc_emissions",
    "direct": "total_direct_emissions",
    "indirect": "total_indirect_emissions",
}
CASE_PRODUCTS = {
    "see_direct": "see_direct",
    "see_indirect": "see_indirect",
    "see_total": "see_total",
    "default_share": "default_share",
    "embedded": "embedded_electricity",
}
# The workbook looks a process up in the list of all supply chains; where it stands there as somebody's
# precursor before its own block, the workbook shows FALSE in place of its share of default values.
SHARE_NOT_SHOWN = {("loop", "High alloy steel screws and nuts"), ("loop", "Melt shop")}

# Beside the streams of example 6, which fill rows 17 to 19, 98 and none of the stacks.
TYPED: dict[str, dict[str, CellContent]] = {
    "31": {
        "D": "Combustion", "E": "Heavy fuel oil", "F": 252000, "G": "t", "H": 45, "J": 73, "K": "tCO2/TJ",
        "N": 100,
    },
    "32": {
        "D": "Process Emissions", "E": "Raw meal", "F": 121000, "G": "t", "J": 0.08794, "K": "tCO2/t",
        "P": 100,
    },
    "33": {"D": "Mass balance", "E": "Steel", "F": -1808226, "G": "t", "L": 0.003878},
    "99": {
        "D": "Slope method", "E": "Centre Worked Pre-Bake (CWPB)", "F": 500000, "AG": 2.17, "AH": 1.23,
        "AI": 0.146, "AM": 0.122, "AT": 0.98,
    },
    "113": {"D": "N2O", "E": "N2O", "V": 64.2925, "X": 4, "Z": 265},
    "114": {"D": "CO2 transfer", "E": "CO2", "R": 15, "V": 1820, "X": 5000, "Z": 50},
}  # fmt: skip


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, dict[str, Any]]:
    """The published answers, by case."""
    return {
        case: json.loads((shared / "cases" / "ec" / f"{case}.json").read_text("utf-8")) for case in EXAMPLES
    }


@pytest.fixture(scope="module")
def warehouse(
    shared: Path, cases: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every template landed as a site of its own and computed in one build."""
    folder = tmp_path_factory.mktemp("templates")
    home = prepared_home(folder / "home")
    templates = {
        case: shared / "corpora" / "cbam-template" / answers["file"] for case, answers in cases.items()
    }
    for case, typed in CASES.items():
        cells = {cell: _typed(content) for cell, content in typed["cells"].items()}
        templates[case] = edited(official(typed["base"]), folder / f"{case}.xlsx", cells)
    rows = {
        f"B_EmInst!{column}{row}": content
        for row, typed in TYPED.items()
        for column, content in typed.items()
    }
    templates["rows"] = edited(official("aluminium"), folder / "rows.xlsx", rows)
    for site, workbook in templates.items():
        results = land_paths(home, [workbook], site)
        assert [result.status for result in results] == ["landed"], results
    compute(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        yield connection


def _typed(content: Any) -> Any:
    if isinstance(content, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", content):
        return datetime.date.fromisoformat(content)
    return content


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
@pytest.mark.parametrize("case", EXAMPLES)
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
@pytest.mark.parametrize("case", EXAMPLES)
def test_processes_have_the_published_values(
    warehouse: duckdb.DuckDBPyConnection, cases: dict[str, dict[str, Any]], case: str, series: str
) -> None:
    for process in cases[case]["expected"]["processes"]:
        for published, quantity in PROCESS_VALUES.items():
            found = figure(warehouse, case, series, quantity, process=process["name"])
            assert found == pytest.approx(process[published], rel=1e-9), (process["name"], quantity)


@pytest.mark.parametrize("case", EXAMPLES)
def test_installation_has_the_published_totals(
    warehouse: duckdb.DuckDBPyConnection, cases: dict[str, dict[str, Any]], case: str
) -> None:
    for published, quantity in SITE_VALUES.items():
        expected = cases[case]["expected"][published]
        found = figure(warehouse, case, "regime", quantity)
        # A remainder is the difference of two totals: its own size says nothing about its precision.
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), quantity


@pytest.mark.parametrize("case", EXAMPLES)
def test_goods_are_ranked_by_what_their_process_bears(
    warehouse: duckdb.DuckDBPyConnection, cases: dict[str, dict[str, Any]], case: str
) -> None:
    """A template does not say how much of each good was made, so the goods of a process stand together."""
    found = warehouse.execute(
        """
        select subject, cast(emissions_tco2e as double)
        from output.out_emission_ranking
        where site = ? and period = '2023' and ranked_kind = 'product'
        order by emission_rank
        """,
        [case],
    ).fetchall()
    borne = {
        process["name"]: process["AttrEm_direct"] + process["AttrEm_indirect"]
        for process in cases[case]["expected"]["processes"]
    }
    wanted = sorted((name for name in borne if borne[name]), key=lambda name: -borne[name])
    assert [subject.split(":")[0] for subject, _ in found] == wanted
    assert [emissions for _, emissions in found] == pytest.approx([borne[name] for name in wanted], rel=1e-9)


@pytest.mark.parametrize("case", EXAMPLES)
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


@pytest.mark.parametrize("case", CASES)
def test_products_are_what_the_workbook_computes(warehouse: duckdb.DuckDBPyConnection, case: str) -> None:
    products = {key: values for key, values in CASES[case]["results"].items() if key != "C"}
    for key, values in products.items():
        process, cn_code = key.split("|")
        for name, quantity in CASE_PRODUCTS.items():
            if name == "default_share" and (case, process) in SHARE_NOT_SHOWN:
                continue
            found = warehouse.execute(
                "select distinct value from output.out_figure where site = ? and series = 'regime'"
                " and process = ? and cn_code = ? and quantity = ?",
                [case, process, cn_code, quantity],
            ).fetchall()
            assert len(found) == 1, (key, quantity, found)
            assert found[0][0] == pytest.approx(values[name], rel=1e-9), (key, quantity)


@pytest.mark.parametrize("case", CASES)
def test_totals_are_what_the_workbook_computes(warehouse: duckdb.DuckDBPyConnection, case: str) -> None:
    for name, quantity in CASE_TOTALS.items():
        found = warehouse.execute(
            "select value from output.out_figure where site = ? and series = 'regime' and quantity = ?",
            [case, quantity],
        ).fetchall()
        assert found == [(pytest.approx(CASES[case]["results"]["C"][name], rel=1e-9),)], quantity


@pytest.mark.parametrize(
    ("model", "where", "column", "shown"),
    [
        ("source_stream", "source_stream_name = 'Heavy fuel oil'", "emissions_fossil_tco2e", 827820),
        ("source_stream", "source_stream_name = 'Heavy fuel oil'", "energy_tj", 11340),
        ("source_stream", "source_stream_name = 'Raw meal'", "emissions_fossil_tco2e", 10640.74),
        ("source_stream", "source_stream_name = 'Steel'", "emissions_fossil_tco2e", -25693.068768192),
        ("pfc", "production = 500000", "cf4", 194.8443),
        ("pfc", "production = 500000", "c2f6", 23.7710046),
        ("pfc", "production = 500000", "cf4 * gwp_cf4", 1291817.709),
        ("pfc", "production = 500000", "c2f6 * gwp_c2f6", 263858.15106),
        ("pfc", "production = 500000", "emissions_tco2e", 1587424.347),
        ("cems", "ghg = 'N2O'", "emissions_fossil_tco2e", 18059.76325),
        ("cems", "ghg = 'CO2'", "emissions_fossil_tco2e", 386750),
        ("cems", "ghg = 'CO2'", "emissions_biogenic_tco2e", 68250),
    ],
)
def test_example_row(
    warehouse: duckdb.DuckDBPyConnection, model: str, where: str, column: str, shown: float
) -> None:
    found = warehouse.sql(
        f"select cast({column} as double) from calculation.calc_{model}_emission "
        f"where site = 'rows' and {where}"
    ).fetchall()
    assert len(found) == 1
    assert found[0][0] == pytest.approx(shown, rel=1e-12)
