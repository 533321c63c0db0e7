"""Names in the inbox, results as CSV, days by name: small rules that have to hold for everything."""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import math
import subprocess
import sys
import uuid
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetonne.connectors.errors import ConnectorConfigError
from tracetonne.connectors.http import links_of
from tracetonne.connectors.names import LONGEST_BYTES, matches, safe_name, with_mark
from tracetonne.connectors.query_csv import CsvRows, as_text
from tracetonne.connectors.query_period import filled_in, named_days
from tracetonne.landing.land import expand

TAIPEI = datetime.timezone(datetime.timedelta(hours=8))


@pytest.mark.parametrize(
    ("remote", "name"),
    [
        ("out/2025/bill.csv", "bill.csv"),
        ("C:\\out\\bill.csv", "bill.csv"),
        ("../../etc/passwd", "passwd"),
        ("..", "document"),
        ("", "document"),
        ("/", "document"),
        (".hidden.csv", "_.hidden.csv"),
        ("~lock.xlsx", "_~lock.xlsx"),
        ("source.yml", "_source.yml"),
        ("a\x00b\nc.csv", "a_b_c.csv"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("電費單 114年01月.pdf", "電費單 114年01月.pdf"),
        ("cafe\u0301.csv", "café.csv"),
        ("a:b*c?.csv", "a_b_c_.csv"),
        ("\ud800bill.csv", "bill.csv"),
    ],
)
def test_names_are_plain(remote: str, name: str) -> None:
    assert safe_name(remote) == name


def test_long_names_keep_their_ending() -> None:
    name = safe_name("電" * 300 + ".xlsx")
    assert name.endswith(".xlsx")
    assert len(name.encode()) <= LONGEST_BYTES
    assert safe_name(name) == name


@given(st.text(max_size=400))
def test_no_name_leads_anywhere_or_is_overlooked(
    tmp_path_factory: pytest.TempPathFactory, remote: str
) -> None:
    name = safe_name(remote)
    assert name == PurePosixPath(name).name
    assert len(with_mark(name, "0" * 64).encode()) <= 255
    assert safe_name(name) == name
    folder = tmp_path_factory.mktemp("inbox")
    path = folder / name
    path.write_bytes(b"x")
    assert path.parent.resolve() == folder.resolve()
    assert expand([folder]) == [path]


def test_patterns_look_at_the_name_only() -> None:
    assert matches("out.pdf/Bill.CSV", ["*.csv"])
    assert not matches("out.csv/bill.pdf", ["*.csv"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (12, "12"),
        (decimal.Decimal("1E+3"), "1000"),
        (decimal.Decimal("0.000001"), "0.000001"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (math.nan, "nan"),
        (datetime.date(2025, 1, 31), "2025-01-31"),
        (datetime.datetime(2025, 1, 31, 8, tzinfo=TAIPEI), "2025-01-31T00:00:00+00:00"),
        (datetime.datetime(2025, 1, 31, 8), "2025-01-31T08:00:00"),  # noqa: DTZ001
        (datetime.timedelta(hours=-1, microseconds=1), "-3599.999999"),
        (b"\x00\xff", "00ff"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"b": 1, "a": [None]}, '{"a": [null], "b": 1}'),
    ],
)
def test_values_are_written_the_same_everywhere(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+886-2-1234", "'+886-2-1234"),
        ("-A12", "'-A12"),
        ("-12.5", "-12.5"),
        ("+3", "+3"),
        ("-", "'-"),
        ("'a", "''a"),
        ("＝1+1", "'＝1+1"),
        ("a=b", "a=b"),
    ],
)
def test_no_text_runs_as_a_formula_and_numbers_stay_numbers(text: str, cell: str) -> None:
    rows = CsvRows(["a"])
    assert rows.lines([(text,)]).decode() == f"{cell}\n"
    assert rows.neutralised_cells == (text != cell)


@given(st.lists(st.lists(st.none() | st.text() | st.integers(), min_size=2, max_size=2)))
def test_what_is_written_is_read_back(rows: list[list[str | int | None]]) -> None:
    writer = CsvRows(["a", "b"])
    written = (writer.heading() + writer.lines(rows)).decode("utf-8")
    assert writer.rows == len(rows)
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert read[0] == ["a", "b"]
    for cells, row in zip(read[1:], rows, strict=True):
        for cell, value in zip(cells, row, strict=True):
            plain = "" if value is None else str(value)
            storable = plain.encode("utf-8", "backslashreplace").decode()
            assert cell in (storable, f"'{storable}")


def test_days_by_name_are_those_of_the_calendar() -> None:
    days = named_days(datetime.date(2025, 1, 31))
    assert (days["month_start"], days["month_end"]) == (datetime.date(2025, 1, 1), datetime.date(2025, 2, 1))
    assert (days["previous_month_start"], days["previous_month_end"]) == (
        datetime.date(2024, 12, 1),
        datetime.date(2025, 1, 1),
    )
    assert days["yesterday"] == datetime.date(2025, 1, 30)
    assert (days["previous_year_start"], days["year_end"]) == (
        datetime.date(2024, 1, 1),
        datetime.date(2026, 1, 1),
    )


@given(st.dates(min_value=datetime.date(2, 1, 1), max_value=datetime.date(9998, 12, 31)))
def test_months_meet(today: datetime.date) -> None:
    days = named_days(today)
    assert days["month_start"] <= today < days["month_end"]
    assert days["previous_month_end"] == days["month_start"]
    assert days["previous_month_start"].day == days["month_end"].day == 1


def test_parameters_are_filled_in_and_unknown_days_refused() -> None:
    today = datetime.date(2025, 3, 5)
    assert filled_in({"a": "{month_start}", "b": "{x} and more", "c": 3}, today) == {
        "a": datetime.date(2025, 3, 1), "b": "{x} and more", "c": 3,
    }  # fmt: skip
    with pytest.raises(ConnectorConfigError, match="day that does not exist"):
        filled_in({"a": "{last_week}"}, today)


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"<a href='{text}'>".encode("utf-8", "replace"))
)
def test_whatever_a_page_holds_its_links_are_text(page: bytes) -> None:
    assert all(isinstance(link, str) for link in links_of(page))


@pytest.mark.slow
def test_connectors_cost_nothing_before_they_are_used() -> None:
    """A refresh must not pay for the libraries of connectors."""
    heavy = "{'httpx', 'aiohttp', 's3fs', 'paramiko', 'imap_tools', 'psycopg', 'pymysql', 'stamina'}"
    imports = "sys, orchestration.connectors, tracetonne.landing.land"
    code = f"import {imports}; sys.exit(bool({heavy} & set(sys.modules)))"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == 0
