"""Open the connection of a connector; each kind's libraries are imported only when it is used."""

from __future__ import annotations

from tracetonne.connectors import config
from tracetonne.connectors.config import Connector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.remote import Connection


def open_connection(connector: Connector) -> Connection:
    """Connect to the other side.

    Raises:
        ConnectorError: It cannot be reached, does not prove who it is, or does not let us in; or the
            libraries of the kind are not installed.
    """
    try:
        return _open(connector)
    except ModuleNotFoundError as error:
        raise ConnectorError(
            "A library that this kind of connector needs is not installed.",
            where=connector.name,
            expected="the extra `connectors` of the package",
            found=str(error),
            action='install it: pip install "tracetonne[connectors]"',
        ) from None


def _open(connector: Connector) -> Connection:
    match connector:
        case config.FolderConnector():
            from tracetonne.connectors.folder import connect_folder

            return connect_folder(connector)
        case config.S3Connector():
            from tracetonne.connectors.s3 import connect_s3

            return connect_s3(connector)
        case config.SftpConnector():
            from tracetonne.connectors.sftp import connect_sftp

            return connect_sftp(connector)
        case config.HttpConnector():
            from tracetonne.connectors.http import connect_http

            return connect_http(connector)
        case config.ImapConnector():
            from tracetonne.connectors.mailbox import Mailbox

            return Mailbox(connector)
        case config.SqlConnector():
            from tracetonne.connectors.query import Database

            return Database(connector)
        case config.Soda4lcaConnector():
            from tracetonne.connectors.soda4lca import Node

            return Node(connector)
        case config.PactConnector():
            from tracetonne.connectors.pact import Host

            return Host(connector)
