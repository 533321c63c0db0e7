"""A PDF as lines of characters with their places, read by `pdf_child` in a process with limits."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracetonne.landing import invoice_pdf, limits
from tracetonne.settings import CHECKOUT

# A gap wider than this share of a character's size parts two words.
_WORD_GAP = 0.18
# Characters belong to one line if their middles lie closer than this share of their height.
_LINE_TOLERANCE = 0.5


@dataclass(frozen=True)
class Char:
    """A character on a page; the box is in points from the top left corner."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    is_faint: bool

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True)
class Line:
    """Characters side by side.

    Args:
        page: Number of the page, from 1.
        text: The line, a blank between words.
        chars: The character at each position of `text`; nothing for a blank.
    """

    page: int
    text: str
    chars: tuple[Char | None, ...]

    def part(self, start: int, end: int) -> tuple[Char, ...]:
        """Return the characters from one position to before another."""
        return tuple(char for char in self.chars[start:end] if char is not None)


@dataclass(frozen=True)
class Page:
    """A page of a PDF."""

    number: int
    width: float
    height: float
    is_scan: bool
    images: int
    rules: tuple[float, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Pdf:
    """What was read of a PDF.

    Args:
        pages: Its pages.
        carries: What it carries besides pages; named, never run.
        problem: A name in `reject.REASONS` where nothing could be read.
        found: What was found then.
        has_invoice: It holds an electronic invoice, which another reader takes.
    """

    pages: tuple[Page, ...] = ()
    carries: tuple[str, ...] = ()
    problem: str = ""
    found: str = ""
    has_invoice: bool = False

    @property
    def lines(self) -> list[Line]:
        """All lines of all pages."""
        return [line for page in self.pages for line in page.lines]

    @property
    def text(self) -> str:
        """All text, a line a line."""
        return "\n".join(line.text for line in self.lines)


@dataclass
class _Last:
    """The PDF read last: several readers look at one before it lands."""

    sha256: str = ""
    limits: limits.Limits | None = None
    pdf: Pdf = field(default_factory=Pdf)


_last = _Last()


def open_pdf(path: Path) -> Pdf:
    """Read a PDF, or say what is wrong with it; never raises for its content."""
    data = path.read_bytes()
    sha256, bounds = hashlib.sha256(data).hexdigest(), limits.current()
    if (sha256, bounds) != (_last.sha256, _last.limits):
        _last.pdf = _read(path, data, bounds)
        _last.sha256, _last.limits = sha256, bounds
    return _last.pdf


def _read(path: Path, data: bytes, bounds: limits.Limits) -> Pdf:
    if len(data) > bounds.document_bytes:
        return Pdf(problem="too_large", found=f"{len(data):,} bytes")
    if invoice_pdf.invoice_of(data) is not None:
        return Pdf(has_invoice=True)
    command = [sys.executable, "-m", "tracetonne.landing.pdf_child", str(path.resolve())]
    try:
        done = subprocess.run(
            [*command, str(bounds.pdf_pages), str(bounds.pdf_seconds)],
            cwd=CHECKOUT,
            capture_output=True,
            timeout=bounds.pdf_seconds * 2,
            check=False,
        )
        said = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return Pdf(problem="too_slow", found=f"more than {bounds.pdf_seconds} seconds")
    except ValueError:
        # The process was ended by a limit, or by a fault inside a library.
        is_slow = done.returncode < 0
        found = f"the reading process ended with {done.returncode}"
        return Pdf(problem="too_slow" if is_slow else "bad_pdf", found=found)
    carries = tuple(said.get("carries", ()))
    if "problem" in said:
        return Pdf(carries=carries, problem=said["problem"], found=said["found"])
    pages = tuple(_page(number, page) for number, page in enumerate(said["pages"], start=1))
    if not any(page.lines for page in pages):
        images = sum(page.images for page in pages)
        return Pdf(
            carries=carries,
            problem="scanned_pdf" if images else "empty_file",
            found=f"{len(pages)} pages, {images} images, no text",
        )
    return Pdf(pages=pages, carries=carries)


def _page(number: int, said: dict[str, Any]) -> Page:
    chars = [
        Char(str(text), *map(float, numbers), is_faint=bool(faint))  # type: ignore[misc, arg-type]
        for text, *numbers, faint in said["chars"]
    ]
    lines = tuple(_line(number, row) for row in _rows(chars))
    return Page(
        number, said["width"], said["height"], said["is_scan"], said["images"], tuple(said["rules"]), lines
    )


def _rows(chars: Sequence[Char]) -> list[list[Char]]:
    """Sort characters into rows from top to bottom, each from left to right."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda one: (one.top + one.bottom, one.x0)):
        if rows:
            first = rows[-1][0]
            height = min(char.bottom - char.top, first.bottom - first.top)
            apart = abs((char.top + char.bottom) - (first.top + first.bottom)) / 2
            if apart <= height * _LINE_TOLERANCE:
                rows[-1].append(char)
                continue
        rows.append([char])
    return [sorted(row, key=lambda one: one.x0) for row in rows]


def _line(page: int, row: Sequence[Char]) -> Line:
    texts: list[str] = []
    places: list[Char | None] = []
    for index, char in enumerate(row):
        if index and char.x0 - row[index - 1].x1 > char.size * _WORD_GAP:
            texts.append(" ")
            places.append(None)
        texts.append(char.text)
        # A ligature is one character on the page and several in the text.
        places += [char] * len(char.text)
    return Line(page, "".join(texts), tuple(places))
