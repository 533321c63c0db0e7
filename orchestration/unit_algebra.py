"""Evaluate SQL expressions on units instead of numbers, and note where two units that meet disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from orchestration.unit_table import Quantity, Unit, UnitTable

# What keeps the unit of its first argument, and looks at no other.
KEEPING = (
    exp.Paren, exp.Neg, exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Sum, exp.Avg, exp.Max, exp.Min,
    exp.First, exp.Last, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.ArgMax, exp.ArgMin, exp.Median,
    exp.Filter, exp.IgnoreNulls, exp.Distinct, exp.Cast, exp.TryCast, exp.Window, exp.Alias, exp.AnyValue,
)  # fmt: skip
AGREEING = (exp.Add, exp.Sub, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.NullSafeEQ)
COUNTING = (exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Length)


@dataclass(frozen=True)
class Disagreement:
    """Two units that met where they must be the same."""

    path: Path
    line: int
    column: str
    found: str
    expected: str
    expression: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.column}: found {self.found}, expected {self.expected}, "
            f"in: {self.expression}"
        )


class Sheet:
    """Evaluates the expressions of one file on units."""

    def __init__(self, table: UnitTable, path: Path, found: list[Disagreement]) -> None:
        self.table = table
        self.path = path
        self.found = found
        self.column = ""
        self.reported: set[int] = set()

    def of(self, node: exp.Expr | None, units: Callable[[exp.Column], Unit]) -> Unit:
        """Return the unit of an expression, and note what disagrees inside it."""
        if node is None or isinstance(node, exp.Null):
            return None
        if isinstance(node, exp.Column):
            return units(node)
        if isinstance(node, exp.Literal):
            return self._literal(node)
        if isinstance(node, exp.Mul | exp.Div):
            return self._product(node, units)
        if isinstance(node, exp.Sqrt):
            inside = self.of(node.this, units)
            return None if inside is None else (inside**0.5).to_base_units()
        if isinstance(node, AGREEING):
            parts = [part for part in node.iter_expressions() if isinstance(part, exp.Expr)]
            agreed = self._agree(node, parts, units)
            return agreed if isinstance(node, exp.Add | exp.Sub) else None
        if isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
            return self._agree(node, [node.this, *node.expressions], units)
        if isinstance(node, exp.Nullif):
            return self._agree(node, [node.this, node.expression], units)
        if isinstance(node, exp.If):
            self.of(node.this, units)
            return self._agree(node, [node.args.get("true"), node.args.get("false")], units)
        if isinstance(node, exp.Case):
            return self._case(node, units)
        if isinstance(node, KEEPING):
            return self._keep(node, units)
        for part in node.iter_expressions():
            if not isinstance(part, exp.Query):
                self.of(part, units)
        return self.table.unit("1") if isinstance(node, COUNTING) else None

    def named(self, node: exp.Expr, unit: Unit, model: str, column: str) -> Unit:
        """Return the unit that a column's name states, which the computed one must be, or the latter."""
        if self.table.is_tall(model, column) or self.column in self.table.exempt:
            return None
        text = self.table.stated(model, column)
        origin = node.unalias()
        # A column that only passes through keeps what its own model says of it.
        if text is None or (unit is not None and isinstance(origin, exp.Column) and origin.name == column):
            return unit
        self.expect(node, unit, text)
        return self.table.unit(text)

    def expect(self, node: exp.Expr, unit: Unit, expected: str) -> None:
        """Note a disagreement between what was computed and what a name states."""
        if unit is not None:
            self.meet(node, unit, self.table.unit(expected))

    def meet(self, node: exp.Expr, unit: Quantity, expected: Quantity) -> None:
        """Note a disagreement between two units, unless the first is that of a bare number."""
        if not _is_number(node) and not self.table.same(unit, expected):
            self._note(node, unit, expected)

    def _literal(self, node: exp.Literal) -> Unit:
        # Zero is zero of anything; a text is no number.
        if node.is_string or float(node.this) == 0:
            return None
        return self.table.unit(self.table.amounts.get(float(node.this), "1"))

    def _keep(self, node: exp.Expr, units: Callable[[exp.Column], Unit]) -> Unit:
        first = node.this if not isinstance(node, exp.Distinct) else node.expressions[0]
        kept = self.of(first, units)
        for part in node.iter_expressions():
            if part is not first:
                self.of(part, units)
        return kept

    def _case(self, node: exp.Case, units: Callable[[exp.Column], Unit]) -> Unit:
        self.of(node.this, units)
        branches = [*node.args["ifs"]]
        for branch in branches:
            self.of(branch.this, units)
        values = [branch.args.get("true") for branch in branches]
        return self._agree(node, [*values, node.args.get("default")], units)

    def _product(self, node: exp.Mul | exp.Div, units: Callable[[exp.Column], Unit]) -> Unit:
        """Multiply units. Numbers of the table convert: a figure of GJ divided by 1000 is one of TJ."""
        left, right = (_unwrapped(side) for side in (node.this, node.expression))
        unit = self.of(left, units)
        factor = self._conversion(right)
        if factor is not None:
            if unit is None:
                return None
            return unit * factor if isinstance(node, exp.Div) else unit / factor
        other = self.of(right, units)
        turned = self._conversion(left)
        if turned is not None and isinstance(node, exp.Mul):
            return None if other is None else other / turned
        if unit is None or other is None:
            return None
        return unit / other if isinstance(node, exp.Div) else unit * other

    def _conversion(self, node: exp.Expr) -> float | None:
        if isinstance(node, exp.Literal) and not node.is_string and float(node.this) in self.table.literals:
            return float(node.this)
        return None

    def _agree(
        self,
        node: exp.Expr,
        parts: Iterable[exp.Expr | None],
        units: Callable[[exp.Column], Unit],
    ) -> Unit:
        parts = list(parts)
        agreed: Unit = None
        bends = not isinstance(node, exp.Add | exp.Sub)
        for part in parts:
            unit = self.of(part, units)
            if unit is None or self._is_half(part) or (bends and _is_number(part)):
                continue
            if agreed is None:
                agreed = unit
            elif not self.table.same(agreed, unit):
                self._note(node, unit, agreed)
        is_text = any(isinstance(part, exp.Literal) and part.is_string for part in parts)
        return None if is_text else agreed

    def _is_half(self, part: exp.Expr | None) -> bool:
        """Say whether a number only moves a rounding, as in round(x - 0.5): it is half of any unit."""
        return isinstance(part, exp.Literal) and not part.is_string and float(part.this) == 0.5

    def _note(self, node: exp.Expr, unit: Quantity, expected: Quantity) -> None:
        if id(node) in self.reported or self.column in self.table.exempt:
            return
        self.reported.add(id(node))
        self.found.append(
            Disagreement(
                path=self.path,
                line=_line(node),
                column=self.column,
                found=self.table.shown(unit),
                expected=self.table.shown(expected),
                expression=" ".join(node.sql(dialect="duckdb").split())[:200],
            )
        )


def _is_number(node: exp.Expr | None) -> bool:
    """Say whether a node is a bare number: it is in the unit of what it stands for, or is compared with."""
    while isinstance(node, exp.Alias | exp.Paren | exp.Cast | exp.Neg):
        node = node.this
    return isinstance(node, exp.Literal)


def _unwrapped(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren | exp.Cast) and isinstance(
        node.this, exp.Paren | exp.Cast | exp.Literal
    ):
        node = node.this
    return node


def _line(node: exp.Expr) -> int:
    """Return the first line on which a name of the expression stands."""
    lines = [int(name.meta["line"]) for name in node.find_all(exp.Identifier) if "line" in name.meta]
    return min(lines, default=0)
