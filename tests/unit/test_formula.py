"""The formula grammar: what it accepts, what it computes, and which error names which mistake."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetonne import formula

NUMBERS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)
NAMES = ("a", "b", "c")


def one(**values: float | None) -> dict[str, dict[int, float | None]]:
    return {name: {1: value} for name, value in values.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("8 / 4 / 2", 1.0),
        ("8 - 4 - 2", 2.0),
        ("-a + 5", 3.0),
        ("--a", 2.0),
        ("min(a, b)", 2.0),
        ("max(a, b * 2)", 6.0),
        ("round(a / b, 5)", 0.66667),
        ("round(2.675, 2)", 2.68),
        ("round(-0.5, 0)", -1.0),
        ("1.5e3", 1500.0),
    ],
)
def test_hand_checked_values(text: str, expected: float) -> None:
    assert formula.evaluate(text, one(a=2.0, b=3.0)) == expected


def test_sum_is_exact_where_doubles_are_not() -> None:
    tenths: dict[str, dict[int, float | None]] = {"x": {i: 0.1 for i in range(10)}}
    assert formula.evaluate("sum(x)", tenths) == 1.0
    assert sum([0.1] * 10) != 1.0


def test_root_is_that_of_the_machine() -> None:
    assert formula.evaluate("sqrt(a * a + b * b)", {"a": {1: 3.0}, "b": {1: 4.0}}) == 5.0
    assert formula.evaluate("sqrt(a)", {"a": {1: None}}) is None
    assert formula.input_names(formula.parse("sqrt(a + 1)")) == {"a"}


def test_sumproduct_pairs_by_index() -> None:
    inputs: dict[str, dict[int, float | None]] = {"q": {1: 2.0, 2: 3.0}, "f": {2: 10.0, 1: 100.0}}
    assert formula.evaluate("sumproduct(q, f)", inputs) == 230.0


def test_an_empty_sum_is_zero() -> None:
    assert formula.evaluate("a + sum(x)", one(a=1.0)) == 1.0


def test_null_makes_null() -> None:
    assert formula.evaluate("a + b", one(a=1.0, b=None)) is None
    assert formula.evaluate("sum(x)", {"x": {1: 1.0, 2: None}}) is None
    assert formula.evaluate("max(a, b)", one(a=1.0, b=None)) is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", formula.FormulaSyntaxError),
        ("1 +", formula.FormulaSyntaxError),
        ("(1", formula.FormulaSyntaxError),
        ("1 2", formula.FormulaSyntaxError),
        ("a ** 2", formula.FormulaSyntaxError),
        ("a % 2", formula.FormulaSyntaxError),
        ("__import__('os')", formula.FormulaSyntaxError),
        ("a.b", formula.FormulaSyntaxError),
        ("round(a, b)", formula.FormulaSyntaxError),
        ("sum(a + a)", formula.FormulaSyntaxError),
        ("(" * 500 + "1" + ")" * 500, formula.FormulaSyntaxError),
        ("ln(a)", formula.UnknownFunctionError),
        ("sqrt(0 - a)", formula.NegativeRootError),
        ("a + z", formula.UnknownInputError),
        ("x + 1", formula.AmbiguousInputError),
        ("sumproduct(x, a)", formula.UnevenInputsError),
        ("a / (b - b)", formula.DivisionByZeroError),
        ("1e308 * 10", formula.NotFiniteError),
        ("1e999", formula.NotFiniteError),
    ],
)
def test_each_mistake_has_its_own_error(text: str, error: type[formula.FormulaError]) -> None:
    inputs = one(a=2.0, b=3.0) | {"x": {1: 1.0, 2: 2.0}}
    with pytest.raises(error):
        formula.evaluate(text, inputs)


def test_a_million_signs_do_not_exhaust_the_stack() -> None:
    assert formula.evaluate("-" * 100_001 + "1", {}) == -1.0


def expressions() -> st.SearchStrategy[str]:
    atoms = st.one_of(st.sampled_from(NAMES), st.integers(0, 999).map(str), st.just("0.25"))
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            inner.map(lambda e: f"-{e}"),
            st.tuples(st.sampled_from(("min", "max")), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        ),
        max_leaves=12,
    )


@given(expressions(), NUMBERS, NUMBERS, NUMBERS)
def test_agrees_with_python_arithmetic(text: str, a: float, b: float, c: float) -> None:
    values = {"a": a, "b": b, "c": c}
    # Python's own arithmetic is the reference; the generated text holds only numbers, names and operators.
    expected = eval(text, {"__builtins__": {}, "min": min, "max": max}, values)
    if not math.isfinite(expected):
        return
    assert formula.evaluate(text, one(**values)) == expected


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=6), max_size=60), st.randoms())
def test_sums_do_not_depend_on_order(values: list[Decimal], shuffle: object) -> None:
    numbers = [float(value) for value in values]
    forward: dict[str, dict[int, float | None]] = {"x": dict(enumerate(numbers))}
    backward: dict[str, dict[int, float | None]] = {"x": dict(enumerate(reversed(numbers)))}
    assert formula.evaluate("sum(x)", forward) == formula.evaluate("sum(x)", backward) == float(sum(values))


@given(st.text(max_size=40))
def test_any_text_is_either_a_formula_or_a_named_error(text: str) -> None:
    try:
        formula.evaluate(text, one(a=1.0))
    except formula.FormulaError as error:
        assert str(error)


@given(expressions())
def test_names_are_those_that_occur(text: str) -> None:
    without_functions = text.replace("max", "")
    assert formula.input_names(formula.parse(text)) == {n for n in NAMES if n in without_functions}
