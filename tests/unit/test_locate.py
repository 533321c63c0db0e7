"""From a locator to the document's own words: lines, elements, cells."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tracetonne import locate
from tracetonne.locate import original_text


def test_every_line_of_a_document_longer_than_a_block(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    lines = [f"row {number} " + "x" * (number % 97) for number in range(1, 60_001)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for number in (1, 2, 17_000, 17_001, 35_000, 59_999, 60_000):
        assert original_text(path, f"line {number}") == lines[number - 1]
    assert original_text(path, "line 60001") is None


def test_a_line_break_at_the_end_of_a_block(tmp_path: Path) -> None:
    path = tmp_path / "block.csv"
    path.write_bytes(b"a" * ((1 << 20) - 1) + b"\nsecond\r\nthird")
    assert original_text(path, "line 2") == "second"
    assert original_text(path, "line 3") == "third"


@pytest.mark.parametrize("encoding", ["cp950", "utf-8", "utf-16"])
def test_code_pages(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bill.csv"
    path.write_bytes("電號\n度數\n".encode(encoding))
    assert original_text(path, "line 2", encoding) == "度數"


def test_the_byte_order_mark_is_not_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    path.write_bytes(b"\xef\xbb\xbfmeter,quantity\n")
    assert original_text(path, "line 1") == "meter,quantity"


def test_an_element_by_its_path_whatever_the_namespace(tmp_path: Path) -> None:
    path = tmp_path / "invoice.xml"
    path.write_text(
        '<Invoice xmlns="urn:GEINV:F0401:4.1"><Details>'
        "<ProductItem><Description>gas</Description></ProductItem>"
        "<ProductItem><Description>rod</Description></ProductItem></Details></Invoice>"
    )
    text = original_text(path, "/Invoice/Details/ProductItem[2]")
    assert text is not None
    assert "rod" in text
    assert "gas" not in text
    assert original_text(path, "/Invoice/Details/ProductItem[3]") is None
    assert original_text(path, "/Other") is None


def test_an_element_of_a_document_too_large_to_be_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate, "_LARGEST_TREE", 100)
    path = tmp_path / "batch.xml"
    parts = "".join(
        f"<Pack><No>{pack}</No>" + "<I><D>x</D><D>y</D></I>" * 30 + "</Pack>" for pack in range(20)
    )
    path.write_text(f"<All xmlns='urn:x'>{parts}</All>")
    assert original_text(path, "/All/Pack[3]/No[1]") == '<No xmlns="urn:x">2</No>'
    assert original_text(path, "/All/Pack[20]/I[30]/D[2]") == '<D xmlns="urn:x">y</D>'
    assert original_text(path, "/All/Pack[21]/No") is None


def test_a_place_inside_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("2025/a.xml", "<A><B>1</B><B>2</B></A>")
        packed.writestr("row.xml", "<?xml version='1.0'?><A><B>1</B></A><?xml version='1.0'?><A><B>3</B></A>")
        packed.writestr("lines.csv", "one\ntwo\n")
    assert original_text(path, "2025/a.xml!/A/B[2]") == "<B>2</B>"
    assert original_text(path, "row.xml!document 2!/A/B") == "<B>3</B>"
    assert original_text(path, "lines.csv!line 2") == "two"
    assert original_text(path, "lines.csv!line 3") is None
    assert original_text(path, "missing.xml!/A") is None


def test_documents_in_a_row(tmp_path: Path) -> None:
    path = tmp_path / "row.xml"
    path.write_text("<?xml version='1.0'?><A><B>1</B></A>\n<?xml version='1.0'?><A><B>2</B></A>")
    assert original_text(path, "/A/B") == "<B>1</B>"
    assert original_text(path, "document 2!/A/B") == "<B>2</B>"
    assert original_text(path, "document 3!/A/B") is None


def test_a_place_inside_a_pdf(shared: Path) -> None:
    path = shared / "corpora" / "invoice-facturx-zugferd" / "EN16931_Einfach.pdf"
    if not path.exists():
        pytest.skip("the shared corpora are absent")
    line = "/CrossIndustryInvoice/SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem[2]"
    assert "Joghurt Banane" in (original_text(path, f"factur-x.xml!{line}") or "")


def test_external_entities_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not read")
    path = tmp_path / "evil.xml"
    path.write_text(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret}">]><a><b>&x;</b></a>')
    assert "do not read" not in (original_text(path, "/a/b") or "")


def test_cells_and_rows_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("B_EmInst")
    sheet.write("C3", "natural gas")
    sheet.write("AA3", 12.5)
    workbook.close()
    assert original_text(path, "B_EmInst!C3") == "natural gas"
    assert original_text(path, "B_EmInst!$AA$3") == "12.5"
    assert (original_text(path, "B_EmInst!row 3") or "").startswith(" |  | natural gas")
    assert original_text(path, "B_EmInst!Z99") is None
    assert original_text(path, "Missing!A1") is None


def test_unknown_locators_and_missing_documents(tmp_path: Path) -> None:
    path = tmp_path / "decision.json"
    path.write_text('{"decision": "withdraw"}')
    assert original_text(path, "file") == '{"decision": "withdraw"}'
    assert original_text(path, "somewhere") is None
    assert original_text(tmp_path / "absent", "line 1") is None


def test_long_text_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("x" * 5000)
    text = original_text(path, "line 1")
    assert text is not None
    assert len(text) == 2001
