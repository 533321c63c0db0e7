"""Landed evidence, one asset a landing table, grouped by the kind of document that fills it.

Materialising lands what waits in `inbox/<site>/`; nothing is parsed here.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.inbox import land_inbox
from orchestration.labels import OWNERS, landing_group
from orchestration.partitions import SITE_PERIODS, site_and_period
from orchestration.progress import report
from tracetonne.landing.tables import TABLES
from tracetonne.settings import Home, home

DESCRIPTIONS = {
    "evidence": "The register: one row a landing of a document, its identity and what came of it.",
    "rejected_record": "What could not be read: where it stands, why, what was expected, what to do.",
    "decision": "Human decisions: withdrawals, approvals, closes and waivers, with who, when and why.",
    "meter_reading": "One row an interval of a meter, typed, in the meter's own unit.",
    "document_origin": "Where fetched documents came from: one row a document that a connector delivered.",
    "meter_channel": "One row a channel of a document with readings: unit, flow, accumulation, clock.",
    "meter_clock": "One row a stretch of days in which a channel's clock keeps one distance from UTC.",
    "meter_block": "One row a run of readings that stand together in a document, with its place.",
    "meter_reading_note": "One row a reading whose quality says more than its letter.",
    "meter_reading_type": "One row a type of readings that a Green Button file states.",
    "meter_time_rule": "One row a rule of local time that a Green Button file states.",
    "meter_usage_summary": "One row a billing summary that a Green Button file states.",
    "meter_quality_summary": "One row a summary of power quality that a Green Button file states.",
    "meter_transaction": "One row a 500 or 550 record of NEM12 or NEM13: why and when a register was read.",
    "utility_bill": "One row a bill of an electricity, gas or water account, as printed.",
    "document_value": "One row a value found on a page of a PDF: print, box, confidence, review.",
    "fuel_card": "One row a purchase on a fuel card.",
    "renewable_certificate": "One row a renewable energy certificate (T-REC).",
    "wheeling_statement": "One row a generator and account on a statement of wheeled power.",
    "feed_in_statement": "One row a generator and period of a statement of renewable power sold to the grid.",
    "import_declaration": "One row an item of a customs declaration of an importer into the EU.",
    "certificate_price": "One row a published price of a CBAM certificate, of a quarter or week.",
    "certificate_transaction": "One row a transaction of CBAM certificates on an importer's account.",
    "cbam_declaration": "One row a CBAM declaration that an importer filed.",
    "shipment": "One row a product of a shipment, with its destination and final market.",
    "cn_scope": "One row a CN code, or the beginning of codes, that an act or proposal takes in or out.",
    "meter_calibration": "One row a point at which a meter was calibrated.",
    "batch_ledger": "One row a batch made, or a batch that went into it.",
    "invoice_line": "One row a line of an electronic invoice or allowance; a cancellation is one row.",
    "production_ledger": "One row a batch, or a consumption of a material by a process.",
    "pfc_measurement": "One row a group of electrolysis cells and day: anode effects.",
    "cems_reading": "One row an hour of a stack that is measured continuously.",
    "stock_count": "One row a counted material: stock at the end of the day.",
    "lab_certificate": "One row a measured property of a material, with laboratory and accreditation.",
    "supplier_declaration": "One row a material that a supplier declares embedded emissions for.",
    "factor_document": "One row a factor that the site declares, with its own source.",
    "epd": "One row a dataset of an EPD, as printed.",
    "epd_indicator": "One row an amount of an indicator of an EPD in a module and scenario.",
    "pcf": "One row a product carbon footprint of PACT or Catena-X, as printed.",
    "material_footprint": "One row a material and the EPD or footprint that is about it.",
    "transport_leg": "One row a leg of a consignment.",
    "business_travel": "One row a stretch of a business trip, or a stay.",
    "commuting_survey": "One row a group of employees who commute in the same way.",
    "waste_manifest": "One row a consignment of waste handed over.",
    "purchase_ledger": "One row a line of a voucher in the books.",
    "office_lease": "One row an electricity account of a leased building and the key of the share.",
    "scope3_statement": "One row a category of the inventory: emissions stated, or why none are.",
    "inventory_source": "One row an emission source that no bill or meter shows, and year.",
    "operating_event": "One row a start-up, shut-down, failure or maintenance of a process.",
    "life_cycle_statement": "One row a stage of the life of a product after the gate, stated or left out.",
    "reduction_plan": "One row a year's target, or a measure and year, of the plant's reduction plan.",
    "reduction_target": "One row a target and scope: base year, target year and reduction.",
    "verification_log": "One row an entry of a verification: package handed over, finding, answer.",
    "filing_record": "One row a duty and year: what was filed with the authority, or why it does not apply.",
    "inventory_statement": "One row a year and item of the greenhouse gas report: what the site states.",
    "manual_entry": "One row a value typed by a person until the document arrives.",
    "cbam_template_cell": "One row a filled cell of a CBAM communication template.",
}


def describe(table: str) -> str:
    """Return what a landing table holds."""
    if table.startswith("master_"):
        return f"Master data of the site: sheet `{table.removeprefix('master_')}` of its workbook."
    return DESCRIPTIONS.get(table, f"Records of `{table}`, word for word.")


SPECS = [
    dg.AssetSpec(
        ["raw", table],
        description=describe(table),
        group_name=landing_group(table),
        owners=[OWNERS["raw"]],
        kinds={"parquet", "python"},
        tags={"layer": "raw"},
        metadata={
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(name, kind) for name, kind in columns.items()]
            )
        },
    )
    for table, columns in TABLES.items()
]


@dg.multi_asset(
    specs=SPECS,
    name="land_inbox",
    description="Land what waits in the site's inbox, then count what is landed, rejected and missing.",
    partitions_def=SITE_PERIODS,
)
def landing(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Land the inbox of the partition's site and report the state of every landing table."""
    site, period = site_and_period(context.partition_key)
    here = home()
    report("land", f"inbox/{site}")
    landed = land_inbox(here, site)
    if landed:
        context.log.info(f"{len(landed)} documents in the inbox: {', '.join(landed)}")
    missing = missing_documents(here, site, period)
    for table in TABLES:
        documents, records = count_table(here, table, site)
        metadata: dict[str, int | str] = {
            "dagster/row_count": records,
            "documents": documents,
            "site": site,
        }
        if table == "evidence":
            metadata |= {"missing": len(missing), "missing_documents": ", ".join(missing) or "none"}
        yield dg.MaterializeResult(asset_key=["raw", table], metadata=metadata)


def count_table(here: Home, table: str, site: str) -> tuple[int, int]:
    """Return how many documents and records of a site a landing table holds, from the file footers."""
    import pyarrow.parquet as pq

    files = sorted((here.landing / table / f"site={site}").glob("*.parquet"))
    return len(files), sum(pq.read_metadata(file).num_rows for file in files)


def missing_documents(here: Home, site: str, period: str) -> list[str]:
    """Return the expected documents of a site and period that have not been landed."""
    from tracetonne.status import status

    return [
        f"{row.kind} {row.subject} {row.month}".replace("  ", " ")
        for row in status(here, site)
        if row.status == "missing" and row.month.startswith(period)
    ]
