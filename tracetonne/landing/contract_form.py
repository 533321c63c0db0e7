"""What a contract says about a tabular document, and how contract files are read and judged.

`contracts/<kind>.yml` beside this file are the product's own. A steward's stand in `contracts/` of the home;
they may also say how their file is written: encoding, marks in numbers, where the heading is, which rows are
no records. A contract with any fault is refused as a whole, each fault with its line.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tracetonne.landing import declared_file
from tracetonne.landing.declared_file import Fault
from tracetonne.landing.local_text import Spelling
from tracetonne.landing.reader import FAMILIES
from tracetonne.landing.tables import TABLES

CONTRACTS = Path(__file__).parent / "contracts"
# Landing tables whose records a tabular document can give, with what a row of each must say.
CONTRACT_TABLES: dict[str, frozenset[str]] = {
    "utility_bill": frozenset({"account", "commodity", "quantity", "unit"}),
    "fuel_card": frozenset({"description", "quantity", "unit"}),
    "renewable_certificate": frozenset({"certificate_number", "quantity", "unit"}),
    "wheeling_statement": frozenset({"account", "quantity", "unit"}),
    "feed_in_statement": frozenset({"generator", "period_start", "period_end", "quantity", "unit"}),
    "meter_calibration": frozenset({"certificate_number", "meter", "calibrated_on"}),
    "batch_ledger": frozenset({"batch", "process"}),
    "production_ledger": frozenset({"production_date", "process"}),
    "pfc_measurement": frozenset({"measured_on", "source_stream", "aluminium_quantity", "cell_days"}),
    "cems_reading": frozenset({"measured_on", "hour", "source_stream"}),
    "stock_count": frozenset({"count_date", "material", "quantity", "unit"}),
    "lab_certificate": frozenset({"certificate_number", "material", "parameter", "value", "unit"}),
    "supplier_declaration": frozenset({"supplier", "material", "see_direct", "see_direct_unit"}),
    "material_footprint": frozenset({"material", "footprint"}),
    "import_declaration": frozenset(
        {"importer_eori", "mrn", "item", "declared_on", "cn_code", "country_code", "net_mass", "unit"}
    ),
    "certificate_price": frozenset({"span", "priced_on", "price_eur", "source_url"}),
    "certificate_transaction": frozenset(
        {"transaction_id", "importer_eori", "transaction_kind", "transacted_on", "certificates"}
    ),
    "shipment": frozenset(
        {"shipment_number", "item", "shipped_on", "product", "quantity", "unit", "destination_country"}
    ),
    "cn_scope": frozenset({"cn_code", "scope", "act", "published_on", "source_url"}),
    "cbam_declaration": frozenset({"declaration_number", "importer_eori", "import_year", "filed_on"}),
    "factor_document": frozenset({"factor_code", "parameter", "material", "value", "unit"}),
    "transport_leg": frozenset({"waybill", "departure_date", "mode", "quantity", "unit", "distance_km"}),
    "business_travel": frozenset({"trip", "travel_date", "mode", "quantity"}),
    "commuting_survey": frozenset({"survey", "survey_to", "mode", "quantity", "distance_km"}),
    "waste_manifest": frozenset({"manifest", "handover_date", "treatment", "quantity", "unit"}),
    "purchase_ledger": frozenset({"voucher", "purchase_date", "item", "spend", "currency"}),
    "office_lease": frozenset({"account", "method", "numerator", "denominator", "valid_from"}),
    "scope3_statement": frozenset({"statement_year", "category", "status", "reason"}),
    "operating_event": frozenset({"event", "process", "event_kind", "started_on", "ended_on"}),
    "life_cycle_statement": frozenset({"product", "stage", "status", "source", "author", "approver"}),
    "reduction_plan": frozenset({"plan_year", "entry", "expected_tco2e"}),
    "reduction_target": frozenset(
        {"target", "target_scope", "base_year", "base_tco2e", "target_year", "reduction_pct", "recorded_on"}
    ),
    "verification_log": frozenset(
        {"engagement", "verifier", "verified_period", "entry", "reference", "happened_on", "recorded_by"}
    ),
    "filing_record": frozenset({"duty", "duty_year", "filing_status", "filed_on", "filed_by"}),
    "inventory_statement": frozenset(
        {"inventory_year", "item", "statement", "statement_zh", "stated_by", "recorded_on"}
    ),
    "inventory_source": frozenset({"inventory_year", "source", "method", "quantity", "unit"}),
}
TYPES = ("text", "date", "month", "number", "quantity", "word", "unit", "code")
ENCODINGS = ("utf-8", "cp950", "big5hkscs", "cp1252", "latin-1", "utf-16", "shift_jis", "gb18030")


@dataclass(frozen=True)
class Column:
    """A column of a document.

    Args:
        name: Its heading.
        column: The landing column; the heading if not given.
        type: text, date, month, number, quantity (a number not below zero), word, unit or code.
        required: Whether a cell may not be empty.
        optional: Whether the whole column may be missing.
        words: What a word may be, with its meaning.
        values: What lands in place of what is printed, such as a material code for a text; what is not listed
            is refused.
        digits: How many digits a code has; fewer are a sign that a program dropped leading zeros.
        pad_zeros: Whether leading zeros that a program dropped are put back.
        maximum: The largest that a number may be, such as 1 of a share, so that a percentage is refused.
        units_of: What a unit belongs to: `quantity`, a calculation factor by name, or a column in braces
            whose value names the factor, such as `{parameter}`.
        unit: The unit that the heading states, landed in `unit_column` beside each filled cell.
        unit_column: Where `unit` lands.
        meaning: What it says, for docs/contracts.md.
    """

    name: str
    column: str
    type: str = "text"
    required: bool = False
    optional: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    digits: int = 0
    pad_zeros: bool = False
    maximum: float | None = None
    units_of: str = ""
    unit: str = ""
    unit_column: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class SkipRule:
    """Rows that are no records: totals, rules of dashes, page headings.

    Args:
        column: Heading of the column that tells; nothing where the whole line does.
        matches: What is found in the cell or line.
        is_empty: The cell is empty.
    """

    column: str = ""
    matches: str = ""
    is_empty: bool = False


@dataclass(frozen=True)
class FileRules:
    """How the file is written.

    Args:
        encoding: A codec; nothing where it is told from the bytes (UTF-8, UTF-16 with its mark, cp950).
        delimiter: The sign between cells; nothing where the heading tells.
        heading_line: The line, or row of a sheet, that holds the heading.
        sheet: Name of the sheet; nothing for the first one whose heading fits.
        fill_merged: Whether all cells of a merged range hold its value.
        spelling: How numbers and dates are written.
    """

    encoding: str = ""
    delimiter: str = ""
    heading_line: int = 1
    sheet: str = ""
    fill_merged: bool = False
    spelling: Spelling = field(default_factory=Spelling)


@dataclass(frozen=True)
class Contract:
    """One kind of tabular document."""

    kind: str
    version: str
    title: str
    title_zh: str
    table: str
    about: str
    family: str
    standard: str
    standard_version: str
    columns: tuple[Column, ...]
    constants: Mapping[str, str]
    key: tuple[str, ...]
    key_with_period: bool
    document_date: str
    period_from: str
    period_to: str
    period_to_inclusive: bool
    file: FileRules = field(default_factory=FileRules)
    skip: tuple[SkipRule, ...] = ()


@functools.cache
def load(kind: str) -> Contract:
    """Read the product's own contract of a kind."""
    return _contract(kind, yaml.load((CONTRACTS / f"{kind}.yml").read_bytes(), Loader=yaml.CSafeLoader))


