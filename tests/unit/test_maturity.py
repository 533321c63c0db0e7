"""Three layers of data, each with its tick: taking one away takes the tick away and leaves a gap."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tracetonne.display_product import show_maturity
from tracetonne.maturity import Maturity, judge
from tracetonne.status import DocumentStatus

MONTHS = ("2026-01", "2026-02")
PRODUCTS = {"BAR": "Bar", "ROD": "Rod"}
BOOKED = [("BAR", "2026-01"), ("BAR", "2026-02"), ("ROD", "2026-02"), ("ROD", "2025-12")]
CELLS = [
    DocumentStatus("mill", month, "taipower_bill", "A1", "monthly", "landed", figures="current")
    for month in MONTHS
]


def figure(product: str, period: str, **other: Any) -> dict[str, Any]:
    return {
        "product": product, "period": period, "quantity": "see_total", "series": "management", "value": 2.0,
        "status": "published", "blocked_by": [], "note": None,
    } | other  # fmt: skip


FIGURES = [figure(product, period) for product in PRODUCTS for period in (*MONTHS, "2026")]


def judged(**changed: Any) -> Maturity:
    given = {"products": PRODUCTS, "booked": BOOKED, "cells": CELLS, "figures": FIGURES} | changed
    return judge("mill", "2026", **given)


def ticks(found: Maturity) -> dict[str, tuple[bool, bool, bool, int]]:
    return {row.product: (row.raw, row.calculation, row.output, row.score) for row in found.rows}


def test_nothing_missing_ticks_everything() -> None:
    found = judged()
    assert ticks(found) == dict.fromkeys(("", "BAR", "ROD"), (True, True, True, 3))
    assert found.gaps == []


def test_a_missing_document_takes_the_raw_tick() -> None:
    found = judged(cells=[CELLS[0], dataclasses.replace(CELLS[1], status="missing")])
    assert ticks(found)["BAR"] == (False, True, True, 2)
    assert [(gap.layer, gap.period, gap.what) for gap in found.gaps] == [
        ("raw", "2026-02", "taipower_bill A1: missing")
    ]


def test_a_product_that_no_ledger_names_has_no_raw_data() -> None:
    found = judged(booked=BOOKED[:2])
    assert ticks(found)["ROD"][0] is False
    assert ticks(found)["BAR"] == (True, True, True, 3)
    assert [gap.subject for gap in found.gaps] == ["ROD"]


def test_a_month_that_is_not_computed_takes_the_calculation_tick() -> None:
    found = judged(figures=[row for row in FIGURES if row["period"] != "2026-01"])
    assert ticks(found) == dict.fromkeys(("", "BAR", "ROD"), (True, False, True, 2))
    (gap,) = found.gaps
    assert (gap.layer, gap.action) == ("calculation", "tracetonne refresh --site mill --month 2026-01")


def test_a_product_without_intensity_takes_its_own_tick_and_the_sites() -> None:
    bad = figure("ROD", "2026-02", value=None, note="a precursor has no value")
    found = judged(
        figures=[*(row for row in FIGURES if (row["product"], row["period"]) != ("ROD", "2026-02")), bad]
    )
    assert ticks(found) == {
        "": (True, False, True, 2), "BAR": (True, True, True, 3), "ROD": (True, False, True, 2),
    }  # fmt: skip
    assert [gap.what for gap in found.gaps] == ["a precursor has no value"]


def test_stale_figures_are_a_gap() -> None:
    found = judged(cells=[dataclasses.replace(CELLS[0], figures="stale"), CELLS[1]])
    assert ticks(found)[""] == (True, False, True, 2)


@pytest.mark.parametrize(
    ("blocked_by", "said"),
    [
        (["electricity_balance"], "gates keep it from a package: electricity_balance"),
        ([], "no package holds the year"),
    ],
)
def test_figures_without_a_package_take_the_output_tick(blocked_by: list[str], said: str) -> None:
    found = judged(figures=[row | {"status": "provisional", "blocked_by": blocked_by} for row in FIGURES])
    assert ticks(found) == dict.fromkeys(("", "BAR", "ROD"), (True, True, False, 2))
    assert [gap.what for gap in found.gaps] == [said]


def test_people_see_ticks_and_gaps(capsys: pytest.CaptureFixture[str]) -> None:
    show_maturity(judged(booked=BOOKED[:2], cells=[]))
    shown = capsys.readouterr().out
    assert "ROD" in shown and "2/3" in shown and "expected_documents" in shown
