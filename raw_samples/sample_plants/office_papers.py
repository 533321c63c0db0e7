"""The trading office's standing papers: master data, lease, statement, factors, footprints, source note."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .einvoice import Company
from .factor_papers import approval_json, factor_csv
from .sheets import MASTER_COLUMNS, MasterData, Record, master_workbook, table
from .statement_papers import not_applicable, stated, statement_csv

FLOOR_ACCOUNT = "00-99-2025-07-1"
COMMON_ACCOUNT = "00-99-2025-07-2"
OFFICE = Company(
    "虛構扣件貿易股份有限公司（虛構）", "台北市虛構區貿易路 7 號 5 樓（虛構地址）", "02-0000-0007"
)
BOLT_MAKER = "Invented Bolt Works Co., Ltd. (invented)"
REBAR_MAKER = "Invented Rebar Mill (invented)"
BOLT_FOOTPRINT = "7d1a4c1e-0000-4000-8000-000000000235"
REBAR_EPD = "EPD-FICT-2024-0850"
MOENV = "環境部 產品碳足跡資訊網 碳足跡排放係數 (Ministry of Environment, Taiwan, product footprint factors)"

SOURCE_NOTE = """\
title: Trading office, papers of a year
invented: true  # office, companies, people, 統一編號, accounts and amounts; any likeness is chance
what: >
  The papers of an invented office in Taipei that trades bolts and rebar and makes nothing: electricity
  bills of a leased floor, its lease, a commuting survey, trips, freight, purchases with suppliers'
  footprints, waste, one renewable energy certificate, and statements on categories of the inventory and for
  the report on greenhouse gases.
period: {from: 2025-01-01, to: 2025-12-31}
grain: year  # organisations account for years
adds_up_to:
  period: 2025
  published: >
    factors as the Ministry of Environment and the Energy Administration publish them, named in factors/; sums
    written by hand, t CO2e
  totals:
    electricity_location: 96 MWh x 18/30 persons = 57.6 MWh, x 0.467 t/MWh = 26.8992
    electricity_market: (57.6 - 1) MWh x 0.467 t/MWh = 26.4322
    category_1: 240 t bolts x 2.35 + 300 t rebar x 0.85 + 480000 TWD services x 0.000012 = 824.76
    category_2: 300000 TWD equipment x 0.00003 = 9
    category_3: 57.6 MWh x 0.0973 = 5.60448
    category_4: 408000 tkm sea x 0.0000198 + 64800 tkm road x 0.000131 = 16.5672
    category_5: 2.4 t burnt x 0.36 = 0.864
    category_6: 16560 pkm rail x 0.000034 + 1800 pkm air x 0.000281 = 1.06884
    category_7: 25760 pkm x 0.0000951 + 33120 pkm x 0.000115 + 24840 pkm x 0.0000944 = 8.603472
    category_8: 120 MWh x 240/2400 m2 = 12 MWh, x 0.467 t/MWh = 5.604
    category_9: 14400 tkm road x 0.000131 = 1.8864
    category_12: 3.2 declared
  gives: {scope_1: 0, scope_2_location: 26.8992, scope_2_market: 26.4322, scope_3: 877.158392,
          total_location: 904.057592, total_market: 903.590592}
prices: invented
uncertainty: >
  invented, half of the 95 % interval of every declared factor and of both suppliers' footprints; the sources
  print none; of the grid factor 7 % by form 7. The declared category 12 states none: 3.2 of 877.158392 t
  are not assessed
licence: >
  documents and generator under the licence of this repository; factors quoted under the Open Government Data
  License, version 1.0 (Taiwan)
