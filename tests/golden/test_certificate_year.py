"""A year of a plant from its papers to certificates and a verified package, with the published answers.

Every month 170 t of screws from 200 t of wire rod with 17,000 m3 of gas, and 100 t of ingots with 100 t of
coal: 12 x 17 x 35 GJ x 56.1 t/TJ / 2040 t + 1.539 x 20 / 17 = 2.00694 and 2 tCO2e/t. Importers bring these
and other goods into the EU. First nobody knows the price of the third quarter nor the correction factor; then
both are entered, and the mill states its free allocation from July on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sample_copy import SAMPLES
from small_plant import FACTOR_HEADING, Plant, Rows, factor, plant

from orchestration.refresh import refresh
from tracetonne.certificates import read_certificates
from tracetonne.corrections import changed_lines, correct, package_versions
from tracetonne.decisions import decide, withdraw
from tracetonne.figures import read_figures
from tracetonne.landing.land import land_paths
from tracetonne.package.verify import verify
from tracetonne.product_market import read_product_markets
from tracetonne.progress_report import printed, read_progress
from tracetonne.ranking import read_ranking
from tracetonne.trace import Node, trace

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {
    "site": [{"name": "Works", "country_code": "TW", "first_month": "2026-01"}],
    "processes": [
        {"process": "screws", "name": "Screws", "good_category": "Iron or steel products"},
        {"process": "melt", "name": "Melt shop", "good_category": "Crude steel",
         "production_route": "Basic oxygen steelmaking"},
    ],
    "products": [
        {"product": "C1", "name": "Screw", "cn_code": "73181542", "process": "screws"},
        {"product": "INGOT", "name": "Ingot", "cn_code": "72061000", "process": "melt"},
    ],
    "materials": [
        {"material": "ROD", "name": "Wire rod", "role": "precursor", "unit": "t", "cn_code": "72139110",
         "country_code": "TW"},
        {"material": "GAS", "name": "Town gas", "role": "fuel", "unit": "m3"},
        {"material": "COAL", "name": "Coal", "role": "fuel", "unit": "t"},
    ],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "source_streams": [
        {"source_stream": name, "name": name, "material": name.upper(), "method": "combustion",
         "activity_source": source, "unit": unit}
        for name, source, unit in (("gas", "bill", "m3"), ("coal", "ledger", "t"))
    ],
    "attribution": [
        {"source_stream": stream, "process": process, "method": "declared_share", "share": 1,
         "reason": "test"}
        for stream, process in (("gas", "screws"), ("coal", "melt"))
    ],
}  # fmt: skip
DECLARATION = (
    "declaration_number,supplier,installation,country_code,material,cn_code,valid_from,valid_to,see_direct,"
    "see_direct_unit,see_direct_source,electricity,electricity_unit,electricity_factor,"
    "electricity_factor_unit,electricity_factor_source,sefa,sefa_unit,verification_report,verifier,"
    "verifier_accreditation,accreditation_body,accreditation_country,verifier_accreditation_scope,"
    "verified_from,verified_to\n"
)
PRICES = "span,priced_on,price_eur,published_on,source_url\n"
SOURCE = "https://example.org/cbam-prices"
TRANSACTIONS = "transaction,importer_eori,kind,transacted_on,certificates,price_eur,cn_code,country_code\n"
VERIFIED = "VR-1,Invented Verification GmbH,D-VS-1,Invented Body,DE,iron and steel"
IMPORTS = (
    ("A", "2026-02-12", "73181542", "TW", "1000000", "kg", "works", "C1", "", "D2"),
    ("A", "2026-03-27", "73181542", "TW", "1000", "t", "", "", "default", "D1"),
    ("A", "2026-07-01", "72061000", "TR", "1000", "t", "", "", "", "F1"),
    ("A", "2026-07-02", "72071111", "TR", "100", "t", "", "", "", "F2"),
    ("A", "2026-08-02", "72081000", "TR", "1000", "t", "", "", "", "F3"),
    ("A", "2026-09-30", "76011010", "TR", "1000", "t", "", "", "", "F4"),
    ("A", "2026-09-30", "72061000", "TW", "1000", "t", "works", "INGOT", "", "F5"),
    ("B", "2026-04-01", "73181542", "TW", "30000", "kg", "works", "C1", "", ""),
    ("B", "2026-11-20", "73181542", "TW", "20000", "kg", "works", "C1", "", ""),
    ("C", "2026-04-01", "73181542", "TW", "50001", "kg", "", "", "", ""),
)
# The year after: the default value with 20 % more, free allocation of 95 %.
IMPORTS_2027 = (
    ("A", "2027-02-10", "73181542", "TW", "1000", "t", "", "", "default", "W6"),
    ("A", "2027-07-07", "72061000", "TW", "1000", "t", "works", "INGOT", "", "W27"),
)
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def papers(year: int, imports: Sequence[tuple[str, ...]], stock_t: int) -> dict[str, str]:
    """Return the papers of a year: 200 t of rod, from so large a stock, and 100 t of coal a month."""
    counts = [f"{year}-{month:02d}-{last}" for month, last in enumerate(DAYS, 1)]
    return {
        "ledger": "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        + "".join(
            f"{year}-{month:02d}-05,S{year}-{month},screws,C1,170000,30000,ROD,200000,\n"
            f"{year}-{month:02d}-06,M{year}-{month},melt,INGOT,100000,0,COAL,100000,\n"
            for month in range(1, 13)
        ),
        "gas": "用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數\n"
        + "".join(
            f"G-1,B{year}{month},一般,{year - 1911}/{month:02d},{year - 1911}/{month:02d}/01,"
            f"{year - 1911}/{month:02d}/{last},17000\n"
            for month, last in enumerate(DAYS, 1)
        ),
        "stock": "count_date,material,quantity,unit,location,counted_by\n"
        + "".join(f"{day},ROD,{stock_t - 200 * number},t,Hall,Lin\n" for number, day in enumerate(counts, 1)),
        "rod": DECLARATION
        + f"ROD-{year},Mill,Works 1,TW,ROD,72139110,{year}-01-01,{year + 1}-01-01,1.539,tCO2e/t,Measured,,,,"
        f",,,,{VERIFIED},{year}-01-01,{year + 1}-01-01\n",
        "imports": "importer_eori,importer,mrn,item,declared_on,cn_code,country_code,net_mass,unit,"
        "installation,product,value_basis,note\n"
        + "".join(
            f"{eori},Importer {eori},{year % 100}DE{number:04d},1,{','.join(rest)}\n"
            for number, (eori, *rest) in enumerate(imports)
        ),
    }


FACTORS = (
    factor("GAS", "ncv", "35", "GJ/1000Nm3")
    + factor("GAS", "emission_factor", "56.1", "tCO2/TJ")
    + factor("COAL", "ncv", "25", "GJ/t")
    + factor("COAL", "emission_factor", "80", "tCO2/TJ")
)
PAPERS = papers(2026, IMPORTS, 4800) | {"factors": FACTOR_HEADING + FACTORS}
# Its plan for the year, as the sample plant has it.
PAPERS["plan"] = (SAMPLES / "screw_plant/plans/reduction_plan.csv").read_text(encoding="utf-8")
PLAN = {
    "taiwan_plan_target": 7200.0, "taiwan_plan_expected_reduction": 240.0,
    "taiwan_plan_achieved_reduction": 22.5,
}  # fmt: skip
PAPERS["stock"] += "2025-12-31,ROD,4800,t,Hall,Lin\n"
# Of 200 t a month half the year at column B, half at the mill's own 1.2.
COLUMN_B = 0.975 * 1.364
SCREW = 0.975 * 0.038
SEE = 12 * 17 * 35 * 56.1 / 1000 / 2040 + 1.539 * 20 / 17


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, dict[str, Any]]:
    """The published answers by the first word of their id."""
    written = (shared / "cases" / "cbam_certificate_cases.json").read_text(encoding="utf-8")
    return {case["id"].split()[0]: case for case in json.loads(written)}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    """The year as its papers have it."""
    return plant(tmp_path_factory.mktemp("works"), "works", "2026", MASTER, PAPERS)


def imports_of(year: Plant) -> dict[str, dict[str, Any]]:
    """Return what importer A owes by case: quarter, good, origin and choice of values tell them apart."""
    names = {
        (1, "73181542", "TW", "actual"): "D2", (1, "73181542", "TW", "default"): "D1",
        (3, "72061000", "TR", "default"): "F1", (3, "72071111", "TR", "default"): "F2",
        (3, "72081000", "TR", "default"): "F3", (3, "76011010", "TR", "default"): "F4",
        (3, "72061000", "TW", "actual"): "F5",
    }  # fmt: skip
    return {
        names[row["import_quarter"], row["cn_code"], row["country_code"], row["value_basis"]]: row
        for row in read_certificates(year.home, "works", "2026").imports
        if row["importer_eori"] == "A"
    }


def figure(year: Plant, quantity: str, importer: str, period: str = "2026") -> Mapping[str, Any]:
    (found,) = (
        row
        for row in read_figures(year.home, "works", period).rows
        if (row["period"], row["quantity"], row["product"]) == (period, quantity, importer)
    )
    return found


def enter(year: Plant, subject: str, value: str, first: str, end: str, **more: str) -> None:
    detail = {"value": value, "valid_from": first, "valid_to": end, "source": "test", **more}
    decide(
        year.home, "works", "enter_value", subject, "published", author="Lin", approver="Chen", detail=detail
    )


def test_a_year_gives_the_published_certificates(year: Plant, cases: dict[str, dict[str, Any]]) -> None:
    assert year.result.status == "published", year.result
    found = imports_of(year)
    for case, row in found.items():
        expected = cases[case]["expected"]
        per_t = expected.get("net_per_t")
        wanted = float(per_t) * 1000 if per_t else float(expected.get("certificates") or expected["certs"])
        # F3 takes the printed 2.670; the printed 2.428 without mark-up times 1.1 is 2.6708.
        assert row["certificates"] == pytest.approx(wanted + 0.8 * (case == "F3"), abs=1e-6), case
        assert row["sefa_tco2e_per_t"] == pytest.approx(float(expected["sefa"]), rel=1e-12), case
        if "faa_t" in expected:
            assert row["free_allocation_tco2e"] == pytest.approx(float(expected["faa_t"]), rel=1e-12), case
    assert found["F1"]["embedded_emissions_tco2e"] == pytest.approx(2156, rel=1e-12)
    assert found["D2"]["see_tco2e_per_t"] == pytest.approx(SEE, rel=1e-12)
    assert round(Decimal(found["D1"]["certificate_cost_eur"]), 2) == Decimal(cases["D1"]["expected"]["eur"])


def test_products_and_sources_are_ranked(year: Plant) -> None:
    """Screws bear 200.3 x 2040 / 2040 of gas, ingots 2 t each: 400.554 and 2,400 t of 2,800.554."""
    found = read_ranking(year.home, "works", "2026")
    gas = 12 * 17 * 35 * 56.1 / 1000
    assert [(row["subject"], row["is_significant"]) for row in found.products] == [
        ("melt:INGOT", True), ("screws:C1", False),
    ]  # fmt: skip
    assert [row["emissions_tco2e"] for row in found.products] == pytest.approx([2400, gas], rel=1e-9)
    assert [row["subject"] for row in found.sources] == ["coal", "gas"]
    assert [row["cumulated_share"] for row in found.sources] == pytest.approx(
        [2400 / (2400 + gas), 1], rel=1e-9
    )


def test_exactly_fifty_tonnes_are_exempt(year: Plant) -> None:
    importers = {row["importer_eori"]: row for row in read_certificates(year.home, "works", "2026").importers}
    assert importers["B"]["threshold_mass_t"] == 50
    assert importers["B"]["is_exempt"] and importers["B"]["certificates_due"] == 0
    assert not importers["C"]["is_exempt"]
    assert importers["C"]["certificates_due"] == pytest.approx(50.001 * (2.9777 - COLUMN_B), rel=1e-12)


def test_what_nobody_published_is_a_scenario_that_says_so(year: Plant) -> None:
    cost = figure(year, "cbam_certificate_cost", "A")
    assert cost["series"] == "scenario" and cost["is_provisional"]
    assert "correction factor of 1" in cost["note"] and "75.28 EUR" in cost["note"]
    assert {row["price_eur_per_tco2e"] for case, row in imports_of(year).items() if case[0] == "F"} == {75.28}


def test_the_package_of_the_year_is_computed_again(year: Plant) -> None:
    assert year.result.package is not None
    assert verify(Path(year.result.package)).failures == []
    assert len(year.lines("cbam_certificates")) == 10
    # Importer A: what was taken off each of its goods, F1 to F5 as published, D1 and D2 derived.
    taken_off = 1255.8 + 132.99 + 1335.75 + 1387.425 + 146.25 + 1000 * (COLUMN_B + SCREW + COLUMN_B * 20 / 17)
    free_allocation = figure(year, "cbam_importer_free_allocation", "A")
    assert free_allocation["value"] == pytest.approx(taken_off, rel=1e-12)


def test_the_plan_of_the_year_is_reported_and_walked_back(year: Plant) -> None:
    report = read_progress(year.home, "works", "2026")
    found = {row["quantity"]: row for row in report.figures}
    assert {name: found[name]["value"] for name in PLAN} == PLAN
    assert found["taiwan_plan_gap"]["value"] == pytest.approx(found["taiwan_fee_base"]["value"] - 7200)
    assert [
        (row["measure"], row["expected_tco2e"], row["achieved_tco2e"], row["status"], row["proof"])
        for row in report.measures
    ] == [("M-01", 150, None, "completed", None), ("M-02", 90, 22.5, "under_way", "電表報表 FICT-R-2026-03")]
    assert "| M-02 | 空壓機汰換為變頻機種 | under_way | 90 | 22.5 |" in printed(report)
    for name in PLAN:
        tree = trace(year.home, found[name]["figure_id"])
        assert files_of(tree) == {"plan.csv"}, name


def files_of(node: Node) -> set[str]:
    """Return the names of the documents that a walk ends in."""
    own = {str(node.values["file_name"])} if node.kind == "record" else set()
    return own.union(*(files_of(child) for child in node.children))


def test_entered_values_and_the_mills_own_allocation(
    year: Plant, cases: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    paper = tmp_path / "rod.csv"
    paper.write_text(
        DECLARATION
        + f"ROD-2,Mill,Works 1,TW,ROD,72139110,2026-07-01,2027-01-01,1.539,tCO2e/t,Measured,,,,,,1.2,"
        f"tCO2e/t,{VERIFIED},2026-07-01,2027-01-01\n",
        encoding="utf-8",
    )
    (landed,) = land_paths(year.home, [paper], "works")
    assert (landed.status, landed.records_rejected) == ("landed", 0)
    enter(year, "cscf", "1", "2026-01-01", "2027-01-01")
    # The document goes before what was entered for the same quarter.
    enter(year, "certificate_price", "79", "2026-07-01", "2026-10-01")
    prices = tmp_path / "prices.csv"
    prices.write_text(PRICES + f"quarter,2026-07-01,80,2026-10-05,{SOURCE}\n", encoding="utf-8")
    (landed,) = land_paths(year.home, [prices], "works")
    assert (landed.kind, landed.records_rejected) == ("certificate_price", 0)
    result = refresh(year.home, "works", "2026")
    assert result.status == "published" and result.package is not None
    assert verify(Path(result.package)).failures == []
    found = imports_of(year)
    sefa = SCREW + 20 / 17 * (COLUMN_B + 1.2) / 2
    assert found["D2"]["sefa_tco2e_per_t"] == pytest.approx(sefa, rel=1e-12)
    assert found["D2"]["certificates"] == pytest.approx(1000 * (SEE - sefa), rel=1e-9)
    for case in ("F1", "F2", "F4", "F5"):
        wanted = float(cases[case]["expected"]["eur"])
        assert found[case]["certificate_cost_eur"] == pytest.approx(wanted, rel=1e-12), case
        assert not found[case]["is_assumed"]
    cost = figure(year, "cbam_certificate_cost", "A")
    assert cost["series"] == "regime"
    assert "prices.csv" in files_of(trace(year.home, str(cost["figure_id"])))


def test_the_year_after_has_prices_by_week_and_certificates_to_hold(year: Plant, tmp_path: Path) -> None:
    """In weeks 6 and 27 1,000 t of screws, 2.707 x 1.2 - 0.95 x 1.364, and of ingots, 2 - 0.95 x 0.15."""
    folder = tmp_path / "2027"
    folder.mkdir()
    factors = {
        "factors": (FACTOR_HEADING + FACTORS).replace("2025-01-01,2027-01-01", "2027-01-01,2028-01-01")
    }
    for name, text in (papers(2027, IMPORTS_2027, 2400) | factors).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    landed = land_paths(year.home, [folder], "works")
    assert {(one.status, one.records_rejected) for one in landed} == {("landed", 0)}, landed
    enter(year, "cscf", "1", "2027-01-01", "2028-01-01")
    (folder / "prices.csv").write_text(
        PRICES + f"week,2027-02-08,90,2027-02-08,{SOURCE}\nweek,2027-07-05,84,2027-07-05,{SOURCE}\n",
        encoding="utf-8",
    )
    wrong = folder / "wrong.csv"
    wrong.write_text(PRICES + f"week,2027-07-05,48,2027-07-06,{SOURCE}\n", encoding="utf-8")
    registry = folder / "registry.csv"
    # Declared in September 2027, so that it opens the other way of holding in 2028 only.
    registry.write_text(
        TRANSACTIONS
        + "P1,A,purchase,2027-02-10,2000,90.5,,\nP2,A,purchase,2027-07-08,500,84,,\n"
        + "S1,A,surrender,2027-09-30,1647.8,,73181542,TW\nR1,A,repurchase,2027-10-20,52.2,90.5,,\n",
        encoding="utf-8",
    )
    later = land_paths(year.home, sorted(folder.glob("*.csv")), "works")
    found = {one.path.name: (one.kind, one.records_rejected) for one in later if one.status == "landed"}
    assert found == {
        "prices.csv": ("certificate_price", 0), "registry.csv": ("certificate_transaction", 0),
        "wrong.csv": ("certificate_price", 0),
    }  # fmt: skip
    # What is withdrawn falls away: the price before it holds again.
    (mistake,) = [one for one in later if one.path == wrong]
    withdraw(year.home, mistake.evidence_id, "typed wrong", "Lin")
    result = refresh(year.home, "works", "2027")
    assert result.status == "published" and result.package is not None, result
    assert verify(Path(result.package)).failures == []
    (importer,) = read_certificates(year.home, "works", "2027").importers
    assert importer["certificates_due"] == pytest.approx(1952.6 + 1857.5, rel=1e-12)
    assert importer["certificate_cost_eur"] == pytest.approx(1952.6 * 90 + 1857.5 * 84, rel=1e-12)
    assert importer["free_allocation_tco2e"] == pytest.approx(1295.8 + 142.5, rel=1e-12)
    # Article 22(2)(a): half of the default values without mark-up, 2.707 and 1.94, less column B.
    held = [importer[f"holding_q{quarter}_certificates"] for quarter in (1, 2, 3, 4)]
    assert held == pytest.approx([705.6, 705.6, 1063.8, 1063.8], rel=1e-12)
    assert importer["holding_prior_q1_certificates"] is None
    # Bought 2,000 and 500, surrendered 1,647.8 and bought back 52.2: 2,000 x 90.5 + 500 x 84 EUR were spent.
    has = [importer[f"held_q{quarter}_certificates"] for quarter in (1, 2, 3, 4)]
    assert has == pytest.approx([2000, 2000, 852.2, 800], rel=1e-12)
    # Of 1,063.8 at the end of September 211.6 are missing, of the same in December 263.8; the gate says so.
    missing = [importer[f"missing_q{quarter}_certificates"] for quarter in (1, 2, 3, 4)]
    assert missing == pytest.approx([0, 0, 211.6, 263.8], rel=1e-9)
    (gate,) = [one for one in result.gates if one["name"] == "certificate_holding"]
    assert (gate["passed"], gate["severity"]) == (True, "warn")
    assert "A holds 852.2 of 1063.8 certificates required on 2027-09-30" in gate["message"]
    assert "不足 263.8 張" in gate["message_zh"]
    assert importer["spent_eur"] == pytest.approx(223_000, rel=1e-12)
    tree = trace(year.home, str(figure(year, "cbam_certificates_missing_q3", "A", "2027")["figure_id"]))
    assert {"registry.csv", "imports.csv"} <= files_of(tree)
    for quantity in ("cbam_certificates_held_q4", "cbam_certificates_spent"):
        tree = trace(year.home, str(figure(year, quantity, "A", "2027")["figure_id"]))
        assert files_of(tree) == {"registry.csv"}, quantity
    assert figure(year, "cbam_holding_q3", "A", "2027")["series"] == "regime"
    assert figure(year, "cbam_certificate_cost", "A", "2027")["series"] == "scenario"
    # Of 2,500 bought 52.2 came back: 218,275.90 EUR for 2,447.8; the other 1,362.3 cost the mean of all.
    paid = 2000 * 90.5 + 500 * 84 - 52.2 * 90.5
    rest = (1952.6 * 90 + 1857.5 * 84) * (3810.1 - 2447.8) / 3810.1
    assert importer["cost_paid_eur"] == pytest.approx(paid, rel=1e-12)
    assert importer["cost_open_eur"] == pytest.approx(rest, rel=1e-9)
    assert figure(year, "cbam_cost_paid", "A", "2027")["series"] == "regime"
    whole = figure(year, "cbam_cost_with_paid", "A", "2027")
    assert whole["series"] == "scenario" and "of 3810.1 certificates due 2447.8 are bought" in whole["note"]
    assert whole["value"] == pytest.approx(paid + rest, rel=1e-9)
    assert {"registry.csv", "imports.csv"} <= files_of(trace(year.home, str(whole["figure_id"])))


def test_certificates_of_a_year_are_bought_in_the_next(year: Plant, tmp_path: Path) -> None:
    """Importer C owes 82.39 for 2026, and bought 60 at 70 EUR for it, of which 10 were cancelled."""
    registry = tmp_path / "bought.csv"
    registry.write_text(
        TRANSACTIONS.replace("\n", ",import_year\n")
        + "P9,C,purchase,2027-02-03,60,70,,,2026\n"
        + "X9,C,cancellation,2027-11-01,10,,,,\n",
        encoding="utf-8",
    )
    filed = tmp_path / "filed.csv"
    filed.write_text(
        "declaration,importer_eori,authorisation,import_year,filed_on\nD1,C,CBAM-1,2026,2027-09-29\n",
        encoding="utf-8",
    )
    shipped = tmp_path / "shipped.csv"
    shipped.write_text(
        "shipment,item,shipped_on,product,mass,unit,customer,destination_country,final_market_country\n"
        "S1,1,2026-02-01,C1,1000,t,Importer A,DE,\nS2,1,2026-05-01,C1,50,t,Trader,US,FR\n",
        encoding="utf-8",
    )
    landed = land_paths(year.home, [registry, filed, shipped], "works")
    assert {(one.kind, one.records_rejected) for one in landed} == {
        ("certificate_transaction", 0), ("cbam_declaration", 0), ("shipment", 0)
    }  # fmt: skip
    result = refresh(year.home, "works", "2026")
    assert result.status == "published" and result.package is not None, result
    assert verify(Path(result.package)).failures == []
    (importer,) = (
        row for row in read_certificates(year.home, "works", "2026").importers if row["importer_eori"] == "C"
    )
    due = 50.001 * (2.9777 - COLUMN_B)
    # What is cancelled without compensation surrenders nothing and keeps its cost.
    assert importer["cost_paid_eur"] == pytest.approx(4200, rel=1e-12)
    assert importer["cost_open_eur"] == pytest.approx(
        importer["certificate_cost_eur"] * (due - 50) / due, rel=1e-9
    )
    # Papers of 2027 reach beyond 30 September: importer C declared in time, and surrendered nothing.
    states = {
        (row["importer_eori"], row["obligation"]): row["obligation_state"]
        for row in read_certificates(year.home, "works", "2026").obligations
    }
    assert (states["C", "declaration"], states["C", "surrender"]) == ("done", "overdue")
    assert states["A", "declaration"] == "overdue" and "B" not in {importer for importer, _ in states}
    (gate,) = [one for one in result.gates if one["name"] == "certificate_holding"]
    assert "A has no CBAM declaration on record for 2026, due on 2027-09-30" in gate["message"]
    (screw,) = read_product_markets(year.home, "works", "2026", eu_only=True).products
    assert (screw["scope"], screw["market"]) == ("in", "eu_direct_and_indirect")
    assert (screw["eu_direct_mass_t"], screw["eu_indirect_mass_t"]) == (1000, 50)
    # The corrected package supersedes the one before, which stays as it was.
    last = correct(year.home, "works", "2026", "certificates bought in February", "Chen", "Lin")
    found = package_versions(year.home, "works", "2026")
    assert [one.supersedes for one in found] == [None, *(one.version for one in found[:-1])]
    assert found[-1] == last and (last.reason, last.approver) == ("certificates bought in February", "Chen")
    assert verify(Path(found[-2].path)).failures == []
    changed = changed_lines(year.home, "works", "2026")
    added = [row["key"] for row in changed if (row["table"], row["change"]) == ("evidence_used", "added")]
    assert len([key for key in added if key.endswith(" certificate_transaction")]) == 1
    assert {row["change"] for row in changed if "cbam_cost_paid:C" in row["key"]} == {"added"}
    assert not [row for row in changed if "see_direct" in row["key"]]
