"""Read tabular documents by a written contract, which names columns, types, key and how the file is written.

The same contract reads CSV and XLSX. A row lands as it is printed if every cell can be read in one way only;
otherwise the whole row is rejected, each bad cell named, because half a record would count as a wrong
quantity. Cells written by another country's habits (decimal comma, minus behind the number, day before
month) land in the canonical form that the contract's declaration gives them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence

from tracetonne.landing import local_text, text, units
from tracetonne.landing.cell_text import ERROR_VALUES
from tracetonne.landing.contract_form import Column, Contract, SkipRule, kinds, load, load_own
from tracetonne.landing.local_text import Spelling
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.records import (
    LONGEST_LINE,
    UNCALCULATED,
    Record,
    csv_records,
    delimiter_of,
    split_cells,
    workbook_records,
)
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable
from tracetonne.landing.workbook import sheet_names
from tracetonne.settings import Home

_ZIP = b"PK\x03\x04"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
# So much of a heading must be there for the document to be of the kind; the rest is reported as missing.
_RECOGNISED_SHARE = 0.5
# A steward's contract may name few of many columns, so all, or nearly all, of its own must be there.
_OWN_SHARE = 0.8


def _folded(heading: str) -> str:
    """Return the form in which two spellings of a heading are the same."""
    return " ".join(text.narrow(heading).split()).lower()


def _heading(cells: Sequence[str]) -> list[str]:
    return [_folded(cell) for cell in cells]


def _likeness(contract: Contract, heading: Sequence[str]) -> float:
    """Return the share of columns in common; a column that may be missing tells only where it is there."""
    names = {_folded(column.name) for column in contract.columns}
    needed = {_folded(column.name) for column in contract.columns if not column.optional}
    present = {name for name in heading if name}
    return len(names & present) / len(needed | present) if present else 0.0


def kind_of(heading: Sequence[str]) -> str:
    """Return the kind whose contract a heading fits best, or nothing where none fits."""
    likeness, kind = max((_likeness(load(kind), _heading(heading)), kind) for kind in kinds())
    return kind if likeness >= _RECOGNISED_SHARE else ""


def _heading_of(head: bytes, contract: Contract) -> tuple[str, ...]:
    """Return the heading's cells in the beginning of a text file; nothing where there is no such line."""
    data, codec, skip = _decodable(head, contract.file.encoding)
    start = data[skip:].decode(codec, "replace")
    if contract.file.heading_line == 1:
        start = start.lstrip("\r\n")
    lines = re.split(r"\r\n|[\r\n]", start, maxsplit=contract.file.heading_line)
    if len(lines) < contract.file.heading_line:
        return ()
    line = lines[contract.file.heading_line - 1]
    if "\x00" in line or len(line) > LONGEST_LINE:
        return ()
    return split_cells(line, contract.file.delimiter or delimiter_of(line))


