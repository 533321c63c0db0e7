{#- Edges of calc_document_fact_edge: bills, registers and filled gaps of electricity. -#}
{% macro electricity_edges() -%}
    -- Billed electricity of an account.
    {{ part_edge_columns(
        'period_parts', 'bill', 'period_parts.subject', "'bill'", 'period_parts', quantity_name='billed_electricity'
    ) }}
    from period_parts
    where period_parts.part_source = 'bill'
        and period_parts.canonical_unit = 'MWh'

    union all

    -- What passed a register between two reads, in its own unit: the later read less the earlier one, with the turn of a
    -- register that passed its last digit, or the reads at which the meter was exchanged.
    {{ edge_columns(
        'register_parts', 'meter_register', 'register_parts.meter', 'register_parts.unit', 'register_parts.method_id',
        'register_parts', "'reading'", 'register_parts.to_contribution', object='register_parts.method_id',
        quantity_name='register_quantity', raw_table='meter_reading',
        record_quantity='register_parts.to_reading + register_parts.adjustment', part_days='register_parts.part_share',
        period='periods.period', evidence_id='to_evidence_id', record_number='to_record_number'
    ) }}
    from register_parts
    inner join months
        on register_parts.period = months.period
    inner join periods
        on register_parts.site = periods.site
        and months.period_start >= periods.period_start
        and months.period_start < periods.period_end

    union all

    {{ edge_columns(
        'register_parts', 'meter_register', 'register_parts.meter', 'register_parts.unit', 'register_parts.method_id',
        'register_parts', "'reading'", 'register_parts.from_contribution', object='register_parts.method_id',
        quantity_name='register_quantity', raw_table='meter_reading', record_quantity='-register_parts.from_reading',
        part_days='register_parts.part_share', period='periods.period', evidence_id='from_evidence_id',
        record_number='from_record_number'
    ) }}
    from register_parts
    inner join months
        on register_parts.period = months.period
    inner join periods
        on register_parts.site = periods.site
        and months.period_start >= periods.period_start
        and months.period_start < periods.period_end

    union all

    -- Filled gaps of a meter, in its own unit: the neighbours of a bridged gap, the month's profile for a longer one.
    {{ edge_columns(
        'gaps', 'meter_gap', 'gaps.meter', 'gaps.unit', 'gaps.method_id', 'gaps', "'neighbour'",
        'coalesce(gaps.before_contribution, gaps.conservative_contribution)', object='gaps.method_id',
        quantity_name='fill_quantity', raw_table='meter_reading', period='periods.period',
        evidence_id='before_evidence_id', record_number='before_record_number'
    ) }}
    from gaps
    inner join periods
        on gaps.site = periods.site
        and gaps.gap_start_local >= cast(periods.period_start as timestamp)
        and gaps.gap_start_local < cast(periods.period_end as timestamp)
    where gaps.before_evidence_id is not null

    union all

    {{ edge_columns(
        'gaps', 'meter_gap', 'gaps.meter', 'gaps.unit', 'gaps.method_id', 'gaps', "'neighbour'",
        'coalesce(gaps.after_contribution, case when gaps.before_evidence_id is null then gaps.conservative_contribution end)',
        object='gaps.method_id', quantity_name='fill_quantity', raw_table='meter_reading', period='periods.period',
        evidence_id='after_evidence_id', record_number='after_record_number'
    ) }}
    from gaps
    inner join periods
        on gaps.site = periods.site
        and gaps.gap_start_local >= cast(periods.period_start as timestamp)
        and gaps.gap_start_local < cast(periods.period_end as timestamp)
    where gaps.after_evidence_id is not null
        and (gaps.after_contribution is not null or gaps.before_evidence_id is null)
{%- endmacro %}
