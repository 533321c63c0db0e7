"""The report to the authority, from served rows: what is due with its documents, and what forms lack."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import duckdb
import pytest

from tracetonne.carbon_fee import _OPTION_FIELDS as OPTIONS
from tracetonne.compliance_page import printed
from tracetonne.compliance_report import read_compliance
from tracetonne.display_compliance import show_compliance
from tracetonne.figures import FIELDS
from tracetonne.import_carbon import FIELDS as IMPORTED
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

ON = datetime.date(2027, 6, 1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A plant that pays: inventory and fee rest on a bill and a factor; the inventory was filed."""
    found = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    paper = tmp_path / "filings.csv"
    paper.write_text(
        "duty,year,status,filed_on,receipt,document,filed_by,note\n"
        "inventory,2026,filed,2027-04-29,R-1,,Lin,\n",
        encoding="utf-8",
    )
    land_paths(found, [paper], "plant")
    build = found.serving / "plant" / "2026" / "0123456789abcdef"
    build.mkdir(parents=True)
    (build.parent / "current.json").write_text(json.dumps({"build": build.name}))
    tables = {
        "out_figure": " union all ".join(
            _row(FIELDS, period="'2026'", quantity=f"'{name}'", series="'filed'", value="30000.5",
                 regime=f"'{regime}'", refresh_period="'2026'", site="'plant'")
            + f", 'line:{line}' as line_id"
            for name, regime, line in (
                ("taiwan_total_emissions", "taiwan_inventory", "total"),
                ("taiwan_fee", "taiwan_carbon_fee", "fee"),
            )
        ),
        "out_taiwan_fee": _row(OPTIONS, fee_option="'elected'", is_liable="true", fee_base_tco2e="30000.5",
                               chargeable_tco2e="5000.5", fee_twd="1500150")
        + ", 'filed' as series, date '2027-04-30' as known_on",
        "out_taiwan_registrant": "select 'coal' as criterion, null as quantity, 1.0 as threshold, "
        "'t' as unit, false as is_met, null as reason, null as reason_zh, '' as clause",
        "out_taiwan_source": "select 'filed' as series, 'electricity' as category, 'power' as source, "
        "'<b>外購電力' as source_name, 'CO2e' as gas, 64000.5 as activity_quantity, 'MWh' as activity_unit, "
        "null as ncv_gj_per_unit, 0.474 as gas_factor, 'tCO2/MWh' as gas_factor_unit, 'factor:grid' as "
        "gas_factor_id, 1.0 as gwp, 30336.237 as emissions_tco2e, 1.0 as activity_score, 1.0 as "
        "calibration_score, 3.0 as factor_score, 3.0 as quality_product, 1.0 as quality_grade, 0.07 as "
        "uncertainty_lower, 0.07 as uncertainty_upper, 'line:source' as line_id",
        "out_taiwan_import_carbon": _row(
            IMPORTED, material="'ROD'", cn_code="'72139110'", country_code="'CN'", bought_t="100.5",
            product_emissions_tco2e="250.5", is_liable="false", rule_status="'awaited'", levy_twd="0",
            carbon_price_proof="'P-7'", evidence_id="'evidence-declared'", reason="'nothing is due'",
        ),
        "out_calculation_line_input": "select * from (values ('line:fee', 'line:total'), "
        "('line:total', 'line:source'), ('line:source', 'fact:bill'), ('line:source', 'factor:grid')) "
        "as inputs (line_id, source_id)",
        "out_fact_record": "select 'fact:bill' as fact_id, 'evidence-bill' as evidence_id",
        "out_factor_used": "select 'factor:grid' as factor_id, 'evidence-grid' as evidence_id",
    }  # fmt: skip
    for table, query in tables.items():
        duckdb.execute(f"copy ({query}) to '{build / table}.parquet' (format parquet)")
    return found


def _row(fields: tuple[str, ...], **given: str) -> str:
    return "select " + ", ".join(f"{given.get(name, 'null')} as {name}" for name in fields)


def test_every_due_item_names_its_documents_and_how_it_stands(home: Home) -> None:
    report = read_compliance(home, "plant", "2026", ON)
    assert (report.series, report.known_on) == ("filed", "2027-04-30")
    due = {one.deadline.duty: one for one in report.due}
    assert {"inventory", "carbon_fee", "verification", "leakage_application"} <= set(due)
    (filing,) = set(due["inventory"].evidence) - {"evidence-bill", "evidence-grid"}
    assert (due["inventory"].deadline.state, due["inventory"].deadline.evidence_id) == ("filed", filing)
    assert due["carbon_fee"].evidence == ["evidence-bill", "evidence-grid"]
    assert (due["carbon_fee"].deadline.state, due["verification"].deadline.state) == ("overdue", "open")
    bare = [one.deadline.duty for one in report.due if one.deadline.binds and not one.evidence]
    # What the fee rests on is no figure here.
    assert sorted(bare) == ["leakage_application", "plan_application"]


def test_each_field_of_the_forms_has_its_documents_or_is_named_as_missing(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    report = read_compliance(home, "plant", "2026", ON)
    assert [row["evidence"] for row in report.sources] == [["evidence-bill", "evidence-grid"]]
    missing = [one.name_zh for one in report.fields if not one.value]
    assert {"管制編號", "行業別", "統一編號", "組織邊界設定方法"} <= set(missing)
    assert all(bool(one.value) == bool(one.evidence) for one in report.fields)
    show_compliance(report)
    assert "missing 缺 表一 管制編號" in capsys.readouterr().out


def test_the_printed_report_holds_the_forms_and_repeats_to_the_byte(home: Home) -> None:
    page = printed(read_compliance(home, "plant", "2026", ON))
    text = re.sub(r"<[^>]+>", " ", page)
    for found in (
        "30,336.237",
        "64,000.5 MWh",
        "1,500,150",
        "−7.00% / +7.00%",
    ):
        assert found in text
    assert "<b>外購電力" not in page
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page)
    assert {"1, 3", "1, 3–4"} <= set(cells)  # of the source, and of the inventory with its filing
    listed = [(cells[at - 3], id) for at, id in enumerate(cells) if id.startswith("evidence-")][-3:]
    assert listed == [("1", "evidence-bill"), ("2", "evidence-declared"), ("3", "evidence-grid")]
    assert page == printed(read_compliance(home, "plant", "2026", ON))


def test_imported_goods_stand_with_their_papers_and_owe_nothing_without_a_rule(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    report = read_compliance(home, "plant", "2026", ON)
    (rod,) = report.imports
    assert (rod["bought_t"], rod["levy_twd"], rod["evidence"]) == (100.5, 0.0, ["evidence-declared"])
    show_compliance(report)
    shown = capsys.readouterr().out
    page = printed(report)
    for found in ("Article 31: no rule in force", "進口碳排差額：子法未公布"):
        assert found in shown and found in page
    for found in ("250.5", "2, paid 已繳 P-7", "unknown 不明", "nothing is due"):
        assert found in page


def test_a_year_of_before_has_no_imported_goods(home: Home) -> None:
    for file in home.serving.rglob("out_taiwan_import_carbon.parquet"):
        file.unlink()
    report = read_compliance(home, "plant", "2026", ON)
    assert (report.imports, report.reason) == ([], "")


def test_why_there_is_none(home: Home) -> None:
    assert "refresh --site plant --year 2025" in read_compliance(home, "plant", "2025", ON).reason
