"""Run connectors: list, skip what is known, copy the rest aside, deliver it, and say what became of each."""

from __future__ import annotations

import datetime
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tracetonne.connectors import delivery
from tracetonne.connectors.config import Connector, config_paths, load, load_all
from tracetonne.connectors.errors import ConnectorConfigError, ConnectorError, RefusedDocumentError
from tracetonne.connectors.names import safe_name, with_mark
from tracetonne.connectors.open_connection import open_connection
from tracetonne.connectors.own_kinds import refuse_own_kinds
from tracetonne.connectors.remote import Connection, RemoteDocument, Sink, too_large
from tracetonne.connectors.retry import attempt
from tracetonne.connectors.secret import without_secrets
from tracetonne.connectors.state import Item, State
from tracetonne.errors import EvidenceRejectedError, TraceTonneError, WrongUseError
from tracetonne.settings import Home

_DOWNLOAD = ".download.partial"


@dataclass(frozen=True)
class Fetched:
    """What became of one document of the other side.

    Args:
        remote_id: What identifies it there.
        status: fetched, unchanged (these bytes came before), refused, or empty (nothing there yet).
        path: Where it lies in the inbox; None unless fetched.
        sha256: Hash of its bytes, where they were read.
        byte_size: Their length.
        message: Why it was refused, or which document has the same bytes.
        message_zh: The same in Traditional Chinese.
    """

    remote_id: str
    status: str
    path: Path | None = None
    sha256: str = ""
    byte_size: int = 0
    message: str = ""
    message_zh: str = ""


@dataclass
class FetchReport:
    """What one run of a connector came to.

    Args:
        connector: Its name.
        site: The site whose inbox it fills.
        documents: What was looked at closer, known documents left out.
        known: How many documents were known already and not asked for.
        recovered: Documents that an earlier run had copied but not delivered.
        waiting: Whether a limit was reached, so that more waits on the other side.
        error: Why the run ended early; what had arrived by then is delivered all the same.
    """

    connector: str
    site: str
    documents: list[Fetched] = field(default_factory=list)
    known: int = 0
    recovered: int = 0
    waiting: bool = False
    error: TraceTonneError | None = None

    @property
    def exit_code(self) -> int:
        """0, the code of the error that ended it, or that of rejected evidence."""
        if self.error:
            return self.error.exit_code
        refused = any(document.status == "refused" for document in self.documents)
        return EvidenceRejectedError.exit_code if refused else 0

    def as_dict(self) -> dict[str, object]:
        """Return the report for `--json`."""
        return {
            "connector": self.connector,
            "site": self.site,
            "fetched": self._count("fetched"),
            "unchanged": self._count("unchanged"),
            "refused": self._count("refused"),
            "known": self.known,
            "recovered": self.recovered,
            "more_waits": self.waiting,
            "error": self.error.as_dict() if self.error else None,
            "documents": [vars(document) for document in self.documents],
        }

    def _count(self, status: str) -> int:
        return sum(document.status == status for document in self.documents)


def chosen(home: Home, names: Sequence[str], site: str | None) -> list[Connector]:
    """Return the connectors with these names, or all of them, of a site if one is given.

    Raises:
        WrongUseError: There is no such connector, or the home has none.
        ConnectorConfigError: One that was asked for cannot be used; without names, any of them.
    """
    paths = {path.stem: path for path in config_paths(home)}
    unknown = sorted(set(names) - set(paths))
    if unknown or not paths:
        raise WrongUseError(
            "There is no such connector." if unknown else "There is no connector.",
            where=str(home.connectors),
            expected=f"one of {', '.join(paths)}" if paths else "a file NAME.yml",
            found=", ".join(unknown) or "none",
            action="write one; docs/connectors.md has an example of each kind",
        )
    connectors = [load(paths[name]) for name in dict.fromkeys(names)] or _all_usable(home)
    return [connector for connector in connectors if site in (None, connector.site)]


def _all_usable(home: Home) -> list[Connector]:
    connectors, problems = load_all(home)
    if problems:
        raise next(iter(problems.values()))
    return connectors


def fetch(home: Home, connector: Connector) -> FetchReport:
    """Fetch what is new on the other side into the inbox of the connector's site.

    What a killed run left is delivered first. An error of the other side ends the run and stands in the
    report; what had arrived is delivered.
    """
    report = FetchReport(connector.name, connector.site)
    with _alone(home, connector), State.open(state_path(home, connector.name)) as state:
        folder = delivery.inbox_of(home, connector)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _DOWNLOAD).unlink(missing_ok=True)
        delivery.sweep(folder, state)
        report.recovered = len(delivery.deliver(home, connector, state))
        try:
            with closing(open_connection(connector)) as connection:
                _Run(connector, state, folder, connection, report).run()
        except TraceTonneError as error:
            report.error = without_secrets(connector, error)
        finally:
            delivery.deliver(home, connector, state)
    return report


def state_path(home: Home, name: str) -> Path:
    """Return the journal of a connector."""
    return home.connectors / "state" / f"{name}.sqlite"


