"""A kiln of calcined clay with power purchase papers: which electricity factor counts from 2026.

January 2026: 744 MWh by an hourly meter, 1000 t made. The agreement with its papers states 0.02 t CO2/MWh.
The default is 0.561, a direct link lacks its diagram, and the site declares zero for certificates
(IR (EU) 2025/2547 Annex II, D.4).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plant import FACTOR_HEADING, Plant, Rows, plant

from tracetonne.factors import read_choices
from tracetonne.package.verify import verify

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {
    "site": [{"name": "Kiln", "country_code": "TW", "first_month": "2026-01"}],
    "processes": [{"process": "kiln", "name": "Kiln", "good_category": "Calcined clays"}],
    "products": [{"product": "CLAY", "name": "Calcined clay", "cn_code": "25070080", "process": "kiln"}],
    "materials": [
        {"material": "ELECTRICITY", "name": "Electricity", "role": "electricity", "unit": "kWh"},
        {"material": "KAOLIN", "name": "Kaolin", "role": "other", "unit": "t"},
    ],
    "meters": [
        {"meter": "E-MAIN", "role": "main", "commodity": "electricity", "unit": "kWh", "interval_minutes": 60,
         "uncertainty_pct": 0.5},
    ],
    "source_streams": [
        {"source_stream": "grid", "name": "Electricity", "material": "ELECTRICITY", "method": "electricity",
         "activity_source": "meter", "unit": "kWh"},
    ],
    "attribution": [
        {"source_stream": "grid", "process": "kiln", "method": "declared_share", "share": 1,
         "reason": "one process"},
    ],
}  # fmt: skip
FACTOR = (
    "{code},electricity_factor,ELECTRICITY,{value},tCO2/MWh,2026-01-01,2027-01-01,2026-01-02,paper,{kind},"
    "Lin,Chen,,{papers}\n"
)
PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        "2026-01-05,A,kiln,CLAY,1000000,0,KAOLIN,1200000,\n"
    ),
    "meters": "meter,interval_start,consumption_kwh,quality\n"
    + "".join(f"E-MAIN,2026-01-{hour // 24 + 1:02d} {hour % 24:02d}:00,1000,A\n" for hour in range(744)),
    "factors": FACTOR_HEADING.strip()
    + ",hourly_metering,supply_contract,link_diagram,grid_connection,supply_share_pct\n"
    + "".join(
        FACTOR.format(code=code, value=value, kind=kind, papers=papers)
        for code, value, kind, papers in (
            ("PPA", "0.02", "power_purchase", "M-7,PPA-7,,G-7,100"),
            ("LINK", "0.01", "direct_link", "M-8,C-8,-,,100"),
            ("DEFAULT", "0.561", "cbam_default", ",,,,"),
            ("T-REC", "0", "site_declared", ",,,,"),
        )
    ),
}


@pytest.fixture(scope="module")
def kiln(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("kiln"), "kiln", "2026-01", MASTER, PAPERS)


def test_the_agreement_with_its_papers_counts(kiln: Plant) -> None:
    assert kiln.result.status == "published", kiln.result
    assert kiln.value("see_indirect", "kiln") == pytest.approx(744 * 0.02 / 1000, rel=1e-12)


def test_each_of_the_others_says_what_it_lacks(kiln: Plant) -> None:
    (choice,) = (
        one
        for one in read_choices(kiln.home, "kiln", "2026-01").choices
        if one["series"] == "regime" and one["subject_type"] == "electricity"
    )
    lost = {one["factor_code"]: one for one in choice["losers"]}
    assert choice["winner"]["factor_code"] == "PPA"
    assert lost["DEFAULT"]["lost_code"] == "ranked_lower"
    assert lost["LINK"]["lost_code"] == "no_link_diagram"
    assert lost["T-REC"]["lost_code"] == "no_proof_of_delivery"
    assert "certificates (T-REC, GO) alone do not count" in lost["T-REC"]["reason"]
    assert "單線圖" in lost["LINK"]["reason_zh"]


def test_the_package_is_computed_again(kiln: Plant) -> None:
    assert kiln.result.package is not None
    assert verify(Path(kiln.result.package)).failures == []
