"""Documents made to harm: each of them under a name, made when asked for, small on disk."""

from __future__ import annotations

import functools
import io
import json
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter
from landing_documents import BILL_HEADING, BILL_ROW, bill, invoice, ledger, meter, meter_day
from reader_samples import AMI, GREEN_BUTTON, NEM12, PACT, SODA4LCA, UBL, zip_of

# What an outside entity would bring in; the name of a file that every system has.
OUTSIDE = "/etc/passwd"
ILCD = b"""<?xml version="1.0" encoding="UTF-8"?>
<processDataSet xmlns="http://lca.jrc.it/ILCD/Process" xmlns:common="http://lca.jrc.it/ILCD/Common"
version="1.1"><processInformation><dataSetInformation><common:UUID>11111111-2222-3333-4444-555555555555</common:UUID>
</dataSetInformation></processInformation></processDataSet>"""
XML_SAMPLES = {"mig": invoice(), "ubl": UBL, "green_button": GREEN_BUTTON, "ilcd": ILCD}


def _with_prolog(document: bytes, prolog: bytes) -> bytes:
    """Put something between the XML declaration and the root."""
    end = document.index(b"?>") + 2
    return document[:end] + prolog + document[end:]


def _in_text(document: bytes, patch: bytes) -> bytes:
    """Put something in front of the last end tag."""
    at = document.rindex(b"</")
    return document[:at] + patch + document[at:]


def _laughs() -> bytes:
    names = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 100}">' for n in range(12)]
    return f"<!DOCTYPE x [{''.join(names)}]>".encode()


