"""Filled templates beyond the published examples, against arithmetic done by hand beside each case.

Each case changes cells of an official workbook; the expected values follow from the typed cells alone, by the
template's formulas for periods before 2026 and by the regulation from 2026.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import duckdb
import pytest
from prepared_home import compute, prepared_home
from template_workbook import CellContent, edited, official

from tracetonne.formula import DivisionByZeroError, evaluate
from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

CARBON, ALLOY = "Carbon steel screws and nuts", "High alloy steel screws and nuts"
SMELTING, FORMING = "Primary smelting", "Forming steps"
YEAR_2026: dict[str, CellContent] = {
    "A_InstData!I9": datetime.date(2026, 1, 1),
    "A_InstData!L9": datetime.date(2026, 12, 31),
}
CASES: dict[str, tuple[str, dict[str, CellContent]]] = {
    # Carbon that leaves with the scrap: -1 000 t at 1 % carbon.
    "mass_balance": (
        "steel",
        {
            "B_EmInst!D18": "Mass Balance",
            "B_EmInst!E18": "Steel scrap",
            "B_EmInst!F18": -1000,
            "B_EmInst!G18": "t",
            "B_EmInst!L18": 0.01,
        },
    ),
    # Forming returns 20 000 t to smelting, and buys 5 000 t that carry a default value.
    "circle": (
        "aluminium",
        {
            "D_Processes!L97": 20000,
            "D_Processes!L92": 93000,
            "A_InstData!E102": "Unwrought aluminium",
            "A_InstData!F102": "AE",
            "A_InstData!G102": "Primary (electrolytic) smelting",
            "A_InstData!L102": "Bought slabs",
            "E_PurchPrec!L17": 5000,
            "E_PurchPrec!L29": 5000,
            "E_PurchPrec!L49": 4.5,
            "E_PurchPrec!M49": "Default",
            "E_PurchPrec!L50": 10,
            "E_PurchPrec!M50": "Default",
            "E_PurchPrec!L51": 0.5,
            "E_PurchPrec!M51": "D.4(a)",
        },
    ),
    "exports": (
        "steel",
        {
            "D_Processes!L57": 10,
            "D_Processes!L58": 60,
            "D_Processes!M57": 5,
            "D_Processes!M58": 70,
            "D_Processes!L61": 2,
            "D_Processes!M61": 4,
            "D_Processes!L71": 100,
            "D_Processes!L72": 0.5,
        },
    ),
    # 2 t of nitrous oxide, and 100 t of carbon dioxide of which a quarter is biomass.
    "measured": (
        "cement",
        {
            "B_EmInst!D113": "Stack 1",
            "B_EmInst!E113": "N2O",
            "B_EmInst!V113": 2,
            "B_EmInst!X113": 100,
            "B_EmInst!Z113": 10,
            "B_EmInst!D114": "Stack 2",
            "B_EmInst!E114": "CO2",
            "B_EmInst!R114": 25,
            "B_EmInst!V114": 100,
            "B_EmInst!X114": 100,
            "B_EmInst!Z114": 10,
        },
    ),
    "overvoltage": (
        "aluminium",
        {
            "B_EmInst!D99": "Overvoltage method",
            "B_EmInst!E99": "Centre Worked Pre-Bake (CWPB)",
            "B_EmInst!F99": 1000,
            "B_EmInst!AJ99": 46,
            "B_EmInst!AK99": 92,
            "B_EmInst!AL99": 1.16,
            "B_EmInst!AM99": 0.121,
        },
    ),
    "default_precursor": ("steel", {"E_PurchPrec!M49": "Default"}),
    "typed_totals": ("steel", {"C_Emissions&Energy!H26": 5000, "C_Emissions&Energy!H16": 90}),
    "idle_process": ("steel", {"D_Processes!L16": 0, "D_Processes!L27": 0}),
    # 2026: the first process exports more heat than it emits, the second is scaled to the site total.
    "definitive": (
        "steel",
        {
            **YEAR_2026,
            "D_Processes!L119": 1000,
            "D_Processes!M57": 1000,
            "D_Processes!M58": 60,
            "A_InstData!F103": "DE",
        },
    ),
    # 2026: one cement of 95 % clinker; and beside it another of 60 %, whose quantity the template leaves out.
    "one_cement": ("cement", YEAR_2026),
    "two_cements": (
        "cement",
        {
            **YEAR_2026,
            "Summary_Products!D12": "Cement Bubble",
            "Summary_Products!F12": "25232900",
            "Summary_Products!H12": "Blended cement",
            "Summary_Products!AB12": 0.6,
        },
    ),
    "fiscal_year": (
        "steel",
        {"A_InstData!I9": datetime.date(2023, 7, 1), "A_InstData!L9": datetime.date(2024, 6, 30)},
    ),
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every case landed as a site of its own and computed in one build."""
    folder = tmp_path_factory.mktemp("template_calculation")
    home = prepared_home(folder / "home")
    for case, (workbook, cells) in CASES.items():
        copy = edited(official(workbook), folder / f"{case}.xlsx", cells)
        results = land_paths(home, [copy], case)
        assert [result.status for result in results] == ["landed"], results
    for number, emissions in enumerate((4000, 5000)):
        copy = edited(official("steel"), folder / f"claim_{number}.xlsx", {"D_Processes!L54": emissions})
        assert [result.status for result in land_paths(home, [copy], "claimed_twice")] == ["landed"]
    compute(home)
    with duckdb.connect(str(home.warehouse)) as connection:
        yield connection


