"""Let Great Expectations judge the served rows, and say what failed in words and with the rows themselves.

The rows are few, so they are judged as a DataFrame. Great Expectations takes seconds to import, so only the
process of `worker.py` does.
"""

from __future__ import annotations

import datetime
import decimal
import json
import logging
import math
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.gate import Gate, Rule

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

ROW = "_row"

Verdict = dict[str, Any]


def judge(gates: Sequence[Gate], tables: Mapping[str, Path], context: Any) -> list[Verdict]:
    """Return one verdict a gate.

    Args:
        gates: The gates to judge.
        tables: Served Parquet file of each table; a table that is not served has no rows.
        context: From `quiet_context`.
    """
    return [verdict(gate, served_rows(gate, tables), context) for gate in gates]


def served_rows(gate: Gate, tables: Mapping[str, Path]) -> pd.DataFrame | None:
    """Return the rows that a gate judges, numbered, with a boolean column a rule: where it applies."""
    path = tables.get(gate.table)
    if path is None:
        return None
    applies = ", ".join(f'({rule.where}) as "applies_{rule.name}"' for rule in gate.rules)
    order = ", ".join(gate.row_key)
    with _engine().cursor() as connection:
        connection.execute(f"create or replace view served as select * from read_parquet({_literal(path)})")
        frame: pd.DataFrame = connection.execute(
            f"select row_number() over (order by {order}) as {ROW}, *, {applies} "
            f"from ({gate.query}) order by {ROW}"
        ).df()
    return frame


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """Return an engine that all gates share: to start one takes longer than most of them."""
    import duckdb

    return duckdb.connect(config={"enable_external_file_cache": False})


def verdict(gate: Gate, frame: pd.DataFrame | None, context: Any) -> Verdict:
    """Judge one gate: it passes when no rule of severity error fails; `severity` warn says look at it."""
    rules = (
        []
        if frame is None or frame.empty
        else [judge_rule(rule, gate, frame, context) for rule in gate.rules]
    )
    broken = [rule for rule in rules if not rule["passed"]]
    stops = [rule for rule in broken if rule["severity"] == "error"]
    told = stops or broken
    return {
        "name": gate.name,
        "passed": not stops,
        "severity": "warn" if broken and not stops else "error",
        "statement": gate.statement,
        "statement_zh": gate.statement_zh,
        "message": _message(told, "message", "reason") or gate.statement,
        "message_zh": _message(told, "message_zh", "reason_zh") or gate.statement_zh,
        "judged_rows": 0 if frame is None else len(frame),
        "failing_rows": [row for rule in broken for row in rule["failing_rows"]],
        "rules": rules,
    }


def judge_rule(rule: Rule, gate: Gate, frame: pd.DataFrame, context: Any) -> dict[str, Any]:
    """Judge one expectation and return its failing rows, all of them."""
    import great_expectations as gx

    rows = frame[frame[f"applies_{rule.name}"].fillna(False).astype(bool)].reset_index(drop=True)
    failing: list[dict[str, Any]] = []
    passed = True
    if not rows.empty:
        expectation = getattr(gx.expectations, rule.expectation)(**rule.arguments)
        batch = context.data_sources.all()[DATA_SOURCE].get_asset(ASSET).get_batch_definition(ASSET)
        result = batch.get_batch(batch_parameters={"dataframe": rows}).validate(
            expectation,
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]},
        )
        if result.exception_info.get("raised_exception"):
            raise ValueError(f"{gate.name}.{rule.name}: {result.exception_info['exception_message']}")
        passed = bool(result.success)
        numbers = {entry[ROW] for entry in result.result.get("unexpected_index_list") or []}
        chosen = rows[rows[ROW].isin(numbers)] if numbers or passed else rows
        failing = [_plain_row(row, gate, rule) for row in records(chosen)] if not passed else []
    return {
        "name": rule.name,
        "passed": passed,
        "severity": rule.severity,
        "reason": rule.reason,
        "reason_zh": rule.reason_zh,
        "judged_rows": len(rows),
        "failing_rows": failing,
    }


DATA_SOURCE = "served"
ASSET = "rows"


def quiet_context() -> Any:
    """Return a Great Expectations context that sends nothing, writes nothing and shows no progress bars."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas(DATA_SOURCE).add_dataframe_asset(ASSET)
    asset.add_batch_definition_whole_dataframe(ASSET)
    return context


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as mappings."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def _plain_row(row: Mapping[str, Any], gate: Gate, rule: Rule) -> dict[str, Any]:
    """Return a failing row as JSON knows it, its key first."""
    kept = {key: _plain(row[key]) for key in gate.row_key}
    rest = {
        key: _plain(value)
        for key, value in row.items()
        if key not in kept and key != ROW and not key.startswith("applies_")
    }
    return {"rule": rule.name, **kept, **rest}


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    return (
        value if isinstance(value, str | int | float | bool) else json.loads(json.dumps(value, default=str))
    )


def _message(rules: Sequence[Mapping[str, Any]], own: str, fallback: str) -> str:
    """Join what the failing rows say of themselves; a rule whose rows are silent gives its reason."""
    texts: list[str] = []
    for rule in rules:
        said = [row[own] for row in rule["failing_rows"] if row.get(own)]
        texts += said or [rule[fallback]]
    return " ".join(dict.fromkeys(texts))


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
