"""The screw plant: 2025 adds up to the Commission's example 4; early 2026 has ordinary trouble."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from .calendars import Day, days, month_days, month_end, month_key, months, next_month
from .einvoice import Company, Invoice, Item, Numbers, allowance_xml, cancel_xml, issue_xml
from .ledger import Batch, Count, activity, counts_csv, daily, ledger_csv
from .power import (
    QUARTERS,
    Bill,
    Load,
    Slot,
    Tariff,
    bill_for,
    bills_csv,
    meter_csv,
    month_total,
    slots,
    spread,
)
from .quantities import Draw, apportion
from .screw_papers import ACCOUNT, CARBON_MILL, GAS_COMPANY, PLANT, STAINLESS_MILL, fixed_papers
from .sheets import MasterData

FOLDER = "screw_plant"
MONTHS_2025 = months("2025-01", 12)
MONTHS_2026 = months("2026-01", 3)
ALL_MONTHS = MONTHS_2025 + MONTHS_2026
# Lunar New Year 2026: the plant rests two weeks.
SHUTDOWN = frozenset(days(Day(2026, 2, 9), Day(2026, 2, 23)))
# At 36.1 and 35.9 GJ/1000 Nm3 the two halves of 2025 are exactly 88,200 GJ, the gas of example 4.
GAS_M3 = (
    (MONTHS_2025[:6], 1_225_000),
    (MONTHS_2025[6:], 1_225_000),
    (MONTHS_2026, 588_400),
)
TARIFF = Tariff(
    contract_kw=Decimal(1250),
    # Taipower rate book in force from 2025-10-01, high voltage, three stages; used for the whole sample.
    per_kwh={
        "peak": (Decimal("9.39"), Decimal("9.39")),
        "half_peak": (Decimal("5.85"), Decimal("5.47")),
        "saturday_half_peak": (Decimal("2.60"), Decimal("2.41")),
        "off_peak": (Decimal("2.53"), Decimal("2.32")),
    },
    per_contract_kw=(Decimal("223.6"), Decimal("166.9")),
)


@dataclass(frozen=True)
class Line:
    """One production process with the quantities of a period."""

    process: str
    product: str
    material: str
    meter: str
    multiplier: int
    seller: Company
    item: str
    sizes: tuple[str, ...]
    unit: str
    price: Decimal
    opening_kg: int
    year: tuple[int, int, int]  # 2025: input kg, good kg, kWh
    quarter: tuple[int, int, int]  # first quarter of 2026: the same


CARBON = Line(
    process="carbon_screws", product="C1", material="WIRE-ROD-CARBON", meter="M-CARBON", multiplier=1,
    seller=CARBON_MILL, item="碳鋼盤元", sizes=("SWRCH10A 5.5mm", "SWRCH22A 8.0mm"), unit="公斤",
    price=Decimal("20.6"), opening_kg=812_460,
    year=(20_000_000, 17_000_000, 3_400_000), quarter=(4_264_350, 3_622_910, 726_480),
)  # fmt: skip
STAINLESS = Line(
    process="stainless_screws", product="A1", material="WIRE-ROD-STAINLESS",
    meter="M-STAINLESS", multiplier=20,
    seller=STAINLESS_MILL, item="不銹鋼盤元", sizes=("304HC 6.0mm", "316L 5.5mm"), unit="公噸",
    price=Decimal("67800"), opening_kg=395_120,
    year=(10_000_000, 8_200_000, 1_640_000), quarter=(2_117_480, 1_738_050, 349_260),
)  # fmt: skip
LINES = (CARBON, STAINLESS)

Files = dict[str, bytes]


def build() -> tuple[Files, MasterData]:
    """Make every paper of the plant (path below its folder, bytes), and its master data as records."""
    numbers = Numbers()
    files: Files = {}
    consumed: dict[tuple[str, str], int] = {}
    batches: list[Batch] = []
    for line in LINES:
        rows = _batches(line, MONTHS_2025, line.year) + _batches(line, MONTHS_2026, line.quarter)
        batches += rows
        for row in rows:
            key = (line.material, month_key(row.date))
            consumed[key] = consumed.get(key, 0) + (row.input or 0)
    for month in ALL_MONTHS:
        of_month = [row for row in batches if month_key(row.date) == month_key(month)]
        of_month.sort(key=lambda row: (row.date, row.batch))
        files[f"ledger/production_{month_key(month)}.csv"] = ledger_csv(of_month)
    good = monthly_good(batches)
    files |= _wire_rod(numbers, consumed)
    files |= _gas(numbers, good)
    files |= _electricity()
    papers, master = fixed_papers()
    return files | papers, master


def monthly_good(batches: list[Batch]) -> dict[str, int]:
    """Sum good kilograms of both processes by month."""
    sums: dict[str, int] = {}
    for row in batches:
        sums[month_key(row.date)] = sums.get(month_key(row.date), 0) + (row.good or 0)
    return sums


def _batches(line: Line, of_months: list[Day], totals: tuple[int, int, int]) -> list[Batch]:
    """Split a period's input and good output over days and shifts; scrap is what is left of the input."""
    all_days = [day for month in of_months for day in month_days(month)]
    inputs = daily(totals[0], all_days, f"{line.process} {of_months[0]}", SHUTDOWN)
    draw = Draw("shifts", line.process, of_months[0])
    shifts = []
    for day, quantity in inputs.items():
        for shift, part in enumerate(
            apportion(quantity, [draw.between(50, 56), draw.between(44, 50)]), start=1
        ):
            shifts.append((day, shift, part))
    goods = apportion(totals[1], [part * draw.between(990, 1010) for _, _, part in shifts])
    return [
        Batch(
            day, f"{line.product}-{day:%y%m%d}-{shift}", line.process, line.product, good, part - good,
            line.material, part, "早班" if shift == 1 else "晚班",
        )
        for (day, shift, part), good in zip(shifts, goods, strict=True)
    ]  # fmt: skip


