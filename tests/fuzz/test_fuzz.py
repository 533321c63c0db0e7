"""A bounded number of damaged documents for every parser, the same ones on every run.

For longer runs: `python tests/fuzz/long_run.py NAME --seconds 600`.
"""

from __future__ import annotations

import pytest
from mutation import mutated
from targets import targets

TARGETS = targets()


@pytest.mark.parametrize("name", TARGETS)
def test_no_damage_makes_a_parser_fail(name: str) -> None:
    target = TARGETS[name]
    others = [seed for other in TARGETS.values() for seed in other.seeds if len(seed) < 20_000]
    for case in range(target.cases):
        content = mutated(f"{name} {case}", target.seeds[case % len(target.seeds)], others)
        try:
            target.run(content)
        except Exception as error:
            raise AssertionError(f"{name}, case {case}: {content[:2000]!r}") from error


def test_the_same_seed_does_the_same_damage() -> None:
    assert mutated("a", b"x" * 100, [b"y"]) == mutated("a", b"x" * 100, [b"y"])
    assert len({mutated(str(case), b"x" * 100, [b"y"]) for case in range(50)}) > 40
