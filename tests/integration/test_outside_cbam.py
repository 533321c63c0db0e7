"""A forge that also plates: the plating is outside CBAM, and its emissions are no part of any CBAM good.

January 2026. 45 million m3 of gas at 40 GJ/1000 m3 and 50 t/TJ are 90,000 t CO2; meters show 30 million m3 of
the forge and 15 million of the plating, 60,000 t and 30,000 t, and the same two parts to one of 4,500 MWh.
The forge makes 100 t of bolts from 200 t of rod of 2 t/t; 50 t of bolts are plated; a press makes 20 t of
nuts of 25 t of plated bolts. Without a process of its own the plating would burden the bolts with 30,000 t.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_plant import FACTOR_HEADING, Plant, Rows, factor, plant
from ubl_invoice import ubl_invoice

from orchestration.refresh import refresh
from tracetonne.figures import read_figures
from tracetonne.package.verify import verify

pytestmark = pytest.mark.slow

MONTH, YEAR = "2026-01", "2026"
# Meter, role, process, commodity, unit, what it counts in each of the first 500 hours, thousands of its unit.
METERS = (
    ("E-MAIN", "main", "", "electricity", "kWh", 9),
    ("E-FORGE", "process", "forge", "electricity", "kWh", 6),
    ("E-PLATING", "process", "plating", "electricity", "kWh", 3),
    ("G-FORGE", "process", "forge", "natural_gas", "m3", 60),
    ("G-PLATING", "process", "plating", "natural_gas", "m3", 30),
)
MASTER: dict[str, Rows] = {
    "site": [{"name": "Forge", "country_code": "TW", "first_month": MONTH}],
    "processes": [
        {"process": "forge", "name": "Forge", "good_category": "Iron or steel products"},
        {"process": "plating", "name": "Plating", "good_category": "non_cbam"},
        {"process": "press", "name": "Press", "good_category": "Iron or steel products"},
    ],
    "products": [
        {"product": "BOLT", "name": "Bolt", "cn_code": "73181588", "process": "forge"},
        {"product": "PLATED", "name": "Plated bolt", "process": "plating"},
        {"product": "NUT", "name": "Nut", "cn_code": "73181692", "process": "press"},
    ],
    "materials": [
        {"material": "GAS", "name": "Gas", "role": "fuel", "unit": "m3"},
        {"material": "POWER", "name": "Power", "role": "electricity", "unit": "kWh"},
        {"material": "ROD", "name": "Rod", "cn_code": "72139110", "role": "precursor", "unit": "t",
         "country_code": "CN"},
        {"material": "BOLT", "name": "Bolt", "role": "process", "unit": "t"},
        {"material": "PLATED", "name": "Plated bolt", "role": "process", "unit": "t"},
    ],
    "purchase_items": [{"seller_id": "CN-A", "description": "Rod", "material": "ROD", "unit": "t"}],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "meters": [
        {"meter": meter, "role": role, "process": process, "commodity": commodity, "unit": unit,
         "multiplier": 1000, "interval_minutes": 60, "valid_from": "2026-01-01", "valid_to": "2026-02-01"}
        for meter, role, process, commodity, unit, _ in METERS
    ],
    "source_streams": [
        {"source_stream": "gas", "name": "Gas", "material": "GAS", "method": "combustion",
         "activity_source": "bill", "unit": "m3"},
        {"source_stream": "grid", "name": "Grid", "material": "POWER", "method": "electricity",
         "activity_source": "meter", "unit": "kWh"},
    ],
    "attribution": [
        {"source_stream": stream, "process": process, "method": "sub_meter", "reason": "metered"}
        for stream in ("gas", "grid")
        for process in ("forge", "plating")
    ],
}  # fmt: skip
PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        "2026-01-05,A,forge,BOLT,100000,100000,ROD,200000,\n"
        "2026-01-06,B,plating,PLATED,50000,0,BOLT,50000,\n"
        "2026-01-07,C,press,NUT,20000,5000,PLATED,25000,\n"
    ),
    "stock": (
        "count_date,material,quantity,unit,location,counted_by\n"
        "2025-12-31,ROD,0,t,yard,Lin\n2026-01-31,ROD,100,t,yard,Lin\n"
    ),
    "bill": (
        "用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數\n"
        "G-1,B1,一般,115/01,115/01/01,115/01/31,45000000\n"
    ),
    "meter": "meter,interval_start,consumption_kwh,quality\n"
    + "".join(
        f"{meter},2026-01-{hour // 24 + 1:02d} {hour % 24:02d}:00,{count if hour < 500 else 0},A\n"
        for meter, *_, count in METERS
        for hour in range(744)
    ),
    "declaration": (
        "declaration_number,supplier,installation,country_code,material,cn_code,valid_from,valid_to,see_direct,"
        "see_direct_unit,see_direct_source,electricity,electricity_unit,electricity_factor,"
        "electricity_factor_unit,electricity_factor_source,verification_report,verifier,verifier_accreditation,"
        "accreditation_body,accreditation_country,verifier_accreditation_scope,verified_from,verified_to\n"
        "K-A,Invented Mills,MILL A,CN,ROD,72139110,2026-01-01,2027-01-01,2,tCO2e/t,Measured,0,MWh/t,0.5,"
        "tCO2/MWh,Measured,VR-A,V GmbH,D-VS-1,DAkkS,DE,iron and steel,2026-01-01,2027-01-01\n"
    ),
    "factors": FACTOR_HEADING
    + factor("GAS", "ncv", "40", "GJ/1000Nm3")
    + factor("GAS", "emission_factor", "50", "tCO2/TJ"),
}
NOTE = "outside CBAM · 非 CBAM 範圍"


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    folder = tmp_path_factory.mktemp("forge")
    invoice = folder / "rod.xml"
    invoice.write_text(ubl_invoice("CN-A", [("Rod", 300)]), encoding="utf-8")
    made = plant(folder, "forge", MONTH, MASTER, PAPERS, [invoice])
    assert made.result.status == "published", made.result
    return made


@pytest.fixture(scope="module")
def year(forge: Plant) -> Plant:
    made = Plant(forge.home, "forge", YEAR, refresh(forge.home, "forge", YEAR))
    assert made.result.status == "published", made.result
    return made


def figures(of: Plant) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """Return the figures of the period by quantity, process, product and series."""
    return {
        (row["quantity"], row["process"] or "", row["product"] or "", row["series"]): dict(row)
        for row in read_figures(of.home, "forge", of.month).rows
        if row["period"] == of.month
    }


def served(of: Plant, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds in a table of the package."""
    assert of.result.package is not None
    table = next(Path(of.result.package).rglob(f"{query.split()[-1]}.parquet"))
    return duckdb.sql(query.replace(query.split()[-1], f"'{table}'")).fetchall()


