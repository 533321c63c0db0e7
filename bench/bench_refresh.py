"""A month's refresh over 20 M readings against a bare script, and the trace of a product figure.

The refresh is measured in one warm process at two sizes: the whole history, and a plant of one meter and one
month. The small one is the fixed overhead of the orchestration (models, gates, package), which is told apart;
what the large one takes above it is compared with a hand-written DuckDB script that computes the same product
figures from the same landed Parquet. These refreshes find that their package would be the one that stands;
what it costs to write it, with the month's readings and a copy of their whole document, is told at the end.

    python -m bench.bench_refresh [--meters 200] [--months 34] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import time
from pathlib import Path

import duckdb

from bench.generate_readings import bench_folder, generate
from bench.plant import ELECTRICITY_FACTOR, GOOD_KG, METERS_A_PROCESS, SITE, write_papers
from tracetonne.settings import Home, home

MONTH = "2025-06"
TRACES = 21


def _land(root: Path, readings: list[Path], meters: int) -> Home:
    """Make a home with the plant in it, from nothing."""
    from tracetonne.landing.land import land_paths

    shutil.rmtree(root, ignore_errors=True)
    os.environ["TRACETONNE_HOME"] = str(root)
    papers = write_papers(root / "papers", readings, meters, MONTH)
    results = land_paths(home(), [*papers, *readings], SITE)
    for result in results:
        if result.status == "rejected":
            sys.exit(f"{result.path}: {result.rejections}")
    return home()


def _refresh_seconds(of: Home) -> float:
    from orchestration.refresh import refresh

    os.environ["TRACETONNE_HOME"] = str(of.root)
    started = time.perf_counter()
    result = refresh(of, SITE, MONTH, force=True)
    if result.status != "published":
        sys.exit(f"The refresh did not publish: {result.as_dict()}")
    return time.perf_counter() - started


def _new_package_seconds(of: Home) -> float:
    """Refresh once more without any package: figures, readings and their document are written."""
    shutil.rmtree(of.exports)
    return _refresh_seconds(of)


def _script_seconds(of: Home) -> tuple[float, dict[str, float]]:
    """Compute tCO2e/t of every product by hand: metered share of the bill, times factor, over tonnes made.

    Gaps are filled by the product's rule, in floating point, without checksum, trail or duplicates.
    """
    started = time.perf_counter()
    connection = duckdb.connect(config={"threads": 2})
    rows = connection.execute(
        f"""
        with readings as (
            select
                meter, interval_start_local as starts_at, quantity,
                lead(interval_start_local) over meters as next_at, lead(quantity) over meters as next_quantity
            from read_parquet('{of.landing}/meter_reading/site={SITE}/*.parquet')
            where interval_start_local >= timestamp '{MONTH}-01'
                and interval_start_local < timestamp '{MONTH}-01' + interval 1 month
                and quantity is not null
            window meters as (partition by meter order by interval_start_local)
        ),
        filled as (
            select
                meter, sum(quantity) as kwh, avg(quantity) + 2 * stddev_samp(quantity) as conservative,
                sum((quantity + next_quantity) / 2 * (date_diff('minute', starts_at, next_at) / 15 - 1))
                    filter (where date_diff('minute', starts_at, next_at) between 16 and 75) as bridged,
                coalesce(sum(date_diff('minute', starts_at, next_at) / 15 - 1)
                    filter (where date_diff('minute', starts_at, next_at) > 75), 0)
                + date_diff('minute', timestamp '{MONTH}-01', min(starts_at)) / 15
                + date_diff('minute', max(starts_at), timestamp '{MONTH}-01' + interval 1 month) / 15 - 1
                    as missing
            from readings
            group by meter
        ),
        metered as (
            select (substr(meter, 2)::integer - 1) // {METERS_A_PROCESS} + 1 as line,
                sum(kwh + coalesce(bridged, 0) + conservative * missing) as kwh
            from filled
            group by 1
        ),
        bill as (
            select quantity::double as kwh
            from read_parquet('{of.landing}/utility_bill/site={SITE}/*.parquet')
        )
        select line, metered.kwh / sum(metered.kwh) over () * bill.kwh / 1000 * {ELECTRICITY_FACTOR}
            / ({GOOD_KG} / 1000.0)
        from metered, bill
        """
    ).fetchall()
    connection.close()
    return time.perf_counter() - started, {f"P-line_{line:02d}": value for line, value in rows}


def _check(of: Home, expected: dict[str, float]) -> None:
    """Both must say the same, up to the rounding of floating-point sums."""
    from tracetonne.figures import read_figures

    found = {
        row["product"]: row["value"]
        for row in read_figures(of, SITE, MONTH).rows
        if row["quantity"] == "see_indirect" and row["series"] == "management" and row["product"]
        and row["period"] == MONTH
    }  # fmt: skip
    for product, value in expected.items():
        if abs(found[product] - value) > 1e-9 * value:
            sys.exit(f"{product}: the refresh says {found[product]}, the script {value}")


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

    whole, _ = generate(bench_folder(), asked.meters, asked.months)
    _, single = generate(bench_folder(), 1, asked.months)
    month = next(path for path in single if MONTH in path.name)
    large = _land(bench_folder() / "home_large", [whole], asked.meters)
    small = _land(bench_folder() / "home_small", [month], 1)
    _refresh_seconds(small)
    _refresh_seconds(large)
    pairs = [
        (_refresh_seconds(large), _refresh_seconds(small), _script_seconds(large)[0])
        for _ in range(asked.rounds)
    ]
    _check(large, _script_seconds(large)[1])
    overhead = statistics.median(low for _, low, _ in pairs)
    work = statistics.median(high - low for high, low, _ in pairs)
    script = statistics.median(bare for _, _, bare in pairs)
    print(f"refresh of a month over {asked.meters} meters x {asked.months} months of 15-minute readings")
    print(f"  fixed overhead of the orchestration     {overhead:8.2f} s   (target: under 12 s)")
    print(f"  above it, over the whole history        {work:8.2f} s")
    print(f"  hand-written DuckDB script              {script:8.2f} s")
    allowed = 12 + 1.5 * script
    print(f"  the whole refresh                       {overhead + work:8.2f} s   (target: {allowed:.2f} s)")
    print(f"  ratio of what is above the overhead     {work / script:8.2f}")
    written = _new_package_seconds(large) - overhead - work
    print(f"  to write its package anew adds          {written:8.2f} s")
    milliseconds = _trace_milliseconds(large)
    print(f"trace of a product figure, median of {TRACES}    {milliseconds:8.1f} ms  (target: under 50 ms)")


if __name__ == "__main__":
    main()
