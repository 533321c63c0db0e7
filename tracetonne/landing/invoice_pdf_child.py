"""Unpack the XML files attached to one PDF in a process of its own, under limits of memory and time.

Reads the PDF from standard input and prints a JSON list of name and content (base64). A PDF can be made to
exhaust whoever opens it; nothing in it is run.

python -m tracetonne.landing.invoice_pdf_child SECONDS
"""

from __future__ import annotations

import base64
import io
import json
import logging
import resource
import sys

from pypdf import PdfReader

_MEMORY_BYTES = 2 * 1024**3
_MAX_ATTACHMENT_BYTES = 32 * 1024 * 1024


def main(seconds: int) -> None:
    """Print the attached XML files, as many as could be unpacked."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    logging.disable(logging.CRITICAL)
    found = []
    try:
        for one in PdfReader(io.BytesIO(sys.stdin.buffer.read())).attachment_list:
            content = one.content or b""
            if one.name.lower().endswith(".xml") and len(content) <= _MAX_ATTACHMENT_BYTES:
                found.append((one.name, base64.b64encode(content).decode()))
    # The library raises whatever a damaged object made it stumble over; what came before it is kept.
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
