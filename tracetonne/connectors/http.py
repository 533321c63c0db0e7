"""A folder that a web server lists: its links below the address, and no others."""

from __future__ import annotations

import datetime
import email.utils
import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import aiohttp
import lxml.etree
import lxml.html
from fsspec.asyn import sync
from fsspec.implementations.http import HTTPFileSystem

from tracetonne.connectors.config import HttpConnector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.names import name_of_url
from tracetonne.connectors.tree import Entry, Tree, unreachable, walk
from tracetonne.connectors.trust import trusted

# A listing of a hundred thousand files is shorter.
_LONGEST_PAGE = 32 * 1024 * 1024
_PASSING = (429, 500, 502, 503, 504)


async def _accept_only_documents(response: aiohttp.ClientResponse) -> None:
    """Raise on every answer that is not a document: a page that redirects must never pass for one."""
    if response.status in (301, 302, 303, 307, 308):
        raise aiohttp.ClientResponseError(
            response.request_info,
            response.history,
            status=response.status,
            message=f"the server sends us on to {response.headers.get('Location', '')[:200]}",
        )
    if response.status == 404:
        raise FileNotFoundError(str(response.url))
    response.raise_for_status()


class _Listing(HTTPFileSystem):
    """The HTTP file system of fsspec, with links resolved and kept below the root."""

    cachable = False

    def __init__(self, root: str, **options: Any) -> None:
        self._root = root
        super().__init__(skip_instance_cache=True, **options)

    def ls(self, path: str, detail: bool = True, **kwargs: Any) -> list[dict[str, Any]]:
        """Return what a page links to below the root, once each."""
        page: bytes = sync(self.loop, self._page, path)
        # The parent class puts the page's address in front of a link, also of one that climbs.
        links = {urljoin(path, link.strip()).split("#")[0] for link in links_of(page)}
        return [
            {"name": link, "size": None, "type": "directory" if link.endswith("/") else "file"}
            for link in sorted(links)
            if link.startswith(self._root) and link != path and not _climbs(link)
        ]

    def headers(self, url: str) -> dict[str, Any]:
        """Return length, ETag and date of a file, as far as the server tells them without sending it."""
        found: dict[str, Any] = sync(self.loop, self._headers, url)
        return found

    async def _page(self, url: str) -> bytes:
        session = await self.set_session()
        async with session.get(url, **self.kwargs) as answer:
            page: bytes = await answer.content.read(_LONGEST_PAGE + 1)
            while not answer.content.at_eof() and len(page) <= _LONGEST_PAGE:
                page += await answer.content.read(_LONGEST_PAGE)
        if len(page) > _LONGEST_PAGE:
            raise aiohttp.ClientPayloadError(f"the listing is longer than {_LONGEST_PAGE:,} bytes")
        return page

    async def _headers(self, url: str) -> dict[str, Any]:
        session = await self.set_session()
        options = {**self.kwargs, "headers": {"Accept-Encoding": "identity"}}
        try:
            async with session.head(url, **options) as answer:
                length = answer.headers.get("Content-Length", "")
                return {
                    "size": int(length) if length.isdigit() else None,
                    "ETag": answer.headers.get("ETag", ""),
                    "Last-Modified": answer.headers.get("Last-Modified", ""),
                }
        except aiohttp.ClientResponseError as error:
            if error.status in (405, 501):  # A server without HEAD tells nothing before it is asked for all.
                return {}
            raise


def links_of(page: bytes) -> list[str]:
    """Return the targets of the links of an HTML page; none if it is no page."""
    if not page.strip():
        return []
    try:
        anchors = lxml.html.document_fromstring(page).iter("a")
        return [target for anchor in anchors if (target := anchor.get("href"))]
    except (lxml.etree.ParserError, ValueError):
        return []


def _climbs(link: str) -> bool:
    """Say whether a link is no plain path, such as a table's sorting link or one with hidden dots."""
    parts = urlsplit(link)
    return bool(parts.query) or ".." in unquote(parts.path).split("/")


def connect_http(connector: HttpConnector) -> Tree:
    """Make the client; the server is asked when its folder is listed."""
    root = connector.url.rstrip("/") + "/"
    headers = {}
    if connector.token:
        headers["Authorization"] = f"Bearer {connector.token.value()}"
    if connector.user and connector.password:
        login = (connector.user.value(), connector.password.value())
        headers["Authorization"] = aiohttp.encode_basic_auth(*login, encoding="utf-8")
    filesystem = _Listing(
        root,
        client_kwargs={
            "timeout": aiohttp.ClientTimeout(
                total=None, sock_connect=connector.timeout_seconds, sock_read=connector.timeout_seconds
            ),
            "headers": headers,
            "raise_for_status": _accept_only_documents,
            "trust_env": True,
        },
        ssl=trusted(connector, connector.ca_file),
        allow_redirects=False,
    )

    def describe(info: Mapping[str, Any]) -> Entry:
        modified = _date(str(info.get("Last-Modified", "")))
        etag = str(info.get("ETag", "")).strip('"')
        known_by = f"{info.get('size')}-{info.get('Last-Modified')}" if modified else ""
        return Entry(
            path=str(info["name"]),
            shown=str(info["name"]).removeprefix(root),
            name=name_of_url(str(info["name"])),
            byte_size=info.get("size"),
            version=etag or known_by,
            modified=modified,
        )

    def look_again(entry: Entry) -> Entry:
        return describe({**filesystem.headers(entry.path), "name": entry.path})

    def listing() -> Iterator[Entry]:
        return walk(filesystem, root, describe, recursive=connector.recursive, may_enter=_belongs)

    return Tree(
        connector, filesystem, listing, look_again, lambda error: _explained(connector, error), _is_passing
    )


def _belongs(info: Mapping[str, Any]) -> bool:
    return not name_of_url(str(info["name"])).startswith((".", "~"))


def _date(written: str) -> datetime.datetime | None:
    try:
        return email.utils.parsedate_to_datetime(written).astimezone(datetime.UTC) if written else None
    except ValueError:
        return None


def _is_passing(error: Exception) -> bool:
    if isinstance(error, aiohttp.ClientResponseError):
        return error.status in _PASSING
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return False
    return isinstance(error, aiohttp.ClientError | OSError)


def _explained(connector: HttpConnector, error: Exception) -> ConnectorError | None:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return unreachable(
            connector,
            error,
            "The server does not prove who it is: its certificate is not trusted.",
            "ask its operator; a certificate of your own company goes into ca_file",
        )
    if isinstance(error, aiohttp.ClientResponseError) and error.status in (401, 403):
        return unreachable(
            connector,
            error,
            "The server does not let us in.",
            "check user, password or token in the environment",
        )
    if isinstance(error, aiohttp.ClientResponseError) and error.status in (301, 302, 303, 307, 308):
        return unreachable(
            connector,
            error,
            "The server sends us to another address.",
            "write that address as url, if it is right",
        )
    if isinstance(error, aiohttp.ClientError | OSError):
        return unreachable(connector, error)
    return None
