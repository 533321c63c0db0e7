"""What all balance gates share: difference within tolerance, and nothing left unknown."""

from __future__ import annotations

from expectations.gate import Gate, Rule


def balance_gate(
    name: str, *, balances: tuple[str, ...], statement: str, statement_zh: str, reason: str, reason_zh: str
) -> Gate:
    """Return a gate over the served balance rows of these balances.

    A row of severity `error` whose deviation exceeds its tolerance stops the package; one of severity `warn`
    is shown to a person. A deviation that is not known counts as a failure: it means that one side of the
    balance is missing.
    """
    listed = ", ".join(f"'{balance}'" for balance in balances)
    return Gate(
        name=name,
        statement=statement,
        statement_zh=statement_zh,
        table="out_balance",
        query=f"""
            select balance, subject, period, unit, severity, message, message_zh, evidence_note,
                cast(expected_quantity as double) as expected_quantity,
                cast(found_quantity as double) as found_quantity,
                cast(difference_quantity as double) as difference_quantity,
                tolerance_share,
                case when severity = 'warn' then coalesce(abs(deviation_share), 1)
                    else abs(deviation_share) end
                    as deviation_share
            from served where balance in ({listed})
        """,
        row_key=("balance", "subject", "period"),
        rules=(
            Rule(
                "both_sides_known",
                "ExpectColumnValuesToNotBeNull",
                {"column": "deviation_share"},
                "error",
                "One side of the balance is missing. " + reason,
                "平衡式的一邊沒有數據。" + reason_zh,
                where="severity = 'error'",
            ),
            Rule(
                "difference_within_tolerance",
                "ExpectColumnPairValuesAToBeGreaterThanB",
                {"column_A": "tolerance_share", "column_B": "deviation_share", "or_equal": True},
                "error",
                reason,
                reason_zh,
                where="severity = 'error' and deviation_share is not null",
            ),
            Rule(
                "difference_worth_a_look",
                "ExpectColumnPairValuesAToBeGreaterThanB",
                {"column_A": "tolerance_share", "column_B": "deviation_share", "or_equal": True},
                "warn",
                reason,
                reason_zh,
                where="severity = 'warn'",
            ),
        ),
    )
