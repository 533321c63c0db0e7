"""The ledger of a site is read once a document, and is always what a build of everything would read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from bench.ledger_plant import write_plant
from orchestration import standing
from orchestration.dbt_build import build_models, build_seeds
from orchestration.nodes import failed
from tracetonne.decisions import withdraw
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

MONTHS = ("2025-05", "2025-06")
Rows = list[tuple[object, ...]]


def _ledger(home: Home, months: Sequence[str]) -> Rows:
    """Build months of the plant and return what is known of its ledger."""
    assert not failed(build_models(home, "plant", months))
    with duckdb.connect(str(home.warehouse)) as warehouse:
        return warehouse.execute("select * from calculation.calc_document_ledger order by all").fetchall()


def test_documents_come_and_go(tmp_path: Path) -> None:
    home = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    papers = write_plant(tmp_path / "papers", 2, 3, MONTHS)
    late = next(paper for paper in papers if paper.name == "ledger_2025-05.csv")
    land_paths(home, [paper for paper in papers if paper != late], "plant")
    assert not failed(build_seeds(home))

    june = _ledger(home, MONTHS)
    assert (home.dbt_target / standing.FILE).exists()  # from here on rows are kept

    (landed,) = land_paths(home, [late], "plant")
    both = _ledger(home, MONTHS[1:])
    assert len(both) == 2 * len(june)
    assert set(june) < set(both)
    assert _ledger(home, MONTHS[1:]) == both

    withdraw(home, landed.evidence_id, "of another plant", "a", "b")
    assert _ledger(home, MONTHS[1:]) == june
    standing.forget(home)
    assert _ledger(home, MONTHS) == june
