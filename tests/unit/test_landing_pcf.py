"""Product carbon footprints of PACT and Catena-X: shapes of answers, own rules, and JSON that is none."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from corpora import CORPORA
from hypothesis import given
from hypothesis import strategies as st

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing import pcf_catenax, pcf_pact
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import UnreadableDocumentError
from tracetonne.landing.tables import TABLES

PUBLISHED = CORPORA / "pcf-pact" / "conformance" / "openapi_v3_0.yaml"
VERSION_3: dict[str, Any] = {
    "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "specVersion": "3.0.0",
    "precedingPfIds": ["11111111-2222-4333-8444-555555555555"],
    "created": "2026-01-15T08:00:00Z",
    "status": "Active",
    "companyName": "Wire Works",
    "companyIds": ["urn:company:wire-works"],
    "productDescription": "Wire rod",
    "productIds": ["urn:product:rod"],
    "productNameCompany": "Rod 8 mm",
    "pcf": {
        "declaredUnitOfMeasurement": "kilogram",
        "declaredUnitAmount": "1000",
        "productMassPerDeclaredUnit": "1000",
        "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z",
        "pcfExcludingBiogenicUptake": "1850.5",
        "pcfIncludingBiogenicUptake": "1850.5",
        "fossilGhgEmissions": "1850.5",
        "fossilCarbonContent": "0",
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14067"],
        "exemptedEmissionsPercent": "0",
    },
}
VERSION_2: dict[str, Any] = {
    "id": "91715e5e-fd0b-4d1c-8fab-000000000001",
    "specVersion": "2.2.0",
    "version": 1,
    "created": "2024-03-01T09:32:20Z",
    "status": "Active",
    "companyName": "Wire Works",
    "companyIds": ["urn:company:wire-works"],
    "productNameCompany": "Rod",
    "productIds": ["urn:product:rod"],
    "pcf": {
        "declaredUnit": "kilogram",
        "unitaryProductAmount": "1",
        "pCfExcludingBiogenic": "1.9",
        "fossilGhgEmissions": "1.9",
        "characterizationFactors": "AR6",
        "referencePeriodStart": "2023-01-01T00:00:00Z",
        "referencePeriodEnd": "2024-01-01T00:00:00Z",
        "exemptedEmissionsPercent": 0,
        "assurance": {"assurance": True, "providerName": "Verifier", "completedAt": "2024-02-01T00:00:00Z"},
    },
}
CATENA_7: dict[str, Any] = {
    "specVersion": "urn:io.catenax.pcf:datamodel:version:7.0.0",
    "id": "3893bb5d-da16-4dc1-9185-000000000007",
    "version": 0,
    "created": "2025-05-22T21:47:32Z",
    "extWBCSD_pfStatus": "Active",
    "companyName": "Wire Works",
    "productName": "Rod",
    "precedingPfIds": [{"id": "3893bb5d-da16-4dc1-9185-000000000006"}],
    "pcf": {
        "declaredUnit": "kilogram",
        "unitaryProductAmount": 1000.0,
        "productMassPerDeclaredUnit": 1000.0,
        "pcfExcludingBiogenic": 1900.0,
        "referencePeriodStart": "2025-01-01T00:00:01Z",
        "referencePeriodEnd": "2025-12-31T23:59:59Z",
    },
}
CATENA_9: dict[str, Any] = {
    "scopeOfPcfForm": [{"specVersion": ["urn:io.catenax.pcf:datamodel:version:9.0.0"]}],
    "productLifeCycleStagesAndEmissions": [
        {"productionStage": [{"pcfExcludingBiogenicUptake": 2.90, "pcfIncludingBiogenicUptake": 1.90,
                              "biogenicCO2Uptake": -1.00, "fossilGhgEmissions": 0.5}]}
    ],
    "pcfAssessmentAndMethodology": [
        {"pcfAssessmentInformation": [
            {"idAndVersion": [{"id": "3893bb5d-da16-4dc1-9185-000000000009", "version": 0, "status": "Active",
                               "precedingPfIds": [{}]}],
             "time": [{"created": "2025-05-22T21:47:32Z"}]}
        ]}
    ],
    "companyAndProductInformation": [
        {"productInformation": [{"declaredUnitOfMeasurement": "liter", "declaredUnitAmount": 1.0,
                                 "productMassPerDeclaredUnit": 0.456}]}
    ],
}  # fmt: skip


def read(folder: Path, written: object) -> Reading:
    path = folder / "x"
    data = json.dumps(written).encode()
    path.write_bytes(data)
    source = Source(path, "x", data[: 64 * 1024], len(data))
    (reader,) = (one for one in (pcf_pact.READER, pcf_catenax.READER) if one.recognises(source))
    reading = reader.read(source)
    assert not {name for row in reading.records["pcf"] for name in row} - set(TABLES["pcf"])
    return reading


def changed(**fields: object) -> dict[str, Any]:
    """Return a footprint of version 3 with fields changed; those of `pcf` by their own name."""
    written = copy.deepcopy(VERSION_3)
    for name, value in fields.items():
        holder = written["pcf"] if name in VERSION_3["pcf"] or name.startswith("pcf_") else written
        holder[name.removeprefix("pcf_")] = value
    return written


def codes(folder: Path, written: object) -> list[tuple[str, str]]:
    with pytest.raises(UnreadableDocumentError) as caught:
        read(folder, written)
    return [(one.code, one.field) for one in caught.value.rejections]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published schema is not beside the checkout")
def test_bundled_schema_is_the_published_one() -> None:
    import yaml

    published = yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))["components"]["schemas"]
    bundled = json.loads(pcf_pact.SCHEMA.read_text(encoding="utf-8"))["components"]["schemas"]
    for name, schema in bundled.items():
        assert schema.get("required") == published[name].get("required")
        assert list(schema.get("properties", {})) == list(published[name].get("properties", {}))


SHAPES = {
    "alone": lambda one: one,
    "answer": lambda one: {"data": one},
    "list": lambda one: {"data": [one]},
    "event": lambda one: {"type": "x", "data": {"requestEventId": "1", "pfs": [one]}},
}


@pytest.mark.parametrize("wrap", SHAPES.values(), ids=SHAPES)
def test_a_footprint_lands_alone_in_an_answer_and_in_an_event(tmp_path: Path, wrap: Any) -> None:
    reading = read(tmp_path, wrap(VERSION_3))
    (row,) = reading.records["pcf"]
    assert (row["declared_unit_amount"], row["declared_unit"]) == ("1000", "kilogram")
    assert row["excluding_biogenic"] == "1850.5"
    assert row["preceding_ids"] == "11111111-2222-4333-8444-555555555555"
    assert "values are for 1000 kilogram" in reading.message
    assert (str(reading.period_start), str(reading.period_end)) == ("2025-01-01", "2026-01-01")


def test_version_2_lands_by_its_own_names(tmp_path: Path) -> None:
    (row,) = read(tmp_path, VERSION_2).records["pcf"]
    assert (row["excluding_biogenic"], row["verifier"]) == ("1.9", "Verifier")


def test_both_shapes_of_catena_x(tmp_path: Path) -> None:
    (seven,) = read(tmp_path, CATENA_7).records["pcf"]
    assert (seven["excluding_biogenic"], seven["declared_unit_amount"]) == ("1900.0", "1000.0")
    assert seven["preceding_ids"] == "3893bb5d-da16-4dc1-9185-000000000006"
    reading = read(tmp_path, CATENA_9)
    (nine,) = reading.records["pcf"]
    assert (nine["excluding_biogenic"], nine["product_mass"]) == ("2.9", "0.456")
    assert nine["preceding_ids"] is None
    assert "parts" not in reading.message


def test_what_departs_from_the_aspect_model_is_said(tmp_path: Path) -> None:
    complete = {
        **CATENA_7,
        "companyIds": ["urn:bpn:id:BPNL000000000DWF"],
        "productIds": ["urn:gtin:4712345060507"],
        "partialFullPcf": "Cradle-to-gate",
    }
    assert "aspect model" not in read(tmp_path, complete).message
    assert "asks for company_ids, product_ids, boundary" in read(tmp_path, CATENA_7).message
    other = {**complete, "partialFullPcf": "Gate-to-gate"}
    other["pcf"] = {**CATENA_7["pcf"], "declaredUnit": "pallet", "productMassPerDeclaredUnit": -1}
    message = read(tmp_path, other).message
    assert "declared_unit is pallet" in message
    assert "boundary is Gate-to-gate" in message
    assert "product_mass is -1" in message


def test_numbers_printed_as_numbers_land_as_printed(tmp_path: Path) -> None:
    (row,) = read(tmp_path, changed(pcfExcludingBiogenicUptake=1850.5, fossilGhgEmissions=1850)).records[
        "pcf"
    ]
    assert (row["excluding_biogenic"], row["fossil_emissions"]) == ("1850.5", "1850")


def test_what_a_schema_cannot_see_is_seen(tmp_path: Path) -> None:
    assert ("interval_order", "reference_end") in codes(
        tmp_path, changed(referencePeriodEnd="2024-12-31T00:00:00Z")
    )
    assert ("bad_date", "updated") in codes(tmp_path, changed(updated="2023-1-08T14:47:32Z"))
    assert ("bad_number", "excluding_biogenic") in codes(tmp_path, changed(pcfExcludingBiogenicUptake="1,85"))
    assert ("bad_value", "declared_unit_amount") in codes(tmp_path, changed(declaredUnitAmount="0"))
    assert {("bad_value", "status"), ("schema_violation", "status")} <= set(
        codes(tmp_path, changed(status="Draft"))
    )
    reading = read(tmp_path, changed(pcf_biogenicCO2Uptake="-500", somethingNew="x"))
    assert "its parts give 1350.5" in reading.message
    assert "unknown fields somethingNew" in reading.message


def test_one_bad_footprint_does_not_cost_the_others(tmp_path: Path) -> None:
    reading = read(tmp_path, {"data": [VERSION_3, changed(declaredUnitOfMeasurement="bucket"), VERSION_2]})
    assert len(reading.records["pcf"]) == 2 and reading.records_rejected == 1
    assert reading.rejections[0].locator.startswith("#/data/1")


KEYS = ["data", "pfs", "pcf", "id", "status", "specVersion", "declaredUnit", "declaredUnitAmount", "created",
        "pCfExcludingBiogenic", "precedingPfIds", "productLifeCycleStagesAndEmissions", "productionStage",
]  # fmt: skip


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.sampled_from(["3.0.0", "Active", "1", "kilogram", "x"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
        max_leaves=20,
    ),
    st.sampled_from([pcf_pact.READER, pcf_catenax.READER]),
)
def test_any_json_is_read_or_refused(written: object, reader: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_text(json.dumps(written), encoding="utf-8")
        try:
            reading = reader.read(Source(path, "x", path.read_bytes(), path.stat().st_size))
        except EvidenceRejectedError:
            return
        assert reading.records["pcf"]
