"""Start the Dagster UI on this installation: same definitions, same runs as the command line."""

from __future__ import annotations

import datetime
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import dagster as dg
import duckdb

from orchestration import instance as instances
from orchestration import lineage
from orchestration.dbt_build import prepare_manifest
from orchestration.partitions import landed_sites, period_keys, register
from tracetonne.settings import Home, home


def main() -> None:
    """Prepare DAGSTER_HOME, the manifest and the partitions, then become `dagster dev`."""
    here = home()
    instances.prepare(here)
    _keep_lineage(here, prepare_manifest(here))
    with dg.DagsterInstance.get() as instance:
        instances.end_dead_runs(instance)
        register(instance, landed_sites(here), period_keys(datetime.datetime.now(datetime.UTC)))
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.execv(dagster, [dagster, "dev", "-m", "orchestration.definitions", *sys.argv[1:]])


def _keep_lineage(here: Home, manifest: Path) -> None:
    """Read which columns each column comes from, for the pages of assets; no refresh has seconds for it."""
    if not here.warehouse.exists():
        return
    with (
        suppress(duckdb.IOException),  # a refresh is writing: the next start, or run, reads it
        duckdb.connect(str(here.warehouse), read_only=True) as warehouse,
    ):
        lineage.column_lineage(here, json.loads(manifest.read_text(encoding="utf-8")), warehouse)


if __name__ == "__main__":
    main()
