"""Start the Dagster UI on this installation: same definitions, same runs as the command line."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

import dagster as dg

from orchestration import instance as instances
from orchestration.dbt_build import prepare_manifest
from orchestration.partitions import landed_sites, period_keys, register
from tracetonne.settings import home


def main() -> None:
    """Prepare DAGSTER_HOME, the manifest and the partitions, then become `dagster dev`."""
    here = home()
    instances.prepare(here)
    prepare_manifest(here)
    with dg.DagsterInstance.get() as instance:
        instances.end_dead_runs(instance)
        register(instance, landed_sites(here), period_keys(datetime.datetime.now(datetime.UTC)))
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.execv(dagster, [dagster, "dev", "-m", "orchestration.definitions", *sys.argv[1:]])


if __name__ == "__main__":
    main()
