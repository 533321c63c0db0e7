"""What a year says of products: batches, an hour of failure, pieces, and stages after the gate, of a forge.

March 2026. 20 million m3 of gas make 39,200 t CO2e, above the threshold of the carbon fee. Batch B1 of 60 t
booked its electricity, B2 of 40 t did not. On 10 March the furnace failed from 08:00 to 09:00.
"""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from small_plant import FACTOR_HEADING, Plant, Rows, factor, plant
from typer.testing import CliRunner

from orchestration.refresh import refresh
from tracetonne.cli import app
from tracetonne.figures import read_figures

pytestmark = pytest.mark.slow

MONTH, YEAR = "2026-03", "2026"
HOURS = [(hour // 24 + 1, hour % 24) for hour in range(744)]
FAILED = (10, 8)
MASTER: dict[str, Rows] = {
    "site": [{"name": "Forge", "country_code": "TW", "first_month": MONTH}],
    "processes": [{"process": "forge", "name": "Forge", "good_category": "Iron or steel products"}],
    "products": [{"product": "BAR", "name": "Bar", "cn_code": "72142000", "process": "forge"}],
    "product_units": [
        {"product": "BAR", "unit": "piece", "kg_per_unit": 2.5},
        {"product": "BAR", "unit": "m", "kg_per_unit": 0.5},
    ],
    "materials": [
        {"material": "GAS", "name": "Gas", "role": "fuel", "unit": "m3"},
        {"material": "POWER", "name": "Power", "role": "electricity", "unit": "kWh"},
    ],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "meters": [
        {"meter": meter, "role": role, "process": process, "commodity": "electricity", "unit": "kWh",
         "multiplier": 1000, "interval_minutes": 60, "valid_from": "2026-03-01", "valid_to": "2026-04-01"}
        for meter, role, process in (("E-MAIN", "main", ""), ("E-FORGE", "process", "forge"))
    ],
    "source_streams": [
        {"source_stream": "furnace", "name": "Furnace", "material": "GAS", "method": "combustion",
         "activity_source": "bill", "unit": "m3"},
        {"source_stream": "grid", "name": "Grid", "material": "POWER", "method": "electricity",
         "activity_source": "meter", "unit": "kWh"},
    ],
    "attribution": [
        {"source_stream": "furnace", "process": "forge", "method": "declared_share", "share": 1,
         "reason": "one process"},
        {"source_stream": "grid", "process": "forge", "method": "sub_meter", "reason": "metered"},
    ],
}  # fmt: skip
PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        "2026-03-05,B1,forge,BAR,60000,0,,,\n2026-03-06,B2,forge,BAR,40000,0,,,\n"
    ),
    "batches": (
        "batch,process,product,started_on,finished_on,good_kg,scrap_kg,input_batch,material,input_kg,electricity_kwh\n"
        "B1,forge,BAR,2026-03-05,2026-03-05,60000,0,,,,3000000\n"
    ),
    "bill": (
        "用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數\n"
        "G-1,B1,一般,115/03,115/03/01,115/03/31,20000000\n"
    ),
    "meter": "meter,interval_start,consumption_kwh,quality\n"
    + "".join(
        f"{meter},2026-03-{day:02d} {hour:02d}:00,{100 if (day, hour) == FAILED else 10},A\n"
        for meter in ("E-MAIN", "E-FORGE")
        for day, hour in HOURS
    ),
    "events": (
        "event,process,kind,started_on,from_hour,ended_on,to_hour,cause,effect,recorded_by,note\n"
        "E1,forge,failure,2026-03-10,8,2026-03-10,9,burner,,Wang,\n"
    ),
    "stages": (
        "product,stage,status,emissions_kgco2e,unit,reason,reason_zh,source,author,approver,decided_on,valid_from,"
        "valid_to,note\n"
        "BAR,distribution,declared,0.25,piece,by ship,海運,Study 1,Lin,Chen,2026-01-02,2026-01-01,,\n"
        "BAR,use,left_out,,,bars do nothing,無使用階段排放,Rule 2,Lin,Chen,2026-01-02,2026-01-01,,\n"
        "BAR,end_of_life,declared,-50,t,melted again,回收重熔,Study 3,Lin,Lin,2026-01-02,2026-01-01,,\n"
    ),
    "factors": FACTOR_HEADING
    + factor("GAS", "ncv", "35", "GJ/1000Nm3")
    + factor("GAS", "emission_factor", "56", "tCO2/TJ"),
}  # fmt: skip


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    made = plant(tmp_path_factory.mktemp("forge"), "forge", MONTH, MASTER, PAPERS)
    assert made.result.status == "published", made.result
    yearly = refresh(made.home, "forge", YEAR)
    assert yearly.status == "published", yearly
    return made


def asked(forge: Plant, *command: str) -> list[dict[str, Any]]:
    """Return the rows of a command, which also prints a table for people."""
    environment = {"TRACETONNE_HOME": str(forge.home.root)}
    whole = [*command, "--site", "forge", "--year", YEAR]
    told = CliRunner().invoke(app, [*whole, "--json"], env=environment)
    assert told.exit_code == 0, told.output
    shown = CliRunner().invoke(app, whole, env=environment)
    assert shown.exit_code == 0, shown.output
    rows: list[dict[str, Any]] = json.loads(told.output)["rows"]
    return rows


def figure(forge: Plant, quantity: str, period: str = MONTH, product: str | None = None) -> float:
    (found,) = (
        row["value"]
        for row in read_figures(forge.home, "forge", period).rows
        if (row["period"], row["quantity"], row["series"], row["product"])
        == (period, quantity, "management", product)
        and row["process"] == "forge"
    )
    return float(found)


