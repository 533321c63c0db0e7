"""Product carbon footprints of the PACT network: version 3 by its published schema, version 2 read as it was.

A file is one `ProductFootprint`, the answer of a host (`data` with one or a list) or the event that fulfils a
request (`data.pfs`). The format prints numbers as text; numbers printed as numbers are taken too. Fields that
had other names in version 2 and in drafts of version 3 are found under all of them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from tracetonne.landing import json_document
from tracetonne.landing.pcf_record import Fields, PcfRecords, moment, row_of
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import rejection, unreadable

SCHEMA = Path(__file__).parent / "schemas" / "pact_v3.json"


def _both(*names: str) -> list[tuple[str, ...]]:
    return [("pcf", name) for name in names]


FIELDS: Fields = {
    "spec_version": [("specVersion",)],
    "pcf_id": [("id",)],
    "pcf_version": [("version",)],
    "status": [("status",)],
    "created": [("created",)],
    "updated": [("updated",)],
    "preceding_ids": [("precedingPfIds",)],
    "company_name": [("companyName",)],
    "company_ids": [("companyIds",)],
    "product_ids": [("productIds",)],
    "product_classifications": [("productClassifications",), ("productCategoryCpc",)],
    "product_name": [("productNameCompany",)],
    "product_description": [("productDescription",)],
    "declared_unit": _both("declaredUnitOfMeasurement", "declaredUnit"),
    "declared_unit_amount": _both("declaredUnitAmount", "unitaryProductAmount"),
    "product_mass": _both("productMassPerDeclaredUnit"),
    "excluding_biogenic": _both(
        "pcfExcludingBiogenicUptake", "pcfExcludingBiogenicCO2Withdrawal", "pCfExcludingBiogenic"
    ),
    "including_biogenic": _both(
        "pcfIncludingBiogenicUptake", "pcfIncludingBiogenicCO2Withdrawal", "pCfIncludingBiogenic"
    ),
    "fossil_emissions": _both("fossilGhgEmissions"),
    "land_use_change_emissions": _both("landUseChangeGhgEmissions", "dLucGhgEmissions"),
    "biogenic_uptake": _both("biogenicCO2Uptake", "biogenicCO2Withdrawal"),
    "aircraft_emissions": _both("aircraftGhgEmissions"),
    "packaging_emissions": _both("packagingGhgEmissions"),
    "packaging_included": _both("packagingEmissionsIncluded"),
    "reference_start": _both("referencePeriodStart"),
    "reference_end": _both("referencePeriodEnd"),
    "valid_from": [("validityPeriodStart",)],
    "valid_to": [("validityPeriodEnd",)],
    "country": [*_both("geographyCountry"), ("pcf", "geographicScope", "geographyCountry")],
    "region": [
        *_both("geographyRegionOrSubregion"),
        ("pcf", "geographicScope", "geographyRegionOrSubregion"),
    ],
    "boundary": _both("boundaryProcessesDescription"),
    "characterization_factors": _both(
        "ipccCharacterizationFactors", "ipccCharacterizationFactorsSources", "characterizationFactors"
    ),
    "standards": _both("crossSectoralStandards", "crossSectoralStandardsUsed"),
    "product_rules": _both("productOrSectorSpecificRules"),
    "background_databases": _both("secondaryEmissionFactorSources"),
    "exempted_percent": _both("exemptedEmissionsPercent"),
    "primary_data_share": _both("primaryDataShare"),
    "verification_coverage": [("pcf", "verification", "coverage"), ("pcf", "assurance", "coverage")],
    "verifier": [("pcf", "verification", "providerName"), ("pcf", "assurance", "providerName")],
    "verified_on": [("pcf", "verification", "completedAt"), ("pcf", "assurance", "completedAt")],
    "verification_standard": [("pcf", "verification", "standardName"), ("pcf", "assurance", "standardName")],
    "comment": [("comment",)],
}
# Names of version 2 and of drafts, of which version 3 knows nothing; other unknown names are said.
_OLDER = {path[-1] for paths in FIELDS.values() for path in paths} | {"extensions", "statusComment"}


class PactReader:
    """Reads footprints that a PACT host gave."""

    kind = "pcf_pact"
    title = "Product carbon footprint, PACT"
    title_zh = "產品碳足跡，PACT 格式"
    version = "1"
    family = "suppliers"
    standard = "PACT Technical Specifications"
    standard_version = "2.0 to 2.3 (read only), 3.0"
    about = (
        "*JSON*: one `ProductFootprint`, the answer of a PACT host, or the event that fulfils a request. One "
        "record a footprint, values as printed. Version 3 is held against the published schema; in every "
        "version id, status, declared unit and amount, the footprint without biogenic uptake, all numbers "
        "and all dates must be readable. Business key: id and version."
    )

    def recognises(self, source: Source) -> bool:
        """Say whether the content is JSON with a footprint of PACT in it."""
        head = source.head.lstrip(b"\xef\xbb\xbf \r\n\t")
        return (
            head.startswith((b"{", b"["))
            and b'"pcf"' in head
            and any(name in head for name in (b'"declaredUnit"', b'"declaredUnitOfMeasurement"'))
            and b"io.catenax" not in head
        )

    def read(self, source: Source) -> Reading:
        """Read every footprint.

        Raises:
            UnreadableDocumentError: It is not complete JSON, or holds no footprint that can be used.
        """
        words = list(_footprints(json_document.parse(source, numbers_as_text=True)))
        plain = list(_footprints(json_document.parse(source)))
        records = PcfRecords()
        for (locator, worded), (_, written) in zip(words, plain, strict=True):
            row = row_of(worded, FIELDS, "pact", locator)
            third = (row["spec_version"] or "").startswith("3")
            errors = list(_judge().iter_errors(written)) if third else []
            problems, notes = _sorted(errors, row)
            if third and (unknown := _unknown_names(written)):
                notes.append(f"unknown fields {', '.join(unknown)} 含規格未定義欄位")
            records.add(row, problems, notes, json.dumps(written, ensure_ascii=False, default=str)[:4000])
        return records.reading()


def _footprints(written: Any) -> Iterator[tuple[str, Any]]:
    """Yield the footprints of a document with their places."""
    place, held = "#", written
    for step in ("data", "pfs"):
        if isinstance(held, dict) and step in held and "pcf" not in held:
            place, held = f"{place}/{step}", held[step]
    if isinstance(held, list):
        yield from ((f"{place}/{number}", one) for number, one in enumerate(held))
    elif isinstance(held, dict):
        yield place, held
    else:
        raise unreadable("bad_json", expected="a ProductFootprint, or `data` with some", found=str(held)[:80])


@functools.cache
def _judge() -> Draft202012Validator:
    """Return the judge of version 3: the published schema, in which a number may also stand as a number."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for one in schema["components"]["schemas"].values():
        for prescribed in one.get("properties", {}).values():
            if prescribed.get("format") == "decimal":
                prescribed["type"] = ["string", "number"]
            # Comparing each entry with each other would take hours on a list made for it.
            prescribed.pop("uniqueItems", None)
    formats = FormatChecker(formats=())
    formats.checks("date-time")(lambda value: not isinstance(value, str) or moment(value) is not None)
    return Draft202012Validator(schema, format_checker=formats)


