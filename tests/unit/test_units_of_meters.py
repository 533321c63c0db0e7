"""Units that meters and bills of gas and oil print: each leads to a conversion with its source."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tracetonne.factor_table import read_seed
from tracetonne.landing import espi_codes
from tracetonne.landing.meter_shape import UNITS

# As calc_document_unit chooses where a unit belongs to several quantities.
QUANTITIES = ("mass", "electricity", "gas_volume", "liquid_volume", "energy", "count")


def canonical(alias: str) -> tuple[str, Fraction] | None:
    """Return the canonical unit of a spelling and the factor into it."""
    units = {
        row["unit"] for row in read_seed("unit_alias") if (row["alias"], row["commodity"]) == (alias, "any")
    }
    found = [
        (QUANTITIES.index(row["quantity"]), row["to_unit"], Fraction(row["factor"]))
        for row in read_seed("unit_conversion")
        if row["from_unit"] in units and row["quantity"] in QUANTITIES
    ]
    return min(found)[1:] if found else None


@pytest.mark.parametrize(
    ("alias", "unit", "factor"),
    [
        # NIST Special Publication 811 (2008), appendix B.8; the British therm by its own regulations.
        ("therm", "GJ", "0.1054804"),
        ("therm (UK)", "GJ", "0.105505585257348"),
        ("Btu", "GJ", "0.00000105505585262"),
        ("MMBtu", "GJ", "1.05505585262"),
        ("kcal", "GJ", "0.0000041868"),
        ("ft3", "1000Nm3", "0.000028316846592"),
        ("CCF", "1000Nm3", "0.0028316846592"),
        ("MCF", "1000Nm3", "0.028316846592"),
        ("US gal", "kL", "0.003785411784"),
        ("imperial gal", "kL", "0.00454609"),
        ("barrel", "kL", "0.158987294928"),
        ("litre", "kL", "0.001"),
    ],
)
def test_units_of_gas_and_oil(alias: str, unit: str, factor: str) -> None:
    assert canonical(alias) == (unit, Fraction(factor))


def test_a_therm_is_a_hundred_thousand_british_thermal_units() -> None:
    therm, unit = canonical("therm (UK)"), canonical("Btu")
    assert therm is not None and unit is not None
    # The legal definition rounds the Btu at its last digit.
    assert abs(therm[1] / unit[1] / 100_000 - 1) < Fraction(1, 10**9)


def test_a_bare_gallon_is_not_guessed() -> None:
    assert canonical("gal") is None and canonical("gallon") is None


@pytest.mark.parametrize("unit", sorted(UNITS.values()))
def test_every_unit_of_a_meter_export_is_converted(unit: str) -> None:
    assert canonical(unit) is not None


@pytest.mark.parametrize(
    "unit",
    sorted(
        unit.removesuffix("/h")
        for unit in espi_codes.UNITS.values()
        if unit.startswith(("Wh", "J", "BTU", "therm", "m3", "ft3", "US gal", "imperial gal", "L"))
    ),
)
def test_every_energy_and_volume_of_green_button_is_converted(unit: str) -> None:
    assert canonical(unit) is not None
