"""Documents that become durable together: one flush of the disk for hundreds of small files.

Order of a commit: flush what was written aside, move the evidence under its hashes, flush, move the register
rows, flush. So a landing whose row is on the disk has its tables and its bytes there too, whenever the power
went, and a kill between two moves leaves only what the next landing sweeps away.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from tracetonne.landing import store
from tracetonne.settings import Home

# What a kill may undo, so that it is landed again. Beyond some megabytes a flush costs little beside the
# writing.
_MOST_DOCUMENTS = 256
_MOST_BYTES = 32 * 1024 * 1024
# A flush of the whole file system also waits for what other programs wrote: too much for a document or two.
_FEW_FILES = 16


class Batch:
    """Documents that are written aside until they are committed together.

    Args:
        home: The installation.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._byte_size = 0
        self._tables: list[Path] = []
        self._register: list[tuple[Path, Path]] = []  # temporary and final name
        # Final name in the evidence store, and where the bytes lie until then.
        self.evidence: dict[Path, Path] = {}

    @property
    def is_full(self) -> bool:
        """Whether it is time to commit."""
        return len(self._register) >= _MOST_DOCUMENTS or self._byte_size >= _MOST_BYTES

    def add_table(self, partial: Path, final: Path) -> None:
        """Move a table to its name; without a register row nobody reads it."""
        _move(partial, final)
        self._tables.append(final)

    def add_row(self, partial: Path, final: Path, byte_size: int) -> None:
        """Take over the register row of a document, which makes it count once it is moved.

        Args:
            partial: Where it is written.
            final: Its name.
            byte_size: Of the document.
        """
        self._register.append((partial, final))
        self._byte_size += byte_size

    def commit(self) -> None:
        """Make all documents of the batch durable; they count from then on, in the order of their arrival.

        Raises:
            OSError: The disk failed.
        """
        if not self._register:
            return
        self._flush([*self.evidence.values(), *self._tables, *(row for row, _ in self._register)])
        for final, partial in self.evidence.items():
            _move(partial, final)
        self._flush({final.parent for final in (*self.evidence, *self._tables)})
        for partial, final in self._register:
            _move(partial, final)
        self._flush({final.parent for _, final in self._register})
        self._tables, self._register, self.evidence, self._byte_size = [], [], {}, 0

    def drop(self) -> None:
        """Remove what was not committed, as far as it lies under temporary names."""
        for partial in (*self.evidence.values(), *(row for row, _ in self._register)):
            partial.unlink(missing_ok=True)

    def _flush(self, paths: Iterable[Path]) -> None:
        chosen = list(paths)
        if len(chosen) <= _FEW_FILES:
            for path in chosen:
                store.sync(path)
        else:
            for folder in {
                one.stat().st_dev: one for one in (self._home.evidence, self._home.landing)
            }.values():
                _sync_file_system(folder)


def _move(partial: Path, final: Path) -> None:
    if not final.parent.is_dir():
        final.parent.mkdir(parents=True, exist_ok=True)
    partial.replace(final)


@functools.cache
def _syncfs() -> Callable[[int], int] | None:
    """Return the call of Linux that flushes one file system; other systems have none."""
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


def _sync_file_system(folder: Path) -> None:
    syncfs = _syncfs()
    if syncfs is None:
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(handle)
