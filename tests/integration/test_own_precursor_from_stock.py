"""Billets made in one month and rolled in later ones, which carry the value of the last month that made any.

January 2026: 1450 t of billets and 50 t of scrap from 280 t of lime at 1 t CO2/t and 1500 t of bought pig
iron at default values. February: no billets; 450 t of bars from 500 t of billets and 30 t of lime. March:
neither; 100 t of screws from 100 t of bars. April: nothing is known of coils, which nobody ever made.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from small_plant import FACTOR_HEADING, Plant, Rows, factor, plant

from orchestration.refresh import refresh
from tracetonne.figures import read_figures
from tracetonne.package.verify import verify
from tracetonne.trace import trace

pytestmark = pytest.mark.slow

PROCESSES = ("billet", "bar", "screw", "coil")
MASTER: dict[str, Rows] = {
    "site": [{"name": "Mill", "country_code": "TW", "first_month": "2026-01"}],
    "processes": [
        {"process": name, "name": name,
         "good_category": "Crude steel" if name == "billet" else "Iron or steel products"}
        for name in PROCESSES
    ],
    "products": [
        {"product": name.upper(), "name": name, "cn_code": cn_code, "process": name}
        for name, cn_code in zip(PROCESSES, ("72071919", "72142000", "73181588", "72139110"), strict=True)
    ],
    "materials": [
        {"material": "PIG", "name": "Pig iron", "role": "precursor", "unit": "t", "cn_code": "72011011",
         "country_code": "TW"},
        *({"material": f"LIME-{name}", "name": "Lime", "role": "process", "unit": "t"}
          for name in ("billet", "bar")),
    ],
    "source_streams": [
        {"source_stream": name, "name": "Lime", "material": f"LIME-{name}", "method": "process",
         "activity_source": "ledger", "unit": "t"}
        for name in ("billet", "bar")
    ],
    "attribution": [
        {"source_stream": name, "process": name, "method": "declared_share", "share": 1, "reason": "its own"}
        for name in ("billet", "bar")
    ],
}  # fmt: skip
PAPERS = {
    "ledger": "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
    "2026-01-05,A,billet,BILLET,1450000,50000,LIME-billet,280000,\n"
    "2026-01-05,A,billet,BILLET,0,0,PIG,1500000,\n"
    "2026-02-05,B,bar,BAR,450000,0,BILLET,500000,\n"
    "2026-02-05,B,bar,BAR,0,0,LIME-bar,30000,\n"
    "2026-03-05,C,screw,SCREW,100000,0,BAR,100000,\n"
    "2026-04-05,D,screw,SCREW,100000,0,COIL,100000,\n",
    "stock": "count_date,material,quantity,unit,location,counted_by\n"
    "2025-12-31,PIG,1500,t,yard,Lin\n2026-01-31,PIG,0,t,yard,Lin\n",
    "factors": FACTOR_HEADING
    + factor("LIME-billet", "emission_factor", "1", "tCO2/t")
    + factor("LIME-bar", "emission_factor", "1", "tCO2/t"),
}


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plant]:
    january = plant(tmp_path_factory.mktemp("mill"), "mill", "2026-01", MASTER, PAPERS)
    others = {month: refresh(january.home, "mill", month) for month in ("2026-02", "2026-03", "2026-04")}
    return {"2026-01": january} | {
        month: dataclasses.replace(january, month=month, result=result) for month, result in others.items()
    }


def rows(plant: Plant, process: str, quantity: str, period: str) -> dict[str, Any]:
    """Return the management figure of a process."""
    (found,) = (
        row
        for row in read_figures(plant.home, "mill", plant.month).rows
        if (row["period"], row["process"], row["product"], row["quantity"], row["series"])
        == (period, process, None, quantity, "management")
    )
    return found


def test_a_month_takes_the_value_of_the_last_that_made_any(months: dict[str, Plant]) -> None:
    billet = months["2026-01"].value("see_direct", "billet")
    assert billet > 280 / 1450
    bar = months["2026-02"].value("see_direct", "bar")
    assert bar == pytest.approx((30 + 500 * billet) / 450, rel=1e-12)
    assert months["2026-03"].value("see_direct", "screw") == pytest.approx(bar, rel=1e-12)


def test_the_year_to_date_has_a_value_again(months: dict[str, Plant]) -> None:
    bar = months["2026-02"].value("see_direct", "bar")
    assert rows(months["2026-02"], "bar", "see_direct", "2026-02/YTD")["value"] == pytest.approx(
        bar, rel=1e-12
    )


def test_goods_of_stock_rest_on_the_defaults_that_they_were_made_of(months: dict[str, Plant]) -> None:
    found = [
        rows(months[month], process, "see_direct", month)["data_quality"]
        for month, process in (("2026-01", "billet"), ("2026-02", "bar"), ("2026-03", "screw"))
    ]
    assert found == ["default"] * 3


def test_what_nobody_ever_made_has_no_value(months: dict[str, Plant]) -> None:
    found = rows(months["2026-04"], "screw", "see_direct", "2026-04")
    assert found["value"] is None
    assert "made nothing in the period nor in an earlier one" in found["note"]


def test_the_walk_leads_into_the_month_that_made_it(months: dict[str, Plant]) -> None:
    tree = str(
        trace(months["2026-03"].home, rows(months["2026-03"], "screw", "see_direct", "2026-03")["figure_id"])
    )
    assert "line:mill:2026-02:management:see_direct:bar" in tree
    assert "line:mill:2026-01:management:see_direct:billet" in tree


def test_the_packages_are_computed_again(months: dict[str, Plant]) -> None:
    for month in ("2026-01", "2026-02", "2026-03"):
        package = months[month].result.package
        assert package is not None, months[month].result
        assert verify(Path(package)).failures == []
