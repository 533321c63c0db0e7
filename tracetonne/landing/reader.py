"""What a reader is: it tells its kind of file from the content, and turns bytes into records and rejections."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Source:
    """A document as it lies on disk: `path` to read from, `head` its first 64 KiB for telling the kind."""

    path: Path
    file_name: str
    head: bytes
    byte_size: int


@dataclass(frozen=True)
class Rejection:
    """One record or cell that could not be read; it becomes a row of `rejected_record`.

    Args:
        locator: Where it stands: `line 12`, `sheet!B4`, an XPath, or `file` for the whole document.
        field: Name of the column or cell, empty for a whole record.
        code: Stable name of the reason, such as `unknown_unit`.
        message: What is wrong, in English.
        message_zh: The same in Traditional Chinese.
        expected: What would have been accepted.
        found: What was there.
        action: What to do next.
        original_text: The record or cell as it stands in the document.
    """

    locator: str
    field: str
    code: str
    message: str
    message_zh: str
    expected: str = ""
    found: str = ""
    action: str = ""
    original_text: str = ""


Row = Mapping[str, str | None]


@dataclass
class Reading:
    """What a reader made of a document.

    `records` maps a landing table (see `tables.py`) to its rows in document order, or, for tables too large for
    Python, to a DuckDB query that yields the table's columns in document order. `records_rejected` counts source
    records that did not land at all; a record that lands with a null in place of a bad cell is landed.
    """

    records: dict[str, Iterable[Row] | str]
    rejections: list[Rejection] = field(default_factory=list)
    records_rejected: int = 0
    document_key: str = ""
    document_date: str = ""
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    source_zone: str = "Asia/Taipei"
    encoding: str = "utf-8"
    locator_kind: str = "stored"
    header_lines: int = 0
    message: str = ""


class Reader(Protocol):
    """One document format. A module of `tracetonne.landing` holds one reader, named `READER`."""

    kind: str  # what the document is: `taipower_bill`, `cbam_template`
    title: str  # the same for people
    title_zh: str
    version: str  # raised when the same bytes would land differently

    def recognises(self, source: Source) -> bool:
        """Say whether the content, never the name alone, is of this kind."""
        ...

    def read(self, source: Source) -> Reading:
        """Read the document; raise `EvidenceRejectedError` where nothing of it can be read."""
        ...
