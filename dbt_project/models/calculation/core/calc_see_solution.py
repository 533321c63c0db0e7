"""Specific embedded emissions of processes that feed each other: the one linear solve of the product.

Belongs here: the solution of equations 59 to 63 (IR (EU) 2025/2547 Annex III B) for all processes of an
installation at once, because processes may feed each other in a circle, which SQL cannot follow. Everything
around it (what was emitted, made and consumed, and the lines that show the arithmetic) is SQL.

A precursor that was made on site, but not in the period, keeps the value of the last period of the same kind
that made any: a month's of a month, a year's of a year. The model therefore keeps its rows and reads those of
earlier periods again.

Rows are eliminated in Python floats in a fixed order, without a linear algebra library, so that the same
inputs give the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

Row = Mapping[str, Any]

CHAINS = (
    "see_direct", "see_indirect", "embedded_electricity", "default_part", "chargeable_indirect", "sefa",
)  # fmt: skip
IDLE = "no activity in the period"
# A pivot below this share of the largest coefficient: the processes only pass goods round in a circle.
SMALLEST_PIVOT = 1e-12


class SingularSupplyChainError(ValueError):
    """Processes consume, directly or through each other, all that they make: nothing solves their balance."""


def solve(
    matrix: Sequence[Sequence[float]], right_hand_sides: Sequence[Sequence[float]], names: Sequence[str]
) -> list[list[float]]:
    """Solve a square linear system for several right-hand sides: Gaussian elimination, partial pivoting.

    Args:
        matrix: Coefficients, one row an equation.
        right_hand_sides: One row an equation, one column a system.
        names: Name of each unknown, for the error.

    Returns:
        The unknowns, one row each, one column a system.

    Raises:
        SingularSupplyChainError: No unique solution exists.
    """
    size = len(matrix)
    rows = [[*coefficients, *values] for coefficients, values in zip(matrix, right_hand_sides, strict=True)]
    largest = max((abs(value) for row in rows for value in row[:size]), default=0.0)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if abs(rows[pivot][column]) <= SMALLEST_PIVOT * largest:
            raise SingularSupplyChainError(
                f"the processes {', '.join(sorted(names))} feed each other so that "
                f"{names[column]!r} consumes all that it makes"
            )
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(column + 1, size):
            _eliminate(rows, row, column)
    for column in reversed(range(size)):
        divisor = rows[column][column]
        rows[column] = [value / divisor for value in rows[column]]
        for row in range(column):
            _eliminate(rows, row, column)
    return [row[size:] for row in rows]


def _eliminate(rows: list[list[float]], row: int, column: int) -> None:
    factor = rows[row][column] / rows[column][column]
    if factor:
        rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]


def embedded_emissions(
    processes: Sequence[Row], flows: Sequence[Row], earlier: Mapping[str, Row] | None = None
) -> list[dict[str, Any]]:
    """Find every specific value of one installation, period and series.

    Args:
        processes: Per process its name, activity level (t), attributed amount a chain (tCO2e, MWh), and
            whether an idle process counts as zero where another consumes its goods.
        flows: Per consuming process and precursor the amount (t) and, where the precursor is purchased, its
            specific value a chain.
        earlier: By process that was idle, the last period that made any (`period`) and its value a chain.

    Returns:
        Per process and chain the value a tonne, or null with its reason, and `recirculated`: how much of the
        process's own value comes back to it through a circle. An idle process has in `earlier_period` and
        `earlier_value` what its goods carry. Chain `sefa` has no row where no process has a benchmark.

    Raises:
        SingularSupplyChainError: The processes have no unique balance.
    """
    active = [row for row in processes if row["activity_level"]]
    names = [row["process"] for row in active]
    earlier = earlier or {}
    flows_in = _priced(processes, flows, set(names), earlier)
    solved = solve(
        _consumption_matrix(active, flows_in),
        [
            [*_own_and_bought(row, flows_in), *(1.0 if row is other else 0.0 for other in active)]
            for row in active
        ],
        names,
    )
    values = dict(zip(names, solved, strict=True))
    results = []
    for number, chain in enumerate(CHAINS):
        if chain == "sefa" and all(row["sefa"] is None for row in processes):
            continue  # free allocation is a matter of calendar years under the law in force
        missing = _missing(active, flows_in, chain)
        for row in processes:
            name = row["process"]
            reason = missing.get(name) if name in values else IDLE
            known = reason is None
            loop = values[name][len(CHAINS) + names.index(name)] - 1.0 if known else 0.0
            results.append(
                {
                    "process": name,
                    "chain": chain,
                    "value": values[name][number] if known else None,
                    "recirculated": loop * _specific(row, chain) if abs(loop) > SMALLEST_PIVOT else 0.0,
                    "reason": reason,
                    "earlier_period": earlier.get(name, {}).get("period"),
                    "earlier_value": earlier.get(name, {}).get(chain),
                }
            )
    return results


def _specific(row: Row, chain: str) -> float:
    return (row[chain] or 0.0) / row["activity_level"]


def taken_from_stock(processes: Sequence[Row], flows: Sequence[Row]) -> set[str]:
    """Return the processes that made nothing, whose goods an active process took nonetheless."""
    made = {row["process"]: row["activity_level"] for row in processes}
    return {
        flow["precursor"]
        for flow in flows
        if flow["is_own"]
        and flow["consumed"]
        and made.get(flow["process"])
        and not made.get(flow["precursor"])
    }


def _priced(
    processes: Sequence[Row], flows: Sequence[Row], active: set[str], earlier: Mapping[str, Row]
) -> list[Row]:
    """Return the flows into active processes; goods of an idle one carry zero, an earlier value or none."""
    zero_when_idle = {row["process"] for row in processes if row["is_idle_precursor_zero"]}
    idle = taken_from_stock(processes, flows)
    priced = []
    for flow in flows:
        if flow["process"] not in active or not flow["consumed"]:
            continue
        name = flow["precursor"]
        if flow["is_own"] and name in idle:
            known = dict.fromkeys(CHAINS, 0.0) if name in zero_when_idle else earlier.get(name, {})
            values = {chain: known.get(chain) for chain in CHAINS}
            flow = {**flow, "is_own": False, "is_idle": True, "made_in": known.get("period"), **values}
        priced.append(flow)
    return priced


def _consumption_matrix(active: Sequence[Row], flows: Sequence[Row]) -> list[list[float]]:
    """Return one less what each process consumes of each per tonne that it makes (eq. 61)."""
    place = {row["process"]: index for index, row in enumerate(active)}
    matrix = [[1.0 if row is other else 0.0 for other in active] for row in active]
    for flow in flows:
        if flow["is_own"]:
            consumer = place[flow["process"]]
            share = flow["consumed"] / active[consumer]["activity_level"]
            matrix[consumer][place[flow["precursor"]]] -= share
    return matrix


def _own_and_bought(process: Row, flows: Sequence[Row]) -> list[float]:
    """Return what a tonne carries without precursors of the site, one value a chain (eq. 62 and 63)."""
    values = [_specific(process, chain) for chain in CHAINS]
    for flow in flows:
        if flow["process"] == process["process"] and not flow["is_own"]:
            share = flow["consumed"] / process["activity_level"]
            values = [
                value + share * (flow[chain] or 0.0) for value, chain in zip(values, CHAINS, strict=True)
            ]
    return values


def _missing(active: Sequence[Row], flows: Sequence[Row], chain: str) -> dict[str, str]:
    """Say which processes lack a value of their own or of a precursor, and all that consume from them."""
    missing = {
        row["process"]: "no admissible value for its own emissions" for row in active if row[chain] is None
    }
    bought = [flow for flow in flows if not flow["is_own"] and flow[chain] is None]
    own = [flow for flow in flows if flow["is_own"]]
    found = True
    while found:
        found = [
            flow
            for flow in [*bought, *(flow for flow in own if flow["precursor"] in missing)]
            if flow["process"] not in missing
        ]
        for flow in found:
            missing.setdefault(flow["process"], _reason(flow))
    return missing


def _reason(flow: Row) -> str:
    name = flow["precursor"]
    if flow.get("made_in"):
        return (
            f"precursor {name}, taken from stock: {flow['made_in']}, the last period that made any, "
            f"has no value · 前驅物取自存貨，最近一次產出之期間 {flow['made_in']} 無數值"
        )
    if flow.get("is_idle"):
        return (
            f"precursor {name} made nothing in the period nor in an earlier one that was refreshed"
            " · 前驅物本期及先前已更新之期間均無產出"
        )
    return f"no admissible value for precursor {name}"


def _rows(relation: Any, order: str) -> list[dict[str, Any]]:
    ordered = relation.order(order)
    return [dict(zip(ordered.columns, row, strict=True)) for row in ordered.fetchall()]


class Earlier:
    """The values of earlier periods: those of this build, and those that the model kept from others."""

    def __init__(self, dbt: Any, session: Any) -> None:
        """Read nothing yet: few periods ask."""
        self.session = session
        self.kept = str(dbt.this) if dbt.is_incremental else None
        self.built: list[dict[str, Any]] = []

    def last_made(self, site: str, period: str, series: str, process: str) -> dict[str, Any]:
        """Return the last earlier period of the same length that made any, and its value a chain."""

        def fits(row: Row) -> bool:
            same = (row["site"], row["series"], row["process"]) == (site, series, process)
            return same and len(row["period"]) == len(period) and row["period"] < period

        rows = [row for row in self.built if fits(row) and row["reason"] != IDLE]
        if self.kept:
            kept = self.session.sql(
                f"select period, chain, value from {self.kept} where site = ? and series = ? and process = ? "
                "and length(period) = length(?) and period < ? and reason is distinct from ?",
                params=[site, series, process, period, period, IDLE],
            )
            rows += _rows(kept, "period, chain")
        last = max((row["period"] for row in rows), default=None)
        values = {row["chain"]: row["value"] for row in rows if row["period"] == last}
        # Free allocation follows the year of import, not the year that made the precursor.
        return {**values, "sefa": None, "period": last} if last else {}


def model(dbt: Any, session: Any) -> Any:
    """Return one row a site, period, series, process and chain."""
    import pyarrow

    scope = ("site", "period", "series")

    def place(row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in scope)

    flows = {
        key: list(rows)
        for key, rows in groupby(
            _rows(dbt.ref("calc_see_flow"), "site, period, series, process, precursor"), key=place
        )
    }
    history = Earlier(dbt, session)
    for key, group in groupby(_rows(dbt.ref("calc_see_balance"), "site, period, series, process"), key=place):
        processes, taken = list(group), flows.get(key, [])
        earlier = {name: history.last_made(*key, name) for name in sorted(taken_from_stock(processes, taken))}
        try:
            results = embedded_emissions(processes, taken, earlier)
        except SingularSupplyChainError as error:
            raise SingularSupplyChainError(f"site {key[0]}, period {key[1]}: {error}") from error
        history.built += [{**dict(zip(scope, key, strict=True)), **result} for result in results]
    text, number = pyarrow.string(), pyarrow.float64()
    names = {name: text for name in (*scope, "process", "chain", "reason", "earlier_period")}
    numbers = {name: number for name in ("value", "recirculated", "earlier_value")}
    # A relation of this session is written in its transaction, an Arrow table in one of its own.
    return session.from_arrow(
        pyarrow.Table.from_pylist(history.built, schema=pyarrow.schema({**names, **numbers}))
    )
