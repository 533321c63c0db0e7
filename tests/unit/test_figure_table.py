"""The page of figures follows the seeds, and the seeds name what the models compute."""

from __future__ import annotations

import re

import pytest

from tracetonne import figure_table
from tracetonne.display import show_figures
from tracetonne.factor_table import read_seed
from tracetonne.formula import parse
from tracetonne.settings import DBT_PROJECT

MACROS = DBT_PROJECT / "macros" / "calculation"


def test_page_is_current() -> None:
    assert figure_table.PAGE.read_text(encoding="utf-8") == figure_table.page(), (
        "docs/figures.md is not what the seeds say; run python -m tracetonne.figure_table"
    )


def test_every_quantity_says_what_it_is_in_both_languages() -> None:
    for row in read_seed("figure_definition"):
        assert all(row[name] for name in row), row["quantity"]


def test_every_step_of_a_line_has_its_clauses() -> None:
    named = set(re.findall(r"step='([a-z_0-9]+)'", (MACROS / "lines.sql").read_text(encoding="utf-8")))
    named |= set(re.findall(r"'step': '([a-z_0-9]+)'", (MACROS / "lines.sql").read_text(encoding="utf-8")))
    chains = {"see_direct", "see_indirect", "embedded_electricity", "default_part", "chargeable_indirect"}
    named = (
        (named - {"embedded", "specific", "qualified_"}) | chains | {f"embedded_{chain}" for chain in chains}
    )
    named |= {f"qualified_see_{kind}" for kind in ("direct", "indirect", "total", "chargeable")}
    known = {row["step"] for row in read_seed("calculation_step")}
    assert named <= known, f"steps without a clause: {sorted(named - known)}"


def test_every_formula_is_of_the_closed_grammar() -> None:
    text = (MACROS / "formulas.sql").read_text(encoding="utf-8")
    # Those that are put together from parts are held by `make dbt`, which reads the compiled list.
    whole = r"^        '[a-z_0-9]+': '([^']+)'(?:[,}]|\n(?!\s*~))"
    formulas = re.findall(whole, text, flags=re.MULTILINE)
    assert len(formulas) > 25
    for formula in formulas:
        parse(formula)


def test_people_see_regime_rounding_and_clause_beside_each_figure(capsys: pytest.CaptureFixture[str]) -> None:
    row = {
        "period": "2026", "process": "press", "product": None, "cn_code": None, "series": "regime",
        "quantity": "total_direct_emissions", "name_zh": "設施直接排放總量",
        "value": 4948.25, "rounded": 4948.0,
        "unit": "tCO2e", "status": "published", "regime": "cbam_definitive", "clause": "Annex II",
        "rounding": "full tonnes, half up",
    }  # fmt: skip
    show_figures([row, row | {"regime": "taiwan", "value": -9e-13, "rounded": None}])
    shown = capsys.readouterr().out
    assert shown.index("cbam_definitive") < shown.index(
        "total_direct_emissions 設施直接排放總量: full tonnes"
    )
    assert "4,948.25" in shown and "4,948 " in shown and "-9e-13" not in shown
    assert shown.count("full tonnes, half up · Annex II") == 2
