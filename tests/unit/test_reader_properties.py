"""Whatever becomes of a document of any kind: records, named rejections, never a fault of the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_documents import source_of
from reader_samples import read_and_write, samples

from tracetonne.landing.kinds import READERS
from tracetonne.landing.pdf_bill import OtherPdfReader
from tracetonne.landing.read_document import choose
from tracetonne.landing.reader import FAMILIES, Reader, Reading

BY_KIND = [pytest.param(reader, id=reader.kind) for reader in READERS]
_CUT = st.tuples(
    st.floats(0, 1),
    st.integers(0, 60),
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from(
            [
                b"\x00", b'"', b"\n", b"\r", b"&x;", b"<", b"]]>", b",", b"{", b"}", b"[" * 200, b"9" * 5000,
                b"-1", b"1e400", b"NaN", b"null", b"\xef\xbb\xbf", b"\xff\xfe", "０".encode(),
                "合計".encode(), b"<!DOCTYPE a>", b"=1+1", b"\\ud800", b"99999999999999999999",
                b"0000-00-00", b"PK\x03\x04",
            ]
        ),
    ),
)  # fmt: skip


def damaged(document: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    """Replace stretches of a document."""
    for place, length, patch in cuts:
        at = int(place * len(document))
        document = document[:at] + patch + document[at + length :]
    return document


def check(reading: Reading, counts: dict[str, int]) -> None:
    """Check what holds for every reading."""
    rejected_rows = counts.get("rejected_record", len(reading.rejections))
    codes = [one.code for one in reading.rejections]
    assert "reader_fault" not in codes, reading.rejections
    assert all(one.code and one.message and one.message_zh and one.locator for one in reading.rejections)
    landed = sum(count for table, count in counts.items() if table != "rejected_record")
    assert landed or rejected_rows, "neither a record nor a reason"
    assert bool(rejected_rows) >= bool(reading.records_rejected), "records are rejected without a reason"
    assert 0 <= reading.records_in_place <= reading.records_rejected


@pytest.mark.parametrize("reader", [one for one in BY_KIND if one.id != OtherPdfReader.kind])
@pytest.mark.slow
def test_a_good_document_lands(tmp_path: Path, reader: Reader) -> None:
    found = samples(reader)
    if not found:
        pytest.skip(f"there is no small document of the kind {reader.kind} here")
    assert reader.family in FAMILIES
    for index, sample in enumerate(found):
        reading, counts = read_and_write(reader, sample, tmp_path / str(index))
        check(reading, counts)
        landed = sum(count for table, count in counts.items() if table != "rejected_record")
        assert landed, reading.rejections


@pytest.mark.parametrize("reader", BY_KIND)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_document_ends_with_records_or_reasons(
    tmp_path: Path, reader: Reader, data: st.DataObject
) -> None:
    found = samples(reader)
    if not found:
        pytest.skip(f"there is no small document of the kind {reader.kind} here")
    sample = found[data.draw(st.integers(0, len(found) - 1))]
    cuts = data.draw(st.lists(_CUT, min_size=1, max_size=4))
    check(*read_and_write(reader, damaged(sample, cuts), tmp_path / "damaged"))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.one_of(st.binary(min_size=1, max_size=300), st.text(min_size=1, max_size=200).map(str.encode))
)
def test_no_reader_stumbles_over_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "document"
    path.write_bytes(content)
    assert choose(READERS, source_of(path, tmp_path / "scratch")).faults == []


@pytest.mark.parametrize("reader", BY_KIND)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(min_size=1, max_size=200))
def test_a_reader_that_is_told_to_read_anything_gives_reasons(
    tmp_path: Path, reader: Reader, content: bytes
) -> None:
    check(*read_and_write(reader, content, tmp_path / "any"))
