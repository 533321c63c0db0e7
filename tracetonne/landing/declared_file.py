"""YAML files that a steward writes (contracts, templates), judged by a schema, each fault with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from tracetonne.errors import WrongUseError

LARGEST_BYTES = 1024 * 1024
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """Something wrong in a declared file.

    Args:
        place: The way to it: `("columns", 3, "type")`.
        message: What is wrong.
    """

    place: Place
    message: str


class _NoAliasLoader(yaml.SafeLoader):
    """Reads plain YAML; an alias could unfold into more than the machine holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(
                None, None, "aliases (*name) are not allowed here", event.start_mark
            )
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def load(path: Path, schema: Mapping[str, Any], what: str, what_zh: str) -> tuple[dict[str, Any], bytes]:
    """Read a declared file that fits its schema.

    Args:
        path: The file.
        schema: A JSON Schema of the draft 2020-12.
        what: What the file is, for the error: `contract`.
        what_zh: The same in Traditional Chinese.

    Returns:
        The file's content, and its bytes.

    Raises:
        WrongUseError: It cannot be read, is no YAML, or does not fit; every fault is named with its line.
    """
    try:
        with path.open("rb") as handle:
            data = handle.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            raise ValueError(f"the file is larger than {LARGEST_BYTES:,} bytes")
        written = yaml.load(data.decode("utf-8-sig"), Loader=_NoAliasLoader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise _unusable(path, what, what_zh, f"{line}{error.problem}") from error
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise _unusable(path, what, what_zh, str(error)) from error
    faults = [
        Fault(tuple(error.absolute_path), _said(error))
        for error in Draft202012Validator(schema).iter_errors(written)
    ]
    refuse(path, what, what_zh, faults)
    return written, data


def _said(error: Any) -> str:
    """Say a schema's error in words a steward knows."""
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"missing: {', '.join(missing)}"
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = [str(name) for name in error.instance if name not in known]
        return f"unknown: {', '.join(unknown)}; known are {', '.join(known)}"
    if error.validator == "enum":
        return f"{error.instance!r} is not one of {', '.join(map(str, error.validator_value))}"
    return str(error.message)[:300]


def refuse(path: Path, what: str, what_zh: str, faults: Sequence[Fault]) -> None:
    """Raise where there is any fault.

    Raises:
        WrongUseError: Names every fault with its line, first line first.
    """
    if not faults:
        return
    lines = dict(_lines(path))
    said = sorted({(_line_of(lines, fault.place), _named(fault)) for fault in faults})
    raise _unusable(path, what, what_zh, "; ".join(f"line {line}: {text}" for line, text in said))


def _named(fault: Fault) -> str:
    place = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in fault.place).lstrip(
        "."
    )
    return f"{place}: {fault.message}" if place else fault.message


def _line_of(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of a place, or of the nearest thing around it that is written."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _lines(path: Path) -> Iterator[tuple[Place, int]]:
    root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    waiting: list[tuple[Place, yaml.Node | None]] = [((), root)]
    while waiting:
        place, node = waiting.pop()
        if node is None:
            continue
        yield place, node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            waiting += [((*place, key.value), value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [((*place, index), value) for index, value in enumerate(node.value)]


def _unusable(path: Path, what: str, what_zh: str, found: str) -> WrongUseError:
    return WrongUseError(
        f"This {what} cannot be used, so nothing is landed.",
        what_zh=f"{what_zh}有誤，未入庫任何文件。",
        where=str(path),
        expected="see docs/contracts.md",
        found=found,
        action="correct the lines named, or move the file out of the folder",
    )
