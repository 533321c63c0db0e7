"""An ammonia plant with a urea plant beside it, from papers to a verified package, to be checked by hand.

March 2026. 100,000 m3 of gas at 36 GJ and 56 t/TJ: 201.6 t. 170.31 t of ammonia at 17.031 g/mol and 300.3 t
of urea at 60.06 g/mol are 10 and 5 million moles, so two thirds and a third.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plant import CERTIFICATE_HEADING, FACTOR_HEADING, Plant, Rows, certificate, factor, plant

from tracetonne.package.verify import verify

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {
    "site": [{"name": "Nitrogen works", "country_code": "TW", "first_month": "2026-03"}],
    "processes": [
        {"process": "ammonia", "name": "Ammonia", "good_category": "Ammonia", "molar_mass_g_per_mol": 17.031},
        {"process": "urea", "name": "Urea", "good_category": "Urea", "molar_mass_g_per_mol": 60.06},
        {"process": "mixer", "name": "Mixer", "good_category": "Mixed fertilisers"},
    ],
    "products": [
        {"product": "NH3", "name": "Ammonia", "cn_code": "28141000", "process": "ammonia"},
        {"product": "UREA", "name": "Urea", "cn_code": "31021010", "process": "urea"},
        {"product": "NPK", "name": "Compound", "cn_code": "31052010", "process": "mixer"},
    ],
    "materials": [{"material": "GAS", "name": "Town gas", "role": "fuel", "unit": "m3"}],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "source_streams": [
        {"source_stream": "gas", "name": "gas", "material": "GAS", "method": "combustion",
         "activity_source": "bill", "unit": "m3"},
    ],
    "attribution": [
        {"source_stream": "gas", "process": process, "method": "molar_share", "reason": "one reformer"}
        for process in ("ammonia", "urea")
    ],
}  # fmt: skip
PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        "2026-03-05,A1,ammonia,NH3,170310,0,,,\n"
        "2026-03-20,U1,urea,UREA,300300,0,,,\n"
        "2026-03-25,M1,mixer,NPK,100000,0,,,\n"
    ),
    "gas": "用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數\n"
    "G-1,B1,一般,115/03,115/03/01,115/03/31,100000\n",
    "factors": FACTOR_HEADING
    + factor("GAS", "ncv", "36", "GJ/1000Nm3")
    + factor("GAS", "emission_factor", "56", "tCO2/TJ"),
    "lab": CERTIFICATE_HEADING
    + certificate("NH3", "nitrogen_content", "82.2", "%")
    + certificate("UREA", "nitrogen_content", "46", "%")
    + certificate("NPK", "nitrogen_content", "15", "%")
    + certificate("NPK", "nitrogen_nitrate_content", "5", "%")
    + certificate("NPK", "nitrogen_urea_content", "0.1", "1"),
}


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("works"), "works", "2026-03", MASTER, PAPERS)


def test_chemicals_share_a_stream_by_their_moles(works: Plant) -> None:
    assert works.result.status == "published", works.result
    assert works.value("attributed_emissions_direct", "ammonia") == pytest.approx(201.6 * 2 / 3, rel=1e-9)
    assert works.value("attributed_emissions_direct", "urea") == pytest.approx(201.6 / 3, rel=1e-9)
    moles = works.lines("molar_amount")
    assert {row["formula"] for row in moles} == {"production / molar_mass"}
    assert sorted(float(row["value"]) for row in moles) == pytest.approx([5, 10], rel=1e-12)


def test_fertilisers_count_by_their_nitrogen(works: Plant) -> None:
    """Equation 65: 300.3 t of urea at 46 % are 138.138 t of nitrogen."""
    assert works.value("functional_level", "urea") == pytest.approx(138.138, rel=1e-12)
    assert works.value("see_direct_functional", "urea") == pytest.approx(67.2 / 138.138, rel=1e-9)
    assert works.value("see_direct", "urea", "UREA") == pytest.approx(67.2 / 300.3, rel=1e-9)


def test_a_mixed_fertiliser_states_its_nitrogen_by_form(works: Plant) -> None:
    """Annex IV 2: each form that was measured; the good counts by its whole nitrogen, 15 t in 100 t."""
    assert works.value("functional_level", "mixer") == pytest.approx(15, rel=1e-12)
    for form, content in (("nitrate", 0.05), ("urea", 0.1)):
        assert works.value(f"nitrogen_{form}_content", "mixer", "NPK") == pytest.approx(content, rel=1e-12)
        (line,) = works.lines(f"nitrogen_{form}_content")
        assert line["formula"] == "content"
    assert works.lines("nitrogen_ammonium_content") == []


def test_the_package_is_computed_again(works: Plant) -> None:
    assert works.result.package is not None
    assert verify(Path(works.result.package)).failures == []
