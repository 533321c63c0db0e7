"""The invoice that a PDF carries as an attached XML file (Factur-X, ZUGFeRD, XRechnung); nothing else of it.

Attachments are read, never run. The name of the attachment has changed with every version of the standards,
so an attachment is an invoice by its content; by its name only where the content is damaged.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass

from tracetonne.landing import xml_document
from tracetonne.landing.en16931_syntax import syntax_of
from tracetonne.landing.reject import UnreadableDocumentError

# Factur-X 1, ZUGFeRD 1.0 and 2, XRechnung.
_KNOWN_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
_MAX_ATTACHMENT_BYTES = 32 * 1024 * 1024
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


def _xml_attachments(data: bytes) -> list[Attachment]:
    # Loaded here, because most documents are no PDFs.
    from pypdf import PdfReader

    # What the library finds odd in a PDF is not the user's business; whether there is an invoice in it is.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    found = []
    try:
        for one in PdfReader(io.BytesIO(data)).attachment_list:
            if one.name.lower().endswith(".xml"):
                content = one.content or b""
                if len(content) <= _MAX_ATTACHMENT_BYTES:
                    found.append(Attachment(one.name, content))
    # The library raises whatever a damaged object made it stumble over; then the PDF holds no invoice.
    except Exception:
        return found
    return found


def _is_invoice(content: bytes) -> bool:
    try:
        root = xml_document.parse_bytes(content)
    except UnreadableDocumentError:
        return False
    return any(isinstance(one.tag, str) and syntax_of(one) is not None for one in (root, *root))
