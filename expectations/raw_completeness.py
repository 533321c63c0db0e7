"""Gate: the evidence of the period is whole before anything is computed from it."""

from __future__ import annotations

from expectations.balances import balance_gate

GATE = balance_gate(
    "raw_completeness",
    balances=("meter_completeness", "bill_coverage", "document_expected", "stream_stock"),
    statement="Every meter has every interval and every month has its bills and documents.",
    statement_zh="每只電表的每個時段都有讀值，每個月份的帳單與文件都已到齊。",
    reason="A gap in the evidence makes a figure too small without anybody noticing.",
    reason_zh="證據若有缺口，數字會在無人察覺的情況下偏低。",
)
