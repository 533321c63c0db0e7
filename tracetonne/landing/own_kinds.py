"""Contracts and templates that stewards wrote, and a copy of each as documents were read by it.

The version of such a reader ends in the beginning of the SHA-256 of its file, so that documents and file find
each other again when the file has been changed since, and elsewhere, in a package.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from tracetonne.landing.store import partial_path, publish
from tracetonne.settings import Home

# Where they lie below the home.
FOLDERS = ("contracts", "contracts/meter", "templates/pdf")
DIGEST_LENGTH = 12
_DIGEST = re.compile(r".*[+-]([0-9a-f]{8,12})", re.DOTALL)


def digest_of(path: Path) -> str:
    """Return the beginning of the SHA-256 of a file, by which it is kept."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGEST_LENGTH]


def keep(home: Home) -> None:
    """Copy every contract and template as it is now: a later change must not lose what was read by it."""
    for folder in FOLDERS:
        for path in sorted((home.root / folder).glob("*.yml")):
            target = _kept(home) / digest_of(path) / folder / path.name
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                partial = partial_path(target)
                partial.write_bytes(path.read_bytes())
                publish(partial, target)


def used(home: Home, kind: str, version: str) -> tuple[str, Path] | None:
    """Return digest and file of the contract that read documents of this kind in this version.

    Returns:
        The digest with the file's place below a home, as `0123456789ab/contracts/erp.yml`, and the file;
        nothing where the reader is one of the product, or the file was never kept.
    """
    for folder, path in _all(home, kind):
        digest = digest_of(path)
        if is_version_of(version, digest):
            return f"{digest}/{folder}/{path.name}", path
    return None


def is_version_of(version: str, digest: str) -> bool:
    """Say whether a reader of this version reads by the file with this digest."""
    match = _DIGEST.fullmatch(version)
    return match is not None and digest.startswith(match[1])


def _all(home: Home, kind: str) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in (home.root / folder / f"{kind}.yml", *_kept(home).glob(f"*/{folder}/{kind}.yml")):
            if path.is_file():
                yield folder, path


def _kept(home: Home) -> Path:
    return home.contracts / "kept"
