{{ scoped(period_column=none) }}
{{ current_master('master_process') }}

select
    evidence_id,
    record_number,
    {{ landed_text('process') }} as process,
    {{ landed_text('name') }} as process_name,
    {{ landed_text('good_category') }} as good_category,
    {{ landed_text('production_route') }} as production_route,
    cast({{ landed_number('molar_mass_g_per_mol') }} as double) as molar_mass_g_per_mol,
    site
from current_rows
