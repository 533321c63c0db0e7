"""EPDs of a soda4LCA node, in the node's own JSON, ILCD XML or zip.

Source: soda4LCA Service API, GET Datasets (startIndex, pageSize, format) and GET Dataset (version, view).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tracetonne.connectors.config import Soda4lcaConnector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.remote import Progress, RemoteDocument, Sink
from tracetonne.connectors.web import Query, WebService, failure, is_passing, unexpected

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_VERSION = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{3}|")
_VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "json": ("", {"format": "json", "view": "extended"}),
    "xml": ("", {"format": "xml"}),
    "zip": ("/zipexport", {}),
}


class Node:
    """A node; it is asked when its datasets are listed."""

    def __init__(self, connector: Soda4lcaConnector) -> None:
        self._connector = connector
        self._service = WebService(connector)
        stock = f"/datastocks/{connector.datastock}" if connector.datastock else ""
        self._processes = f"{connector.url.rstrip('/')}{stock}/processes"
        token = connector.token
        self._headers = {"Authorization": f"Bearer {token.value()}"} if token else {}

    def documents(self, progress: Progress) -> Iterator[RemoteDocument]:
        """Yield the datasets that were named or found, in their newest version."""
        for uuid in self._connector.uuids:
            # Only the dataset itself tells its version, so it is copied each time and compared by its bytes.
            yield self._document(uuid, "")
        if self._connector.search:
            for uuid, version in self._found():
                if not progress.knows(self._remote_id(uuid), version):
                    yield self._document(uuid, version)

    def is_passing(self, error: Exception) -> bool | float:
        """Say whether a failure may pass."""
        return is_passing(error)

    def failure(self, error: Exception) -> ConnectorError | None:
        """Say what a failure means to people."""
        return failure(self._connector, error)

    def close(self) -> None:
        """Leave."""
        self._service.close()

    def _found(self) -> Iterator[tuple[str, str]]:
        """Yield UUID and version of what the search finds, page by page.

        Raises:
            ConnectorError: The node does not answer as its interface says, or finds more than is looked at.
        """
        start, limit = 0, self._connector.limits.max_listed
        while True:
            query: Query = {
                **{name: _as_query(value) for name, value in self._connector.search.items()},
                "search": "true", "format": "json", "startIndex": start,
                "pageSize": self._connector.page_size,
            }  # fmt: skip
            page, _ = self._service.page(self._processes, query, self._headers)
            rows, total = self._rows(page)
            for row in rows:
                yield self._identity(row)
            start += len(rows)
            if not rows or start >= total:
                return
            if start >= limit:
                raise unexpected(
                    self._connector,
                    self._processes,
                    f"at most {limit:,} datasets",
                    f"{total:,}; narrow the search",
                )

    def _rows(self, page: Any) -> tuple[list[Any], int]:
        """Return the datasets of a page, and how many there are in all."""
        rows = page.get("data") if isinstance(page, dict) else None
        total = page.get("totalCount", 0) if isinstance(page, dict) else None
        if not isinstance(rows, list) or not isinstance(total, int):
            raise unexpected(self._connector, self._processes, "data and totalCount", str(page)[:80])
        return rows, total

    def _identity(self, row: Any) -> tuple[str, str]:
        uuid, version = (
            str(row.get(name) or "") if isinstance(row, dict) else "" for name in ("uuid", "version")
        )
        if not _UUID.fullmatch(uuid) or not _VERSION.fullmatch(version):
            raise unexpected(self._connector, self._processes, "uuid and version 00.00.000", str(row)[:80])
        return uuid, version

    def _remote_id(self, uuid: str) -> str:
        return f"{self._processes}/{uuid}"

    def _document(self, uuid: str, version: str) -> RemoteDocument:
        ending, query = _VIEWS[self._connector.document]
        asked: Query = {**query, "version": version} if version else query

        def write(sink: Sink) -> None:
            self._service.copy(self._remote_id(uuid) + ending, asked, self._headers, sink)

        name = (
            f"{uuid}_{version}.{self._connector.document}"
            if version
            else f"{uuid}.{self._connector.document}"
        )
        return RemoteDocument(self._remote_id(uuid), version, name, None, write)


def _as_query(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
