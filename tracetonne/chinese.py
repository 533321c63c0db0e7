"""Texts for people in Traditional Chinese, looked up by the English text in the catalogue `chinese.yml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).with_suffix(".yml")


def in_chinese(text: str) -> str:
    """Return the text in Traditional Chinese, empty where the catalogue does not have it.

    Args:
        text: An English text of ours, with its values filled in; a value that is itself a text of the
            catalogue is given in Chinese too.
    """
    exact, patterns = _catalogue()
    if not text or text in exact:
        return exact.get(text, "")
    for pattern, chinese in patterns:
        if match := pattern.fullmatch(text):
            return chinese.format(*(in_chinese(value) or value for value in match.groups()))
    return ""


def in_both(text: str) -> str:
    """Return the text in English and, where the catalogue has it, behind it in Traditional Chinese."""
    return f"{text} {in_chinese(text)}".strip()


@cache
def _catalogue() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Return the texts without values, and those with, the most definite first."""
    import yaml

    written: dict[str, str] = yaml.load(CATALOGUE.read_bytes(), Loader=yaml.CSafeLoader)
    exact = {
        english.format(): chinese.format() for english, chinese in written.items() if "{}" not in english
    }
    with_values = sorted((english for english in written if "{}" in english), key=len, reverse=True)
    return exact, [(_pattern(english), written[english]) for english in with_values]


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part.format()) for part in english.split("{}")), re.DOTALL)
