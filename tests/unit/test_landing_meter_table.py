"""Tables of readings by contract: real files of a steel plant and a portal, and what a contract can say."""

from __future__ import annotations

import datetime
import gzip
import itertools
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.meter_reading_of import Read, corpus, read, source_of
from tracetonne.errors import WrongUseError
from tracetonne.landing import meter_contract
from tracetonne.landing.meter_table import MeterTableReader, built_in_readers, own_readers
from tracetonne.landing.reject import UnreadableDocumentError
from tracetonne.settings import Home

FOLDER = "meter-csv-15min"
_COUNTER = itertools.count()
LONG: dict[str, Any] = {
    "version": "1",
    "title": "Readings",
    "title_zh": "讀值",
    "layout": "long",
    "time": {"column": "time", "format": "%Y-%m-%d %H:%M", "label": "start", "interval_minutes": 15},
    "meter": {"column": "tag"},
    "value": {"column": "value", "unit": "kWh"},
    "quality": {"scheme": "words", "column": "status", "words": {"ok": "A", "est": "E", "none": "N"}},
}
HEAD = "tag,time,value,status\n"


def reader(tmp_path: Path, **changes: Any) -> MeterTableReader:
    """Return the reader of a contract as a steward would write it."""
    path = tmp_path / "own_table.yml"
    written = {**LONG, **changes}
    path.write_text(
        yaml.safe_dump({k: v for k, v in written.items() if v}, allow_unicode=True), encoding="utf-8"
    )
    return MeterTableReader(meter_contract.load(path, is_own=True))


def read_text(tmp_path: Path, text: str | bytes, name: str = "table.csv", **changes: Any) -> Read:
    """Read a table by a contract."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(reader(tmp_path, **changes), path, tmp_path / f"scratch{next(_COUNTER)}")


def built_in(kind: str) -> MeterTableReader:
    """Return the reader of one of the product's own contracts."""
    return next(one for one in built_in_readers() if one.kind == kind)


def test_quarters_labelled_by_their_end_stay_in_their_day(tmp_path: Path) -> None:
    path = corpus(f"{FOLDER}/Steel_industry_data.csv")
    found = read(built_in("uci_steel_industry"), path, tmp_path / "scratch")
    usage = [one for one in found.rows() if one["meter"] == "usage"]
    starts = [one["interval_start_local"] for one in usage]
    # 00:00 in Seoul is 23:00 in Taipei.
    assert (str(starts[0]), str(starts[-1])) == ("2017-12-31 23:00:00", "2018-12-31 22:45:00")
    assert {b - a for a, b in itertools.pairwise(sorted(starts))} == {datetime.timedelta(minutes=15)}
    assert Counter((one + datetime.timedelta(hours=1)).date() for one in starts).most_common()[-1][1] == 96
    # The sum of the column in the file, added by hand with a calculator of decimals.
    total = sum(Decimal(line.split(",")[1]) for line in path.read_text("utf-8-sig").splitlines()[1:])
    assert sum(one["quantity"] for one in usage) == total
    assert found.reading.records_rejected == 0


def test_hours_with_offsets_have_days_of_23_and_25(tmp_path: Path) -> None:
    path = corpus(f"{FOLDER}/opendsm_il-electricity-cdd-hdd-hourly.csv.gz")
    found = read(built_in("interval_start_value"), path, tmp_path / "scratch")
    starts = [one["interval_start_local"] for one in found.rows()]
    assert len(set(starts)) == len(starts) == 19417
    clock = [(str(one["from_utc"]), one["utc_offset_minutes"]) for one in found.rows("meter_clock")]
    assert clock[1:] == [
        ("2016-03-13 08:00:00", -300),
        ("2016-11-06 07:00:00", -360),
        ("2017-03-12 08:00:00", -300),
        ("2017-11-05 07:00:00", -360),
    ]


def test_a_local_clock_with_a_doubled_and_a_skipped_hour(tmp_path: Path) -> None:
    time = {**LONG["time"], "zone": "America/Chicago", "interval_minutes": 60}
    rows = [
        "2016-11-06 00:00",
        "2016-11-06 01:00",
        "2016-11-06 01:00",
        "2016-11-06 02:00",
        "2016-03-13 02:30",
    ]
    text = HEAD + "".join(f"a,{one},{n},ok\n" for n, one in enumerate(rows))
    found = read_text(tmp_path, text, time=time)
    starts = [one["interval_start_local"] for one in found.rows()]
    # 05:00, 06:00, 07:00 and 08:00 UTC.
    assert [one and one.hour for one in starts] == [13, 14, 15, 16, None]
    assert found.codes == ["skipped_hour"]


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("%Y/%m/%d %H:%M", "114/01/31 23:45"),
        ("%Y/%m/%d %H:%M", "99/01/31 23:45"),
        ("%Y%m%d%H%M", "1140131 2345".replace(" ", "")),
        ("%Y年%m月%d日 %H:%M", "114年01月31日 23:45"),
    ],
)
def test_years_of_the_roc(tmp_path: Path, form: str, printed: str) -> None:
    found = read_text(
        tmp_path, f"{HEAD}a,{printed},1,ok\n", time={**LONG["time"], "format": form, "calendar": "roc"}
    )
    year = 2010 if printed.startswith("99") else 2025
    assert str(found.rows()[0]["interval_start_local"]) == f"{year}-01-31 23:45:00"


