"""What a document changes: which differences count, and which are only what doubles leave."""

from __future__ import annotations

import pytest

from orchestration.preview import _changed_factors, _changed_figures

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
