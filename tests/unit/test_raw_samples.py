"""The samples are what their generator makes, add up to the published totals, and agree with each other."""

from __future__ import annotations

import csv
import datetime
import functools
import io
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from tracetonne.landing.tables import TABLES

SAMPLES = Path(__file__).resolve().parents[2] / "raw_samples"
sys.path.insert(0, str(SAMPLES))

import generate  # noqa: E402
from sample_plants import factor_papers  # noqa: E402
from sample_plants.einvoice import is_company_id  # noqa: E402
from sample_plants.sheets import MASTER_COLUMNS  # noqa: E402

MASTER_TABLES = {
    "site": "master_site",
    "processes": "master_process",
    "products": "master_product",
    "materials": "master_material",
    "purchase_items": "master_purchase_item",
    "meters": "master_meter",
    "source_streams": "master_source_stream",
    "attribution": "master_attribution",
    "expected_documents": "master_expected_document",
}
TO_KILOGRAMS = {"kg": Decimal(1), "t": Decimal(1000), "公斤": Decimal(1), "公噸": Decimal(1000)}


@dataclass(frozen=True)
class Purchase:
    """One counted line of an invoice or allowance; quantities of allowances are negative."""

    number: str
    date: str
    seller: str
    description: str
    quantity: Decimal
    unit: str
    period: str  # `2025-01` where the invoice names a billing period, else the month of its date


def rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


@functools.cache
def table(site: str, folder: str) -> list[dict[str, str]]:
    return [row for path in sorted((SAMPLES / site / folder).rglob("*.csv")) for row in rows(path)]


def master(site: str, sheet: str) -> list[dict[str, str]]:
    book = SAMPLES / site / "master_data" / "master_data.xlsx"
    if not book.exists():
        return rows(SAMPLES / site / "master_data" / f"{sheet}.csv")
    keys, _, *records = CalamineWorkbook.from_path(book).get_sheet_by_name(sheet).to_python()
    return [dict(zip(keys, map(str, record), strict=True)) for record in records]


def read_xml(path: Path) -> ElementTree.Element:
    root = ElementTree.parse(path).getroot()
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


@functools.cache
def messages(site: str) -> list[tuple[Path, ElementTree.Element]]:
    return [(path, read_xml(path)) for path in sorted((SAMPLES / site).rglob("*.xml"))]


def purchases(site: str) -> list[Purchase]:
    found = messages(site)
    cancelled = {root.findtext("CancelInvoiceNumber") for _, root in found if root.tag == "CancelInvoice"}
    counted = []
    for _, root in found:
        seller = root.findtext("Main/Seller/Identifier", "")
        if root.tag == "Invoice" and root.findtext("Main/InvoiceNumber") not in cancelled:
            date = root.findtext("Main/InvoiceDate", "")
            remark = root.findtext("Main/MainRemark", "")
            period = remark[5:12].replace("/", "-") if remark else f"{date[:4]}-{date[4:6]}"
            for item in root.iter("ProductItem"):
                counted.append(
                    Purchase(
                        root.findtext("Main/InvoiceNumber", ""),
                        date,
                        seller,
                        item.findtext("Description", ""),
                        Decimal(item.findtext("Quantity", "")),
                        item.findtext("Unit", ""),
                        period,
                    )
                )
    issued = {(line.number, line.date, line.description): line for line in counted}
    for _, root in found:
        if root.tag == "Allowance":
            for item in root.iter("ProductItem"):
                key = tuple(
                    item.findtext(f"Original{name}", "")
                    for name in ("InvoiceNumber", "InvoiceDate", "Description")
                )
                line = issued[key]
                quantity = Decimal(item.findtext("Quantity", ""))
                assert quantity < line.quantity
                assert item.findtext("Unit") == line.unit
                counted.append(
                    Purchase(
                        line.number,
                        line.date,
                        line.seller,
                        line.description,
                        -quantity,
                        line.unit,
                        line.period,
                    )
                )
    return counted


def bought(site: str) -> dict[tuple[str, str], Decimal]:
    """Quantity by material and month, in kilograms, or for gas in m3."""
    material_of = {
        (item["seller_id"], item["description"]): item["material"] for item in master(site, "purchase_items")
    }
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in purchases(site):
        factor = TO_KILOGRAMS.get(line.unit, Decimal(1))
        sums[material_of[line.seller, line.description], line.period] += line.quantity * factor
    return sums


