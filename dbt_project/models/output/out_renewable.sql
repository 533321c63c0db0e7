{{ config(tags=['yearly']) }}

{%- set unknown_of_month = {'claimed_share': "cast(null as double)"} -%}
{%- for column in [
    'own_certificate_kwh', 'sold_certificate_kwh', 'sold_wheeled_certificate_kwh', 'received_certificate_kwh',
    'claimed_kwh', 'certificate_cost_twd', 'certificate_income_twd', 'net_saving_twd'
] -%}
    {%- do unknown_of_month.update({column: "cast(null as decimal(38, 12))"}) -%}
{%- endfor -%}

{{ stacked(
    [
        'period', 'month', 'solar_kwh', 'wind_kwh', 'generation_kwh', 'own_use_kwh', 'sold_kwh', 'loss_kwh',
        'identity_status', 'is_estimated', 'wheeled_kwh', 'grid_kwh', 'fuel_power_kwh', 'consumption_kwh',
        'electricity_source', 'renewable_share', 'own_certificate_kwh', 'sold_certificate_kwh',
        'sold_wheeled_certificate_kwh', 'received_certificate_kwh', 'claimed_kwh', 'claimed_share', 'bill_amount_twd',
        'bill_kwh', 'bill_twd_per_kwh', 'saving_twd', 'feed_in_income_twd', 'certificate_cost_twd',
        'certificate_income_twd', 'net_saving_twd', 'grid_factor_tco2e_per_mwh', 'grid_factor_source', 'avoided_tco2e',
        'note'
    ],
    [
        (ref('calc_renewable_month'), unknown_of_month),
        (ref('calc_renewable_year'), {'month': "''"})
    ]
) }}
