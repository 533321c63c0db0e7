"""Where the syntaxes of EN 16931 write what an invoice says: paths by local name, one map a syntax.

Belongs here: elements and attributes of UBL 2.1, CII (D16B, D22B) and ZUGFeRD 1.0. Does not: what the values
mean (`models/staging/invoice`) or whether they can be read (`en16931.py`). Source: EN 16931-3-2 and -3-3
(bindings to UBL and CII), ZUGFeRD 1.0 technical appendix; the business terms (BT) are those of EN 16931-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

# Alternatives in order of preference; the part after `@` is an attribute of the element.
Paths = tuple[str, ...]


@dataclass(frozen=True)
class Syntax:
    """How one syntax writes an invoice.

    Args:
        name: As it lands in `document_format`.
        root: Local name of the root element.
        header: Column of `invoice_line` to the places in the document.
        notes: Place of the remarks of the document; all of them land.
        attachments: Places of the names of attached files; all of them land.
        lines: Path of a line.
        line: Column of `invoice_line` to the places in a line.
        seller: Path of the seller's party.
        buyer: Path of the buyer's party.
        party: Identifying fact of a party to the places in it.
        unit_list: Code list that unit codes are taken from, where the document names none.
    """

    name: str
    root: str
    header: Mapping[str, Paths]
    notes: str
    attachments: Paths
    lines: str
    line: Mapping[str, Paths]
    seller: str
    buyer: str
    party: Mapping[str, Paths]
    unit_list: str = "UN/ECE Rec 20"


_UBL_PARTY: Mapping[str, Paths] = {
    "tax_id": ("PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID",),
    "other_tax_id": ("PartyTaxScheme/CompanyID",),
    "legal_id": ("PartyLegalEntity/CompanyID",),
    "party_id": ("PartyIdentification/ID",),
    "endpoint_id": ("EndpointID",),
    "name": ("PartyLegalEntity/RegistrationName", "PartyName/Name"),
}


def _ubl(document: str, quantity: str) -> Syntax:
    return Syntax(
        name=f"UBL {document}",
        root=document,
        header={
            "document_profile": ("CustomizationID",),
            "document_type_code": (f"{document}TypeCode",),
            "document_number": ("ID",),
            "document_date": ("IssueDate",),
            "document_time": ("IssueTime",),
            "currency": ("DocumentCurrencyCode",),
            "tax_currency": ("TaxCurrencyCode",),
            "header_period_start": ("InvoicePeriod/StartDate",),
            "header_period_end": ("InvoicePeriod/EndDate",),
            "delivery_date": ("Delivery/ActualDeliveryDate",),
            "original_invoice_number": (
                "BillingReference/InvoiceDocumentReference/ID",
                "BillingReference/CreditNoteDocumentReference/ID",
            ),
            "original_invoice_date": (
                "BillingReference/InvoiceDocumentReference/IssueDate",
                "BillingReference/CreditNoteDocumentReference/IssueDate",
            ),
            "sales_amount": ("LegalMonetaryTotal/TaxExclusiveAmount",),
            "tax_amount": ("TaxTotal/TaxAmount",),
            "total_amount": ("LegalMonetaryTotal/TaxInclusiveAmount",),
            "amount_due": ("LegalMonetaryTotal/PayableAmount",),
        },
        notes="Note",
        attachments=("AdditionalDocumentReference/Attachment/EmbeddedDocumentBinaryObject@filename",),
        lines=f"{document}Line",
        line={
            "line_number": ("ID",),
            "line_remark": ("Note",),
            "description": ("Item/Name", "Item/Description"),
            "item_id": ("Item/SellersItemIdentification/ID",),
            "item_classification": ("Item/CommodityClassification/ItemClassificationCode",),
            "item_classification_list": ("Item/CommodityClassification/ItemClassificationCode@listID",),
            "origin_country": ("Item/OriginCountry/IdentificationCode",),
            "quantity": (quantity,),
            "unit": (f"{quantity}@unitCode",),
            "unit_code_list": (f"{quantity}@unitCodeListID",),
            "unit_price": ("Price/PriceAmount",),
            "price_base_quantity": ("Price/BaseQuantity",),
            "price_base_unit": ("Price/BaseQuantity@unitCode",),
            "amount": ("LineExtensionAmount",),
            "line_period_start": ("InvoicePeriod/StartDate",),
            "line_period_end": ("InvoicePeriod/EndDate",),
            "original_invoice_number": ("BillingReference/InvoiceDocumentReference/ID",),
            "original_line_number": ("BillingReference/BillingReferenceLine/ID",),
        },
        seller="AccountingSupplierParty/Party",
        buyer="AccountingCustomerParty/Party",
        party=_UBL_PARTY,
    )


_CII_PARTY: Mapping[str, Paths] = {
    "tax_id": ("SpecifiedTaxRegistration/ID[@schemeID='VA']",),
    "other_tax_id": ("SpecifiedTaxRegistration/ID",),
    "legal_id": ("SpecifiedLegalOrganization/ID",),
    "party_id": ("GlobalID", "ID"),
    "endpoint_id": ("URIUniversalCommunication/URIID",),
    "name": ("Name", "SpecifiedLegalOrganization/TradingBusinessName"),
}


@dataclass(frozen=True)
class _CiiNames:
    """The names that ZUGFeRD 1.0, an early draft of CII, spells another way."""

    context: str = "ExchangedDocumentContext"
    document: str = "ExchangedDocument"
    transaction: str = "SupplyChainTradeTransaction"
    agreement: str = "ApplicableHeaderTradeAgreement"
    delivery: str = "ApplicableHeaderTradeDelivery"
    settlement: str = "ApplicableHeaderTradeSettlement"
    summation: str = "SpecifiedTradeSettlementHeaderMonetarySummation"
    line_agreement: str = "SpecifiedLineTradeAgreement"
    line_delivery: str = "SpecifiedLineTradeDelivery"
    line_settlement: str = "SpecifiedLineTradeSettlement"
    line_summation: str = "SpecifiedTradeSettlementLineMonetarySummation"


_ZUGFERD_1_NAMES = _CiiNames(
    context="SpecifiedExchangedDocumentContext",
    document="HeaderExchangedDocument",
    transaction="SpecifiedSupplyChainTradeTransaction",
    agreement="ApplicableSupplyChainTradeAgreement",
    delivery="ApplicableSupplyChainTradeDelivery",
    settlement="ApplicableSupplyChainTradeSettlement",
    summation="SpecifiedTradeSettlementMonetarySummation",
    line_agreement="SpecifiedSupplyChainTradeAgreement",
    line_delivery="SpecifiedSupplyChainTradeDelivery",
    line_settlement="SpecifiedSupplyChainTradeSettlement",
    line_summation="SpecifiedTradeSettlementMonetarySummation",
)


def _cii_header(names: _CiiNames) -> Mapping[str, Paths]:
    settlement = f"{names.transaction}/{names.settlement}"
    period, earlier = f"{settlement}/BillingSpecifiedPeriod", f"{settlement}/InvoiceReferencedDocument"
    delivered = f"{names.transaction}/{names.delivery}/ActualDeliverySupplyChainEvent/OccurrenceDateTime"
    return {
        "document_profile": (f"{names.context}/GuidelineSpecifiedDocumentContextParameter/ID",),
        "document_type_code": (f"{names.document}/TypeCode",),
        "document_number": (f"{names.document}/ID",),
        "document_date": (f"{names.document}/IssueDateTime/DateTimeString",),
        "currency": (f"{settlement}/InvoiceCurrencyCode",),
        "tax_currency": (f"{settlement}/TaxCurrencyCode",),
        "header_period_start": (f"{period}/StartDateTime/DateTimeString",),
        "header_period_end": (f"{period}/EndDateTime/DateTimeString",),
        "delivery_date": (f"{delivered}/DateTimeString",),
        "original_invoice_number": (f"{earlier}/IssuerAssignedID", f"{earlier}/ID"),
        "original_invoice_date": (
            f"{earlier}/FormattedIssueDateTime/DateTimeString",
            f"{earlier}/IssueDateTime/DateTimeString",
            f"{earlier}/IssueDateTime",
        ),
        "sales_amount": (f"{settlement}/{names.summation}/TaxBasisTotalAmount",),
        "tax_amount": (f"{settlement}/{names.summation}/TaxTotalAmount",),
        "total_amount": (f"{settlement}/{names.summation}/GrandTotalAmount",),
        "amount_due": (f"{settlement}/{names.summation}/DuePayableAmount",),
    }


def _cii_line(names: _CiiNames) -> Mapping[str, Paths]:
    net = f"{names.line_agreement}/NetPriceProductTradePrice"
    gross = f"{names.line_agreement}/GrossPriceProductTradePrice"
    settlement = names.line_settlement
    product = "SpecifiedTradeProduct"
    return {
        "line_number": ("AssociatedDocumentLineDocument/LineID",),
        "line_status": ("AssociatedDocumentLineDocument/LineStatusReasonCode",),
        "line_remark": ("AssociatedDocumentLineDocument/IncludedNote/Content",),
        "description": (f"{product}/Name", f"{product}/Description"),
        "item_id": (f"{product}/SellerAssignedID",),
        "item_classification": (f"{product}/DesignatedProductClassification/ClassCode",),
        "item_classification_list": (f"{product}/DesignatedProductClassification/ClassCode@listID",),
        "origin_country": (f"{product}/OriginTradeCountry/ID",),
        "quantity": (f"{names.line_delivery}/BilledQuantity",),
        "unit": (f"{names.line_delivery}/BilledQuantity@unitCode",),
        "unit_price": (f"{net}/ChargeAmount",),
        "price_base_quantity": (f"{net}/BasisQuantity", f"{gross}/BasisQuantity"),
        "price_base_unit": (f"{net}/BasisQuantity@unitCode", f"{gross}/BasisQuantity@unitCode"),
        "amount": (f"{settlement}/{names.line_summation}/LineTotalAmount",),
        "line_period_start": (f"{settlement}/BillingSpecifiedPeriod/StartDateTime/DateTimeString",),
        "line_period_end": (f"{settlement}/BillingSpecifiedPeriod/EndDateTime/DateTimeString",),
        "original_invoice_number": (f"{settlement}/InvoiceReferencedDocument/IssuerAssignedID",),
        "original_line_number": (f"{settlement}/InvoiceReferencedDocument/LineID",),
    }


def _cii(name: str, root: str, names: _CiiNames) -> Syntax:
    documents = f"{names.transaction}/{names.agreement}/AdditionalReferencedDocument"
    return Syntax(
        name=name,
        root=root,
        header=_cii_header(names),
        notes=f"{names.document}/IncludedNote/Content",
        attachments=(f"{documents}/AttachmentBinaryObject@filename",),
        lines=f"{names.transaction}/IncludedSupplyChainTradeLineItem",
        line=_cii_line(names),
        seller=f"{names.transaction}/{names.agreement}/SellerTradeParty",
        buyer=f"{names.transaction}/{names.agreement}/BuyerTradeParty",
        party=_CII_PARTY,
    )


# By the namespace of the root element.
SYNTAXES: Mapping[str, Syntax] = {
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": _ubl("Invoice", "InvoicedQuantity"),
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2": _ubl("CreditNote", "CreditedQuantity"),
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": _cii(
        "CII", "CrossIndustryInvoice", _CiiNames()
    ),
    "urn:ferd:CrossIndustryDocument:invoice:1p0": _cii(
        "ZUGFeRD 1.0", "CrossIndustryDocument", _ZUGFERD_1_NAMES
    ),
}


def syntax_of(root: etree._Element) -> Syntax | None:
    """Return the syntax of a document by its root element, or nothing where it is no invoice."""
    name = etree.QName(root)
    found = SYNTAXES.get(name.namespace or "")
    return found if found and found.root == name.localname else None
