"""Gate: a filled communication template agrees with itself, and one template speaks for a period."""

from __future__ import annotations

from expectations.balances import balance_gate

GATE = balance_gate(
    "template_consistency",
    balances=(
        "template_attribution",
        "template_attribution_indirect",
        "template_period_claimed_once",
        "template_precursor_use",
        "template_production_use",
    ),
    statement="The filled template agrees with itself, and no other template claims its period.",
    statement_zh="已填寫的範本前後一致，且同一期間僅有一份範本。",
    reason="What was made must have been sold or used, and emissions must be borne by some process.",
    reason_zh="產出的貨品必有銷售或自用，排放量也必由某個製程承擔。",
)
