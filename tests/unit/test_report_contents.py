"""The list of ISO 14064-1, 9.3.1: complete, and nothing there that the inventory does not have."""

from __future__ import annotations

from typing import Any

from tracetonne.report_contents import report_contents

NOTHING: dict[str, Any] = {
    "has_organisation": False, "has_base_year": False, "assessed": (),
}  # fmt: skip


def _there(found: list[dict[str, str]]) -> str:
    return "".join(row["letter"] for row in found if row["status"] == "present")


def test_every_letter_has_its_entry_in_both_languages() -> None:
    found = report_contents([], [], set(), set(), **NOTHING)
    assert "".join(row["letter"] for row in found) == "abcdefghijklmnopqrst"
    assert all(row["told"] and row["told_zh"] and row["name_zh"] for row in found)
    assert _there(found) == "cit"


def test_an_item_is_there_when_the_year_holds_it() -> None:
    categories = [{"category": "1", "status": "computed"}, {"category": "3", "status": "partly"}]
    items = [{"iso_category": "1.4", "factor": 0.09, "emissions_tco2e": 1.0}]
    found = report_contents(
        categories,
        items,
        {"iso_biogenic_co2", "taiwan_uncertainty_lower"},
        set(),
        has_organisation=True,
        has_base_year=True,
        assessed="1",
    )
    # What only the organisation can say stays missing, with what to do.
    assert _there(found) == "acfgijkmopqt"
    assert all("inventory_statement" in row["told"] for row in found if row["status"] == "missing")


def test_only_purchased_goods_are_no_direct_emissions() -> None:
    categories = [{"category": "scope_3", "status": "computed"}, {"category": "4", "status": "gap"}]
    items = [{"iso_category": "4.1", "factor": 2.0, "emissions_tco2e": 1.0}]
    assert _there(report_contents(categories, items, set(), set(), **NOTHING)) == "cimot"


def test_what_the_organisation_states_is_there_but_words_are_no_emissions() -> None:
    found = report_contents([], [], set(), "abcdefghijklmnopqrst", **NOTHING)
    assert _there(found) == "abcdfghiklnpqrst"


def test_uncertainty_is_there_when_each_quantified_category_has_one_or_the_organisation_says_it() -> None:
    items = [
        {"iso_category": category, "factor": 2.0, "emissions_tco2e": emissions}
        for category, emissions in (("2.1", 10.0), ("3.5", 1.0), ("4.1", 5.0), ("5.3", 0.0))
    ]
    there = {"has_organisation": True, "has_base_year": False}

    def entry(assessed: str, stated: str = "") -> dict[str, str]:
        found = report_contents([], items, set(), stated, **there, assessed=assessed)
        return next(row for row in found if row["letter"] == "p")

    assert entry("234")["status"] == "present"
    partly = entry("4")
    assert (partly["status"], partly["told"][-6:], partly["told_zh"][-6:]) == ("partly", ": 2, 3", ": 2, 3")
    assert "uncertainty_pct" in partly["told"] and "uncertainty_pct" in partly["told_zh"]
    assert entry("4", "p")["status"] == "present"
    assert entry("")["status"] == "missing"
