"""The screw plant's standing papers: who is who, master data, certificates, declarations, factors, source."""

from __future__ import annotations

from .einvoice import Company
from .factor_papers import approval_json, declaration_csv, factor_csv, import_csv, lab_csv
from .plant_records import event_csv, plan_csv
from .sheets import MasterData, Record, master_workbook
from .statement_papers import NO_OTHER_SOURCE, not_applicable, statement_csv

ACCOUNT = "00-99-2025-04-1"
PLANT = Company("虛構螺絲工業股份有限公司（虛構）", "高雄市虛構區螺絲路 2025 號（虛構地址）", "07-000-0000")
GAS_COMPANY = Company(
    "虛構南方天然氣股份有限公司（虛構）", "高雄市虛構區燃氣路 1 號（虛構地址）", "07-000-0001"
)
CARBON_MILL = Company(
    "虛構碳鋼盤元貿易有限公司（虛構）", "高雄市虛構區盤元路 8 號（虛構地址）", "07-000-0002"
)
STAINLESS_MILL = Company(
    "虛構不銹鋼線材有限公司（虛構）", "台南市虛構區不銹鋼路 18 號（虛構地址）", "06-000-0003"
)
TEMPLATE = (
    'CBAM communication template V2.1, example 4 "Steel 3 Screws and nuts" (European Commission, DG TAXUD)'
)

SOURCE_NOTE = """\
title: Screw plant, evidence month by month
invented: true  # plant, companies, people, 統一編號, account, meters and amounts; any likeness is chance
what: >
  The papers of an invented Taiwanese plant that cold-heads screws and nuts from purchased carbon and
  stainless wire rod: e-invoices, electricity bills, meter exports, production ledger, stock counts,
  certificates, declarations, a statement on categories of the inventory.
period: {from: 2025-01-01, to: 2026-03-31}
adds_up_to:
  period: 2025
  published: example 4 "Steel 3 Screws and nuts" of the CBAM communication template V2.1
  publisher: European Commission, Directorate-General for Taxation and Customs Union
  file: 4 CBAM SEE V2.1_Example Steel 3 Screws and nuts_final.xlsx
  totals:
    natural_gas: >
      1225000 Nm3 x 36.1 GJ/1000Nm3 (first half) + 1225000 Nm3 x 35.9 GJ/1000Nm3 (second half) = 88200 GJ,
      x 56.1 tCO2/TJ = 4948.02 tCO2 (the example burns 1837.5 t at 48 GJ/t)
    electricity: 3400 MWh carbon, 1640 MWh stainless, 0.833 tCO2/MWh
    carbon_screws: 17000 t from 20000 t wire rod
    stainless_screws: 8200 t from 10000 t wire rod
    wire_rod_carbon: 1.539 tCO2e/t direct, 0.3455925 MWh/t at 0.5902905879033833 tCO2/MWh, from CN
    wire_rod_stainless: 1.44 tCO2e/t direct, 2.0786092594604715 MWh/t at 0.833249439314805 tCO2/MWh, from US
  gives: >
    specific embedded emissions of 2.0069382352941174 + 0.4066 (carbon) and
    1.9524475609756098 + 2.2787951219512195 (stainless) tCO2e/t, direct + indirect
ordinary_trouble:
  - 2025-05: a coil too many, taken back by allowance (G0401)
  - 2025-06: gas invoice cancelled (F0501) and issued again
  - 2025-09: electricity bill corrected (更正)
  - 2026-01: electricity bills cross the month from here on; the gas invoice comes in March (folder late)
  - 2026-01-14: four quarter hours without value (N) in M-CARBON
  - 2026-02: two weeks' shutdown at Lunar New Year (folder events); gas billed too high, allowance in March
  - 2026-03: substituted and estimated readings; three quarter hours lost in M-STAINLESS on the 24th
  - 2026: process meters read 0.4 % less than the main meter; stainless declaration not verified
reduction_plan: >
  invented targets and savings of 2025 and 2026 (folder plans); a plant of these emissions owes no fee and
  needs no plan, this one shows the progress report
prices: Taipower rate book in force from 2025-10-01 for all bills; all other prices invented
licence: >
  documents and generator under the licence of this repository; quoted totals (c) European Union, reused under
  Decision 2011/833/EU; the single grid factor 0.561 is quoted from IR (EU) 2025/2621 Annex II, whose table is
  licensed for non-commercial use (IEA) and is not part of this repository
made_by: raw_samples/generate.py
"""


