{{ scoped() }}

-- Specific embedded emissions of every purchased precursor, by series: what the evidence says (management), and what
-- the law in force admits (regime).
with
rules as (
    select * from {{ ref('calc_period_rule') }}
    where {{ in_scope() }}
),

template_precursors as (
    select * from {{ ref('calc_template_precursor_input') }}
),

document_precursors as (
    select * from {{ ref('calc_document_precursor_input') }}
    where {{ in_scope() }}
),

origin_countries as (
    select * from {{ ref('cbam_origin_country') }}
),

origins as (
    select * from origin_countries
    where is_zero_rated
),

cn_codes as (
    select * from {{ ref('cbam_cn_code') }}
),

template_periods as (
    select * from {{ ref('calc_template_period') }}
),

goods as (
    select * from {{ ref('cbam_good') }}
),

-- A default value needs a CN code; a communication template names only the category, whose goods have several. A
-- decision may say which it is; the latest one holds.
named_codes as (
    select
        precursors.site,
        precursors.period,
        precursors.precursor,
        replace({{ json_text('decisions.detail', 'cn_code') }}, ' ', '') as cn_code,
        row_number() over (
            partition by precursors.site, precursors.period, precursors.precursor
            order by decisions.decided_date desc, decisions.decision_id desc
        ) as choice
    from template_precursors as precursors
    inner join {{ ref('stg_register__decision') }} as decisions
        on precursors.site = decisions.site
        and precursors.precursor = decisions.subject
        and decisions.decision = 'name_cn_code'
        and coalesce({{ json_text('decisions.detail', 'period') }}, precursors.period) = precursors.period
),

subjects as (
    select
        precursors.site,
        precursors.period,
        template_periods.period_start,
        rules.series,
        rules.rule_set as regime,
        precursors.precursor as material,
        named_codes.cn_code,
        upper(precursors.country_code) as country_code
    from template_precursors as precursors
    inner join template_periods
        on precursors.site = template_periods.site
        and precursors.period = template_periods.period
    inner join rules
        on precursors.site = rules.site
        and precursors.period = rules.period
        and rules.input_source = 'template'
        and rules.rule_set = 'cbam_definitive'
    inner join named_codes
        on precursors.site = named_codes.site
        and precursors.period = named_codes.period
        and precursors.precursor = named_codes.precursor
        and named_codes.choice = 1
    inner join cn_codes
        on named_codes.cn_code = cn_codes.cn_code
        and precursors.good_category = cn_codes.good_category
),

{{ default_value_ctes() }},

template_defaults as (
    select
        site,
        period,
        series,
        material as precursor,
        cn_code,
        {{ default_see_direct() }} as default_see_direct,
        {{ default_see_direct_id() }} as default_see_direct_id,
        coalesce({{ default_see_indirect() }}, 0) as default_see_indirect,
        coalesce({{ default_see_indirect_id() }}, 'constant:default_value_has_no_indirect_part')
            as default_see_indirect_id,
        {{ default_value_note() }} as default_note
    from lines_with_year
),

-- Definitive periods admit a supplier's value only with a verification report, which a communication template does
-- not carry (IR (EU) 2025/2547 Annex II E(3)). Goods of EU, EEA and Swiss origin count zero.
template_values as (
    select
        precursors.site,
        precursors.period,
        rules.series,
        precursors.precursor,
        precursors.precursor as precursor_name,
        precursors.good_category,
        named_codes.cn_code,
        precursors.country_code,
        template_defaults.default_see_direct,
        template_defaults.default_see_direct_id,
        template_defaults.default_see_indirect,
        template_defaults.default_see_indirect_id,
        template_defaults.default_note,
        case
            when rules.rule_set <> 'cbam_definitive' then 'declared'
            when origins.country_code is not null then 'zero_rated'
            when template_defaults.precursor is not null then 'default'
            else 'not_admissible'
        end as admission,
        'factor:CBAM-ORIGIN-' || origins.country_code || '@' || origins.version as origin_id,
        precursors.see_direct,
        precursors.see_direct_id,
        precursors.electricity,
        precursors.electricity_id,
        precursors.electricity_factor,
        precursors.electricity_factor_id,
        case precursors.see_direct_source
            when 'Default' then 'default'
            when 'Unknown' then 'unknown'
            else 'measured'
        end as value_basis
    from template_precursors as precursors
    inner join rules
        on precursors.site = rules.site
        and precursors.period = rules.period
        and rules.input_source = 'template'
    left join origins
        on precursors.country_code = origins.country_code
    left join named_codes
        on precursors.site = named_codes.site
        and precursors.period = named_codes.period
        and precursors.precursor = named_codes.precursor
        and named_codes.choice = 1
    left join template_defaults
        on precursors.site = template_defaults.site
        and precursors.period = template_defaults.period
        and rules.series = template_defaults.series
        and precursors.precursor = template_defaults.precursor
),

