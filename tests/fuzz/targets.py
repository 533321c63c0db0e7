"""What is fuzzed: every reader, and the parsers that readers share, each from good samples."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from landing_documents import bill, invoice, ledger, source_of
from reader_samples import MADE, read_and_write, samples, zip_of

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing import archive, json_document, text, xml_document
from tracetonne.landing.kinds import READERS
from tracetonne.landing.reader import Reader
from tracetonne.landing.records import csv_records
from tracetonne.landing.unknown import why_unknown


@dataclass(frozen=True)
class Target:
    """One parser.

    Args:
        run: Parses bytes; raises whatever is a fault.
        seeds: Good documents.
        cases: How many damaged ones the tests try at most; dear parsers get fewer.
    """

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    cases: int


def _reader(reader: Reader) -> Callable[[bytes], None]:
    def run(content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            reading, counts = read_and_write(reader, content, Path(folder))
        codes = [one.code for one in reading.rejections]
        if "reader_fault" in codes:
            raise AssertionError(reading.rejections)
        if not sum(counts.values()) and not codes:
            raise AssertionError("neither a record nor a reason")

    return run


def _csv(content: bytes) -> None:
    """Cut into records: nothing but blank lines may be lost."""
    codec, skip = text.tell_encoding(content)
    if codec == "utf-16":
        return
    lines = [line for line in text.lines_of(content, codec, skip) if line.text.strip()]
    records = list(csv_records(content, codec, skip))
    said = sum(record.original.count("\n") + 1 for record in records)
    # A record may hold blank lines within quotation marks.
    if said < len(lines):
        raise AssertionError(f"{len(lines)} lines, of which the records hold {said}")


def _xml(content: bytes) -> None:
    with contextlib.suppress(EvidenceRejectedError):
        xml_document.parse_bytes(content)


def _json(content: bytes) -> None:
    with contextlib.suppress(EvidenceRejectedError):
        json_document.parse_bytes(content, numbers_as_text=True)


def _zip(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        path.write_bytes(content)
        source = source_of(path, Path(folder) / "scratch")
        if not archive.is_zip(source):
            return
        with contextlib.suppress(EvidenceRejectedError):
            for member in archive.members(source):
                with member.open() as handle:
                    handle.read()


def _unknown(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        path.write_bytes(content)
        why_unknown(source_of(path, Path(folder) / "scratch"))


def _cases(seed: bytes, reader: Reader) -> int:
    """Return how many cases a document is worth: a PDF costs a process, a table of readings an engine."""
    if seed.startswith(b"%PDF"):
        return 3
    if seed.startswith(b"PK"):
        return 10
    return 20 if reader.family == "meters" else 50


_SHARED = ("csv_records", "xml_document", "json_document", "archive", "unknown")
# Known without reading any sample, which takes seconds.
NAMES = (*_SHARED, *dict.fromkeys(reader.kind for reader in READERS))


@functools.cache
def targets() -> Mapping[str, Target]:
    """Return every target by name; readers without a small sample here are left out."""
    json_seeds = tuple(MADE[kind]() for kind in ("pcf_pact", "taipower_ami", "decision"))
    found = {
        "csv_records": Target(_csv, (ledger(), bill(), bill(codec="utf-8")), 1500),
        "xml_document": Target(_xml, (invoice(), MADE["green_button"]()), 1500),
        "json_document": Target(_json, json_seeds, 1500),
        "archive": Target(_zip, (zip_of({"a/b.xml": invoice(), "c.csv": ledger()}),), 500),
        "unknown": Target(_unknown, (invoice(), ledger(), *json_seeds), 500),
    }
    for reader in READERS:
        seeds = tuple(samples(reader))
        if seeds:
            cases = min(_cases(seed, reader) for seed in seeds)
            found[reader.kind] = Target(_reader(reader), seeds, cases)
    return found
