"""Land documents: keep the bytes, read the records, register the result, so that a kill never counts half.

Order of one landing: copy and hash the bytes, read them, write each table aside and rename it, write the
register row aside. Moving that row is the commit, of many documents together (`group_commit.py`); what a kill
leaves before it is swept away by the next landing.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tracetonne.errors import WrongUseError
from tracetonne.landing import own_kinds, register, reject, store
from tracetonne.landing.disk import named_disk_faults
from tracetonne.landing.group_commit import Batch
from tracetonne.landing.kinds import reader_named, readers_of
from tracetonne.landing.lock import write_lock
from tracetonne.landing.read_document import (
    HEAD_BYTES,
    UNKNOWN_KIND,
    Choice,
    choose,
    read_document,
    rejected,
    rejections_for,
    size_problem,
)
from tracetonne.landing.reader import Reader, Reading, Rejection, Row, Source
from tracetonne.landing.tables import SIDE_TABLES, TABLES
from tracetonne.settings import Home
from tracetonne.sites import check_site_name

# From here on hashing and reading run side by side, from the file as it was handed in.
_PARALLEL_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class FileResult:
    """What became of one file.

    Args:
        path: The file as it was handed in.
        evidence_id: Identity of the landing; empty if the bytes could not be read at all.
        kind: What the document is.
        records_landed: Records in landing.
        records_rejected: Records of the document that did not land.
        status: landed, unchanged (was landed before) or rejected (nothing of it landed).
        rejections: What could not be read, at most the first thousand.
        message: What the user should know besides, such as a second document with the same number.
    """

    path: Path
    evidence_id: str
    kind: str
    records_landed: int
    records_rejected: int
    status: str
    rejections: list[Rejection] = field(default_factory=list)
    message: str = ""


def evidence_id_of(site: str, sha256: str, kind: str, reader_version: str) -> str:
    """Return the identity of a landing: two sites, or two versions of a reader, may land the same bytes."""
    text = "\n".join((site, sha256, kind, reader_version))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def expand(paths: Sequence[Path]) -> list[Path]:
    """Return the documents under the paths: folders in sorted order, without hidden files and `source.yml`.

    Raises:
        WrongUseError: A path does not exist.
    """
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise WrongUseError(
            "There is nothing to land at this path.",
            where=", ".join(str(path) for path in missing),
            expected="a file or a folder of documents",
            found="no such file",
            action="check the path; quote it if it holds spaces",
        )
    found: list[Path] = []
    for path in paths:
        found += _documents_under(path) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def _documents_under(folder: Path) -> list[Path]:
    inside = [path for path in folder.rglob("*") if path.is_file() and path.name != "source.yml"]
    return sorted(
        path for path in inside if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def land_paths(home: Home, paths: Sequence[Path], site: str, as_kind: str = "") -> list[FileResult]:
    """Land files and folders for a site; one bad document does not stop the others.

    Args:
        home: The installation.
        paths: Files, or folders whose documents are all landed.
        site: The site that the documents belong to.
        as_kind: The kind that the documents are, where a person knows better than their content tells.

    Returns:
        One result a file, in the order of landing.

    Raises:
        WrongUseError: A path does not exist, the site has an impossible name, there is no such kind, or
            another command holds the lock.
        DiskError: The disk is full or broken.
    """
    check_site_name(site, where="--site", action="use the name that the site was made with")
    files = expand(paths)
    readers = (reader_named(home, as_kind),) if as_kind else readers_of(home)
    with write_lock(home), named_disk_faults(home):
        store.sweep(home)
        store.write_schemas(home)
        own_kinds.keep(home)
        known = register.load(home)
        scratch = store.scratch_folder(home)
        scratch.mkdir(parents=True)
        home.evidence.mkdir(parents=True, exist_ok=True)
        batch = Batch(home)
        try:
            results = []
            for path in files:
                results.append(_Landing(home, known, batch, site, path, readers, bool(as_kind)).run())
                if batch.is_full:
                    batch.commit()
            batch.commit()
            return results
        finally:
            batch.drop()
            shutil.rmtree(scratch, ignore_errors=True)


class _Landing:
    """One document on its way through the steps."""

    def __init__(
        self,
        home: Home,
        known: register.Register,
        batch: Batch,
        site: str,
        path: Path,
        readers: Sequence[Reader],
        is_told: bool,
    ) -> None:
        self._home = home
        self._known = known
        self._batch = batch
        self._site = site
        self._path = path
        self._readers = readers
        self._is_told = is_told
        self._rows: dict[str, int] = {}  # of the tables written last

    def run(self) -> FileResult:
        """Land the document, or register why it cannot be read."""
        scratch = store.scratch_folder(self._home)
        intake = store.Intake(self._home, self._path, self._batch.evidence)
        try:
            try:
                with self._path.open("rb") as handle:
                    head = handle.read(HEAD_BYTES)
            except OSError as error:
                return self._unopened(error)
            return self._land(intake, head, scratch)
        finally:
            intake.drop()
            store.empty(scratch)

    def _land(self, intake: store.Intake, head: bytes, scratch: Path) -> FileResult:
        before = self._path.stat()
        source = Source(self._path, self._path.name, head, before.st_size, scratch, intake.lines)
        choice = Choice(self._readers[0]) if self._is_told else choose(self._readers, source)
        if too_large := size_problem(choice, source):
            return self._unkept(choice, source, too_large)
        reader = choice.reader
        # A document of a length that is known already has probably come again: then its hash spares the
        # reading.
        side_by_side = before.st_size >= _PARALLEL_BYTES and not self._known.has_size(
            self._site, before.st_size
        )
        reading: Reading | None = None
        if side_by_side:
            reading = _side_by_side(intake.copy, lambda: read_document(choice, source))
        else:
            intake.copy()
        kind, version = (reader.kind, reader.version) if reader else (UNKNOWN_KIND, "0")
        evidence_id = evidence_id_of(self._site, intake.sha256, kind, version)
        earlier = self._known.find(self._site, evidence_id)
        if earlier and not self._counts_now(earlier):
            return self._unchanged(earlier)
        stored = intake.keep()
        if reading is None:
            reading = read_document(choice, replace(source, path=stored.path, byte_size=stored.byte_size))
        elif _moved(before, self._path):
            reading = rejected(reject.unreadable("changed_while_read").rejections)
        return self._write(evidence_id, kind, version, reader, stored, reading)

    def _write(
        self,
        evidence_id: str,
        kind: str,
        version: str,
        reader: Reader | None,
        stored: store.Stored,
        reading: Reading,
    ) -> FileResult:
        """Write the tables, then the register row."""
        reading, files = self._write_whole(reader, reading, evidence_id)
        counted = files.keys() - {"rejected_record"} - SIDE_TABLES
        landed = sum(self._rows[table] for table in counted) - reading.records_in_place
        same_key = self._known.with_key(self._site, kind, reading.document_key, stored.sha256)
        twin = next((entry for entry in same_key if self._same_records(files, entry)), None)
        if twin:
            reading, landed = _duplicate(reading, landed, twin), 0
            files = self._write_aside(reading, evidence_id)
        elif same_key:
            reading = replace(reading, message=_conflict_message(reading, same_key))
        for table, partial in files.items():
            self._batch.add_table(partial, store.table_path(self._home, table, self._site, evidence_id))
        entry = register.Entry(
            site=self._site,
            evidence_id=evidence_id,
            sha256=stored.sha256,
            file_name=self._path.name,
            byte_size=stored.byte_size,
            kind=kind,
            reader_version=version,
            document_key=reading.document_key,
            status="landed" if files.keys() - {"rejected_record"} else "rejected",
            message=reading.message,
            records_landed=landed,
            records_rejected=reading.records_rejected,
            arrival_order=self._known.next_arrival(),
        )
        reader_name = type(reader).__module__ if reader else ""
        now = datetime.datetime.now(datetime.UTC)
        row = register.write_aside(self._home, entry, reading, reader_name, now)
        self._batch.add_row(*row, entry.byte_size)
        self._known.add(entry)
        return self._result(entry, entry.status, reading.rejections)

    def _write_whole(
        self, reader: Reader | None, reading: Reading, evidence_id: str
    ) -> tuple[Reading, dict[str, Path]]:
        """Write the tables aside; rows that a reader makes while they are written may fail midway.

        Returns:
            The reading, or the one of a document that is rejected as a whole, with its files.
        """
        try:
            files = self._write_aside(reading, evidence_id)
            if not files:
                raise reject.unreadable("empty_file", expected="at least one record", found="none")
        except Exception as error:
            if reader is None:
                raise
            reading = rejected(rejections_for(reader, error))
            files = self._write_aside(reading, evidence_id)
        return reading, files

    def _write_aside(self, reading: Reading, evidence_id: str) -> dict[str, Path]:
        """Write every table of the reading to the scratch folder, without empty ones."""
        files = {}
        for table, rows in reading.records.items():
            if table not in TABLES:
                raise KeyError(f"a reader names the table {table}, which does not exist")
            if target := self._table_aside(table, rows, evidence_id):
                files[table] = target
        # Last, because a reader of a stream knows what it rejected when its rows are written.
        if reading.rejections and "rejected_record" not in files:
            rows = [reject.as_row(one) for one in reading.rejections]
            target = self._table_aside("rejected_record", rows, evidence_id)
            files |= {"rejected_record": target} if target else {}
        return files

    def _table_aside(self, table: str, rows: Iterable[Row] | Path, evidence_id: str) -> Path | None:
        """Write one table, where a reader has not written it itself; nothing where it has no row."""
        if isinstance(rows, Path):
            target, self._rows[table] = rows, store.count_rows(rows)
        else:
            target = store.scratch_folder(self._home) / f"{table}.{evidence_id}.parquet"
            self._rows[table] = store.write_rows(table, rows, target)
        return target if self._rows[table] else None

    def _same_records(self, files: dict[str, Path], entry: register.Entry) -> bool:
        """Say whether the records are those of an earlier landing, wherever they stand in the document."""
        mine = {table: path for table, path in files.items() if table != "rejected_record"}
        for table, path in mine.items():
            other = store.table_path(self._home, table, entry.site, entry.evidence_id)
            if not other.exists() or store.count_rows(other) != store.count_rows(path):
                return False
            if store.sha256_of(path) == store.sha256_of(other):
                continue
            # The same record may stand elsewhere in a document sent again; millions of them are compared as
            # a whole.
            columns = [name for name in TABLES[table] if name != "locator"]
            if columns == list(TABLES[table]) or not store.same_values(path, other, columns):
                return False
        return bool(mine)

    def _counts_now(self, earlier: register.Entry) -> bool:
        """Say whether a document was left out for a reason that has gone since.

        It was a duplicate of one that is withdrawn now, or larger than a limit that has been raised.
        """
        if earlier.status != "rejected":
            return False
        reasons = register.rejections_of(self._home, earlier, limit=1)
        if reasons and reasons[0].code == "too_large":
            return True
        if not earlier.document_key:
            return False
        twins = self._known.with_key(self._site, earlier.kind, earlier.document_key, earlier.sha256)
        return reasons[0].code == "duplicate_document" and not twins

    def _unchanged(self, earlier: register.Entry) -> FileResult:
        status = "unchanged" if earlier.status == "landed" else "rejected"
        if earlier.evidence_id in self._known.withdrawn:
            earlier = replace(
                earlier, message="This document was withdrawn by a decision and stays withdrawn."
            )
        return self._result(earlier, status, register.rejections_of(self._home, earlier))

    def _unkept(self, choice: Choice, source: Source, too_large: Rejection) -> FileResult:
        """Register a document that its size forbids to read, by its hash; its bytes are not copied."""
        reader = choice.reader
        kind, version = (reader.kind, reader.version) if reader else (UNKNOWN_KIND, "0")
        stored = store.Stored(store.sha256_of(source.path), source.byte_size, source.path)
        evidence_id = evidence_id_of(self._site, stored.sha256, kind, version)
        if earlier := self._known.find(self._site, evidence_id):
            return self._unchanged(earlier)
        return self._write(evidence_id, kind, version, reader, stored, rejected([too_large]))

    def _unopened(self, error: OSError) -> FileResult:
        """Register a file whose bytes cannot be had: without hash, under an identity made from its name."""
        reading = rejected(
            reject.unreadable(
                "unreadable", expected="a file that may be read", found=error.strerror or ""
            ).rejections
        )
        evidence_id = evidence_id_of(self._site, self._path.name, UNKNOWN_KIND, "0")
        earlier = self._known.find(self._site, evidence_id)
        if earlier:
            return self._unchanged(earlier)
        return self._write(evidence_id, UNKNOWN_KIND, "0", None, store.Stored("", 0, self._path), reading)

    def _result(self, entry: register.Entry, status: str, rejections: list[Rejection]) -> FileResult:
        return FileResult(
            path=self._path,
            evidence_id=entry.evidence_id,
            kind=entry.kind,
            records_landed=entry.records_landed,
            records_rejected=entry.records_rejected,
            status=status,
            rejections=rejections[:1000],
            message=entry.message,
        )


def _conflict_message(reading: Reading, others: Sequence[register.Entry]) -> str:
    """Name the documents that carry the same business key with other content; a gate judges them."""
    names = ", ".join(f"{entry.evidence_id} ({entry.file_name})" for entry in others)
    said = (
        f"Another document {reading.document_key}, in another form or with other content, is landed: "
        f"{names}. "
        f"另有相同編號之文件（形式或內容不同）已入庫：{names}。"
    )
    return f"{reading.message} {said}".strip()


def _duplicate(reading: Reading, landed: int, twin: register.Entry) -> Reading:
    """Keep a document that says again what is landed, without its records."""
    rejection = reject.rejection(
        "duplicate_document",
        "file",
        expected="each document once",
        found=f"{reading.document_key} is landed as {twin.evidence_id} ({twin.file_name})",
    )
    return replace(
        reading,
        records={},
        rejections=[rejection, *reading.rejections],
        records_rejected=reading.records_rejected + landed,
        message=rejection.message,
    )


def _moved(before: os.stat_result, path: Path) -> bool:
    """Say whether the file was written to since `before`."""
    after = path.stat()
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def _side_by_side(copy: Callable[[], None], read: Callable[[], Reading]) -> Reading:
    """Copy in a second thread while this one reads; an error of the copy is raised here."""
    failure: list[OSError] = []

    def work() -> None:
        try:
            copy()
        except OSError as error:
            failure.append(error)

    thread = threading.Thread(target=work, name="evidence-copy")
    thread.start()
    try:
        reading = read()
    finally:
        thread.join()
    if failure:
        raise failure[0]
    return reading
