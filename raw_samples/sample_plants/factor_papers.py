"""Papers with factors: laboratory certificates, suppliers' declarations, factor documents, approvals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from .sheets import Record, paper

LAB_COLUMNS = (
    "certificate_number", "material", "parameter", "value", "unit", "basis", "sample_date", "valid_from",
    "valid_to", "laboratory", "accreditation_number", "accreditation_valid_to", "method",
)  # fmt: skip
DECLARATION_COLUMNS = (
    "declaration_number", "supplier", "installation", "country_code", "material", "cn_code", "valid_from",
    "valid_to", "see_direct", "see_direct_unit", "see_direct_source", "electricity", "electricity_unit",
    "electricity_factor", "electricity_factor_unit", "electricity_factor_source", "verification_report",
    "verifier", "verifier_accreditation", "verified_from", "verified_to", "verifier_accreditation_scope",
    "accreditation_body", "accreditation_country", "accreditation_from", "accreditation_to",
)  # fmt: skip
FACTOR_COLUMNS = (
    "factor_code", "parameter", "material", "value", "unit", "valid_from", "valid_to", "known_since",
    "source", "source_class", "author", "approver", "note",
)  # fmt: skip

IMPORT_COLUMNS = (
    "importer_eori", "importer", "mrn", "item", "declared_on", "cn_code", "country_code", "net_mass", "unit",
    "installation", "product", "value_basis", "note",
)  # fmt: skip


def lab_csv(records: Sequence[Record]) -> bytes:
    """Write a laboratory certificate."""
    return paper(LAB_COLUMNS, records)


def declaration_csv(records: Sequence[Record]) -> bytes:
    """Write a supplier's declaration of embedded emissions."""
    return paper(DECLARATION_COLUMNS, records)


def factor_csv(records: Sequence[Record]) -> bytes:
    """Write a factor document of the site; an interval has a column where one is stated."""
    stated = ("uncertainty_pct",) if "uncertainty_pct" in records[0] else ()
    return paper((*FACTOR_COLUMNS, *stated), records)


def import_csv(records: Sequence[Record]) -> bytes:
    """Write the ledger of importers' customs declarations."""
    return paper(IMPORT_COLUMNS, records)


def approval_json(number: str, factors: Sequence[Record], decided_on: str) -> bytes:
    """Write the decision by which a second person lets the site's declared factors in."""
    first = factors[0]
    detail = {
        "factors": [
            f"{each['factor_code']} from {each['valid_from']} to {each['valid_to']}" for each in factors
        ]
    }
    subject, reason = f"factor:{first['factor_code']}", "年度係數核定，依溫室氣體盤查管理程序"
    return _decision(number, "approve", subject, reason, first, decided_on, detail)


def zero_rating_json(
    number: str, material: str, people: Record, decided_on: str, detail: Mapping[str, str]
) -> bytes:
    """Write the decision by which the biomass of a material counts zero, on the proof that it names."""
    return _decision(
        number, "zero_rate", material, "生質部分經永續性準則證明，得計為零", people, decided_on, detail
    )


def _decision(
    number: str,
    decision: str,
    subject: str,
    reason: str,
    people: Record,
    decided_on: str,
    detail: Mapping[str, object],
) -> bytes:
    written = {
        "tracetonne": "decision",
        "decision_id": number,
        "decision": decision,
        "subject": subject,
        "reason": reason,
        "author": people["author"],
        "approver": people["approver"],
        "decided_on": decided_on,
        "detail": detail,
    }
    return (json.dumps(written, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