def fixed_papers() -> tuple[dict[str, bytes], MasterData]:
    """Make the papers that no month owns; return them with the master data as records."""
    master = _master_data()
    files = {
        "source.yml": SOURCE_NOTE.encode("utf-8"),
        "master_data/master_data.xlsx": master_workbook(master, "Master data of the screw plant (invented)"),
        "suppliers/wire_rod_carbon_2025.csv": declaration_csv([_carbon_declaration(2025)]),
        "suppliers/wire_rod_stainless_2025.csv": declaration_csv([_stainless_declaration(2025)]),
        "suppliers/wire_rod_carbon_2026.csv": declaration_csv([_carbon_declaration(2026) | VERIFIED]),
        "suppliers/wire_rod_stainless_2026.csv": declaration_csv([_stainless_declaration(2026)]),
        "factors/site_factors_2025.csv": factor_csv(_site_factors(2025)),
        "factors/site_factors_2026.csv": factor_csv(_site_factors(2026)),
        "decisions/approve_factors_2025.json": approval_json(
            "FICT-114-001", _site_factors(2025), "2025-01-03"
        ),
        "decisions/approve_factors_2026.json": approval_json(
            "FICT-115-001", _site_factors(2026), "2026-01-05"
        ),
        "factors/cbam_grid_factor_2026.csv": factor_csv([_cbam_grid_factor()]),
        "imports/import_declarations_2026.csv": import_csv(_imports()),
        "events/operating_events_2026-02.csv": event_csv(_shutdowns()),
        "plans/reduction_plan.csv": plan_csv(_reduction_plan()),
        "statements/categories_2025.csv": statement_csv(
            not_applicable(NO_OTHER_SOURCE), "環安課 范○○", "廠長 鍾○○", "2026-04-10"
        ),
    }
    for name, number, value, sampled, starts, ends in (
        ("2025-h1", "114-0012", "36.1", "2024-12-18", "2025-01-01", "2025-07-01"),
        ("2025-h2", "114-0631", "35.9", "2025-06-17", "2025-07-01", "2026-01-01"),
        ("2026-01", "115-0107", "35.92", "2025-12-29", "2026-01-01", "2026-02-01"),
        ("2026-02", "115-0207", "36.04", "2026-01-28", "2026-02-01", "2026-03-01"),
        ("2026-03", "115-0307", "35.97", "2026-02-25", "2026-03-01", "2026-04-01"),
    ):
        certificate = _gas_certificate(number, value, sampled, starts, ends)
        files[f"lab/gas_certificate_{name}.csv"] = lab_csv([certificate])
    return files, master


def _imports() -> list[Record]:
    """Return what two invented importers declared: one above the threshold, one at exactly 50 t."""
    fastener = {"importer_eori": "DE999999999999901", "importer": "Beispiel Befestigung GmbH (invented)"}
    trader = {"importer_eori": "NL999999902", "importer": "Voorbeeld Import BV (invented)"}
    own = {"country_code": "TW", "installation": "screw_plant", "unit": "kg"}
    carbon = own | {"cn_code": "73181542", "product": "C1"}
    stainless = own | {"cn_code": "73181535", "product": "A1"}
    declared: tuple[tuple[Record, Record, str, str, str], ...] = (
        (fastener, carbon, "26DE990000000001A1", "2026-02-12", "180000"),
        (fastener, stainless, "26DE990000000001A1", "2026-02-12", "60000"),
        (fastener, carbon, "26DE990000000002A2", "2026-03-27", "96500.5"),
        (trader, carbon, "26NL990000000003A3", "2026-03-02", "50000"),
    )
    ledger = [
        importer | goods | {"mrn": mrn, "declared_on": day, "net_mass": mass}
        for importer, goods, mrn, day, mass in declared
    ]
    ledger.append(
        fastener
        | {"mrn": "26DE990000000004A4", "declared_on": "2026-05-04", "net_mass": "25", "unit": "t"}
        | {"cn_code": "7318158800", "country_code": "VN", "note": "of another maker, by default values"}
    )
    numbers: dict[object, int] = {}
    for record in ledger:
        numbers[record["mrn"]] = numbers.get(record["mrn"], 0) + 1
        record["item"] = str(numbers[record["mrn"]])
    return ledger