def test_two_digit_years_only_by_an_explicit_format(tmp_path: Path) -> None:
    text = f"{HEAD}a,01/02/18 0:15,1,ok\na,2018-02-01 00:15,1,ok\n"
    found = read_text(tmp_path, text, time={**LONG["time"], "format": "%d/%m/%y %H:%M"})
    assert [str(one["interval_start_local"]) for one in found.rows()] == ["2018-02-01 00:15:00", "None"]
    assert (found.codes, found.reading.rejections[0].locator) == (["bad_date"], "line 3")


def test_reads_of_a_gas_register_in_cubic_metres(tmp_path: Path) -> None:
    path = tmp_path / "gas.csv"
    path.write_text(
        "gas_meter,read_at,register_m3,quality\n"
        "G1,2025-03-01 08:00,99950.0,A\nG1,2025-04-01 08:00,50.0,A\nG1,2025-05-01 08:00,,N\nG1,x,1,A\n"
    )
    found = read(built_in("gas_register_m3"), path, tmp_path / "scratch")
    assert [(one["quantity"], one["unit"], one["interval_minutes"]) for one in found.rows()] == [
        (Decimal("99950"), "m3", 0), (Decimal(50), "m3", 0), (None, "m3", 0), (None, "m3", 0)
    ]  # fmt: skip
    assert {one["accumulation"] for one in found.rows("meter_channel")} == {"cumulative"}
    assert (found.codes, found.reading.records_rejected) == (["bad_date"], 1)


def test_quality_by_words(tmp_path: Path) -> None:
    text = HEAD + "".join(f"a,2025-01-01 0{n}:00,{v},{q}\n" for n, (v, q) in enumerate(
        [("1", "ok"), ("2", "est"), ("3", "none"), ("", "none"), ("", "ok"), ("6", "??")]
    ))  # fmt: skip
    found = read_text(tmp_path, text)
    assert [(one["quantity"], one["quality"]) for one in found.rows()] == [
        (Decimal(1), "A"), (Decimal(2), "E"), (None, "N"), (None, "N"), (None, None), (None, None),
    ]  # fmt: skip
    assert found.codes == ["empty_cell", "bad_value"]
    assert [one["quality_code"] for one in found.rows("meter_reading_note")] == ["est", "none", "none"]


@pytest.mark.parametrize(
    ("scheme", "codes", "letters"),
    [
        ("opc_ua", ["Good", "GoodLocalOverride", "UncertainLastUsableValue", "BadNoData", "0", "1073741824",
                    "2147483648", "x"], "AAENAEN-"),
        ("opc_da", ["192", "216", "64", "0", "24", "300"], "AAENN-"),
        ("percent_good", ["100", "50", "0", "101"], "AEN-"),
    ],
)  # fmt: skip
def test_quality_as_systems_write_it(tmp_path: Path, scheme: str, codes: list[str], letters: str) -> None:
    text = HEAD + "".join(f"a,2025-01-01 {n:02d}:00,5,{code}\n" for n, code in enumerate(codes))
    found = read_text(tmp_path, text, quality={"scheme": scheme, "column": "status"})
    assert "".join(one["quality"] or "-" for one in found.rows()) == letters
    assert [one["quantity"] is None for one in found.rows()] == [one in "N-" for one in letters]


def test_a_state_in_place_of_a_number_is_no_value(tmp_path: Path) -> None:
    found = read_text(tmp_path, f"{HEAD}a,2025-01-01 00:00,I/O Timeout,ok\na,2025-01-01 00:15,twelve,ok\n")
    assert [(one["quantity"], one["quality"]) for one in found.rows()] == [(None, "N"), (None, None)]
    assert found.rows("meter_reading_note")[0]["quality_reason"] == "I/O Timeout"
    assert found.codes == ["bad_number"]


