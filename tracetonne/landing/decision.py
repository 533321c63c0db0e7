"""Human decisions as evidence: JSON documents that say who decided what, when and why."""

from __future__ import annotations

import json
import re
from typing import Any

from tracetonne.landing import json_document, text
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable
from tracetonne.periods import is_month, is_year

MARK = "decision"  # value of the key `tracetonne`
DECISIONS = {
    "withdraw": "take a document out of all figures; its bytes stay",
    "approve": "approve a factor, a restatement or a document",
    "close": "freeze the factors of a published month or year",
    "waive": "let a named gate pass for a month, with the reason shown in the package",
    "supersede": "say which of two documents with the same key counts",
    "zero_rate": "let the biomass of a material count zero, on proof of the sustainability criteria",
    "name_cn_code": "say which CN code a precursor of a filled template has",
    "enter_value": "enter a price, correction factor or exchange rate that the law leaves to its day",
    "correct": "say why a version of a package supersedes the one before",
}
# What some decisions must say beyond the rest, in `detail`, and how each entry is read.
DETAILS: dict[str, dict[str, str]] = {
    "zero_rate": {"certificate": "text", "valid_from": "date", "valid_to": "date"},
    "name_cn_code": {"cn_code": "cn_code"},
    "enter_value": {"value": "number", "valid_from": "date", "valid_to": "date", "source": "text"},
    "close": {"version": "number", "package_sha256": "text", "factors": "list"},
    "correct": {
        "version": "number",
        "package_sha256": "text",
        "superseded_version": "number",
        "superseded_sha256": "text",
    },
}
# What a decision may be about, where that is a closed list, with what `detail.value` then is.
SUBJECTS: dict[str, dict[str, str]] = {
    "enter_value": {
        "certificate_price": "EUR for a CBAM certificate, by quarter, from 2027 by week (IR (EU) 2025/2548)",
        "cscf": "cross-sectoral correction factor of the year (IR (EU) 2025/2620)",
        "exchange_rate": "TWD for one EUR",
        "surrendered_certificates": "certificates surrendered for a good (Reg. (EU) 2023/956 Art. 22(2)(b))",
    },
}
# What a subject of a closed list must say beside what its decision says.
SUBJECT_DETAILS: dict[str, dict[str, str]] = {
    "surrendered_certificates": {
        "importer_eori": "text", "cn_code": "cn_code", "country_code": "text", "submitted_on": "date",
    },
}  # fmt: skip
EXPECTED = {
    "text": "a filled text",
    "date": "2025-01-31",
    "cn_code": "eight digits",
    "number": "a number above zero",
    "list": "a list of texts",
}
# A withdrawal takes nothing into a figure, so one person may decide it; whatever lets something in needs two.
ONE_PERSON = frozenset({"withdraw"})
REQUIRED = ("decision_id", "decision", "subject", "reason", "author", "decided_on")


class DecisionReader:
    """Reads one decision."""

    kind = "decision"
    title = "Decision"
    title_zh = "決定紀錄"
    version = "1"
    family = "people"
    standard = "TraceTonne decision"
    standard_version = "1"

    def recognises(self, source: Source) -> bool:
        """Say whether the content is a JSON object that calls itself a decision."""
        head = source.head.lstrip(b"\xef\xbb\xbf \r\n\t")
        return head.startswith(b"{") and b'"tracetonne"' in head and f'"{MARK}"'.encode() in head

    def read(self, source: Source) -> Reading:
        """Read the decision.

        Raises:
            UnreadableDocumentError: It is not complete JSON, lacks a key, or the same person decided and
                approved.
        """
        written = _parse(source)
        problems = problems_of(written)
        if problems:
            raise UnreadableDocumentError(problems)
        detail = written.get("detail")
        row: dict[str, str | None] = {
            **{name: str(written[name]).strip() for name in REQUIRED},
            "approver": str(written.get("approver") or "").strip() or None,
            "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True) if detail else None,
            "locator": "file",
        }
        decided_on, _ = text.read_date(str(written["decided_on"]))
        return Reading(
            records={"decision": [row]},
            document_key=f"decision:{row['decision_id']}",
            document_date=decided_on.isoformat() if decided_on else "",
        )


