"""Renewable power of an invented plant: meters, bill, statements and certificates, to what a year saved.

March 2026. The roof makes 10 kWh an hour, 7,440 in the month, of which 2,440 are sold, so 5,000 are used. The
bill says 74,400 kWh, 14,400 of them wheeled, for 240,000 NT$: 4 NT$ a kWh that the utility delivered. Of the
certificates of own use one is kept and two are sold.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from small_plant import Plant, Rows, plant
from typer.testing import CliRunner

from orchestration.refresh import refresh
from tracetonne.cli import app
from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

MONTH, YEAR, OWN = "2026-03", "2026", "12345675"
MARCH = [(day, hour) for day in range(1, 32) for hour in range(24)]


def meter_row(meter: str, role: str, process: str = "") -> dict[str, str | float]:
    return {
        "meter": meter, "role": role, "process": process, "commodity": "electricity", "unit": "kWh",
        "multiplier": 1, "interval_minutes": 60, "valid_from": "2026-03-01", "valid_to": "2026-04-01",
    }  # fmt: skip


def readings(meter: str, kwh: float) -> str:
    return "".join(f"{meter},2026-03-{day:02d} {hour:02d}:00,{kwh},A\n" for day, hour in MARCH)


def master(*meters: dict[str, str | float]) -> dict[str, Rows]:
    return {
        "site": [{"name": "Roof", "country_code": "TW", "first_month": MONTH, "company_id": OWN}],
        "processes": [{"process": "forge", "name": "Forge", "good_category": "Iron or steel products"}],
        "products": [{"product": "BAR", "name": "Bar", "cn_code": "72142000", "process": "forge"}],
        "materials": [{"material": "POWER", "name": "Power", "role": "electricity", "unit": "kWh"}],
        "meters": list(meters),
        "source_streams": [
            {"source_stream": "grid", "name": "Grid", "material": "POWER", "method": "electricity",
             "activity_source": "meter", "unit": "kWh"},
        ],
        "attribution": [
            {"source_stream": "grid", "process": "forge", "method": "declared_share", "share": 1,
             "reason": "one process"},
        ],
    }  # fmt: skip


LEDGER = (
    "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
    "2026-03-05,B1,forge,BAR,60000,0,,,\n"
)
METER = "meter,interval_start,consumption_kwh,quality\n"
BILL = (
    "電號,帳單號碼,帳單別,計費年月,計費起日,計費迄日,經常契約容量,尖峰度數,半尖峰度數,"
    "週六半尖峰度數,離峰度數,總度數,功率因數,總電費\n"
    "E-1,P1,一般,115/03,115/03/01,115/03/31,200,30000,14400,10000,20000,74400,96,240000\n"
)
WHEELING = (
    "對帳單號碼,計費年月,轉供起日,轉供迄日,售電業統編,轉供契約編號,案場名稱,能源類別,電號,供電方式,轉供度數\n"
    "W1,115/03,115/03/01,115/03/31,87654321,C1,Invented wind farm,風力,E-1,轉供,14400\n"
)
FEED_IN = (
    "電費單號碼,計費年月,購電起日,購電迄日,案場名稱,能源類別,購電度數,總計\n"
    "F1,115/03,115/03/01,115/03/31,Roof,太陽能,2440,12200\n"
)
CERTIFICATES = (
    "憑證編號,案場名稱,能源類別,發電起日,發電迄日,供電方式,憑證度數,"
    "持有者統編,受讓人統編,移轉日期,宣告年度,登錄日期,憑證狀態,金額\n"
)


def certificate(number: str, transferee: str = "", transferred: str = "", claimed: str = "115") -> str:
    return (
        f"{number},Roof,太陽能,2026/03/01,2026/03/31,自發自用,1000,{OWN},{transferee},{transferred},{claimed},"
        f"{'2026/05/02' if claimed else ''},有效,{'2500' if transferee else ''}\n"
    )


KEPT_AND_SOLD = certificate("T-1") + "".join(
    certificate(number, "22099131", "2026/05/01", "") for number in ("T-2", "T-3")
)


@pytest.fixture(scope="module")
def roof(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    papers = {
        "ledger": LEDGER,
        "meter": METER + readings("E-MAIN", 100) + readings("SUN", 10),
        "bill": BILL,
        "wheeling": WHEELING,
        "feed_in": FEED_IN,
        "certificates": CERTIFICATES + KEPT_AND_SOLD,
    }
    meters = ({**meter_row("E-MAIN", "main"), "account": "E-1"}, meter_row("SUN", "solar"))
    made = plant(tmp_path_factory.mktemp("roof"), "roof", MONTH, master(*meters), papers)
    assert made.result.status == "published", made.result
    yearly = refresh(made.home, "roof", YEAR)
    assert yearly.status == "published", yearly
    return made


def asked(made: Plant, *options: str) -> dict[str, Any]:
    """Return what the command says as JSON; the table for people is printed as well."""
    environment = {"TRACETONNE_HOME": str(made.home.root)}
    whole = ["renewables", "--site", made.site, "--year", YEAR, *options]
    shown = CliRunner().invoke(app, whole, env=environment)
    assert shown.exit_code == 0, shown.output
    told = CliRunner().invoke(app, [*whole, "--json"], env=environment)
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.output)
    return found


def test_what_the_roof_makes_is_used_or_sold(roof: Plant) -> None:
    month = {row["month"]: row for row in asked(roof)["rows"]}[MONTH]
    assert month["identity_status"] == "own_use_derived"
    kwh = {name: month[f"{name}_kwh"] for name in ("generation", "own_use", "sold", "wheeled", "grid")}
    assert kwh == {"generation": 7440, "own_use": 5000, "sold": 2440, "wheeled": 14400,
                   "grid": pytest.approx(60000)}  # fmt: skip
    assert month["consumption_kwh"] == pytest.approx(79400)
    assert month["renewable_share"] == pytest.approx(19400 / 79400)
    assert month["bill_twd_per_kwh"] == pytest.approx(4)
    assert (month["saving_twd"], month["feed_in_income_twd"]) == (pytest.approx(20000), 12200)


def test_a_certificate_that_was_sold_is_no_longer_claimed(roof: Plant) -> None:
    year = {row["month"]: row for row in asked(roof)["rows"]}[""]
    assert (year["own_certificate_kwh"], year["sold_certificate_kwh"]) == (1000, 2000)
    assert year["claimed_kwh"] == 3000 + 14400
    assert year["claimed_share"] == pytest.approx(17400 / 79400)
    assert year["net_saving_twd"] == pytest.approx(20000 + 12200 + 5000)
    assert year["avoided_tco2e"] == pytest.approx(5 * year["grid_factor_tco2e_per_mwh"])
    assert year["grid_factor_tco2e_per_mwh"] > 0


def test_rows_go_to_a_file_by_month_and_year(roof: Plant, tmp_path: Path) -> None:
    rows = asked(roof, "--csv", str(tmp_path / "renewables.csv"))["rows"]
    with (tmp_path / "renewables.csv").open(encoding="utf-8", newline="") as file:
        assert [row["month"] for row in csv.DictReader(file)] == [row["month"] for row in rows] == ["", MONTH]


def test_certificates_beyond_own_use_stop_the_year(roof: Plant, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text(CERTIFICATES + "".join(certificate(f"T-{n}") for n in range(4, 9)), encoding="utf-8")
    (landed,) = land_paths(roof.home, [more], "roof")
    assert landed.status == "landed", landed
    result = refresh(roof.home, "roof", YEAR)
    assert result.status != "published"
    assert "8000" in str(result).replace(",", ""), result


def test_a_site_without_renewable_power_says_so(tmp_path: Path) -> None:
    papers = {"ledger": LEDGER, "meter": METER + readings("E-MAIN", 100)}
    made = plant(tmp_path, "plain", YEAR, master(meter_row("E-MAIN", "main")), papers)
    assert made.result.status == "published", made.result
    found = asked(made)
    assert found["rows"] == []
    assert "no renewable power in 2026" in found["reason"] and "無再生能源" in found["reason"]
