"""Homes with strange names, disks without room, cells without end: named, never a traceback."""

from __future__ import annotations

import ctypes
import errno
from functools import partial
from pathlib import Path

import duckdb
import pytest
from landing_documents import BILL_ROW, bill, home_at, invoice, put, rows_of, source_of

from tracetonne import settings
from tracetonne.errors import TraceTonneError, WrongUseError
from tracetonne.landing import group_commit, master_data, register, store
from tracetonne.landing.disk import DiskError, is_of_the_disk
from tracetonne.landing.land import land_paths
from tracetonne.sql_path import pattern_under

SITE = "screw_plant"
NAMES = ["plant [1]", "what?", "a*b", "[ab]", "x[!y]*?"]


@pytest.mark.parametrize("name", NAMES)
def test_a_home_may_have_a_name_that_reads_as_a_pattern(tmp_path: Path, name: str) -> None:
    home = home_at(tmp_path / name)
    document = put(tmp_path, "bill.csv", bill())
    (first,) = land_paths(home, [document], SITE)
    (again,) = land_paths(home, [document], SITE)
    assert (first.status, again.status) == ("landed", "unchanged")
    assert [entry.file_name for entry in register.load(home).entries] == ["bill.csv"]
    assert len(rows_of(home, "utility_bill", SITE, first.evidence_id)) == 1


@pytest.mark.parametrize("name", ["what?", "number #1"])
def test_a_home_that_reads_as_an_address_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TRACETONNE_HOME", str(tmp_path / name))
    with pytest.raises(WrongUseError, match="主目錄"):
        settings.home()


@pytest.mark.parametrize("name", NAMES)
def test_a_pattern_finds_the_files_of_that_folder_only(tmp_path: Path, name: str) -> None:
    for folder in (name, "a", "acb", "what1", "plant 1"):
        (tmp_path / folder / "site=s").mkdir(parents=True)
        target = tmp_path / folder / "site=s" / "x.parquet"
        duckdb.sql("select 1 as one").write_parquet(str(target))
    with duckdb.connect() as connection:
        found = connection.execute(
            "select count(*) from read_parquet($1)", [pattern_under(tmp_path / name, "site=*/*.parquet")]
        ).fetchone()
    assert found == (1,)


@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EROFS, "Read-only file system"),
        duckdb.IOException("IO Error: Could not write: No space left on device"),
    ],
)
def test_a_full_disk_is_named_and_the_next_landing_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    home = home_at(tmp_path / "home")
    document = put(tmp_path, "bill.csv", bill(BILL_ROW))

    def fails(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(store, "sync", fails)
        with pytest.raises(DiskError) as caught:
            land_paths(home, [document], SITE)
    assert isinstance(caught.value, TraceTonneError)
    assert "磁碟" in caught.value.what_zh
    assert "bytes free" in caught.value.found
    assert not [path for path in home.root.rglob("*.partial") if path.is_file()]
    (result,) = land_paths(home, [document], SITE)
    assert (result.status, result.records_landed) == ("landed", 1)


@pytest.mark.parametrize("few_files", [0, 100])
def test_a_register_row_moves_only_after_its_bytes_and_tables_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few_files: int
) -> None:
    """A power cut keeps what was flushed, and of what was not any part."""
    home = home_at(tmp_path / "home")
    store.write_schemas(home)
    documents = [put(tmp_path / "in", f"{index}.xml", invoice(quantity=f"{index}0")) for index in (1, 2, 3)]
    flushed: set[str] = set()
    moved: list[str] = []

    def flush(path: Path, *, everything: bool = False) -> None:
        names = home.root.rglob("*") if everything else [path, *path.glob("*")]
        flushed.update(str(name.relative_to(home.root)) for name in names)

    def move(self: Path, target: Path) -> Path:
        name = str(target.relative_to(home.root))
        if name.startswith("evidence/"):
            assert str(self.relative_to(home.root)) in flushed
        if name.startswith("landing/evidence/"):
            assert str(self.relative_to(home.root)) in flushed
            assert set(moved) - {one for one in moved if one.startswith("landing/evidence/")} <= flushed
        moved.append(name)
        return original(self, target)

    original = Path.replace
    monkeypatch.setattr(Path, "replace", move)
    monkeypatch.setattr(store, "sync", flush)
    monkeypatch.setattr(group_commit, "_sync_file_system", partial(flush, everything=True))
    monkeypatch.setattr(group_commit, "_FEW_FILES", few_files)
    land_paths(home, documents, SITE)
    assert len([name for name in moved if name.startswith("landing/evidence/")]) == 3
    assert set(moved) <= flushed


def test_a_flush_that_fails_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: int) -> int:
        ctypes.set_errno(errno.EIO)
        return -1

    group_commit._sync_file_system(tmp_path)
    monkeypatch.setattr(group_commit, "_syncfs", lambda: fails)
    with pytest.raises(OSError, match="error") as caught:
        group_commit._sync_file_system(tmp_path)
    assert caught.value.errno == errno.EIO
    monkeypatch.setattr(group_commit, "_syncfs", lambda: None)
    group_commit._sync_file_system(tmp_path)


def test_other_errors_are_not_the_disks(tmp_path: Path) -> None:
    assert not is_of_the_disk(FileNotFoundError(errno.ENOENT, "no such file"))
    assert not is_of_the_disk(duckdb.IOException("file not found"))


@pytest.mark.parametrize("cell", ["x" * 140_000, '"' + "x" * 140_000])
def test_a_master_data_line_without_end_costs_only_itself(tmp_path: Path, cell: str) -> None:
    heading = "material,name,name_zh,role,cn_code,country_code,unit,note"
    good = "ROD,Wire rod,盤元,other,,,t,"
    content = "\n".join([heading, good, f"BAD,{cell},x,other,,,t,"]).encode()
    source = source_of(put(tmp_path, "materials.csv", content), tmp_path / "scratch")
    assert master_data.READER.recognises(source)
    reading = master_data.READER.read(source)
    assert [row["material"] for row in reading.records["master_material"]] == ["ROD"]  # type: ignore[union-attr]
    assert reading.records_rejected == 1
    assert reading.rejections[0].message_zh
