"""Specific embedded emissions of processes that feed each other: the one linear solve of the product.

Belongs here: the solution of equations 59 to 63 (IR (EU) 2025/2547 Annex III B) for all processes of an installation
at once, because processes may feed each other in a circle, which SQL cannot follow. Everything around it (what was
emitted, made and consumed, and the lines that show the arithmetic) is SQL.

Rows are eliminated in Python floats in a fixed order, without a linear algebra library, so that the same inputs give
the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

CHAINS = ("see_direct", "see_indirect", "embedded_electricity", "default_part", "chargeable_indirect")
# A pivot below this share of the largest coefficient of its row means that the processes only pass goods in a circle.
SMALLEST_PIVOT = 1e-12


class SingularSupplyChainError(ValueError):
    """Processes consume, directly or through each other, all that they make: no intensity solves their balance."""


def solve(
    matrix: Sequence[Sequence[float]], right_hand_sides: Sequence[Sequence[float]], names: Sequence[str]
) -> list[list[float]]:
    """Solve a square linear system for several right-hand sides by Gaussian elimination with partial pivoting.

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
    scales = [max((abs(value) for value in row[:size]), default=0.0) for row in rows]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if abs(rows[pivot][column]) <= SMALLEST_PIVOT * max(scales):
            raise SingularSupplyChainError(
                f"the processes {', '.join(sorted(names))} feed each other so that "
                f"{names[column]!r} consumes all that it makes"
            )
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(column + 1, size):
            factor = rows[row][column] / rows[column][column]
            if factor:
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    for column in reversed(range(size)):
        divisor = rows[column][column]
        rows[column] = [value / divisor for value in rows[column]]
        for row in range(column):
            factor = rows[row][column]
            if factor:
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[size:] for row in rows]


def embedded_emissions(
    processes: Sequence[Mapping[str, object]], flows: Sequence[Mapping[str, object]]
) -> list[dict[str, object]]:
    """Find every specific value of one installation, period and series.

    Args:
        processes: Per process its name, activity level (t), attributed amount a chain (tCO2e, MWh) and whether an
            idle process counts as zero where another consumes its goods.
        flows: Per consuming process and precursor the amount (t) and, of purchased ones, the specific value a chain.

    Returns:
        Per process and chain the value a tonne, or null with its reason, and `recirculated`: how much of the
        process's own direct value comes back to it through a circle.

    Raises:
        SingularSupplyChainError: The processes have no unique balance.
    """
    active = [row for row in processes if _number(row["activity_level"]) > 0]
    names = [str(row["process"]) for row in active]
    place = {name: index for index, name in enumerate(names)}
    matrix = [[1.0 if row == column else 0.0 for column in range(len(names))] for row in range(len(names))]
    own = [
        [_number(row[chain]) / _number(row["activity_level"]) for chain in CHAINS] for row in active
    ]
    bought = [list(values) for values in own]
    idle_is_zero = {str(row["process"]): bool(row["is_idle_precursor_zero"]) for row in processes}
    missing: dict[str, dict[str, str]] = {chain: {} for chain in CHAINS}
    for row in active:
        for chain in CHAINS:
            if row[chain] is None:
                missing[chain][str(row["process"])] = "no admissible value for its own emissions"
    for flow in flows:
        consumer, precursor = str(flow["process"]), str(flow["precursor"])
        if consumer not in place:
            continue
        index = place[consumer]
        share = _number(flow["consumed"]) / _number(active[index]["activity_level"])
        if flow["is_own"] and precursor in place:
            matrix[index][place[precursor]] -= share
            continue
        for number, chain in enumerate(CHAINS):
            value = flow[chain]
            if flow["is_own"]:
                value = 0.0 if idle_is_zero.get(precursor, False) else None
            if value is None and share:
                missing[chain].setdefault(consumer, f"no admissible value for precursor {precursor}")
            bought[index][number] += share * _number(value)
    identity = [[1.0 if row == column else 0.0 for column in range(len(names))] for row in range(len(names))]
    solved = solve(matrix, [[*bought[row], *identity[row]] for row in range(len(names))], names)
    results: list[dict[str, object]] = []
    for number, chain in enumerate(CHAINS):
        reasons = _spread(missing[chain], flows)
        for row in processes:
            name = str(row["process"])
            reason = reasons.get(name)
            value: float | None = None
            recirculated = 0.0
            if name not in place:
                reason = "no activity in the period"
            elif reason is None:
                value = solved[place[name]][number]
                loop = solved[place[name]][len(CHAINS) + place[name]] - 1.0
                recirculated = loop * own[place[name]][number] if abs(loop) > SMALLEST_PIVOT else 0.0
            results.append(
                {"process": name, "chain": chain, "value": value, "recirculated": recirculated, "reason": reason}
            )
    return results


def _number(value: object) -> float:
    return 0.0 if value is None else float(str(value)) if not isinstance(value, float | int) else float(value)


def _spread(missing: Mapping[str, str], flows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Carry a missing value to every process that consumes from one that lacks it."""
    reasons = dict(missing)
    own_flows = [flow for flow in flows if flow["is_own"] and _number(flow["consumed"])]
    changed = True
    while changed:
        changed = False
        for flow in own_flows:
            producer, consumer = str(flow["precursor"]), str(flow["process"])
            if producer in reasons and consumer not in reasons:
                reasons[consumer] = f"no admissible value for precursor {producer}"
                changed = True
    return reasons


def _rows(relation, order: str) -> list[dict[str, object]]:
    ordered = relation.order(order)
    return [dict(zip(ordered.columns, row, strict=True)) for row in ordered.fetchall()]


def model(dbt, session):
    """Return one row a site, period, series, process and chain."""
    import pyarrow

    dbt.config(materialized="table")
    scope = ("site", "period", "series")
    processes = _rows(dbt.ref("calc_see_balance"), "site, period, series, process")
    flows = _rows(dbt.ref("calc_see_flow"), "site, period, series, process, precursor")
    flows_of = {key: list(rows) for key, rows in groupby(flows, key=lambda row: tuple(row[c] for c in scope))}
    columns: dict[str, list[object]] = {
        name: [] for name in (*scope, "process", "chain", "value", "recirculated", "reason")
    }
    for key, rows in groupby(processes, key=lambda row: tuple(row[c] for c in scope)):
        try:
            results = embedded_emissions(list(rows), flows_of.get(key, []))
        except SingularSupplyChainError as error:
            raise SingularSupplyChainError(f"site {key[0]}, period {key[1]}: {error}") from error
        for result in results:
            for name, value in (*zip(scope, key, strict=True), *result.items()):
                columns[name].append(value)
    numbers = ("value", "recirculated")
    return pyarrow.table(
        {
            name: pyarrow.array(values, pyarrow.float64() if name in numbers else pyarrow.string())
            for name, values in columns.items()
        }
    )
