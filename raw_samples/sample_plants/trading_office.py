"""The trading office: 2025 adds up to sums of published factors that `source.yml` writes out by hand."""

from __future__ import annotations

from decimal import Decimal

from .calendars import Day, is_summer, month_days, month_end, month_key, months
from .office_papers import BOLT_MAKER, COMMON_ACCOUNT, FLOOR_ACCOUNT, REBAR_MAKER, contract_csv, fixed_papers
from .power import BANDS, Bill, Tariff, bills_csv
from .quantities import Draw, apportion
from .sheets import MasterData, Record

FOLDER = "trading_office"
MONTHS = months("2025-01", 12)
ACCOUNTS_KWH = {FLOOR_ACCOUNT: 96_000, COMMON_ACCOUNT: 120_000}
BOLT_KG, REBAR_KG = 240_000, 300_000
SERVICES_TWD, EQUIPMENT_TWD = 480_000, 300_000
TARIFF = Tariff(
    contract_kw=Decimal(60),
    per_kwh={band: (Decimal("5.83"), Decimal("5.39")) for band in BANDS},  # invented, a low-voltage contract
    per_contract_kw=(Decimal("236.2"), Decimal("173.2")),
)

Files = dict[str, bytes]


def build() -> tuple[Files, MasterData]:
    """Make every paper of the office (path below its folder, bytes), and its master data as records."""
    papers, master = fixed_papers()
    files = {
        "ledger/purchases_2025.csv": contract_csv(_purchases()),
        "travel/trips_2025.csv": contract_csv(_trips()),
        "travel/commuting_2025.csv": contract_csv(_commuting()),
        "freight/legs_2025.csv": contract_csv(_legs()),
        "waste/manifests_2025.csv": contract_csv(_waste()),
    }
    return files | _bills() | papers, master


def _bills() -> Files:
    """Bill both accounts each month; the floor cools in summer, the common parts hardly change."""
    parts = {
        account: apportion(total, [100 + (60 if is_summer(month.replace(day=20)) else 0) for month in MONTHS])
        for account, total in ACCOUNTS_KWH.items()
    }
    files: Files = {}
    for at, month in enumerate(MONTHS):
        bills = [_bill(account, month, kwh[at]) for account, kwh in parts.items()]
        files[f"taipower_bills/bill_{month}_{month_end(month)}.csv"] = bills_csv(bills)
    return files


def _bill(account: str, month: Day, kwh: int) -> Bill:
    """Spread a month's kWh over the bands as an office uses them, and over the days of both seasons."""
    by_band = apportion(kwh, [5, 60, 10, 25])
    summer = sum(is_summer(day) for day in month_days(month))
    spread = {}
    for band, quantity in zip(BANDS, by_band, strict=True):
        in_summer, rest = apportion(quantity, [summer, len(month_days(month)) - summer])
        spread[band, True], spread[band, False] = in_summer, rest
    return Bill(account, "一般", month, month_end(month), spread, TARIFF, 92, month)


