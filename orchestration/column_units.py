"""Follow units through the compiled SQL of the models, so that tonnes cannot be added to terajoules.

A column's unit is read from its name, by the table in `dbt_project/column-units.yml`. Every expression of a
model is then evaluated on units instead of numbers: what is added, compared or stacked must have the same
dimension and scale, and what a column is computed as must be what its name says. The expression gives the
unit of a column whose name says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from orchestration.unit_algebra import Disagreement, Sheet
from orchestration.unit_table import TABLE, Unit, UnitTable

NUMERIC = ("DECIMAL", "DOUBLE", "BIGINT", "INTEGER", "HUGEINT", "SMALLINT")
CHECKED = ("calculation", "output")
UNSTATED = "not checked: neither the name nor the expression states a unit"


@dataclass
class Result:
    """What the check saw: one status a numeric column, and what does not agree."""

    disagreements: list[Disagreement] = field(default_factory=list)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def counts(self) -> Counter[str]:
        """Return how many columns have each status."""
        return Counter(self.statuses.values())


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
        else UNSTATED
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


def unstated(result: Result) -> list[str]:
    """Return the columns of which neither a unit is known nor why they can have none."""
    return sorted(
        f"{model}.{column}" for (model, column), status in result.statuses.items() if status == UNSTATED
    )


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
