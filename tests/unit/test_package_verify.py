"""Verifying a package: a good one passes, and every way of tampering is caught and named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from package_fixture import SITE, make_packaged_home

from tracetonne.package import bag
from tracetonne.package.layout import SCRIPT_FILE
from tracetonne.package.tabular import literal, print_csv
from tracetonne.package.verify import NotAPackageError, verify

MARCH = "2026-03"
LINE = f"line:{SITE}:{MARCH}:management"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return make_packaged_home(tmp_path / "home").exports / SITE / MARCH / "v1"


def rewrite(package: Path, table: str, statement: str) -> None:
    """Change a table in both its forms, as somebody would who knows the package well."""
    parquet = package / "data" / f"{table}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table t as from read_parquet({literal(parquet)})")
        connection.execute(statement)
        connection.execute(f"copy t to {literal(parquet)} (format parquet)")
        print_csv(parquet, parquet.with_suffix(".csv"))


def bag_again(package: Path) -> None:
    """Make new manifests, so that every hash is right again."""
    hashes = {
        path.relative_to(package).as_posix(): bag.sha256_of(path) for path in bag.payload_files(package)
    }
    info = bag.read_info(package)
    info.pop("Payload-Oxum")
    bag.write_frame(package, info, hashes)


def failures(package: Path) -> str:
    return "\n".join(str(failure) for failure in verify(package).failures)


def script_says(package: Path) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", f"data/{SCRIPT_FILE}", "."]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_good_package_verifies_and_so_says_its_own_script(package: Path) -> None:
    report = verify(package)
    assert (report.passed, report.exit_code, report.failures) == (True, 0, [])
    assert report.identifier == f"{SITE}/{MARCH}/v1"
    assert report.as_dict()["status"] == "verified"
    code, text = script_says(package)
    assert (code, "FAILED" in text) == (0, False), text
    # Running the script leaves nothing behind that would break the bag.
    assert verify(package).passed


def test_every_check_looked_at_something(package: Path) -> None:
    unused = [check.name for check in verify(package).checks if not check.looked_at and not check.skipped]
    assert unused == []


def test_a_folder_that_is_no_package_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(NotAPackageError) as caught:
        verify(tmp_path)
    assert caught.value.exit_code == 2


def test_a_flipped_byte_of_evidence(package: Path) -> None:
    document = next((package / "data" / "evidence").glob("*_ledger.csv"))
    content = bytearray(document.read_bytes())
    content[-3] ^= 1
    document.write_bytes(bytes(content))
    text = failures(package)
    assert f"data/evidence/{document.name}: the bytes were changed after manifest-sha256.txt was made" in text
    assert "is not the one that was landed" in text
    assert script_says(package)[0] == 3


def test_a_flipped_byte_of_evidence_with_new_manifests(package: Path) -> None:
    document = next((package / "data" / "evidence").glob("*_ledger.csv"))
    document.write_bytes(document.read_bytes().replace(b"3000", b"4000"))
    bag_again(package)
    assert "document ledger.csv is not the one that was landed" in failures(package)
    assert script_says(package)[0] == 3


Tamper = Callable[[Path], None]
CHANGES = {
    "figure": (
        "output/figure",
        "update t set value = 0.7, rounded = 0.7 where quantity = 'see_indirect' and period = '2026-03'",
        "see_indirect:management is not the value of its line",
    ),
    "rounding": (
        "output/figure",
        "update t set rounded = 0.81 where quantity = 'see_indirect' and period = '2026-03'",
        "is not rounded to 5 decimals",
    ),
    "quantity of a record": (
        "calculation/fact_record",
        "update t set quantity = 3500 where record_number = 2",
        "what does not stand there (expected 3000.0, found 3500.000000000000)",
    ),
    "unit of a record": (
        "calculation/fact_record",
        "update t set quantity = 20000 where record_number = 1 and raw_table = 'production_ledger'",
        "what does not stand there (expected 2000.0, found 20000.000000000000)",
    ),
    "record of another document": (
        "calculation/fact_record",
        "update t set record_number = 7 where record_number = 2",
        "record 7 of document",
    ),
    "share of a bill": (
        "calculation/fact_record",
        "update t set share = 0.25 where raw_table = 'utility_bill'",
        "another share than 14 of 28 days (expected 0.5, found 0.25)",
    ),
    "factor that the document does not state": (
        "factors/factor_used",
        "update t set published_value = '0.4', value = 0.4",
        "factor:ELECTRICITY@1 is not what the document states (expected 0.5, found 0.4)",
    ),
    "factor converted without a unit": (
        "factors/factor_used",
        "update t set value = 0.4",
        "is not the published value, though it has the same unit (expected 0.5, found 0.4)",
    ),
    "value of a meter": (
        "calculation/fact",
        "update t set value = 7000 where source_type = 'readings'",
        "is not the sum of its readings (expected 8000.0, found 7000.0)",
    ),
    "factor": (
        "factors/factor_used",
        "update t set value = 0.4",
        "input factor of line:demo:2026-03:management:attributed_emissions_indirect:C1 is not the value of",
    ),
    "line removed": (
        "calculation/calculation_line",
        "delete from t where quantity = 'attributed_emissions_indirect'",
        "comes from line line:demo:2026-03:management:attributed_emissions_indirect:C1, which is missing",
    ),
    "line of a figure removed": (
        "calculation/calculation_line",
        "delete from t where quantity = 'see_indirect'",
        "its line 'line:demo:2026-03:management:see_indirect:C1' is missing",
    ),
    "input removed": (
        "calculation/calculation_line_input",
        "delete from t where input_name = 'factor'",
        "the line has no input 'factor', which its formula names",
    ),
    "formula": (
        "calculation/calculation_line",
        "update t set formula = 'kwh / 1000 * factor * 0.9' where quantity = 'attributed_emissions_indirect'",
        "is not what its formula 'kwh / 1000 * factor * 0.9' gives",
    ),
    "formula of no method, and its value": (
        "calculation/calculation_line",
        "update t set formula = 'kwh / 1000 * factor / 2', value = value / 2 "
        "where quantity = 'attributed_emissions_indirect'",
        "no method has this formula for it (expected , found kwh / 1000 * factor / 2)",
    ),
    "formula outside the grammar": (
        "calculation/calculation_line",
        "update t set formula = '__import__(1)' where quantity = 'activity_level'",
        "unknown function '__import__'",
    ),
    "record": (
        "calculation/fact_record",
        "update t set quantity = 2500 where record_number = 1",
        "is not the sum of its records",
    ),
    "reading removed": (
        "landing/meter_reading",
        "delete from t where record_number = 3",
        "the number of readings does not agree",
    ),
    "reading changed and another to match": (
        "landing/meter_reading",
        "update t set quantity = quantity + case record_number when 1 then 1 when 2 then -1 else 0 end",
        "the hash of readings does not agree",
    ),
    "earlier line": (
        "calculation/earlier_line",
        "update t set value = 3 where quantity = 'attributed_emissions_indirect'",
        "is not the value of line line:demo:2026-02:management:attributed_emissions_indirect:C1",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.slow
def test_a_change_under_new_manifests_is_found_by_recomputing(package: Path, name: str) -> None:
    table, statement, expected = CHANGES[name]
    rewrite(package, table, statement)
    bag_again(package)
    bagged = {check.name: check.passed for check in verify(package).checks}
    assert bagged["every file has the bytes that the manifest says"]
    assert expected in failures(package)
    code, text = script_says(package)
    assert code == 3
    assert expected in text


def test_a_change_of_the_csv_alone(package: Path) -> None:
    file = package / "data" / "output" / "figure.csv"
    file.write_bytes(file.read_bytes().replace(b"cbam_definitive", b"cbam_transitional", 1))
    bag_again(package)
    assert "data/output/figure.csv:2: the CSV does not say what the Parquet file says" in failures(package)


def test_a_file_slipped_in(package: Path) -> None:
    (package / "data" / "evidence" / "0000_extra.pdf").write_bytes(b"late")
    assert "0000_extra.pdf: this file is in no manifest" in failures(package)
    bag_again(package)
    text = failures(package)
    assert "this document is not in the index" in text
    assert "evidence/0000_extra.pdf is not described" in text


def test_a_figure_changed_with_everything_it_rests_on(package: Path) -> None:
    """Somebody changes reading, fact, line and figure consistently: the document still says otherwise."""
    rewrite(
        package, "landing/production_ledger", "update t set good_quantity = '4000' where record_number = 2"
    )
    bag_again(package)
    report = verify(package)
    assert not report.passed
    assert "production_ledger.csv has another hash" in failures(package)


def test_a_manifest_that_points_outside_is_refused(package: Path) -> None:
    manifest = package / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + "0" * 64 + "  ../../../etc/passwd\n")
    assert "not a line of a manifest" in failures(package)


def test_a_package_whose_earlier_package_was_replaced(package: Path) -> None:
    february = package.parent.parent / "2026-02" / "v1"
    rewrite(
        february, "calculation/calculation_line", "update t set value = 3 where quantity = 'activity_level'"
    )
    bag_again(february)
    assert "package 2026-02/v1 has another hash" in failures(package)


@pytest.mark.slow
def test_the_command_ends_with_the_code_of_what_it_found(package: Path, tmp_path: Path) -> None:
    def command(path: Path) -> tuple[int, str]:
        arguments = [sys.executable, "-m", "tracetonne.cli", "verify", str(path)]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert command(package)[0] == 0
    assert command(tmp_path)[0] == 2
    (package / "data" / "README.md").write_text("changed", encoding="utf-8")
    code, text = command(package)
    assert code == 3
    assert "data/README.md" in text
