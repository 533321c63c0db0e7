"""What a connector has fetched: a small SQLite journal, so that a kill loses nothing and repeats nothing.

A document passes through `arrived` (its bytes lie aside in the inbox folder, complete) and `delivered`
(renamed into the inbox). Two more states spare asking again: `same` (bytes that this connector delivered
before under another name) and `refused` (bytes that will never be taken). A unit of work that may hold any
number of documents, such as a message, is remembered as `done`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
create table if not exists document (
    remote_id text not null,
    version text not null,
    status text not null check (status in ('arrived', 'delivered', 'same', 'refused', 'done')),
    sha256 text not null default '',
    byte_size integer not null default 0,
    file_name text not null default '',
    fetched_at text not null,
    origin text not null default '{}',
    batch integer,
    note text not null default '',
    primary key (remote_id, version)
);
create index if not exists document_sha256 on document (sha256);
create index if not exists document_file_name on document (file_name);
"""


@dataclass(frozen=True)
class Item:
    """One row of the journal.

    Args:
        remote_id: What identifies the document on the other side.
        version: What changes there when its content does (etag, size and time); empty if nothing tells.
        status: arrived, delivered, same, refused or done.
        sha256: Hash of its bytes.
        byte_size: Their length.
        file_name: Its name in the inbox folder of the connector.
        fetched_at: When its bytes arrived, UTC, ISO 8601.
        origin: Where it came from, for the origin document.
        batch: Which origin document tells of it.
        note: Why it was refused, or which document has the same bytes.
    """

    remote_id: str
    version: str
    status: str
    sha256: str
    byte_size: int
    file_name: str
    fetched_at: str
    origin: Mapping[str, str]
    batch: int | None = None
    note: str = ""


class State:
    """The journal of one connector; use it under the connector's lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[State]:
        """Open the journal, making it where it is new; every change is on disk when its call returns."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("pragma synchronous = full")
            connection.executescript(_SCHEMA)
            yield cls(connection)

    def find(self, remote_id: str, version: str) -> Item | None:
        """Return what is known of this version of a document."""
        return next(self._items("remote_id = ? and version = ?", (remote_id, version)), None)

    def knows(self, remote_id: str, version: str) -> bool:
        """Say whether this version needs no fetching; one without a version has to be looked at each time."""
        return bool(version) and self.find(remote_id, version) is not None

    def delivered_bytes(self, sha256: str) -> Item | None:
        """Return the document of these bytes that came before, if one did."""
        return next(self._items("sha256 = ? and status in ('arrived', 'delivered')", (sha256,)), None)

    def has_name(self, file_name: str) -> bool:
        """Say whether a document was given this name already."""
        query = "select 1 from document where file_name = ? limit 1"
        return self._connection.execute(query, (file_name,)).fetchone() is not None

    def put(self, item: Item) -> None:
        """Write a row, in place of what was known of this version."""
        self._connection.execute(
            "insert or replace into document (remote_id, version, status, sha256, byte_size, file_name, "
            "fetched_at, origin, batch, note) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                item.remote_id, item.version, item.status, item.sha256, item.byte_size, item.file_name,
                item.fetched_at, json.dumps(dict(item.origin), ensure_ascii=False, sort_keys=True),
                item.batch, item.note,
            ),
        )  # fmt: skip

    def forget(self, item: Item) -> None:
        """Remove a row, so that the document is fetched again."""
        self._connection.execute(
            "delete from document where remote_id = ? and version = ?", (item.remote_id, item.version)
        )

    def arrived(self) -> dict[int, list[Item]]:
        """Return what lies aside, by batch; what has none yet becomes a batch of its own."""
        self._connection.execute(
            "update document set batch = (select coalesce(max(batch), 0) + 1 from document) "
            "where status = 'arrived' and batch is null"
        )
        batches: dict[int, list[Item]] = {}
        for item in self._items("status = 'arrived'", ()):
            batches.setdefault(item.batch or 0, []).append(item)
        return batches

    def mark_delivered(self, batch: int) -> None:
        """Say that every document of a batch is in the inbox."""
        self._connection.execute(
            "update document set status = 'delivered' where status = 'arrived' and batch = ?", (batch,)
        )

    def counts(self) -> tuple[int, str]:
        """Return how many documents were delivered, and when the last one arrived."""
        query = "select count(*), coalesce(max(fetched_at), '') from document where status = 'delivered'"
        number, last = self._connection.execute(query).fetchone()
        return int(number), str(last)

    def _items(self, condition: str, values: tuple[str, ...]) -> Iterator[Item]:
        rows = self._connection.execute(
            f"select * from document where {condition} order by remote_id, version", values
        ).fetchall()
        for row in rows:
            yield Item(**{**row, "origin": json.loads(row["origin"])})
