"""What waits for models to be computed, and starts while others still are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Waiting(Generic[Thing]):
    """Things that wait for models, each started once: when the last of its models is computed.

    Those that wait for none start when they are asked for the rest.

    Args:
        things: Each with the models that it waits for.
        start: Hears of each thing, in whatever thread said that a model is computed.
    """

    def __init__(
        self, things: Iterable[tuple[Thing, Collection[str]]], start: Callable[[Thing], None]
    ) -> None:
        self._things = [(thing, set(models)) for thing, models in things]
        self._start = start
        self._lock = Lock()

    def computed(self, model: str) -> None:
        """Start what waited for this model alone."""
        with self._lock:
            for thing, models in list(self._things):
                if model in models:
                    models.remove(model)
                    if not models:
                        self._things.remove((thing, models))
                        self._start(thing)

    def start_rest(self) -> None:
        """Start what has not begun, now that all models are computed."""
        with self._lock:
            for thing, _ in self._things:
                self._start(thing)
            self._things.clear()
