"""Follow units through the compiled SQL of the models, so that tonnes cannot be added to terajoules.

A column's unit is read from its name, by the table in `dbt_project/column-units.yml`. Every expression of a
model is then evaluated on units instead of numbers: what is added, compared or stacked must have the same
dimension and scale, and what a column is computed as must be what its name says. The expression gives the
unit of a column whose name says nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pint
import sqlglot
import yaml
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from tracetonne.settings import DBT_PROJECT

TABLE = DBT_PROJECT / "column-units.yml"
NUMERIC = ("DECIMAL", "DOUBLE", "BIGINT", "INTEGER", "HUGEINT", "SMALLINT")
CHECKED = ("calculation", "output")

Quantity = Any  # pint's own class is made at run time by its registry
Unit = Quantity | None  # None: the unit is not known, and fits everything

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


@dataclass
class Result:
    """What the check saw: one status a numeric column, and what does not agree."""

    disagreements: list[Disagreement] = field(default_factory=list)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def counts(self) -> Counter[str]:
        """Return how many columns have each status."""
        return Counter(self.statuses.values())


class UnitTable:
    """The units that names state: `dbt_project/column-units.yml`, or a table of the same shape."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.registry: Any = pint.UnitRegistry(None)
        for line in content["definitions"]:
            self.registry.define(line)
        self.symbols: dict[str, str] = content["symbols"]
        self.names: dict[str, str] = content["names"]
        self.models: dict[str, dict[str, str]] = content["models"]
        self.tall: dict[str, str] = content["tall"]
        self.formulas: dict[str, dict[str, str]] = content["formulas"]
        self.amounts = {float(number): text for number, text in content["amounts"].items()}
        self.exempt: dict[str, str] = content["exempt"]
        self.literals = {float(number) for number in content["conversions"]}
        self.unit = lru_cache(maxsize=None)(self._unit)

    def _unit(self, text: str) -> Quantity:
        """Return one of a unit, in base units: `GJ/t` is 1e9 J and 1/t."""
        return self.registry.Quantity(1.0, text).to_base_units()

    def same(self, one: Quantity, other: Quantity) -> bool:
        """Say whether two units have the same dimension and the same scale."""
        return bool(
            one.dimensionality == other.dimensionality
            and math.isclose(one.magnitude, other.magnitude, rel_tol=1e-9)
        )

    def shown(self, unit: Quantity) -> str:
        """Return a unit as its symbol, where the table has one, else in base units."""
        for symbol in [*self.symbols.values(), *self.names.values()]:
            if self.same(self.unit(symbol), unit):
                return symbol
        return f"{unit.magnitude:g} {unit.units:~}"

    def formula_units(self, name: str) -> dict[str, str]:
        """Return the units of a formula's inputs and of its `result`.

        Formulas of source streams come in four kinds of one name: for the fossil or the biogenic part, with
        shares or with percentages. A formula that the table does not know has no units.
        """
        percentages = {}
        if name.endswith("_pct"):
            percentages = dict.fromkeys(("oxidation", "conversion", "biomass"), "percent")
        own = name.removesuffix("_pct").removesuffix("_fossil").removesuffix("_biogenic")
        if not {name, own} & self.formulas.keys():
            return {}
        return self.formulas["inputs"] | percentages | self.formulas.get(name, self.formulas.get(own, {}))

    def is_tall(self, model: str, column: str) -> bool:
        """Say whether a column holds figures of several units, each named beside it."""
        return column in self.tall and column not in self.models.get(model, {})

    def stated(self, model: str, column: str) -> str | None:
        """Return the unit that a name states: of this model, of the whole name, or of its last words."""
        own = self.models.get(model, {})
        if self.is_tall(model, column):
            return None
        if column in own or column in self.names:
            return own.get(column, self.names.get(column))
        if "_per_" in column:
            numerator, *denominators = column.split("_per_")
            words = [numerator.rsplit("_", 1)[-1], *denominators]
            if all(word in self.symbols for word in words):
                return "/".join(f"({self.symbols[word]})" for word in words)
            return None
        last = column.rsplit("_", 1)[-1]
        return self.symbols.get(last) if "_" in column else None


def load_table(path: Path = TABLE) -> UnitTable:
    """Read the table of units."""
    return UnitTable(yaml.safe_load(path.read_text(encoding="utf-8")))


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


