"""Yearly emissions from energy bills alone: the numbers of the sample plant, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from prepared_home import prepared_home
from typer.testing import CliRunner

from tracetonne.cli import app
from tracetonne.errors import WrongUseError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a caller of `tracetonne estimate inventory --json`; the reference data are loaded once."""
    home = tmp_path_factory.mktemp("home")
    prepared_home(home / "estimate")

    def call(*options: str) -> dict[str, Any]:
        command = ["estimate", "inventory", *options, "--json"]
        outcome = CliRunner().invoke(app, command, env={"TRACETONNE_HOME": str(home)})
        if outcome.exception is not None:
            raise outcome.exception
        found: dict[str, Any] = json.loads(outcome.stdout)
        return found

    return call


def test_the_sample_plant(ask: Any) -> None:
    # As its inventory, 2,450 thousand m3 x 36 GJ x (56.1 + 0.001 x 28 + 0.0001 x 265) t/TJ
    # and 5,040 MWh x 0.466.
    found = ask("--electricity-kwh", "5040000", "--fuel", "天然氣:2450000:m3:36", "--year", "2025")
    assert found["direct_tco2e"] == pytest.approx(4952.8269, rel=1e-12)
    assert found["electricity_tco2e"] == pytest.approx(2348.64, rel=1e-12)
    assert found["total_tco2e"] == 7301.467
    assert [step["quantity"] for step in found["steps"]] == [
        "天然氣, CH4", "天然氣, CO2", "天然氣, N2O", "electricity",
    ]  # fmt: skip
    assert found["steps"][1]["factors"] == ["TW-MOENV-NATURAL-GAS-STATIONARY-CO2@2024-02-05", "own"]


def test_announced_heating_values_and_the_latest_grid_factor(ask: Any) -> None:
    # 10 kL x 36.1278972 GJ/kL / 1000 x (74.1 + 0.003 x 28 + 0.0006 x 265) t/TJ.
    found = ask("--fuel", "diesel:10000:L", "--electricity-kwh", "1000", "--year", "2026")
    assert found["direct_tco2e"] == pytest.approx(10 * 36.1278972 / 1000 * 74.343, rel=1e-12)
    assert found["electricity_tco2e"] == pytest.approx(0.466, rel=1e-12)
    assert any("2025" in one for one in found["assumed"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "nothing to estimate"),
        (("--fuel", "diesel:10"), "not a fuel"),
        (("--fuel", "diesel:10:barrel"), "not a fuel"),
        (("--fuel", "diesel:-1:L"), "not such a number"),
        (("--fuel", "unobtainium:1:L"), "No announced factor"),
        (("--fuel", "natural-gas:1:m3"), "No announced factor"),
        (("--fuel", "o'diesel:1:L"), "No announced factor"),
        (("--electricity-kwh", "1", "--year", "2023"), "2024"),
    ],
)
def test_refused(ask: Any, options: tuple[str, ...], message: str) -> None:
    with pytest.raises(WrongUseError, match=message):
        ask(*options)
