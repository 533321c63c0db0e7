"""A melt shop that feeds a rolling mill, from papers to a verified package, with numbers to check by hand.

March 2025. Scrap (120 t, two certificates that meet on the 16th) less billet (100 t) in a mass balance; gas
by bill, shared by halves; steam bought for the mill; waste gas and electricity leaving the melt shop; 90 t of
its billet rolled.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from prepared_home import prepared_home

from orchestration.refresh import RefreshResult, refresh
from tracetonne.figures import read_figures
from tracetonne.forms import write_form
from tracetonne.landing.land import land_paths
from tracetonne.landing.master_sheets import MANUAL_ENTRY, SHEETS
from tracetonne.master_data import MASTER_GUIDE
from tracetonne.package.verify import verify
from tracetonne.settings import Home
from tracetonne.trace import render, trace

pytestmark = pytest.mark.slow

MONTH = "2025-03"
Rows = Sequence[Mapping[str, str | float]]
MASTER: dict[str, Rows] = {
    "site": [{"name": "Mill", "country_code": "TW", "first_month": "2025-03"}],
    "processes": [
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
        {"material": "GAS", "name": "Town gas", "role": "fuel", "unit": "m3"},
        {"material": "STEAM", "name": "Steam", "role": "other", "unit": "GJ"},
        {"material": "OFFGAS", "name": "Converter gas", "role": "other", "unit": "GJ"},
        {"material": "POWER", "name": "Power of the turbine", "role": "other", "unit": "MWh"},
    ],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "source_streams": [
        {"source_stream": name, "name": name, "material": material, "method": method,
         "activity_source": source, "unit": unit, "direction": direction}
        for name, material, method, source, unit, direction in (
            ("scrap", "SCRAP", "mass_balance", "ledger", "t", ""),
            ("billet", "BILLET", "mass_balance", "ledger", "t", "output"),
            ("gas", "GAS", "combustion", "bill", "m3", ""),
            ("steam", "STEAM", "heat_import", "ledger", "GJ", ""),
            ("offgas", "OFFGAS", "waste_gas_export", "ledger", "GJ", ""),
            ("power", "POWER", "electricity_export", "ledger", "MWh", ""),
        )
    ],
    "attribution": [
        {"source_stream": stream, "process": process, "method": "declared_share", "share": share,
         "reason": "test"}
        for stream, process, share in (
            ("scrap", "melt", 1), ("billet", "melt", 1), ("gas", "melt", 0.5), ("gas", "mill", 0.5),
            ("steam", "mill", 1), ("offgas", "melt", 1), ("power", "melt", 1),
        )
    ],
}  # fmt: skip
LEDGER = """production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note
2025-03-05,M1,melt,BILLET,70000,0,SCRAP,80000,
2025-03-20,M2,melt,BILLET,30000,0,SCRAP,40000,
2025-03-21,R1,mill,BAR,80000,10000,BILLET,90000,
"""
GAS_BILL = """用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數
G-1,B1,一般,114/03,114/03/01,114/03/31,10000
"""
LABORATORY = "Invented Laboratory,TAF-1,2027-12-31,ASTM E1019"
CERTIFICATES = (
    "certificate_number,material,parameter,value,unit,basis,sample_date,valid_from,valid_to,laboratory,"
    "accreditation_number,accreditation_valid_to,method\n"
    f"L1,SCRAP,carbon_content,0.01,tC/t,dry,2025-02-14,2025-02-15,2025-03-16,{LABORATORY}\n"
    f"L2,SCRAP,carbon_content,0.02,tC/t,dry,2025-03-15,2025-03-16,2025-04-15,{LABORATORY}\n"
)
FACTORS = "".join(
    f"{material}-{parameter},{parameter},{material},{value},{unit},2025-01-01,2026-01-01,2025-01-02,measured,"
    "site_declared,Lin,Chen,\n"
    for material, parameter, value, unit in (
        ("BILLET", "carbon_content", "0.002", "tC/t"), ("GAS", "ncv", "36", "GJ/1000Nm3"),
        ("GAS", "emission_factor", "56", "tCO2/TJ"), ("STEAM", "emission_factor", "60", "tCO2/TJ"),
        ("POWER", "emission_factor", "0.4", "tCO2/MWh"),
    )
)  # fmt: skip
FACTOR_HEADING = (
    "factor_code,parameter,material,value,unit,valid_from,valid_to,known_since,source,source_class,author,"
    "approver,note\n"
)
ENTRIES = [
    {"entry": name, "material": name, "quantity_name": "consumption", "value": value, "unit": unit,
     "period_start": "2025-03-01", "period_end": "2025-04-01", "reason": "no meter export", "author": "Lin",
     "approver": "Chen"}
    for name, value, unit in (("STEAM", 500, "GJ"), ("OFFGAS", 200, "GJ"), ("POWER", 10, "MWh"))
]  # fmt: skip

# Carbon: 80 x 0.01 + 40 x 0.02 - 100 x 0.002 = 1.4 t; gas 10 x 36 / 1000 x 56 = 20.16 t; steam 0.5 TJ.
MELT = 1.4 * 3.664 + 20.16 / 2 - 0.2 * 56.1 * 0.667 - 10 * 0.4
MILL = 20.16 / 2 + 0.5 * 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("home")
    os.environ["TRACETONNE_HOME"] = str(root)
    return prepared_home(root)


@pytest.fixture(scope="module")
def result(home: Home, tmp_path_factory: pytest.TempPathFactory) -> RefreshResult:
    """The plant, landed and refreshed."""
    folder = tmp_path_factory.mktemp("papers")
    papers = [write_form(folder / "master.xlsx", MASTER_GUIDE, SHEETS, MASTER)]
    papers.append(
        write_form(folder / "entries.xlsx", MASTER_GUIDE, [MANUAL_ENTRY], {"manual_entry": ENTRIES})
    )
    for name, text in (
        ("ledger", LEDGER), ("gas", GAS_BILL), ("lab", CERTIFICATES), ("factors", FACTOR_HEADING + FACTORS),
    ):  # fmt: skip
        papers.append(folder / f"{name}.csv")
        papers[-1].write_text(text, encoding="utf-8")
    landed = land_paths(home, papers, "mill")
    assert {(one.status, one.records_rejected) for one in landed} == {("landed", 0)}, landed
    return refresh(home, "mill", MONTH)


def value(home: Home, quantity: str, process: str, series: str = "regime") -> float:
    (found,) = {
        row["value"]
        for row in read_figures(home, "mill", MONTH).rows
        if (row["period"], row["process"], row["quantity"], row["series"])
        == (MONTH, process, quantity, series)
    }
    return float(found)


def test_processes_bear_what_crosses_their_boundary(home: Home, result: RefreshResult) -> None:
    assert result.status == "published", result
    assert value(home, "attributed_emissions_direct", "melt") == pytest.approx(MELT, rel=1e-12)
    assert value(home, "attributed_emissions_direct", "mill") == pytest.approx(MILL, rel=1e-12)


def test_a_precursor_of_the_site_carries_its_emissions_on(home: Home, result: RefreshResult) -> None:
    assert value(home, "see_direct", "melt") == pytest.approx(MELT / 100, rel=1e-12)
    assert value(home, "see_direct", "mill") == pytest.approx((MILL + 90 * MELT / 100) / 80, rel=1e-12)


def test_the_package_is_computed_again_from_its_evidence(home: Home, result: RefreshResult) -> None:
    assert result.package is not None
    assert verify(Path(result.package)).failures == []
    table = next(Path(result.package).rglob("calculation_line.csv"))
    with table.open(encoding="utf-8-sig", newline="") as file:
        lines = {row["line_id"]: row for row in csv.DictReader(file)}
    means = [row for row in lines.values() if row["quantity"] == "mean_carbon_content"]
    assert {row["formula"] for row in means} == {"sumproduct(weight, factor) / sum(weight)"}
    assert {row["method_id"] for row in means} == {"mean_weighted_by_activity"}
    assert float(means[0]["value"]) == pytest.approx(1.6 / 120, rel=1e-12)


def test_the_trail_reaches_both_certificates(home: Home, result: RefreshResult) -> None:
    (figure,) = (
        row["figure_id"]
        for row in read_figures(home, "mill", MONTH).rows
        if (row["period"], row["process"], row["quantity"], row["series"])
        == (MONTH, "melt", "attributed_emissions_direct", "regime")
    )
    from rich.console import Console

    console = Console(width=250, record=True, file=io.StringIO())
    console.print(render(trace(home, figure)))
    text = console.export_text()
    assert "L1/SCRAP/carbon_content" in text
    assert "L2/SCRAP/carbon_content" in text
