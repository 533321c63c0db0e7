"""The aluminium smelter's standing papers: who is who, master data, certificates, factors, source note."""

from __future__ import annotations

from .einvoice import Company
from .factor_papers import approval_json, factor_csv, lab_csv
from .sheets import MasterData, Record, master_csv
from .statement_papers import NO_OTHER_SOURCE, not_applicable, statement_csv

ACCOUNT = "00-99-2025-06-0"
PLANT = Company("虛構煉鋁股份有限公司（虛構）", "高雄市虛構區電解路 6 號（虛構地址）", "07-000-0061")
GAS_COMPANY = Company(
    "虛構南部天然氣股份有限公司（虛構）", "高雄市虛構區氣源路 1 號（虛構地址）", "07-000-0062"
)
ANODE_MAKER = Company("虛構炭素股份有限公司（虛構）", "臺中市虛構區炭素路 2 號（虛構地址）", "04-000-0063")
COKE_TRADER = Company("虛構石油焦貿易有限公司（虛構）", "高雄市虛構區焦倉路 4 號（虛構地址）", "07-000-0064")
PITCH_MAKER = Company(
    "虛構煤焦油化工股份有限公司（虛構）", "高雄市虛構區瀝青路 5 號（虛構地址）", "07-000-0065"
)
TEMPLATE = 'CBAM communication template V2.1, example 6 "Aluminium" (European Commission, DG TAXUD)'
# Of 38,186.5968 t CO2 of natural gas example 6 gives 5,283 t to forming.
FORMING_GAS_SHARE = "0.138346970999"
SMELTING_GAS_SHARE = "0.861653029001"

SOURCE_NOTE = """\
title: Aluminium smelter, evidence month by month
invented: true  # plant, companies, people, 統一編號, account, meters and amounts; any likeness is chance
what: >
  The papers of an invented Taiwanese smelter with one potline, an anode plant and a wire mill: e-invoices for
  natural gas, anodes, petroleum coke and pitch, stock counts, electricity bills, meter exports, records of
  anode effects, production ledger, certificates, a statement on categories of the inventory.
period: {from: 2025-01-01, to: 2025-12-31}
adds_up_to:
  period: 2025
  published: example 6 "Aluminium" of the CBAM communication template V2.1
  publisher: European Commission, Directorate-General for Taxation and Customs Union
  file: 6 CBAM SEE V2.1_Example Aluminium_final.xlsx
  totals:
    natural_gas: >
      14181 t x 48 GJ/t x 56.1 tCO2/TJ, 5283 t CO2 of it in forming (here 18908000 m3 x 36 GJ per 1000 m3,
      the same 680688 GJ)
    purchased_anodes: 47000 t x 3.664 tCO2/t
    own_anodes: >
      22000 t x 3.664 tCO2/t (here the carbon of 20000 t coke at 0.985 and 4000 t pitch at 0.925 less 1750 t
      of butts sold at 0.8, the same 22000 tC)
    perfluorocarbons: >
      200000 t x 0.15098396304 anode effect minutes a cell-day x 0.102, 0.12 t C2F6/t CF4, collected 0.97,
      25282 t CO2e (here 23696.933 minutes over 156950 cell-days)
    heat: >
      not in the example, which leaves 1.5968 t of its direct emissions without a process (here 7111.111 kWh
      of hot water at 62.375 tCO2/TJ for a neighbour's greenhouse, the same 1.5968 t)
    electricity: 3000000 MWh smelting and 105000 MWh forming, 0.41 tCO2/MWh
    aluminium: 200000 t of slabs, 120000 t of them made into 113000 t of wire
  gives: >
    specific embedded emissions of 1.555 + 6.15 tCO2e/t (slabs) and 1.698079646017699 + 6.9119469026548686
    tCO2e/t (wire), direct + indirect
prices: invented
licence: >
  documents and generator under the licence of this repository; quoted totals (c) European Union, reused under
  Decision 2011/833/EU
made_by: raw_samples/generate.py
"""


