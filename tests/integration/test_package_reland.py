"""Verify reads the documents of a package again: what the records say must be what the documents say."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tracetonne.landing.land import land_paths
from tracetonne.package import bag
from tracetonne.package.build import build_package
from tracetonne.package.reland import check_landing
from tracetonne.package.tabular import literal, print_csv
from tracetonne.package.verify import check_crate
from tracetonne.settings import CHECKOUT, Home

SITE = "screws"
MONTH = "2025-03"
SAMPLES = CHECKOUT / "raw_samples" / "screw_plant"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Land a month of the sample documents and pack them with one fact over the main meter's first day."""
    root = tmp_path_factory.mktemp("home")
    home = Home(root=root, exports=root / "exports")
    documents = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and MONTH in path.name)
    documents += sorted((SAMPLES / "invoices").rglob("natural-gas*.xml"))[:2]
    landed = land_paths(home, documents, SITE)
    assert {result.status for result in landed} == {"landed"}
    _serve(home)
    return build_package(home, SITE, MONTH).path


def _serve(home: Home) -> None:
    build = home.serving / SITE / MONTH / "0123456789abcdef"
    build.mkdir(parents=True)
    last = f"'{MONTH}' as refresh_period, '{SITE}' as site"
    register = f"read_parquet('{home.landing}/evidence/site={SITE}/*.parquet', filename = true)"
    tables = {
        "evidence_used": "select parse_filename(filename, true) as evidence_id, sha256, kind, file_name, "
        f"byte_size, 'record' as role, {last} from {register}",
        "fact": f"select 'f' as fact_id, 0.0 as value, 'readings' as source_type, 'M-MAIN' as meter, "
        f"timestamp '2025-03-01' as from_local, timestamp '2025-03-02' as to_local, {last}",
        "fact_record": "select 'f' as fact_id, 'x' as evidence_id, null::bigint as record_number, "
        f"'r' as role, 't' as raw_table, {last} where false",
        "factor_used": f"select 'x' as factor_id, 1.0 as value, {last} where false",
        "figure": "select 'k' as figure_key, 's' as quantity, 1.0 as value, 't' as unit, 'l' as line_id, "
        f"{last} where false",
        "calculation_line": "select 'l' as line_id, 'm' as method_id, 'c' as clause, '1' as formula, "
        f"1.0 as value, {last} where false",
        "calculation_line_input": "select 'l' as line_id, 'line' as source_kind, 's' as source_id, "
        f"{last} where false",
    }
    with duckdb.connect() as connection:
        for name, query in tables.items():
            connection.execute(f"copy ({query}) to {literal(build / f'out_{name}.parquet')} (format parquet)")
    (build.parent / "current.json").write_text('{"build": "0123456789abcdef"}', encoding="utf-8")


CONTRACT = """
version: 1
title: Gas bills of the ERP
title_zh: ERP 天然氣帳單
about: Gas as the ledger exports it.
family: invoices
table: utility_bill
constants: {commodity: natural_gas}
period: {from: From, to: To, to_inclusive: true}
columns:
  - {name: Account, column: account}
  - {name: From, column: period_start, type: date}
  - {name: To, column: period_end, type: date}
  - {name: Amount, column: quantity, type: number, unit: m3, unit_column: unit}
"""


