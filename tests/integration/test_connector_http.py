"""Fetching from a real web server on the loopback: listings, changes, TLS, redirects, hostile links."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from connector_home import fetch_quickly, fetched, home_at, inbox, origins, write_connector
from loopback_web import Answer, Request, Web, serve

from tracetonne.settings import Home


class Folder:
    """What the web server offers, and how it misbehaves."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.links: list[str] = []
        self.has_head = True
        self.has_etag = True
        self.login = ""
        self.cuts = 0
        self.failures: list[int] = []

    def __call__(self, request: Request) -> Answer:
        if self.login and request.headers.get("authorization") != self.login:
            return Answer(401)
        if self.failures:
            return Answer(self.failures.pop(0))
        if request.method == "HEAD" and not self.has_head:
            return Answer(405)
        if request.path.endswith("/"):
            return self._listing(request.path)
        if request.path not in self.files:
            return Answer(404, b"no such page")
        body = self.files[request.path]
        headers = {"Content-Type": "application/octet-stream"}
        if self.has_etag:
            headers["ETag"] = f'"{hash(body):x}"'
        if request.method == "HEAD":
            return Answer(200, b"", {**headers, "Content-Length": str(len(body))})
        if self.cuts:
            self.cuts -= 1
            return Answer(200, body, headers, cut=len(body) // 2)
        return Answer(200, body, headers)

    def _listing(self, path: str) -> Answer:
        names = {file.removeprefix(path).split("/")[0] for file in self.files if file.startswith(path)}
        below = [name + ("/" if f"{path}{name}" not in self.files else "") for name in sorted(names)]
        anchors = "".join(f'<a href="{name}">{name}</a>' for name in ["../", "?C=N;O=D", *below, *self.links])
        return Answer(200, f"<html><body>{anchors}</body></html>".encode(), {"Content-Type": "text/html"})


@pytest.fixture
def folder() -> Folder:
    return Folder()


@pytest.fixture
def web(folder: Folder) -> Iterator[Web]:
    with serve(folder) as started:
        yield started


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path / "home")


def test_listed_files_are_fetched_once_with_their_etag(home: Home, folder: Folder, web: Web) -> None:
    folder.files = {"/pub/bill.csv": b"a,b\n", "/pub/2025/%E5%B8%B3.pdf": b"%PDF", "/pub/page.html": b"<p>"}
    connector = write_connector(home, "portal", f"kind: http\nurl: {web.url}/pub\n")
    report = fetch_quickly(home, connector)
    assert report.error is None
    assert inbox(home, "portal") == {"bill.csv": b"a,b\n", "帳.pdf": b"%PDF"}
    assert {origin["remote_path"] for origin in origins(home, "portal")} == {"bill.csv", "2025/%E5%B8%B3.pdf"}
    gets = web.asked("GET", "/pub/bill.csv")
    assert fetch_quickly(home, connector).known == 2
    assert web.asked("GET", "/pub/bill.csv") == gets


def test_a_changed_file_comes_again_and_a_renamed_one_does_not(home: Home, folder: Folder, web: Web) -> None:
    connector = write_connector(home, "portal", f"kind: http\nurl: {web.url}/pub/\n")
    folder.files = {"/pub/bill.csv": b"january"}
    fetch_quickly(home, connector)
    folder.files = {"/pub/bill.csv": b"february", "/pub/old.csv": b"january"}
    assert fetched(fetch_quickly(home, connector)) == {"bill.csv": "fetched", "old.csv": "unchanged"}
    assert sorted(inbox(home, "portal").values()) == [b"february", b"january"]


@pytest.mark.parametrize("has_head", [True, False])
def test_a_server_without_etag_is_compared_by_bytes(
    home: Home, folder: Folder, web: Web, has_head: bool
) -> None:
    folder.has_etag, folder.has_head = False, has_head
    folder.files = {"/pub/bill.csv": b"january"}
    connector = write_connector(home, "portal", f"kind: http\nurl: {web.url}/pub/\n")
    assert fetched(fetch_quickly(home, connector)) == {"bill.csv": "fetched"}
    assert fetched(fetch_quickly(home, connector)) == {"bill.csv": "unchanged"}
    folder.files = {"/pub/bill.csv": b"february"}
    assert fetched(fetch_quickly(home, connector)) == {"bill.csv": "fetched"}
    assert len(inbox(home, "portal")) == 2


def test_links_that_lead_elsewhere_are_not_followed(home: Home, folder: Folder, web: Web) -> None:
    folder.files = {"/pub/bill.csv": b"x", "/secret.csv": b"no", "/public/other.csv": b"no"}
    folder.links = [
        "/secret.csv", "../secret.csv", "..%2fsecret.csv", "a/../../secret.csv", "/pub/%2e%2e/secret.csv",
        "http://127.0.0.1:9/x.csv", "//127.0.0.1:9/y.csv", "file:///etc/passwd", "/public/other.csv",
        "javascript:alert(1).csv",
    ]  # fmt: skip
    report = fetch_quickly(home, write_connector(home, "portal", f"kind: http\nurl: {web.url}/pub/\n"))
    assert report.error is None
    assert inbox(home, "portal") == {"bill.csv": b"x"}
    assert {request.path for request in web.requests} == {"/pub/", "/pub/bill.csv"}


