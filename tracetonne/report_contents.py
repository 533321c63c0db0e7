"""What ISO 14064-1:2018, 9.3.1 wants in a report, item by item: where the inventory has it, or that it lacks.

The words of the items are in `report_contents.yml`. An item is there only if the served year holds it, or the
organisation has stated it in a document; what is missing is what it still has to state.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

CLAUSE = "ISO 14064-1:2018, 9.3.1"
# Words alone are no indirect emissions, methods or factors.
_COMPUTED_ONLY = "jmo"
WORDS = Path(__file__).with_suffix(".yml")


def report_contents(
    categories: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]],
    quantities: Collection[str],
    stated: Collection[str],
    *,
    has_organisation: bool,
    has_base_year: bool,
    assessed: Collection[str],
) -> list[dict[str, str]]:
    """Return one entry an item: letter, name, status, and where it is or what to do.

    The status is `present`, `partly` (uncertainties of some categories only) or `missing`.

    Args:
        categories: Rows of the inventory's categories, both standards.
        items: What the categories sum.
        quantities: Quantities of the site's figures of the year that have a value.
        stated: Letters of the items that the organisation states in a document.
        has_organisation: Master data name the organisation.
        has_base_year: Master data hold verified emissions of a base year.
        assessed: Categories, 1 to 6, for which an uncertainty was computed.
    """
    computed = {row["category"] for row in categories if row["status"] in ("computed", "partly")}
    held = {
        "a": has_organisation,
        "c": True,
        "f": any(item["iso_category"].startswith("1.") for item in items),
        "g": "iso_biogenic_co2" in quantities,
        "i": True,
        "j": not computed.isdisjoint("23456"),
        "k": has_base_year,
        "m": bool(items),
        "o": any(item["factor"] is not None or item["emissions_tco2e"] is not None for item in items),
        "p": bool(assessed),
        "q": not {"taiwan_uncertainty_lower", "ghg_scope_3_uncertainty"}.isdisjoint(quantities),
        "t": True,
    }
    present = {
        words["letter"]: held.get(words["letter"], False) or words["letter"] in stated for words in _words()
    }
    # Boundaries are those of computed categories, by criteria that only the organisation can state.
    present["e"] = bool(computed) and "e" in stated
    for letter in _COMPUTED_ONLY:
        present[letter] = held[letter]
    quantified = {item["iso_category"][0] for item in items if item["emissions_tco2e"]}
    unassessed = {"p": sorted(quantified - set(assessed))} if "p" not in stated else {}
    return [
        _entry(words, unassessed.get(words["letter"], []), is_present=present[words["letter"]])
        for words in _words()
    ]


def _entry(words: Mapping[str, str], lacking: Sequence[str], *, is_present: bool) -> dict[str, str]:
    status = "missing" if not is_present else "partly" if lacking else "present"
    told = "where" if status == "present" else status
    categories = f": {', '.join(lacking)}" if status == "partly" else ""
    return {
        "letter": words["letter"],
        "name": words["name"],
        "name_zh": words["name_zh"],
        "status": status,
        "told": words[told] + categories,
        "told_zh": words[f"{told}_zh"] + categories,
        "clause": f"{CLAUSE} {words['letter']})",
    }


@cache
def _words() -> list[dict[str, str]]:
    import yaml

    words: list[dict[str, str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words
