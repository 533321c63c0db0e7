"""The register: one row a landing, written last, so that a landing exists exactly when its row does."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tracetonne.heavy import duckdb, pq
from tracetonne.landing.reader import Reading, Rejection
from tracetonne.landing.store import partial_path, table_path, write_rows
from tracetonne.settings import Home
from tracetonne.sql_path import pattern_under


@dataclass(frozen=True)
class Entry:
    """A registered landing, as far as landing and status need it."""

    site: str
    evidence_id: str
    sha256: str
    file_name: str
    byte_size: int
    kind: str
    reader_version: str
    document_key: str
    status: str
    message: str
    records_landed: int
    records_rejected: int
    arrival_order: int


class Register:
    """All landings of a home; read once under the lock, kept up to date while landing.

    Every question is answered from an index: a folder of tens of thousands of e-invoices asks each of them
    for every file.

    Args:
        entries: The landings, oldest first.
        withdrawn: Evidence that is withdrawn.
    """

    def __init__(self, entries: Iterable[Entry] = (), withdrawn: Iterable[str] = ()) -> None:
        self.withdrawn = set(withdrawn)
        self._by_id: dict[tuple[str, str], Entry] = {}
        self._by_key: dict[tuple[str, str, str], dict[str, Entry]] = defaultdict(dict)
        self._sizes: set[tuple[str, int]] = set()
        self._last_arrival = 0
        for entry in entries:
            self.add(entry)

    @property
    def entries(self) -> list[Entry]:
        """The landings, in the order in which they were added."""
        return list(self._by_id.values())

    def find(self, site: str, evidence_id: str) -> Entry | None:
        """Return the landing with this id, if there is one."""
        return self._by_id.get((site, evidence_id))

    def with_key(self, site: str, kind: str, document_key: str, sha256: str) -> list[Entry]:
        """Return the other landed documents of a kind with this business key, oldest first.

        The same bytes read by an older reader are no other document, and withdrawn ones do not count.
        """
        if not document_key:
            return []
        return [
            entry
            for entry in self._by_key.get((site, kind, document_key), {}).values()
            if entry.status == "landed" and entry.sha256 != sha256 and entry.evidence_id not in self.withdrawn
        ]

    def has_size(self, site: str, byte_size: int) -> bool:
        """Say whether a document of this length is landed, so that the same bytes may have come again."""
        return (site, byte_size) in self._sizes

    def next_arrival(self) -> int:
        """Return the next number of arrival in this home."""
        return self._last_arrival + 1

    def add(self, entry: Entry) -> None:
        """Remember a landing just written, in place of an earlier one of the same document."""
        earlier = self._by_id.pop((entry.site, entry.evidence_id), None)
        if earlier:
            del self._by_key[earlier.site, earlier.kind, earlier.document_key][earlier.evidence_id]
        self._by_id[entry.site, entry.evidence_id] = entry
        self._by_key[entry.site, entry.kind, entry.document_key][entry.evidence_id] = entry
        self._sizes.add((entry.site, entry.byte_size))
        self._last_arrival = max(self._last_arrival, entry.arrival_order)


def load(home: Home) -> Register:
    """Read the register of a home, oldest landing first."""
    files = pattern_under(home.landing / "evidence", "site=*/*.parquet")
    if next((home.landing / "evidence").glob("site=*/*.parquet"), None) is None:
        return Register()
    names = [name for name in Entry.__dataclass_fields__ if name not in ("site", "evidence_id")]
    # One query over all files: a home holds thousands, and opening each by itself takes four times as long.
    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(
            f"""
            select filename, {", ".join(names)}
            from read_parquet($1, filename = true, hive_partitioning = false, union_by_name = true)
            order by arrival_order, filename
            """,
            [files],
        ).fetchall()
    entries = []
    for filename, *values in rows:
        path = Path(filename)
        entries.append(
            Entry(
                site=path.parent.name.removeprefix("site="),
                evidence_id=path.stem,
                **dict(zip(names, values, strict=True)),
            )
        )
    return Register(entries, _withdrawn(home, entries))


def _withdrawn(home: Home, entries: list[Entry]) -> set[str]:
    """Return the evidence that is withdrawn; a withdrawal that was itself withdrawn has no effect.

    Later decisions speak about earlier ones, never the other way round, so the latest is judged first.
    """
    withdrawn: set[str] = set()
    for entry in sorted(entries, key=lambda entry: -entry.arrival_order):
        if entry.kind != "decision" or entry.status != "landed" or entry.evidence_id in withdrawn:
            continue
        path = table_path(home, "decision", entry.site, entry.evidence_id)
        rows = pq.ParquetFile(path).read(columns=["decision", "subject"]).to_pylist()
        withdrawn |= {row["subject"] for row in rows if row["decision"] == "withdraw"}
    return withdrawn


def rejections_of(home: Home, entry: Entry, limit: int = 1000) -> list[Rejection]:
    """Read back what was rejected of a landing, at most `limit` records."""
    path = table_path(home, "rejected_record", entry.site, entry.evidence_id)
    if not path.exists():
        return []
    for batch in pq.ParquetFile(path).iter_batches(batch_size=limit):
        return [Rejection(**{name: text or "" for name, text in row.items()}) for row in batch.to_pylist()]
    return []


def write_aside(
    home: Home, entry: Entry, reading: Reading, reader: str, received_at: datetime.datetime
) -> tuple[Path, Path]:
    """Write the register row under a temporary name; moving it is what makes the landing count.

    Returns:
        The temporary name and the final one.
    """
    row: dict[str, object] = {
        "sha256": entry.sha256,
        "file_name": entry.file_name,
        "byte_size": entry.byte_size,
        "kind": entry.kind,
        "reader": reader,
        "reader_version": entry.reader_version,
        "document_key": entry.document_key,
        "document_date": reading.document_date,
        "period_start": reading.period_start,
        "period_end": reading.period_end,
        "source_zone": reading.source_zone,
        "encoding": reading.encoding,
        "locator_kind": reading.locator_kind,
        "header_lines": reading.header_lines,
        "records_landed": entry.records_landed,
        "records_rejected": entry.records_rejected,
        "status": entry.status,
        "message": entry.message,
        "arrival_order": entry.arrival_order,
        "received_at": received_at.astimezone(datetime.UTC).replace(tzinfo=None),
    }
    final = table_path(home, "evidence", entry.site, entry.evidence_id)
    partial = partial_path(final)
    if not final.parent.is_dir():
        final.parent.mkdir(parents=True, exist_ok=True)
    write_rows("evidence", [row], partial)
    return partial, final
