"""Papers with factors: laboratory certificates, suppliers' declarations, factor documents, approvals."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .sheets import Record, table

LAB_COLUMNS = (
    "certificate_number", "material", "parameter", "value", "unit", "basis", "sample_date", "valid_from",
    "valid_to", "laboratory", "accreditation_number", "accreditation_valid_to", "method",
)  # fmt: skip
DECLARATION_COLUMNS = (
    "declaration_number", "supplier", "installation", "country_code", "material", "cn_code", "valid_from",
    "valid_to", "see_direct", "see_direct_unit", "see_direct_source", "electricity", "electricity_unit",
    "electricity_factor", "electricity_factor_unit", "electricity_factor_source", "verification_report",
    "verifier", "verifier_accreditation", "verified_from", "verified_to",
)  # fmt: skip
FACTOR_COLUMNS = (
    "factor_code", "parameter", "material", "value", "unit", "valid_from", "valid_to", "known_since",
    "source", "source_class", "author", "approver", "note",
)  # fmt: skip


def lab_csv(records: Sequence[Record]) -> bytes:
    """Write a laboratory certificate."""
    return _paper(LAB_COLUMNS, records)


def declaration_csv(records: Sequence[Record]) -> bytes:
    """Write a supplier's declaration of embedded emissions."""
    return _paper(DECLARATION_COLUMNS, records)


def factor_csv(records: Sequence[Record]) -> bytes:
    """Write a factor document of the site."""
    return _paper(FACTOR_COLUMNS, records)


def approval_json(number: str, factors: Sequence[Record], decided_on: str) -> bytes:
    """Write the decision by which a second person lets the site's declared factors in."""
    first = factors[0]
    decision = {
        "tracetonne": "decision",
        "decision_id": number,
        "decision": "approve",
        "subject": f"factor:{first['factor_code']}",
        "reason": "年度係數核定，依溫室氣體盤查管理程序",
        "author": first["author"],
        "approver": first["approver"],
        "decided_on": decided_on,
        "detail": {
            "factors": [
                f"{each['factor_code']} from {each['valid_from']} to {each['valid_to']}" for each in factors
            ]
        },
    }
    return (json.dumps(decision, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _paper(columns: Sequence[str], records: Sequence[Record]) -> bytes:
    unknown = {key for record in records for key in record} - set(columns)
    if unknown:
        raise ValueError(f"columns that the paper does not have: {sorted(unknown)}")
    return table(columns, [[record.get(column, "") for column in columns] for record in records]).encode(
        "utf-8"
    )
