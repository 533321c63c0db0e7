"""The served copy: named by content, moved by one rename, and never half there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tracetonne import serving
from tracetonne.errors import GateStoppedError, WrongUseError
from tracetonne.served_keys import check_keys
from tracetonne.settings import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path, exports=tmp_path / "exports")


def warehouse(rows: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema output")
    connection.execute(
        "create table output.out_figure as select * from (values " + rows + ") "
        "as made(figure_key, value, refresh_period, site)"
    )
    return connection


JANUARY = "('b', 2.5, '2025-01', 's'), ('a', 1.5, '2025-01', 's'), ('c', 9.0, '2025-01', 'other')"


def test_a_build_holds_the_rows_of_its_site_and_period_in_order(home: Home) -> None:
    made = serving.publish_rows(home, warehouse(JANUARY), "s", ["2025-01", "2025-02"])
    assert list(made) == ["2025-01"]
    with serving.open_serving(home) as reader:
        assert reader.execute("select figure_key from out_figure").fetchall() == [("a",), ("b",)]
    assert serving.current(home, "s", "2025-02") is None


def test_the_same_rows_are_the_same_build_in_any_home(home: Home, tmp_path: Path) -> None:
    other = Home(root=tmp_path / "other", exports=tmp_path / "other" / "exports")
    first = serving.publish_rows(home, warehouse(JANUARY), "s", ["2025-01"])["2025-01"]
    reordered = ", ".join(reversed(JANUARY.replace("), ", ")|").split("|")))
    second = serving.publish_rows(other, warehouse(reordered), "s", ["2025-01"])["2025-01"]
    assert first.build == second.build


def test_periods_served_together_are_the_builds_that_each_is_alone(home: Home, tmp_path: Path) -> None:
    other = Home(root=tmp_path / "other", exports=tmp_path / "other" / "exports")
    rows = JANUARY + ", ('d', null, '2025', 's'), ('e', 0.1, '2025', 's'), ('f', 3.5, '2025-03', 's')"
    periods = ["2025-01", "2025-02", "2025"]
    together = serving.publish_rows(home, warehouse(rows), "s", periods)
    alone = {
        period: build.build
        for one in periods
        for period, build in serving.publish_rows(other, warehouse(rows), "s", [one]).items()
    }
    assert {period: build.build for period, build in together.items()} == alone
    assert list(alone) == ["2025-01", "2025"]


def test_a_build_does_not_depend_on_what_another_site_leaves_empty(home: Home, tmp_path: Path) -> None:
    other = Home(root=tmp_path / "other", exports=tmp_path / "other" / "exports")
    alone = serving.publish_rows(home, warehouse(JANUARY), "s", ["2025-01"])["2025-01"]
    beside = warehouse(JANUARY + ", ('d', null, '2025-01', 'empty')")
    assert serving.publish_rows(other, beside, "s", ["2025-01"])["2025-01"].build == alone.build


def test_the_gates_lie_beside_the_build_that_they_judged(home: Home) -> None:
    build = serving.publish_rows(home, warehouse(JANUARY), "s", ["2025-01"])["2025-01"]
    assert build.gates() is None
    serving.write_gates(build, [{"name": "g", "passed": True, "severity": "error"}])
    again = serving.current(home, "s", "2025-01")
    assert again is not None
    assert again.gates() == [{"name": "g", "passed": True, "severity": "error"}]
    changed = serving.publish_rows(home, warehouse("('a', 7.0, '2025-01', 's')"), "s", ["2025-01"])["2025-01"]
    assert changed.gates() is None


def test_a_period_that_lost_its_rows_loses_its_pointer(home: Home) -> None:
    serving.publish_rows(home, warehouse(JANUARY), "s", ["2025-01"])
    serving.publish_rows(home, warehouse("('a', 1.5, '2025-02', 's')"), "s", ["2025-01"])
    assert serving.builds(home) == []


def test_leftovers_of_a_killed_run_change_nothing(home: Home) -> None:
    half = home.serving / "s" / "2025-01" / ".next"
    half.mkdir(parents=True)
    (half / "out_figure.parquet").write_bytes(b"half")
    build = serving.publish_rows(home, warehouse(JANUARY), "s", ["2025-01"])["2025-01"]
    assert not half.exists()
    assert build.tables["out_figure"].stat().st_size > 100


def test_only_the_build_before_is_kept_for_its_readers(home: Home) -> None:
    for value in range(4):
        serving.publish_rows(home, warehouse(f"('a', {value}.5, '2025-01', 's')"), "s", ["2025-01"])
    assert len([path for path in (home.serving / "s" / "2025-01").iterdir() if path.is_dir()]) == 2


def test_before_the_first_refresh_reading_says_what_to_do(home: Home) -> None:
    with pytest.raises(WrongUseError, match="refresh"):
        serving.open_serving(home)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (JANUARY + ", ('a', 2.5, '2025-01', 's')", "a"),
        (JANUARY + ", (null, 2.5, '2025-01', 's')", "a row without a key"),
    ],
)
def test_rows_without_a_key_of_their_own_are_not_served(home: Home, rows: str, found: str) -> None:
    with pytest.raises(GateStoppedError, match="one name") as stopped:
        serving.publish_rows(home, warehouse(rows), "s", ["2025-01"])
    assert (stopped.value.where, stopped.value.found) == ("out_figure", found)
    assert serving.current(home, "s", "2025-01") is None


def test_a_key_of_several_columns_may_have_empty_ones() -> None:
    columns = ["fact_id", "raw_table", "evidence_id", "record_number", "role"]
    rows = pa.table(
        dict(zip(columns, [["f", "f"], ["t", "t"], ["e", "e"], [None, 1], ["r", "r"]], strict=True))
    )
    check_keys("out_fact_record", rows)
    same = rows.set_column(3, "record_number", pa.array([None, None], pa.int64()))
    with pytest.raises(GateStoppedError, match="f, t, e, None, r"):
        check_keys("out_fact_record", same)
    nameless = rows.set_column(4, "role", pa.array(["r", None]))
    with pytest.raises(GateStoppedError, match="a row without a key"):
        check_keys("out_fact_record", nameless)
