"""The document inside a document: a file of a zip, an attachment of a PDF, one of several XML documents.

Belongs here: from the containers that a locator names to bytes. Does not: the place in those bytes
(`locate.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tracetonne.landing import archive, invoice_pdf, limits
from tracetonne.landing.reader import Source
from tracetonne.landing.reject import UnreadableDocumentError

_ORDINAL = re.compile(r"document (\d+)")
_DECLARATION = re.compile(rb"<\?xml\s")
_HEAD_BYTES = 64 * 1024


def content_of(document: Path, containers: Sequence[str]) -> bytes | None:
    """Return the bytes of the document that the containers lead to.

    Args:
        document: The evidence as it was landed.
        containers: From the outside in: name of a file of a zip or of an attachment, or `document 3`.

    Returns:
        The bytes; nothing where there is no such document, or it is too large to be shown.
    """
    longest = limits.current().document_bytes
    with document.open("rb") as handle:
        head = handle.read(_HEAD_BYTES)
    source = Source(document, document.name, head, document.stat().st_size)
    if archive.is_zip(source):
        data, rest = _member(source, containers[0], longest), containers[1:]
    else:
        data, rest = document.read_bytes() if source.byte_size <= longest else None, containers
    for container in rest:
        if data is None:
            return None
        ordinal = _ORDINAL.fullmatch(container)
        data = _in_a_row(data, int(ordinal[1])) if ordinal else _attachment(data, container)
    return data


def _member(source: Source, name: str, longest: int) -> bytes | None:
    try:
        for member in archive.members(source):
            if member.name == name:
                with member.open() as handle:
                    data = handle.read(longest + 1)
                return data if len(data) <= longest else None
    except UnreadableDocumentError:
        return None
    return None


def _attachment(data: bytes, name: str) -> bytes | None:
    found = invoice_pdf.invoice_of(data) if invoice_pdf.is_pdf(data[:_HEAD_BYTES]) else None
    return found.content if found and found.name == name else None


def _in_a_row(data: bytes, number: int) -> bytes | None:
    """Return one of the documents that follow each other; the first may begin without a declaration."""
    starts = [0, *(found.start() for found in _DECLARATION.finditer(data, 1))]
    if not 0 < number <= len(starts):
        return None
    return data[starts[number - 1] : [*starts, len(data)][number]]
