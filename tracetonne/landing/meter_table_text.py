"""The text of a table of readings: unpacked, and in UTF-8, as the engine reads it."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from tracetonne.landing import limits
from tracetonne.landing.reader import Source
from tracetonne.landing.reject import unreadable

_GZIP = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 20
_GZIP_WINDOW = 31  # zlib: the largest window, with the heading of gzip
# The engine refuses a line with this, whatever stands around it.
_DAMAGED = b"\xff"


def start_of(head: bytes, encoding: str) -> str:
    """Return the text that a file begins with; a file that is no text gives an empty one."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(_GZIP_WINDOW).decompress(head, _CHUNK_BYTES)
        except zlib.error:
            return ""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return decoder.decode(head).removeprefix("\ufeff")


def plain_file(source: Source, encoding: str, scratch: Path) -> tuple[Path, list[tuple[int, str]]]:
    """Write the table as UTF-8 text.

    Returns:
        The file, and the lines that its encoding does not have, which stay in it as lines that the engine
        refuses, so that lines keep their numbers.

    Raises:
        UnreadableDocumentError: It unpacks to more than the limits allow.
    """
    target = scratch / "plain.csv"
    damaged: list[tuple[int, str]] = []
    with source.path.open("rb") as raw, target.open("wb") as out:
        packed = source.head.startswith(_GZIP)
        opened = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw
        for number, line in enumerate(_lines(_bounded(opened, source, packed), encoding), start=1):
            if isinstance(line, str):
                out.write(line.encode("utf-8"))
            else:
                damaged.append((number, f"bytes that are no {encoding}"))
                out.write(_DAMAGED + b"\n")
    return target, damaged


def _bounded(opened: IO[bytes], source: Source, packed: bool) -> Iterator[bytes]:
    allowed = limits.current()
    total = 0
    while chunk := opened.read(_CHUNK_BYTES):
        total += len(chunk)
        ratio = total > allowed.harmless_bytes and total > allowed.archive_ratio * source.byte_size
        if packed and (total > allowed.archive_bytes or ratio):
            expected = (
                f"at most {allowed.archive_ratio} times the packed size, {allowed.archive_bytes:,} bytes"
            )
            raise unreadable("unsafe_archive", expected=expected, found=f"{total:,} bytes and more")
        yield chunk


def _lines(chunks: Iterator[bytes], encoding: str) -> Iterator[str | bytes]:
    """Give lines with their ends; one that cannot be decoded as bytes."""
    if encoding == "utf-16":
        yield from _decoded(chunks, encoding)
        return
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for raw in whole:
            yield _line(raw + b"\n", encoding)
    if rest:
        yield _line(rest, encoding)


def _line(raw: bytes, encoding: str) -> str | bytes:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw


def _decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[str | bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = ""
    for chunk in chunks:
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        for one in whole:
            yield b"" if "\ufffd" in one else one + "\n"
    rest += decoder.decode(b"", final=True)
    if rest:
        yield b"" if "\ufffd" in rest else rest
