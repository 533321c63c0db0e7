"""Every kind of document that the product reads. A reader joins by one import and one line here.

Order matters only where two readers could recognise the same bytes: the narrower one stands first.
"""

from __future__ import annotations

from tracetonne.landing import cbam_template, manual_entry, master_data
from tracetonne.landing.contract import ContractReader
from tracetonne.landing.decision import DecisionReader
from tracetonne.landing.einvoice import EInvoiceReader
from tracetonne.landing.meter_csv import MeterCsvReader
from tracetonne.landing.reader import Reader

READERS: tuple[Reader, ...] = (
    cbam_template.READER,
    master_data.READER,
    manual_entry.READER,
    EInvoiceReader(),
    DecisionReader(),
    MeterCsvReader(),
    ContractReader("taipower_bill"),
    ContractReader("production_ledger"),
    ContractReader("stock_count"),
    ContractReader("lab_certificate"),
    ContractReader("supplier_declaration"),
    ContractReader("factor_document"),
)
