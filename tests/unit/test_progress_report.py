"""The progress report of a reduction plan, from served rows: its five parts, and what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tracetonne.figures import FIELDS
from tracetonne.landing.land import land_paths
from tracetonne.progress_report import printed, read_progress
from tracetonne.settings import Home

PLAN = (
    "year,entry,measure,measure_name,expected_tco2e,achieved_tco2e,status,evidence,recorded_on,note\n"
    "2026,target,,,30000,,,,2026-06-01,\n"
    "2026,measure,M-01,廢熱|回收,120,100.5,completed,電表報表,2027-03-01,\n"
    "2026,measure,M-02,馬達汰換,30,20,under_way,,2027-03-01,第二期\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A site with its plan landed and a served year of one source, four figures and two measures."""
    found = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    paper = tmp_path / "plan.csv"
    paper.write_text(PLAN, encoding="utf-8")
    (landed,) = land_paths(found, [paper], "plant")
    build = found.serving / "plant" / "2026" / "0123456789abcdef"
    build.mkdir(parents=True)
    (build.parent / "current.json").write_text(json.dumps({"build": build.name}))
    measures = [
        ("M-01", "expected_reduction", 120.0, 2), ("M-01", "achieved_reduction", 100.5, 2),
        ("M-02", "expected_reduction", 30.0, 3), ("M-02", "achieved_reduction", 20.0, 3),
        ("site", "plan_target", 30000.0, 1),
    ]  # fmt: skip
    with duckdb.connect() as connection:
        figures = [
            ("taiwan_plan_target", "regime", 30000.0), ("taiwan_plan_gap", "filed", 100.5),
            ("taiwan_plan_gap", "verified", -100.0), ("taiwan_fee_base", "filed", 30100.5),
        ]  # fmt: skip
        given = {"period", "quantity", "series", "value", "rounded", "refresh_period", "site"}
        nothing = ", ".join(f"null as {name}" for name in FIELDS if name not in given)
        rows = " union all ".join(
            f"select '2026' as period, '{quantity}' as quantity, '{series}' as series, {value} as value, "
            f"{value} as rounded, '2026' as refresh_period, 'plant' as site, {nothing}"
            for quantity, series, value in figures
        )
        connection.execute(f"copy ({rows}) to '{build / 'out_figure.parquet'}' (format parquet)")
        facts = " union all ".join(
            f"select 'fact:{subject}:{name}' as fact_id, 'reduction_plan' as fact_type, "
            f"'{subject}' as subject, '{name}' as quantity_name, {value} as value, "
            f"'{landed.evidence_id}' as evidence_id, {record} as record_number"
            for subject, name, value, record in measures
        )
        for table in ("out_fact", "out_fact_record"):
            connection.execute(f"copy ({facts}) to '{build / f'{table}.parquet'}' (format parquet)")
        connection.execute(
            "copy (select 'filed' as series, 'electricity' as category, 'power' as source, '外購電力' as "
            "source_name, 64000.5 as activity_quantity, 'MWh' as activity_unit, null as ncv_gj_per_unit, "
            f"30100.5 as emissions_tco2e) to '{build / 'out_taiwan_source.parquet'}' (format parquet)"
        )
    return found


def test_measures_and_emissions_stand_beside_the_target(home: Home) -> None:
    report = read_progress(home, "plant", "2026")
    assert (report.due_on, report.series, report.reason) == ("2027-04-30", "filed", "")
    assert {row["quantity"]: row["value"] for row in report.figures} == {
        "taiwan_plan_target": 30000, "taiwan_plan_gap": 100.5, "taiwan_fee_base": 30100.5,
    }  # fmt: skip
    assert [
        (row["measure"], row["expected_tco2e"], row["achieved_tco2e"], row["status"], row["proof"])
        for row in report.measures
    ] == [("M-01", 120, 100.5, "completed", "電表報表"), ("M-02", 30, 20, "under_way", None)]


def test_the_report_is_printed_in_both_languages(home: Home) -> None:
    text = printed(read_progress(home, "plant", "2026"))
    assert "減量措施執行情形" in text and "Emissions against the target" in text
    assert "| M-01 | 廢熱\\|回收 | completed | 120 | 100.5 | 電表報表 |" in text
    assert "- M-02: 第二期" in text and "- M-02: nothing proves this reduction 減量未附佐證" in text


def test_a_year_without_plan_has_a_reason(home: Home) -> None:
    assert "2025" in read_progress(home, "plant", "2025").reason
