"""From a folder to the inbox: nothing lost, nothing twice, whatever is pulled out in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from connector_home import SITE, fetched, home_at, inbox, origins, write_connector

from tracetonne.connectors import delivery
from tracetonne.connectors.config import Connector, FolderConnector
from tracetonne.connectors.errors import ConnectorError, RefusedDocumentError
from tracetonne.connectors.fetch import fetch, fetch_all, state_path
from tracetonne.connectors.remote import Sink
from tracetonne.connectors.state import State
from tracetonne.errors import TraceTonneError
from tracetonne.landing.land import land_paths
from tracetonne.master_data import new_site
from tracetonne.settings import Home


class KilledError(BaseException):
    """Stands for the death of the process: no handler of the program sees it as an error."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "share").mkdir()
    return home_at(tmp_path / "home")


@pytest.fixture
def share(home: Home) -> Connector:
    return write_connector(
        home, "share", f"kind: folder\npath: {home.root.parent / 'share'}\nsettle_seconds: 0\n"
    )


def put(home: Home, name: str, content: bytes) -> Path:
    path = home.root.parent / "share" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def everything(home: Home) -> dict[str, list[str]]:
    """Return the delivered documents by content, and check that nothing half-written is left."""
    folder = home.inbox / SITE / "share"
    assert not list(folder.glob(".*"))
    found: dict[str, list[str]] = {}
    for name, content in inbox(home, "share").items():
        found.setdefault(content.decode(), []).append(name)
    return found


def test_documents_land_with_a_record_of_where_they_came_from(home: Home, share: Connector) -> None:
    put(home, "2025/庫存.csv", "盤點日,料號,數量,單位,地點,盤點人\n2025-01-31,W1,12.5,t,A,王\n".encode())
    fetch(home, share)
    results = {result.kind: result for result in land_paths(home, [home.inbox / SITE], SITE)}
    assert results["document_origin"].records_landed == 1
    [origin] = origins(home, "share")
    assert origin["remote_path"] == "2025/庫存.csv"
    assert origin["file_name"] == "庫存.csv"
    assert (origin["connector"], origin["connector_kind"]) == ("share", "folder")


def test_two_documents_of_one_name_both_come(home: Home, share: Connector) -> None:
    put(home, "a/bill.csv", b"january")
    put(home, "b/bill.csv", b"february")
    fetch(home, share)
    names = sorted(inbox(home, "share"))
    assert names[1] == "bill.csv"
    assert names[0].startswith("bill-")
    assert sorted(inbox(home, "share").values()) == [b"february", b"january"]


def test_a_name_taken_by_somebody_else_is_left_to_them(home: Home, share: Connector) -> None:
    folder = home.inbox / SITE / "share"
    folder.mkdir(parents=True)
    (folder / "bill.csv").write_bytes(b"dropped by hand")
    put(home, "bill.csv", b"fetched")
    fetch(home, share)
    assert (folder / "bill.csv").read_bytes() == b"dropped by hand"
    assert sorted(inbox(home, "share").values()) == [b"dropped by hand", b"fetched"]


def test_limits_leave_the_rest_for_the_next_time(home: Home) -> None:
    for number in range(5):
        put(home, f"{number}.csv", b"x" * (10 + number))
    text = f"kind: folder\npath: {home.root.parent / 'share'}\nsettle_seconds: 0\nlimits: "
    for limits, waits, there in (
        ("{max_files: 2}", True, 2),
        ("{max_total_bytes: 13}", True, 3),
        ("{}", False, 5),
    ):
        report = fetch(home, write_connector(home, "share", f"{text}{limits}\n"))
        assert (report.waiting, len(inbox(home, "share"))) == (waits, there)


def test_a_link_out_of_the_folder_is_not_followed(home: Home, share: Connector) -> None:
    secret = home.root.parent / "secret.csv"
    secret.write_bytes(b"not for us")
    put(home, "bill.csv", b"x")
    folder = home.root.parent / "share"
    (folder / "link.csv").symlink_to(secret)
    (folder / "outside").symlink_to(home.root.parent)
    (folder / "loop").symlink_to(folder)
    (folder / "dangling.csv").symlink_to(folder / "nothing")
    assert fetched(fetch(home, share)) == {"bill.csv": "fetched"}


