"""Decisions are evidence: complete, by two people where they let something in, never undone by deleting."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path

import pytest
from landing_documents import bill, home_at, invoice, put, source_of

from tracetonne.decisions import decide, packages_using, withdraw
from tracetonne.errors import WrongUseError
from tracetonne.landing import register
from tracetonne.landing.decision import DecisionReader
from tracetonne.landing.land import land_paths
from tracetonne.landing.reject import UnreadableDocumentError

SITE = "screw_plant"
DECISION = {
    "tracetonne": "decision",
    "decision_id": "D-1",
    "decision": "approve",
    "subject": "factor:GRID",
    "reason": "核定",
    "author": "馮",
    "approver": "卓",
    "decided_on": "2025-01-03",
    "detail": {"b": 1, "a": ["x"]},
}
PRICE = {"value": "72.5", "valid_from": "2026-07-01", "valid_to": "2026-10-01", "source": "Commission"}
CLOSE = {"version": 1, "package_sha256": "0" * 64, "factors": ["factor:F1@1"]}
PROOF = {"certificate": "RED-1", "valid_from": "2025-01-01", "valid_to": "2026-01-01"}


def _read(tmp_path: Path, content: bytes) -> object:
    source = source_of(put(tmp_path, "a.json", content), tmp_path / "scratch")
    assert DecisionReader().recognises(source)
    return DecisionReader().read(source)


def test_a_decision_lands_with_its_detail(tmp_path: Path) -> None:
    reading = DecisionReader().read(
        source_of(put(tmp_path, "a.json", json.dumps(DECISION).encode()), tmp_path / "scratch")
    )
    (row,) = reading.records["decision"]
    assert (row["decision"], row["subject"], row["author"], row["approver"]) == (
        "approve", "factor:GRID", "馮", "卓",
    )  # fmt: skip
    assert row["detail"] == '{"a": ["x"], "b": 1}'
    assert (reading.document_key, reading.document_date) == ("decision:D-1", "2025-01-03")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"decision": "close", "subject": "2025-03", "detail": CLOSE | {"version": ""}}, "missing_key"),
        ({"decision": "close", "subject": "March", "detail": CLOSE}, "bad_value"),
        ({"decision": "close", "subject": "2025-03", "detail": CLOSE | {"factors": "f"}}, "bad_value"),
        ({"approver": " 馮 "}, "person_conflict"),
        ({"approver": None}, "missing_key"),
        ({"reason": "  "}, "missing_key"),
        ({"decision": "forget"}, "bad_value"),
        ({"decided_on": "3 January"}, "bad_date"),
        ({"decision": "zero_rate", "detail": {**PROOF, "certificate": ""}}, "missing_key"),
        ({"decision": "zero_rate", "detail": {**PROOF, "valid_to": "soon"}}, "bad_date"),
        ({"decision": "name_cn_code", "detail": {"cn_code": "7213"}}, "bad_value"),
        ({"decision": "enter_value", "subject": "cscf", "detail": {**PRICE, "value": "0"}}, "bad_value"),
        ({"decision": "enter_value", "subject": "cscf", "detail": {**PRICE, "value": "1e3"}}, "bad_value"),
        ({"decision": "enter_value", "subject": "gold_price", "detail": PRICE}, "bad_value"),
        ({"decision": "name_cn_code", "detail": "72139110"}, "missing_key"),
    ],
)
def test_an_improper_decision_is_refused(tmp_path: Path, change: dict[str, object], code: str) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        _read(tmp_path, json.dumps(DECISION | change).encode())
    assert [one.code for one in caught.value.rejections] == [code]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (json.dumps(DECISION).encode()[:-5], "bad_json"),
        (json.dumps(DECISION, ensure_ascii=False).encode("cp950"), "wrong_encoding"),
        (b'{"tracetonne": "other", "x": "decision"}', "bad_json"),
    ],
)
def test_a_damaged_decision_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        _read(tmp_path, content)
    assert caught.value.rejections[0].code == code


def test_a_withdrawal_is_landed_for_the_site_of_the_document(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    (landed,) = land_paths(home, [put(tmp_path, "bill.csv", bill())], SITE)
    done = withdraw(home, landed.evidence_id, "誤植", author="馮", decided_on=datetime.date(2025, 2, 1))
    assert (done.evidence_id, done.site, done.file_name) == (landed.evidence_id, SITE, "bill.csv")
    known = register.load(home)
    assert known.withdrawn == {landed.evidence_id}
    assert known.find(SITE, done.decision_evidence_id) is not None
    again = land_paths(home, [tmp_path / "bill.csv"], SITE)[0]
    assert again.status == "unchanged" and "withdrawn" in again.message


def test_a_withdrawal_can_be_taken_back(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    (landed,) = land_paths(home, [put(tmp_path, "bill.csv", bill())], SITE)
    for _ in range(2):
        done = withdraw(home, landed.evidence_id[:8], "誤植", author="馮")
        assert landed.evidence_id in register.load(home).withdrawn
        withdraw(home, done.decision_evidence_id, "看錯了", author="馮")
        assert landed.evidence_id not in register.load(home).withdrawn
        assert done.decision_evidence_id in register.load(home).withdrawn


def test_what_cannot_be_withdrawn_is_said(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    (landed,) = land_paths(home, [put(tmp_path, "bill.csv", bill())], SITE)
    with pytest.raises(WrongUseError, match="no such document"):
        withdraw(home, "ffffffffffffffff", "誤植", author="馮")
    with pytest.raises(WrongUseError, match="reason"):
        withdraw(home, landed.evidence_id, " ", author="馮")
    with pytest.raises(WrongUseError, match="approver"):
        withdraw(home, landed.evidence_id, "誤植", author="馮", approver="馮")
    withdraw(home, landed.evidence_id, "誤植", author="馮")
    with pytest.raises(WrongUseError, match="already"):
        withdraw(home, landed.evidence_id, "誤植", author="馮")


def test_a_waiver_needs_a_second_person(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    with pytest.raises(WrongUseError, match="approver"):
        decide(home, SITE, "waive", "balance:x", "停電", author="馮")
    result = decide(home, SITE, "waive", "balance:x", "停電", author="馮", approver="卓")
    assert (result.kind, result.status) == ("decision", "landed")


def test_packages_that_used_a_document_are_listed(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    (landed,) = land_paths(home, [put(tmp_path, "gas.xml", invoice())], SITE)
    for period, version, used in (("2025-01", 10, True), ("2025-01", 9, True), ("2025-02", 1, False)):
        folder = home.exports / SITE / period / f"v{version}" / "data" / "register"
        folder.mkdir(parents=True)
        with (folder / "evidence_used.csv").open("w", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(["evidence_id", "sha256"])
            writer.writerow([landed.evidence_id if used else "0" * 16, "x"])
    assert packages_using(home, SITE, landed.evidence_id) == [
        home.exports / SITE / "2025-01" / "v9",
        home.exports / SITE / "2025-01" / "v10",
    ]
    assert len(withdraw(home, landed.evidence_id, "誤植", author="馮").packages) == 2


def test_a_duplicate_counts_once_the_other_is_withdrawn(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    first = put(tmp_path, "gas.xml", invoice())
    again = put(tmp_path, "gas_again.xml", invoice().replace(b"<Details>", b"<Details> "))
    one, two = land_paths(home, [first, again], SITE)
    assert (one.status, two.status) == ("landed", "rejected")
    withdraw(home, one.evidence_id, "掃描不清", author="馮")
    (now,) = land_paths(home, [again], SITE)
    assert (now.evidence_id, now.status, now.records_landed) == (two.evidence_id, "landed", 1)
    assert len([entry for entry in register.load(home).entries if entry.kind == "einvoice"]) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "zero_rate", "subject": "WASTE", "detail": PROOF},
        {"decision": "enter_value", "subject": "certificate_price", "detail": PRICE},
        {"decision": "name_cn_code", "subject": "Wire rod", "detail": {"cn_code": "7213 91 10"}},
    ],
)
def test_a_decision_with_the_detail_that_it_needs_lands(tmp_path: Path, change: dict[str, object]) -> None:
    reading = DecisionReader().read(
        source_of(put(tmp_path, "a.json", json.dumps(DECISION | change).encode()), tmp_path / "scratch")
    )
    (row,) = reading.records["decision"]
    assert json.loads(row["detail"] or "") == change["detail"]
