"""Landing keeps bytes, counts every record, survives kills and never writes twice."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import stat
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from landing_documents import bill, home_at, invoice, ledger, meter, meter_day, put, rows_of

from tracetonne.errors import WrongUseError
from tracetonne.landing import register, store
from tracetonne.landing.land import evidence_id_of, expand, land_paths
from tracetonne.landing.lock import write_lock
from tracetonne.landing.read_document import UNKNOWN_KIND
from tracetonne.landing.tables import TABLES
from tracetonne.settings import Home

SITE = "screw_plant"
CHECKOUT = Path(__file__).resolve().parents[2]


def _inbox(folder: Path) -> Path:
    put(folder, "bill.csv", bill())
    put(folder, "gas.xml", invoice())
    put(folder, "ledger.csv", ledger("2025-01-02,B1,carbon_screws,C1,1000,12,,,", "合計,,,,1000,,,,"))
    put(folder, "meter.csv", meter(*meter_day()))
    return folder


def _zip(name: str, content: bytes) -> bytes:
    """Return an archive of one file, unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _tree(home: Home) -> dict[str, str]:
    """Return every landed file with its hash; of the register rows, all but the time of receipt."""
    found = {}
    for folder in (home.evidence, home.landing):
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            name = str(path.relative_to(home.root))
            if name.startswith("landing/evidence/") and store.SCHEMA_SITE not in name:
                row = pq.read_table(path, partitioning=None).drop_columns(["received_at"]).to_pylist()
                found[name] = repr(row)
            else:
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_every_record_is_landed_or_rejected(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    results = {result.path.name: result for result in land_paths(home, [_inbox(tmp_path / "in")], SITE)}
    assert {name: (one.kind, one.status) for name, one in results.items()} == {
        "bill.csv": ("taipower_bill", "landed"),
        "gas.xml": ("einvoice", "landed"),
        "ledger.csv": ("production_ledger", "landed"),
        "meter.csv": ("meter_csv", "landed"),
    }
    assert (results["ledger.csv"].records_landed, results["ledger.csv"].records_rejected) == (1, 1)
    assert (results["meter.csv"].records_landed, results["meter.csv"].records_rejected) == (96, 0)
    rejected = rows_of(home, "rejected_record", SITE, results["ledger.csv"].evidence_id)
    assert [(row["locator"], row["code"]) for row in rejected] == [("line 3", "total_row")]
    assert all(row["message_zh"] for row in rejected)


def test_the_register_says_what_a_document_is(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    path = put(tmp_path, "bill.csv", bill())
    (result,) = land_paths(home, [path], SITE)
    (row,) = rows_of(home, "evidence", SITE, result.evidence_id)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert result.evidence_id == evidence_id_of(SITE, sha256, "taipower_bill", str(row["reader_version"]))
    assert (row["sha256"], row["file_name"], row["byte_size"]) == (sha256, "bill.csv", path.stat().st_size)
    assert (str(row["period_start"]), str(row["period_end"])) == ("2025-01-01", "2025-02-01")
    assert row["document_key"] == "05-12-3456-78-9|114/01|一般|B1140101"
    assert (row["encoding"], row["locator_kind"], row["arrival_order"]) == ("cp950", "stored", 1)


def test_evidence_is_stored_once_and_read_only(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    path = put(tmp_path, "bill.csv", bill())
    land_paths(home, [path], SITE)
    land_paths(home, [path], "other_site")
    (stored,) = [one for one in home.evidence.rglob("*") if one.is_file()]
    assert stored.read_bytes() == path.read_bytes()
    assert stored.name == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not stat.S_IMODE(stored.stat().st_mode) & 0o222
    assert len(register.load(home).entries) == 2


def test_landing_twice_adds_nothing(tmp_path: Path) -> None:
    home, inbox = home_at(tmp_path / "home"), _inbox(tmp_path / "in")
    land_paths(home, [inbox], SITE)
    before = {path: path.stat().st_mtime_ns for path in home.root.rglob("*.parquet")}
    again = land_paths(home, [inbox], SITE)
    assert {result.status for result in again} == {"unchanged"}
    assert [result.records_rejected for result in again if result.kind == "production_ledger"] == [1]
    assert [one.code for result in again for one in result.rejections] == ["total_row"]
    assert {path: path.stat().st_mtime_ns for path in home.root.rglob("*.parquet")} == before


def test_schemas_stand_before_the_first_document(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    land_paths(home, [put(tmp_path, "bill.csv", bill())], SITE)
    for table, columns in TABLES.items():
        path = home.landing / table / f"site={store.SCHEMA_SITE}" / "schema.parquet"
        assert pq.read_schema(path).names == list(columns)
        assert pq.read_metadata(path).num_rows == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "empty_file"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 no document", "unknown_kind"),
        ("bill.csv", b"PK\x03\x04 cut short", "unknown_kind"),
        ("bill.csv.gz", gzip.compress(bill()), "packed_document"),
        ("bill.zip", _zip("bill.csv", bill()), "packed_document"),
        ("ledger.ods", _zip("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "other_workbook"),
        ("a.xls", b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "other_workbook"),
        ("heading_only.csv", bill()[: bill().index(b"\r\n") + 2], "empty_file"),
    ],
)
def test_an_unreadable_file_is_registered_and_the_others_land(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    home = home_at(tmp_path / "home")
    put(tmp_path / "in", name, content)
    put(tmp_path / "in", "zz_good.xml", invoice())
    bad, good = land_paths(home, [tmp_path / "in"], SITE)
    assert (bad.status, bad.records_landed, good.status) == ("rejected", 0, "landed")
    assert [one.code for one in bad.rejections] == [code]
    (row,) = rows_of(home, "evidence", SITE, bad.evidence_id)
    assert row["status"] == "rejected"
    assert rows_of(home, "rejected_record", SITE, bad.evidence_id)
    assert land_paths(home, [tmp_path / "in" / name], SITE)[0].status == "rejected"


def test_a_name_does_not_decide_the_kind(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    results = land_paths(home, [put(tmp_path, "bill.xml", bill()), put(tmp_path, "gas.csv", invoice())], SITE)
    assert [result.kind for result in results] == ["taipower_bill", "einvoice"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_registered(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    path = put(tmp_path, "bill.csv", bill())
    path.chmod(0)
    (result,) = land_paths(home, [path], SITE)
    assert (result.status, result.kind, result.rejections[0].code) == ("rejected", UNKNOWN_KIND, "unreadable")


def test_a_document_sent_again_in_other_bytes_is_not_counted_twice(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    first = put(tmp_path, "gas.xml", invoice())
    again = put(tmp_path, "gas_again.xml", invoice().replace(b"\n  <Main>", b"\n\n    <Main>"))
    one, two = land_paths(home, [first, again], SITE)
    assert (one.status, two.status) == ("landed", "rejected")
    assert (two.records_landed, two.records_rejected) == (0, 1)
    assert two.rejections[0].code == "duplicate_document"
    assert one.evidence_id in two.rejections[0].found


def test_documents_of_one_batch_know_of_each_other(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    put(tmp_path / "in", "1.xml", invoice())
    put(tmp_path / "in", "2_same_bytes.xml", invoice())
    put(tmp_path / "in", "3_same_invoice.xml", invoice().replace(b"\n  <Main>", b"\n\n    <Main>"))
    put(tmp_path / "in", "4_same_number.xml", invoice(quantity="1600"))
    results = land_paths(home, [tmp_path / "in"], SITE)
    assert [result.status for result in results] == ["landed", "unchanged", "rejected", "landed"]
    assert results[0].evidence_id in results[3].message
    assert [entry.arrival_order for entry in register.load(home).entries] == [1, 2, 3]
    assert len([path for path in home.evidence.rglob("*") if path.is_file()]) == 3


def test_the_same_number_with_other_content_is_held_and_named(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    first = put(tmp_path, "gas.xml", invoice())
    other = put(tmp_path, "gas_other.xml", invoice(quantity="1600"))
    one, two = land_paths(home, [first, other], SITE)
    assert (one.status, two.status) == ("landed", "landed")
    assert one.evidence_id in two.message


def test_two_halves_of_a_ledger_do_not_contradict_each_other(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    made = put(tmp_path, "made.csv", ledger("2025-01-02,B1,carbon_screws,C1,1000,12,,,"))
    used = put(tmp_path, "used.csv", ledger("2025-01-02,,carbon_screws,,,,WIRE-ROD-CARBON,1015,"))
    results = land_paths(home, [made, used], SITE)
    assert [(result.status, result.message) for result in results] == [("landed", "")] * 2


def test_a_file_that_changes_while_it_is_read_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_at(tmp_path / "home")
    path = put(tmp_path, "meter.csv", meter(*meter_day()))
    monkeypatch.setattr("tracetonne.landing.land._PARALLEL_BYTES", 1)
    copy = store.copy_and_hash

    def copy_while_it_grows(source: Path, target: Path) -> store.Copied:
        copied = copy(source, target)
        with source.open("ab") as handle:
            handle.write(b"M-MAIN,2025-01-02 00:00,1.000,A\n")
        return copied

    monkeypatch.setattr(store, "copy_and_hash", copy_while_it_grows)
    (result,) = land_paths(home, [path], SITE)
    assert (result.status, result.rejections[0].code) == ("rejected", "changed_while_read")


@pytest.mark.parametrize("name", ["meter.csv", "it's [1] *.csv"])
def test_a_large_file_is_read_while_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = put(tmp_path, name, meter(*meter_day()))
    small, large = home_at(tmp_path / "small"), home_at(tmp_path / "large")
    land_paths(small, [path], SITE)
    monkeypatch.setattr("tracetonne.landing.land._PARALLEL_BYTES", 1)
    monkeypatch.setattr("tracetonne.landing.meter_csv.slow_pass", None)
    land_paths(large, [path], SITE)
    assert _tree(small) == _tree(large)


def test_a_file_too_large_for_its_reader_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, path = home_at(tmp_path / "home"), put(tmp_path, "bill.csv", bill())
    monkeypatch.setenv("TRACETONNE_LIMIT_DOCUMENT_BYTES", "100")
    for _ in range(2):
        (result,) = land_paths(home, [path], SITE)
        assert (result.status, result.rejections[0].code) == ("rejected", "too_large")
    # It is registered by its hash, and its bytes are not copied.
    (entry,) = register.load(home).entries
    assert entry.sha256 == hashlib.sha256(bill()).hexdigest()
    assert [path for path in home.evidence.rglob("*") if path.is_file()] == []
    monkeypatch.delenv("TRACETONNE_LIMIT_DOCUMENT_BYTES")
    (result,) = land_paths(home, [path], SITE)
    assert (result.status, register.load(home).entries[-1].status) == ("landed", "landed")
    assert store.evidence_path(home, entry.sha256).exists()


def test_folders_are_searched_without_hidden_files_and_provenance(tmp_path: Path) -> None:
    for name in ("b/2.csv", "a/1.csv", "source.yml", "b/source.yml", ".hidden", ".git/x"):
        put((tmp_path / name).parent, Path(name).name, b"x")
    assert [str(path.relative_to(tmp_path)) for path in expand([tmp_path])] == ["a/1.csv", "b/2.csv"]


@pytest.mark.parametrize("site", ["", "Screw Plant", "../up", store.SCHEMA_SITE, "a/b"])
def test_an_impossible_site_name_is_refused(tmp_path: Path, site: str) -> None:
    with pytest.raises(WrongUseError, match="not a site name"):
        land_paths(home_at(tmp_path / "home"), [tmp_path], site)


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="nowhere"):
        land_paths(home_at(tmp_path / "home"), [tmp_path / "nowhere"], SITE)


def test_leftovers_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    bill_path = put(tmp_path, "bill.csv", bill())
    land_paths(home, [bill_path], SITE)
    clean = _tree(home)
    orphan = home.landing / "utility_bill" / f"site={SITE}" / "0123456789abcdef.parquet"
    shutil.copy(next(orphan.parent.glob("*.parquet")), orphan)
    put(home.evidence, ".intake.1.partial", b"half")
    put(orphan.parent, ".x.parquet.1.partial", b"half")
    put(store.scratch_folder(home), "x.parquet", b"half")
    land_paths(home, [bill_path], SITE)
    assert _tree(home) == clean


def test_a_second_writer_waits_then_says_who_holds_the_lock(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    messages: list[str] = []

    def other() -> None:
        try:
            with write_lock(home, wait_seconds=0.2):
                messages.append("got it")
        except WrongUseError as error:
            messages.append(str(error))

    with write_lock(home), write_lock(home):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert f"held by process {os.getpid()}" in messages[0]
    with write_lock(home, wait_seconds=0.2):
        pass


_CHILD = """
import os, sys
from pathlib import Path
from tracetonne.landing import group_commit
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

root, inbox, die_at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
group_commit._MOST_DOCUMENTS = 3
replace, count = Path.replace, 0

def killed(self, target):
    global count
    if count == die_at:
        os._exit(9)
    count += 1
    return replace(self, target)

Path.replace = killed
results = land_paths(Home(root=root, exports=root / "exports"), [inbox], "screw_plant")
print(*[sum(result.status == status for result in results) for status in ("landed", "unchanged")])
"""


def _child(root: Path, inbox: Path, die_at: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(root), str(inbox), str(die_at)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_a_kill_at_any_step_leaves_nothing_half_done(tmp_path: Path) -> None:
    inbox = _inbox(tmp_path / "in")
    template = home_at(tmp_path / "template")
    template.landing.mkdir(parents=True)
    store.write_schemas(template)
    undisturbed = home_at(tmp_path / "undisturbed")
    land_paths(undisturbed, [inbox], SITE)
    expected = _tree(undisturbed)
    # Bytes, table, rejected records and register row of four documents, three of them together: 13 moves.
    for die_at in range(14):
        home = home_at(tmp_path / f"killed_{die_at}")
        shutil.copytree(template.root, home.root)
        child = _child(home.root, inbox, die_at)
        child.communicate()
        assert child.returncode == (9 if die_at < 13 else 0)
        for entry in register.load(home).entries:
            tables = [
                path
                for path in home.landing.glob(f"*/site={SITE}/{entry.evidence_id}.parquet")
                if path.parts[-3] not in ("evidence", "rejected_record")
            ]
            assert sum(pq.read_metadata(path).num_rows for path in tables) == entry.records_landed
        land_paths(home, [inbox], SITE)
        assert _tree(home) == expected, f"killed before move {die_at}"


def test_the_schema_stands_behind_the_files_of_every_site(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    land_paths(home, [_inbox(tmp_path / "in")], SITE)
    folders = {path.name for path in (home.landing / "evidence").iterdir()}
    assert folders == {f"site={SITE}", f"site={store.SCHEMA_SITE}"}
    assert store.SCHEMA_SITE > "z" * 64
    evidence = home.landing / "evidence"
    (evidence / f"site={store.SCHEMA_SITE}").rename(evidence / "site=_schema")
    store.write_schemas(home)
    assert {path.name for path in evidence.iterdir()} == folders


def test_landed_files_get_the_columns_that_a_newer_version_adds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_at(tmp_path / "home")
    land_paths(home, [_inbox(tmp_path / "in")], SITE)
    before = _tree(home)
    landed = next(iter((home.landing / "production_ledger").glob(f"site={SITE}/*.parquet")))
    rows = pq.read_table(landed).to_pylist()
    columns = dict(TABLES["production_ledger"])
    monkeypatch.setitem(TABLES, "production_ledger", {**columns, "silo": "VARCHAR"})
    store.arrow_schema.cache_clear()
    store.write_schemas(home)
    assert pq.read_table(landed).to_pylist() == [{**row, "silo": None} for row in rows]
    monkeypatch.undo()
    store.arrow_schema.cache_clear()
    store.write_schemas(home)
    assert pq.read_table(landed).to_pylist() == rows
    assert _tree(home).keys() == before.keys()


@pytest.mark.slow
def test_two_processes_landing_at_once_land_each_document_once(tmp_path: Path) -> None:
    inbox = _inbox(tmp_path / "in")
    home = home_at(tmp_path / "home")
    children = [_child(home.root, inbox, -1) for _ in range(2)]
    counts = [tuple(map(int, child.communicate()[0].split())) for child in children]
    assert sorted(counts) == [(0, 4), (4, 0)]
    assert [entry.arrival_order for entry in register.load(home).entries] == [1, 2, 3, 4]
