"""A month's refresh over 20 M readings against a bare script, and the trace of a product figure.

The plant is landed with its whole history of readings, and with one meter; the months of twelve are computed
and served. Then the last is refreshed in one warm process, which publishes figures of the month, of the year
to date and of twelve months: first where the package that stands is the same, then to a new package, with its
readings and the whole document that they stand in. What one meter costs is the fixed overhead of the
orchestration (models, gates, package): it is told apart, and what lies above is compared with a hand-written
DuckDB script of the same product figures from the same landed Parquet (`readings_script.sql`,
`figures_script.sql`), which writes them as Parquet and CSV with their hashes too.

    python -m bench refresh [--meters 200] [--months 34] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path

from bench.generate_readings import bench_folder, generate
from bench.ledger_plant import months_until
from bench.plant import METERS_A_PROCESS, SITE, write_papers
from bench.refreshing import Cost, Meter, prepared, refresh_cost
from bench.script import check_figures, write_figures
from tracetonne.settings import Home

MONTH = "2025-06"
COVERED = months_until(MONTH, 12)
TRACES = 21


def _prepared(root: Path, readings: Path, meters: int) -> Home:
    def papers(folder: Path) -> list[Path]:
        return [*write_papers(folder, [readings], meters, COVERED), readings]

    return prepared(root, papers, SITE, COVERED)


def _script_cost(of: Home, folder: Path) -> Cost:
    """Run the bare script over what was landed in a home."""
    meter = Meter()
    write_figures("readings", of, SITE, MONTH, folder, meters_a_process=METERS_A_PROCESS)
    return meter.read()


def _trace_milliseconds(of: Home) -> float:
    from tracetonne.trace import trace

    os.environ["TRACETONNE_HOME"] = str(of.root)
    figure = f"{SITE}:{MONTH}:line_01:P-line_01:see_indirect:management"
    taken = []
    for _ in range(TRACES):
        started = time.perf_counter()
        trace(of, figure)
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Print the figures, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meters", type=int, default=200)
    parser.add_argument("--months", type=int, default=34)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()

    folder = bench_folder()
    whole, _ = generate(folder, asked.meters, asked.months)
    single, _ = generate(folder, 1, asked.months)
    large = _prepared(folder / "home_large", whole, asked.meters)
    small = _prepared(folder / "home_small", single, 1)
    stands, new = (
        [
            tuple(refresh_cost(of, SITE, MONTH, new_package=is_new) for of in (large, small))
            for _ in range(asked.rounds)
        ]
        for is_new in (False, True)
    )
    # Last, because what it leaves to the allocator slows what comes after.
    script = [_script_cost(large, folder / "script") for _ in range(asked.rounds)]
    checked = check_figures(large, SITE, MONTH, folder / "script" / "figure.parquet")
    print(
        f"refresh of a month over {asked.meters} meters x {asked.months} months of 15-minute readings; "
        f"{checked} figures agree with the script to 1e-9"
    )
    for number, unit in enumerate(("seconds by the clock", "processor seconds")):
        bare = statistics.median(cost[number] for cost in script)
        print(f"{unit}")
        print(f"  hand-written DuckDB script            {bare:8.2f}")
        _print("the package stands", [tuple(cost[number] for cost in one) for one in stands], bare)
        _print("to a new package", [tuple(cost[number] for cost in one) for one in new], bare)
    milliseconds = _trace_milliseconds(large)
    print(f"trace of a product figure, median of {TRACES}    {milliseconds:8.1f} ms  (target: under 50 ms)")


def _print(what: str, rounds: list[tuple[float, ...]], script: float) -> None:
    """Print medians of rounds: all meters, one meter."""
    whole, overhead = (statistics.median(column) for column in zip(*rounds, strict=True))
    above = statistics.median(large - small for large, small in rounds)
    print(f"  the whole refresh, {what:19}{whole:8.2f}")
    print(f"  fixed overhead of the orchestration   {overhead:8.2f}     (target: under 12)")
    print(f"  above the overhead, in scripts        {above / script:8.2f}     (target: at most 1.5)")


if __name__ == "__main__":
    main()
