"""The dbt project as assets: how nodes are named, owned and grouped, and how their results are told."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from orchestration import lineage
from orchestration.dbt_build import ModelFailedError
from orchestration.labels import OWNERS, POOL
from orchestration.nodes import NodeResult, failed
from orchestration.partitions import SITE_PERIODS, site_and_period
from orchestration.progress import report
from orchestration.resources import DbtInProcess
from tracetonne.damage import damaged_file
from tracetonne.errors import GateStoppedError
from tracetonne.landing.lock import write_lock
from tracetonne.periods import scope
from tracetonne.settings import Home, home

if TYPE_CHECKING:
    from dagster_dbt import DbtProject

COLUMNS = "dagster/column_schema"
AWAITED = ("output", "reference")  # layers that other steps of a run depend on
Events = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


class Translator(DagsterDbtTranslator):
    """Keys are storage paths (`output/out_figure`), owners follow the layer, groups the folder.

    Args:
        origins: Where the columns of each model come from, by its unique id.
        settings: Of dagster-dbt.
    """

    def __init__(self, origins: lineage.Sources, settings: DagsterDbtTranslatorSettings) -> None:
        super().__init__(settings)
        self._origins = origins

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the columns with what each is made of, beside what dagster-dbt tells."""
        told = super().get_metadata(dbt_resource_props)
        origins = self._origins.get(dbt_resource_props["unique_id"])
        if not origins:
            return told
        return {**told, COLUMNS: lineage.with_origins(told.get(COLUMNS), origins)}

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return schema and table, so that the key says where the rows lie."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the model's own description, without the SQL that dagster-dbt would add."""
        return str(dbt_resource_props.get("description") or "")

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return layer and folder: `calculation_factor`."""
        folders = dbt_resource_props["fqn"][2:-1]
        return "_".join([layer(dbt_resource_props), *folders[:1]])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Return who answers for the layer."""
        return [OWNERS.get(layer(dbt_resource_props), OWNERS["calculation"])]

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the layer beside the model's own tags."""
        return {**super().get_tags(dbt_resource_props), "layer": layer(dbt_resource_props)}

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: "DbtProject | None",
    ) -> dg.AssetCheckSpec | None:
        """Describe every test: by its own words, else by the rule and its arguments."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None or spec.description:
            return spec
        return spec._replace(description=describe_test(manifest["nodes"][unique_id]))


def layer(props: Mapping[str, Any]) -> str:
    """Return the schema of a node: staging, calculation, output or reference."""
    return str(props.get("config", {}).get("schema") or props.get("schema") or "calculation")


def describe_test(node: Mapping[str, Any]) -> str:
    """Say in words what a generic test demands."""
    metadata = node.get("test_metadata") or {}
    arguments = {
        key: value
        for key, value in (metadata.get("kwargs") or {}).items()
        if key not in ("model", "to", "field") and value not in (None, "")
    }
    rule = str(metadata.get("name") or node["name"]).replace("_", " ")
    listed = "; ".join(f"{key.replace('_', ' ')}: {_words(value)}" for key, value in arguments.items())
    return f"{rule[:1].upper()}{rule[1:]}" + (f" ({listed})" if listed else "")


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def make_assets(manifest_path: Path) -> list[dg.AssetsDefinition]:
    """Return the seeds, which belong to no partition, and the models, which belong to a site and period."""
    return _assets(manifest_path.read_text(encoding="utf-8"), (home().dbt_target / lineage.CACHE).exists())


@lru_cache(maxsize=1)
def _assets(manifest_text: str, has_lineage: bool) -> list[dg.AssetsDefinition]:
    """Make the assets once a process: they are the same in every home whose project is the same."""
    manifest = json.loads(manifest_text)
    translator = Translator(
        lineage.kept_lineage(home()) if has_lineage else {},
        DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False),
    )

    @dbt_assets(
        manifest=manifest,
        select="resource_type:seed",
        name="reference_data",
        dagster_dbt_translator=translator,
        pool=POOL,
    )
    def reference_data(context: dg.AssetExecutionContext, dbt: DbtInProcess) -> Events:
        here = home()
        report("factors", "reference data")
        with write_lock(here):
            nodes = dbt.seeds()
        yield from told(context, manifest, translator, nodes, {})
        stop_if_failed(manifest, nodes)
        if not nodes:
            for key in sorted(context.selected_asset_keys):
                yield dg.MaterializeResult(asset_key=key, metadata={"unchanged": True})

    @dbt_assets(
        manifest=manifest,
        exclude="resource_type:seed",
        name="dbt_models",
        dagster_dbt_translator=translator,
        partitions_def=SITE_PERIODS,
        pool=POOL,
    )
    def dbt_models(context: dg.AssetExecutionContext, dbt: DbtInProcess) -> Events:
        site, period = site_and_period(context.partition_key)
        here = home()
        total = expected_nodes(manifest)

        def finished(kind: str, name: str, done: int) -> None:
            report("compute" if kind == "model" else "test", name, min(done, total), total)

        report("compute", "preparing", 0, total)
        with write_lock(here):
            nodes = dbt.models(site, scope(period), finished)
            extra = seen_in_warehouse(here, manifest, nodes, lineage.is_told(context.run.tags))
        yield from told(context, manifest, translator, in_order(manifest, nodes), extra)
        stop_if_failed(manifest, nodes)

    return [reference_data, dbt_models]


def expected_nodes(manifest: Mapping[str, Any]) -> int:
    """Count the models, snapshots and tests that a refresh runs, for the progress display."""
    return sum(
        node["resource_type"] in ("model", "snapshot", "test")
        and not node["original_file_path"].startswith("seeds")
        for node in manifest["nodes"].values()
    )


def in_order(manifest: Mapping[str, Any], nodes: Sequence[NodeResult]) -> list[NodeResult]:
    """Return the results in the order of the graph, with the output views that stand as they are.

    Those were not built, but what follows needs to hear of them; a model comes after all that it reads.
    """
    results = {node.unique_id: node for node in nodes}
    if not failed(nodes):
        for unique_id, props in manifest["nodes"].items():
            if unique_id not in results and props["resource_type"] == "model" and layer(props) == "output":
                results[unique_id] = NodeResult(unique_id, props["name"], "model", "success", 0.0, "", None)
    reads = {
        unique_id: props["depends_on"].get("nodes", []) for unique_id, props in manifest["nodes"].items()
    }
    order = TopologicalSorter(reads).static_order()
    known = [results.pop(unique_id) for unique_id in order if unique_id in results]
    return [*known, *results.values()]


def told(
    context: dg.AssetExecutionContext,
    manifest: Mapping[str, Any],
    translator: Translator,
    nodes: Sequence[NodeResult],
    extra: Mapping[str, Mapping[str, Any]],
) -> Events:
    """Turn dbt results into materialisations and check results.

    What other steps wait for, outputs and reference data, is a result of the step; every other model is
    logged as materialised, because Dagster takes 15 ms to work out the versions of what a result was made of.
    """
    checks = {key.name: key for key in context.selected_asset_check_keys}
    passed = Counter(
        tested
        for node in nodes
        if node.status == "pass"
        for tested in manifest["nodes"].get(node.unique_id, {}).get("depends_on", {}).get("nodes", [])
    )
    # A model written since the definitions were loaded is not an asset of theirs yet.
    for node in (node for node in nodes if node.unique_id in manifest["nodes"]):
        if node.resource_type == "test":
            key = checks.get(node.name)
            if key is not None and node.status != "skipped":
                yield check_result(manifest["nodes"][node.unique_id], key, node)
        elif node.status == "success" and node.resource_type in ("model", "seed", "snapshot"):
            props = manifest["nodes"][node.unique_id]
            key = translator.get_asset_key(props)
            metadata = {
                "seconds": round(node.seconds, 3),
                "tests_passed": passed[node.unique_id],
                **extra.get(node.unique_id, {}),
            }
            if layer(props) in AWAITED and key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key, metadata=metadata)
            else:
                context.log_event(_materialised(key, context.partition_key, metadata))


def _materialised(key: dg.AssetKey, partition: str, metadata: Mapping[str, Any]) -> dg.AssetMaterialization:
    """Return the event as Dagster itself would record it, both dimensions of the partition in its tags."""
    site, period = site_and_period(partition)
    tags = {"dagster/partition/site": site, "dagster/partition/period": period}
    return dg.AssetMaterialization(key, partition=partition, metadata=metadata, tags=tags)


def check_result(props: Mapping[str, Any], key: dg.AssetCheckKey, node: NodeResult) -> dg.AssetCheckResult:
    """Return the outcome of a dbt test; a test of severity warn never stops a run."""
    is_warning = str(props["config"].get("severity", "error")).lower() == "warn"
    return dg.AssetCheckResult(
        passed=node.status == "pass",
        asset_key=key.asset_key,
        check_name=key.name,
        severity=dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR,
        metadata={"failing_rows": node.failures or 0, "message": node.message or "passed"},
    )


def stop_if_failed(manifest: Mapping[str, Any], nodes: Sequence[NodeResult]) -> None:
    """Stop the run where a model or a test failed, naming all of them at once.

    Raises:
        GateStoppedError: A rule about the data does not hold.
        ModelFailedError: A model could not be computed.
    """
    stopped = failed(nodes)
    if not stopped:
        return
    broken = [node for node in stopped if node.status == "error"]
    if broken:
        if damage := damaged_file(home(), broken[0].message):
            raise damage
        raise ModelFailedError(
            "A model could not be computed.",
            where=", ".join(node.unique_id for node in broken),
            found=broken[0].message,
            action=what_to_do(broken[0].message),
        )
    rules = [f"{node.name}: {demand(manifest, node)} ({node.failures} rows)" for node in stopped]
    raise GateStoppedError(
        "The data breaks a rule of the model.",
        where=", ".join(node.name for node in stopped),
        expected="no failing row",
        found="\n".join(rules),
        action="Correct the evidence that the rule names, land it, and refresh again.",
    )


def what_to_do(message: str) -> str:
    """Return the next step after a model that could not be computed."""
    if "does not have a column with name" in message:
        return "The warehouse was made by an older version of the methods. Run: tracetonne rebuild"
    return (
        f"This is a fault of a method, not of the evidence; the SQL is in {home().dbt_target / 'compiled'}."
    )


def demand(manifest: Mapping[str, Any], node: NodeResult) -> str:
    """Return what a test demands, in its own words if it has any."""
    props = manifest["nodes"].get(node.unique_id, {"name": node.name})
    return str(props.get("description") or describe_test(props))


def seen_in_warehouse(
    here: Home, manifest: Mapping[str, Any], nodes: Sequence[NodeResult], tell_lineage: bool
) -> dict[str, dict[str, Any]]:
    """Return row counts of tables, and the columns that each column comes from.

    Views are not counted: that would compute them once more.
    """
    import duckdb

    if not here.warehouse.exists():
        return {}
    made = {node.unique_id: node for node in nodes if node.resource_type in ("model", "seed", "snapshot")}
    with duckdb.connect(str(here.warehouse)) as warehouse:
        counts = {
            (schema, table): rows
            for schema, table, rows in warehouse.execute(
                "select schema_name, table_name, estimated_size from duckdb_tables()"
            ).fetchall()
        }
        columns = lineage.column_lineage(here, manifest, warehouse) if tell_lineage else {}
    extra: dict[str, dict[str, Any]] = {}
    for unique_id in made:
        props = manifest["nodes"].get(unique_id)
        if props is None:
            continue
        found: dict[str, Any] = {}
        rows = counts.get((layer(props), props["name"]))
        if rows is not None:
            found["dagster/row_count"] = rows
        if unique_id in columns:
            found["dagster/column_lineage"] = lineage.as_dagster(columns[unique_id])
        extra[unique_id] = found
    return extra
