"""The cement plant: 2025 adds up to the Commission's worked example 1."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from .calendars import Day, days, month_days, month_end, month_key, months, next_month
from .cement_papers import ACCOUNT, COAL_TRADER, OIL_COMPANY, PLANT, WASTE_COMPANY, fixed_papers
from .einvoice import Company, Invoice, Item, Numbers, issue_xml
from .ledger import Batch, Count, counts_csv, ledger_csv
from .power import QUARTERS, Load, Slot, Tariff, bill_for, bills_csv, meter_csv, spread
from .quantities import Draw, apportion, decimal_text
from .sheets import MasterData

FOLDER = "cement_plant"
MONTHS = months("2025-01", 12)
PROCESS = "cement_bubble"
CEMENT_KG = 1_321_052_632
RAW_MEAL_KG = 1_255_000_000
ELECTRICITY_WH = 193_864_473_684
# The kiln's yearly repair: raw meal stops, mills go on from the clinker store.
KILN_STOP = frozenset(days(Day(2025, 2, 3), Day(2025, 2, 22)))
TARIFF = Tariff(
    contract_kw=Decimal(32000),
    per_kwh={  # invented, in the order of size of a very-high-voltage contract
        "peak": (Decimal("8.12"), Decimal("8.12")),
        "half_peak": (Decimal("5.21"), Decimal("4.89")),
        "saturday_half_peak": (Decimal("2.48"), Decimal("2.30")),
        "off_peak": (Decimal("2.31"), Decimal("2.12")),
    },
    per_contract_kw=(Decimal("217.3"), Decimal("160.6")),
)


@dataclass(frozen=True)
class Fuel:
    """A fuel bought by weight and kept in stock; kilograms."""

    material: str
    seller: Company
    description: str
    price: Decimal
    consumed: int
    opening: int
    deliveries: int
    location: str
    version: str = "4.1"


FUELS = (
    Fuel("COAL", COAL_TRADER, "燃料煤（煙煤）", Decimal("3620"), 88_000_000, 9_640_000, 2, "煤倉"),
    Fuel("FUEL-OIL", OIL_COMPANY, "低硫燃料油", Decimal("19850"), 43_000_000, 2_310_000, 4, "油槽 T-1"),
    # The waste company still issues by MIG 3.2, which was in force until the end of 2025.
    Fuel("HOUSEHOLD-WASTE", WASTE_COMPANY, "一般廢棄物衍生燃料", Decimal("640"), 25_000_000, 486_000, 3,
         "RDF 庫", version="3.2"),
)  # fmt: skip

Files = dict[str, bytes]


def build() -> tuple[Files, MasterData]:
    """Make every paper of the plant (path below its folder, bytes), and its master data as records."""
    files = _ledger() | _fuels() | _electricity()
    papers, master = fixed_papers()
    return files | papers, master


def _kiln(day: Day, draw: Draw) -> int:
    return 0 if day in KILN_STOP else draw.between(95, 105)


def _ledger() -> Files:
    """Record the day's raw meal and cement, and at each month's end that no kiln dust left the system."""
    all_days = [day for month in MONTHS for day in month_days(month)]
    kiln, mill = Draw("kiln"), Draw("cement mill")
    meal = apportion(RAW_MEAL_KG, [_kiln(day, kiln) for day in all_days])
    cement = apportion(
        CEMENT_KG, [mill.between(88, 112) - (40 if day.weekday() == 6 else 0) for day in all_days]
    )
    rows: dict[str, list[Batch]] = {}
    for day, meal_kg, cement_kg in zip(all_days, meal, cement, strict=True):
        of_month = rows.setdefault(month_key(day), [])
        if meal_kg:
            of_month.append(
                Batch(day, f"RM-{day:%y%m%d}", PROCESS, material="RAW-MEAL", input=meal_kg, note="窯餵料秤")
            )
        of_month.append(Batch(day, f"PC-{day:%y%m%d}", PROCESS, "PORTLAND-1", cement_kg, 0))
        if day == month_end(day.replace(day=1)):
            of_month.append(
                Batch(
                    day,
                    f"CKD-{day:%y%m}",
                    PROCESS,
                    material="KILN-DUST",
                    input=0,
                    note="窯灰全數回窯，無外排",
                )
            )
    return {f"ledger/production_{key}.csv": ledger_csv(of_month) for key, of_month in rows.items()}


def _fuels() -> Files:
    numbers = Numbers()
    files: Files = {}
    stock = {fuel.material: fuel.opening for fuel in FUELS}
    files["stock/stock_count_2024-12-31.csv"] = _count(Day(2024, 12, 31), stock)
    used = {fuel.material: _fuel_by_month(fuel) for fuel in FUELS}
    for month in MONTHS:
        for fuel in FUELS:
            draw = Draw("stock", fuel.material, month)
            closing = fuel.opening * draw.between(82, 118) // 100
            receipts = closing - stock[fuel.material] + used[fuel.material][month]
            files |= _deliveries(numbers, fuel, month, receipts)
            stock[fuel.material] = closing
        files[f"stock/stock_count_{month_end(month)}.csv"] = _count(month_end(month), stock)
    return files


def _fuel_by_month(fuel: Fuel) -> dict[Day, int]:
    """Split a fuel's year over months by the days that the kiln burns."""
    weights = []
    for month in MONTHS:
        draw = Draw("burn", fuel.material, month)
        weights.append(sum(_kiln(day, draw) for day in month_days(month)))
    return dict(zip(MONTHS, apportion(fuel.consumed, weights), strict=True))


