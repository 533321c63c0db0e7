"""Two cements of one mill that differ by their clinker: windows, the year, its uncertainty and certificates.

Each month of 2026 100 t of CEM-1 and 100 t of CEM-2 from 200 t of meal at 0.5 t/t and 50 t of bought clinker
at 0.8 t/t: 140 t CO2e. CEM-1 is 90 % clinker in January and 80 % after, CEM-2 60 %: 150 t of clinker, then
140 t a month. A second mill takes 20 t of CEM-1 a month and makes 25 t of CEM-3 of it. An importer brings
cement at default values, with and without a stated content.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plant import CERTIFICATE_HEADING, FACTOR_HEADING, LABORATORY, Plant, Rows, factor, plant

from orchestration.refresh import RefreshResult, refresh
from tracetonne.certificates import read_certificates
from tracetonne.figures import read_figures
from tracetonne.package.verify import verify
from tracetonne.trace import trace
from tracetonne.uncertainty import read_uncertainty

pytestmark = pytest.mark.slow

MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
MONTH_ENDS = (
    "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
    "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31",
)  # fmt: skip
MASTER: dict[str, Rows] = {
    "site": [{"name": "Mill", "country_code": "TW", "first_month": "2026-01"}],
    "processes": [
        {"process": process, "name": "Mill", "good_category": "Cement"} for process in ("cement", "blend")
    ],
    "products": [
        {"product": product, "name": product, "cn_code": "25232900", "process": process}
        for product, process in (("CEM-1", "cement"), ("CEM-2", "cement"), ("CEM-3", "blend"))
    ],
    "materials": [
        {"material": "MEAL", "name": "Raw meal", "role": "process", "unit": "t"},
        {"material": "CLINKER", "name": "Clinker", "role": "precursor", "unit": "t", "cn_code": "25231000",
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
PAPERS = {
    "ledger": "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
    + "".join(
        f"{month}-05,A{month},cement,CEM-1,100000,0,MEAL,200000,\n"
        f"{month}-06,B{month},cement,CEM-2,100000,0,CLINKER,50000,\n"
        f"{month}-07,C{month},blend,CEM-3,25000,0,CEM-1,20000,\n"
        for month in MONTHS
    ),
    "stock": "count_date,material,quantity,unit,location,counted_by\n"
    + "".join(f"{day},CLINKER,{600 - 50 * number},t,silo,Lin\n" for number, day in enumerate(MONTH_ENDS)),
    "clinker": (
        "declaration_number,supplier,installation,country_code,material,cn_code,valid_from,valid_to,see_direct,"
        "see_direct_unit,see_direct_source,electricity,electricity_unit,electricity_factor,"
        "electricity_factor_unit,electricity_factor_source,sefa,sefa_unit,verification_report,verifier,"
        "verifier_accreditation,accreditation_body,accreditation_country,verifier_accreditation_scope,"
        "verified_from,verified_to\n"
        "K-1,Kiln,Kiln 1,TW,CLINKER,25231000,2026-01-01,2027-01-01,0.8,tCO2e/t,Measured,0,MWh/t,0,tCO2/MWh,"
        "Measured,,,VR-1,Invented Verification GmbH,D-VS-1,Invented Body,DE,cement,2026-01-01,2027-01-01\n"
    ),
    "lab": CERTIFICATE_HEADING
    + "".join(
        f"{number},{cement},clinker_content,{content},%,dry,2025-12-14,{first},{last},{LABORATORY}\n"
        for number, cement, content, first, last in (
            ("L1", "CEM-1", 90, "2026-01-01", "2026-02-01"),
            ("L2", "CEM-1", 80, "2026-02-01", "2027-01-01"),
            ("L3", "CEM-2", 60, "2026-01-01", "2027-01-01"),
            ("L4", "CEM-3", 65, "2026-01-01", "2027-01-01"),
        )
    ),
    "factors": FACTOR_HEADING + factor("MEAL", "emission_factor", "0.5", "tCO2/t"),
    "imports": (
        "importer_eori,importer,mrn,item,declared_on,cn_code,country_code,net_mass,unit,installation,product,"
        "value_basis,clinker_content,carbon_price_credit_t,carbon_price_certificate\n"
        "DE1,Importer,M1,1,2026-02-01,25232900,TW,100,t,other,,default,0.75,,\n"
        "DE1,Importer,M1,2,2026-02-02,25232900,TW,60,t,other,,default,,,\n"
        "DE1,Importer,M2,1,2026-05-01,25232900,TW,50,t,mill,CEM-2,default,,4,CP-7\n"
        "DE1,Importer,M3,1,2026-07-01,25232900,TW,10,t,other,,default,,2,\n"
    ),
}
CLINKER = 150 + 11 * 140
CONTENT = {"CEM-1": (90 + 11 * 80) / 1200, "CEM-2": 0.6}
COLUMN_B = 0.975 * 0.666


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("mill"), "mill", "2026", MASTER, PAPERS)


@pytest.fixture(scope="module")
def february(year: Plant) -> RefreshResult:
    assert refresh(year.home, "mill", "2026-01").status == "published"
    return refresh(year.home, "mill", "2026-02")


def test_the_year_counts_each_cement_by_its_clinker(year: Plant) -> None:
    assert year.result.status == "published", year.result
    assert year.value("functional_level", "cement") == pytest.approx(CLINKER, rel=1e-12)
    for cement, content in CONTENT.items():
        assert year.value("clinker_content", "cement", cement) == pytest.approx(content, rel=1e-12)
        assert year.value("see_direct", "cement", cement) == pytest.approx(1680 / CLINKER * content, rel=1e-9)


def test_windows_weigh_the_months_by_what_was_made(year: Plant, february: RefreshResult) -> None:
    """January and February: 280 t over 290 t of clinker; CEM-1 is 170 t of clinker in 200 t."""
    assert february.status == "published", february
    rows = {
        (row["product"], row["quantity"]): row
        for row in read_figures(year.home, "mill", "2026-02").rows
        if row["period"] == "2026-02/YTD" and row["process"] == "cement"
    }
    assert rows[None, "see_direct"]["value"] == pytest.approx(280 / 400, rel=1e-9)
    assert rows[None, "functional_level"]["value"] == pytest.approx(290, rel=1e-12)
    assert rows[None, "see_direct_functional"]["value"] == pytest.approx(280 / 290, rel=1e-9)
    for cement, content in (("CEM-1", 0.85), ("CEM-2", 0.6)):
        assert rows[cement, "clinker_content"]["value"] == pytest.approx(content, rel=1e-12)
        for quantity in ("see_direct", "see_total"):
            assert rows[cement, quantity]["value"] == pytest.approx(280 / 290 * content, rel=1e-9)
    tree = str(trace(year.home, rows["CEM-1", "see_direct"]["figure_id"]))
    assert "window_qualified_see_direct" in tree and "lab.csv" in tree


def test_each_cement_has_its_own_uncertainty(year: Plant) -> None:
    products = {
        (one["product"], one["quantity"]): one
        for one in read_uncertainty(year.home, "mill", "2026").products
        if one["series"] == "regime"
    }
    for cement, content in CONTENT.items():
        found = products[cement, "see_direct"]
        assert found["see_tco2e_per_t"] == pytest.approx(1680 / CLINKER * content, rel=1e-9)
        assert found["contributions"] and found["materiality_tco2e"] == pytest.approx(
            0.05 * 1680 / CLINKER * content * 1200, rel=1e-9
        )


def test_free_allocation_and_default_value_follow_the_content(year: Plant) -> None:
    """Bought clinker brings 600 t at column B over the year's clinker; tables of cements count clinker."""
    options = {
        (one["product"], one["value_option"]): one
        for one in read_certificates(year.home, "mill", "2026").products
    }
    clinker_default = options["CEM-2", "default"]["see_tco2e_per_t"] / 0.6
    for cement, content in CONTENT.items():
        actual, default = options[cement, "actual"], options[cement, "default"]
        assert actual["sefa_tco2e_per_t"] == pytest.approx(600 * COLUMN_B / CLINKER * content, rel=1e-9)
        assert default["sefa_tco2e_per_t"] == pytest.approx(COLUMN_B * content, rel=1e-9)
        assert default["see_tco2e_per_t"] == pytest.approx(clinker_default * content, rel=1e-9)


