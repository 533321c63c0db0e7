"""The last step of a fetch: from aside into the inbox, with an origin document that tells of each.

Order: the origin document is written aside and renamed, then every document is renamed, then the journal
says so. A kill anywhere leaves rows that are `arrived`; the next fetch does the same steps again with the
same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from tracetonne.connectors.config import Connector
from tracetonne.connectors.state import Item, State
from tracetonne.landing.origin import MARK
from tracetonne.settings import Home

_PARTIAL = ".partial"


def inbox_of(home: Home, connector: Connector) -> Path:
    """Return the folder in the inbox of its site that a connector fills."""
    return home.inbox / connector.site / connector.name


def aside(folder: Path, sha256: str) -> Path:
    """Return where complete bytes wait under a name that landing leaves out."""
    return folder / f".{sha256}{_PARTIAL}"


def sweep(folder: Path, state: State) -> None:
    """Remove bytes that no row of the journal speaks of: a kill came before they were complete."""
    waiting = {item.sha256 for batch in state.arrived().values() for item in batch}
    for path in folder.glob(f".*{_PARTIAL}"):
        if path.name.removeprefix(".").removesuffix(_PARTIAL) not in waiting:
            path.unlink()


def deliver(home: Home, connector: Connector, state: State) -> list[Item]:
    """Move everything that lies aside into the inbox; return what was moved or had been.

    A document whose bytes are nowhere any more is forgotten, so that it is fetched again.
    """
    folder = inbox_of(home, connector)
    moved: list[Item] = []
    for number, batch in state.arrived().items():
        _write(folder, *origin_document(connector, batch))
        for item in batch:
            waiting, final = aside(folder, item.sha256), folder / item.file_name
            if waiting.exists():
                waiting.replace(final)
            elif not final.exists() and not _is_evidence(home, item.sha256):
                state.forget(item)
                continue
            moved.append(item)
        sync_folder(folder)
        state.mark_delivered(number)
    return moved


def origin_document(connector: Connector, batch: Sequence[Item]) -> tuple[str, bytes]:
    """Return name and bytes of the document that tells where a batch came from."""
    documents = [
        {
            "sha256": item.sha256,
            "file_name": item.file_name,
            "byte_size": str(item.byte_size),
            "fetched_at": item.fetched_at,
            "remote_version": item.version,
            **dict(sorted(item.origin.items())),
        }
        for item in batch
    ]
    written = {
        "tracetonne": MARK,
        "connector": connector.name,
        "connector_kind": connector.kind,
        "remote_location": connector.location,
        "unencrypted_reason": connector.unencrypted_reason,
        "documents": documents,
    }
    # The first key tells the kind of the document.
    text = json.dumps(written, ensure_ascii=False, indent=1) + "\n"
    content = text.encode("utf-8", "backslashreplace")
    return f"origin-{batch[0].fetched_at[:10]}-{hashlib.sha256(content).hexdigest()[:12]}.json", content


def _write(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{name}{_PARTIAL}"
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / name)


def sync_folder(folder: Path) -> None:
    """Put renames on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_evidence(home: Home, sha256: str) -> bool:
    """Say whether the bytes have been landed, so that the inbox may have been cleared since."""
    from tracetonne.landing.store import evidence_path

    return evidence_path(home, sha256).exists()
