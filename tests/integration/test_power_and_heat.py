"""A steel plant with its own power and heat, from papers to a verified package, to check by hand.

March 2025. Gas burnt in a combined heat and power unit of 2018 makes 265 MWh, steam for two processes and
hot water for one of them, and a furnace's gas makes some more power; 15 MWh are sold, 500 MWh bought. A
neighbour's blast furnace gas burns in the unit and in a boiler, beside coal whose laboratory states carbon,
not emissions; the scrap's paper states emissions, not carbon. Steam leaves by weight, other heat by the oil
that makes it.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from prepared_home import prepared_home

from orchestration.refresh import RefreshResult, refresh
from tracetonne.errors import TraceTonneError
from tracetonne.figures import read_figures
from tracetonne.forms import write_form
from tracetonne.landing.land import land_paths
from tracetonne.landing.master_sheets import SHEETS
from tracetonne.master_data import MASTER_GUIDE
from tracetonne.package.verify import verify
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

MONTH = "2025-03"
HOURS = 744
Rows = Sequence[Mapping[str, str | float]]

# Meter, role, process, commodity, MWh of the month.
METERS = (
    ("E-MAIN", "main", "", "electricity", 500),
    ("E-MELT", "process", "melt", "electricity", 450),
    ("E-MILL", "process", "mill", "electricity", 300),
    ("E-GENERATOR", "export", "power", "electricity", 265),
    ("E-SOLD", "surplus", "", "electricity", 15),
    ("H-MELT", "process", "melt", "heat", 348),
    ("H-MILL", "process", "mill", "heat", 145),
    ("S-MELT", "process", "melt", "steam", 348),
    ("W-MELT", "process", "melt", "hot_water", 46),
)
MASTER: dict[str, Rows] = {
    "site": [{"name": "Mill", "country_code": "TW", "first_month": MONTH}],
    "processes": [
        {"process": "power", "name": "Power house", "good_category": "Electricity (export to EU)"},
        {"process": "melt", "name": "Melt shop", "good_category": "Crude steel"},
        {"process": "mill", "name": "Rolling mill", "good_category": "Iron or steel products"},
    ],
    "products": [
        {"product": "BILLET", "name": "Billet", "cn_code": "72071190", "process": "melt"},
        {"product": "BAR", "name": "Bar", "cn_code": "72142000", "process": "mill"},
    ],
    "materials": [
        {"material": "SCRAP", "name": "Scrap", "role": "process", "unit": "t"},
        {"material": "BILLET", "name": "Billet", "role": "process", "unit": "t"},
        {"material": "GAS", "name": "Natural gas", "role": "fuel", "unit": "m3"},
        {"material": "POWER", "name": "Power of the turbine", "role": "other", "unit": "MWh"},
        {"material": "COAL", "name": "Invented coal", "role": "fuel", "unit": "t"},
        {"material": "OIL", "name": "Invented oil", "role": "fuel", "unit": "t"},
        {"material": "OFFGAS", "name": "Invented furnace gas", "role": "waste_gas", "unit": "t"},
        {"material": "BFG", "name": "Blast furnace gas", "role": "waste_gas", "unit": "t"},
        {"material": "STEAM", "name": "Steam", "role": "other", "unit": "t"},
        {"material": "ELECTRICITY", "name": "Electricity", "role": "electricity", "unit": "kWh"},
    ],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "meters": [
        {"meter": meter, "role": role, "process": process, "commodity": commodity, "unit": "kWh",
         "interval_minutes": 60, "uncertainty_pct": 0.5}
        for meter, role, process, commodity, _ in METERS
    ],
    "source_streams": [
        {"source_stream": "gas", "name": "Gas", "material": "GAS", "method": "combustion",
         "activity_source": "bill", "unit": "m3", "built_year": 2018},
        {"source_stream": "made", "name": "Power made", "material": "POWER", "method": "electricity_export",
         "activity_source": "meter", "unit": "MWh"},
        {"source_stream": "grid", "name": "Electricity", "material": "ELECTRICITY", "method": "electricity",
         "activity_source": "meter", "unit": "kWh"},
    ] + [
        {"source_stream": stream, "name": stream, "material": material, "method": method,
         "activity_source": "ledger", "unit": "t", "producing_process": producer, "built_year": built}
        for stream, material, method, producer, built in (
            ("coal", "COAL", "combustion", "", ""), ("offgas", "OFFGAS", "combustion", "melt", ""),
            ("bfg", "BFG", "combustion", "", 2018),
            ("scrap", "SCRAP", "mass_balance", "", ""),
            ("steam", "STEAM", "heat_export", "", ""), ("oil-heat", "OIL", "heat_export", "", ""),
        )
    ],
    "attribution": [
        {"source_stream": stream, "process": process, "method": method, "reason": "test"}
        for stream, process, method in (
            ("gas", "power", "chp_power"), ("gas", "melt", "chp_steam"), ("gas", "melt", "chp_hot_water"),
            ("gas", "mill", "chp_steam"), ("offgas", "power", "power"), ("coal", "melt", "heat"),
            ("bfg", "power", "chp_power"), ("bfg", "melt", "chp_steam"),
            ("coal", "mill", "heat"), ("scrap", "melt", "functional_unit"),
            ("steam", "melt", "functional_unit"), ("oil-heat", "mill", "functional_unit"),
            ("made", "power", "sub_meter"), ("grid", "melt", "sub_meter"), ("grid", "mill", "sub_meter"),
        )
    ],
}  # fmt: skip
LEDGER = """production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note
2025-03-05,M1,melt,BILLET,100000,0,SCRAP,110000,
2025-03-06,M2,melt,,,,COAL,10000,
2025-03-07,M3,melt,,,,STEAM,40000,
2025-03-08,P1,power,,,,OFFGAS,10000,
2025-03-09,P2,power,,,,BFG,20000,
2025-03-21,R1,mill,BAR,80000,10000,BILLET,90000,
2025-03-22,R2,mill,,,,OIL,5000,
"""
GAS_BILL = """用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數
G-1,B1,一般,114/03,114/03/01,114/03/31,100000
"""
FACTORS = (
    "factor_code,parameter,material,value,unit,valid_from,valid_to,known_since,source,source_class,author,"
    "approver,note\n"
) + "".join(
    f"{material}-{parameter},{parameter},{material},{value},{unit},2025-01-01,2026-01-01,2025-01-02,measured,"
    "site_declared,Lin,Chen,\n"
    for material, parameter, value, unit in (
        ("GAS", "ncv", "36", "GJ/1000Nm3"), ("GAS", "emission_factor", "56", "tCO2/TJ"),
        ("ELECTRICITY", "electricity_factor", "0.5", "tCO2/MWh"),
        ("SCRAP", "emission_factor", "0.03664", "tCO2/t"),
        ("OFFGAS", "ncv", "10", "GJ/t"), ("OFFGAS", "emission_factor", "260", "tCO2/TJ"),
        ("BFG", "ncv", "10", "GJ/t"), ("BFG", "emission_factor", "200", "tCO2/TJ"),
        ("STEAM", "enthalpy_flow", "2800", "kJ/kg"), ("STEAM", "emission_factor", "60", "tCO2/TJ"),
        ("OIL", "ncv", "40", "GJ/t"), ("OIL", "emission_factor", "70", "tCO2/TJ"),
    )
)  # fmt: skip
# The oil's boiler has papers of its own, at loads of its maker's choice; those of the fuel are of another.
BOILER = (
    "factor_code,parameter,material,load_pct,value,unit,valid_from,valid_to,known_since,source,source_class,author,"
    "approver,note\n"
) + "".join(
    f"{material}-{parameter}-{load},{parameter},{material},{load},{value},{unit},2025-01-01,2026-01-01,2025-01-02,"
    "type plate,site_declared,Lin,Chen,\n"
    for material, parameter, load, value, unit in (
        ("oil-heat", "rated_fuel_input", "", "0.4", "GJ/h"),
        ("oil-heat", "heat_efficiency_at_load", "40", "80", "%"),
        ("oil-heat", "heat_efficiency_at_load", "72.5", "84", "%"),
        ("oil-heat", "heat_efficiency_at_load", "", "82", "%"),
        ("OIL", "heat_efficiency_at_load", "65", "60", "%"), ("OIL", "rated_fuel_input", "", "9", "GJ/h"),
    )
)  # fmt: skip

CERTIFICATES = (
    "certificate_number,material,parameter,value,unit,basis,sample_date,valid_from,valid_to,laboratory,"
    "accreditation_number,accreditation_valid_to,method\n"
) + "".join(
    f"L1,COAL,{parameter},{value},{unit},as received,2025-01-14,2025-01-15,2026-01-15,Invented Laboratory,"
    "TAF-1,2027-12-31,ASTM D5373\n"
    for parameter, value, unit in (
        ("carbon_content", "0.5", "tC/t"), ("ash_content", "10", "%"), ("ash_carbon_content", "0.05", "tC/t"),
        ("ncv", "25", "GJ/t"),
    )
)  # fmt: skip

# 100 x 36 GJ x 56 tCO2/TJ. The outputs over their reference efficiencies: 265 MWh x 3.6 / 0.53 = 1800 GJ of
# power, 348 MWh x 3.6 / 0.87 = 1440 GJ and 145 MWh x 3.6 / 0.87 = 600 GJ of steam, 46 MWh x 3.6 / 0.92 =
# 180 GJ of hot water for the melt shop, which takes both.
GAS = 100 * 36 / 1000 * 56
POWER, MELT, MILL = (GAS * part / 4020 for part in (1800, 1620, 600))
# 10 t of coal with 0.5 tC/t, of which a hundredth stays in the ash; by heat, 348 and 145 MWh.
COAL = 10 * 0.5 * 3.664 * (1 - 0.1 * 0.05 / 0.5)
# Scrap of 0.03664 / 3.664 tC/t. 40 t of steam of 2.8 GJ/t, its condensate taken as of 90 °C. 5 t of oil make
# heat in a boiler that could burn 0.4 GJ/h: at its load it is between the 80 % of 40 % load and the 84 % of
# 72.5 %.
LOAD = 5 * 40 / (0.4 * 744)
EFFICIENCY = 0.8 + (0.84 - 0.8) * (LOAD - 0.4) / 0.325
MELT += COAL * 348 / 493 + 110 * 0.03664 - 40 * (2.8 - 0.376968) / 1000 * 60
MILL += COAL * 145 / 493 - 5 * 40 / 1000 * 70
# 10 t of furnace gas of 10 GJ/t and 260 tCO2/TJ make power as well: they count there as natural gas, and in
# the melt shop, where they come from, less two thirds of that. 20 t of a neighbour's gas make power and
# steam, as natural gas, shared by 265 MWh x 3.6 / 0.35 and 348 MWh x 3.6 / 0.75; what they emit beyond that
# is not this plant's to bear.
OFFGAS, COUNTED = 0.1 * 260, 0.1 * 56.1
MELT += OFFGAS - COUNTED * 0.667
BFG = 0.2 * 56.1
BFG_POWER, BFG_STEAM = (BFG * part / (265 / 0.35 + 348 / 0.75) for part in (265 / 0.35, 348 / 0.75))
MELT += BFG_STEAM
OWN_FACTOR = (POWER + COUNTED + BFG_POWER) / 265
FACTOR = (500 * 0.5 + 250 * OWN_FACTOR) / 750


def readings() -> str:
    """The month of all meters: what a meter counts, in equal parts in its first 500 hours."""
    return "meter,interval_start,consumption_kwh,quality\n" + "".join(
        f"{meter},2025-03-{hour // 24 + 1:02d} {hour % 24:02d}:00,{total * 2 if hour < 500 else 0},A\n"
        for meter, _, _, _, total in METERS
        for hour in range(HOURS)
    )


def build(root: Path, folder: Path, master: Mapping[str, Rows]) -> tuple[Home, RefreshResult]:
    """Land the plant's papers into an empty home and refresh the month."""
    os.environ["TRACETONNE_HOME"] = str(root)
    home = prepared_home(root)
    papers = [write_form(folder / "master.xlsx", MASTER_GUIDE, SHEETS, master)]
    for name, text in (
        ("ledger", LEDGER),
        ("gas", GAS_BILL),
        ("factors", FACTORS),
        ("boiler", BOILER),
        ("lab", CERTIFICATES),
        ("meters", readings()),
    ):
        papers.append(folder / f"{name}.csv")
        papers[-1].write_text(text, encoding="utf-8")
    landed = land_paths(home, papers, "mill")
    assert {(one.status, one.records_rejected) for one in landed} == {("landed", 0)}, landed
    return home, refresh(home, "mill", MONTH)


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, RefreshResult]:
    return build(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("papers"), MASTER)