def figure(
    warehouse: duckdb.DuckDBPyConnection,
    site: str,
    quantity: str,
    process: str | None = None,
    series: str = "regime",
    column: str = "value",
) -> float | str | None:
    """Return a column of the one figure of the site that fits, of no product."""
    found = warehouse.execute(
        f"""
        select {column} from output.out_figure
        where site = ? and quantity = ? and series = ? and product is null and process is not distinct from ?
        """,
        [site, quantity, series, process],
    ).fetchall()
    assert len(found) == 1, f"{site} {quantity} {process}: {len(found)} figures"
    value: float | str | None = found[0][0]
    return value


def test_mass_balance_subtracts_carbon_that_leaves(warehouse: duckdb.DuckDBPyConnection) -> None:
    carbon_out = -1000 * 0.01 * 3.664  # -36.64 t: mass balance takes 3.664, not 44/12
    assert figure(warehouse, "mass_balance", "total_direct_emissions") == pytest.approx(4948.02 + carbon_out)
    # What leaves with the scrap is borne by no process: the template's processes are declared apart.
    assert figure(warehouse, "mass_balance", "unattributed_emissions_direct") == pytest.approx(carbon_out)


def test_processes_that_feed_each_other(warehouse: duckdb.DuckDBPyConnection) -> None:
    # smelting: 200 000 s = 311 000 + 20 000 f;   forming: 113 000 f = 5 283 + 120 000 s + 5 000 · 4.5
    forming = (5283 + 5000 * 4.5 + 120000 * 311000 / 200000) / (113000 - 120000 * 20000 / 200000)
    smelting = (311000 + 20000 * forming) / 200000
    assert figure(warehouse, "circle", "see_direct", FORMING) == pytest.approx(forming, rel=1e-12)
    assert figure(warehouse, "circle", "see_direct", SMELTING) == pytest.approx(smelting, rel=1e-12)
    forming_power = (105000 + 5000 * 10 + 120000 * 3000000 / 200000) / (113000 - 12000)
    assert figure(warehouse, "circle", "embedded_electricity", FORMING) == pytest.approx(forming_power)
    forming_indirect = (43050 + 5000 * 5 + 120000 * 1230000 / 200000) / (113000 - 12000)
    assert figure(warehouse, "circle", "see_indirect", FORMING) == pytest.approx(forming_indirect)


def test_default_share_in_a_circle_leaves_out_what_returns(warehouse: duckdb.DuckDBPyConnection) -> None:
    # The template divides by the process's own emissions once, plus those of everything that feeds it:
    # the emissions of forming that come back to forming through smelting are not in its denominator.
    loop = 1 / (1 - (20000 / 200000) * (120000 / 113000))  # what one tonne of forming sets in motion
    defaults = loop * 5000 * 4.5 / 113000
    smelting_part = loop * (120000 / 113000) * 311000 / 200000
    share = defaults / (5283 / 113000 + smelting_part + defaults)
    assert figure(warehouse, "circle", "default_share", FORMING) == pytest.approx(share, rel=1e-12)


