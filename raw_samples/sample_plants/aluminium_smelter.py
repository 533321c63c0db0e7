"""The aluminium smelter: 2025 adds up to the Commission's worked example 6."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from .aluminium_papers import (
    ACCOUNT,
    ANODE_MAKER,
    COKE_TRADER,
    GAS_COMPANY,
    PITCH_MAKER,
    PLANT,
    fixed_papers,
)
from .calendars import Day, days, month_days, month_end, month_key, months, next_month
from .einvoice import Company, Invoice, Item, Numbers, issue_xml
from .ledger import Batch, Count, counts_csv, ledger_csv
from .power import QUARTERS, Load, Tariff, bill_for, bills_csv, hourly_csv, spread
from .quantities import Draw, apportion, decimal_text
from .sheets import MasterData, table

FOLDER = "aluminium_smelter"
MONTHS = months("2025-01", 12)
SMELTING, FORMING = "primary_smelting", "forming_steps"
SLAB_KG = 200_000_000
SLAB_TO_FORMING_KG = 120_000_000
WIRE_KG = 113_000_000
BUTTS_KG = 1_750_000
GAS_M3 = 18_908_000
CELLS = 430
# 0.150983963040127 minutes a cell-day over 365 days, in thousandths of a minute.
ANODE_EFFECT_MINUTES_IN_THOUSANDTHS = 23_696_933
ANODE_EFFECTS = 94_788
# Thousandths of kWh by meter.
ENERGY = {"A-POTLINE": 3_000_000_000_000, "A-FORMING": 105_000_000_000, "H-GREENHOUSE": 7_111_111}
ROLL_CHANGE = frozenset(days(Day(2025, 8, 11), Day(2025, 8, 18)))
PFC_HEADER = (
    "measured_on", "source_stream", "cell_type", "aluminium_kg", "cell_days", "anode_effects",
    "anode_effect_minutes", "note",
)  # fmt: skip
TARIFF = Tariff(
    contract_kw=Decimal(398000),
    per_kwh={  # invented, in the order of size of an extra-high-voltage contract
        "peak": (Decimal("7.81"), Decimal("7.81")),
        "half_peak": (Decimal("4.95"), Decimal("4.64")),
        "saturday_half_peak": (Decimal("2.31"), Decimal("2.14")),
        "off_peak": (Decimal("2.15"), Decimal("1.98")),
    },
    per_contract_kw=(Decimal("209.8"), Decimal("153.4")),
)

Files = dict[str, bytes]


@dataclass(frozen=True)
class Stored:
    """A material bought by weight and kept in stock; kilograms."""

    material: str
    seller: Company
    description: str
    price: Decimal
    consumed: int
    opening: int
    deliveries: int
    location: str


STORED = (
    Stored("ANODES", ANODE_MAKER, "預焙陽極", Decimal("21400"), 47_000_000, 3_120_000, 4, "陽極庫"),
    Stored("PETROLEUM-COKE", COKE_TRADER, "煅燒石油焦", Decimal("15900"), 20_000_000, 2_460_000, 2, "焦倉"),
    Stored("PITCH", PITCH_MAKER, "改質瀝青", Decimal("24800"), 4_000_000, 410_000, 2, "瀝青槽 T-3"),
)


def build() -> tuple[Files, MasterData]:
    """Make every paper of the plant (path below its folder, bytes), and its master data as records."""
    tapped = _by_day(SLAB_KG, "tapped", 98, 102)
    numbers = Numbers()
    files = _ledger(tapped) | _anode_effects(tapped) | _stored(numbers, tapped) | _gas(numbers) | _energy()
    papers, master = fixed_papers()
    return files | papers, master


def _all_days() -> list[Day]:
    return [day for month in MONTHS for day in month_days(month)]


def _by_day(total: int, name: str, low: int, high: int, idle: frozenset[Day] = frozenset()) -> dict[Day, int]:
    """Split a quantity over the days of the year; a potline never stops."""
    draw = Draw(name)
    weights = [0 if day in idle else draw.between(low, high) for day in _all_days()]
    return dict(zip(_all_days(), apportion(total, weights), strict=True))


def _ledger(tapped: dict[Day, int]) -> Files:
    """Record the day's slabs, rolled wire and its scrap, and at each month's end the butts that were sold."""
    rolled = _by_day(SLAB_TO_FORMING_KG, "rolled", 90, 110, ROLL_CHANGE)
    wire = dict(zip(rolled, apportion(WIRE_KG, rolled.values()), strict=True))
    butts = dict(zip(MONTHS, apportion(BUTTS_KG, [len(month_days(month)) for month in MONTHS]), strict=True))
    rows: dict[str, list[Batch]] = {}
    for day in _all_days():
        of_month = rows.setdefault(month_key(day), [])
        of_month.append(Batch(day, f"SL-{day:%y%m%d}", SMELTING, "SLAB-A", tapped[day], 0))
        if rolled[day]:
            scrap = rolled[day] - wire[day]
            of_month.append(
                Batch(day, f"WR-{day:%y%m%d}", FORMING, "WIRE-B", wire[day], scrap, "SLAB-A", rolled[day])
            )
        if day == month_end(day.replace(day=1)):
            sold = butts[day.replace(day=1)]
            of_month.append(
                Batch(day, f"BT-{day:%y%m}", SMELTING, "", sold, None, "ANODE-BUTTS", None, "殘極售出，過磅")
            )
    return {f"ledger/production_{key}.csv": ledger_csv(of_month) for key, of_month in rows.items()}


def _anode_effects(tapped: dict[Day, int]) -> Files:
    """Write the potline's record of anode effects, a file a month."""
    effects = _by_day(ANODE_EFFECTS, "anode effects", 70, 130)
    draw = Draw("anode effect duration")
    minutes = apportion(
        ANODE_EFFECT_MINUTES_IN_THOUSANDTHS, [count * draw.between(90, 110) for count in effects.values()]
    )
    rows: dict[str, list[list[object]]] = {}
    for (day, count), thousandths in zip(effects.items(), minutes, strict=True):
        rows.setdefault(month_key(day), []).append(
            [day, "potline-1", "CWPB", tapped[day], CELLS, count, decimal_text(thousandths), ""]
        )
    return {
        f"anode_effects/potline-1_{key}.csv": table(PFC_HEADER, of_month).encode("utf-8")
        for key, of_month in rows.items()
    }