def counted_stock(site: str) -> dict[tuple[str, str], Decimal]:
    """Kilograms by material and month at whose end they were counted."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in table(site, "stock"):
        sums[row["material"], row["count_date"][:7]] += Decimal(row["quantity"]) * TO_KILOGRAMS[row["unit"]]
    return sums


def ledger_sum(site: str, column: str, **where: str) -> Decimal:
    found = [
        row
        for row in table(site, "ledger")
        if all(row[key].startswith(value) for key, value in where.items())
    ]
    return sum((Decimal(row[column] or 0) for row in found), Decimal(0))


@functools.cache
def metered(site: str) -> dict[tuple[str, str], Decimal]:
    """Primary kWh by meter and month."""
    multiplier = {row["meter"]: Decimal(row["multiplier"]) for row in master(site, "meters")}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in table(site, "meters"):
        value = Decimal(row["consumption_kwh"] or 0)
        sums[row["meter"], row["interval_start"][:7]] += value * multiplier[row["meter"]]
    return sums


def bills(site: str) -> list[dict[str, str]]:
    """Bills that count: a correction takes the place of the bill it corrects."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for path in sorted((SAMPLES / site / "taipower_bills").glob("*.csv")):
        for row in rows(path, "cp950"):
            key = (row["電號"], row["計費年月"])
            if key not in found or row["帳單別"] == "更正":
                found[key] = row
    return list(found.values())


def year_sum(sums: dict[tuple[str, str], Decimal], subject: str, year: str = "2025") -> Decimal:
    return sum(
        (value for (of, month), value in sums.items() if of == subject and month.startswith(year)), Decimal(0)
    )


def factor(site: str, material: str, parameter: str, year: str = "2025") -> Decimal:
    found = [
        row["value"]
        for folder in ("lab", "factors")
        for row in table(site, folder)
        if (row["material"], row["parameter"]) == (material, parameter) and row["valid_from"].startswith(year)
    ]
    assert len(found) == 1, f"{site} {material} {parameter}: {found}"
    return Decimal(found[0])


@pytest.mark.slow
def test_committed_samples_are_what_the_generator_makes() -> None:
    assert generate.differences(SAMPLES) == []


@pytest.mark.slow
def test_writing_again_leaves_only_what_is_made(tmp_path: Path) -> None:
    stale = tmp_path / "screw_plant" / "ledger" / "production_2019-01.csv"
    stale.parent.mkdir(parents=True)
    stale.write_text("of an earlier generator")
    generate.write(tmp_path)
    assert generate.present(tmp_path) == generate.present(SAMPLES)


def test_screw_plant_adds_up_to_example_4() -> None:
    site = "screw_plant"
    gas_gj = Decimal(0)
    for row in table(site, "lab"):
        for (material, month), volume in bought(site).items():
            if (
                material == "NATURAL-GAS"
                and "2025" <= row["valid_from"][:7] <= month < row["valid_to"][:7] <= "2026-01"
            ):
                gas_gj += volume * Decimal(row["value"]) / 1000
    assert gas_gj == 88_200
    assert gas_gj / 1000 * factor(site, "NATURAL-GAS", "emission_factor") == Decimal("4948.02")
    energy = metered(site)
    assert year_sum(energy, "M-CARBON") == 3_400_000
    assert year_sum(energy, "M-STAINLESS") == 1_640_000
    assert year_sum(energy, "M-MAIN") == 5_040_000
    assert (
        sum(Decimal(row["總度數"]) for row in bills(site) if row["計費起日"].startswith("114")) == 5_040_000
    )
    assert factor(site, "ELECTRICITY", "electricity_factor") == Decimal("0.833")
    for process, good, scrap, used in (
        ("carbon_screws", 17_000_000, 3_000_000, 20_000_000),
        ("stainless_screws", 8_200_000, 1_800_000, 10_000_000),
    ):
        of_year = {"process": process, "production_date": "2025"}
        assert ledger_sum(site, "good_kg", **of_year) == good
        assert ledger_sum(site, "scrap_kg", **of_year) == scrap
        assert ledger_sum(site, "input_kg", **of_year) == used