def _shutdowns() -> list[Record]:
    """Return what stopped both processes in February 2026."""
    return [
        {
            "event": f"E-2026-{number:03d}",
            "process": process,
            "kind": "shut_down",
            "started_on": "2026-02-09",
            "ended_on": "2026-02-22",
            "cause": "春節停工",
            "effect": "退火爐保溫，無產出",
            "recorded_by": "生產課 呂○○",
        }
        for number, process in enumerate(("carbon_screws", "stainless_screws"), start=1)
    ]


def _reduction_plan() -> list[Record]:
    """Return the plan's targets of two years, and what its measures were to bring and brought."""
    measures = {"M-01": "退火爐爐體保溫更新", "M-02": "空壓機汰換為變頻機種"}
    stated: tuple[tuple[str, str, str, str, str, str], ...] = (
        ("2025", "", "7400", "", "", ""),
        ("2025", "M-01", "150", "161.3", "completed", "天然氣用量比較表 FICT-R-2025-07"),
        ("2026", "", "7200", "", "", ""),
        ("2026", "M-01", "150", "", "completed", ""),
        ("2026", "M-02", "90", "22.5", "under_way", "電表報表 FICT-R-2026-03"),
    )
    return [
        {
            "year": year,
            "entry": "measure" if measure else "target",
            "measure": measure,
            "measure_name": measures.get(measure, ""),
            "expected_tco2e": expected,
            "achieved_tco2e": achieved,
            "status": status,
            "evidence": evidence,
            "recorded_on": "2026-03-20",
        }
        for year, measure, expected, achieved, status, evidence in stated
    ]


def _gas_certificate(number: str, value: str, sampled: str, valid_from: str, valid_to: str) -> Record:
    return {
        "certificate_number": f"FICT-GAS-{number}",
        "material": "NATURAL-GAS",
        "parameter": "ncv",
        "value": value,
        "unit": "GJ/1000Nm3",
        "basis": "net, 0 °C, 1 atm",
        "sample_date": sampled,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "laboratory": "Invented Fuel Laboratory (invented)",
        "accreditation_number": "FICT-0042",
        "accreditation_valid_to": "2027-12-31",
        "method": "ISO 6976:2016",
    }


VERIFIED: dict[str, object] = {
    "verification_report": "FICT-VR-2026-0117",
    "verifier": "Invented Verification GmbH (invented)",
    "verifier_accreditation": "FICT-D-VS-00001",
    "accreditation_body": "Invented National Accreditation Body (invented)",
    "accreditation_country": "DE",
    "verifier_accreditation_scope": "CBAM: iron and steel (invented)",
    "accreditation_from": "2025-09-01",
    "accreditation_to": "2030-09-01",
    "verified_from": "2026-01-01",
    "verified_to": "2027-01-01",
}


def _declaration(year: int) -> dict[str, object]:
    return {
        "valid_from": f"{year}-01-01",
        "valid_to": f"{year + 1}-01-01",
        "see_direct_unit": "tCO2e/t",
        "see_direct_source": "Measured",
        "electricity_unit": "MWh/t",
        "electricity_factor_unit": "tCO2/MWh",
        "electricity_factor_source": "Mix",
    }


def _carbon_declaration(year: int) -> dict[str, object]:
    return _declaration(year) | {
        "declaration_number": f"FICT-CN-{year}-01",
        "supplier": "Invented Wire Rod Mill (invented)",
        "installation": "Invented Steel Works No. 1",
        "country_code": "CN",
        "material": "WIRE-ROD-CARBON",
        "cn_code": "72139110",
        "see_direct": "1.539",
        "electricity": "0.3455925",
        "electricity_factor": "0.5902905879033833",
    }


def _stainless_declaration(year: int) -> dict[str, object]:
    return _declaration(year) | {
        "declaration_number": f"FICT-US-{year}-01",
        "supplier": "Invented Stainless Mill (invented)",
        "installation": "Invented Melt Shop",
        "country_code": "US",
        "material": "WIRE-ROD-STAINLESS",
        "cn_code": "72210010",
        "see_direct": "1.44",
        "electricity": "2.0786092594604715",
        "electricity_factor": "0.833249439314805",
    }


