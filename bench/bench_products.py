"""A month's refresh of many products with a long history, against a bare script and against a short history.

The same plant is landed twice, with a long and with a short history, and all of it computed and served.
Then its last month is refreshed in one warm process, the two in turn, each time to a new package. What a
refresh costs at hardly any size, two processes with two products, is the fixed overhead of the
orchestration (models, gates, package): it is told apart, and what lies above is compared with a
hand-written DuckDB script of the same product figures from the same Parquet (`products_script.sql`,
`figures_script.sql`), which writes them as Parquet and CSV with their hashes too. Everything is told by the
clock and in processor seconds, which other programs on the machine disturb less.

    python -m bench products [--products 10000] [--processes 200] [--months 60] [--rounds 3]
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from bench.generate_readings import bench_folder
from bench.ledger_plant import months_until, write_plant
from bench.refreshing import Cost, Meter, prepared, refresh_cost
from bench.script import check_figures, write_figures
from tracetonne.settings import Home

SITE = "ledger_plant"
MONTH = "2025-06"


def _prepared(root: Path, processes: int, products: int, months: int) -> Home:
    covered = months_until(MONTH, months)
    return prepared(root, lambda folder: write_plant(folder, processes, products, covered), SITE, covered)


def _script_cost(of: Home, folder: Path) -> Cost:
    """Run the bare script over what was landed in a home."""
    meter = Meter()
    write_figures("products", of, SITE, MONTH, folder)
    return meter.read()


def main() -> None:
    """Print the figures, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=200)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()

    folder = bench_folder() / "products"
    long = _prepared(folder / "long", asked.processes, asked.products, asked.months)
    short = _prepared(folder / "short", asked.processes, asked.products, 1)
    least = _prepared(folder / "least", 2, 2, 1)
    refreshes = [[refresh_cost(of, SITE, MONTH) for of in (long, short, least)] for _ in range(asked.rounds)]
    # Last, because what it leaves to the allocator slows what comes after.
    script = [_script_cost(long, folder / "script") for _ in range(asked.rounds)]
    rounds = [(*costs, bare) for costs, bare in zip(refreshes, script, strict=True)]
    checked = check_figures(long, SITE, MONTH, folder / "script" / "figure.parquet")
    print(
        f"refresh of a month: {asked.products} products, {asked.processes} processes, {asked.months} months; "
        f"{checked} figures agree with the script to 1e-9"
    )
    for number, unit in enumerate(("seconds by the clock", "processor seconds")):
        _print(unit, [tuple(cost[number] for cost in one) for one in rounds])


def _print(unit: str, rounds: list[tuple[float, ...]]) -> None:
    """Print medians of rounds: long and short history, smallest plant, script."""
    whole, brief, overhead, script = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(one[0] / one[1] for one in rounds)
    above = statistics.median(one[0] - one[2] for one in rounds)
    print(f"{unit}")
    print(f"  the whole refresh                     {whole:8.2f}")
    print(f"  with 1 month of history               {brief:8.2f}")
    print(f"  ratio of the two                      {ratio:8.2f}     (target: at most 1.2)")
    print(f"  fixed overhead of the orchestration   {overhead:8.2f}")
    print(f"  hand-written DuckDB script            {script:8.2f}")
    print(f"  above the overhead, in scripts        {above / script:8.2f}     (target: at most 2)")


if __name__ == "__main__":
    main()
