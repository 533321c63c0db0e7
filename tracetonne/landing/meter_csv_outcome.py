"""What a pass over a meter export makes, and the rejections that it collects on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracetonne.landing import text
from tracetonne.landing.meter_line import Judge
from tracetonne.landing.reader import Rejection
from tracetonne.landing.reject import as_row

_REJECTIONS_SHOWN = 1000


@dataclass
class Outcome:
    """What a pass made: the finished table, the rejected rows and how many records have any."""

    readings: Path
    rejected: Path | None
    bad_records: int
    first_rejections: list[Rejection]


class Collector:
    """Counts bad records and keeps the first rejections for the user, while the rest stream to their file."""

    def __init__(self) -> None:
        self.records = 0
        # Lines that the line reader takes for good, or for no record at all, where the engine saw bad cells.
        self.disputed_records = 0
        self.first: list[Rejection] = []

    def take(self, problems: list[Rejection]) -> list[dict[str, str | None]]:
        """Count one record's problems and return their rows."""
        self.records += bool(problems)
        self.disputed_records += not problems or any(not problem.field for problem in problems)
        self.first += problems[: _REJECTIONS_SHOWN - len(self.first)]
        return [as_row(problem) for problem in problems]

    def rows(self, lines: Iterator[text.Line], judge: Judge) -> Iterator[dict[str, str | None]]:
        """Judge lines and yield the rows of their rejections."""
        for line in lines:
            yield from self.take(judge.values(line)[1])
