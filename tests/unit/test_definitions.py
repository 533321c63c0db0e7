"""What Dagster is told: nothing nameless, nothing without an owner, runs asked for at the right moment."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from prepared_home import prepared_home

from orchestration.assets.models import in_order
from orchestration.dbt_build import prepare_manifest
from orchestration.definitions import INTENSITY, make_definitions
from orchestration.inbox import file_hash
from orchestration.labels import OWNERS
from orchestration.nodes import NodeResult
from orchestration.partitions import partition_key, period_keys, register, site_and_period
from orchestration.schedules import month_just_closed
from orchestration.sensors import inbox
from tracetonne.errors import WrongUseError
from tracetonne.landing.tables import TABLES
from tracetonne.sites import SCHEMA_SITE

pytestmark = pytest.mark.slow
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "asset_graph.txt"


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    root = tmp_path_factory.mktemp("definitions")
    return make_definitions(prepare_manifest(prepared_home(root)))


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return list(definitions.resolve_all_asset_specs())


@pytest.fixture
def landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TRACETONNE_HOME", str(tmp_path))
    (tmp_path / "landing" / "evidence" / "site=screw_plant").mkdir(parents=True)
    (tmp_path / "landing" / "evidence" / f"site={SCHEMA_SITE}").mkdir(parents=True)
    (tmp_path / "inbox" / "new_plant").mkdir(parents=True)
    yield tmp_path


def test_every_asset_has_an_owner_a_group_and_a_description(specs: list[dg.AssetSpec]) -> None:
    assert len(specs) > 50
    bare = [
        spec.key.to_user_string()
        for spec in specs
        if not (spec.owners and spec.group_name and (spec.description or "").strip())
    ]
    assert bare == []
    assert {owner for spec in specs for owner in spec.owners} <= set(OWNERS.values())


def test_every_check_job_schedule_and_sensor_says_what_it_is(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    nameless = [key.name for key in graph.asset_check_keys if not graph.get_check_spec(key).description]
    assert nameless == []
    for job in ("monthly_refresh", "yearly_refresh"):
        assert definitions.resolve_job_def(job).description
    assert month_just_closed.description and inbox.description


def test_keys_are_storage_paths(specs: list[dg.AssetSpec]) -> None:
    assert {spec.key.path[0] for spec in specs} == {
        "raw", "reference", "staging", "calculation", "output", "serving", "exports",
    }  # fmt: skip
    assert {spec.key.path[1] for spec in specs if spec.key.path[0] == "raw"} == set(TABLES)


def test_data_flow_in_one_direction(specs: list[dg.AssetSpec]) -> None:
    """No layer reads a later one, and outputs never read raw documents."""
    order = ["reference", "raw", "staging", "calculation", "output", "serving", "exports"]
    for spec in specs:
        for dependency in spec.deps:
            own, other = spec.key.path[0], dependency.asset_key.path[0]
            assert order.index(other) <= order.index(own), f"{spec.key} reads {dependency.asset_key}"
            assert (own, other) != ("output", "raw")


def test_the_gates_block_the_package(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    gates = [key for key in graph.asset_check_keys if key.asset_key.path == ["serving", "build"]]
    assert {"raw_completeness", "electricity_balance", "precursor_mass_balance"} <= {
        key.name for key in gates
    }
    for key in gates:
        assert graph.get_check_spec(key).blocking
        assert graph.get_check_spec(key).partitions_def is not None


def test_the_product_intensity_has_a_freshness_policy(specs: list[dg.AssetSpec]) -> None:
    [intensity] = [spec for spec in specs if spec.key == INTENSITY]
    assert intensity.freshness_policy is not None


def test_the_asset_graph_is_the_reviewed_one(specs: list[dg.AssetSpec]) -> None:
    """Set `TRACETONNE_WRITE_GOLDEN=1` to accept a change, and let the diff be read."""
    lines = []
    for spec in sorted(specs, key=lambda one: one.key):
        read = sorted(dependency.asset_key.to_user_string() for dependency in spec.deps)
        lines.append(f"{spec.key.to_user_string()} [{spec.group_name}]")
        lines += [f"    {name}" for name in read]
    text = "\n".join(lines) + "\n"
    if os.environ.get("TRACETONNE_WRITE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_partition_keys_name_a_site_and_a_period() -> None:
    key = partition_key("screw_plant", "2025-03")
    assert site_and_period(str(key)) == ("screw_plant", "2025-03")
    assert site_and_period(str(partition_key("screw_plant", "2025"))) == ("screw_plant", "2025")
    with pytest.raises(WrongUseError):
        partition_key("screw_plant", "2025-13")


def test_periods_come_with_the_clock_of_taipei() -> None:
    # 20:00 UTC on 31 January is 1 February in Taipei.
    now = datetime.datetime(2018, 1, 31, 20, tzinfo=datetime.UTC)
    assert period_keys(now) == ["2018", "2018-01", "2018-02"]
    assert period_keys(datetime.datetime(2019, 1, 15, tzinfo=datetime.UTC))[-2:] == ["2019", "2019-01"]


def test_the_schedule_asks_for_the_month_just_closed_of_every_site(landed: Path) -> None:
    with dg.instance_for_test() as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime.datetime(2026, 4, 4, 22, tzinfo=datetime.UTC),  # 5 April, 06:00
        )
        requests = list(month_just_closed(context))
        assert [request.run_key for request in requests] == ["new_plant:2026-03", "screw_plant:2026-03"]
        assert requests[0].partition_key == partition_key("new_plant", "2026-03")
        assert set(instance.get_dynamic_partitions("site")) == {"new_plant", "screw_plant"}
        assert set(instance.get_dynamic_partitions("period")) == {"2026", "2026-03"}
    assert (month_just_closed.cron_schedule, month_just_closed.execution_timezone) == (
        "0 6 5 * *",
        "Asia/Taipei",
    )


def test_the_inbox_sensor_asks_once_a_document(landed: Path) -> None:
    document = landed / "inbox" / "new_plant" / "bill.csv"
    document.write_text("a")
    (landed / "inbox" / "new_plant" / ".half-written").write_text("b")
    with dg.DagsterInstance.ephemeral() as instance:
        requests = list(inbox(dg.build_sensor_context(instance=instance)))
    assert [request.run_key for request in requests] == [f"new_plant:{file_hash(document)}"]


def test_an_empty_inbox_is_a_reason_to_skip(landed: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        [skipped] = list(inbox(dg.build_sensor_context(instance=instance)))
    assert isinstance(skipped, dg.SkipReason)


def test_registering_partitions_twice_adds_nothing() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        register(instance, ["a", "a"], ["2025"])
        register(instance, ["a"], ["2025"])
        assert instance.get_dynamic_partitions("site") == ["a"]


def test_results_are_told_in_the_order_of_the_graph_with_the_outputs_that_stand() -> None:
    manifest = {
        "nodes": {
            "model.b": {"name": "b", "resource_type": "model", "config": {"schema": "output"},
                        "depends_on": {"nodes": ["model.a", "seed.s"], "macros": []}},
            "model.a": {"name": "a", "resource_type": "model", "config": {"schema": "calculation"},
                        "depends_on": {"nodes": [], "macros": []}},
            "model.c": {"name": "c", "resource_type": "model", "config": {"schema": "output"},
                        "depends_on": {"nodes": ["model.b"], "macros": []}},
            "seed.s": {"name": "s", "resource_type": "seed", "config": {}, "depends_on": {"macros": []}},
        }
    }  # fmt: skip
    built = [
        NodeResult("model.c", "c", "model", "success", 0.1, "", None),
        NodeResult("model.a", "a", "model", "success", 0.1, "", None),
    ]
    assert [node.name for node in in_order(manifest, built)] == ["a", "b", "c"]
    broken = [NodeResult("model.a", "a", "model", "error", 0.1, "", None)]
    assert [node.name for node in in_order(manifest, broken)] == ["a"]
