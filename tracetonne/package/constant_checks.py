"""Compare the constants of a package with the published rules that its lines cite.

A constant is cited as `constant:<code>@<version>`. The rules are those of this installation
(`dbt_project/seeds`): what a package says of them itself could be changed together with its lines.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from tracetonne.package.findings import Check, Failure, Tables, agree
from tracetonne.package.layout import table_file
from tracetonne.settings import DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"
_PREFIX = "constant:"


def check_constants(root: Path) -> Check:
    """Compare every constant that cites a code and version with the row of the rules that has them.

    A version that this installation does not know is not compared: the package may come from a newer one.
    """
    tables = Tables(root)
    file = table_file("calculation_line_input")
    known = _published()
    failures: list[Failure] = []
    compared = 0
    for row in tables.rows(file):
        values = known.get(row["source_id"]) if row["source_kind"] == "constant" else None
        if not values:
            continue
        compared += 1
        if not any(agree(value, row.number("value")) for value in values):
            message = f"input {row['input_name']} of {row['line_id']} is not the value of {row['source_id']}"
            failures.append(Failure(file, row.line, message, " or ".join(map(str, values)), row["value"]))
    skipped = "" if compared else "no line cites a constant of a rule"
    return Check("every constant of a rule has its published value", compared, failures, skipped)


@functools.cache
def _published() -> dict[str, tuple[float, ...]]:
    """Return the numbers of each row of the rules by its citation; a row may state a range."""
    found: dict[str, tuple[float, ...]] = {}
    for path in sorted(SEEDS.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            code = (reader.fieldnames or [""])[0]
            if not code.endswith("_code") or "version" not in (reader.fieldnames or ()):
                continue
            for row in reader:
                citation = f"{_PREFIX}{row[code]}@{row['version']}"
                found[citation] = found.get(citation, ()) + _numbers(row)
    return found


def _numbers(row: dict[str, str]) -> tuple[float, ...]:
    numbers = []
    for name, text in row.items():
        if name == "version":
            continue
        try:
            numbers.append(float(text))
        except (TypeError, ValueError):
            continue
    return tuple(numbers)
