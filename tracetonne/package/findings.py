"""What checks are made of: the tables of a package, and what was found in them.

Standard library only: the script inside a package carries this file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tracetonne.package.layout import PAYLOAD

# Values are printed to 12 decimals; a chain of doubles keeps about 12 significant digits.
ABSOLUTE_TOLERANCE = 2e-12
RELATIVE_TOLERANCE = 1e-12
csv.field_size_limit(1 << 24)


@dataclass(frozen=True)
class Failure:
    """One thing that does not agree: in which file and line, what was expected, what stands there."""

    file: str
    line: int | None
    message: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        compared = f" (expected {self.expected}, found {self.found})" if self.expected or self.found else ""
        return f"{place}: {self.message}{compared}"


@dataclass(frozen=True)
class Check:
    """What one check came to; `skipped` says why it could not look."""

    name: str
    looked_at: int
    failures: list[Failure] = field(default_factory=list)
    skipped: str = ""

    @property
    def passed(self) -> bool:
        """True unless something does not agree."""
        return not self.failures


@dataclass(frozen=True)
class Row:
    """A row of a CSV and the line where it ends."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def number(self, column: str) -> float | None:
        """Return a cell as a number, null where it is empty."""
        text = self[column]
        return float(text) if text else None


class Tables:
    """The CSV tables of a package, read once each."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[str, list[Row]] = {}

    def rows(self, path: str) -> list[Row]:
        """Return all rows of a table by its path below `data/`; none where the table is missing."""
        if path not in self._read:
            self._read[path] = list(self.stream(path))
        return self._read[path]

    def stream(self, path: str) -> Iterator[Row]:
        """Yield the rows of a table, with the guard against spreadsheet formulas taken off."""
        file = self.root / PAYLOAD / path
        if not file.is_file():
            return
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = next(reader, [])
            for cells in reader:
                plain = [cell[1:] if cell.startswith("'") else cell for cell in cells]
                yield Row(reader.line_num, dict(zip(header, plain, strict=False)))


def agree(first: float | None, second: float | None, slack: float = ABSOLUTE_TOLERANCE) -> bool:
    """Say whether two values are the same to 12 decimals, or to 12 significant digits where that is less."""
    if first is None or second is None:
        return first is second
    return abs(first - second) <= max(slack, RELATIVE_TOLERANCE * max(abs(first), abs(second)))
