"""Reads a document with one reader, without landing it, for the tests of meter readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from corpora import CORPORA

from tracetonne.landing.read_document import HEAD_BYTES
from tracetonne.landing.reader import Reader, Reading, Source


@dataclass
class Read:
    """A reading with its tables as rows."""

    reading: Reading
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def rows(self, table: str = "meter_reading") -> list[dict[str, Any]]:
        """Return the rows of a table."""
        return self.tables.get(table, [])

    @property
    def codes(self) -> list[str]:
        """The reasons of the rejections shown."""
        return [one.code for one in self.reading.rejections]


def source_of(path: Path, scratch: Path) -> Source:
    """Return a file as a landing hands it to a reader."""
    scratch.mkdir(exist_ok=True)
    data = path.read_bytes()
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    return Source(path, path.name, data[:HEAD_BYTES], len(data), scratch, lambda: lines)


def read(reader: Reader, path: Path, scratch: Path) -> Read:
    """Read a file whose kind the reader must recognise."""
    source = source_of(path, scratch)
    assert reader.recognises(source), f"{reader.kind} does not recognise {path.name}"
    reading = reader.read(source)
    tables = {
        name: pq.read_table(rows).to_pylist() if isinstance(rows, Path) else list(rows)
        for name, rows in reading.records.items()
    }
    return Read(reading, tables)


def corpus(name: str) -> Path:
    """Return a file of the shared corpora, or skip the test where they are absent."""
    path = CORPORA / name
    if not path.exists():
        pytest.skip(f"the shared corpora are not beside the checkout: {name}")
    return path
