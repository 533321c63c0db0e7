"""Tables of readings by a written contract: portal CSV, historian CSV and Parquet, long and wide.

One typed DuckDB pass, with explicit types and formats throughout: nothing is detected. A row that breaks the
rules of CSV is named with its line; a cell that cannot be read is null in its place and named. Times with an
offset, or of a zone other than Taiwan's, are instants and land in the landing clock; of a doubled hour the
first reading in the file is the first hour.
"""

from __future__ import annotations

import datetime
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tracetonne.heavy import duckdb, pq
from tracetonne.landing import limits, meter_contract, store, text
from tracetonne.landing.meter_channel import (
    EPOCH,
    LANDING_OFFSET_S,
    SideWriter,
    document_key,
    observed_clock,
    side_tables,
    zone_clock,
)
from tracetonne.landing.meter_contract import LANDING_ZONE, MeterContract
from tracetonne.landing.meter_shape import cells_of, literal
from tracetonne.landing.meter_table_sql import rows_query, typed_query
from tracetonne.landing.meter_table_text import plain_file, start_of
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, as_row, rejection, unreadable
from tracetonne.settings import Home

_PARQUET = "format parquet, parquet_version v2"
_REJECTIONS_SHOWN = 1000
# What the typed pass found wrong with a cell, in the order of its numbers.
_PROBLEMS = {
    1: ("bad_date", "time"),
    2: ("bad_number", "value"),
    3: ("empty_cell", "value"),
    4: ("bad_value", "quality"),
    5: ("empty_cell", "meter"),
    6: ("unknown_tag", "meter"),
    7: ("skipped_hour", "time"),
    8: ("unknown_unit", "unit"),
}


class MeterTableReader:
    """Reads one kind of table of readings by its contract.

    Args:
        contract: The contract.
    """

    family = "meters"
    standard = "declared contract"
    standard_version = ""

    def __init__(self, contract: MeterContract) -> None:
        self.contract = contract
        self.kind = contract.kind
        self.title = contract.title
        self.title_zh = contract.title_zh
        self.version = contract.version

    @property
    def about(self) -> str:
        """What a table of this kind looks like, for docs/contracts.md."""
        time = self.contract.time
        written = "*Parquet.*" if self.contract.file_format == "parquet" else "*CSV, also packed as gzip.*"
        columns = ", ".join(f"`{name}`" for name in self.contract.needed)
        zone = "each time with its offset" if time.has_offset else time.zone
        length = f"{time.interval_minutes} minutes" if time.interval_minutes else "reads of a register"
        return (
            f"{written} {self.contract.about} Columns {columns}; `{time.column}` is written `{time.format}` "
            f"({zone}) and marks the {time.label} of {length}."
        )

    @property
    def max_bytes(self) -> int:
        """The size of a document that is read as a stream."""
        return limits.current().stream_bytes

    def recognises(self, source: Source) -> bool:
        """Say whether the heading has the contract's columns, and none that it does not know."""
        heading = _heading(source, self.contract)
        known = {_folded(name) for name in (*self.contract.needed, *self.contract.ignore)}
        present = {_folded(name) for name in heading}
        needed = {_folded(name) for name in self.contract.needed}
        return bool(needed) and needed <= present <= known

    def read(self, source: Source) -> Reading:
        """Read the table into Parquet files in the scratch folder.

        Raises:
            UnreadableDocumentError: It cannot be unpacked or opened, a column is missing or stands twice, or
                it has no row.
        """
        if source.scratch is None:
            raise ValueError("a table of readings needs a scratch folder")
        return _Parse(self.contract, source, source.scratch).run()


def own_readers(home: Home) -> list[MeterTableReader]:
    """Return readers for the contracts of meters that lie in `contracts/meter/` of a home.

    Raises:
        WrongUseError: A contract cannot be used.
    """
    folder = home.root / "contracts" / "meter"
    return [MeterTableReader(meter_contract.load(path, is_own=True)) for path in sorted(folder.glob("*.yml"))]


def built_in_readers() -> tuple[MeterTableReader, ...]:
    """Return readers for the product's own contracts."""
    return tuple(MeterTableReader(contract) for contract in meter_contract.built_in())


def _folded(name: str) -> str:
    return text.narrow(name).lower()


