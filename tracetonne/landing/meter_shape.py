"""What the first lines of a meter export tell: columns, unit, how times are printed, interval."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracetonne.landing import text
from tracetonne.landing.reader import Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable

HEADING = ("meter", "interval_start", "consumption_<unit>", "quality")
UNITS = {
    "kwh": "kWh", "mwh": "MWh", "wh": "Wh", "gj": "GJ", "mj": "MJ", "m3": "m3", "nm3": "Nm3",
    "sm3": "Sm3", "l": "L", "kl": "kL", "kg": "kg", "t": "t", "ft3": "ft3", "ccf": "CCF", "mcf": "MCF",
    "therm": "therm", "mmbtu": "MMBTU", "kcal": "kcal", "gal_us": "gal_us", "gal_uk": "gal_uk", "bbl": "bbl",
}  # fmt: skip
QUALITIES = {"A": "actual", "E": "estimated", "S": "substituted", "N": "no value"}
# Ways to print the start of an interval.
TIME_FORMATS = (
    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
)  # fmt: skip
# Those that a cast reads, which is faster, with the length that keeps out what a cast accepts besides.
CAST_LENGTHS = {"%Y-%m-%d %H:%M": 16, "%Y-%m-%d %H:%M:%S": 19}
_CONSUMPTION = re.compile(r"consumption_(\w+)")
_FIRST_LOOK = 300  # lines


@dataclass(frozen=True)
class Shape:
    """What the heading and the first lines tell about a file.

    Args:
        delimiter: The sign between cells.
        skip_lines: Blank lines before the heading.
        columns: The headings, in the file's order.
        unit: The unit of the consumption column.
        time_format: How interval starts are printed.
        interval_minutes: Least distance between two starts of a meter in the first lines, where there are
            two.
        codec: Encoding of the text.
    """

    delimiter: str
    skip_lines: int
    columns: tuple[str, ...]
    unit: str
    time_format: str
    interval_minutes: int | None
    codec: str

    @property
    def header_lines(self) -> int:
        """Lines up to and with the heading."""
        return self.skip_lines + 1

    def place(self, name: str) -> int:
        """Return where a column stands; `consumption` is the one with the unit."""
        return next(
            index for index, column in enumerate(self.columns) if column.split("_")[0] == name.split("_")[0]
        )


def shape_of(source: Source) -> Shape:
    """Read the heading and the first lines.

    Raises:
        UnreadableDocumentError: The heading cannot be used.
    """
    codec, skip = text.tell_encoding(source.head)
    if codec == "utf-16":
        raise unreadable("wrong_encoding", expected="UTF-8 or cp950 (Big5)", found="UTF-16")
    lines = source.head[skip:].decode(codec, "replace").split("\n")
    skip_lines = next((index for index, line in enumerate(lines) if line.strip()), None)
    if skip_lines is None:
        raise unreadable("empty_file", "line 1", expected=",".join(HEADING), found="blank lines")
    printed = lines[skip_lines].rstrip("\r")
    delimiter = max(",;\t", key=printed.count)
    columns = tuple(text.narrow(cell).lower() for cell in cells_of(printed, delimiter))
    unit = _check_heading(columns, printed, f"line {skip_lines + 1}")
    # The last line of the head may be cut; the last of the file may not.
    sample = lines[skip_lines + 1 :]
    sample = sample[:-1] if source.byte_size > len(source.head) else sample
    shape = Shape(delimiter, skip_lines, columns, unit, TIME_FORMATS[0], None, codec)
    starts = [cells for line in sample if len(cells := cells_of(line, delimiter)) == len(columns)]
    place, meter = shape.place("interval_start"), shape.place("meter")
    time_format = _time_format([cells[place].strip() for cells in starts])
    pairs = [(cells[meter], cells[place].strip()) for cells in starts]
    # A few hundred lines tell the interval, unless many meters stand side by side.
    interval = _interval_minutes(pairs[:_FIRST_LOOK], time_format) or _interval_minutes(pairs, time_format)
    return Shape(delimiter, skip_lines, columns, unit, time_format, interval, codec)


def cells_of(line: str, delimiter: str) -> list[str]:
    """Cut a line into cells."""
    if '"' not in line:
        return line.rstrip("\r").split(delimiter)
    return next(csv.reader(io.StringIO(line.rstrip("\r"), newline=""), delimiter=delimiter), [])


def _check_heading(columns: Sequence[str], printed: str, locator: str) -> str:
    """Return the unit that the heading states; collect everything that is wrong with it."""
    problems = []
    quantity = [column for column in columns if column.startswith("consumption")]
    for name in ("meter", "interval_start", "quality"):
        if columns.count(name) != 1:
            code = "missing_column" if name not in columns else "duplicate_column"
            problems.append(rejection(code, locator, field=name, expected=",".join(HEADING), found=printed))
    if len(quantity) != 1:
        code = "duplicate_column" if quantity else "missing_column"
        problems.append(
            rejection(code, locator, field="consumption_kwh", expected=",".join(HEADING), found=printed)
        )
    match = _CONSUMPTION.fullmatch(quantity[0]) if len(quantity) == 1 else None
    if len(quantity) == 1 and (not match or match[1] not in UNITS):
        problems.append(
            rejection(
                "unknown_unit",
                locator,
                field=quantity[0],
                expected=" | ".join(f"consumption_{unit}" for unit in UNITS),
                found=quantity[0],
                original_text=printed,
            )
        )
    if problems or not match:
        raise UnreadableDocumentError(problems)
    return UNITS[match[1]]


def time_of(printed: str, time_format: str) -> datetime.datetime | None:
    """Return a time as printed in this format, or nothing."""
    try:
        return datetime.datetime.strptime(printed, time_format)  # noqa: DTZ007 - meter exports print local time
    except ValueError:
        return None


def _time_format(starts: Sequence[str]) -> str:
    """Return the format that most of the first starts are printed in."""
    sample = starts[:20]
    return max(TIME_FORMATS, key=lambda one: sum(time_of(start, one) is not None for start in sample))


def _interval_minutes(starts: Sequence[tuple[str, str]], time_format: str) -> int | None:
    """Return the least distance between two starts of one meter, in minutes."""
    last: dict[str, datetime.datetime] = {}
    least: datetime.timedelta | None = None
    for meter, printed in starts:
        start = time_of(printed, time_format)
        if start is None:
            continue
        step = start - last[meter] if meter in last else datetime.timedelta(0)
        if step > datetime.timedelta(0) and (least is None or step < least):
            least = step
        last[meter] = start
    return int(least.total_seconds() // 60) if least else None


def literal(value: object) -> str:
    """Print a text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def moment_sql(column: str, time_format: str) -> str:
    """Return the expression that types an interval start, or gives null."""
    length = CAST_LENGTHS.get(time_format)
    if length is None:
        return f"try_strptime({column}, {literal(time_format)})"
    # The length keeps out what a cast accepts besides: dates without time, and offsets, which it applies.
    return f"case when strlen({column}) = {length} then try_cast({column} as timestamp) end"
