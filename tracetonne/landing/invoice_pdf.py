"""The invoice that a PDF carries as an attached XML file (Factur-X, ZUGFeRD, XRechnung); nothing else of it.

Attachments are read, never run. The name of the attachment has changed with every version of the standards,
so an attachment is an invoice by its content; by its name only where the content is damaged.
"""

from __future__ import annotations

import base64
import functools
import json
import subprocess
import sys
from dataclasses import dataclass

from tracetonne.landing import limits, xml_document
from tracetonne.landing.en16931_syntax import syntax_of
from tracetonne.landing.reject import UnreadableDocumentError
from tracetonne.settings import CHECKOUT

# Factur-X 1, ZUGFeRD 1.0 and 2, XRechnung.
_KNOWN_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
# Readers of PDF accept what stands before the header within this many bytes.
_HEADER_WITHIN = 1024


@dataclass(frozen=True)
class Attachment:
    """A file inside a PDF."""

    name: str
    content: bytes


def is_pdf(head: bytes) -> bool:
    """Say whether the content begins like a PDF."""
    return b"%PDF-" in head[:_HEADER_WITHIN]


def invoice_of(data: bytes) -> Attachment | None:
    """Return the invoice that a PDF carries, or nothing.

    Args:
        data: The PDF.

    Returns:
        The first attachment that is an invoice; else the first that has an invoice's name, damaged though it
        is, so that the reader can say why; else nothing.
    """
    # The catalogue of a PDF names its attachments, unless it is packed with other objects.
    if b"EmbeddedFile" not in data and b"/ObjStm" not in data:
        return None
    attachments = _xml_attachments(data)
    known = (one for one in attachments if one.name.lower() in _KNOWN_NAMES)
    return next((one for one in attachments if _is_invoice(one.content)), None) or next(known, None)


# The same PDF is asked for by the readers of invoices and of bills, and again when it is read.
@functools.lru_cache(maxsize=1)
def _xml_attachments(data: bytes) -> tuple[Attachment, ...]:
    """Unpack the XML files of a PDF, in a process that the machine ends if it takes too much."""
    seconds = limits.current().pdf_seconds
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tracetonne.landing.invoice_pdf_child", str(seconds)],
            input=data,
            cwd=CHECKOUT,
            capture_output=True,
            timeout=seconds * 2,
            check=False,
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return ()
    return tuple(Attachment(name, base64.b64decode(content)) for name, content in said)


def _is_invoice(content: bytes) -> bool:
    try:
        root = xml_document.parse_bytes(content, with_attachments=True)
    except UnreadableDocumentError:
        return False
    return any(isinstance(one.tag, str) and syntax_of(one) is not None for one in (root, *root))
