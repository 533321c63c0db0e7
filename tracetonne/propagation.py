"""Push whole arrays of inputs through a graph of calculation lines: what a figure does when its inputs move.

Belongs here: the formulas of `formula.py` over numpy arrays, in the order in which lines feed each other.
Does not: which inputs are uncertain and by how much. Nothing is rounded on the way, so that a small step
of an input is a small step of the figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tracetonne.formula import Extreme, Name, Negative, Node, Number, Operation, Root, Rounded, Sum, parse

Array = np.ndarray[Any, Any]

# Lines that feed each other in a circle are swept until nothing moves by more than this share.
SETTLED = 1e-14
MOST_SWEEPS = 500
# A step along the imaginary axis has no difference to lose digits in, so it may be this small.
STEP = 1e-200


class CircularLinesError(ValueError):
    """Lines that feed each other in a circle do not settle."""


class LineInput(NamedTuple):
    """One input of a line: its name and place in the formula, its value, and the id of what gave it."""

    name: str
    place: int
    value: float | None
    source_id: str


class Line(NamedTuple):
    """A calculation line: formula, value in its unit, inputs."""

    formula: Node
    value: float | None
    inputs: tuple[LineInput, ...]


class LineGraph:
    """Calculation lines and what feeds them; a source that is no line here is a leaf."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Read one row an input: line_id, formula, line_value, input_name, input_index, value, source_id."""
        inputs: dict[str, list[LineInput]] = {}
        told: dict[str, tuple[str, float | None]] = {}
        for row in rows:
            told[row["line_id"]] = (row["formula"], row["line_value"])
            inputs.setdefault(row["line_id"], []).append(
                LineInput(row["input_name"], row["input_index"], row["value"], row["source_id"])
            )
        self.lines = {
            line_id: Line(parse(formula), value, tuple(sorted(inputs[line_id], key=lambda one: one[:2])))
            for line_id, (formula, value) in told.items()
        }

    def feeding(self, targets: Iterable[str]) -> list[str]:
        """Return the lines behind the targets, each after what feeds it, save for circles."""
        order: list[str] = []
        seen: set[str] = set()
        for target in sorted(set(targets) & self.lines.keys()):
            stack: list[tuple[str, Iterator[str]]] = []
            if target not in seen:
                seen.add(target)
                stack.append((target, self._line_sources(target)))
            while stack:
                line_id, sources = stack[-1]
                following = next((one for one in sources if one not in seen), None)
                if following is None:
                    order.append(line_id)
                    stack.pop()
                else:
                    seen.add(following)
                    stack.append((following, self._line_sources(following)))
        return order

    def leaves(self, order: Iterable[str]) -> list[str]:
        """Return what is no line and feeds these lines, sorted."""
        return sorted(
            {one.source_id for line in order for one in self.lines[line].inputs} - self.lines.keys()
        )

    def evaluate(self, order: Sequence[str], multipliers: Mapping[str, Array], size: int) -> dict[str, Array]:
        """Compute the lines with every leaf multiplied.

        Args:
            order: Lines as `feeding` returns them.
            multipliers: Dimensionless array of `size` a leaf; a leaf without one keeps its value.
            size: Length of every array.

        Returns:
            Values of every line in its unit; not-a-number where an input is missing.

        Raises:
            CircularLinesError: Lines that feed each other in a circle do not settle.
        """
        place = {line_id: number for number, line_id in enumerate(order)}
        circular = any(
            place.get(one.source_id, -1) >= number
            for number, line_id in enumerate(order)
            for one in self.lines[line_id].inputs
        )
        kind = np.result_type(float, *(array.dtype for array in multipliers.values()))
        values = {line_id: np.full(size, _number(self.lines[line_id].value), kind) for line_id in order}
        for _ in range(MOST_SWEEPS):
            moved = False
            for line_id in order:
                line = self.lines[line_id]
                columns = {
                    (one.name, one.place): self._input(one, values, multipliers) for one in line.inputs
                }
                found = np.broadcast_to(_value(line.formula, columns), (size,))
                moved = moved or (circular and not _settled(found, values[line_id]))
                values[line_id] = found
            if not moved:
                return values
        raise CircularLinesError(f"lines that feed each other do not settle: {', '.join(order[:3])}, …")

    def effects(self, targets: Sequence[str], leaves: Sequence[str]) -> dict[str, Array]:
        """Return how much each target moves per relative change of each leaf: ∂y/∂ln x, in its unit.

        The derivative follows the formulas themselves, through attribution and precursors, by a step along
        the imaginary axis (Squire and Trapp 1998, SIAM Review 40, 110): exact, also where an input divides.
        """
        order = self.feeding(targets)
        size = len(leaves)
        steps = {}
        for number, leaf in enumerate(leaves):
            steps[leaf] = np.ones(size, complex)
            steps[leaf][number] += 1j * STEP
        values = self.evaluate(order, steps, size)
        return {target: values[target].imag / STEP for target in targets if target in values}

    def _line_sources(self, line_id: str) -> Iterator[str]:
        return iter([one.source_id for one in self.lines[line_id].inputs if one.source_id in self.lines])

    def _input(
        self, one: LineInput, values: Mapping[str, Array], multipliers: Mapping[str, Array]
    ) -> Array | float:
        if one.source_id in values:
            return values[one.source_id]
        known = _number(one.value)
        return known * multipliers[one.source_id] if one.source_id in multipliers else known


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _settled(found: Array, before: Array) -> bool:
    """Say whether neither the values nor their steps moved; both parts have their own scale."""
    pairs = [(found.real, before.real), (found.imag, before.imag)]
    return all(bool(np.all(~(np.abs(a - b) > SETTLED * np.abs(a)))) for a, b in pairs)


def _value(node: Node, columns: Mapping[tuple[str, int], Array | float]) -> Any:
    match node:
        case Number(value):
            return value
        case Name(name):
            return next(column for (one, _), column in columns.items() if one == name)
        case Sum(names):
            return _sum(names, columns)
        case Negative(operand):
            return -_value(operand, columns)
        case Rounded(operand, _):
            return _value(operand, columns)
        case Root(operand):
            return np.sqrt(_value(operand, columns))
        case Operation(symbol, left, right):
            return _OPERATIONS[symbol](_value(left, columns), _value(right, columns))
        case Extreme(function, left, right):
            a, b = _value(left, columns), _value(right, columns)
            is_left = np.real(a) <= np.real(b) if function == "min" else np.real(a) >= np.real(b)
            return np.where(is_left, a, b)


def _sum(names: tuple[str, ...], columns: Mapping[tuple[str, int], Array | float]) -> Any:
    total: Any = 0.0
    for (name, index), column in columns.items():
        if name == names[0]:
            total = total + (column * columns[names[1], index] if len(names) > 1 else column)
    return total


_OPERATIONS = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