def _decodable(data: bytes, declared: str) -> tuple[bytes, str, int]:
    """Return a text whose lines can be cut, its encoding and the length of its mark.

    UTF-16 is made UTF-8, because its line ends are no single bytes; a cut or damaged end shows as `�`.
    """
    codec, skip = text.tell_encoding(data[: 1 << 20])
    if declared and not skip:
        codec = "utf-16" if codec == "utf-16" else declared
    if codec == "utf-16":
        return data.decode("utf-16", "replace").encode("utf-8", "replace"), "utf-8", 0
    if b"\n" not in data:
        # Lines of old Macintosh programs end with a carriage return.
        data = data.replace(b"\r", b"\n")
    if codec == "cp950" and not declared and not _decodes(data, codec) and _decodes(data, "big5hkscs"):
        codec = "big5hkscs"
    return data, codec, skip


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


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
        return self._fits(_heading_of(source.head, self.contract))

    def _fits(self, heading: Sequence[str]) -> bool:
        return bool(heading) and kind_of(heading) == self.kind

    def _sheet(self, source: Source) -> list[Record] | None:
        """Return the records of the first sheet with this contract's heading."""
        rules = self.contract.file
        for name, records in workbook_records(source.path, rules.heading_line, rules.fill_merged):
            if name == (rules.sheet or name) and self._fits(records[0].cells):
                return records
        return None

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
            header_lines=self.contract.file.heading_line,
            message=f"Columns that are not read: {', '.join(unread)}." if unread else "",
        )

    def _records(self, source: Source) -> tuple[list[Record], str]:
        """Return all records, heading first, and the encoding."""
        if source.head.startswith(_ZIP):
            return self._sheet(source) or [], "xlsx"
        rules = self.contract.file
        written = source.path.read_bytes()
        data, codec, skip = _decodable(written, rules.encoding)
        records = list(csv_records(data, codec, skip, rules.delimiter, rules.heading_line))
        if not records or records[0].problem:
            found = records[0].found if records else "no line"
            expected = f"a heading in {rules.encoding or 'UTF-8 or cp950'}"
            raise unreadable("wrong_encoding", f"line {rules.heading_line}", expected=expected, found=found)
        # The text was made UTF-8 to cut its lines; the document itself is not.
        is_wide = codec == "utf-8" and (written[:2] in _WIDE_MARKS or rules.encoding == "utf-16")
        return records, "utf-16" if is_wide else codec

    def _places(self, heading: Sequence[str], first: Record) -> tuple[dict[str, int], list[str]]:
        """Return where each column stands, and the headings that the contract does not know."""
        problems = []
        places = {}
        for column in self.contract.columns:
            name = _folded(column.name)
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
        known = {_folded(column.name) for column in self.contract.columns}
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
        if (rule := self._skipped_by(record, places)) is not None:
            found = rule.matches or f"{rule.column} is empty"
            return {}, [rejection("skipped_row", record.locator, found=found, original_text=record.original)]
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
        named, problems = {}, []
        for column in self.contract.columns:
            place = places.get(column.name)
            if place is None:
                continue
            value, problem = self._cell(column, cells[place].strip(), place in record.typed, record)
            named[column.name] = value
            problems += [problem] if problem else []
        for column in self.contract.columns:
            if column.type == "unit" and named.get(column.name):
                code, expected = _judge_unit(column, named[column.name], named)
                problems += [self._bad(column, code, expected, named[column.name], record)] if code else []
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

    def _skipped_by(self, record: Record, places: Mapping[str, int]) -> SkipRule | None:
        """Return the rule by which a row is no record, if there is one."""
        for rule in self.contract.skip:
            place = places.get(rule.column)
            if rule.column and (place is None or place >= len(record.cells)):
                continue
            told = record.original if place is None else record.cells[place].strip()
            if (rule.is_empty and not told) or (rule.matches and re.search(rule.matches, told)):
                return rule
        return None

    def _cell(
        self, column: Column, value: str, is_typed: bool, record: Record
    ) -> tuple[str, Rejection | None]:
        """Return a cell as it lands, or what is wrong with it."""
        if not value:
            code, expected = ("empty_cell", f"a {column.type}") if column.required else ("", "")
        elif value == UNCALCULATED:
            code, expected = "formula_without_result", "a value"
        elif record.is_sheet and value.upper() in ERROR_VALUES:
            code, expected = "error_value", "a value"
        else:
            # A cell that the workbook holds as a number or date has no spelling.
            spelling = Spelling() if is_typed else self.contract.file.spelling
            landed, code, expected = _read_value(column, value, spelling)
            if not code:
                return landed, None
        return value, self._bad(column, code, expected, value, record) if code else None

    def _bad(self, column: Column, code: str, expected: str, found: str, record: Record) -> Rejection:
        return rejection(
            code,
            record.locator,
            field=column.name,
            expected=expected,
            found=found,
            original_text=record.original,
        )

    def _ends_early(self, named: Mapping[str, str]) -> bool:
        start, end = self._span(named)
        return start is not None and end is not None and end <= start

    def _span(self, named: Mapping[str, str]) -> tuple[datetime.date | None, datetime.date | None]:
        """Return a record's first day and the day after its last; a month is all its days."""
        start, _ = _days_of(named.get(self.contract.period_from) or "")
        first, after = _days_of(named.get(self.contract.period_to) or "")
        return start, after if self.contract.period_to_inclusive else first

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
        # A column that may be missing is part of a key only where it says something.
        optional = {column.name for column in self.contract.columns if column.optional}
        keys = {
            "|".join(
                row.get(self._landed(name)) or ""
                for name in self.contract.key
                if name not in optional or row.get(self._landed(name))
            )
            for row in rows
        } - {""}
        parts = [",".join(sorted(keys))] if keys else []
        if self.contract.key_with_period and start and end:
            parts.append(f"{start.isoformat()}/{end.isoformat()}")
        return ":".join(parts)


