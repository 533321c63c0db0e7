"""A forge that buys the same rod from two mills, and cannot tell in its yard which is which.

In January 2026 it buys 100 t of mill A (1.5 t CO2e/t) and 300 t of mill B (2.5 t CO2e/t), both verified, and
makes 200 t of bolts from 200 t: the weighted average of the mills is 0.25 × 1.5 + 0.75 × 2.5 = 2.25 t/t
(IR (EU) 2025/2547 Article 14(2)). A forge that does not say in its master data which mill an invoice is of
takes the default value, 3.4859 t/t of Chinese rod in 2026, for no mill's own can be attributed to it; so does
one whose verifier a body outside the EEA accredited.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
from small_plant import FACTOR_HEADING, Plant, Rows, factor, plant
from ubl_invoice import ubl_invoice

from orchestration.refresh import refresh
from tracetonne.package.verify import verify

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {
    "site": [{"name": "Forge", "country_code": "TW", "first_month": "2026-01"}],
    "processes": [{"process": "forge", "name": "Forge", "good_category": "Iron or steel products"}],
    "products": [{"product": "BOLT", "name": "Bolt", "cn_code": "73181588", "process": "forge"}],
    "materials": [
        {"material": "GAS", "name": "Gas", "role": "fuel", "unit": "m3"},
        {"material": "ROD", "name": "Rod", "cn_code": "72139110", "role": "precursor", "unit": "t",
         "country_code": "CN"},
    ],
    "purchase_items": [
        {"seller_id": f"CN-{mill}", "description": "Rod", "material": "ROD", "unit": "t",
         "installation": f"Mill {mill}"}
        for mill in "AB"
    ],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "source_streams": [
        {"source_stream": "furnace", "name": "Furnace", "material": "GAS", "method": "combustion",
         "activity_source": "bill", "unit": "m3"},
    ],
    "attribution": [
        {"source_stream": "furnace", "process": "forge", "method": "declared_share", "share": 1,
         "reason": "one process"},
    ],
}  # fmt: skip
HEADING = (
    "declaration_number,supplier,installation,country_code,material,cn_code,valid_from,valid_to,see_direct,"
    "see_direct_unit,see_direct_source,electricity,electricity_unit,electricity_factor,"
    "electricity_factor_unit,electricity_factor_source,verification_report,verifier,verifier_accreditation,"
    "accreditation_body,accreditation_country,verifier_accreditation_scope,verified_from,verified_to\n"
)
PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        "2026-01-05,A,forge,BOLT,200000,0,ROD,200000,\n"
    ),
    "stock": (
        "count_date,material,quantity,unit,location,counted_by\n"
        "2025-12-31,ROD,0,t,yard,Lin\n2026-01-31,ROD,200,t,yard,Lin\n"
    ),
    "bill": (
        "用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數\n"
        "G-1,B1,一般,115/01,115/01/01,115/01/31,1000\n"
    ),
    "declarations": HEADING
    + "".join(
        f"K-{mill},Invented Mills,MILL {mill},CN,ROD,72139110,2026-01-01,2027-01-01,{value},tCO2e/t,Measured,"
        f"0,MWh/t,0.5,tCO2/MWh,Measured,VR-{mill},V GmbH,D-VS-1,"
        "Invented Body,DE,CBAM iron and steel,2026-01-01,2027-01-01\n"
        for mill, value in (("A", "1.5"), ("B", "2.5"))
    ),
    "factors": FACTOR_HEADING
    + factor("GAS", "ncv", "35", "GJ/1000Nm3")
    + factor("GAS", "emission_factor", "56", "tCO2/TJ"),
}

# Rod from China in IR (EU) 2025/2621, with its mark-up of 2026.
DEFAULT = 3.4859


def build(folder: Path, master: Mapping[str, Rows], papers: Mapping[str, str]) -> Plant:
    """Refresh January of a forge of these master data and papers, with the invoices of both mills."""
    invoices = [folder / "a.xml", folder / "b.xml"]
    for path, mill, tonnes in zip(invoices, "AB", (100, 300), strict=True):
        path.write_text(ubl_invoice(f"CN-{mill}", [("Rod", tonnes)]), encoding="utf-8")
    return plant(folder, "forge", "2026-01", master, papers, invoices)


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return build(tmp_path_factory.mktemp("forge"), MASTER, PAPERS)


def losers(forge: Plant) -> dict[tuple[str, str], str]:
    """Why declarations lost in the regime series, in Chinese, by number and reason code."""
    assert forge.result.package is not None
    table = next(Path(forge.result.package).rglob("factor_candidate.csv"))
    with table.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["factor_code"], row["lost_code"]): row["reason_zh"]
            for row in csv.DictReader(file)
            if row["series"] == "regime" and row["factor_code"].startswith("K-")
        }


def test_a_precursor_of_two_mills_counts_their_weighted_average(forge: Plant) -> None:
    assert forge.result.status == "published", forge.result
    lines = forge.lines("precursor_see_direct")
    assert {line["series"] for line in lines} == {"management", "regime"}
    assert [float(line["value"]) for line in lines] == pytest.approx([2.25, 2.25], rel=1e-12)
    # 1,000 m3 of gas at 35 GJ/1000 m3 and 56 t/TJ are 1.96 t CO2, on 200 t.
    assert forge.value("see_direct", "forge") == pytest.approx(2.25 + 1.96 / 200, rel=1e-9)
    assert forge.result.package is not None
    assert verify(Path(forge.result.package)).failures == []


def test_its_year_does_so_too(forge: Plant) -> None:
    year = Plant(forge.home, "forge", "2026", refresh(forge.home, "forge", "2026"))
    assert year.result.status == "published", year.result
    of_year = [line for line in year.lines("precursor_see_direct") if ":2026:" in line["line_id"]]
    assert [float(line["value"]) for line in of_year] == pytest.approx([2.25, 2.25], rel=1e-12)
    assert year.value("see_direct", "forge") == pytest.approx(2.25 + 1.96 / 200, rel=1e-9)
    assert year.result.package is not None
    assert verify(Path(year.result.package)).failures == []


def test_mills_that_are_not_told_apart_take_the_default(tmp_path: Path) -> None:
    items = [
        {name: value for name, value in row.items() if name != "installation"}
        for row in MASTER["purchase_items"]
    ]
    forge = build(tmp_path, {**MASTER, "purchase_items": items}, PAPERS)
    assert forge.result.status == "published", forge.result
    assert forge.value("see_direct", "forge") == pytest.approx(DEFAULT + 1.96 / 200, rel=1e-9)
    lost = losers(forge)
    assert set(lost) == {(f"K-{mill}/ROD", "mills_not_told_apart") for mill in "AB"}
    assert all("未區分設施" in reason for reason in lost.values())
    assert verify(Path(forge.result.package or "")).failures == []


def test_a_verifier_accredited_elsewhere_leaves_the_default(tmp_path: Path) -> None:
    """Mill A, a quarter of the stock, is verified by a body of Taiwan; mill B as before."""
    declarations = PAPERS["declarations"].replace("Invented Body,DE", "Invented Body,TW", 1)
    forge = build(tmp_path, MASTER, {**PAPERS, "declarations": declarations})
    assert forge.result.status == "published", forge.result
    assert forge.value("see_direct", "forge") == pytest.approx(
        0.25 * DEFAULT + 0.75 * 2.5 + 1.96 / 200, rel=1e-9
    )
    assert "歐盟" in losers(forge)["K-A/ROD", "accreditation_outside_eea"]
    assert verify(Path(forge.result.package or "")).failures == []
