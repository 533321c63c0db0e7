"""Green Button files: real ones of ten providers, entries in any order, and whatever else XML can hold."""

from __future__ import annotations

import datetime
import itertools
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.unit.meter_reading_of import Read, corpus, read, source_of
from tracetonne.landing import espi_stream, store
from tracetonne.landing.espi import EspiReader
from tracetonne.landing.espi_codes import changeover, unit_of
from tracetonne.landing.reject import UnreadableDocumentError
from tracetonne.locate import original_text

FOLDER = "meter-greenbutton-espi"
# Readings, readings rejected, and readings that no figure may rest on, of every file.
REAL = {
    "BulkSCEUsageSummaryAndIntervalBlock.xml": (3, 0),
    "PGEIntervalBlock.xml": (2556, 0),
    "PGELocalTimeParameters.xml": (0, 0),
    "PGEReadingType.xml": (0, 0),
    "PGEUsageSummaries.xml": (0, 0),
    "electric_containerized.xml": (8, 0),
    "gas_containerized.xml": (3, 3),
    "intervals_APUC000000_electric.xml": (300, 0),
    "ngma_gas_provider_2024-07-16.xml": (36, 36),
    "test_usage_data_01.xml": (96, 0),
    "test_usage_data_11.xml": (92, 0),
}
LINKS = """<link rel="self" href="https://x.org/espi/1_1/resource/RetailCustomer/9/UsagePoint/5/{path}"/>
<link rel="up" href="https://x.org/espi/1_1/resource/RetailCustomer/9/UsagePoint/5/{up}"/>"""


def at(text: str) -> datetime.datetime:
    """Return a time without a zone."""
    return datetime.datetime.fromisoformat(text)


def entry(content: str, path: str, up: str = "", related: str = "") -> str:
    """Return an entry with its links behind its content, as one provider writes them."""
    more = f'<link rel="related" href="{related}"/>' if related else ""
    links = LINKS.format(path=path, up=up or path.rpartition("/")[0])
    return f"<entry><content>{content}</content>{links}{more}</entry>"


def block(*readings: str, number: int = 1) -> str:
    """Return an entry of one interval block."""
    inside = f'<IntervalBlock xmlns="http://naesb.org/espi">{"".join(readings)}</IntervalBlock>'
    return entry(inside, f"MeterReading/1/IntervalBlock/{number}", "MeterReading/1/IntervalBlock")


def reading(start: object, value: object, quality: object = "", duration: object = 900) -> str:
    """Return an interval reading."""
    judged = f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>" if quality != "" else ""
    return (
        f"<IntervalReading>{judged}<timePeriod><duration>{duration}</duration><start>{start}</start>"
        f"</timePeriod><value>{value}</value></IntervalReading>"
    )


METER = entry('<MeterReading xmlns="http://naesb.org/espi"/>', "MeterReading/1", "", "ReadingType/7")
KIND = (
    '<entry><link rel="self" href="ReadingType/7"/><content><ReadingType xmlns="http://naesb.org/espi">'
    "<accumulationBehaviour>4</accumulationBehaviour><commodity>1</commodity><flowDirection>19</flowDirection>"
    "<powerOfTenMultiplier>3</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry>"
)


