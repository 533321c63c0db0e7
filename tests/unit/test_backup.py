"""Backup and rebuild: what is copied, what is refused, and that a restored home gives the same packages."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from package_fixture import SITE, make_home, serve_month

from tracetonne.backup import DamagedBackupError, backup, check_backup, rebuild
from tracetonne.connectors.config import load
from tracetonne.connectors.fetch import fetch
from tracetonne.errors import WrongUseError
from tracetonne.landing.land import land_paths
from tracetonne.package.build import build_package
from tracetonne.package.versions import versions
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

MONTHS = ("2026-02", "2026-03")


@dataclass
class Refreshed:
    status: str


def refresh(home: Home, site: str, period: str) -> Refreshed:
    """Serve a month by hand and pack it, in place of the whole chain."""
    serve_month(home, period, "1000.000", 0.5, earlier="2026-02" if period == "2026-03" else None)
    return Refreshed(build_package(home, site, period).status)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = make_home(tmp_path / "home")
    for month in MONTHS:
        build_package(made, SITE, month)
    return made


def hashes(home: Home) -> list[str]:
    return [version.sha256 for month in MONTHS for version in versions(home, SITE, month)]


def test_a_backup_restores_on_an_empty_machine_to_the_same_packages(home: Home, tmp_path: Path) -> None:
    made = backup(home, tmp_path / "backup")
    empty = Home(root=tmp_path / "other", exports=tmp_path / "other" / "exports")
    result = rebuild(empty, refresh, made.path)
    assert result.restored == made.files
    assert hashes(empty) == hashes(home)
    assert [(p.period, p.status, p.figures, p.bytes) for p in result.periods] == [
        ("2026-02", "unchanged", "same", "same"),
        ("2026-03", "unchanged", "same", "same"),
    ]


def test_contracts_and_templates_of_the_home_are_copied(home: Home, tmp_path: Path) -> None:
    (home.contracts / "meter").mkdir(parents=True)
    (home.contracts / "meter" / "a.yml").write_text("a", encoding="utf-8")
    (home.templates / "pdf").mkdir(parents=True)
    (home.templates / "pdf" / "b.yml").write_text("b", encoding="utf-8")
    backup(home, tmp_path / "copy")
    manifest = (tmp_path / "copy" / "manifest-sha256.txt").read_text(encoding="utf-8")
    assert "contracts/meter/a.yml" in manifest
    assert "templates/pdf/b.yml" in manifest


def test_rebuild_keeps_packages_and_throws_the_warehouse_away(home: Home) -> None:
    before = hashes(home)
    home.warehouse.write_bytes(b"of an older program")
    result = rebuild(home, refresh)
    assert not home.warehouse.exists()
    assert hashes(home) == before
    assert {period.figures for period in result.periods} == {"same"}


def test_a_rebuild_that_was_stopped_goes_on_where_it_is_run_again(home: Home) -> None:
    """A period never published is known from the served copies only, which a rebuild drops."""
    shutil.rmtree(home.exports / SITE / "2026-03")
    (home.serving / SITE / "2026-03" / "refresh.json").write_text("{}")

    def stopped(home: Home, site: str, period: str) -> Refreshed:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(home, stopped)
    assert not home.serving.exists()
    assert [period.period for period in rebuild(home, refresh).periods] == ["2026-02", "2026-03"]
    assert not (home.root / "rebuild.json").exists()


def test_rebuild_tells_where_figures_changed(home: Home) -> None:
    def other(home: Home, site: str, period: str) -> Refreshed:
        serve_month(home, period, "1200.000", 0.5, earlier=None)
        return Refreshed(build_package(home, site, period).status)

    result = rebuild(home, other)
    assert [period.figures for period in result.periods] == ["changed", "changed"]


def test_the_manifest_is_one_that_sha256sum_reads(home: Home, tmp_path: Path) -> None:
    made = backup(home, tmp_path / "backup")
    command = ["sha256sum", "--strict", "--quiet", "-c", "manifest-sha256.txt"]
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not installed")
    assert subprocess.run(command, cwd=made.path, check=False).returncode == 0
    assert len(check_backup(made.path)) == made.files


def test_unfinished_files_are_not_copied(home: Home, tmp_path: Path) -> None:
    (home.evidence / ".intake.1.partial").write_text("half")
    (home.landing / ".scratch").mkdir()
    (home.landing / ".scratch" / "x.parquet").write_text("half")
    (home.exports / SITE / ".making-x").mkdir()
    (home.exports / SITE / ".making-x" / "data").write_text("half")
    copied = check_backup(backup(home, tmp_path / "backup").path)
    assert not [path for path in copied if "half" in path or "making" in path or "partial" in path]
    assert not [path for path in copied if ".scratch" in path]


def test_connectors_come_back_and_fetch_nothing_again(home: Home, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "bill.csv").write_bytes(b"x")
    home.connectors.mkdir()
    text = f"kind: folder\nsite: {SITE}\npath: {share}\nsettle_seconds: 0\n"
    (home.connectors / "share.yml").write_text(text)
    (home.connectors / "sftp_key").write_text("a private key")
    assert len(fetch(home, load(home.connectors / "share.yml")).documents) == 1
    made = backup(home, tmp_path / "backup")
    empty = Home(root=tmp_path / "other", exports=tmp_path / "other" / "exports")
    rebuild(empty, refresh, made.path)
    assert {path.name for path in empty.connectors.rglob("*") if path.is_file()} == {
        "share.yml",
        "share.sqlite",
    }
    report = fetch(empty, load(empty.connectors / "share.yml"))
    assert (report.documents, report.known) == ([], 1)


def test_a_folder_with_something_in_it_is_not_written_to(home: Home, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(WrongUseError, match="holds something already"):
        backup(home, tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_an_empty_folder_is_taken_and_a_folder_inside_the_home_is_not(home: Home, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert backup(home, tmp_path / "empty").files
    with pytest.raises(WrongUseError, match="inside what it copies"):
        backup(home, home.exports / "backup")


def test_damaged_evidence_is_not_backed_up_silently(home: Home, tmp_path: Path) -> None:
    next(path for path in sorted(home.evidence.rglob("*")) if path.is_file()).write_bytes(b"damaged")
    with pytest.raises(DamagedBackupError, match="no longer has the bytes"):
        backup(home, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    assert not list(tmp_path.glob(".backup.*"))


def test_a_damaged_backup_restores_nothing_and_names_every_file(home: Home, tmp_path: Path) -> None:
    made = backup(home, tmp_path / "backup").path
    documents = sorted(path for path in (made / "evidence").rglob("*") if path.is_file())
    documents[0].write_bytes(b"changed")
    documents[1].unlink()
    empty = Home(root=tmp_path / "other", exports=tmp_path / "other" / "exports")
    with pytest.raises(DamagedBackupError) as caught:
        rebuild(empty, refresh, made)
    assert "(changed)" in caught.value.where
    assert "(missing)" in caught.value.where
    assert not empty.evidence.exists()


def test_a_backup_is_never_restored_over_documents(home: Home, tmp_path: Path) -> None:
    made = backup(home, tmp_path / "backup")
    with pytest.raises(WrongUseError, match="empty installation only"):
        rebuild(home, refresh, made.path)


def test_a_manifest_that_points_outside_is_refused(home: Home, tmp_path: Path) -> None:
    made = backup(home, tmp_path / "backup").path
    manifest = made / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + "0" * 64 + "  evidence/../../escape\n")
    with pytest.raises(DamagedBackupError, match="does not belong"):
        check_backup(made)


def test_any_folder_is_not_a_backup(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="not a backup"):
        check_backup(tmp_path)


def test_a_document_registered_without_its_bytes_stops_no_rebuild(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACETONNE_LIMIT_DOCUMENT_BYTES", "10")
    large = tmp_path / "too_large.csv"
    large.write_text("date,process,product,good_quantity,good_unit\n", encoding="utf-8")
    (result,) = land_paths(home, [large], SITE, "production_ledger")
    assert result.rejections[0].code == "too_large"
    monkeypatch.delenv("TRACETONNE_LIMIT_DOCUMENT_BYTES")
    assert "too_large.csv" not in rebuild(home, refresh).landed_again