@pytest.fixture(scope="module")
def lines(plant: tuple[Home, RefreshResult]) -> dict[tuple[str, str, str, str], dict[str, str]]:
    """The package's calculation lines by quantity, subject, object and series."""
    assert plant[1].package is not None
    table = next(Path(plant[1].package).rglob("calculation_line.csv"))
    with table.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["quantity"], row["subject"], row["object"], row["series"].lstrip("'")): row
            for row in csv.DictReader(file)
        }


def value(home: Home, quantity: str, process: str) -> float:
    (found,) = {
        row["value"]
        for row in read_figures(home, "mill", MONTH).rows
        if (row["period"], row["process"], row["quantity"], row["series"])
        == (MONTH, process, quantity, "regime")
    }
    return float(found)


def test_the_unit_is_shared_by_reference_efficiencies(plant: tuple[Home, RefreshResult]) -> None:
    home, result = plant
    assert result.status == "published", result
    assert value(home, "attributed_emissions_direct", "melt") == pytest.approx(MELT, rel=1e-12)
    assert value(home, "attributed_emissions_direct", "mill") == pytest.approx(MILL, rel=1e-11)
    # What the power house bears leaves it with the power.
    assert value(home, "attributed_emissions_direct", "power") == pytest.approx(0, abs=1e-9)


