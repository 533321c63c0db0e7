"""How much the specific embedded emissions of a year move with each input, through everything between.

A derivative of formulas that stand as text, along lines that may feed each other in a circle, has no honest
form in SQL. The formulas are those of the calculation lines themselves, so nothing is stated twice.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from tracetonne.propagation import LineGraph

# Laws and unit conversions do not vary; quantities and factors do.
UNCERTAIN = ("fact:", "factor:", "cell:")
LEAVES_AT_ONCE = 256


def effects(lines: list[dict[str, Any]], targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row a target and input that moves it.

    Args:
        lines: Inputs of the lines of one site and year.
        targets: Figures of the same, each with the id of its line.

    Returns:
        The target's key with `source_id` and `effect`: change of the figure, in its unit, per relative
        change of the input.
    """
    graph = LineGraph(lines)
    ids = sorted({target["figure_line_id"] for target in targets})
    leaves = [leaf for leaf in graph.leaves(graph.feeding(ids)) if leaf.startswith(UNCERTAIN)]
    found: dict[tuple[str, str], float] = {}
    for start in range(0, len(leaves), LEAVES_AT_ONCE):
        some = leaves[start : start + LEAVES_AT_ONCE]
        for line_id, values in graph.effects(ids, some).items():
            found.update({(line_id, leaf): float(value) for leaf, value in zip(some, values, strict=True)})
    return [
        {**target, "source_id": leaf, "effect": found[target["figure_line_id"], leaf]}
        for target in targets
        for leaf in leaves
        if found.get((target["figure_line_id"], leaf))
    ]


def _rows(relation: Any, order: str) -> list[dict[str, Any]]:
    ordered = relation.order(order)
    return [dict(zip(ordered.columns, row, strict=True)) for row in ordered.fetchall()]


def model(dbt: Any, session: Any) -> Any:
    """Return one row a site, period, series, process, good, quantity and input."""
    import pyarrow

    dbt.config(materialized="table")

    def place(row: dict[str, Any]) -> tuple[str, str]:
        return row["site"], row["calendar_year"]

    lines = {
        key: list(rows)
        for key, rows in groupby(
            _rows(dbt.ref("calc_uncertainty_graph"), "site, calendar_year, line_id, input_name, input_index"),
            key=place,
        )
    }
    found: list[dict[str, Any]] = []
    targets = _rows(
        dbt.ref("calc_uncertainty_target"), "site, calendar_year, period, series, process, product, quantity"
    )
    for key, rows in groupby(targets, key=place):
        found += effects(lines.get(key, []), list(rows))
    text, number = pyarrow.string(), pyarrow.float64()
    names = ("site", "period", "series", "process", "product", "quantity", "figure_line_id", "source_id")
    return pyarrow.Table.from_pylist(
        found, schema=pyarrow.schema({**dict.fromkeys(names, text), "effect": number})
    )
