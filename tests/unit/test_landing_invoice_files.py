"""Many invoices in one file: wrappers, documents in a row, zips; what is damaged is named, the rest kept."""

from __future__ import annotations

import io
import itertools
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_documents import invoice, put, source_of

from bench.generate_invoices import mig_batch, mig_messages
from tracetonne.landing import einvoice
from tracetonne.landing.einvoice import EInvoiceReader
from tracetonne.landing.invoice_archive import InvoiceArchiveReader
from tracetonne.landing.reader import Reading
from tracetonne.landing.reject import REASONS, UnreadableDocumentError


def _scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir(exist_ok=True)
    return folder


def _read(tmp_path: Path, content: bytes) -> Reading:
    source = source_of(put(tmp_path, "a.xml", content), _scratch(tmp_path))
    assert EInvoiceReader().recognises(source)
    return EInvoiceReader().read(source)


def _read_zip(tmp_path: Path, members: dict[str, bytes]) -> Reading:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    source = source_of(put(tmp_path, "a.zip", buffer.getvalue()), _scratch(tmp_path))
    assert InvoiceArchiveReader().recognises(source)
    return InvoiceArchiveReader().read(source)


def _rows(reading: Reading, table: str = "invoice_line") -> list[dict[str, str | None]]:
    path = reading.records.get(table)
    if path is None:
        return []
    assert isinstance(path, Path)
    rows: list[dict[str, str | None]] = pq.ParquetFile(path).read().to_pylist()
    return rows


def _wrapped(*messages: bytes) -> bytes:
    return b"<Pack>" + b"".join(one.partition(b"?>")[2] for one in messages) + b"</Pack>"


def test_messages_in_a_wrapper_or_in_a_row_are_the_same_messages(tmp_path: Path) -> None:
    messages = [invoice(number=f"AB0000000{digit}") for digit in range(5)]
    wrapped, in_a_row = _read(tmp_path, _wrapped(*messages)), None
    numbers = [row["document_number"] for row in _rows(wrapped)]
    assert numbers == [f"AB0000000{digit}" for digit in range(5)]
    assert _rows(wrapped)[2]["locator"] == "/Pack/Invoice[3]/Details/ProductItem[1]"
    in_a_row = _read(tmp_path, b"\n".join(messages))
    assert [row["document_number"] for row in _rows(in_a_row)] == numbers
    assert _rows(in_a_row)[2]["locator"] == "document 3!/Invoice/Details/ProductItem[1]"
    assert "5 documents: F0401 5" in in_a_row.message


def test_packs_within_packs_keep_their_numbers(tmp_path: Path) -> None:
    one = [invoice(number=f"AB0000000{digit}").partition(b"?>")[2] for digit in range(4)]
    packs = b"<Pack>" + one[0] + one[1] + b"</Pack><Other/><Pack><No>2</No>" + one[2] + b"</Pack>"
    rows = _rows(_read(tmp_path, b"<All>" + packs + one[3] + b"</All>"))
    assert [(row["locator"] or "").partition("/Details")[0] for row in rows] == [
        "/All/Pack[1]/Invoice[1]",
        "/All/Pack[1]/Invoice[2]",
        "/All/Pack[2]/Invoice[1]",
        "/All/Invoice[1]",
    ]


def test_an_unknown_encoding_in_a_row_is_named(tmp_path: Path) -> None:
    reading = _read(tmp_path, invoice() + invoice().replace(b"UTF-8", b"KLINGON"))
    assert [one.code for one in reading.rejections] == ["bad_xml"]
    assert len(_rows(reading)) == 1


def test_a_wrapper_in_the_namespace_of_its_messages(tmp_path: Path) -> None:
    inner = b"".join(invoice(number=f"AB0000000{digit}").partition(b"?>")[2] for digit in range(2))
    content = b'<Invoices xmlns="urn:GEINV:eInvoiceMessage:F0401:4.1">' + inner + b"</Invoices>"
    rows = _rows(_read(tmp_path, content))
    assert [row["locator"] for row in rows] == [
        f"/Invoices/Invoice[{number}]/Details/ProductItem[1]" for number in (1, 2)
    ]


