"""The one function that the command line calls: compute a site and period by the job that the UI runs."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations import worker
from orchestration import progress as watching
from orchestration.dbt_build import ModelFailedError, prepare_manifest, project_fingerprint, seeds_stand
from orchestration.file_hash import folder_hash
from orchestration.inbox import land_inbox
from orchestration.lasting import lasting
from orchestration.preview import effect_of_late
from orchestration.standing import YEARLY
from tracetonne import closing, serving, superseded
from tracetonne.figures import check_site
from tracetonne.landed import Landing, documents
from tracetonne.landing import store
from tracetonne.landing.lock import write_lock
from tracetonne.package import versions
from tracetonne.package.documents import copied_early
from tracetonne.periods import check_period, is_month
from tracetonne.served_ahead import rows_ahead
from tracetonne.settings import CHECKOUT, Home

if TYPE_CHECKING:
    import dagster as dg

# Code that could change a package, beside the dbt project.
CODE = ("tracetonne", "expectations", "orchestration")


@dataclass
class RefreshResult:
    """What came of a refresh.

    `status` is published (a package stands behind passed gates), unchanged (no input has changed), blocked (a
    gate failed) or empty (the evidence says nothing about the period). `superseded` names the served periods
    of the site that now need a refresh, each with the earlier months that changed since. Of a closed period
    `late` names what came after its close, and `late_effect` what that would change.
    """

    site: str
    period: str
    status: str
    package: str | None = None
    version: int | None = None
    gates: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    reason: str = ""
    superseded: dict[str, list[str]] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    late_effect: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the result by the contract that scripts rely on."""
        return {
            "site": self.site,
            "period": self.period,
            "status": self.status,
            "package": self.package,
            "version": self.version,
            "gates": [
                {key: gate[key] for key in ("name", "passed", "severity", "message", "message_zh")}
                for gate in self.gates
            ],
            "reason": self.reason,
            "superseded": self.superseded,
            "late": self.late,
            "late_effect": self.late_effect,
            "seconds": round(self.seconds, 3),
        }


def refresh(
    home: Home,
    site: str,
    period: str,
    *,
    progress: watching.Report | None = None,
    force: bool = False,
) -> RefreshResult:
    """Compute a month or a year of a site, unless nothing that it depends on has changed.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        period: `2026-03` or `2025`.
        progress: Hears of each step as it runs.
        force: Compute even if no input has changed, or the period is closed; that one then counts what had
            arrived with its close.

    Raises:
        WrongUseError: The site or the period does not exist.
        ModelFailedError: A model could not be computed.
        GateStoppedError: A rule of the model itself stops the run; failed gates are told in the result
            instead.
    """
    started = time.monotonic()
    check_period(period)
    os.environ["TRACETONNE_HOME"] = os.environ.get("TRACETONNE_HOME", "")
    if not os.environ["TRACETONNE_HOME"]:
        del os.environ["TRACETONNE_HOME"]
    with watching.watched(progress), write_lock(home):
        store.write_schemas(home)
        land_inbox(home, site)
        check_site(home, site)
        known = None if force else _closed(home, site, period) or _unchanged(home, site, period)
        if known:
            known.superseded = superseded.superseded_periods(home, site)
            known.seconds = time.monotonic() - started
            return known
        with copied_early(home, site, period), rows_ahead(home, site, period):
            _run(home, site, period)
        result = _outcome(home, site, period)
        _remember(home, result)
        result.superseded = superseded.superseded_periods(home, site)
    result.seconds = time.monotonic() - started
    return result


def inputs_hash(home: Home, site: str, period: str) -> str:
    """Return a hash of all that a period's figures are made from.

    Evidence by its identities (a landed document never changes), methods and factors by the dbt project's
    files, code by its files, and the site's earlier periods by their builds, because year to date, rolling 12
    months and opening stock come from there.
    """
    digest = hashlib.sha256(project_fingerprint().encode())
    for name in sorted(path.name for path in (home.landing / "evidence" / f"site={site}").glob("*.parquet")):
        digest.update(name.encode())
    for month, build in sorted(superseded.earlier_builds(home, site, period).items()):
        digest.update(f"{month}={build};".encode())
    for folder in CODE:
        digest.update(folder_hash(CHECKOUT / folder, ".py").encode())
    return digest.hexdigest()


