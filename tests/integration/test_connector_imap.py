"""Fetching attachments from a real IMAP server on the loopback; the mailbox stays as it was."""

from __future__ import annotations

import imaplib
import os
import ssl
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from connector_home import fetch_quickly, fetched, home_at, inbox, origins, write_connector
from connector_servers import Server, dovecot

from tracetonne.connectors.config import Connector
from tracetonne.connectors.fetch import fetch
from tracetonne.settings import Home


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with dovecot() as started:
        yield started


@pytest.fixture
def box(server: Server, request: pytest.FixtureRequest) -> Iterator[imaplib.IMAP4_SSL]:
    """Open a mailbox of its own, as somebody who may write to it."""
    context = ssl.create_default_context(cafile=str(server.ca_file))
    opened = imaplib.IMAP4_SSL("localhost", server.port, ssl_context=context)
    opened.login(f"user{abs(hash(request.node.name))}", "right")
    yield opened
    opened.logout()


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    return f"user{abs(hash(request.node.name))}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("MAIL_PASSWORD", "right")
    return home_at(tmp_path / "home")


def connector(home: Home, server: Server, user: str, **settings: str) -> Connector:
    written = {
        "kind": "imap", "host": "localhost", "port": str(server.port), "user": user,
        "password": "${MAIL_PASSWORD}", "ca_file": str(server.ca_file), "timeout_seconds": "10", **settings,
    }  # fmt: skip
    text = "".join(f"{name}: {value}\n" for name, value in written.items() if value)
    return write_connector(home, "bills", text)