def _factor(code: str, year: int) -> dict[str, object]:
    return {
        "factor_code": code,
        "valid_from": f"{year}-01-01",
        "valid_to": f"{year + 1}-01-01",
        "known_since": f"{year}-01-02",
        "source_class": "site_declared",
        "author": "環安課 范○○",
        "approver": "廠長 鍾○○",
    }


def _site_factors(year: int) -> list[Record]:
    return [
        _factor("SCREW-ELECTRICITY", year)
        | {
            "parameter": "electricity_factor",
            "material": "ELECTRICITY",
            "value": "0.833",
            "unit": "tCO2/MWh",
            "source": f"{TEMPLATE}, factor of the example",
            "note": "declared so that 2025 reproduces the example; not a factor of the Taiwanese grid",
        },
        _factor("SCREW-GAS-EF", year)
        | {
            "parameter": "emission_factor",
            "material": "NATURAL-GAS",
            "value": "56.1",
            "unit": "tCO2/TJ",
            "source": f"{TEMPLATE}, factor of the example; IR (EU) 2025/2547 Annex II point G, natural gas",
            "note": "",
        },
    ]


def _cbam_grid_factor() -> Record:
    return _factor("CBAM-GRID-TW", 2026) | {
        "parameter": "electricity_factor",
        "material": "ELECTRICITY",
        "value": "0.561",
        "unit": "tCO2/MWh",
        "source": "IR (EU) 2025/2621 Annex II, Taiwan",
        "source_class": "cbam_default",
        "note": "grid average of the country, IR (EU) 2025/2547 Annex II D.4(a)",
    }


