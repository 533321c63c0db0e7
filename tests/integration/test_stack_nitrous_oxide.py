"""A nitric acid plant whose stack measures N2O: each accounting weighs the same tonnes by its own potentials.

0.1 g/Nm3 in 10,000 Nm3 in each of the 8,760 hours of 2025: 8.76 t N2O. CBAM and the inventory of the law
count 265 (AR5), the series by AR6 and the organisation by AR6 273.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from small_plant import Plant, Rows, plant

from tracetonne.figures import read_figures
from tracetonne.package.verify import verify

pytestmark = pytest.mark.slow

MASTER: dict[str, Rows] = {
    "site": [{"name": "Acid works", "country_code": "TW", "first_month": "2025-01"}],
    "processes": [{"process": "acid", "name": "Acid", "good_category": "Nitric acid"}],
    "products": [{"product": "HNO3", "name": "Nitric acid", "cn_code": "28080000", "process": "acid"}],
    "materials": [{"material": "TAILGAS", "name": "Tail gas", "role": "process", "unit": "t"}],
    "source_streams": [
        {"source_stream": "stack", "name": "Stack", "material": "TAILGAS", "method": "cems_n2o",
         "activity_source": "measurement", "unit": "t"},
    ],
    "attribution": [
        {"source_stream": "stack", "process": "acid", "method": "declared_share", "share": 1,
         "reason": "one process"},
    ],
}  # fmt: skip
DAYS = [datetime.date(2025, 1, 1) + datetime.timedelta(days=day) for day in range(365)]
PAPERS = {
    "stack": "measured_on,hour,source_stream,concentration_g_per_nm3,other_gases_pct,flow_nm3_per_h,"
    "valid_pct\n" + "".join(f"{day},{hour},stack,0.1,,10000,\n" for day in DAYS for hour in range(24)),
    "ledger": "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
    + "".join(f"2025-{month:02d}-05,B{month},acid,HNO3,100000,0,,,\n" for month in range(1, 13)),
}
AR5, AR6 = 8.76 * 265, 8.76 * 273


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return plant(tmp_path_factory.mktemp("works"), "works", "2025", MASTER, PAPERS)


def test_each_series_weighs_the_same_tonnes(year: Plant) -> None:
    assert year.value("attributed_emissions_direct", "acid") == pytest.approx(AR5, rel=1e-9)
    found = {
        (row["quantity"], row["series"]): row["value"]
        for row in read_figures(year.home, "works", "2025").rows
    }
    for series, wanted in (("verified", AR5), ("verified_ar6", AR6)):
        assert found["taiwan_process_emissions", series] == pytest.approx(wanted, rel=1e-9), series
    for series, wanted in (("AR5", AR5), ("AR6", AR6)):
        assert found["ghg_scope_1", series] == pytest.approx(wanted, rel=1e-9), series


def test_the_package_is_computed_again(year: Plant) -> None:
    assert year.result.package is not None, year.result
    assert verify(Path(year.result.package)).failures == []
