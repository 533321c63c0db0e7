"""The cement plant's standing papers: who is who, master data, certificates, factors, source note."""

from __future__ import annotations

from .einvoice import Company
from .factor_papers import approval_json, factor_csv, lab_csv, zero_rating_json
from .sheets import MasterData, Record, master_csv
from .statement_papers import NO_OTHER_SOURCE, not_applicable, statement_csv

ACCOUNT = "00-99-2025-01-0"
PLANT = Company("虛構水泥股份有限公司（虛構）", "花蓮縣虛構鄉水泥路 1 號（虛構地址）", "03-000-0000")
COAL_TRADER = Company("虛構煤炭貿易有限公司（虛構）", "高雄市虛構區煤倉路 3 號（虛構地址）", "07-000-0005")
OIL_COMPANY = Company("虛構燃油股份有限公司（虛構）", "桃園市虛構區油槽路 6 號（虛構地址）", "03-000-0006")
WASTE_COMPANY = Company("虛構環保燃料有限公司（虛構）", "宜蘭縣虛構鄉環保路 9 號（虛構地址）", "03-000-0007")
TEMPLATE = 'CBAM communication template V2.1, example 1 "Cement" (European Commission, DG TAXUD)'

SOURCE_NOTE = """\
title: Cement plant, evidence month by month
invented: true  # plant, companies, people, 統一編號, account, meters and amounts; any likeness is chance
what: >
  The papers of an invented Taiwanese plant that makes clinker and cement in one joint process: e-invoices for
  coal, household waste fuel and fuel oil, stock counts, electricity bills, meter exports, production ledger,
  certificates, a statement on categories of the inventory.
period: {from: 2025-01-01, to: 2025-12-31}
adds_up_to:
  period: 2025
  published: example 1 "Cement" of the CBAM communication template V2.1
  publisher: European Commission, Directorate-General for Taxation and Customs Union
  file: 1 CBAM SEE V2.1_Example Cement_final.xlsx
  totals:
    raw_meal: 1255000 t x 0.525 tCO2/t
    coal: 88000 t x 25 GJ/t x 95 tCO2/TJ
    household_waste: 25000 t x 20 GJ/t x 83 tCO2/TJ, 15 % biomass
    fuel_oil: 43000 t x 40 GJ/t x 78 tCO2/TJ
    kiln_dust: 0 t
    electricity: 193864.47368421053 MWh (here 193864.473684), 0.833 tCO2/MWh
    cement: 1321052.6315789474 t (here 1321052.632)
  gives: specific embedded emissions of 0.7852147410358565 + 0.12224275 tCO2e/t, direct + indirect
prices: invented
licence: >
  documents and generator under the licence of this repository; quoted totals (c) European Union, reused under
  Decision 2011/833/EU
made_by: raw_samples/generate.py
"""


def fixed_papers() -> tuple[dict[str, bytes], MasterData]:
    """Make the papers that no month owns; return them with the master data as records."""
    master = _master_data()
    files = {
        "source.yml": SOURCE_NOTE.encode("utf-8"),
        "lab/coal_certificate_2025.csv": lab_csv(
            [_certificate("COAL", "ncv", "25", "GJ/t", "ISO 1928:2020")]
        ),
        "lab/fuel_oil_certificate_2025.csv": lab_csv(
            [_certificate("FUEL-OIL", "ncv", "40", "GJ/t", "ASTM D240-19")]
        ),
        "lab/household_waste_certificate_2025.csv": lab_csv(
            [
                _certificate("HOUSEHOLD-WASTE", "ncv", "20", "GJ/t", "ISO 21654:2021"),
                _certificate("HOUSEHOLD-WASTE", "biomass_fraction", "0.15", "1", "ISO 21644:2021"),
            ]
        ),
        "factors/site_factors_2025.csv": factor_csv(_site_factors()),
        "statements/categories_2025.csv": statement_csv(
            not_applicable(NO_OTHER_SOURCE), "環保課 馮○○", "廠長 卓○○", "2026-04-10"
        ),
        "decisions/approve_factors_2025.json": approval_json("FICT-114-901", _site_factors(), "2025-01-03"),
        "decisions/zero_rate_household_waste_2025.json": zero_rating_json(
            "FICT-114-902",
            "HOUSEHOLD-WASTE",
            _site_factors()[0],
            "2025-01-03",
            {
                "certificate": "FICT-RED-01",
                "scheme": "Directive (EU) 2018/2001, voluntary scheme (invented)",
                "valid_from": "2025-01-01",
                "valid_to": "2026-01-01",
            },
        ),
    }
    files |= {f"master_data/{sheet}.csv": master_csv(sheet, records) for sheet, records in master.items()}
    return files, master


