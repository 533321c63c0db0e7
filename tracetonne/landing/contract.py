"""Tabular documents read by a written contract: `contracts/<kind>.yml` names columns, types and the key.

The same contract reads CSV (UTF-8 or cp950) and XLSX (first sheet whose first row is the heading). A row
lands as it is printed if every cell can be read in one way only; otherwise the whole row is rejected, each
bad cell named, because half a record would count as a wrong quantity.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tracetonne.landing import text, units
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.records import (
    LONGEST_LINE,
    Record,
    csv_records,
    delimiter_of,
    split_cells,
    workbook_records,
)
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable
from tracetonne.landing.workbook import sheet_names

CONTRACTS = Path(__file__).parent / "contracts"
_ZIP = b"PK\x03\x04"
# So much of a heading must be there for the document to be of the kind; the rest is reported as missing.
_RECOGNISED_SHARE = 0.5


@dataclass(frozen=True)
class Column:
    """A column of a document.

    Args:
        name: Its heading.
        column: The landing column; the heading if not given.
        type: text, date, month, number, quantity (a number not below zero), word or unit.
        required: Whether a cell may not be empty.
        optional: Whether the whole column may be missing.
        words: What a word may be, with its meaning.
        units_of: What a unit belongs to: `quantity`, a calculation factor by name, or a column in braces
            whose value names the factor, such as `{parameter}`.
        unit: The unit that the heading states, landed in `unit_column` beside each filled cell.
        unit_column: Where `unit` lands.
        meaning: What it says, for docs/contracts.md.
    """

    name: str
    column: str
    type: str = "text"
    required: bool = False
    optional: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    units_of: str = ""
    unit: str = ""
    unit_column: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Contract:
    """One kind of tabular document."""

    kind: str
    version: str
    title: str
    title_zh: str
    table: str
    about: str
    family: str
    standard: str
    standard_version: str
    columns: tuple[Column, ...]
    constants: Mapping[str, str]
    key: tuple[str, ...]
    key_with_period: bool
    document_date: str
    period_from: str
    period_to: str
    period_to_inclusive: bool


@functools.cache
def load(kind: str) -> Contract:
    """Read the contract of a kind."""
    written = yaml.safe_load((CONTRACTS / f"{kind}.yml").read_text(encoding="utf-8"))
    return Contract(
        kind=kind,
        version=str(written["version"]),
        title=written["title"],
        title_zh=written["title_zh"],
        table=written["table"],
        about=written["about"].strip(),
        family=written["family"],
        standard=written.get("standard", "declared contract"),
        standard_version=str(written.get("standard_version", written["version"])),
        columns=tuple(_column(one) for one in written["columns"]),
        constants=written.get("constants", {}),
        key=tuple(written.get("key", ())),
        key_with_period=written.get("key_with_period", False),
        document_date=written.get("document_date", ""),
        period_from=written["period"]["from"],
        period_to=written["period"]["to"],
        period_to_inclusive=written["period"]["to_inclusive"],
    )


def _column(written: dict[str, Any]) -> Column:
    return Column(**{"column": written["name"], **written})


def kinds() -> list[str]:
    """Return the kinds that have a contract."""
    return sorted(path.stem for path in CONTRACTS.glob("*.yml"))


def _heading(cells: Sequence[str]) -> list[str]:
    return [text.narrow(cell).lower() for cell in cells]


def _likeness(contract: Contract, heading: Sequence[str]) -> float:
    """Return the share of columns that contract and heading have in common."""
    names = {column.name.lower() for column in contract.columns}
    present = {name for name in heading if name}
    return len(names & present) / len(names | present) if present else 0.0


def kind_of(heading: Sequence[str]) -> str:
    """Return the kind whose contract a heading fits best, or nothing where none fits."""
    likeness, kind = max((_likeness(load(kind), _heading(heading)), kind) for kind in kinds())
    return kind if likeness >= _RECOGNISED_SHARE else ""


class ContractReader:
    """Reads one kind of tabular document by its contract.

    Args:
        kind: Name of the contract.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind

    @property
    def contract(self) -> Contract:
        """The contract."""
        return load(self.kind)

    @property
    def title(self) -> str:
        """What the document is, for people."""
        return self.contract.title

    @property
    def title_zh(self) -> str:
        """The same in Traditional Chinese."""
        return self.contract.title_zh

    @property
    def version(self) -> str:
        """Raised when the same bytes would land differently."""
        return self.contract.version

    @property
    def family(self) -> str:
        """Where it belongs: a name in `FAMILIES`."""
        return self.contract.family

    @property
    def standard(self) -> str:
        """Who says what the format is."""
        return self.contract.standard

    @property
    def standard_version(self) -> str:
        """The versions that are read."""
        return self.contract.standard_version

    def recognises(self, source: Source) -> bool:
        """Say whether the heading fits this contract better than any other."""
        if source.head.startswith(_ZIP):
            return bool(sheet_names(source.path)) and self._sheet(source) is not None
        codec, skip = text.tell_encoding(source.head)
        start = source.head[skip:].decode(codec, "replace").lstrip("\r\n")
        first = re.split(r"[\r\n]", start, maxsplit=1)[0]
        if "\x00" in first or len(first) > LONGEST_LINE:
            return False
        return kind_of(split_cells(first, delimiter_of(first))) == self.kind

    def _sheet(self, source: Source) -> list[Record] | None:
        """Return the records of the first sheet with this contract's heading."""
        sheets = workbook_records(source.path)
        return next((records for records in sheets if kind_of(records[0].cells) == self.kind), None)

    def read(self, source: Source) -> Reading:
        """Read the document.

        Raises:
            UnreadableDocumentError: The file is in no known encoding, lacks a column or holds no record.
        """
        records, encoding = self._records(source)
        heading = _heading(records[0].cells)
        places, unread = self._places(heading, records[0])
        rows: list[dict[str, str | None]] = []
        rejections: list[Rejection] = []
        rejected = 0
        for record in records[1:]:
            cells, problems = self._judge(record, heading, places)
            rejections += problems
            rejected += bool(problems)
            if not problems:
                rows.append(self._row(record, cells))
        if not rows and not rejections:
            raise unreadable(
                "empty_file", records[0].locator, expected="records below the heading", found="none"
            )
        start, end = self._period(rows)
        return Reading(
            records={self.contract.table: rows} if rows else {},
            rejections=rejections,
            records_rejected=rejected,
            document_key=self._key(rows, start, end),
            document_date=self._document_date(rows),
            period_start=start,
            period_end=end,
            encoding=encoding,
            locator_kind="stored",
            header_lines=1,
            message=f"Columns that are not read: {', '.join(unread)}." if unread else "",
        )

    def _records(self, source: Source) -> tuple[list[Record], str]:
        """Return all records, heading first, and the encoding."""
        if source.head.startswith(_ZIP):
            return self._sheet(source) or [], "xlsx"
        data = source.path.read_bytes()
        if b"\n" not in data:
            # Lines of old Macintosh programs end with a carriage return.
            data = data.replace(b"\r", b"\n")
        codec, skip = text.tell_encoding(data[: 1 << 20])
        if codec == "utf-16":
            raise unreadable("wrong_encoding", expected="UTF-8 or cp950 (Big5)", found="UTF-16")
        records = list(csv_records(data, codec, skip))
        if not records or records[0].problem:
            found = records[0].found if records else "no line"
            raise unreadable("wrong_encoding", "line 1", expected="a heading in UTF-8 or cp950", found=found)
        return records, codec

    def _places(self, heading: Sequence[str], first: Record) -> tuple[dict[str, int], list[str]]:
        """Return where each column stands, and the headings that the contract does not know."""
        problems = []
        places = {}
        for column in self.contract.columns:
            name = column.name.lower()
            if heading.count(name) > 1:
                problems.append(rejection("duplicate_column", first.locator, field=column.name))
            elif name in heading:
                places[column.name] = heading.index(name)
            elif not column.optional:
                problems.append(
                    rejection(
                        "missing_column",
                        first.locator,
                        field=column.name,
                        expected=",".join(one.name for one in self.contract.columns),
                        found=first.original,
                    )
                )
        if problems:
            raise UnreadableDocumentError(problems)
        known = {column.name.lower() for column in self.contract.columns}
        return places, [name for name in heading if name and name not in known]

    def _judge(
        self, record: Record, heading: Sequence[str], places: Mapping[str, int]
    ) -> tuple[dict[str, str], list[Rejection]]:
        """Return the cells by heading, and what is wrong with them."""
        if record.problem:
            return {}, [
                rejection(record.problem, record.locator, found=record.found, original_text=record.original)
            ]
        first = next((cell for cell in record.cells if cell.strip()), "")
        if text.is_total(first):
            return {}, [rejection("total_row", record.locator, found=first, original_text=record.original)]
        cells = list(record.cells)
        while len(cells) > len(heading) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(heading):
            return {}, [
                rejection(
                    "wrong_columns",
                    record.locator,
                    expected=f"{len(heading)} cells",
                    found=f"{len(cells)} cells",
                    original_text=record.original,
                )
            ]
        named = {name: cells[place].strip() for name, place in places.items()}
        problems = [
            problem
            for column in self.contract.columns
            if column.name in named and (problem := _cell_problem(column, named, record)) is not None
        ]
        if not problems and self._ends_early(named):
            problems.append(
                rejection(
                    "interval_order",
                    record.locator,
                    field=self.contract.period_to,
                    expected=f"after {named[self.contract.period_from]}",
                    found=named[self.contract.period_to],
                    original_text=record.original,
                )
            )
        return named, problems

    def _ends_early(self, named: Mapping[str, str]) -> bool:
        start, end = self._span(named)
        return start is not None and end is not None and end <= start

    def _span(self, named: Mapping[str, str]) -> tuple[datetime.date | None, datetime.date | None]:
        """Return a record's first day and the day after its last."""
        start, _ = text.read_date(named.get(self.contract.period_from) or "")
        end, _ = text.read_date(named.get(self.contract.period_to) or "")
        if end and self.contract.period_to_inclusive:
            end += datetime.timedelta(days=1)
        return start, end

    def _row(self, record: Record, named: Mapping[str, str]) -> dict[str, str | None]:
        row: dict[str, str | None] = {**self.contract.constants, "locator": record.locator}
        for column in self.contract.columns:
            value = named.get(column.name) or None
            row[column.column] = value
            if column.unit_column:
                row[column.unit_column] = column.unit if value else None
        return row

    def _landed(self, name: str) -> str:
        """Return the landing column of a heading."""
        return next(column.column for column in self.contract.columns if column.name == name)

    def _named(self, row: Mapping[str, str | None], *names: str) -> dict[str, str]:
        return {name: row.get(self._landed(name)) or "" for name in names}

    def _period(
        self, rows: Sequence[Mapping[str, str | None]]
    ) -> tuple[datetime.date | None, datetime.date | None]:
        """Return the first day of all records, and the day after the last; no end where one is open."""
        spans = [
            self._span(self._named(row, self.contract.period_from, self.contract.period_to)) for row in rows
        ]
        starts = [start for start, _ in spans if start]
        ends = [end for _, end in spans if end]
        return min(starts, default=None), max(ends) if ends and len(ends) == len(spans) else None

    def _document_date(self, rows: Sequence[Mapping[str, str | None]]) -> str:
        if not rows or not self.contract.document_date:
            return ""
        name = self._landed(self.contract.document_date)
        dates = [date for row in rows if (date := text.read_date(row.get(name) or "")[0])]
        return max(dates).isoformat() if dates else ""

    def _key(
        self,
        rows: Sequence[Mapping[str, str | None]],
        start: datetime.date | None,
        end: datetime.date | None,
    ) -> str:
        """Return the business key: the distinct key cells, with the period where that is part of it."""
        if not rows:
            return ""
        keys = {"|".join(row.get(self._landed(name)) or "" for name in self.contract.key) for row in rows} - {
            ""
        }
        parts = [",".join(sorted(keys))] if keys else []
        if self.contract.key_with_period and start and end:
            parts.append(f"{start.isoformat()}/{end.isoformat()}")
        return ":".join(parts)