def _parse(source: Source) -> dict[str, Any]:
    written = json_document.parse(source)
    if not isinstance(written, dict) or written.get("tracetonne") != MARK:
        raise unreadable(
            "bad_json", expected='an object with "tracetonne": "decision"', found=str(written)[:80]
        )
    return written


def problems_of(written: dict[str, Any]) -> list[Rejection]:
    """Return everything that is wrong with a decision."""
    original = json.dumps(written, ensure_ascii=False, sort_keys=True, default=str)
    problems = [
        rejection("missing_key", "file", field=name, expected="a filled text", original_text=original)
        for name in REQUIRED
        if not str(written.get(name) or "").strip()
    ]
    decision = str(written.get("decision") or "")
    if decision and decision not in DECISIONS:
        problems.append(
            rejection(
                "bad_value", "file", field="decision", expected=" | ".join(DECISIONS), found=decision,
                original_text=original,
            )
        )  # fmt: skip
    subject = str(written.get("subject") or "").strip()
    if subject and subject not in SUBJECTS.get(decision, {subject: ""}):
        problems.append(
            rejection(
                "bad_value", "file", field="subject", expected=" | ".join(SUBJECTS[decision]), found=subject,
                original_text=original,
            )
        )  # fmt: skip
    if decision == "close" and subject and not (is_month(subject) or is_year(subject)):
        problems.append(
            rejection(
                "bad_value",
                "file",
                field="subject",
                expected="a month such as 2026-03 or a year such as 2025",
                found=subject,
                original_text=original,
            )
        )
    decided_on = str(written.get("decided_on") or "")
    if decided_on and text.read_date(decided_on)[0] is None:
        problems.append(
            rejection(
                text.read_date(decided_on)[1], "file", field="decided_on", expected="2025-01-31",
                found=decided_on, original_text=original,
            )
        )  # fmt: skip
    problems += _problems_of_detail(decision, subject, written.get("detail"), original)
    author = str(written.get("author") or "").strip()
    approver = str(written.get("approver") or "").strip()
    if decision in DECISIONS and decision not in ONE_PERSON and not approver:
        problems.append(
            rejection(
                "missing_key", "file", field="approver", expected="a second person", original_text=original
            )
        )
    if author and approver and author.casefold() == approver.casefold():
        problems.append(
            rejection(
                "person_conflict", "file", field="approver", expected="a second person", found=approver,
                original_text=original,
            )
        )  # fmt: skip
    return problems


def _is_above_zero(found: str) -> bool:
    return re.fullmatch(r"[0-9]+(\.[0-9]+)?", found) is not None and float(found) > 0


def _is_list_of_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _problems_of_detail(decision: str, subject: str, detail: object, original: str) -> list[Rejection]:
    """Return what is missing from, or cannot be read in, the detail of a decision that needs one."""
    said = detail if isinstance(detail, dict) else {}
    problems = []
    wanted = DETAILS.get(decision, {}) | (SUBJECT_DETAILS.get(subject, {}) if decision in SUBJECTS else {})
    for name, kind in wanted.items():
        found = str(said.get(name) or "").strip()
        code = ""
        if not found:
            code = "missing_key"
        elif kind == "date" and text.read_date(found)[0] is None:
            code = text.read_date(found)[1]
        elif (
            (kind == "number" and not _is_above_zero(found))
            or (kind == "cn_code" and not re.fullmatch("[0-9]{8}", found.replace(" ", "")))
            or (kind == "list" and not _is_list_of_texts(said[name]))
        ):
            code = "bad_value"
        if code:
            problems.append(
                rejection(
                    code, "file", field=f"detail.{name}", expected=EXPECTED[kind], found=found,
                    original_text=original,
                )
            )  # fmt: skip
    return problems
