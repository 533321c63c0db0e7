"""A bucket of S3 or of a store that speaks it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.exceptions
import s3fs

from tracetonne.connectors.config import S3Connector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.tree import Entry, Tree, unreachable

_READ_AHEAD_BYTES = 8 * 1024 * 1024
_KEY_PROBLEMS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "Forbidden", "403")


def connect_s3(connector: S3Connector) -> Tree:
    """Make the client; the store is asked when the bucket is listed."""
    filesystem = s3fs.S3FileSystem(
        key=connector.access_key.value() if connector.access_key else None,
        secret=connector.secret_key.value() if connector.secret_key else None,
        endpoint_url=connector.endpoint_url or None,
        client_kwargs={
            **({"region_name": connector.region} if connector.region else {}),
            "verify": str(connector.beside(connector.ca_file)) if connector.ca_file else True,
        },
        config_kwargs={
            "connect_timeout": connector.timeout_seconds,
            "read_timeout": connector.timeout_seconds,
            "retries": {"max_attempts": connector.attempts, "mode": "standard"},
        },
        default_block_size=_READ_AHEAD_BYTES,
        default_cache_type="readahead",
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    root = f"{connector.bucket}/{connector.prefix.lstrip('/')}"

    def describe(info: Mapping[str, Any]) -> Entry:
        modified = info.get("LastModified")
        return Entry(
            path=str(info["name"]),
            shown=str(info["name"]).removeprefix(f"{connector.bucket}/"),
            name=str(info["name"]).rsplit("/", 1)[-1],
            byte_size=int(info["size"]),
            version=str(info.get("ETag", "")).strip('"'),
            modified=modified.astimezone(datetime.UTC) if modified else None,
        )

    def listing() -> Iterator[Entry]:
        depth = None if connector.recursive else 1
        found = filesystem.find(root.rstrip("/"), maxdepth=depth, detail=True)
        return (describe(info) for info in found.values() if info["size"] is not None)

    return Tree(
        connector,
        filesystem,
        listing,
        lambda entry: describe(filesystem.info(entry.path)),
        lambda error: _explained(connector, error),
        # The client of the store tries again by itself.
        lambda error: isinstance(error, ConnectionError),
    )


def _explained(connector: S3Connector, error: Exception) -> ConnectorError | None:
    text = str(error)
    if isinstance(error, PermissionError) or any(name in text for name in _KEY_PROBLEMS):
        return unreachable(
            connector,
            error,
            "The store does not let us in.",
            "check the keys in the environment and their rights",
        )
    if isinstance(error, FileNotFoundError):
        return unreachable(
            connector, error, "There is no such bucket.", "check bucket, region and endpoint_url"
        )
    if isinstance(error, OSError | botocore.exceptions.BotoCoreError | botocore.exceptions.ClientError):
        return unreachable(connector, error)
    return None