def _closed(home: Home, site: str, period: str) -> RefreshResult | None:
    """Return the result of a closed period that is served, with the effect of what came after its close."""
    held = closing.close_of(closing.closes(home, site), period)
    build = serving.current(home, site, period)
    newest = versions.published(home, site, period)
    if held is None or build is None or newest is None:
        return None
    late = closing.late_in_closed(home, site, period, documents(Landing(home, site)))
    effect = closing.known_effect(home, site, period, late)
    if effect is None:
        effect = _effect(home, site, period) if late else []
        closing.keep_effect(home, site, period, late, effect)
    reason = f"Closed on {held.closed_on}: its figures stand."
    if late:
        reason += f" {len(late)} documents came later and count once it is open: tracetonne reopen."
    return RefreshResult(
        site,
        period,
        "unchanged",
        str(newest.path),
        newest.version,
        build.gates() or [],
        reason=reason,
        late=[one.evidence_id for one in late],
        late_effect=effect,
    )


def _effect(home: Home, site: str, period: str) -> list[dict[str, Any]]:
    """Return what late documents would change; nothing where the period cannot be computed with them."""
    try:
        return effect_of_late(home, site, period)
    except ModelFailedError:
        return []


def _unchanged(home: Home, site: str, period: str) -> RefreshResult | None:
    """Return the last result if nothing has changed since and what it made is still there."""
    path = superseded.state_path(home, site, period)
    if not path.exists():
        return None
    state = json.loads(path.read_text(encoding="utf-8"))
    if state["inputs"] != inputs_hash(home, site, period):
        return None
    build = serving.current(home, site, period)
    newest = versions.published(home, site, period)
    if state["status"] == "published" and (
        newest is None or newest.version != state["version"] or build is None or not build.folder.is_dir()
    ):
        return None
    return RefreshResult(
        site,
        period,
        "unchanged" if state["status"] == "published" else state["status"],
        str(newest.path) if newest and state["status"] == "published" else None,
        state["version"],
        (build.gates() or []) if build else [],
        reason=state["reason"]
        or "No evidence, factor, method or setting has changed since the last refresh.",
    )


def _remember(home: Home, result: RefreshResult) -> None:
    """Keep what the next refresh compares with; written last, so a killed one leaves nothing."""
    path = superseded.state_path(home, result.site, result.period)
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "inputs": inputs_hash(home, result.site, result.period),
        "earlier": superseded.earlier_builds(home, result.site, result.period),
        "status": result.status,
        "version": result.version,
        "reason": result.reason,
    }
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(state, indent=2), encoding="utf-8")
    temporary.replace(path)


