"""Copy documents from the evidence store into a package, many of them before it is begun.

A copy needs nothing of the figures, but an export of a year's meters takes the disk longer than a month's
models take. So a refresh copies the documents of its period while it computes, and the package moves in what
is ready. Belongs here: how a document gets into a package. Does not: which ones (`collect.py`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tracetonne.errors import TraceTonneError
from tracetonne.landed import Landing
from tracetonne.landing.store import evidence_path
from tracetonne.package.collect import Evidence
from tracetonne.package.layout import PAYLOAD
from tracetonne.periods import days_of
from tracetonne.settings import Home
from tracetonne.threads import give_way

# Of one reading, so that a hash that runs beside other work of this process has to ask for its turn rarely.
_BLOCK_BYTES = 1 << 20


class DamagedEvidenceError(TraceTonneError):
    """A document of the evidence store is missing or changed; nothing can be packed with it."""


@dataclass(frozen=True)
class Copied:
    """A copy that lies on the disk, and the SHA-256 of its bytes."""

    path: Path
    sha256: str


class _EarlyCopies:
    """Copies by the hash under which a document was registered, made one after the other in a thread."""

    def __init__(self, home: Home, site: str, period: str) -> None:
        self._home = home
        self._copier = ThreadPoolExecutor(1, initializer=give_way)
        self._copies = self._copier.submit(self._begin, site, period)

    def _begin(self, site: str, period: str) -> dict[str, Future[Copied]]:
        """Ask for a copy of what the register says of the period, the largest first."""
        first, last = days_of(period)
        rows = Landing(self._home, site).rows(
            "select sha256, max(byte_size) as byte_size from landed where status = 'landed' "
            f"and coalesce(period_start <= date '{last}' and period_end > date '{first}', true) "
            "group by all order by byte_size desc, sha256",
            "evidence",
        )
        self._home.early_copies.mkdir(parents=True, exist_ok=True)
        return {row["sha256"]: self._copier.submit(self._copy, row["sha256"]) for row in rows}

    def _copy(self, sha256: str) -> Copied:
        target = self._home.early_copies / sha256
        return Copied(target, _copy(evidence_path(self._home, sha256), target))

    def take(self, sha256: str) -> Copied | None:
        """Hand over a copy, once, waiting for it if it has begun."""
        copy = self._copies.result().pop(sha256, None)
        if copy is None or copy.cancel():
            return None
        with suppress(OSError):  # whoever copies it anew says what is wrong
            return copy.result()
        return None

    def close(self) -> None:
        """Drop what nobody took."""
        self._copier.shutdown(cancel_futures=True)
        shutil.rmtree(self._home.early_copies, ignore_errors=True)


_early: dict[Path, _EarlyCopies] = {}


@contextmanager
def copied_early(home: Home, site: str, period: str) -> Iterator[None]:
    """Copy the documents of a month or year while the block runs, for a package that is built in it.

    The caller holds the lock of the home; what a killed process left is cleared.
    """
    shutil.rmtree(home.early_copies, ignore_errors=True)
    copies = _early[home.root] = _EarlyCopies(home, site, period)
    try:
        yield
    finally:
        del _early[home.root]
        copies.close()


def copy_documents(home: Home, documents: Sequence[Evidence], payload: Path) -> dict[str, str]:
    """Put every document into a package and return its hash by path in the bag.

    Raises:
        DamagedEvidenceError: A document is missing or was changed in the evidence store.
    """
    hashes = {}
    for document in documents:
        stored = evidence_path(home, document.sha256)
        target = payload / document.bagged_as
        target.parent.mkdir(parents=True, exist_ok=True)
        if not stored.is_file():
            raise DamagedEvidenceError(
                f"Document {document.file_name} is not in the evidence store.",
                where=str(stored),
                action="restore the store from a backup, or land the document again",
            )
        found = _put(home, document.sha256, target)
        hashes[f"{PAYLOAD}/{document.bagged_as}"] = found
        if found != document.sha256:
            raise DamagedEvidenceError(
                f"Document {document.file_name} was changed after it was landed.",
                where=str(stored),
                expected=document.sha256,
                found=found,
                action="restore the store from a backup, or land the document again",
            )
    return hashes


def _put(home: Home, sha256: str, target: Path) -> str:
    early = _early[home.root].take(sha256) if home.root in _early else None
    if early is None:
        return _copy(evidence_path(home, sha256), target)
    shutil.move(early.path, target)
    return early.sha256


def _copy(source: Path, target: Path) -> str:
    """Copy a file, wait until it lies on the disk and return the SHA-256 of the bytes copied."""
    digest = hashlib.sha256()
    with source.open("rb", buffering=0) as reader, target.open("wb") as writer:
        while block := reader.read(_BLOCK_BYTES):
            digest.update(block)
            writer.write(block)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()
