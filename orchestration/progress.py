"""Tell whoever watches this process what runs; without a watcher nothing happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, str, int, int], None]

_watchers: list[Report] = []


def report(step: str, detail: str = "", done: int = 0, total: int = 1) -> None:
    """Say that `done` of `total` parts of a step are through."""
    for watcher in _watchers:
        watcher(step, detail, done, total)


@contextmanager
def watched(watcher: Report | None) -> Iterator[None]:
    """Let a function hear the reports while the block runs."""
    if watcher is None:
        yield
        return
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)
