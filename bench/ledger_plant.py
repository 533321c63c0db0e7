"""An invented plant whose papers are ledgers, bills and a factor document: many products, a long history.

Processes of the second half take in what those of the first half make, one each. LPG of the ledger and power
of the bill are shared out by tonnes made. Quantities follow from numbers, not from chance.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from pathlib import Path

from bench.plant import BILL_COLUMNS, write_rows

ELECTRICITY_TCO2_PER_MWH = 0.5
LPG_TCO2_PER_TJ = 60
LPG_GJ_PER_T = 50
INPUT_KG_PER_PROCESS = 40_000
MONTHS_OF_A_YEAR = 12


def months_until(last: str, count: int) -> list[str]:
    """Return so many months that end with `last`, such as `2025-06`."""
    year, number = (int(part) for part in last.split("-"))
    index = year * MONTHS_OF_A_YEAR + number - 1
    return [
        f"{one // MONTHS_OF_A_YEAR}-{one % MONTHS_OF_A_YEAR + 1:02d}"
        for one in range(index - count + 1, index + 1)
    ]


def process_name(number: int) -> str:
    """Return the code of a process, from 0."""
    return f"line_{number + 1:03d}"


def product_name(number: int) -> str:
    """Return the code of a product, from 0; product n is made by process n modulo their number."""
    return f"P-{number + 1:05d}"


def write_plant(folder: Path, processes: int, products: int, months: Sequence[str]) -> list[Path]:
    """Write all papers of the plant and return their paths.

    Args:
        folder: Where they go.
        processes: How many, an even number.
        products: How many, at least one a process.
        months: Months with a ledger and a bill, such as `2025-06`, in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = _master_data(folder, processes, products, months[0])
    written.append(_factors(folder))
    for month in months:
        written += [_ledger(folder, processes, products, month), _bill(folder, processes, month)]
    return written


def _master_data(folder: Path, processes: int, products: int, first_month: str) -> list[Path]:
    since = "2018-01-01"
    codes = [process_name(number) for number in range(processes)]
    tables = {
        "site": [{"name": "Ledger plant (invented)", "name_zh": "測試廠(虛構)", "country_code": "TW",
                  "time_zone": "Asia/Taipei", "first_month": first_month}],
        "processes": [{"process": code, "name": code, "good_category": "Iron or steel products"}
                      for code in codes],
        "products": [{"product": product_name(number), "name": product_name(number), "cn_code": "73181542",
                      "process": codes[number % processes], "valid_from": since}
                     for number in range(products)],
        "materials": [
            {"material": "ELECTRICITY", "name": "Electricity", "name_zh": "電力", "role": "electricity",
             "unit": "kWh"},
            {"material": "LPG", "name": "LPG", "name_zh": "液化石油氣", "role": "fuel", "unit": "t"},
        ],
        "accounts": [{"account": "01-23-4567-89-0", "commodity": "electricity", "material": "ELECTRICITY"}],
        "source_streams": [
            {"source_stream": "grid", "name": "Grid electricity", "material": "ELECTRICITY",
             "method": "electricity", "activity_source": "bill", "unit": "kWh", "valid_from": since},
            {"source_stream": "lpg", "name": "LPG", "material": "LPG", "method": "combustion",
             "activity_source": "ledger", "unit": "t", "valid_from": since},
        ],
        "attribution": [{"source_stream": stream, "process": code, "method": "functional_unit", "share": "",
                         "valid_from": since, "reason": "No meter tells the lines apart."}
                        for stream in ("grid", "lpg") for code in codes],
    }  # fmt: skip
    return [write_rows(folder / f"{name}.csv", rows) for name, rows in tables.items()]


def _factors(folder: Path) -> Path:
    factors = (
        ("electricity_factor", "ELECTRICITY", ELECTRICITY_TCO2_PER_MWH, "tCO2/MWh"),
        ("emission_factor", "LPG", LPG_TCO2_PER_TJ, "tCO2/TJ"),
        ("ncv", "LPG", LPG_GJ_PER_T, "GJ/t"),
    )
    rows = [
        {"factor_code": f"LEDGER-{material}", "parameter": parameter, "material": material,
         "value": str(value), "unit": unit, "valid_from": "2018-01-01",
         "valid_to": "2030-01-01", "known_since": "2018-01-01", "source": "Invented for the benchmark",
         "source_class": "site_declared", "author": "steward", "approver": "manager", "note": ""}
        for parameter, material, value, unit in factors
    ]  # fmt: skip
    return write_rows(folder / "factor.csv", rows)


def _ledger(folder: Path, processes: int, products: int, month: str) -> Path:
    day, half = f"{month}-15", processes // 2
    empty = dict.fromkeys(("product", "good_kg", "scrap_kg", "material", "input_kg", "note"), "")
    rows = [
        {"production_date": day, "batch": f"B-{number}", "process": process_name(number % processes), **empty,
         "product": product_name(number), "good_kg": str(good_kg(number, month)), "scrap_kg": "0"}
        for number in range(products)
    ]  # fmt: skip
    for number in range(processes):
        made = {"production_date": day, "batch": f"F-{number}", "process": process_name(number), **empty}
        rows.append(made | {"material": "LPG", "input_kg": str(1000 + 7 * number)})
        if number >= half:
            source = {"material": product_name(number - half), "input_kg": str(INPUT_KG_PER_PROCESS)}
            rows.append(made | source | {"batch": f"I-{number}"})
    return write_rows(folder / f"ledger_{month}.csv", rows)


def good_kg(product: int, month: str) -> int:
    """Return how much of a product is made in a month, kg."""
    return 50_000 + 13 * (product % 997) + 101 * int(month[5:])


def _bill(folder: Path, processes: int, month: str) -> Path:
    year, number = month.split("-")
    roc = f"{int(year) - 1911}/{number}"
    last_day = calendar.monthrange(int(year), int(number))[1]
    used = str(processes * 100_000 + 1000 * int(number))
    row = dict.fromkeys(BILL_COLUMNS.split(","), "0") | {
        "電號": "01-23-4567-89-0", "帳單號碼": f"B{month.replace('-', '')}", "帳單別": "一般",
        "計費年月": roc, "計費起日": f"{roc}/01", "計費迄日": f"{roc}/{last_day:02d}",
        "離峰度數": used, "總度數": used, "功率因數": "98",
    }  # fmt: skip
    return write_rows(folder / f"bill_{month}.csv", [row], encoding="cp950")
