"""Two burners of one gas and a laboratory that sampled one of them, from papers to a verified package.

March 2026. The furnace burns 10 thousand m3 by the bill, the boiler 7.44 thousand by its meter. The gas holds
35 GJ a thousand m3, that of the boiler, behind its own washer, 40. A certificate of a stream that is not
there is not used.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plant import CERTIFICATE_HEADING, FACTOR_HEADING, Plant, Rows, certificate, factor, plant

from tracetonne.factors import read_choices
from tracetonne.package.verify import verify

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {
    "site": [{"name": "Forge", "country_code": "TW", "first_month": "2026-03"}],
    "processes": [{"process": "forge", "name": "Forge", "good_category": "Iron or steel products"}],
    "products": [{"product": "BAR", "name": "Bar", "cn_code": "72142000", "process": "forge"}],
    "materials": [{"material": "GAS", "name": "Gas", "role": "fuel", "unit": "m3"}],
    "accounts": [{"account": "G-1", "commodity": "natural_gas", "material": "GAS"}],
    "meters": [
        {"meter": "M-1", "role": "main", "commodity": "natural_gas", "unit": "m3", "interval_minutes": 60,
         "uncertainty_pct": 1}
    ],
    "source_streams": [
        {"source_stream": stream, "name": stream, "material": "GAS", "method": "combustion",
         "activity_source": source, "unit": "m3"}
        for stream, source in (("furnace", "bill"), ("boiler", "meter"))
    ],
    "attribution": [
        {"source_stream": stream, "process": "forge", "method": "declared_share", "share": 1,
         "reason": "one process"}
        for stream in ("furnace", "boiler")
    ],
}  # fmt: skip
NCV = ("GAS", "ncv")
PAPERS = {
    "ledger": (
        "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
        "2026-03-05,B1,forge,BAR,100000,0,,,\n"
    ),
    "bill": (
        "用戶號碼,帳單號碼,帳單別,計費年月,計費起日,計費迄日,使用度數\n"
        "G-1,B1,一般,115/03,115/03/01,115/03/31,10000\n"
    ),
    "meter": "meter,interval_start,consumption_m3,quality\n"
    + "".join(f"M-1,2026-03-{hour // 24 + 1:02d} {hour % 24:02d}:00,10,A\n" for hour in range(744)),
    "lab": CERTIFICATE_HEADING.replace("\n", ",source_stream\n")
    + "".join(
        certificate(*NCV, value, "GJ/1000Nm3", number).replace("\n", f",{stream}\n")
        for value, number, stream in (("35", "L1", ""), ("40", "L2", "boiler"), ("50", "L3", "gone"))
    ),
    "factors": FACTOR_HEADING + factor("GAS", "emission_factor", "56", "tCO2/TJ"),
}


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("forge"), "forge", "2026-03", MASTER, PAPERS)


def test_each_burner_burns_what_was_found_in_its_own_gas(forge: Plant) -> None:
    assert forge.result.status == "published", forge.result
    emitted = (10 * 35 + 7.44 * 40) * 56 / 1000
    assert forge.value("attributed_emissions_direct", "forge") == pytest.approx(emitted, rel=1e-9)
    assert forge.result.package is not None
    assert verify(Path(forge.result.package)).failures == []


def test_winner_and_losers_say_why(forge: Plant) -> None:
    told = {
        choice["subject"]: {
            one["factor_code"].partition("/")[0]: one["lost_code"]
            for one in (choice["winner"], *choice["losers"])
            if one["source_class"] == "lab"
        }
        for choice in read_choices(forge.home, "forge", "2026-03").choices
        if (choice["parameter"], choice["series"]) == ("ncv", "regime")
    }
    assert told == {
        "boiler": {"L2": None, "L1": "stream_has_its_own", "L3": "unknown_source_stream"},
        "furnace": {"L1": None, "L2": "other_source_stream", "L3": "unknown_source_stream"},
    }
