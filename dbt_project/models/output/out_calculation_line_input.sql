{{ stacked(
    [
        'line_id', 'input_name', 'input_index', 'value', 'unit', 'source_kind', 'source_id'
    ],
    [
        (ref('calc_calculation_line_input'), {}),
        (ref('calc_window_line_input'), {}),
        (ref('calc_document_line_input'), {
            'input_index': "cast(input_index as integer)"
        }),
        (ref('calc_taiwan_line_input'), {}),
        (ref('calc_organisation_line_input'), {}),
        (ref('calc_uncertainty_line_input'), {}),
        (ref('calc_cbam_line_input'), {})
    ]
) }}
