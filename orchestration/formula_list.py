"""The list of formulas (`docs/formulas.csv`): which formulas a calculation line of each quantity may carry.

`*` in a quantity stands for what the data name, such as the chain of embedded emissions.

Read from the SQL of the models as it is compiled, so that it lists what the methods can say and nothing that
a package says of itself. Every package carries the list, and `tracetonne verify` holds each line against it.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from sqlglot import exp, parse_one

from orchestration.dbt_build import compile_models
from tracetonne.package.layout import ANY
from tracetonne.settings import CHECKOUT, Home

PAGE = CHECKOUT / "docs" / "formulas.csv"
# A text whose value the SQL does not show, such as a column of master data.
_UNKNOWN = "\0"

Choices = Mapping[str, bool]
"""Which conditions of `case` were taken to hold: the same condition holds in the whole text."""


def formulas_of(queries: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return quantity and formula of every line that the models can make, in order.

    Args:
        queries: Compiled SQL by model.
    """
    trees = [parse_one(query, dialect="duckdb") for query in queries.values()]
    named: dict[str, list[exp.Expr]] = {}
    for tree in trees:
        for alias in tree.find_all(exp.Alias):
            named.setdefault(alias.alias, []).append(alias.this)
    pairs = {
        (quantity.replace(_UNKNOWN, ANY), formula)
        for tree in trees
        for select in tree.find_all(exp.Select)
        for columns in [{one.alias_or_name: one for one in select.expressions}]
        if {"quantity", "formula"} <= columns.keys()
        for formula, _ in _texts(columns["formula"], {}, named)
        for quantity, _ in _texts(columns["quantity"], {}, {})
        if formula and _UNKNOWN not in formula
    }
    return sorted(pairs)


def _texts(
    node: exp.Expr, choices: Choices, named: Mapping[str, Sequence[exp.Expr]]
) -> Iterator[tuple[str, Choices]]:
    """Yield each text that an expression can give, with the conditions under which it does."""
    again = partial(_texts, named=named)
    if isinstance(node, exp.Alias | exp.Paren | exp.Cast):
        yield from again(node.this, choices)
    elif isinstance(node, exp.Literal):
        yield str(node.this), choices
    elif isinstance(node, exp.DPipe):
        for first, taken in again(node.left, choices):
            yield from ((first + second, both) for second, both in again(node.right, taken))
    elif isinstance(node, exp.Case):
        yield from _texts_of_case(node, choices, again)
    elif isinstance(node, exp.Coalesce):
        for part in (node.this, *node.expressions):
            yield from again(part, choices)
    elif isinstance(node, exp.Column) and node.name.endswith("_formula") and node.name in named:
        # A formula that another model puts together from the terms that apply.
        for meaning in named[node.name]:
            yield from _texts(meaning, choices, {})
    else:
        yield _UNKNOWN, choices


def _texts_of_case(node: exp.Case, choices: Choices, again: partial) -> Iterator[tuple[str, Choices]]:
    """Yield the texts of each branch that can be reached with the conditions that hold already."""
    before = dict(choices)
    for branch in node.args["ifs"]:
        condition = branch.this.sql() if node.this is None else f"{node.this.sql()} = {branch.this.sql()}"
        if before.get(condition, True):
            yield from again(branch.args["true"], {**before, condition: True})
        if before.get(condition, False):
            return
        before[condition] = False
    if node.args.get("default") is not None:
        yield from again(node.args["default"], before)


def page(home: Home) -> str:
    """Return `docs/formulas.csv`."""
    return _as_csv(formulas_of(compile_models(home)))


def _as_csv(rows: Iterable[tuple[str, str]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(("quantity", "formula"))
    writer.writerows(rows)
    return written.getvalue()


def main() -> int:
    """Write the list."""
    with tempfile.TemporaryDirectory(prefix="tracetonne-formulas-") as folder:
        PAGE.write_text(page(Home(root=Path(folder), exports=Path(folder) / "exports")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
