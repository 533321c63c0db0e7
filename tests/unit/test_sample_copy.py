"""Each break of `sample_copy` changes the paper it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sample_copy

BREAKS: dict[str, Callable[[Path], Path]] = {
    "drop_bill": lambda site: sample_copy.drop_bill(site, "2025-03"),
    "overlap_bills": lambda site: sample_copy.overlap_bills(site, "2025-03"),
    "bill_off": lambda site: sample_copy.bill_off(site, "2025-03"),
    "duplicate_invoice": lambda site: sample_copy.duplicate_invoice(site, "2025-03"),
    "duplicate_invoice other quantity": lambda site: sample_copy.duplicate_invoice(
        site, "2025-03", times="2"
    ),
    "missing_supplier_invoice": lambda site: sample_copy.missing_supplier_invoice(site, "2025-03"),
    "negative_readings": lambda site: sample_copy.negative_readings(site, "2025-03"),
    "meter_off": lambda site: sample_copy.meter_off(site, "2025-03"),
    "missing_readings": lambda site: sample_copy.missing_readings(site, "2025-03"),
    "drop_meter": lambda site: sample_copy.drop_meter(site, "2025-03"),
    "drop_stock_count": lambda site: sample_copy.drop_stock_count(site, "2025-03"),
    "drop_ledger": lambda site: sample_copy.drop_ledger(site, "2025-03"),
    "stock_off": lambda site: sample_copy.stock_off(site, "2025-03"),
    "remove_lab_certificate": sample_copy.remove_lab_certificate,
    "expired_factor": sample_copy.expired_factor,
    "product_without_cn": lambda site: sample_copy.product_without_cn(site, "C1"),
    "truncate": lambda site: sample_copy.truncate(site, "invoices/2025-03/*.xml"),
    "unicode_text": lambda site: sample_copy.unicode_text(site, "2025-03"),
    "unreadable_text": lambda site: sample_copy.unreadable_text(site, "2025-03"),
    "unknown_unit": lambda site: sample_copy.unknown_unit(site, "2025-03"),
    "missing_column": lambda site: sample_copy.missing_column(site, "2025-03"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_copy.copy_site("screw_plant", tmp_path_factory.mktemp("whole"), ["2025-03"])


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_changes_one_paper(whole: Path, tmp_path: Path, name: str) -> None:
    site = sample_copy.copy_site("screw_plant", tmp_path, ["2025-03"])
    changed = BREAKS[name](site)
    before = {path.relative_to(whole): path.read_bytes() for path in whole.rglob("*") if path.is_file()}
    after = {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    differing = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert differing == {changed.relative_to(site)}


def test_a_break_that_finds_nothing_says_so(tmp_path: Path) -> None:
    site = sample_copy.copy_site("screw_plant", tmp_path, ["2025-03"])
    with pytest.raises(LookupError):
        sample_copy.drop_bill(site, "2031-01")


def test_cement_product_without_cn(tmp_path: Path) -> None:
    site = sample_copy.copy_site("cement_plant", tmp_path, ["2025-03"])
    assert sample_copy.product_without_cn(site, "PORTLAND-1").name == "products.csv"
