"""The linear solve behind processes that feed each other, without dbt: the model file loaded by its path."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import Any

import pytest

from tracetonne.settings import DBT_PROJECT


def _model() -> ModuleType:
    path = DBT_PROJECT / "models" / "calculation" / "core" / "calc_see_solution.py"
    spec = importlib.util.spec_from_file_location("calc_see_solution", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODEL = _model()


def process(name: str, made: float, direct: float | None, *, idle_is_zero: bool = False) -> dict[str, Any]:
    amounts = dict.fromkeys(MODEL.CHAINS, 0.0) | {"see_direct": direct}
    return {"process": name, "activity_level": made, "is_idle_precursor_zero": idle_is_zero, **amounts}


def flow(
    consumer: str, precursor: str, amount: float, specific: float | None = None, *, own: bool = False
) -> Any:
    return {
        "process": consumer,
        "precursor": precursor,
        "is_own": own,
        "consumed": amount,
        **dict.fromkeys(MODEL.CHAINS, specific),
    }


def direct(
    processes: list[dict[str, Any]], flows: list[dict[str, Any]]
) -> dict[str, tuple[float | None, Any]]:
    found = MODEL.embedded_emissions(processes, flows)
    return {row["process"]: (row["value"], row["reason"]) for row in found if row["chain"] == "see_direct"}


def test_purchased_precursor_is_added() -> None:
    # (100 + 50 · 2) / 100
    assert direct([process("a", 100, 100)], [flow("a", "rod", 50, 2)])["a"] == (2, None)


def test_chain_of_own_precursors() -> None:
    found = direct(
        [process("steel", 10, 20), process("screws", 5, 5)], [flow("screws", "steel", 10, own=True)]
    )
    assert found == {"steel": (2, None), "screws": (5, None)}  # (5 + 10 · 2) / 5


def test_circle_is_solved() -> None:
    # a = 1 + b/2, b = 1 + a/2: both 2
    found = direct(
        [process("a", 10, 10), process("b", 10, 10)],
        [flow("a", "b", 5, own=True), flow("b", "a", 5, own=True)],
    )
    assert found["a"][0] == pytest.approx(2, rel=1e-15)
    assert found["b"][0] == pytest.approx(2, rel=1e-15)


def test_free_allocation_goes_round_a_circle_too() -> None:
    # IR (EU) 2025/2620 eq. 4: p = 1 + q/2 and q = 2 + p/5, so 20/9 and 22/9.
    processes = [process("p", 100, 0) | {"sefa": 100.0}, process("q", 100, 0) | {"sefa": 200.0}]
    flows = [flow("p", "q", 50, own=True), flow("q", "p", 20, own=True)]
    found = {
        row["process"]: row["value"]
        for row in MODEL.embedded_emissions(processes, flows)
        if row["chain"] == "sefa"
    }
    assert found == {"p": pytest.approx(20 / 9, rel=1e-15), "q": pytest.approx(22 / 9, rel=1e-15)}


def test_free_allocation_has_no_row_without_a_benchmark() -> None:
    found = MODEL.embedded_emissions([process("p", 100, 5) | {"sefa": None}], [])
    assert {row["chain"] for row in found} == set(MODEL.CHAINS) - {"sefa"}


def test_what_comes_back_is_told() -> None:
    found = MODEL.embedded_emissions(
        [process("a", 10, 10), process("b", 10, 0)],
        [flow("a", "b", 5, own=True), flow("b", "a", 5, own=True)],
    )
    # a = 1 / (1 - 1/4): a third of a tonne comes back to a through b.
    returned = {row["process"]: row["recirculated"] for row in found if row["chain"] == "see_direct"}
    assert returned["a"] == pytest.approx(1 / 3)


def test_goods_that_only_go_round_have_no_solution() -> None:
    with pytest.raises(MODEL.SingularSupplyChainError, match="feed each other"):
        direct(
            [process("a", 10, 10), process("b", 10, 10)],
            [flow("a", "b", 10, own=True), flow("b", "a", 10, own=True)],
        )


def test_idle_process_has_no_intensity() -> None:
    assert direct([process("a", 0, 7)], [])["a"] == (None, "no activity in the period")


def test_goods_of_an_idle_process_are_unknown_or_zero() -> None:
    flows = [flow("b", "a", 1, own=True)]
    unknown = direct([process("a", 0, 7), process("b", 10, 10)], flows)
    value, reason = unknown["b"]
    assert value is None and reason.startswith("precursor a made nothing in the period")
    zero = direct([process("a", 0, 7, idle_is_zero=True), process("b", 10, 10, idle_is_zero=True)], flows)
    assert zero["b"] == (1, None)  # as the communication template takes it


def test_missing_value_spreads_to_all_that_consume_it() -> None:
    found = direct(
        [process("a", 10, 10), process("b", 10, 10), process("c", 10, 10)],
        [flow("a", "rod", 5, None), flow("b", "a", 5, own=True)],
    )
    assert found["a"] == (None, "no admissible value for precursor rod")
    assert found["b"] == (None, "no admissible value for precursor a")
    assert found["c"] == (1, None)


def test_precursor_without_consumption_needs_no_value() -> None:
    assert direct([process("a", 10, 10)], [flow("a", "rod", 0, None)])["a"] == (1, None)


def test_rows_are_swapped_for_the_largest_pivot() -> None:
    # 0·x + 1·y = 2 and 1·x + 0·y = 3
    assert MODEL.solve([[0.0, 1.0], [1.0, 0.0]], [[2.0], [3.0]], ["x", "y"]) == [[3.0], [2.0]]


def test_goods_from_stock_carry_the_value_of_the_period_that_made_them() -> None:
    # January: 300 t over 1450 t of billets. February: (30 + 500 · 300/1450) / 450.
    processes = [process("billet", 0, 0), process("bar", 450, 30)]
    earlier = {"billet": {"period": "2026-01", "see_direct": 300 / 1450}}
    found = {
        row["process"]: row
        for row in MODEL.embedded_emissions(processes, [flow("bar", "billet", 500, own=True)], earlier)
        if row["chain"] == "see_direct"
    }
    assert found["bar"]["value"] == pytest.approx(0.29655, abs=5e-6)
    assert found["billet"]["value"] is None
    assert (found["billet"]["earlier_period"], found["billet"]["earlier_value"]) == ("2026-01", 300 / 1450)


def test_a_last_period_without_a_value_is_not_passed_over() -> None:
    earlier = {"billet": {"period": "2026-01", "see_direct": None}}
    found = MODEL.embedded_emissions(
        [process("billet", 0, 0), process("bar", 450, 30)], [flow("bar", "billet", 500, own=True)], earlier
    )
    (reason,) = {row["reason"] for row in found if row["process"] == "bar" and row["chain"] == "see_direct"}
    assert "2026-01, the last period that made any, has no value" in reason
