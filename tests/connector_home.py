"""A home with one connector, and the answers of a fetch, for the tests of connectors."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import stamina

from tracetonne.connectors.config import Connector, load
from tracetonne.connectors.fetch import FetchReport, fetch
from tracetonne.settings import Home

SITE = "screw_plant"


def home_at(root: Path) -> Home:
    """Return a home under a folder, with room for connectors."""
    home = Home(root=root, exports=root / "exports")
    home.connectors.mkdir(parents=True, exist_ok=True)
    return home


def write_connector(home: Home, name: str, text: str) -> Connector:
    """Write a connector file and load it."""
    path = home.connectors / f"{name}.yml"
    path.write_text(f"site: {SITE}\n" + textwrap.dedent(text), encoding="utf-8")
    return load(path)


def fetched(report: FetchReport) -> dict[str, str]:
    """Return the status of every document by the last part of its remote path."""
    return {document.remote_id.rsplit("/", 1)[-1]: document.status for document in report.documents}


def inbox(home: Home, name: str) -> dict[str, bytes]:
    """Return the documents that a connector delivered, without origin documents."""
    folder = home.inbox / SITE / name
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if not path.name.startswith((".", "origin-"))
    }


def origins(home: Home, name: str) -> list[dict[str, Any]]:
    """Return what the origin documents of a connector say, one entry a document."""
    said = []
    for path in sorted((home.inbox / SITE / name).glob("origin-*.json")):
        written = json.loads(path.read_text(encoding="utf-8"))
        said += [{**written, **document} for document in written["documents"]]
    return said


@contextmanager
def few_attempts(attempts: int = 2) -> Iterator[None]:
    """Try again without pauses, so that failures show at once."""
    stamina.set_testing(True, attempts=attempts)
    try:
        yield
    finally:
        stamina.set_testing(False)


def fetch_quickly(home: Home, connector: Connector, attempts: int = 2) -> FetchReport:
    """Fetch without pauses between attempts."""
    with few_attempts(attempts):
        return fetch(home, connector)
