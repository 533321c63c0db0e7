"""What a gate is: which served rows it judges, and what must hold for them, how severely, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One expectation of Great Expectations.

    Args:
        name: The fact that must hold, such as `difference_within_tolerance`.
        expectation: Class name in `great_expectations.expectations`.
        arguments: Its keyword arguments.
        severity: `error` keeps the package from being made, `warn` is reviewed by a person.
        reason: Why the rule is there and what it protects.
        reason_zh: The same in Traditional Chinese.
        where: SQL predicate on the gate's rows; only these are judged.
    """

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    severity: str
    reason: str
    reason_zh: str
    where: str = "true"


@dataclass(frozen=True)
class Gate:
    """One suite of expectations over one served table.

    Args:
        name: Name of the gate, as in `gates.json` and in the UI.
        statement: What holds when the gate passes.
        statement_zh: The same in Traditional Chinese.
        table: Served table that is judged.
        query: The rows to judge, as SQL over the view `served`; each row names itself by the columns in
            `row_key`.
        row_key: Columns that name a row for whoever reads of a failure.
        rules: The expectations.
    """

    name: str
    statement: str
    statement_zh: str
    table: str
    query: str
    row_key: tuple[str, ...]
    rules: tuple[Rule, ...] = field(default_factory=tuple)
