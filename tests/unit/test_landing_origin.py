"""Origin documents: one row a fetched document, whatever else stands in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing.origin import OriginReader
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.tables import TABLES

DOCUMENT = {"sha256": "ab" * 32, "file_name": "bill.csv", "fetched_at": "2026-01-05T01:02:03+00:00",
            "remote_path": "out/bill.csv", "byte_size": "12", "message_id": "<1@power.example>"}  # fmt: skip
ORIGIN = {"tracetonne": "document_origin", "connector": "mail", "connector_kind": "imap",
          "remote_location": "imap://bills@mail.example:993/INBOX", "documents": [DOCUMENT]}  # fmt: skip


def source(folder: Path, content: bytes) -> Source:
    path = folder / "x"
    path.write_bytes(content)
    return Source(path, "x", content[:65536], len(content))


def read(folder: Path, written: object) -> Reading:
    return OriginReader().read(source(folder, json.dumps(written).encode()))


def test_one_row_a_document(tmp_path: Path) -> None:
    reading = read(tmp_path, ORIGIN)
    [row] = reading.records["document_origin"]
    assert set(row) <= set(TABLES["document_origin"])
    assert (row["connector"], row["message_id"], row["locator"]) == (
        "mail", "<1@power.example>", "#/documents/0",
    )  # fmt: skip
    assert row["query"] is None
    assert (reading.document_date, reading.records_rejected) == ("2026-01-05", 0)


def test_a_document_that_cannot_be_found_again_is_rejected_by_itself(tmp_path: Path) -> None:
    bad = {**DOCUMENT, "sha256": " ", "remote_path": None}
    reading = read(tmp_path, {**ORIGIN, "documents": [bad, DOCUMENT, "x"]})
    assert [(one.locator, one.field) for one in reading.rejections] == [
        ("#/documents/0", "sha256"), ("#/documents/0", "remote_path"), ("#/documents/2", "documents"),
    ]  # fmt: skip
    assert reading.records_rejected == 2
    assert len(list(reading.records["document_origin"])) == 1


@pytest.mark.parametrize(
    "written",
    [[], {}, {"tracetonne": "document_origin"}, {**ORIGIN, "documents": []}, {**ORIGIN, "documents": {}}],
)
def test_a_document_of_nothing_is_refused(tmp_path: Path, written: object) -> None:
    with pytest.raises(EvidenceRejectedError):
        read(tmp_path, written)


def test_only_what_calls_itself_so_first_is_one(tmp_path: Path) -> None:
    reader = OriginReader()
    for content in (b'{"tracetonne": "document_origin"', b'\xef\xbb\xbf {\n"tracetonne" :"document_origin"'):
        assert reader.recognises(source(tmp_path, content))
    for content in (b"", b"{}", b'{"a": 1, "tracetonne": "document_origin"}', b'{"tracetonne": "decision"}'):
        assert not reader.recognises(source(tmp_path, content))


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*DOCUMENT, "documents", "tracetonne", "x"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_no_record_is_lost(tmp_path_factory: pytest.TempPathFactory, documents: object) -> None:
    folder = tmp_path_factory.mktemp("origin")
    try:
        reading = read(folder, {**ORIGIN, "documents": documents})
    except EvidenceRejectedError:
        return
    assert isinstance(documents, list)
    assert len(list(reading.records["document_origin"])) + reading.records_rejected == len(documents)
