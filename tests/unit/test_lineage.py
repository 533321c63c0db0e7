"""Column lineage, read from SQL that a person can follow with a finger."""

from __future__ import annotations

import dagster as dg

from orchestration.lineage import is_told, read_columns, with_origins

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


def test_stacked_queries_are_read_by_position() -> None:
    sql = """
        with stacked as (
            select account, kwh, null as a, null as b from "warehouse"."raw"."bill"
            union all
            select account, t_per_kwh, null, null from "warehouse"."reference"."factor"
        )
        select kwh, (select max(account) from stacked) as highest from stacked
    """
    assert read_columns(sql, SCHEMA) == {
        "kwh": [["raw", "bill", "kwh"], ["reference", "factor", "t_per_kwh"]],
        "highest": [["raw", "bill", "account"], ["reference", "factor", "account"]],
    }


def test_the_page_of_an_asset_names_the_origins_of_each_column() -> None:
    schema = dg.TableSchema(
        [dg.TableColumn("kwh", "DOUBLE", description="Energy."), dg.TableColumn("x", "INT")]
    )
    told = with_origins(schema, {"kwh": [["raw", "bill", "kwh"]], "one": []})
    assert [(column.name, column.type, column.description) for column in told.columns] == [
        ("kwh", "DOUBLE", "Energy. ← raw.bill.kwh"),
        ("one", "?", ""),
        ("x", "INT", ""),
    ]


def test_only_runs_of_the_ui_tell_it_with_every_event() -> None:
    assert is_told({})
    assert not is_told({"tracetonne/command": "refresh"})