def test_a_file_still_being_written_waits(home: Home) -> None:
    text = f"kind: folder\npath: {home.root.parent / 'share'}\nsettle_seconds: 60\n"
    connector = write_connector(home, "share", text)
    path = put(home, "bill.csv", b"half")
    assert fetch(home, connector).documents == []
    os.utime(path, (time.time() - 61,) * 2)
    assert fetched(fetch(home, connector)) == {"bill.csv": "fetched"}


def test_master_data_come_only_where_the_file_says_so(home: Home, share: Connector) -> None:
    workbook = new_site(home, SITE)
    put(home, "plant.xlsx", workbook.read_bytes())
    report = fetch(home, share)
    assert fetched(report) == {"plant.xlsx": "refused"}
    assert "accept_own_forms" in report.documents[0].message
    text = (home.connectors / "share.yml").read_text(encoding="utf-8").split("\n", 1)[1]
    trusting = write_connector(home, "share", f"{text}accept_own_forms: true\n")
    assert fetched(fetch(home, trusting)) == {"plant.xlsx": "fetched"}


def test_a_document_that_takes_too_long_is_refused(home: Home, share: Connector, tmp_path: Path) -> None:
    sink = Sink(tmp_path / "slow", 100, 0.01)
    sink.write(b"a")
    time.sleep(0.02)
    with pytest.raises(RefusedDocumentError, match="longer than"):
        sink.write(b"b")
    sink.restart()
    assert sink.write(b"c") == 1
    sink.close()


