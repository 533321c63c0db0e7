"""Building a package: versions, identical bytes, what it holds, and what happens when two build at once."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
import threading
from concurrent.futures import wait
from pathlib import Path

import pytest
from package_fixture import SITE, make_home, serve_month

from tracetonne.package import bag, documents
from tracetonne.package.build import build_package
from tracetonne.package.collect import NothingServedError, bagged_name, period_end
from tracetonne.package.documents import DamagedEvidenceError, copied_early
from tracetonne.package.verify import check_identity
from tracetonne.package.versions import identity_of, published, versions
from tracetonne.settings import CHECKOUT, Home

MARCH = "2026-03"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def test_the_first_package_is_version_one_and_the_second_build_changes_nothing(home: Home) -> None:
    first = build_package(home, SITE, MARCH)
    second = build_package(home, SITE, MARCH)
    assert (first.version, first.status) == (1, "new")
    assert (second.version, second.status, second.sha256) == (1, "unchanged", first.sha256)
    assert first.path == home.exports / SITE / MARCH / "v1"


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes_in_any_home_and_with_any_threads(tmp_path: Path) -> None:
    hashes = set()
    for threads in (1, 2, 4):
        made = make_home(tmp_path / f"home{threads}")
        build_package(made, SITE, "2026-02", threads=threads)
        hashes.add(build_package(made, SITE, MARCH, threads=threads).sha256)
    assert len(hashes) == 1


def test_a_package_of_the_older_form_of_identity_is_no_reason_for_a_version(home: Home) -> None:
    """Form 1 hashed the figures row by row and named no form."""
    first = build_package(home, SITE, MARCH)
    hashes = {
        path.relative_to(first.path).as_posix(): bag.sha256_of(path) for path in bag.payload_files(first.path)
    }
    info = bag.read_info(first.path) | identity_of(first.path, "1").as_info()
    bag.write_frame(first.path, {key: info[key] for key in info if key != "TraceTonne-Identity-Form"}, hashes)
    assert check_identity(first.path).passed
    assert build_package(home, SITE, MARCH).status == "unchanged"


def test_changed_evidence_makes_the_next_version_and_says_what_changed(home: Home) -> None:
    build_package(home, SITE, MARCH)
    serve_month(home, MARCH, "1200.000", 0.5, earlier="2026-02")
    result = build_package(home, SITE, MARCH)
    assert (result.version, result.changed) == (2, ["Evidence", "Figures"])
    assert [version.version for version in versions(home, SITE, MARCH)] == [1, 2]


def test_a_changed_factor_is_told_from_changed_evidence(home: Home) -> None:
    build_package(home, SITE, MARCH)
    serve_month(home, MARCH, "1000.000", 0.6, earlier="2026-02")
    assert "Factors" in build_package(home, SITE, MARCH).changed


def test_published_is_the_newest_version_with_its_values(home: Home) -> None:
    assert published(home, SITE, MARCH) is None
    build_package(home, SITE, MARCH)
    serve_month(home, MARCH, "1200.000", 0.5, earlier="2026-02")
    build_package(home, SITE, MARCH)
    newest = published(home, SITE, MARCH)
    assert newest is not None
    assert newest.version == 2
    assert newest.figures()[f"{SITE}:{MARCH}:press:C1:see_indirect:management", MARCH] == 0.96


def test_versions_are_counted_as_numbers(home: Home) -> None:
    build_package(home, SITE, MARCH)
    shutil.copytree(home.exports / SITE / MARCH / "v1", home.exports / SITE / MARCH / "v10")
    assert [version.version for version in versions(home, SITE, MARCH)] == [1, 10]


def test_a_period_without_refresh_cannot_be_packed(home: Home) -> None:
    with pytest.raises(NothingServedError, match="tracetonne refresh --site demo --month 2030-01"):
        build_package(home, SITE, "2030-01")
    assert not (home.exports / SITE / "2030-01").exists()


def test_figures_without_what_they_rest_on_are_not_packed(home: Home) -> None:
    next((home.serving / SITE / MARCH).glob("*/out_fact_record.parquet")).unlink()
    with pytest.raises(NothingServedError, match="without fact_record"):
        build_package(home, SITE, MARCH)


def test_damaged_evidence_stops_the_build_and_leaves_nothing(home: Home) -> None:
    stored = next(path for path in home.evidence.rglob("*") if path.is_file())
    stored.write_bytes(b"something else")
    with pytest.raises(DamagedEvidenceError, match="changed after it was landed"):
        build_package(home, SITE, "2026-02")
        build_package(home, SITE, MARCH)
    assert not list(home.exports.rglob(".making-*"))
    assert not (home.exports / SITE / MARCH / "v1").exists()


def test_documents_copied_before_the_build_are_moved_into_it(home: Home, tmp_path: Path) -> None:
    alone = build_package(make_home(tmp_path / "alone"), SITE, MARCH)
    home.early_copies.mkdir()
    (home.early_copies / "left by a killed refresh").write_text("half")
    with copied_early(home, SITE, MARCH):
        wait(documents._early[home.root]._copies.result().values())
        ready = {path.name for path in home.early_copies.iterdir()}
        assert ready == {path.name for path in home.evidence.rglob("*") if path.is_file()}
        early = build_package(home, SITE, MARCH)
        assert early.sha256 == alone.sha256
        used = {bag.sha256_of(path) for path in (early.path / "data/evidence").iterdir()}
        assert {path.name for path in home.early_copies.iterdir()} == ready - used < ready
    assert not home.early_copies.exists()


def test_a_document_damaged_before_the_build_stops_it(home: Home) -> None:
    for stored in home.evidence.rglob("*"):
        if stored.is_file():
            stored.write_bytes(b"something else")
    with copied_early(home, SITE, MARCH), pytest.raises(DamagedEvidenceError, match="changed after it was"):
        build_package(home, SITE, MARCH)
    shutil.rmtree(home.evidence)
    with copied_early(home, SITE, MARCH), pytest.raises(DamagedEvidenceError, match="is not in the evidence"):
        build_package(home, SITE, MARCH)


def test_what_a_killed_build_left_is_cleared(home: Home) -> None:
    leftover = home.exports / SITE / MARCH / ".making-killed" / "data"
    leftover.mkdir(parents=True)
    (leftover / "half").write_text("half")
    build_package(home, SITE, MARCH)
    assert sorted(path.name for path in (home.exports / SITE / MARCH).iterdir()) == ["v1"]


def test_two_builds_at_once_make_one_version(home: Home) -> None:
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(build_package(home, SITE, MARCH))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.status for result in results) == ["new", "unchanged"]
    assert [version.version for version in versions(home, SITE, MARCH)] == [1]


def test_the_package_names_earlier_packages_by_hash(home: Home) -> None:
    february = build_package(home, SITE, "2026-02")
    march = build_package(home, SITE, MARCH).path
    rows = read(march, "calculation/earlier_package.csv")
    expected = {"refresh_period": "2026-02", "package_period": "2026-02", "version": "1"}
    assert rows == [expected | {"package_sha256": february.sha256}]
    assert {row["line_id"] for row in read(march, "calculation/earlier_line.csv")} == {
        f"line:{SITE}:2026-02:management:activity_level:C1",
        f"line:{SITE}:2026-02:management:attributed_emissions_indirect:C1",
    }


def test_the_package_of_a_year_proves_months_without_a_package(home: Home) -> None:
    shutil.copytree(home.serving / SITE / "2026-02", home.serving / SITE / "2026")
    year = build_package(home, SITE, "2026")
    shutil.rmtree(home.exports / SITE / "2026-02", ignore_errors=True)
    rows = read(build_package(home, SITE, MARCH).path, "calculation/earlier_package.csv")
    assert [(row["package_period"], row["package_sha256"]) for row in rows] == [("2026", year.sha256)]


def test_an_earlier_month_without_any_package_is_named_without_a_hash(home: Home) -> None:
    rows = read(build_package(home, SITE, MARCH).path, "calculation/earlier_package.csv")
    assert [tuple(row.values()) for row in rows] == [("2026-02", "", "", "")]


def test_text_that_a_spreadsheet_would_run_is_guarded(home: Home) -> None:
    path = build_package(home, SITE, MARCH).path
    notes = [row["note"] for row in read(path, "landing/production_ledger.csv")]
    assert notes == ["'=1+1", "''螺絲"]
    for file in path.rglob("*.csv"):
        if file.parent.name != "evidence":
            cells = [cell for row in csv.reader(file.open(encoding="utf-8-sig", newline="")) for cell in row]
            assert not [cell for cell in cells if cell[:1] in "=+@\t\r" and cell]


def test_no_clock_and_no_random_id_is_in_the_package(home: Home) -> None:
    path = build_package(home, SITE, MARCH).path
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    for file in path.rglob("*"):
        if file.is_file():
            assert today.encode() not in file.read_bytes(), file
    dates = json.loads((path / "data" / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    action = next(entity for entity in dates["@graph"] if entity["@type"] == "CreateAction")
    assert action["startTime"] == action["endTime"] == "2026-03-31T23:59:59+08:00"


def test_the_schema_names_every_column_of_every_table(home: Home) -> None:
    path = build_package(home, SITE, MARCH).path
    schema = json.loads((path / "data" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in schema["resources"]:
        header = (path / "data" / resource["path"]).read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
    tables = {file.relative_to(path / "data").as_posix() for file in (path / "data").rglob("*.csv")}
    assert {r["path"] for r in schema["resources"]} == {t for t in tables if not t.startswith("evidence/")}


def test_the_readme_walks_a_figure_in_both_languages(home: Home) -> None:
    text = (build_package(home, SITE, MARCH).path / "data" / "README.md").read_text(encoding="utf-8")
    assert "sha256sum -c manifest-sha256.txt" in text
    assert "人工查驗步驟" in text
    assert "{" not in text


def test_the_readme_of_the_exports_names_every_folder_of_a_package(home: Home) -> None:
    text = (CHECKOUT / "exports" / "README.md").read_text(encoding="utf-8")
    payload = build_package(home, SITE, MARCH).path / "data"
    named = [f"{path.name}/" if path.is_dir() else path.name for path in payload.iterdir()]
    assert [name for name in named if name not in text] == []


def test_the_payload_oxum_counts_bytes_and_files(home: Home) -> None:
    path = build_package(home, SITE, MARCH).path
    sizes = [file.stat().st_size for file in bag.payload_files(path)]
    assert bag.read_info(path)["Payload-Oxum"] == f"{sum(sizes)}.{len(sizes)}"


@pytest.mark.parametrize(
    ("period", "last_day"),
    [
        ("2026", "2026-12-31"),
        ("2024-02", "2024-02-29"),
        ("2025-12", "2025-12-31"),
        ("2023-07-01_2024-06-30", "2024-06-30"),
    ],
)
def test_period_ends(period: str, last_day: str) -> None:
    assert period_end(period).isoformat() == last_day


@pytest.mark.parametrize(
    ("name", "bagged"),
    [
        ("FINAL v3 (2).csv", "FINAL_v3_2.csv"),
        ("電費.CSV", "document.CSV"),
        ("../../etc/passwd", "passwd"),
        (".hidden", "hidden"),
        ("a" * 300 + ".xlsx", "a" * 60 + ".xlsx"),
    ],
)
def test_documents_get_safe_names(name: str, bagged: str) -> None:
    assert bagged_name("0123456789abcdef" * 4, name) == f"evidence/0123456789abcdef_{bagged}"


def read(package: Path, table: str) -> list[dict[str, str]]:
    with (package / "data" / table).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
