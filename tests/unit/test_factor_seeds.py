"""Seeds of factors and units: figures follow from the printed ones, units from their definitions."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest

from tracetonne import factor_table
from tracetonne.factor_table import read_seed

CONVERSIONS = {(row["quantity"], row["from_unit"]): row for row in read_seed("unit_conversion")}


def test_page_is_current() -> None:
    assert factor_table.PAGE.read_text(encoding="utf-8") == factor_table.page(), (
        "docs/factors.md is not what the seeds say; run python -m tracetonne.factor_table"
    )


@pytest.mark.parametrize(
    ("quantity", "unit", "to_unit", "factor"),
    [
        ("energy", "kcal", "GJ", "0.0000041868"),  # 1 kcal = 4.1868 kJ
        ("energy", "MWh", "GJ", "3.6"),
        ("energy", "kWh", "GJ", "0.0036"),
        ("energy", "TJ", "GJ", "1000"),
        ("electricity", "kWh", "MWh", "0.001"),
        ("mass", "kg", "t", "0.001"),
        ("mass", "lb", "t", "0.00045359237"),
        ("gas_volume", "m3", "1000Nm3", "0.001"),
        ("liquid_volume", "L", "kL", "0.001"),
        ("liquid_volume", "m3", "kL", "1"),
        ("share", "%", "1", "0.01"),
    ],
)
def test_conversion_is_the_definition(quantity: str, unit: str, to_unit: str, factor: str) -> None:
    row = CONVERSIONS[quantity, unit]
    assert row["to_unit"] == to_unit
    assert Decimal(row["factor"]) == Decimal(factor)


def test_standard_cubic_metre_is_corrected_for_temperature() -> None:
    """15 °C to 0 °C at the same pressure: 273.15 / 288.15."""
    assert float(CONVERSIONS["gas_volume", "Sm3"]["factor"]) == pytest.approx(
        273.15 / 288.15 / 1000, rel=1e-14
    )


@pytest.mark.parametrize(
    ("alias", "commodity", "unit"),
    [
        ("度", "electricity", "kWh"),
        ("度", "natural_gas", "m3"),
        ("度", "water", "m3"),
        ("仟度", "electricity", "MWh"),
        ("公斤", "any", "kg"),
        ("公噸", "any", "t"),
        ("公秉", "any", "kL"),
        ("仟卡", "any", "kcal"),
    ],
)
def test_taiwanese_unit_is_read_by_commodity(alias: str, commodity: str, unit: str) -> None:
    found = {(row["alias"], row["commodity"]): row["unit"] for row in read_seed("unit_alias")}
    assert found[alias, commodity] == unit


def test_every_alias_leads_to_a_conversion() -> None:
    known = {unit for _, unit in CONVERSIONS} | {row["to_unit"] for row in CONVERSIONS.values()}
    known.add("1000m3")
    assert {row["unit"] for row in read_seed("unit_alias")} <= known


def _canonical(quantity_units: tuple[str, ...], unit: str) -> Fraction:
    for quantity in quantity_units:
        row = CONVERSIONS.get((quantity, unit))
        if row:
            return Fraction(row["factor"])
    raise KeyError(unit)


def test_units_of_heating_values_follow_from_the_conversions() -> None:
    """MJ/Nm3 is (MJ in GJ) / (Nm3 in 1000Nm3), and so on."""
    aliases = {row["alias"]: row["unit"] for row in read_seed("unit_alias") if row["commodity"] == "any"}
    checked = 0
    for row in read_seed("factor_unit"):
        energy, _, base = row["unit_alias"].partition("/")
        if row["parameter"] != "ncv" or base not in aliases or energy not in aliases:
            continue
        quantities = {"GJ/t": "mass", "GJ/1000Nm3": "gas_volume", "GJ/kL": "liquid_volume"}
        numerator = _canonical(("energy",), aliases[energy])
        denominator = _canonical((quantities[row["canonical_unit"]],), aliases[base])
        assert Fraction(row["factor"]) == numerator / denominator, row["unit_alias"]
        checked += 1
    assert checked >= 15


def test_canonical_values_follow_from_the_printed_ones() -> None:
    kilo = {"kgCO2/TJ", "kgCH4/TJ", "kgN2O/TJ"}
    for row in read_seed("emission_factor"):
        printed, value = Decimal(row["published_value"]), Decimal(row["value"])
        if row["published_unit"] in kilo:
            assert value == printed / 1000, row["factor_code"]
        elif row["published_unit"] in {"kcal/L", "kcal/m3"}:
            assert value == printed * Decimal("0.0041868"), row["factor_code"]
        elif row["published_unit"] == "tCO2/Nm3":
            assert value == printed * 1000, row["factor_code"]
        else:
            # kg per kg, litre, m3 or kWh are t per t, kL, 1000 m3 or MWh.
            assert value == printed, row["factor_code"]


def test_old_table_gives_back_its_heating_values() -> None:
    """Table 6.0.4 is IPCC kg/TJ x 4.1868e-9 TJ/kcal x heating value: diesel 8,400, natural gas 8,000 kcal."""
    rows = {row["factor_code"]: row for row in read_seed("emission_factor")}
    kcal = Decimal("4.1868e-9")
    for code, per_tj, heating_value in (
        ("TW-604-DIESEL-STATIONARY-CO2", 74100, 8400),
        ("TW-604-NATURAL-GAS-STATIONARY-CO2", 56100, 8000),
        ("TW-604-FUEL-OIL-STATIONARY-CO2", 77400, 9600),
    ):
        assert Decimal(rows[code]["published_value"]) == per_tj * kcal * heating_value


def test_statutory_factors_give_the_published_totals() -> None:
    """Diesel 2.6858562615 kgCO2e/L (stationary, AR5) and NG1 1.9060178045 kgCO2e/m3."""
    rows = {row["factor_code"]: Decimal(row["value"]) for row in read_seed("emission_factor")}
    warming = {"CO2": 1, "CH4": 28, "N2O": 265}
    for fuel, heating_value, expected in (
        ("DIESEL", "TW-MOEA-NCV-DIESEL", "2.6858562615"),
        ("NATURAL-GAS", "TW-MOEA-NCV-NATURAL-GAS-NG1", "1.9060178045"),
    ):
        per_tj = sum(rows[f"TW-MOENV-{fuel}-STATIONARY-{gas}"] * gwp for gas, gwp in warming.items())
        per_unit = per_tj * rows[heating_value] / 1000
        assert round(per_unit, 10) == Decimal(expected)


def test_defaults_are_the_printed_ones() -> None:
    """IR (EU) 2025/2621, Annex I, with the mark-up of the year."""
    rows = {row["factor_code"]: row for row in read_seed("cbam_default_value")}
    for code, years in {
        "CBAM-DV-TW-731815": ("2.978", "3.249", "3.519"),
        "CBAM-DV-TW-7213": ("2.528", "2.757", "2.987"),
        "CBAM-DV-OTHER-7221": ("5.302", "5.784", "6.266"),
        "CBAM-DV-TW-28141000": ("2.222", "2.222", "2.222"),
    }.items():
        found = tuple(rows[code][f"published_see_total_{year}"] for year in (2026, 2027, 2028))
        assert found == years
    assert rows["CBAM-DV-TW-7221"]["status"] == "defect"
    assert {row["superseded_by"] for row in rows.values()} == {"2026/1740"}


def test_annex_ii_decides_where_indirect_emissions_count() -> None:
    """Ammonia is not in Annex II of Regulation (EU) 2023/956, whatever the template's table says."""
    goods = {row["good_category"]: row for row in read_seed("cbam_good")}
    assert goods["Ammonia"]["counts_indirect_definitive_as_published"] == "false"
    assert goods["Ammonia"]["counts_indirect_definitive"] == "true"
    counted = {name for name, row in goods.items() if row["counts_indirect_definitive"] == "true"}
    assert counted == {
        "Cement",
        "Cement clinker",
        "Calcined clays",
        "Aluminous cement",
        "Sintered Ore",
        "Ammonia",
        "Nitric acid",
        "Urea",
        "Mixed fertilisers",
    }


