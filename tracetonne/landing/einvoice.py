"""Files of Taiwanese e-invoice messages: one message, many in a wrapper, or many documents in a row.

Accounting programs export messages in bulk in both ways. Such a file is read as a stream and written as it is
read, so that memory does not grow with the number of messages; what is damaged is named and the rest kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from lxml import etree

from tracetonne.landing import limits, xml_document
from tracetonne.landing.einvoice_message import (
    MARK,
    VERSIONS,
    is_message,
    message_code,
    read_message,
)
from tracetonne.landing.invoice_collector import InvoiceCollector
from tracetonne.landing.invoice_record import Invoice
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable

# A message is some thousand bytes; what is longer than this is read as a stream.
WHOLE_BYTES = 4 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_DECLARATION = re.compile(rb"<\?xml\s")
# A declaration may be cut by the end of a chunk.
_LONGEST_CUT = len(b"<?xml ")

# What the parser raises on bytes that are no XML, or in an encoding that it does not know.
_NOT_XML = (etree.XMLSyntaxError, LookupError, ValueError)

# A message of a file, or why a part of the file is none.
Part = Invoice | list[Rejection]


class EInvoiceReader:
    """Reads a file of e-invoice messages."""

    kind = "einvoice"
    title = "Taiwanese e-invoice messages (MIG XML)"
    title_zh = "電子發票訊息（MIG XML）"
    version = "2"
    family = "invoices"
    standard = "Taiwan e-invoice MIG"
    standard_version = ", ".join(VERSIONS)

    @property
    def max_bytes(self) -> int:
        """The size of a document that is read as a stream."""
        return limits.current().stream_bytes

    def recognises(self, source: Source) -> bool:
        """Say whether the head names the namespace of e-invoice messages."""
        return is_einvoice(source.head)

    def read(self, source: Source) -> Reading:
        """Read the message or messages.

        Raises:
            UnreadableDocumentError: Nothing of it can be read: it is not well-formed, declares entities, is
                of an unknown kind or lacks its number.
        """
        if source.byte_size <= WHOLE_BYTES:
            data = source.path.read_bytes()
            single = read_single(data)
            if single:
                return single.reading(_encoding(data))
        if source.scratch is None:
            raise ValueError("a file of many messages needs a scratch folder")
        with source.path.open("rb") as handle:
            return collected(parts_of(blocks_of(handle)), source.scratch)


def is_einvoice(head: bytes) -> bool:
    """Say whether the start of a document is XML that names the namespace of e-invoice messages."""
    # In UTF-16 every other byte of the markup is NUL.
    plain = head.replace(b"\x00", b"") if b"\x00" in head[:4] else head
    return MARK in plain and plain.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<")


def _encoding(data: bytes) -> str:
    declared = re.search(rb"""encoding=["']([A-Za-z0-9._-]+)""", data[:200])
    return declared[1].decode().lower() if declared else "utf-8"


def read_single(data: bytes, prefix: str = "") -> Invoice | None:
    """Read a document of one message; return nothing for one that holds several.

    Args:
        data: The document.
        prefix: The member of an archive that it is, before the path in each locator.

    Raises:
        UnreadableDocumentError: It holds one document that cannot be read.
    """
    if sum(1 for _ in _DECLARATION.finditer(data)) > 1:
        return None
    try:
        root = xml_document.parse_bytes(data)
    except UnreadableDocumentError:
        # One message names its namespace at most twice; of many, the good ones before the damage are kept.
        if data.count(MARK) > 2:
            return None
        raise
    if not is_message(root) and any(is_message(one) for one in root.iter(etree.Element)):
        return None
    return read_message(root, f"{prefix}/{etree.QName(root).localname}")


def collected(parts: Iterable[Part], scratch: Path) -> Reading:
    """Write the parts of a file as they come, and return the reading.

    Raises:
        UnreadableDocumentError: There are none.
    """
    with InvoiceCollector(scratch) as collector:
        for part in parts:
            if isinstance(part, Invoice):
                collector.add(part)
            else:
                collector.refuse(part)
        if collector.is_empty:
            raise unreadable("unknown_message", expected="e-invoice messages", found="none")
        return collector.reading()


