"""Damaged meter exports: each line is read by itself, so that damage costs only the line where it is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from tracetonne.landing import store
from tracetonne.landing.meter_csv_outcome import Collector, Outcome
from tracetonne.landing.meter_line import Judge, lines_of, without_trailing_blanks
from tracetonne.landing.meter_shape import Shape
from tracetonne.landing.reader import Source
from tracetonne.landing.reject import as_row


def slow_pass(source: Source, shape: Shape, scratch: Path) -> Outcome:
    """Read every line by itself and return what came of it."""
    target, rejected = scratch / "meter_reading.parquet", scratch / "rejected_record.parquet"
    problem_rows = scratch / "problems.csv"
    collector, judge = Collector(), Judge(shape)
    with problem_rows.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)

        def rows() -> Iterator[dict[str, object]]:
            for line in without_trailing_blanks(lines_of(source.path, shape.codec)):
                if line.number <= shape.header_lines:
                    continue
                (meter, start, quantity, quality), problems = judge.values(line)
                for row in collector.take(problems):
                    writer.writerow(row.values())
                yield {
                    "meter": meter,
                    "interval_start_local": start,
                    "interval_minutes": shape.interval_minutes,
                    "quantity": quantity,
                    "unit": shape.unit,
                    "quality": quality,
                }

        store.write_rows("meter_reading", rows(), target)
    if not collector.records:
        return Outcome(target, None, 0, [])
    with problem_rows.open(encoding="utf-8", newline="") as handle:
        names = list(as_row(collector.first[0]))
        again = (dict(zip(names, cells, strict=True)) for cells in csv.reader(handle))
        store.write_rows("rejected_record", again, rejected)
    return Outcome(target, rejected, collector.records, collector.first)
