"""The carbon fee as a manager asks for it: the version of a day, and the formulas on the known answers."""

from __future__ import annotations

import datetime
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tracetonne import formula
from tracetonne.carbon_fee import read_carbon_fee
from tracetonne.errors import WrongUseError
from tracetonne.factor_table import read_seed
from tracetonne.figures import FIELDS
from tracetonne.settings import DBT_PROJECT, Home

MACROS = DBT_PROJECT / "macros" / "taiwan"
RULES = {row["subject"]: row["value"] for row in read_seed("regime_rule") if row["rule_code"][:3] == "TWF"}


def formulas() -> dict[str, str]:
    """Texts of all formulas of macros/taiwan/taiwan_formulas.sql."""
    text = (MACROS / "taiwan_formulas.sql").read_text(encoding="utf-8")
    text = re.sub(r"'\s*~\s*'", "", text)
    return dict(re.findall(r"'(taiwan_[a-z0-9_]+)':\s*'([^']+)'", text))


def test_every_formula_is_of_the_closed_grammar() -> None:
    found = formulas()
    assert len(found) > 25
    for text in found.values():
        formula.parse(text)


def test_every_step_of_a_line_has_its_clause() -> None:
    text = (MACROS / "taiwan_steps.sql").read_text(encoding="utf-8")
    named = set(re.findall(r"step(?:'| *): *'(taiwan_[a-z_]+)'|step='(taiwan_[a-z_]+)'", text))
    steps = {first or second for first, second in named} - {"taiwan_interval", "taiwan_spread", "taiwan_"}
    assert steps <= {row["step"] for row in read_seed("calculation_step")}


def fee_of(case: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """Compute chargeable tonnes and fee of a case by the formulas, as a verifier would."""
    texts, is_high_leakage = formulas(), bool(case.get("hcl"))
    total = float(Decimal(case["e"]).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP))
    values: dict[str, float] = {
        "liable_total": total,
        "offset_increment": 0.0,
        "supplied_electricity": 0.0,
        "threshold": float(RULES["threshold_leakage" if is_high_leakage else "threshold"]),
        "coefficient": float(case.get("coef", "1")),
        "voluntary": float(case.get("ded", "0")) / float(RULES["voluntary_ratio"]),
        "voluntary_ratio": float(RULES["voluntary_ratio"]),
        "early": 0.0,
        "early_ratio": float(RULES["early_ratio"]),
        "domestic_cap": float(RULES["domestic_cap"]),
        "foreign_credits": 0.0,
        "foreign_cap": float(RULES["foreign_cap"]),
        "rate": float(case["rate"]),
    }
    steps = ["annual", "excess", "gross_product", "gross", "domestic_deduction", "foreign_deduction", "net"]
    last = "chargeable" if total >= float(RULES["liable_total"]) else "not_liable"
    for step in [*steps, last, "fee_amount", "fee"]:
        inputs = {name: {1: value} for name, value in values.items()}
        result = formula.evaluate(texts[f"taiwan_{step}"], inputs)
        assert result is not None
        values["chargeable" if step == "not_liable" else step] = result
    return Decimal(repr(values["chargeable"])), Decimal(repr(values["fee"]))


