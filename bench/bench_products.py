"""A month's refresh of many products with a long history, against a bare script and against a short history.

The same plant is landed twice, with a long and with a short history, and all of it computed and served.
Then its last month is refreshed in one warm process, the two in turn, each time to a new package. What a
refresh costs at hardly any size, two processes with two products, is the fixed overhead of the
orchestration (models, gates, package): it is told apart, and what lies above is compared with a
hand-written DuckDB script of the same product figures from the same Parquet.

    python -m bench products [--products 10000] [--processes 200] [--months 60] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import time
from itertools import groupby
from pathlib import Path

import duckdb

from bench.generate_readings import bench_folder
from bench.ledger_plant import (
    ELECTRICITY_TCO2_PER_MWH,
    LPG_GJ_PER_T,
    LPG_TCO2_PER_TJ,
    months_until,
    write_plant,
)
from tracetonne.settings import Home, home

SITE = "ledger_plant"
MONTH = "2025-06"


def _prepared(root: Path, processes: int, products: int, months: int) -> Home:
    """Make a home with the plant in it, every month computed and served, and refresh the last once."""
    from orchestration.dbt_build import build_models, build_seeds
    from orchestration.nodes import failed
    from tracetonne import serving
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
    _refresh_seconds(home())
    return home()


def _refresh_seconds(of: Home) -> float:
    from orchestration.refresh import refresh

    os.environ["TRACETONNE_HOME"] = str(of.root)
    shutil.rmtree(of.exports, ignore_errors=True)
    started = time.perf_counter()
    result = refresh(of, SITE, MONTH, force=True)
    if result.status != "published":
        sys.exit(f"The refresh did not publish: {result.as_dict()}")
    return time.perf_counter() - started


def _script_seconds(of: Home) -> tuple[float, dict[tuple[str, str, str], float]]:
    """Compute direct and indirect tCO2e/t of every product: of the month, the year to date and twelve months.

    Burnt and bought amounts are shared by tonnes made, precursors add what they carry, windows divide sums.
    """
    started = time.perf_counter()
    connection = duckdb.connect(config={"threads": 2})
    rows = connection.execute(
        f"""
        with ledger as (
            select substr(production_date, 1, 7) as month, process, product, material,
                good_quantity::double / 1000 as good_t, input_quantity::double / 1000 as input_t
            from read_parquet('{of.landing}/production_ledger/site={SITE}/*.parquet')
        ),
        bills as (
            select
                printf('%d-%s', substr(bill_month, 1, 3)::integer + 1911, substr(bill_month, 5, 2)) as month,
                quantity::double / 1000 as mwh
            from read_parquet('{of.landing}/utility_bill/site={SITE}/*.parquet')
        ),
        made as (select month, process, sum(good_t) as t from ledger where good_t > 0 group by all),
        burnt as (
            select month, sum(input_t) * {LPG_GJ_PER_T} / 1000 * {LPG_TCO2_PER_TJ} as tco2
            from ledger where material = 'LPG' group by all
        ),
        own as (
            select made.month, made.process, made.t,
                made.t / sum(made.t) over (partition by made.month) * burnt.tco2 as direct,
                made.t / sum(made.t) over (partition by made.month) * bills.mwh
                    * {ELECTRICITY_TCO2_PER_MWH} as indirect
            from made join burnt using (month) join bills using (month)
        ),
        makers as (select distinct product as material, process as maker from ledger where product <> ''),
        carried as (
            select ledger.month, ledger.process, sum(input_t * own.direct / own.t) as direct,
                sum(input_t * own.indirect / own.t) as indirect
            from ledger join makers using (material)
            join own on own.month = ledger.month and own.process = makers.maker
            where input_t > 0 group by all
        ),
        months as (
            select own.month, own.process, own.t, own.direct + coalesce(carried.direct, 0) as direct,
                own.indirect + coalesce(carried.indirect, 0) as indirect
            from own left join carried using (month, process)
        ),
        windows as (
            select
                'month' as span, process, sum(direct) / sum(t) as direct, sum(indirect) / sum(t) as indirect
            from months where month = '{MONTH}' group by all
            union all
            select 'ytd', process, sum(direct) / sum(t), sum(indirect) / sum(t)
            from months where month between '{MONTH[:4]}-01' and '{MONTH}' group by all
            union all
            select 'r12', process, sum(direct) / sum(t), sum(indirect) / sum(t)
            from months where month > '{int(MONTH[:4]) - 1}{MONTH[4:]}' and month <= '{MONTH}' group by all
        )
        select span, makers.material, direct, indirect
        from windows join makers on makers.maker = windows.process
        """
    ).fetchall()
    connection.close()
    found = {}
    for span, product, direct, indirect in rows:
        found[span, product, "see_direct"] = direct
        found[span, product, "see_indirect"] = indirect
    return time.perf_counter() - started, found


def _check(of: Home, expected: dict[tuple[str, str, str], float]) -> int:
    """Both must say the same, up to the rounding of sums of doubles; a short history has no rolling year."""
    from tracetonne.figures import read_figures

    periods = {"month": MONTH, "ytd": f"{MONTH}/YTD", "r12": f"{MONTH}/R12"}
    found = {
        (row["period"], row["product"], row["quantity"]): row["value"]
        for row in read_figures(of, SITE, MONTH).rows
        if row["series"] == "management" and row["product"] and row["value"] is not None
    }
    checked = 0
    for (span, product, quantity), value in expected.items():
        shown = found.get((periods[span], product, quantity))
        if shown is None and span == "r12":
            continue
        if shown is None or abs(shown - value) > 1e-9 * value:
            sys.exit(f"{span} {product} {quantity}: the refresh says {shown}, the script {value}")
        checked += 1
    return checked


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
        (_refresh_seconds(long), _refresh_seconds(short), _refresh_seconds(least), _script_seconds(long)[0])
        for _ in range(asked.rounds)
    ]
    checked = _check(long, _script_seconds(long)[1])
    whole, brief, overhead, script = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(one[0] / one[1] for one in rounds)
    print(
        f"refresh of a month: {asked.products} products, {asked.processes} processes, {asked.months} months"
    )
    print(f"  the whole refresh                     {whole:8.2f} s")
    print(f"  with 1 month of history               {brief:8.2f} s")
    print(f"  ratio of the two                      {ratio:8.2f}     (target: at most 1.2)")
    print(f"  fixed overhead of the orchestration   {overhead:8.2f} s")
    print(f"  hand-written DuckDB script            {script:8.2f} s  ({checked} figures agree to 1e-9)")
    print(
        f"  above the overhead, in scripts        {(whole - overhead) / script:8.2f}     (target: at most 2)"
    )


if __name__ == "__main__":
    main()
