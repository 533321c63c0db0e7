"""What every kind of connector offers: documents that can be listed, told apart and copied."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tracetonne.connectors.errors import ConnectorError, RefusedDocumentError

# Enough of a document to tell its kind.
HEAD_BYTES = 64 * 1024


class Sink:
    """Takes the bytes of one document: writes them aside, hashes them, and stops where they are too many."""

    def __init__(self, path: Path, max_bytes: int, max_seconds: float) -> None:
        self._file = path.open("wb")
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self.restart()

    def restart(self) -> None:
        """Throw away what came, before another try."""
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()
        self.byte_size = 0
        self._began = time.monotonic()
        self.head = b""

    def write(self, data: bytes) -> int:
        """Take some bytes.

        Raises:
            RefusedDocumentError: They are more than a document may have, whatever was announced, or take
                longer than they may.
        """
        self.byte_size += len(data)
        if self.byte_size > self._max_bytes:
            raise too_large(self.byte_size, self._max_bytes)
        if time.monotonic() - self._began > self._max_seconds:
            raise RefusedDocumentError(
                f"The document takes longer than {self._max_seconds:,.0f} s to come.",
                f"文件傳輸超過 {self._max_seconds:,.0f} 秒。",
            )
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]
        self._hash.update(data)
        return self._file.write(data)

    @property
    def sha256(self) -> str:
        """Hash of the bytes so far."""
        return self._hash.hexdigest()

    def finish(self) -> None:
        """Put the bytes on disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def too_large(byte_size: int, max_bytes: int) -> RefusedDocumentError:
    """Return the refusal of a document that is larger than the connector may take."""
    return RefusedDocumentError(
        f"The document has {byte_size:,} bytes or more; the connector takes at most {max_bytes:,}.",
        f"文件大小為 {byte_size:,} 位元組以上，超過此連接器上限 {max_bytes:,} 位元組。",
    )


@dataclass(frozen=True)
class RemoteDocument:
    """One document of the other side.

    Args:
        remote_id: What identifies it there, within the connector.
        version: What changes when its content does; empty if nothing tells.
        name: What it is called there.
        byte_size: Its announced length, if any.
        write: Copies its bytes; may be called again after a failure.
        origin: Columns of `document_origin` that only this kind of connector knows; `write` may add more.
        refusal: Why it is not taken, known from the listing.
    """

    remote_id: str
    version: str
    name: str
    byte_size: int | None
    write: Callable[[Sink], None]
    origin: dict[str, str] = field(default_factory=dict)
    refusal: RefusedDocumentError | None = None


class Progress(Protocol):
    """What a listing may ask and tell of earlier fetches."""

    def knows(self, remote_id: str, version: str) -> bool:
        """Say whether this version needs no fetching."""
        ...

    def done(self, remote_id: str) -> None:
        """Remember that all documents inside this unit have been handled."""
        ...


class Connection(Protocol):
    """The open way to the other side."""

    def documents(self, progress: Progress) -> Iterator[RemoteDocument]:
        """Yield what is there, in a fixed order; each is handled before the next is asked for."""
        ...

    def is_passing(self, error: Exception) -> bool | float:
        """Say whether a failure may pass when tried again, or after how many seconds."""
        ...

    def failure(self, error: Exception) -> ConnectorError | None:
        """Say what a failure of the other side or the way means to people; None if it is neither."""
        ...

    def close(self) -> None:
        """Leave."""
        ...