def test_a_redirect_never_passes_for_a_document(home: Home, tmp_path: Path) -> None:
    def answer(request: Request) -> Answer:
        if request.path == "/pub/":
            return Answer(200, b'<a href="bill.csv">b</a>', {"Content-Type": "text/html"})
        return Answer(302, b"moved", {"Location": "http://127.0.0.1:9/elsewhere"})

    with serve(answer) as web:
        report = fetch_quickly(home, write_connector(home, "portal", f"kind: http\nurl: {web.url}/pub/\n"))
    assert report.error is not None
    assert report.error.what == "The server sends us to another address."
    assert "127.0.0.1:9/elsewhere" in report.error.found
    assert inbox(home, "portal") == {}


def test_a_body_that_ends_early_is_tried_again(home: Home, folder: Folder, web: Web) -> None:
    folder.files = {"/pub/export.csv": os.urandom(400_000)}
    folder.cuts = 1
    connector = write_connector(home, "portal", f"kind: http\nurl: {web.url}/pub/\n")
    assert fetched(fetch_quickly(home, connector)) == {"export.csv": "fetched"}
    assert inbox(home, "portal") == {"export.csv": folder.files["/pub/export.csv"]}


def test_a_server_that_is_busy_is_asked_again(home: Home, folder: Folder, web: Web) -> None:
    folder.files = {"/pub/bill.csv": b"x"}
    folder.failures = [503, 429]
    connector = write_connector(home, "portal", f"kind: http\nurl: {web.url}/pub/\n")
    assert fetched(fetch_quickly(home, connector, attempts=3)) == {"bill.csv": "fetched"}


def test_a_wrong_password_is_said_without_it(
    home: Home, folder: Folder, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.login, folder.files = "Basic cGxhbnQ6cmlnaHQ=", {"/pub/bill.csv": b"x"}  # plant:right
    text = f"kind: http\nurl: {web.url}/pub/\nuser: plant\npassword: ${{PORTAL_PASSWORD}}\n"
    connector = write_connector(home, "portal", text)
    monkeypatch.setenv("PORTAL_PASSWORD", "hunter2")
    report = fetch_quickly(home, connector)
    assert report.error is not None
    assert report.error.what == "The server does not let us in."
    assert "hunter2" not in str(report.as_dict())
    monkeypatch.setenv("PORTAL_PASSWORD", "right")
    assert fetched(fetch_quickly(home, connector)) == {"bill.csv": "fetched"}


def test_a_body_longer_than_allowed_is_refused_even_if_its_length_was_hidden(
    home: Home, folder: Folder, web: Web
) -> None:
    folder.has_head = False
    folder.files = {"/pub/huge.csv": b"x" * 50_000}
    text = f"kind: http\nurl: {web.url}/pub/\nlimits: {{max_file_bytes: 1000}}\n"
    report = fetch_quickly(home, write_connector(home, "portal", text))
    assert fetched(report) == {"huge.csv": "refused"}
    assert inbox(home, "portal") == {}


def test_only_a_trusted_certificate_is_trusted(home: Home, folder: Folder, tmp_path: Path) -> None:
    folder.files = {"/pub/bill.csv": b"x"}
    ours, other = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.issue_cert("localhost").configure_cert(context)
    ours.cert_pem.write_to_path(str(home.connectors / "ours.pem"))
    other.cert_pem.write_to_path(str(home.connectors / "other.pem"))
    with serve(folder, context) as web:
        for ca_file, expected in (
            ("", None),
            ("ca_file: other.pem\n", None),
            ("ca_file: ours.pem\n", "fetched"),
        ):
            connector = write_connector(home, "portal", f"kind: http\nurl: {web.url}/pub/\n{ca_file}")
            report = fetch_quickly(home, connector)
            if expected:
                assert fetched(report) == {"bill.csv": "fetched"}
            else:
                assert report.error is not None
                assert "certificate is not trusted" in report.error.what
                assert report.documents == []
        name_differs = write_connector(
            home,
            "portal",
            f"kind: http\nurl: {web.url.replace('localhost', '127.0.0.1')}/pub/\nca_file: ours.pem\n",
        )
        assert fetch_quickly(home, name_differs).error is not None


def test_a_server_that_is_not_there_is_an_error_that_says_where(home: Home) -> None:
    report = fetch_quickly(
        home, write_connector(home, "portal", "kind: http\nurl: http://localhost:9/pub/\n")
    )
    assert report.error is not None
    assert (report.exit_code, report.error.where) == (1, "portal: http://localhost:9/pub/")
