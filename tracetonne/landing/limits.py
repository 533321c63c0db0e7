"""How much of a document is read: limits against files made to exhaust the machine, each a setting.

A limit is raised or lowered by an environment variable, `TRACETONNE_LIMIT_` and its name in capitals, such
as `TRACETONNE_LIMIT_DOCUMENT_BYTES=536870912`. What is beyond a limit is a rejection that names limit and
finding.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field, fields
from typing import Any

from tracetonne.errors import WrongUseError

PREFIX = "TRACETONNE_LIMIT_"
_MIB = 1024 * 1024


def _limit(default: int, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Limits:
    """The limits that hold, all whole numbers above zero."""

    document_bytes: int = _limit(256 * _MIB, "size of a document that is held in memory while it is read")
    stream_bytes: int = _limit(64 * 1024 * _MIB, "size of a document that is read as a stream")
    archive_members: int = _limit(300_000, "files in one archive")
    archive_bytes: int = _limit(4 * 1024 * _MIB, "size of all files of an archive, unpacked")
    archive_ratio: int = _limit(200, "unpacked size of an archive or workbook against its packed size")
    harmless_bytes: int = _limit(16 * _MIB, "unpacked size up to which no ratio is asked for")
    workbook_bytes: int = _limit(512 * _MIB, "size of all parts of a workbook, unpacked")
    workbook_cells: int = _limit(3_000_000, "cells of one sheet, blank ones between filled ones included")
    cell_characters: int = _limit(131_072, "characters of one cell")
    table_rows: int = _limit(500_000_000, "rows of one Parquet table")
    json_depth: int = _limit(100, "JSON objects and lists within each other")
    number_digits: int = _limit(400, "digits of a number in JSON")
    pdf_pages: int = _limit(300, "pages of a PDF")
    pdf_seconds: int = _limit(60, "time to read one PDF, in seconds")


_VARIABLES = {PREFIX + one.name.upper(): one.name for one in fields(Limits)}


def current() -> Limits:
    """Return the limits of this process.

    Raises:
        WrongUseError: An environment variable holds no whole number above zero, or names no limit.
    """
    return _chosen(tuple(os.environ.get(variable) for variable in _VARIABLES))


@functools.lru_cache(maxsize=8)
def _chosen(_: tuple[str | None, ...]) -> Limits:
    """Read the limits from the environment; they are asked for many times a document."""
    chosen = {}
    for variable, written in os.environ.items():
        if not variable.startswith(PREFIX):
            continue
        if variable not in _VARIABLES or not written.isascii() or not written.isdigit() or not int(written):
            raise WrongUseError(
                "This limit cannot be set.",
                where=variable,
                expected=f"a whole number above zero in one of {', '.join(_VARIABLES)}",
                found=written,
                action="correct the environment variable, or unset it",
            )
        chosen[_VARIABLES[variable]] = int(written)
    return Limits(**chosen)
