"""EPDs as soda4LCA nodes give them in JSON (`format=json&view=extended`), as ÖKOBAUDAT, IBU and EPD Norge do.

The JSON is the ILCD+EPD process dataset with the properties of its reference flow put into the exchange, so
that one file says all. Dates of publication are milliseconds since 1970; they land as printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracetonne.landing import json_document
from tracetonne.landing.epd_record import (
    MASS_PROPERTIES,
    MATERIAL_PROPERTIES,
    EpdRecords,
    as_list,
    as_object,
    as_text,
    chosen_text,
    dataset_problems,
    joined,
)
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import UnreadableDocumentError, unreadable


class Soda4LcaReader:
    """Reads one dataset."""

    kind = "epd_soda4lca"
    title = "EPD, soda4LCA JSON"
    title_zh = "環境產品宣告（EPD），soda4LCA JSON"
    version = "1"
    family = "suppliers"
    standard = "ILCD+EPD, JSON view of soda4LCA"
    standard_version = "soda4LCA 6 to 8"
    about = (
        "*JSON*: the extended view of an ILCD+EPD process dataset. One record a dataset, one an amount of an "
        "indicator in a module and scenario, all as printed. Business key: UUID and version of the dataset."
    )

    def recognises(self, source: Source) -> bool:
        """Say whether the content is a JSON object with an ILCD process in it."""
        head = source.head.lstrip(b"\xef\xbb\xbf \r\n\t")
        return head.startswith(b"{") and b'"processInformation"' in head and b'"dataSetInformation"' in head

    def read(self, source: Source) -> Reading:
        """Read the dataset.

        Raises:
            UnreadableDocumentError: It is not complete JSON, or holds no UUID or no amount.
        """
        written = json_document.parse(source, numbers_as_text=True)
        if not isinstance(written, dict):
            raise unreadable("bad_json", expected="one JSON object", found=type(written).__name__)
        row = _dataset(written)
        problems = dataset_problems(row)
        if problems:
            raise UnreadableDocumentError(problems)
        records = EpdRecords(datasets=[row])
        for amount, original in _amounts(written):
            records.add_amount({**_identity(row), **amount}, original)
        return records.reading()


def _identity(row: dict[str, str | None]) -> dict[str, str | None]:
    return {"dataset_uuid": row["dataset_uuid"], "dataset_version": row["dataset_version"]}


def _at(value: Any, *path: str) -> Any:
    """Walk down objects; nothing where a step is missing."""
    for step in path:
        value = as_object(value).get(step)
    return value


def _text(value: Any) -> str | None:
    """Return the text of a multi-language list, English first."""
    return chosen_text(
        (as_text(one.get("lang")), as_text(one.get("value"))) for one in map(as_object, as_list(value))
    )


def _name(reference: Any) -> str | None:
    """Return what a reference to another dataset is called."""
    described = _at(reference, "shortDescription")
    if isinstance(described, dict):
        # References inside extensions are printed in another shape.
        return as_text(described.get("value"))
    return _text(described)


def _names(references: Any) -> str | None:
    return joined(_name(one) for one in as_list(references))


def _extension(holder: Any, name: str) -> Any:
    """Return an entry of the EPD extensions, which stand in a list of named values."""
    entries = map(as_object, as_list(_at(holder, "other", "anies")))
    return next((one.get("value") for one in entries if one.get("name") == name), None)


def _dataset(written: dict[str, Any]) -> dict[str, str | None]:
    process = _at(written, "processInformation")
    method = _at(written, "modellingAndValidation", "LCIMethodAndAllocation")
    sources = _at(written, "modellingAndValidation", "dataSourcesTreatmentAndRepresentativeness")
    systems = [
        _at(one, "referenceToComplianceSystem")
        for one in as_list(_at(written, "modellingAndValidation", "complianceDeclarations", "compliance"))
    ]
    reviews = as_list(_at(written, "modellingAndValidation", "validation", "review"))
    owner = _at(written, "administrativeInformation", "publicationAndOwnership")
    time = _at(process, "time")
    original = _extension(sources, "referenceToOriginalEPD")
    return {
        "format": "soda4lca_json",
        "dataset_uuid": as_text(_at(process, "dataSetInformation", "UUID")),
        "dataset_version": as_text(_at(owner, "dataSetVersion")) or as_text(written.get("version")),
        "name": _text(_at(process, "dataSetInformation", "name", "baseName")),
        "registration_number": as_text(_at(owner, "registrationNumber")),
        "dataset_type": as_text(_at(method, "typeOfDataSet")),
        "subtype": as_text(_extension(method, "subType")),
        "reference_year": as_text(_at(time, "referenceYear")),
        "valid_until": as_text(_at(time, "dataSetValidUntil")),
        "validity_text": _text(_at(time, "timeRepresentativenessDescription")),
        "publication_date": as_text(_extension(time, "publicationDateOfEPD")),
        "compliance": joined(_name(one) for one in systems),
        "compliance_uuid": joined(as_text(_at(one, "refObjectId")) for one in systems),
        "product_category_rules": _names(_at(method, "referenceToLCAMethodDetails")),
        "programme_operator": _name(_extension(owner, "referenceToPublisher")),
        "registration_authority": _name(_at(owner, "referenceToRegistrationAuthority")),
        "owner": _name(_at(owner, "referenceToOwnershipOfDataSet")),
        "reviewer": joined(_names(_at(one, "referenceToNameOfReviewerAndInstitution")) for one in reviews),
        "location": as_text(_at(process, "geography", "locationOfOperationSupplyOrProduction", "location")),
        "background_database": _names(_at(sources, "referenceToDataSource")),
        "original_epd": _name(original[0] if isinstance(original, list) and original else original),
        **_declared_unit(written),
        "locator": "file",
    }


def _declared_unit(written: dict[str, Any]) -> dict[str, str | None]:
    """Read how much of what the amounts are for: the exchange that is the reference flow."""
    exchanges = [as_object(one) for one in as_list(_at(written, "exchanges", "exchange"))]
    flow = next((one for one in exchanges if as_text(one.get("referenceFlow")) == "true"), {})
    properties = [as_object(one) for one in as_list(flow.get("flowProperties"))]
    declared = next((one for one in properties if as_text(one.get("referenceFlowProperty")) == "true"), {})
    mass = next((one for one in properties if one.get("uuid") in MASS_PROPERTIES), {})
    row = {
        "declared_property_uuid": as_text(declared.get("uuid")),
        "declared_property": _text(declared.get("name")),
        "flow_amount": as_text(flow.get("resultingAmount")) or as_text(flow.get("meanAmount")),
        "property_amount": as_text(declared.get("meanValue")),
        "declared_amount": as_text(flow.get("resultingflowAmount")),
        "declared_unit": as_text(declared.get("referenceUnit")),
        "mass_amount": as_text(mass.get("meanValue")),
        # The unit of a property other than the reference one is not printed; that of mass is always kg.
        "mass_unit": as_text(mass.get("referenceUnit")) or ("kg" if mass else None),
    }
    for one in map(as_object, as_list(flow.get("materialProperties"))):
        column = MATERIAL_PROPERTIES.get((as_text(one.get("name")) or "").lower())
        if column:
            row |= {column: as_text(one.get("value")), f"{column}_unit": as_text(one.get("unit"))}
    return row


def _amounts(written: dict[str, Any]) -> Iterator[tuple[dict[str, str | None], str]]:
    """Yield each amount in a module: of impact indicators, then of inventory indicators."""
    sections = (
        ("impact", "LCIAResults", "LCIAResult", "referenceToLCIAMethodDataSet"),
        ("inventory", "exchanges", "exchange", "referenceToFlowDataSet"),
    )
    for section, outer, inner, reference in sections:
        for number, entry in enumerate(as_list(_at(written, outer, inner))):
            indicator = _at(entry, reference)
            unit = _extension(entry, "referenceToUnitGroupDataSet")
            for place, one in enumerate(as_list(_at(entry, "other", "anies"))):
                amount = as_object(one)
                if "module" not in amount:
                    continue
                yield (
                    {
                        "section": section,
                        "indicator_uuid": as_text(_at(indicator, "refObjectId")),
                        "indicator_name": _name(indicator),
                        "module": as_text(amount["module"]),
                        "scenario": as_text(amount.get("scenario")),
                        "value": as_text(amount.get("value")),
                        "unit": _name(unit),
                        "unit_group_uuid": as_text(_at(unit, "refObjectId")),
                        "locator": f"#/{outer}/{inner}/{number}/other/anies/{place}",
                    },
                    str(amount),
                )


READER = Soda4LcaReader()