def check(
    table: UnitTable, files: Mapping[str, Path], columns: Mapping[tuple[str, str], Mapping[str, str]]
) -> Result:
    """Check models.

    Args:
        table: What names state.
        files: The compiled SQL of each model.
        columns: The types of the columns of each relation, by schema and name, seeds included.

    Returns:
        A status for each numeric column of the calculation and output models, and every disagreement.
    """
    result = Result()
    known: dict[tuple[str, str], Unit] = {}
    schema: dict[str, Any] = {}
    for (layer, relation), types in columns.items():
        schema.setdefault(layer, {})[relation] = dict(types)
        for column in types:
            text = table.stated(relation, column)
            if text is not None:
                known[relation, column] = table.unit(text)
    trees = {model: _parse(model, path, schema, result) for model, path in files.items()}
    for model in _in_order({model: tree for model, tree in trees.items() if tree is not None}):
        _check_model(table, model, files[model], trees[model], known, result)
    for (layer, relation), types in columns.items():
        if layer in CHECKED and relation in files:
            for column, kind in types.items():
                if kind.startswith(NUMERIC):
                    result.statuses[relation, column] = _status(table, relation, column, known, result)
    return result


def _status(
    table: UnitTable, model: str, column: str, known: Mapping[tuple[str, str], Unit], result: Result
) -> str:
    if model in result.unreadable:
        return "not checked: the model's SQL could not be read"
    if table.is_tall(model, column):
        return f"not checked: {table.tall[column]}"
    if f"{model}.{column}" in table.exempt:
        return f"exempt: {table.exempt[f'{model}.{column}']}"
    if table.stated(model, column) is not None:
        return "checked: the name states the unit"
    return (
        "checked: the unit follows from the expression" if known.get((model, column)) is not None
        else "not checked: neither the name nor the expression states a unit"
    )  # fmt: skip


def _parse(model: str, path: Path, schema: dict[str, Any], result: Result) -> Scope | None:
    try:
        tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), dialect="duckdb")
        for relation in tree.find_all(exp.Table):
            relation.set("catalog", None)
        qualified = qualify(
            tree, schema=schema, dialect="duckdb", validate_qualify_columns=False, quote_identifiers=False
        )
        return build_scope(qualified)
    except SqlglotError as error:
        result.unreadable[model] = str(error).splitlines()[0]
        return None


def _in_order(trees: Mapping[str, Scope]) -> list[str]:
    """Sort models so that each comes after those that it reads."""
    reads = {
        model: {table.name for table in scope.expression.find_all(exp.Table)} & trees.keys() - {model}
        for model, scope in trees.items()
    }
    ordered: dict[str, None] = {}

    def visit(model: str) -> None:
        if model not in ordered:
            for read in sorted(reads[model]):
                visit(read)
            ordered[model] = None

    for model in sorted(reads):
        visit(model)
    return list(ordered)


def _check_model(
    table: UnitTable,
    model: str,
    path: Path,
    root: Scope | None,
    known: dict[tuple[str, str], Unit],
    result: Result,
) -> None:
    """Evaluate every query of a model, innermost first, then compare its columns with their names."""
    assert root is not None
    sheet = Sheet(table, path, result.disagreements)
    outputs: dict[int, dict[str, Unit]] = {}
    for scope in root.traverse():
        outputs[id(scope)] = _scope_units(sheet, scope, outputs, known, model)
    for column, unit in outputs[id(root)].items():
        known[model, column] = unit


def _scope_units(
    sheet: Sheet,
    scope: Scope,
    outputs: Mapping[int, dict[str, Unit]],
    known: Mapping[tuple[str, str], Unit],
    model: str,
) -> dict[str, Unit]:
    query: Any = scope.expression
    if isinstance(query, exp.SetOperation):
        return _stacked(sheet, scope, outputs, model)

    def of_column(column: exp.Column) -> Unit:
        source = scope.sources.get(column.table)
        if isinstance(source, exp.Table):
            return known.get((source.name, column.name))
        if isinstance(source, Scope):
            return outputs.get(id(source), {}).get(column.name)
        return None

    units: dict[str, Unit] = {}
    if not isinstance(query, exp.Select):
        return units
    for projection in query.selects:
        name = projection.alias_or_name
        sheet.column = f"{model}.{name}"
        units[name] = sheet.named(projection, sheet.of(projection, of_column), model, name)
    for part in ("where", "group", "having", "qualify", "order"):
        sheet.column = f"{model} ({part})"
        sheet.of(query.args.get(part), of_column)
    for join in query.args.get("joins") or []:
        sheet.column = f"{model} (join)"
        sheet.of(join.args.get("on"), of_column)
    return units


