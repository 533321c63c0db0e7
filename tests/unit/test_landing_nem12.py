"""NEM12 and NEM13: real samples, good and bad, and what a day of values may hold."""

from __future__ import annotations

import datetime
import itertools
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from aemo_mdff_reader import parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.meter_reading_of import Read, corpus, read, source_of
from tracetonne.landing.nem12 import Nem12Reader
from tracetonne.landing.reject import UnreadableDocumentError

FOLDER = "meter-nem12"
GOOD = [
    "Example_NEM12_actual_interval.csv",
    "Example_NEM12_different_interval_length.csv",
    "Example_NEM12_multiple_meters.csv",
    "Example_NEM12_multiple_quality.csv",
    "Example_NEM12_partialchannel.csv",
]
_COUNTER = itertools.count()


def day(values: list[str], quality: str = "A", date: str = "20250101") -> str:
    """Return a 300 record."""
    return ",".join(["300", date, *values, quality, "", "", "20250102000000", ""])


def document(*records: str, minutes: int = 30, end: bool = True) -> str:
    """Return a file of one data stream."""
    head = ["100,NEM12,202501020000,MDA1,Ret1", f"200,NMI1,E1,1,E1,N1,SERIAL,kWh,{minutes},"]
    return "\n".join([*head, *records, *(["900"] if end else [])]) + "\n"


def read_text(tmp_path: Path, text: str) -> Read:
    """Read a file."""
    path = tmp_path / "nem.csv"
    path.write_text(text, encoding="utf-8")
    return read(Nem12Reader(), path, tmp_path / f"scratch{next(_COUNTER)}")


@pytest.mark.parametrize("name", GOOD)
def test_real_files_land_as_the_strict_library_reads_them(tmp_path: Path, name: str) -> None:
    path = corpus(f"{FOLDER}/{name}")
    found = read(Nem12Reader(), path, tmp_path / "scratch")
    other = list(parse(str(path)))
    assert found.reading.records_rejected == 0
    assert [float(one["quantity"]) for one in found.rows()] == [one.value for one in other]
    assert [one["meter"] for one in found.rows()] == [f"{one.nmi}/{one.nmi_suffix}" for one in other]


def test_a_register_record_gives_two_reads(tmp_path: Path) -> None:
    found = read(Nem12Reader(), corpus(f"{FOLDER}/Example_NEM13_consumption_data.csv"), tmp_path / "scratch")
    # 09:30:55 at UTC+10 is 07:30:55 in Taipei.
    assert [(str(one["interval_start_local"]), one["quantity"]) for one in found.rows()] == [
        ("2003-10-05 07:30:55", Decimal("6342.8")),
        ("2004-01-07 08:03:33", Decimal("7654.9")),
    ]
    assert found.rows("meter_channel")[0]["accumulation"] == "cumulative"


def test_quality_of_parts_of_a_day_and_its_reason(tmp_path: Path) -> None:
    path = corpus(f"{FOLDER}/Example_NEM12_multiple_quality.csv")
    found = read(Nem12Reader(), path, tmp_path / "scratch")
    assert "".join(one["quality"] for one in found.rows()) == "F" * 20 + "A" * 4 + "S" * 24
    notes = found.rows("meter_reading_note")
    assert (notes[0]["quality_code"], notes[0]["quality_reason"]) == ("F14", "76 Communications fault")
    assert (notes[-1]["reading_number"], notes[-1]["quality_code"]) == (48, "S14")


def test_a_zip_keeps_its_good_part_and_names_the_broken_lines(tmp_path: Path) -> None:
    path = corpus(f"{FOLDER}/zip/NEM12_Scenario10_ETSAMDP_NEMMCO.zip")
    found = read(Nem12Reader(), path, tmp_path / "scratch")
    # Eight days are declared; the one that is broken over three lines does not land, nor what its two 400
    # records say of it. All five 500 records do.
    assert (len(found.rows()), found.reading.records_rejected) == (7 * 48, 48 + 2 + 2)
    assert [one.locator.rpartition("!")[2] for one in found.reading.rejections] == [
        f"line {number}" for number in range(27, 32)
    ]
    assert [
        (one["meter"], one["transaction_code"], one["index_read"])
        for one in found.rows("meter_transaction")[:2]
    ] == [("NEM1210191/E1", "D", "000950.0"), ("NEM1210191/E2", "G", "000000.0")]
    assert len(found.rows("meter_transaction")) == 5


