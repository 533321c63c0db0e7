"""Meter exports: typed in place, every line keeps its number, damage costs only the line where it is."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_documents import home_at, meter, meter_day, put, rows_of, source_of

from tracetonne.landing import meter_csv_outcome, meter_line, store
from tracetonne.landing.land import land_paths
from tracetonne.landing.meter_csv import MeterCsvReader
from tracetonne.landing.reader import Reading
from tracetonne.landing.reject import UnreadableDocumentError

SITE = "screw_plant"


def _read(tmp_path: Path, content: bytes, *, fast: bool = True) -> Reading:
    path = put(tmp_path, "a.csv", content)
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    source = source_of(path, tmp_path / ("fast" if fast else "slow"), (lambda: lines) if fast else None)
    assert MeterCsvReader().recognises(source)
    return MeterCsvReader().read(source)


def _local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime.datetime:
    """Return a local time, as meters print it."""
    return datetime.datetime(year, month, day, hour, minute)  # noqa: DTZ001


def _rows(reading: Reading) -> list[dict[str, object]]:
    return pq.read_table(reading.records["meter_reading"], partitioning=None).to_pylist()


def _rejected(reading: Reading) -> list[tuple[str, str, str]]:
    path = reading.records.get("rejected_record")
    rows = pq.read_table(path, partitioning=None).to_pylist() if path else []
    return [(str(row["locator"]), str(row["field"]), str(row["code"])) for row in rows]


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_readings_are_typed_in_the_order_of_the_file(tmp_path: Path, bom: bool, line_end: bytes) -> None:
    reading = _read(tmp_path, meter(*meter_day(), bom=bom).replace(b"\n", line_end))
    rows = _rows(reading)
    assert len(rows) == 96
    assert rows[5] == {
        "meter": "M-MAIN",
        "interval_start_local": _local(2025, 1, 1, 1, 15),
        "interval_minutes": 15,
        "quantity": Decimal("1.250000"),
        "unit": "kWh",
        "quality": "A",
    }
    assert (reading.records_rejected, reading.header_lines, reading.locator_kind) == (0, 1, "line")
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2025, 1, 1),
        datetime.date(2025, 1, 2),
    )
    assert reading.document_key == "M-MAIN:2025-01-01/2025-01-02"


def test_a_bad_cell_is_null_in_place_and_named(tmp_path: Path) -> None:
    day = meter_day()
    day[1] = "M-MAIN,2025-01-01 00:15,-1.5,A"
    day[3] = "M-MAIN,2025-01-01 00:45,abc,A"
    day[5] = "M-MAIN,2025-01-01,1.0,A"
    day[7] = "M-MAIN,2025-01-01 01:45+08,1.0,A"
    day[9] = "M-MAIN,2025-01-01 02:15,,N"
    day[11] = "M-MAIN,2025-01-01 02:45,5.0,N"
    day[13] = "M-MAIN,2025-01-01 03:15,,A"
    day[15] = "M-MAIN,2025-01-01 03:45,1.0,X"
    day[17] = ",2025-01-01 04:15,1.0,A"
    day[19] = "合計,,9.0,"
    reading = _read(tmp_path, meter(*day))
    rows = _rows(reading)
    assert len(rows) == 96
    assert [rows[index]["quantity"] for index in (1, 3, 9, 11, 13)] == [None] * 5
    assert [rows[index]["interval_start_local"] for index in (5, 7)] == [None] * 2
    assert (rows[15]["quality"], rows[17]["meter"]) == (None, None)
    assert _rejected(reading) == [
        ("line 3", "consumption_kWh", "negative_reading"),
        ("line 5", "consumption_kWh", "bad_number"),
        ("line 7", "interval_start", "bad_date"),
        ("line 9", "interval_start", "bad_date"),
        ("line 13", "consumption_kWh", "null_with_value"),
        ("line 15", "consumption_kWh", "empty_cell"),
        ("line 17", "quality", "bad_value"),
        ("line 19", "meter", "empty_cell"),
        ("line 21", "", "total_row"),
    ]
    assert (reading.records_rejected, reading.records_in_place) == (9, 9)
    assert reading.rejections[0].original_text == day[1]


def test_the_register_counts_bad_records_once(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    day = meter_day()
    day[1] = "M-MAIN,never,-1.5,X"
    (result,) = land_paths(home, [put(tmp_path, "a.csv", meter(*day))], SITE)
    assert (result.records_landed, result.records_rejected, result.status) == (95, 1, "landed")
    assert len(rows_of(home, "meter_reading", SITE, result.evidence_id)) == 96
    assert len(rows_of(home, "rejected_record", SITE, result.evidence_id)) == 3


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (b"M-MAIN,2025-01-01 00:15,1.0\n", "wrong_columns"),
        (b"M-MAIN,2025-01-01 00:15,1.0,A,more\n", "wrong_columns"),
        (b"M-MAIN,2025-01-01 00:15,1,0,A\n", "wrong_columns"),
        (b"\n", "wrong_columns"),
        (b"M-MAIN,2025-01-01 00:15,1.\x000,A\n", "nul_byte"),
        (b"M-MAIN,2025-01-01 00:15,1.0,\xff\xfe\n", "wrong_encoding"),
        (b"M-MAIN,2025-01-01 00:15," + b"9" * 3_000_000 + b",A\n", "line_too_long"),
    ],
)
def test_a_damaged_line_keeps_its_place(tmp_path: Path, damage: bytes, code: str) -> None:
    head, tail = meter(meter_day()[0]), "\n".join(meter_day()[2:]).encode() + b"\n"
    reading = _read(tmp_path, head + damage + tail)
    rows = _rows(reading)
    assert [(where, why) for where, _, why in _rejected(reading)] == [("line 3", code)]
    assert (len(rows), reading.records_rejected) == (96, 1)
    assert rows[1]["quantity"] is None
    assert rows[2]["interval_start_local"] == _local(2025, 1, 1, 0, 30)


def test_a_truncated_export_keeps_its_complete_lines(tmp_path: Path) -> None:
    reading = _read(tmp_path, meter(*meter_day())[:-9])
    assert (len(_rows(reading)), reading.records_rejected) == (96, 1)
    assert _rejected(reading) == [("line 97", "", "wrong_columns")]


def test_blank_lines_at_the_end_are_no_records(tmp_path: Path) -> None:
    reading = _read(tmp_path, meter(*meter_day()) + b"\n\n")
    assert (len(_rows(reading)), reading.records_rejected) == (96, 0)


def test_a_byte_that_is_no_text_names_its_offset(tmp_path: Path) -> None:
    content = meter(*meter_day())
    offset = content.index(b"M-MAIN,2025-01-01 00:15")
    reading = _read(tmp_path, content[:offset] + b"\xff" + content[offset + 1 :])
    assert reading.rejections[0].found == f"byte 0xff at offset {offset}"


@pytest.mark.parametrize(
    ("heading", "code", "field"),
    [
        ("meter,interval_start,quality", "missing_column", "consumption_kwh"),
        ("meter,interval_start,consumption_kwh", "missing_column", "quality"),
        ("meter,interval_start,consumption_btu,quality", "unknown_unit", "consumption_btu"),
        ("meter,interval_start,consumption,quality", "unknown_unit", "consumption"),
        (
            "meter,interval_start,consumption_kwh,consumption_mwh,quality",
            "duplicate_column",
            "consumption_kwh",
        ),
    ],
)
def test_a_heading_that_cannot_be_used(tmp_path: Path, heading: str, code: str, field: str) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        _read(tmp_path, (heading + "\n" + "x,2025-01-01 00:00,1,A\n").encode())
    assert [(one.code, one.field) for one in caught.value.rejections] == [(code, field)]


def test_a_heading_alone_is_empty(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocumentError, match="no record"):
        _read(tmp_path, meter())


def test_another_encoding_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocumentError, match="UTF-16"):
        _read(tmp_path, meter(*meter_day(), bom=False).decode().encode("utf-16"))


@pytest.mark.parametrize(
    ("printed", "first"),
    [
        ("2025-01-01T00:{:02d}", _local(2025, 1, 1)),
        ("2025-01-01 00:{:02d}:00", _local(2025, 1, 1)),
        ("2025/01/01 00:{:02d}", _local(2025, 1, 1)),
    ],
)
def test_other_ways_to_print_a_start(tmp_path: Path, printed: str, first: datetime.datetime) -> None:
    reading = _read(tmp_path, meter(*[f"M,{printed.format(minute)},1,A" for minute in (0, 15, 30, 45)]))
    assert (_rows(reading)[0]["interval_start_local"], reading.records_rejected) == (first, 0)


def test_columns_in_another_order_with_others_between(tmp_path: Path) -> None:
    content = b"quality;note;consumption_mwh;interval_start;meter\nA;x;1.5;2025-01-01 00:00;M\n"
    (row,) = _rows(_read(tmp_path, content))
    assert (row["meter"], row["quantity"], row["unit"], row["interval_minutes"]) == (
        "M", Decimal("1.500000"), "MWh", None,
    )  # fmt: skip


def test_quoted_cells_are_read(tmp_path: Path) -> None:
    content = b'"meter","interval_start","consumption_kwh","quality"\n"M","2025-01-01 00:00","1234.5","A"\n'
    reading = _read(tmp_path, content)
    assert (_rows(reading)[0]["quantity"], reading.records_rejected) == (Decimal("1234.500000"), 0)


@pytest.mark.parametrize(
    ("printed", "code"),
    [('"1,234.5"', "bad_number"), ('"1,5"', "decimal_comma"), ("１２", "bad_number"), ("1e12", "bad_number")],
)
def test_readings_are_plain_numbers(tmp_path: Path, printed: str, code: str) -> None:
    reading = _read(tmp_path, meter(f"M,2025-01-01 00:00,{printed},A", "M,2025-01-01 00:15,1.5e-3,A"))
    assert [why for _, _, why in _rejected(reading)] == [code]
    assert _rows(reading)[1]["quantity"] == Decimal("0.001500")


def test_meters_side_by_side_give_the_interval(tmp_path: Path) -> None:
    rows = [f"M{index},2025-01-01 {hour:02d}:00,1,A" for hour in range(3) for index in range(5)]
    reading = _read(tmp_path, meter(*rows))
    assert {row["interval_minutes"] for row in _rows(reading)} == {60}
    assert reading.document_key.startswith("M0..M4:")


def test_many_rejections_are_stored_though_few_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter_csv_outcome, "_REJECTIONS_SHOWN", 3)
    day = [row.replace(",A", ",?") for row in meter_day()]
    reading = _read(tmp_path, meter(*day))
    assert (len(reading.rejections), len(_rejected(reading)), reading.records_rejected) == (3, 96, 96)


def test_bytes_do_not_depend_on_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        row for day in range(1, 29) for code in "ABCDEFGHIJ" for row in meter_day(code, f"2025-02-{day:02d}")
    ]
    content = meter(*rows, *[row.replace("02-", "03-") for row in rows], *["bad,x,y,z"] * 3)
    hashes = set()
    for threads in ("1", "2", "4"):
        monkeypatch.setenv("TRACETONNE_THREADS", threads)
        reading = _read(tmp_path / threads, content)
        files = [reading.records["meter_reading"], reading.records["rejected_record"]]
        hashes.add(tuple(hashlib.sha256(Path(str(path)).read_bytes()).hexdigest() for path in files))
    assert len(hashes) == 1


@pytest.mark.parametrize("chunk", [1, 7, 64, 1 << 20])
def test_bad_lines_are_found_wherever_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(meter_line, "_CHUNK_BYTES", chunk)
    day = meter_day()
    wrong = [0, 1, 40, 95]
    for index in wrong:
        day[index] = f"M-MAIN,wrong {index},1,A"
    reading = _read(tmp_path, meter(*day))
    assert [one.locator for one in reading.rejections] == [f"line {index + 2}" for index in wrong]
    assert [one.found for one in reading.rejections] == [f"wrong {index}" for index in wrong]


_CELL = st.one_of(
    st.sampled_from(
        ["M1", "", "合計", "2025-01-01 00:00", "2025-01-01 00:15", "1.5", "-1", "A", "N", "x", "1e5"]
    ),
    st.text(alphabet="0123456789.-+eE_:, \"'NA\x00é度", max_size=8),
)
_LINE = st.one_of(
    st.tuples(
        st.sampled_from(["M1", "M2", ""]),
        st.sampled_from(["2025-01-01 00:00", "2025-01-01 00:15", "2025-13-01 00:00", ""]),
        st.sampled_from(["1.5", "0", "-0", "-2", "", "1,5", "9" * 13, "1" * 30, "０", "1.23456789"]),
        st.sampled_from(["A", "E", "N", "", "a"]),
    ).map(",".join),
    st.lists(_CELL, max_size=6).map(",".join),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(_LINE, min_size=1, max_size=12))
def test_both_passes_agree_and_no_line_is_lost(tmp_path: Path, lines: list[str]) -> None:
    content = meter("M0,2025-01-01 00:00,1,A", *lines)
    for folder in ("fast", "slow"):
        for path in (tmp_path / folder).glob("*"):
            path.unlink()
    fast, slow = _read(tmp_path, content), _read(tmp_path, content, fast=False)
    assert _rows(fast) == _rows(slow)
    assert _rejected(fast) == _rejected(slow)
    assert fast.records_rejected == slow.records_rejected
    text_lines = content.decode("utf-8-sig").split("\n")
    while not text_lines[-1].strip():
        text_lines.pop()
    assert store.count_rows(Path(str(fast.records["meter_reading"]))) == len(text_lines) - 1
