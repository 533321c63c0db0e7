"""An estimate for people: each step with its inputs, and what was assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from tracetonne.chinese import in_both
from tracetonne.display import console


def show_estimate(told: Mapping[str, Any]) -> None:
    """Print the steps of an estimate as a table, with its assumptions below."""
    table = Table(title="Estimate 試算", title_justify="left")
    for heading in ("quantity 項目", "value 數值", "formula 公式", "inputs 輸入值", "clause 依據"):
        table.add_column(heading, justify="right" if heading.startswith("value") else "left")
    for step in told["steps"]:
        inputs = ", ".join(
            f"{name} {_text(value)}" for name, value in step["inputs"].items() if value is not None
        )
        table.add_row(step["quantity"], _text(step["value"]), step["formula"], inputs, step["clause"])
    console().print(table)
    if told["assumed"]:
        console().print("Assumed 假設:")
    for one in told["assumed"]:
        console().print(f"  • {escape(in_both(one))}", highlight=False)


def _text(value: object) -> str:
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