def _cell_problem(column: Column, named: Mapping[str, str], record: Record) -> Rejection | None:
    """Judge one cell."""
    value = named[column.name]
    if not value:
        code, expected = ("empty_cell", f"a {column.type}") if column.required else ("", "")
    else:
        code, expected = _judge_value(column, value, named)
    if not code:
        return None
    return rejection(
        code, record.locator, field=column.name, expected=expected, found=value, original_text=record.original
    )


def _judge_value(column: Column, value: str, named: Mapping[str, str]) -> tuple[str, str]:
    """Return the reason why a filled cell cannot be read, and what was expected; empty where it can."""
    if column.type == "date":
        return text.read_date(value)[1], "a date, 2025-01-31 or 114/01/31"
    if column.type == "month":
        return text.read_month(value)[1], "a month, 2025-01 or 114/01"
    if column.type in ("number", "quantity"):
        code = text.number_problem(value)
        if not code and column.type == "quantity" and text.is_negative(value):
            code = "negative_quantity"
        return code, "a number, 1234.5"
    if column.type == "word":
        return ("" if value in column.words else "bad_value"), " | ".join(column.words)
    if column.type == "unit":
        return _judge_unit(column, value, named)
    if column.type == "code":
        return ("" if re.fullmatch(r"[^\s,;]+", value) else "bad_value"), "a code without blanks"
    return "", ""


def _judge_unit(column: Column, value: str, named: Mapping[str, str]) -> tuple[str, str]:
    if column.units_of == "quantity":
        return ("" if units.is_quantity_unit(value) else "unknown_unit"), "a unit such as kg, t, m3 or kWh"
    by_column = column.units_of.startswith("{")
    parameter = named.get(column.units_of.strip("{}"), "") if by_column else column.units_of
    known = units.factor_units(parameter)
    # An unknown parameter is named by its own column; its unit cannot be judged.
    return ("" if not known or units.is_factor_unit(parameter, value) else "unknown_unit"), " | ".join(known)
