"""A forge that buys rod from abroad: what it embeds, what was paid there, and that no rule is in force.

In January 2026 the forge buys 100 t of rod from China, 20 t of samples of it that are exempt, and 10 t of
German wire that nobody declares. The Chinese declaration states 2.5 t CO2e and 1 MWh at 0.5 t/MWh a tonne,
and TWD 120 paid on a tonne.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_plant import FACTOR_HEADING, Plant, Rows, factor, plant
from typer.testing import CliRunner
from ubl_invoice import ubl_invoice

from orchestration.refresh import refresh
from tracetonne.cli import app

pytestmark = pytest.mark.slow

ABROAD = {"role": "precursor", "unit": "t", "country_code": "CN"}
MASTER: dict[str, Rows] = {
    "site": [{"name": "Forge", "country_code": "TW", "first_month": "2026-01"}],
    "processes": [{"process": "forge", "name": "Forge", "good_category": "Iron or steel products"}],
    "products": [{"product": "BOLT", "name": "Bolt", "cn_code": "73181588", "process": "forge"}],
    "materials": [
        {"material": "GAS", "name": "Gas", "role": "fuel", "unit": "m3"},
        {"material": "ROD", "name": "Rod", "cn_code": "72139110", **ABROAD},
        {"material": "SAMPLE", "name": "Sample of rod", "cn_code": "72139110", **ABROAD},
        {"material": "WIRE", "name": "Wire", "cn_code": "72171010", **ABROAD, "country_code": "DE"},
    ],
    "purchase_items": [
        {"seller_id": "CN91310000", "description": name, "material": name.upper(), "unit": "t"}
        for name in ("Rod", "Sample", "Wire")
    ],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "source_streams": [
        {"source_stream": "furnace", "name": "Furnace", "material": "GAS", "method": "combustion",
         "activity_source": "bill", "unit": "m3"},
    ],
    "attribution": [
        {"source_stream": "furnace", "process": "forge", "method": "declared_share", "share": 1,
         "reason": "one process"},
    ],
}  # fmt: skip
DECLARATION = (
    "declaration_number,supplier,installation,country_code,material,cn_code,valid_from,valid_to,see_direct,"
    "see_direct_unit,see_direct_source,electricity,electricity_unit,electricity_factor,"
    "electricity_factor_unit,electricity_factor_source,verification_report,verifier,verifier_accreditation,"
    "accreditation_body,accreditation_country,verifier_accreditation_scope,verified_from,verified_to,"
    "carbon_price_paid_twd_per_t,carbon_price_proof,import_exemption\n"
)
STATED = (
    "2026-01-01,2027-01-01,2.5,tCO2e/t,Measured,1,MWh/t,0.5,tCO2/MWh,Measured,VR-1,V GmbH,D-VS-1,"
    "Invented Body,DE,CBAM iron and steel,2026-01-01,2027-01-01"
)
PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        "2026-01-05,A,forge,BOLT,50000,0,ROD,50000,\n"
    ),
    "stock": (
        "count_date,material,quantity,unit,location,counted_by\n"
        + "".join(f"2025-12-31,{name},0,t,yard,Lin\n" for name in ("ROD", "SAMPLE", "WIRE"))
        + "2026-01-31,ROD,50,t,yard,Lin\n2026-01-31,SAMPLE,20,t,yard,Lin\n2026-01-31,WIRE,10,t,yard,Lin\n"
    ),
    "bill": (
        "用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數\n"
        "G-1,B1,一般,115/01,115/01/01,115/01/31,1000\n"
    ),
    "declaration": DECLARATION
    + f"K-1,Invented Mill,Mill 1,CN,ROD,72139110,{STATED},120,ETS-2026-7,\n"
    + f'K-2,Invented Mill,Mill 1,CN,SAMPLE,72139110,{STATED},,,"sample for testing, paper X-5"\n',
    "factors": FACTOR_HEADING
    + factor("GAS", "ncv", "35", "GJ/1000Nm3")
    + factor("GAS", "emission_factor", "56", "tCO2/TJ"),
}


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    folder = tmp_path_factory.mktemp("forge")
    invoice = folder / "invoice.xml"
    lines = [("Rod", 100), ("Sample", 20), ("Wire", 10)]
    invoice.write_text(ubl_invoice("CN91310000", lines), encoding="utf-8")
    made = plant(folder, "forge", "2026-01", MASTER, PAPERS, [invoice])
    yearly = refresh(made.home, "forge", "2026")
    assert yearly.status == "published", yearly
    return made


def asked(forge: Plant, *options: str) -> str:
    """Return what `tracetonne compliance` says of the year."""
    command = ["compliance", "--site", "forge", "--year", "2026", *options]
    told = CliRunner().invoke(app, command, env={"TRACETONNE_HOME": str(forge.home.root)})
    assert told.exit_code == 0, told.output
    return told.output


def test_goods_from_abroad_are_told_and_owe_nothing_without_a_rule(forge: Plant) -> None:
    """100 t embed 2.5 + 0.5 t a tonne; that EU goods count zero under CBAM is no emission here."""
    goods: dict[str, dict[str, Any]] = {
        row["material"]: row for row in json.loads(asked(forge, "--json"))["imports"]
    }
    rod, sample, wire = goods["ROD"], goods["SAMPLE"], goods["WIRE"]
    assert (rod["bought_t"], rod["product_emissions_tco2e"]) == (100, pytest.approx(300, rel=1e-12))
    assert (rod["paid_abroad_twd"], rod["carbon_price_proof"]) == (12000, "ETS-2026-7")
    assert len(rod["evidence"]) == 1 and rod["evidence"] == sample["evidence"]
    assert (sample["bought_t"], sample["import_exemption"]) == (20, "sample for testing, paper X-5")
    assert (wire["bought_t"], wire["product_emissions_tco2e"], wire["evidence"]) == (10, None, [])
    for good in goods.values():
        assert (good["is_liable"], good["rule_status"], good["difference_tco2e"]) == (False, "awaited", 0)
        assert (good["levied_tco2e"], good["levy_twd"]) == (0, 0)
        assert "Article 31" in good["reason"] and "第 31 條" in good["reason_zh"]


def test_the_report_shows_the_goods_with_their_papers(forge: Plant, tmp_path: Path) -> None:
    assert "進口碳排差額：子法未公布" in asked(forge)
    page = tmp_path / "report.html"
    asked(forge, "--report", str(page))
    text = page.read_text(encoding="utf-8")
    for found in ("進口產品排碳", "ETS-2026-7", "no rule in force"):
        assert found in text
