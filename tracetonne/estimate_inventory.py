"""What a plant emits by its energy bills, before any evidence exists: the question, and the answer in words.

Belongs here: reading what the user asks and telling what came of it. Does not: arithmetic, which is the macro
`estimate_inventory` of the dbt project.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracetonne.errors import WrongUseError
from tracetonne.estimate_cbam import number_of, value_of

FIRST_YEAR = 2024
SEEDS = ("emission_factor", "global_warming_potential", "material_factor_map")

# Units of a bill: the unit of the announced heating values, and how many of the former it holds.
_UNITS = {"kL": ("kL", 1), "L": ("kL", 1000), "m3": ("1000Nm3", 1000), "1000m3": ("1000Nm3", 1)}
_LAW = "溫室氣體排放量盤查登錄及查驗管理辦法 §4"


@dataclass(frozen=True)
class Question:
    """What is asked.

    Args:
        electricity_kwh: Electricity bought in the year.
        fuels: `NAME:AMOUNT:UNIT[:NCV]`, the heating value in GJ per kL or per 1000 m3.
        year: Year of the consumption, whose factors hold.
    """

    electricity_kwh: str | None
    fuels: tuple[str, ...]
    year: int

    def arguments(self) -> dict[str, Any]:
        """Return the argument of the macro, every text checked.

        Raises:
            WrongUseError: An option does not say what it should.
        """
        if self.electricity_kwh is None and not self.fuels:
            raise WrongUseError(
                "There is nothing to estimate from.",
                expected="--electricity-kwh, --fuel, or both",
                found="neither",
            )
        if self.year < FIRST_YEAR:
            raise WrongUseError(
                "The factors in force were announced for 2024 and later.",
                where="--year",
                expected=f"{FIRST_YEAR} or later",
                found=str(self.year),
            )
        kwh = number_of(self.electricity_kwh, "--electricity-kwh") or "0"
        return {
            "inventory_year": str(self.year),
            "electricity_mwh": f"{Decimal(kwh) / 1000:f}",
            "fuels": [_fuel(text) for text in self.fuels],
        }


def _fuel(text: str) -> dict[str, str | None]:
    parts = text.split(":")
    if len(parts) not in (3, 4) or parts[2] not in _UNITS:
        raise WrongUseError(
            "This is not a fuel.",
            where="--fuel",
            expected=f"NAME:AMOUNT:UNIT[:NCV] in {', '.join(_UNITS)}, such as diesel:1200:L",
            found=text,
        )
    unit, size = _UNITS[parts[2]]
    amount = Decimal(number_of(parts[1], "--fuel") or "0") / size
    ncv = number_of(parts[3], "--fuel", above_zero=True) if len(parts) == 4 else None
    return {"name": parts[0], "amount": f"{amount:f}", "unit": unit, "ncv": ncv}


def answer(question: Question, row: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what came of an estimate.

    Args:
        question: What was asked.
        row: The row that the macro gave.

    Returns:
        `direct_tco2e`, `electricity_tco2e`, `total_tco2e` (3 decimals), `assumed` and `steps`.

    Raises:
        WrongUseError: A fuel has no announced factor or heating value.
    """
    without = json.loads(row["fuels_without_factor"])
    if without:
        raise WrongUseError(
            "No announced factor and heating value fit this fuel.",
            where="--fuel",
            expected="a fuel of the announced tables in their unit, such as ng1, ng2, lng (m3), diesel, lpg, "
            "fuel-oil, kerosene (L), or the supplier's heating value as a fourth part",
            found=", ".join(without),
        )
    direct, electricity = Decimal(str(row["direct"])), Decimal(str(row["electricity_emissions"]))
    return {
        "year": question.year,
        "direct_tco2e": value_of(direct),
        "electricity_tco2e": value_of(electricity),
        "total_tco2e": float(round(direct + electricity, 3)),
        "assumed": _assumed(question, row),
        "steps": [*(_fuel_step(step) for step in json.loads(row["fuel_steps"])), _electricity_step(row)],
    }


def _assumed(question: Question, row: Mapping[str, Any]) -> list[str]:
    assumed = [
        "fuels burn in stationary plant; process, mobile and fugitive sources are not in it "
        "僅含固定燃燒與外購電力，未含製程、移動及逸散源",
        "GWP of AR5 採 AR5 暖化潛勢",
    ]
    if int(row["electricity_factor_year"]) != question.year:
        factor_year = int(row["electricity_factor_year"])
        assumed.append(
            f"electricity factor of {factor_year}, the latest announced 採 {factor_year} 年電力排碳係數"
        )
    return assumed


def _fuel_step(step: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "quantity": f"{step['source']}, {step['gas']}",
        "formula": "activity * ncv / 1000 * gas_factor * gwp",
        "inputs": {name: value_of(step[name]) for name in ("activity", "ncv", "gas_factor", "gwp")},
        "value": value_of(step["emissions"]),
        "clause": _LAW,
        "factors": [step["gas_factor_id"], step["ncv_id"]],
    }


def _electricity_step(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "quantity": "electricity",
        "formula": "electricity * electricity_factor",
        "inputs": {name: value_of(row[name]) for name in ("electricity", "electricity_factor")},
        "value": value_of(row["electricity_emissions"]),
        "clause": _LAW,
        "factors": [row["electricity_factor_id"]],
    }