made_by: raw_samples/generate.py
"""

# What ISO 14064-1:2018, 9.3.1 wants an organisation to say itself, by item.
STATED = {
    "b": ("The general manager, Mr Zeng, is responsible for this report", "總經理曾○○負責本報告書"),
    "d": ("Operational control; the leased floor is the only unit", "營運控制權法，僅含承租樓層"),
    "e": (
        "An indirect category above 1 % of the total, or asked for by a customer, is significant",
        "間接排放類別占總量 1 % 以上，或為客戶要求者為重大",
    ),
    "f": (
        "No direct sources: no vehicles, the building's owner runs cooling and generator",
        "無直接排放源：無公務車，空調與發電機由大樓管理",
    ),
    "h": ("There are no removals", "無移除量"),
    "k": ("2025 is the base year, being the first year with an inventory", "2025 年為首次盤查，訂為基準年"),
    "l": ("The base year has not changed", "基準年未變更"),
    "n": ("This is the first inventory, so nothing has changed", "首次盤查，量化方法無變更"),
    "p": (
        "Category 5, 0.4 % of the total, is an own estimate without interval; the others are assessed",
        "類別 5 占總量 0.4 %，為自行估算，無不確定性區間；其餘類別均經評估",
    ),
    "r": (
        "This report was prepared in accordance with ISO 14064-1:2018",
        "本報告書依 ISO 14064-1:2018 編製",
    ),
    "s": ("The inventory was not verified by a third party", "本盤查未經第三方查證"),
}


def contract_csv(records: list[Record]) -> bytes:
    """Write a paper whose columns are those of its first record."""
    columns = list(records[0])
    return table(columns, [[record[column] for column in columns] for record in records]).encode("utf-8")


@dataclass(frozen=True)
class Factor:
    """A factor that the office declares, as published."""

    material: str
    value: str
    unit: str
    source: str
    known_since: str
    note: str = ""


FACTORS = (
    Factor(
        "SEA-CONTAINER", "0.0198", "kgCO2e/tkm", f"{MOENV}: 國際海運貨物運輸服務(燃料油動力)", "2016-12-31"
    ),
    Factor("TRUCK-LARGE-DIESEL", "0.131", "kgCO2e/tkm", f"{MOENV}: 營業大貨車(柴油)", "2022-12-31"),
    Factor("HIGH-SPEED-RAIL", "0.034", "kgCO2e/pkm", f"{MOENV}: 高速鐵路運輸服務", "2018-12-31"),
    Factor("AIR-TSA-KNH", "0.281", "kgCO2e/pkm", f"{MOENV}: 航空旅客運輸服務(松山-金門)", "2018-12-31"),
    Factor("SCOOTER-PETROL", "0.0951", "kgCO2e/pkm", f"{MOENV}: 機器腳踏車(汽油)", "2014-12-31"),
    Factor("CAR-PETROL", "0.115", "kgCO2e/pkm", f"{MOENV}: 自用小客車(汽油)", "2014-12-31"),
    Factor(
        "BUS-DIESEL", "0.0944", "kgCO2e/pkm", f"{MOENV}: 營業大客車(市區公車及公路客運-柴油)", "2014-12-31"
    ),
    Factor("INCINERATION", "360", "kgCO2e/t", f"{MOENV}: 廢棄物焚化處理服務(岡山垃圾焚化廠)", "2020-12-31"),
    Factor("ELECTRICITY-UPSTREAM", "0.0973", "kgCO2e/kWh", f"{MOENV}: 電力間接碳足跡(2021)", "2023-12-31"),
    Factor(
        "SPEND-SERVICES", "0.012", "kgCO2e/TWD", "invented for the sample, no published factor", "2025-01-02",
        "stands for a table by spend that the office would buy",
    ),
    Factor(
        "SPEND-EQUIPMENT", "0.03", "kgCO2e/TWD", "invented for the sample, no published factor", "2025-01-02",
        "stands for a table by spend that the office would buy",
    ),
)  # fmt: skip
# Half of the 95 % interval of each, in percent; invented, as the sources print none.
INTERVALS_PCT = {
    "SEA-CONTAINER": "20", "TRUCK-LARGE-DIESEL": "15", "HIGH-SPEED-RAIL": "15", "AIR-TSA-KNH": "20",
    "SCOOTER-PETROL": "20", "CAR-PETROL": "20", "BUS-DIESEL": "20", "INCINERATION": "30",
    "ELECTRICITY-UPSTREAM": "15", "SPEND-SERVICES": "50", "SPEND-EQUIPMENT": "50",
}  # fmt: skip
NOT_APPLICABLE = {
    "1.1": (
        "the office burns nothing; the building's owner runs the generator",
        "無燃燒設備，發電機由大樓管理",
    ),
    "1.2": ("the office has no vehicles", "無公務車"),
    "1.3": ("the office makes nothing", "無製程"),
    "1.4": (
        "the building's owner runs cooling, extinguishers and the sewer",
        "空調、滅火設備及污水由大樓管理",
    ),
    "1.5": ("a leased floor, no land", "僅承租樓層，無土地"),
    "2.2": ("no steam, heat or cold is bought", "未外購蒸汽、熱能或冷能"),
    "10": ("goods are sold finished; nobody processes them", "商品以成品銷售，無後續加工"),
    "11": ("bolts and rebar use no energy", "螺栓與鋼筋使用時不耗能"),
    "13": ("the office lets nothing", "無出租資產"),
    "14": ("the office has no franchises", "無加盟店"),
    "15": ("the office holds no shares", "無投資"),
}


def fixed_papers() -> tuple[dict[str, bytes], MasterData]:
    """Make the papers that no month owns; return them with the master data as records."""
    master = _master_data()
    factors = [_factor_record(factor) for factor in FACTORS]
    files = {
        "source.yml": SOURCE_NOTE.encode("utf-8"),
        "master_data/master_data.xlsx": master_workbook(
            master, "Master data of the trading office (invented)"
        ),
        "factors/factors_2025.csv": factor_csv(factors),
        "decisions/approve_factors_2025.json": approval_json("FICT-114-701", factors, "2025-01-10"),
        "lease/office_lease_2025.csv": _lease(),
        "statements/categories_2025.csv": _statement(),
        "statements/inventory_2025.csv": _inventory_statement(),
        "suppliers/bolt_footprint.json": _bolt_footprint(),
        "suppliers/rebar_epd.json": _rebar_epd(),
        "suppliers/footprints.csv": _footprint_list(),
        "renewable/t_rec_2025.csv": _certificate(),
    }
    return files, master


def _factor_record(factor: Factor) -> Record:
    return {
        "factor_code": f"OFFICE-{factor.material}",
        "parameter": "life_cycle_factor",
        "material": factor.material,
        "value": factor.value,
        "unit": factor.unit,
        "valid_from": "2025-01-01",
        "valid_to": "2026-01-01",
        "known_since": factor.known_since,
        "source": factor.source,
        "source_class": "type_2",
        "author": "總務 羅○○",
        "approver": "總經理 曾○○",
        "note": factor.note,
        "uncertainty_pct": INTERVALS_PCT[factor.material],
    }


def _lease() -> bytes:
    common = {
        "lease": "FICT-LEASE-2024-05", "valid_from": "2025-01-01", "valid_to": "", "author": "總務 羅○○",
    }  # fmt: skip
    floor = {
        "account": FLOOR_ACCOUNT, "control": "tenant", "method": "headcount", "own_part": "18", "whole": "30",
        "key_unit": "persons",
        "reason": "two tenants share floor and meter and work the same hours: persons tell more than area",
    }  # fmt: skip
    stairs = {
        "account": COMMON_ACCOUNT, "control": "landlord", "method": "area", "own_part": "240",
        "whole": "2400", "key_unit": "m2",
        "reason": "lifts, lighting and cooling of common parts, charged by leased area",
    }  # fmt: skip
    columns = (
        "lease", "account", "control", "method", "own_part", "whole", "key_unit", "valid_from", "valid_to",
        "reason", "author",
    )  # fmt: skip
    return contract_csv([{key: (common | row)[key] for key in columns} for row in (floor, stairs)])


def _statement() -> bytes:
    declared = stated(
        "12", "REBAR", "declared", "3.2",
        "sorting and melting down of rebar from demolition, estimated by the office",
        "拆除鋼筋之分選與回爐，自行估算", "invented for the sample",
    )  # fmt: skip
    visitors = stated(
        "3.4", "-", "excluded", "",
        "forty visits a year, mostly by metro: 0.1 t by own estimate, below 1 % of the total",
        "每年訪客約 40 人次，多搭乘捷運，估計 0.1 公噸，低於總量 1 % 之重大性準則", "",
    )  # fmt: skip
    return statement_csv(
        [declared, *not_applicable(NOT_APPLICABLE), visitors], "總務 羅○○", "總經理 曾○○", "2026-02-20"
    )


def _inventory_statement() -> bytes:
    return contract_csv(
        [
            {
                "year": "2025", "item": item, "statement": english, "statement_zh": chinese, "document": "",
                "stated_by": "總經理 曾○○", "recorded_on": "2026-03-31",
            }
            for item, (english, chinese) in STATED.items()
        ]
    )  # fmt: skip


def _bolt_footprint() -> bytes:
    """Write the supplier's footprint in the form of PACT 3: 2.35 kg for a kilogram of bolts."""
    written = {
        "id": BOLT_FOOTPRINT,
        "specVersion": "3.0.0",
        "created": "2025-01-08T02:00:00Z",
        "status": "Active",
        "companyName": BOLT_MAKER,
        "companyIds": ["urn:company:invented-bolt-works"],
        "productDescription": "Carbon steel bolts, invented",
        "productIds": ["urn:product:invented-bolt-works:bolt-m8"],
        "productNameCompany": "Bolt M8 (invented)",
        "pcf": {
            "declaredUnitOfMeasurement": "kilogram",
            "declaredUnitAmount": "1",
            "productMassPerDeclaredUnit": "1",
            "referencePeriodStart": "2024-01-01T00:00:00Z",
            "referencePeriodEnd": "2025-01-01T00:00:00Z",
            "geographyCountry": "VN",
            "pcfExcludingBiogenicUptake": "2.35",
            "pcfIncludingBiogenicUptake": "2.35",
            "fossilGhgEmissions": "2.35",
            "fossilCarbonContent": "0",
            "ipccCharacterizationFactors": ["AR6"],
            "crossSectoralStandards": ["ISO14067"],
            "exemptedEmissionsPercent": "0",
        },
    }
    return _json(written)


