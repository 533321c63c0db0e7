"""An import into Taiwan under an assumed rule: numbers by hand, and nothing due without a rule."""

from __future__ import annotations

import json
from typing import Any

import pytest
from prepared_home import prepared_home
from typer.testing import CliRunner

from tracetonne.cli import app
from tracetonne.errors import WrongUseError

pytestmark = pytest.mark.slow

GOODS = ("--mass-t", "100", "--see", "2.5")
RULE = ("--benchmark", "1.5", "--price", "300")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an installation whose reference data are loaded once."""
    home = tmp_path_factory.mktemp("home")
    prepared_home(home / "estimate")
    return {"TRACETONNE_HOME": str(home)}


@pytest.fixture(scope="module")
def ask(env: dict[str, str]) -> Any:
    """Return a caller of `tracetonne estimate import-carbon --json`."""

    def call(*options: str) -> dict[str, Any]:
        outcome = CliRunner().invoke(app, ["estimate", "import-carbon", *GOODS, *options, "--json"], env=env)
        if outcome.exception is not None:
            raise outcome.exception
        found: dict[str, Any] = json.loads(outcome.stdout)
        return found

    return call


def test_without_a_rule_nothing_is_due_and_the_awaited_rule_is_named(ask: Any) -> None:
    found = ask("--credits", "20", "--paid-abroad-ntd", "12000")
    assert found["product_emissions_tco2e"] == 250
    assert not found["is_liable"]
    due = ("difference_tco2e", "relief_tco2e", "credits_used_tco2e", "levied_tco2e", "levy_ntd")
    assert [found[name] for name in due] == [0, 0, 0, 0, 0]
    assert len(found["assumed"]) == 1
    assert "第 31 條" in found["assumed"][0]


def test_the_difference_is_levied(ask: Any) -> None:
    # 100 x 2.5 - 100 x 1.5 = 100 t; x 300 = 30,000.
    found = ask(*RULE)
    assert (found["difference_tco2e"], found["levied_tco2e"], found["levy_ntd"]) == (100, 100, 30000)
    assert any("benchmark 1.5" in one for one in found["assumed"])
    assert any("price 300" in one for one in found["assumed"])


def test_a_price_paid_abroad_reduces(ask: Any) -> None:
    # 12,000 / 300 = 40 t of 100 are relieved; 60 x 300 = 18,000.
    found = ask(*RULE, "--paid-abroad-ntd", "12000")
    assert (found["relief_tco2e"], found["levied_tco2e"], found["levy_ntd"]) == (40, 60, 18000)
    assert any("not refunded" in one for one in found["assumed"])


def test_more_paid_abroad_than_owed_is_not_paid_back(ask: Any) -> None:
    found = ask(*RULE, "--paid-abroad-ntd", "90000", "--credits", "5")
    assert (found["relief_tco2e"], found["credits_used_tco2e"], found["levy_ntd"]) == (100, 0, 0)


def test_credits_are_capped(ask: Any) -> None:
    # 25 of 100 t at most, though 50 are handed in; 75 x 300 = 22,500.
    found = ask(*RULE, "--credits", "50", "--credit-cap", "0.25")
    assert (found["credits_used_tco2e"], found["levied_tco2e"], found["levy_ntd"]) == (25, 75, 22500)


def test_credits_cover_no_more_than_is_left(ask: Any) -> None:
    # 40 t relieved, 60 left, 80 handed in.
    found = ask(*RULE, "--paid-abroad-ntd", "12000", "--credits", "80")
    assert (found["credits_used_tco2e"], found["levy_ntd"]) == (60, 0)


def test_a_product_below_the_benchmark_owes_nothing(ask: Any) -> None:
    found = ask("--benchmark", "3", "--price", "300")
    assert (found["is_liable"], found["difference_tco2e"], found["levy_ntd"]) == (True, 0, 0)


def test_an_exempt_import_owes_nothing_and_says_why(ask: Any) -> None:
    found = ask(*RULE, "--exempt", "sample for testing")
    assert (found["is_liable"], found["levied_tco2e"], found["levy_ntd"]) == (False, 0, 0)
    assert any("sample for testing" in one for one in found["assumed"])


def test_the_table_names_what_is_assumed(env: dict[str, str]) -> None:
    outcome = CliRunner().invoke(app, ["estimate", "import-carbon", *GOODS, *RULE], env=env)
    assert outcome.exit_code == 0
    assert "Assumed 假設" in outcome.stdout
    assert "情境試算" in outcome.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--benchmark", "1.5"), "benchmark and a price"),
        (("--price", "300"), "benchmark and a price"),
        ((*RULE, "--credit-cap", "1.2"), "no share"),
        ((*RULE, "--exempt", " "), "needs its reason"),
        (("--benchmark", "1", "--price", "0"), "not such a number"),
        ((*RULE, "--credits", "-1"), "not such a number"),
    ],
)
def test_what_cannot_be_assumed_is_refused(ask: Any, options: tuple[str, ...], told: str) -> None:
    with pytest.raises(WrongUseError, match=told):
        ask(*options)
