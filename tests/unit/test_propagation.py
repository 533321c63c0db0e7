"""Derivatives and draws along a graph of calculation lines, against what a person can derive by hand."""

from __future__ import annotations

import importlib.util
import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetonne.propagation import CircularLinesError, LineGraph
from tracetonne.settings import DBT_PROJECT


def _model(name: str) -> ModuleType:
    path = DBT_PROJECT / "models" / "calculation" / "uncertainty" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def line(line_id: str, formula: str, value: float, *inputs: tuple[str, float, str]) -> list[dict[str, Any]]:
    return [
        {
            "line_id": line_id,
            "formula": formula,
            "line_value": value,
            "input_name": name,
            "input_index": place,
            "value": amount,
            "source_id": source,
        }
        for place, (name, amount, source) in enumerate(inputs, start=1)
    ]


# 40 MWh by meter A and 10 MWh by meter B at the same 0.5 tCO2/MWh, over 5 t of goods: 5 tCO2e/t.
PLANT = [
    *line("line:a", "electricity * factor", 20, ("electricity", 40, "fact:a"), ("factor", 0.5, "factor:f")),
    *line("line:b", "electricity * factor", 5, ("electricity", 10, "fact:b"), ("factor", 0.5, "factor:f")),
    *line("line:sum", "sum(part)", 25, ("part", 20, "line:a"), ("part", 5, "line:b")),
    *line("line:see", "total / made", 5, ("total", 25, "line:sum"), ("made", 5, "fact:made")),
]
LEAVES = ["fact:a", "fact:b", "factor:f", "fact:made"]
TARGET = {"site": "s", "period": "2025", "quantity": "see_total", "figure_line_id": "line:see"}


def test_two_meters_and_a_shared_factor_by_hand() -> None:
    effects = LineGraph(PLANT).effects(["line:see"], LEAVES)["line:see"]
    assert effects.tolist() == pytest.approx([4, 1, 5, -5], rel=1e-15)


def test_first_order_and_draws_agree_where_all_is_nearly_linear() -> None:
    shares = {"fact:a": 0.02, "fact:b": 0.05, "factor:f": 0.03, "fact:made": 0.01}
    sources = [
        {"source_id": leaf, "variable_id": leaf, "uncertainty_share": share} for leaf, share in shares.items()
    ]
    (found,) = _model("calc_uncertainty_simulation").simulate(PLANT, [TARGET], sources)
    first_order = math.hypot(4 * 0.02, 1 * 0.05, 5 * 0.03, 5 * 0.01)
    assert (found["upper_p97_5"] - found["lower_p2_5"]) / 2 == pytest.approx(first_order, rel=0.03)
    assert found["mean"] == pytest.approx(5, rel=1e-3)


def test_draws_are_the_same_in_every_run() -> None:
    sources = [{"source_id": "fact:a", "variable_id": "meter:A", "uncertainty_share": 0.05}]
    simulate = _model("calc_uncertainty_simulation").simulate
    assert simulate(PLANT, [TARGET], sources) == simulate(PLANT, [TARGET], sources)


def test_processes_that_feed_each_other_are_followed_round_the_circle() -> None:
    # x = e + y/2 and y = x/2: x = 4e/3, whose relative change is that of e.
    rows = [
        *line("line:x", "e + half * y", 4, ("e", 3, "fact:e"), ("half", 0.5, "c"), ("y", 2, "line:y")),
        *line("line:y", "half * x", 2, ("half", 0.5, "c"), ("x", 4, "line:x")),
    ]
    effects = LineGraph(rows).effects(["line:x"], ["fact:e"])["line:x"]
    assert effects.tolist() == pytest.approx([4], rel=1e-12)


def test_a_circle_that_only_grows_is_refused() -> None:
    rows = [*line("line:x", "e + 2 * y", 4, ("e", 3, "fact:e"), ("y", 2, "line:x"))]
    with np.errstate(all="ignore"), pytest.raises(CircularLinesError, match="do not settle"):
        LineGraph(rows).effects(["line:x"], ["fact:e"])


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sqrt(x)", 1.0),  # ½ √4
        ("max(0, x)", 4.0),
        ("min(0, x)", 0.0),
        ("round(x, 2)", 4.0),
        ("-x", -4.0),
        ("sumproduct(x, x)", 32.0),  # 2 · 4²
        ("1 / x", -0.25),
    ],
)
def test_every_operation_has_its_derivative(formula: str, expected: float) -> None:
    graph = LineGraph(line("line:y", formula, 1, ("x", 4, "fact:x")))
    assert graph.effects(["line:y"], ["fact:x"])["line:y"].tolist() == pytest.approx([expected], rel=1e-15)


def test_a_missing_value_stays_missing() -> None:
    rows = line("line:y", "a + b", 0, ("a", 1, "fact:a"), ("b", 1, "fact:b"))
    rows[1]["value"] = None
    assert np.isnan(LineGraph(rows).evaluate(["line:y"], {}, 1)["line:y"]).all()


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8), st.floats(0.001, 0.2))
def test_sharing_lies_between_independence_and_the_sum_of_all(effects: list[float], share: float) -> None:
    """Inputs of one meter err together: never more than all added up, and as much where all push one way."""
    shared = share * abs(math.fsum(effects))
    added = share * math.fsum(map(abs, effects))
    assert shared <= added * (1 + 1e-12)
    if all(effect >= 0 for effect in effects):
        apart = share * math.hypot(*effects)
        assert apart * (1 - 1e-12) <= shared


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0.1, 10), st.floats(1, 100))
def test_relative_effects_do_not_depend_on_the_scale(a: float, b: float, factor: float, scale: float) -> None:
    def elasticities(k: float) -> list[float]:
        rows = [
            *line("line:e", "x * f", 0, ("x", a * k, "fact:x"), ("f", factor, "factor:f")),
            *line("line:t", "e + y", 0, ("e", 0, "line:e"), ("y", b * k, "fact:y")),
        ]
        graph = LineGraph(rows)
        value = graph.evaluate(graph.feeding(["line:t"]), {}, 1)["line:t"][0]
        found = graph.effects(["line:t"], ["fact:x", "fact:y", "factor:f"])["line:t"] / value
        return [float(one) for one in found]

    assert elasticities(1) == pytest.approx(elasticities(scale), rel=1e-12)
    assert sum(elasticities(1)[:2]) == pytest.approx(1, rel=1e-12)


def test_effects_skip_what_does_not_vary() -> None:
    rows = line("line:see", "x * c", 6, ("x", 2, "fact:x"), ("c", 3, "constant:law"))
    found = _model("calc_uncertainty_effect").effects(rows, [TARGET])
    assert [(row["source_id"], row["effect"]) for row in found] == [("fact:x", 6.0)]
