"""Ledger and register of a site are read once a document, and are what a build of everything would read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from prepared_home import compute, prepared_home

from bench.ledger_plant import write_plant
from orchestration.dbt_build import build
from orchestration.nodes import failed
from tracetonne.decisions import withdraw
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

MONTHS = ("2025-05", "2025-06")
Rows = list[tuple[object, ...]]


def _ledger(home: Home, months: Sequence[str]) -> Rows:
    """Build months of the plant, as a refresh does, and return what is known of its ledger."""
    compute(home, "plant", months)
    return _rows(home)


def _read_anew(home: Home) -> Rows:
    """Build all that the ledger needs as after a change of methods."""
    upstream = ["--select", "+calc_document_ledger", "--exclude", "resource_type:seed"]
    assert not failed(build(home, {"site": "plant", "periods": list(MONTHS)}, upstream))
    return _rows(home)


def _rows(home: Home) -> Rows:
    with duckdb.connect(str(home.warehouse)) as warehouse:
        return warehouse.execute("select * from calculation.calc_document_ledger order by all").fetchall()


def test_documents_come_and_go(tmp_path: Path) -> None:
    home = prepared_home(tmp_path / "home")
    papers = write_plant(tmp_path / "papers", 2, 3, MONTHS)
    late = next(paper for paper in papers if paper.name == "ledger_2025-05.csv")
    land_paths(home, [paper for paper in papers if paper != late], "plant")
    june = _ledger(home, MONTHS)

    (landed,) = land_paths(home, [late], "plant")
    both = _ledger(home, MONTHS[1:])
    assert len(both) == 2 * len(june)
    assert set(june) < set(both)
    assert _ledger(home, MONTHS[1:]) == both

    withdraw(home, landed.evidence_id, "of another plant", "a", "b")
    assert _ledger(home, MONTHS[1:]) == june
    assert _read_anew(home) == june


def _register(home: Home, **variables: object) -> set[str]:
    """Build the register as a refresh does and return its documents."""
    scope = {"site": "plant", "periods": list(MONTHS), "anew": False, **variables}
    assert not failed(build(home, scope, ["--select", "stg_register__evidence"]))
    with duckdb.connect(str(home.warehouse)) as warehouse:
        rows = warehouse.execute("select evidence_id from staging.stg_register__evidence").fetchall()
    assert len(rows) == len(set(rows))
    return {evidence_id for (evidence_id,) in rows}


def test_the_register_has_the_documents_that_lie_there(tmp_path: Path) -> None:
    home = prepared_home(tmp_path / "home")
    *papers, late = write_plant(tmp_path / "papers", 2, 3, MONTHS)
    landed = {document.evidence_id for document in land_paths(home, papers, "plant")}
    compute(home, "plant", MONTHS)
    assert _register(home) == landed
    (arrived,) = land_paths(home, [late], "plant")
    assert _register(home) == landed | {arrived.evidence_id}

    # A closed period counts what had arrived; the next build finds the others again.
    assert _register(home, known_until=len(landed)) == landed
    assert _register(home) == landed | {arrived.evidence_id}

    (home.landing / "evidence" / "site=plant" / f"{arrived.evidence_id}.parquet").unlink()
    assert _register(home) == landed
