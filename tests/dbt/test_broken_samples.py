"""Each break of the screw plant's papers shows in the balance that must catch it; whole papers show in none.

All broken plants are landed as sites of one installation and computed in one build: February and March 2025.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import sample_copy
from prepared_home import compute, prepared_home

from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

MONTH, NEXT_MONTH = "2025-02", "2025-03"
ACCOUNT = "00-99-2025-04-1"

Break = Callable[[Path], Path]
# What is broken, and which balance stops which month for which subject.
STOPPED: dict[str, tuple[Break, str, str, str]] = {
    "no_bill": (lambda site: sample_copy.drop_bill(site, MONTH), MONTH, "bill_coverage", ACCOUNT),
    # The days that two bills cover lie in March.
    "bills_overlap": (
        lambda site: sample_copy.overlap_bills(site, MONTH),
        NEXT_MONTH,
        "bill_overlap",
        ACCOUNT,
    ),
    "bill_too_high": (
        lambda site: sample_copy.bill_off(site, MONTH),
        MONTH,
        "electricity_main_and_bill",
        f"{ACCOUNT}:2025020250411",
    ),
    "meter_too_high": (
        lambda site: sample_copy.meter_off(site, MONTH),
        MONTH,
        "electricity_main_and_sub_meters",
        "site",
    ),
    "readings_lost": (
        lambda site: sample_copy.missing_readings(site, MONTH),
        MONTH,
        "meter_completeness",
        "M-MAIN",
    ),
    "no_meter": (lambda site: sample_copy.drop_meter(site, MONTH), MONTH, "meter_completeness", "M-MAIN"),
    "meter_cut": (
        lambda site: sample_copy.truncate(site, f"meters/m-main_{MONTH}.csv"),
        MONTH,
        "meter_completeness",
        "M-MAIN",
    ),
    "no_invoice": (
        lambda site: sample_copy.missing_supplier_invoice(site, MONTH),
        MONTH,
        "precursor_stock",
        "WIRE-ROD-CARBON",
    ),
    "two_invoices": (
        lambda site: sample_copy.duplicate_invoice(site, MONTH, times="2"),
        MONTH,
        "document_conflict",
        "einvoice:",
    ),
    "stock_too_high": (
        lambda site: sample_copy.stock_off(site, MONTH),
        MONTH,
        "precursor_stock",
        "WIRE-ROD-CARBON",
    ),
    "unknown_unit": (
        lambda site: sample_copy.unknown_unit(site, MONTH),
        MONTH,
        "document_expected",
        "stock_count:WIRE-ROD-CARBON",
    ),
    "no_ledger": (
        lambda site: sample_copy.drop_ledger(site, MONTH),
        MONTH,
        "document_expected",
        "production_ledger:",
    ),
    "no_cn_code": (
        lambda site: sample_copy.product_without_cn(site, "C1"),
        MONTH,
        "ledger_product_unknown",
        "C1",
    ),
}
# Broken so little that the month stands: a copy that counts once, an hour's gap, which is bridged and told.
PASSED: dict[str, Break] = {
    "same_invoice_twice": lambda site: sample_copy.duplicate_invoice(site, MONTH),
    "four_negative_readings": lambda site: sample_copy.negative_readings(site, MONTH),
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("broken_samples")
    home = prepared_home(folder / "home")
    breaks = {name: case[0] for name, case in STOPPED.items()} | PASSED
    for name in ("whole", *breaks):
        site = sample_copy.copy_site("screw_plant", folder / name, [MONTH])
        if name in breaks:
            breaks[name](site)
        land_paths(home, [site], name)
    compute(home, periods=[MONTH, NEXT_MONTH])
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield connection


def stops(warehouse: duckdb.DuckDBPyConnection, site: str) -> list[tuple[str, str, str, str, str]]:
    """Period, balance, subject and messages of what stops a site."""
    return warehouse.execute(
        """
        select period, balance, subject, message, message_zh
        from calculation.calc_document_balance
        where site = ? and severity = 'error'
            and (deviation_share is null or abs(deviation_share) > tolerance_share)
        """,
        [site],
    ).fetchall()


@pytest.mark.parametrize("name", STOPPED)
def test_a_break_stops_the_month_it_is_in(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    _, period, balance, subject = STOPPED[name]
    found = [
        each
        for each in stops(warehouse, name)
        if each[:2] == (period, balance) and each[2].startswith(subject)
    ]
    assert len(found) == 1, stops(warehouse, name)
    assert all(found[0][3:])


@pytest.mark.parametrize("name", ["whole", *PASSED])
def test_whole_papers_and_small_breaks_pass(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    assert [each for each in stops(warehouse, name) if each[0] == MONTH] == []


def test_a_bridged_gap_is_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    [(severity, found)] = warehouse.execute(
        "select severity, found_quantity from calculation.calc_document_balance"
        " where site = 'four_negative_readings' and period = ? and balance = 'meter_completeness'"
        " and subject = 'M-CARBON'",
        [MONTH],
    ).fetchall()
    assert (severity, found) == ("warn", 28 * 96 - 4)
