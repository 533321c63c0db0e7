"""Formulas, tables and estimates against OpenCBAM 0.1.0, a second implementation of the same regulation.

Where the two agree, they agree on generated inputs to a relative 1e-9. Where they do not, by which rule:

- NCV is GJ a unit here and TJ a unit there (IR (EU) 2025/2547 Annex II, Table 1: TJ/Gg): a factor of
  1000.
- Percentages of the communication template (OxF, ConvF, BioC) have no counterpart there; shares are
  compared.
- The carbon of a product that leaves (equation 12) is a negative activity in both.
- Exported waste gas: its combustion emissions belong to DirEm* "irrespective of where it is consumed"
  (Annex III A.3). Here a source stream brings them; OpenCBAM has none and adds them in the attribution
  (equation 55).
- A marked-up default is the printed one there. Here it is the printed base times 1 + mark-up (IR (EU)
  2025/2621, Article 1): the printed column was rounded from an unrounded base, and IR (EU) 2026/1740
  drops it. They are apart by the rounding of both.
- The year marker (2) of a benchmark means imports of 2028 to 2030 (IR (EU) 2025/2620, point 5.3).
  OpenCBAM keeps it from 2031 on; here such a year has no benchmark and no estimate, until from 2034 the
  factor is 0 (Directive 2003/87/EC, Article 10a(1a)). A good without a benchmark gets no free allocation
  there and no estimate here.
- Where no route settles the benchmark of actual data, OpenCBAM stops (IR (EU) 2025/2620, point 5.2); an
  estimate takes the highest and says so. Goods are compared with their route given.
- Column B of a good at its default value includes its precursors (IR (EU) 2025/2620, equation 6): none is
  added here. OpenCBAM adds those that it is given, so it is given none then.
- Certificates are rounded to 3 decimals there; an estimate is not rounded (Regulation (EU) 2023/956
  states no rounding of certificates before their surrender).
- A carbon price paid is tonnes here; OpenCBAM's formula, provisional until the act of Article 9(4), takes
  EUR.
- Before 2026 OpenCBAM's allocation factor is 1; the seed begins in 2026, with the first certificates.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencbam.engine import attribution, defaults, emissions, orchestrator, reference, see
from opencbam.engine.types import (
    AttributionResult,
    CombustionStream,
    DataSource,
    ElectricityFlow,
    HeatFlow,
    MassBalanceStream,
    MeasuredEmission,
    PFCOvervoltageStream,
    PFCStream,
    PrecursorInput,
    ProcessStream,
    ProductionProcess,
    Sector,
    WasteGasFlow,
)
from prepared_home import prepared_home

from orchestration.dbt_build import build, compile_inline
from orchestration.estimates import SEEDS
from tracetonne.settings import DBT_PROJECT, Home

pytestmark = pytest.mark.slow

REL = 1e-9
# Half of the third decimal, of a default value as printed and of the same with its mark-up of at most 30 %.
PRINTED = 0.0005 * 1.3 + 0.0005 + 1e-9
SEED_FOLDER = DBT_PROJECT / "seeds" / "cbam"
COUNTRIES = {"TW": "Taiwan", "OTHER": "Other countries and territories"}
DEFAULT_COLUMNS = {
    "direct": "published_see_direct",
    "indirect": "published_see_indirect",
    "total": "published_see_total",
    "markup_2026": "published_see_total_2026",
    "markup_2027": "published_see_total_2027",
    "markup_2028": "published_see_total_2028",
}


def number(lowest: str, highest: str, places: int = 3) -> st.SearchStrategy[Decimal]:
    return st.decimals(lowest, highest, places=places)


MASS = number("0.001", "1000000")
FACTOR = number("0", "500", 4)
SHARE = number("0", "1", 4)


@dataclass(frozen=True)
class Models:
    """The SQL of the models' formulas, and a warehouse that holds the reference data."""

    home: Home
    formulas: Mapping[str, str]
    attributed_direct: str
    connection: duckdb.DuckDBPyConnection

    def value(self, sql: str, inputs: Mapping[str, Any]) -> float:
        """Evaluate an expression on named inputs, as doubles."""
        columns = ", ".join(f"{_literal(value)} as {name}" for name, value in inputs.items())
        found = self.connection.execute(f"select {sql} from (select {columns})").fetchone()
        assert found is not None
        return float(found[0])

    def formula(self, name: str, **inputs: Any) -> float:
        return self.value(self.formulas[name], inputs)


