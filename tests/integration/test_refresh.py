"""A refresh from papers to package: what passes, what a gate stops, what a kill at any step leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sample_copy
from prepared_home import prepared_home

from orchestration import standing
from orchestration.dbt_build import SEEDED
from orchestration.refresh import RefreshResult, refresh
from tracetonne.figures import read_figures
from tracetonne.landing.land import land_paths
from tracetonne.package.verify import verify
from tracetonne.package.versions import published
from tracetonne.settings import CHECKOUT, Home

pytestmark = pytest.mark.slow

MONTH = "2025-02"
BREAKS: dict[str, tuple[Callable[[Path, str], Path], str]] = {
    "no_bill": (sample_copy.drop_bill, "raw_completeness"),
    "bill_too_high": (sample_copy.bill_off, "electricity_balance"),
    "invoice_missing": (sample_copy.missing_supplier_invoice, "precursor_mass_balance"),
    "invoices_contradict": (
        lambda site, month: sample_copy.duplicate_invoice(site, month, times="2"),
        "document_soundness",
    ),
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The papers of one month of the screw plant, and its neighbours'."""
    return sample_copy.copy_site("screw_plant", tmp_path_factory.mktemp("papers"), [MONTH])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One installation for all sites of this module."""
    root = tmp_path_factory.mktemp("home")
    os.environ["TRACETONNE_HOME"] = str(root)
    return Home(root=root, exports=root / "exports")


@pytest.fixture(scope="module")
def whole(home: Home, papers: Path) -> RefreshResult:
    """The undisturbed refresh."""
    land_paths(home, [papers], "whole")
    return refresh(home, "whole", MONTH)


def test_whole_papers_end_in_a_package_that_verifies(home: Home, whole: RefreshResult) -> None:
    assert (whole.status, whole.version) == ("published", 1)
    assert all(gate["passed"] for gate in whole.gates)
    assert whole.package is not None
    assert verify(Path(whole.package)).failures == []
    figures = read_figures(home, "whole", MONTH).rows
    assert {figure["status"] for figure in figures} == {"published"}
    totals = [figure for figure in figures if figure["quantity"] == "see_total" and figure["product"] == "C1"]
    assert totals
    assert all(len(figure["cn_code"]) == 8 for figure in totals)


def test_unchanged_inputs_are_not_computed_again(home: Home, whole: RefreshResult) -> None:
    again = refresh(home, "whole", MONTH)
    assert (again.status, again.version, again.package) == ("unchanged", 1, whole.package)
    forced = refresh(home, "whole", MONTH, force=True)
    assert (forced.status, forced.version) == ("published", 1)


@pytest.mark.parametrize("name", BREAKS)
def test_broken_papers_are_stopped_by_their_gate(
    name: str, home: Home, whole: RefreshResult, tmp_path: Path
) -> None:
    """The export does not happen, the figures say which gate holds them, and other sites are untouched."""
    damage, gate = BREAKS[name]
    folder = sample_copy.copy_site("screw_plant", tmp_path, [MONTH])
    damage(folder, MONTH)
    land_paths(home, [folder], name)
    result = refresh(home, name, MONTH)
    assert result.status == "blocked"
    stopped = {one["name"] for one in result.gates if not one["passed"] and one["severity"] == "error"}
    assert gate in stopped
    assert all(one["message"] and one["message_zh"] for one in result.gates)
    assert not (home.exports / name).exists()
    figures = read_figures(home, name, MONTH).rows
    assert {figure["status"] for figure in figures} == {"provisional"}
    assert all(gate in figure["blocked_by"] for figure in figures)
    assert published(home, "whole", MONTH) is not None


def test_the_command_line_says_it_with_exit_code_3(home: Home, whole: RefreshResult, tmp_path: Path) -> None:
    """What stopped it is told again as long as nothing has changed, so the site may have been refreshed."""
    folder = sample_copy.copy_site("screw_plant", tmp_path, [MONTH])
    sample_copy.bill_off(folder, MONTH)
    land_paths(home, [folder], "bill_too_high")
    ended = subprocess.run(
        [sys.executable, "-m", "tracetonne.cli", "refresh", "--site", "bill_too_high", "--month", MONTH,
         "--json"],
        cwd=CHECKOUT, env=os.environ | {"TRACETONNE_HOME": str(home.root)}, capture_output=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 3, ended.stderr.decode()
    told = json.loads(ended.stdout)
    assert told["status"] == "blocked"
    assert told["package"] is None
    assert {"status", "package", "version", "gates", "seconds"} <= set(told)
    assert {"name", "passed", "severity"} <= set(told["gates"][0])


# Libraries and the project are read once; every step has a process of its own, which ends as if the power had
# failed.
KILLED_AT = """
import json, os, signal, sys
import dagster_dbt, dbt.cli.main
from orchestration.dbt_build import parsed_project, prepare_manifest
from orchestration.definitions import make_definitions
from orchestration.refresh import refresh
from tracetonne.package.versions import published
from tracetonne.settings import home

def watch(name, detail, done, total):
    if name == step and done >= share * total:
        os.kill(os.getpid(), signal.SIGKILL)

month = sys.argv[1]
make_definitions(prepare_manifest(home()))
parsed_project(home())
for step, share in json.loads(sys.argv[2]):
    process = os.fork()
    if not process:
        refresh(home(), "whole", month, progress=watch)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert ended == -signal.SIGKILL, f"{step} was never reached"
    assert published(home(), "whole", month) is None, step
refresh(home(), "whole", month)
"""
# Two kills among the models: while all are built as after a change of methods, and when models stand.
STEPS = [
    ("factors", 0), ("compute", 0.1), ("serve", 0), ("compute", 0.05), ("gates", 0), ("gates", 1),
    ("package", 0),
]  # fmt: skip


def test_a_refresh_killed_at_any_step_ends_like_an_undisturbed_one(
    home: Home, whole: RefreshResult, papers: Path, tmp_path: Path
) -> None:
    disturbed = prepared_home(tmp_path / "home")
    # As after a change of reference data and methods: everything is loaded and built.
    (disturbed.root / SEEDED).unlink()
    standing.forget(disturbed)
    land_paths(disturbed, [papers], "whole")
    subprocess.run(
        [sys.executable, "-c", KILLED_AT, MONTH, json.dumps(STEPS)],
        cwd=CHECKOUT,
        env=os.environ | {"TRACETONNE_HOME": str(disturbed.root)},
        check=True,
    )
    calm, late = published(home, "whole", MONTH), published(disturbed, "whole", MONTH)
    assert calm is not None
    assert late is not None
    assert (late.version, late.sha256) == (calm.version, calm.sha256)
    wanted = read_figures(home, "whole", MONTH).rows
    assert read_figures(disturbed, "whole", MONTH).rows == wanted
