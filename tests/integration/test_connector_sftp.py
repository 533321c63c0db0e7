"""Fetching from a real SFTP server on the loopback: host keys, logins, changes, failures on the way."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from connector_home import fetch_quickly, fetched, home_at, inbox, origins, write_connector

from tracetonne.connectors.config import Connector
from tracetonne.connectors.sftp import fingerprint
from tracetonne.settings import Home

asyncssh = pytest.importorskip("asyncssh", reason="no SFTP server: asyncssh is not installed")


class SftpServer:
    """An SFTP server over a folder, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.user_key = asyncssh.generate_private_key("ssh-ed25519")
        self.fingerprint = fingerprint(self.key.public_data)
        self.port = 0
        # After so many bytes of a file the connection is cut, as often as the second number says.
        self.cut_after, self.cuts = 0, 0
        self.extra_names: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._connections: list[Any] = []
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(20)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    async def _end(self) -> None:
        for connection in self._connections:
            connection.abort()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        ready.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        outer = self

        class Login(asyncssh.SSHServer):  # type: ignore[misc, name-defined]
            def connection_made(self, connection: Any) -> None:
                outer._connections.append(connection)

            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                return (username, password) == ("plant", "right")

            def public_key_auth_supported(self) -> bool:
                return True

            def validate_public_key(self, username: str, key: Any) -> bool:
                return bool(key.public_data == outer.user_key.public_data)

        class Files(asyncssh.SFTPServer):  # type: ignore[misc, name-defined]
            def __init__(self, channel: Any) -> None:
                super().__init__(channel, chroot=os.fsencode(outer.folder))

            def read(self, file: Any, offset: int, size: int) -> bytes:
                if outer.cuts and offset >= outer.cut_after:
                    outer.cuts -= 1
                    for connection in outer._connections:
                        connection.abort()
                data: bytes = super().read(file, offset, size)
                return data

            async def scandir(self, path: bytes) -> Any:
                async for entry in super().scandir(path):
                    yield entry
                for name in outer.extra_names:
                    yield asyncssh.SFTPName(
                        name.encode(),
                        "",
                        asyncssh.SFTPAttrs(size=3, permissions=0o100644, mtime=1_700_000_000),
                    )

        listener = await asyncssh.create_server(
            Login, "127.0.0.1", 0, server_host_keys=[self.key], sftp_factory=Files
        )
        self.port = listener.get_port()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "remote"
    (folder / "out" / "2025").mkdir(parents=True)
    started = SftpServer(folder)
    yield started
    started.stop()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("PLANT_SFTP_PASSWORD", "right")
    return home_at(tmp_path / "home")


def connector(home: Home, server: SftpServer, **settings: str) -> Connector:
    written = {
        "kind": "sftp", "host": "127.0.0.1", "port": str(server.port), "path": "/out", "user": "plant",
        "password": "${PLANT_SFTP_PASSWORD}", "host_key": server.fingerprint, "settle_seconds": "0",
        "timeout_seconds": "10", **settings,
    }  # fmt: skip
    return write_connector(
        home, "dropbox", "".join(f"{name}: {value}\n" for name, value in written.items() if value)
    )


def put(server: SftpServer, name: str, content: bytes, modified: int = 1_700_000_000) -> Path:
    path = server.folder / "out" / name
    path.write_bytes(content)
    os.utime(path, (modified, modified))
    return path


def test_new_files_are_fetched_once_with_their_origin(home: Home, server: SftpServer) -> None:
    put(server, "bill.csv", b"a,b\n1,2\n")
    put(server, "2025/帳單.pdf", b"%PDF-1.7 bill")
    put(server, "notes.docx", b"of no interest")
    report = fetch_quickly(home, connector(home, server))
    assert report.error is None
    assert inbox(home, "dropbox") == {"bill.csv": b"a,b\n1,2\n", "帳單.pdf": b"%PDF-1.7 bill"}
    bill = next(origin for origin in origins(home, "dropbox") if origin["remote_path"] == "bill.csv")
    assert bill["remote_location"] == f"sftp://127.0.0.1:{server.port}/out"
    assert bill["remote_modified"] == "2023-11-14T22:13:20+00:00"
    assert len(bill["sha256"]) == 64
    again = fetch_quickly(home, connector(home, server))
    assert (again.documents, again.known) == ([], 2)


def test_a_key_file_lets_us_in(home: Home, server: SftpServer, tmp_path: Path) -> None:
    put(server, "bill.csv", b"x")
    key = tmp_path / "key"
    key.write_bytes(server.user_key.export_private_key())
    report = fetch_quickly(home, connector(home, server, password="", private_key_file=str(key)))
    assert report.error is None
    assert list(inbox(home, "dropbox")) == ["bill.csv"]


