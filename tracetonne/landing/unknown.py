"""What a document of no known kind looks like, so that people see at once why it is not read."""

from __future__ import annotations

import codecs
import re
import unicodedata
import zipfile

from tracetonne.landing import reject, text
from tracetonne.landing.reader import Rejection, Source
from tracetonne.landing.workbook import sheet_names, why_closed

_SHOWN = 200
_ELEMENT = re.compile(r"<(?![?!])([^\s/>]+)((?:\s[^>]*)?)")
_NAMESPACE = re.compile(r"""xmlns(?::([^=\s]+))?\s*=\s*["']([^"']*)""")
_KEY = re.compile(r'"([^"\\]{1,60})"\s*:')
# A sequence of ASN.1, its length, and in it another sequence, a number or an object identifier.
_DER = re.compile(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...)[\x30\x02\x06]", re.DOTALL)
# Files that describe or accompany documents hold no record. Told by namespace, first key or first words.
_DESCRIBING_NAMESPACES = {
    "http://www.w3.org/2001/XMLSchema": "an XML schema",
    "http://purl.oclc.org/dsdl/schematron": "Schematron rules",
    "http://www.w3.org/1999/XSL/Transform": "an XSL stylesheet",
    "http://schemas.xmlsoap.org/wsdl/": "a description of a web service",
    "http://www.w3.org/1999/xhtml": "a web page",
}
_DESCRIBING_KEYS = {
    "@context": "a JSON-LD context or linked data",
    "$schema": "a JSON schema",
    "openapi": "the description of an interface (OpenAPI)",
    "swagger": "the description of an interface (OpenAPI)",
}
_DESCRIBING_TEXTS = (
    (re.compile(r"BagIt-Version:"), "the declaration of a BagIt package"),
    (
        re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})[ \t]+\*?\S"),
        "a list of checksums",
    ),
    (re.compile(r"(?:Bag-Software-Agent|Bagging-Date|Payload-Oxum|Source-Organization):"), "BagIt metadata"),
    (re.compile(r"openapi:|swagger:"), "the description of an interface (OpenAPI)"),
    (re.compile(r"-----BEGIN [A-Z ]+-----"), "a certificate or key"),
    (re.compile(r"(?i)<!doctype html|<html"), "a web page"),
    (re.compile(r"# \S"), "a text in Markdown"),
)
_PACKED = (
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
)
# The first member of an OpenDocument file is its type, unpacked.
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_EXCEL_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_CONTAINERS = (
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"%!PS", "a PostScript file"),
)


def why_unknown(source: Source) -> Rejection:
    """Say why no reader takes a document, from its first 64 KiB and, for a workbook, its sheet names.

    Args:
        source: A document that is not empty and that no reader recognises.
    """
    if closed := why_closed(source):
        return reject.rejection("bad_workbook", "file", expected="a complete .xlsx file", found=closed)
    if workbook := _other_workbook(source.head):
        return reject.rejection("other_workbook", "file", expected="an .xlsx file", found=workbook)
    if packed := _packed(source):
        return reject.rejection("packed_document", "file", expected="the document itself", found=packed)
    describing, looks = _looks(source)
    code = "not_a_document" if describing else "unknown_kind"
    expected = "" if describing else "a document of docs/contracts.md"
    return reject.rejection(code, "file", expected=expected, found=looks)


def _other_workbook(head: bytes) -> str:
    """Name the format of a workbook that is not read; nothing for other documents."""
    if head.startswith(b"PK") and _OPEN_DOCUMENT in head[:200]:
        return "an OpenDocument spreadsheet (.ods)"
    return "an Excel 2003 XML workbook" if _EXCEL_2003 in head[:4096] else ""


def _packed(source: Source) -> str:
    """Name the archive that a document is packed in; a workbook is none, nor is a zip that is cut."""
    if source.head.startswith(b"PK"):
        is_archive = zipfile.is_zipfile(source.path) and not sheet_names(source.path)
        return "a zip file" if is_archive else ""
    return next((looks for signature, looks in _PACKED if source.head.startswith(signature)), "")


def _looks(source: Source) -> tuple[bool, str]:
    """Return whether the file only describes others, and what it looks like."""
    head = source.head
    if head.startswith(b"PK"):
        names = sheet_names(source.path)
        return False, f"a workbook with the sheets {_listed(names)}" if names else "a zip file"
    if b"%PDF-" in head[:1024]:
        return False, "a PDF of no supplier that has a template"
    for signature, looks in _CONTAINERS:
        if head.startswith(signature):
            return False, looks
    if _DER.match(head):
        return True, "a certificate, signature or time stamp (DER)"
    if _is_binary(head):
        return False, f"binary data that begins with {head[:16].hex(' ')}"
    return _looks_of_text(_decoded(head).lstrip("\ufeff \t\r\n"))


def _is_binary(head: bytes) -> bool:
    """Say whether the bytes are no text: NUL beyond UTF-16, or many control characters."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    start = head[:4096]
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1a\x1b" for byte in start)
    return control * 10 > len(start)


def _decoded(head: bytes) -> str:
    codec, skip = text.tell_encoding(head)
    return head[skip:].decode(codec, "replace")


def _looks_of_text(start: str) -> tuple[bool, str]:
    if not start:
        return False, "blanks only"
    for pattern, looks in _DESCRIBING_TEXTS:
        if pattern.match(start):
            return True, looks
    if start.startswith("<"):
        return _looks_of_xml(start)
    if start.startswith(("{", "[")):
        keys = list(dict.fromkeys(_KEY.findall(start[:8192])))
        describing = next((_DESCRIBING_KEYS[key] for key in keys if key in _DESCRIBING_KEYS), "")
        return bool(describing), describing or f"JSON with the keys {_listed(keys)}"
    first = start.splitlines()[0]
    parts = [cell.strip() for cell in re.split(r"[,;\t|]", first)]
    if len(parts) > 1:
        return False, f"a table with the heading {_listed(parts)}"
    return False, f"text that begins with {_printable(first[:60])}"


def _looks_of_xml(start: str) -> tuple[bool, str]:
    """Name the root of XML and its namespace."""
    root = _ELEMENT.search(re.sub(r"<!--.*?(?:-->|\Z)", "", start, flags=re.DOTALL))
    if not root:
        return False, "XML without an element in its first 64 KiB"
    prefix, _, local = root[1].rpartition(":")
    namespaces = {name or "": namespace for name, namespace in _NAMESPACE.findall(root[2])}
    namespace = namespaces.get(prefix, "")
    if namespace in _DESCRIBING_NAMESPACES:
        return True, _DESCRIBING_NAMESPACES[namespace]
    inside = f" in {_printable(namespace)}" if namespace else ""
    return False, f"XML with the root {_printable(local)}{inside}"


def _listed(names: tuple[str, ...] | list[str]) -> str:
    shown = _printable(", ".join(names))
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


def _printable(written: str) -> str:
    return "".join("�" if unicodedata.category(sign).startswith("C") else sign for sign in written)
