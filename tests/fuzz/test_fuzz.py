"""Damaged documents for every parser, the same ones in the same order on every run, for a bounded time.

For longer runs: `python tests/fuzz/long_run.py NAME --seconds 600`.
"""

from __future__ import annotations

import time

import pytest
from mutation import mutated
from targets import NAMES, targets

# However loaded the machine: fifty parsers in less than a minute.
_SECONDS = 0.8


@pytest.mark.parametrize("name", NAMES)
def test_no_damage_makes_a_parser_fail(name: str) -> None:
    target = targets().get(name)
    if target is None:
        pytest.skip(f"there is no small document of the kind {name} here")
    others = [seed for other in targets().values() for seed in other.seeds if len(seed) < 20_000]
    until = time.monotonic() + _SECONDS
    for case in range(target.cases):
        content = mutated(f"{name} {case}", target.seeds[case % len(target.seeds)], others)
        try:
            target.run(content)
        except Exception as error:
            raise AssertionError(f"{name}, case {case}: {content[:2000]!r}") from error
        if time.monotonic() > until:
            break


def test_the_same_seed_does_the_same_damage() -> None:
    assert mutated("a", b"x" * 100, [b"y"]) == mutated("a", b"x" * 100, [b"y"])
    assert len({mutated(str(case), b"x" * 100, [b"y"]) for case in range(50)}) > 40