def test_a_wide_table_with_rates_registers_and_quality_columns(tmp_path: Path) -> None:
    channels = [
        {
            "column": "FT-101",
            "meter": "gas",
            "unit": "Nm3/h",
            "accumulation": "rate",
            "quality_column": "FT-101.q",
        },
        {
            "column": "WT 7",
            "unit": "kWh",
            "accumulation": "cumulative",
            "multiplier": "80",
            "flow_direction": "reverse",
        },
    ]
    found = read_text(
        tmp_path,
        "time;FT-101;FT-101.q;WT 7\n2025-01-01 00:00;1,5;100;7\n2025-01-01 00:15;2,5;0;8\nx;1\n",
        layout="wide", meter=None, value=None, channels=channels, quality={"scheme": "percent_good"},
        file={"delimiter": ";", "decimal": ","},
    )  # fmt: skip
    assert [(one["meter"], one["quantity"]) for one in found.rows()] == [
        ("gas", Decimal("1.5")), ("WT_7", Decimal(7)), ("gas", None), ("WT_7", Decimal(8)),
    ]  # fmt: skip
    assert Counter(found.codes) == {"wrong_columns": 1}
    assert found.reading.records_rejected == 2


def test_tags_that_the_contract_does_not_list_are_named(tmp_path: Path) -> None:
    channels = [{"column": "T1", "meter": "main", "unit": "MWh"}]
    text = f"{HEAD}T1,2025-01-01 00:00,1,ok\nT2,2025-01-01 00:00,1,ok\n"
    found = read_text(tmp_path, text, channels=channels)
    assert [(one["meter"], one["unit"]) for one in found.rows()] == [("main", "MWh"), (None, "kWh")]
    assert found.codes == ["unknown_tag"]
    assert read_text(tmp_path, text, channels=channels, other_tags="land").rows()[1]["meter"] == "T2"


def test_broken_rows_cost_only_themselves(tmp_path: Path) -> None:
    good = "a,2025-01-01 00:00,1,ok\n"
    text = HEAD.encode() + good.encode() + b"a,1\n" + b"\xff\xfe,x,1,ok\n" + b"a,b,c,d,e\n" + b"a,bad,1,ok\n"
    found = read_text(tmp_path, text)
    assert (len(found.rows()), found.reading.records_rejected, found.reading.records_in_place) == (2, 4, 1)
    assert [(one.code, one.locator) for one in found.reading.rejections] == [
        ("wrong_columns", "line 3"),
        ("wrong_encoding", "line 4"),
        ("wrong_columns", "line 5"),
        ("bad_date", "line 6"),
    ]


def test_big5_text_and_packed_text(tmp_path: Path) -> None:
    text = (
        "測點,time,value,status\n鍋爐,2025-01-01 00:00,1,ok\n".encode("cp950")
        + b"\xff\xff,2025-01-01 00:15,1,ok\n"
    )
    changes = {"meter": {"column": "測點"}, "file": {"encoding": "cp950"}}
    found = read_text(tmp_path, text, **changes)  # type: ignore[arg-type]
    assert (found.rows()[0]["meter"], found.codes) == ("鍋爐", ["wrong_encoding"])
    packed = read_text(tmp_path, gzip.compress(text), "table.csv.gz", **changes)
    assert packed.rows() == found.rows()


@pytest.mark.parametrize("encoding", ["utf-8", "cp950", "utf-16"])
def test_a_line_longer_than_the_engine_reads_is_named(tmp_path: Path, encoding: str) -> None:
    # The engine itself drops a line of more than 32 MB without a word.
    long = "G,2025-01-01 00:15," + "9" * 33_000_000
    text = HEAD + f"G,2025-01-01 00:00,1,ok\n{long}\nG,2025-01-01 00:30,3,ok\n"
    found = read_text(tmp_path, text.encode(encoding), file={"encoding": encoding})
    assert [one["quantity"] for one in found.rows()] == [1, 3]
    assert (found.codes, found.reading.records_rejected) == (["line_too_long"], 1)
    assert found.reading.rejections[0].locator == "line 3"
    assert found.reading.rejections[0].found.startswith(f"{len(long):,} ")


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACETONNE_LIMIT_HARMLESS_BYTES", "1000")
    with pytest.raises(UnreadableDocumentError) as caught:
        read_text(tmp_path, gzip.compress(HEAD.encode() + b"0" * 10_000_000), "bomb.gz")
    assert caught.value.rejections[0].code == "unsafe_archive"


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_parquet_with_typed_times(tmp_path: Path, zone: str | None) -> None:
    moment = datetime.datetime(2025, 1, 1, 16, 0, tzinfo=datetime.UTC if zone else None)
    table = pa.table(
        {
            "tag": ["FT-101", "FT-101"],
            "timestamp": pa.array(
                [moment, moment + datetime.timedelta(minutes=15)], pa.timestamp("us", tz=zone)
            ),
            "value": [1.25, float("nan")],
            "unit": ["kWh", "kWh"],
            "quality": ["Good", "BadNoData"],
        }
    )
    path = tmp_path / "historian.bin"
    pq.write_table(table, path)
    found = read(built_in("historian_long_parquet"), path, tmp_path / "scratch")
    assert [(str(one["interval_start_local"]), one["quantity"]) for one in found.rows()] == [
        ("2025-01-02 00:00:00" if zone else "2025-01-01 16:00:00", Decimal("1.25")),
        ("2025-01-02 00:15:00" if zone else "2025-01-01 16:15:00", None),
    ]


