"""One table of readings on its way through the engine: opened, typed by its contract, broken rows named."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from pathlib import Path

from tracetonne.heavy import duckdb, pq
from tracetonne.landing import limits
from tracetonne.landing.meter_channel import Rejections
from tracetonne.landing.meter_contract import MeterContract
from tracetonne.landing.meter_shape import literal
from tracetonne.landing.meter_table_heading import check_heading, folded, heading_cells, heading_of
from tracetonne.landing.meter_table_result import PARQUET, TableResult, fetched
from tracetonne.landing.meter_table_sql import rows_query, typed_query
from tracetonne.landing.meter_table_text import (
    LONGEST_LINE,
    Damage,
    has_long_line,
    plain_file,
    start_of,
)
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import rejection, unreadable

_HEAD_BYTES = 1 << 17
_BROKEN = {"INVALID ENCODING": "wrong_encoding", "LINE SIZE OVER MAXIMUM": "line_too_long"}


class TablePass:
    """Reads one table.

    Args:
        contract: What the table says and how.
        source: The document.
        scratch: An empty folder.
    """

    def __init__(self, contract: MeterContract, source: Source, scratch: Path) -> None:
        self._contract = contract
        self._source = source
        self._scratch = scratch
        self._rejections = Rejections(scratch)
        self._bad_lines: list[int] = []
        self._header_lines = 0

    def run(self) -> Reading:
        """Read the table into Parquet files in the scratch folder.

        Raises:
            UnreadableDocumentError: It cannot be unpacked or opened, a column is missing or stands twice, or
                it has no row.
        """
        path, damaged = self._plain()
        heading = self._heading(path)
        stage = self._scratch / "stage.parquet"
        with _connect(self._scratch) as connection:
            rows = rows_query(self._contract, path, heading, self._header_lines - 1)
            try:
                connection.execute(f"create or replace temp view source_row as {rows}")
                query = typed_query(self._contract, heading, self._meter(), _types(path, self._contract))
                connection.execute(f"copy ({query}) to {literal(stage)} ({PARQUET})")
            except duckdb.Error as error:
                found = str(error).split("\n", 1)[0]
                raise unreadable(
                    "unreadable_table", expected="a table that the contract fits", found=found
                ) from error
            self._name_broken_rows(connection, damaged)
            result = TableResult(
                self._contract, self._source, connection, stage, self._header_lines, self._rejections
            )
            return result.reading(self._scratch, sorted(self._bad_lines))

    def _plain(self) -> tuple[Path, Mapping[int, Damage]]:
        """Return the file as the engine reads it, and the lines that it could not read by their number."""
        if self._contract.file_format == "parquet":
            self._refuse_too_many_rows()
            return _without_wildcards(self._source.path, self._scratch), {}
        packed = self._source.head.startswith(b"\x1f\x8b")
        if not packed and self._contract.encoding == "utf-8" and not has_long_line(self._source.path):
            return _without_wildcards(self._source.path, self._scratch), {}
        try:
            return plain_file(self._source, self._contract.encoding, self._scratch)
        except (zlib.error, EOFError, OSError) as error:
            raise unreadable("bad_archive", expected="a complete gzip file", found=str(error)) from error

    def _refuse_too_many_rows(self) -> None:
        """Refuse a Parquet file that cannot be opened, or that would unpack to more than a disk holds."""
        allowed = limits.current().table_rows
        try:
            rows = pq.read_metadata(self._source.path).num_rows
        except (OSError, ValueError) as error:
            raise unreadable(
                "unreadable_table", expected="a complete Parquet file", found=str(error)
            ) from error
        if rows > allowed:
            raise unreadable("too_large", expected=f"at most {allowed:,} rows", found=f"{rows:,} rows")

    def _heading(self, path: Path) -> list[str]:
        if self._contract.file_format == "parquet":
            return check_heading(heading_of(self._source, self._contract), self._contract, "file")
        with path.open("rb") as handle:
            start = start_of(handle.read(_HEAD_BYTES), "utf-8")
        skipped, heading = heading_cells(start, self._contract)
        self._header_lines = skipped + 1
        return check_heading(heading, self._contract, f"line {self._header_lines}")

    def _meter(self) -> str:
        """Return the meter of a table that has one for all rows."""
        if self._contract.meter_name or not self._contract.meter_from_file_name:
            return self._contract.meter_name
        match = re.search(self._contract.meter_from_file_name, self._source.file_name)
        name = re.sub(r"[\s,;]+", "_", match["meter"]) if match else ""
        if not name:
            raise unreadable(
                "missing_key", field="meter",
                expected=f"a file name that fits {self._contract.meter_from_file_name}",
                found=self._source.file_name,
            )  # fmt: skip
        return name

    def _name_broken_rows(self, connection: duckdb.DuckDBPyConnection, damaged: Mapping[int, Damage]) -> None:
        """Name the lines that are no row of the table."""
        if self._contract.file_format == "parquet":
            return
        cursor = connection.execute(
            "select line, error_type, csv_line, error_message from reject_errors order by line, column_idx"
        )
        seen: set[int] = set()
        for line, kind, original, said in fetched(cursor):
            if line in seen:
                continue
            seen.add(line)
            code = _BROKEN.get(kind, "wrong_columns")
            if line in damaged:
                code, said = damaged[line]
            # An open quotation mark takes the lines behind it along.
            inside = max(1, len([one for one in (original or "").split("\n") if one.strip()]))
            self._bad_lines += range(line, line + inside)
            expected = {
                "wrong_encoding": self._contract.encoding,
                "line_too_long": f"lines of at most {LONGEST_LINE:,} bytes",
            }.get(code, "as many cells as the heading")
            one = rejection(
                code, f"line {line}", expected=expected, found=said or "", original_text=original or ""
            )
            self._rejections.add(one, self._contract.readings_a_row * inside)


def _types(path: Path, contract: MeterContract) -> dict[str, str]:
    """Return the types of the columns of a Parquet file, by folded heading; none for CSV, which is text."""
    if contract.file_format != "parquet":
        return {}
    query = f"describe select * from read_parquet({literal(path)})"
    with duckdb.connect() as connection:
        return {folded(row[0]): row[1] for row in connection.execute(query).fetchall()}


def _connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "memory_limit": "1GB",
            "temp_directory": str(scratch / "duckdb"),
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
        }
    )


def _without_wildcards(path: Path, scratch: Path) -> Path:
    """Return a path that the engine does not take for a pattern, nor its ending for a packing."""
    link = scratch / "table"
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    return link