def _wire_rod(numbers: Numbers, consumed: dict[tuple[str, str], int]) -> Files:
    """Buy wire rod about weekly, so that each month's receipts meet consumption and the counted stock."""
    files: Files = {}
    stock = {line.material: line.opening_kg for line in LINES}
    files["stock/stock_count_2024-12-31.csv"] = _count(month_end(Day(2024, 12, 1)), stock)
    for month in ALL_MONTHS:
        for line in LINES:
            used = consumed[line.material, month_key(month)]
            draw = Draw("stock", line.material, month)
            closing = line.opening_kg * draw.between(80, 125) // 100 + draw.between(0, 99)
            files |= _deliveries(numbers, line, month, closing - stock[line.material] + used)
            # The 2026 counts differ from the book by what a crane scale can err.
            stock[line.material] = closing + (draw.between(-400, 400) if month.year == 2026 else 0)
        files[f"stock/stock_count_{month_end(month)}.csv"] = _count(month_end(month), stock)
    return files


def _count(date: Day, stock: dict[str, int]) -> bytes:
    carbon, stainless = stock[CARBON.material], stock[STAINLESS.material]
    north = carbon * 58 // 100
    return counts_csv(
        [
            Count(date, CARBON.material, str(north), "kg", "盤元倉 A 區", "倉管 沈○○"),
            Count(date, CARBON.material, str(carbon - north), "kg", "盤元倉 B 區", "倉管 沈○○"),
            Count(date, STAINLESS.material, str(stainless), "kg", "不銹鋼倉", "倉管 沈○○"),
        ]
    )


