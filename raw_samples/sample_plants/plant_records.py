"""Records that a plant keeps of itself: operating events, and its reduction plan."""

from __future__ import annotations

from collections.abc import Sequence

from .sheets import Record, paper

EVENT_COLUMNS = (
    "event", "process", "kind", "started_on", "ended_on", "cause", "effect", "recorded_by", "note",
)  # fmt: skip
PLAN_COLUMNS = (
    "year", "entry", "measure", "measure_name", "expected_tco2e", "achieved_tco2e", "status", "evidence",
    "recorded_on", "note",
)  # fmt: skip


def event_csv(records: Sequence[Record]) -> bytes:
    """Write start-ups, shut-downs, failures and maintenance."""
    return paper(EVENT_COLUMNS, records)


def plan_csv(records: Sequence[Record]) -> bytes:
    """Write the targets and measures of a reduction plan."""
    return paper(PLAN_COLUMNS, records)