def feed(*entries: str) -> str:
    """Return a feed."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'


def read_text(tmp_path: Path, text: str | bytes) -> Read:
    """Read a feed."""
    path = tmp_path / "feed.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    scratch = tmp_path / f"scratch{next(_COUNTER)}"
    return read(EspiReader(), path, scratch)


_COUNTER = itertools.count()


@pytest.mark.parametrize(("name", "expected"), REAL.items())
def test_real_files_land(tmp_path: Path, name: str, expected: tuple[int, int]) -> None:
    path = corpus(f"{FOLDER}/{name}")
    found = read(EspiReader(), path, tmp_path / "scratch")
    in_source = sum(1 for _ in etree.parse(str(path)).iter("{*}IntervalReading"))
    assert (len(found.rows()), found.reading.records_rejected) == expected
    assert in_source == expected[0]
    assert sum(one["reading_count"] for one in found.rows("meter_block")) == in_source


@pytest.mark.parametrize("name", ["entryOnly.xml", "namespace.xml"])
def test_a_feed_without_readings_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        read(EspiReader(), corpus(f"{FOLDER}/{name}"), tmp_path / "scratch")
    assert caught.value.rejections[0].code == "empty_file"


def test_the_short_day_of_spring_has_92_quarters_and_two_distances_from_utc(tmp_path: Path) -> None:
    found = read(EspiReader(), corpus(f"{FOLDER}/test_usage_data_11.xml"), tmp_path / "scratch")
    starts = [one["interval_start_local"] for one in found.rows()]
    assert len(set(starts)) == 92
    # 2012-03-11 00:00 at UTC-5 is 13:00 in Taipei; the file's day ends 23 hours later.
    assert starts[0] == at("2012-03-11 13:00")
    assert starts[-1] == at("2012-03-12 11:45")
    assert [(one["from_utc"].hour, one["utc_offset_minutes"]) for one in found.rows("meter_clock")] == [
        (5, -300),
        (7, -240),
    ]


def test_codes_of_quality_are_kept(tmp_path: Path) -> None:
    found = read(EspiReader(), corpus(f"{FOLDER}/test_usage_data_01.xml"), tmp_path / "scratch")
    assert [one["quality"] for one in found.rows()][:3] == ["E", "S", "A"]
    assert found.rows("meter_reading_note") == [
        {"reading_number": 1, "quality_code": "8", "quality_reason": "estimated using reference day"},
        {"reading_number": 2, "quality_code": "7", "quality_reason": "manually edited"},
    ]


def test_newest_first_with_offsets_of_their_own(tmp_path: Path) -> None:
    found = read(EspiReader(), corpus(f"{FOLDER}/intervals_APUC000000_electric.xml"), tmp_path / "scratch")
    starts = [one["interval_start_local"] for one in found.rows()]
    assert starts == sorted(starts, reverse=True)
    assert [one["utc_offset_minutes"] for one in found.rows("meter_clock")] == [-300]
    assert found.rows("meter_channel")[0]["unit"] == "Wh"


@pytest.mark.parametrize("order", list(itertools.permutations((METER, KIND, block(reading(1735660800, 12))))))
def test_entries_may_stand_in_any_order(tmp_path: Path, order: tuple[str, ...]) -> None:
    found = read_text(tmp_path, feed(*order))
    (channel,) = found.rows("meter_channel")
    assert found.rows() == [
        {
            "meter": "9/5/1",
            "interval_start_local": at("2025-01-01 00:00"),
            "interval_minutes": 15,
            "quantity": Decimal("12.000000"),
            "unit": "kWh",
            "quality": "A",
        }
    ]
    assert (channel["base_unit"], channel["power_of_ten_multiplier"]) == ("Wh", "3")
    assert (channel["flow_direction"], channel["accumulation"]) == ("reverse", "interval")


def test_prefixes_do_not_matter(tmp_path: Path) -> None:
    text = feed(METER, KIND, block(reading(1735660800, 12), reading(1735661700, 13)))
    root = etree.fromstring(text.encode())
    prefixed = etree.tostring(root).replace(b"IntervalReading", b"e:IntervalReading")
    for name in (b"timePeriod", b"start", b"duration", b"value", b"IntervalBlock"):
        prefixed = prefixed.replace(b"<" + name, b"<e:" + name).replace(b"</" + name, b"</e:" + name)
    prefixed = prefixed.replace(b"IntervalBlock xmlns=", b"IntervalBlock xmlns:e=")
    assert read_text(tmp_path, prefixed).rows() == read_text(tmp_path, text).rows()


def test_an_absent_value_is_null_and_no_zero(tmp_path: Path) -> None:
    empty = "<IntervalReading><timePeriod><duration>900</duration><start>1735660800</start></timePeriod>"
    found = read_text(tmp_path, feed(block(empty + "</IntervalReading>", reading(1735661700, 0))))
    assert [(one["quantity"], one["quality"]) for one in found.rows()] == [(None, "N"), (Decimal(0), "A")]
    assert found.reading.records_rejected == 0


def test_unknown_code_of_quality_counts_as_estimated_and_is_kept(tmp_path: Path) -> None:
    found = read_text(tmp_path, feed(block(reading(1735660800, 1, 99))))
    assert found.rows()[0]["quality"] == "E"
    assert found.rows("meter_reading_note")[0]["quality_code"] == "99"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (reading("1721154384.66", 5), "bad_epoch"),
        (reading("", 5), "bad_epoch"),
        (reading(99, 5), "bad_epoch"),
        (reading(1735660800, "five"), "bad_number"),
        (reading(1735660800, "1e30"), "bad_number"),
        (reading(1735660800, 5, duration=901), "bad_interval"),
        (reading(1735660800, 5, duration=-900), "bad_interval"),
    ],
)
def test_a_bad_reading_costs_only_itself_and_keeps_its_place(tmp_path: Path, bad: str, code: str) -> None:
    found = read_text(tmp_path, feed(block(reading(1735660800, 1), bad, reading(1735662600, 3))))
    assert found.codes == [code]
    assert [one["quantity"] for one in found.rows()] == [Decimal(1), None, Decimal(3)]
    assert found.reading.records_rejected == found.reading.records_in_place == 1
    assert found.reading.rejections[0].locator == "/feed/entry[1]/content/IntervalBlock[1]/IntervalReading[2]"


def test_a_reading_with_two_values_is_not_taken_with_its_neighbour_without(tmp_path: Path) -> None:
    two = reading(1735660800, 1).replace("<value>1</value>", "<value>1</value><value>2</value>")
    none = reading(1735661700, 1).replace("<value>1</value>", "")
    found = read_text(tmp_path, feed(block(two, none)))
    assert [one["quantity"] for one in found.rows()] == [Decimal(1), None]


@pytest.mark.parametrize(
    ("start", "duration"), [("1735660800.0", "900.000"), ("1.7356608E9", "9e2"), ("1735660800.", "900")]
)
def test_whole_seconds_may_be_written_as_a_decimal(tmp_path: Path, start: str, duration: str) -> None:
    found = read_text(tmp_path, feed(KIND, METER, block(reading(start, 5, duration=duration))))
    (row,) = found.rows()
    assert (row["interval_start_local"], row["interval_minutes"]) == (at("2025-01-01 00:00"), 15)
    assert found.codes == []


SUMMARY = (
    '<UsageSummary xmlns="http://naesb.org/espi"><billingPeriod><duration>2592000</duration>'
    "<start>1735660800</start></billingPeriod><overallConsumptionLastPeriod><powerOfTenMultiplier>-3"
    "</powerOfTenMultiplier><uom>72</uom><value>5000</value></overallConsumptionLastPeriod></UsageSummary>"
)
QUALITY = (
    '<ElectricPowerQualitySummary xmlns="http://naesb.org/espi"><longInterruptions>4</longInterruptions>'
    "<summaryInterval><duration>86400</duration><start>1735660800</start></summaryInterval>"
    "</ElectricPowerQualitySummary>"
)


def test_summaries_of_use_and_quality_land(tmp_path: Path) -> None:
    summaries = (entry(SUMMARY, "UsageSummary/1"), entry(QUALITY, "ElectricPowerQualitySummary/1"))
    found = read_text(tmp_path, feed(METER, KIND, block(reading(1735660800, 5)), *summaries))
    (used,), (quality,) = found.rows("meter_usage_summary"), found.rows("meter_quality_summary")
    assert (used["service_point"], used["quantity_name"]) == ("5", "overallConsumptionLastPeriod")
    assert (used["quantity"], used["base_unit"], used["power_of_ten_multiplier"]) == ("5000", "Wh", "-3")
    assert (quality["long_interruptions"], quality["period_duration_s"]) == ("4", "86400")


RECORDS = ("meter_reading", "meter_reading_type", "meter_usage_summary", "meter_quality_summary")


@given(st.integers(0, 3000), st.sampled_from(["", "<", "&", "\x00", "</feed>"]))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_cut_file_keeps_its_good_part_and_counts_the_rest(tmp_path: Path, cut: int, junk: str) -> None:
    quarters = block(*(reading(1735660800 + 900 * i, i) for i in range(5)))
    bad = block(reading(1735670000, 9), reading("x", 8))
    summaries = (entry(SUMMARY, "UsageSummary/1"), entry(QUALITY, "ElectricPowerQualitySummary/1"))
    whole = feed(METER, KIND, summaries[0], quarters, bad, summaries[1])
    cut = cut * len(whole) // 3000
    broken = whole[:cut] + junk + (whole[cut:] if junk else "")
    begun = len(re.findall(r"<(?:IntervalReading|ReadingType|UsageSummary|ElectricPowerQ\w+)[ >]", broken))
    path = tmp_path / "cut.xml"
    path.write_text(broken, encoding="utf-8")
    source = source_of(path, tmp_path / f"scratch{next(_COUNTER)}")
    try:
        reading_of = EspiReader().read(source)
    except UnreadableDocumentError as error:
        assert error.rejections[0].code in ("bad_xml", "empty_file")
        return
    landed = sum(store.count_rows(path) for name, path in reading_of.records.items() if name in RECORDS)
    assert landed - reading_of.records_in_place + reading_of.records_rejected == begun


def test_of_a_cut_block_the_whole_readings_land_under_their_meter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = [reading(1735660800 + 900 * i, i) for i in range(20)]
    whole = feed(METER, KIND, block(*readings))
    broken = whole[: whole.index("<value>17<")]
    for batch in (4096, 7):
        monkeypatch.setattr(espi_stream, "_BATCH", batch)
        found = read_text(tmp_path, broken)
        assert [(one["meter"], one["quantity"]) for one in found.rows()] == [("9/5/1", i) for i in range(17)]
        assert (found.codes, found.reading.records_rejected) == (["cut_xml"], 1)
        (block_row,) = found.rows("meter_block")
        assert block_row["reading_count"] == 17
        (cut,) = found.reading.rejections
        column = len(broken.rpartition("\n")[2]) + 1
        assert (cut.locator, f"column {column}; 18 records before it" in cut.found) == ("line 2", True)
        # Trace leads to the words of the document although it is no whole one.
        place = block_row["locator"] + "/IntervalReading[4]"
        assert "<value>3<" in (original_text(tmp_path / "feed.xml", place) or "")


def test_readings_outside_a_block_are_named(tmp_path: Path) -> None:
    stray = entry(f'<x xmlns="http://naesb.org/espi">{reading(1735660800, 1)}</x>', "MeterReading/1")
    found = read_text(tmp_path, feed(stray, block(reading(1735661700, 2))))
    assert (len(found.rows()), found.reading.records_rejected, found.codes) == (1, 1, ["wrong_place"])


def test_a_long_block_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = feed(METER, KIND, block(*(reading(1735660800 + 900 * i, i) for i in range(50))))
    in_one = read_text(tmp_path, whole)
    monkeypatch.setattr(espi_stream, "_BATCH", 7)
    in_parts = read_text(tmp_path, whole)
    assert in_parts.tables == in_one.tables
    assert [one["quantity"] for one in in_parts.rows()] == list(range(50))


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + feed(block(reading(1735660800, "&x;"))),
        "<!-- "
        + "x" * 70_000
        + ' --><!DOCTYPE feed [<!ENTITY a "b">]>'
        + feed(block(reading(1735660800, 1))),
        feed(block(reading(1735660800, 1)))[:200],
    ],
)
def test_what_is_unsafe_or_cut_before_any_record_is_refused(tmp_path: Path, hostile: str) -> None:
    path = tmp_path / "hostile.xml"
    path.write_text(hostile, encoding="utf-8")
    with pytest.raises(UnreadableDocumentError) as caught:
        EspiReader().read(source_of(path, tmp_path / "scratch"))
    assert caught.value.rejections[0].code in ("unsafe_xml", "bad_xml")


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        ("360E2000", 2012, at("2012-03-11 02:00")),  # second Sunday of March
        ("B40E2000", 2012, at("2012-11-04 02:00")),  # first Sunday of November
        ("AE0E2000", 2023, at("2023-10-29 02:00")),  # last Sunday of October
        ("380A1A8C", 2025, at("2025-03-21 01:45")),  # the standard's example: third Friday
        ("FFFFFFFF", 2025, None),
        ("B60E", 2025, None),
        ("00000000", 2025, None),
    ],
)
def test_rules_of_daylight_saving(rule: str, year: int, expected: datetime.datetime | None) -> None:
    assert changeover(rule, year) == expected


def test_units_with_their_power_of_ten() -> None:
    assert [unit_of("72", power) for power in ("0", "3", "6", "-3", "2")] == [
        "Wh",
        "kWh",
        "MWh",
        "10^-3 Wh",
        "10^2 Wh",
    ]
    assert (unit_of("169", "3"), unit_of("29", "0"), unit_of("", "3")) == ("10^3 therm", "V", "")


_TEXTS = st.one_of(
    st.integers(-(10**16), 10**16).map(str),
    st.sampled_from(["", " 5 ", "1_0", "0x5", "nan", "Infinity", "1e3", "1735660800", "12.5", "５"]),
)


@given(st.lists(st.tuples(_TEXTS, _TEXTS, _TEXTS, _TEXTS), max_size=12), st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_reading_is_lost(tmp_path: Path, parts: list[tuple[str, ...]], many_blocks: bool) -> None:
    readings = [reading(*part) for part in parts]
    blocks = [block(one) for one in readings] if many_blocks else [block(*readings)]
    found = read_text(tmp_path, feed(KIND, METER, *blocks))
    assert len(found.rows()) == len(parts)
    assert found.reading.records_rejected == found.reading.records_in_place <= len(parts)
    bad = [one for one in found.rows() if one["quality"] is None]
    assert len(bad) == found.reading.records_rejected
    assert all(one["quantity"] is None for one in bad)


@given(st.binary(max_size=400))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    whole = feed(METER, KIND, block(reading(1735660800, 1))).encode()
    path = tmp_path / "bytes.xml"
    path.write_bytes(whole[:300] + data + whole[300:])
    source = source_of(path, tmp_path / f"scratch{next(_COUNTER)}")
    assert EspiReader().recognises(source)
    try:
        EspiReader().read(source)
    except UnreadableDocumentError as error:
        assert error.rejections