@pytest.mark.parametrize("period", ["forge", "year"])
def test_each_process_bears_what_its_meters_show(period: str, request: pytest.FixtureRequest) -> None:
    of: Plant = request.getfixturevalue(period)
    found = figures(of)
    for series in ("regime", "management"):
        borne = {
            process: found["attributed_emissions_direct", process, "", series]
            for process in ("forge", "plating", "press")
        }
        assert [row["value"] for row in borne.values()] == pytest.approx([60000, 30000, 0], rel=1e-12)
        assert [row["note"] for row in borne.values()] == [None, NOTE, None]
        assert found["unattributed_emissions_direct", "", "", series]["value"] == 0
        indirect = [
            found["attributed_emissions_indirect", process, "", series]["value"]
            for process in ("forge", "plating")
        ]
        assert indirect[0] == pytest.approx(2 * indirect[1], rel=1e-12)
        assert sum(indirect) == pytest.approx(found["total_indirect_emissions", "", "", series]["value"])
    assert found["activity_level", "plating", "", "regime"]["value"] == 50
    assert of.result.package is not None
    assert verify(Path(of.result.package)).failures == []


@pytest.mark.parametrize("period", ["forge", "year"])
def test_cbam_goods_embed_nothing_of_the_plating(period: str, request: pytest.FixtureRequest) -> None:
    found = figures(request.getfixturevalue(period))
    # (60,000 + 200 × 2) / 100; then 25 t of plated bolts hand on what bolts embed.
    assert found["see_direct", "forge", "BOLT", "regime"]["value"] == pytest.approx(604, rel=1e-12)
    assert found["see_direct", "press", "NUT", "regime"]["value"] == pytest.approx(25 * 604 / 20, rel=1e-12)
    # For managers a plated bolt embeds its plating, and so does a nut made of it.
    plated = found["see_direct", "plating", "PLATED", "management"]
    assert plated["value"] == pytest.approx(604 + 30000 / 50, rel=1e-12)
    assert (plated["cn_code"], plated["note"]) == (None, NOTE)
    assert found["see_direct", "press", "NUT", "management"]["value"] == pytest.approx(
        25 * 1204 / 20, rel=1e-12
    )
    of_plating = {(quantity, series) for quantity, process, _, series in found if process == "plating"}
    assert {quantity for quantity, series in of_plating if series == "regime"} == {
        "attributed_emissions_direct", "attributed_emissions_indirect", "activity_level",
    }  # fmt: skip
    assert ("see_chargeable", "management") not in of_plating


def test_no_certificate_is_due_for_the_plating(year: Plant) -> None:
    assert {product for (product,) in served(year, "select distinct product from cbam_product")} == {
        "BOLT", "NUT",
    }  # fmt: skip
    sefas = {line["subject"]: float(line["value"]) for line in year.lines("cbam_sefa_of_process")}
    passed_on = {line["subject"]: float(line["value"]) for line in year.lines("cbam_sefa_precursors")}
    # 50 t of bolts, 50 t plated: what the plating hands on is what the forge has, and all that it has.
    assert sefas["plating"] == passed_on["plating"] == pytest.approx(sefas["forge"], rel=1e-12)
    assert passed_on["press"] == pytest.approx(25 * sefas["forge"] / 20, rel=1e-12)


def test_the_fee_and_the_organisation_hold_the_plating(year: Plant) -> None:
    found = figures(year)
    fees: dict[str, float] = {
        product: fee
        for product, fee in served(year, "select distinct product, fee_twd_per_t from dual_carbon_cost")
    }
    direct, power = (
        {process: found[quantity, process, "", "management"]["value"] for process in ("forge", "plating")}
        for quantity in ("attributed_emissions_direct", "attributed_emissions_indirect")
    )
    share = {process: direct[process] + power[process] for process in direct}
    assert fees["PLATED"] * 50 / (fees["BOLT"] * 100) == pytest.approx(share["plating"] / share["forge"])
    lines = {
        name: float(value)
        for name, value in served(
            year,
            "select distinct line_name, emissions_tco2e from accounting_reconciliation",
        )
    }
    assert lines["product_life_cycle"] + lines["own_intermediates"] == pytest.approx(
        90000 + sum(power.values()) + 200 * 2
    )
    assert abs(lines["residual"]) < 1e-6