def test_a_contract_of_the_home_is_read_without_code(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "contracts" / "meter"
    folder.mkdir(parents=True)
    (folder / "dcs_boiler.yml").write_text(yaml.safe_dump(LONG), encoding="utf-8")
    (own,) = own_readers(Home(tmp_path / "home", tmp_path / "home" / "exports"))
    assert (own.kind, own.version[:2]) == ("dcs_boiler", "1-")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"time": {**LONG["time"], "zone": "Mars/Base"}}, "Mars/Base"),
        ({"time": {**LONG["time"], "label": "middle"}}, "middle"),
        ({"value": {"column": "value"}}, "unit or unit_column"),
        ({"meter": {"column": "a", "name": "b"}}, "one of column, name or file_name"),
        ({"layout": "wide"}, "channels"),
        ({"quality": {"scheme": "words"}}, "needs words"),
        ({"meter": {"file_name": "("}}, "no pattern"),
        ({"colour": "red"}, "unknown: colour"),
    ],
)
def test_a_faulty_contract_is_refused_with_its_reason(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(WrongUseError) as caught:
        reader(tmp_path, **changes)
    assert said in caught.value.found


def test_other_headings_are_not_recognised(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("tag,time,value,status,price\na,2025-01-01 00:00,1,ok,3\n", encoding="utf-8")
    assert not reader(tmp_path).recognises(source_of(path, tmp_path / "scratch"))


_CELL = st.one_of(
    st.sampled_from(["2025-01-01 00:00", "ok", "est", "none", "1.5", "-2", "", "a", "nan", "1e3", "9" * 14]),
    st.text(st.characters(exclude_characters='\n\r,"\x00', exclude_categories=["Cs"]), max_size=5),
)


@given(st.lists(st.lists(_CELL, min_size=1, max_size=6), min_size=1, max_size=12))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_row_is_lost(tmp_path: Path, rows: list[list[str]]) -> None:
    rows = [row for row in rows if len(row) > 1 or row[0].strip()]
    text = HEAD + "a,2025-01-01 00:00,1,ok\n" + "".join(",".join(row) + "\n" for row in rows)
    found = read_text(tmp_path, text)
    landed = len(found.rows()) - found.reading.records_in_place
    assert landed + found.reading.records_rejected == len(rows) + 1


@given(st.binary(max_size=300))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    try:
        found = read_text(tmp_path, HEAD.encode() + data)
    except UnreadableDocumentError:
        return
    assert found.reading.records_in_place <= found.reading.records_rejected


def test_the_example_of_the_documentation_reads_what_it_says(tmp_path: Path) -> None:
    written = (meter_contract.CONTRACTS / "README.md").read_text(encoding="utf-8")
    contract = tmp_path / "boiler_historian.yml"
    contract.write_text(written.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    path = tmp_path / "boiler.csv"
    text = (
        "時間;FT-101;FT-101 狀態;WT-7;班別\n114/01/31 23:45;12.5;正常;100;夜\n114/01/31 00:00;8;推估;101;夜\n"
    )
    path.write_bytes(text.encode("cp950"))
    found = read(MeterTableReader(meter_contract.load(contract, is_own=True)), path, tmp_path / "scratch")
    gas = [one for one in found.rows() if one["meter"] == "gas-boiler"]
    assert [(str(one["interval_start_local"]), one["quantity"], one["quality"]) for one in gas] == [
        ("2025-01-31 23:30:00", Decimal("12.5"), "A"),
        ("2025-01-31 23:45:00", Decimal(8), "E"),
    ]
    assert found.reading.records_rejected == 0
    channel = {one["meter"]: (one["accumulation"], one["multiplier"]) for one in found.rows("meter_channel")}
    assert channel == {"gas-boiler": ("rate", None), "power-boiler": ("cumulative", "80")}
