"""What a document changes: which differences count, and which are only what doubles leave."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration.preview import _ORGANISATION_KEY, Preview, _changed_factors, _changed_figures, _periods
from tracetonne import display_factors
from tracetonne.settings import Home

PRODUCT = ("2025-11", "p", "C1", "regime", "see_total", "tCO2e/t")
OTHER = ("2025-11", "p", "A1", "regime", "see_total", "tCO2e/t")


def test_only_what_changes_is_told_with_before_and_after() -> None:
    (row,) = _changed_figures({PRODUCT: (2.0,), OTHER: (4.0,)}, {PRODUCT: (2.1,), OTHER: (4.0 + 1e-15,)})
    assert (row["period"], row["product"], row["before"], row["after"]) == ("2025-11", "C1", 2.0, 2.1)
    assert row["change"] == pytest.approx(0.1)
    assert row["change_pct"] == pytest.approx(5)


def test_a_figure_that_comes_or_goes_has_one_side_only() -> None:
    (came,) = _changed_figures({}, {PRODUCT: (2.0,)})
    assert (came["before"], came["after"], came["change"], came["change_pct"]) == (None, 2.0, None, None)


def test_another_winner_is_named_beside_the_one_it_beats() -> None:
    key = ("2025-11", "regime", "gas", "emission_factor")
    same = ("2025-11", "regime", "gas", "ncv")
    (row,) = _changed_factors(
        {key: (56.1, "factor:OLD"), same: (36.0, "factor:N")},
        {key: (58.9, "factor:NEW"), same: (36.0, "factor:N")},
    )
    assert (row["before_factor"], row["before"]) == ("factor:OLD", 56.1)
    assert (row["after_factor"], row["after"]) == ("factor:NEW", 58.9)


def test_the_organisation_s_year_is_told_by_category_and_total(monkeypatch: pytest.MonkeyPatch) -> None:
    category, total = (
        ("2025", "AR6", "iso_category_3", "tCO2e"),
        ("2025", "AR6", "iso_total_location", "tCO2e"),
    )
    rows = _changed_figures(
        {category: (20.0,), total: (100.0,)}, {category: (25.0,), total: (105.0,)}, _ORGANISATION_KEY
    )
    written = io.StringIO()
    monkeypatch.setattr(display_factors, "console", lambda: Console(file=written, width=200))
    display_factors.show_preview(Preview("e1", "office", "sea.csv", ["2025"], organisation=rows))
    told = [line.split() for line in written.getvalue().splitlines() if line.split()[:1] == ["2025"]]
    assert told == [
        ["2025", "AR6", "iso_category_3", "20.00000", "25.00000", "5.00000", "25.000"],
        ["2025", "AR6", "iso_total_location", "100.00000", "105.00000", "5.00000", "5.000"],
    ]
    assert "No product changes." in written.getvalue()


@pytest.mark.parametrize(
    ("served", "starts", "ends", "periods"),
    [
        (["2024", "2025", "2026"], "2025-01-01", "2026-01-01", ["2025", "2026"]),
        (["2025", "2025-10", "2025-11", "2025-12"], "2025-11-01", None, ["2025-11", "2025-12", "2025"]),
        (["2024", "2025-01", "2025"], "2024-07-01", None, ["2025-01", "2024", "2025"]),
        (["2024"], "2025-01-01", None, []),
    ],
)
def test_a_document_is_weighed_over_the_served_months_and_years_from_its_first(
    tmp_path: Path, served: list[str], starts: str, ends: str | None, periods: list[str]
) -> None:
    home = Home(tmp_path, tmp_path / "exports")
    for period in served:
        (home.serving / "s" / period).mkdir(parents=True)
        (home.serving / "s" / period / "current.json").write_text('{"build": "b"}', encoding="utf-8")
    evidence = home.landing / "evidence" / "site=s"
    evidence.mkdir(parents=True)
    duckdb.execute(
        "create or replace temp table days as "
        "select cast(? as date) as period_start, cast(? as date) as period_end",
        [starts, ends],
    )
    duckdb.execute(f"copy days to '{evidence / 'e.parquet'}' (format parquet)")
    assert _periods(home, "s", "e") == periods
