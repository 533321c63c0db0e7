"""The Taiwanese carbon fee before any evidence: the cases of the regulation, and what is refused."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from prepared_home import prepared_home
from typer.testing import CliRunner

from tracetonne.chinese import in_both
from tracetonne.cli import app
from tracetonne.errors import WrongUseError

pytestmark = pytest.mark.slow

PLAN_OF_RATE = {"300": "none", "100": "B", "50": "A"}
PHASE_OF_COEFFICIENT = {"0.2": "1", "0.4": "2", "0.6": "3"}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a caller of `tracetonne estimate carbon-fee --json`; the reference data are loaded once."""
    home = tmp_path_factory.mktemp("home")
    prepared_home(home / "estimate")

    def call(options: str) -> dict[str, Any]:
        command = ["estimate", "carbon-fee", *options.split(), "--json"]
        outcome = CliRunner().invoke(app, command, env={"TRACETONNE_HOME": str(home)})
        if outcome.exception is not None:
            raise outcome.exception
        found: dict[str, Any] = json.loads(outcome.stdout)
        assert [one for one in found["assumed"] if not re.search("[一-龥]", in_both(one))] == []
        return found

    return call


def test_cases_of_the_regulation(ask: Any, shared: Path) -> None:
    written = json.loads((shared / "cases" / "carbon_fee_cases.json").read_text(encoding="utf-8"))
    assert len(written["cases"]) > 10
    for case in written["cases"]:
        given = case["input"]
        options = f"--emissions-tco2e {given['e']} --plan {PLAN_OF_RATE[given['rate']]}"
        if given.get("hcl"):
            options += f" --high-leakage --leakage-phase {PHASE_OF_COEFFICIENT[given['coef']]}"
        if "ded" in given:
            options += f" --domestic-credits {Decimal(given['ded']) / Decimal('1.2')} --credit-kind voluntary"
        found = ask(options)
        assert found["chargeable_t"] == float(case["chargeable_t"]), case["name"]
        assert found["fee_ntd"] == int(case["fee_ntd"]), case["name"]


def test_every_step_is_told(ask: Any) -> None:
    # 100,000 - 25,000 = 75,000; early credits 1,000 x 0.3 = 300; foreign 5,000, capped at 5 % = 3,750;
    # 75,000 - 300 - 3,750 = 70,950; x 300 = 21,285,000.
    found = ask("--emissions-tco2e 100000 --domestic-credits 1000 --credit-kind early --foreign-credits 5000")
    values = {step["quantity"]: step["value"] for step in found["steps"]}
    assert values["gross"] == 75000
    assert (values["domestic_deduction"], values["foreign_deduction"]) == (300, 3750)
    assert (found["chargeable_t"], found["fee_ntd"]) == (70950, 21285000)


def test_domestic_credits_stop_at_a_tenth(ask: Any) -> None:
    assert ask("--emissions-tco2e 100000 --plan B --domestic-credits 90000")["chargeable_t"] == 67500


def test_a_high_leakage_business_uses_no_early_or_foreign_credits(ask: Any) -> None:
    found = ask(
        "--emissions-tco2e 100000 --plan A --high-leakage --domestic-credits 1000 --credit-kind early "
        "--foreign-credits 1000"
    )
    assert found["chargeable_t"] == 20000
    assert any("first phase" in one for one in found["assumed"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--emissions-tco2e 30000 --plan C", "cannot be read"),
        ("--emissions-tco2e 30000 --leakage-phase 1", "high-leakage business"),
        ("--emissions-tco2e 30000 --high-leakage --leakage-phase 4", "cannot be read"),
        ("--emissions-tco2e -1", "not such a number"),
        ("--emissions-tco2e NaN", "not such a number"),
        ("--emissions-tco2e 30000 --credit-kind carbon", "cannot be read"),
        ("--emissions-tco2e 30000 --year 2024", "2025"),
    ],
)
def test_refused(ask: Any, options: str, message: str) -> None:
    with pytest.raises(WrongUseError, match=message):
        ask(options)
