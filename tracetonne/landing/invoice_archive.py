"""Zip files of invoices, as the e-invoice platform and accounting programs hand them out: one landing a zip.

Each file in it is read by its content: e-invoice messages, invoices of EN 16931, PDFs that carry one. Every
locator begins with the name of the file, `2025/AB12345678.xml!/Invoice/Details/ProductItem[1]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain, islice
from typing import IO

from tracetonne.landing import archive, en16931, invoice_pdf, limits, xml_document
from tracetonne.landing.einvoice import (
    WHOLE_BYTES,
    Part,
    blocks_of,
    collected,
    is_einvoice,
    parts_of,
    read_single,
)
from tracetonne.landing.einvoice_message import VERSIONS
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection

_HEAD_BYTES = 64 * 1024
# An archive of something else is told by its first files.
_LOOKED_AT = 20

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


class InvoiceArchiveReader:
    """Reads a zip of invoices."""

    kind = "invoice_archive"
    title = "Zip of e-invoice messages or invoices"
    title_zh = "電子發票壓縮檔（ZIP）"
    version = "1"
    family = "invoices"
    about = (
        "*ZIP* of e-invoice messages, invoices of EN 16931 and PDFs that carry one, told by the content "
        "of its first files. Each file lands or is rejected by itself; its name stands before each "
        "locator, `2025/AB12345678.xml!/Invoice/Details/ProductItem[1]`."
    )
    standard = "Taiwan e-invoice MIG, EN 16931"
    standard_version = f"MIG {', '.join(VERSIONS)}; {en16931.En16931Reader.standard_version}"

    @property
    def max_bytes(self) -> int:
        """The size of an archive, which is no larger than what it unpacks to."""
        return limits.current().archive_bytes

    def recognises(self, source: Source) -> bool:
        """Say whether the first files of the zip hold an invoice."""
        if not archive.is_zip(source):
            return False
        try:
            return any(_holds_invoice(member.open) for member in islice(archive.members(source), _LOOKED_AT))
        except UnreadableDocumentError:
            return False

    def read(self, source: Source) -> Reading:
        """Read every file of the zip.

        Raises:
            UnreadableDocumentError: The archive is damaged or unsafe.
        """
        if source.scratch is None:
            raise ValueError("a zip of invoices needs a scratch folder")
        return collected(_parts(source), source.scratch)


def _holds_invoice(opener: Opener) -> bool:
    try:
        with opener() as handle:
            head = handle.read(_HEAD_BYTES)
            if invoice_pdf.is_pdf(head):
                rest = handle.read(limits.current().document_bytes)
                return invoice_pdf.invoice_of(head + rest) is not None
    except UnreadableDocumentError:
        return False
    return is_einvoice(head) or en16931.is_invoice_xml(head)


def _parts(source: Source) -> Iterator[Part]:
    for name, opener in archive.members(source):
        try:
            with opener() as handle:
                yield from _parts_of_member(handle, f"{name}!")
        except UnreadableDocumentError as error:
            yield [_inside(one, f"{name}!") for one in error.rejections]


def _inside(one: Rejection, prefix: str) -> Rejection:
    """Return a rejection whose locator names the file in the archive."""
    return one if one.locator.startswith(prefix) else replace(one, locator=f"{prefix}{one.locator}")


def _parts_of_member(handle: IO[bytes], prefix: str) -> Iterator[Part]:
    """Read a file of the archive.

    Raises:
        UnreadableDocumentError: It cannot be read, or is no invoice.
    """
    data = handle.read(WHOLE_BYTES)
    is_whole = len(data) < WHOLE_BYTES
    if is_einvoice(data[:_HEAD_BYTES]):
        single = read_single(data, prefix) if is_whole else None
        if single:
            yield single
        else:
            yield from parts_of(chain((data,), blocks_of(handle)), prefix)
        return
    data += handle.read(limits.current().document_bytes)
    if invoice_pdf.is_pdf(data[:_HEAD_BYTES]):
        found = invoice_pdf.invoice_of(data)
        if found:
            yield en16931.read_invoice(
                xml_document.parse_bytes(found.content, with_attachments=True), f"{prefix}{found.name}!"
            )
            return
    elif en16931.is_invoice_xml(data[:_HEAD_BYTES]):
        yield en16931.read_invoice(xml_document.parse_bytes(data, with_attachments=True), prefix)
        return
    shown = data[:60].decode("utf-8", "backslashreplace")
    yield [rejection("unknown_kind", f"{prefix}file", expected="an invoice", found=shown)]