def _literal(value: Any) -> str:
    if value is None:
        return "cast(null as double)"
    return str(value).lower() if isinstance(value, bool) else f"cast({value} as double)"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    folder = tmp_path_factory.mktemp("opencbam")
    home = prepared_home(folder / "home")
    nodes = build(home, {}, ["--select", *SEEDS, "--exclude", "resource_type:test"])
    assert {node.status for node in nodes} == {"success"}
    text = compile_inline(
        home,
        "{% set found = {} %}"
        "{% for name in formulas() %}{% do found.update({name: formula_sql(name)}) %}{% endfor %}"
        "{{ tojson({'formulas': found, 'attributed': attributed_direct_sql()}) }}",
    )
    found = json.loads(text)
    with duckdb.connect() as connection:
        yield Models(home, found["formulas"], found["attributed"], connection)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(mass=MASS, ncv=FACTOR, factor=FACTOR, oxidation=SHARE, biomass=SHARE)
def test_combustion(
    models: Models, mass: Decimal, ncv: Decimal, factor: Decimal, oxidation: Decimal, biomass: Decimal
) -> None:
    # Equations 5, 6 and 10.
    theirs = emissions.combustion_emissions(CombustionStream(mass, ncv / 1000, factor, oxidation, biomass))
    ours = models.formula(
        "combustion_energy_fossil",
        activity=mass,
        ncv=ncv,
        emission_factor=factor,
        oxidation=oxidation,
        biomass=biomass,
    )
    assert ours == pytest.approx(float(theirs), rel=REL)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(mass=MASS, factor=FACTOR, conversion=SHARE, content=SHARE, biomass=SHARE, leaves=st.booleans())
def test_process_emissions_and_mass_balance(
    models: Models,
    mass: Decimal,
    factor: Decimal,
    conversion: Decimal,
    content: Decimal,
    biomass: Decimal,
    leaves: bool,
) -> None:
    # Equation 11.
    theirs = emissions.process_emissions(ProcessStream(mass, factor, conversion))
    inputs = {"activity": mass, "emission_factor": factor, "conversion": conversion, "biomass": 0}
    assert models.formula("process_mass_fossil", **inputs) == pytest.approx(float(theirs), rel=REL)
    # Equations 12 and 15; f = 3.664 is a dated input here and a constant there.
    signed = -mass if leaves else mass
    theirs = emissions.mass_balance_emissions(MassBalanceStream(signed, content, biomass))
    inputs = {
        "activity": signed,
        "carbon_content": content,
        "carbon_to_co2": Decimal("3.664"),
        "biomass": biomass,
    }
    assert models.formula("mass_balance_fossil", **inputs) == pytest.approx(float(theirs), rel=REL)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    production=MASS, minutes=number("0", "10"), slope=number("0", "1"), fraction=SHARE,
    overvoltage=number("0", "50"), efficiency=number("80", "100"), coefficient=number("0", "5"),
)  # fmt: skip
def test_perfluorocarbons(
    models: Models, production: Decimal, minutes: Decimal, slope: Decimal, fraction: Decimal,
    overvoltage: Decimal, efficiency: Decimal, coefficient: Decimal,
) -> None:  # fmt: skip
    # Equations 20 to 26. AEM there is frequency times duration here; the efficiency is a percentage in both.
    slope_cf4 = models.formula(
        "pfc_cf4_slope", production=production, frequency=minutes, duration=1, slope_factor=slope
    )
    overvoltage_cf4 = models.formula(
        "pfc_cf4_overvoltage",
        production=production,
        overvoltage=overvoltage,
        current_efficiency=efficiency,
        overvoltage_factor=coefficient,
    )
    by_slope = emissions.pfc_emissions(PFCStream(minutes, slope, fraction, production))
    by_overvoltage = emissions.pfc_overvoltage_emissions(
        PFCOvervoltageStream(coefficient, overvoltage, efficiency, fraction, production)
    )
    for cf4, theirs in ((slope_cf4, by_slope), (overvoltage_cf4, by_overvoltage)):
        c2f6 = models.formula("pfc_c2f6", cf4=cf4, c2f6_fraction=fraction)
        ours = models.formula(
            "pfc_emissions", cf4=cf4, c2f6=c2f6, gwp_cf4=6630, gwp_c2f6=11100, collection_efficiency=1
        )
        assert ours == pytest.approx(float(theirs), rel=REL)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(hours=st.lists(st.tuples(number("0", "2000"), number("0", "500000")), min_size=1, max_size=24))
