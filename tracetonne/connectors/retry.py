"""Trying again, with growing pauses, what failed on the way and may pass."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from tracetonne.connectors.config import Connector

LONGEST_PAUSE_SECONDS = 60.0

Result = TypeVar("Result")
_log = logging.getLogger(__name__)


def _say(details: RetryDetails) -> None:
    """Log that a step is tried again; without this, stamina would print to where results go."""
    _log.info("try %d failed: %s", details.retry_num, type(details.caused_by).__name__)


set_on_retry_hooks([_say])


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