class _Run:
    """One fetch: what the listing yields, up to the limits."""

    def __init__(
        self, connector: Connector, state: State, folder: Path, connection: Connection, report: FetchReport
    ) -> None:
        self._connector = connector
        self._state = state
        self._folder = folder
        self._connection = connection
        self._report = report
        self._files = 0
        self._bytes = 0

    def run(self) -> None:
        """Handle every document that is not known.

        Raises:
            ConnectorError: The other side failed, and trying again did not help.
        """
        try:
            for remote in self._connection.documents(self):
                if self._is_full(remote):
                    self._report.waiting = True
                    return
                self._report.documents.append(self._handle(remote))
        except TraceTonneError:
            raise
        except Exception as error:
            failure = self._connection.failure(error)
            if failure is None:
                raise
            raise failure from error

    def knows(self, remote_id: str, version: str) -> bool:
        """Say whether this version needs no fetching, and count it."""
        is_known = self._state.knows(remote_id, version)
        self._report.known += is_known
        return is_known

    def done(self, remote_id: str) -> None:
        """Remember that all documents inside a unit have been handled."""
        self._state.put(Item(remote_id, "1", "done", "", 0, "", _now(), {}))

    def _is_full(self, remote: RemoteDocument) -> bool:
        limits = self._connector.limits
        announced = min(remote.byte_size or 0, limits.max_file_bytes)
        return self._files >= limits.max_files or (
            self._files > 0 and self._bytes + announced > limits.max_total_bytes
        )

    def _handle(self, remote: RemoteDocument) -> Fetched:
        limit = self._connector.limits.max_file_bytes
        try:
            if remote.refusal:
                raise remote.refusal
            if remote.byte_size is not None and remote.byte_size > limit:
                raise too_large(remote.byte_size, limit)
            return self._copy(remote, limit)
        except RefusedDocumentError as refusal:
            if refusal.lasting:
                self._state.put(
                    Item(
                        remote.remote_id,
                        remote.version,
                        "refused",
                        "",
                        0,
                        "",
                        _now(),
                        {},
                        None,
                        refusal.reason,
                    )
                )
            return Fetched(
                remote.remote_id, refusal.status, message=refusal.reason, message_zh=refusal.reason_zh
            )

    def _copy(self, remote: RemoteDocument, limit: int) -> Fetched:
        """Copy the bytes aside under their hash, then write the row that makes them count."""
        download = self._folder / _DOWNLOAD
        with closing(Sink(download, limit, self._connector.limits.max_file_seconds)) as sink:

            def once() -> None:
                sink.restart()
                remote.write(sink)

            try:
                attempt(self._connector, once, self._connection.is_passing)
            except (FileNotFoundError, PermissionError) as error:
                raise _not_readable(error) from error
            sink.finish()
        refuse_own_kinds(self._connector, download, sink.head, sink.byte_size)
        twin = self._state.delivered_bytes(sink.sha256)
        if twin:
            return self._same(remote, twin)
        item = Item(
            remote.remote_id, remote.version or sink.sha256, "arrived", sink.sha256, sink.byte_size,
            self._free_name(safe_name(remote.name), sink.sha256), _now(),
            {"remote_path": remote.remote_id, **remote.origin},
        )  # fmt: skip
        download.replace(delivery.aside(self._folder, sink.sha256))
        delivery.sync_folder(self._folder)
        self._state.put(item)
        self._files += 1
        self._bytes += sink.byte_size
        return Fetched(
            remote.remote_id, "fetched", self._folder / item.file_name, item.sha256, item.byte_size
        )

    def _same(self, remote: RemoteDocument, twin: Item) -> Fetched:
        """Remember that these bytes came before; they are not delivered twice."""
        note = "" if twin.remote_id == remote.remote_id else f"the same bytes as {twin.remote_id}"
        version = remote.version or twin.sha256
        if (twin.remote_id, twin.version) != (remote.remote_id, version):
            self._state.put(
                Item(
                    remote.remote_id, version, "same", twin.sha256, twin.byte_size, "", _now(), {},
                    None, note,
                )
            )  # fmt: skip
        note_zh = f"內容與 {twin.remote_id} 相同" if note else ""
        return Fetched(remote.remote_id, "unchanged", None, twin.sha256, twin.byte_size, note, note_zh)

    def _free_name(self, name: str, sha256: str) -> str:
        """Return the name, with some of the hash in it where another document has it already."""
        for length in (0, 8, 64):
            candidate = with_mark(name, sha256[:length]) if length else name
            if not self._state.has_name(candidate) and not (self._folder / candidate).exists():
                return candidate
        return with_mark(name, sha256)


def _not_readable(error: OSError) -> RefusedDocumentError:
    """Return the refusal of a document that went away since the listing, or that we may not read."""
    if isinstance(error, FileNotFoundError):
        return RefusedDocumentError("The document is not there any more.", "文件已不存在。")
    return RefusedDocumentError("The other side does not let us read it.", "來源端不允許讀取此文件。")


@contextmanager
def _alone(home: Home, connector: Connector) -> Iterator[None]:
    """Hold the connector's lock; the system frees it when its process dies."""
    path = home.connectors / "state" / f"{connector.name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConnectorError(
                "This connector is fetching already.",
                where=connector.name,
                expected="one fetch of a connector at a time",
                found="another process at work",
                action="wait for it to end",
            ) from None
        yield
    finally:
        os.close(handle)


def fetch_all(home: Home, connectors: Sequence[Connector]) -> list[FetchReport]:
    """Fetch from each in turn; a connector that fails does not stop the others."""
    reports = []
    for connector in connectors:
        try:
            reports.append(fetch(home, connector))
        except (ConnectorError, ConnectorConfigError) as error:
            reports.append(FetchReport(connector.name, connector.site, error=error))
    return reports


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
