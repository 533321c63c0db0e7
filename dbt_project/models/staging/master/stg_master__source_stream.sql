{{ scoped(period_column=none) }}
{{ current_master('master_source_stream') }}

select
    evidence_id,
    record_number,
    {{ landed_text('source_stream') }} as source_stream,
    {{ landed_text('name') }} as source_stream_name,
    {{ landed_text('material') }} as material,
    {{ landed_text('method') }} as method,
    {{ landed_text('activity_source') }} as activity_source,
    {{ landed_text('unit') }} as unit,
    coalesce({{ landed_text('direction') }}, 'input') as direction,
    coalesce({{ landed_text('combustion_use') }}, 'stationary') as combustion_use,
    cast({{ landed_number('built_year') }} as integer) as built_year,
    cast({{ landed_number('activity_uncertainty_pct') }} as double) / 100 as activity_uncertainty,
    {{ landed_text('calibration_class') }} as calibration_class,
    {{ landed_text('corroborates') }} as corroborates,
    {{ landed_text('producing_process') }} as producing_process,
    {{ landed_text('co2_destination') }} as co2_destination,
    {{ landed_text('co2_evidence') }} as co2_evidence,
    {{ validity() }},
    site
from current_rows
