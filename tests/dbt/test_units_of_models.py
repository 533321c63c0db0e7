"""A model broken on purpose is named with its file and line, and so is a formula."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prepared_home import prepared_home

from orchestration.column_units import check, check_formulas, in_source, relation_columns
from orchestration.dbt_build import build, compile_inline
from orchestration.unit_table import load_table
from tracetonne.settings import DBT_PROJECT

pytestmark = pytest.mark.slow

MODEL = "calc_source_stream_emission"


def test_tonnes_added_to_terajoules_are_named_with_file_and_line(tmp_path: Path) -> None:
    home = prepared_home(tmp_path / "home")
    nodes = build(
        home,
        {},
        ["--select", f"+{MODEL}", "--exclude", "resource_type:seed", "--indirect-selection", "empty"],
    )
    assert [node.message for node in nodes if node.status not in ("success", "pass")] == []
    compiled = home.dbt_target / "compiled" / "tracetonne" / "models"
    files = {path.stem: path for path in compiled.rglob("*.sql") if path.parent.suffix != ".yml"}
    columns = relation_columns(home.warehouse)
    assert check(load_table(), files, columns).disagreements == []

    written = files[MODEL].read_text(encoding="utf-8")
    broken = written.replace("cast(energy_tj as varchar)", "cast(energy_tj + fossil_tco2e as varchar)")
    assert broken != written
    files[MODEL].write_text(broken, encoding="utf-8")
    found = check(load_table(), files, columns).disagreements
    assert [(item.path, item.column, item.found, item.expected) for item in found] == [
        (files[MODEL], f"{MODEL}.energy_tj", "tCO2e", "TJ")
    ]
    assert "energy_tj + fossil_tco2e" in broken.splitlines()[found[0].line - 1]
    placed = in_source(found[0], compiled, DBT_PROJECT / "models")
    assert placed.path == DBT_PROJECT / "models" / "calculation" / "core" / f"{MODEL}.sql"

    formulas = json.loads(compile_inline(home, "{{ tojson(formulas()) }}"))
    assert check_formulas(load_table(), formulas) == []
    spoilt = formulas | {"pfc_c2f6": "cf4 + gwp_cf4"}
    assert [item.column for item in check_formulas(load_table(), spoilt)] == ["formula pfc_c2f6"]