def test_continuous_measurement(models: Models, hours: list[tuple[Decimal, Decimal]]) -> None:
    # Equation 16, hour by hour: concentration is g/Nm3 in both, flow 1000 Nm3/h here and Nm3 there.
    theirs = emissions.measurement_emissions_from_hourly(
        [hour[0] for hour in hours], [hour[1] for hour in hours]
    )
    ours = sum(
        models.formula("cems_fossil", concentration=grams, hours=1, flow=volume / 1000, biomass=0, gwp=1)
        for grams, volume in hours
    )
    assert ours == pytest.approx(float(theirs), rel=REL)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    own=MASS, heat_in=MASS, heat_out=MASS, heat_factor=FACTOR, gas_in=MASS, gas_out=MASS, power_out=MASS,
    power_factor=SHARE,
)  # fmt: skip
def test_attributed_emissions(
    models: Models, own: Decimal, heat_in: Decimal, heat_out: Decimal, heat_factor: Decimal, gas_in: Decimal,
    gas_out: Decimal, power_out: Decimal, power_factor: Decimal,
) -> None:  # fmt: skip
    natural_gas = Decimal("56.1")
    process = ProductionProcess(
        Sector.IRON_STEEL,
        Decimal(1),
        measured=[MeasuredEmission(own)],
        heat_imported=[HeatFlow(heat_in, heat_factor)],
        heat_exported=[HeatFlow(heat_out, heat_factor)],
        waste_gas=[
            WasteGasFlow(gas_in, Decimal(1), natural_gas),
            WasteGasFlow(gas_out, Decimal(1), natural_gas, is_export=True),
        ],
        electricity_produced=[ElectricityFlow(power_out, power_factor)],
    )
    ours = models.value(
        models.attributed_direct,
        {
            # As the source streams of the process bring them, exported waste gas included.
            "direct": own + gas_out * natural_gas, "is_reconciled": False, "reconciliation_factor": None,
            "heat_imported": heat_in, "heat_imported_factor": heat_factor, "heat_exported": heat_out,
            "heat_exported_factor": heat_factor, "waste_gas_imported": gas_in, "natural_gas_ef": natural_gas,
            "waste_gas_exported": gas_out, "waste_gas_export": Decimal("0.667"),
            "electricity_exported": power_out, "electricity_exported_factor": power_factor,
            # Of waste gas in shared heat and power alone, of which OpenCBAM knows nothing.
            "waste_gas_correction": None,
        },
    )  # fmt: skip
    # Equation 55 counts a negative result as zero; the model does so after this expression.
    theirs = float(attribution.attributed_direct_emissions(process))
    assert max(0.0, ours) == pytest.approx(theirs, rel=REL, abs=1e-3)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    made=MASS, direct=MASS, indirect=MASS,
    precursors=st.lists(st.tuples(MASS, number("0", "20"), number("0", "20")), max_size=4),
)  # fmt: skip
def test_specific_embedded_emissions(
    models: Models, made: Decimal, direct: Decimal, indirect: Decimal, precursors: list[tuple[Decimal, ...]]
) -> None:
    # Equations 57 to 60.
    process = ProductionProcess(Sector.CEMENT, made, precursors=[PrecursorInput(*one) for one in precursors])
    theirs = see.compute_see(process, AttributionResult(direct, indirect))
    for position, attributed, wanted in ((1, direct, theirs.see_direct), (2, indirect, theirs.see_indirect)):
        embedded = sum((one[0] * one[position] for one in precursors), Decimal(0))
        ours = models.formula(
            "specific_embedded", attributed=attributed, embedded=embedded, activity_level=made
        )
        assert ours == pytest.approx(float(wanted), rel=REL)