def test_cn_codes_are_eight_digits_of_one_category() -> None:
    goods = {row["good_category"]: row for row in read_seed("cbam_good")}
    for row in read_seed("cbam_cn_code"):
        assert len(row["cn_code"]) == 8
        assert row["cn_code"].isdigit()
        assert row["counts_indirect_definitive"] == goods[row["good_category"]]["counts_indirect_definitive"]


def test_constants_are_those_of_the_official_journal() -> None:
    rules = {row["rule_code"]: row for row in read_seed("regime_rule")}
    for regime in ("MGT", "TRA", "DEF"):
        assert rules[f"{regime}-CARBON-TO-CO2"]["value"] == "3.664"  # not 44/12
        assert rules[f"{regime}-WASTE-GAS-EXPORT"]["value"] == "0.667"
        assert rules[f"{regime}-NATURAL-GAS-EF"]["value"] == "56.1"
        assert rules[f"{regime}-GWP-N2O"]["value"] == "265"  # AR5
        assert rules[f"{regime}-GWP-CF4"]["value"] == "6630"
        assert rules[f"{regime}-GWP-C2F6"]["value"] == "11100"


def test_every_admitted_class_and_refusal_is_named_in_chinese() -> None:
    for row in read_seed("factor_choice_rule"):
        assert row["accepted_zh"], row["rule_code"]
    for row in read_seed("factor_refusal"):
        assert row["message_zh"], row["refusal_code"]


# A table, a clause, an announcement by number, or a page: what a reader opens the publication at.
_PLACE = re.compile(
    r"IEC \d|OIML|Own rule|Table|Annex|Article|section|Vol\.|equation|SM\.|rule|WG1|表|條|係數|公告|molar"
)


@pytest.mark.parametrize(
    ("seed", "place"),
    [
        ("emission_factor", "document"),
        ("global_warming_potential", "document"),
        ("pfc_technology_factor", "document"),
        ("cbam_default_value", "document"),
        ("cbam_origin_country", "clause"),
        ("uncertainty_class", "document"),
        ("uncertainty_orientation", "clause"),
    ],
)
def test_every_figure_says_who_published_it_and_where(seed: str, place: str) -> None:
    rows = read_seed(seed)
    assert rows
    nowhere = [row for row in rows if not row["source"] or not (row.get("page") or _PLACE.search(row[place]))]
    assert nowhere == []