def _count(date: Day, stock: dict[str, int]) -> bytes:
    return counts_csv(
        [
            Count(date, fuel.material, decimal_text(stock[fuel.material]), "t", fuel.location, "生產課 葉○○")
            for fuel in FUELS
        ]
    )


def _deliveries(numbers: Numbers, fuel: Fuel, month: Day, receipts: int) -> Files:
    files: Files = {}
    draw = Draw("deliveries", fuel.material, month)
    of_month = [day for day in month_days(month) if day.weekday() < 5]
    parts = apportion(receipts, [draw.between(90, 110) for _ in range(fuel.deliveries)])
    for at, kilograms in enumerate(parts):
        date = of_month[len(of_month) * (2 * at + 1) // (2 * fuel.deliveries)]
        item = Item(fuel.description, Decimal(kilograms) / 1000, "公噸", fuel.price)
        number = numbers.next(fuel.seller, date)
        invoice = Invoice(number, date, fuel.seller, PLANT, (item,), version=fuel.version)
        files[f"invoices/{month_key(month)}/{fuel.material.lower()}_{number}.xml"] = issue_xml(invoice)
    return files


def _electricity() -> Files:
    """Spread the year's energy to the watt hour; bills are the same energy in whole kWh."""
    weights = {month: _weights(month) for month in MONTHS}
    totals = apportion(ELECTRICITY_WH, [sum(weights[month].values()) for month in MONTHS])
    load: Load = {}
    files: Files = {}
    for month, total in zip(MONTHS, totals, strict=True):
        load |= spread(total, weights[month])
        files[f"meters/k-main_{month_key(month)}.csv"] = meter_csv("K-MAIN", load, month, {})
        bill = bill_for(
            ACCOUNT, load, month, month_end(month), TARIFF, Draw("factor", ACCOUNT, month).between(95, 99)
        )
        issued = next_month(month) + datetime.timedelta(4)
        files[f"taipower_bills/bill_{month_key(month)}_issued_{issued}.csv"] = bills_csv([bill])
    return files


def _weights(month: Day) -> dict[Slot, int]:
    """Shape a month: the kiln line runs through, the mills avoid dear hours."""
    weights = {}
    for day in month_days(month):
        draw = Draw("load", "K-MAIN", day)
        kiln = 20 if day in KILN_STOP else 60
        for quarter in range(QUARTERS):
            mills = 22 if 64 <= quarter < 88 else 44
            weights[day, quarter] = (kiln + mills) * draw.between(940, 1060)
    return weights
