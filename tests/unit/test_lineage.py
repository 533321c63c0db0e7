"""Column lineage, read from SQL that a person can follow with a finger."""

from __future__ import annotations

from orchestration.lineage import is_wanted, read_columns

SCHEMA = {
    "raw": {"bill": {"kwh": "VARCHAR", "account": "VARCHAR"}},
    "reference": {"factor": {"account": "VARCHAR", "t_per_kwh": "DOUBLE"}},
}


def test_a_column_comes_from_all_columns_that_it_is_made_of() -> None:
    sql = """
        with bills as (select account, cast(kwh as double) as energy from "warehouse"."raw"."bill")
        select bills.account, energy * t_per_kwh as emissions, 1 as one
        from bills
        inner join "warehouse"."reference"."factor" as factors on bills.account = factors.account
    """
    assert read_columns(sql, SCHEMA) == {
        "account": [["raw", "bill", "account"]],
        "emissions": [["raw", "bill", "kwh"], ["reference", "factor", "t_per_kwh"]],
        "one": [],
    }


def test_sql_that_is_not_understood_has_no_lineage_instead_of_a_wrong_one() -> None:
    assert read_columns("select from where", SCHEMA) == {}


def test_only_runs_of_the_ui_wait_for_it() -> None:
    assert is_wanted({})
    assert not is_wanted({"tracetonne/command": "refresh"})
