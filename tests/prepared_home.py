"""Homes in which the project is parsed, seeds are loaded and every model stands, built over nothing.

A new home needs fifty seconds before its first figure. Tests that are not about that start from a copy of the
home that `make dbt` leaves, or that the first of them makes. `tests/integration/test_refresh.py` starts from
nothing.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt_build import build_empty, build_models, prepare_manifest, stands_built
from orchestration.dbt_tests import EMPTY_HOME
from orchestration.nodes import failed
from tracetonne.settings import Home


def prepared_home(root: Path) -> Home:
    """Return a home under a folder, ready for its first refresh."""
    EMPTY_HOME.root.parent.mkdir(parents=True, exist_ok=True)
    with (EMPTY_HOME.root.parent / "home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two processes that test would both make it
        if not stands_built(EMPTY_HOME):
            shutil.rmtree(EMPTY_HOME.root, ignore_errors=True)
            assert not failed(build_empty(EMPTY_HOME))
        _keep_lineage()
        _keep_history()
    shutil.copytree(
        EMPTY_HOME.root, root, ignore=shutil.ignore_patterns("compiled", "run", "logs"), dirs_exist_ok=True
    )
    return Home(root=root, exports=root / "exports")


def compute(home: Home, site: str | None = None, periods: Sequence[str] | None = None) -> None:
    """Compute every model of a site and these periods, or of all, and see that every data test passes."""
    nodes = build_models(home, site, periods)
    assert not failed(nodes), [(node.name, node.message) for node in failed(nodes)]


def _keep_lineage() -> None:
    """Read once for all homes which columns each column comes from; it takes ten seconds."""
    from orchestration.lineage import column_lineage, kept_lineage

    if not kept_lineage(EMPTY_HOME):
        manifest = json.loads(prepare_manifest(EMPTY_HOME).read_text(encoding="utf-8"))
        with duckdb.connect(str(EMPTY_HOME.warehouse), read_only=True) as warehouse:
            column_lineage(EMPTY_HOME, manifest, warehouse)


def _keep_history() -> None:
    """Make the empty databases of runs once for all homes; each takes a second."""
    from orchestration import instance

    if EMPTY_HOME.dagster.exists():
        return
    import dagster as dg

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DAGSTER_HOME", "")
        instance.prepare(EMPTY_HOME)
        with dg.DagsterInstance.get():
            pass