def test_a_known_hosts_file_stands_for_the_fingerprint(home: Home, server: SftpServer) -> None:
    put(server, "bill.csv", b"x")
    public = server.key.export_public_key().decode().split()[:2]
    hosts = home.connectors / "known_hosts"
    hosts.write_text(f"[127.0.0.1]:{server.port} {' '.join(public)}\n")
    report = fetch_quickly(home, connector(home, server, host_key="", known_hosts="known_hosts"))
    assert report.error is None
    hosts.write_text("")
    report = fetch_quickly(home, connector(home, server, host_key="", known_hosts="known_hosts"))
    assert report.error is not None
    assert "host key" in report.error.what


def test_another_host_key_stops_before_the_login(home: Home, server: SftpServer) -> None:
    put(server, "bill.csv", b"x")
    other = "SHA256:" + "A" * 43
    report = fetch_quickly(home, connector(home, server, host_key=other))
    assert report.error is not None
    assert (report.error.what, report.error.expected) == (
        "The server's host key is not the expected one.", other,
    )  # fmt: skip
    assert server.fingerprint in report.error.found
    assert inbox(home, "dropbox") == {}


def test_a_wrong_password_is_said_without_it(
    home: Home, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANT_SFTP_PASSWORD", "hunter2")
    report = fetch_quickly(home, connector(home, server))
    assert report.error is not None
    assert report.error.what == "The server does not let us in."
    assert report.exit_code == 1
    assert "hunter2" not in str(report.as_dict())


def test_a_connection_that_breaks_in_the_middle_is_tried_again(home: Home, server: SftpServer) -> None:
    content = os.urandom(3_000_000)
    put(server, "export.csv", content)
    server.cut_after, server.cuts = 1_000_000, 1
    report = fetch_quickly(home, connector(home, server), attempts=3)
    assert report.error is None
    assert inbox(home, "dropbox") == {"export.csv": content}


def test_a_server_that_dies_leaves_what_had_arrived_and_the_next_fetch_takes_the_rest(
    home: Home, server: SftpServer
) -> None:
    put(server, "a.csv", b"small")
    put(server, "b.csv", os.urandom(2_000_000))
    server.cut_after, server.cuts = 500_000, 10_000
    report = fetch_quickly(home, connector(home, server))
    assert report.error is not None
    assert list(inbox(home, "dropbox")) == ["a.csv"]
    server.cuts = 0
    report = fetch_quickly(home, connector(home, server))
    assert fetched(report) == {"b.csv": "fetched"}
    assert list(inbox(home, "dropbox")) == ["a.csv", "b.csv"]
    assert not list((home.inbox / "screw_plant" / "dropbox").glob(".*"))


def test_a_renamed_file_comes_once_and_a_changed_one_again(home: Home, server: SftpServer) -> None:
    first = put(server, "bill.csv", b"january")
    fetch_quickly(home, connector(home, server))
    first.rename(first.with_name("bill-jan.csv"))
    assert fetched(fetch_quickly(home, connector(home, server))) == {"bill-jan.csv": "unchanged"}
    put(server, "bill.csv", b"february", modified=1_700_000_100)
    assert fetched(fetch_quickly(home, connector(home, server))) == {"bill.csv": "fetched"}
    assert sorted(inbox(home, "dropbox").values()) == [b"february", b"january"]


def test_a_file_larger_than_allowed_is_refused_and_the_others_come(home: Home, server: SftpServer) -> None:
    put(server, "huge.csv", b"x" * 2000)
    put(server, "small.csv", b"y")
    limited = connector(home, server, limits="{max_file_bytes: 1000}")
    report = fetch_quickly(home, limited)
    assert fetched(report) == {"huge.csv": "refused", "small.csv": "fetched"}
    assert report.exit_code == 4
    assert "at most 1,000" in report.documents[0].message


def test_a_name_that_leads_elsewhere_leads_nowhere(home: Home, server: SftpServer) -> None:
    (server.folder / "secret.csv").write_bytes(b"not for us")
    server.extra_names = ["../secret.csv", "..\\..\\secret.csv", "x/../../secret.csv"]
    report = fetch_quickly(home, connector(home, server))
    assert report.error is None
    for path in home.root.rglob("*secret*"):
        assert path.parent == home.inbox / "screw_plant" / "dropbox"
    assert not (home.inbox / "secret.csv").exists()


def test_a_file_still_being_written_waits(home: Home, server: SftpServer) -> None:
    path = put(server, "half.csv", b"half")
    os.utime(path)
    report = fetch_quickly(home, connector(home, server, settle_seconds="60"))
    assert (report.documents, inbox(home, "dropbox")) == ([], {})
