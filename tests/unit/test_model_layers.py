"""No layer of the dbt project reads a later one, only staging reads raw, and the SQL stays portable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
MODELS = {path.stem: path for path in sorted((PROJECT / "models").rglob("*.sql"))}
LAYERS = ("staging", "calculation", "output")
# Shorthand that only DuckDB reads; a macro with one branch an engine is the place for what differs.
DUCKDB_ONLY = {
    "group by all": re.compile(r"group\s+by\s+all", re.I),
    "select * exclude": re.compile(r"\bexclude\s*\(", re.I),
    "a list lambda": re.compile(r"list_(transform|filter|reduce)", re.I),
    "qualify": re.compile(r"\bqualify\b", re.I),
    "read_parquet": re.compile(r"read_parquet", re.I),
    "a cast by ::": re.compile(r"::\s*[a-z]", re.I),
}


def layer_of(model: str) -> str:
    """Folder right below models/."""
    return MODELS[model].relative_to(PROJECT / "models").parts[0]


def sql_of(model: str) -> str:
    """Text of a model without its comments."""
    text = re.sub(r"{#.*?#}", "", MODELS[model].read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"--(?! depends_on).*", "", text)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_reads_no_later_layer(model: str) -> None:
    read = [name for name in re.findall(r"ref\('(\w+)'\)", sql_of(model)) if name in MODELS]
    later = [name for name in read if LAYERS.index(layer_of(name)) > LAYERS.index(layer_of(model))]
    assert later == []


def test_only_staging_reads_raw() -> None:
    assert [
        model for model in MODELS if "source('raw'" in sql_of(model) and layer_of(model) != "staging"
    ] == []


@pytest.mark.parametrize("model", MODELS)
def test_models_hold_no_shorthand_of_one_engine(model: str) -> None:
    assert [name for name, pattern in DUCKDB_ONLY.items() if pattern.search(sql_of(model))] == []
