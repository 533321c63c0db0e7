"""Gate: every quantity that needs a factor has one that was valid in the period."""

from __future__ import annotations

from expectations.balances import balance_gate

GATE = balance_gate(
    "factor_completeness",
    balances=("factor_gap", "factor_choice"),
    statement="Every source stream, meter and precursor has a factor that is valid in the period.",
    statement_zh="每個排放源、電力與前驅物在該期間都有有效的係數。",
    reason="Without a factor the emissions of a stream would be missing, and the figure too small.",
    reason_zh="缺少係數時，該排放源的排放量會遺漏，數字將偏低。",
)
