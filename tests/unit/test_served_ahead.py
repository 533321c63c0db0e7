"""Rows served ahead: the same build and the same tables, or none; never served without being taken."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from tracetonne import served_ahead, serving
from tracetonne.package.bag import sha256_of
from tracetonne.package.tabular import copy_table
from tracetonne.settings import Home

PERIOD = "2025-01"
FIGURES = "('b', 2.5, '2025-01', 's'), ('a', 1.5, '2025-01', 's'), ('=c', 9.0, '2025-02', 's')"


def looked_at(table: str) -> set[str]:
    return {"model.figure"} if table == "out_figure" else set()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(root=tmp_path, exports=tmp_path / "exports")
    with duckdb.connect(str(made.warehouse)) as warehouse:
        warehouse.execute("create schema output")
        warehouse.execute(
            f"create table output.out_figure as select * from (values {FIGURES}) "
            "as made(figure_key, value, refresh_period, site)"
        )
    return made


def test_what_is_made_ahead_is_what_the_steps_would_make(home: Home, tmp_path: Path) -> None:
    with duckdb.connect(str(home.warehouse)) as warehouse:
        plain = serving.publish_rows(home, warehouse, "s", [PERIOD])[PERIOD]
    columns = copy_table(plain.tables["out_figure"], tmp_path / "plain/figure")
    with served_ahead.rows_ahead(home, "s", PERIOD):
        served_ahead.begin(home, [PERIOD, "2025-03"], looked_at)
        served_ahead.computed(home, "model.figure")
        names = served_ahead.take_rows(home, [PERIOD, "2025-03"])
        assert names == {PERIOD: plain.build, "2025-03": None}
        made = serving.publish(home, "s", names)
        served_ahead.settle(home)
        table = made[PERIOD].tables["out_figure"]
        # Whether it was printed by then is a matter of time; the package prints what was not.
        taken = served_ahead.take_table(home, table, tmp_path / "ahead/figure")
        assert taken in ((columns, sha256_of(tmp_path / "plain/figure.csv")), None)
        assert served_ahead.take_table(home, table, tmp_path / "twice/figure") is None
        if taken is None:
            copy_table(table, tmp_path / "ahead/figure")
    assert made == {PERIOD: plain}
    for name in ("figure.csv", "figure.parquet"):
        assert (tmp_path / "ahead" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
    assert not home.early_tables.exists()


def test_rows_that_no_step_takes_are_never_served(home: Home) -> None:
    home.early_tables.mkdir()
    (home.early_tables / "out_figure.csv").write_text("left by a killed refresh")
    with served_ahead.rows_ahead(home, "s", PERIOD):
        served_ahead.begin(home, [PERIOD], looked_at)
    assert serving.current(home, "s", PERIOD) is None
    assert not list((home.serving / "s" / PERIOD).iterdir())
    assert not home.early_tables.exists()


def test_a_table_is_written_while_what_others_look_at_is_computed(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as warehouse:
        warehouse.execute(
            "create view output.out_balance as select 'mass' as balance, * from output.out_figure"
        )
    folder = serving.aside(home, "s", PERIOD)
    with served_ahead.rows_ahead(home, "s", PERIOD):
        served_ahead.begin(home, [PERIOD], lambda table: {f"model.{table}"})
        served_ahead.computed(home, "model.out_figure")
        deadline = time.monotonic() + 30
        while not (folder / "out_figure.parquet").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert [path.name for path in folder.iterdir()] == ["out_figure.parquet"]
        names = served_ahead.take_rows(home, [PERIOD])
    with duckdb.connect(str(home.warehouse)) as warehouse:
        plain = serving.publish_rows(home, warehouse, "s", [PERIOD])[PERIOD]
    assert names == {PERIOD: plain.build}


def test_rows_of_other_periods_are_not_taken(home: Home) -> None:
    with served_ahead.rows_ahead(home, "s", PERIOD):
        served_ahead.begin(home, [PERIOD], looked_at)
        assert served_ahead.take_rows(home, ["2025-02"]) is None


def test_what_cannot_be_made_ahead_is_left_to_the_step(home: Home, tmp_path: Path) -> None:
    home.warehouse.write_bytes(b"not a warehouse")
    with served_ahead.rows_ahead(home, "s", PERIOD):
        served_ahead.begin(home, [PERIOD], looked_at)
        assert served_ahead.take_rows(home, [PERIOD]) is None
        served_ahead.settle(home)
        assert (
            served_ahead.take_table(home, tmp_path / "build/out_figure.parquet", tmp_path / "figure") is None
        )


def test_outside_of_a_refresh_nothing_is_made_ahead(home: Home, tmp_path: Path) -> None:
    served_ahead.begin(home, [PERIOD], looked_at)
    served_ahead.settle(home)
    assert served_ahead.take_rows(home, [PERIOD]) is None
    assert served_ahead.take_table(home, tmp_path / "build/out_figure.parquet", tmp_path / "figure") is None
    assert not (home.serving / "s" / PERIOD).exists()
