"""The rows "Ex." of the blank communication template, typed as own rows, give what stands beside them.

Typed cells and results: sheet `B_EmInst` of the template V2.1.1. The example on `Summary_Products` shows
stored results alone, without anything that they could be computed from.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from prepared_home import compute, prepared_home
from template_workbook import CellContent, edited, official

from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

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
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("example_rows")
    home = prepared_home(folder / "home")
    cells = {
        f"B_EmInst!{column}{row}": content
        for row, typed in TYPED.items()
        for column, content in typed.items()
    }
    results = land_paths(home, [edited(official("aluminium"), folder / "rows.xlsx", cells)], "rows")
    assert [result.status for result in results] == ["landed"], results
    compute(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        yield connection


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
        f"select cast({column} as double) from calculation.calc_{model}_emission where {where}"
    ).fetchall()
    assert len(found) == 1
    assert found[0][0] == pytest.approx(shown, rel=1e-12)
