"""What a refresh leaves to dbt: whatever may compile differently in the next run."""

from __future__ import annotations

from typing import Any

from orchestration.standing import StandingTest, WrittenRows, steady_nodes, written_rows

COUNTS_ROWS = {"fail_calc": "count(*)", "error_if": "!= 0", "warn_if": "!= 0", "limit": None, "where": None}


def _test(kwargs: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "raw_code": "{{ test_relationship_where(**_dbt_generic_test_kwargs) }}",
        "depends_on": {"macros": ["macro.tracetonne.test_relationship_where"], "nodes": []},
        "config": {**COUNTS_ROWS, **config},
        "test_metadata": {"name": "relationship_where", "kwargs": kwargs},
    }


def _steady(node: dict[str, Any]) -> bool:
    return bool(steady_nodes({"nodes": {"test.a": node}, "macros": {}}))


def test_a_test_of_constants_stands() -> None:
    kwargs = {"model": "{{ get_where_subquery(ref('detail')) }}", "to": "ref('partner')", "columns": ["site"]}
    assert _steady(_test(kwargs))
    assert _steady(_test(kwargs, where="lot is not null"))


def test_a_condition_of_the_run_does_not_stand() -> None:
    kwargs = {"model": "{{ get_where_subquery(ref('detail')) }}", "condition": "{{ in_scope('site') }}"}
    assert not _steady(_test(kwargs))
    assert not _steady(_test({}, where="{{ in_scope('site') }}"))


def test_a_month_writes_its_rows_and_the_windows_of_the_year_after() -> None:
    assert written_rows("s", ["2025-06"]) == WrittenRows("s", "2025-06", "2026-06")
    assert written_rows("s", ["2025-12", "2025-11"]) == WrittenRows("s", "2025-11", "2026-12")
    assert written_rows("s", ["2025-06", "2025"]) is None


def test_a_test_looks_at_the_written_rows_of_scoped_relations() -> None:
    sql = 'select * from "w"."c"."a" join "w"."c"."ab" using (x)'
    test = StandingTest("test.t", "t", "error", sql, scoped={'"w"."c"."a"': "period"})
    assert test.sql_of(WrittenRows("o'hara", "2025-06", "2026-06")) == (
        "select * from (select * from \"w\".\"c\".\"a\" where site = 'o''hara' and period >= '2025-06' "
        'and period < \'2026-06\') join "w"."c"."ab" using (x)'
    )
    assert test.sql_of(None) == sql
