{{ stacked(
    [
        'line_id', 'method_id', 'clause', 'series', 'subject', 'object', 'quantity', 'value', 'unit',
        'formula', 'data_quality'
    ],
    [
        (ref('calc_calculation_line'), {}),
        (ref('calc_window_line'), {}),
        (ref('calc_document_line'), {}),
        (ref('calc_taiwan_line'), {}),
        (ref('calc_organisation_line'), {}),
        (ref('calc_uncertainty_line'), {}),
        (ref('calc_cbam_line'), {})
    ]
) }}
