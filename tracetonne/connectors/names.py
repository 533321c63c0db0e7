"""A name under which a document may stand in an inbox, made from the name that the other side gave it."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

# File systems take 255 bytes; an ending of nine characters must still fit, and one of the partial file.
LONGEST_BYTES = 180
# Path separators of any system, what shells and spreadsheets act on, and everything that is not shown.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\/\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')
# Landing leaves these out, so a document of that name would be lost.
_OVERLOOKED = ("source.yml",)


def safe_name(remote: str) -> str:
    """Return a plain file name: no folder, no control or direction sign, not hidden, at most 180 bytes.

    Args:
        remote: Path or name as the other side wrote it, however hostile.
    """
    last = re.split(r"[/\\]", remote.rstrip("/\\"))[-1]
    plain = "".join(sign for sign in last if not 0xD800 <= ord(sign) <= 0xDFFF)
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", plain)).strip(" ")
    if not name.strip("._ "):
        return "document"
    if name.startswith((".", "~")) or name.lower() in _OVERLOOKED:
        name = f"_{name}"
    return _shortened(name)


def _shortened(name: str) -> str:
    """Cut the stem, never the ending, to the longest name, between characters."""
    if len(name.encode()) <= LONGEST_BYTES:
        return name
    path = PurePosixPath(name)
    suffix = path.suffix if len(path.suffix.encode()) <= 16 else ""
    stem = name.removesuffix(suffix).encode()[: LONGEST_BYTES - len(suffix.encode())]
    return stem.decode("utf-8", "ignore") + suffix


def with_mark(name: str, mark: str) -> str:
    """Return the name with a mark before its ending, for a second document of the same name."""
    path = PurePosixPath(name)
    return f"{path.stem}-{mark}{path.suffix}"


def matches(remote: str, patterns: Sequence[str]) -> bool:
    """Say whether the last part of a remote path fits one of the globs, in capitals or not."""
    name = re.split(r"[/\\]", remote.rstrip("/\\"))[-1].lower()
    return any(fnmatch.fnmatchcase(name, pattern.lower()) for pattern in patterns)


def name_of_url(url: str) -> str:
    """Return the last part of an address, decoded."""
    return unquote(url.rstrip("/").rsplit("/", 1)[-1])
