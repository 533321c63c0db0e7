"""The periodic report to the authority: what is due of a year, the fields of the forms, and the evidence.

The forms are those of the inventory (清冊 表一至表八, revision 2026-06-01) and of the carbon fee declaration.
Each field has its value with the documents behind it, or is named as missing. Reads; computes nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.carbon_fee import read_carbon_fee
from tracetonne.deadlines import Deadline, deadlines
from tracetonne.import_carbon import read_import_carbon
from tracetonne.landed import Landing
from tracetonne.registers import standing_rows
from tracetonne.settings import Home

# The figure that a duty reports, for the documents behind it.
_REPORTED = {
    "inventory": "taiwan_total_emissions",
    "verification": "taiwan_total_emissions",
    "carbon_fee": "taiwan_fee",
    "leakage_application": "taiwan_fee_base",
    "plan_application": "taiwan_fee_base",
    "plan_progress": "taiwan_plan_gap",
}
_SOURCE_FIELDS = (
    "category", "source", "source_name", "gas", "activity_quantity", "activity_unit", "ncv_gj_per_unit",
    "gas_factor", "gas_factor_unit", "gas_factor_id", "gwp", "emissions_tco2e", "activity_score",
    "calibration_score", "factor_score", "quality_product", "quality_grade", "uncertainty_lower",
    "uncertainty_upper", "line_id",
)  # fmt: skip
# Every document behind a calculation line, however many lines lie between.
_DOCUMENTS = """
    with recursive reached(root, id) as (
        select line_id, line_id from out_taiwan_source where series = $series
        union
        select line_id, line_id from out_figure
        where quantity like 'taiwan%' and series in ($series, 'regime') and line_id is not null
        union
        select reached.root, inputs.source_id
        from out_calculation_line_input as inputs
        inner join reached on inputs.line_id = reached.id
    ),
    behind as (
        select reached.root, records.evidence_id
        from reached
        inner join out_fact_record as records on reached.id = records.fact_id
        union
        select reached.root, factors.evidence_id
        from reached
        inner join out_factor_used as factors on reached.id = factors.factor_id
        where factors.evidence_id is not null
    )
    select root, list(evidence_id order by evidence_id) from behind group by root
