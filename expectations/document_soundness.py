"""Gate: no document contradicts another, and every record names things that the master data know."""

from __future__ import annotations

from expectations.balances import balance_gate

GATE = balance_gate(
    "document_soundness",
    balances=(
        "abnormal_operation",
        "accounting_reconciliation",
        "allowance_without_invoice",
        "attribution_order",
        "bill_overlap",
        "cems_corroboration",
        "closed_months",
        "co2_transfer",
        "document_attribution",
        "document_conflict",
        "document_duplicate",
        "inherent_co2",
        "invoice_item_unknown",
        "ledger_process_unknown",
        "ledger_product_unknown",
        "meter_calibration",
        "meter_multiplier",
        "meter_unit",
        "meter_unknown",
        "negative_reading",
        "own_good_content",
        "product_code",
        "register_unexplained",
        "rejected_record",
        "unit_unknown",
        "usage_summary",
    ),
    statement="No document contradicts another, and every record names what the master data know.",
    statement_zh="文件之間互不矛盾，且每筆紀錄所載的項目均已登錄於主檔。",
    reason="Two bills for the same days, an unknown unit or a product without a code would count wrongly.",
    reason_zh="同期間的重複帳單、不明的單位或未編稅則號列的產品，都會被錯誤計入。",
)