def _rebar_epd() -> bytes:
    """Write the supplier's EPD in the form of openEPD: 850 kg for a tonne of rebar, modules A1 to A3."""
    written = {
        "doctype": "OpenEPD",
        "version": 1,
        "product_name": "Rebar, invented",
        "program_operator": {"name": "Invented EPD Programme (invented)"},
        "program_operator_doc_id": REBAR_EPD,
        "manufacturer": {"name": REBAR_MAKER},
        "declaration_url": "https://epd.example/fict-2024-0850",
        "date_of_issue": "2024-06-01T00:00:00Z",
        "valid_until": "2029-06-01T00:00:00Z",
        "declared_unit": {"qty": 1, "unit": "t"},
        "kg_per_declared_unit": {"qty": 1000, "unit": "kg"},
        "compliance": [{"short_name": "EN 15804+A2"}],
        "impacts": {"EF 3.0": {"gwp": {"A1A2A3": {"mean": 850, "unit": "kgCO2e"}}}},
    }
    return _json(written)


def _json(written: object) -> bytes:
    return (json.dumps(written, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _footprint_list() -> bytes:
    rows = (("BOLT-M8", BOLT_FOOTPRINT, BOLT_MAKER, "12"), ("REBAR", REBAR_EPD, REBAR_MAKER, "10"))
    return contract_csv(
        [
            {
                "material": material, "footprint": footprint, "supplier": supplier, "author": "總務 羅○○",
                "linked_on": "2025-01-10", "note": "", "uncertainty_pct": uncertainty,
            }
            for material, footprint, supplier, uncertainty in rows
        ]
    )  # fmt: skip


def _certificate() -> bytes:
    return contract_csv(
        [
            {
                "憑證編號": "FICT-TREC-2025-000001", "案場名稱": "虛構屋頂光電案場（虛構）",
                "能源類別": "太陽能", "發電起日": "2025/06/01", "發電迄日": "2025/06/30",
                "供電方式": "自發自用", "憑證度數": "1000",
                "持有者統編": OFFICE.identifier, "持有者": OFFICE.name, "移轉日期": "2025/09/12",
                "使用用途": "溫室氣體盤查", "宣告年度": "114", "登錄日期": "2025/10/03", "憑證狀態": "有效",
            }
        ]
    )  # fmt: skip


def _master_data() -> MasterData:
    """Master data of an office: who it is and which papers must come; no process, no source stream."""
    master: dict[str, list[Record]] = {sheet: [] for sheet in MASTER_COLUMNS}
    master["site"] = [
        {
            "name": "Invented Fastener Trading, Taipei office (invented)",
            "name_zh": OFFICE.name,
            "country_code": "TW",
            "time_zone": "Asia/Taipei",
            "company_id": OFFICE.identifier,
            "first_month": "2025-01",
            "note": "invented office; makes nothing, accounts as an organisation",
        }
    ]
    master["expected_documents"] = [
        {
            "kind": kind, "subject": subject, "frequency": frequency, "valid_from": "2025-01-01",
            "valid_to": "2026-01-01",
        }
        for kind, subject, frequency in (
            ("taipower_bill", FLOOR_ACCOUNT, "monthly"),
            ("taipower_bill", COMMON_ACCOUNT, "monthly"),
            ("commuting_survey", "", "yearly"),
        )
    ]  # fmt: skip
    return master
