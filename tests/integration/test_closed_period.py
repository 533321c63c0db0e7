"""Papers after the close: the closed month stands, later windows rest on it, the open year counts all.

Three months of a smelter, each 100 t of goods and 1,000 t of coal of 25 GJ/t and 80 tCO2/TJ: 2,000 tCO2.
After February is closed a ledger brings 100 t of coal more for February, 200 tCO2.
"""

from __future__ import annotations

import dataclasses
import datetime
import shutil
from pathlib import Path

import duckdb
import pytest
from small_plant import FACTOR_HEADING, Plant, Rows, factor, plant

from orchestration.refresh import refresh
from tracetonne import serving
from tracetonne.closing import close, reopen
from tracetonne.errors import WrongUseError
from tracetonne.figures import read_figures
from tracetonne.landing.land import land_paths
from tracetonne.landing.register import load
from tracetonne.package.verify import verify
from tracetonne.package.versions import versions
from tracetonne.settings import Home
from tracetonne.status import status

pytestmark = pytest.mark.slow

SITE = "smelter"
MASTER: dict[str, Rows] = {
    "site": [{"name": "Smelter", "country_code": "TW", "first_month": "2026-01"}],
    "processes": [{"process": "melt", "name": "Melt shop", "good_category": "Crude steel"}],
    "products": [{"product": "INGOT", "name": "Ingot", "cn_code": "72061000", "process": "melt"}],
    "materials": [{"material": "COAL", "name": "Coal", "role": "fuel", "unit": "t"}],
    "source_streams": [
        {"source_stream": "coal", "name": "coal", "material": "COAL", "method": "combustion",
         "activity_source": "ledger", "unit": "t"}
    ],
    "attribution": [
        {"source_stream": "coal", "process": "melt", "method": "declared_share", "share": 1, "reason": "test"}
    ],
}  # fmt: skip
LEDGER = "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
PAPERS = {
    "ledger": LEDGER + "".join(f"2026-0{m}-05,M{m},melt,INGOT,100000,0,COAL,1000000,\n" for m in (1, 2, 3)),
    "factors": FACTOR_HEADING
    + factor("COAL", "ncv", "25", "GJ/t")
    + factor("COAL", "emission_factor", "80", "tCO2/TJ"),
}
PEOPLE = ("廠長 鍾○○", "環安課 范○○")


def emissions(works: Plant, period: str) -> float:
    """Return the direct emissions of a period."""
    return value(works, period, period, "total_direct_emissions", "regime")


def value(works: Plant, period: str, key: str, quantity: str, series: str) -> float:
    (found,) = {
        row["value"]
        for row in read_figures(works.home, SITE, period).rows
        if (row["period"], row["quantity"], row["series"]) == (key, quantity, series)
    }
    return float(found)


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    """The smelter with January published."""
    return plant(tmp_path_factory.mktemp("smelter"), SITE, "2026-01", MASTER, PAPERS)