def fixed_papers() -> tuple[dict[str, bytes], MasterData]:
    """Make the papers that no month owns; return them with the master data as records."""
    master = _master_data()
    factors = _site_factors()
    files = {
        "source.yml": SOURCE_NOTE.encode("utf-8"),
        "lab/gas_certificate_2025.csv": lab_csv(
            [_certificate("NATURAL-GAS", "ncv", "36", "GJ/1000Nm3", "ISO 6976:2016")]
        ),
        "lab/anode_carbon_certificate_2025.csv": lab_csv(
            [
                _certificate("PETROLEUM-COKE", "carbon_content", "0.985", "tC/t", "ASTM D5373-21"),
                _certificate("PITCH", "carbon_content", "0.925", "tC/t", "ASTM D5373-21"),
                _certificate("ANODE-BUTTS", "carbon_content", "0.8", "tC/t", "ASTM D5373-21"),
            ]
        ),
        "factors/site_factors_2025.csv": factor_csv(factors),
        "statements/categories_2025.csv": statement_csv(
            not_applicable(NO_OTHER_SOURCE), "環保課 江○○", "廠長 石○○", "2026-04-10"
        ),
        "decisions/approve_factors_2025.json": approval_json("FICT-114-961", factors, "2025-01-03"),
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
        "sample_date": "2024-12-18",
        "valid_from": "2025-01-01",
        "valid_to": "2026-01-01",
        "laboratory": "Invented Carbon Laboratory (invented)",
        "accreditation_number": "FICT-0061",
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
        "author": "環保課 江○○",
        "approver": "廠長 石○○",
        "note": note,
    }


def _site_factors() -> list[Record]:
    measured = "measured at the own cells in 2024"
    return [
        _factor(
            "SMELTER-ELECTRICITY",
            "electricity_factor",
            "ELECTRICITY",
            "0.41",
            "tCO2/MWh",
            "declared so that 2025 reproduces the example; not a factor of the Taiwanese grid",
        ),
        _factor("SMELTER-GAS", "emission_factor", "NATURAL-GAS", "56.1", "tCO2/TJ"),
        _factor("SMELTER-ANODES", "emission_factor", "ANODES", "3.664", "tCO2/t", "pure carbon"),
        _factor(
            "SMELTER-CF4",
            "pfc_slope_coefficient",
            "CWPB",
            "0.102",
            "(kg CF4/t Al)/(AE-min/cell-day)",
            measured,
        ),
        _factor("SMELTER-C2F6", "pfc_slope_c2f6_share", "CWPB", "0.12", "t/t", measured),
        _factor("SMELTER-DUCTS", "pfc_collection_efficiency", "CWPB", "97", "%", measured),
        _factor(
            "SMELTER-HOT-WATER",
            "emission_factor",
            "HOT-WATER",
            "62.375",
            "tCO2/TJ",
            "natural gas, boiler efficiency measured in 2024",
        ),
    ]


