"""Gate: the figures agree with each other before they leave the house."""

from __future__ import annotations

from expectations.gate import Gate, Rule

GATE = Gate(
    name="figure_consistency",
    statement="Direct and indirect embedded emissions add up to the total, and no figure is impossible.",
    statement_zh="直接與間接內含排放量相加等於總量，且沒有不可能的數值。",
    table="out_figure",
    # Goods of a process with the same figures are judged once, by the first of them.
    query="""
        with figures as (
            select period, coalesce(process, '') as process, coalesce(product, '') as product, series,
                max(value) filter (where quantity = 'see_direct') as see_direct,
                max(value) filter (where quantity = 'see_indirect') as see_indirect,
                max(value) filter (where quantity = 'see_total') as see_total,
                max(value) filter (where quantity = 'default_share') as default_share
            from served
            where quantity in ('see_direct', 'see_indirect', 'see_total', 'default_share')
            group by all
        )
        select * exclude (product), min(product) as product, count(*) as goods_alike,
            abs(see_total - see_direct - see_indirect)
                / greatest(abs(see_total), 1e-12) as relative_difference
        from figures
        group by all
    """,
    row_key=("period", "process", "product", "series"),
    rules=(
        Rule(
            "direct_plus_indirect_is_total",
            "ExpectColumnValuesToBeBetween",
            {"column": "relative_difference", "min_value": 0, "max_value": 1e-12},
            "error",
            "A total that is not the sum of its parts cannot be explained to anybody.",
            "總量若不等於各部分之和，便無法向任何人說明。",
            where="see_total is not null",
        ),
        Rule(
            "shares_lie_between_0_and_1",
            "ExpectColumnValuesToBeBetween",
            {"column": "default_share", "min_value": 0, "max_value": 1 + 1e-9},
            "error",
            "A share of default values outside 0 to 1 shows that numerator and denominator differ in scope.",
            "預設值占比若不在 0 到 1 之間，表示分子與分母的範圍不同。",
            where="default_share is not null",
        ),
        Rule(
            "intensities_are_not_negative",
            "ExpectColumnValuesToBeBetween",
            {"column": "see_total", "min_value": 0},
            "warn",
            "Only exported heat, gas or electricity can make an intensity negative; a person should look.",
            "負的排放強度只可能來自輸出的熱、廢氣或電力，請人工確認。",
            where="see_total is not null",
        ),
    ),
)
