"""A cement works that knows its clinker by what leaves it, from papers to a verified package.

March 2026. Of CEM-1 (95 % clinker) 900 t left and the stock rose from 100 to 150 t, so 950 t were made; of
CEM-2 (60 %) 520 t left, 20 t of them from stock: 500 t. 40 t of clinker were sold and its stock fell by 50 t:
902.5 + 300 + 40 - 50 = 1,192.5 t of clinker. 20 t of dust, half calcined, left the kiln.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plant import CERTIFICATE_HEADING, FACTOR_HEADING, Plant, Rows, certificate, factor, plant

from tracetonne.package.verify import verify

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {
    "site": [{"name": "Cement works", "country_code": "TW", "first_month": "2026-03"}],
    "processes": [{"process": "cement", "name": "Kiln and mills", "good_category": "Cement"}],
    "products": [
        {"product": product, "name": product, "cn_code": "25232900", "process": "cement"}
        for product in ("CEM-1", "CEM-2")
    ],
    "materials": [
        {"material": "CLINKER", "name": "Clinker", "role": "process", "unit": "t"},
        {"material": "DUST", "name": "Dust", "role": "process", "unit": "t"},
    ],
    "source_streams": [
        {"source_stream": "clinker", "name": "Clinker", "material": "CLINKER", "method": "process",
         "activity_source": "clinker_balance", "unit": "t"},
        {"source_stream": "dust", "name": "Kiln dust", "material": "DUST", "method": "kiln_dust",
         "activity_source": "ledger", "unit": "t"},
    ],
    "attribution": [
        {"source_stream": stream, "process": "cement", "method": "declared_share", "share": 1,
         "reason": "one process"}
        for stream in ("clinker", "dust")
    ],
}  # fmt: skip
PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,dispatched_kg\n"
        "2026-03-05,C1,cement,CEM-1,950000,0,,,\n"
        "2026-03-06,C2,cement,CEM-2,500000,0,,,\n"
        "2026-03-20,D1,cement,CEM-1,,,,,900000\n"
        "2026-03-21,D2,cement,CEM-2,,,,,520000\n"
        "2026-03-22,D3,cement,,,,CLINKER,,40000\n"
        "2026-03-23,K1,cement,,,,DUST,20000,\n"
    ),
    "stock": "count_date,material,quantity,unit,location,counted_by\n"
    + "".join(
        f"{day},{material},{tonnes},t,silo,Lin\n"
        for day, counted in (("2026-02-28", (100, 120, 300)), ("2026-03-31", (150, 100, 250)))
        for material, tonnes in zip(("CEM-1", "CEM-2", "CLINKER"), counted, strict=True)
    ),
    "lab": CERTIFICATE_HEADING
    + certificate("CEM-1", "clinker_content", "95", "%")
    + certificate("CEM-2", "clinker_content", "60", "%")
    + certificate("DUST", "calcination_degree", "0.5", "1"),
    "factors": FACTOR_HEADING + factor("CLINKER", "emission_factor", "0.53", "tCO2/t"),
}
# Equation 28 with the factor of the site's clinker, which the plant states itself.
LOST = 0.53 / 1.53 * 0.5
DIRECT = 1192.5 * 0.53 + 20 * LOST / (1 - LOST)


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("works"), "works", "2026-03", MASTER, PAPERS)


def test_clinker_follows_from_what_left_and_what_lay_in_store(works: Plant) -> None:
    assert works.result.status == "published", works.result
    (made,) = works.lines("clinker_production")
    assert float(made["value"]) == pytest.approx(1192.5, rel=1e-12)
    assert works.value("attributed_emissions_direct", "cement") == pytest.approx(DIRECT, rel=1e-9)


def test_a_cement_embeds_what_its_clinker_embeds(works: Plant) -> None:
    """Equation 64: 950 x 0.95 + 500 x 0.6 = 1,202.5 t of clinker are the functional units."""
    assert works.value("functional_level", "cement") == pytest.approx(1202.5, rel=1e-12)
    assert works.value("see_direct", "cement") == pytest.approx(DIRECT / 1450, rel=1e-9)
    assert works.value("see_direct_functional", "cement") == pytest.approx(DIRECT / 1202.5, rel=1e-9)
    for product, content in (("CEM-1", 0.95), ("CEM-2", 0.6)):
        assert works.value("clinker_content", "cement", product) == pytest.approx(content, rel=1e-12)
        assert works.value("see_direct", "cement", product) == pytest.approx(
            DIRECT / 1202.5 * content, rel=1e-9
        )
    lines = works.lines("qualified_see_direct")
    assert {row["formula"] for row in lines} == {"functional * content"}


def test_the_package_is_computed_again(works: Plant) -> None:
    assert works.result.package is not None
    assert verify(Path(works.result.package)).failures == []
