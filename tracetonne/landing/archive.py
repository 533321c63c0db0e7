"""Zip files as readers see them: every member by a safe name, and never more bytes than allowed.

Nothing is unpacked to disk. All members are judged from the table of contents before the first is opened, so
that an archive is read whole or refused by name. Python's `zipfile` never gives more of a member than its
entry declares, so the declared sizes are bounds.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import PurePosixPath
from typing import IO, NamedTuple

from tracetonne.landing import limits
from tracetonne.landing.limits import Limits
from tracetonne.landing.reader import Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
)
_LOCAL_HEADER = b"PK\x03\x04"
_EMPTY_ARCHIVE = b"PK\x05\x06"
_CONTENTS_ENTRY = b"PK\x01\x02"
_END_OF_CONTENTS = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED = 0x1
_NAMED_IN_UTF8 = 0x800
_NESTED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")
# What a computer adds by itself when it packs a folder; it holds no evidence.
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


class Member(NamedTuple):
    """A file in an archive.

    Args:
        name: Its path with `/`, without leading or doubled separators.
        open: Opens its bytes; what cannot be unpacked raises `UnreadableDocumentError` under its name.
    """

    name: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]


def is_zip(source: Source) -> bool:
    """Say whether the content begins like a zip file."""
    return source.head.startswith((_LOCAL_HEADER, _EMPTY_ARCHIVE))


def names(source: Source) -> tuple[str, ...]:
    """Return the names of the files of an archive for telling its kind; nothing where it cannot be opened."""
    try:
        return tuple(member.name for member in members(source))
    except UnreadableDocumentError:
        return ()


def members(source: Source) -> Iterator[Member]:
    """Give the files of an archive in the order of its table of contents.

    A member's bytes can be read only until the next one is asked for.

    Args:
        source: A document for which `is_zip` holds.

    Raises:
        UnreadableDocumentError: The archive is damaged or holds something unsafe: a name that leads out of
            it, a member with a password, an archive, a name twice, too many files, or too many bytes.
    """
    bounds = limits.current()
    try:
        _refuse_long_contents(source, bounds)
        archive = zipfile.ZipFile(source.path)
    except (*_DAMAGED, ValueError) as error:
        raise unreadable("bad_archive", expected="a complete zip file", found=str(error)) from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry)]
        problems = [*_size_problems(source, entries, bounds), *_entry_problems(entries, bounds)]
        if problems:
            raise UnreadableDocumentError(problems)
        for entry in entries:
            yield Member(_normalised(entry), _opener(archive, entry))


def _refuse_long_contents(source: Source, bounds: Limits) -> None:
    """Count the entries before the library makes an object of each.

    The count that the archive states need not be true, so the entries themselves are counted.
    """
    tail_bytes = _END_OF_CONTENTS.size + _LONGEST_COMMENT
    with source.path.open("rb") as handle:
        handle.seek(max(0, source.byte_size - tail_bytes))
        tail = handle.read(tail_bytes)
        place = tail.rfind(_EMPTY_ARCHIVE)
        if place < 0 or len(tail) - place < _END_OF_CONTENTS.size:
            raise zipfile.BadZipFile("it has no table of contents, so it may be cut short")
        length = _END_OF_CONTENTS.unpack_from(tail, place)[5]
        end = source.byte_size - len(tail) + place
        # 0xFFFFFFFF says that the length stands elsewhere; then the entries lie anywhere before the end.
        start = max(0, end - length) if length < 0xFFFFFFFF else 0
        handle.seek(start)
        count, rest, left = 0, b"", end - start
        while left > 0 and (block := handle.read(min(1 << 20, left))):
            left -= len(block)
            count += (rest + block).count(_CONTENTS_ENTRY)
            rest = block[-3:]
    if count > bounds.archive_members:
        raise unreadable(
            "unsafe_archive", expected=f"at most {bounds.archive_members:,} files", found=f"{count:,} files"
        )


def _is_litter(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    return bool(parts) and (parts[0] == _LITTER[0] or parts[-1] in _LITTER)


def _printed(entry: zipfile.ZipInfo) -> str:
    """Return the name as it was typed: older programs write it in the code page of their country, unsaid."""
    if entry.flag_bits & _NAMED_IN_UTF8 or entry.filename.isascii():
        return entry.filename
    for codec in ("utf-8", "cp950"):
        try:
            return entry.filename.encode("cp437").decode(codec)
        except UnicodeError:
            continue
    return entry.filename


def _normalised(entry: zipfile.ZipInfo) -> str:
    parts = _printed(entry).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def _size_problems(source: Source, entries: list[zipfile.ZipInfo], bounds: Limits) -> Iterator[Rejection]:
    total = sum(entry.file_size for entry in entries)
    if total > bounds.archive_bytes:
        yield rejection(
            "unsafe_archive",
            "file",
            expected=f"at most {bounds.archive_bytes:,} bytes unpacked",
            found=f"{total:,} bytes",
        )
    # Entries that share their packed bytes show only in the sum.
    if total > bounds.harmless_bytes and total > bounds.archive_ratio * source.byte_size:
        yield _bomb("file", total, source.byte_size, bounds)


def _bomb(locator: str, unpacked: int, packed: int, bounds: Limits) -> Rejection:
    return rejection(
        "unsafe_archive",
        locator,
        expected=f"at most {bounds.archive_ratio} times the packed size",
        found=f"{unpacked:,} bytes from {packed:,}",
    )


def _entry_problems(entries: list[zipfile.ZipInfo], bounds: Limits) -> Iterator[Rejection]:
    seen: set[str] = set()
    for entry in entries:
        name, locator = _normalised(entry), f"{entry.filename[:200]}!"
        if _escapes(entry.filename):
            yield rejection(
                "unsafe_archive", locator, expected="a name inside the archive", found=entry.filename
            )
        if name in seen:
            yield rejection("unsafe_archive", locator, expected="each name once", found=f"{name} twice")
        seen.add(name)
        if entry.flag_bits & _ENCRYPTED:
            yield rejection(
                "unsafe_archive", locator, expected="files without a password", found="a password"
            )
        if (
            entry.file_size > bounds.harmless_bytes
            and entry.file_size > bounds.archive_ratio * entry.compress_size
        ):
            yield _bomb(locator, entry.file_size, entry.compress_size, bounds)


def _escapes(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\x00" in name


def _opener(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo
) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    @contextmanager
    def opened() -> Iterator[IO[bytes]]:
        locator = f"{_normalised(entry)}!"
        try:
            with archive.open(entry) as handle:
                start = handle.read(8)
                if start.startswith(_NESTED):
                    raise unreadable(
                        "unsafe_archive", locator, expected="no archive in an archive", found="an archive"
                    )
                handle.seek(0)
                yield handle
        except _DAMAGED as error:
            raise unreadable(
                "bad_archive", locator, expected="a member that unpacks", found=str(error)
            ) from error

    return opened
