"""The closed grammar in which every calculation line states its arithmetic, and its evaluation without SQL.

Belongs here: reading and evaluating formulas. Does not: what a formula means, or which inputs a line has.

    formula = term (("+" | "-") term)*          term = factor (("*" | "/") factor)*
    factor  = number | name | "-" factor | "(" formula ")" | function
    function = min(f, f) | max(f, f) | round(f, digits) | sqrt(f) | sum(name) | sumproduct(name, name)

Numbers are IEEE doubles and operators apply from left to right. `sum` adds all inputs of one name
exactly, as decimals; `sumproduct` multiplies the inputs of two names that share an index in double,
rounds each product to 12 decimals, and adds exactly. A null input makes the result null. This file uses
the standard library only, because every evidence package carries it: a verifier evaluates the formulas
without installing anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

Inputs = Mapping[str, Mapping[int, "float | None"]]
"""Values by input name and input index; an input that occurs once has one index, whichever it is."""

DECIMALS_OF_A_LINE = 12
DEEPEST_NESTING = 100
# Wide enough that no sum of DECIMAL(38,12) values is ever rounded while it is added.
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
_TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|([A-Za-z_][A-Za-z0-9_]*)|([-+*/(),]))")


class FormulaError(ValueError):
    """A formula that cannot be read or evaluated; the message names the formula and the place."""


class FormulaSyntaxError(FormulaError):
    """The text is not a formula of the closed grammar."""


class UnknownFunctionError(FormulaSyntaxError):
    """A function that the grammar does not have."""


class UnknownInputError(FormulaError):
    """The formula names an input that the line does not have."""


class AmbiguousInputError(FormulaError):
    """An input that occurs several times stands where one number is needed."""


class UnevenInputsError(FormulaError):
    """The two names of a sumproduct do not have the same indexes."""


class NegativeRootError(FormulaError):
    """The root of a negative number does not exist."""


class DivisionByZeroError(FormulaError):
    """A divisor is zero: a share or an intensity of nothing does not exist."""


class NotFiniteError(FormulaError):
    """The result, or a step on the way to it, is too large for a number."""


@dataclass(frozen=True)
class Number:
    """A constant of the formula."""

    value: float


@dataclass(frozen=True)
class Name:
    """An input that stands for one number."""

    name: str


@dataclass(frozen=True)
class Negative:
    """The opposite of a value."""

    operand: Node


@dataclass(frozen=True)
class Operation:
    """Two values joined by one of `+ - * /`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Extreme:
    """The smaller (`min`) or larger (`max`) of two values."""

    function: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Rounded:
    """A value rounded half away from zero to so many decimals."""

    operand: Node
    digits: int


@dataclass(frozen=True)
class Root:
    """The square root of a value."""

    operand: Node


@dataclass(frozen=True)
class Sum:
    """The exact sum of all inputs of one name, or of the products of two names."""

    names: tuple[str, ...]


Node = Number | Name | Negative | Operation | Extreme | Rounded | Root | Sum