def test_an_error_never_repeats_a_secret(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAS_TOKEN", "hunter2")
    text = "kind: http\nurl: http://localhost:9/\ntoken: ${GAS_TOKEN}\nattempts: 1\n"
    connector = write_connector(home, "gas", text)

    def chatty(*_: object) -> None:
        raise ConnectorError("It failed.", found="server said: bad token hunter2")

    monkeypatch.setattr("tracetonne.connectors.fetch.open_connection", chatty)
    report = fetch(home, connector)
    assert report.error is not None
    assert report.error.found == "server said: bad token ***"
    assert "hunter2" not in str(report.error)


def test_a_folder_that_is_gone_is_an_error_that_says_so(home: Home, share: Connector) -> None:
    (home.root.parent / "share").rmdir()
    report = fetch(home, share)
    assert report.error is not None
    assert report.error.what == "The folder is not there."
    assert "mounted" in report.error.action


def test_one_connector_that_fails_does_not_stop_the_others(home: Home, share: Connector) -> None:
    put(home, "bill.csv", b"x")
    gone = write_connector(home, "gone", f"kind: folder\npath: {home.root / 'nowhere'}\n")
    reports = fetch_all(home, [gone, share])
    assert [report.exit_code for report in reports] == [1, 0]


def test_two_fetches_at_once_do_not_mix(home: Home, share: Connector) -> None:
    put(home, "bill.csv", b"x")
    code = textwrap.dedent(
        f"""
        import fcntl, os, time
        handle = os.open({str(state_path(home, "share").with_suffix(".lock"))!r}, os.O_RDWR | os.O_CREAT)
        fcntl.flock(handle, fcntl.LOCK_EX)
        print("held", flush=True)
        time.sleep(60)
        """
    )
    state_path(home, "share").parent.mkdir(parents=True)
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(ConnectorError, match="fetching already"):
            fetch(home, share)
    finally:
        holder.kill()
        holder.wait()
    assert fetched(fetch(home, share)) == {"bill.csv": "fetched"}


# Every call that changes something on disk during a fetch; the process dies before or after each in turn.
STEPS = (
    ("tracetonne.connectors.remote.Sink.finish", 0),
    ("tracetonne.connectors.state.State.put", 0),
    ("pathlib.Path.replace", 0),
    ("pathlib.Path.replace", 1),
    ("pathlib.Path.replace", 2),
    ("pathlib.Path.replace", 3),
    ("tracetonne.connectors.delivery.sync_folder", 0),
    ("tracetonne.connectors.delivery.sync_folder", 2),
    ("tracetonne.connectors.delivery.origin_document", 0),
    ("tracetonne.connectors.state.State.mark_delivered", 0),
)


def kills() -> Iterator[tuple[str, int, bool]]:
    for name, skip in STEPS:
        yield name, skip, False
        yield name, skip, True


@pytest.mark.parametrize(("step", "skip", "after"), list(kills()))
@pytest.mark.parametrize("landed_between", [False, True])
def test_a_kill_anywhere_loses_nothing_and_repeats_nothing(
    home: Home,
    share: Connector,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    skip: int,
    after: bool,
    landed_between: bool,
) -> None:
    put(home, "a.csv", b"first")
    put(home, "b.csv", b"second")
    module, name = _resolve(step)
    original = getattr(module, name)
    calls = 0

    def dies(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == skip + 1:
            if after:
                original(*arguments, **options)
            # What runs while the stack unwinds, the killed process would not have done.
            monkeypatch.setattr(delivery, "deliver", _dead)
            raise KilledError
        return original(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(module, name, dies)
        with pytest.raises(KilledError):
            fetch(home, share)
    monkeypatch.undo()
    if landed_between:
        land_paths(home, [home.inbox / SITE], SITE)
    report = fetch(home, share)
    assert report.error is None
    assert everything(home) == {"first": ["a.csv"], "second": ["b.csv"]}
    assert sorted(origin["file_name"] for origin in origins(home, "share")) == ["a.csv", "b.csv"]
    assert fetch(home, share).documents == []


def _dead(*_: object) -> list[object]:
    raise KilledError


def _resolve(step: str) -> tuple[object, str]:
    import importlib

    path, _, name = step.rpartition(".")
    try:
        return importlib.import_module(path), name
    except ModuleNotFoundError:
        module, _, owner = path.rpartition(".")
        return getattr(importlib.import_module(module), owner), name


@pytest.mark.slow
def test_a_real_kill_in_the_middle_of_many(home: Home, share: Connector) -> None:
    for number in range(100):
        put(home, f"{number:03d}.csv", str(number).encode())
    code = textwrap.dedent(
        f"""
        from pathlib import Path
        from tracetonne.connectors.config import load
        from tracetonne.connectors.fetch import fetch
        from tracetonne.settings import Home
        root = Path({str(home.root)!r})
        fetch(Home(root=root, exports=root / "exports"), load(root / "connectors" / "share.yml"))
        """
    )
    folder = home.inbox / SITE / "share"
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", code])
        before = sum(1 for _ in folder.glob(".*")) if folder.exists() else 0
        for _ in range(2000):
            if folder.exists() and sum(1 for _ in folder.glob(".*")) > before + 10:
                break
            time.sleep(0.005)
        process.kill()
        process.wait()
    report = fetch(home, share)
    assert report.error is None
    assert everything(home) == {str(number): [f"{number:03d}.csv"] for number in range(100)}


def test_bytes_that_vanish_before_delivery_are_fetched_again(home: Home, share: Connector) -> None:
    put(home, "a.csv", b"first")
    fetch(home, share)
    with State.open(state_path(home, "share")) as state:
        item = state.delivered_bytes("a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e")
        assert item is not None
        state.put(type(item)(**{**vars(item), "status": "arrived"}))
    (home.inbox / SITE / "share" / "a.csv").unlink()
    fetch(home, share)
    assert everything(home) == {"first": ["a.csv"]}


def test_an_inbox_that_was_cleared_after_landing_is_not_filled_again(home: Home, share: Connector) -> None:
    put(home, "a.csv", b"first")
    fetch(home, share)
    for path in (home.inbox / SITE / "share").iterdir():
        path.unlink()
    report = fetch(home, share)
    assert (report.documents, report.known) == ([], 1)


def test_a_full_disk_is_an_error_and_the_next_fetch_goes_on(
    home: Home, share: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "a.csv", b"first")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tracetonne.connectors.remote.Sink.finish", full)
        report = fetch(home, share)
        assert isinstance(report.error, TraceTonneError)
        assert "No space left" in report.error.found
    fetch(home, share)
    assert everything(home) == {"first": ["a.csv"]}


def test_the_origin_document_of_a_batch_is_always_the_same(home: Home, share: Connector) -> None:
    put(home, "a.csv", b"first")
    fetch(home, share)
    [path] = (home.inbox / SITE / "share").glob("origin-*.json")
    written = path.read_bytes()
    assert written.startswith(b'{\n "tracetonne": "document_origin"')
    with State.open(state_path(home, "share")) as state:
        item = state.delivered_bytes(json.loads(written)["documents"][0]["sha256"])
        assert item is not None
        assert delivery.origin_document(share, [item]) == (path.name, written)


def test_a_connector_stays_what_it_was_while_it_runs(share: Connector) -> None:
    assert isinstance(share, FolderConnector)
    with pytest.raises(ValueError, match="frozen"):
        share.site = "other"  # type: ignore[misc]
