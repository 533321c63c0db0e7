{{ stacked(
    [
        'period', 'fact_id', 'raw_table', 'evidence_id', 'record_number', 'role', 'quantity', 'share'
    ],
    [
        (ref('calc_document_fact_record'), {}),
        (ref('calc_template_fact_record'), {}),
        (ref('calc_taiwan_fact_record'), {}),
        (ref('calc_cbam_fact_record'), {}),
        (ref('calc_organisation_fact_record'), {})
    ]
) }}
