"""Asking a web service: certificates checked, no redirect followed, time and size bounded."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from tracetonne.connectors.config import PactConnector, Soda4lcaConnector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.remote import Sink
from tracetonne.connectors.retry import LONGEST_PAUSE_SECONDS, attempt
from tracetonne.connectors.trust import trusted

# A page of a list; documents have the connector's own limit.
_LONGEST_PAGE = 64 * 1024 * 1024
_PASSING = (429, 500, 502, 503, 504)

Query = Mapping[str, str | int | bool | list[str] | tuple[str, ...]]


class WebService:
    """A client of one service.

    Args:
        connector: Says how long to wait and whom to trust.
    """

    def __init__(self, connector: Soda4lcaConnector | PactConnector) -> None:
        self._connector = connector
        self.client = httpx.Client(
            verify=trusted(connector, connector.ca_file),
            timeout=connector.timeout_seconds,
            follow_redirects=False,
            headers={"User-Agent": "TraceTonne", "Accept-Encoding": "identity"},
        )

    def page(self, url: str, query: Query, headers: Mapping[str, str]) -> tuple[Any, httpx.Headers]:
        """Return a JSON answer and its headers.

        Raises:
            ConnectorError: The answer is no JSON, or too long.
            httpx.HTTPError: The request failed.
        """
        content, answered = attempt(
            self._connector, lambda: self._read("GET", url, headers, params=dict(query)), is_passing
        )
        return self._json(url, content), answered

    def post_form(self, url: str, form: Mapping[str, str], login: tuple[str, str]) -> Any:
        """Send a form with a login, and return the JSON answer."""
        content, _ = attempt(
            self._connector, lambda: self._read("POST", url, {}, data=dict(form), auth=login), is_passing
        )
        return self._json(url, content)

    def copy(self, url: str, query: Query, headers: Mapping[str, str], sink: Sink) -> httpx.Headers:
        """Copy an answer as it comes, and return its headers."""
        with self.client.stream("GET", url, params=dict(query), headers=dict(headers)) as answer:
            _accept(answer)
            for data in answer.iter_raw():
                sink.write(data)
            return answer.headers

    def _read(
        self, method: str, url: str, headers: Mapping[str, str], **options: Any
    ) -> tuple[bytes, httpx.Headers]:
        with self.client.stream(method, url, headers=dict(headers), **options) as answer:
            _accept(answer)
            content = bytearray()
            for data in answer.iter_raw():
                content += data
                if len(content) > _LONGEST_PAGE:
                    raise self._unexpected(url, f"at most {_LONGEST_PAGE:,} bytes", "more")
            return bytes(content), answer.headers

    def _json(self, url: str, content: bytes) -> Any:
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise self._unexpected(url, "JSON", content[:80].decode("utf-8", "backslashreplace")) from None

    def _unexpected(self, url: str, expected: str, found: str) -> ConnectorError:
        return unexpected(self._connector, url, expected, found)

    def close(self) -> None:
        """Leave."""
        self.client.close()


def unexpected(
    connector: Soda4lcaConnector | PactConnector, url: str, expected: str, found: str
) -> ConnectorError:
    """Return the error of a service that does not keep to its protocol."""
    return ConnectorError(
        "The service does not answer as its interface says.",
        where=f"{connector.name}: {url.split('?')[0]}",
        expected=expected,
        found=found,
        action="check the url; if it is right, ask the operator of the service",
    )


def _accept(answer: httpx.Response) -> None:
    """Raise on every answer but a plain success; a redirect is not followed."""
    if answer.status_code != 200:
        raise httpx.HTTPStatusError(
            f"{answer.status_code} {answer.reason_phrase}", request=answer.request, response=answer
        )


def is_passing(error: Exception) -> bool | float:
    """Say whether a failure may pass, or after how many seconds if the service says."""
    if isinstance(error, httpx.HTTPStatusError):
        after = error.response.headers.get("Retry-After", "")
        if error.response.status_code in _PASSING and after.isdigit():
            return min(float(after), LONGEST_PAUSE_SECONDS)
        return error.response.status_code in _PASSING
    return (
        isinstance(error, httpx.TransportError)
        and not isinstance(error.__cause__, ssl.SSLError)
        and ("CERTIFICATE_VERIFY_FAILED" not in str(error))
    )


def failure(connector: Soda4lcaConnector | PactConnector, error: Exception) -> ConnectorError | None:
    """Say what a failure of a service means to people."""
    if not isinstance(error, httpx.HTTPError):
        return None
    what, action = (
        "The service cannot be reached, or broke off.",
        "check the url, then fetch again; nothing is lost",
    )
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        what = f"The service answers {status}."
        if status in (400, 401, 403):
            what, action = (
                "The service does not let us in.",
                "check the secrets in the environment, and the rights",
            )
        elif status in (301, 302, 303, 307, 308):
            what, action = (
                "The service sends us to another address.",
                "write that address as url, if it is right",
            )
    elif "CERTIFICATE_VERIFY_FAILED" in str(error):
        what = "The service does not prove who it is: its certificate is not trusted."
        action = "ask its operator; a certificate of your own company goes into ca_file"
    return ConnectorError(
        what,
        where=f"{connector.name}: {connector.location}",
        expected="an answer",
        found=f"{type(error).__name__}: {error}"[:300],
        action=action,
    )


def same_host(url: str, other: str) -> bool:
    """Say whether two addresses are of the same scheme, host and port."""
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.hostname, one.port) == (two.scheme, two.hostname, two.port)
