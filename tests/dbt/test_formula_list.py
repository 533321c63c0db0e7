"""The list of formulas says what the models can write, and a broken branch is not in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from prepared_home import prepared_home

from orchestration import formula_list


@pytest.mark.slow
def test_page_is_current(tmp_path: Path) -> None:
    page = formula_list.page(prepared_home(tmp_path / "home"))
    assert formula_list.PAGE.read_text(encoding="utf-8") == page, (
        "docs/formulas.csv is not what the models compute; run python -m orchestration.formula_list"
    )


def test_every_branch_of_a_formula_is_listed_with_the_conditions_that_hold_together() -> None:
    query = """
        select id as line_id, 'energy' as quantity,
            case when is_cut then 'max(0, ' else '' end
            || case when has_ncv then 'activity * ncv' else 'activity' end
            || case when is_cut then ')' else '' end as formula
        from a
        union all
        select id as line_id, 'see_' || chain as quantity, text_formula as formula from b
    """
    upstream = "select case kind when 'x' then 'sum(part)' when 'y' then '0' end as text_formula from c"
    assert formula_list.formulas_of({"a": query, "b": upstream}) == [
        ("energy", "activity"),
        ("energy", "activity * ncv"),
        ("energy", "max(0, activity * ncv)"),
        ("energy", "max(0, activity)"),
        ("see_*", "0"),
        ("see_*", "sum(part)"),
    ]
