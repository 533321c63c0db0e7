{{ stacked(
    [
        'period', 'fact_id', 'fact_type', 'subject', 'object', 'quantity_name', 'value', 'value_exact', 'unit',
        'data_quality', 'method_id', 'source_type', 'raw_table', 'meter', 'from_local', 'to_local',
        'record_count', 'checksum_sum', 'checksum_hash'
    ],
    [
        (ref('calc_document_fact'), {}),
        (ref('calc_template_fact'), {}),
        (ref('calc_taiwan_fact'), {
            'source_type': "'records'",
            'raw_table': "cast(null as varchar)",
            'meter': "cast(null as varchar)",
            'from_local': "cast(null as timestamp)",
            'to_local': "cast(null as timestamp)",
            'checksum_sum': "cast(null as decimal(38, 12))",
            'checksum_hash': "cast(null as varchar)"
        }),
        (ref('calc_cbam_fact'), {
            'source_type': "'records'",
            'raw_table': "cast(null as varchar)",
            'meter': "cast(null as varchar)",
            'from_local': "cast(null as timestamp)",
            'to_local': "cast(null as timestamp)",
            'checksum_sum': "cast(null as decimal(38, 12))",
            'checksum_hash': "cast(null as varchar)"
        }),
        (ref('calc_organisation_fact'), {
            'source_type': "'records'",
            'raw_table': "cast(null as varchar)",
            'meter': "cast(null as varchar)",
            'from_local': "cast(null as timestamp)",
            'to_local': "cast(null as timestamp)",
            'checksum_sum': "cast(null as decimal(38, 12))",
            'checksum_hash': "cast(null as varchar)"
        })
    ]
) }}
