"""The text of a table of readings: unpacked, and in UTF-8, as the engine reads it."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, AnyStr, NamedTuple, cast

from tracetonne.landing import limits
from tracetonne.landing.reader import Source
from tracetonne.landing.reject import unreadable

_GZIP = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 20
_GZIP_WINDOW = 31  # zlib: the largest window, with the heading of gzip
# The engine refuses a line with this, whatever stands around it.
_DAMAGED = b"\xff"
# The longest line that the engine reads, and more than any record has.
LONGEST_LINE = 2_000_000


class Damage(NamedTuple):
    """Why a line is no text of a record.

    Args:
        code: `wrong_encoding` or `line_too_long`.
        found: What is there.
    """

    code: str
    found: str


def start_of(head: bytes, encoding: str) -> str:
    """Return the text that a file begins with; a file that is no text gives an empty one."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(_GZIP_WINDOW).decompress(head, _CHUNK_BYTES)
        except zlib.error:
            return ""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return decoder.decode(head).removeprefix("\ufeff")


def has_long_line(path: Path) -> bool:
    """Say whether a line is longer than the engine reads; one that fills its buffer it drops in silence."""
    with path.open("rb") as handle:
        # A line of two chunks or more fills one of them.
        while len(chunk := handle.read(_CHUNK_BYTES)) == _CHUNK_BYTES:
            if b"\n" not in chunk:
                return True
    return False


def plain_file(source: Source, encoding: str, scratch: Path) -> tuple[Path, dict[int, Damage]]:
    """Write the table as UTF-8 text.

    Returns:
        The file, and the lines that its encoding does not have, or that are too long, which stay in it as
        lines that the engine refuses, so that lines keep their numbers.

    Raises:
        UnreadableDocumentError: It unpacks to more than the limits allow.
    """
    target = scratch / "plain.csv"
    damaged: dict[int, Damage] = {}
    with source.path.open("rb") as raw, target.open("wb") as out:
        packed = source.head.startswith(_GZIP)
        opened = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw
        for number, line in enumerate(_lines(_bounded(opened, source, packed), encoding), start=1):
            if isinstance(line, str):
                out.write(line.encode("utf-8"))
            else:
                damaged[number] = line
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


def _lines(chunks: Iterator[bytes], encoding: str) -> Iterator[str | Damage]:
    """Give lines with their ends, or what is wrong with one."""
    if encoding == "utf-16":
        for text in _cut(_decoded(chunks, encoding), "\n"):
            if isinstance(text, int):
                yield _too_long(text, "characters")
            else:
                yield Damage("wrong_encoding", f"bytes that are no {encoding}") if "\ufffd" in text else text
        return
    for raw in _cut(chunks, b"\n"):
        if isinstance(raw, int):
            yield _too_long(raw, "bytes")
            continue
        try:
            yield raw.decode(encoding)
        except UnicodeDecodeError:
            yield Damage("wrong_encoding", f"bytes that are no {encoding}")


def _decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _too_long(length: int, of: str) -> Damage:
    return Damage("line_too_long", f"{length:,} {of}")


def _cut(chunks: Iterator[AnyStr], end: AnyStr) -> Iterator[AnyStr | int]:
    """Cut into lines with their ends; of one that is too long for a record only the length is held."""
    held, length = end[:0], 0
    for chunk in chunks:
        pieces = chunk.split(end)
        for index, piece in enumerate(pieces):
            length += len(piece)
            held = held + piece if length <= LONGEST_LINE else end[:0]
            if index < len(pieces) - 1:
                yield length if length > LONGEST_LINE else held + end
                held, length = end[:0], 0
    if length:
        yield length if length > LONGEST_LINE else held
