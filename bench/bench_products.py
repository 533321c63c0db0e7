"""A month's refresh of many products with a long history, against a bare script and against a short history.

The same plant is landed twice, with a long and with a short history, and all of it computed and served.
Then its last month is refreshed in one warm process, the two in turn, each time to a new package. What a
refresh costs at hardly any size, two processes with two products, is the fixed overhead of the
orchestration (models, gates, package): it is told apart, and what lies above is compared with a
hand-written DuckDB script of the same product figures from the same Parquet (`products_script.sql`), which
writes them as Parquet and CSV with their hashes too. Everything is told by the clock and in processor
seconds, which other programs on the machine disturb less.

    python -m bench products [--products 10000] [--processes 200] [--months 60] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import time
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import duckdb

from bench.generate_readings import bench_folder
from bench.ledger_plant import months_until, write_plant
from bench.products_script import write_figures
from tracetonne import serving
from tracetonne.settings import Home, home

SITE = "ledger_plant"
MONTH = "2025-06"
SAME = (
    "period", "period_start", "period_end", "process", "product_name", "cn_code", "series", "quantity",
    "unit", "regime",
)  # fmt: skip

Cost = tuple[float, float]
"""Seconds by the clock, processor seconds."""


def _prepared(root: Path, processes: int, products: int, months: int) -> Home:
    """Make a home with the plant in it, every month computed and served, and refresh the last once."""
    from orchestration.dbt_build import build_models, build_seeds
    from orchestration.nodes import failed
    from tracetonne.landing.land import land_paths

    shutil.rmtree(root, ignore_errors=True)
    os.environ["TRACETONNE_HOME"] = str(root)
    covered = months_until(MONTH, months)
    for result in land_paths(home(), write_plant(root / "papers", processes, products, covered), SITE):
        if result.status == "rejected":
            sys.exit(f"{result.path}: {result.rejections}")
    nodes = build_seeds(home())
    for _, months_of_year in groupby(covered, key=lambda month: month[:4]):
        nodes += build_models(home(), SITE, list(months_of_year))
    if broken := failed(nodes):
        sys.exit(f"The history could not be computed: {broken[0].name}: {broken[0].message}")
    with duckdb.connect(str(home().warehouse)) as warehouse:
        serving.publish_rows(home(), warehouse, SITE, covered)
    _refresh_cost(home())
    return home()


def _refresh_cost(of: Home) -> Cost:
    from orchestration.refresh import refresh

    os.environ["TRACETONNE_HOME"] = str(of.root)
    shutil.rmtree(of.exports, ignore_errors=True)
    meter = _Meter()
    result = refresh(of, SITE, MONTH, force=True)
    if result.status != "published":
        sys.exit(f"The refresh did not publish: {result.as_dict()}")
    return meter.read()


class _Meter:
    """Seconds by the clock and of the processor since it was made, the gates' own process included."""

    def __init__(self) -> None:
        self._started, self._used = time.perf_counter(), self._processor()

    def read(self) -> Cost:
        return time.perf_counter() - self._started, self._processor() - self._used

    @staticmethod
    def _processor() -> float:
        used = time.process_time()
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                _, parent, *rest = path.read_text().rpartition(")")[2].split()
                if int(parent) == os.getpid():
                    used += (int(rest[9]) + int(rest[10])) / os.sysconf("SC_CLK_TCK")
        return used


def _script_cost(of: Home, folder: Path) -> Cost:
    """Run the bare script over what was landed in a home."""
    folder.mkdir(parents=True, exist_ok=True)
    meter = _Meter()
    write_figures(of.landing, SITE, MONTH, folder)
    return meter.read()


def _check(of: Home, folder: Path) -> int:
    """Both must say the same of every product, up to the rounding of sums of doubles; return how many."""
    build = serving.current(of, SITE, MONTH)
    if build is None:
        sys.exit("Nothing is served.")
    same = " and ".join(f"ours.{name} is not distinct from script.{name}" for name in SAME)
    near = " and ".join(
        f"(ours.{name} is null) = (script.{name} is null) "
        f"and coalesce(abs(ours.{name} - script.{name}) <= 1e-9 * abs(script.{name}), true)"
        for name in ("value", "rounded")
    )
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""
            select coalesce(ours.figure_key, script.figure_key), ours.value, script.value,
                coalesce({same} and {near}, false) as agrees
            from (from '{build.tables["out_figure"]}' where product is not null) as ours
            full join '{folder}/figure.parquet' as script using (figure_key)
            order by agrees
            """
        ).fetchall()
    if not rows[0][-1]:
        sys.exit(f"{rows[0][0]}: the refresh says {rows[0][1]}, the script {rows[0][2]}")
    return len(rows)


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
    rounds = [
        (
            _refresh_cost(long),
            _refresh_cost(short),
            _refresh_cost(least),
            _script_cost(long, folder / "script"),
        )
        for _ in range(asked.rounds)
    ]
    checked = _check(long, folder / "script")
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
    above = statistics.median((one[0] - one[2]) / one[3] for one in rounds)
    print(f"{unit}")
    print(f"  the whole refresh                     {whole:8.2f}")
    print(f"  with 1 month of history               {brief:8.2f}")
    print(f"  ratio of the two                      {ratio:8.2f}     (target: at most 1.2)")
    print(f"  fixed overhead of the orchestration   {overhead:8.2f}")
    print(f"  hand-written DuckDB script            {script:8.2f}")
    print(f"  above the overhead, in scripts        {above:8.2f}     (target: at most 2)")


if __name__ == "__main__":
    main()
