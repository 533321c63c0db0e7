"""The inbox folders: what waits there, and landing it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tracetonne.settings import Home


def land_inbox(here: Home, site: str) -> list[str]:
    """Land the documents that wait for a site; return their names with what became of each."""
    inbox = here.inbox / site
    if not inbox.is_dir() or not any(inbox.iterdir()):
        return []
    from tracetonne.landing.land import land_paths

    return [f"{Path(result.path).name} {result.status}" for result in land_paths(here, [inbox], site)]


def waiting_files(folder: Path) -> list[Path]:
    """Return the documents in an inbox: no hidden file, none still being written under a dot name."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith((".", "~")) and path.name != "source.yml"
    )


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