def test_heat_waste_gas_and_electricity_cross_the_boundary(warehouse: duckdb.DuckDBPyConnection) -> None:
    heat = 10 * 60 - 5 * 70
    waste_gas = 2 * 56.1 - 4 * 56.1 * 0.667
    attributed = 3337.95 + heat + waste_gas - 100 * 0.5
    assert figure(warehouse, "exports", "attributed_emissions_direct", CARBON) == pytest.approx(attributed)
    see = (attributed + 20000 * 1.539) / 17000
    assert figure(warehouse, "exports", "see_direct", CARBON) == pytest.approx(see, rel=1e-12)


def test_measured_gases_are_weighed_and_biomass_is_beside(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert figure(warehouse, "measured", "n2o_emissions") == pytest.approx(2 * 265)
    assert figure(warehouse, "measured", "co2_emissions") == pytest.approx(1037310 + 75)
    assert figure(warehouse, "measured", "biogenic_emissions") == pytest.approx(6225 + 25)
    assert figure(warehouse, "measured", "total_direct_emissions") == pytest.approx(1037310 + 530 + 75)


def test_overvoltage_with_blank_collection_efficiency(warehouse: duckdb.DuckDBPyConnection) -> None:
    tetrafluoromethane = 1000 * (46 / 92) * 1.16 / 1000  # 0.58 t
    added = tetrafluoromethane * 6630 + tetrafluoromethane * 0.121 * 11100
    assert figure(warehouse, "overvoltage", "pfc_emissions") == pytest.approx(25281.999999999996 + added)


def test_default_precursor_counts_into_the_share(warehouse: duckdb.DuckDBPyConnection) -> None:
    share = (20000 * 1.539) / (3337.95 + 20000 * 1.539)
    assert figure(warehouse, "default_precursor", "default_share", CARBON) == pytest.approx(share, rel=1e-12)
    assert figure(warehouse, "default_precursor", "default_share", ALLOY) == 0
    assert figure(warehouse, "default_precursor", "see_direct", CARBON, column="data_quality") == "default"


def test_totals_typed_by_hand_replace_the_sums(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert figure(warehouse, "typed_totals", "total_direct_emissions") == 5000
    assert figure(warehouse, "typed_totals", "total_fuel_energy") == 90
    assert figure(warehouse, "typed_totals", "unattributed_emissions_direct") == pytest.approx(5000 - 4948.02)


def test_process_without_production_has_emissions_and_no_intensity(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert figure(warehouse, "idle_process", "attributed_emissions_direct", CARBON) == pytest.approx(3337.95)
    assert figure(warehouse, "idle_process", "see_direct", CARBON) is None
    assert (
        figure(warehouse, "idle_process", "see_direct", CARBON, column="note") == "no activity in the period"
    )
    assert figure(warehouse, "idle_process", "see_direct", ALLOY) == pytest.approx(1.9524475609756098)


def test_definitive_period_reconciles_and_stops_at_zero(warehouse: duckdb.DuckDBPyConnection) -> None:
    scale = 4948.02 / (3337.95 + 1000)  # RecF, eq. 41
    alloy = 1000 * scale
    assert figure(warehouse, "definitive", "attributed_emissions_direct", ALLOY) == pytest.approx(alloy)
    assert figure(warehouse, "definitive", "attributed_emissions_direct", CARBON) == 0
    note = figure(warehouse, "definitive", "attributed_emissions_direct", CARBON, column="note")
    computed = 3337.95 * scale - 1000 * 60
    assert isinstance(note, str)
    assert note.startswith(f"computed {int(computed)}.")
    # The management series shows what was attributed.
    shown = figure(warehouse, "definitive", "attributed_emissions_direct", CARBON, series="management")
    assert shown == pytest.approx(3337.95 - 60000)


def test_definitive_period_admits_no_unverified_precursor(warehouse: duckdb.DuckDBPyConnection) -> None:
    # Wire rod of China: the template proves nothing. Wire rod of Germany counts zero.
    assert figure(warehouse, "definitive", "see_direct", CARBON) is None
    note = figure(warehouse, "definitive", "see_direct", CARBON, column="note")
    assert note == "no admissible value for precursor Carbon steel"
    alloy = 1000 * 4948.02 / (3337.95 + 1000) / 8200
    assert figure(warehouse, "definitive", "see_direct", ALLOY) == pytest.approx(alloy)
    assert figure(warehouse, "definitive", "see_chargeable", ALLOY) == pytest.approx(alloy)
    assert figure(warehouse, "definitive", "see_indirect", ALLOY) == pytest.approx(1366.12 / 8200)
    management = (1000 + 10000 * 1.44) / 8200
    assert figure(warehouse, "definitive", "see_direct", ALLOY, series="management") == pytest.approx(
        management
    )


def test_period_of_a_template_that_is_not_a_calendar_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    period = figure(warehouse, "fiscal_year", "total_direct_emissions", column="period")
    assert period == "2023-07-01_2024-06-30"
    # It belongs to the refresh of the year in which it ends.
    assert figure(warehouse, "fiscal_year", "total_direct_emissions", column="refresh_period") == "2024"
    assert figure(warehouse, "fiscal_year", "see_direct", CARBON) == pytest.approx(2.0069382352941174)


def test_two_templates_of_one_period_are_named_and_the_last_is_computed(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert figure(warehouse, "claimed_twice", "attributed_emissions_direct", CARBON) == 5000
    found = warehouse.execute(
        """
        select severity, deviation_share, tolerance_share, evidence_note
        from output.out_balance
        where site = 'claimed_twice' and balance = 'template_period_claimed_once'
        """
    ).fetchall()
    assert [row[:3] for row in found] == [("error", 1, 0)]
    assert len(found[0][3].split()) == 2  # both documents are named


def test_every_line_is_what_its_formula_gives(warehouse: duckdb.DuckDBPyConnection) -> None:
    inputs: dict[str, dict[str, dict[int, float | None]]] = {}
    for line_id, name, index, value in warehouse.execute(
        "select line_id, input_name, input_index, value from output.out_calculation_line_input"
    ).fetchall():
        inputs.setdefault(line_id, {}).setdefault(name, {})[index] = value
    idle = set()
    for line_id, formula, value in warehouse.execute(
        "select line_id, formula, value from output.out_calculation_line"
    ).fetchall():
        try:
            computed = evaluate(formula, inputs.get(line_id, {}))
        except DivisionByZeroError:
            idle.add(line_id)
            computed = None
        assert computed == (None if value is None else pytest.approx(value, rel=1e-11, abs=1e-12)), line_id
    assert all("idle_process" in line_id for line_id in idle)


def test_cement_of_a_template_counts_its_clinker_where_it_is_the_only_good(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Equation 64: 1,321,052.6 t at 95 % are 1,255,000 t of clinker; two cements cannot be told apart."""
    bubble, specific = "Cement Bubble", 1037310 / 1321052.6315789474
    assert figure(warehouse, "one_cement", "functional_level", bubble) == pytest.approx(1255000, rel=1e-12)
    assert figure(warehouse, "one_cement", "see_direct_functional", bubble) == pytest.approx(
        specific / 0.95, rel=1e-12
    )
    goods = warehouse.execute(
        "select site, product, quantity, value, note from output.out_figure "
        "where site in ('one_cement', 'two_cements') and series = 'regime' and product is not null "
        "and quantity in ('see_direct', 'clinker_content') order by all"
    ).fetchall()
    assert [(site, quantity, value) for site, _, quantity, value, _ in goods] == [
        ("one_cement", "clinker_content", 0.95),
        ("one_cement", "see_direct", pytest.approx(specific, rel=1e-12)),
        ("two_cements", "clinker_content", 0.6),
        ("two_cements", "see_direct", pytest.approx(specific, rel=1e-12)),
        ("two_cements", "clinker_content", 0.95),
        ("two_cements", "see_direct", pytest.approx(specific, rel=1e-12)),
    ]
    means = {
        (site, quantity) for site, _, quantity, _, note in goods if note and "mean of the process" in note
    }
    assert means == {("two_cements", "see_direct")}