def test_cement_plant_adds_up_to_example_1() -> None:
    site = "cement_plant"
    stock, receipts = counted_stock(site), bought(site)
    fossil = Decimal(0)
    for material, tonnes, ncv, emission_factor, biomass in (
        ("COAL", 88_000, 25, 95, Decimal(0)),
        ("HOUSEHOLD-WASTE", 25_000, 20, 83, Decimal("0.15")),
        ("FUEL-OIL", 43_000, 40, 78, Decimal(0)),
    ):
        used = stock[material, "2024-12"] + year_sum(receipts, material) - stock[material, "2025-12"]
        assert used == tonnes * 1000, material
        assert factor(site, material, "ncv") == ncv
        assert factor(site, material, "emission_factor") == emission_factor
        fossil += used / 1000 * ncv / 1000 * emission_factor * (1 - biomass)
    assert factor(site, "HOUSEHOLD-WASTE", "biomass_fraction") == Decimal("0.15")
    meal = ledger_sum(site, "input_kg", material="RAW-MEAL")
    assert meal == 1_255_000_000
    assert fossil + meal / 1000 * factor(site, "RAW-MEAL", "emission_factor") == 1_037_310
    assert ledger_sum(site, "good_kg", product="PORTLAND-1") == 1_321_052_632
    dust = [row["input_kg"] for row in table(site, "ledger") if row["material"] == "KILN-DUST"]
    assert dust == ["0"] * 12
    assert year_sum(metered(site), "K-MAIN") == Decimal("193864473.684")


def test_aluminium_smelter_adds_up_to_example_6() -> None:
    site = "aluminium_smelter"
    stock, receipts = counted_stock(site), bought(site)
    carbon = -ledger_sum(site, "good_kg", material="ANODE-BUTTS") * factor(
        site, "ANODE-BUTTS", "carbon_content"
    )
    for material, tonnes in (("ANODES", 47_000), ("PETROLEUM-COKE", 20_000), ("PITCH", 4_000)):
        used = stock[material, "2024-12"] + year_sum(receipts, material) - stock[material, "2025-12"]
        assert used == tonnes * 1000, material
        carbon += used * factor(site, material, "carbon_content") if material != "ANODES" else 0
    assert carbon == 22_000_000
    gas = year_sum(receipts, "NATURAL-GAS") / 1000 * factor(site, "NATURAL-GAS", "ncv") / 1000
    assert gas == Decimal("680.688")
    assert ledger_sum(site, "good_kg", product="SLAB-A") == 200_000_000
    assert ledger_sum(site, "input_kg", material="SLAB-A") == 120_000_000
    assert ledger_sum(site, "good_kg", product="WIRE-B") == 113_000_000
    cells = table(site, "anode_effects")
    assert sum(int(row["aluminium_kg"]) for row in cells) == 200_000_000
    minutes = sum(Decimal(row["anode_effect_minutes"]) for row in cells)
    cell_days = sum(Decimal(row["cell_days"]) for row in cells)
    assert abs(minutes / cell_days / Decimal("0.150983963040126875") - 1) < Decimal("1e-9")
    energy = metered(site)
    assert year_sum(energy, "A-MAIN") == 3_105_000_000 == year_sum(energy, "A-POTLINE") + 105_000_000
    assert year_sum(energy, "H-GREENHOUSE") == Decimal("7111.111")


@pytest.mark.parametrize("material", ["WIRE-ROD-CARBON", "WIRE-ROD-STAINLESS"])
def test_wire_rod_balances_each_month(material: str) -> None:
    site = "screw_plant"
    stock, receipts = counted_stock(site), bought(site)
    ends = sorted(month for of, month in stock if of == material)
    assert len(ends) == 16
    for before, month in pairwise(ends):
        of_month = {"material": material, "production_date": month}
        used = ledger_sum(site, "input_kg", **of_month)
        assert used == ledger_sum(site, "good_kg", **of_month) + ledger_sum(site, "scrap_kg", **of_month)
        difference = stock[material, before] + receipts[material, month] - stock[material, month] - used
        assert difference == 0 if month.startswith("2025") else abs(difference) <= used / 1000, (
            month,
            difference,
        )


