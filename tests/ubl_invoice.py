"""A UBL invoice of a seller abroad, for tests that need receipts."""

from __future__ import annotations

from collections.abc import Sequence

_INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>INV-{seller}</cbc:ID>
  <cbc:IssueDate>2026-01-05</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyTaxScheme><cbc:CompanyID>{seller}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID>
    </cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Invented Mill</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="USD">300</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>{lines}
</Invoice>"""
_LINE = """
  <cac:InvoiceLine><cbc:ID>{number}</cbc:ID>
    <cbc:InvoicedQuantity unitCode="TNE">{tonnes}</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="USD">100</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>{name}</cbc:Name></cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="USD">1</cbc:PriceAmount></cac:Price></cac:InvoiceLine>"""


def ubl_invoice(seller: str, lines: Sequence[tuple[str, int]]) -> str:
    """Return an invoice of 5 January 2026 as XML; `lines` are the goods and their tonnes."""
    items = (
        _LINE.format(number=number, name=name, tonnes=tonnes)
        for number, (name, tonnes) in enumerate(lines, start=1)
    )
    return _INVOICE.format(seller=seller, lines="".join(items))
