"""Paths as DuckDB takes them: a folder of the user's may have a name that reads as a pattern."""

from __future__ import annotations

from pathlib import Path

_SIGNS = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"})


def pattern_under(folder: Path, pattern: str) -> str:
    """Return a pattern of files under a folder whose own name is taken letter by letter."""
    return f"{str(folder).translate(_SIGNS)}/{pattern}"
