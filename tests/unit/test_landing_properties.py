"""Whatever the bytes are: landing ends with a result, and every record is landed or rejected."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_documents import (
    BILL_ROW,
    LEDGER_ROW,
    bill,
    home_at,
    invoice,
    ledger,
    meter,
    meter_day,
    put,
    rows_of,
    source_of,
)

from tracetonne.landing import describe
from tracetonne.landing.contract import ContractReader
from tracetonne.landing.kinds import READERS
from tracetonne.landing.land import land_paths
from tracetonne.landing.reject import REASONS
from tracetonne.landing.tables import TABLES

SITE = "screw_plant"
DECISION = json.dumps(
    {
        "tracetonne": "decision", "decision_id": "D", "decision": "withdraw", "subject": "x", "reason": "r",
        "author": "a", "decided_on": "2025-01-01",
    }
).encode()  # fmt: skip
DOCUMENTS = [bill(BILL_ROW, BILL_ROW), ledger(LEDGER_ROW), meter(*meter_day()[:3]), invoice(), DECISION]

_LEDGER_CELL = st.one_of(
    st.sampled_from(
        ["2025-01-02", "114/01/02", "14/01/02", "1,5", "1,000", "-3", "合計", "carbon_screws", "", "x y"]
    ),
    st.text(alphabet="0123456789.-/年月日 合計Aé０\x00", max_size=8),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(_LEDGER_CELL, min_size=1, max_size=11), min_size=1, max_size=15))
def test_landed_and_rejected_add_up_to_the_records(rows: list[list[str]]) -> None:
    lines = [",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows]
    records = sum(bool(line.strip()) for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), "a.csv", ledger(*lines) if records else ledger())
        reading = ContractReader("production_ledger").read(source_of(path, Path(folder) / "scratch"))
    landed = len(list(reading.records.get("production_ledger", [])))
    assert landed + reading.records_rejected == max(records, 1)
    assert all(one.code in REASONS and one.message and one.message_zh for one in reading.rejections)


def _damaged(document: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    """Replace stretches of a document."""
    for start, length, patch in cuts:
        at = start % (len(document) + 1)
        document = document[:at] + patch + document[at + length :]
    return document


_CUT = st.tuples(
    st.integers(0, 5000),
    st.integers(0, 40),
    st.one_of(
        st.binary(max_size=6),
        st.sampled_from([b"\x00", b'"', b"\n", b"\r", b"&x;", b"<", b",", b"\xef\xbb\xbf"]),
    ),
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=["bill", "ledger", "meter", "invoice", "decision"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(_CUT, min_size=1, max_size=4))
def test_a_damaged_document_always_ends_with_a_result(
    tmp_path: Path, document: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    home = home_at(tmp_path / "home")
    (result,) = land_paths(home, [put(tmp_path, "a", _damaged(document, cuts))], SITE)
    assert result.status in ("landed", "rejected", "unchanged")
    assert result.status != "rejected" or result.rejections
    (row,) = rows_of(home, "evidence", SITE, result.evidence_id)
    assert row["records_landed"] == result.records_landed
    assert row["records_rejected"] == result.records_rejected
    rejected = rows_of(home, "rejected_record", SITE, result.evidence_id)
    assert bool(rejected) == bool(result.records_rejected)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_any_bytes_end_with_a_result(tmp_path: Path, content: bytes) -> None:
    (result,) = land_paths(home_at(tmp_path / "home"), [put(tmp_path, "a", content)], SITE)
    assert (result.status, bool(result.rejections)) == ("rejected", True)


def test_readers_have_names_of_their_own() -> None:
    kinds = [reader.kind for reader in READERS]
    assert len(set(kinds)) == len(kinds)
    assert all(reader.title and reader.title_zh and reader.version for reader in READERS)


def test_the_contracts_document_is_current() -> None:
    assert describe.TARGET.read_text(encoding="utf-8") == describe.describe(), (
        "docs/contracts.md is out of date; run `python -m tracetonne.landing.describe`"
    )


def test_the_contracts_document_names_every_kind_table_and_reason() -> None:
    document = describe.describe()
    for name in [*(reader.kind for reader in READERS), *TABLES, *REASONS]:
        assert f"`{name}`" in document


def test_every_reason_is_said_in_both_languages() -> None:
    for message, message_zh, action in REASONS.values():
        assert message.endswith(".") and message_zh.endswith("。") and action
        assert any(character > "\u4e00" for character in message_zh)
