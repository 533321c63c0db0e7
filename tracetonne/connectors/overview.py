"""The connectors of a home as a list: what each fetches, whether it could, and what it has brought so far."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tracetonne.connectors.config import Connector, config_paths, load
from tracetonne.connectors.errors import ConnectorConfigError
from tracetonne.connectors.fetch import state_path
from tracetonne.connectors.state import State
from tracetonne.settings import Home


@dataclass(frozen=True)
class ConnectorStatus:
    """A row of the list.

    Args:
        name: Name of its file.
        kind: What it fetches from; empty if the file cannot be read.
        site: Whose inbox it fills.
        location: Where it fetches, without secrets.
        delivered: Documents that it has brought.
        last_fetched_at: When the last one arrived, UTC.
        problem: Why it cannot fetch; empty if its file and its secrets are complete.
        unencrypted_reason: Why its way is not encrypted; empty if it is, or stays on this machine.
    """

    name: str
    kind: str
    site: str
    location: str
    delivered: int
    last_fetched_at: str
    problem: str
    unencrypted_reason: str


def overview(home: Home, site: str | None = None) -> list[ConnectorStatus]:
    """Return every connector of a home, or of a site; files that cannot be read are always among them."""
    found = [_status(home, path.stem) for path in config_paths(home)]
    return [one for one in found if site is None or one.site in (site, "")]


def _status(home: Home, name: str) -> ConnectorStatus:
    try:
        connector = load(home.connectors / f"{name}.yml")
    except ConnectorConfigError as error:
        said = f"{error.what} {error.where} {error.expected}"
        return ConnectorStatus(name, "", "", "", *_fetched(home, name), said, "")
    return ConnectorStatus(
        name,
        connector.kind,
        connector.site,
        connector.location,
        *_fetched(home, name),
        _missing(connector),
        connector.unencrypted_reason,
    )


def _fetched(home: Home, name: str) -> tuple[int, str]:
    """Return how many documents were brought, and when the last one arrived."""
    path = state_path(home, name)
    if not path.exists():
        return 0, ""
    with State.open(path) as state:
        return state.counts()


def _missing(connector: Connector) -> str:
    """Say which environment variables are not set."""
    names = sorted({one.variable for one in connector.secrets() if not os.environ.get(one.variable)})
    return f"not set in the environment: {', '.join(names)}" if names else ""
