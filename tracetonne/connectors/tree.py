"""Documents of a folder tree behind `fsspec`: what the near folder, SFTP and web servers have in common."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fsspec import AbstractFileSystem

from tracetonne.connectors.config import FolderConnector, HttpConnector, S3Connector, SftpConnector
from tracetonne.connectors.errors import ConnectorError, RefusedDocumentError
from tracetonne.connectors.names import matches
from tracetonne.connectors.remote import Progress, RemoteDocument, Sink
from tracetonne.connectors.retry import attempt

_CHUNK_BYTES = 1 << 20
_DEEPEST = 20

TreeConnector = FolderConnector | S3Connector | SftpConnector | HttpConnector


@dataclass(frozen=True)
class Entry:
    """One file of a listing.

    Args:
        path: What the file system opens.
        shown: Path below the connector's folder, as it is recorded.
        name: What the file is called there.
        byte_size: Its length, if the listing says.
        version: What changes when its content does; empty if nothing tells.
        modified: When it was last changed, if known.
    """

    path: str
    shown: str
    name: str
    byte_size: int | None
    version: str
    modified: datetime.datetime | None


Describe = Callable[[Mapping[str, Any]], Entry]
"""Makes an entry of what `fsspec` says of a file."""

Explain = Callable[[Exception], ConnectorError | None]
"""Says what a failure of the kind means to people."""


class Tree:
    """The files of a folder tree that match the patterns, in the order of their paths."""

    def __init__(
        self,
        connector: TreeConnector,
        filesystem: AbstractFileSystem,
        listing: Callable[[], Iterator[Entry]],
        look_again: Callable[[Entry], Entry],
        explain: Explain,
        is_passing: Callable[[Exception], bool],
        leave: Callable[[], None] = lambda: None,
    ) -> None:
        self._connector = connector
        self._filesystem = filesystem
        self._listing = listing
        self._look_again = look_again
        self._explain = explain
        self._passing = is_passing
        self._leave = leave

    def documents(self, progress: Progress) -> Iterator[RemoteDocument]:
        """Yield the files that are not known and have settled."""
        entries = attempt(self._connector, self._list, self.is_passing)
        for entry in entries:
            if progress.knows(entry.shown, entry.version):
                continue
            if not entry.version:
                entry = attempt(self._connector, lambda one=entry: self._look_again(one), self.is_passing)  # type: ignore[misc]
                if progress.knows(entry.shown, entry.version):
                    continue
            yield self._document(entry)

    def is_passing(self, error: Exception) -> bool | float:
        """Say whether a failure may pass: of the way, not of a file."""
        return not isinstance(error, FileNotFoundError | PermissionError) and self._passing(error)

    def failure(self, error: Exception) -> ConnectorError | None:
        """Say what a failure means to people."""
        return self._explain(error)

    def close(self) -> None:
        """Leave."""
        self._leave()

    def _list(self) -> list[Entry]:
        """Return the matching files by path, at most as many as are looked at."""
        found = []
        for number, entry in enumerate(self._listing()):
            if number >= self._connector.limits.max_listed:
                raise ConnectorError(
                    "The listing is longer than the connector looks at.",
                    where=self._connector.location,
                    expected=f"at most {self._connector.limits.max_listed:,} entries",
                    found="more",
                    action="name a folder further down, or raise limits: max_listed",
                )
            if matches(entry.name, self._connector.patterns) and not self._is_fresh(entry):
                found.append(entry)
        return sorted(found, key=lambda entry: entry.shown)

    def _is_fresh(self, entry: Entry) -> bool:
        """Say whether somebody may still be writing the file."""
        settle = getattr(self._connector, "settle_seconds", 0)
        if not settle or entry.modified is None:
            return False
        return (datetime.datetime.now(datetime.UTC) - entry.modified).total_seconds() < settle

    def _document(self, entry: Entry) -> RemoteDocument:
        def write(sink: Sink) -> None:
            self._copy(entry, sink)

        origin = {"remote_modified": entry.modified.isoformat()} if entry.modified else {}
        return RemoteDocument(entry.shown, entry.version, entry.name, entry.byte_size, write, origin)

    def _copy(self, entry: Entry, sink: Sink) -> None:
        """Copy the bytes, and make sure that they are those of the listing.

        Raises:
            RefusedDocumentError: The file changed meanwhile; the next fetch takes it.
            ConnectionError: The copy ended early.
        """
        # To web servers a block size of zero means one stream; with a size they are not asked for it again.
        is_web = isinstance(self._connector, HttpConnector)
        options = {"block_size": 0, "size": 1} if is_web else {}
        with self._filesystem.open(entry.path, "rb", **options) as file:
            while chunk := file.read(_CHUNK_BYTES):
                sink.write(chunk)
        after = self._look_again(entry)
        if after.version != entry.version:
            raise RefusedDocumentError(
                "The document changed while it was copied; the next fetch takes it.",
                "複製期間文件內容有變動；下次擷取時再處理。",
            )
        if after.byte_size is not None and sink.byte_size != after.byte_size:
            raise ConnectionError(f"{sink.byte_size:,} of {after.byte_size:,} bytes came")


def walk(
    filesystem: AbstractFileSystem,
    root: str,
    describe: Describe,
    *,
    recursive: bool,
    may_enter: Callable[[Mapping[str, Any]], bool] = lambda info: True,
) -> Iterator[Entry]:
    """Yield the files under a folder, in no order; at most 20 folders deep, and never a folder twice.

    Args:
        filesystem: Where the folder lies.
        root: The folder.
        describe: Makes an entry of what the file system says of a file.
        recursive: Whether folders inside are looked into.
        may_enter: Says of a file or folder whether it belongs to the tree.
    """
    waiting, seen = [(root, 0)], {root.rstrip("/")}
    while waiting:
        folder, depth = waiting.pop()
        for info in filesystem.ls(folder, detail=True):
            path = str(info["name"])
            if not may_enter(info):
                continue
            if info["type"] == "file":
                yield describe(info)
            elif not recursive or info["type"] != "directory" or depth >= _DEEPEST:
                continue
            elif path.rstrip("/") not in seen:
                seen.add(path.rstrip("/"))
                waiting.append((path, depth + 1))


def unreachable(
    connector: TreeConnector, error: Exception, what: str = "", action: str = ""
) -> ConnectorError:
    """Return the error of a place that cannot be reached or listed."""
    return ConnectorError(
        what or "The other side cannot be reached, or broke off.",
        where=f"{connector.name}: {connector.location}",
        expected="an answer",
        found=f"{type(error).__name__}: {error}"[:300],
        action=action or "check address, network and path there, then fetch again; nothing is lost",
    )
