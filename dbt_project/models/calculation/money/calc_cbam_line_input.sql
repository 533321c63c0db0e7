{{ scoped() }}

with
parts as (
    select * from {{ ref('calc_cbam_sefa_part') }}
    where {{ in_scope() }}
),

precursor_lots as (
    select
        lots.*,
        precursors.sefa_id as mean_id
    from {{ ref('calc_cbam_precursor_lot') }} as lots
    inner join {{ ref('calc_cbam_precursor') }} as precursors
        on lots.site = precursors.site
        and lots.period = precursors.period
        and lots.precursor = precursors.precursor
    where {{ in_scope('lots.site', 'lots.period') }}
        and precursors.is_mixed
),

process_sefas as (
    select * from {{ ref('calc_cbam_process_sefa') }}
    where {{ in_scope() }}
),

imports as (
    select * from {{ ref('calc_cbam_import') }}
    where {{ in_scope() }}
),

importers as (
    select * from {{ ref('calc_cbam_importer') }}
    where {{ in_scope() }}
),

holdings as (
    select * from {{ ref('calc_cbam_holding') }}
    where {{ in_scope() }}
),

transactions as (
    select * from {{ ref('calc_cbam_transaction') }}
    where {{ in_scope() }}
),

accounts as (
    select * from {{ ref('calc_cbam_account') }}
    where {{ in_scope() }}
),

paid as (
    select * from {{ ref('calc_cbam_paid') }}
    where {{ in_scope() }}
),

rates as (
    select * from {{ ref('calc_cbam_rate') }}
    where {{ in_scope() }}
),

fees as (
    select * from {{ ref('calc_carbon_fee_product') }}
    where {{ in_scope() }}
),