def test_batches_add_up_to_the_months_emissions(forge: Plant) -> None:
    batches = {row["batch"]: row for row in asked(forge, "batches")}
    assert set(batches) == {"B1", "B2"}
    direct = figure(forge, "attributed_emissions_direct")
    indirect = figure(forge, "attributed_emissions_indirect")
    assert sum(row["attributed_direct_tco2e"] for row in batches.values()) == pytest.approx(direct, rel=1e-12)
    assert sum(row["attributed_indirect_tco2e"] for row in batches.values()) == pytest.approx(
        indirect, rel=1e-12
    )
    assert batches["B1"]["attributed_direct_tco2e"] == pytest.approx(0.6 * 39200)
    # 3,000 of the process's 743 x 10 + 100 = 7,530 MWh are booked for B1, B2 bears the others.
    assert batches["B1"]["attributed_indirect_tco2e"] == pytest.approx(indirect * 3000 / 7530)
    assert [row["electricity_key"] for row in batches.values()] == ["booked", "mass"]


def test_the_feed_is_the_figures_and_the_fee(forge: Plant, tmp_path: Path) -> None:
    environment = {"TRACETONNE_HOME": str(forge.home.root)}
    texts = []
    for name in ("one.csv", "two.csv"):
        command = ["kpi", "--site", "forge", "--year", YEAR, "--csv", str(tmp_path / name)]
        assert CliRunner().invoke(app, command, env=environment).exit_code == 0
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    rows = list(csv.DictReader(io.StringIO(texts[0])))
    assert [(row["product"], row["month"], float(row["quantity_t"])) for row in rows] == [("BAR", MONTH, 100)]
    assert float(rows[0]["see_tco2e_per_t"]) == figure(forge, "see_total", product="BAR")
    options = json.loads(
        CliRunner().invoke(app, ["fee", "--site", "forge", "--year", YEAR, "--json"], env=environment).output
    )
    fee = Decimal(str(options["options"][0]["fee_twd"]))
    assert fee > 0
    assert sum(Decimal(row["fee_twd"]) for row in rows) == fee
    assert float(rows[0]["fee_twd_per_t"]) * 100 == pytest.approx(float(fee), rel=1e-12)


def test_a_piece_and_a_kilometre_weigh_what_master_data_say(forge: Plant) -> None:
    rows = {row["product_unit"]: row for row in asked(forge, "footprint")}
    assert set(rows) == {"kg", "t", "piece", "thousand_pieces", "m", "km"}
    gate = figure(forge, "see_total", YEAR, "BAR")
    assert rows["piece"]["gate_kgco2e_per_unit"] == pytest.approx(2.5 * gate)
    assert rows["km"]["gate_kgco2e_per_unit"] == pytest.approx(500 * gate)
    assert (rows["piece"]["made_units"], rows["km"]["made_units"]) == (40000, 200)
    assert rows["kg"]["known_kgco2e_per_unit"] == pytest.approx(gate + 0.1)
    assert rows["kg"]["life_kgco2e_per_unit"] is None


def test_a_missing_stage_is_no_zero(forge: Plant) -> None:
    stages = {row["life_stage"]: row for row in asked(forge, "stages")}
    assert len(stages) == 5
    known = {stage: row["kgco2e_per_kg"] for stage, row in stages.items() if row["kgco2e_per_kg"] is not None}
    gate = figure(forge, "see_total", YEAR, "BAR")
    assert known == {"production": pytest.approx(gate), "distribution": pytest.approx(0.1)}
    assert stages["use"]["known_kgco2e_per_kg"] == pytest.approx(sum(known.values()))
    why = {stage: row["reason"] for stage, row in stages.items() if row["reason"]}
    assert why == {
        "raw_materials": "no purchased precursor is on record",
        "use": "bars do nothing",
        "end_of_life": "its statement lacks a second person",
    }


def test_layers_are_ticked_and_gaps_listed(forge: Plant) -> None:
    told = CliRunner().invoke(
        app,
        ["maturity", "--site", "forge", "--year", YEAR, "--json"],
        env={"TRACETONNE_HOME": str(forge.home.root)},
    )
    found = json.loads(told.output)
    ticks = {row["product"]: (row["raw"], row["calculation"], row["output"]) for row in found["rows"]}
    assert ticks == {"": (False, True, True), "BAR": (False, True, True)}
    assert [gap["what"] for gap in found["gaps"]] == ["master data expect no documents of the year"]


def test_an_hour_of_failure_goes_to_its_own_bucket_and_the_total_stays(forge: Plant) -> None:
    modes = {row["operation_mode"]: row for row in asked(forge, "operation")}
    assert {mode: row["event_hours"] for mode, row in modes.items()} == {"failure": 1, "normal": 743}
    assert modes["failure"]["electricity_mwh"] == pytest.approx(100)
    assert modes["failure"]["direct_tco2e"] == pytest.approx(39200 * 100 / 7530)
    total = figure(forge, "attributed_emissions_direct") + figure(forge, "attributed_emissions_indirect")
    assert sum(row["emissions_tco2e"] for row in modes.values()) == pytest.approx(total, rel=1e-12)
    normal = modes["normal"]
    assert normal["all_hours_intensity_tco2e_per_t"] == pytest.approx(total / 100, rel=1e-12)
    assert normal["intensity_tco2e_per_t"] == pytest.approx(
        (total - modes["failure"]["emissions_tco2e"]) / 100, rel=1e-12
    )
