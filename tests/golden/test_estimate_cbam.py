"""The cost of an import before any evidence: worked cases, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prepared_home import prepared_home
from typer.testing import CliRunner

from tracetonne.chinese import in_both
from tracetonne.cli import app
from tracetonne.errors import WrongUseError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a caller of `tracetonne estimate cbam --json`; the reference data are loaded once."""
    home = tmp_path_factory.mktemp("home")
    prepared_home(home / "estimate")

    def call(options: str) -> dict[str, Any]:
        command = ["estimate", "cbam", *options.split(), "--json"]
        outcome = CliRunner().invoke(app, command, env={"TRACETONNE_HOME": str(home)})
        if outcome.exception is not None:
            raise outcome.exception
        found: dict[str, Any] = json.loads(outcome.stdout)
        assert [one for one in found["assumed"] if not re.search("[一-龥]", in_both(one))] == []
        return found

    yield call


_CEMENT = "--cn 2523 --country TW --year 2026 --mass-t 1 --see 1"

OF_CASE = {
    "F1": "--cn 72061000 --country TR --default-see 2.156 --route C",
    "F2": "--cn 72071111 --country TR --default-see 2.541 --route C",
    "F3": "--cn 7208 --country TR --default-see 2.670 --route C",
    "F4": "--cn 7601 --country TR --default-see 1.870 --route K",
    "F5": "--cn 72061000 --country TR --see 2.0 --route C",
    "F6": "--cn 72061000 --country TR --default-see 2.156 --route C --cscf 0.9",
}


@pytest.mark.parametrize("case", OF_CASE)
def test_published_vectors(ask: Any, shared: Path, case: str) -> None:
    cases = json.loads((shared / "cases" / "cbam_certificate_cases.json").read_text(encoding="utf-8"))
    wanted = next(one for one in cases if one["id"].startswith(case))
    mass = wanted["inputs"].get("mass_t", "1000")
    found = ask(f"{OF_CASE[case]} --year 2026 --mass-t {mass} --price 80")
    names = {"sefa": "sefa", "faa_t": "free_allocation_t", "embedded_t": "embedded_emissions_t",
             "certificates": "certificates", "eur": "cost_eur"}  # fmt: skip
    for name, value in wanted["expected"].items():
        assert found[names[name]] == pytest.approx(float(value), rel=1e-12), name


def test_from_2034_nothing_is_allocated_whatever_the_benchmark(ask: Any) -> None:
    # Benchmarks are published for imports to 2030; the factor of 2034 is 0: 100 x 8.67 x 1.30 = 1127.1.
    found = ask("--cn 72181000 --country TW --year 2034 --mass-t 100 --default --price 80")
    assert (found["sefa"], found["certificates"], found["cost_eur"]) == (0, 1127.1, 90168)
    with pytest.raises(WrongUseError, match="no benchmark"):
        ask("--cn 72181000 --country TW --year 2033 --mass-t 100 --default --price 80")


def test_default_of_taiwanese_screws(ask: Any) -> None:
    # 2.707 x 1.10 = 2.9777; 0.975 x 1.364 = 1.3299; 1000 x (2.9777 - 1.3299) = 1647.8; x 75.36 = 124,178.21.
    found = ask("--cn 731815 --country TW --year 2026 --mass-t 1000 --default --quarter 2026-Q1")
    assert (found["see"], found["sefa"], found["certificates"]) == (2.9777, 1.3299, 1647.8)
    assert found["cost_eur"] == 124178.21
    assert any("correction factor 1" in one for one in found["assumed"])


def test_default_of_cement_counts_its_clinker(ask: Any) -> None:
    # 0.89 x 1.10 = 0.979 and 0.975 x 0.666 = 0.64935 a tonne of clinker; 1,000 t of cement hold 800 t of it.
    options = "--cn 25232900 --country TW --year 2026 --mass-t 1000 --default --price 100"
    found = ask(f"{options} --clinker-content 0.8")
    assert found["see"] == pytest.approx(0.7832, rel=1e-12)
    assert found["sefa"] == pytest.approx(0.51948, rel=1e-12)
    assert found["certificates"] == pytest.approx(263.72, rel=1e-12)
    assert "clinker content 0.8, as given" in found["assumed"]
    steps = {one["quantity"]: one for one in found["steps"]}
    assert steps["see"]["formula"] == "published_see * clinker_content"
    # Without its content a tonne counts as clinker, which is never too low.
    unknown = ask(options)
    assert unknown["certificates"] == pytest.approx(329.65, rel=1e-12)
    assert any("--clinker-content" in one for one in unknown["assumed"])
    with pytest.raises(WrongUseError, match="not counted by its clinker"):
        ask("--cn 25231000 --country TW --year 2026 --mass-t 1000 --default --clinker-content 0.8")
    for refused in ("--clinker-content 80 --default", "--clinker-content 0.8 --see 0.7"):
        with pytest.raises(WrongUseError, match="clinker content"):
            ask(f"--cn 25232900 --country TW --year 2026 --mass-t 1000 {refused}")


