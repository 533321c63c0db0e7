"""Three involved templates against what a spreadsheet program computed from the same typed cells.

`template_cases.json` holds the cells that were changed in an official workbook and the results after
recalculation: `loop` (three processes in a circle, an alloy precursor, exported heat, waste gas and
electricity, mass balance, measured gases, two processes making the same good), `clinker` (a fiscal year,
totals typed by hand), `smelter` (overvoltage, a process without a name, several products of one process).
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
from template_workbook import edited, official

from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

CASES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("template_cases.json").read_text(encoding="utf-8")
)
INSTALLATION = {
    "fuel": "total_fuel_energy",
    "co2": "co2_emissions",
    "bio": "biogenic_emissions",
    "n2o": "n2o_emissions",
    "pfc": "pfc_emissions",
    "direct": "total_direct_emissions",
    "indirect": "total_indirect_emissions",
}
PRODUCT = {
    "see_direct": "see_direct",
    "see_indirect": "see_indirect",
    "see_total": "see_total",
    "default_share": "default_share",
    "embedded": "embedded_electricity",
}
# The workbook looks a process up in the list of all supply chains; where it stands there as somebody's
# precursor before its own block, the workbook shows FALSE in place of its share of default values.
SHARE_NOT_SHOWN = {("loop", "High alloy steel screws and nuts"), ("loop", "Melt shop")}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every case landed as a site of its own and computed in one build."""
    folder = tmp_path_factory.mktemp("template_cases")
    home = prepared_home(folder / "home")
    for case, answers in CASES.items():
        cells = {cell: _typed(content) for cell, content in answers["cells"].items()}
        results = land_paths(home, [edited(official(answers["base"]), folder / f"{case}.xlsx", cells)], case)
        assert [result.status for result in results] == ["landed"], results
    compute(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        yield connection


def _typed(content: Any) -> Any:
    if isinstance(content, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", content):
        return datetime.date.fromisoformat(content)
    return content


@pytest.mark.parametrize("case", CASES)
def test_products(warehouse: duckdb.DuckDBPyConnection, case: str) -> None:
    products = {key: values for key, values in CASES[case]["results"].items() if key != "C"}
    for key, values in products.items():
        process, cn_code = key.split("|")
        for name, quantity in PRODUCT.items():
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
def test_installation(warehouse: duckdb.DuckDBPyConnection, case: str) -> None:
    for name, quantity in INSTALLATION.items():
        found = warehouse.execute(
            "select value from output.out_figure where site = ? and series = 'regime' and quantity = ?",
            [case, quantity],
        ).fetchall()
        assert found == [(pytest.approx(CASES[case]["results"]["C"][name], rel=1e-9),)], quantity