def test_a_waste_gas_is_borne_as_natural_gas_and_its_rest_by_its_maker(
    plant: tuple[Home, RefreshResult], lines: dict[tuple[str, str, str, str], dict[str, str]]
) -> None:
    shown = {
        key[:3]: (line["formula"], line["clause"].rpartition(" ")[2], float(line["value"]))
        for key, line in lines.items()
        if key[0].startswith("waste_gas_") or (key[0] == "chp_factor" and key[1] == "bfg")
    }
    assert shown["waste_gas_consumed", "offgas", "power"] == (
        "(counted - emissions) * share", "53", pytest.approx(COUNTED - OFFGAS, rel=1e-12),
    )  # fmt: skip
    assert shown["waste_gas_produced", "offgas", "power"] == (
        "(emissions - energy * natural_gas_ef * waste_gas_export) * share", "54",
        pytest.approx(OFFGAS - COUNTED * 0.667, rel=1e-12),
    )  # fmt: skip
    assert shown["waste_gas_correction", "power", ""][2] == pytest.approx(
        COUNTED - OFFGAS + BFG_POWER * (1 - 200 / 56.1), rel=1e-12
    )
    assert shown["chp_factor", "bfg", "melt"] == (
        "emissions / output",
        "51",
        pytest.approx(BFG_STEAM / 348, rel=1e-9),
    )
    assert ("waste_gas_produced", "bfg", "melt") not in shown
    # Nobody bears what the neighbour's gas emits beyond natural gas; a third of the furnace gas counts
    # twice (eq. 54).
    left = 0.2 * (200 - 56.1) - COUNTED * (1 - 0.667)
    crossing = 40 * (2.8 - 0.376968) / 1000 * 60 + 5 * 40 / 1000 * 70 + 265 * OWN_FACTOR
    unattributed = lines["unattributed_direct", "installation", "", "regime"]
    assert float(unattributed["value"]) == pytest.approx(left + crossing, rel=1e-9)


