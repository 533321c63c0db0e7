"""The command line as scripts and people meet it: help, exit codes, errors without a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from landing_documents import invoice, put

from tracetonne import cli
from tracetonne.errors import EvidenceRejectedError, GateStoppedError, WrongUseError

COMMANDS = (
    "new-site", "land", "status", "refresh", "figures", "trace", "impact", "withdraw", "verify", "backup",
    "rebuild", "fetch", "connectors", "review", "approve", "fee", "close", "reopen",
)  # fmt: skip


def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path, *arguments: str
) -> tuple[int, str, str]:
    """Run the command line in this process and return exit code, output and errors."""
    monkeypatch.setenv("TRACETONNE_HOME", str(home))
    monkeypatch.setattr(sys, "argv", ["tracetonne", *arguments])
    code = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = call(monkeypatch, capsys, tmp_path, command, "--help")
    assert code == 0
    assert "--json" in out
    assert list(tmp_path.iterdir()) == []


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'dagster', 'dbt', 'duckdb', 'pandas', 'great_expectations', 'pyarrow'}"
    code = f"import sys, tracetonne.cli; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_a_small_document_is_inspected_without_engines(tmp_path: Path) -> None:
    """Each takes a tenth of a second and more to import."""
    heavy = "{'dagster', 'dbt', 'duckdb', 'pandas', 'numpy', 'pyarrow'}"
    code = (
        "import sys; from pathlib import Path; from tracetonne.landing.preview import preview; "
        "from tracetonne.settings import home; result = preview(home(), Path(sys.argv[1])); "
        f"sys.exit(result.status != 'landed' or bool({heavy} & set(sys.modules)))"
    )
    path = put(tmp_path, "gas.xml", invoice())
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("refresh", "--site", "s"),
        ("refresh", "--site", "s", "--month", "2025-01", "--year", "2025"),
        ("refresh", "--site", "s", "--from", "2025-01", "--month", "2025-01"),
        ("refresh", "--site", "s", "--from", "2025"),
        ("refresh", "--site", "s", "--month", "2025-13"),
        ("refresh", "--site", "s", "--year", "25"),
        ("figures", "--site", "nobody"),
        ("refresh", "--site", "nobody", "--month", "2025-01"),
        ("no-such-command",),
        ("land", "--site", "s"),
    ],
)
def test_wrong_use_is_exit_code_2_without_a_traceback(
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    code, out, err = call(monkeypatch, capsys, tmp_path, *arguments)
    assert code == 2
    assert out == ""
    assert err
    assert "Traceback" not in err


def test_an_error_is_json_where_json_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = call(monkeypatch, capsys, tmp_path, "figures", "--site", "nobody", "--json")
    assert (code, out) == (2, "")
    said = json.loads(err)
    assert set(said) - {f"{part}_zh" for part in said} == {"error", "where", "expected", "found", "do"}
    assert said["error_zh"] == "此廠區尚未匯入任何文件。"


def test_rejected_evidence_is_exit_code_4_and_lands_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    unknown = tmp_path / "letter.txt"
    unknown.write_text("Dear Sir or Madam")
    home = tmp_path / "home"
    code, out, _ = call(monkeypatch, capsys, home, "land", str(unknown), "--site", "s", "--json")
    [landed] = json.loads(out)
    assert code == EvidenceRejectedError.exit_code == 4
    assert landed["status"] == "rejected"
    assert set(landed) >= {"evidence_id", "kind", "records_landed", "records_rejected", "status"}


def test_the_exit_codes_are_the_documented_ones() -> None:
    assert (WrongUseError.exit_code, GateStoppedError.exit_code, EvidenceRejectedError.exit_code) == (2, 3, 4)