@pytest.mark.parametrize(
    ("name", "code"),
    [("Example_NEM12_empty.csv", "empty_file"), ("Example_NEM12_missing_header.csv", "missing_element")],
)
def test_invalid_files_are_named(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        read(Nem12Reader(), corpus(f"{FOLDER}/invalid/{name}"), tmp_path / "scratch")
    assert caught.value.rejections[0].code == code


def test_values_of_another_length_than_declared_are_refused_whole(tmp_path: Path) -> None:
    path = corpus(f"{FOLDER}/invalid/Example_NEM12_30min_200_15min_300.csv")
    found = read(Nem12Reader(), path, tmp_path / "scratch")
    # 48 values that the 200 record asks for, and two 400 records that speak of them.
    assert (found.rows(), found.reading.records_rejected) == ([], 48 + 2)
    assert found.codes == ["wrong_columns", "wrong_place", "wrong_place"]
    assert found.reading.rejections[0].found == "96 values"


def test_null_is_not_zero_and_an_empty_cell_neither(tmp_path: Path) -> None:
    values = ["1"] * 48
    values[1], values[2] = "0", ""
    found = read_text(tmp_path, document(day(values, "V"), "400,1,1,A,,", "400,2,2,N,78,", "400,3,48,E52,,"))
    assert [(one["quantity"], one["quality"]) for one in found.rows()][:4] == [
        (Decimal(1), "A"),
        (None, "N"),
        (None, None),
        (Decimal(1), "E"),
    ]
    assert (found.codes, found.reading.records_rejected) == (["empty_cell"], 1)


def test_intervals_that_no_400_record_speaks_of_are_named(tmp_path: Path) -> None:
    found = read_text(tmp_path, document(day(["1"] * 48, "V"), "400,1,47,A,,"))
    assert (found.codes, found.reading.records_rejected) == (["bad_value"], 1)
    assert found.rows()[47]["quantity"] is None


def test_a_day_starts_at_midnight_of_utc_plus_10(tmp_path: Path) -> None:
    found = read_text(tmp_path, document(day(["1"] * 288), minutes=5))
    starts = [one["interval_start_local"] for one in found.rows()]
    assert str(starts[0]) == "2024-12-31 22:00:00"
    assert {later - earlier for earlier, later in itertools.pairwise(starts)} == {
        datetime.timedelta(minutes=5)
    }


@pytest.mark.parametrize(
    ("suffix", "flow"),
    [("E1", "forward"), ("B1", "reverse"), ("Q1", "forward"), ("K2", "reverse"), ("V1", None)],
)
def test_the_suffix_tells_the_flow(tmp_path: Path, suffix: str, flow: str | None) -> None:
    text = document(day(["1"] * 48)).replace(",1,E1,", f",1,{suffix},")
    assert read_text(tmp_path, text).rows("meter_channel")[0]["flow_direction"] == flow


def test_a_cut_file_says_that_its_end_is_missing(tmp_path: Path) -> None:
    found = read_text(tmp_path, document(day(["1"] * 48), end=False))
    assert (len(found.rows()), found.codes) == (48, ["missing_element"])


def test_members_of_a_zip_are_told_by_their_content(tmp_path: Path) -> None:
    path = tmp_path / "any.bin"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", document(day(["1"] * 48)))
        archive.writestr("b.txt", document(day(["2"] * 48, date="20250102")))
    found = read(Nem12Reader(), path, tmp_path / "scratch")
    assert len(found.rows()) == 96
    assert [one["locator"] for one in found.rows("meter_block")] == ["a.txt!line 3", "b.txt!line 3"]


_CELL = st.one_of(
    st.decimals(-1000, 1000, places=3).map(str),
    st.sampled_from(["", "1e3", "nan", "1,5", "５", "0", "A", "1_0", "99999999999999", "-0.0000001"]),
)


_DAY = st.tuples(
    st.lists(_CELL, min_size=4, max_size=4),
    st.sampled_from(["A", "E52", "N", "V", "F14", "Z", ""]),
).map(lambda one: day([cell.replace(",", "") for cell in one[0]], one[1]))
_REGISTER = (
    "250,NMI2,1,1,11,11,S,E,10,20250101093000,A,,,{read},20250201093000,A,,,20,kWh,20250301,20250201100000,"
)
_OTHERS = [
    *(
        "200,NMI1,E1,1,E1,N1,SERIAL,kWh,360,",
        "200,NMI1,E1,1,E1,N1,S,kWh,7,",
        "200,NMI1,E1,1,E1,N1,S,mile,360,",
    ),
    *("300", "300,2025", "300,20250101,1,2,3\x00,4,A", "400,1,2,A,,", "400,3,9,A,,", "400"),
    *("500,N,,20250101,1", "500,S", "500,,,,", "550,N,,A,", "550"),
    *(_REGISTER.format(read="30"), _REGISTER.format(read="x"), "250,NMI2", "x", "100", " , ,"),
]
_VALUES_OF = {"300": 4, "250": 2, "500": 1, "550": 1}


@given(st.lists(st.one_of(_DAY, st.sampled_from(_OTHERS)), max_size=10), st.booleans())
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_line_lands_or_is_rejected(tmp_path: Path, records: list[str], end: bool) -> None:
    records = [day(["1"] * 4), *records]
    found = read_text(tmp_path, document(*records, minutes=360, end=end))
    reading = found.reading
    rejected = {int(number) for one in reading.rejections if (number := one.locator[5:]).isdigit()}
    landed = {
        int(row["locator"][5:]) for table in ("meter_block", "meter_transaction") for row in found.rows(table)
    }
    in_source = 0
    is_under_200 = True
    for number, text in enumerate(records, start=3):
        kind = text[:3]
        if kind == "200":
            is_under_200 = number not in rejected
        if not text.strip(" ,"):
            continue
        if "\x00" in text or (kind == "300" and not is_under_200) or kind not in _VALUES_OF:
            # How many values it holds nobody can say, or it only describes what it stands beside.
            in_source += number in rejected
            assert number in rejected or kind in ("200", "400")
        else:
            in_source += _VALUES_OF[kind]
            assert (number in landed) or (number in rejected)
    rows = len(found.rows()) + len(found.rows("meter_transaction"))
    assert rows - reading.records_in_place + reading.records_rejected == in_source
    bad = [one for one in found.rows() if one["quality"] is None]
    assert len(bad) == reading.records_in_place
    assert ("missing_element" in found.codes) is not end


def test_a_member_of_a_zip_without_a_header_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "any.bin"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", document(day(["1"] * 48)))
        archive.writestr("readme.txt", "Good morning,\nhere are the readings.\n")
    found = read(Nem12Reader(), path, tmp_path / "scratch")
    assert (len(found.rows()), found.codes) == (48, ["missing_element"])
    assert found.reading.rejections[0].locator == "readme.txt!line 1"


def test_transactions_of_registers(tmp_path: Path) -> None:
    path = tmp_path / "nem13.csv"
    path.write_text(f"100,NEM13,202501020000,A,B\n{_REGISTER.format(read='30')}\n550,N,SO1,A,SO2\n900\n")
    found = read(Nem12Reader(), path, tmp_path / "scratch")
    (row,) = found.rows("meter_transaction")
    assert {name: value for name, value in row.items() if value} == {
        "record_indicator": "550", "meter": "NMI2/11", "previous_transaction_code": "N",
        "previous_service_order": "SO1", "transaction_code": "A", "service_order": "SO2", "locator": "line 3",
    }  # fmt: skip


@given(st.binary(max_size=300))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bytes.csv"
    path.write_bytes(b"100,NEM12,202501020000,A,B\n200,N,E1,1,E1,,S,kWh,360,\n" + data)
    try:
        found = read(Nem12Reader(), path, tmp_path / f"scratch{next(_COUNTER)}")
    except UnreadableDocumentError:
        return
    assert found.reading.records_in_place <= found.reading.records_rejected


def test_an_unsafe_archive_is_not_recognised(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../escape.csv", document(day(["1"] * 48)))
    assert not Nem12Reader().recognises(source_of(path, tmp_path / "scratch"))