def kinds() -> list[str]:
    """Return the kinds that have a contract of the product."""
    return sorted(path.stem for path in CONTRACTS.glob("*.yml"))


def load_own(path: Path) -> Contract:
    """Read a steward's contract; its version is its content, so that a changed contract reads anew.

    Raises:
        WrongUseError: It is not one; every fault is named with its line.
    """
    what, what_zh = "contract", "契約檔"
    written, data = declared_file.load(path, SCHEMA, what, what_zh)
    declared_file.refuse(path, what, what_zh, list(_faults(path.stem, written)))
    contract = _contract(path.stem, written)
    digest = hashlib.sha256(data).hexdigest()[:12]
    return Contract(**{**vars(contract), "version": f"{contract.version}+{digest}"})


def _contract(kind: str, written: Mapping[str, Any]) -> Contract:
    return Contract(
        kind=kind,
        version=str(written["version"]),
        title=written["title"],
        title_zh=written["title_zh"],
        table=written["table"],
        about=written["about"].strip(),
        family=written["family"],
        standard=written.get("standard", "declared contract"),
        standard_version=str(written.get("standard_version", written["version"])),
        columns=tuple(Column(**{"column": one["name"], **one}) for one in written["columns"]),
        constants=written.get("constants", {}),
        key=tuple(written.get("key", ())),
        key_with_period=written.get("key_with_period", False),
        document_date=written.get("document_date", ""),
        period_from=written["period"]["from"],
        period_to=written["period"]["to"],
        period_to_inclusive=written["period"]["to_inclusive"],
        file=_file_rules(written.get("file", {})),
        skip=tuple(SkipRule(**one) for one in written.get("skip", ())),
    )


