"""Connectors in the UI and on the command line: named, owned, described, and run from there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from connector_home import SITE, home_at, inbox, write_connector

from orchestration.connectors import GROUP, DocumentFetcher, make_connectors
from orchestration.jobs import monthly_refresh, yearly_refresh
from tracetonne import cli
from tracetonne.settings import Home

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    made = home_at(tmp_path / "home")
    monkeypatch.setenv("TRACETONNE_HOME", str(made.root))
    share = tmp_path / "share"
    share.mkdir()
    (share / "bill.csv").write_bytes(b"x")
    text = f"kind: folder\npath: {share}\nsettle_seconds: 0\ndescription: Scanned bills.\nevery_minutes: 15\n"
    write_connector(made, "share", text)
    (made.connectors / "broken.yml").write_text("kind: folder\nsite: p\n")
    (made.connectors / "Not a name.yml").write_text("kind: folder\n")
    yield made


@pytest.fixture
def definitions(home: Home) -> dg.Definitions:
    made = make_connectors(home)

    @dg.asset(key=["raw", "evidence"])
    def refreshed() -> None:
        """Stand for what a refresh computes."""

    return dg.Definitions(
        assets=[*made.assets, refreshed],
        jobs=[*made.jobs],
        sensors=made.sensors,
        resources={"fetcher": DocumentFetcher()},
        executor=dg.in_process_executor,
    )


def test_every_connector_is_an_asset_a_job_and_a_sensor(definitions: dg.Definitions) -> None:
    specs = {
        spec.key.path[1]: spec for spec in definitions.resolve_all_asset_specs() if spec.group_name == GROUP
    }
    assert set(specs) == {"share", "broken"}
    for name, spec in specs.items():
        assert spec.key.path == ["inbox", name]
        assert spec.owners and spec.description
        assert definitions.resolve_job_def(f"fetch_{name}").description
        sensor = definitions.resolve_sensor_def(f"fetch_{name}")
        assert sensor.description
    assert "Scanned bills." in (specs["share"].description or "")
    assert f"inbox/{SITE}/share/" in (specs["share"].description or "")
    assert "path: Field required" in (specs["broken"].description or "")
    assert definitions.resolve_sensor_def("fetch_share").minimum_interval_seconds == 15 * 60


def test_a_run_fetches_and_says_how_much(home: Home, definitions: dg.Definitions) -> None:
    result = definitions.resolve_job_def("fetch_share").execute_in_process()
    assert result.success
    [event] = result.get_asset_materialization_events()
    assert event.materialization.metadata["fetched"].value == 1
    assert inbox(home, "share") == {"bill.csv": b"x"}


def test_a_run_of_a_bad_file_fails_with_its_reason(definitions: dg.Definitions) -> None:
    with pytest.raises(Exception, match="wrong settings"):
        definitions.resolve_job_def("fetch_broken").execute_in_process()


def test_a_sensor_asks_unless_a_fetch_is_at_work(definitions: dg.Definitions) -> None:
    sensor = definitions.resolve_sensor_def("fetch_share")
    with dg.DagsterInstance.ephemeral() as instance:

        def asked() -> list[object]:
            context = dg.build_sensor_context(instance=instance, definitions=definitions)
            return list(sensor(context))  # type: ignore[call-overload]

        [request] = asked()
        assert isinstance(request, dg.RunRequest)
        instance.create_run_for_job(
            definitions.resolve_job_def("fetch_share"),
            status=dg.DagsterRunStatus.STARTED,
            tags={"connector": "share"},
        )
        [skipped] = asked()
        assert isinstance(skipped, dg.SkipReason)


def test_a_refresh_fetches_nothing(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for job in (monthly_refresh, yearly_refresh):
        assert {key.path[0] for key in job.selection.resolve(graph)} == {"raw"}


def test_a_home_without_connectors_has_none(tmp_path: Path) -> None:
    made = make_connectors(Home(root=tmp_path, exports=tmp_path / "exports"))
    assert (made.assets, made.jobs, made.sensors) == ([], [], [])


def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["tracetonne", *arguments])
    code = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_fetch_and_connectors_on_the_command_line(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = call(monkeypatch, capsys, "fetch", "share", "--json")
    [report] = json.loads(out)
    assert (code, report["fetched"], report["documents"][0]["status"]) == (0, 1, "fetched")
    code, out, _ = call(monkeypatch, capsys, "fetch", "share")
    assert (code, "1 known" in out) == (0, True)
    code, out, _ = call(monkeypatch, capsys, "connectors", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert (code, rows["share"]["delivered"], rows["share"]["problem"]) == (2, 1, "")
    assert "wrong settings" in rows["broken"]["problem"]
    code, out, _ = call(monkeypatch, capsys, "connectors")
    assert (code, "share" in out, "wrong settings" in out) == (2, True, True)
    (home.connectors / "broken.yml").unlink()
    (home.connectors / "Not a name.yml").unlink()
    assert call(monkeypatch, capsys, "connectors")[0] == 0
    code, out, _ = call(monkeypatch, capsys, "fetch", "--site", "elsewhere", "--json")
    assert (code, json.loads(out)) == (0, [])


def test_failures_have_their_exit_codes(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, capsys, "fetch", "nobody")[0] == 2
    assert call(monkeypatch, capsys, "fetch")[0] == 2  # a file cannot be used
    write_connector(home, "gone", "kind: folder\npath: /no/such/folder\n")
    code, _, err = call(monkeypatch, capsys, "fetch", "gone", "share")
    assert (code, "The folder is not there." in err) == (1, True)
    share = home.root.parent / "share"
    limited = f"kind: folder\npath: {share}\nsettle_seconds: 0\nlimits: {{max_file_bytes: 1}}\n"
    (share / "two.csv").write_bytes(b"xx")
    write_connector(home, "share", limited)
    code, out, _ = call(monkeypatch, capsys, "fetch", "share")
    assert (code, "at most 1" in out, "上限" in out) == (4, True, True)
