"""The cell map of the CBAM communication template: which field of which section stands under which heading.

Sections, items and sub-items of the records:

- `parameter`, `installation`, `balance`: one of each;
- `good`, `process`, `precursor`: the lists of sheet A, with their routes or included goods as sub-items;
- `source_stream`, `pfc`, `cems`: the tables of sheet B;
- `production_level`, `precursor_level`: amounts by production route (sub-item);
- `process_flow`, `precursor_flow`: amounts by consuming process (sub-item is that process's number);
- `process_value`, `precursor_value`: all other values of the blocks on sheets D and E;
- `product`: the typed columns of sheet Summary_Products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from tracetonne.landing import vocabulary as words
from tracetonne.landing.cell_text import (
    CellError,
    CellValue,
    read_boolean,
    read_choice,
    read_number,
    read_text,
)

INSTALLATION = "A_InstData"
STREAMS = "B_EmInst"
BALANCE = "C_Emissions&Energy"
PROCESSES = "D_Processes"
PRECURSORS = "E_PurchPrec"
PRODUCTS = "Summary_Products"
PARAMETERS = "Parameters_Constants"
CODES = "c_CodeLists"
TRANSLATIONS = "Translations"
VERSIONS = "0_Versions"

INPUT_SHEETS = (INSTALLATION, STREAMS, BALANCE, PROCESSES, PRECURSORS, PRODUCTS)
REQUIRED_SHEETS = (*INPUT_SHEETS, PARAMETERS)

Read = Callable[[CellValue], str]


@dataclass(frozen=True)
class Field:
    """One input cell of the map.

    Args:
        name: Field of the record.
        column: Heading of the column in English, or its letter where the column has no heading.
        read: Turns the cell into canonical text.
        value_type: `number`, `text`, `date` or `boolean`.
        decides: A figure depends on it, so that an unreadable cell refuses the document.
    """

    name: str
    column: str
    read: Read
    value_type: str = "number"
    decides: bool = True


def number_field(name: str, column: str, minimum: float | None = 0, maximum: float | None = None) -> Field:
    """Return a number cell; quantities and factors are not negative unless said."""
    return Field(name, column, partial(read_number, minimum=minimum, maximum=maximum))


def text_field(name: str, column: str, decides: bool = False) -> Field:
    """Return a free-text cell."""
    return Field(name, column, read_text, "text", decides)


def choice_field(
    name: str, column: str, allowed: tuple[str, ...], what: str, what_zh: str, decides: bool = True
) -> Field:
    """Return a cell whose entry stands in a list; `what` names it in messages."""
    read = partial(read_choice, allowed=allowed, what=what, what_zh=what_zh)
    return Field(name, column, read, "text", decides)


def share_field(name: str, column: str) -> Field:
    """Return a descriptive share from 0 to 1, which Excel shows as percent."""
    return Field(name, column, partial(read_number, minimum=0, maximum=1), decides=False)


def _read_technology(value: CellValue) -> str:
    found = words.pfc_technology(read_text(value))
    if found is None:
        names = " | ".join(words.PFC_TECHNOLOGIES)
        raise CellError(
            "unknown_technology",
            "The anode technology is unknown",
            "陽極技術類型不明",
            names,
            "name the technology",
        )
    return found


_ELECTRICITY_SOURCE = (words.ELECTRICITY_SOURCES, "source of the emission factor", "排放係數來源")
_VALUE_SOURCE = (words.VALUE_SOURCES, "source of the value", "數值來源")

# Sheet A, by outline path (section, letter, numeral); every value stands in column I unless said.
INSTALLATION_CELLS: Mapping[tuple[str, str, str], Field] = {
    ("2", "", "i."): text_field("name_local", "I"),
    ("2", "", "ii."): text_field("name", "I"),
    ("2", "", "iii."): text_field("street", "I"),
    ("2", "", "iv."): text_field("economic_activity", "I"),
    ("2", "", "v."): text_field("post_code", "I"),
    ("2", "", "vi."): text_field("po_box", "I"),
    ("2", "", "vii."): text_field("city", "I"),
    ("2", "", "viii."): text_field("country", "I"),
    ("2", "", "ix."): text_field("unlocode", "I"),
    ("2", "", "x."): text_field("latitude", "I"),
    ("2", "", "xi."): text_field("longitude", "I"),
    ("2", "", "xii."): text_field("representative", "I"),
    ("2", "", "xiii."): text_field("email", "I"),
    ("2", "", "xiv."): text_field("telephone", "I"),
    ("3", "(a)", "i."): text_field("verifier_company", "I"),
    ("3", "(a)", "ii."): text_field("verifier_street", "I"),
    ("3", "(a)", "iii."): text_field("verifier_city", "I"),
    ("3", "(a)", "iv."): text_field("verifier_post_code", "I"),
    ("3", "(a)", "v."): text_field("verifier_country", "I"),
    ("3", "(b)", "i."): text_field("verifier_representative", "I"),
    ("3", "(b)", "ii."): text_field("verifier_email", "I"),
    ("3", "(b)", "iii."): text_field("verifier_telephone", "I"),
    ("3", "(b)", "iv."): text_field("verifier_fax", "I"),
    ("3", "(c)", "i."): text_field("accreditation_member_state", "I"),
    ("3", "(c)", "ii."): text_field("accreditation_body", "I"),
    ("3", "(c)", "iii."): text_field("accreditation_number", "I"),
}

# Sheet B. OxF, ConvF and BioC are percent (0-100), the collection efficiency of PFC is a share (0-1): the
# template mixes both on one sheet. Activity data may be negative: outputs of a mass balance.
SOURCE_STREAM_FIELDS = (
    choice_field("method", "Method", words.METHODS, "monitoring method", "監測方法"),
    text_field("name", "Source stream name", decides=True),
    number_field("activity_data", "Activity data (AD)", minimum=None),
    choice_field("activity_unit", "AD Unit", words.ACTIVITY_UNITS, "unit", "單位"),
    number_field("net_calorific_value", "Net calorific value (NCV)"),
    number_field("emission_factor", "Emission factor (EF)"),
    choice_field("emission_factor_unit", "EF Unit", words.EMISSION_FACTOR_UNITS, "unit", "單位"),
    number_field("carbon_content", "Carbon content"),
    number_field("oxidation_factor_pct", "Oxidation factor (OxF)", maximum=100),
    number_field("conversion_factor_pct", "Conversion factor (ConvF)", maximum=100),
    number_field("biomass_pct", "Biomass content (BioC)", maximum=100),
)
PFC_FIELDS = (
    choice_field("method", "Method", words.PFC_METHODS, "PFC method", "全氟碳化物計算方法"),
    Field("technology", "Technology type", _read_technology, "text", decides=False),
    number_field("production_t", "Activity data (AD)"),
    number_field("anode_effect_frequency", "A: Frequency"),
    number_field("anode_effect_duration", "A: Duration"),
    number_field("slope_emission_factor", "A: SEF(CF4)"),
    number_field("anode_effect_overvoltage", "B: AEO"),
    number_field("current_efficiency", "B: CE"),
    number_field("overvoltage_coefficient", "B: OVC"),
    number_field("c2f6_weight_fraction", "F(C2F6)"),
    number_field("collection_efficiency", "Collection efficiency, %", maximum=1),
)
CEMS_FIELDS = (
    text_field("name", "Name"),
    choice_field("ghg", "Type of GHG", words.CEMS_GASES, "greenhouse gas", "溫室氣體種類"),
    number_field("biomass_pct", "Biomass fraction", maximum=100),
    number_field("concentration_g_per_nm3", "hourly GHG conc. Average"),
    number_field("operating_hours", "hours operating"),
    number_field("flow_knm3_per_h", "Flue gas flow (average)"),
    number_field("energy_fossil_tj", "Energy content (fossil), TJ"),
    number_field("energy_biomass_tj", "Energy content (bio), TJ"),
)

# Sheet C: manual entries (row `ii.`), which replace what the template sums from sheet B.
FUEL_FIELDS = (
    number_field("fuel_total_tj", "Total fuel input"),
    number_field("fuel_cbam_tj", "Direct fuel for CBAM goods"),
    number_field("fuel_electricity_tj", "Fuel for electricity"),
    number_field("fuel_non_cbam_tj", "Direct fuel for non-CBAM goods"),
)
EMISSION_FIELDS = (
    number_field("co2_t", "Total CO2 emissions"),
    number_field("biomass_t", "Biomass emissions"),
    number_field("n2o_tco2e", "Total N2O emissions"),
    number_field("pfc_tco2e", "Total PFC emissions"),
    number_field("indirect_tco2e", "Total indirect emissions"),
)
QUALITY_FIELDS = {
    "i.": choice_field(
        "data_quality", "H", words.DATA_QUALITY, "statement on data quality", "數據品質說明", False
    ),
    "ii.": choice_field(
        "default_values_justification",
        "H",
        words.DEFAULT_JUSTIFICATIONS,
        "justification",
        "採用預設值之理由",
        False,
    ),
    "iii.": choice_field(
        "quality_assurance", "H", words.DATA_VERIFICATION, "kind of quality assurance", "品質保證方式", False
    ),
}

# Sheet D, by outline path (letter, numeral) within a block; the column is the heading in the named heading
# row.
PROCESS_FIELDS: tuple[tuple[str, str, Field], ...] = (
    ("(b)", "i.", number_field("to_market", "Amounts")),
    ("(d)", "", number_field("non_cbam", "L")),
    ("(f)", "", Field("is_heat_applicable", "Measurable heat", read_boolean, "boolean")),
    ("(f)", "", Field("is_waste_gas_applicable", "Waste gases", read_boolean, "boolean")),
    ("(g)", "", number_field("direct_emissions", "Value", minimum=None)),
    ("(h)", "i.", number_field("heat_imported_tj", "Imported")),
    ("(h)", "i.", number_field("heat_exported_tj", "Exported")),
    ("(h)", "ii.", number_field("heat_imported_factor", "Imported")),
    ("(h)", "ii.", number_field("heat_exported_factor", "Exported")),
    ("(i)", "i.", number_field("waste_gas_imported_tj", "Imported")),
    ("(i)", "i.", number_field("waste_gas_exported_tj", "Exported")),
    ("(i)", "ii.", number_field("waste_gas_imported_factor", "Imported")),
    ("(i)", "ii.", number_field("waste_gas_exported_factor", "Exported")),
    ("(j)", "i.", number_field("electricity_mwh", "Value")),
    ("(j)", "ii.", number_field("electricity_factor", "Value")),
    ("(j)", "iii.", choice_field("electricity_factor_source", "Value", *_ELECTRICITY_SOURCE)),
    ("(k)", "i.", number_field("exported_electricity_mwh", "Value")),
    ("(k)", "ii.", number_field("exported_electricity_factor", "Value")),
)
INDIRECT_FLAG = Field("is_indirect_applicable", "Indirect emissions", read_boolean, "boolean", decides=False)
# The words that a row of sheet D must show, so that a template which moved a row is refused.
PROCESS_LABELS = {
    ("(b)", "i."): "market",
    ("(d)", ""): "non-cbam",
    ("(g)", ""): "direm",
    ("(h)", "i."): "heat",
    ("(i)", "i."): "waste gas",
    ("(j)", "i."): "electricity consumption",
    ("(j)", "ii."): "emission factor",
    ("(k)", "i."): "exported",
}

PRECURSOR_FIELDS: tuple[tuple[str, str, Field], ...] = (
    ("(c)", "", number_field("other_use", "L")),
    ("(e)", "i.", number_field("see_direct", "Value", minimum=None)),
    ("(e)", "i.", choice_field("see_direct_source", "Source", *_VALUE_SOURCE)),
    ("(e)", "ii.", number_field("electricity_mwh_per_t", "Value")),
    ("(e)", "ii.", choice_field("electricity_source", "Source", *_VALUE_SOURCE)),
    ("(e)", "iii.", number_field("electricity_factor", "Value")),
    ("(e)", "iii.", choice_field("electricity_factor_source", "Source", *_ELECTRICITY_SOURCE)),
    ("(e)", "v.", text_field("justification", "K")),
)
# Version 1 asked for indirect emissions where version 2 asks for electricity: same cells, other meaning.
PRECURSOR_LABELS = {
    ("(c)", ""): "other purposes",
    ("(e)", "i."): "direct",
    ("(e)", "ii."): "electricity consumption",
    ("(e)", "iii."): "emission factor",
    ("(e)", "v."): "justification",
}

# Sheet Summary_Products: the typed columns beside process, CN code and product name. Percent cells hold
# shares.
PRODUCT_FIELDS = (
    choice_field(
        "reducing_agent",
        "The main reducing agent of the precursor, if known",
        words.REDUCING_AGENTS,
        "reducing agent",
        "還原劑",
        False,
    ),
    text_field("steel_mill_id", "Steel mill identification number"),
    share_field("manganese_share", "% Mn"),
    share_field("chromium_share", "% Cr"),
    share_field("nickel_share", "% Ni"),
    share_field("other_alloys_share", "% other alloys"),
    share_field("carbon_share", "% carbon"),
    Field("scrap_t_per_t_steel", "t scrap per t steel", partial(read_number, minimum=0), decides=False),
    share_field("other_materials_share", "% other materials"),
    share_field("pre_consumer_scrap_share", "% pre-consumer scrap"),
    Field(
        "scrap_t_per_t_aluminium", "t scrap per t aluminium", partial(read_number, minimum=0), decides=False
    ),
    share_field("non_aluminium_share", "% non-aluminium elements"),
    share_field("clinker_factor", "Clinker factor"),
    Field("is_calcined", "Calcined or not", read_boolean, "boolean", decides=False),
    share_field("solution_concentration_share", "Concentration, if hydrous solution"),
    share_field("nitric_acid_share", "% nitric acid"),
    share_field("urea_share", "% urea"),
    share_field("nitrogen_share", "% N contained"),
    share_field("nitrogen_ammonium_share", "% N as ammonium (NH4+)"),
    share_field("nitrogen_nitrate_share", "% N as nitrate (NO3–)"),
    share_field("nitrogen_urea_share", "% N as Urea"),
    share_field("nitrogen_other_share", "% N in other (organic) forms"),
    choice_field(
        "carbon_price_type",
        "Type of instrument (carbon pricing)",
        words.CARBON_PRICE_TYPES,
        "carbon price instrument",
        "碳定價工具",
        False,
    ),
    share_field(
        "carbon_price_covered_share", "Share of total embedded emissions covered by the carbon price"
    ),
    text_field("currency", "Currency"),
    Field(
        "carbon_price_due",
        "Carbon price (CP) due (per produced t or MWh)",
        partial(read_number, minimum=0),
        decides=False,
    ),
    choice_field("rebate_type", "Type of rebate", words.REBATE_TYPES, "type of rebate", "減免類型", False),
    share_field("rebate_covered_share", "Share of embedded emissions covered by the rebate"),
    Field(
        "rebate_amount",
        "Amount of rebate (per produced t or MWh)",
        partial(read_number, minimum=0),
        decides=False,
    ),
)

# How the map reads as a table: section, sheet, what an item is, what a sub-item is, fields.
Described = tuple[str, str, str, str, tuple[Field, ...]]


def described() -> Iterator[Described]:
    """Yield every section of the records with its fields, for the documentation."""
    installation = (
        Field("period_start", "I", read_text, "date"),
        Field("period_end", "L", read_text, "date"),
        *INSTALLATION_CELLS.values(),
    )
    category = text_field("good_category", "E", decides=True)
    name = text_field("name", "Name", decides=True)
    amount = number_field("amount", "Amounts")
    yield "parameter", PARAMETERS, "", "", (text_field("cbam_period", "B", decides=True),)
    yield "installation", INSTALLATION, "", "", installation
    yield "good", INSTALLATION, "row", "route", (category, text_field("route", "Route 1"))
    included = text_field(
        "included_good_category", "Included goods categories listed under (a)", decides=True
    )
    yield "process", INSTALLATION, "row", "position", (category, name, included)
    country = text_field("country_code", "Country code", decides=True)
    yield "precursor", INSTALLATION, "row", "route", (category, name, country, text_field("route", "Route 1"))
    yield "source_stream", STREAMS, "row", "", SOURCE_STREAM_FIELDS
    yield "pfc", STREAMS, "row", "", PFC_FIELDS
    yield "cems", STREAMS, "row", "", CEMS_FIELDS
    yield "balance", BALANCE, "", "", (*FUEL_FIELDS, *EMISSION_FIELDS, *QUALITY_FIELDS.values())
    yield "production_level", PROCESSES, "process", "route", (amount,)
    yield "process_flow", PROCESSES, "process that makes", "process that consumes", (amount,)
    yield "process_value", PROCESSES, "process", "", tuple(spec for _, _, spec in PROCESS_FIELDS)
    yield "precursor_level", PRECURSORS, "precursor", "route", (amount,)
    yield "precursor_flow", PRECURSORS, "precursor", "process that consumes", (amount,)
    yield "precursor_value", PRECURSORS, "precursor", "", tuple(spec for _, _, spec in PRECURSOR_FIELDS)
    product = (text_field("process", "D"), text_field("cn_code", "F"), text_field("product_name", "H"))
    yield "product", PRODUCTS, "row", "", (*product, *PRODUCT_FIELDS)
