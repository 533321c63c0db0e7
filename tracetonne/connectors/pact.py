"""Footprints of a PACT host, version 3: client credentials, the list page by page, each one as it is served.

Source: PACT API Specification 3.0.4, Action Authenticate (OpenID Connect discovery, else `/auth/token`),
Action ListFootprints (Link header of RFC 8288, on the same host) and Action GetFootprint.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import httpx

from tracetonne.connectors.config import PactConnector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.remote import Progress, RemoteDocument, Sink
from tracetonne.connectors.web import Query, WebService, failure, is_passing, same_host, unexpected

# A token is renewed this long before it ends.
_SPARE_SECONDS = 30.0
_LONGEST_TOKEN_SECONDS = 3600.0


class Host:
    """A host; it is asked when its footprints are listed."""

    def __init__(self, connector: PactConnector) -> None:
        self._connector = connector
        self._service = WebService(connector)
        self._base = connector.url.rstrip("/")
        self._footprints = f"{self._base}/3/footprints"
        self._token = ""
        self._token_ends = 0.0
        self._token_url = ""

    def documents(self, progress: Progress) -> Iterator[RemoteDocument]:
        """Yield the footprints that are new, or were changed since they were fetched."""
        for footprint in self._listed():
            identity = str(footprint.get("id") or "") if isinstance(footprint, dict) else ""
            if not identity:
                raise unexpected(
                    self._connector, self._footprints, "footprints with an id", str(footprint)[:80]
                )
            # A host may change the status of a footprint and keep its id, so its content is its version.
            version = _content_hash(footprint)
            if not progress.knows(identity, version):
                yield self._document(identity, version)

    def is_passing(self, error: Exception) -> bool | float:
        """Say whether a failure may pass; a token that ended too early is fetched again."""
        if isinstance(error, httpx.HTTPStatusError) and error.response.status_code == 401 and self._token:
            self._token = ""
            return True
        return is_passing(error)

    def failure(self, error: Exception) -> ConnectorError | None:
        """Say what a failure means to people."""
        return failure(self._connector, error)

    def close(self) -> None:
        """Leave."""
        self._service.close()

    def _listed(self) -> Iterator[Any]:
        """Yield the footprints of all pages.

        Raises:
            ConnectorError: The host does not answer as the specification says, or leads elsewhere.
        """
        filters = {name: _as_query(value) for name, value in self._connector.filters.items()}
        query: Query = {**filters, "limit": self._connector.page_size}
        url, seen, listed = self._footprints, set[str](), 0
        while True:
            page, headers = self._page(url, query)
            rows = page.get("data") if isinstance(page, dict) else None
            if not isinstance(rows, list):
                raise unexpected(self._connector, url, "data, a list of footprints", str(page)[:80])
            yield from rows
            listed += len(rows)
            following = self._following(headers)
            if not following:
                return
            if following in seen or listed > self._connector.limits.max_listed:
                raise unexpected(
                    self._connector, url, "pages that come to an end", "the same page again, or too many"
                )
            seen.add(following)
            # The filters are part of the link; a query given beside it would replace them.
            parts = urlsplit(following)
            url = following.split("?")[0]
            query = _grouped(parse_qsl(parts.query, keep_blank_values=True))

    def _page(self, url: str, query: Query) -> tuple[Any, httpx.Headers]:
        try:
            return self._service.page(url, query, self._authorised())
        except httpx.HTTPStatusError as error:
            if error.response.status_code != 401:
                raise
            self._token = ""
            return self._service.page(url, query, self._authorised())

    def _following(self, headers: httpx.Headers) -> str:
        """Return the address of the next page, which has to be of the same host; empty at the end."""
        link = httpx.Response(200, headers=headers).links.get("next", {}).get("url", "")
        if link and not same_host(link, self._base):
            raise unexpected(self._connector, self._footprints, "a next page on the same host", link[:200])
        return str(link)

    def _document(self, identity: str, version: str) -> RemoteDocument:
        def write(sink: Sink) -> None:
            address = f"{self._footprints}/{quote(identity, safe='')}"
            self._service.copy(address, {}, self._authorised(), sink)

        return RemoteDocument(identity, version, f"pcf_{identity}.json", None, write)

    def _authorised(self) -> dict[str, str]:
        """Return the header with a token that is still good."""
        if not self._token or time.monotonic() >= self._token_ends:
            self._token, seconds = self._new_token()
            self._token_ends = time.monotonic() + max(0.0, seconds - _SPARE_SECONDS)
        return {"Authorization": f"Bearer {self._token}"}

    def _new_token(self) -> tuple[str, float]:
        """Ask for a token with client credentials; return it and its seconds."""
        self._token_url = self._token_url or self._discovered()
        form = {"grant_type": "client_credentials"}
        if self._connector.scope:
            form["scope"] = self._connector.scope
        login = (self._connector.client_id.value(), self._connector.client_secret.value())
        answer = self._service.post_form(self._token_url, form, login)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise unexpected(self._connector, self._token_url, "access_token", "an answer without it")
        seconds = answer.get("expires_in")
        return token, float(seconds) if isinstance(seconds, int | float) else _LONGEST_TOKEN_SECONDS

    def _discovered(self) -> str:
        """Return where tokens are given: as the provider says, on its own host; else `/auth/token`."""
        provider = (self._connector.auth_url or self._base).rstrip("/")
        try:
            said, _ = self._service.page(f"{provider}/.well-known/openid-configuration", {}, {})
        except httpx.HTTPStatusError:
            return f"{provider}/auth/token"
        endpoint = said.get("token_endpoint") if isinstance(said, dict) else None
        if not isinstance(endpoint, str) or not same_host(endpoint, provider):
            raise unexpected(
                self._connector, provider, "a token_endpoint on the same host", str(endpoint)[:200]
            )
        return endpoint


def _content_hash(footprint: Any) -> str:
    text = json.dumps(footprint, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _as_query(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the fields of a query; one that comes several times keeps all its values."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped
