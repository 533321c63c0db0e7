"""EPDs in three formats: real datasets, small hand-checked ones, and bytes that are none."""

from __future__ import annotations

import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from corpora import CORPORA
from hypothesis import given
from hypothesis import strategies as st

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing import epd_ilcd, epd_openepd, epd_soda4lca
from tracetonne.landing.reader import Reader, Reading, Source
from tracetonne.landing.reject import UnreadableDocumentError
from tracetonne.landing.tables import TABLES
from tracetonne.locate import original_text

NODE_JSON = sorted((CORPORA / "epd-ilcd" / "json").glob("*.json"))
needs_corpora = pytest.mark.skipif(not NODE_JSON, reason="the corpora of EPDs are not beside the checkout")
GWP_A1 = "77e416eb-a363-4258-a04e-171d843a6460"
GWP_FOSSIL = "5f635281-343e-44fb-83df-1971b155e6b6"
GWP_TOTAL = "6a37f984-a4b3-458a-a20a-64418c145fa2"
READERS: tuple[Reader, ...] = (epd_ilcd.READER, epd_soda4lca.READER, epd_openepd.READER)


def source_of(path: Path) -> Source:
    data = path.read_bytes()
    return Source(path, path.name, data[: 64 * 1024], len(data))


def read(path: Path) -> Reading:
    source = source_of(path)
    (reader,) = (one for one in READERS if one.recognises(source))
    reading = reader.read(source)
    for table, rows in reading.records.items():
        assert not {name for row in rows for name in row} - set(TABLES[table])
    return reading


def dataset(reading: Reading) -> dict[str, str | None]:
    (row,) = reading.records["epd"]
    return dict(row)


def amounts(reading: Reading, indicator: str) -> dict[tuple[str, str | None], str | None]:
    return {
        (row["module"], row.get("scenario")): row["value"]
        for row in reading.records["epd_indicator"]
        if row.get("indicator_uuid") == indicator and row["value"]
    }


@needs_corpora
def test_steel_zip_has_modules_declared_unit_and_validity_as_printed() -> None:
    reading = read(CORPORA / "epd-ilcd" / "epditaly_without_a1a2a3.zip")
    row = dataset(reading)
    assert (row["flow_amount"], row["property_amount"], row["declared_unit"]) == ("1.0", "1000.0", "kg")
    assert row["validity_text"].startswith("dal 21/12/2020 al 21/12/2025")
    assert row["registration_number"] == "EPDITALY0091"
    total = amounts(reading, GWP_TOTAL)
    assert total["A1", None] == "539.5" and total["A2", None] == "40.4" and total["A3", None] == "106.7"
    assert ("A1-A3", None) not in total
    assert not reading.rejections
    assert "EPDITALY0091_.pdf" in reading.message


@needs_corpora
@pytest.mark.slow
def test_another_reader_finds_the_same_amounts_in_the_steel_zip() -> None:
    pytest.importorskip("ilcdlib", reason="ilcdlib is not installed")
    path = CORPORA / "epd-ilcd" / "epditaly_without_a1a2a3.zip"
    theirs = by_the_library(path)
    (impacts,) = theirs["impacts"].values()
    for name, uuid in (("gwp", GWP_TOTAL), ("gwp_fossil", GWP_FOSSIL)):
        assert {
            scope: Decimal(str(one["mean"])) for scope, one in impacts[name].items() if scope != "A1A2A3"
        } == {module: Decimal(value or "") for (module, _), value in amounts(read(path), uuid).items()}
    assert (theirs["declared_unit"]["qty"], theirs["declared_unit"]["unit"]) == (1000.0, "kg")


def by_the_library(path: Path) -> dict[str, Any]:
    from ilcdlib.epd.factory import EpdReaderFactory
    from ilcdlib.medium.archive import ZipIlcdReader

    reader = EpdReaderFactory().get_reader_class("epditaly")(None, None, ZipIlcdReader(path))
    found = reader.to_openepd_epd("en")
    unit = {"qty": found.declared_unit.qty, "unit": found.declared_unit.unit}
    return {"impacts": found.impacts.model_dump(exclude_none=True), "declared_unit": unit}


@needs_corpora
def test_process_without_its_flow_lands_and_says_that_the_declared_unit_is_missing() -> None:
    reading = read(CORPORA / "epd-ilcd" / "environdec_single_xml.xml")
    assert "declared unit" in reading.message and "宣告單位" in reading.message
    assert dataset(reading).get("declared_unit") is None
    assert "2025-04-22" in (dataset(reading)["validity_text"] or "")


@needs_corpora
@pytest.mark.parametrize("path", NODE_JSON, ids=lambda path: path.name[:8])
def test_every_amount_of_a_node_lands(path: Path) -> None:
    written = json.loads(path.read_text(encoding="utf-8"))
    held = [*written["LCIAResults"]["LCIAResult"], *written["exchanges"]["exchange"]]
    expected = [
        one for entry in held for one in (entry.get("other") or {}).get("anies", []) if "module" in one
    ]
    reading = read(path)
    assert len(reading.records["epd_indicator"]) == len(expected)
    assert reading.records_rejected == 0
    assert dataset(reading)["dataset_uuid"] == path.stem


@needs_corpora
def test_modules_and_scenarios_stand_side_by_side() -> None:
    reading = read(CORPORA / "epd-ilcd" / "json" / "f63ac879-fa7d-4f91-813e-e816cbdf1927.json")
    total = amounts(reading, GWP_A1)
    assert {("A1", None), ("A1-A3", None), ("D", "energetisch"), ("D", "stofflich")} <= set(total)
    assert dataset(reading)["gross_density"] == "510.45"


@needs_corpora
def test_declared_amount_of_a_thousand_kilograms_is_kept() -> None:
    reading = read(CORPORA / "epd-ilcd" / "json" / "503dfca1-7c65-4179-9ffa-ebc6d8b48b7d.json")
    assert dataset(reading)["declared_amount"] == "1000.0"


@needs_corpora
def test_openepd_sample_lands_by_method_and_abbreviation() -> None:
    reading = read(CORPORA / "epd-openepd" / "epd.json")
    first = next(iter(reading.records["epd_indicator"]))
    assert (first["method"], first["indicator_name"], first["module"]) == ("TRACI 2.1", "gwp", "A1-A3")
    assert (first["value"], first["unit"]) == ("123", "kgCO2e")
    assert dataset(reading)["mass_amount"] == "12500"


def node_json(tmp_path: Path, *entries: dict[str, str]) -> Path:
    """Write a dataset of a kilogram of something with the given amounts."""
    written = {
        "processInformation": {
            "dataSetInformation": {"UUID": "11111111-2222-3333-4444-555555555555"},
            "time": {"dataSetValidUntil": 2028},
        },
        "LCIAResults": {
            "LCIAResult": [
                {
                    "referenceToLCIAMethodDataSet": {"refObjectId": GWP_TOTAL},
                    "other": {"anies": list(entries)},
                }
            ]
        },
    }
    path = tmp_path / "x.bin"
    path.write_text(json.dumps(written), encoding="utf-8")
    return path


def test_undeclared_module_lands_as_printed_and_wrong_number_is_named(tmp_path: Path) -> None:
    path = node_json(
        tmp_path,
        {"module": "A1", "value": "4.7E-4"},
        {"module": "A2", "value": "MND"},
        {"module": "A3", "value": "0,5"},
        {"module": "A4", "value": "about 3"},
    )
    reading = read(path)
    assert [row["value"] for row in reading.records["epd_indicator"]] == ["4.7E-4", "MND"]
    assert [(one.code, one.found) for one in reading.rejections] == [
        ("decimal_comma", "0,5"),
        ("bad_number", "about 3"),
    ]
    assert reading.rejections[0].locator == "#/LCIAResults/LCIAResult/0/other/anies/2"
    assert reading.records_rejected == 2


def test_zip_with_a_broken_process_lands_the_other_and_names_the_broken(tmp_path: Path) -> None:
    good = (
        '<processDataSet xmlns="http://lca.jrc.it/ILCD/Process" xmlns:c="http://lca.jrc.it/ILCD/Common" '
        'xmlns:e="http://www.iai.kit.edu/EPD/2013"><processInformation><dataSetInformation>'
        "<c:UUID>11111111-2222-3333-4444-555555555555</c:UUID></dataSetInformation></processInformation>"
        f'<LCIAResults><LCIAResult><referenceToLCIAMethodDataSet refObjectId="{GWP_TOTAL}"/><c:other>'
        '<e:amount e:module="A1-A3">2.5</e:amount></c:other></LCIAResult></LCIAResults></processDataSet>'
    )
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ILCD/processes/a.xml", good)
        archive.writestr("ILCD/processes/b.xml", good[:80])
    reading = read(path)
    assert len(reading.records["epd_indicator"]) == 1
    assert [one.code for one in reading.rejections] == ["bad_xml"]
    assert reading.rejections[0].locator.startswith("ILCD/processes/b.xml!")


def test_dataset_without_identity_is_refused(tmp_path: Path) -> None:
    path = node_json(tmp_path, {"module": "A1", "value": "1"})
    path.write_text(
        path.read_text().replace("11111111-2222-3333-4444-555555555555", "none"), encoding="utf-8"
    )
    with pytest.raises(UnreadableDocumentError) as caught:
        read(path)
    assert caught.value.rejections[0].code == "missing_key"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "processInformation", "dataSetInformation", "UUID", "name", "baseName", "time", "LCIAResults",
    "LCIAResult", "exchanges", "exchange", "other", "anies", "module", "value", "referenceFlow",
    "flowProperties", "impacts", "EF 3.0", "gwp", "A1A2A3", "mean", "id", "declared_unit", "qty",
    "compliance", "plants",
]  # fmt: skip


@given(
    st.recursive(
        JSON_VALUES,
        lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=5) | st.lists(inner, max_size=3),
        max_leaves=20,
    ),
    st.sampled_from([epd_soda4lca.READER, epd_openepd.READER]),
)
def test_any_json_is_read_or_refused(written: object, reader: Reader) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_text(json.dumps(written), encoding="utf-8")
        try:
            reading = reader.read(source_of(path))
        except EvidenceRejectedError:
            return
        assert reading.records_rejected == len(reading.rejections)


@needs_corpora
@pytest.mark.parametrize(
    "name",
    ["epditaly_without_a1a2a3.zip", "environdec_single_xml.xml", *(f"json/{one.name}" for one in NODE_JSON)],
)
def test_every_locator_leads_back_to_the_amount(name: str) -> None:
    path = CORPORA / "epd-ilcd" / name
    rows = [row for row in read(path).records["epd_indicator"] if row["value"]]
    for row in (rows[0], rows[-1]):
        assert (row["value"] or "x") in (original_text(path, row["locator"] or "") or "")