def _master_data() -> MasterData:
    start = {"valid_from": "2025-01-01", "valid_to": ""}
    process_meter = {
        "role": "process",
        "commodity": "electricity",
        "unit": "kWh",
        "interval_minutes": 15,
        "uncertainty_pct": 1.0,
        "calibrated_on": "2024-06-12",
        "calibration_valid_to": "2029-06-11",
    }
    iron = {"good_category": "Iron or steel products", "production_route": "All production routes"}
    sample = {"valid_from": "2025-01-01", "valid_to": "2026-04-01", "note": "the sample ends here"}
    monthly = {"frequency": "monthly"} | sample
    yearly = {"frequency": "yearly"} | sample
    return {
        "site": [
            {
                "name": "Invented Screw Works, Plant 1 (invented)",
                "name_zh": PLANT.name,
                "country_code": "TW",
                "time_zone": "Asia/Taipei",
                "company_id": PLANT.identifier,
                "first_month": "2025-01",
                "note": "invented plant; 2025 adds up to example 4 of the CBAM communication template V2.1",
            }
        ],
        "processes": [
            {"process": "carbon_screws", "name": "Carbon steel screws and nuts"} | iron,
            {"process": "stainless_screws", "name": "High alloy steel screws and nuts"} | iron,
        ],
        "products": [
            {
                "product": "C1",
                "name": "Screws and Nuts Art. C1",
                "cn_code": "73181542",
                "process": "carbon_screws",
            }
            | start,
            {
                "product": "A1",
                "name": "Screws and Nuts Art. A1",
                "cn_code": "73181535",
                "process": "stainless_screws",
            }
            | start,
        ],
        "materials": [
            {
                "material": "NATURAL-GAS",
                "name": "Natural gas",
                "name_zh": "天然氣",
                "role": "fuel",
                "unit": "m3",
            },
            {
                "material": "WIRE-ROD-CARBON",
                "name": "Carbon steel wire rod",
                "name_zh": "碳鋼盤元",
                "role": "precursor",
                "cn_code": "72139110",
                "country_code": "CN",
                "unit": "kg",
            },
            {
                "material": "WIRE-ROD-STAINLESS",
                "name": "Stainless steel wire rod",
                "name_zh": "不銹鋼盤元",
                "role": "precursor",
                "cn_code": "72210010",
                "country_code": "US",
                "unit": "kg",
            },
            {
                "material": "ELECTRICITY",
                "name": "Electricity",
                "name_zh": "電力",
                "role": "electricity",
                "unit": "kWh",
            },
        ],
        "purchase_items": [
            {
                "seller_id": GAS_COMPANY.identifier,
                "description": "工業用天然氣",
                "material": "NATURAL-GAS",
                "unit": "m3",
                "note": "1 度 = 1 Nm3",
            },
            {
                "seller_id": CARBON_MILL.identifier,
                "description": "碳鋼盤元 SWRCH10A 5.5mm",
                "material": "WIRE-ROD-CARBON",
                "unit": "kg",
            },
            {
                "seller_id": CARBON_MILL.identifier,
                "description": "碳鋼盤元 SWRCH22A 8.0mm",
                "material": "WIRE-ROD-CARBON",
                "unit": "kg",
            },
            {
                "seller_id": STAINLESS_MILL.identifier,
                "description": "不銹鋼盤元 304HC 6.0mm",
                "material": "WIRE-ROD-STAINLESS",
                "unit": "t",
            },
            {
                "seller_id": STAINLESS_MILL.identifier,
                "description": "不銹鋼盤元 316L 5.5mm",
                "material": "WIRE-ROD-STAINLESS",
                "unit": "t",
            },
        ],
        "meters": [
            {
                "meter": "M-MAIN",
                "role": "main",
                "account": ACCOUNT,
                "commodity": "electricity",
                "unit": "kWh",
                "multiplier": 1,
                "interval_minutes": 15,
                "uncertainty_pct": 0.5,
                "calibrated_on": "2023-03-08",
                "calibration_valid_to": "2031-03-07",
                "note": "the utility's meter, primary kWh",
            }
            | start,
            {"meter": "M-CARBON", "process": "carbon_screws", "multiplier": 1, "note": "primary kWh"}
            | process_meter
            | start,
            {
                "meter": "M-STAINLESS",
                "process": "stainless_screws",
                "multiplier": 20,
                "note": "secondary kWh, current transformer 100/5 A",
            }
            | process_meter
            | start,
        ],
        "source_streams": [
            {
                "source_stream": "natural-gas",
                "name": "Natural gas",
                "material": "NATURAL-GAS",
                "method": "combustion",
                "activity_source": "purchases",
                "unit": "m3",
            }
            | start,
            {
                "source_stream": "grid-electricity",
                "name": "Grid electricity",
                "material": "ELECTRICITY",
                "method": "electricity",
                "activity_source": "meter",
                "unit": "kWh",
            }
            | start,
        ],
        "attribution": [
            {
                "source_stream": "natural-gas",
                "process": "carbon_screws",
                "method": "functional_unit",
                "reason": "one gas meter for both hardening lines; same heat treatment for both goods",
            }
            | start,
            {
                "source_stream": "natural-gas",
                "process": "stainless_screws",
                "method": "functional_unit",
                "reason": "one gas meter for both hardening lines; same heat treatment for both goods",
            }
            | start,
            {
                "source_stream": "grid-electricity",
                "process": "carbon_screws",
                "method": "sub_meter",
                "reason": "metered by M-CARBON",
            }
            | start,
            {
                "source_stream": "grid-electricity",
                "process": "stainless_screws",
                "method": "sub_meter",
                "reason": "metered by M-STAINLESS",
            }
            | start,
        ],
        "expected_documents": [
            {"kind": "taipower_bill", "subject": ACCOUNT} | monthly,
            {"kind": "meter_csv", "subject": "M-MAIN"} | monthly,
            {"kind": "meter_csv", "subject": "M-CARBON"} | monthly,
            {"kind": "meter_csv", "subject": "M-STAINLESS"} | monthly,
            {"kind": "production_ledger", "subject": ""} | monthly,
            {"kind": "stock_count", "subject": "WIRE-ROD-CARBON"} | monthly,
            {"kind": "stock_count", "subject": "WIRE-ROD-STAINLESS"} | monthly,
            {"kind": "einvoice", "subject": "NATURAL-GAS"} | monthly,
            {"kind": "einvoice", "subject": "WIRE-ROD-CARBON"} | monthly,
            {"kind": "einvoice", "subject": "WIRE-ROD-STAINLESS"} | monthly,
            {"kind": "lab_certificate", "subject": "NATURAL-GAS"} | yearly,
            {"kind": "supplier_declaration", "subject": "WIRE-ROD-CARBON"} | yearly,
            {"kind": "supplier_declaration", "subject": "WIRE-ROD-STAINLESS"} | yearly,
            {"kind": "factor_document", "subject": "ELECTRICITY"} | yearly,
            {"kind": "factor_document", "subject": "NATURAL-GAS"} | yearly,
        ],
    }