class OwnContractReader(ContractReader):
    """Reads by a contract that a steward wrote for one installation.

    Args:
        contract: The contract.
    """

    def __init__(self, contract: Contract) -> None:
        super().__init__(contract.kind)
        self._contract = contract

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self._contract

    def _fits(self, heading: Sequence[str]) -> bool:
        """Say whether all columns are there, or most of them and no contract of the product fits."""
        needed = {_folded(column.name) for column in self.contract.columns if not column.optional}
        share = len(needed & set(_heading(heading))) / len(needed) if needed else 0.0
        return share == 1 or (share >= _OWN_SHARE and not kind_of(heading))


def own_readers(home: Home) -> list[ContractReader]:
    """Return readers for the contracts that lie in `contracts/` of a home, in the order of their names.

    Contracts of meters lie in a folder below and belong to their own reader.

    Raises:
        WrongUseError: A contract cannot be used.
    """
    return [OwnContractReader(load_own(path)) for path in sorted(home.contracts.glob("*.yml"))]


def _days_of(written: str) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first day of a day or month, and the day after its last."""
    day, _ = text.read_date(written)
    if day:
        return day, day + datetime.timedelta(days=1)
    month, _ = text.read_month(written)
    if month:
        return month, (month + datetime.timedelta(days=31)).replace(day=1)
    return None, None


def _read_value(column: Column, value: str, spelling: Spelling) -> tuple[str, str, str]:
    """Return what lands for a filled cell, or the reason why it cannot be read and what was expected."""
    if column.values:
        landed = column.values.get(value, "")
        return landed, "" if landed else "bad_value", " | ".join(column.values)
    if column.type == "date":
        expected = spelling.date_format or "2025-01-31 or 114/01/31"
        return *local_text.read_date(value, spelling.date_format), f"a date, {expected}"
    if column.type == "month":
        expected = spelling.month_format or "2025-01 or 114/01"
        return *local_text.read_month(value, spelling.month_format), f"a month, {expected}"
    if column.type in ("number", "quantity"):
        landed, code = local_text.read_number(value, spelling)
        if not code and column.type == "quantity" and text.is_negative(landed):
            code = "negative_quantity"
        if not code and column.maximum is not None and float(landed) > column.maximum:
            return landed, "bad_value", f"a number, at most {column.maximum:g}"
        example = "1234.5" if spelling.decimal_mark == "." else "1234,5"
        return landed, code, f"a number, {example}"
    if column.type == "word":
        return value, "" if value in column.words else "bad_value", " | ".join(column.words)
    if column.type == "code":
        return _read_code(column, value)
    return value, "", ""


def _read_code(column: Column, value: str) -> tuple[str, str, str]:
    """Return a code; where its number of digits is declared, without the blanks and dots that group them."""
    if not column.digits:
        fits = re.fullmatch(r"[^\s,;]+", value)
        return value, "" if fits else "bad_value", "a code without blanks"
    expected = f"{column.digits} digits"
    digits = re.sub(r"[\s.\-]", "", text.narrow(value))
    if not re.fullmatch(r"[0-9]+", digits) or len(digits) > column.digits:
        return value, "bad_value", expected
    if len(digits) < column.digits and not column.pad_zeros:
        return value, "lost_zeros", expected
    return digits.zfill(column.digits), "", ""


def _judge_unit(column: Column, value: str, named: Mapping[str, str]) -> tuple[str, str]:
    if column.units_of == "quantity":
        return ("" if units.is_quantity_unit(value) else "unknown_unit"), "a unit such as kg, t, m3 or kWh"
    by_column = column.units_of.startswith("{")
    parameter = named.get(column.units_of.strip("{}"), "") if by_column else column.units_of
    known = units.factor_units(parameter)
    # An unknown parameter is named by its own column; its unit cannot be judged.
    return ("" if not known or units.is_factor_unit(parameter, value) else "unknown_unit"), " | ".join(known)
