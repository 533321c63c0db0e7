"""JSON that strangers sent: bounded depth and digits, one meaning a key, numbers as printed if asked for."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from tracetonne.landing import limits
from tracetonne.landing.reader import Source
from tracetonne.landing.reject import unreadable

# Strings are passed over as a whole, so that brackets within them do not count; an open one ends with the
# text, so that nothing is scanned twice.
_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


class NumberText(str):
    """A number in the digits that the document prints."""

    __slots__ = ()


def parse(source: Source, *, numbers_as_text: bool = False) -> Any:
    """Parse a document held in memory.

    Args:
        source: The document, in UTF-8 with or without mark.
        numbers_as_text: Give numbers as `NumberText`, word for word, instead of `int` and `float`.

    Raises:
        UnreadableDocumentError: It is no UTF-8, no complete JSON, deeper than `json_depth`, says a key twice
            in an object, or holds half a character, NaN, Infinity or a number longer than `number_digits`.
    """
    return parse_bytes(source.path.read_bytes(), numbers_as_text=numbers_as_text)


def parse_bytes(data: bytes, *, numbers_as_text: bool = False) -> Any:
    """Parse the bytes of a document, such as the member of an archive.

    Raises:
        UnreadableDocumentError: As `parse`.
    """
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise unreadable("wrong_encoding", expected="UTF-8", found=found) from error
    _refuse_depth(written)
    whole, broken = (NumberText, NumberText) if numbers_as_text else (int, float)
    digits = limits.current().number_digits

    def number(kind: type) -> Any:
        def read(printed: str) -> Any:
            if len(printed) > digits:
                raise unreadable(
                    "bad_json", expected=f"numbers of at most {digits} digits", found=printed[:60]
                )
            made = kind(printed)
            if kind is float and math.isinf(made):
                raise unreadable("bad_json", expected="a number that can be held", found=printed)
            return made

        return read

    try:
        read = json.loads(
            written,
            parse_int=number(whole),
            parse_float=number(broken),
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        locator = f"line {line}" if line else "file"
        raise unreadable("bad_json", locator, expected="complete JSON", found=str(error)) from error
    if "\\ud" in written.lower():
        _refuse_half_characters(read)
    return read


def _refuse_half_characters(read: Any) -> None:
    """Refuse one half of a surrogate pair: it is no character and cannot be stored."""
    try:
        json.dumps(read, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        found = f"\\u{ord(error.object[error.start]):04x}"
        raise unreadable("bad_json", expected="whole characters", found=found) from error


def _refuse_constant(name: str) -> Any:
    raise unreadable("bad_json", expected="a number", found=name)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; which of two values of one key counts cannot be known."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise unreadable("bad_json", field=twice, expected="each key once in an object", found=twice)
    return made


def _refuse_depth(written: str) -> None:
    """Refuse nesting that would exhaust the stack of the parser."""
    allowed = limits.current().json_depth
    depth = 0
    for found in _BRACKETS.finditer(written):
        if found[0] in "[{":
            depth += 1
            if depth > allowed:
                line = written.count("\n", 0, found.start()) + 1
                raise unreadable(
                    "bad_json", f"line {line}", expected=f"at most {allowed} levels", found=f"{depth} levels"
                )
        elif found[0] in "]}":
            depth -= 1
