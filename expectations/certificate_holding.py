"""Gate: an importer declares, surrenders and holds the certificates that it must, as far as papers reach."""

from __future__ import annotations

from expectations.balances import balance_gate

GATE = balance_gate(
    "certificate_holding",
    balances=("certificates_held", "cbam_obligation"),
    statement="Every importer holds the certificates required at the end of each quarter (from 2027), "
    "and has declared and surrendered by 30 September of the year after.",
    statement_zh="各進口商於每季末持有應持有之 CBAM 憑證（2027 年起），並於次年 9 月 30 日前申報並繳回。",
    reason="Less than half of the emissions so far breaks Article 22(2) of Regulation (EU) 2023/956; a year "
    "not declared or surrendered in time breaks Articles 6(1) and 22(1), with a penalty by Article 26.",
    reason_zh="進口商於季末持有數不足迄今排放量之半數，即違反歐盟 2023/956 號規章第 22(2) 條；"
    "逾期未申報或未繳回，違反第 6(1) 條及第 22(1) 條，並依第 26 條處以罰款。",
)
