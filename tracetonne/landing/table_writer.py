"""Rows that a reader makes while it streams through a document, written to Parquet in batches.

A reader of documents of any size puts its rows here instead of in a list, and gives the landing the finished
file (`Reading.records`).
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from tracetonne.heavy import pq
from tracetonne.landing import store
from tracetonne.landing.reader import Row

_ROWS_A_GROUP = 20_000


class TableWriter:
    """Writes rows of one landing table in order; nothing stays in memory but the batch being filled.

    Args:
        table: A landing table.
        target: The file to write, in `Source.scratch`.
    """

    def __init__(self, table: str, target: Path) -> None:
        self.table = table
        self.path = target
        self.count = 0
        self._writer = pq.ParquetWriter(target, store.arrow_schema(table), compression="zstd")
        self._batch: list[Row] = []

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left and close the file."""
        try:
            if kind is None:
                self._flush()
        finally:
            self._writer.close()

    def add(self, row: Row) -> None:
        """Add a row; columns that it does not name are null."""
        self._batch.append(row)
        self.count += 1
        if len(self._batch) >= _ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        if not self._batch:
            return
        self._writer.write_table(store.as_arrow(self.table, self._batch))
        self._batch.clear()
