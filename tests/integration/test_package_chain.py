"""The whole chain to a package and back: real documents, real figures, every walk between them."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prepared_home import prepared_home
from sample_copy import copy_site

from orchestration import standing
from tracetonne.backup import backup, rebuild
from tracetonne.figures import read_figures
from tracetonne.impact import impact
from tracetonne.landing.land import land_paths
from tracetonne.package.build import remade_hash
from tracetonne.package.verify import verify
from tracetonne.package.versions import Published, published
from tracetonne.settings import Home
from tracetonne.trace import Node, trace

pytestmark = pytest.mark.slow

SITE = "screw_plant"
MONTHS = ("2025-01", "2025-02")


@dataclass
class Chain:
    """A home with two months published."""

    home: Home
    packages: dict[str, Path]


def refresh(where: Home, site: str, period: str) -> object:
    """Run the whole chain for one period, as the command line does."""
    from orchestration.refresh import refresh as run

    os.environ["TRACETONNE_HOME"] = str(where.root)
    return run(where, site, period, force=True)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    before = os.environ.get("TRACETONNE_HOME")
    here = prepared_home(tmp_path_factory.mktemp("home"))
    os.environ["TRACETONNE_HOME"] = str(here.root)
    land_paths(here, [copy_site(SITE, tmp_path_factory.mktemp("papers"), MONTHS)], SITE)
    for month in MONTHS:
        refresh(here, SITE, month)
    found = {month: published(here, SITE, month) for month in MONTHS}
    yield Chain(here, {month: package.path for month, package in found.items() if package})
    os.environ.pop("TRACETONNE_HOME")
    if before is not None:
        os.environ["TRACETONNE_HOME"] = before


def nodes(tree: Node) -> Iterable[Node]:
    yield tree
    for child in tree.children:
        yield from nodes(child)


@pytest.mark.parametrize("month", MONTHS)
def test_the_package_of_a_month_verifies(chain: Chain, month: str) -> None:
    report = verify(chain.packages[month])
    assert [str(failure) for failure in report.failures] == []
    # A month of this plant cites no constant of a rule: fees and certificates are of years.
    skipped = [check.name for check in report.checks if check.skipped]
    assert skipped == ["every constant of a rule has its published value"]


def test_its_own_script_agrees(chain: Chain) -> None:
    command = [sys.executable, "-I", "-S", "data/verify/verify_package.py"]
    done = subprocess.run(command, cwd=chain.packages["2025-02"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_published_figure_leads_to_documents(chain: Chain) -> None:
    for figure in read_figures(chain.home, SITE, "2025-01").rows:
        tree = trace(chain.home, figure["figure_id"])
        assert tree.values["value"] == figure["value"]
        broken = [node for node in nodes(tree) if "not served" in str(node.values.get("note"))]
        assert not broken, figure["figure_id"]
        records = [node for node in nodes(tree) if node.kind == "record"]
        assert all(node.values["file_name"] and node.values["locator"] for node in records)
        if figure["quantity"] in ("see_direct", "see_indirect") and figure["value"] is not None:
            assert records, figure["figure_id"]


def test_every_record_shows_the_words_of_its_document(chain: Chain) -> None:
    key = next(row["figure_id"] for row in read_figures(chain.home, SITE, "2025-01").rows
               if row["quantity"] == "see_direct" and row["product"] == "C1")  # fmt: skip
    records = [node for node in nodes(trace(chain.home, key)) if node.kind == "record"]
    assert records
    for record in records:
        assert record.values["original_text"], record.id
    gas = next(node for node in records if node.values["raw_table"] == "invoice_line")
    assert "<" in gas.values["original_text"]


def test_every_meter_proves_its_readings(chain: Chain) -> None:
    key = next(row["figure_id"] for row in read_figures(chain.home, SITE, "2025-01").rows
               if row["quantity"] == "see_indirect" and row["product"] == "C1")  # fmt: skip
    meters = [node for node in nodes(trace(chain.home, key)) if node.values.get("source_type") == "readings"]
    assert meters
    for meter in meters:
        page = trace(chain.home, key, meter.id, page=2, page_size=50)
        assert page.values["checksum"]["agrees"]
        assert len(page.children) == 50
        assert page.children[0].values["original_text"].startswith(meter.values["meter"])


def test_a_document_leads_to_the_figures_that_lead_to_it(chain: Chain) -> None:
    with (chain.packages["2025-01"] / "data" / "register" / "evidence_index.csv").open(
        encoding="utf-8-sig", newline=""
    ) as stream:
        documents = list(csv.DictReader(stream))
    lab = next(row for row in documents if row["kind"] == "lab_certificate")
    fed = impact(chain.home, lab["evidence_id"])
    assert {"2025-01", "2025-02"} <= {figure["period"] for figure in fed.figures}
    assert {package["period"] for package in fed.packages} == set(MONTHS)


def test_a_restored_backup_gives_the_same_package_hashes_with_four_threads(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Computed again where a warehouse is thrown away; the packages were made with two threads."""
    monkeypatch.setenv("TRACETONNE_THREADS", "4")
    saved = backup(chain.home, tmp_path / "backup")
    other = prepared_home(tmp_path / "other")
    try:
        result = rebuild(other, refresh, saved.path)
    finally:
        os.environ["TRACETONNE_HOME"] = str(chain.home.root)
    assert [(p.period, p.figures, p.bytes) for p in result.periods] == [
        (month, "same", "same") for month in MONTHS
    ]
    for month in MONTHS:
        original = assert_same_package(chain, other, month)
        assert remade_hash(chain.home, original) == original.sha256


def test_one_thread_gives_the_same_package_hashes(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Computed again as after a change of methods: every model, and all documents are read anew."""
    monkeypatch.setenv("TRACETONNE_THREADS", "1")
    other = Home(root=tmp_path / "other", exports=tmp_path / "other" / "exports")
    shutil.copytree(chain.home.root, other.root)
    standing.forget(other)
    try:
        refresh(other, SITE, MONTHS[1])
    finally:
        os.environ["TRACETONNE_HOME"] = str(chain.home.root)
    assert_same_package(chain, other, MONTHS[1])


def assert_same_package(chain: Chain, other: Home, month: str) -> Published:
    again, original = published(other, SITE, month), published(chain.home, SITE, month)
    assert again is not None
    assert original is not None
    assert again.sha256 == original.sha256
    return original
