"""A folder behind SFTP. The server proves who it is by a key that is known beforehand."""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Mapping
from stat import S_ISDIR, S_ISLNK
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from tracetonne.connectors.config import SftpConnector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.retry import attempt
from tracetonne.connectors.tree import Entry, Tree, unreachable, walk


class _UnknownHostKeyError(paramiko.SSHException):
    """The server shows another key than the one that is expected."""


class _Fingerprint(paramiko.MissingHostKeyPolicy):
    """Accepts the one key with this fingerprint."""

    def __init__(self, expected: str) -> None:
        self._expected = expected.rstrip("=")

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raise unless the key is the expected one."""
        found = fingerprint(key.asbytes())
        if found != self._expected:
            raise _UnknownHostKeyError(f"{hostname} shows {key.get_name()} {found}")


def fingerprint(key: bytes) -> str:
    """Return the fingerprint of a public key, as OpenSSH writes it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


class _KnownServer(SFTPFileSystem):
    """The SFTP file system of fsspec, with known keys instead of trust on first use."""

    cachable = False

    def __init__(self, connector: SftpConnector) -> None:
        self._connector = connector
        super().__init__(connector.host)

    def _connect(self) -> None:
        connector = self._connector
        self.client = paramiko.SSHClient()
        if connector.known_hosts:
            self.client.load_host_keys(str(connector.beside(connector.known_hosts)))
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        else:
            self.client.set_missing_host_key_policy(_Fingerprint(connector.host_key))
        key_file, passphrase = connector.private_key_file, connector.private_key_passphrase
        self.client.connect(
            connector.host,
            port=connector.port,
            username=connector.user.value(),
            password=connector.password.value() if connector.password else None,
            key_filename=str(connector.beside(key_file)) if key_file else None,
            passphrase=passphrase.value() if passphrase else None,
            timeout=connector.timeout_seconds,
            banner_timeout=connector.timeout_seconds,
            auth_timeout=connector.timeout_seconds,
            channel_timeout=connector.timeout_seconds,
            # Only what the file names: no agent, no key of whoever runs the fetch.
            allow_agent=False,
            look_for_keys=False,
        )
        self.ftp = self.client.open_sftp()
        channel = self.ftp.get_channel()
        if channel is not None:
            channel.settimeout(connector.timeout_seconds)

    @staticmethod
    def _decode_stat(stat: paramiko.SFTPAttributes, parent_path: str | None = None) -> dict[str, Any]:
        # A server need not tell times or size; the parent class takes them for granted.
        mode, name = stat.st_mode or 0, getattr(stat, "filename", "")
        return {
            "name": f"{(parent_path or '').rstrip('/')}/{name}" if parent_path else "",
            "size": stat.st_size,
            "type": "directory" if S_ISDIR(mode) else "link" if S_ISLNK(mode) else "file",
            "mtime": datetime.datetime.fromtimestamp(stat.st_mtime, datetime.UTC) if stat.st_mtime else None,
        }

    def ls(self, path: str, detail: bool = False) -> Any:
        """List a folder."""
        self._reconnect_if_gone()
        return super().ls(path, detail=detail)

    def info(self, path: str) -> Any:
        """Return what the server says of a file."""
        self._reconnect_if_gone()
        return super().info(path)

    def _open(self, path: str, mode: str = "rb", block_size: int | None = None, **options: Any) -> Any:
        self._reconnect_if_gone()
        return super()._open(path, mode, block_size, **options)

    def _reconnect_if_gone(self) -> None:
        """Connect again if the connection broke off, so that a step can be tried again."""
        transport = self.client.get_transport()
        if transport is None or not transport.is_active():
            self.client.close()
            self._connect()


def connect_sftp(connector: SftpConnector) -> Tree:
    """Connect and log in.

    Raises:
        ConnectorError: The server cannot be reached, shows another host key, or does not let us in.
    """
    try:
        server = attempt(connector, lambda: _KnownServer(connector), _is_passing)
    except (OSError, EOFError, paramiko.SSHException) as error:
        raise _explained(connector, error) or error from error
    root = "/" + connector.path.strip("/")

    def describe(info: Mapping[str, Any]) -> Entry:
        path, modified = str(info["name"]), info["mtime"]
        return Entry(
            path=path,
            shown=path.removeprefix(root.rstrip("/") + "/"),
            name=path.rsplit("/", 1)[-1],
            byte_size=info["size"],
            version=f"{info['size']}-{int(modified.timestamp())}" if modified else "",
            modified=modified,
        )

    return Tree(
        connector,
        server,
        lambda: walk(server, root, describe, recursive=connector.recursive, may_enter=_belongs),
        lambda entry: describe({**server.info(entry.path), "name": entry.path}),
        lambda error: _explained(connector, error),
        _is_passing,
        lambda: server.client.close(),
    )


def _belongs(info: Mapping[str, Any]) -> bool:
    """Leave out hidden files, and names with which a server tries to lead elsewhere."""
    name = str(info["name"]).rsplit("/", 1)[-1]
    return not name.startswith((".", "~")) and "\\" not in name and "/../" not in str(info["name"])


def _is_passing(error: Exception) -> bool:
    if isinstance(
        error, paramiko.AuthenticationException | paramiko.BadHostKeyException | _UnknownHostKeyError
    ):
        return False
    return isinstance(error, OSError | EOFError | paramiko.SSHException)


def _explained(connector: SftpConnector, error: Exception) -> ConnectorError | None:
    is_other_key = isinstance(error, paramiko.BadHostKeyException | _UnknownHostKeyError)
    if is_other_key or "not found in known_hosts" in str(error):
        return ConnectorError(
            "The server's host key is not the expected one.",
            where=f"{connector.name}: {connector.location}",
            expected=connector.host_key or f"a key in {connector.known_hosts}",
            found=str(error)[:300],
            action="ask the server's operator whether the key was changed; until then nothing is fetched, "
            "because another machine may pretend to be the server",
        )
    if isinstance(error, paramiko.AuthenticationException):
        return ConnectorError(
            "The server does not let us in.",
            where=f"{connector.name}: {connector.location}",
            expected="user and password, or key, that the server knows",
            found=f"refused for {connector.user}",
            action="check the user and the secret in the environment",
        )
    if isinstance(error, OSError | EOFError | paramiko.SSHException):
        return unreachable(connector, error)
    return None