def _deliveries(numbers: Numbers, line: Line, month: Day, receipts: int) -> Files:
    """Invoice a month's receipts; in May 2025 a coil too many is sent and taken back by allowance."""
    files: Files = {}
    working = [day for day in month_days(month) if activity(day, SHUTDOWN) == 100]
    trips = 4 if len(working) > 12 else 2
    dates = [working[len(working) * (2 * n + 1) // (2 * trips)] for n in range(trips)]
    returned = 2_480 if line is CARBON and month == Day(2025, 5, 1) else 0
    draw = Draw("deliveries", line.material, month)
    parts = apportion(receipts + returned, [draw.between(90, 110) for _ in dates])
    for at, (date, kilograms) in enumerate(zip(dates, parts, strict=True), start=1):
        coils = apportion(kilograms, [draw.between(55, 65), draw.between(35, 45)])
        divisor = 1000 if line.unit == "公噸" else 1
        items = tuple(
            Item(
                f"{line.item} {size}",
                Decimal(coil) / divisor,
                line.unit,
                line.price,
                f"爐號 H{draw.between(10000, 99999)}",
            )
            for size, coil in zip(line.sizes, coils, strict=True)
        )
        invoice = Invoice(numbers.next(line.seller, date), date, line.seller, PLANT, items)
        name = f"invoices/{date:%Y-%m}/{line.material.lower()}_{invoice.number}"
        files[f"{name}.xml"] = issue_xml(invoice)
        if returned and at == 2:
            back = date + datetime.timedelta(6)
            files[f"{name}_allowance.xml"] = allowance_xml(
                invoice, f"AL{back:%Y%m%d}001", back, [(1, Decimal(returned))]
            )
    return files


def gas_volumes(good: dict[str, int]) -> dict[str, int]:
    """Split gas over months by good output, with a base for furnaces kept warm; whole m3."""
    volumes: dict[str, int] = {}
    for of_months, total in GAS_M3:
        keys = [month_key(month) for month in of_months]
        weights = [good[key] * Draw("gas", key).between(97, 103) + 9_000_000 for key in keys]
        volumes |= dict(zip(keys, apportion(total, weights), strict=True))
    return volumes


def _gas(numbers: Numbers, good: dict[str, int]) -> Files:
    """Bill natural gas by month: June 2025 is cancelled and issued again, January 2026 comes two months late.

    February 2026 is billed too high; an allowance in March takes the difference back.
    """
    files: Files = {}
    credit = 1_860
    for key, volume in gas_volumes(good).items():
        month = Day.fromisoformat(f"{key}-01")
        last = month_end(month)
        date = next_month(month) + datetime.timedelta(Draw("gas date", key).between(2, 5))
        period = f"計費期間 {month:%Y/%m/%d}-{last:%Y/%m/%d}"
        folder = "invoices"
        if key == "2026-01":
            date, folder = Day(2026, 3, 12), "late"
        if key == "2025-06":
            wrong = _gas_invoice(numbers, date, volume + 20_000, period)
            files[f"invoices/{key}/natural-gas_{wrong.number}.xml"] = issue_xml(wrong)
            date += datetime.timedelta(2)
            files[f"invoices/{key}/natural-gas_{wrong.number}_cancel.xml"] = cancel_xml(
                wrong, date, "度數誤植重開"
            )
        billed = volume + credit if key == "2026-02" else volume
        invoice = _gas_invoice(numbers, date, billed, period)
        path = f"{folder}/{key}/natural-gas_{invoice.number}"
        files[f"{path}.xml"] = issue_xml(invoice)
        if key == "2026-02":
            files[f"{path}_allowance.xml"] = allowance_xml(
                invoice, "AL20260318001", Day(2026, 3, 18), [(1, Decimal(credit))]
            )
    return files


def _gas_invoice(numbers: Numbers, date: Day, volume: int, period: str) -> Invoice:
    item = Item("工業用天然氣", Decimal(volume), "度", Decimal("14.26"), "基準狀態體積（0°C, 1 atm）")
    return Invoice(numbers.next(GAS_COMPANY, date), date, GAS_COMPANY, PLANT, (item,), period)


# Quarter hours that trouble the first quarter of 2026: marks by meter, and readings that the logger lost.
QUALITY: dict[str, dict[Slot, str]] = {
    "M-CARBON": {(Day(2026, 1, 14), quarter): "N" for quarter in range(57, 61)},
    "M-MAIN": {(Day(2026, 3, 5), quarter): "S" for quarter in (30, 31)},
    "M-STAINLESS": {(Day(2026, 3, 19), quarter): "E" for quarter in range(66, 69)},
}
LOST: dict[str, frozenset[Slot]] = {
    "M-STAINLESS": frozenset((Day(2026, 3, 24), quarter) for quarter in range(42, 45)),
}


def process_load(line: Line) -> Load:
    """Give a process meter's thousandths of primary kWh a quarter hour; each month of it is whole kWh."""
    load: Load = {}
    for of_months, totals in ((MONTHS_2025, line.year), (MONTHS_2026, line.quarter)):
        weights = [_weights(line, month) for month in of_months]
        for kwh, of_month in zip(
            apportion(totals[2], [sum(w.values()) for w in weights]), weights, strict=True
        ):
            # Whole steps of the meter's own display (0.001 before the multiplier).
            steps = spread(kwh * 1000 // line.multiplier, of_month)
            load |= {slot: step * line.multiplier for slot, step in steps.items()}
    return load


def _weights(line: Line, month: Day) -> dict[Slot, int]:
    """Shape a month: idle load around the clock, two shifts on working days."""
    weights = {}
    for day in month_days(month):
        draw = Draw("load", line.meter, day)
        busy = activity(day, SHUTDOWN)
        for quarter in range(QUARTERS):
            hour = quarter // 4
            shift = 100 if 8 <= hour < 20 else 72 if 6 <= hour < 23 else 14
            if hour == 12:
                shift = 55
            weights[day, quarter] = (900 + shift * busy) * draw.between(93, 107)
    return weights


def main_load(loads: list[Load]) -> Load:
    """Give the main meter's thousandths of kWh: the sum of the process meters, told apart by small errors.

    In 2025 the errors cancel between neighbouring quarter hours, so that months agree to the kWh. In 2026 the
    process meters read 0.4 % low.
    """
    load: Load = {}
    for month in ALL_MONTHS:
        of_month = slots(month_days(month))
        draw = Draw("main meter", month)
        for first, second in zip(of_month[::2], of_month[1::2], strict=True):
            error = draw.between(-180, 180)
            for slot, part in ((first, error), (second, -error)):
                value = sum(each[slot] for each in loads) + part
                load[slot] = value + (value * 4 // 1000 if month.year == 2026 else 0)
    return load


def _electricity() -> Files:
    files: Files = {}
    loads = {line.meter: process_load(line) for line in LINES}
    main = main_load(list(loads.values()))
    shown = {"M-MAIN": main} | {
        line.meter: {slot: value // line.multiplier for slot, value in loads[line.meter].items()}
        for line in LINES
    }
    for meter, load in shown.items():
        for month in ALL_MONTHS:
            name = f"meters/{meter.lower()}_{month_key(month)}.csv"
            files[name] = meter_csv(meter, load, month, QUALITY.get(meter, {}), LOST.get(meter, frozenset()))
    for bill in _bills(main):
        suffix = "_correction" if bill.kind == "更正" else ""
        files[f"taipower_bills/bill_{bill.start}_{bill.last}{suffix}.csv"] = bills_csv([bill])
    return files


def _bills(main: Load) -> list[Bill]:
    """Bill the main meter: 2025 by calendar month with one correction, 2026 by a moved reading day."""
    bills = []
    for month in MONTHS_2025:
        bill = bill_for(ACCOUNT, main, month, month_end(month), TARIFF, Draw("factor", month).between(95, 99))
        if bill.total_kwh * 1000 != month_total(main, month):
            raise ValueError(f"{month_key(month)}: the bill differs from the main meter")
        if month == Day(2025, 9, 1):
            wrong = dict(bill.kwh) | {("off_peak", True): bill.kwh["off_peak", True] + 4_000}
            bills.append(
                Bill(ACCOUNT, "一般", bill.start, bill.last, wrong, TARIFF, bill.power_factor, month)
            )
            bill = Bill(ACCOUNT, "更正", bill.start, bill.last, bill.kwh, TARIFF, bill.power_factor, month)
        bills.append(bill)
    for start, last, bill_month in (
        (Day(2026, 1, 1), Day(2026, 1, 10), Day(2026, 1, 1)),
        (Day(2026, 1, 11), Day(2026, 2, 10), Day(2026, 2, 1)),
        (Day(2026, 2, 11), Day(2026, 3, 10), Day(2026, 3, 1)),
        (Day(2026, 3, 11), Day(2026, 3, 31), Day(2026, 4, 1)),
    ):
        bills.append(
            bill_for(ACCOUNT, main, start, last, TARIFF, Draw("factor", start).between(95, 99), bill_month)
        )
    return bills