@functools.cache
def xml_attacks(document: bytes) -> dict[str, bytes]:
    """Return what can be done with a good XML document."""
    comments = b"<!--c-->" * 9000
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{OUTSIDE}">]>'.encode()
    parameter = f'<!DOCTYPE x [<!ENTITY % p SYSTEM "file://{OUTSIDE}"> %p;]>'.encode()
    utf16 = _with_prolog(document, outside).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    return {
        "outside_entity": _in_text(_with_prolog(document, outside), b"&e;"),
        "outside_entity_after_comments": _in_text(_with_prolog(document, comments + outside), b"&e;"),
        "outside_entity_in_utf16": utf16,
        "parameter_entity": _with_prolog(document, parameter),
        "outside_dtd": _with_prolog(document, b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
        "billion_laughs": _in_text(_with_prolog(document, _laughs()), b"&l11;"),
        "quadratic": _in_text(
            _with_prolog(document, b'<!DOCTYPE x [<!ENTITY q "' + b"q" * 50_000 + b'">]>'), b"&q;" * 50_000
        ),
        "deep": _in_text(document, b"<a>" * 100_000),
        "huge_text": _in_text(document, b"x" * 12_000_000),
        "many_attributes": _in_text(
            document, b"<a " + b" ".join(b'a%d=""' % n for n in range(50_000)) + b"/>"
        ),
        "nul": _in_text(document, b"\x00"),
        "cut": document[: len(document) * 2 // 3],
        "wrong_bytes": _in_text(document, b"\xff\xfe\xa4"),
        "unknown_encoding": document.replace(b"UTF-8", b"nonsense", 1),
        "undeclared_entity": _in_text(document, b"&nope;"),
        "include": _in_text(
            document, f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{OUTSIDE}"/>'.encode()
        ),
    }


@functools.cache
def json_attacks(plain: str) -> dict[str, bytes]:
    """Return what can be done with a good JSON document."""

    def more(text: str) -> bytes:
        return (plain[:-1] + "," + text + "}").encode()

    return {
        "deep": more('"x":' + "[" * 200_000 + "]" * 200_000),
        "open": more('"x":' + "[" * 200_000),
        "huge_number": more('"x":' + "9" * 100_000),
        "huge_exponent": more('"x":1e999999999'),
        "nan": more('"x":NaN'),
        "key_twice": more(f'"{next(iter(json.loads(plain)))}":1'),
        "half_a_character": more('"x":"\\ud800"'),
        "nul": more('"x":"\\u0000"'),
        "raw_nul": more('"x":"\x00"'),
        "cut": plain.encode()[: len(plain) // 2],
        "utf16": plain.encode("utf-16"),
        "open_string": more('"x":"' + '\\"' * 500_000),
    }


@functools.cache
def text_attacks() -> dict[str, bytes]:
    """Return tables and lines that no export holds."""
    half = BILL_ROW.encode() + "一般".encode("cp950")
    return {
        "csv_nul": ledger().replace(b"carbon", b"car\x00bon"),
        "csv_nul_everywhere": bill() + b"\x00" * 100_000,
        "csv_wide_cell": ledger("2025-01-02," + "B" * 140_000 + ",p,C1,1,1,M,1,"),
        "csv_wide_quoted_cell": ledger('2025-01-02,"' + "B" * 140_000 + '",p,C1,1,1,M,1,'),
        "csv_open_quote": ledger('2025-01-02,"B', *["2025-01-02,B,p,C1,1,1,M,1,"] * 50),
        "csv_many_columns": (BILL_HEADING + "," * 60_000 + "\n").encode("cp950"),
        "csv_mixed_encodings": bill(codec="utf-8") + half + b"\xff\xfe\n" + BILL_ROW.encode("utf-16"),
        "csv_utf16": bill(codec="utf-16"),
        "csv_huge_number": ledger("2025-01-02,B1,p,C1," + "9" * 5000 + ",1,M,1,"),
        "csv_formula": ledger('2025-01-02,"=HYPERLINK(""http://x"")",p,C1,1,1,M,1,@SUM(A1)'),
        "csv_controls": ledger("2025-01-02,B\x1b[31m\x07,p,C1,one,1,M,1,"),
        "meter_wide_line": meter("M," + "1" * 3_000_000, *meter_day()[:2]),
        "meter_nul": meter(*meter_day()[:3]).replace(b"0.250", b"0.\x0050"),
        "meter_mixed_encodings": meter(*meter_day()[:3]) + "電表,2025-01-01 01:00,1,A\n".encode("cp950"),
        "nem12_wide_line": NEM12.replace(b"1.5", b"1.5" * 500_000, 1),
        "nem12_huge_number": NEM12.replace(b"1.5", b"9" * 5000, 1),
        "nem12_nul": NEM12.replace(b"1.5", b"\x00", 1),
        "blanks": b" \t\r\n" * 1000,
        "line_ends": b"\n" * 1_000_000,
        "mark_only": b"\xef\xbb\xbf",
        "utf16_mark_only": b"\xff\xfe",
        "one_nul": b"\x00",
        "nothing": b"",
        "random": bytes(range(256)) * 50,
    }


def _workbook(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        fill(book)
    return made.getvalue()


def _corner(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("日報")
    sheet.write_row(0, 0, ledger().decode().splitlines()[0].split(","))
    sheet.write(1_048_575, 16_383, 1)


def _replaced(archive: bytes, name: str, content: bytes) -> bytes:
    """Return an archive with one member's content replaced."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return zip_of({**{one: source.read(one) for one in source.namelist()}, name: content})


def _lied(archive: bytes, name: str, size: int) -> bytes:
    """Return an archive whose table of contents declares another unpacked size."""
    changed = bytearray(archive)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", changed, at + 28)[0]
        if changed[at + 46 : at + 46 + length] == name.encode():
            struct.pack_into("<I", changed, at + 24, size)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def _date_beyond(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("日報")
    sheet.write_row(0, 0, ledger().decode().splitlines()[0].split(","))
    sheet.write_number(1, 0, -6.2e15, book.add_format({"num_format": "yyyy-mm-dd"}))


@functools.cache
def archive_attacks() -> dict[str, bytes]:
    """Return archives and workbooks that unpack to more than they seem, or to elsewhere."""
    book = _workbook(lambda book: book.add_worksheet("日報").write(0, 0, "production_date"))
    zeros = b"\x00" * (32 * 1024 * 1024)
    long_name = zip_of({"x" * 60_000: invoice()})
    deep = {"z": zip_of({"y": zip_of({"x.xml": invoice()})})}
    doctype = b'<?xml version="1.0"?>' + _laughs() + b"<workbook>&l11;</workbook>"
    return {
        "zip_bomb": zip_of({"a.xml": zeros, "b.xml": zeros}),
        "zip_escape": zip_of({"../../../etc/cron.d/x.xml": invoice(), "/tmp/x.xml": invoice()}),
        "zip_windows_escape": zip_of({"..\\..\\x.xml": invoice(), "C:\\x.xml": invoice()}),
        "zip_nested": zip_of({"a.xml": invoice(), "b.zip": zip_of({"c.xml": invoice()})}),
        "zip_only_nested": zip_of(deep),
        "zip_empty": zip_of({}),
        "zip_cut": zip_of({"a.xml": invoice()})[:-30],
        "zip_lies": _lied(zip_of({"a.xml": invoice()}), "a.xml", 10),
        "zip_long_name": long_name,
        "zip_hostile_member": zip_of({"a.xml": xml_attacks(invoice())["billion_laughs"], "b.xml": invoice()}),
        "xlsx_bomb": _replaced(book, "xl/sharedStrings.xml", zeros),
        "xlsx_workbook_bomb": _replaced(book, "xl/workbook.xml", zeros),
        "xlsx_corner_cell": _workbook(_corner),
        "xlsx_lies": _lied(book, "xl/worksheets/sheet1.xml", 10),
        "xlsx_entities": _replaced(book, "xl/workbook.xml", doctype),
        "xlsx_sheet_entities": _replaced(book, "xl/worksheets/sheet1.xml", doctype),
        "xlsx_cut": book[:-200],
        "xlsx_without_sheets": _replaced(book, "xl/workbook.xml", b"<workbook/>"),
        "xlsx_no_xml": _replaced(book, "xl/worksheets/sheet1.xml", b"\xff" * 1000),
        "xlsx_bad_reference": _replaced(
            book, "xl/worksheets/sheet1.xml",
            b'<worksheet><sheetData><row r="9999999"><c r="ZZZ99999999"><v>1</v></c></row></sheetData>'
            b"</worksheet>",
        ),
        "xlsx_date_beyond_all": _workbook(_date_beyond),
        "xls_of_old": bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 4096,
        "gzip_bomb": b"\x1f\x8b\x08\x00" + b"\x00" * 1000,
    }  # fmt: skip


def _pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, the first of them its catalogue."""
    made = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return made + (
        b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    )


@functools.cache
def pdf_attacks() -> dict[str, bytes]:
    """Return PDFs that run something, hold something, or never end."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    script = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    launch = b"<</S/Launch/F(/bin/sh)>>"
    return {
        "pdf_script": _pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", pages, page, script),
        "pdf_launch": _pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", pages, page, launch),
        "pdf_pages_in_a_ring": _pdf(
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>", page
        ),
        "pdf_count_lies": _pdf(
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 999999999>>", page
        ),
        "pdf_cut": _pdf(b"<</Type/Catalog/Pages 2 0 R>>", pages, page)[:60],
        "pdf_only_a_head": b"%PDF-1.7\n",
        "pdf_encrypted": _pdf(
            b"<</Type/Catalog/Pages 2 0 R>>", pages, page, b"<</Filter/Standard/V 1/R 2/O(x)/U(x)/P -4>>",
            trailer=b"/Encrypt 4 0 R/ID[(a)(b)]",
        ),
        "pdf_deep": _pdf(b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 50_000 + b">>", pages, page),
    }  # fmt: skip


def cases() -> dict[str, bytes]:
    """Return every hostile document by name."""
    found: dict[str, bytes] = {}
    for kind, document in XML_SAMPLES.items():
        found |= {f"{kind}_{name}": made for name, made in xml_attacks(document).items()}
    samples: dict[str, object] = {
        "ami": AMI, "soda4lca": SODA4LCA, "pact": PACT,
        "decision": {"tracetonne": "decision", "decision_id": "D"},
        "origin": {"tracetonne": "document_origin", "documents": []},
    }  # fmt: skip
    for kind, written in samples.items():
        found |= {f"{kind}_{name}": made for name, made in json_attacks(json.dumps(written)).items()}
    return found | text_attacks() | archive_attacks() | pdf_attacks()
