"""What became of the nodes of a dbt build."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test."""

    unique_id: str
    name: str
    resource_type: str
    status: str  # success | pass | warn | fail | error | skipped
    seconds: float
    message: str
    failures: int | None
    compiled_code: str = ""


Finished = Callable[[str, str, int], None]
"""Called with the kind and name of each finished node and how many are through."""


def failed(nodes: Sequence[NodeResult]) -> list[NodeResult]:
    """Return the nodes that stop a refresh."""
    return [node for node in nodes if node.status in ("fail", "error")]
