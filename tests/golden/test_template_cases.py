"""Filled templates beyond the published examples: figures are what the workbooks themselves compute.

`template_cases.json` holds edits to official workbooks and the results after an independent recalculation.
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
from template_workbook import CellContent, edited, official

from orchestration.dbt_build import build, failed
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "template_cases.json").read_text(encoding="utf-8")
)["cases"]
PRODUCT_QUANTITIES = ("see_direct", "see_indirect", "see_total", "embedded_electricity", "default_share")


def content(value: Any) -> CellContent:
    """Return a cell of the JSON file; dates stand there as ISO text."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return datetime.date.fromisoformat(value)
    return value


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every case landed as a site of its own and computed in one build."""
    folder = tmp_path_factory.mktemp("template_cases")
    home = Home(root=folder / "home", exports=folder / "exports")
    for name, case in CASES.items():
        cells = {cell: content(value) for cell, value in case["cells"].items()}
        path = edited(official(case["workbook"]), folder / f"{name}.xlsx", cells)
        results = land_paths(home, [path], name)
        assert [(result.status, result.rejections) for result in results] == [("landed", [])]
    nodes = build(home, {}, ["--select", "resource_type:seed", "+path:models/output"])
    assert not failed(nodes), [(node.name, node.message) for node in failed(nodes)]
    with duckdb.connect(str(home.warehouse)) as connection:
        yield connection


def values(
    warehouse: duckdb.DuckDBPyConnection, site: str, quantity: str, process: str | None, cn_code: str | None
) -> list[float]:
    """Return the values of a figure in every series."""
    rows = warehouse.execute(
        """
        select distinct value from output.out_figure
        where site = ? and period = ? and quantity = ?
            and process is not distinct from ? and cn_code is not distinct from ?
        """,
        [site, CASES[site]["period"], quantity, process, cn_code],
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("name", CASES)
def test_products(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    for product in CASES[name]["products"]:
        for quantity in PRODUCT_QUANTITIES:
            found = values(warehouse, name, quantity, product["process"], product["cn_code"])
            assert found == [pytest.approx(product[quantity], rel=1e-9, abs=1e-12)], (product, quantity)


@pytest.mark.parametrize("name", CASES)
def test_site(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    for quantity, value in CASES[name]["site"].items():
        found = values(warehouse, name, quantity, None, None)
        assert found == [pytest.approx(value, rel=1e-9, abs=1e-9)], quantity
