"""Write one query as Parquet and as CSV, the same bytes whatever the number of threads.

Belongs here: how a table becomes files. Does not: which tables a package holds (`collect.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb

from tracetonne.neutral import is_neutral_between, neutral_sql

UTF8_BOM = "\ufeff"  # Without it spreadsheets read Chinese text in the local code page.


def columns_of(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    """Return the column names and DuckDB types of a query."""
    described = connection.execute(f"describe {query}").fetchall()
    return {row[0]: row[1] for row in described}


def write_table(
    connection: duckdb.DuckDBPyConnection, query: str, keys: Sequence[str], stem: Path
) -> dict[str, str]:
    """Write `<stem>.parquet` and `<stem>.csv`, ordered by keys.

    Args:
        connection: Where the query runs.
        query: The rows.
        keys: Columns that tell the rows apart; none where it takes all of them, from left to right.
        stem: Path of the files without suffix.

    Returns:
        The columns and their DuckDB types.
    """
    order = ", ".join(map(quoted, keys)) or "all"
    stem.parent.mkdir(parents=True, exist_ok=True)
    parquet = stem.with_suffix(".parquet")
    connection.execute(
        f"copy ({query} order by {order}) to {literal(parquet)} (format parquet, compression zstd)"
    )
    return print_csv(parquet, stem.with_suffix(".csv"))


def copy_table(source: Path, stem: Path) -> dict[str, str]:
    """Copy a Parquet file that lies in order already, and print it as CSV beside."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    parquet = stem.with_suffix(".parquet")
    shutil.copyfile(source, parquet)
    return print_csv(parquet, stem.with_suffix(".csv"))


def print_csv(parquet: Path, target: Path) -> dict[str, str]:
    """Print a Parquet file as UTF-8 CSV with byte-order mark, safe to open in a spreadsheet.

    Returns:
        The columns and their DuckDB types.
    """
    with engine().cursor() as printer:
        rows = f"from read_parquet({literal(parquet)})"
        columns = columns_of(printer, rows)
        plain = _plain_columns(parquet)
        # The mark is written as the first sign of the first header.
        names = [UTF8_BOM * (number == 0) + name for number, name in enumerate(columns)]
        cells = [
            f"{quoted(name) if name in plain else _cell(name, kind)} as {quoted(shown)}"
            for (name, kind), shown in zip(columns.items(), names, strict=True)
        ]
        printer.execute(
            f"copy (select {', '.join(cells)} {rows}) to {literal(target)} (format csv, header true)"
        )
    return columns


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """Return an engine of one thread: it keeps the order of a file and holds little of it at a time."""
    return duckdb.connect(config={"threads": 1, "enable_external_file_cache": False})


def _plain_columns(parquet: Path) -> set[str]:
    """Return the text columns that need no apostrophe anywhere, by the bounds that the file states of them.

    Looking at each cell costs half as much again as printing it.
    """
    import pyarrow.parquet as pq

    described = pq.read_metadata(parquet)
    # A group without rows states no bounds.
    groups = [described.row_group(number) for number in range(described.num_row_groups) if described.num_rows]
    plain = set()
    for number in range(described.num_columns):
        column = described.schema.column(number)
        stated = [group.column(number).statistics for group in groups]
        if column.logical_type.type == "STRING" and all(
            one is not None
            and (is_neutral_between(one.min, one.max) if one.has_min_max else not one.num_values)
            for one in stated
        ):
            plain.add(column.path)
    return plain


def _cell(name: str, kind: str) -> str:
    column = quoted(name)
    if kind != "VARCHAR":
        return f"cast({column} as varchar)" if kind.endswith("[]") else column
    return neutral_sql(column)


def quoted(name: str) -> str:
    """Return an identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Return a text literal for SQL."""
    return "'" + str(text).replace("'", "''") + "'"