def send(
    box: imaplib.IMAP4_SSL,
    attachments: dict[str, bytes],
    sender: str = "billing@power.example",
    subject: str = "電費帳單",
) -> None:
    """Put a message into the mailbox."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "plant@factory.example", subject
    message["Message-ID"] = f"<{os.urandom(4).hex()}@power.example>"
    message["Date"] = "Mon, 06 Jan 2025 09:00:00 +0800"
    message.set_content("See the attachment.")
    for name, content in attachments.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    done, _ = box.append("INBOX", "", imaplib.Time2Internaldate(time.time()), message.as_bytes())
    assert done == "OK"


def test_attachments_are_fetched_once_with_message_and_uid(
    home: Home, server: Server, user: str, box: imaplib.IMAP4_SSL
) -> None:
    send(box, {"電費單 114年01月.pdf": b"%PDF-1.7", "logo.png": b"png", "detail.csv": b"a,b\n"})
    report = fetch_quickly(home, connector(home, server, user))
    assert report.error is None
    assert inbox(home, "bills") == {"detail.csv": b"a,b\n", "電費單 114年01月.pdf": b"%PDF-1.7"}
    said = origins(home, "bills")
    assert {origin["sender"] for origin in said} == {"billing@power.example"}
    assert {origin["subject"] for origin in said} == {"電費帳單"}
    assert all(origin["message_id"].endswith("@power.example>") for origin in said)
    assert all(origin["mailbox_uid"].endswith(":1") for origin in said)
    assert all(origin["remote_modified"] == "2025-01-06T09:00:00+08:00" for origin in said)
    assert fetch_quickly(home, connector(home, server, user)).documents == []


def test_the_mailbox_stays_as_it_was(home: Home, server: Server, user: str, box: imaplib.IMAP4_SSL) -> None:
    send(box, {"bill.csv": b"x"})
    fetch_quickly(home, connector(home, server, user))
    box.select("INBOX", readonly=True)
    assert box.search(None, "UNSEEN") == ("OK", [b"1"])


def test_only_the_senders_and_subjects_that_were_named(
    home: Home, server: Server, user: str, box: imaplib.IMAP4_SSL
) -> None:
    send(box, {"bill.csv": b"from power"})
    send(box, {"other.csv": b"from elsewhere"}, sender="someone@elsewhere.example")
    send(box, {"near.csv": b"nearly"}, sender="x@notpower.example")
    send(box, {"late.csv": b"of another subject"}, subject="Reminder")
    named = connector(home, server, user, senders='["@power.example"]', subject_contains="帳單")
    fetch_quickly(home, named)
    assert inbox(home, "bills") == {"bill.csv": b"from power"}


def test_new_messages_come_and_the_same_attachment_does_not_come_twice(
    home: Home, server: Server, user: str, box: imaplib.IMAP4_SSL
) -> None:
    send(box, {"bill.csv": b"january"})
    fetch_quickly(home, connector(home, server, user))
    send(box, {"bill-again.csv": b"january"})
    send(box, {"bill.csv": b"february"})
    report = fetch_quickly(home, connector(home, server, user))
    assert [document.status for document in report.documents] == ["unchanged", "fetched"]
    assert sorted(inbox(home, "bills").values()) == [b"february", b"january"]


def test_a_message_larger_than_allowed_is_refused_and_asked_for_when_it_may_come(
    home: Home, server: Server, user: str, box: imaplib.IMAP4_SSL
) -> None:
    send(box, {"huge.csv": b"x" * 100_000})
    send(box, {"small.csv": b"y"})
    report = fetch_quickly(home, connector(home, server, user, max_message_bytes="50000"))
    assert [document.status for document in report.documents] == ["refused", "fetched"]
    assert report.exit_code == 4
    fetch_quickly(home, connector(home, server, user))
    assert sorted(inbox(home, "bills")) == ["huge.csv", "small.csv"]


def test_names_that_climb_and_decisions_in_disguise(
    home: Home, server: Server, user: str, box: imaplib.IMAP4_SSL
) -> None:
    send(box, {"../../../evil.csv": b"1", "..\\..\\worse.csv": b"2", "source.yml.csv\x07": b"3"})
    send(box, {"approve.json": b'{"tracetonne": "decision", "decision": "approve"}'})
    send(box, {"origin.json": b'{"tracetonne": "document_origin", "documents": []}'})
    report = fetch_quickly(home, connector(home, server, user))
    assert [document.status for document in report.documents][-2:] == ["refused", "refused"]
    assert {"evil.csv", "worse.csv"} <= set(inbox(home, "bills"))
    assert not [path for path in home.root.rglob("*evil*") if path.parent.name != "bills"]
    assert not list((home.inbox / "screw_plant" / "bills").glob("approve*"))
    assert fetch_quickly(home, connector(home, server, user)).documents == []


def test_a_wrong_password_is_said_without_it(
    home: Home, server: Server, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    report = fetch_quickly(home, connector(home, server, user))
    assert report.error is not None
    assert report.error.what == "The mail server does not let us in."
    assert "hunter2" not in str(report.as_dict())


def test_a_certificate_of_another_authority_is_refused(
    home: Home, server: Server, user: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    report = fetch_quickly(home, connector(home, server, user, ca_file=str(other)))
    assert report.error is not None
    assert "certificate is not trusted" in report.error.what


def test_starttls_is_as_good_as_tls(home: Home, server: Server, user: str, box: imaplib.IMAP4_SSL) -> None:
    send(box, {"bill.csv": b"x"})
    settings = {"encryption": "starttls", "port": str(server.plain_port)}
    assert fetch_quickly(home, connector(home, server, user, **settings)).error is None
    assert list(inbox(home, "bills")) == ["bill.csv"]


def test_no_mailbox_and_no_server_are_said(home: Home, server: Server, user: str) -> None:
    for settings in ({"mailbox": "Nowhere"}, {"port": "9"}):
        report = fetch_quickly(home, connector(home, server, user, **settings))
        assert report.error is not None
        assert report.error.what == "The mail server cannot be reached, broke off, or has no such mailbox."


def test_a_fetch_that_stops_in_the_middle_of_a_message_goes_on_there(
    home: Home, server: Server, user: str, box: imaplib.IMAP4_SSL
) -> None:
    send(box, {f"part{number}.csv": str(number).encode() for number in range(4)})
    limited = connector(home, server, user, limits="{max_files: 3}")
    first = fetch(home, limited)
    assert (first.waiting, len(inbox(home, "bills"))) == (True, 3)
    second = fetch(home, limited)
    assert fetched(second) == {second.documents[0].remote_id: "fetched"}
    assert (second.waiting, len(inbox(home, "bills"))) == (False, 4)