def test_own_and_bought_power_make_one_factor(
    plant: tuple[Home, RefreshResult], lines: dict[tuple[str, str, str, str], dict[str, str]]
) -> None:
    home, _ = plant
    own = lines["own_power_factor", "site", "", "-"]
    assert float(own["value"]) == pytest.approx(OWN_FACTOR, rel=1e-12)
    assert own["formula"] == "sum(emissions) / sum(generated)"
    assert float(lines["waste_gas_emission", "offgas", "", "-"]["value"]) == pytest.approx(COUNTED, rel=1e-12)
    assert lines["power_emission", "offgas", "power", "-"]["formula"] == "emissions * share"
    assert float(lines["own_power", "site", "", "-"]["value"]) == 250
    assert float(lines["electricity_supply", "site", "", "-"]["value"]) == 750
    mixed = lines["mixed_electricity_factor", "mill", "", "regime"]
    assert float(mixed["value"]) == pytest.approx(FACTOR, rel=1e-12)
    assert value(home, "attributed_emissions_indirect", "mill") == pytest.approx(300 * FACTOR, rel=1e-12)


def test_a_paper_in_another_form_serves_the_method(
    lines: dict[tuple[str, str, str, str], dict[str, str]],
) -> None:
    shown = {
        (quantity, subject): (line["formula"], line["clause"].rpartition(" ")[2], float(line["value"]))
        for (quantity, subject, _, series), line in lines.items()
        if line["value"] and series in ("-", "regime")
    }
    assert shown["derived_emission_factor", "coal"] == ("carbon_content * carbon_to_co2", "9", 1.832)
    assert shown["derived_oxidation_factor", "coal"] == (
        "max(0, 1 - ash_content * ash_carbon_content / carbon_content)", "7", 0.99,
    )  # fmt: skip
    assert shown["derived_carbon_content", "scrap"] == (
        "emission_factor / carbon_to_co2", "14", pytest.approx(0.01, rel=1e-12),
    )  # fmt: skip
    assert shown["stream_flow", "steam"] == (
        "quantity * share * (enthalpy_flow - enthalpy_return) / 1000", "31",
        pytest.approx(0.09692128, rel=1e-12),
    )  # fmt: skip
    assert shown["load_factor", "oil-heat"][1:] == ("34", pytest.approx(LOAD, rel=1e-12))
    assert shown["heat_efficiency_at_load", "oil-heat"][2] == pytest.approx(EFFICIENCY, rel=1e-12)
    assert shown["stream_flow", "oil-heat"][2] == pytest.approx(0.2 * EFFICIENCY, rel=1e-12)
    assert shown["heat_of_fuel", "oil-heat"][2] == pytest.approx(70 / EFFICIENCY, rel=1e-12)
    # The mean factor of the boiler's fuels (eq. 45), the efficiency of a unit's power (eq. 48).
    assert shown["heat_mix_factor", "site"][1:] == ("45", pytest.approx(COAL / 0.25, rel=1e-12))
    assert float(lines["chp_efficiency", "gas", "power", "-"]["value"]) == pytest.approx(0.265, rel=1e-12)