def test_meters_agree_with_each_other_and_with_the_bills() -> None:
    energy = metered("screw_plant")
    for month in sorted({month for _, month in energy}):
        processes = energy["M-CARBON", month] + energy["M-STAINLESS", month]
        main = energy["M-MAIN", month]
        if month.startswith("2025"):
            assert main == processes
        else:
            assert Decimal("0.003") < main / processes - 1 < Decimal("0.01"), month
    billed = {row["計費年月"]: Decimal(row["總度數"]) for row in bills("screw_plant")}
    assert all(billed[f"114/{n:02d}"] == energy["M-MAIN", f"2025-{n:02d}"] for n in range(1, 13))
    first_quarter = sum(
        value for (meter, month), value in energy.items() if meter == "M-MAIN" and month >= "2026"
    )
    assert abs(sum(value for month, value in billed.items() if month.startswith("115")) - first_quarter) <= 4
    cement, kiln = bills("cement_plant"), metered("cement_plant")
    assert all(
        abs(Decimal(row["總度數"]) - kiln["K-MAIN", f"2025-{row['計費年月'][-2:]}"]) < 1 for row in cement
    )


@pytest.mark.parametrize("site", ["screw_plant", "cement_plant", "aluminium_smelter"])
def test_bills_follow_one_another_and_their_bands_add_up(site: str) -> None:
    found = sorted(bills(site), key=lambda row: row["計費起日"])
    bands = ("尖峰度數", "半尖峰度數", "週六半尖峰度數", "離峰度數")
    for row in found:
        assert sum(int(row[band]) for band in bands) == int(row["總度數"])
    for before, after in pairwise(found):
        assert _day(after["計費起日"]) - _day(before["計費迄日"]) == 1


def _day(roc: str) -> int:
    year, month, day = (int(part) for part in roc.split("/"))
    return datetime.date(year + 1911, month, day).toordinal()


@pytest.mark.parametrize("site", ["screw_plant", "cement_plant", "aluminium_smelter"])
def test_invoices_are_consistent(site: str) -> None:
    buyer = master(site, "site")[0]["company_id"]
    numbers: Counter[str] = Counter()
    for path, root in messages(site):
        identifiers = [element.text or "" for element in root.iter("Identifier")]
        assert all(is_company_id(text) for text in identifiers), path
        if root.tag == "CancelInvoice":
            assert root.findtext("BuyerId") == buyer
            continue
        assert identifiers[1] == buyer, path
        assert all("虛構" in (element.text or "") for element in root.iter("Name")), path
        amounts = [int(item.findtext("Amount", "")) for item in root.iter("ProductItem")]
        if root.tag == "Allowance":
            assert int(root.findtext("Amount/TotalAmount", "")) == sum(amounts)
            continue
        numbers[root.findtext("Main/InvoiceNumber", "")] += 1
        sales, tax, total = (
            int(root.findtext(f"Amount/{name}", "")) for name in ("SalesAmount", "TaxAmount", "TotalAmount")
        )
        assert (sum(amounts), sales + tax) == (sales, total), path
        assert abs(tax - sales * Decimal("0.05")) <= Decimal("0.5"), path
    assert set(numbers.values()) == {1}


def test_cancelled_and_allowed_invoices_exist() -> None:
    found = {path.name: root for path, root in messages("screw_plant")}
    issued = {root.findtext("Main/InvoiceNumber") for root in found.values() if root.tag == "Invoice"}
    cancelled = [
        root.findtext("CancelInvoiceNumber") for root in found.values() if root.tag == "CancelInvoice"
    ]
    allowed = [item.text for root in found.values() for item in root.iter("OriginalInvoiceNumber")]
    assert len(cancelled) == 1
    assert len(allowed) == 2
    assert set(cancelled) | set(allowed) <= issued


