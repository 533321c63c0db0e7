"""Gate: precursors that came in are in the goods, in the scrap or in stock."""

from __future__ import annotations

from expectations.balances import balance_gate

GATE = balance_gate(
    "precursor_mass_balance",
    balances=("precursor_mass", "precursor_stock"),
    statement="Precursor in equals product plus scrap plus stock change.",
    statement_zh="前驅物的投入量等於產品、廢料與庫存變動之和。",
    reason="A lost delivery note or a batch booked twice changes the embedded emissions of every product.",
    reason_zh="遺漏的進貨或重複登錄的批次，都會改變每件產品的內含排放量。",
)