def test_another_process_takes_the_content_of_the_good_that_it_uses(year: Plant) -> None:
    """240 t of CEM-1 bring its clinker, not the mean of the mill; they make 300 t."""
    embedded = 240 * CONTENT["CEM-1"] * 1680 / CLINKER
    assert year.value("see_direct", "blend") == pytest.approx(embedded / 300, rel=1e-9)
    lines = {one["line_id"]: one for one in year.lines("own_precursor_by_content")}
    line = lines["line:mill:2026:-:own_precursor_by_content:cement:blend"]
    assert (line["subject"], line["object"]) == ("cement", "blend")
    assert float(line["value"]) == pytest.approx(240 * CONTENT["CEM-1"] * 2400 / CLINKER, rel=1e-9)
    (figure,) = {
        row["figure_id"]
        for row in read_figures(year.home, "mill", "2026").rows
        if (row["period"], row["process"], row["product"], row["quantity"], row["series"])
        == ("2026", "blend", None, "see_direct", "regime")
    }
    tree = str(trace(year.home, figure))
    assert "own_precursor_by_content" in tree and "lab.csv" in tree


def test_an_import_at_default_values_counts_its_clinker(year: Plant) -> None:
    """75 t and, unstated, 60 t of clinker; 60 % of the mill's own cement; what nobody states is clinker.

    A carbon price paid abroad takes off 4 t of the second quarter; that of the third has no certificate.
    """
    found = {row["import_quarter"]: row for row in read_certificates(year.home, "mill", "2026").imports}
    for quarter, net, clinker, credit in ((1, 160, 135, 0), (2, 50, 30, 4), (3, 10, 10, 0)):
        row = found[quarter]
        assert row["net_mass_t"] == net
        assert row["certificates"] == pytest.approx(clinker * (0.89 * 1.1 - COLUMN_B) - credit, rel=1e-9)
        assert ("counts as a tonne of clinker" in (row["note"] or "")) == (quarter == 3)


def test_the_packages_are_computed_again(year: Plant, february: RefreshResult) -> None:
    for package in (year.result.package, february.package):
        assert package is not None
        assert verify(Path(package)).failures == []
