"""Read the text of one PDF in a process of its own, under limits of memory and time, and print it as JSON.

A PDF can be made to exhaust whoever reads it, so the reader that lands documents never parses one itself.
Nothing in a PDF is ever run: the parser knows no scripts, actions or attachments, they are only named here.

python -m tracetonne.landing.pdf_child FILE PAGES SECONDS
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTLine, LTRect
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdftypes import PDFObjRef, PDFStream
from pdfminer.psparser import PSLiteral
from pdfplumber.utils import dedupe_chars

_MEMORY_BYTES = 2 * 1024**3
_MOST_CHARACTERS = 600_000
_MOST_OBJECTS = 50_000
_DEEPEST_OBJECT = 30
# An image this large is a page that was scanned; text over it was guessed by a machine.
_SCAN_SHARE = 0.6
_RISKY_ACTIONS = {
    "JavaScript": "JavaScript",
    "Launch": "launch action",
    "ImportData": "import action",
    "SubmitForm": "submit action",
    "RichMediaExecute": "rich media",
}


def main(path: str, pages: int, seconds: int) -> None:
    """Print what a PDF holds, or `{"problem": …}` with a name in `reject.REASONS`."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    logging.disable(logging.CRITICAL)
    try:
        said = _read(path, pages)
    except (PDFPasswordIncorrect, PDFEncryptionError):
        said = {"problem": "encrypted_pdf", "found": "a password"}
    except MemoryError:
        said = {"problem": "too_large", "found": f"more than {_MEMORY_BYTES:,} bytes of memory"}
    # The parser raises whatever a damaged object made it stumble over.
    except Exception as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
            said = {"problem": "encrypted_pdf", "found": "a password"}
        else:
            said = {"problem": "bad_pdf", "found": f"{type(cause).__name__}: {cause}"[:300]}
    json.dump(said, sys.stdout, ensure_ascii=True, separators=(",", ":"))


def _read(path: str, most_pages: int) -> dict[str, Any]:
    with pdfplumber.open(path) as pdf:
        carries = sorted(set(_risks(pdf.doc)))
        if len(pdf.pages) > most_pages:
            return {"problem": "too_many_pages", "found": f"{len(pdf.pages)} pages", "carries": carries}
        pages, characters = [], 0
        for page in pdf.pages:
            pages.append(_page(page))
            characters += len(pages[-1]["chars"])
            if characters > _MOST_CHARACTERS:
                return {"problem": "too_large", "found": f"more than {_MOST_CHARACTERS:,} characters"}
            page.close()
        return {"pages": pages, "carries": carries}


def _page(page: Any) -> dict[str, Any]:
    """Return a page's characters (text, box, size, whether hard to see), upright rules and kind.

    The parser's own objects are read: the library copies each with all that it knows, at twice the time.
    """
    left, top, *_ = page.mediabox
    area = max(float(page.width) * float(page.height), 1.0)
    chars, images = _Characters(), []
    rules: set[float] = set()
    for one in _drawn(page.layout):
        if isinstance(one, LTChar):
            chars.append(
                {
                    "text": one.get_text(),
                    "x0": one.x0 + left,
                    "x1": one.x1 + left,
                    "top": page.height - one.y1 + top,
                    "bottom": page.height - one.y0 + top,
                    # By this name the library compares the heights of characters.
                    "doctop": page.height - one.y1 + top,
                    "size": one.size,
                    "upright": one.upright,
                    "fontname": one.fontname,
                    "colour": one.graphicstate.ncolor,
                }
            )
        elif isinstance(one, LTImage):
            images.append(abs((one.x1 - one.x0) * (one.y1 - one.y0)) / area)
        elif isinstance(one, LTCurve):
            rules.update(_uprights(one))
    return {
        "width": round(float(page.width), 2),
        "height": round(float(page.height), 2),
        "is_scan": sum(images) >= _SCAN_SHARE,
        "images": len(images),
        "chars": [
            [
                char["text"],
                *(round(float(char[side]), 2) for side in ("x0", "top", "x1", "bottom")),
                round(float(char["size"]), 2),
                int(_is_faint(char)),
            ]
            for char in dedupe_chars(chars, tolerance=1)
            if char["text"].strip()
        ],
        "rules": sorted({round(float(x + left), 1) for x in rules}),
    }


class _Characters(list[dict[str, Any]]):
    """Characters in the order of drawing, to which the library sorts them back.

    It asks for the place of each; a list answers by comparing the characters before it, one by one.
    """

    def index(self, char: dict[str, Any], *_: Any) -> int:
        """Return the place of a character."""
        if not hasattr(self, "_places"):
            self._places = {id(one): place for place, one in enumerate(self)}
        return self._places[id(char)]


def _drawn(container: LTContainer[Any]) -> Iterator[Any]:
    """Give what is drawn, in order, and what is drawn within figures."""
    waiting = [iter(container)]
    while waiting:
        one = next(waiting[-1], None)
        if one is None:
            waiting.pop()
        elif isinstance(one, LTContainer):
            waiting.append(iter(one))
        else:
            yield one


def _uprights(one: LTCurve) -> Iterator[float]:
    """Give where a rectangle, line or curve draws from top to bottom."""
    if isinstance(one, LTRect):
        yield from (one.x0, one.x1)
    elif isinstance(one, LTLine):
        if one.y0 != one.y1:
            yield one.x0
    else:
        yield from (start[0] for start, end in pairwise(one.pts) if start[0] == end[0])


def _is_faint(char: dict[str, Any]) -> bool:
    """Say whether a person would hardly see a character: white, or smaller than print."""
    colour = char["colour"]
    parts = colour if isinstance(colour, tuple | list) else (colour,)
    is_white = len(parts) in (1, 3) and all(isinstance(part, int | float) and part >= 0.99 for part in parts)
    return is_white or float(char["size"]) < 3


def _risks(document: PDFDocument) -> Iterator[str]:
    """Name what a PDF carries besides pages: scripts, actions that start something, files."""
    seen = 0
    for xref in document.xrefs:
        for number in xref.get_objids():
            seen += 1
            if seen > _MOST_OBJECTS:
                return
            try:
                found = document.getobj(number)
            except Exception:  # a damaged object carries nothing that could be named
                continue
            yield from _risks_in(found)


def _risks_in(root: object) -> Iterator[str]:
    waiting = [(root, 0)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, PDFStream):
            one = one.attrs
        if depth > _DEEPEST_OBJECT or isinstance(one, PDFObjRef):
            continue
        if isinstance(one, dict):
            action = one.get("S")
            if isinstance(action, PSLiteral) and str(action.name) in _RISKY_ACTIONS:
                yield _RISKY_ACTIONS[str(action.name)]
            if "JS" in one:
                yield "JavaScript"
            if "EF" in one or "EmbeddedFiles" in one:
                yield "embedded file"
            if "XFA" in one:
                yield "XFA form"
            waiting += [(value, depth + 1) for value in one.values()]
        elif isinstance(one, list):
            waiting += [(value, depth + 1) for value in one]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
