"""What lies on disk: evidence under its SHA-256, one Parquet file a document and table, renamed when done.

A killed run leaves `.…partial` files, or finished files without a register row. Neither is ever read as
landed, and the next landing sweeps both away.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import stat
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tracetonne.heavy import np, pa, pq
from tracetonne.landing.reader import Row
from tracetonne.landing.tables import TABLES
from tracetonne.settings import Home
from tracetonne.sites import SCHEMA_SITE

_FORMER_SCHEMA_SITE = "_schema"
# Small enough to stay in the processor's cache between reading, hashing, counting and writing.
_CHUNK_BYTES = 1 << 18
_ROWS_A_GROUP = 50_000
# Most documents have a few records. For so few, compressing and dictionaries cost more time than they save
# space, and without the copy of the Arrow schema the file is a third smaller.
_FEW_ROWS = 500
_FOR_FEW: dict[str, Any] = {
    "compression": "none",
    "use_dictionary": False,
    "store_schema": False,
    "write_statistics": False,
    # What a column sets aside before it knows how little is coming.
    "data_page_size": 1 << 14,
    "write_batch_size": 64,
}
_FOR_MANY: dict[str, Any] = {"compression": "zstd"}
_ARROW: dict[str, Callable[[], pa.DataType]] = {
    "VARCHAR": lambda: pa.string(),
    "BIGINT": lambda: pa.int64(),
    "INTEGER": lambda: pa.int32(),
    "DATE": lambda: pa.date32(),
    "TIMESTAMP": lambda: pa.timestamp("us"),
    "DECIMAL(18,6)": lambda: pa.decimal128(18, 6),
}


@dataclass(frozen=True)
class Stored:
    """A document in the evidence store."""

    sha256: str
    byte_size: int
    path: Path


def evidence_path(home: Home, sha256: str) -> Path:
    """Return where the bytes with this hash lie."""
    return home.evidence / sha256[:2] / sha256


def table_path(home: Home, table: str, site: str, evidence_id: str) -> Path:
    """Return the Parquet file of one table of one landing."""
    return home.landing / table / f"site={site}" / f"{evidence_id}.parquet"


def partial_path(final: Path) -> Path:
    """Return the temporary name beside `final`, on the same file system so that the rename is atomic."""
    return final.with_name(f".{final.name}.{os.getpid()}.partial")


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(partial: Path, final: Path) -> None:
    """Move a finished file to its name, so that it survives a power cut once this returns."""
    sync(partial)
    partial.replace(final)
    sync(final.parent)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@dataclass(frozen=True)
class Copied:
    """What one reading of a file tells: its hash, and its lines (the last one may lack its line end)."""

    sha256: str
    lines: int


def copy_and_hash(source: Path, target: Path) -> Copied:
    """Copy the bytes, hash them and count their lines, reading the source once."""
    digest = hashlib.sha256()
    buffer = bytearray(min(_CHUNK_BYTES, source.stat().st_size + 1))
    view, numbers = memoryview(buffer), np.frombuffer(buffer, dtype=np.uint8)
    line_ends, last = 0, ord("\n")
    with source.open("rb", buffering=0) as reader, target.open("wb", buffering=0) as writer:
        while count := reader.readinto(buffer):
            digest.update(view[:count])
            line_ends += int(np.count_nonzero(numbers[:count] == ord("\n")))
            last = buffer[count - 1]
            # An unbuffered write may be short.
            written_bytes = 0
            while written_bytes < count:
                written_bytes += writer.write(view[written_bytes:count])
    return Copied(digest.hexdigest(), line_ends + (last != ord("\n")))


class Intake:
    """A document on its way into the evidence store: copied and hashed first, then kept or dropped.

    Args:
        home: The installation.
        source: The file as it was handed in.
        waiting: Evidence that is kept but not committed: its final name, and where it lies.
    """

    def __init__(self, home: Home, source: Path, waiting: dict[Path, Path]) -> None:
        self._home = home
        self._source = source
        self._waiting = waiting
        self._partial = home.evidence / f".intake.{os.getpid()}.{len(waiting)}.partial"
        self._is_kept = False
        self._done = threading.Event()
        self._copied = Copied("", -1)

    def copy(self) -> None:
        """Copy and hash."""
        try:
            self._copied = copy_and_hash(self._source, self._partial)
        finally:
            self._done.set()

    @property
    def sha256(self) -> str:
        """The hash of the bytes copied."""
        return self._copied.sha256

    def lines(self) -> int:
        """Wait for the copy and return how many lines it has; -1 if it failed."""
        self._done.wait()
        return self._copied.lines

    def keep(self) -> Stored:
        """Have the copy wait for its place under its hash, read-only; bytes that are stored are not again."""
        final = evidence_path(self._home, self.sha256)
        size = self._partial.stat().st_size
        if final not in self._waiting and not (final.exists() and final.stat().st_size == size):
            self._partial.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
            self._waiting[final] = self._partial
            self._is_kept = True
        return Stored(self.sha256, size, self._waiting.get(final, final))

    def drop(self) -> None:
        """Remove the copy where it is not kept."""
        if not self._is_kept:
            self._partial.unlink(missing_ok=True)


@functools.cache
def arrow_schema(table: str) -> pa.Schema:
    """Return the Parquet schema of a landing table."""
    return pa.schema([(name, _ARROW[kind]()) for name, kind in TABLES[table].items()])


@functools.cache
def _row_type(table: str) -> pa.DataType:
    return pa.struct(list(arrow_schema(table)))


def write_rows(table: str, rows: Iterable[Row] | Iterable[dict[str, object]], target: Path) -> int:
    """Write rows in order to one Parquet file, a row group at a time, and return how many.

    Columns that a row does not name are null; a name that the table does not have is an error of the reader.

    Raises:
        KeyError: A row names a column that the table does not have.
    """
    schema = arrow_schema(table)
    iterator = iter(rows)
    batch = list(islice(iterator, _ROWS_A_GROUP))
    count = len(batch)
    if count < _FEW_ROWS:
        # Written in one piece: a call to the system for each of fifty columns costs as much as the rest.
        buffer = pa.BufferOutputStream()
        with pq.ParquetWriter(buffer, schema, **_FOR_FEW) as writer:
            if batch:
                writer.write_table(as_arrow(table, batch))
        target.write_bytes(buffer.getvalue())
        return count
    with pq.ParquetWriter(target, schema, **_FOR_MANY) as writer:
        while batch:
            writer.write_table(as_arrow(table, batch))
            batch = list(islice(iterator, _ROWS_A_GROUP))
            count += len(batch)
    return count


def as_arrow(table: str, batch: Sequence[Mapping[str, object]]) -> pa.Table:
    """Return rows as an Arrow table with all columns of their landing table.

    Raises:
        KeyError: A row names a column that the table does not have.
    """
    named = {name for row in batch for name in row}
    if not named <= TABLES[table].keys():
        raise KeyError(f"{table} has no column {sorted(named - TABLES[table].keys())}")
    kind = _row_type(table)
    try:
        rows = pa.array(batch, kind)
    except UnicodeEncodeError:
        # The name of a file need not be text: bytes that are none are spelled out.
        spelled = [{name: _spelled_out(value) for name, value in row.items()} for row in batch]
        rows = pa.array(spelled, kind)
    return pa.Table.from_batches([pa.RecordBatch.from_struct_array(rows)])


def _spelled_out(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def count_rows(path: Path) -> int:
    """Return the number of rows of a Parquet file, from its footer."""
    return int(pq.read_metadata(path).num_rows)


def same_values(one: Path, other: Path, columns: list[str]) -> bool:
    """Say whether two Parquet files hold the same values in these columns, in the same order."""
    left, right = (pq.ParquetFile(path).read(columns=columns) for path in (one, other))
    return bool(left.equals(right))


def write_schemas(home: Home) -> None:
    """Write an empty Parquet file for every landing table, so that views exist before any document.

    Where a newer version of the product gave a table more columns, its landed files get them too, empty; what
    a newer reader would fill them with comes with `tracetonne rebuild`.
    """
    for table in TABLES:
        final = table_path(home, table, SCHEMA_SITE, "schema")
        former = table_path(home, table, _FORMER_SCHEMA_SITE, "schema").parent
        if former.exists():
            former.rename(final.parent)
        if final.exists() and pq.read_schema(final).equals(arrow_schema(table)):
            continue
        if final.exists():
            for landed in sorted((home.landing / table).glob("site=*/*.parquet")):
                _give_all_columns(table, landed)
        # Made again whenever it is missing, so it need not outlive a power cut.
        final.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_path(final)
        write_rows(table, [], partial)
        partial.replace(final)


def _give_all_columns(table: str, landed: Path) -> None:
    """Write a landed file again with the columns that its table has now; the others of it are dropped."""
    schema = arrow_schema(table)
    old = pq.ParquetFile(landed)
    if old.schema_arrow.equals(schema):
        return
    partial = partial_path(landed)
    with pq.ParquetWriter(partial, schema, **_FOR_MANY) as writer:
        for batch in old.iter_batches():
            kept = set(batch.schema.names)
            columns = [
                batch.column(field.name).cast(field.type)
                if field.name in kept
                else pa.nulls(len(batch), field.type)
                for field in schema
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    publish(partial, landed)


def sweep(home: Home) -> list[Path]:
    """Remove what a killed run left: temporary files, and tables of landings without a register row.

    Call it under the write lock only. Evidence bytes are never removed.

    Returns:
        What was removed.
    """
    removed = []
    for folder in (home.evidence, home.landing):
        if folder.exists():
            removed += [path for path in folder.rglob(".*.partial") if path.is_file()]
    registered = {
        (path.parent.name, path.stem) for path in (home.landing / "evidence").glob("site=*/*.parquet")
    }
    for table in TABLES:
        if table != "evidence":
            removed += [
                path
                for path in (home.landing / table).glob("site=*/*.parquet")
                if (path.parent.name, path.stem) not in registered
            ]
    for path in removed:
        path.unlink()
    scratch = scratch_folder(home)
    if scratch.exists():
        shutil.rmtree(scratch)
        removed.append(scratch)
    return removed


def empty(folder: Path) -> None:
    """Remove what lies in a folder."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def scratch_folder(home: Home) -> Path:
    """Return the folder where readers of large files write, on the landing's file system."""
    return home.landing / ".scratch"
