"""A mill that buys cement whose declaration states its values a tonne of clinker.

In January 2026 the mill makes 100 t of CEM-3 from 200 t of meal at 0.5 t/t and 50 t of bought cement. A tonne
of the clinker in it embeds 0.8 t CO2e and 0.1 MWh at 0.5 t/MWh, with a free allocation of 0.6 t CO2e; three
quarters of the cement are clinker.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from prepared_home import prepared_home
from small_plant import CERTIFICATE_HEADING, FACTOR_HEADING, Plant, Rows, certificate, factor, plant

from orchestration.refresh import refresh
from tracetonne.figures import read_figures
from tracetonne.landing.land import land_paths
from tracetonne.package.verify import verify
from tracetonne.trace import trace

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {
    "site": [{"name": "Mill", "country_code": "TW", "first_month": "2026-01"}],
    "processes": [{"process": "cement", "name": "Mill", "good_category": "Cement"}],
    "products": [{"product": "CEM-3", "name": "CEM-3", "cn_code": "25232900", "process": "cement"}],
    "materials": [
        {"material": "MEAL", "name": "Raw meal", "role": "process", "unit": "t"},
        {"material": "CEMENT", "name": "Cement", "role": "precursor", "unit": "t", "cn_code": "25232900",
         "country_code": "TW"},
    ],
    "source_streams": [
        {"source_stream": "meal", "name": "Meal", "material": "MEAL", "method": "process",
         "activity_source": "ledger", "unit": "t"},
    ],
    "attribution": [
        {"source_stream": "meal", "process": "cement", "method": "declared_share", "share": 1,
         "reason": "one process"},
    ],
}  # fmt: skip
HEADING = (
    "declaration_number,supplier,installation,country_code,material,cn_code,valid_from,valid_to,see_direct,"
    "see_direct_unit,see_direct_source,electricity,electricity_unit,electricity_factor,"
    "electricity_factor_unit,electricity_factor_source,sefa,sefa_unit,functional_content,verification_report,verifier,"
    "verifier_accreditation,accreditation_body,accreditation_country,verifier_accreditation_scope,"
    "verified_from,verified_to\n"
)


def declaration(content: str) -> str:
    """Return the declaration of the bought cement as CSV, with this content."""
    return (
        f"{HEADING}K-1,Kiln,Kiln 1,TW,CEMENT,25232900,2026-01-01,2027-01-01,0.8,tCO2e/t,Measured,0.1,MWh/t,"
        f"0.5,tCO2/MWh,Measured,0.6,tCO2e/t,{content},VR-1,Invented Verification GmbH,D-VS-1,"
        "Invented Body,DE,CBAM cement,2026-01-01,2027-01-01\n"
    )


PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        "2026-01-05,A,cement,CEM-3,50000,0,MEAL,200000,\n"
        "2026-01-06,B,cement,CEM-3,50000,0,CEMENT,50000,\n"
    ),
    "stock": (
        "count_date,material,quantity,unit,location,counted_by\n"
        "2025-12-31,CEMENT,80,t,silo,Lin\n2026-01-31,CEMENT,30,t,silo,Lin\n"
    ),
    "declaration": declaration("0.75"),
    "lab": CERTIFICATE_HEADING + certificate("CEM-3", "clinker_content", "65", "%"),
    "factors": FACTOR_HEADING + factor("MEAL", "emission_factor", "0.5", "tCO2/t"),
}


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("mill"), "mill", "2026-01", MASTER, PAPERS)


def test_a_tonne_of_bought_cement_embeds_its_clinker(january: Plant) -> None:
    """50 t at 0.8 × 0.75 are 30 t CO2e beside 100 t of meal; at 0.075 MWh/t and 0.5 t/MWh 1.875 t."""
    assert january.result.status == "published", january.result
    assert january.value("see_direct", "cement") == pytest.approx(1.3, rel=1e-9)
    assert january.value("see_indirect", "cement") == pytest.approx(0.01875, rel=1e-9)
    for quantity, value, unit in (
        ("precursor_see_direct_by_content", 0.6, "tCO2e/t"),
        ("precursor_electricity_by_content", 0.075, "MWh/t"),
    ):
        lines = january.lines(quantity)
        assert {line["series"] for line in lines} == {"management", "regime"}
        for line in lines:
            assert float(line["value"]) == pytest.approx(value, rel=1e-12)
            assert (line["unit"], line["formula"]) == (unit, "declared * content")
            assert "eq. 64 to 66" in line["clause"]


def test_the_figure_leads_to_the_declaration_and_is_computed_again(january: Plant) -> None:
    (figure,) = {
        row["figure_id"]
        for row in read_figures(january.home, "mill", "2026-01").rows
        if (row["period"], row["process"], row["product"], row["quantity"], row["series"])
        == ("2026-01", "cement", None, "see_direct", "regime")
    }
    tree = str(trace(january.home, figure))
    assert "precursor_see_direct_by_content" in tree and "declaration.csv" in tree
    assert january.result.package is not None
    assert verify(Path(january.result.package)).failures == []


def test_its_free_allocation_counts_its_clinker(january: Plant) -> None:
    """0.6 × 0.75 = 0.45 t CO2e a tonne of bought cement; 50 t of it bring 22.5 t."""
    year = Plant(january.home, "mill", "2026", refresh(january.home, "mill", "2026"))
    assert year.result.status == "published", year.result
    (line,) = year.lines("cbam_precursor_sefa_by_content")
    assert float(line["value"]) == pytest.approx(0.45, rel=1e-12)
    assert (line["unit"], line["formula"]) == ("tCO2e/t", "functional_sefa * stated_content")
    (embedded,) = year.lines("cbam_embedded_sefa")
    assert float(embedded["value"]) == pytest.approx(22.5, rel=1e-12)
    assert year.result.package is not None
    assert verify(Path(year.result.package)).failures == []


def test_a_percentage_is_refused_with_place_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = prepared_home(tmp_path / "home")
    monkeypatch.setitem(os.environ, "TRACETONNE_HOME", str(home.root))
    paper = tmp_path / "declaration.csv"
    paper.write_text(declaration("75"), encoding="utf-8")
    (landed,) = land_paths(home, [paper], "mill")
    (problem,) = landed.rejections
    assert (problem.field, problem.found) == ("functional_content", "75")
    assert "2" in problem.locator and problem.expected and problem.action
    assert problem.message != problem.message_zh
