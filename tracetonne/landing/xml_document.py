"""XML that strangers sent, parsed without entities, document types or network."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from tracetonne.landing.reader import Source
from tracetonne.landing.reject import unreadable

# For every parser of lxml. Without `huge_tree`, libxml2 itself stops at 256 levels, 10 MB of text in one
# node, and entities that grow out of proportion.
SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}
# A document type can only stand before the root. The groups are atomic: a prolog made of thousands of
# comments is scanned once.
_DOCUMENT_TYPE = re.compile(rb"(?>\s*+(?><\?.*?\?>|<!--.*?-->))*+\s*+<!DOCTYPE", re.DOTALL)
_MARK = b"\xef\xbb\xbf"
_DECLARED = re.compile(rb"""encoding=["']([A-Za-z0-9._-]+)""")


def refuse_document_type(data: bytes) -> None:
    """Refuse a document type, where entity bombs and outside files come from.

    Args:
        data: The document, or as much of its start as holds the prolog.

    Raises:
        UnreadableDocumentError: There is one.
    """
    # In UTF-16 every other byte of the markup is NUL; without them the pattern is the same.
    plain = data.removeprefix(_MARK)
    if plain[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in plain[:4]:
        plain = plain.lstrip(b"\xff\xfe").replace(b"\x00", b"")
    found = _DOCUMENT_TYPE.match(plain)
    if found:
        line = plain[: found.end()].count(b"\n") + 1
        raise unreadable("unsafe_xml", f"line {line}", expected="no document type", found="<!DOCTYPE")


def parse(source: Source) -> etree._Element:
    """Parse a document held in memory and return its root.

    Raises:
        UnreadableDocumentError: It is not well-formed, has a document type, or holds bytes that its encoding
            does not have.
    """
    return parse_bytes(source.path.read_bytes())


def parse_bytes(data: bytes, *, with_attachments: bool = False) -> etree._Element:
    """Parse the bytes of a document, such as the member of an archive, and return its root.

    Args:
        data: The document.
        with_attachments: Whether one element may hold a whole file, which is longer than 10 MB of text; then
            elements may also stand within each other 2,048 deep.

    Raises:
        UnreadableDocumentError: As `parse`.
    """
    refuse_document_type(data)
    try:
        root = etree.fromstring(data, etree.XMLParser(**{**SAFE, "huge_tree": with_attachments}))
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        wrong = wrong_byte(data)
        if wrong:
            raise unreadable("wrong_encoding", expected="the declared encoding", found=wrong) from error
        locator = f"line {getattr(error, 'lineno', 1) or 1}"
        raise unreadable("bad_xml", locator, expected="a complete XML document", found=str(error)) from error
    if root is None:
        raise unreadable("bad_xml", expected="a complete XML document", found="no element")
    if root.getroottree().docinfo.internalDTD is not None:
        raise unreadable("unsafe_xml", "line 1", expected="no document type", found="<!DOCTYPE")
    return root


def wrong_byte(data: bytes) -> str:
    """Name the first byte that the declared encoding does not have; a character cut at the end is none."""
    declared = _DECLARED.search(data[:200])
    codec = declared[1].decode() if declared else "utf-8"
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        at_end = error.end >= len(data)
        return "" if at_end else f"byte 0x{data[error.start]:02x} at offset {error.start} in {codec}"
    except (LookupError, UnicodeError, ValueError):
        return f"the unknown encoding {codec}"
    return ""
