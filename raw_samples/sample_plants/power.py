"""Electric power papers: quarter-hour meter exports and Taipower's high-voltage bills."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .calendars import Day, days, is_summer, month_days, month_key, roc, roc_month, tariff_band
from .quantities import apportion, decimal_text
from .sheets import table

QUARTERS = 96
METER_HEADER = "meter,interval_start,consumption_kwh,quality"
BANDS = ("peak", "half_peak", "saturday_half_peak", "off_peak")
BILL_HEADER = (
    "電號", "帳單號碼", "帳單別", "計費年月", "計費起日", "計費迄日", "經常契約容量", "尖峰度數",
    "半尖峰度數", "週六半尖峰度數", "離峰度數", "總度數", "功率因數", "總電費",
)  # fmt: skip

Slot = tuple[Day, int]
"""A quarter hour: day and number from 0 (00:00 to 00:15) to 95."""
Price = tuple[str, bool]
"""A band of the tariff, and whether summer prices hold."""
Load = dict[Slot, int]
"""Thousandths of the meter's unit a quarter hour."""


@dataclass(frozen=True)
class Tariff:
    """Prices in NT$ with business tax, summer and the rest of the year."""

    contract_kw: Decimal
    per_kwh: Mapping[str, tuple[Decimal, Decimal]]
    per_contract_kw: tuple[Decimal, Decimal]


def slots(of_days: Iterable[Day]) -> list[Slot]:
    """List the quarter hours of days in order."""
    return [(day, quarter) for day in of_days for quarter in range(QUARTERS)]


def hourly_csv(meter: str, load: Load, month: Day) -> bytes:
    """Write a meter's month by the hour: the energy of its four quarter hours, all of them actual."""
    lines = [METER_HEADER]
    for day in month_days(month):
        for hour in range(24):
            value = sum(load[day, 4 * hour + quarter] for quarter in range(4))
            lines.append(f"{meter},{day} {hour:02d}:00,{decimal_text(value)},A")
    return ("\ufeff" + "\n".join(lines) + "\n").encode("utf-8")


def meter_csv(
    meter: str, load: Load, month: Day, quality: Mapping[Slot, str], missing: frozenset[Slot] = frozenset()
) -> bytes:
    """Write a meter's month as its logger exports it: UTF-8 with byte-order mark, local start of interval.

    Args:
        meter: Code of the meter.
        load: Thousandths of kWh a quarter hour.
        month: First day of the month.
        quality: Mark of a quarter hour that is not actual (`A`); `N` leaves the value empty.
        missing: Quarter hours that the logger lost.
    """
    lines = [METER_HEADER]
    for day, quarter in slots(month_days(month)):
        if (day, quarter) in missing:
            continue
        mark = quality.get((day, quarter), "A")
        value = "" if mark == "N" else decimal_text(load[day, quarter])
        lines.append(f"{meter},{day} {quarter // 4:02d}:{quarter % 4 * 15:02d},{value},{mark}")
    return ("\ufeff" + "\n".join(lines) + "\n").encode("utf-8")


@dataclass(frozen=True)
class Bill:
    """One bill: kWh by band and season for the days from `start` to `last`, both included."""

    account: str
    kind: str
    start: Day
    last: Day
    kwh: Mapping[Price, int]
    tariff: Tariff
    power_factor: int
    bill_month: Day

    @property
    def number(self) -> str:
        """Number printed on the bill."""
        suffix = "2" if self.kind == "更正" else "1"
        return f"{self.bill_month:%Y%m}{self.account.replace('-', '')[-6:]}{suffix}"

    @property
    def total_kwh(self) -> int:
        """Billed kWh."""
        return sum(self.kwh.values())

    def band_kwh(self, band: str) -> int:
        """Billed kWh of a band, both seasons together."""
        return self.kwh[band, True] + self.kwh[band, False]

    @property
    def amount(self) -> int:
        """NT$ with tax: contract demand by days, energy by band, discount for the power factor above 80 %."""
        billed = days(self.start, self.last + datetime.timedelta(1))
        basic = sum(
            (
                self.tariff.per_contract_kw[0 if is_summer(day) else 1] * self.tariff.contract_kw / 30
                for day in billed
            ),
            Decimal(0),
        )
        energy = sum(
            (kwh * self.tariff.per_kwh[band][0 if summer else 1] for (band, summer), kwh in self.kwh.items()),
            Decimal(0),
        )
        discount = Decimal(min(self.power_factor, 95) - 80) / Decimal(1000)
        return int(((basic + energy) * (1 - discount)).quantize(Decimal(1), ROUND_HALF_UP))


def bill_for(
    account: str,
    load: Load,
    start: Day,
    last: Day,
    tariff: Tariff,
    power_factor: int,
    bill_month: Day | None = None,
) -> Bill:
    """Bill a load whole kWh by band; the total is the metered energy rounded once."""
    sums: dict[Price, int] = {(band, summer): 0 for band in BANDS for summer in (True, False)}
    for day, quarter in slots(days(start, last + datetime.timedelta(1))):
        sums[tariff_band(day, quarter), is_summer(day)] += load[day, quarter]
    total = int((Decimal(sum(sums.values())) / 1000).quantize(Decimal(1), ROUND_HALF_UP))
    kwh = dict(zip(sums, apportion(total, sums.values()), strict=True))
    return Bill(account, "一般", start, last, kwh, tariff, power_factor, bill_month or last.replace(day=1))


def bills_csv(bills: Iterable[Bill]) -> bytes:
    """Write bills as the utility's counter exports them: code page 950, ROC dates."""
    records = [
        [
            bill.account, bill.number, bill.kind, roc_month(bill.bill_month), roc(bill.start), roc(bill.last),
            bill.tariff.contract_kw, *(bill.band_kwh(band) for band in BANDS), bill.total_kwh,
            bill.power_factor, bill.amount,
        ]
        for bill in bills
    ]  # fmt: skip
    return table(BILL_HEADER, records).encode("cp950")


def spread(total: int, weights: Mapping[Slot, int]) -> Load:
    """Split `total` thousandths over quarter hours by weight, exactly."""
    return dict(zip(weights, apportion(total, weights.values()), strict=True))


def month_total(load: Load, month: Day) -> int:
    """Sum a month's thousandths."""
    return sum(value for (day, _), value in load.items() if month_key(day) == month_key(month))
