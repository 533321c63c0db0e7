"""Gate: an importer holds the certificates that it must at the end of each quarter from 2027 on."""

from __future__ import annotations

from expectations.balances import balance_gate

GATE = balance_gate(
    "certificate_holding",
    balances=("certificates_held",),
    statement="Every importer holds the certificates required at the end of each quarter (from 2027).",
    statement_zh="各進口商於每季末持有應持有之 CBAM 憑證（2027 年起）。",
    reason="Less than half of the emissions so far breaks Article 22(2) of Regulation (EU) 2023/956.",
    reason_zh="進口商於季末持有數不足迄今排放量之半數，即違反歐盟 2023/956 號規章第 22(2) 條。",
)