def test_a_file_cut_short_keeps_what_came_before(tmp_path: Path) -> None:
    content = _wrapped(*(invoice(number=f"AB0000000{digit}") for digit in range(4)))
    reading = _read(tmp_path, content[: int(len(content) * 0.7)])
    assert len(_rows(reading)) == 2
    assert [one.code for one in reading.rejections] == ["bad_xml"]
    assert _rows(reading, "rejected_record")[0]["code"] == "bad_xml"


def test_a_damaged_document_in_a_row_costs_no_other(tmp_path: Path) -> None:
    good, bad = invoice(number="AB00000001"), invoice(number="AB00000002").replace(b"</Main>", b"")
    reading = _read(tmp_path, good + bad + invoice(number="AB00000003"))
    assert [row["document_number"] for row in _rows(reading)] == ["AB00000001", "AB00000003"]
    assert reading.rejections[0].locator.startswith("document 2!line ")


def test_confirmations_and_unknown_messages_are_named(tmp_path: Path) -> None:
    confirmation = b"""<?xml version="1.0"?><InvoiceConfirm xmlns="urn:GEINV:eInvoiceMessage:A0102:4.1">
      <InvoiceNumber>AB00000001</InvoiceNumber></InvoiceConfirm>"""
    unknown = b'<?xml version="1.0"?><BranchTrackBlank xmlns="urn:GEINV:eInvoiceMessage:E0402:4.1"/>'
    reading = _read(tmp_path, _wrapped(invoice(), confirmation, unknown))
    assert [one.code for one in reading.rejections] == ["confirmation_message", "unknown_message"]
    assert (len(_rows(reading)), reading.records_rejected) == (1, 2)
    with pytest.raises(UnreadableDocumentError) as caught:
        _read(tmp_path, confirmation)
    assert caught.value.rejections[0].code == "confirmation_message"


def test_an_entity_bomb_among_messages_is_refused_alone(tmp_path: Path) -> None:
    bomb = invoice().replace(b"<Invoice ", b"<!DOCTYPE a [<!ENTITY b 'c'>]><Invoice ")
    reading = _read(tmp_path, invoice() + bomb)
    assert [one.code for one in reading.rejections] == ["unsafe_xml"]
    assert len(_rows(reading)) == 1


def test_a_zip_is_one_landing_of_many_documents(tmp_path: Path) -> None:
    reading = _read_zip(
        tmp_path,
        {
            "2025/a.xml": invoice(number="AB00000001"),
            "2025/b.xml": _wrapped(invoice(number="AB00000002"), invoice(number="AB00000003")),
            "2025/readme.txt": b"thank you",
            "2025/c.xml": invoice(number="AB00000004")[:300],
        },
    )
    assert [(row["document_number"], row["locator"]) for row in _rows(reading)] == [
        ("AB00000001", "2025/a.xml!/Invoice/Details/ProductItem[1]"),
        ("AB00000002", "2025/b.xml!/Pack/Invoice[1]/Details/ProductItem[1]"),
        ("AB00000003", "2025/b.xml!/Pack/Invoice[2]/Details/ProductItem[1]"),
    ]
    assert [(one.code, one.locator) for one in reading.rejections] == [
        ("unknown_kind", "2025/readme.txt!file"),
        ("bad_xml", "2025/c.xml!line 6"),
    ]
    assert reading.records_rejected == 2


