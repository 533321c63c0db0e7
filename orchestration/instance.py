"""Where Dagster keeps its runs, and how it is set up there."""

from __future__ import annotations

import os

import dagster as dg

from tracetonne.settings import Home

CONFIG = """\
# Written by TraceTonne; edits are replaced at the next refresh.
telemetry:
  enabled: false
# One run at a time writes the warehouse. Counting runs, not steps, leaves nothing behind when a process is
# killed.
concurrency:
  pools:
    default_limit: 1
    granularity: run
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  free_slots_after_run_end_seconds: 300
# No invitation to sign up over the first page.
nux:
  enabled: false
freshness:
  enabled: true
event_log_storage:
  module: orchestration.storage
  class: KeptOpenEventLogStorage
  config:
    base_dir: "{base_dir}"
"""

COMMAND_TAG = "tracetonne/command"
PROCESS_TAG = "tracetonne/process"


def prepare(home: Home) -> None:
    """Make DAGSTER_HOME ready and let this process and its children find it."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    path = home.dagster / "dagster.yaml"
    config = CONFIG.format(base_dir=home.dagster / "history" / "runs")
    if not path.exists() or path.read_text(encoding="utf-8") != config:
        path.write_text(config, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster)


def end_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark runs of the command line as failed whose process is gone; a killed refresh cannot do so itself."""
    filters = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    for run in instance.get_runs(filters=filters):
        process = run.tags.get(PROCESS_TAG)
        if process is not None and not _is_alive(int(process)):
            instance.report_run_failed(run, "The process of this run was ended before it was through.")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()