def _name_of(error: ValidationError) -> str:
    """Return the field that an error is about; for a missing one its own name."""
    if error.validator == "required":
        return str(error.message).split("'")[1]
    return next((str(step) for step in reversed(error.absolute_path) if isinstance(step, str)), "")


def _sorted(errors: list[ValidationError], row: dict[str, str | None]) -> tuple[list[Rejection], list[str]]:
    """Tell errors in a field that is read, which reject, from those elsewhere, which are said."""
    columns = {path[-1]: column for column, paths in FIELDS.items() for path in paths}
    problems, notes = [], []
    for error in errors:
        name = _name_of(error)
        column = columns.get(name, "")
        if error.validator == "required" and row.get(column):
            notes.append(f"{name} stands under an older name 使用舊版欄位名稱")
        elif column:
            problems.append(
                rejection(
                    "schema_violation",
                    "/".join([row["locator"] or "#", *map(str, error.absolute_path)]),
                    field=name,
                    expected=f"{error.validator}: {str(error.validator_value)[:200]}",
                    found=error.message,
                    original_text=str(error.instance),
                )
            )
        else:
            notes.append(f"the schema objects to {name or 'it'}: {error.message[:120]} 不符綱要")
    return problems, notes


def _unknown_names(written: Any) -> list[str]:
    """Return names that neither the schema nor an older version knows."""
    schemas = json.loads(SCHEMA.read_text(encoding="utf-8"))["components"]["schemas"]
    held = written if isinstance(written, dict) else {}
    inside = held.get("pcf")
    unknown = set(held) - set(schemas["ProductFootprint"]["properties"])
    if isinstance(inside, dict):
        unknown |= set(inside) - set(schemas["CarbonFootprint"]["properties"])
    return sorted(unknown - _OLDER | unknown & {"updated"})[:10]


READER = PactReader()
