"""What a change touches, on a project of three models whose map can be seen at a glance."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.change_impact import affected
from tracetonne.errors import WrongUseError


def node(
    name: str, code: str, *, reads: tuple[str, ...] = (), macros: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        "resource_type": "model", "name": name, "raw_code": code, "description": "", "columns": {},
        "depends_on": {"nodes": list(reads), "macros": list(macros)},
    }  # fmt: skip


MANIFEST = {
    "nodes": {
        "model.fee": node("calc_fee", "select 'fee_step'", reads=("seed.p.rate",)),
        "model.figure": node("calc_figure", "select 'taiwan_fee'"),
        "model.out": node("out_figure", "select * from figures"),
        "model.other": node("calc_other", "select 'see_direct'", macros=("macro.p.chain",)),
    },
    "child_map": {"model.fee": ["model.figure", "test.one"], "model.figure": ["model.out"], "model.out": []},
    "unit_tests": {"u1": {"name": "fee_of_every_option", "model": "calc_fee"},
                   "u2": {"name": "chain", "model": "calc_other"}},
    "macros": {"macro.p.chain": {"macro_sql": "-- IR (EU) 2025/2547 Annex III"}},
}  # fmt: skip
SEEDS = {
    "calculation_step": [{"step": "fee_step", "clause_definitive": "碳費收費辦法 第5條"},
                         {"step": "late", "clause_definitive": "碳費收費辦法 第55條"}],
    "figure_definition": [
        {"quantity": "taiwan_fee", "name": "fee", "name_zh": "碳費",
         "clause_definitive": "碳費收費辦法 第5條"},
        {"quantity": "see_direct", "name": "see", "name_zh": "隱含", "clause_definitive": "Annex II"},
    ],
    "rate": [{"rate_code": "TW-RATE", "value": "300", "clause": "碳費費率 §1"}],
}  # fmt: skip
PAGES = {
    "docs/method.md": "# Method\n\n## Fee\n\nThe fee follows 碳費收費辦法 §5.\n\n`see_direct` does not.\n",
    "docs/requirements.md": "| A009 | 碳費計算 | shown | dbt test `fee_of_every_option` |\n"
    "| A023 | 直接排放 | shown | dbt test `chain` |\n",
}


def test_a_clause_lists_every_model_figure_test_requirement_and_page_and_no_other() -> None:
    found = affected("碳費收費辦法 §5", MANIFEST, SEEDS, PAGES)
    assert found.steps == ["fee_step"]
    assert [(one["model"], one["how"]) for one in found.models] == [
        ("calc_fee", "computes fee_step"), ("calc_figure", "computes taiwan_fee"),
        ("out_figure", "after these"),
    ]  # fmt: skip
    assert [(one["quantity"], one["how"]) for one in found.figures] == [("taiwan_fee", "clause")]
    assert (found.tests, [one["row"] for one in found.requirements]) == (["fee_of_every_option"], ["A009"])
    assert found.manual == [{"page": "docs/method.md", "line": "5", "heading": "Fee"}]


def test_a_factor_is_followed_from_its_row_to_all_that_reads_it() -> None:
    found = affected("TW-RATE", MANIFEST, SEEDS, PAGES)
    assert found.rules == [{"seed": "rate", "code": "TW-RATE", "clause": "碳費費率 §1"}]
    assert [one["model"] for one in found.models] == ["calc_fee", "calc_figure", "out_figure"]
    assert [(one["quantity"], one["how"]) for one in found.figures] == [("taiwan_fee", "model")]


def test_a_macro_and_a_requirement_are_followed_too() -> None:
    chain = affected("2025/2547 Annex III", MANIFEST, SEEDS, PAGES)
    assert [one["model"] for one in chain.models] == ["calc_other"]
    found = affected("A009", MANIFEST, SEEDS, PAGES)
    assert found.models[0] == {"model": "calc_fee", "how": "the requirement rests on it"}
    assert [one["row"] for one in found.requirements] == ["A009"]


def test_what_nothing_names_is_refused() -> None:
    with pytest.raises(WrongUseError, match="Nothing in the project"):
        affected("Article 999", MANIFEST, SEEDS, PAGES)