def blocks_of(handle: IO[bytes]) -> Iterator[bytes]:
    """Give the bytes of a stream in blocks."""
    while block := handle.read(_CHUNK_BYTES):
        yield block


def parts_of(blocks: Iterable[bytes], prefix: str = "") -> Iterator[Part]:
    """Read the messages of a stream one by one.

    Args:
        blocks: The bytes of the document, or of documents one after another.
        prefix: The member of an archive that it is, before the path in each locator.
    """
    document = 0
    stream: _Stream | None = None
    for begins, chunk in _chunks(blocks):
        if begins and chunk.strip(b"\xef\xbb\xbf \r\n\t\x00"):
            if stream:
                yield from stream.close()
            document += 1
            # The first document needs no number: most files hold one.
            stream = _Stream(f"{prefix}document {document}!" if document > 1 else prefix)
        if stream:
            yield from stream.feed(chunk)
    if stream:
        yield from stream.close()


def _chunks(blocks: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Cut a stream so that each document begins with a chunk, and say which chunks begin one."""
    rest, begins = b"", True
    for read in blocks:
        block, start = rest + read, 0
        for found in _DECLARATION.finditer(block, 1):
            yield begins, block[start : found.start()]
            start, begins = found.start(), True
        # What is held back may be the start of a declaration, so it is looked at again.
        cut = max(start + 1, len(block) - _LONGEST_CUT)
        piece, rest = block[start:cut], block[cut:]
        if piece:
            yield begins, piece
            begins = False
    if rest:
        yield begins, rest


class _Stream:
    """One document of a stream, fed to the parser as it comes.

    Args:
        prefix: Stands before the path in each locator.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._parser = etree.XMLPullParser(events=("start", "end"), **xml_document.SAFE)
        self._message: etree._Element | None = None
        # Where the parser stands outside of messages, and how many of each name each level has had: what was
        # read is gone from the tree and cannot be counted there.
        self._path: list[str] = []
        self._counts: list[Counter[str]] = [Counter()]
        self._begun = False
        self._broken = False

    def feed(self, chunk: bytes) -> Iterator[Part]:
        """Parse some bytes and yield the messages that they complete."""
        if self._broken:
            return
        try:
            if not self._begun:
                self._begun = True
                xml_document.refuse_document_type(chunk)
            self._parser.feed(chunk)
        except _NOT_XML as error:
            yield from self._events()
            yield self._break(error)
        except UnreadableDocumentError as error:
            self._broken = True
            yield error.rejections
        else:
            yield from self._events()

    def close(self) -> Iterator[Part]:
        """Say that the document ends here."""
        if self._broken:
            return
        try:
            self._parser.close()
        except _NOT_XML as error:
            yield from self._events()
            yield self._break(error)
        else:
            yield from self._events()

    def _break(self, error: Exception) -> list[Rejection]:
        self._broken = True
        locator = f"{self._prefix}line {getattr(error, 'lineno', 1) or 1}"
        return [rejection("bad_xml", locator, expected="a complete XML document", found=str(error))]

    def _events(self) -> Iterator[Part]:
        for event, found in self._parser.read_events():
            element = cast(etree._Element, found)
            if event == "start":
                if self._message is None:
                    self._enter(element)
            elif self._message is None or element is self._message:
                if element is self._message:
                    yield self._read(element)
                    self._message = None
                self._path.pop()
                self._counts.pop()
                _forget(element)

    def _enter(self, element: etree._Element) -> None:
        name = etree.QName(element).localname
        self._counts[-1][name] += 1
        # The root has no like beside it.
        self._path.append(f"{name}[{self._counts[-1][name]}]" if self._path else name)
        self._counts.append(Counter())
        if message_code(element) and is_message(element):
            self._message = element

    def _read(self, element: etree._Element) -> Part:
        try:
            return read_message(element, f"{self._prefix}/{'/'.join(self._path)}")
        except UnreadableDocumentError as error:
            return error.rejections


def _forget(element: etree._Element) -> None:
    """Free what was read, the blanks behind it included."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
