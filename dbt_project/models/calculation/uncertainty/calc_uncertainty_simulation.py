"""The same uncertainties drawn instead of derived: every variable at random, every formula computed again.

A check on the derivatives: it sees what is not linear. Variables are independent and normal, the interval of
each being two standard deviations of 1.96 wide on either side; all inputs of one variable are drawn together.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import Any

import numpy as np

from tracetonne.propagation import LineGraph

SEED = 20260101
DRAWS = 20_000
DRAWS_AT_ONCE = 2_000
NORMAL_95 = 1.959963984540054
# Where the draws come from another version of numpy, figures may differ in what is cut here.
DECIMALS = 9


def draws(variable_id: str) -> Any:
    """Return the standard normal draws of a variable; they depend on its name alone."""
    name = int.from_bytes(hashlib.sha256(variable_id.encode()).digest()[:8], "big")
    return np.random.Generator(np.random.PCG64([SEED, name])).standard_normal(DRAWS)


def simulate(
    lines: list[dict[str, Any]], targets: list[dict[str, Any]], sources: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return one row a target: mean and 95 % interval of the draws, in the unit of the figure.

    Args:
        lines: Inputs of the lines of one site and year.
        targets: Figures of the same, each with the id of its line.
        sources: Inputs with their variable and its relative half width of 95 %; null is not assessed.
    """
    graph = LineGraph(lines)
    ids = sorted({target["figure_line_id"] for target in targets})
    order = graph.feeding(ids)
    known = [source for source in sources if source["uncertainty_share"]]
    normal = {source["variable_id"]: draws(source["variable_id"]) for source in known}
    found: dict[str, list[Any]] = {line_id: [] for line_id in ids if line_id in graph.lines}
    for start in range(0, DRAWS, DRAWS_AT_ONCE):
        multipliers = {
            source["source_id"]: 1.0
            + source["uncertainty_share"]
            / NORMAL_95
            * normal[source["variable_id"]][start : start + DRAWS_AT_ONCE]
            for source in known
        }
        values = graph.evaluate(order, multipliers, DRAWS_AT_ONCE)
        for line_id, drawn in found.items():
            drawn.append(values[line_id])
    return [
        {**target, **_summary(np.concatenate(found[target["figure_line_id"]]))}
        for target in targets
        if target["figure_line_id"] in found
    ]


def _summary(drawn: Any) -> dict[str, float]:
    lower, median, upper = np.percentile(drawn, [2.5, 50.0, 97.5])
    named = {"mean": drawn.mean(), "lower_p2_5": lower, "median": median, "upper_p97_5": upper}
    return {name: round(float(value), DECIMALS) for name, value in named.items()}


def _rows(relation: Any, order: str) -> list[dict[str, Any]]:
    ordered = relation.order(order)
    return [dict(zip(ordered.columns, row, strict=True)) for row in ordered.fetchall()]


def model(dbt: Any, session: Any) -> Any:
    """Return one row a site, period, series, process, good and quantity."""
    import pyarrow

    dbt.config(materialized="table")

    def year(row: dict[str, Any]) -> tuple[str, str]:
        return row["site"], row["calendar_year"]

    def place(row: dict[str, Any]) -> tuple[str, str]:
        return row["site"], row["period"]

    lines = {
        key: list(rows)
        for key, rows in groupby(
            _rows(dbt.ref("calc_uncertainty_graph"), "site, calendar_year, line_id, input_name, input_index"),
            key=year,
        )
    }
    sources = {
        key: list(rows)
        for key, rows in groupby(
            _rows(dbt.ref("calc_uncertainty_source"), "site, period, source_id"), key=place
        )
    }
    found: list[dict[str, Any]] = []
    targets = _rows(dbt.ref("calc_uncertainty_target"), "site, period, series, process, product, quantity")
    for key, rows in groupby(targets, key=place):
        some = list(rows)
        found += simulate(lines.get(year(some[0]), []), some, sources.get(key, []))
    text, number = pyarrow.string(), pyarrow.float64()
    names = ("site", "period", "series", "process", "product", "quantity")
    values = ("mean", "lower_p2_5", "median", "upper_p97_5")
    return pyarrow.Table.from_pylist(
        found,
        schema=pyarrow.schema({**dict.fromkeys(names, text), **dict.fromkeys(values, number)}),
    )