def _file_rules(written: Mapping[str, Any]) -> FileRules:
    decimal = written.get("decimal_mark", ".")
    return FileRules(
        encoding=written.get("encoding", ""),
        delimiter=written.get("delimiter", "").replace("tab", "\t"),
        heading_line=written.get("heading_line", 1),
        sheet=written.get("sheet", ""),
        fill_merged=written.get("merged_cells", "blank") == "fill",
        spelling=Spelling(
            decimal_mark=decimal,
            thousands_mark=written.get("thousands_mark", "," if decimal == "." else ""),
            has_trailing_minus=written.get("trailing_minus", False),
            date_format=written.get("date_format", ""),
            month_format=written.get("month_format", ""),
        ),
    )


def _faults(kind: str, written: Mapping[str, Any]) -> Iterator[Fault]:
    """Find what a schema cannot say: names that must agree with each other and with the landing table."""
    if kind in kinds():
        yield Fault((), f"the product has a contract named {kind} already; name the file otherwise")
    table = TABLES[written["table"]]
    columns = written["columns"]
    names = [column["name"] for column in columns]
    filled: list[str] = [*written.get("constants", {})]
    for index, column in enumerate(columns):
        lands = column.get("column", column["name"])
        place = ("columns", index)
        yield from _column_faults(place, column, lands, table)
        if names.index(column["name"]) != index:
            yield Fault((*place, "name"), f"the heading {column['name']} stands twice")
        filled += [lands] + ([column["unit_column"]] if column.get("unit_column") else [])
    for name in sorted({one for one in filled if filled.count(one) > 1}):
        yield Fault(("columns",), f"{name} of {written['table']} is filled twice")
    for name in written.get("constants", {}):
        if name not in table:
            yield Fault(("constants", name), f"{written['table']} has no column {name}")
    lacking = CONTRACT_TABLES[written["table"]] - set(filled)
    if lacking:
        yield Fault(("columns",), f"nothing fills {', '.join(sorted(lacking))} of {written['table']}")
    yield from _reference_faults(written, names)


def _column_faults(
    place: tuple[str | int, ...], column: Mapping[str, Any], lands: str, table: Mapping[str, str]
) -> Iterator[Fault]:
    if lands not in table or lands == "locator":
        known = ", ".join(name for name in table if name != "locator")
        yield Fault((*place, "column"), f"the table has no column {lands}; it has {known}")
    if column.get("unit_column") and column["unit_column"] not in table:
        yield Fault((*place, "unit_column"), f"the table has no column {column['unit_column']}")
    if bool(column.get("unit")) != bool(column.get("unit_column")):
        yield Fault(place, "unit and unit_column belong together")
    if "maximum" in column and column.get("type") not in ("number", "quantity"):
        yield Fault(place, "maximum is for a number or quantity")
    if column.get("type") == "word" and not column.get("words"):
        yield Fault(place, "a word needs the list `words`")
    if column.get("type") == "unit" and not column.get("units_of"):
        yield Fault(place, "a unit needs `units_of`, such as quantity")
    if column.get("pad_zeros") and not column.get("digits"):
        yield Fault(place, "pad_zeros needs the number of `digits`")