def _run(home: Home, site: str, period: str) -> None:
    """Run the job in this process and raise what stopped it, except a failed gate."""
    watching.report("starting", f"{site} {period}")
    worker.start()
    warnings.filterwarnings("ignore", module="dagster")
    import dagster as dg

    from orchestration import instance as instances
    from orchestration.partitions import partition_key, register

    instances.prepare(home)
    with dg.DagsterInstance.get() as instance:
        instances.end_dead_runs(instance)
        register(instance, [site], [period])
        job = _definitions(prepare_manifest(home)).resolve_job_def(
            "monthly_refresh" if is_month(period) else "yearly_refresh"
        )
        with _quiet_logs(), _kept_open(home):
            result = _selection(home, job, period).execute_in_process(
                partition_key=partition_key(site, period),
                instance=instance,
                raise_on_error=False,
                tags={instances.COMMAND_TAG: "refresh", instances.PROCESS_TAG: str(os.getpid())},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
    if not result.success:
        _raise_cause(result)


def _selection(home: Home, job: dg.JobDefinition, period: str) -> dg.JobDefinition:
    """Leave out what stands: reference data that has not changed, and in a month the yearly models.

    Landing is left out too, because `refresh` has landed the inbox already; the UI's runs do both. All tests
    run, but only gates and tests of outputs are recorded one by one, as a record costs as much as several
    tests; of the others every model tells how many passed.
    """
    left_out = {"raw", "reference"} if seeds_stand(home) else {"raw"}
    graph = job.asset_layer.asset_graph
    return job.get_subset(
        asset_selection={
            key
            for key in job.asset_layer.executable_asset_keys
            if key.path[0] not in left_out and not (is_month(period) and YEARLY in graph.get(key).tags)
        },
        asset_check_selection={
            key for key in graph.asset_check_keys if key.asset_key.path[0] in ("output", "serving")
        },
    )


@contextmanager
def _kept_open(home: Home) -> Iterator[None]:
    """Keep the warehouse open from step to step: opening and closing it takes a tenth of a second each time.

    One that cannot be opened is left to the step that needs it, which knows what to say.
    """
    import duckdb

    with ExitStack() as stack:
        if home.warehouse.exists():
            with suppress(duckdb.Error):
                stack.enter_context(duckdb.connect(str(home.warehouse)))
        yield


_made: dict[Path, dg.Definitions] = {}


def _definitions(manifest: Path) -> dg.Definitions:
    """Return the definitions, made once a process."""
    if manifest not in _made:
        with lasting():
            from orchestration.definitions import make_definitions

            _made[manifest] = make_definitions(manifest)
    return _made[manifest]


class _quiet_logs:  # noqa: N801 - reads as a block
    """Keep libraries from writing between the lines of the progress display."""

    def __enter__(self) -> None:
        self.level = logging.root.manager.disable
        logging.disable(logging.WARNING)

    def __exit__(self, *ignored: object) -> None:
        logging.disable(self.level)


def _raise_cause(result: dg.ExecuteInProcessResult) -> None:
    """Raise what stopped the run; a blocking gate that failed is told in the result and is no error here."""
    from orchestration import failures

    stopped = failures.take()
    if stopped is not None:
        raise stopped
    for event in result.all_events:
        if event.is_step_failure:
            causes = list(_causes(event.step_failure_data.error))
            if any(cause.cls_name == "DagsterAssetCheckFailedError" for cause in causes):
                return
            raise ModelFailedError(
                "A step of the refresh failed.",
                where=event.step_key or "",
                found=causes[-1].message.strip(),
                action="This is a fault of the program or the machine; `make ui` shows the run in full.",
            )
    raise ModelFailedError("The refresh did not end well.", action="`make ui` shows the run in full.")


def _causes(error: Any) -> Iterator[Any]:
    while error is not None:
        yield error
        error = error.cause


def _outcome(home: Home, site: str, period: str) -> RefreshResult:
    """Read from the served build and the packages what came of the run."""
    build = serving.current(home, site, period)
    if build is None:
        return RefreshResult(site, period, "empty", reason=_why_empty(home, site, period))
    gates = build.gates() or []
    if any(not gate["passed"] and gate["severity"] == "error" for gate in gates):
        names = ", ".join(gate["name"] for gate in gates if not gate["passed"])
        return RefreshResult(site, period, "blocked", gates=gates, reason=f"Stopped by: {names}.")
    newest = versions.published(home, site, period)
    if newest is None:
        raise ModelFailedError("The package was not made.", where=f"{site} {period}")
    return RefreshResult(site, period, "published", str(newest.path), newest.version, gates)


def _why_empty(home: Home, site: str, period: str) -> str:
    if is_month(period):
        return (
            f"The evidence of {site} says nothing about {period} alone. Evidence that covers a year, such as "
            f"a filled template, is computed with --year and never spread over months."
        )
    return f"The evidence of {site} says nothing about {period}."
