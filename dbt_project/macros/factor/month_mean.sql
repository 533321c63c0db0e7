{#-
  Documents that hold for parts of a month: CTEs of calc_factor_candidate, from its CTEs `fitted`, `ledger` and
  `receipts` to `with_means`, which adds to the candidates one row a group of documents that together cover the month.

  Each day belongs to the document of the source stream itself, else to the one that began last. A document weighs by what was used on its days: the inputs of the
  production ledger or the deliveries, whichever the activity data of the stream come from; by its days where the
  activity data say nothing of days. A factor per energy weighs by energy where the heating value has parts too.
-#}
{% macro month_mean_ctes(subject_key, group_key, kept) -%}
{%- set group_columns = group_key | join(', ') -%}
numbers as (
    select n
    from (
        values
        {%- for n in range(31) %} ({{ n }}){{ ',' if not loop.last }}{% endfor %}
    ) as numbers (n)
),

parts as (
    select *
    from (
        select
            *,
            max(case when misfit_code is null and validity_in_period = 'whole' then 1 else 0 end) over (
                partition by {{ group_columns }}
            ) as is_held_whole,
            max(case when misfit_code is null and named_stream is not null and validity_in_period = 'whole' then 1 else 0 end)
                over (partition by {{ group_columns }}) as is_named_whole,
            max(case when misfit_code is null and named_stream is not null and validity_in_period = 'part' then 1 else 0 end)
                over (partition by {{ group_columns }}) as is_named_in_part
        from fitted
    ) as judged
    where misfit_code is null
        and raw_table is not null
        and is_named_whole = 0
        -- On the days that no document of the stream itself holds, one of its material that holds all month does.
        and (
            (validity_in_period = 'part' and (is_held_whole = 0 or named_stream is not null))
            or (validity_in_period = 'whole' and is_named_in_part = 1)
        )
),

part_days as (
    select
        parts.*,
        cast({{ dbt.dateadd('day', 'numbers.n', 'parts.period_start') }} as date) as day,
        row_number() over (
            partition by
                {%- for column in group_key %}
                parts.{{ column }},
                {%- endfor %}
                numbers.n
            order by
                case when parts.named_stream is null then 1 else 0 end,
                parts.valid_from desc, parts.known_since desc, parts.arrival_order desc, parts.factor_id
        ) as day_rank
    from parts
    inner join numbers
        on cast({{ dbt.dateadd('day', 'numbers.n', 'parts.period_start') }} as date) < parts.period_end
        and cast({{ dbt.dateadd('day', 'numbers.n', 'parts.period_start') }} as date) >= parts.valid_from
        and (
            parts.valid_to is null
            or cast({{ dbt.dateadd('day', 'numbers.n', 'parts.period_start') }} as date) < parts.valid_to
        )
),

held_days as (
    select
        *,
        count(*) over (partition by {{ group_columns }})
        = {{ dbt.datediff('period_start', 'period_end', 'day') }} as is_covered
    from part_days
    where day_rank = 1
),

day_activity as (
    select
        held_days.site,
        held_days.subject,
        held_days.day,
        sum(ledger.input_quantity) as quantity
    from (
        select distinct site, subject, material, day
        from held_days
        where activity_source = 'ledger'
    ) as held_days
    inner join ledger
        on held_days.site = ledger.site
        and held_days.material = ledger.material
        and held_days.day = ledger.production_date
    group by held_days.site, held_days.subject, held_days.day

    union all

    select
        held_days.site,
        held_days.subject,
        held_days.day,
        sum(receipts.part_quantity / receipts.part_days) as quantity
    from (
        select distinct site, period, subject, material, day
        from held_days
        where activity_source = 'purchases'
    ) as held_days
    inner join receipts
        on held_days.site = receipts.site
        and held_days.period = receipts.period
        and held_days.material = receipts.subject
        and held_days.day >= receipts.document_start
        and held_days.day < receipts.document_end
    group by held_days.site, held_days.subject, held_days.day
),

-- The heating value of each day, where it is the mean of parts that is used for the month.
day_ncv as (
    select site, period, series, subject, day, value, unit
    from (
        select
            *,
            row_number() over (partition by site, period, series, subject, day order by rule_rank) as group_rank
        from held_days
        where parameter = 'ncv'
            and is_covered
    ) as ranked_days
    where group_rank = 1
),

weighed_days as (
    select
        held_days.*,
        coalesce(day_activity.quantity, 0) as day_quantity,
        day_ncv.value as day_ncv,
        day_ncv.unit as day_ncv_unit,
        sum(coalesce(day_activity.quantity, 0)) over (partition by {{ 'held_days.' ~ group_key | join(', held_days.') }})
            as group_quantity,
        min(coalesce(day_activity.quantity, 0)) over (partition by {{ 'held_days.' ~ group_key | join(', held_days.') }})
            as least_quantity
    from held_days
    left join day_activity
        on held_days.site = day_activity.site
        and held_days.subject = day_activity.subject
        and held_days.day = day_activity.day
    left join day_ncv
        on held_days.parameter = 'emission_factor'
        and held_days.unit = 'tCO2/TJ'
        and held_days.method = 'combustion'
        and held_days.site = day_ncv.site
        and held_days.period = day_ncv.period
        and held_days.series = day_ncv.series
        and held_days.subject = day_ncv.subject
        and held_days.day = day_ncv.day
    where held_days.is_covered
),

part_weights as (
    select
        {{ group_columns }},
        factor_id,
        count(*) as part_days,
        sum(cast(
            cast(case when group_quantity > 0 and least_quantity >= 0 then day_quantity else 1 end as double)
            * coalesce(day_ncv, 1) as decimal(38, 12)
        )) as part_weight,
        max(case
            when group_quantity > 0 and least_quantity >= 0 and day_ncv is not null then 'GJ'
            when group_quantity > 0 and least_quantity >= 0 then activity_unit
            when day_ncv is not null then 'd*' || day_ncv_unit
            else 'd'
        end) as weight_unit,
        max(case
            when group_quantity > 0 and least_quantity >= 0 and day_ncv is not null then 'energy'
            when group_quantity > 0 and least_quantity >= 0 then 'activity'
            else 'days'
        end) as weight_basis
    from weighed_days
    group by {{ group_columns }}, factor_id
),

month_days as (
    select distinct
        parts.{{ subject_key | join(', parts.') }},
        numbers.n,
        cast({{ dbt.dateadd('day', 'numbers.n', 'parts.period_start') }} as date) as day
    from parts
    inner join numbers
        on cast({{ dbt.dateadd('day', 'numbers.n', 'parts.period_start') }} as date) < parts.period_end
),

uncovered_runs as (
    select
        {{ subject_key | join(', ') }},
        min(day) as first_day,
        max(day) as last_day
    from (
        select
            month_days.*,
            month_days.n - row_number() over (
                partition by month_days.{{ subject_key | join(', month_days.') }}
                order by month_days.n
            ) as run
        from month_days
        left join (select distinct {{ subject_key | join(', ') }}, day from part_days) as held
            on month_days.day = held.day
            {%- for column in subject_key %}
            and month_days.{{ column }} = held.{{ column }}
            {%- endfor %}
        where held.day is null
    ) as open_days
    group by {{ subject_key | join(', ') }}, run
),

uncovered as (
    select
        {{ subject_key | join(', ') }},
        {{ dbt.listagg(
            "cast(first_day as varchar) || case when last_day > first_day then ' – ' || cast(last_day as varchar) else '' end",
            "', '", 'order by first_day'
        ) }} as uncovered_days
    from uncovered_runs
    group by {{ subject_key | join(', ') }}
),

with_means as (
    select
        fitted.{{ (group_key + ['factor_id'] + kept) | join(', fitted.') }},
        part_weights.part_days,
        part_weights.part_weight,
        part_weights.weight_unit,
        part_weights.weight_basis,
        case when fitted.validity_in_period = 'part' and fitted.misfit_code is null then uncovered.uncovered_days end
            as uncovered_days
    from fitted
    left join part_weights
        on fitted.factor_id = part_weights.factor_id
        {%- for column in group_key %}
        and fitted.{{ column }} = part_weights.{{ column }}
        {%- endfor %}
    left join uncovered
        on 1 = 1
        {%- for column in subject_key %}
        and fitted.{{ column }} = uncovered.{{ column }}
        {%- endfor %}

    union all

    select
        fitted.{{ group_key | join(', fitted.') }},
        'line:' || fitted.site || ':' || fitted.period || ':' || fitted.series || ':mean_' || fitted.parameter || ':'
            || fitted.subject || ':' || max(fitted.rule_code) as factor_id,
        max(fitted.period_start) as period_start,
        max(fitted.period_end) as period_end,
        {{ joined('fitted.factor_code', ' + ') }} as factor_code,
        {{ joined('fitted.version', ' + ') }} as version,
        cast(sum(cast(cast(part_weights.part_weight as double) * fitted.value as decimal(38, 12))) as double)
        / cast(sum(part_weights.part_weight) as double) as value,
        max(fitted.source_class) as source_class,
        {{ joined('fitted.source', '; ') }} as source,
        {{ joined('fitted.document', '; ') }} as document,
        max(fitted.factor_use) as factor_use,
        max(fitted.period_start) as valid_from,
        max(fitted.period_end) as valid_to,
        max(fitted.known_since) as known_since,
        max(fitted.arrival_order) as arrival_order,
        cast(null as varchar) as raw_table,
        cast(null as varchar) as evidence_id,
        cast(null as bigint) as record_number,
        max(fitted.rule_code) as rule_code,
        max(fitted.clause) as clause,
        max(fitted.allowed_factor_match) as allowed_factor_match,
        max(fitted.admissibility) as admissibility,
        max(fitted.closed_on) as closed_on,
        cast(null as varchar) as misfit_code,
        'mean' as validity_in_period,
        max(fitted.named_stream) as named_stream,
        cast(sum(part_weights.part_days) as bigint) as part_days,
        sum(part_weights.part_weight) as part_weight,
        max(part_weights.weight_unit) as weight_unit,
        max(part_weights.weight_basis) as weight_basis,
        cast(null as varchar) as uncovered_days
    from fitted
    inner join part_weights
        on fitted.factor_id = part_weights.factor_id
        {%- for column in group_key %}
        and fitted.{{ column }} = part_weights.{{ column }}
        {%- endfor %}
    group by fitted.{{ group_key | join(', fitted.') }}
)
{%- endmacro %}
