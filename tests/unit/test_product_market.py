"""Shipments land with destination and market; products are read by scope; measures are dated."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tracetonne.cli import app
from tracetonne.figures import FIELDS as FIGURE_FIELDS
from tracetonne.landing.land import land_paths
from tracetonne.product_market import FIELDS, read_product_markets
from tracetonne.settings import Home

SHIPMENTS = (
    "shipment,item,shipped_on,product,mass,unit,customer,destination_country,final_market_country,waybill\n"
    "S-1,1,2026-02-01,C1,60000,kg,Kunde GmbH,DE,,W1\n"
    "S-2,1,2026-03-01,C1,20,t,Trader Inc,US,FR,W2\n"
    "S-3,1,2026-03-01,C1,,t,Trader Inc,US,FR,W2\n"
)
SCOPE = (
    "cn_code,scope,applies_from,act,published_on,source_url\n"
    "7320,adjacent,2028-01-01,COM(2025) 989,2025-12-17,https://example.org/proposal\n"
    "7415,maybe,,COM(2025) 989,2025-12-17,https://example.org/proposal\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "home", exports=tmp_path / "exports")


@pytest.mark.parametrize(
    ("kind", "text", "landed", "column"),
    [("shipment", SHIPMENTS, 2, "mass"), ("cn_scope", SCOPE, 1, "scope")],
)
def test_the_documents_land_and_a_bad_row_says_why(
    home: Home, tmp_path: Path, kind: str, text: str, landed: int, column: str
) -> None:
    paper = tmp_path / "paper.csv"
    paper.write_text(text, encoding="utf-8")
    (found,) = land_paths(home, [paper], "s")
    assert (found.kind, found.records_landed, found.records_rejected) == (kind, landed, 1)
    (rejected,) = found.rejections
    assert rejected.field == column and rejected.message_zh and rejected.action


def test_products_are_read_once_each_and_by_market(home: Home) -> None:
    (home.landing / "evidence" / "site=s").mkdir(parents=True)
    build = home.serving / "s" / "2026" / "0123456789abcdef"
    build.mkdir(parents=True)
    (build.parent / "current.json").write_text('{"build": "0123456789abcdef"}', encoding="utf-8")
    rows = [
        {"product": "'C1'", "scope": "'in'", "market": "'eu_direct_and_indirect'",
         "eu_direct_mass_t": "cast(60 as decimal(38, 12))", "scope_from_date": "date '2018-01-01'"},
        {"product": "'PAINT'", "scope": "'out'", "market": "'other'"},
    ]  # fmt: skip
    empty = f"select {', '.join(f'null as {name}' for name in FIGURE_FIELDS)}, 's' as site where false"
    selects = [
        "select " + ", ".join(f"{row.get(name, 'null')} as {name}" for name in FIELDS) + ", 's' as site"
        for row in rows
    ]
    with duckdb.connect() as connection:
        for table, query in (
            ("out_product_market", " union all by name ".join(selects)),
            ("out_figure", empty),
        ):
            connection.execute(f"copy ({query}) to '{build / table}.parquet' (format parquet)")
    everything = read_product_markets(home, "s", "2026")
    assert [row["product"] for row in everything.products] == ["C1", "PAINT"], everything.reason
    (screw,) = read_product_markets(home, "s", "2026", eu_only=True).products
    assert (screw["eu_direct_mass_t"], screw["scope_from_date"]) == (60.0, "2018-01-01")


def test_measures_have_dates_and_sources() -> None:
    done = CliRunner().invoke(app, ["measures", "--json"])
    assert done.exit_code == 0, done.output
    rows = {row["measure_code"]: row for row in json.loads(done.output)}
    assert rows["TW-CARBON-FEE-GENERAL"]["value"] == "300" and rows["EU-CBAM"]["valid_from"] == "2026-01-01"
    assert {row["measure_kind"] for row in rows.values()} >= {"carbon_price", "border_adjustment", "relief"}
    assert all(row["source"] and row["clause"] and row["name_zh"] for row in rows.values())
