"""The invented plant of the refresh benchmark: papers around the readings, a process a group of meters."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

SITE = "bench_plant"
METERS_A_PROCESS = 20
GOOD_KG = 1_000_000
ELECTRICITY_FACTOR = 0.5
BILL_COLUMNS = (
    "電號,帳單號碼,帳單別,計費年月,計費起日,計費迄日,經常契約容量,"
    "尖峰度數,半尖峰度數,週六半尖峰度數,離峰度數,總度數,功率因數,總電費"
)


def write_papers(folder: Path, readings: list[Path], meters: int, month: str) -> list[Path]:
    """Write master data, the month's bill, ledger and factor document; return their paths.

    Args:
        folder: Where they go.
        readings: The meter exports that the bill is added up from.
        meters: How many meters the exports hold, named `M001` on.
        month: `2025-06`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    processes = [f"line_{number:02d}" for number in range(1, -(-meters // METERS_A_PROCESS) + 1)]
    tables = {
        "site": [{"name": "Benchmark plant (invented)", "name_zh": "測試廠(虛構)", "country_code": "TW",
                  "time_zone": "Asia/Taipei", "first_month": month}],
        "processes": [{"process": name, "name": name, "good_category": "Iron or steel products"}
                      for name in processes],
        "products": [{"product": f"P-{name}", "name": f"Product of {name}", "cn_code": "73181542",
                      "process": name, "valid_from": "2020-01-01"} for name in processes],
        "materials": [{"material": "ELECTRICITY", "name": "Electricity", "name_zh": "電力",
                       "role": "electricity", "unit": "kWh"}],
        "meters": [{"meter": f"M{number:03d}", "role": "process",
                    "process": processes[(number - 1) // METERS_A_PROCESS], "commodity": "electricity",
                    "unit": "kWh", "multiplier": "1", "interval_minutes": "15", "uncertainty_pct": "1",
                    "calibrated_on": "2024-01-01", "calibration_valid_to": "2030-01-01",
                    "valid_from": "2020-01-01"} for number in range(1, meters + 1)],
        "source_streams": [{"source_stream": "grid-electricity", "name": "Grid electricity",
                            "material": "ELECTRICITY", "method": "electricity", "activity_source": "bill",
                            "unit": "kWh", "valid_from": "2020-01-01"}],
        "attribution": [{"source_stream": "grid-electricity", "process": name, "method": "sub_meter",
                         "share": "", "valid_from": "2020-01-01", "reason": "Metered a line."}
                        for name in processes],
    }  # fmt: skip
    written = [write_rows(folder / f"{name}.csv", rows) for name, rows in tables.items()]
    return [*written, _ledger(folder, processes, month), _factor(folder), _bill(folder, readings, month)]


def write_rows(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    """Write rows as CSV with a header and return the path."""
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _ledger(folder: Path, processes: list[str], month: str) -> Path:
    rows = [
        {"production_date": f"{month}-15", "batch": f"B-{name}", "process": name, "product": f"P-{name}",
         "good_kg": str(GOOD_KG), "scrap_kg": "0", "material": "", "input_kg": "", "note": ""}
        for name in processes
    ]  # fmt: skip
    return write_rows(folder / "ledger.csv", rows)


def _factor(folder: Path) -> Path:
    row = {
        "factor_code": "BENCH-GRID", "parameter": "electricity_factor", "material": "ELECTRICITY",
        "value": str(ELECTRICITY_FACTOR), "unit": "tCO2/MWh", "valid_from": "2020-01-01",
        "valid_to": "2030-01-01", "known_since": "2020-01-01", "source": "Invented for the benchmark",
        "source_class": "site_declared", "author": "steward", "approver": "manager", "note": "",
    }  # fmt: skip
    return write_rows(folder / "factor.csv", [row])


def _bill(folder: Path, readings: list[Path], month: str) -> Path:
    """Bill what the meters measured, so that the balance closes."""
    connection = duckdb.connect()
    connection.read_csv([str(path) for path in readings], all_varchar=True).create_view("readings")
    (total,) = connection.execute(
        """
        select round(sum(consumption_kwh::decimal(18, 3)))::bigint from readings
        where interval_start >= ? and interval_start < ?
        """,
        [f"{month}-01", f"{month}-99"],
    ).fetchone() or (0,)
    year, number = month.split("-")
    roc = f"{int(year) - 1911}/{number}"
    (last_day,) = connection.execute("select day(last_day(?::date))", [f"{month}-01"]).fetchone() or (30,)
    row = dict.fromkeys(BILL_COLUMNS.split(","), "0") | {
        "電號": "01-23-4567-89-0",
        "帳單號碼": f"B{month.replace('-', '')}",
        "帳單別": "一般",
        "計費年月": roc,
        "計費起日": f"{roc}/01",
        "計費迄日": f"{roc}/{last_day:02d}",
        "離峰度數": str(total),
        "總度數": str(total),
        "功率因數": "98",
    }
    return write_rows(folder / "bill.csv", [row], encoding="cp950")
