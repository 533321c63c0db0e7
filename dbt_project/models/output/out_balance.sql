{{ stacked(
    [
        'period', 'balance', 'subject', 'expected_quantity', 'found_quantity', 'difference_quantity', 'unit',
        'tolerance_share', 'deviation_share', 'severity', 'message', 'message_zh', 'evidence_note'
    ],
    [
        (ref('calc_document_balance'), {}),
        (ref('calc_template_balance'), {}),
        (ref('calc_attribution_balance'), {}),
        (ref('calc_closed_month_balance'), {}),
        (ref('calc_taiwan_balance'), {}),
        (ref('calc_cbam_balance'), {}),
        (ref('calc_organisation_balance'), {}),
        (ref('calc_renewable_balance'), {})
    ]
) }}
