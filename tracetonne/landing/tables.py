"""The landing tables: every column of every Parquet file under `landing/`, in order.

A record is what the document says, in its own words: text, dates and numbers as printed. Only meter
readings are typed here, because there are millions of them. `raw.<table>` in the warehouse adds `site`,
`evidence_id` and `record_number` (1-based, document order) in front of these columns.
"""

from __future__ import annotations

TEXT = "VARCHAR"


def _text(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, TEXT)


TABLES: dict[str, dict[str, str]] = {
    # One row a landing of a document: its identity, what it is, what came of it. Written last, so that
    # it is the
    # commit of the landing.
    "evidence": {
        **_text("sha256", "file_name"),
        "byte_size": "BIGINT",
        **_text("kind", "reader", "reader_version", "document_key", "document_date"),
        "period_start": "DATE",  # first day that the document speaks of
        "period_end": "DATE",  # day after the last one
        **_text("source_zone", "encoding", "locator_kind"),  # locator_kind: line | stored
        "header_lines": "INTEGER",
        "records_landed": "BIGINT",
        "records_rejected": "BIGINT",
        **_text("status", "message"),  # status: landed | rejected
        "arrival_order": "BIGINT",
        "received_at": "TIMESTAMP",
    },
    # One row a record or cell that could not be read.
    "rejected_record": _text(
        "locator", "field", "code", "message", "message_zh", "expected", "found", "action", "original_text"
    ),
    # One row an interval of a meter, in the meter's own unit, before multiplier.
    "meter_reading": {
        "meter": TEXT,
        "interval_start_local": "TIMESTAMP",
        "interval_minutes": "INTEGER",
        "quantity": "DECIMAL(18,6)",
        "unit": TEXT,
        "quality": TEXT,  # A actual, E estimated, S substituted, N null
    },
    # One row a channel of a document with meter readings: what `meter_reading.meter` means there. `unit` is
    # the unit of its readings, as `meter_reading` has it; `base_unit` and `power_of_ten_multiplier` are how
    # the document says it, so `kWh` may be `Wh` and 3.
    "meter_channel": _text(
        "meter", "service_point", "register", "serial_number", "commodity", "flow_direction", "unit",
        "base_unit", "power_of_ten_multiplier", "multiplier", "accumulation", "interval_label",
        "interval_minutes", "source_zone", "quality_codes", "locator",
    ),
    # One row a stretch of a channel's days in which its own clock keeps one distance from UTC.
    "meter_clock": {
        "meter": TEXT,
        "from_utc": "TIMESTAMP",
        "utc_offset_minutes": "INTEGER",
    },
    # One row a run of readings that stand together in a document; the first reading of `meter_reading` is 1.
    "meter_block": {
        "first_reading_number": "BIGINT",
        "reading_count": "BIGINT",
        "locator": TEXT,
    },
    # One row a reading whose quality says more than the four letters of `meter_reading`.
    "meter_reading_note": {
        "reading_number": "BIGINT",
        **_text("quality_code", "quality_reason"),
    },
    # One row a 500 or 550 record of a NEM12 or NEM13 file: why and when a register was read.
    "meter_transaction": _text(
        "record_indicator", "meter", "transaction_code", "service_order", "read_at", "index_read",
        "previous_transaction_code", "previous_service_order", "locator",
    ),
    # One row a type of readings, a rule of local time, a billing summary or a summary of power quality that a
    # Green Button file states, in its own codes. `quantity_name` is the element that `quantity` stands in.
    "meter_reading_type": _text(
        "reading_type", "unit_code", "power_of_ten_multiplier", "flow_direction", "accumulation_behaviour",
        "commodity", "kind", "interval_length_s", "locator",
    ),
    "meter_time_rule": _text(
        "time_rule", "tz_offset_s", "dst_offset_s", "dst_start_rule", "dst_end_rule", "locator"
    ),
    "meter_usage_summary": _text(
        "service_point", "period_start_epoch_s", "period_duration_s", "quantity_name", "quantity",
        "unit_code", "power_of_ten_multiplier", "base_unit", "quality_code", "amount", "currency_code",
        "locator",
    ),
    "meter_quality_summary": _text(
        "service_point", "period_start_epoch_s", "period_duration_s", "flicker_plt", "flicker_pst",
        "harmonic_voltage", "long_interruptions", "mains_voltage", "measurement_protocol", "power_frequency",
        "rapid_voltage_changes", "short_interruptions", "supply_voltage_dips", "supply_voltage_imbalance",
        "supply_voltage_variations", "temporary_overvoltage", "locator",
    ),
    # One row a bill of an electricity, gas or water account.
    "utility_bill": _text(
        "account", "bill_number", "bill_kind", "commodity", "bill_month", "period_start", "period_end",
        "quantity", "unit", "peak_quantity", "half_peak_quantity", "saturday_half_peak_quantity",
        "off_peak_quantity", "contract_demand", "power_factor", "amount", "currency", "supplier",
        "supplier_id", "meter", "bill_date", "read_date", "billed_days", "read_kind", "read_previous",
        "read_current", "multiplier", "retracted_amount", "wheeled_quantity", "heat_value",
        "heat_value_unit", "heat_value_basis", "heat_quantity", "heat_unit", "review_status", "locator",
    ),
    # One row a value that was found on a page, with its place: the box in points from the top left corner.
    # `value` is the canonical text (numbers with a point, dates as 2025-01-31), `raw_text` what is printed.
    "document_value": _text(
        "of_table", "of_record", "field", "value", "raw_text", "page", "x0", "top", "x1", "bottom",
        "confidence", "review_status", "review_reason", "locator",
    ),
    # One row a purchase on a fuel card.
    "fuel_card": _text(
        "statement_number", "statement_month", "transaction_date", "issuer_id", "issuer", "card", "vehicle",
        "station", "description", "quantity", "unit", "unit_price", "amount", "currency", "note", "locator",
    ),
    # One row a renewable energy certificate (T-REC), of 1,000 kWh.
    "renewable_certificate": _text(
        "certificate_number", "generator", "generator_number", "energy_type", "generation_start",
        "generation_end", "supply_mode", "quantity", "unit", "holder_id", "holder", "transferee_id",
        "transferee", "transfer_date", "use_purpose", "claim_year", "registration_date", "certificate_status",
        "amount", "currency", "note", "locator",
    ),
    # One row a generator and account on a statement of wheeled (轉供) or directly supplied power.
    "wheeling_statement": _text(
        "statement_number", "statement_month", "period_start", "period_end", "retailer_id", "retailer",
        "wheeling_contract", "generator", "generator_number", "energy_type", "account", "supply_mode",
        "quantity", "unit", "peak_quantity", "half_peak_quantity", "saturday_half_peak_quantity",
        "off_peak_quantity", "unit_price", "amount", "currency", "certificate_from", "certificate_to",
        "certificate_count", "note", "locator",
    ),
    # One row a generator and period of a statement of renewable power that the site sold to the grid.
    "feed_in_statement": _text(
        "statement_number", "statement_month", "period_start", "period_end", "buyer_id", "buyer", "contract",
        "generator", "generator_number", "energy_type", "quantity", "unit", "unit_price", "amount",
        "currency", "note", "locator",
    ),
    # One row an item of a customs declaration of an importer into the EU.
    "import_declaration": _text(
        "importer_eori", "importer", "mrn", "item", "declared_on", "cn_code", "country_code", "net_mass",
        "unit", "installation", "product", "value_basis", "clinker_content", "carbon_price_credit_t",
        "carbon_price_certificate", "note", "locator",
    ),
    # One row a published price of a CBAM certificate, of a quarter or week.
    "certificate_price": _text(
        "span", "priced_on", "price_eur", "published_on", "source_url", "note", "locator",
    ),
    # One row a transaction of CBAM certificates on an importer's account.
    "certificate_transaction": _text(
        "transaction_id", "importer_eori", "transaction_kind", "transacted_on", "certificates", "price_eur",
        "cn_code", "country_code", "note", "import_year", "locator",
    ),
    # One row a product of a shipment, with its destination and final market.
    "shipment": _text(
        "shipment_number", "item", "shipped_on", "product", "quantity", "unit", "customer",
        "destination_country", "final_market_country", "market_source", "waybill", "note", "locator",
    ),
    # One row a CN code, or the beginning of codes, that an act or proposal takes in or out.
    "cn_scope": _text(
        "cn_code", "scope", "applies_from", "act", "published_on", "source_url", "note", "locator",
    ),
    # One row a CBAM declaration that an importer filed.
    "cbam_declaration": _text(
        "declaration_number", "importer_eori", "authorisation_number", "import_year", "filed_on",
        "declared_certificates", "note", "locator",
    ),
    # One row a point at which a meter was calibrated.
    "meter_calibration": _text(
        "certificate_number", "meter", "serial_number", "calibrated_on", "valid_to", "laboratory",
        "accreditation_body", "accreditation_number", "accreditation_valid_to", "method", "point",
        "point_unit", "error_pct", "uncertainty_pct", "coverage_factor", "accuracy_class", "result", "note",
        "locator",
    ),
    # One row a batch made, or a batch that went into it.
    "batch_ledger": _text(
        "batch", "process", "product", "started_on", "finished_on", "good_quantity", "good_unit",
        "scrap_quantity", "scrap_unit", "input_batch", "material", "input_quantity", "input_unit",
        "electricity_quantity", "electricity_unit", "supplier", "mill_certificate", "note", "locator",
    ),
    # One row a line of an invoice or allowance; a cancellation is one row without a line.
    "invoice_line": _text(
        "message_type", "mig_version", "action", "document_number", "document_date", "document_time",
        "seller_id", "seller_name", "buyer_id", "buyer_name", "main_remark", "line_number", "description",
        "quantity", "unit", "unit_price", "amount", "line_remark", "original_invoice_number",
        "original_invoice_date", "original_line_number", "sales_amount", "tax_amount", "total_amount",
        "locator", "document_format", "document_profile", "document_type_code", "currency", "tax_currency",
        "seller_tax_id", "buyer_tax_id", "header_period_start", "header_period_end", "line_period_start",
        "line_period_end", "delivery_date", "unit_code_list", "price_base_quantity", "price_base_unit",
        "line_status", "item_id", "item_classification", "item_classification_list", "origin_country",
        "amount_due", "attachment_names",
    ),
    # One row a batch, or a consumption of a material by a process.
    "production_ledger": _text(
        "production_date", "batch", "process", "product", "good_quantity", "good_unit", "scrap_quantity",
        "scrap_unit", "material", "input_quantity", "input_unit", "dispatched_quantity", "dispatched_unit",
        "note", "locator",
    ),
    # One row a group of electrolysis cells and day.
    "pfc_measurement": _text(
        "measured_on", "source_stream", "cell_type", "aluminium_quantity", "aluminium_unit", "cell_days",
        "anode_effects", "mean_duration_minutes", "anode_effect_minutes", "overvoltage_mv",
        "current_efficiency_pct", "note", "locator",
    ),
    # One row an hour of a stack that is measured continuously.
    "cems_reading": _text(
        "measured_on", "hour", "source_stream", "concentration_g_per_nm3", "other_gases_pct",
        "flow_nm3_per_h", "air_nm3_per_h", "oxygen_pct", "valid_pct", "note", "locator",
    ),
    # One row a counted material: stock at the end of the day.
    "stock_count": _text("count_date", "material", "quantity", "unit", "location", "counted_by", "locator"),
    # One row a measured property of a material.
    "lab_certificate": _text(
        "certificate_number", "material", "parameter", "value", "unit", "basis", "sample_date", "valid_from",
        "valid_to", "laboratory", "accreditation_number", "accreditation_valid_to", "method",
        "accreditation_body", "accreditation_scope", "uncertainty", "uncertainty_unit", "coverage_factor",
        "instrument", "calibrated_on", "calibration_standard", "calibration_curve", "calibration_r_squared",
        "calibration_from", "calibration_to", "source_stream", "locator",
    ),
    # One row a material that a supplier declares embedded emissions for.
    "supplier_declaration": _text(
        "declaration_number", "supplier", "installation", "country_code", "material", "cn_code", "valid_from",
        "valid_to", "see_direct", "see_direct_unit", "see_direct_source", "electricity", "electricity_unit",
        "electricity_factor", "electricity_factor_unit", "electricity_factor_source", "verification_report",
        "verifier", "verifier_accreditation", "verified_from", "verified_to", "product_name", "see_indirect",
        "see_indirect_unit", "default_share", "verifier_accreditation_scope", "request_id", "footprint",
        "sefa", "sefa_unit", "functional_content", "carbon_price_paid_twd_per_t", "carbon_price_proof",
        "import_exemption", "accreditation_body", "accreditation_country", "accreditation_from",
        "accreditation_to", "verified_on", "locator",
    ),
    # One row a dataset of an EPD, or of a generic life-cycle dataset in the same format. `flow_amount` times
    # `property_amount` is the declared amount in `declared_unit`; `mass_amount` is the mass of one flow.
    "epd": _text(
        "format", "dataset_uuid", "dataset_version", "name", "registration_number", "dataset_type", "subtype",
        "reference_year", "valid_from", "valid_until", "validity_text", "publication_date", "compliance",
        "compliance_uuid", "product_category_rules", "programme_operator", "registration_authority", "owner",
        "reviewer", "location", "background_database", "declared_property_uuid", "declared_property",
        "flow_amount", "property_amount", "declared_amount", "declared_unit", "mass_amount", "mass_unit",
        "gross_density", "gross_density_unit", "bulk_density", "bulk_density_unit", "grammage",
        "grammage_unit", "weight_per_unit", "weight_per_unit_unit", "linear_density", "linear_density_unit",
        "conversion_factor", "conversion_factor_unit", "original_epd", "locator",
    ),
    # One row an amount of an indicator of an EPD in a module and scenario.
    "epd_indicator": _text(
        "dataset_uuid", "dataset_version", "section", "method", "indicator_uuid", "indicator_name", "module",
        "scenario", "value", "unit", "unit_group_uuid", "locator",
    ),
    # One row a product carbon footprint; emissions are kgCO2e for `declared_unit_amount` of `declared_unit`.
    "pcf": _text(
        "standard", "spec_version", "pcf_id", "pcf_version", "status", "created", "updated",
        "preceding_ids", "company_name", "company_ids", "product_ids", "product_classifications",
        "product_name", "product_description", "declared_unit", "declared_unit_amount", "product_mass",
        "excluding_biogenic", "including_biogenic", "fossil_emissions", "land_use_change_emissions",
        "biogenic_uptake", "aircraft_emissions", "packaging_emissions", "packaging_included",
        "reference_start", "reference_end", "valid_from", "valid_to", "country", "region", "boundary",
        "characterization_factors", "standards", "product_rules", "background_databases",
        "exempted_percent", "primary_data_share", "verification_coverage", "verifier", "verified_on",
        "verification_standard", "verification_reference", "comment", "locator",
    ),
    # One row a material and the EPD or product footprint that is about it.
    "material_footprint": _text(
        "material", "footprint", "supplier", "author", "linked_on", "note", "uncertainty_pct", "locator"
    ),
    # One row a factor that the site declares, with its own source.
    "factor_document": _text(
        "factor_code", "parameter", "material", "value", "unit", "valid_from", "valid_to", "known_since",
        "source", "source_class", "author", "approver", "note", "page", "basis", "gwp_set",
        "load_pct", "uncertainty_pct", "hourly_metering", "supply_contract", "link_diagram",
        "grid_connection", "supply_share_pct", "locator",
    ),
    # One row a leg of a consignment.
    "transport_leg": _text(
        "waybill", "leg", "departure_date", "direction", "mode", "item", "quantity", "unit", "distance_km",
        "origin", "destination", "carrier", "distance_source", "note", "locator",
    ),
    # One row a stretch of a business trip, or a stay.
    "business_travel": _text(
        "trip", "stretch", "travel_date", "mode", "quantity", "distance_km", "nights", "origin",
        "destination", "purpose", "note", "locator",
    ),
    # One row a group of employees who commute in the same way.
    "commuting_survey": _text(
        "survey", "answer", "survey_from", "survey_to", "mode", "employees", "quantity", "distance_km",
        "note", "locator",
    ),
    # One row a start-up, shut-down, failure or maintenance of a process.
    "operating_event": _text(
        "event", "process", "event_kind", "started_on", "from_hour", "ended_on", "to_hour", "cause", "effect",
        "recorded_by", "note", "locator",
    ),
    # One row a stage of the life of a product after the gate, stated for a unit of it or left out.
    "life_cycle_statement": _text(
        "product", "stage", "status", "emissions_kgco2e", "product_unit", "reason", "reason_zh", "source",
        "author", "approver", "decided_on", "valid_from", "valid_to", "note", "locator",
    ),
    # One row a year's target or a measure of a reduction plan.
    "reduction_plan": _text(
        "plan_year", "entry", "measure", "measure_name", "expected_tco2e", "achieved_tco2e", "measure_status",
        "proof", "recorded_on", "note", "locator",
    ),
    # One row a year and item of the greenhouse gas report: what the site states.
    "inventory_statement": _text(
        "inventory_year", "item", "statement", "statement_zh", "proof", "stated_by", "recorded_on",
        "locator",
    ),
    # One row a duty and year: what was filed with the authority, or why it does not apply.
    "filing_record": _text(
        "duty", "duty_year", "filing_status", "filed_on", "receipt", "proof", "filed_by", "note", "locator",
    ),
    # One row an entry of a verification: package handed over, finding, answer.
    "verification_log": _text(
        "engagement", "verifier", "verified_period", "entry", "reference", "happened_on", "due_on",
        "severity", "package_sha256", "said", "proof", "recorded_by", "locator",
    ),
    # One row a target and scope: base year, target year and reduction.
    "reduction_target": _text(
        "target", "target_scope", "base_year", "base_tco2e", "target_year", "reduction_pct", "validated_by",
        "proof", "recorded_on", "note", "locator",
    ),
    # One row a consignment of waste handed over.
    "waste_manifest": _text(
        "manifest", "handover_date", "waste_code", "waste_name", "treatment", "quantity", "unit", "carrier",
        "facility", "note", "locator",
    ),
    # One row a line of a voucher in the books.
    "purchase_ledger": _text(
        "voucher", "line", "purchase_date", "item", "item_name", "supplier", "supplier_id", "purchase_class",
        "quantity", "unit", "spend", "currency", "spend_category", "note", "locator",
    ),
    # One row an electricity account of a leased building and the key of the share.
    "office_lease": _text(
        "lease", "account", "control", "method", "numerator", "denominator", "key_unit", "valid_from",
        "valid_to", "reason", "author", "locator",
    ),
    # One row a category of the inventory: emissions stated, why it does not apply, or why it is left out.
    "scope3_statement": _text(
        "statement_year", "category", "item", "status", "emissions_tco2e", "reason", "reason_zh", "source",
        "author", "approver", "decided_on", "locator",
    ),
    # One row an emission source of a plant that no bill or meter shows, and year.
    "inventory_source": _text(
        "inventory_year", "source", "source_name", "method", "gas", "equipment", "quantity", "unit",
        "data_source", "recorded_on", "note", "locator",
    ),
    # One row a human decision.
    "decision": _text(
        "decision_id", "decision", "subject", "reason", "author", "approver", "decided_on", "detail",
        "locator",
    ),
    # One row a document that a connector fetched; `sha256` leads to its register row.
    "document_origin": _text(
        "sha256", "file_name", "byte_size", "fetched_at", "connector", "connector_kind", "remote_location",
        "remote_path", "remote_version", "remote_modified", "mailbox_uid", "message_id", "sender", "subject",
        "query", "query_parameters", "query_rows", "neutralised_cells", "unencrypted_reason", "locator",
    ),
    # One row a value typed by a person until the document arrives.
    "manual_entry": _text(
        "entry", "material", "meter", "process", "product", "quantity_name", "value", "unit", "period_start",
        "period_end", "reason", "author", "approver", "locator",
    ),
    # One row a filled cell of a CBAM communication template.
    # `value` is the canonical text (numbers with a point, list entries in the template's spelling),
    # `original_text`
    # the cell as typed.
    "cbam_template_cell": _text(
        "section", "item", "sub_item", "field", "value", "value_type", "sheet", "cell", "original_text"
    ),
    # Master data: one table a sheet of the workbook.
    "master_site": _text(
        "name", "name_zh", "country_code", "time_zone", "company_id", "first_month", "note", "locator"
    ),
    "master_process": _text(
        "process", "name", "good_category", "production_route", "molar_mass_g_per_mol", "note", "locator"
    ),
    "master_product": _text(
        "product", "name", "cn_code", "process", "valid_from", "valid_to", "note", "locator"
    ),
    "master_product_unit": _text(
        "product", "unit", "kg_per_unit", "functional_unit", "valid_from", "valid_to", "note", "locator"
    ),
    "master_material": _text(
        "material", "name", "name_zh", "role", "cn_code", "country_code", "unit", "note", "locator"
    ),
    "master_purchase_item": _text(
        "seller_id", "description", "material", "unit", "installation", "note", "locator",
    ),
    "master_meter": _text(
        "meter", "role", "process", "account", "commodity", "unit", "multiplier", "interval_minutes",
        "uncertainty_pct", "calibrated_on", "calibration_valid_to", "register_digits", "first_reading",
        "last_reading", "valid_from", "valid_to", "note",
        "locator",
    ),
    "master_account": _text(
        "account", "name", "commodity", "material", "supplier_id", "unit", "valid_from", "valid_to", "note",
        "locator",
    ),
    "master_source_stream": _text(
        "source_stream", "name", "material", "method", "activity_source", "unit", "direction",
        "combustion_use", "built_year", "activity_uncertainty_pct", "calibration_class", "corroborates",
        "producing_process", "co2_destination", "co2_evidence", "valid_from", "valid_to", "note", "locator",
    ),
    "master_attribution": _text(
        "source_stream", "process", "method", "share", "valid_from", "valid_to", "reason", "locator"
    ),
    "master_carbon_fee": _text(
        "fee_year", "target_industry", "plan", "plan_applied_on", "plan_approval", "is_high_leakage",
        "leakage_phase", "leakage_approval", "offset_increment_tco2e", "supplied_electricity_tco2e",
        "voluntary_credits", "early_credits", "foreign_credits", "credit_evidence", "fuel_cut_share", "note",
        "locator",
    ),
    "master_base_emission": _text(
        "year", "category", "emissions_tco2e", "verification", "note", "locator"
    ),
    "master_expected_document": _text(
        "kind", "subject", "frequency", "valid_from", "valid_to", "note", "locator"
    ),
}  # fmt: skip

# What describes readings; no records of the source by themselves.
SIDE_TABLES = frozenset(
    {"document_value", "meter_channel", "meter_clock", "meter_block", "meter_reading_note"}
)
