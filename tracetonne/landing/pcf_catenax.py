"""Product carbon footprints of Catena-X: the SAMM aspect model `io.catenax.pcf`, versions 2 to 9.

Up to version 8 it is one object with the values in `pcf`; version 9 sorts them into nested lists of one entry
each. Fields stand in other places, the meaning is that of PACT.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from tracetonne.landing import json_document
from tracetonne.landing.pcf_record import Fields, PcfRecords, row_of
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import unreadable

_PRODUCT = ("companyAndProductInformation", "productInformation")
_COMPANY = ("companyAndProductInformation", "companyInformation")
_METHOD = ("pcfAssessmentAndMethodology", "pcfMethodology")
_ASSESSMENT = ("pcfAssessmentAndMethodology", "pcfAssessmentInformation")
_QUALITY = ("pcfAssessmentAndMethodology", "dataSourcesAndQuality")
_PRODUCTION = ("productLifeCycleStagesAndEmissions", "productionStage")
_PACKAGING = ("productLifeCycleStagesAndEmissions", "packagingStage")
_ATTESTED = ("attestationOfConformance",)

FIELDS: Fields = {
    "spec_version": [("specVersion",), ("scopeOfPcfForm", "specVersion")],
    "pcf_id": [("id",), (*_ASSESSMENT, "idAndVersion", "id")],
    "pcf_version": [("version",), (*_ASSESSMENT, "idAndVersion", "version")],
    "status": [("status",), ("extWBCSD_pfStatus",), (*_ASSESSMENT, "idAndVersion", "status")],
    "created": [("created",), (*_ASSESSMENT, "time", "created")],
    "preceding_ids": [("precedingPfIds",), (*_ASSESSMENT, "idAndVersion", "precedingPfIds")],
    "company_name": [("companyName",), (*_COMPANY, "companyName")],
    "company_ids": [("companyIds",), (*_COMPANY, "companyIds")],
    "product_ids": [("productIds",), (*_PRODUCT, "productIds")],
    "product_classifications": [("extWBCSD_productCodeCpc",), (*_PRODUCT, "productClassifications")],
    "product_name": [("productName",), (*_PRODUCT, "productNameCompany")],
    "product_description": [("productDescription",), (*_PRODUCT, "productDescription")],
    "declared_unit": [("pcf", "declaredUnit"), (*_PRODUCT, "declaredUnitOfMeasurement")],
    "declared_unit_amount": [("pcf", "unitaryProductAmount"), (*_PRODUCT, "declaredUnitAmount")],
    "product_mass": [("pcf", "productMassPerDeclaredUnit"), (*_PRODUCT, "productMassPerDeclaredUnit")],
    "excluding_biogenic": [
        ("pcf", "pcfExcludingBiogenic"),
        ("pcf", "pcfExcludingBiogenicUptake"),
        (*_PRODUCTION, "pcfExcludingBiogenicUptake"),
    ],
    "including_biogenic": [
        ("pcf", "pcfIncludingBiogenic"),
        ("pcf", "pcfIncludingBiogenicUptake"),
        (*_PRODUCTION, "pcfIncludingBiogenicUptake"),
    ],
    "fossil_emissions": [("pcf", "fossilGhgEmissions"), (*_PRODUCTION, "fossilGhgEmissions")],
    "land_use_change_emissions": [
        ("pcf", "dlucGhgEmissions"), (*_PRODUCTION, "landUseChangeGhgEmissions"),
    ],
    "biogenic_uptake": [(*_PRODUCTION, "biogenicCO2Uptake")],
    "aircraft_emissions": [("pcf", "aircraftGhgEmissions"), (*_PRODUCTION, "aircraftGhgEmissions")],
    "packaging_emissions": [
        ("pcf", "extWBCSD_packagingGhgEmissions"), (*_PACKAGING, "packagingPcfExcludingBiogenicUptake"),
    ],
    "packaging_included": [
        ("pcf", "extWBCSD_packagingEmissionsIncluded"), (*_PACKAGING, "packagingEmissionsIncluded"),
    ],
    "reference_start": [("pcf", "referencePeriodStart"), (*_ASSESSMENT, "time", "referencePeriodStart")],
    "reference_end": [("pcf", "referencePeriodEnd"), (*_ASSESSMENT, "time", "referencePeriodEnd")],
    "valid_from": [("validityPeriodStart",), (*_ASSESSMENT, "time", "validityPeriodStart")],
    "valid_to": [("validityPeriodEnd",), (*_ASSESSMENT, "time", "validityPeriodEnd")],
    "country": [("pcf", "geographyCountry"), (*_ASSESSMENT, "geography", "geographyCountry")],
    "region": [
        ("pcf", "geographyRegionOrSubregion"), (*_ASSESSMENT, "geography", "geographyRegionOrSubregion"),
    ],
    "boundary": [("partialFullPcf",), ("scopeOfPcfForm", "partialFullPcf")],
    "characterization_factors": [
        ("pcf", "extWBCSD_characterizationFactors"),
        (*_METHOD, "gwpCharacterizationFactorDetails", "ipccCharacterizationFactors"),
    ],
    "standards": [
        ("pcf", "crossSectoralStandardsUsed"), (*_METHOD, "standards", "crossSectoralStandards"),
    ],
    "product_rules": [
        ("pcf", "productOrSectorSpecificRules"), (*_METHOD, "standards", "productOrSectorSpecificRules"),
    ],
    "background_databases": [
        ("pcf", "secondaryEmissionFactorSources"), (*_QUALITY, "secondaryEmissionFactorSources"),
    ],
    "exempted_percent": [
        ("pcf", "exemptedEmissionsPercent"),
        (*_ASSESSMENT, "boundarySpecifications", "exemptedEmissionsPercent"),
    ],
    "primary_data_share": [("pcf", "primaryDataShare"), (*_QUALITY, "primaryDataShare")],
    "verification_coverage": [(*_ATTESTED, "attestationType")],
    "verifier": [(*_ATTESTED, "providerName")],
    "verified_on": [(*_ATTESTED, "completedAt")],
    "verification_standard": [(*_ATTESTED, "standardName"), (*_ATTESTED, "attestationStandard")],
    "verification_reference": [(*_ATTESTED, "attestationOfConformanceId")],
    "comment": [("comment",), ("general", "comment")],
}  # fmt: skip

# What the aspect model requires besides what no footprint can do without, and the units and boundaries that
# it lists. A footprint that departs from it can be used; whoever sent it should know.
_REQUIRED = ("company_name", "company_ids", "product_name", "product_ids", "product_mass", "boundary")
_UNITS = (
    "liter", "kilogram", "cubic meter", "kilowatt hour", "megajoule", "ton kilometer", "square meter",
    "piece", "hour", "megabit", "second",
)  # fmt: skip
_BOUNDARIES = ("Cradle-to-gate", "Cradle-to-grave")


class CatenaXReader:
    """Reads one footprint of Catena-X."""

    kind = "pcf_catenax"
    title = "Product carbon footprint, Catena-X"
    title_zh = "產品碳足跡，Catena-X 格式"
    version = "1"
    family = "suppliers"
    standard = "Catena-X aspect model io.catenax.pcf"
    standard_version = "7, 9"
    about = (
        "*JSON*: one footprint by the aspect model, in the flat shape of version 7 or the nested one of "
        "version 9. One record, values as printed. Version 9 states production, packaging and distribution "
        "apart: the footprint that lands is that of the production stage. Business key: id and version."
    )

    def recognises(self, source: Source) -> bool:
        """Say whether the content is a JSON object of the aspect model."""
        head = source.head.lstrip(b"\xef\xbb\xbf \r\n\t")
        return head.startswith((b"{", b"[")) and (
            b":io.catenax.pcf:" in head
            or (b'"scopeOfPcfForm"' in head and b'"productLifeCycleStagesAndEmissions"' in head)
        )

    def read(self, source: Source) -> Reading:
        """Read the footprint.

        Raises:
            UnreadableDocumentError: It is not complete JSON, or holds no footprint that can be used.
        """
        written = json_document.parse(source, numbers_as_text=True)
        listed = written if isinstance(written, list) else [written]
        if not all(isinstance(one, dict) for one in listed):
            raise unreadable("bad_json", expected="one JSON object", found=str(written)[:80])
        records = PcfRecords()
        for number, one in enumerate(listed):
            locator = f"#/{number}" if isinstance(written, list) else "#"
            row = row_of(one, FIELDS, "catena_x", locator)
            records.add(row, [], _departures(row), json.dumps(one, ensure_ascii=False)[:4000])
        return records.reading()


def _departures(row: Mapping[str, str | None]) -> list[str]:
    """Say where a footprint departs from the aspect model."""
    found = []
    if missing := [name for name in _REQUIRED if not row[name]]:
        found.append(f"the aspect model also asks for {', '.join(missing)} 缺少資料模型要求之欄位")
    for name, listed in (("declared_unit", _UNITS), ("boundary", _BOUNDARIES)):
        if row[name] and row[name] not in listed:
            found.append(f"{name} is {row[name]}, which the aspect model does not list 不在資料模型所列之值")
    mass = row["product_mass"] or ""
    if mass.startswith("-"):
        found.append(f"product_mass is {mass}, which is below zero 產品質量小於零")
    return found


READER = CatenaXReader()
