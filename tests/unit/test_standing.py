"""What a refresh leaves to dbt: whatever may compile differently in the next run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

from orchestration.standing import (
    CHOSEN,
    RunningTests,
    StandingTest,
    WrittenRows,
    looked_at,
    steady_nodes,
    written_rows,
)
from tracetonne.settings import Home

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


def _node(reads: list[str], tags: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(depends_on_nodes=reads, tags=list(tags))


def test_a_test_looks_at_the_nearest_models_that_a_build_computes() -> None:
    """`seen` is a view that stands over two of them; `first` is done once `second`, which reads it, is."""
    manifest = SimpleNamespace(
        nodes={
            "model.first": _node(["source.raw"], (CHOSEN,)),
            "model.second": _node(["model.first"], (CHOSEN,)),
            "model.third": _node([], (CHOSEN,)),
            "model.seen": _node(["model.second", "model.third"]),
            "test.a": _node(["model.seen"]),
            "test.b": _node(["seed.factor"]),
            "seed.factor": _node([]),
        }
    )
    assert looked_at(manifest, "test.a") == {"model.second", "model.third"}  # type: ignore[arg-type]
    assert looked_at(manifest, "test.b") == frozenset()  # type: ignore[arg-type]


def test_tests_start_once_what_they_look_at_is_computed(tmp_path: Path) -> None:
    home = Home(root=tmp_path, exports=tmp_path / "exports")
    with duckdb.connect(str(home.warehouse)) as warehouse:
        tests = [
            StandingTest("test.a", "a", "error", "select * from a where x is null"),
            StandingTest("test.b", "b", "warn", "select * from b"),
            StandingTest("test.c", "c", "error", "select * from b"),
        ]
        waiting = [(tests[0], {"model.a"}), (tests[1], {"model.a", "model.b"}), (tests[2], set[str]())]
        heard: list[str] = []
        with RunningTests(home, waiting, None) as running:
            warehouse.execute("create table a as select 1 as x")
            running.computed("model.a")
            running.computed("model.unknown")
            warehouse.execute("create table b as select 1 as x")
            running.computed("model.b")
            results = running.results(lambda kind, name, done: heard.append(f"{kind} {name} {done}"))
    assert [(one.name, one.status, one.failures) for one in results] == [
        ("a", "pass", 0),
        ("b", "warn", 1),
        ("c", "fail", 1),
    ]
    assert heard == ["test a 1", "test b 2", "test c 3"]
