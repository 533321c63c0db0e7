"""Every sample paper lands without a rejection, twice adds nothing, and each broken one is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sample_copy

from tracetonne.landing.land import FileResult, land_paths
from tracetonne.settings import Home

MONTH = "2025-03"

# What a break is called when it lands, and how many records are lost with it; `None` is the whole paper.
CODES: dict[str, tuple[Callable[[Path], Path], str, int | None]] = {
    "truncated invoice": (lambda site: sample_copy.truncate(site, "invoices/2025-03/*.xml"), "bad_xml", None),
    "truncated meter export": (
        lambda site: sample_copy.truncate(site, "meters/m-main_2025-03.csv"),
        "wrong_columns",
        1,
    ),
    "bill with a byte of no code page": (
        lambda site: sample_copy.unreadable_text(site, MONTH),
        "wrong_encoding",
        1,
    ),
    "unknown unit": (lambda site: sample_copy.unknown_unit(site, MONTH), "unknown_unit", 3),
    "missing column": (lambda site: sample_copy.missing_column(site, MONTH), "missing_column", None),
    "negative readings": (lambda site: sample_copy.negative_readings(site, MONTH), "negative_reading", 4),
    "product without CN code": (
        lambda site: sample_copy.product_without_cn(site, "C1"),
        "product_without_cn_code",
        1,
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "home" / "exports")


def rejections(results: list[FileResult]) -> list[tuple[str, str, str]]:
    return [(result.path.name, each.locator, each.code) for result in results for each in result.rejections]


@pytest.mark.parametrize("site", ["screw_plant", "cement_plant", "aluminium_smelter", "trading_office"])
def test_every_paper_lands_once(home: Home, site: str) -> None:
    first = land_paths(home, [sample_copy.SAMPLES / site], site)
    assert rejections(first) == []
    assert {result.status for result in first} == {"landed"}
    assert [result.path.name for result in first if result.message] == []
    papers = [path for path in (sample_copy.SAMPLES / site).rglob("*") if path.is_file()]
    assert len(first) == len(papers) - 1  # but for source.yml

    landed = {path: path.read_bytes() for path in home.landing.rglob("*.parquet")}
    second = land_paths(home, [sample_copy.SAMPLES / site], site)
    assert {result.status for result in second} == {"unchanged"}
    assert {path: path.read_bytes() for path in home.landing.rglob("*.parquet")} == landed


@pytest.mark.parametrize("name", CODES)
def test_a_broken_paper_is_named_and_the_rest_of_it_kept(home: Home, tmp_path: Path, name: str) -> None:
    site = sample_copy.copy_site("screw_plant", tmp_path, [MONTH])
    break_paper, code, lost = CODES[name]
    [result] = land_paths(home, [break_paper(site)], "screw_plant")
    assert {each.code for each in result.rejections} == {code}
    assert all(each.message and each.message_zh and each.action for each in result.rejections)
    if lost is None:
        assert (result.status, result.records_landed) == ("rejected", 0)
    else:
        assert result.records_rejected == lost


def test_a_ledger_saved_as_unicode_text_lands_whole(home: Home, tmp_path: Path) -> None:
    site = sample_copy.copy_site("screw_plant", tmp_path, [MONTH])
    path = sample_copy.unicode_text(site, MONTH)
    rows = len(path.read_text("utf-16").splitlines()) - 1
    [result] = land_paths(home, [path], "screw_plant")
    assert (result.status, result.records_landed, result.rejections) == ("landed", rows, [])


def test_an_invoice_sent_twice_counts_once(home: Home, tmp_path: Path) -> None:
    site = sample_copy.copy_site("screw_plant", tmp_path, [MONTH])
    again = sample_copy.duplicate_invoice(site, MONTH)
    land_paths(home, [again.with_name(again.name.replace("_resent", ""))], "screw_plant")
    [result] = land_paths(home, [again], "screw_plant")
    assert rejections([result]) == [(again.name, "file", "duplicate_document")]


def test_an_invoice_sent_again_with_another_quantity_is_told(home: Home, tmp_path: Path) -> None:
    site = sample_copy.copy_site("screw_plant", tmp_path, [MONTH])
    again = sample_copy.duplicate_invoice(site, MONTH, times="2")
    first = again.with_name(again.name.replace("_resent", ""))
    land_paths(home, [first], "screw_plant")
    [result] = land_paths(home, [again], "screw_plant")
    assert result.status == "landed"
    assert first.name in result.message
