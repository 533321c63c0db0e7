"""Unit codes of invoices against the published list of UN/ECE Recommendation 20."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tracetonne.factor_table import read_seed

_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
# Canonical units of the conversion table in the units of the list.
_BASE = {"t": ("kg", 1e3), "GJ": ("J", 1e9), "MWh": ("J", 3.6e9), "kL": ("m3", 1.0), "1000Nm3": ("m3", 1e3)}
# Codes that look like a unit and are another one.
_TRAPS = {"TJ", "GJ", "KL", "KG", "MT"}


@pytest.fixture
def published(shared: Path) -> dict[str, dict[str, str]]:
    path = shared / "corpora" / "units-codes" / "units-of-measure.csv"
    if not path.exists():
        pytest.skip("the shared corpora are absent")
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["CommonCode"]: row for row in csv.DictReader(handle)}


def _factor(text: str) -> tuple[float, str] | None:
    """Read `3,6 x 10⁶ J`, `10³ kg` or `m³` as a number and a base unit."""
    plain = re.sub(r"(?<=\d)[ \u00a0](?=\d)", "", text).replace(",", ".").replace("\u00a0", " ")
    match = re.fullmatch(r"(?:([\d.]+) ?)?(?:[x×] )?(?:10([⁰-⁹¹²³⁻]+) ?)?(kg|J|m³|m3)", plain)
    if not match:
        return None
    number, power = float(match[1] or 1), int((match[2] or "0").translate(_POWERS))
    return number * 10.0**power, match[3].replace("³", "3")


def test_codes_and_names_are_those_of_the_list(published: dict[str, dict[str, str]]) -> None:
    for row in read_seed("rec20_unit"):
        assert published[row["code"]]["Name"].replace("\u00a0", " ") == row["name"], row["code"]


def test_conversions_are_those_of_the_list(published: dict[str, dict[str, str]]) -> None:
    compared = 0
    for row in read_seed("rec20_unit"):
        stated = _factor(published[row["code"]]["ConversionFactor"])
        # The list converts standard cubic metres as if they were any; their temperature is 15 °C.
        if stated is None or row["code"] == "SM3" or row["code"] in _TRAPS:
            continue
        ours = {
            (float(one["factor"]) * _BASE[one["to_unit"]][1], _BASE[one["to_unit"]][0])
            for one in read_seed("unit_conversion")
            if one["from_unit"] == row["unit"] and one["to_unit"] in _BASE
        }
        assert any(
            base == stated[1] and value == pytest.approx(stated[0], rel=2e-6) for value, base in ours
        ), row["code"]
        compared += 1
    assert compared >= 30


def test_codes_that_look_like_another_unit_have_none() -> None:
    units = {row["code"]: row["unit"] for row in read_seed("rec20_unit")}
    assert {code for code, unit in units.items() if not unit} == _TRAPS
    assert (units["GV"], units["D30"], units["LTN"], units["STN"]) == ("GJ", "TJ", "long_ton", "short_ton")
    assert (units["NM3"], units["SM3"]) == ("Nm3", "Sm3")


def test_every_spelling_that_is_another_code_is_a_trap(published: dict[str, dict[str, str]]) -> None:
    """A code of the list that is written like a unit of ours must be in the seed, whatever it means."""
    seeded = {row["code"] for row in read_seed("rec20_unit")}
    spellings = {row["alias"] for row in read_seed("unit_alias")}
    assert spellings & published.keys() <= seeded