def _heading(source: Source, contract: MeterContract) -> list[str]:
    """Return the headings of a table; none where the file is of another format."""
    if contract.file_format == "parquet":
        if not source.head.startswith(b"PAR1"):
            return []
        try:
            return list(pq.read_schema(source.path).names)
        except (OSError, ValueError):
            return []
    if source.head.startswith((b"PAR1", b"PK")):
        return []
    return _cells(start_of(source.head, contract.encoding), contract)[1]


def _cells(start: str, contract: MeterContract) -> tuple[int, list[str]]:
    """Return how many blank lines stand before the heading, and its cells."""
    for number, line in enumerate(start.split("\n")):
        if line.strip("\r \t"):
            if "\x00" in line or len(line) > 100_000:
                return number, []
            return number, [cell.strip() for cell in cells_of(line, contract.delimiter)]
    return 0, []


class _Parse:
    """One table on its way through the engine."""

    def __init__(self, contract: MeterContract, source: Source, scratch: Path) -> None:
        self._contract = contract
        self._source = source
        self._scratch = scratch
        self._rejected = SideWriter("rejected_record", scratch)
        self._first_rejections: list[Rejection] = []
        self._bad_records = 0
        self._in_place = 0
        self._bad_lines: list[int] = []
        self._header_lines = 0

    def run(self) -> Reading:
        path, damaged = self._plain()
        heading = self._heading(path)
        stage = self._scratch / "stage.parquet"
        with _connect(self._scratch) as connection:
            rows = rows_query(self._contract, path, heading, self._header_lines - 1)
            try:
                connection.execute(f"create or replace temp view source_row as {rows}")
                query = typed_query(self._contract, heading, self._meter(), _types(path, self._contract))
                connection.execute(f"copy ({query}) to {literal(stage)} ({_PARQUET})")
            except duckdb.Error as error:
                found = str(error).split("\n", 1)[0]
                raise unreadable(
                    "unreadable_table", expected="a table that the contract fits", found=found
                ) from (error)
            self._name_broken_rows(connection, damaged)
            return self._reading(connection, stage)

    def _plain(self) -> tuple[Path, list[tuple[int, str]]]:
        """Return the file as the engine reads it, and the lines that its encoding does not have."""
        if self._contract.file_format == "parquet":
            self._refuse_too_many_rows()
            return _without_wildcards(self._source.path, self._scratch), []
        packed = self._source.head.startswith(b"\x1f\x8b")
        if not packed and self._contract.encoding == "utf-8":
            return _without_wildcards(self._source.path, self._scratch), []
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
            heading = _heading(self._source, self._contract)
        else:
            with path.open("rb") as handle:
                start = start_of(handle.read(1 << 17), "utf-8")
            skipped, heading = _cells(start, self._contract)
            self._header_lines = skipped + 1
        folded = [_folded(name) for name in heading]
        twice = sorted({name for name in folded if folded.count(name) > 1})
        if twice:
            place = f"line {self._header_lines}"
            raise UnreadableDocumentError(
                [rejection("duplicate_column", place, field=name) for name in twice]
            )
        missing = [name for name in self._contract.needed if _folded(name) not in folded]
        if missing:
            place = f"line {self._header_lines}" if self._header_lines else "file"
            found = ", ".join(heading)
            raise UnreadableDocumentError(
                [rejection("missing_column", place, field=name, found=found) for name in missing]
            )
        return folded

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

    def _name_broken_rows(
        self, connection: duckdb.DuckDBPyConnection, damaged: Sequence[tuple[int, str]]
    ) -> None:
        """Name the lines that are no row of the table."""
        if self._contract.file_format == "parquet":
            return
        readings_a_row = max(1, len(self._contract.channels)) if self._contract.layout == "wide" else 1
        cursor = connection.execute(
            "select line, error_type, csv_line, error_message from reject_errors order by line, column_idx"
        )
        lines = {line: what for line, what in damaged}
        seen: set[int] = set()
        for line, kind, original, said in _fetched(cursor):
            if line in seen:
                continue
            seen.add(line)
            code = {"INVALID ENCODING": "wrong_encoding", "LINE SIZE OVER MAXIMUM": "line_too_long"}.get(
                kind, "wrong_columns"
            )
            if line in lines:
                code, said = "wrong_encoding", lines[line]
            # An open quotation mark takes the lines behind it along.
            inside = max(1, len([one for one in (original or "").split("\n") if one.strip()]))
            self._bad_lines += range(line, line + inside)
            expected = self._contract.encoding if code == "wrong_encoding" else "as many cells as the heading"
            self._reject(
                rejection(
                    code, f"line {line}", expected=expected, found=said or "", original_text=original or ""
                ),
                readings_a_row * inside,
            )

    def _reject(self, one: Rejection, count: int) -> None:
        self._bad_records += count
        self._rejected.add(as_row(one))
        if len(self._first_rejections) < _REJECTIONS_SHOWN:
            self._first_rejections.append(one)

    def _reading(self, connection: duckdb.DuckDBPyConnection, stage: Path) -> Reading:
        staged = f"read_parquet({literal(stage)}, file_row_number = true)"
        count = store.count_rows(stage)
        if not count and not self._bad_records:
            place = f"line {self._header_lines + 1}"
            raise unreadable("empty_file", place, expected="readings below the heading", found="none")
        self._name_bad_cells(connection, staged)
        tables: dict[str, Any] = {}
        if count:
            target = self._scratch / "meter_reading.parquet"
            connection.execute(
                "copy (select meter, interval_start_local, interval_minutes, quantity, unit, quality "
                f"from {staged}) to {literal(target)} ({_PARQUET})"
            )
            tables["meter_reading"] = target
        note, channel, block, clock = (
            SideWriter(f"meter_{name}", self._scratch)
            for name in ("reading_note", "channel", "block", "clock")
        )
        for number, code, reason in _fetched(
            connection.execute(
                "select file_row_number + 1, note_code, note_reason "
                f"from {staged} where note_code is not null order by file_row_number"
            )
        ):
            note.add({"reading_number": number, "quality_code": code, "quality_reason": reason})
        meters, first, last = self._describe(connection, staged, channel, clock)
        if count:
            unit = "row" if self._contract.file_format == "parquet" else "line"
            place = f"{unit} {self._header_lines + 1} on, {self._readings_a_row()} a row"
            block.add({"first_reading_number": 1, "reading_count": count, "locator": place})
        tables |= side_tables(
            meter_reading_note=note, meter_channel=channel, meter_block=block, meter_clock=clock,
            rejected_record=self._rejected,
        )  # fmt: skip
        is_line = self._contract.layout == "long" and not self._bad_lines and self._header_lines > 0
        end = None
        if last is not None:
            end = last.date() if last.time() == datetime.time() else last.date() + datetime.timedelta(days=1)
        return Reading(
            records=tables,
            rejections=self._first_rejections,
            records_rejected=self._bad_records,
            records_in_place=self._in_place,
            document_key=document_key(meters, first.date() if first else None, end),
            document_date=last.date().isoformat() if last else "",
            period_start=first.date() if first else None,
            period_end=end,
            source_zone=self._zone(),
            encoding="parquet" if self._contract.file_format == "parquet" else self._contract.encoding,
            locator_kind="line" if is_line and self._proves_lines(count) else "stored",
            header_lines=self._header_lines,
        )

    def _readings_a_row(self) -> int:
        return len(self._contract.channels) if self._contract.layout == "wide" else 1

    def _proves_lines(self, count: int) -> bool:
        """Say whether one record is one line of the document as it is stored."""
        if self._source.head.startswith(b"\x1f\x8b") or self._source.lines is None:
            return False
        return self._contract.encoding == "utf-8" and count + self._header_lines == self._source.lines()

    def _zone(self) -> str:
        return "as each time prints it" if self._contract.time.has_offset else self._contract.time.zone

    def _name_bad_cells(self, connection: duckdb.DuckDBPyConnection, staged: str) -> None:
        """Name each bad cell with its line, and count each bad reading once."""
        cursor = connection.execute(
            "select source_row, channel, problems, time_text, value_text, quality_text, meter_text, "
            f"unit_text from {staged} where len(problems) > 0 order by file_row_number"
        )
        passed = 0
        self._bad_lines.sort()
        for row, channel, problems, *printed in _fetched(cursor):
            line = row + self._header_lines + passed
            while passed < len(self._bad_lines) and self._bad_lines[passed] <= line:
                passed, line = passed + 1, line + 1
            self._in_place += 1
            self._bad_records += 1
            texts = dict(zip(("time", "value", "quality", "meter", "unit"), printed, strict=True))
            for problem in problems:
                code, part = _PROBLEMS[problem]
                where = f"line {line}" if self._header_lines else f"row {row}"
                self._reject(
                    rejection(
                        code,
                        where,
                        field=channel if part == "value" and channel else self._column(part),
                        expected=self._expected(part),
                        found=texts[part] or "",
                        original_text=",".join(str(one or "") for one in printed),
                    ),
                    0,
                )

    def _column(self, part: str) -> str:
        contract = self._contract
        return {
            "time": contract.time.column,
            "value": contract.value_column,
            "quality": contract.quality_column or "quality",
            "meter": contract.meter_column or "meter",
            "unit": contract.unit_column,
        }[part]

    def _expected(self, part: str) -> str:
        contract = self._contract
        if part == "quality" and contract.quality_scheme == "words":
            return " | ".join(contract.quality_words)
        return {
            "time": f"{contract.time.format}, 1990 to 2099",
            "value": f"a number with {contract.decimal} as decimal mark",
            "quality": meter_contract.QUALITY_SCHEMES.get(contract.quality_scheme, ""),
            "meter": " | ".join(one.column for one in contract.channels[:20]) or "a meter",
            "unit": "a unit",
        }[part]

    def _describe(
        self, connection: duckdb.DuckDBPyConnection, staged: str, channel: SideWriter, clock: SideWriter
    ) -> tuple[list[str], datetime.datetime | None, datetime.datetime | None]:
        """Write channels and clocks, and return the meters with first start and last end."""
        found = connection.execute(
            f"""
            select meter, unit, min(interval_start_local),
                max(interval_start_local + interval_minutes * interval 1 minute), min(channel),
                count(*) filter (where quality = 'A'), count(*) filter (where quality in ('E', 'S', 'F')),
                count(*) filter (where quality = 'N')
            from {staged} where meter is not null group by meter, unit order by meter, unit
            """
        ).fetchall()
        forms = {one.meter: one for one in self._contract.channels}
        for meter, unit, _, _, column, *counts in found:
            form = forms.get(meter)
            channel.add(
                {
                    "meter": meter,
                    "register": column or None,
                    "commodity": (form.commodity or None) if form else None,
                    "flow_direction": form.flow_direction if form else None,
                    "unit": unit,
                    "base_unit": unit,
                    "multiplier": (form.multiplier or None) if form else None,
                    "accumulation": form.accumulation if form else self._contract.accumulation,
                    "interval_label": self._contract.time.label,
                    "interval_minutes": str(self._contract.time.interval_minutes),
                    "source_zone": self._zone(),
                    "quality_codes": " ".join(
                        f"{letter}:{n}" for letter, n in zip(("A", "E/S/F", "N"), counts, strict=True) if n
                    ),
                }
            )
        starts = [one[2] for one in found if one[2] is not None]
        ends = [one[3] for one in found if one[3] is not None]
        first, last = min(starts, default=None), max(ends, default=None)
        meters = sorted({one[0] for one in found})
        if first is not None and last is not None:
            self._write_clocks(connection, staged, meters, clock, (first, last))
        return meters, first, last

    def _write_clocks(
        self, connection: duckdb.DuckDBPyConnection, staged: str, meters: Sequence[str], clock: SideWriter,
        span: tuple[datetime.datetime, datetime.datetime],
    ) -> None:  # fmt: skip
        """Write what the clock of the document showed; that of Taiwan goes without saying."""
        if self._contract.time.has_offset:
            points = connection.execute(
                f"""
                select meter, epoch_ms(interval_start_local) // 1000 - {LANDING_OFFSET_S}, offset_minutes
                from (
                    select meter, interval_start_local, offset_minutes,
                        lag(offset_minutes) over (partition by meter order by interval_start_local) as before
                    from {staged} where interval_start_local is not null and offset_minutes is not null
                )
                where before is distinct from offset_minutes
                """
            ).fetchall()
            for meter in meters:
                for row in observed_clock((at, minutes) for one, at, minutes in points if one == meter).rows(
                    meter
                ):
                    clock.add(row)
        elif self._contract.time.zone != LANDING_ZONE:
            first, last = (int((one - EPOCH).total_seconds()) - LANDING_OFFSET_S for one in span)
            shown = zone_clock(self._contract.time.zone, first, last)
            for meter in meters:
                for row in shown.rows(meter):
                    clock.add(row)


def _types(path: Path, contract: MeterContract) -> dict[str, str]:
    """Return the types of the columns of a Parquet file, by folded heading; none for CSV, which is text."""
    if contract.file_format != "parquet":
        return {}
    query = f"describe select * from read_parquet({literal(path)})"
    with duckdb.connect() as connection:
        return {_folded(row[0]): row[1] for row in connection.execute(query).fetchall()}


def _fetched(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := cursor.fetchmany(10_000):
        yield from batch


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
