"""Trying again, with growing pauses, what failed on the way and may pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import stamina

from tracetonne.connectors.config import Connector

LONGEST_PAUSE_SECONDS = 60.0

Result = TypeVar("Result")


def attempt(
    connector: Connector, step: Callable[[], Result], is_passing: Callable[[Exception], bool | float]
) -> Result:
    """Do one step, again after a passing failure, at most as often as the connector says.

    Args:
        connector: Says how often.
        step: What to do; it must be safe to do twice.
        is_passing: Says of a failure whether to try again, or after how many seconds.

    Raises:
        Exception: The last failure, as it was.
    """
    for trial in stamina.retry_context(
        on=is_passing, attempts=connector.attempts, timeout=None, wait_initial=0.5, wait_max=20.0
    ):
        with trial:
            return step()
    raise AssertionError("a retry ends with a result or an exception")