@pytest.fixture(scope="module")
def made_with_own_contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Land a document by a contract of the steward, who changes the contract before the package is made."""
    root = tmp_path_factory.mktemp("own")
    home = Home(root=root, exports=root / "exports")
    contract = home.contracts / "gas_erp.yml"
    contract.parent.mkdir()
    contract.write_text(CONTRACT, encoding="utf-8")
    document = root / "export.csv"
    document.write_text("Account,From,To,Amount\nA-1,2025-03-01,2025-03-31,1234.5\n", encoding="utf-8")
    (landed,) = land_paths(home, [document], SITE)
    assert (landed.kind, landed.status) == ("gas_erp", "landed")
    contract.write_text(CONTRACT.replace("version: 1", "version: 2"), encoding="utf-8")
    _serve(home)
    return build_package(home, SITE, MONTH).path


def test_a_document_of_an_own_contract_is_read_again_elsewhere(
    made_with_own_contract: Path, tmp_path: Path
) -> None:
    package = Path(shutil.copytree(made_with_own_contract, tmp_path / "v1"))
    check = check_landing(package, SITE)
    assert (check.failures, check.skipped, check.looked_at) == ([], "", 1)
    (own,) = (package / "data" / "own_kinds").rglob("*.yml")
    assert own.read_text(encoding="utf-8") == CONTRACT
    assert own.relative_to(package).as_posix() in (package / bag.MANIFEST).read_text(encoding="utf-8")
    assert check_crate(package).failures == []


def test_an_own_contract_that_was_changed_is_named(made_with_own_contract: Path, tmp_path: Path) -> None:
    package = Path(shutil.copytree(made_with_own_contract, tmp_path / "v1"))
    (own,) = (package / "data" / "own_kinds").rglob("*.yml")
    own.write_text(CONTRACT.replace("unit: m3", "unit: L"), encoding="utf-8")
    [failure] = check_landing(package, SITE).failures
    assert "this contract is not the one that was used" in str(failure)


@pytest.fixture
def package(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "v1"))


def rewrite(package: Path, table: str, statement: str) -> None:
    parquet = package / "data" / "landing" / f"{table}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table t as from read_parquet({literal(parquet)})")
        connection.execute(statement)
        connection.execute(f"copy t to {literal(parquet)} (format parquet)")
        print_csv(parquet, parquet.with_suffix(".csv"))


def test_untouched_records_are_those_of_the_documents(package: Path) -> None:
    check = check_landing(package, SITE)
    assert (check.failures, check.skipped) == ([], "")
    assert check.looked_at > 5


def test_only_readings_that_a_fact_uses_are_packed(package: Path) -> None:
    with duckdb.connect() as connection:
        packed = package / "data" / "landing" / "meter_reading.parquet"
        counted = connection.execute(
            "select count(*), min(meter), max(meter), max(file_line) - min(file_line) "
            f"from read_parquet({literal(packed)})"
        ).fetchone()
    assert counted == (96, "M-MAIN", "M-MAIN", 95)


@pytest.mark.parametrize(
    ("table", "statement", "message"),
    [
        (
            "production_ledger",
            "update t set good_quantity = '999999' where record_number = 1",
            "the document does not hold this record",
        ),
        (
            "invoice_line",
            "delete from t where record_number = 1",
            "the document holds this record, the package does not",
        ),
        (
            "meter_reading",
            "update t set quantity = quantity + 1 where record_number = 5",
            "the document does not hold this record",
        ),
        (
            "meter_reading",
            "delete from t where record_number = 5",
            "the document holds this record, the package does not",
        ),
        (
            "evidence",
            "update t set records_rejected = 1 where kind = 'meter_csv'",
            "does not hold this record",
        ),
    ],
)
def test_a_record_that_the_document_does_not_hold(
    package: Path, table: str, statement: str, message: str
) -> None:
    rewrite(package, table, statement)
    found = "\n".join(str(failure) for failure in check_landing(package, SITE).failures)
    assert f"data/landing/{table}.csv" in found
    assert message in found


def test_a_table_that_was_taken_out(package: Path) -> None:
    for suffix in ("csv", "parquet"):
        (package / "data" / "landing" / f"utility_bill.{suffix}").unlink()
    assert [str(failure) for failure in check_landing(package, SITE).failures] == [
        "data/landing/utility_bill.csv: the table is missing"
    ]


def test_another_document_in_place_of_the_one_that_was_landed(package: Path) -> None:
    """A document changed with its records and all hashes: its identity is another one."""
    document = next((package / "data" / "evidence").glob("*production*"))
    document.write_bytes(document.read_bytes().replace(b",C1,", b",A1,", 1))
    hashes = {
        path.relative_to(package).as_posix(): bag.sha256_of(path) for path in bag.payload_files(package)
    }
    bag.write_frame(package, {}, hashes)
    index = package / "data" / "register" / "evidence_index.csv"
    changed = bag.sha256_of(document)
    rows = [line.split(",") for line in index.read_text(encoding="utf-8-sig").splitlines()]
    known = next(row[1] for row in rows if row[2].endswith(document.name))
    index.write_text(index.read_text(encoding="utf-8").replace(known, changed), encoding="utf-8")
    rewrite(package, "evidence", f"update t set sha256 = '{changed}' where sha256 = '{known}'")
    assert "is not the document" in str(check_landing(package, SITE).failures[0])
