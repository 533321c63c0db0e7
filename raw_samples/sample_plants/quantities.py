"""Whole quantities that add up: totals are split in integers, so no paper loses a kilogram to rounding."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from decimal import Decimal


class Draw:
    """Numbers that look drawn but follow from a name alone, so that every run writes the same bytes."""

    def __init__(self, *names: object) -> None:
        # Seeding with text goes through SHA-512, and Python promises to keep what `random()` gives.
        self._random = random.Random("|".join(str(name) for name in names))

    def between(self, low: int, high: int) -> int:
        """Draw a whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, choices: Sequence[str]) -> str:
        """Draw one of `choices`."""
        return choices[self.between(0, len(choices) - 1)]


def apportion(total: int, weights: Iterable[int]) -> list[int]:
    """Split `total` in proportion to whole, non-negative `weights`; the parts are whole and sum to it.

    Each part is the step of the rounded-down running total, so that it is off by less than one unit.
    """
    shares = list(weights)
    whole = sum(shares)
    if whole <= 0:
        raise ValueError(f"cannot split {total} by weights that sum to {whole}")
    parts = []
    seen = given = 0
    for share in shares:
        seen += share
        upto = total * seen // whole
        parts.append(upto - given)
        given = upto
    return parts


def decimal_text(thousandths: int) -> str:
    """Write a count of thousandths with three decimals: 31250 is `31.250`."""
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}"


def plain(value: Decimal) -> str:
    """Write a decimal without exponent or trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