def _reference_faults(written: Mapping[str, Any], names: list[str]) -> Iterator[Fault]:
    """Find headings that are named but not described, and patterns that are none."""
    types = {column["name"]: column.get("type", "text") for column in written["columns"]}
    for index, name in enumerate(written.get("key", ())):
        if name not in names:
            yield Fault(("key", index), f"no column has the heading {name}")
    if written.get("document_date") and types.get(written["document_date"]) != "date":
        yield Fault(("document_date",), "no column of type date has this heading")
    for end in ("from", "to"):
        if types.get(written["period"][end]) not in ("date", "month"):
            yield Fault(("period", end), "no column of type date or month has this heading")
    for index, rule in enumerate(written.get("skip", ())):
        if rule.get("column") and rule["column"] not in names:
            yield Fault(("skip", index, "column"), f"no column has the heading {rule['column']}")
        if not rule.get("column") and not rule.get("matches"):
            yield Fault(("skip", index), "a rule needs a column, or a pattern for the whole line")
        try:
            re.compile(rule.get("matches", ""))
        except re.error as error:
            yield Fault(("skip", index, "matches"), f"not a regular expression: {error}")
    marks = written.get("file", {})
    decimal = marks.get("decimal_mark", ".")
    if marks.get("thousands_mark", "," if decimal == "." else "") == decimal:
        yield Fault(("file", "thousands_mark"), "decimals and thousands cannot have the same mark")


_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}
_FLAG = {"type": "boolean"}
_WORDS = {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 1000}
# Years by four or two digits, months and days; names of months in English.
_FORMAT = {"type": "string", "pattern": "^(%[YymdbBj]|[^%])+$", "maxLength": 40}


def _object(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


SCHEMA: dict[str, Any] = _object(
    {
        "version": {"type": ["string", "integer"]},
        "title": _TEXT,
        "title_zh": _TEXT,
        "about": _TEXT,
        "family": {"enum": list(FAMILIES)},
        "standard": _TEXT,
        "standard_version": {"type": ["string", "number"]},
        "table": {"enum": list(CONTRACT_TABLES)},
        "constants": _WORDS,
        "key": {"type": "array", "items": _TEXT, "maxItems": 20},
        "key_with_period": _FLAG,
        "document_date": {"type": "string"},
        "period": _object(
            {"from": _TEXT, "to": _TEXT, "to_inclusive": _FLAG}, ("from", "to", "to_inclusive")
        ),
        "file": _object(
            {
                "encoding": {"enum": list(ENCODINGS)},
                "delimiter": {"enum": [",", ";", "|", "tab"]},
                "heading_line": {"type": "integer", "minimum": 1, "maximum": 1000},
                "sheet": _TEXT,
                "decimal_mark": {"enum": [".", ","]},
                "thousands_mark": {"enum": [",", ".", "'", " ", ""]},
                "trailing_minus": _FLAG,
                "date_format": _FORMAT,
                "month_format": _FORMAT,
                "merged_cells": {"enum": ["fill", "blank"]},
            },
            (),
        ),
        "skip": {
            "type": "array",
            "maxItems": 50,
            "items": _object({"column": _TEXT, "matches": _TEXT, "is_empty": _FLAG}, ()),
        },
        "columns": {
            "type": "array",
            "minItems": 1,
            "maxItems": 500,
            "items": _object(
                {
                    "name": _TEXT,
                    "column": _TEXT,
                    "type": {"enum": list(TYPES)},
                    "required": _FLAG,
                    "optional": _FLAG,
                    "words": _WORDS,
                    "values": _WORDS,
                    "digits": {"type": "integer", "minimum": 1, "maximum": 40},
                    "pad_zeros": _FLAG,
                    "maximum": {"type": "number"},
                    "units_of": _TEXT,
                    "unit": _TEXT,
                    "unit_column": _TEXT,
                    "meaning": _TEXT,
                },
                ("name",),
            ),
        },
    },
    ("version", "title", "title_zh", "about", "family", "table", "period", "columns"),
)
