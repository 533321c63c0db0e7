"""Whose certificates are trusted: the system's, and those of a file beside the connector. Always checked."""

from __future__ import annotations

import ssl
from pathlib import Path

from tracetonne.connectors.config import Connector
from tracetonne.connectors.errors import ConnectorConfigError


def trusted(connector: Connector, ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that checks certificate and host name, TLS 1.2 or later.

    Raises:
        ConnectorConfigError: The file of certificates cannot be read.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        path = connector.beside(ca_file)
        try:
            context.load_verify_locations(cafile=str(path))
        except (OSError, ssl.SSLError) as error:
            raise ConnectorConfigError(
                "The file of certificates cannot be read.",
                where=f"{connector.name}: ca_file {path}",
                expected="certificates in PEM",
                found=str(error)[:200],
                action="correct ca_file",
            ) from None
    return context