@cache
def _seed(name: str) -> list[dict[str, str]]:
    with (SEED_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _of_code(table: Mapping[Any, Any], code: str, *country: str) -> Any:
    """Return OpenCBAM's entry of exactly this code, which it keeps with or without spaces."""
    for variant in reference._cn_variants(code):
        key = (*country, variant) if country else variant
        if key in table and len(variant.replace(" ", "")) == len(code):
            return table[key]
    return None


def _printed(text: str | None) -> Decimal | None:
    return None if text in (None, "", "DASH", "NA") else Decimal(text)


@pytest.mark.parametrize("country", COUNTRIES)
def test_default_values_are_the_same_table(country: str) -> None:
    compared = 0
    for row in _seed("cbam_default_value"):
        theirs = _of_code(defaults._load(), row["cn_prefix"], defaults._fold(COUNTRIES[country]))
        if row["country_code"] != country or row["status"] != "value" or theirs is None:
            continue
        grade = {"grey": "A", "white": "B"}.get(row["variant"])
        match = next((one for one in theirs if one["route"] == grade), theirs[0]) if grade else theirs[0]
        for name, column in DEFAULT_COLUMNS.items():
            assert _printed(match[name]) == _printed(row[column]), (row["factor_code"], name)
            compared += 1
    assert compared > 1200


def test_values_of_unknown_origin_are_the_same_table() -> None:
    # IR (EU) 2025/2621, Annex IV.
    ours = [
        (row["cn_prefix"], *(Decimal(row[name]) for name in list(DEFAULT_COLUMNS.values())[2:]))
        for row in _seed("cbam_default_value")
        if row["country_code"] == "UNKNOWN"
    ]
    theirs = [
        (code.replace(" ", ""), *(Decimal(row[name]) for name in ("highest", *list(DEFAULT_COLUMNS)[3:])))
        for code, rows in defaults._load_annex_iv().items()
        for row in rows
    ]
    assert sorted(ours) == sorted(theirs)


def test_benchmarks_are_the_same_table() -> None:
    ours = {
        (
            row["cn_code"],
            row["benchmark_column"].lower(),
            row["production_route"],
            Decimal(row["benchmark_tco2e_per_t"]),
        )
        for row in _seed("cbam_benchmark")
    }
    theirs = {
        (entry["cn_code"].replace(" ", ""), column, value["route"] or "all", Decimal(value["value"]))
        for entry in reference._load().values()
        for column in "ab"
        for value in entry[f"column_{column}"]
    }
    assert ours == theirs


def test_the_share_of_free_allocation_that_remains_is_the_same() -> None:
    for row in _seed("cbam_free_allocation_year"):
        assert orchestrator.cbam_factor(int(row["import_year"])) == Decimal(row["cbam_factor"])


def _goods() -> list[tuple[str, str]]:
    """Return codes of 8 digits with one default value, each with a route of its benchmark in column A."""
    found = []
    for entry in reference._load().values():
        code = entry["cn_code"].replace(" ", "")
        lines = defaults._load().get((defaults._fold("Taiwan"), entry["cn_code"]), [])
        if len(code) != 8 or reference.is_clinker_functional_unit(code) or len(lines) != 1:
            continue
        if lines[0]["total"] in ("DASH", "NA") or len(lines[0]["route"] or "") > 1:
            continue
        found.append((code, (entry["column_a"][0]["route"] or "")))
    return sorted(found)


GOOD = st.fixed_dictionaries(
    {
        "good": st.sampled_from(_goods()),
        "year": st.integers(2026, 2036),
        "mass": number("0.001", "100000"),
        "see": number("0", "30"),
        "price": number("1", "200", 2),
        "is_default": st.booleans(),
        "precursors": st.lists(st.tuples(number("0.001", "2"), number("0", "5")), max_size=2),
    }
)


@dataclass(frozen=True)
class Estimates:
    """The macro of `tracetonne estimate cbam`, compiled once with and once without a route."""

    sql: Mapping[bool, str]
    connection: duckdb.DuckDBPyConnection

    def value(self, case: Mapping[str, Any]) -> tuple[float | None, ...]:
        """Return SEE, SEFA and certificates of a case."""
        code, route = case["good"]
        precursors = [*case["precursors"], (Decimal(0), Decimal(0)), (Decimal(0), Decimal(0))]
        variables: dict[str, Any] = {
            "cn_code": code,
            "route": route,
            "import_year": case["year"],
            "mass_t": float(case["mass"]),
            "see": -1.0 if case["is_default"] else float(case["see"]),
            "is_default": case["is_default"],
            "price": float(case["price"]),
        }
        for index in (1, 2):
            share, free = precursors[index - 1]
            variables |= {f"mass_{index}": float(share * case["mass"]), f"sefa_{index}": float(free)}
        for name, value in variables.items():
            self.connection.execute(f"set variable {name} = ?", [value])
        found = self.connection.execute(self.sql[bool(route) and not case["is_default"]]).fetchone()
        assert found is not None
        return tuple(found)


def _asked(has_route: bool) -> dict[str, Any]:
    """Return the macro's argument with a variable of the engine in each place."""

    def number(name: str) -> str:
        return f"getvariable('{name}')"

    def text(name: str) -> str:
        return f"' || getvariable('{name}') || '"

    precursors = [
        {"cn_code": "72011011", "country_code": "", "mass_t": number(f"mass_{index}"), "see": "0",
         "sefa": number(f"sefa_{index}")}
        for index in (1, 2)
    ]  # fmt: skip
    return {
        "cn_code": text("cn_code"), "country_code": "TW", "import_year": number("import_year"),
        "mass_t": number("mass_t"), "see": "case when getvariable('see') >= 0 then getvariable('see') end",
        "see_is_default": number("is_default"), "production_route": text("route") if has_route else "",
        "cscf": "1", "price": number("price"), "quarter": "", "carbon_price_credit_t": "",
        "precursors": precursors,
    }  # fmt: skip


@pytest.fixture(scope="module")
def estimates(models: Models) -> Iterator[Estimates]:
    sql = {
        has_route: compile_inline(
            models.home,
            f"select see, sefa, certificates from ({{{{ estimate_cbam({_asked(has_route)!r}) }}}})",
        )
        for has_route in (True, False)
    }
    with duckdb.connect(str(models.home.warehouse), read_only=True) as connection:
        yield Estimates(sql, connection)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(case=GOOD)
def test_estimates(estimates: Estimates, case: dict[str, Any]) -> None:
    specific, free, certificates = estimates.value(case)
    theirs = _assessed(case)
    tolerance = PRINTED if case["is_default"] else 1e-9
    assert specific == pytest.approx(float(theirs.see_obligation), abs=tolerance)
    if free is None:
        # No benchmark: a year for which none is published, or a route of the default without one.
        assert certificates is None
        assert 2031 <= case["year"] <= 2033 or theirs.benchmark is None
        return
    assert free == pytest.approx(float(theirs.sefa), rel=REL, abs=1e-12)
    rounding = float(case["mass"]) * tolerance + 0.0005
    assert certificates == pytest.approx(float(theirs.certificates_due), abs=rounding, rel=REL)


def _assessed(case: Mapping[str, Any]) -> orchestrator.GoodAssessment:
    code, route = case["good"]
    is_default = case["is_default"]
    return orchestrator.assess_good(
        cn_code=code,
        country="Taiwan",
        mass=case["mass"],
        year=case["year"],
        data_source=DataSource.DEFAULT if is_default else DataSource.ACTUAL,
        sector=Sector.IRON_STEEL,
        certificate_price=case["price"],
        route=None if is_default or not route else reference.Route(route),
        verified=True,
        see_direct_actual=None if is_default else case["see"],
        see_indirect_actual=None if is_default else Decimal(0),
        cscf=Decimal(1),
        precursor_sefa_terms=[] if is_default else case["precursors"],
    )
