"""Write and read the BagIt frame (RFC 8493) of a package.

Our own writer, because the reference library moves files in place and stamps today's date; the structure is
the standard one, and the reference library validates it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tracetonne.package.layout import PAYLOAD

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
BAG_INFO = "bag-info.txt"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def payload_files(root: Path) -> list[Path]:
    """Return every file below `data/`, ordered by its path in the bag."""
    files = [path for path in (root / PAYLOAD).rglob("*") if path.is_file()]
    return sorted(files, key=lambda path: path.relative_to(root).as_posix())


def write_frame(root: Path, info: Mapping[str, str], hashes: Mapping[str, str]) -> None:
    """Make a bag of a folder whose payload already lies below `data/`.

    Args:
        root: The folder.
        info: Entries of `bag-info.txt`; `Payload-Oxum` is added.
        hashes: SHA-256 by path from `root`, one a payload file.
    """
    sizes = [path.stat().st_size for path in payload_files(root)]
    entries = dict(info) | {"Payload-Oxum": f"{sum(sizes)}.{len(sizes)}"}
    _write(root / "bagit.txt", DECLARATION)
    _write(root / BAG_INFO, "".join(f"{key}: {entries[key]}\n" for key in sorted(entries)))
    _write(root / MANIFEST, _manifest(hashes))
    tags = {name: sha256_of(root / name) for name in ("bagit.txt", BAG_INFO, MANIFEST)}
    _write(root / TAG_MANIFEST, _manifest(tags))


def _manifest(hashes: Mapping[str, str]) -> str:
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def read_info(root: Path) -> dict[str, str]:
    """Return the entries of `bag-info.txt`."""
    entries: dict[str, str] = {}
    for line in (root / BAG_INFO).read_text(encoding="utf-8").splitlines():
        key, separator, value = line.partition(": ")
        if separator:
            entries[key] = value
    return entries


def package_hash(root: Path) -> str:
    """Return the one hash that stands for the whole package: that of its tag manifest."""
    return sha256_of(root / TAG_MANIFEST)