def _purchases() -> list[Record]:
    """Book what was bought: goods by mass and spend, services and equipment by spend alone."""
    bolts = apportion(BOLT_KG, [1] * 4)
    rebar = apportion(REBAR_KG, [1] * 12)
    services = apportion(SERVICES_TWD, [1] * 12)
    rows: list[Record] = []
    for at, month in enumerate(MONTHS):
        if at % 3 == 1:
            rows.append(_goods(month, 1, "BOLT-M8", "Bolts M8", BOLT_MAKER, bolts[at // 3], 62))
        rows.append(_goods(month, 2, "REBAR", "Rebar", REBAR_MAKER, rebar[at], 19))
        rows.append(
            _line(
                month,
                3,
                "OFFICE-SERVICES",
                "Cleaning and accounting",
                "Invented Services (invented)",
                "services",
            )
            | {"spend": services[at], "spend_category": "SPEND-SERVICES"}
        )
    equipment = _line(MONTHS[4], 4, "COMPUTERS", "Computers", "Invented Computers (invented)", "capital")
    return [*rows, equipment | {"spend": EQUIPMENT_TWD, "spend_category": "SPEND-EQUIPMENT"}]


def _goods(
    month: Day, line: int, item: str, name: str, supplier: str, kilograms: int, price: int
) -> dict[str, object]:
    return _line(month, line, item, name, supplier, "goods") | {
        "mass": kilograms,
        "unit": "kg",
        "spend": kilograms * price,
    }


def _line(month: Day, line: int, item: str, name: str, supplier: str, kind: str) -> dict[str, object]:
    return {
        "voucher": f"V{month:%Y%m}", "line": line, "purchase_date": month.replace(day=15), "item": item,
        "item_name": name, "supplier": supplier, "class": kind, "mass": "", "unit": "", "spend": 0,
        "currency": "TWD", "spend_category": "",
    }  # fmt: skip


def _trips() -> list[Record]:
    """Send two to Kaohsiung and back each month by high-speed rail, 345 km; once three to Kinmen by air."""
    rows: list[Record] = []
    for month in MONTHS:
        day = month.replace(day=Draw("trip", month).between(8, 20))
        rows += _there_and_back(f"T{month:%Y%m}", day, "HIGH-SPEED-RAIL", 2, 345, "台北", "左營")
    return rows + _there_and_back("T2025-KNH", Day(2025, 11, 5), "AIR-TSA-KNH", 3, 300, "松山", "金門")


def _there_and_back(
    trip: str, day: Day, mode: str, persons: int, distance: int, origin: str, destination: str
) -> list[Record]:
    return [
        {
            "trip": trip, "stretch": stretch, "travel_date": day, "mode": mode, "persons": persons,
            "distance_km": distance, "nights": "", "origin": start, "destination": end, "purpose": "客戶拜訪",
        }
        for stretch, start, end in ((1, origin, destination), (2, destination, origin))
    ]  # fmt: skip


def _commuting() -> list[Record]:
    """Ask eighteen people: 230 days each, by scooter, car or bus."""
    answers = (("A1", "SCOOTER-PETROL", 8, 14), ("A2", "CAR-PETROL", 4, 36), ("A3", "BUS-DIESEL", 6, 18))
    return [
        {
            "survey": "C2025", "answer": answer, "survey_from": "2025-01-01", "survey_to": "2025-12-31",
            "mode": mode, "employees": employees, "person_days": employees * 230, "round_trip_km": distance,
        }
        for answer, mode, employees, distance in answers
    ]  # fmt: skip


def _legs() -> list[Record]:
    """Carry bolts over sea four times a year, rebar by road each month, and goods sold to customers."""
    rows: list[Record] = []
    for month in MONTHS[1::3]:
        rows.append(_leg(month, f"S{month:%m}", 1, "upstream", "SEA-CONTAINER", "BOLT-M8", 60, 1700))
        rows.append(_leg(month, f"S{month:%m}", 2, "upstream", "TRUCK-LARGE-DIESEL", "BOLT-M8", 60, 45))
    for month in MONTHS:
        rows.append(_leg(month, f"R{month:%m}", 1, "upstream", "TRUCK-LARGE-DIESEL", "REBAR", 25, 180))
        rows.append(_leg(month, f"D{month:%m}", 1, "downstream", "TRUCK-LARGE-DIESEL", "REBAR", 40, 30))
    return rows


def _leg(
    month: Day, waybill: str, leg: int, direction: str, mode: str, item: str, tonnes: int, distance: int
) -> Record:
    return {
        "waybill": waybill, "leg": leg, "departure_date": month.replace(day=12), "direction": direction,
        "mode": mode, "item": item, "mass": tonnes, "unit": "t", "distance_km": distance,
        "distance_source": "sea distance table" if mode == "SEA-CONTAINER" else "route planner",
    }  # fmt: skip


def _waste() -> list[Record]:
    """Hand over 200 kg of refuse each month for burning."""
    return [
        {
            "manifest": f"W{month_key(month)}", "handover_date": month_end(month), "waste_code": "D-1801",
            "waste_name": "事業活動產生之一般性垃圾", "treatment": "INCINERATION", "mass": 200, "unit": "kg",
            "carrier": "虛構清運行（虛構）", "facility": "虛構焚化廠（虛構）",
        }
        for month in MONTHS
    ]  # fmt: skip
