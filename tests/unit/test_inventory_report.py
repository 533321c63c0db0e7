"""The printed report: each item of ISO 14064-1:2018, 9.3.1 with its content, or named as missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tracetonne.inventory import Inventory
from tracetonne.inventory_report import InventoryReport, printed
from tracetonne.landing.land import land_paths
from tracetonne.registers import standing_rows
from tracetonne.report_contents import report_contents
from tracetonne.settings import Home

LETTERS = "abcdefghijklmnopqrst"
STATED = "bdefhklnrs"
HEADING = "year,item,statement,statement_zh,document,stated_by,recorded_on\n"


def category(number: str, emissions: float) -> list[dict[str, Any]]:
    return [
        {"standard": "iso14064_1", "category": number, "parent": "", "name": f"Category {number}",
         "name_zh": "類別", "clause": "", "electricity_method": method, "status": "computed",
         "emissions_tco2e": emissions, "reason": None, "reason_zh": None}
        for method in ("location", "market")
    ]  # fmt: skip


def report(stated: str, *, words: str = "as it is", assessed: str = "1") -> InventoryReport:
    categories = [*category("1", 12.5), *category("2", 1234.5), *category("total", 1247.0)]
    items = [{"iso_category": "1.1", "factor": 2.5, "emissions_tco2e": 12.5}]
    contents = report_contents(
        categories, items, {"iso_biogenic_co2", "taiwan_uncertainty_lower"}, stated,
        has_organisation=True, has_base_year=False, assessed=assessed,
    )  # fmt: skip
    statements = [
        {"item": letter, "statement": words, "statement_zh": "如實", "proof": None, "stated_by": "Lin",
         "recorded_on": "2026-03-31", "evidence_id": f"evidence-{letter}"}
        for letter in stated
    ]  # fmt: skip
    factors = [
        {"factor_code": code, "parameter": parameter, "value": value, "unit": "u", "source_class": "type_1",
         "source": "published", "document": "table", "gwp_set": "AR6", "valid_from": "2021-01-01",
         "evidence_id": None}
        for code, parameter, value in (("DIESEL", "emission_factor", 2.5), ("GWP-CH4", "gwp", 27.9))
    ]  # fmt: skip
    quality = [{"category": "3.6", "quality_product": 18.0, "quality_grade": 2.0, "uncertainty": 0.125,
                "assessed_share": 0.8, "line_id": "line:q"}]  # fmt: skip
    uncertainty = [{"quantity": "taiwan_uncertainty_lower", "series": "filed", "value": 0.05, "clause": "x"}]
    inventory = Inventory(
        "office", "2025", "AR6", categories, items, 0.5, [], [], quality, contents, statements
    )
    plant = {
        "name": "Invented Office",
        "name_zh": "虛構辦公室",
        "company_id": "00000001",
        "country_code": "TW",
    }
    methods = [{"quantity": "organisation_item", "formula": "quantity × factor", "method_id": "m@1",
                "clause": "ISO 14064-1:2018 6.2", "line_count": 3}]  # fmt: skip
    direct = [{"gas": "CO2", "emissions_tco2e": 12.5}]
    return InventoryReport(inventory, plant, [], direct, methods, factors, uncertainty)


def sections(page: str) -> dict[str, str]:
    """Return the text of each item of a page."""
    parts = re.findall(r'<span class="mark">(\w)\)</span>(.*?)</section>', page, re.S)
    return {letter: re.sub(r"<[^>]+>", " ", text.split("</h2>")[1]).strip() for letter, text in parts}


def test_every_item_is_present_with_content() -> None:
    page = printed(report(STATED))
    found = sections(page)
    assert "".join(found) == LETTERS
    assert [letter for letter, text in found.items() if not text or "MISSING" in text] == []
    assert "All items of 9.3.1 have content" in page
    assert "12.5" in found["f"]
    assert "1,234.5" in found["j"]
    assert "evidence-b" in found["b"]
    assert "27.9" in found["t"]
    assert "27.9" not in found["o"]
    assert "±12.5%" in found["p"]


def test_what_nobody_stated_is_named_as_missing_with_what_to_do() -> None:
    found = sections(printed(report("bd")))
    missing = [letter for letter, text in found.items() if text.startswith("MISSING")]
    assert missing == list("ehklnrs")
    assert all(f"inventory_statement document with item {letter}" in found[letter] for letter in missing)
    assert all("請匯入" in found[letter] or "請於" in found[letter] for letter in missing)


def test_a_category_without_uncertainty_is_named_beside_those_that_have_one() -> None:
    page = printed(report(STATED, assessed="3"))
    assert "Missing items, or parts of them 缺漏或不完整項目: p." in page
    found = sections(page)["p"]
    assert "for these categories without assessment: 1" in found
    assert "±12.5%" in found


def test_words_of_a_document_are_never_markup_and_bytes_repeat() -> None:
    page = printed(report(STATED, words="<script>alert(1)</script>"))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert page == printed(report(STATED, words="<script>alert(1)</script>"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "home", exports=tmp_path / "exports")


def test_a_later_statement_holds_and_an_unknown_item_is_rejected(home: Home, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(
        f"{HEADING}2025,b,Lin,林,,Lin,2026-03-31\n2025,h,none,無,,Lin,2026-03-31\n2025,z,?,?,,Lin,2026-03-31\n",
        encoding="utf-8",
    )
    second.write_text(f"{HEADING}2025,b,Chen,陳,minutes,Lin,2026-04-15\n", encoding="utf-8")
    landed = land_paths(home, [first, second], "office")
    assert [(one.kind, one.records_landed, one.records_rejected) for one in landed] == [
        ("inventory_statement", 2, 1), ("inventory_statement", 1, 0),
    ]  # fmt: skip
    rows = standing_rows(home, "office", "inventory_statement", ["inventory_year", "item"])
    assert [(row["item"], row["statement"], row["proof"], row["evidence_id"]) for row in rows] == [
        ("b", "Chen", "minutes", landed[1].evidence_id), ("h", "none", None, landed[0].evidence_id),
    ]  # fmt: skip
