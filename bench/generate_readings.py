"""Write the readings that the benchmarks land: 200 meters, 15 minutes, 34 months, as one file and by month.

The values come from a hash of meter and time, so that every machine gets the same bytes. Files are kept
outside the checkout (`TRACETONNE_BENCH_DIR`, else `var/bench`) because together they take 1.6 GB.

    python bench/generate_readings.py [--meters 200] [--months 34] [FOLDER]
"""

from __future__ import annotations

import argparse
import itertools
import os
from pathlib import Path

import duckdb

FIRST_MONTH = "2023-01-01"


def bench_folder() -> Path:
    """Return the folder of generated files: `TRACETONNE_BENCH_DIR`, else `var/bench` of the checkout."""
    moved = os.environ.get("TRACETONNE_BENCH_DIR")
    return Path(moved) if moved else Path(__file__).resolve().parent.parent / "var" / "bench"


def _readings_query(meters: int, first: str, after: str) -> str:
    """Select the readings of all meters from `first` to before `after`, in meter order, as printed text."""
    return f"""
        select
            -- The byte order mark that spreadsheet exports begin with rides on the first heading.
            'M' || lpad(meter_number::varchar, 3, '0') as "\ufeffmeter",
            strftime(interval_start, '%Y-%m-%d %H:%M') as interval_start,
            -- 0.000 to 249.999 kWh; DECIMAL so that three decimals are printed.
            case when pick = 17 then null else (hash(meter_number, interval_start) % 250000 /
            1000)::decimal(9, 3) end
                as consumption_kwh,
            case when pick = 17 then 'N' when pick < 17 then 'E' else 'A' end as quality
        from (
            select meter_number, interval_start, hash(interval_start, meter_number, 'q') % 4000 as pick
            from range(1, {meters} + 1) as m(meter_number)
            cross join range(timestamp '{first}', timestamp '{after}', interval 15 minute) as
            t(interval_start)
        )
        order by meter_number, interval_start
    """


def _write(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    if target.exists():
        return
    partial = target.with_name(f".{target.name}.partial")
    connection.execute(f"copy ({query}) to '{partial}' (format csv, header true)")
    partial.replace(target)


def generate(folder: Path, meters: int = 200, months: int = 34) -> tuple[Path, list[Path]]:
    """Write the files that are not there yet.

    Args:
        folder: Where they go; a subfolder a size, so that small trials and the full bench do not mix.
        meters: How many meters.
        months: How many months from January 2023 on.

    Returns:
        The one file in meter order, and the files a month.
    """
    home = folder / f"readings_{meters}x{months}"
    (home / "monthly").mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "1500MB", "temp_directory": str(home)})
    starts = [
        row[0]
        for row in connection.execute(
            f"""
            select strftime(date '{FIRST_MONTH}' + to_months(m::integer), '%Y-%m-%d')
            from range({months} + 1) as t(m)
            """
        ).fetchall()
    ]
    whole = home / "all_meters.csv"
    _write(connection, _readings_query(meters, starts[0], starts[-1]), whole)
    monthly = []
    for first, after in itertools.pairwise(starts):
        target = home / "monthly" / f"readings_{first[:7]}.csv"
        _write(connection, _readings_query(meters, first, after), target)
        monthly.append(target)
    connection.close()
    return whole, monthly


def main() -> None:
    """Write the bench files and print where they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=bench_folder())
    parser.add_argument("--meters", type=int, default=200)
    parser.add_argument("--months", type=int, default=34)
    options = parser.parse_args()
    whole, monthly = generate(options.folder, options.meters, options.months)
    print(f"{whole} ({whole.stat().st_size / 1e6:.0f} MB) and {len(monthly)} files in {monthly[0].parent}")


if __name__ == "__main__":
    main()
