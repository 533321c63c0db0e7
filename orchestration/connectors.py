"""Connectors as Dagster sees them: an asset, a job and a sensor each, made from the files of the home.

A connector whose file cannot be used is there all the same, with the reason as its description, and its run
fails with that reason: nothing that was configured goes missing in silence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration.labels import DATA_STEWARD
from tracetonne.settings import Home, home

GROUP = "connectors"
_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


class DocumentFetcher(dg.ConfigurableResource):
    """Runs a connector of this installation."""

    def fetch(self, name: str) -> dict[str, object]:
        """Fetch what is new into the inbox, and return the report.

        Raises:
            TraceTonneError: The connector's file cannot be used, or the other side failed.
        """
        from tracetonne.connectors.config import load
        from tracetonne.connectors.fetch import fetch

        here = home()
        report = fetch(here, load(here.connectors / f"{name}.yml"))
        if report.error:
            raise report.error
        return report.as_dict()


@dataclass(frozen=True)
class ConnectorDefinitions:
    """What stands for the connectors of a home."""

    assets: Sequence[dg.AssetsDefinition]
    jobs: Sequence[Any]  # Dagster has no public name for a job that is not resolved yet.
    sensors: Sequence[dg.SensorDefinition]


@dataclass(frozen=True)
class _Shown:
    """How a connector is shown."""

    name: str
    kind: str
    description: str
    owner: str
    seconds: int
    site: str


def make_connectors(here: Home) -> ConnectorDefinitions:
    """Return the definitions of every connector file of a home."""
    shown = [_shown(here, path.stem) for path in sorted(here.connectors.glob("*.yml"))]
    shown = [one for one in shown if one.name.replace("_", "").isalnum() and one.name.isascii()]
    assets = [_asset(one) for one in shown]
    jobs = [_job(one) for one in shown]
    sensors = [_sensor(one, job) for one, job in zip(shown, jobs, strict=True)]
    return ConnectorDefinitions(assets, jobs, sensors)


def _shown(here: Home, name: str) -> _Shown:
    from tracetonne.connectors.config import load
    from tracetonne.connectors.errors import ConnectorConfigError

    try:
        connector = load(here.connectors / f"{name}.yml")
    except ConnectorConfigError as error:
        return _Shown(name, "python", f"Cannot fetch: {error}", DATA_STEWARD, 3600, "")
    what = connector.description or "Documents of a connector."
    description = f"{what} From {connector.location} into inbox/{connector.site}/{name}/."
    return _Shown(
        name, connector.kind, description, connector.owner, connector.every_minutes * 60, connector.site
    )


def _asset(one: _Shown) -> dg.AssetsDefinition:
    @dg.asset(
        key=["inbox", one.name],
        description=one.description,
        group_name=GROUP,
        owners=[one.owner],
        kinds={one.kind},
        tags={"layer": "inbox", **({"site": one.site} if one.site else {})},
    )
    def fetched(context: dg.AssetExecutionContext, fetcher: DocumentFetcher) -> dg.MaterializeResult[None]:
        report = fetcher.fetch(one.name)
        documents = report.pop("documents")
        names = [document for document in documents if document["status"] != "unchanged"]  # type: ignore[attr-defined]
        for document in names:
            context.log.info(f"{document['status']} {document['remote_id']} {document['message']}")
        return dg.MaterializeResult(metadata={name: _shown_value(value) for name, value in report.items()})

    return fetched


def _shown_value(value: object) -> str | int | bool:
    return value if isinstance(value, str | int | bool) else str(value)


def _job(one: _Shown) -> Any:
    return dg.define_asset_job(
        f"fetch_{one.name}",
        selection=dg.AssetSelection.assets(["inbox", one.name]),
        description=f"Fetch once: {one.description}",
        tags={"connector": one.name},
    )


def _sensor(one: _Shown, job: Any) -> dg.SensorDefinition:
    @dg.sensor(
        name=f"fetch_{one.name}",
        job=job,
        minimum_interval_seconds=one.seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Every {one.seconds // 60} minutes, unless a fetch is still at work. {one.description}",
    )
    def due(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        yield from ask(context, one.name)

    return due


def ask(context: dg.SensorEvaluationContext, name: str) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask for a fetch, unless one of this connector is waiting or at work."""
    running = context.instance.get_runs(
        dg.RunsFilter(tags={"connector": name}, statuses=_UNFINISHED), limit=1
    )
    if running:
        yield dg.SkipReason(f"Run {running[0].run_id} is still fetching.")
    else:
        yield dg.RunRequest(tags={"connector": name})
