"""Who owns what, and in which group of the UI it stands."""

from __future__ import annotations

DATA_STEWARD = "team:data-steward"
CARBON_ACCOUNTANT = "team:carbon-accountant"
VERIFICATION = "team:verification"

POOL = "duckdb"

# Layer of a dbt model, a seed or a landing table -> who answers for it.
OWNERS = {
    "raw": DATA_STEWARD,
    "staging": DATA_STEWARD,
    "reference": CARBON_ACCOUNTANT,
    "calculation": CARBON_ACCOUNTANT,
    "snapshots": CARBON_ACCOUNTANT,
    "output": CARBON_ACCOUNTANT,
    "serving": VERIFICATION,
    "exports": VERIFICATION,
}

# Document table -> group of landing assets: what kind of document it holds.
LANDING_GROUPS = {
    "evidence": "landing_register",
    "rejected_record": "landing_register",
    "decision": "landing_register",
    "document_origin": "landing_register",
    "meter_reading": "landing_energy",
    "meter_channel": "landing_energy",
    "meter_clock": "landing_energy",
    "meter_block": "landing_energy",
    "meter_reading_note": "landing_energy",
    "meter_reading_type": "landing_energy",
    "meter_time_rule": "landing_energy",
    "meter_usage_summary": "landing_energy",
    "meter_quality_summary": "landing_energy",
    "meter_transaction": "landing_energy",
    "utility_bill": "landing_energy",
    "document_value": "landing_energy",
    "renewable_certificate": "landing_energy",
    "wheeling_statement": "landing_energy",
    "feed_in_statement": "landing_energy",
    "meter_calibration": "landing_energy",
    "fuel_card": "landing_purchases",
    "invoice_line": "landing_purchases",
    "stock_count": "landing_purchases",
    "import_declaration": "landing_production",
    "certificate_price": "landing_production",
    "certificate_transaction": "landing_production",
    "cbam_declaration": "landing_production",
    "shipment": "landing_production",
    "cn_scope": "landing_production",
    "production_ledger": "landing_production",
    "batch_ledger": "landing_production",
    "pfc_measurement": "landing_production",
    "cems_reading": "landing_production",
    "manual_entry": "landing_production",
    "lab_certificate": "landing_factors",
    "supplier_declaration": "landing_factors",
    "factor_document": "landing_factors",
    "epd": "landing_factors",
    "epd_indicator": "landing_factors",
    "pcf": "landing_factors",
    "material_footprint": "landing_factors",
    "transport_leg": "landing_organisation",
    "business_travel": "landing_organisation",
    "commuting_survey": "landing_organisation",
    "waste_manifest": "landing_organisation",
    "purchase_ledger": "landing_organisation",
    "office_lease": "landing_organisation",
    "scope3_statement": "landing_organisation",
    "inventory_source": "landing_organisation",
    "reduction_plan": "landing_organisation",
    "reduction_target": "landing_organisation",
    "verification_log": "landing_organisation",
    "filing_record": "landing_organisation",
    "inventory_statement": "landing_organisation",
    "operating_event": "landing_production",
    "life_cycle_statement": "landing_factors",
    "cbam_template_cell": "landing_template",
}


def landing_group(table: str) -> str:
    """Return the group of a landing table; tables of master data are one group."""
    if table.startswith("master_"):
        return "landing_master_data"
    return LANDING_GROUPS.get(table, "landing_other")
