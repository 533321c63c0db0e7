"""Default values of every country are those of the Commission's workbook."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tracetonne.factor_table import read_seed

THREE = Decimal("0.001")


def test_each_line_has_its_mark_up_and_source() -> None:
    """Mark-up 1 % for fertilisers, else 10, 20 and 30 % (IR (EU) 2025/2621, Article 1)."""
    rows = read_seed("cbam_default_value")
    assert len({row["country_code"] for row in rows} - {"TW", "OTHER", "UNKNOWN"}) == 118
    for row in rows:
        shares = tuple(row[f"mark_up_{year}_share"] for year in (2026, 2027, 2028))
        is_fertiliser = row["cn_prefix"].startswith(("2808", "2814", "283421", "3102", "3105"))
        assert shares == (("0.01",) * 3 if is_fertiliser else ("0.1", "0.2", "0.3")), row
        assert row["superseded_by"] == "2026/1740"


def test_totals_are_those_of_the_workbook(shared: Path) -> None:
    """Every total of the 120 tables stands in the seed, rounded half up to 3 decimals."""
    path = shared / "corpora" / "cbam-template" / "default_values.xlsx"
    if not path.exists():
        pytest.skip("the workbook of default values is not here")
    book = CalamineWorkbook.from_path(str(path))
    published: dict[str, list[Decimal]] = {}
    for sheet in book.sheet_names[2:]:
        for row in book.get_sheet_by_name(sheet).to_python()[2:]:
            if isinstance(row[4], float):
                code = re.sub(r"[\s.]", "", str(int(row[0]) if isinstance(row[0], float) else row[0]))
                total = Decimal(repr(row[4])).quantize(THREE, ROUND_HALF_UP)
                published.setdefault(code, []).append(total)
    rows = [
        row
        for row in read_seed("cbam_default_value")
        if row["status"] == "value" and row["country_code"] != "UNKNOWN"
    ]
    seeded: dict[str, list[Decimal]] = {}
    for row in rows:
        total = Decimal(row["published_see_total"]).quantize(THREE)
        seeded.setdefault(row["cn_prefix"], []).append(total)
    assert {code: sorted(values) for code, values in seeded.items()} == {
        code: sorted(values) for code, values in published.items()
    }