"""
_PLANT_FIELDS = (
    ("name_zh", "事業名稱", "name of the plant"),
    ("name", "英文名稱", "English name"),
    ("company_id", "統一編號", "business number"),
)
# What the forms ask for and no document of the product states.
_NOT_HELD = (
    ("表一", "管制編號", "control number of the plant"),
    ("表一", "行業別", "code of the industry"),
    ("表三", "製程編號與代碼", "numbers and codes of processes"),
    ("表三", "設備編號與代碼", "numbers and codes of equipment"),
    ("表四", "供應商名稱", "names of suppliers, by source"),
)
_STATED = (
    ("d", "表二", "組織邊界設定方法", "organisational boundary"),
    ("i", "表二", "排除之排放源及理由", "excluded sources with reasons"),
)


@dataclass(frozen=True)
class FormField:
    """A field of an official form.

    Args:
        form: Table of the form.
        name_zh: Its name there.
        name: The same in English.
        value: What stands in it; empty where it is missing.
        evidence: The documents that it is from.
    """

    form: str
    name_zh: str
    name: str
    value: str
    evidence: list[str]


@dataclass(frozen=True)
class DueItem:
    """What is due of the year, and the documents behind it.

    Args:
        deadline: The duty, its day and how it stands.
        reported: The figure that it reports; empty where it reports none.
        evidence: The documents that the figure rests on, and that of the filing.
    """

    deadline: Deadline
    reported: str
    evidence: list[str]


@dataclass(frozen=True)
class CitedDocument:
    """A document that the report rests on.

    Args:
        number: What tables cite it by.
        kind: What it is.
        file_name: Its name as it arrived.
        evidence_id: Its id.
    """

    number: int
    kind: str
    file_name: str
    evidence_id: str


@dataclass(frozen=True)
class Compliance:
    """What is reported to the authority of a year.

    Args:
        site: The site.
        year: Calendar year of the emissions.
        series: Version of the inventory on the day asked about, `filed` or `verified`.
        known_on: Day of that version.
        due: What is due of the year.
        fields: Fields of the forms that are words: plant and boundary.
        sources: Sources by gas (表三 to 表七), each with `evidence`.
        figures: Totals, quality, uncertainty and fee, by the contract of `figures --json`, with `evidence`.
        fee: The elected option of the carbon fee with its steps.
        imports: Imported goods under Article 31 of the Climate Change Response Act, each with `evidence`.
        documents: The documents of all `evidence`, by kind and name.
        reason: Why there is none.
    """

    site: str
    year: str
    series: str = ""
    known_on: str = ""
    due: list[DueItem] = field(default_factory=list)
    fields: list[FormField] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    fee: dict[str, Any] = field(default_factory=dict)
    imports: list[dict[str, Any]] = field(default_factory=list)
    documents: list[CitedDocument] = field(default_factory=list)
    reason: str = ""


def read_compliance(home: Home, site: str, year: str, on: datetime.date | None = None) -> Compliance:
    """Return the report of a site and year.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year of the emissions.
        on: Day as of which version and filings count; None for the latest version and today.

    Raises:
        WrongUseError: The site is not known.
    """
    fee = read_carbon_fee(home, site, year, None if on is None else on.isoformat())
    if fee.reason:
        return Compliance(site, year, reason=fee.reason)
    with serving.open_serving(home, site, [year]) as connection:
        behind = dict(connection.execute(_DOCUMENTS, {"series": fee.series}).fetchall())
        lines = {
            (quantity, of_series): line_id
            for quantity, of_series, line_id in connection.execute(
                "select quantity, series, line_id from out_figure where quantity like 'taiwan%'"
            ).fetchall()
        }
        rows = connection.execute(
            f"select {', '.join(_SOURCE_FIELDS)} from out_taiwan_source where series = ? "
            "order by category, source, gas",
            [fee.series],
        ).fetchall()
    sources = [dict(zip(_SOURCE_FIELDS, row, strict=True)) for row in rows]
    for source in sources:
        source |= {"emissions_tco2e": float(source["emissions_tco2e"])}
        source |= {"evidence": behind.get(source["line_id"], [])}
    # The fee by product is no part of the declaration.
    figures = [
        row | {"evidence": behind.get(lines[key], [])}
        for row in fee.figures
        if (key := (row["quantity"], row["series"])) in lines
    ]
    due = [_due(one, figures) for one in deadlines(home, site, on) if one.year == year]
    fields = _fields(home, site, year)
    imports = read_import_carbon(home, site, year)
    cited = [one.evidence for one in due] + [one.evidence for one in fields]
    cited += [row["evidence"] for row in (*sources, *figures, *imports)]
    return Compliance(
        site,
        year,
        fee.series,
        fee.known_on,
        due,
        fields,
        sources,
        figures,
        fee.options[0],
        imports,
        _documents(home, site, {each for evidence in cited for each in evidence}),
    )


def _documents(home: Home, site: str, evidence: Collection[str]) -> list[CitedDocument]:
    landed = Landing(home, site).rows("select evidence_id, kind, file_name from landed", "evidence")
    known = {row["evidence_id"]: (row["kind"], row["file_name"]) for row in landed}
    named = sorted((*known.get(one, ("", "")), one) for one in evidence)
    return [CitedDocument(number, *document) for number, document in enumerate(named, start=1)]


def _due(one: Deadline, figures: Sequence[dict[str, Any]]) -> DueItem:
    reported = _REPORTED.get(one.duty, "")
    behind = {each for row in figures if row["quantity"] == reported for each in row["evidence"]}
    return DueItem(one, reported, sorted(behind | ({one.evidence_id} - {""})))


def _fields(home: Home, site: str, year: str) -> list[FormField]:
    plants = standing_rows(home, site, "master_site", [])
    plant = plants[0] if plants else {}
    said = {
        row["item"]: row
        for row in standing_rows(home, site, "inventory_statement", ["inventory_year", "item"])
        if row["inventory_year"] == year
    }
    held = [
        FormField(
            "表一", name_zh, name, plant.get(key) or "", [plant["evidence_id"]] if plant.get(key) else []
        )
        for key, name_zh, name in _PLANT_FIELDS
    ]
    stated = [
        FormField(
            form, name_zh, name, said[item]["statement_zh"] if item in said else "",
            [said[item]["evidence_id"]] if item in said else [],
        )
        for item, form, name_zh, name in _STATED
    ]  # fmt: skip
    return held + stated + [FormField(form, name_zh, name, "", []) for form, name_zh, name in _NOT_HELD]
