"""Measure the landing of 20 million meter readings against a bare DuckDB COPY of the same files.

The baseline neither hashes, copies nor registers. Both run in turns, each in its own process, from a warm
page cache; the least time of each counts. Peak memory is that of the process.

    python bench/bench_landing.py [--rounds 3] [--meters 200] [--months 34]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.generate_readings import bench_folder, generate

_TYPES = (
    "{'meter': 'VARCHAR', 'interval_start': 'TIMESTAMP', 'consumption_kwh': 'DECIMAL(18,6)', "
    "'quality': 'VARCHAR'}"
)


@dataclass(frozen=True)
class Run:
    """One run of one side: wall time, processor time and peak memory."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def _copy(files: Sequence[Path], target: Path) -> None:
    """The baseline: one typed COPY a file."""
    connection = duckdb.connect()
    for index, path in enumerate(files):
        connection.execute(
            f"copy (from read_csv('{path}', columns = {_TYPES}, header = true)) "
            f"to '{target / str(index)}.parquet' (format parquet)"
        )
    connection.close()


def _land(files: Sequence[Path], target: Path) -> None:
    from tracetonne.landing.land import land_paths
    from tracetonne.settings import Home

    results = land_paths(Home(root=target, exports=target / "exports"), files, "bench")
    if any(result.status != "landed" or result.records_rejected for result in results):
        raise SystemExit(f"the readings did not land: {results}")


def _child(side: str, files: Sequence[Path], target: Path) -> None:
    """Do one run in this process and print it; imports are not part of it."""
    if side == "landing":
        from tracetonne.landing import land  # noqa: F401
    started = time.perf_counter()
    (_land if side == "landing" else _copy)(files, target)
    seconds = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
                "peak_mb": usage.ru_maxrss / 1024,
            }
        )
    )


def _run(side: str, files: Sequence[Path], folder: Path) -> Run:
    with tempfile.TemporaryDirectory(dir=folder) as target:
        done = subprocess.run(
            [sys.executable, __file__, "--child", side, "--target", target, *map(str, files)],
            check=True,
            capture_output=True,
            text=True,
        )
        # Evidence is read-only; its folder is not.
        shutil.rmtree(target, ignore_errors=True)
        Path(target).mkdir(exist_ok=True)
    return Run(**json.loads(done.stdout))


def _warm(files: Sequence[Path]) -> None:
    for path in files:
        with path.open("rb", buffering=0) as handle:
            while handle.read(1 << 24):
                pass


def measure(files: Sequence[Path], folder: Path, rounds: int) -> dict[str, float]:
    """Run both sides in turns and return the least of each, with the ratios.

    Args:
        files: What is landed.
        folder: Where both sides write; the file system of the bench files.
        rounds: How often each side runs.
    """
    _warm(files)
    runs: dict[str, list[Run]] = {"baseline": [], "landing": []}
    for _ in range(rounds):
        for side, done in runs.items():
            done.append(_run(side, files, folder))
    best = {side: min(run.seconds for run in done) for side, done in runs.items()}
    cpu = {side: min(run.cpu_seconds for run in done) for side, done in runs.items()}
    return {
        "baseline_seconds": best["baseline"],
        "landing_seconds": best["landing"],
        "ratio": best["landing"] / best["baseline"],
        "cpu_ratio": cpu["landing"] / cpu["baseline"],
        "peak_mb": max(run.peak_mb for run in runs["landing"]),
    }


def main() -> None:
    """Print the ratio and the peak memory for both shapes of the bench data."""
    parser = argparse.ArgumentParser(description="Landing of meter readings against a bare DuckDB COPY.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--meters", type=int, default=200)
    parser.add_argument("--months", type=int, default=34)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--child", choices=("baseline", "landing"), help=argparse.SUPPRESS)
    parser.add_argument("--target", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.child, options.files, options.target)
        return
    folder = bench_folder()
    whole, monthly = generate(folder, options.meters, options.months)
    results = {
        "one file": measure([whole], folder, options.rounds),
        "a file a month": measure(monthly, folder, options.rounds),
    }
    if options.json:
        print(json.dumps(results))
        return
    print(
        f"{'landing of readings':<20}{'COPY s':>10}{'land s':>10}{'ratio':>8}{'cpu ratio':>11}{'peak MB':>9}"
    )
    for name, result in results.items():
        print(
            f"{name:<20}{result['baseline_seconds']:>10.2f}{result['landing_seconds']:>10.2f}"
            f"{result['ratio']:>8.2f}{result['cpu_ratio']:>11.2f}{result['peak_mb']:>9.0f}"
        )


if __name__ == "__main__":
    main()
