"""The page of figures follows the seeds, and the seeds name what the models compute."""

from __future__ import annotations

import re

from tracetonne import figure_table
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
    named = (named - {"embedded", "specific"}) | chains | {f"embedded_{chain}" for chain in chains}
    known = {row["step"] for row in read_seed("calculation_step")}
    assert named <= known, f"steps without a clause: {sorted(named - known)}"


def test_every_formula_is_of_the_closed_grammar() -> None:
    text = (MACROS / "formulas.sql").read_text(encoding="utf-8")
    formulas = re.findall(r"^        '[a-z_0-9]+': '([^']+)'[,}\n]", text, flags=re.MULTILINE)
    assert len(formulas) > 25
    for formula in formulas:
        parse(formula)
