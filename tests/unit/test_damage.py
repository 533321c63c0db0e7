"""A damaged file of the home is named, with what brings it back; documents are never lost with it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tracetonne import cli
from tracetonne.backup import rebuild
from tracetonne.damage import damaged_file, full_disk
from tracetonne.landing.land import land_paths
from tracetonne.landing.store import table_path
from tracetonne.settings import Home

LEDGER = "count_date,material,quantity,unit,location,counted_by\n2026-01-31,ROD,10,kg,store,Lin\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "home", exports=tmp_path / "home" / "exports")


@pytest.fixture
def damaged(home: Home, tmp_path: Path) -> Path:
    """Land a stock count and cut the file of its records."""
    document = tmp_path / "count.csv"
    document.write_text(LEDGER, encoding="utf-8")
    (landed,) = land_paths(home, [document], "plant")
    path = table_path(home, "stock_count", "plant", landed.evidence_id)
    path.write_bytes(path.read_bytes()[:100])
    return path


def test_a_damaged_table_is_named_with_what_to_do(
    home: Home, damaged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACETONNE_HOME", str(home.root))
    monkeypatch.setattr(sys, "argv", ["tracetonne", "status"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    said = "".join(capsys.readouterr().err.split())
    assert stopped.value.code == 1
    assert str(damaged) in said
    assert "tracetonnerebuild" in said
    assert "檔案已損壞" in said


def test_a_rebuild_reads_the_document_again(home: Home, damaged: Path) -> None:
    result = rebuild(home, lambda *_: None)
    assert result.landed_again == ["count.csv"]
    assert damaged_file(home, f"cannot read '{damaged}'") is None


def test_other_errors_are_not_explained_away(home: Home, damaged: Path) -> None:
    assert damaged_file(home, "no such column") is None
    assert damaged_file(home, "No magic bytes found at end of file '/elsewhere/a.parquet'") is None
    said = f'IO Error: The file "{home.warehouse}" exists, but it is not a valid DuckDB database file!'
    found = damaged_file(home, said)
    assert found is not None
    assert found.where == str(home.warehouse)


def test_a_full_disk_is_told_whichever_library_met_it(home: Home) -> None:
    said = "(sqlite3.OperationalError) database or disk is full"
    found = full_disk(home, RuntimeError(f"{said}\n(Background …)"))
    assert found is not None
    assert found.found == said
    assert found.what_zh
    assert full_disk(home, RuntimeError("no such table")) is None
