"""What a reader is: it tells its kind of file from the content, and turns bytes into records."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from tracetonne.chinese import in_chinese

# Families of documents: name, title, title in Traditional Chinese.
FAMILIES = {
    "invoices": ("Invoices and bills", "發票與帳單"),
    "meters": ("Meters", "電表與計量"),
    "suppliers": ("Suppliers", "供應商"),
    "plant": ("Plant", "廠內紀錄"),
    "organisation": ("Organisation", "組織盤查"),
    "people": ("People's entries and decisions", "人工填報與決定"),
}


@dataclass(frozen=True)
class Source:
    """A document as it lies on disk.

    Args:
        path: The bytes to read.
        file_name: The name it arrived under; a hint for people, never for telling the kind.
        head: Its first 64 KiB, for telling the kind.
        byte_size: Its length.
        scratch: An empty folder for tables that a reader writes itself; removed after the landing.
        lines: Gives the number of lines, which the landing counts while it copies; waits for the copy.
    """

    path: Path
    file_name: str
    head: bytes
    byte_size: int
    scratch: Path | None = None
    lines: Callable[[], int] | None = None


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

    def as_dict(self) -> dict[str, str]:
        """Return the parts for `--json`, with the Chinese of those that have it."""
        return {
            **asdict(self),
            "expected_zh": in_chinese(self.expected),
            "found_zh": in_chinese(self.found),
            "action_zh": in_chinese(self.action),
        }


Row = Mapping[str, str | None]


@dataclass
class Reading:
    """What a reader made of a document.

    `records` maps a landing table (see `tables.py`) to its rows in document order, or, for tables too large
    for Python, to a finished Parquet file in `Source.scratch` with the table's columns. `records_rejected`
    counts source records of which anything could not be read; `records_in_place` says how many of those hold
    a row all the same, with a null for the bad cell, so that row numbers stay line numbers. A reader of
    large files gives `rejected_record` as a file too, and in `rejections` the first of them for the user to
    see.
    """

    records: dict[str, Iterable[Row] | Path]
    rejections: list[Rejection] = field(default_factory=list)
    records_rejected: int = 0
    records_in_place: int = 0
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
    """One document format. A module of `tracetonne.landing` holds one reader, named `READER`.

    A reader may also have `about`, Markdown for docs/contracts.md, and `max_bytes`, the size up to which it
    reads a document; without it the limit `document_bytes` holds.
    """

    @property
    def kind(self) -> str:
        """What the document is: `taipower_bill`, `cbam_template`."""
        ...

    @property
    def title(self) -> str:
        """The same for people."""
        ...

    @property
    def title_zh(self) -> str:
        """The same in Traditional Chinese."""
        ...

    @property
    def version(self) -> str:
        """Raised when the same bytes would land differently."""
        ...

    @property
    def family(self) -> str:
        """Where it belongs: a name in `FAMILIES`."""
        ...

    @property
    def standard(self) -> str:
        """Who says what the format is: `EN 16931 (UBL 2.1)`, `declared contract`."""
        ...

    @property
    def standard_version(self) -> str:
        """The versions that are read: `2.1`, `3.2, 4.0, 4.1`; empty where the standard has none."""
        ...

    def recognises(self, source: Source) -> bool:
        """Say whether the content, never the name alone, is of this kind."""
        ...

    def read(self, source: Source) -> Reading:
        """Read the document; raise `EvidenceRejectedError` where nothing of it can be read."""
        ...