def test_known_answers_of_the_fee(shared: Path) -> None:
    cases = json.loads((shared / "cases" / "carbon_fee_cases.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) >= 12
    for case in cases:
        chargeable, fee = fee_of(case["input"])
        assert chargeable == Decimal(case["chargeable_t"]), case["name"]
        assert fee == Decimal(case["fee_ntd"]), case["name"]


@pytest.mark.parametrize(
    ("chargeable", "rate", "fee"), [(8.29, 100.0, 829.0), (0.01, 50.0, 0.0), (0, 300, 0)]
)
def test_a_fee_is_cut_and_not_below_a_whole_amount(chargeable: float, rate: float, fee: float) -> None:
    """8.29 * 100 is 828.9999999999999 in doubles; the law asks for 829."""
    texts = formulas()
    amount = formula.evaluate(
        texts["taiwan_fee_amount"], {"chargeable": {1: float(chargeable)}, "rate": {1: float(rate)}}
    )
    assert formula.evaluate(texts["taiwan_fee"], {"fee_amount": {1: amount}}) == fee


def test_rates_pair_the_stricter_target_with_the_lower_rate() -> None:
    assert (RULES["rate_none"], RULES["rate_A"], RULES["rate_B"]) == ("300", "50", "100")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that serves a fee as filed and as verified."""
    home = Home(root=tmp_path, exports=tmp_path / "exports")
    (home.landing / "evidence" / "site=s").mkdir(parents=True)
    build = home.serving / "s" / "2025" / "0123456789abcdef"
    build.mkdir(parents=True)
    (build.parent / "current.json").write_text('{"build": "0123456789abcdef"}', encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table fees as
            select '2025' as period, series, known_on, fee_option, 'none' as plan, false as is_high_leakage,
                cast(null as integer) as leakage_phase, false as is_phase_assumed, true as is_liable,
                30000.0 as fee_base_tco2e, 25000.0 as threshold_tco2e, 1.0 as coefficient,
                5000.0 as gross_chargeable_tco2e, 0.0 as domestic_deduction_tco2e,
                0.0 as foreign_deduction_tco2e, 5000.0 as chargeable_tco2e, 300.0 as rate_twd_per_tco2e,
                fee as fee_twd, 'l' as line_id, '2025' as refresh_period, 's' as site
            from (values ('filed', date '2026-04-30', 1500000.0), ('verified', date '2026-10-31', 1400000.0))
                as versions (series, known_on, fee)
            cross join (values ('plan_A'), ('elected'), ('general')) as options (fee_option)
            """
        )
        connection.execute(f"copy fees to '{build / 'out_taiwan_fee.parquet'}' (format parquet)")
        columns = ", ".join(f"cast(null as varchar) as {name}" for name in FIELDS)
        connection.execute(
            "copy (select * replace ('taiwan_carbon_fee' as regime, 'filed' as series, "
            f"'taiwan_fee' as quantity, '2025' as refresh_period, 's' as site) from (select {columns})) "
            f"to '{build / 'out_figure.parquet'}' (format parquet)"
        )
        connection.execute(
            "copy (select '2025' as period, 'coal' as criterion, 5.0 as quantity, 4000.0 as threshold, "
            "'t' as unit, false as is_met, null as reason, null as reason_zh, 'c' as clause, "
            "'2025' as refresh_period, 's' as site) "
            f"to '{build / 'out_taiwan_registrant.parquet'}' (format parquet)"
        )
    return home


def test_a_new_registrant_is_told_what_does_not_apply(home: Home) -> None:
    assert read_carbon_fee(home, "s", "2025").exempt_from == []
    build = home.serving / "s" / "2025" / "0123456789abcdef"
    for table, changed in (
        ("out_taiwan_fee", "false as is_liable, 0.0 as fee_twd"),
        ("out_taiwan_registrant", "true as is_met, 5000.0 as quantity"),
    ):
        with duckdb.connect() as connection:
            path = build / f"{table}.parquet"
            connection.execute(f"create table rows as select * replace ({changed}) from '{path}'")
            connection.execute(f"copy rows to '{path}' (format parquet)")
    told = read_carbon_fee(home, "s", "2025").exempt_from
    assert [(one["duty"], one["duty_zh"]) for one in told] == [
        ("verification", "查驗"), ("carbon fee", "碳費"),
    ]  # fmt: skip
    assert all("2025-03-04" in one["clause"] for one in told)


@pytest.mark.parametrize(
    ("known_on", "series", "fee"),
    [
        ("2026-04-30", "filed", 1500000.0),
        ("2026-10-30", "filed", 1500000.0),
        ("2026-10-31", "verified", 1400000.0),
        (None, "verified", 1400000.0),
    ],
)
def test_the_version_is_that_of_the_day(home: Home, known_on: str | None, series: str, fee: float) -> None:
    found = read_carbon_fee(home, "s", "2025", known_on)
    assert (found.series, found.options[0]["fee_option"], found.options[0]["fee_twd"]) == (
        series,
        "elected",
        fee,
    )
    assert [option["fee_option"] for option in found.options] == ["elected", "general", "plan_A"]
    assert found.registrant[0]["quantity"] == 5.0
    assert found.known_on == ("2026-04-30" if series == "filed" else "2026-10-31")


def test_before_the_first_version_there_is_a_reason(home: Home) -> None:
    found = read_carbon_fee(home, "s", "2025", datetime.date(2026, 4, 29).isoformat())
    assert found.options == []
    assert "30 April 2026" in found.reason


def test_a_day_that_is_none_is_refused(home: Home) -> None:
    with pytest.raises(WrongUseError, match="no date"):
        read_carbon_fee(home, "s", "2025", "2026-13-01")