def _stacked(
    sheet: Sheet, scope: Scope, outputs: Mapping[int, dict[str, Unit]], model: str
) -> dict[str, Unit]:
    """Compare the branches of a UNION column by column."""
    right_query: Any = scope.set_operation_scopes[1].expression
    left, right = (list(outputs.get(id(branch), {}).items()) for branch in scope.set_operation_scopes)
    units: dict[str, Unit] = {}
    for (name, one), (_, other) in zip(left, right, strict=False):
        sheet.column = f"{model}.{name}"
        projection = right_query.selects[len(units)]
        agreed = one if one is not None else other
        if other is not None and one is not None and not sheet.table.is_tall(model, name):
            sheet.meet(projection, other, one)
        units[name] = None if sheet.table.is_tall(model, name) else agreed
    return units


def check_formulas(table: UnitTable, formulas: Mapping[str, str], path: Path = TABLE) -> list[Disagreement]:
    """Check each formula of the calculation against the units that the table gives its inputs and its result.

    Args:
        table: What names state.
        formulas: Text of each formula in the closed grammar, by name.
        path: The file that a disagreement is laid to.

    Returns:
        Every disagreement; a formula or an input that the table does not know is one.
    """
    found: list[Disagreement] = []
    for name, text in formulas.items():
        sheet = Sheet(table, path, found)
        sheet.column = f"formula {name}"
        # sumproduct(a, b) is a sum of products; min and max of the grammar take any number of arguments.
        sql = re.sub(r"sumproduct\(([a-z_0-9]+), ([a-z_0-9]+)\)", r"sum(\1 * \2)", text)
        sql = sql.replace("max(", "greatest(").replace("min(", "least(")
        tree = sqlglot.parse_one(f"select {sql}", dialect="duckdb", into=exp.Select).selects[0]
        given = table.formula_units(name)
        missing = sorted({column.name for column in tree.find_all(exp.Column)} - given.keys())
        if missing or not given:
            found.append(Disagreement(path, 0, sheet.column, "no unit", f"one for {missing or name}", text))
            continue

        def of_input(column: exp.Column, given: Mapping[str, str] = given) -> Unit:
            return table.unit(given[column.name])

        sheet.expect(tree, sheet.of(tree, of_input), given["result"])
    return found


def in_source(disagreement: Disagreement, compiled: Path, source: Path) -> Disagreement:
    """Return a disagreement at its place in the model as it was written.

    The line is that of the source, where it stands there word for word and once; else 0: a macro wrote it.
    """
    if not disagreement.path.is_relative_to(compiled):
        return disagreement
    path = source / disagreement.path.relative_to(compiled)
    written = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    read = disagreement.path.read_text(encoding="utf-8").splitlines()[disagreement.line - 1].strip()
    line = written.index(read) + 1 if disagreement.line and written.count(read) == 1 else 0
    return replace(disagreement, path=path, line=line)


def relation_columns(warehouse: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Read the names and types of the columns of every relation of a warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema, table_name, column_name, data_type from information_schema.columns "
            "order by table_schema, table_name, ordinal_position"
        ).fetchall()
    columns: dict[tuple[str, str], dict[str, str]] = {}
    for layer, relation, column, kind in rows:
        columns.setdefault((layer, relation), {})[column] = kind
    return columns


def write_report(result: Result, path: Path) -> None:
    """Write what was checked, what was not, and why."""
    counts = result.counts()
    lines = ["# Units of the columns", "", "| columns | status |", "| ---: | --- |"]
    lines += [f"| {count} | {status} |" for status, count in sorted(counts.items())]
    for status in sorted(counts):
        if not status.startswith("checked"):
            lines += ["", f"## {status}", ""]
            named = sorted(key for key, value in result.statuses.items() if value == status)
            lines += [f"- `{model}.{column}`" for model, column in named]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