def _stored(numbers: Numbers, tapped: dict[Day, int]) -> Files:
    """Count the carbon at month ends and invoice what came in between; it is used as the metal is made."""
    files: Files = {}
    weights = [sum(tapped[day] for day in month_days(month)) for month in MONTHS]
    stock = {each.material: each.opening for each in STORED}
    used = {
        each.material: dict(zip(MONTHS, apportion(each.consumed, weights), strict=True)) for each in STORED
    }
    files["stock/stock_count_2024-12-31.csv"] = _count(Day(2024, 12, 31), stock)
    for month in MONTHS:
        for each in STORED:
            closing = each.opening * Draw("stock", each.material, month).between(85, 115) // 100
            receipts = closing - stock[each.material] + used[each.material][month]
            files |= _deliveries(numbers, each, month, receipts)
            stock[each.material] = closing
        files[f"stock/stock_count_{month_end(month)}.csv"] = _count(month_end(month), stock)
    return files


def _count(date: Day, stock: dict[str, int]) -> bytes:
    return counts_csv(
        [
            Count(date, each.material, decimal_text(stock[each.material]), "t", each.location, "生產課 姜○○")
            for each in STORED
        ]
    )


def _deliveries(numbers: Numbers, stored: Stored, month: Day, receipts: int) -> Files:
    files: Files = {}
    draw = Draw("deliveries", stored.material, month)
    of_month = [day for day in month_days(month) if day.weekday() < 5]
    parts = apportion(receipts, [draw.between(90, 110) for _ in range(stored.deliveries)])
    for at, kilograms in enumerate(parts):
        date = of_month[len(of_month) * (2 * at + 1) // (2 * stored.deliveries)]
        item = Item(stored.description, Decimal(kilograms) / 1000, "公噸", stored.price)
        number = numbers.next(stored.seller, date)
        invoice = Invoice(number, date, stored.seller, PLANT, (item,))
        files[f"invoices/{month_key(month)}/{stored.material.lower()}_{number}.xml"] = issue_xml(invoice)
    return files


def _gas(numbers: Numbers) -> Files:
    files: Files = {}
    weights = [len(month_days(month)) * Draw("gas", month).between(95, 105) for month in MONTHS]
    for month, volume in zip(MONTHS, apportion(GAS_M3, weights), strict=True):
        date = next_month(month) + datetime.timedelta(3)
        item = Item("工業用天然氣", Decimal(volume), "度", Decimal("13.88"), "基準狀態體積（0°C, 1 atm）")
        period = f"計費期間 {month:%Y/%m/%d}-{month_end(month):%Y/%m/%d}"
        invoice = Invoice(numbers.next(GAS_COMPANY, date), date, GAS_COMPANY, PLANT, (item,), period)
        files[f"invoices/{month_key(month)}/natural-gas_{invoice.number}.xml"] = issue_xml(invoice)
    return files


def _energy() -> Files:
    """Spread each meter's year over hours; the main meter is the sum of both process meters."""
    loads = {meter: _load(meter, total) for meter, total in ENERGY.items()}
    main = {slot: loads["A-POTLINE"][slot] + loads["A-FORMING"][slot] for slot in loads["A-POTLINE"]}
    files: Files = {}
    for month in MONTHS:
        for meter, load in {"A-MAIN": main, **loads}.items():
            files[f"meters/{meter.lower()}_{month_key(month)}.csv"] = hourly_csv(meter, load, month)
        factor = Draw("factor", ACCOUNT, month).between(96, 99)
        bill = bill_for(ACCOUNT, main, month, month_end(month), TARIFF, factor)
        issued = next_month(month) + datetime.timedelta(4)
        files[f"taipower_bills/bill_{month_key(month)}_issued_{issued}.csv"] = bills_csv([bill])
    return files


def _load(meter: str, total: int) -> Load:
    """Shape a year: the potline runs level, forming by day, the greenhouse on winter nights."""
    weights = {}
    for day in _all_days():
        draw = Draw("load", meter, day)
        level = draw.between(990, 1010)
        for quarter in range(QUARTERS):
            if meter == "A-POTLINE":
                weights[day, quarter] = level
            elif meter == "A-FORMING":
                busy = 20 if day in ROLL_CHANGE else 100 if 24 <= quarter < 88 else 60
                weights[day, quarter] = busy * level
            else:
                is_cold = day.month in (1, 2, 12) and (quarter < 28 or quarter >= 80)
                weights[day, quarter] = level if is_cold else 0
    return spread(total, weights)
