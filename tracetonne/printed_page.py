"""Pages to print: sections with words and tables, as one HTML file without scripts or anything fetched.

The template escapes every cell, so that the words of a document cannot become markup. The bytes depend on
the content only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

TEMPLATE = Path(__file__).with_suffix(".html")


@dataclass(frozen=True)
class Words:
    """What somebody stated.

    Args:
        text: Words in English.
        text_zh: The same in Traditional Chinese.
        source: Who said it, when, and the document.
    """

    text: str
    text_zh: str
    source: str


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Args:
        heading: Heading of each column.
        rows: Cells.
        numbers: Positions of the columns that stand to the right.
        title: What it shows.
    """

    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    title: str = ""


@dataclass(frozen=True)
class Section:
    """A section of a page.

    Args:
        mark: Its letter or number.
        title: Heading in English.
        title_zh: The same in Traditional Chinese.
        missing: What is missing and what to do; empty where nothing is.
        said: What somebody stated.
        lines: Paragraphs.
        tables: Tables.
    """

    mark: str
    title: str
    title_zh: str
    missing: str = ""
    said: Sequence[Words] = ()
    lines: Sequence[str] = ()
    tables: Sequence[Table] = field(default_factory=tuple)


@dataclass(frozen=True)
class Page:
    """A report to print."""

    title: str
    title_zh: str
    lines: Sequence[str]
    sections: Sequence[Section]


def html(page: Page) -> str:
    """Return the page as HTML."""
    return _template().render(page=page)


def number(value: Any, digits: int = 3) -> str:
    """Return a number with thousands marks and at most so many decimals; nothing for None."""
    if value is None:
        return ""
    text = f"{float(value):,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _breakable(text: str) -> Markup:
    """Let a line break behind the signs that part a name, as `electricity_factor`, and nowhere else in it."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([_/:])(?=\S)", r"\1<wbr>", str(escape(text))))


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["breakable"] = _breakable
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
