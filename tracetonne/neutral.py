"""Text that a spreadsheet would run as a formula, made harmless wherever CSV or XLSX is written.

A spreadsheet runs a cell that starts with one of a few signs (CWE-1236), also a quoted one of a CSV. Such
text gets an apostrophe in front, and so does text that has one already: taking one off always gives the
original back. Numbers are written as numbers and never pass here.
"""

from __future__ import annotations

# The full-width forms count too: spreadsheets of East Asian locales read them as the plain signs.
DANGEROUS_START = "=+-@\t\r'＝＋－＠"


def neutral(text: str) -> str:
    """Return the text as it may stand in a cell."""
    return f"'{text}" if text[:1] and text[0] in DANGEROUS_START else text


def is_neutral_between(lowest: str, highest: str) -> bool:
    """Say whether no text from `lowest` to `highest`, by code point, needs an apostrophe."""
    return not any(lowest < chr(ord(letter) + 1) and highest >= letter for letter in DANGEROUS_START)


def restored(text: str) -> str:
    """Return the text that `neutral` was given; text that a person typed is not touched."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in DANGEROUS_START else text


def neutral_sql(column: str) -> str:
    """Return `neutral` of a text column as a SQL expression.

    Args:
        column: A quoted column name.
    """
    letters = ", ".join("'" + letter.replace("'", "''") + "'" for letter in DANGEROUS_START)
    return f"case when left({column}, 1) in ({letters}) then '''' || {column} else {column} end"
