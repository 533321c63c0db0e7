"""The gates alone: what each suite lets pass, what it stops, and what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import GATES
from expectations.gate import Gate
from expectations.judge import judge, quiet_context

pytestmark = pytest.mark.slow
MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models"

BALANCE = {
    "period": "2025-03", "balance": "meter_completeness", "subject": "M-MAIN", "unit": "intervals",
    "expected_quantity": 2976, "found_quantity": 2976, "difference_quantity": 0, "tolerance_share": 0.0,
    "deviation_share": 0.0, "severity": "error", "message": "Meter M-MAIN has every interval.",
    "message_zh": "電表 M-MAIN 無缺漏。", "evidence_note": "",
}  # fmt: skip
FIGURE = {
    "period": "2025-03", "process": "p", "product": "C1", "series": "management", "quantity": "see_total",
    "value": 3.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def context() -> Any:
    return quiet_context()


def served(folder: Path, table: str, rows: list[dict[str, Any]]) -> dict[str, Path]:
    """Write rows as a served table with the types of the real one."""
    path = folder / f"{table}.parquet"
    names = list(rows[0])
    with duckdb.connect() as connection:
        connection.execute("create table rows as select * from (" + " union all ".join(
            "select " + ", ".join(f"{_sql(row[name])} as {name}" for name in names) for row in rows
        ) + ")")  # fmt: skip
        connection.execute(f"copy rows to '{path}' (format parquet)")
    return {table: path}


def _sql(value: Any) -> str:
    if value is None:
        return "cast(null as double)"
    if isinstance(value, float):
        return f"cast({value!r} as double)"
    return f"cast({value} as decimal(38,12))" if isinstance(value, int) else f"'{value}'"


def gate_named(name: str) -> Gate:
    return next(gate for gate in GATES if gate.name == name)


def test_every_balance_that_models_make_is_judged_by_exactly_one_gate() -> None:
    """A balance that no gate names would never stop anything."""
    made = {
        name for path in MODELS.rglob("*.sql") for name in re.findall(r"'(\w+)' as balance", path.read_text())
    }
    made |= {"document_conflict", "document_duplicate"}
    judged = [name for gate in GATES for name in re.findall(r"balance in \((.*?)\)", gate.query)]
    names = [name.strip(" '") for listed in judged for name in listed.split(",")]
    assert made <= set(names)
    assert len(names) == len(set(names))


def test_every_rule_says_why_in_both_languages() -> None:
    for gate in GATES:
        assert gate.statement and gate.statement_zh and gate.rules, gate.name
        for rule in gate.rules:
            assert rule.severity in ("error", "warn")
            assert rule.reason and re.search(r"[\u4e00-\u9fff]", rule.reason_zh), rule.name


def test_a_balance_within_tolerance_passes(tmp_path: Path, context: Any) -> None:
    close = BALANCE | {"deviation_share": -0.02, "tolerance_share": 0.02}
    [verdict] = judge([gate_named("raw_completeness")], served(tmp_path, "out_balance", [close]), context)
    assert verdict["passed"]
    assert verdict["judged_rows"] == 1


def test_a_balance_beyond_tolerance_stops_and_names_the_row(tmp_path: Path, context: Any) -> None:
    bad = BALANCE | {
        "deviation_share": -0.021,
        "tolerance_share": 0.02,
        "message": "Gap.",
        "message_zh": "缺口",
    }
    rows = [BALANCE | {"subject": "M-CARBON"}, bad]
    [verdict] = judge([gate_named("raw_completeness")], served(tmp_path, "out_balance", rows), context)
    assert not verdict["passed"]
    assert verdict["severity"] == "error"
    assert (verdict["message"], verdict["message_zh"]) == ("Gap.", "缺口")
    assert [row["subject"] for row in verdict["failing_rows"]] == ["M-MAIN"]


def test_a_balance_with_one_side_missing_stops(tmp_path: Path, context: Any) -> None:
    bad = BALANCE | {"deviation_share": None, "found_quantity": None}
    [verdict] = judge(
        [gate_named("raw_completeness")], served(tmp_path, "out_balance", [BALANCE, bad]), context
    )
    assert not verdict["passed"]
    assert verdict["failing_rows"][0]["rule"] == "both_sides_known"


def test_a_warning_passes_and_is_told(tmp_path: Path, context: Any) -> None:
    bad = BALANCE | {"deviation_share": 0.5, "severity": "warn"}
    [verdict] = judge([gate_named("raw_completeness")], served(tmp_path, "out_balance", [bad]), context)
    assert (verdict["passed"], verdict["severity"]) == (True, "warn")
    assert verdict["message"] == bad["message"]
    assert len(verdict["failing_rows"]) == 1


def test_all_failing_rows_are_told_however_many(tmp_path: Path, context: Any) -> None:
    rows = [BALANCE | {"subject": f"M-{number:03d}", "deviation_share": 1.0} for number in range(300)]
    [verdict] = judge([gate_named("raw_completeness")], served(tmp_path, "out_balance", rows), context)
    assert len(verdict["failing_rows"]) == 300


def test_figures_must_add_up(tmp_path: Path, context: Any) -> None:
    parts = [("see_direct", 2.0), ("see_indirect", 1.0)]
    good = [FIGURE] + [FIGURE | {"quantity": name, "value": value} for name, value in parts]
    gate = gate_named("figure_consistency")
    [verdict] = judge([gate], served(tmp_path, "out_figure", good), context)
    assert verdict["passed"]
    wrong = [FIGURE | {"value": 3.1}, *good[1:]]
    [verdict] = judge([gate], served(tmp_path, "out_figure", wrong), context)
    assert verdict["failing_rows"][0]["rule"] == "direct_plus_indirect_is_total"


def test_without_rows_there_is_nothing_to_stop(context: Any) -> None:
    assert all(verdict["passed"] for verdict in judge(GATES, {}, context))
