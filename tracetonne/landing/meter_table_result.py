"""What a typed table of readings becomes: landing tables, bad cells by name, channels and clocks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tracetonne.heavy import duckdb
from tracetonne.landing import meter_contract, store
from tracetonne.landing.meter_channel import (
    EPOCH,
    LANDING_OFFSET_S,
    Rejections,
    SideWriter,
    document_key,
    observed_clock,
    side_tables,
    zone_clock,
)
from tracetonne.landing.meter_contract import LANDING_ZONE, MeterContract
from tracetonne.landing.meter_shape import literal
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import rejection, unreadable

PARQUET = "format parquet, parquet_version v2"
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


class TableResult:
    """The rows of a table after the typed pass.

    Args:
        contract: What the table says and how.
        source: The document.
        connection: The engine that typed it.
        stage: The typed rows.
        header_lines: Lines up to and with the heading; zero for Parquet.
        rejections: Takes what is wrong.
    """

    def __init__(
        self, contract: MeterContract, source: Source, connection: duckdb.DuckDBPyConnection, stage: Path,
        header_lines: int, rejections: Rejections,
    ) -> None:  # fmt: skip
        self._contract = contract
        self._source = source
        self._connection = connection
        self._count = store.count_rows(stage)
        self._staged = f"read_parquet({literal(stage)}, file_row_number = true)"
        self._header_lines = header_lines
        self._rejections = rejections

    def reading(self, scratch: Path, bad_lines: Sequence[int]) -> Reading:
        """Write the landing tables, and return what was read.

        Args:
            scratch: A folder for the tables.
            bad_lines: Lines of the document that are no row of the table, in order.

        Raises:
            UnreadableDocumentError: There is no row.
        """
        rejections = self._rejections
        if not self._count and not rejections.records:
            place = f"line {self._header_lines + 1}"
            raise unreadable("empty_file", place, expected="readings below the heading", found="none")
        self._name_bad_cells(bad_lines)
        tables: dict[str, Any] = {}
        if self._count:
            target = scratch / "meter_reading.parquet"
            self._connection.execute(
                "copy (select meter, interval_start_local, interval_minutes, quantity, unit, quality "
                f"from {self._staged}) to {literal(target)} ({PARQUET})"
            )
            tables["meter_reading"] = target
        note, channel, block, clock = (
            SideWriter(f"meter_{name}", scratch) for name in ("reading_note", "channel", "block", "clock")
        )
        for number, code, reason in fetched(
            self._connection.execute(
                "select file_row_number + 1, note_code, note_reason "
                f"from {self._staged} where note_code is not null order by file_row_number"
            )
        ):
            note.add({"reading_number": number, "quality_code": code, "quality_reason": reason})
        meters, first, last = self._describe(channel, clock)
        if self._count:
            unit = "row" if self._contract.file_format == "parquet" else "line"
            place = f"{unit} {self._header_lines + 1} on, {self._contract.readings_a_row} a row"
            block.add({"first_reading_number": 1, "reading_count": self._count, "locator": place})
        tables |= side_tables(
            meter_reading_note=note, meter_channel=channel, meter_block=block, meter_clock=clock,
            rejected_record=rejections.writer,
        )  # fmt: skip
        is_line = self._contract.layout == "long" and not bad_lines and self._header_lines > 0
        end = None
        if last is not None:
            end = last.date() if last.time() == datetime.time() else last.date() + datetime.timedelta(days=1)
        return Reading(
            records=tables,
            rejections=rejections.first,
            records_rejected=rejections.records,
            records_in_place=rejections.in_place,
            document_key=document_key(meters, first.date() if first else None, end),
            document_date=last.date().isoformat() if last else "",
            period_start=first.date() if first else None,
            period_end=end,
            source_zone=self._zone(),
            encoding="parquet" if self._contract.file_format == "parquet" else self._contract.encoding,
            locator_kind="line" if is_line and self._proves_lines() else "stored",
            header_lines=self._header_lines,
        )

    def _proves_lines(self) -> bool:
        """Say whether one record is one line of the document as it is stored."""
        if self._source.head.startswith(b"\x1f\x8b") or self._source.lines is None:
            return False
        is_plain = self._contract.encoding == "utf-8"
        return is_plain and self._count + self._header_lines == self._source.lines()

    def _zone(self) -> str:
        return "as each time prints it" if self._contract.time.has_offset else self._contract.time.zone

    def _name_bad_cells(self, bad_lines: Sequence[int]) -> None:
        """Name each bad cell with its line, and count each bad reading once."""
        cursor = self._connection.execute(
            "select source_row, channel, problems, time_text, value_text, quality_text, meter_text, "
            f"unit_text from {self._staged} where len(problems) > 0 order by file_row_number"
        )
        passed = 0
        for row, channel, problems, *printed in fetched(cursor):
            line = row + self._header_lines + passed
            while passed < len(bad_lines) and bad_lines[passed] <= line:
                passed, line = passed + 1, line + 1
            texts = dict(zip(("time", "value", "quality", "meter", "unit"), printed, strict=True))
            for index, problem in enumerate(problems):
                code, part = _PROBLEMS[problem]
                where = f"line {line}" if self._header_lines else f"row {row}"
                one = rejection(
                    code,
                    where,
                    field=channel if part == "value" and channel else self._column(part),
                    expected=self._expected(part),
                    found=texts[part] or "",
                    original_text=",".join(str(one or "") for one in printed),
                )
                self._rejections.add(one, int(index == 0), int(index == 0))

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
        self, channel: SideWriter, clock: SideWriter
    ) -> tuple[list[str], datetime.datetime | None, datetime.datetime | None]:
        """Write channels and clocks, and return the meters with first start and last end."""
        found = self._connection.execute(
            f"""
            select meter, unit, min(interval_start_local),
                max(interval_start_local + interval_minutes * interval 1 minute), min(channel),
                count(*) filter (where quality = 'A'), count(*) filter (where quality in ('E', 'S', 'F')),
                count(*) filter (where quality = 'N')
            from {self._staged} where meter is not null group by meter, unit order by meter, unit
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
            self._write_clocks(meters, clock, (first, last))
        return meters, first, last

    def _write_clocks(
        self, meters: Sequence[str], clock: SideWriter, span: tuple[datetime.datetime, datetime.datetime]
    ) -> None:
        """Write what the clock of the document showed; that of Taiwan goes without saying."""
        if self._contract.time.has_offset:
            points = self._connection.execute(
                f"""
                select meter, epoch_ms(interval_start_local) // 1000 - {LANDING_OFFSET_S}, offset_minutes
                from (
                    select meter, interval_start_local, offset_minutes,
                        lag(offset_minutes) over (partition by meter order by interval_start_local) as before
                    from {self._staged} where interval_start_local is not null and offset_minutes is not null
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


def fetched(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a result, a batch at a time."""
    while batch := cursor.fetchmany(10_000):
        yield from batch