@pytest.mark.parametrize("site", ["screw_plant", "cement_plant", "aluminium_smelter"])
def test_codes_refer_to_master_data(site: str) -> None:
    processes = {row["process"] for row in master(site, "processes")}
    materials = {row["material"] for row in master(site, "materials")}
    products = {row["product"]: row["process"] for row in master(site, "products")}
    meters = {row["meter"] for row in master(site, "meters")}
    streams = {row["source_stream"] for row in master(site, "source_streams")}
    for row in table(site, "ledger"):
        assert row["process"] in processes
        assert row["material"] in materials | set(products) | {""}
        assert not row["product"] or products[row["product"]] == row["process"]
    assert {row["meter"] for row in table(site, "meters")} == meters
    for folder in ("stock", "lab", "factors", "suppliers"):
        assert {row["material"] for row in table(site, folder)} <= materials
    assert {row["account"] for row in master(site, "meters")} - {""} == {row["電號"] for row in bills(site)}
    assert {row["material"] for row in master(site, "source_streams")} <= materials
    assert {row["material"] for row in master(site, "purchase_items")} <= materials
    assert {row["source_stream"] for row in master(site, "attribution")} == streams
    assert {row["process"] for row in master(site, "attribution")} <= processes
    mapped = {(row["seller_id"], row["description"]) for row in master(site, "purchase_items")}
    assert {(line.seller, line.description) for line in purchases(site)} == mapped


@pytest.mark.parametrize("site", ["screw_plant", "cement_plant", "aluminium_smelter"])
def test_every_month_is_complete_but_for_the_told_gap(site: str) -> None:
    quality: Counter[tuple[str, str]] = Counter()
    seen: dict[str, set[str]] = defaultdict(set)
    for row in table(site, "meters"):
        assert row["interval_start"] not in seen[row["meter"]]
        seen[row["meter"]].add(row["interval_start"])
        quality[row["meter"], row["quality"]] += 1
        assert (row["consumption_kwh"] == "") == (row["quality"] == "N")
    full = {"screw_plant": 455 * 96, "cement_plant": 365 * 96, "aluminium_smelter": 365 * 24}[site]
    missing = {meter: full - len(starts) for meter, starts in seen.items() if len(starts) != full}
    assert missing == ({"M-STAINLESS": 3} if site == "screw_plant" else {})
    assert quality["M-CARBON", "N"] == (4 if site == "screw_plant" else 0)


def test_shutdown_weeks_make_nothing() -> None:
    dates = {row["production_date"] for row in table("screw_plant", "ledger")}
    assert not [date for date in dates if "2026-02-09" <= date <= "2026-02-22"]
    assert len([date for date in dates if date.startswith("2026-02")]) < 14


def test_the_events_are_the_shutdown() -> None:
    events = table("screw_plant", "events")
    assert {row["process"] for row in events} == {
        row["process"] for row in master("screw_plant", "processes")
    }
    ((first, last),) = {(row["started_on"], row["ended_on"]) for row in events}
    assert not [row for row in table("screw_plant", "ledger") if first <= row["production_date"] <= last]


def test_declarations_of_2026_differ_in_verification() -> None:
    found = {
        row["material"]: row["verification_report"]
        for row in table("screw_plant", "suppliers")
        if row["valid_from"].startswith("2026")
    }
    assert found["WIRE-ROD-CARBON"]
    assert not found["WIRE-ROD-STAINLESS"]


def columns_of(landing_table: str, written: Iterable[str]) -> list[str]:
    """Columns of a landing table in its order; forms gain optional columns that the samples need not have."""
    known = set(written)
    return [name for name in TABLES[landing_table] if name in known]


def test_columns_are_those_of_the_landing_tables() -> None:
    for sheet, columns in MASTER_COLUMNS.items():
        assert list(columns) == columns_of(MASTER_TABLES[sheet], columns)
    assert list(factor_papers.LAB_COLUMNS) == columns_of("lab_certificate", factor_papers.LAB_COLUMNS)
    assert list(factor_papers.DECLARATION_COLUMNS) == columns_of(
        "supplier_declaration", factor_papers.DECLARATION_COLUMNS
    )
    assert list(factor_papers.IMPORT_COLUMNS) == columns_of(
        "import_declaration", factor_papers.IMPORT_COLUMNS
    )
    assert list(factor_papers.FACTOR_COLUMNS) == columns_of("factor_document", factor_papers.FACTOR_COLUMNS)


def test_papers_stay_small() -> None:
    sizes = {path: len(data) for path, data in generate.present(SAMPLES).items()}
    assert sum(sizes.values()) < 10_000_000
    assert max(sizes.values()) < 150_000