class _Parser:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.position = 0
        self.depth = 0

    def parse(self) -> Node:
        node = self._formula()
        if self._peek() is not None:
            raise self._error("an operator or the end")
        return node

    def _formula(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise FormulaSyntaxError(f"formula {self.text[:60]!r}… is nested deeper than {DEEPEST_NESTING}")
        node = self._term()
        while self._peek() in ("+", "-"):
            node = Operation(self._next(), node, self._term())
        self.depth -= 1
        return node

    def _term(self) -> Node:
        node = self._factor()
        while self._peek() in ("*", "/"):
            node = Operation(self._next(), node, self._factor())
        return node

    def _factor(self) -> Node:
        signs = 0
        while self._peek() == "-":
            self._next()
            signs += 1
        node = self._atom()
        # Two signs cancel exactly in IEEE arithmetic, so only an odd count matters.
        return Negative(node) if signs % 2 else node

    def _atom(self) -> Node:
        token = self._peek()
        if token is None or (token in "+*/),"):
            raise self._error("a number, an input name, a function or '('")
        self._next()
        if token == "(":
            node = self._formula()
            self._expect(")")
            return node
        if token[0].isdigit():
            return Number(self._finite(token))
        return self._call(token) if self._peek() == "(" else Name(token)

    def _call(self, function: str) -> Node:
        if function not in ("min", "max", "round", "sqrt", "sum", "sumproduct"):
            raise UnknownFunctionError(
                f"formula {self.text!r}: unknown function {function!r}; "
                "expected min, max, round, sqrt, sum or sumproduct"
            )
        self._expect("(")
        node = self._arguments(function)
        self._expect(")")
        return node

    def _arguments(self, function: str) -> Node:
        if function == "sum":
            return Sum((self._name(),))
        if function == "sumproduct":
            first = self._name()
            self._expect(",")
            return Sum((first, self._name()))
        left = self._formula()
        if function == "sqrt":
            return Root(left)
        self._expect(",")
        if function == "round":
            return Rounded(left, self._digits())
        return Extreme(function, left, self._formula())

    def _name(self) -> str:
        token = self._peek()
        if token is None or not (token[0].isalpha() or token[0] == "_"):
            raise self._error("an input name")
        return self._next()

    def _digits(self) -> int:
        token = self._peek()
        if token is None or not token.isdigit() or int(token) > DECIMALS_OF_A_LINE:
            raise self._error(f"a whole number of decimals from 0 to {DECIMALS_OF_A_LINE}")
        return int(self._next())

    def _finite(self, token: str) -> float:
        value = float(token)
        if not math.isfinite(value):
            raise NotFiniteError(f"formula {self.text!r}: {token} is too large for a number")
        return value

    def _peek(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def _next(self) -> str:
        self.position += 1
        return self.tokens[self.position - 1]

    def _expect(self, token: str) -> None:
        if self._peek() != token:
            raise self._error(repr(token))
        self.position += 1

    def _error(self, expected: str) -> FormulaSyntaxError:
        found = self._peek()
        place = f"at token {self.position + 1}"
        return FormulaSyntaxError(
            f"formula {self.text!r}, {place}: expected {expected}, found {found!r}"
            if found is not None
            else f"formula {self.text!r}: expected {expected}, found the end"
        )


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            raise FormulaSyntaxError(
                f"formula {text!r}: character {stripped[position:].lstrip()[:1]!r} is not part of the grammar"
            )
        tokens.append(match.group().strip())
        position = match.end()
    if not tokens:
        raise FormulaSyntaxError("the formula is empty")
    return tokens


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaSyntaxError: The text is not a formula of the closed grammar.
    """
    return _Parser(text).parse()


def input_names(node: Node) -> frozenset[str]:
    """Return the names of all inputs that a formula uses."""
    match node:
        case Number():
            return frozenset()
        case Name(name):
            return frozenset((name,))
        case Sum(names):
            return frozenset(names)
        case Negative(operand) | Rounded(operand, _) | Root(operand):
            return input_names(operand)
        case Operation(_, left, right) | Extreme(_, left, right):
            return input_names(left) | input_names(right)


def evaluate(text: str, inputs: Inputs) -> float | None:
    """Evaluate a formula.

    Args:
        text: The formula.
        inputs: Values by input name and index, in the units that the line states.

    Returns:
        The value in the unit of the line, or null where an input is null.

    Raises:
        FormulaSyntaxError: The text is not a formula.
        UnknownInputError: A name has no input (an empty `sum` is 0, as sums are).
        AmbiguousInputError: A name that stands for one number has several inputs.
        UnevenInputsError: The names of a sumproduct have different indexes.
        DivisionByZeroError: A divisor is zero.
        NegativeRootError: A root of a negative number is asked for.
        NotFiniteError: A step overflows.
    """
    return _evaluate(parse(text), inputs)


def _evaluate(node: Node, inputs: Inputs) -> float | None:
    match node:
        case Number(value):
            return value
        case Name(name):
            return _single(name, inputs)
        case Sum(names):
            return _exact_sum(names, inputs)
        case Negative(operand):
            negated = _evaluate(operand, inputs)
            return None if negated is None else -negated
        case Rounded(operand, digits):
            unrounded = _evaluate(operand, inputs)
            return None if unrounded is None else round_half_up(unrounded, digits)
        case Root(operand):
            square = _evaluate(operand, inputs)
            return None if square is None else _root(square)
        case Operation(symbol, left, right) | Extreme(symbol, left, right):
            first, second = _evaluate(left, inputs), _evaluate(right, inputs)
            return None if first is None or second is None else _finite(_BINARY[symbol](first, second))


def _single(name: str, inputs: Inputs) -> float | None:
    values = inputs.get(name)
    if not values:
        known = ", ".join(sorted(inputs)) or "none"
        raise UnknownInputError(f"the line has no input {name!r}, which its formula names (it has: {known})")
    if len(values) > 1:
        raise AmbiguousInputError(f"input {name!r} has {len(values)} values where the formula needs one")
    return next(iter(values.values()))


def _exact_sum(names: tuple[str, ...], inputs: Inputs) -> float | None:
    columns = [inputs.get(name, {}) for name in names]
    if any(column.keys() != columns[0].keys() for column in columns):
        raise UnevenInputsError(f"inputs {' and '.join(map(repr, names))} do not have the same indexes")
    total = Decimal(0)
    for index in sorted(columns[0]):
        values = [column[index] for column in columns]
        present = [value for value in values if value is not None]
        if len(present) < len(values):
            return None
        total = _EXACT.add(total, _addend(present))
    return _finite(float(total))


def _addend(values: list[float]) -> Decimal:
    if len(values) == 1:
        return Decimal(repr(values[0]))
    product = _finite(values[0] * values[1])
    return Decimal(repr(product)).quantize(Decimal(1).scaleb(-DECIMALS_OF_A_LINE), context=_EXACT_WIDE)


# A product may be as large as a double, and quantising needs room for every digit before the point.
_EXACT_WIDE = Context(prec=340, rounding=ROUND_HALF_UP)


def round_half_up(value: float, digits: int) -> float:
    """Round half away from zero, as the decimal text of the number reads (2.675 to 2 decimals is 2.68)."""
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(value)).quantize(step, context=_EXACT_WIDE))


def _root(square: float) -> float:
    if square < 0:
        raise NegativeRootError(f"the root of {square!r} does not exist")
    return math.sqrt(square)


def _divide(dividend: float, divisor: float) -> float:
    if divisor == 0:
        raise DivisionByZeroError(f"{dividend!r} divided by zero")
    return dividend / divisor


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise NotFiniteError("a step of the formula is too large for a number")
    return value


_BINARY: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "min": min,
    "max": max,
}