def _certificate(material: str, parameter: str, value: str, unit: str, method: str) -> Record:
    return {
        "certificate_number": f"FICT-{material}-114",
        "material": material,
        "parameter": parameter,
        "value": value,
        "unit": unit,
        "basis": "as received",
        "sample_date": "2024-12-16",
        "valid_from": "2025-01-01",
        "valid_to": "2026-01-01",
        "laboratory": "Invented Fuel Laboratory (invented)",
        "accreditation_number": "FICT-0042",
        "accreditation_valid_to": "2027-12-31",
        "method": method,
    }


def _factor(code: str, parameter: str, material: str, value: str, unit: str, note: str = "") -> Record:
    return {
        "factor_code": code,
        "parameter": parameter,
        "material": material,
        "value": value,
        "unit": unit,
        "valid_from": "2025-01-01",
        "valid_to": "2026-01-01",
        "known_since": "2025-01-02",
        "source": f"{TEMPLATE}, factor of the example",
        "source_class": "site_declared",
        "author": "環保課 馮○○",
        "approver": "廠長 卓○○",
        "note": note,
    }


def _site_factors() -> list[Record]:
    return [
        _factor(
            "CEMENT-ELECTRICITY",
            "electricity_factor",
            "ELECTRICITY",
            "0.833",
            "tCO2/MWh",
            "declared so that 2025 reproduces the example; not a factor of the Taiwanese grid",
        ),
        _factor(
            "CEMENT-RAW-MEAL", "emission_factor", "RAW-MEAL", "0.525", "tCO2/t", "per tonne of raw meal fed"
        ),
        _factor("CEMENT-COAL", "emission_factor", "COAL", "95", "tCO2/TJ"),
        _factor(
            "CEMENT-WASTE",
            "emission_factor",
            "HOUSEHOLD-WASTE",
            "83",
            "tCO2/TJ",
            "all carbon; the biomass share is by certificate FICT-HOUSEHOLD-WASTE-114, zero-rated on proof "
            "of the sustainability criteria (Directive (EU) 2018/2001), file FICT-RED-01",
        ),
        _factor("CEMENT-OIL", "emission_factor", "FUEL-OIL", "78", "tCO2/TJ"),
        _factor(
            "CEMENT-KILN-DUST",
            "emission_factor",
            "KILN-DUST",
            "0.525",
            "tCO2/t",
            "none leaves the kiln system in 2025; recorded because a verifier asks",
        ),
    ]


