"""Documents made to harm are named and kept apart; they stop nothing, read nothing else, fill no memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hostile_documents import OUTSIDE, cases
from landing_documents import home_at, invoice, meter, meter_day, put, rows_of
from reader_samples import MADE

from tracetonne.errors import WrongUseError
from tracetonne.landing import limits
from tracetonne.landing.land import FileResult, land_paths
from tracetonne.settings import Home

pytestmark = pytest.mark.slow
CASES = cases()
# They land because nothing in them does harm: what a script would run is never run, what a spreadsheet would
# compute is text, and what stands behind the last record is not read.
HARMLESS = {
    "csv_formula", "csv_mixed_encodings", "csv_nul_everywhere", "meter_wide_line", "meter_nul",
    "meter_mixed_encodings", "mig_many_attributes", "ami_huge_exponent", "soda4lca_huge_exponent",
     "zip_hostile_member", "nem12_huge_number", "nem12_nul", "nem12_wide_line",
}  # fmt: skip


@dataclass(frozen=True)
class Landed:
    """All hostile documents in one home, with a good one behind each."""

    home: Home
    hostile: Mapping[str, FileResult]
    good: Sequence[FileResult]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    folder = tmp_path_factory.mktemp("hostile")
    home = home_at(folder / "home")
    paths = []
    for number, (name, content) in enumerate(CASES.items()):
        paths += [put(folder, name, content), put(folder, f"good_{number}", invoice(f"AB{number:08d}"))]
    results = land_paths(home, paths, "plant")
    return Landed(home, dict(zip(CASES, results[::2], strict=True)), results[1::2])


def test_hostile_documents_stop_no_other(landed: Landed) -> None:
    assert {result.status for result in landed.good} == {"landed"}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_document_is_named(landed: Landed, name: str) -> None:
    result = landed.hostile[name]
    codes = [one.code for one in result.rejections]
    assert "reader_fault" not in codes, result.rejections
    if name not in HARMLESS:
        assert codes or result.message, "nobody is told"
    assert result.status != "rejected" or codes
    for one in result.rejections:
        assert one.message and one.message_zh
        assert "\x1b" not in one.found + one.original_text
        assert "\x00" not in one.found + one.original_text
        assert len(one.original_text) <= 4001 and len(one.found) <= 401
    assert not [text for text in _texts(landed.home, result.evidence_id) if "root:" in text]


def _texts(home: Home, evidence_id: str) -> list[str]:
    """Return every text that landed of a document."""
    found = []
    for path in home.landing.glob(f"*/site=plant/{evidence_id}.parquet"):
        for row in pq.ParquetFile(path).read().to_pylist():
            found += [value for value in row.values() if isinstance(value, str)]
    return found


def test_the_entity_would_have_brought_something_in() -> None:
    assert "root:" in Path(OUTSIDE).read_text(encoding="utf-8")


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    named = put(tmp_path, "picture.png", invoice())
    (result,) = land_paths(home, [named], "plant")
    assert (result.kind, result.status) == ("einvoice", "landed")
    picture = put(tmp_path, "invoice.xml", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)
    (result,) = land_paths(home, [picture], "plant")
    assert (result.rejections[0].code, result.rejections[0].found) == ("unknown_kind", "a PNG picture")


def test_a_fault_of_a_reader_stops_no_other_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_reader: object, _source: object) -> object:
        raise ZeroDivisionError("in the middle")

    monkeypatch.setattr("tracetonne.landing.decision.DecisionReader.read", fails)
    home = home_at(tmp_path / "home")
    wrong = put(tmp_path, "a.json", b'{"tracetonne": "decision"}')
    first, second = land_paths(home, [wrong, put(tmp_path, "b.xml", invoice())], "plant")
    assert (first.status, second.status) == ("rejected", "landed")
    (named,) = first.rejections
    assert named.code == "reader_fault"
    assert "ZeroDivisionError in tracetonne.landing.decision (fails, line" in named.found
    assert rows_of(home, "rejected_record", "plant", first.evidence_id)[0]["code"] == "reader_fault"


def test_a_reader_that_fails_to_look_stops_no_other_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_reader: object, _source: object) -> bool:
        raise RecursionError("too deep")

    monkeypatch.setattr("tracetonne.landing.cbam_template.CbamTemplateReader.recognises", fails)
    home = home_at(tmp_path / "home")
    paths = [put(tmp_path, "a.xml", invoice()), put(tmp_path, "b.bin", b"\x01\x02")]
    known, unknown = land_paths(home, paths, "plant")
    assert (known.kind, known.status) == ("einvoice", "landed")
    assert unknown.rejections[0].code == "reader_fault"


def test_rows_that_fail_midway_become_a_rejection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracetonne.landing.decision import DecisionReader
    from tracetonne.landing.reader import Reading

    def rows() -> object:
        yield {"decision_id": "D"}
        raise ValueError("the second row")

    monkeypatch.setattr(DecisionReader, "read", lambda *_: Reading(records={"decision": rows()}))  # type: ignore[dict-item]
    home = home_at(tmp_path / "home")
    (result,) = land_paths(home, [put(tmp_path, "a.json", b'{"tracetonne": "decision"}')], "plant")
    assert (result.status, result.records_landed, result.rejections[0].code) == (
        "rejected",
        0,
        "reader_fault",
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [("TRACETONNE_LIMIT_DOCUMENT_BYTES", "many"), ("TRACETONNE_LIMIT_NOTHING", "1"),
     ("TRACETONNE_LIMIT_PDF_PAGES", "0")],
)  # fmt: skip
def test_a_limit_that_is_none_is_wrong_use(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    limits._chosen.cache_clear()
    with pytest.raises(WrongUseError, match="limit cannot be set"):
        limits.current()


def test_limits_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = home_at(tmp_path / "home")
    path = put(tmp_path, "gas.xml", invoice())
    monkeypatch.setenv("TRACETONNE_LIMIT_JSON_DEPTH", "1")
    deep = put(tmp_path, "d.json", b'{"tracetonne": "decision", "x": {"y": 1}}')
    first, second = land_paths(home, [path, deep], "plant")
    assert first.status == "landed"
    assert (second.rejections[0].expected, second.rejections[0].found) == ("at most 1 levels", "2 levels")


def test_a_table_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACETONNE_LIMIT_TABLE_ROWS", "10")
    path = put(tmp_path, "export.parquet", MADE["historian_long_parquet"]())
    (result,) = land_paths(home_at(tmp_path / "home"), [path], "plant")
    assert (result.rejections[0].code, result.rejections[0].found) == ("too_large", "24 rows")


_LAND_ALL = """
import json, sys
from pathlib import Path
from tracetonne.landing.land import FileResult, land_paths
from tracetonne.settings import Home
root = Path(sys.argv[1])
results = land_paths(Home(root=root / "home", exports=root / "exports"), [root / "inbox"], "plant")
# The program's own peak: what `getrusage` says may be that of the program that started it.
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps({"peak_mb": peak, "codes": [[one.code for one in result.rejections] for result in results]}))
"""


def test_hostile_documents_fill_no_memory(tmp_path: Path) -> None:
    """A line of 300 MB without an end, and every other case, land in one process of bounded memory."""
    inbox = tmp_path / "inbox"
    for name, content in CASES.items():
        put(inbox, name, content)
    with put(inbox, "endless_line.csv", meter(*meter_day())).open("ab") as handle:
        handle.writelines(b"1" * 1_000_000 for _ in range(300))
    with put(inbox, "endless_text.xml", invoice()[:-12]).open("ab") as handle:
        handle.writelines(b" " * 1_000_000 for _ in range(200))
    done = subprocess.run(
        [sys.executable, "-c", _LAND_ALL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    said = json.loads(done.stdout)
    assert said["peak_mb"] < 700
    assert not [codes for codes in said["codes"] if "reader_fault" in codes]
