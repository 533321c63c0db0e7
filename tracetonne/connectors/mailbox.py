"""Attachments of a mailbox. It is opened read-only: nothing is marked as read, moved or deleted."""

from __future__ import annotations

import datetime
import imaplib
import ssl
from collections.abc import Generator, Iterator

from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox
from imap_tools.message import MailAttachment, MailMessage
from imap_tools.query import AND

from tracetonne.connectors.config import ImapConnector
from tracetonne.connectors.errors import ConnectorError
from tracetonne.connectors.names import matches
from tracetonne.connectors.remote import Progress, RemoteDocument, Sink, too_large
from tracetonne.connectors.retry import attempt
from tracetonne.connectors.trust import trusted

_PASSING = (OSError, imaplib.IMAP4.abort)


class Mailbox:
    """The open mailbox."""

    def __init__(self, connector: ImapConnector) -> None:
        """Connect, log in, and open the mailbox read-only.

        Raises:
            ConnectorError: The server cannot be reached, is not trusted, or does not let us in.
        """
        self._connector = connector
        try:
            self._box = attempt(connector, self._login, self.is_passing)
            self._uid_validity = self._open()
        except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
            raise self.failure(error) or error from error

    def documents(self, progress: Progress) -> Iterator[RemoteDocument]:
        """Yield the attachments of messages that have not been gone through, oldest first."""
        for uid in attempt(self._connector, self._uids, self.is_passing):
            message_id = f"{self._connector.mailbox};uidvalidity={self._uid_validity};uid={uid}"
            if progress.knows(message_id, "1"):
                continue
            is_done = yield from self._attachments(uid, message_id, progress)
            if is_done:
                progress.done(message_id)

    def is_passing(self, error: Exception) -> bool | float:
        """Say whether a failure may pass: of the way, not of the login."""
        return isinstance(error, _PASSING) and not isinstance(error, ssl.SSLError)

    def failure(self, error: Exception) -> ConnectorError | None:
        """Say what a failure means to people."""
        where = f"{self._connector.name}: {self._connector.location}"
        found = f"{type(error).__name__}: {error}"[:300]
        if isinstance(error, MailboxLoginError):
            return ConnectorError(
                "The mail server does not let us in.",
                where=where,
                expected="user and password, or token, that it knows",
                found=f"refused for {self._connector.user}",
                action="check the user and the secret in the environment",
            )
        if isinstance(error, ssl.SSLError):
            return ConnectorError(
                "The mail server does not prove who it is: its certificate is not trusted.",
                where=where,
                expected="a certificate for its name",
                found=found,
                action="ask its operator; a certificate of your own company goes into ca_file",
            )
        if isinstance(error, OSError | imaplib.IMAP4.error | ImapToolsError):
            return ConnectorError(
                "The mail server cannot be reached, broke off, or has no such mailbox.",
                where=where,
                expected="an answer",
                found=found,
                action="check host, port and mailbox, then fetch again; nothing is lost",
            )
        return None

    def close(self) -> None:
        """Log out; a server that is gone already is left."""
        try:
            self._box.logout()
        except (OSError, imaplib.IMAP4.error, ImapToolsError):
            self._box.client.shutdown()

    def _login(self) -> BaseMailBox:
        connector = self._connector
        options = {"host": connector.host, "port": connector.tcp_port, "timeout": connector.timeout_seconds}
        if connector.encryption == "none":
            box: BaseMailBox = MailBoxUnencrypted(**options)
        else:
            kind = MailBox if connector.encryption == "tls" else MailBoxStartTls
            box = kind(**options, ssl_context=trusted(connector, connector.ca_file))
        if connector.access_token:
            box.xoauth2(connector.user.value(), connector.access_token.value(), initial_folder=None)
        elif connector.password:
            box.login(connector.user.value(), connector.password.value(), initial_folder=None)
        return box

    def _open(self) -> str:
        """Open the mailbox without the right to change it, and return its UIDVALIDITY."""
        self._box.folder.set(self._connector.mailbox, readonly=True)
        _, answer = self._box.client.response("UIDVALIDITY")
        return answer[0].decode() if answer and answer[0] else ""

    def _uids(self) -> list[str]:
        """Return the messages to look at, oldest first."""
        since = self._connector.since
        found = self._box.uids(AND(date_gte=since) if since else "ALL")
        return sorted(found, key=int)

    def _attachments(
        self, uid: str, message_id: str, progress: Progress
    ) -> Generator[RemoteDocument, None, bool]:
        """Yield the attachments of one message; return whether it is done, which too large a one is not."""
        head = self._message(uid, headers_only=True)
        if head is None or not self._is_wanted(head):
            return True
        limit = self._connector.max_message_bytes
        if head.size_rfc822 > limit:
            refusal = too_large(head.size_rfc822, limit)
            yield RemoteDocument(
                message_id, "", head.subject, head.size_rfc822, lambda sink: None, {}, refusal
            )
            return False
        message = self._message(uid, headers_only=False)
        for number, part in enumerate(message.attachments if message else [], start=1):
            part_id = f"{message_id};part={number}"
            is_wanted = matches(part.filename or "", self._connector.patterns)
            if message and is_wanted and not progress.knows(part_id, "1"):
                yield self._document(message, part, part_id, uid)
        return True

    def _message(self, uid: str, *, headers_only: bool) -> MailMessage | None:
        """Return a message, without marking it as read; None if it went away."""
        found = self._box.fetch(uid_list=[uid], mark_seen=False, headers_only=headers_only)
        return next(iter(found), None)

    def _is_wanted(self, message: MailMessage) -> bool:
        """Say whether sender and subject are those that the connector takes."""
        senders = self._connector.senders
        sender = message.from_.lower()
        is_known = not senders or any(
            sender.endswith(one.lower()) if one.startswith("@") else sender == one.lower() for one in senders
        )
        return is_known and self._connector.subject_contains.lower() in message.subject.lower()

    def _document(self, message: MailMessage, part: MailAttachment, part_id: str, uid: str) -> RemoteDocument:
        def write(sink: Sink) -> None:
            sink.write(part.payload)

        identity = message.headers.get("message-id", ("",))[0].strip()
        sent = message.date if message.date_str else None
        origin = {
            "mailbox_uid": f"{self._uid_validity}:{uid}",
            "message_id": identity,
            "sender": message.from_,
            "subject": message.subject,
        }
        if isinstance(sent, datetime.datetime):
            origin["remote_modified"] = sent.isoformat()
        return RemoteDocument(part_id, "1", part.filename, None, write, origin)
