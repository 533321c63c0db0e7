"""Tables as files: the same bytes with any number of threads, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracetonne.package.findings import Row, Tables
from tracetonne.package.tabular import literal, quoted, write_table

# More rows than three row groups hold, in an order that has to be sorted.
READINGS = (
    "select 'm' || lpad(cast((i * 7919) % 13 as varchar), 2, '0') as meter, "
    "(i * 104729) % 400000 as position, "
    "cast((i % 997) / 8 as decimal(18, 6)) as quantity, "
    "timestamp '2026-01-01' + to_minutes(cast(15 * i as integer)) as interval_start_local "
    "from range(400000) as numbers(i)"
)


@pytest.mark.parametrize("memory", ["2GB", "200MB"])
@pytest.mark.slow
def test_threads_and_memory_do_not_change_a_byte(tmp_path: Path, memory: str) -> None:
    hashes = set()
    for threads in (1, 2, 4):
        config = {"threads": threads, "memory_limit": memory, "temp_directory": str(tmp_path / "spill")}
        with duckdb.connect(config=config) as connection:
            write_table(connection, READINGS, ("meter", "position"), tmp_path / f"{threads}" / "t")
        files = [(tmp_path / f"{threads}" / f"t.{suffix}").read_bytes() for suffix in ("parquet", "csv")]
        hashes.add(tuple(hashlib.sha256(content).hexdigest() for content in files))
    assert len(hashes) == 1


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12), min_size=1, max_size=8
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_text_comes_back_and_is_never_a_formula(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    root = tmp_path_factory.mktemp("table")
    with duckdb.connect() as connection:
        connection.execute("create table t (number integer, cell varchar)")
        connection.executemany("insert into t values (?, ?)", list(enumerate(texts)))
        write_table(connection, "select * from t", ("number",), root / "data" / "t")
    with (root / "data" / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [row["cell"] for row in csv.DictReader(stream)]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝＋－＠"))]
    assert [row["cell"] for row in Tables(root).rows("t.csv")] == texts


def test_numbers_below_zero_stay_numbers(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        write_table(
            connection, "select -1.5::double as value, null::double as none", (), tmp_path / "data" / "t"
        )
    row: Row = Tables(tmp_path).rows("t.csv")[0]
    assert (row.number("value"), row.number("none")) == (-1.5, None)


def test_names_and_texts_cannot_leave_their_quotes() -> None:
    assert quoted('a"b') == '"a""b"'
    assert literal("it's") == "'it''s'"
