"""The units that names state: the table in `dbt_project/column-units.yml`, and units as quantities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pint
import yaml

from tracetonne.settings import DBT_PROJECT

TABLE = DBT_PROJECT / "column-units.yml"

Quantity = Any  # pint's own class is made at run time by its registry
Unit = Quantity | None  # None: the unit is not known, and fits everything


class UnitTable:
    """The units that names state: `dbt_project/column-units.yml`, or a table of the same shape."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.registry: Any = pint.UnitRegistry(None)
        for line in content["definitions"]:
            self.registry.define(line)
        self.symbols: dict[str, str] = content["symbols"]
        self.names: dict[str, str] = content["names"]
        self.models: dict[str, dict[str, str]] = content["models"]
        self.tall: dict[str, str] = content["tall"]
        self.formulas: dict[str, dict[str, str]] = content["formulas"]
        self.amounts = {float(number): text for number, text in content["amounts"].items()}
        self.exempt: dict[str, str] = content["exempt"]
        self.literals = {float(number) for number in content["conversions"]}
        self.unit = lru_cache(maxsize=None)(self._unit)

    def _unit(self, text: str) -> Quantity:
        """Return one of a unit, in base units: `GJ/t` is 1e9 J and 1/t."""
        return self.registry.Quantity(1.0, text).to_base_units()

    def same(self, one: Quantity, other: Quantity) -> bool:
        """Say whether two units have the same dimension and the same scale."""
        return bool(
            one.dimensionality == other.dimensionality
            and math.isclose(one.magnitude, other.magnitude, rel_tol=1e-9)
        )

    def shown(self, unit: Quantity) -> str:
        """Return a unit as its symbol, where the table has one, else in base units."""
        for symbol in [*self.symbols.values(), *self.names.values()]:
            if self.same(self.unit(symbol), unit):
                return symbol
        return f"{unit.magnitude:g} {unit.units:~}"

    def formula_units(self, name: str) -> dict[str, str]:
        """Return the units of a formula's inputs and of its `result`.

        Formulas of source streams come in four kinds of one name: for the fossil or the biogenic part, with
        shares or with percentages. A formula that the table does not know has no units.
        """
        percentages = {}
        if name.endswith("_pct"):
            percentages = dict.fromkeys(("oxidation", "conversion", "biomass"), "percent")
        own = name.removesuffix("_pct").removesuffix("_fossil").removesuffix("_biogenic")
        if not {name, own} & self.formulas.keys():
            return {}
        return self.formulas["inputs"] | percentages | self.formulas.get(name, self.formulas.get(own, {}))

    def is_tall(self, model: str, column: str) -> bool:
        """Say whether a column holds figures of several units, each named beside it."""
        return column in self.tall and column not in self.models.get(model, {})

    def stated(self, model: str, column: str) -> str | None:
        """Return the unit that a name states: of this model, of the whole name, or of its last words."""
        own = self.models.get(model, {})
        if self.is_tall(model, column):
            return None
        if column in own or column in self.names:
            return own.get(column, self.names.get(column))
        if "_per_" in column:
            numerator, *denominators = column.split("_per_")
            words = [numerator.rsplit("_", 1)[-1], *denominators]
            if all(word in self.symbols for word in words):
                return "/".join(f"({self.symbols[word]})" for word in words)
            return None
        last = column.rsplit("_", 1)[-1]
        return self.symbols.get(last) if "_" in column else None


def load_table(path: Path = TABLE) -> UnitTable:
    """Read the table of units."""
    return UnitTable(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
