"""Landed records again: small documents whole, the readings of a meter by the predicate of their fact.

Belongs here: reading landing for people who look at a record. Does not: the document's words (`locate.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tracetonne.index import Row, fetched
from tracetonne.package.tabular import literal

_HASH = (
    "cast('0x' || substr(md5(meter || '|' || strftime(interval_start_local, '%Y-%m-%dT%H:%M') || '|' || "
    "coalesce(cast(quantity as varchar), '') || '|' || coalesce(quality, '')), 1, 15) as bigint)"
)
CHECKSUM = (
    "select count(*), cast(coalesce(sum(quantity), 0) as decimal(38, 12)), "
    f"coalesce(sum(cast({_HASH} as decimal(38, 0))), 0)"
)


def used_readings(files: Sequence[Path], row: Row, dropped: Sequence[Row]) -> str:
    """Return the query of the readings that a fact says it rests on, and only those."""
    pairs = ", ".join(f"({literal(edge['evidence_id'])}, {int(edge['record_number'])})" for edge in dropped)
    without = f" and (evidence_id, record_number) not in ({pairs})" if pairs else ""
    return (
        "select * from (select parse_filename(filename, true) as evidence_id, "
        "file_row_number + 1 as record_number, meter, interval_start_local, quantity, unit, quality "
        f"from read_parquet([{', '.join(map(literal, files))}], filename = true, file_row_number = true)) "
        f"where meter = {literal(row['meter'])} "
        f"and interval_start_local >= timestamp {literal(row['from_local'])} "
        f"and interval_start_local < timestamp {literal(row['to_local'])}{without}"
    )


_documents: dict[Path, dict[int, Row]] = {}
_REMEMBERED_DOCUMENTS = 4096


def remembered(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> dict[Path, dict[int, Row]]:
    """Return the landed rows of small documents by record number; a landed document never changes."""
    if len(_documents) > _REMEMBERED_DOCUMENTS:
        _documents.clear()
    unknown = [path for path in files if path not in _documents]
    by_name = {path.stem: path for path in unknown}
    for path in unknown:
        _documents[path] = {}
    for row in landed_rows(connection, unknown, "true"):
        _documents[by_name[row["evidence_id"]]][row["record_number"]] = row
    return {path: _documents[path] for path in files if _documents[path]}


def landed_rows(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], condition: str) -> list[Row]:
    """Return landed rows with `evidence_id` and `record_number`, where an SQL condition holds."""
    if not files:
        return []
    result = connection.execute(
        "select parse_filename(filename, true) as evidence_id, file_row_number + 1 as record_number, "
        f"* exclude (filename, file_row_number) from read_parquet([{', '.join(map(literal, files))}], "
        f"filename = true, file_row_number = true) where {condition}"
    )
    return fetched(result)


_ROWS_ON = re.compile(r"(line|row) (\d+) on, (\d+) a row")


def reading_places(
    connection: duckdb.DuckDBPyConnection, blocks: Sequence[Path], readings: Sequence[Row]
) -> dict[tuple[str, int], str]:
    """Return where readings stand whose documents keep the places of runs of readings.

    Args:
        connection: Any connection.
        blocks: The `meter_block` files of the documents.
        readings: Rows with `evidence_id` and `record_number`.
    """
    if not blocks or not readings:
        return {}
    numbers = sorted({int(row["record_number"]) for row in readings})
    condition = (
        f"first_reading_number <= {numbers[-1]} and first_reading_number + reading_count > {numbers[0]}"
    )
    found = landed_rows(connection, blocks, condition)
    places = {}
    for row in readings:
        evidence, number = row["evidence_id"], int(row["record_number"])
        for block in found:
            index = number - block["first_reading_number"]
            if block["evidence_id"] == evidence and 0 <= index < block["reading_count"]:
                places[evidence, number] = _place_in_block(block["locator"], index)
    return places


def _place_in_block(locator: str, index: int) -> str:
    """Return the place of the reading with this index in a run: an element, a row of JSON, or a line."""
    if locator.startswith("/"):
        return f"{locator}/IntervalReading[{index + 1}]"
    if locator.startswith("$"):
        return f"{locator}[{index}]"
    match = _ROWS_ON.fullmatch(locator)
    return f"{match[1]} {int(match[2]) + index // int(match[3])}" if match else locator


def locator_of(document: Row, row: Row, number: int) -> str | None:
    """Return where a record stands: computed where a record is a line, else as the reader stored it."""
    if document.get("locator_kind") == "line":
        return f"line {number + (document.get('header_lines') or 0)}"
    if row.get("cell"):
        return f"{row['sheet']}!{row['cell']}"
    stored: str | None = row.get("locator")
    return stored