def test_actual_value_with_a_precursor_by_column_b(ask: Any) -> None:
    # 20,000 t of wire rod for 17,000 t of screws: 0.975 x (0.038 + 20000/17000 x 1.364) = 1.601638235...
    found = ask(
        "--cn 73181588 --country TW --year 2026 --mass-t 17000 --see 2.0069382352941174 "
        "--precursor 7213:20000:default --price 100"
    )
    assert found["sefa"] == pytest.approx(1.601638235294118, rel=1e-12)
    assert found["certificates"] / 17000 == pytest.approx(0.4053, rel=1e-9)


def test_verified_value_of_the_producer_and_credit(ask: Any) -> None:
    # 0.975 x 0.038 + 1.2 x 0.5 = 0.63705; 100 x (2 - 0.63705) - 10 = 126.295.
    found = ask(
        "--cn 73181588 --country TW --year 2026 --mass-t 100 --see 2 --precursor 7213:120:1.5:0.5 "
        "--carbon-price-credit-t 10 --price 80"
    )
    assert found["sefa"] == pytest.approx(0.63705, rel=1e-12)
    assert found["certificates"] == pytest.approx(126.295, rel=1e-12)


def test_a_cement_as_precursor_counts_its_clinker(ask: Any) -> None:
    # Column B of grey cement, 0.666 a tonne of clinker, and 0.8 t of it in each of 500 t for 1,000 t:
    # 0.975 x 0.666 x 0.8 = 0.51948; 500 / 1000 x 0.51948 = 0.25974.
    options = "--cn 25232900 --country TW --year 2026 --mass-t 1000 --see 0.9 --price 100 --precursor "
    found = ask(options + "25232900:500:default:clinker=0.8")
    steps = {one["quantity"]: one for one in found["steps"]}
    assert steps["precursor_sefa_of_25232900"]["value"] == pytest.approx(0.51948, rel=1e-12)
    assert steps["sefa_of_25232900"]["value"] == pytest.approx(0.25974, rel=1e-12)
    assert "precursor 25232900: clinker content 0.8, as given" in found["assumed"]
    unknown = ask(options + "25232900:500:default")
    of_clinker = {one["quantity"]: one for one in unknown["steps"]}["sefa_of_25232900"]
    assert of_clinker["value"] == pytest.approx(0.324675, rel=1e-12)
    assert any("add :clinker=" in one for one in unknown["assumed"])
    # A value that its producer has had verified is that of a tonne of the good, and takes no content.
    with pytest.raises(WrongUseError, match="not a precursor"):
        ask(options + "25232900:500:default:0.5:clinker=0.8")


def test_precursors_are_part_of_a_default_value(ask: Any) -> None:
    options = "--cn 731815 --country TW --year 2026 --mass-t 1000 --default"
    with_precursor = ask(f"{options} --precursor 7213:1200:default")
    assert with_precursor["sefa"] == ask(options)["sefa"] == 1.3299
    assert any("none is added" in one for one in with_precursor["assumed"])


def test_mark_up_and_free_allocation_of_later_years(ask: Any) -> None:
    # 2027: 20 % and 95 %; 2028: 30 % and 90 %; 2034: no free allocation.
    found = ask("--cn 731815 --country TW --year 2027 --mass-t 1 --default --price 1")
    assert (found["see"], found["sefa"]) == (3.2484, 1.2958)
    found = ask("--cn 731815 --country TW --year 2028 --mass-t 1 --default --price 1")
    assert (found["see"], found["sefa"]) == (3.5191, 1.2276)
    assert ask("--cn 731815 --country TW --year 2034 --mass-t 1 --default --price 1")["sefa"] == 0


