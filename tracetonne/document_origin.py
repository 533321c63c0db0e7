"""Where a document came from, in few words: the connector that fetched it, the place there, and the query.

What is said comes from the origin documents that connectors deliver beside what they fetch
(`landing/origin.py`); a document that somebody handed in by hand has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

# What identifies a document at its origin, as landed; the rest of an origin row is in landing.
_PLACE = (
    "connector", "connector_kind", "remote_location", "remote_path", "remote_version", "mailbox_uid",
    "message_id", "sender", "query_parameters", "fetched_at",
)  # fmt: skip

Origin = dict[str, str]


def origin_of(row: Mapping[str, str | None]) -> Origin:
    """Return the origin that a row of `document_origin` states; a query by its hash (SHA-256 of its text)."""
    origin = {name: text for name in _PLACE if (text := row.get(name))}
    if query := row.get("query"):
        origin["query_sha256"] = hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()
    return origin


def origin_text(origin: Mapping[str, str]) -> str:
    """Return the origin as one line for people, empty where there is none."""
    if not origin:
        return ""
    place = "/".join(filter(None, (origin["remote_location"].rstrip("/"), origin["remote_path"].lstrip("/"))))
    said = [f"{origin['connector']} ({origin['connector_kind']})", place]
    for name, label in (("message_id", "message"), ("sender", "from"), ("query_sha256", "query")):
        if name in origin:
            said.append(f"{label} {origin[name][:16] if name == 'query_sha256' else origin[name]}")
    return ", ".join([*said, f"fetched {origin['fetched_at'][:19]}"])