listed_inputs as (
    {%- for name, column, unit, source in [
        ('consumed', 'consumed', "'t'", 'consumed_id'), ('specific', 'specific', "'tCO2e/t'", 'specific_id')
    ] %}
    select
        process_sefas.embedded_id as line_id,
        '{{ name }}' as input_name,
        lpad(cast(parts.part_index as varchar), 6, '0') as sort_key,
        parts.{{ source }} as source_id,
        parts.{{ column }} as value,
        {{ unit }} as unit,
        parts.site,
        parts.period
    from parts
    inner join process_sefas
        on parts.site = process_sefas.site
        and parts.period = process_sefas.period
        and parts.process = process_sefas.process

    union all
    {% endfor %}
    {%- for name, value, unit, source in [
        ('lot_quantity', 'lot_quantity_t', 't', "'stock:' || precursor || ':' || lot"),
        ('lot_value', 'sefa', 'tCO2e/t', 'sefa_id')
    ] %}
    select
        mean_id as line_id,
        '{{ name }}' as input_name,
        lot as sort_key,
        {{ source }} as source_id,
        {{ value }} as value,
        '{{ unit }}' as unit,
        site,
        period
    from precursor_lots

    union all
    {% endfor %}
    {%- for line, condition, source, value, unit in [
        ('import_mass_id', 'imports.counts_to_threshold', 'net_mass_id', 'net_mass', 't'),
        ('free_allocation_id', "imports.certificates_formula_name = 'certificates'", 'free_allocation_id', 'free_allocation',
            'tCO2e'),
        ('certificates_id', '1 = 1', 'certificates_id', 'certificates_exact', 'certificate'),
        ('certificate_cost_id', '1 = 1', 'certificate_cost_id', 'certificate_cost', 'EUR')
    ] %}
    select
        importers.{{ line }} as line_id,
        'part' as input_name,
        imports.{{ source }} as sort_key,
        imports.{{ source }} as source_id,
        cast(imports.{{ value }} as double) as value,
        '{{ unit }}' as unit,
        imports.site,
        imports.period
    from imports
    inner join importers
        on imports.site = importers.site
        and imports.period = importers.period
        and imports.importer_eori = importers.importer_eori
    where {{ condition }}

    union all
    {% endfor %}
    select
        holdings.holding_id as line_id,
        'part' as input_name,
        imports.holding_part_id as sort_key,
        imports.holding_part_id as source_id,
        cast(imports.holding_part as double) as value,
        'certificate' as unit,
        imports.site,
        imports.period
    from holdings
    inner join imports
        on holdings.site = imports.site
        and holdings.period = imports.period
        and holdings.importer_eori = imports.importer_eori
        and holdings.quarter >= imports.import_quarter
    where imports.certificates_formula_name = 'certificates'

    union all

    select distinct
        holdings.holding_prior_id as line_id,
        'surrendered' as input_name,
        rates.price_window || ' ' || rates.rate_id as sort_key,
        rates.rate_id as source_id,
        rates.value,
        'certificate' as unit,
        imports.site,
        imports.period
    from holdings
    inner join imports
        on holdings.site = imports.site
        and holdings.period = imports.period
        and holdings.importer_eori = imports.importer_eori
        and holdings.quarter >= imports.import_quarter
    inner join rates
        on imports.site = rates.site
        and imports.period = rates.period
        and rates.rate_name = 'surrendered'
        and rates.price_window = imports.importer_eori || ':' || imports.cn_code || ':' || imports.country_code
    where imports.certificates_formula_name = 'certificates'

    union all

    {%- for name, line, fact, value, unit, condition in [
        ('bought', 'held_id', 'certificates_id', 'certificates_exact', 'certificate',
            "transactions.transaction_kind = 'purchase'"),
        ('given_up', 'held_id', 'certificates_id', 'certificates_exact', 'certificate',
            "transactions.transaction_kind <> 'purchase'"),
        ('bought', 'spent_id', 'certificates_id', 'certificates_exact', 'certificate',
            "transactions.transaction_kind = 'purchase' and transactions.transacted_quarter > 0"),
        ('price_paid', 'spent_id', 'price_id', 'price_exact', 'EUR/tCO2e',
            "transactions.transaction_kind = 'purchase' and transactions.transacted_quarter > 0")
    ] %}
    select
        accounts.{{ line }} as line_id,
        '{{ name }}' as input_name,
        transactions.certificates_id as sort_key,
        transactions.{{ fact }} as source_id,
        cast(transactions.{{ value }} as double) as value,
        '{{ unit }}' as unit,
        accounts.site,
        accounts.period
    from accounts
    inner join transactions
        on accounts.site = transactions.site
        and accounts.period = transactions.period
        and accounts.importer_eori = transactions.importer_eori
        and accounts.quarter >= transactions.transacted_quarter
    where {{ condition }}
    {%- if line == 'spent_id' %}
        and accounts.spent is not null
    {%- endif %}

    union all
    {% endfor %}
    {%- for name, line, fact, value, unit, kind, condition in [
        ('bought', 'bought_net_id', 'certificates_id', 'certificates_exact', 'certificate', 'purchase', ''),
        ('given_back', 'bought_net_id', 'certificates_id', 'certificates_exact', 'certificate', 'repurchase', ''),
        ('cancelled', 'bought_net_id', 'certificates_id', 'certificates_exact', 'certificate', 'cancellation', ''),
        ('cancelled', 'cost_paid_id', 'certificates_id', 'certificates_exact', 'certificate', 'cancellation', ''),
        ('bought', 'paid_net_id', 'certificates_id', 'certificates_exact', 'certificate', 'purchase', ''),
        ('price_paid', 'paid_net_id', 'price_id', 'price_exact', 'EUR/tCO2e', 'purchase', ''),
        ('given_back', 'paid_net_id', 'certificates_id', 'certificates_exact', 'certificate', 'repurchase', 'not '),
        ('price_back', 'paid_net_id', 'price_id', 'price_exact', 'EUR/tCO2e', 'repurchase', 'not '),
        ('back_at_cost', 'paid_net_id', 'certificates_id', 'certificates_exact', 'certificate', 'repurchase', 'is ')
    ] %}
    select
        paid.{{ line }} as line_id,
        '{{ name }}' as input_name,
        transactions.certificates_id as sort_key,
        transactions.{{ fact }} as source_id,
        cast(transactions.{{ value }} as double) as value,
        '{{ unit }}' as unit,
        paid.site,
        paid.period
    from paid
    inner join transactions
        on paid.site = transactions.site
        and paid.period = transactions.period
        and paid.importer_eori = transactions.importer_eori
    where transactions.is_of_year
        and transactions.transaction_kind = '{{ kind }}'
        {%- if condition %}
        and transactions.price_exact is {{ condition | replace('is ', '') }}null
        {%- endif %}

    union all
    {% endfor %}
    select
        fees.product_emissions_id as line_id,
        'process_quantity' as input_name,
        others.quantity_id as sort_key,
        others.quantity_id as source_id,
        others.quantity as value,
        't' as unit,
        fees.site,
        fees.period
    from fees
    inner join fees as others
        on fees.site = others.site
        and fees.period = others.period
        and fees.series = others.series
        and fees.process = others.process

    union all

    select
        fees.product_fee_id as line_id,
        'part' as input_name,
        others.product_emissions_id as sort_key,
        others.product_emissions_id as source_id,
        others.product_emissions as value,
        'tCO2e' as unit,
        fees.site,
        fees.period
    from fees
    inner join fees as others
        on fees.site = others.site
        and fees.period = others.period
        and fees.series = others.series
),

{{ line_inputs(cbam_steps()) }}
