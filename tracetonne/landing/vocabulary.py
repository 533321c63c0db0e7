"""Closed lists of the CBAM communication template, as the template itself spells them.

Sources: the lists on sheet `Parameters_Constants` of the European Commission's communication template V2.1
(5 June 2024). Goods, their routes and CN codes, and the known units are the seeds of the dbt project, read
from there so that documents and models cannot disagree.

Excel compares text without regard to case, and filled templates hold both `Process emissions` and
`Process Emissions`. `canonical` does the same and ignores outer and repeated blanks; what it returns is the
spelling of the list.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracetonne import settings

METHODS = ("Combustion", "Process emissions", "Mass Balance")
ACTIVITY_UNITS = ("t", "1000Nm3")
EMISSION_FACTOR_UNITS = ("tCO2/TJ", "tCO2/t", "tCO2/1000Nm3")
CALORIFIC_UNIT = {"t": "GJ/t", "1000Nm3": "GJ/1000Nm3"}
CARBON_UNIT = {"t": "tC/t", "1000Nm3": "tC/1000Nm3"}
PFC_METHODS = ("Slope method", "Overvoltage method")
CEMS_GASES = ("CO2", "N2O")
ELECTRICITY_SOURCES = ("D.4(a)", "D.4(b)", "D.4.1", "D.4.2", "D.4.3.1", "D.4.3.2", "Mix")
VALUE_SOURCES = ("Measured", "Default", "Unknown")
CBAM_PERIODS = ("Transitional", "Definitive")
ONLY_DIRECT_PRODUCTION = "Only direct production"
REDUCING_AGENTS = ("Coal or coke", "Natural gas", "Biogas", "Hydrogen")
CARBON_PRICE_TYPES = (
    "None",
    "Carbon Tax",
    "Carbon Levy",
    "Carbon Fee",
    "National Emissions Trading System",
    "Regional Emissions Trading System",
    "Combination",
    "Other",
)
REBATE_TYPES = ("None", "Free allocation", "Financial compensation", "Tax deduction", "Combination", "Other")
DATA_QUALITY = (
    "Mostly measurements & analyses",
    "Mostly measurements & national standard factors for e.g. the emission factor",
    "Mostly measurements & sector-specific standard factors for e.g. the emission factor",
    "Mostly measurements & international standard factors for e.g. the emission factor",
    "Mostly default values provided by the European Commission",
)
DATA_VERIFICATION = ("Third-party verification", "Internal audits", "Four eyes principle", "None")
DEFAULT_JUSTIFICATIONS = ("Unreasonable costs for more accurate monitoring", "Data gaps", "Other")

# In place of a goods category: what the process makes is outside CBAM. The models know the word.
NON_CBAM = "non_cbam"

# The template leaves the anode technology to free text and gives the first and fourth as examples; the
# names are those of the technology-specific factors in Annex II B.7 of Implementing Regulation (EU)
# 2025/2547.
PFC_TECHNOLOGIES: Mapping[str, tuple[str, ...]] = {
    "Centre Worked Pre-Bake (CWPB)": ("cwpb", "centre work", "center work"),
    "Side Worked Pre-Bake (SWPB)": ("swpb", "side work"),
    "Vertical Stud Søderberg (VSS)": ("vss", "vertical stud"),
    "Horizontal Stud Søderberg (HSS)": ("hss", "horizontal stud"),
    "Point Feed Pre-Bake (PFPB)": ("pfpb", "point feed", "point fed"),
}


@dataclass(frozen=True)
class Good:
    """An aggregated goods category: unit (t or MWh), routes in template order, and 8-digit CN codes."""

    name: str
    name_zh: str
    unit: str
    routes: tuple[str, ...]
    precursors: tuple[str, ...]
    cn_codes: frozenset[str]


def fold(text: str) -> str:
    """Return the form in which two spellings of a list entry are the same."""
    return " ".join(text.split()).casefold()


def canonical(text: str, allowed: Iterable[str]) -> str | None:
    """Return the list's own spelling of `text`, or None when it is not in the list."""
    wanted = fold(text)
    return next((entry for entry in allowed if fold(entry) == wanted), None)


def _seed(folder: str, name: str) -> list[dict[str, str]]:
    with (settings.DBT_PROJECT / "seeds" / folder / f"{name}.csv").open(
        encoding="utf-8", newline=""
    ) as handle:
        return list(csv.DictReader(handle))


@functools.cache
def goods() -> Mapping[str, Good]:
    """Return the aggregated goods categories by name, in template order."""
    lists: dict[str, dict[str, list[str]]] = {}
    for seed, column in (
        ("cbam_good_route", "production_route"),
        ("cbam_good_precursor", "precursor_category"),
        ("cbam_cn_code", "cn_code"),
    ):
        for row in _seed("cbam", seed):
            lists.setdefault(row["good_category"], {}).setdefault(column, []).append(row[column])
    return {
        row["good_category"]: Good(
            name=row["good_category"],
            name_zh=row["good_category_zh"],
            unit=row["unit"],
            routes=tuple(lists[row["good_category"]].get("production_route", ())),
            precursors=tuple(lists[row["good_category"]].get("precursor_category", ())),
            cn_codes=frozenset(lists[row["good_category"]].get("cn_code", ())),
        )
        for row in _seed("cbam", "cbam_good")
    }


@functools.cache
def units() -> frozenset[str]:
    """Return every spelling of a unit that the conversion tables know, folded."""
    spellings = {row["alias"] for row in _seed("unit", "unit_alias")}
    spellings.update(row["from_unit"] for row in _seed("unit", "unit_conversion"))
    return frozenset(fold(spelling) for spelling in spellings)


@functools.cache
def good_of_cn_code() -> Mapping[str, str]:
    """Return the goods category of every CN code that CBAM knows."""
    return {code: good.name for good in goods().values() for code in good.cn_codes}


def pfc_technology(text: str) -> str | None:
    """Return the anode technology that a free text names, or None."""
    wanted = fold(text).replace("-", " ")
    for name, marks in PFC_TECHNOLOGIES.items():
        if any(mark in wanted for mark in marks):
            return name
    return None
