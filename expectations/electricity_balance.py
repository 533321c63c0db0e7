"""Gate: what the main meter measured is what sub-meters and bill say, and renewable power is claimed once."""

from __future__ import annotations

from expectations.balances import balance_gate

GATE = balance_gate(
    "electricity_balance",
    balances=(
        "electricity_main_and_sub_meters",
        "electricity_main_and_bill",
        "renewable_claim",
        "renewable_generation",
    ),
    statement="Electricity in equals electricity out: main meter, process meters and bill agree, and no "
    "renewable power is claimed twice.",
    statement_zh="總表、製程電表與台電帳單的用電量相符，再生能源電量沒有重複主張。",
    reason="A meter with a wrong multiplier or a bill of another account shows here first.",
    reason_zh="倍率錯誤的電表，或別戶的帳單，會先在這裡現形。",
)