-- One value a precursor and series: the processes that consume it share the stock.
document_values as (
    select
        document_precursors.*,
        row_number() over (
            partition by
                document_precursors.site,
                document_precursors.period,
                document_precursors.series,
                document_precursors.precursor
            order by document_precursors.process
        ) as choice
    from document_precursors
    inner join rules
        on document_precursors.site = rules.site
        and document_precursors.period = rules.period
        and document_precursors.series = rules.series
        and rules.input_source = 'document'
),

precursor_values as (
    select
        site,
        period,
        series,
        precursor,
        precursor_name,
        good_category,
        cn_code,
        country_code,
        case admission when 'declared' then see_direct when 'zero_rated' then 0 when 'default' then default_see_direct end
            as see_direct,
        case admission when 'zero_rated' then origin_id when 'default' then default_see_direct_id else see_direct_id end
            as see_direct_id,
        case admission when 'declared' then electricity when 'zero_rated' then 0 end as electricity,
        case admission when 'zero_rated' then origin_id else electricity_id end as electricity_id,
        case admission when 'declared' then electricity_factor when 'zero_rated' then 0 end as electricity_factor,
        case admission when 'zero_rated' then origin_id else electricity_factor_id end as electricity_factor_id,
        case when admission = 'default' then default_see_indirect end as stated_see_indirect,
        case when admission = 'default' then default_see_indirect_id end as stated_see_indirect_id,
        case admission
            when 'declared' then value_basis when 'zero_rated' then 'measured' when 'default' then 'default' else 'missing'
        end as value_basis,
        case admission when 'not_admissible' then 'none' when 'default' then 'default' else 'exact' end as value_match,
        case
            when admission = 'default' then default_note
            when admission = 'not_admissible' and cn_code is not null
                then 'no admissible value: the template carries no verification report, and no default value is known '
                    || 'for CN code ' || cn_code || ' in category ' || good_category
            when admission = 'not_admissible'
                then 'no admissible value: the template carries neither a verification report nor a CN code; a decision '
                    || 'name_cn_code lets the default value with its mark-up stand in'
        end as value_note
    from template_values

    union all

    select
        site,
        period,
        series,
        precursor,
        precursor_name,
        good_category,
        cn_code,
        country_code,
        see_direct_tco2e_per_t as see_direct,
        see_direct_id,
        electricity_mwh_per_t as electricity,
        electricity_mwh_per_t_id as electricity_id,
        electricity_factor_tco2_per_mwh as electricity_factor,
        electricity_factor_id,
        -- A default value without an indirect part is the whole: its total is its direct emissions.
        case
            when value_basis = 'default' and see_indirect_id is null and electricity_mwh_per_t_id is null then 0
            else see_indirect_tco2e_per_t
        end as stated_see_indirect,
        case
            when value_basis = 'default' and see_indirect_id is null and electricity_mwh_per_t_id is null
                then 'constant:default_value_has_no_indirect_part'
            else see_indirect_id
        end as stated_see_indirect_id,
        value_basis,
        value_match,
        value_note
    from document_values
    where choice = 1
)

select
    precursor_values.series,
    precursor_values.precursor,
    precursor_values.precursor_name,
    precursor_values.good_category,
    precursor_values.cn_code,
    precursor_values.country_code,
    coalesce(goods.counts_indirect_definitive, true) as counts_indirect_definitive,
    precursor_values.see_direct,
    coalesce(precursor_values.see_direct_id, 'constant:no_value') as see_direct_id,
    precursor_values.electricity,
    coalesce(precursor_values.electricity_id, 'constant:no_value') as electricity_id,
    precursor_values.electricity_factor,
    coalesce(precursor_values.electricity_factor_id, 'constant:no_value') as electricity_factor_id,
    precursor_values.stated_see_indirect_id is null as is_indirect_computed,
    case
        when precursor_values.stated_see_indirect_id is not null then precursor_values.stated_see_indirect
        else precursor_values.electricity * precursor_values.electricity_factor
    end as see_indirect,
    case
        when precursor_values.stated_see_indirect_id is not null then precursor_values.stated_see_indirect_id
        else {{ line_id(
            "'precursor_indirect'", 'precursor_values.precursor', series='precursor_values.series',
            site='precursor_values.site', period='precursor_values.period'
        ) }}
    end as see_indirect_id,
    {{ line_id(
        "'precursor_indirect'", 'precursor_values.precursor', series='precursor_values.series',
        site='precursor_values.site', period='precursor_values.period'
    ) }} as indirect_line_id,
    precursor_values.value_basis,
    case precursor_values.value_basis
        when 'default' then 'default' when 'unknown' then 'estimated' when 'missing' then 'default' else 'measured'
    end as data_quality,
    precursor_values.value_match,
    precursor_values.value_note,
    precursor_values.site,
    precursor_values.period
from precursor_values
left join goods
    on precursor_values.good_category = goods.good_category