def _master_data() -> MasterData:
    start = {"valid_from": "2025-01-01", "valid_to": ""}
    sample = {"valid_from": "2025-01-01", "valid_to": "2026-01-01", "note": "the sample ends here"}
    monthly = {"frequency": "monthly"} | sample
    yearly = {"frequency": "yearly"} | sample

    def stream(code: str, name: str, material: str, method: str, activity: str, unit: str = "t") -> Record:
        return {
            "source_stream": code,
            "name": name,
            "material": material,
            "method": method,
            "activity_source": activity,
            "unit": unit,
            "direction": "output" if code == "butts" else "input",
        } | start

    def bearer(stream_code: str, process: str, method: str, share: str, reason: str) -> Record:
        return {
            "source_stream": stream_code,
            "process": process,
            "method": method,
            "share": share,
            "reason": reason,
        } | start

    def item(seller: Company, description: str, material: str, unit: str) -> Record:
        return {
            "seller_id": seller.identifier,
            "description": description,
            "material": material,
            "unit": unit,
        }

    def meter(code: str, role: str, commodity: str, **more: object) -> Record:
        return (
            {
                "meter": code,
                "role": role,
                "commodity": commodity,
                "unit": "kWh",
                "multiplier": 1,
                "interval_minutes": 60,
                "uncertainty_pct": 0.5,
                "calibrated_on": "2023-10-11",
                "calibration_valid_to": "2031-10-10",
            }
            | more
            | start
        )

    streams = [
        stream("natural-gas", "Natural gas", "NATURAL-GAS", "combustion", "purchases", "m3"),
        stream("purchased-anodes", "Purchased anodes", "ANODES", "process", "purchases_and_stock"),
        stream(
            "coke", "Petroleum coke of own anodes", "PETROLEUM-COKE", "mass_balance", "purchases_and_stock"
        ),
        stream("pitch", "Pitch of own anodes", "PITCH", "mass_balance", "purchases_and_stock"),
        stream("butts", "Anode butts sold", "ANODE-BUTTS", "mass_balance", "ledger"),
        stream("potline-1", "Anode effects of potline 1", "CWPB", "pfc_slope", "measurement"),
        stream("greenhouse", "Hot water for the greenhouse", "HOT-WATER", "heat_export", "meter", "kWh"),
        stream("grid-electricity", "Grid electricity", "ELECTRICITY", "electricity", "meter", "kWh"),
    ]
    potroom = "all of it is used in the pot room"
    gas = "by the burners' rated heat and hours, statement of 2024"
    fuels = ("ANODES", "PETROLEUM-COKE", "PITCH")
    return {
        "site": [
            {
                "name": "Invented Aluminium Smelter (invented)",
                "name_zh": PLANT.name,
                "country_code": "TW",
                "time_zone": "Asia/Taipei",
                "company_id": PLANT.identifier,
                "first_month": "2025-01",
                "note": "invented plant; 2025 adds up to example 6 of the CBAM communication template V2.1",
            }
        ],
        "processes": [
            {
                "process": "primary_smelting",
                "name": "Primary smelting",
                "good_category": "Unwrought aluminium",
                "production_route": "Primary (electrolytic) smelting",
                "note": "anode plant, potline and cast house",
            },
            {
                "process": "forming_steps",
                "name": "Forming steps",
                "good_category": "Aluminium products",
                "production_route": "All production routes",
            },
        ],
        "products": [
            {"product": "SLAB-A", "name": "Slabs A", "cn_code": "76011010", "process": "primary_smelting"}
            | start,
            {"product": "WIRE-B", "name": "Wire B", "cn_code": "76051900", "process": "forming_steps"}
            | start,
        ],
        "materials": [
            {"material": code, "name": name, "name_zh": name_zh, "role": role, "unit": unit}
            for code, name, name_zh, role, unit in (
                ("NATURAL-GAS", "Natural gas", "天然氣", "fuel", "m3"),
                ("ANODES", "Prebaked anodes", "預焙陽極", "process", "t"),
                ("PETROLEUM-COKE", "Calcined petroleum coke", "煅燒石油焦", "process", "t"),
                ("PITCH", "Coal tar pitch", "煤焦油瀝青", "process", "t"),
                ("ANODE-BUTTS", "Anode butts", "陽極殘極", "process", "kg"),
                ("CWPB", "Centre worked prebake cells", "中央下料預焙槽", "process", "kg"),
                ("HOT-WATER", "Hot water", "熱水", "other", "kWh"),
                ("ELECTRICITY", "Electricity", "電力", "electricity", "kWh"),
            )
        ],
        "purchase_items": [
            item(GAS_COMPANY, "工業用天然氣", "NATURAL-GAS", "m3") | {"note": "1 度 = 1 Nm3"},
            item(ANODE_MAKER, "預焙陽極", "ANODES", "t"),
            item(COKE_TRADER, "煅燒石油焦", "PETROLEUM-COKE", "t"),
            item(PITCH_MAKER, "改質瀝青", "PITCH", "t"),
        ],
        "meters": [
            meter("A-MAIN", "main", "electricity", account=ACCOUNT, note="the utility's meter, primary kWh"),
            meter("A-POTLINE", "process", "electricity", process="primary_smelting"),
            meter("A-FORMING", "process", "electricity", process="forming_steps"),
            meter("H-GREENHOUSE", "export", "heat", process="primary_smelting", note="hot water, net"),
        ],
        "source_streams": streams,
        "attribution": [
            bearer("natural-gas", "primary_smelting", "declared_share", SMELTING_GAS_SHARE, gas),
            bearer("natural-gas", "forming_steps", "declared_share", FORMING_GAS_SHARE, gas),
            *(
                bearer(code, "primary_smelting", "declared_share", "1", potroom)
                for code in ("purchased-anodes", "coke", "pitch", "butts", "potline-1")
            ),
            bearer("greenhouse", "primary_smelting", "declared_share", "1", "from the cast house boiler"),
            bearer("grid-electricity", "primary_smelting", "sub_meter", "", "metered by A-POTLINE"),
            bearer("grid-electricity", "forming_steps", "sub_meter", "", "metered by A-FORMING"),
        ],
        "expected_documents": [
            {"kind": "taipower_bill", "subject": ACCOUNT} | monthly,
            *(
                {"kind": "meter_csv", "subject": code} | monthly
                for code in ("A-MAIN", "A-POTLINE", "A-FORMING", "H-GREENHOUSE")
            ),
            {"kind": "production_ledger", "subject": ""} | monthly,
            {"kind": "pfc_measurement", "subject": "potline-1"} | monthly,
            *({"kind": "stock_count", "subject": fuel} | monthly for fuel in fuels),
            *({"kind": "einvoice", "subject": fuel} | monthly for fuel in ("NATURAL-GAS", *fuels)),
            *(
                {"kind": "lab_certificate", "subject": each} | yearly
                for each in ("NATURAL-GAS", "PETROLEUM-COKE", "PITCH", "ANODE-BUTTS")
            ),
            *(
                {"kind": "factor_document", "subject": each} | yearly
                for each in ("ELECTRICITY", "ANODES", "CWPB", "HOT-WATER")
            ),
        ],
    }
