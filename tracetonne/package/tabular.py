"""Write one query as Parquet and as CSV, the same bytes whatever the number of threads.

Belongs here: how a table becomes files. Does not: which tables a package holds (`collect.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tracetonne.neutral import neutral_sql

UTF8_BOM = b"\xef\xbb\xbf"  # Without it spreadsheets read Chinese text in the local code page.


def columns_of(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    """Return the column names and DuckDB types of a query."""
    described = connection.execute(f"describe {query}").fetchall()
    return {row[0]: row[1] for row in described}


def write_table(
    connection: duckdb.DuckDBPyConnection, query: str, keys: Sequence[str], stem: Path
) -> dict[str, str]:
    """Write `<stem>.parquet` and `<stem>.csv`, ordered by the keys and then by every other column.

    Args:
        connection: Where the query runs.
        query: The rows.
        keys: Columns to order by first; those that the query does not have are left out.
        stem: Path of the files without suffix.

    Returns:
        The columns and their DuckDB types.
    """
    columns = columns_of(connection, query)
    order = [key for key in keys if key in columns]
    order += [name for name in columns if name not in order]
    ordered = f"select * from ({query}) order by {', '.join(map(quoted, order))}"
    stem.parent.mkdir(parents=True, exist_ok=True)
    parquet = stem.with_suffix(".parquet")
    connection.execute(f"copy ({ordered}) to {literal(parquet)} (format parquet, compression zstd)")
    print_csv(connection, parquet, stem.with_suffix(".csv"))
    return columns


def print_csv(connection: duckdb.DuckDBPyConnection, parquet: Path, target: Path) -> None:
    """Print a Parquet file as UTF-8 CSV with byte-order mark, safe to open in a spreadsheet."""
    columns = columns_of(connection, f"from read_parquet({literal(parquet)})")
    body = target.with_suffix(".body")
    cells = ", ".join(f"{_cell(name, kind)} as {quoted(name)}" for name, kind in columns.items())
    connection.execute(
        # Without the order, several threads write their parts of the CSV as they come.
        f"copy (select {cells} from read_parquet({literal(parquet)}, file_row_number = true) "
        "order by file_row_number) "
        f"to {literal(body)} (format csv, header true)"
    )
    with target.open("wb") as whole, body.open("rb") as part:
        whole.write(UTF8_BOM)
        shutil.copyfileobj(part, whole, 1 << 20)
    body.unlink()


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