def test_default_of_any_country(ask: Any) -> None:
    # IR (EU) 2025/2621, Annex I: Türkiye 1.70 x 1.1; Chad has no table: other countries, 2.203 x 1.1.
    assert ask("--cn 76011010 --country TR --year 2026 --mass-t 1 --default")["see"] == 1.87
    found = ask("--cn 76011010 --country TD --year 2026 --mass-t 1 --default")
    assert found["see"] == 2.4233
    assert any("other countries" in one for one in found["assumed"])


def test_nothing_is_owed_below_the_free_allocation(ask: Any) -> None:
    assert (
        ask("--cn 72061000 --country TR --year 2026 --mass-t 10 --see 0.1 --route C --price 80")["cost_eur"]
        == 0
    )


def test_without_a_price_there_is_no_cost(ask: Any) -> None:
    found = ask("--cn 731815 --country TW --year 2026 --mass-t 40 --default")
    assert found["cost_eur"] is None
    assert any("no price" in one for one in found["assumed"])
    assert any("exceeds 50 t" in one for one in found["assumed"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--cn 731815 --country TW --year 2026 --mass-t 1 --default --quarter 2026-Q3", "not known"),
        ("--cn 731815 --country TW --year 2025 --mass-t 1 --default", "2026"),
        ("--cn 731815 --country TW --year 2026 --mass-t 1", "One value"),
        ("--cn 731815 --country TW --year 2026 --mass-t 1 --default --see 2", "One value"),
        ("--cn 9999 --country TW --year 2026 --mass-t 1 --default", "not in the scope"),
        ("--cn 87083010 --country TW --year 2026 --mass-t 1 --see 2", "not in the scope"),
        ("--cn 2716 --country TW --year 2026 --mass-t 1 --default", "no default value"),
        ("--cn 731815 --country DE --year 2026 --mass-t 1 --default", "outside the mechanism"),
        ("--cn 731815 --country TW --year 2026 --mass-t 0 --default", "not such a number"),
        ("--cn 731815 --country Taiwan --year 2026 --mass-t 1 --default", "cannot be read"),
        ("--cn 73'15 --country TW --year 2026 --mass-t 1 --default", "cannot be read"),
        ("--cn 731815 --country TW --year 2026 --mass-t 1 --default --precursor 7213:5", "not a precursor"),
        (
            f"{_CEMENT} --precursor 7213:5:1:clinker=1",
            "not counted by",
        ),
        (
            f"{_CEMENT} --precursor 2523:5:1:clinker=70",
            "at most a tonne",
        ),
        (
            f"{_CEMENT} --precursor 2523:5:1:nitrogen=1",
            "no such property",
        ),
        ("--cn 731815 --country TW --year 2026 --mass-t 1 --default --quarter Q9", "not a quarter"),
        ("--cn 731815 --country TW --year 2026 --mass-t 1 --default --quarter 2027-Q1", "outside the year"),
    ],
)
def test_refused(ask: Any, options: str, message: str) -> None:
    with pytest.raises(WrongUseError, match=message):
        ask(options)


SCREWS = "--cn 73181588 --country TW --year 2026 --mass-t 1000 --price 80 --see 2"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (f"{SCREWS} --precursor 9999:1176.470588:default", "not in the scope"),
        (
            "--cn 73181588 --country TW --year 2033 --mass-t 1000 --see 2 --precursor 72210010:1100:0.5",
            "no benchmark",
        ),
        (f"{SCREWS} --precursor 7213:1176.470588:99", "embed more than the good"),
        ("--cn 73181588 --country TW --year 2026 --mass-t 1e25 --see 2", "not such a number"),
        ("--cn 73181588 --country TW --year 99999 --mass-t 1 --see 2", "from 2026 on"),
    ],
)
def test_what_no_table_answers_is_refused(ask: Any, options: str, told: str) -> None:
    with pytest.raises(WrongUseError, match=told):
        ask(options)


def test_the_route_of_the_good_is_not_that_of_its_precursor(ask: Any) -> None:
    """Column B knows no route F for wire rod: it has the route of its own default value."""
    found = ask(f"{SCREWS} --route F --precursor 7213:1176.470588:default")
    own = next(step for step in found["steps"] if step["quantity"] == "sefa_of_7213")
    assert own["value"] == pytest.approx(1176.470588 / 1000 * 1.3299, rel=1e-9)
    assert any("precursor 7213: its default value" in one for one in found["assumed"])


def test_a_credit_for_a_price_paid_is_named(ask: Any) -> None:
    assert any(
        "9 tCO2e are taken off" in one for one in ask(f"{SCREWS} --carbon-price-credit-t 9")["assumed"]
    )
