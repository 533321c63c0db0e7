"""EPDs in openEPD JSON, the format of EC3 (Building Transparency).

Impacts stand under their method and abbreviation (`EF 3.0`, `gwp`), so an indicator is told by these two and
not by a UUID. Scope `A1A2A3` is the module that EN 15804 prints A1-A3. The published model of the format
judges the document too; what it objects to is said and rejects nothing, because older nodes write other
shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracetonne.landing import json_document
from tracetonne.landing.epd_record import EpdRecords, as_list, as_object, as_text, joined
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import unreadable

_SCOPES = {"A1A2A3": "A1-A3"}
_SECTIONS = {"impacts": "impact", "resource_uses": "inventory", "output_flows": "inventory"}


class OpenEpdReader:
    """Reads one EPD."""

    kind = "epd_openepd"
    title = "EPD, openEPD JSON"
    title_zh = "環境產品宣告（EPD），openEPD JSON"
    version = "1"
    family = "suppliers"
    standard = "openEPD"
    standard_version = "0"
    about = (
        "*JSON*: one EPD or generic estimate (`doctype` OpenEPD). One record a dataset, one an amount of an "
        "indicator in a module, all as printed. Business key: id, else declaration URL and product name, "
        "with the version."
    )

    def recognises(self, source: Source) -> bool:
        """Say whether the content is a JSON object with the document type of openEPD and a declared unit."""
        head = source.head.lstrip(b"\xef\xbb\xbf \r\n\t")
        return (
            head.startswith(b"{")
            and b'"doctype"' in head
            and any(
                name in head
                for name in (b'"OpenEPD"', b'"openEPD"', b'"openIndustryEpd"', b'"openGenericEstimate"')
            )
        )

    def read(self, source: Source) -> Reading:
        """Read the EPD.

        Raises:
            UnreadableDocumentError: It is not complete JSON, or holds no amount.
        """
        written = json_document.parse(source, numbers_as_text=True)
        if not isinstance(written, dict):
            raise unreadable("bad_json", expected="one JSON object", found=type(written).__name__)
        row = _dataset(written)
        if not row["dataset_uuid"]:
            raise unreadable("missing_key", field="id", expected="id, declaration_url or product_name")
        records = EpdRecords(datasets=[row])
        identity = {"dataset_uuid": row["dataset_uuid"], "dataset_version": row["dataset_version"]}
        for amount, original in _amounts(written):
            records.add_amount({**identity, **amount}, original)
        records.notes += _objections(json_document.parse(source))
        return records.reading()


def _dataset(written: dict[str, Any]) -> dict[str, str | None]:
    def organisation(name: str) -> str | None:
        held = as_object(written.get(name))
        return as_text(held.get("name")) or as_text(held.get("web_domain"))

    unit, mass = as_object(written.get("declared_unit")), as_object(written.get("kg_per_declared_unit"))
    name, address = as_text(written.get("product_name")), as_text(written.get("declaration_url"))
    made_of = joined((address, name))
    rules = as_object(written.get("pcr"))
    return {
        "format": "openepd_json",
        "dataset_uuid": as_text(written.get("id")) or made_of,
        "dataset_version": as_text(written.get("version")),
        "name": name,
        "registration_number": as_text(written.get("program_operator_doc_id")),
        "dataset_type": as_text(written.get("doctype")),
        "valid_from": as_text(written.get("date_of_issue")),
        "valid_until": as_text(written.get("valid_until")),
        "publication_date": as_text(written.get("date_of_issue")),
        "compliance": joined(_standards(written)),
        "product_category_rules": as_text(rules.get("name")) or as_text(rules.get("id")),
        "programme_operator": organisation("program_operator"),
        "owner": organisation("manufacturer"),
        "reviewer": organisation("third_party_verifier"),
        "location": joined(as_text(as_object(one).get("id")) for one in as_list(written.get("plants"))),
        "flow_amount": "1",
        "declared_amount": as_text(unit.get("qty")),
        "declared_unit": as_text(unit.get("unit")),
        "mass_amount": as_text(mass.get("qty")),
        "mass_unit": as_text(mass.get("unit")),
        "original_epd": address,
        "locator": "file",
    }


def _standards(written: dict[str, Any]) -> Iterator[str | None]:
    for one in as_list(written.get("compliance")):
        held = as_object(one)
        yield as_text(held.get("short_name")) or as_text(held.get("name")) or as_text(one)


def _amounts(written: dict[str, Any]) -> Iterator[tuple[dict[str, str | None], str]]:
    """Yield each measurement: impacts of every method, then resource uses and output flows."""
    for outer, section in _SECTIONS.items():
        held = as_object(written.get(outer))
        methods = held if section == "impact" else {"": held}
        for method, indicators in methods.items():
            for indicator, scopes in as_object(indicators).items():
                for scope, measurement in as_object(scopes).items():
                    # Years of use and the like stand between the scopes; an amount is an object.
                    if not isinstance(measurement, dict):
                        continue
                    path = "/".join(part for part in (outer, method, indicator, scope) if part)
                    yield (
                        {
                            "section": section,
                            "method": method or None,
                            "indicator_name": indicator,
                            "module": _SCOPES.get(scope, scope),
                            "value": as_text(measurement.get("mean")),
                            "unit": as_text(measurement.get("unit")),
                            "locator": f"#/{path}",
                        },
                        str(measurement),
                    )


def _objections(written: dict[str, Any]) -> list[str]:
    """Return what the published model of the format objects to; imported late because it takes a second."""
    from openepd.model.epd import EpdV0
    from pydantic import ValidationError

    try:
        EpdV0.model_validate(written)
    except ValidationError as error:
        found = [
            f"{'/'.join(str(step) for step in one['loc'])}: {one['msg']}"
            for one in error.errors(include_url=False)
        ]
        return [f"The openEPD model objects: {'; '.join(found[:5])}. 不符 openEPD 規格，請向提供者確認。"]
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        return [f"The openEPD model cannot judge it: {type(error).__name__}. 無法以 openEPD 規格檢核。"]
    return []


READER = OpenEpdReader()