def test_the_package_is_computed_again_from_its_evidence(
    plant: tuple[Home, RefreshResult], lines: dict[tuple[str, str, str, str], dict[str, str]]
) -> None:
    assert plant[1].package is not None
    assert verify(Path(plant[1].package)).failures == []
    assert lines["chp_output", "gas", "mill", "-"]["formula"] == "output * gj_per_unit / reference_efficiency"
    assert float(lines["chp_output", "gas", "melt/steam", "-"]["value"]) == 1440
    assert float(lines["chp_output", "gas", "melt/hot_water", "-"]["value"]) == pytest.approx(180, rel=1e-12)
    assert float(lines["chp_output", "gas", "power", "-"]["value"]) == 1800


def test_a_unit_of_unknown_age_stops_the_run(tmp_path: Path) -> None:
    streams = [
        {**row, "built_year": "" if row["source_stream"] == "gas" else row.get("built_year", "")}
        for row in MASTER["source_streams"]
    ]
    (tmp_path / "papers").mkdir()
    with pytest.raises(TraceTonneError, match="No factor: reference_efficiency_power of gas") as stopped:
        build(tmp_path / "home", tmp_path / "papers", {**MASTER, "source_streams": streams})
    assert "built_year" in str(stopped.value)
    assert "機組建造年" in str(stopped.value)
