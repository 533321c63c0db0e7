"""The invented plant of the refresh benchmark: papers around the readings, a process a group of meters."""

from __future__ import annotations

import calendar
import csv
from collections.abc import Sequence
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


def write_papers(folder: Path, readings: list[Path], meters: int, months: Sequence[str]) -> list[Path]:
    """Write master data, a factor document, and a bill and a ledger each month; return their paths.

    Args:
        folder: Where they go.
        readings: The meter exports that the bill is added up from.
        meters: How many meters the exports hold, named `M001` on.
        months: Such as `2025-06`, in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    processes = [f"line_{number:02d}" for number in range(1, -(-meters // METERS_A_PROCESS) + 1)]
    tables = {
        "site": [{"name": "Benchmark plant (invented)", "name_zh": "測試廠(虛構)", "country_code": "TW",
                  "time_zone": "Asia/Taipei", "first_month": months[0]}],
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
    totals = _measured_kwh(readings, months)
    for month in months:
        written += [_ledger(folder, processes, month), _bill(folder, totals[month], month)]
    return [*written, _factor(folder)]


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
    return write_rows(folder / f"ledger_{month}.csv", rows)


def _factor(folder: Path) -> Path:
    row = {
        "factor_code": "BENCH-GRID", "parameter": "electricity_factor", "material": "ELECTRICITY",
        "value": str(ELECTRICITY_FACTOR), "unit": "tCO2/MWh", "valid_from": "2020-01-01",
        "valid_to": "2030-01-01", "known_since": "2020-01-01", "source": "Invented for the benchmark",
        "source_class": "site_declared", "author": "steward", "approver": "manager", "note": "",
    }  # fmt: skip
    return write_rows(folder / "factor.csv", [row])


def _measured_kwh(readings: list[Path], months: Sequence[str]) -> dict[str, int]:
    """Add up by month what the meters measured, so that the balance closes."""
    with duckdb.connect() as connection:
        connection.read_csv([str(path) for path in readings], all_varchar=True).create_view("readings")
        rows = connection.execute(
            """
            select interval_start[:7], round(sum(consumption_kwh::decimal(18, 3)))::bigint
            from readings where interval_start >= ? and interval_start < ?
            group by all
            """,
            [f"{months[0]}-01", f"{months[-1]}-99"],
        ).fetchall()
    return dict(rows)


def _bill(folder: Path, total_kwh: int, month: str) -> Path:
    year, number = (int(part) for part in month.split("-"))
    roc = f"{year - 1911}/{number:02d}"
    row = dict.fromkeys(BILL_COLUMNS.split(","), "0") | {
        "電號": "01-23-4567-89-0",
        "帳單號碼": f"B{month.replace('-', '')}",
        "帳單別": "一般",
        "計費年月": roc,
        "計費起日": f"{roc}/01",
        "計費迄日": f"{roc}/{calendar.monthrange(year, number)[1]}",
        "離峰度數": str(total_kwh),
        "總度數": str(total_kwh),
        "功率因數": "98",
    }
    return write_rows(folder / f"bill_{month}.csv", [row], encoding="cp950")