def _master_data() -> MasterData:
    start = {"valid_from": "2025-01-01", "valid_to": ""}
    sample = {"valid_from": "2025-01-01", "valid_to": "2026-01-01", "note": "the sample ends here"}
    monthly = {"frequency": "monthly"} | sample
    yearly = {"frequency": "yearly"} | sample
    bubble = {"process": "cement_bubble", "method": "declared_share", "share": 1} | start

    def stream(code: str, name: str, material: str, method: str, activity: str) -> Record:
        unit = "kWh" if method == "electricity" else "t"
        return {
            "source_stream": code,
            "name": name,
            "material": material,
            "method": method,
            "activity_source": activity,
            "unit": unit,
        } | start

    streams = [
        stream("raw-meal", "Raw meal for clinker", "RAW-MEAL", "process", "ledger"),
        stream("kiln-dust", "Kiln dust leaving the system", "KILN-DUST", "process", "ledger"),
        stream("coal", "Coal", "COAL", "combustion", "purchases_and_stock"),
        stream("household-waste", "Household waste", "HOUSEHOLD-WASTE", "combustion", "purchases_and_stock"),
        stream("fuel-oil", "Heavy fuel oil", "FUEL-OIL", "combustion", "purchases_and_stock"),
        stream("grid-electricity", "Grid electricity", "ELECTRICITY", "electricity", "meter"),
    ]
    fuels = ("COAL", "HOUSEHOLD-WASTE", "FUEL-OIL")
    return {
        "site": [
            {
                "name": "Invented Cement Works (invented)",
                "name_zh": PLANT.name,
                "country_code": "TW",
                "time_zone": "Asia/Taipei",
                "company_id": PLANT.identifier,
                "first_month": "2025-01",
                "note": "invented plant; 2025 adds up to example 1 of the CBAM communication template V2.1",
            }
        ],
        "processes": [
            {
                "process": "cement_bubble",
                "name": "Cement Bubble",
                "good_category": "Cement",
                "production_route": "All production routes",
                "note": "joint process: clinker wholly used for cement",
            }
        ],
        "products": [
            {
                "product": "PORTLAND-1",
                "name": "Portland Cement Art. Nr. 1",
                "cn_code": "25232900",
                "process": "cement_bubble",
            }
            | start,
        ],
        "materials": [
            {"material": "RAW-MEAL", "name": "Raw meal", "name_zh": "生料", "role": "process", "unit": "kg"},
            {
                "material": "KILN-DUST",
                "name": "Cement kiln dust",
                "name_zh": "窯灰",
                "role": "process",
                "unit": "kg",
            },
            {"material": "COAL", "name": "Coal", "name_zh": "燃料煤", "role": "fuel", "unit": "t"},
            {
                "material": "HOUSEHOLD-WASTE",
                "name": "Household waste fuel",
                "name_zh": "廢棄物衍生燃料",
                "role": "fuel",
                "unit": "t",
            },
            {
                "material": "FUEL-OIL",
                "name": "Heavy fuel oil",
                "name_zh": "燃料油",
                "role": "fuel",
                "unit": "t",
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
                "seller_id": COAL_TRADER.identifier,
                "description": "燃料煤（煙煤）",
                "material": "COAL",
                "unit": "t",
            },
            {
                "seller_id": OIL_COMPANY.identifier,
                "description": "低硫燃料油",
                "material": "FUEL-OIL",
                "unit": "t",
            },
            {
                "seller_id": WASTE_COMPANY.identifier,
                "description": "一般廢棄物衍生燃料",
                "material": "HOUSEHOLD-WASTE",
                "unit": "t",
            },
        ],
        "meters": [
            {
                "meter": "K-MAIN",
                "role": "main",
                "account": ACCOUNT,
                "commodity": "electricity",
                "unit": "kWh",
                "multiplier": 1,
                "interval_minutes": 15,
                "uncertainty_pct": 0.5,
                "calibrated_on": "2023-09-20",
                "calibration_valid_to": "2031-09-19",
                "note": "the utility's meter, primary kWh",
            }
            | start,
        ],
        "source_streams": streams,
        "attribution": [
            {"source_stream": each["source_stream"], "reason": "one joint process"} | bubble
            for each in streams
        ],
        "expected_documents": [
            {"kind": "taipower_bill", "subject": ACCOUNT} | monthly,
            {"kind": "meter_csv", "subject": "K-MAIN"} | monthly,
            {"kind": "production_ledger", "subject": ""} | monthly,
            *({"kind": "stock_count", "subject": fuel} | monthly for fuel in fuels),
            *({"kind": "einvoice", "subject": fuel} | monthly for fuel in fuels),
            *({"kind": "lab_certificate", "subject": fuel} | yearly for fuel in fuels),
            *(
                {"kind": "factor_document", "subject": subject} | yearly
                for subject in ("ELECTRICITY", "RAW-MEAL")
            ),
        ],
    }
