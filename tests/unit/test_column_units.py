"""Units follow the SQL: what does not agree is named with its file and line, what converts is let through."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.column_units import (
    UNSTATED,
    Result,
    check,
    check_formulas,
    in_source,
    unstated,
    write_report,
)
from orchestration.unit_algebra import Disagreement
from orchestration.unit_table import UnitTable, load_table

SOURCE = {
    ("staging", "stg_a"): {
        "good_t": "DECIMAL(38,12)",
        "fuel_tj": "DOUBLE",
        "fuel_gj": "DOUBLE",
        "power_mwh": "DOUBLE",
        "emitted_tco2e": "DOUBLE",
        "carbon_tc": "DOUBLE",
        "loss_pct": "DOUBLE",
        "paid_eur": "DOUBLE",
        "unit": "VARCHAR",
        "value": "DOUBLE",
    }
}


@pytest.fixture(scope="module")
def table() -> UnitTable:
    return load_table()


def found_in(table: UnitTable, tmp_path: Path, sql: str) -> list[Disagreement]:
    path = tmp_path / "calc_a.sql"
    path.write_text(sql, encoding="utf-8")
    result = check(table, {"calc_a": path}, SOURCE)
    assert not result.unreadable
    return result.disagreements


def of(expression: str) -> str:
    return f"select {expression} from staging.stg_a"


@pytest.mark.parametrize(
    "expression",
    [
        "good_t + fuel_tj as broken",
        "emitted_tco2e + good_t as broken",
        "emitted_tco2e + carbon_tc as broken",
        "fuel_tj + fuel_gj as broken",
        "fuel_gj as fuel_tj",
        "fuel_gj / 1000 + power_mwh as broken",
        "emitted_tco2e / good_t as emitted_tco2e",
        "emitted_tco2e / power_mwh as factor_tco2e_per_t",
        "coalesce(good_t, fuel_tj) as broken",
        "case when good_t > 0 then good_t else fuel_tj end as broken",
        "good_t > emitted_tco2e as is_broken",
        "1 - loss_pct as broken",
        "loss_pct as loss_share",
        "emitted_tco2e + 1 as broken",
        "emitted_tco2e * paid_eur / good_t as cost_eur",
        "sum(good_t) over (partition by unit) - max(fuel_tj) as broken",
        "sqrt(good_t * good_t) + fuel_tj as broken",
    ],
)
def test_what_does_not_agree_is_named(table: UnitTable, tmp_path: Path, expression: str) -> None:
    found = found_in(table, tmp_path, of(expression))
    assert len(found) == 1
    assert str(found[0]).startswith(f"{tmp_path / 'calc_a.sql'}:1: calc_a.")


@pytest.mark.parametrize(
    "expression",
    [
        "fuel_gj / 1000 + fuel_tj as fuel_tj",
        "power_mwh * 3.6 as power_gj",
        "emitted_tco2e / good_t as intensity_tco2e_per_t",
        "emitted_tco2e / good_t * 1000 as intensity_kgco2e_per_t",
        "1 - loss_pct / 100 as kept_share",
        "coalesce(good_t, 0) + greatest(good_t, 0) as total_t",
        "cast(cast(good_t * 2 as varchar) as decimal(38, 12)) as double_t",
        "value + good_t as value",
        "sqrt(good_t * good_t) as size_t",
        "sum(emitted_tco2e) filter (where good_t > 5) as emissions_tco2e",
        "round(emitted_tco2e - 0.5, 0) as cut_tco2e",
        "count(*) + 1 as record_count",
    ],
)
def test_what_agrees_is_let_through(table: UnitTable, tmp_path: Path, expression: str) -> None:
    assert found_in(table, tmp_path, of(expression)) == []


def test_units_follow_through_steps_joins_and_unions(table: UnitTable, tmp_path: Path) -> None:
    sql = """
with
energies as (
    select unit, sum(fuel_tj) as burnt from staging.stg_a group by unit
),
stacked as (
    select unit, burnt from energies
    union all
    select unit, good_t from staging.stg_a
)
select stacked.burnt + masses.good_t as broken
from stacked
inner join staging.stg_a as masses on stacked.unit = masses.unit
"""
    found = found_in(table, tmp_path, sql)
    assert [(item.line, item.found, item.expected) for item in found] == [(9, "t", "TJ"), (11, "t", "TJ")]


def test_a_broken_formula_is_named(table: UnitTable) -> None:
    formulas = {"see_total": "see_direct + activity_level", "not_listed": "a + b"}
    found = check_formulas(table, formulas)
    assert [item.column for item in found] == ["formula see_total", "formula not_listed"]
    assert (found[0].found, found[0].expected) == ("t", "tCO2e/t")


def test_a_place_in_the_written_model_is_found(tmp_path: Path) -> None:
    for folder, text in (
        ("compiled", "select\n    a + b as c\nfrom t\n"),
        ("models", "{{ x() }}\nselect\n  a + b as c\n"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.sql").write_text(text, encoding="utf-8")
    found = Disagreement(tmp_path / "compiled" / "m.sql", 2, "m.c", "t", "TJ", "a + b")
    placed = in_source(found, tmp_path / "compiled", tmp_path / "models")
    assert (placed.path, placed.line) == (tmp_path / "models" / "m.sql", 3)


def test_the_report_counts_what_was_not_checked(table: UnitTable, tmp_path: Path) -> None:
    path = tmp_path / "calc_a.sql"
    path.write_text(of("good_t, value, fuel_tj * 1 as burnt"), encoding="utf-8")
    columns = {"good_t": "DOUBLE", "value": "DOUBLE", "burnt": "DOUBLE"}
    result = check(table, {"calc_a": path}, {**SOURCE, ("calculation", "calc_a"): columns})
    write_report(result, tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| 1 | checked: the name states the unit |" in text
    assert "| 1 | checked: the unit follows from the expression |" in text
    assert "- `calc_a.value`" in text


def test_a_column_without_a_unit_and_without_a_reason_is_named() -> None:
    result = Result(
        statuses={
            ("calc_a", "riddle"): UNSTATED,
            ("calc_a", "good_t"): "checked: the name states the unit",
        }
    )
    assert unstated(result) == ["calc_a.riddle"]