@pytest.fixture
def works(january: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    """A copy of it, for a test to change."""
    root = Path(shutil.copytree(january.home.root, tmp_path / "home"))
    monkeypatch.setenv("TRACETONNE_HOME", str(root))
    return dataclasses.replace(january, home=Home(root=root, exports=root / "exports"))


def test_a_closed_month_stands_whatever_arrives(works: Plant, tmp_path: Path) -> None:
    home = works.home
    assert refresh(home, SITE, "2026-02").status == "published"
    assert emissions(works, "2026-02") == 2000
    closed = close(home, SITE, "2026-02", "月結", *PEOPLE)

    late = tmp_path / "late.csv"
    late.write_text(LEDGER + "2026-02-20,M9,melt,,,,COAL,100000,\n", encoding="utf-8")
    (landed,) = land_paths(home, [late], SITE)
    assert (landed.status, landed.records_rejected) == ("landed", 0)
    # The same ledger, read by a newer reader: another identity of the same bytes.
    (ledger,) = [entry for entry in load(home).entries if entry.file_name == "ledger.csv"]
    reread = land_again(works, ledger.evidence_id)

    found = refresh(home, SITE, "2026-02")
    assert (found.status, found.version) == ("unchanged", 1)
    assert found.late == [landed.evidence_id, reread]
    (effect,) = [
        row for row in found.late_effect
        if (row["quantity"], row["series"]) == ("total_direct_emissions", "regime")
    ]  # fmt: skip
    assert (effect["before"], effect["after"], effect["change"]) == (2000, 2200, 200)
    told = [row for row in status(home, SITE, datetime.date(2026, 3, 31)) if row.month == "2026-02"]
    assert all(row.figures == "closed" and row.late_effect == found.late_effect for row in told)

    # By force it is computed again, from what had arrived.
    assert refresh(home, SITE, "2026-02", force=True).status == "published"
    assert emissions(works, "2026-02") == 2000
    build = serving.current(home, SITE, "2026-02")

    # March is open: its windows take February as it was closed. The open year counts every paper.
    assert refresh(home, SITE, "2026-03").status == "published"
    assert value(works, "2026-03", "2026-03/YTD", "see_direct", "management") == pytest.approx(20, rel=1e-12)
    year = refresh(home, SITE, "2026")
    assert emissions(works, "2026") == 6200
    assert serving.current(home, SITE, "2026-02") == build
    (finding,) = [one for one in findings(works, "2026") if one["balance"] == "closed_months"]
    assert (finding["expected_quantity"], finding["found_quantity"]) == (6200, 6000)
    assert landed.evidence_id in str(finding["evidence_note"])
    assert year.status == "published"

    reopen(home, SITE, "2026-02", "補登 2 月燃煤", *PEOPLE)
    assert closed.arrival_order > 0
    again = refresh(home, SITE, "2026-02")
    assert (again.status, again.late) == ("published", [])
    assert emissions(works, "2026-02") == 2200
    # March waits for a refresh; its window is computed already.
    assert "2026-02" in again.superseded["2026-03"]
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        window = warehouse.execute(
            "select value from output.out_figure where site = ? and period = '2026-03/YTD' "
            "and quantity = 'see_direct' and series = 'management' and product is null",
            [SITE],
        ).fetchone()
    assert window == (pytest.approx(62 / 3, rel=1e-12),)
    # The last one holds the second reading, whose identity is made up here.
    assert [verify(one.path).failures for one in versions(home, SITE, "2026-02")[:-1]] == [[], []]


def test_only_figures_of_everything_that_came_are_closed(works: Plant, tmp_path: Path) -> None:
    late = tmp_path / "late.csv"
    late.write_text(LEDGER + "2026-01-20,M9,melt,,,,COAL,100000,\n", encoding="utf-8")
    land_paths(works.home, [late], SITE)
    with pytest.raises(WrongUseError, match="Documents came"):
        close(works.home, SITE, "2026-01", "月結", *PEOPLE)


def land_again(works: Plant, evidence_id: str) -> str:
    """Copy the landing of a document under another id, as a newer reader of the same bytes leaves it."""
    import pyarrow.parquet as pq

    from tracetonne.landing.store import table_path

    known = load(works.home)
    entry = known.find(SITE, evidence_id)
    assert entry is not None
    newer = dataclasses.replace(entry, evidence_id=evidence_id[:-4] + "0000")
    for path in sorted(works.home.landing.glob(f"*/site={SITE}/{evidence_id}.parquet")):
        table = pq.read_table(path)
        if path.parent.parent.name == "evidence":
            column = table.schema.get_field_index("arrival_order")
            arrival = [known.next_arrival()]
            table = table.set_column(column, table.schema.field(column), [arrival])
        pq.write_table(table, table_path(works.home, path.parent.parent.name, SITE, newer.evidence_id))
    return newer.evidence_id


def findings(works: Plant, period: str) -> list[dict[str, object]]:
    with serving.open_serving(works.home, SITE, [period]) as connection:
        found = connection.sql("select * from out_balance")
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
