"""Every kind of document that the product reads. A reader joins by one import and one line here.

Order matters only where two readers could recognise the same bytes: the narrower one stands first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracetonne.errors import WrongUseError
from tracetonne.landing import (
    cbam_supplier,
    cbam_template,
    epd_ilcd,
    epd_openepd,
    epd_soda4lca,
    manual_entry,
    master_data,
    meter_table,
    pcf_catenax,
    pcf_pact,
    supplier_request,
)
from tracetonne.landing.ami_json import AmiReader
from tracetonne.landing.contract import ContractReader, own_readers
from tracetonne.landing.decision import DecisionReader
from tracetonne.landing.einvoice import EInvoiceReader
from tracetonne.landing.en16931 import En16931Reader
from tracetonne.landing.espi import EspiReader
from tracetonne.landing.invoice_archive import InvoiceArchiveReader
from tracetonne.landing.meter_csv import MeterCsvReader
from tracetonne.landing.nem12 import Nem12Reader
from tracetonne.landing.origin import OriginReader
from tracetonne.landing.pdf_bill import OtherPdfReader, own_pdf_readers, product_readers
from tracetonne.landing.reader import FAMILIES, Reader
from tracetonne.settings import Home

READERS: tuple[Reader, ...] = (
    cbam_template.READER,
    cbam_supplier.READER,
    supplier_request.READER,
    master_data.READER,
    manual_entry.READER,
    EInvoiceReader(),
    EspiReader(),
    AmiReader(),
    Nem12Reader(),
    En16931Reader(),
    InvoiceArchiveReader(),
    DecisionReader(),
    OriginReader(),
    epd_ilcd.READER,
    epd_soda4lca.READER,
    epd_openepd.READER,
    pcf_catenax.READER,
    pcf_pact.READER,
    MeterCsvReader(),
    *meter_table.built_in_readers(),
    *product_readers(),
    OtherPdfReader(),
    ContractReader("taipower_bill"),
    ContractReader("city_gas_bill"),
    ContractReader("fuel_card"),
    ContractReader("wheeling_statement"),
    ContractReader("renewable_certificate"),
    ContractReader("feed_in_statement"),
    ContractReader("production_ledger"),
    ContractReader("batch_ledger"),
    ContractReader("pfc_measurement"),
    ContractReader("cems_reading"),
    ContractReader("stock_count"),
    ContractReader("lab_certificate"),
    ContractReader("meter_calibration"),
    ContractReader("supplier_declaration"),
    ContractReader("material_footprint"),
    ContractReader("factor_document"),
    ContractReader("import_declaration"),
    ContractReader("certificate_price"),
    ContractReader("certificate_transaction"),
    ContractReader("cbam_declaration"),
    ContractReader("shipment"),
    ContractReader("cn_scope"),
    ContractReader("transport_leg"),
    ContractReader("business_travel"),
    ContractReader("commuting_survey"),
    ContractReader("waste_manifest"),
    ContractReader("inventory_source"),
    ContractReader("reduction_plan"),
    ContractReader("reduction_target"),
    ContractReader("verification_log"),
    ContractReader("filing_record"),
    ContractReader("inventory_statement"),
    ContractReader("operating_event"),
    ContractReader("life_cycle_statement"),
    ContractReader("purchase_ledger"),
    ContractReader("office_lease"),
    ContractReader("scope3_statement"),
)

# What a home's own contracts and templates add: functions that read them from the home's folders. They raise
# a `WrongUseError` for a contract that cannot be used, so that no document lands by half a contract.
HOME_READERS: tuple[Callable[[Home], Sequence[Reader]], ...] = (
    own_readers,
    own_pdf_readers,
    meter_table.own_readers,
)


def readers_of(home: Home) -> tuple[Reader, ...]:
    """Return the readers of an installation; its own come first, because somebody wrote them for its papers.

    Raises:
        WrongUseError: A contract of the home cannot be used.
    """
    own = [reader for read_from in HOME_READERS for reader in read_from(home)]
    return (*own, *READERS)


def reader_named(home: Home, kind: str) -> Reader:
    """Return the reader of a kind.

    Raises:
        WrongUseError: There is none.
    """
    readers = readers_of(home)
    found = next((reader for reader in readers if reader.kind == kind), None)
    if found is None:
        raise WrongUseError(
            "No reader has this name.",
            where="--as",
            expected=", ".join(reader.kind for reader in readers),
            found=kind,
            action="choose a kind that `tracetonne kinds` lists",
        )
    return found


@dataclass(frozen=True)
class Kind:
    """A row of the list of what is supported."""

    kind: str
    family: str
    family_zh: str
    title: str
    title_zh: str
    standard: str
    standard_version: str
    reader: str
    reader_version: str


def kinds_of(home: Home) -> list[Kind]:
    """Return what an installation can read, by family."""
    order = list(FAMILIES)
    readers = sorted(readers_of(home), key=lambda reader: (order.index(reader.family), reader.kind))
    return [
        Kind(
            kind=reader.kind,
            family=FAMILIES[reader.family][0],
            family_zh=FAMILIES[reader.family][1],
            title=reader.title,
            title_zh=reader.title_zh,
            standard=reader.standard,
            standard_version=reader.standard_version,
            reader=type(reader).__module__,
            reader_version=reader.version,
        )
        for reader in readers
    ]
