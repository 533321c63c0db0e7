"""The raw sources of the dbt project are the landing tables, column by column."""

from __future__ import annotations

from pathlib import Path

import yaml

from tracetonne.landing.tables import TABLES

SOURCES = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "staging" / "sources.yml"
ADDED_BY_THE_VIEW = {"site": "VARCHAR", "evidence_id": "VARCHAR", "record_number": "BIGINT"}


def test_raw_sources_are_the_landing_tables() -> None:
    (source,) = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    declared = {
        table["name"]: {column["name"]: column["data_type"].upper() for column in table["columns"]}
        for table in source["tables"]
    }
    assert declared == {name: ADDED_BY_THE_VIEW | columns for name, columns in TABLES.items()}


def test_every_raw_table_says_its_grain() -> None:
    (source,) = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    assert [
        table["name"] for table in source["tables"] if not table["description"].startswith("One row")
    ] == []