def test_a_zip_of_published_invoices(shared: Path, tmp_path: Path) -> None:
    corpora = shared / "corpora"
    if not corpora.is_dir():
        pytest.skip("the shared corpora are absent")
    paths = [
        *sorted((corpora / "invoice-taiwan-mig").glob("*.xml")),
        corpora / "invoice-facturx-zugferd" / "EN16931_Einfach.pdf",
        corpora / "invoice-ubl-en16931" / "peppol" / "base-example.xml",
    ]
    reading = _read_zip(tmp_path, {path.name: path.read_bytes() for path in paths})
    assert not reading.rejections
    formats = {row["document_format"] for row in _rows(reading)}
    assert formats == {"MIG", "CII", "UBL Invoice"}
    locators = [row["locator"] or "" for row in _rows(reading)]
    assert any(one.startswith("EN16931_Einfach.pdf!factur-x.xml!/CrossIndustryInvoice/") for one in locators)


def test_a_zip_of_something_else_is_left_to_other_readers(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.csv", "a,b")
    source = source_of(put(tmp_path, "a.zip", buffer.getvalue()), _scratch(tmp_path))
    assert not InvoiceArchiveReader().recognises(source)


def test_generated_messages_are_messages_and_always_the_same(tmp_path: Path) -> None:
    assert list(mig_messages(200)) == list(mig_messages(200))
    reading = _read(tmp_path, b"".join(mig_batch(200)))
    assert not reading.rejections
    assert "200 documents: F0401 195, F0501 2, G0401 3" in reading.message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(size=st.integers(1, 64), ending=st.sampled_from([b"", b"\n", b"  \r\n\r\n"]), count=st.integers(1, 4))
def test_where_blocks_are_cut_changes_nothing(tmp_path: Path, size: int, ending: bytes, count: int) -> None:
    content = ending.join(invoice(number=f"AB0000000{digit}") for digit in range(count)) + ending
    blocks = (content[start : start + size * 7] for start in range(0, len(content), size * 7))
    reading = einvoice.collected(einvoice.parts_of(blocks), _scratch(tmp_path))
    assert [row["document_number"] for row in _rows(reading)] == [
        f"AB0000000{digit}" for digit in range(count)
    ]
    assert not reading.rejections


_LINE = st.tuples(st.sampled_from(["5", "-3.25", "一", ""]), st.sampled_from(["天然氣", ""]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(documents=st.lists(st.lists(_LINE, min_size=1, max_size=3), min_size=2, max_size=4))
def test_landed_and_rejected_are_the_lines_of_the_source(
    tmp_path: Path, documents: list[list[tuple[str, str]]]
) -> None:
    head, _, rest = invoice().partition(b"<Details>")
    tail = rest.partition(b"</Details>")[2]
    messages = []
    for lines in documents:
        items = "".join(
            f"<ProductItem><Description>{name}</Description><Quantity>{number}</Quantity></ProductItem>"
            for number, name in lines
        )
        messages.append(head + b"<Details>" + items.encode() + b"</Details>" + tail)
    reading = _read(tmp_path, _wrapped(*messages))
    written = list(itertools.chain.from_iterable(documents))
    good = sum(number in ("5", "-3.25") and name != "" for number, name in written)
    assert len(_rows(reading)) == good
    assert good + reading.records_rejected == len(written)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(edits=st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6), st.integers(0, 40)), max_size=4))
def test_no_damage_is_an_uncaught_error(tmp_path: Path, edits: list[tuple[int, bytes, int]]) -> None:
    content = invoice() + _wrapped(invoice(number="AB00000002"), invoice(number="AB00000003"))
    for place, insert, cut in edits:
        at = place % len(content)
        content = content[:at] + insert + content[at + cut :]
    source = source_of(put(tmp_path, "a.xml", content), _scratch(tmp_path))
    if not EInvoiceReader().recognises(source):
        return
    try:
        reading = EInvoiceReader().read(source)
    except UnreadableDocumentError as error:
        assert all(one.code in REASONS for one in error.rejections)
        return
    assert reading.records or reading.records_rejected
    assert all(one.code in REASONS for one in reading.rejections)
