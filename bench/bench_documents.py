"""Measure the readers of XML against bare lxml loops over the same files, and what memory 1 GB of them takes.

A bare loop parses, looks at each record's values as text and forgets it; it judges nothing, writes nothing
and keeps no place. Reading is what the reader does; landing is reading with hash, copy, tables, flushing to
the disk and registration. Every run is a process of its own on one core, from a warm page cache, and the
least of some runs counts. Rates are of processor time, because other programs slow the clock; the clock
stands beside them.

    python -m bench.bench_documents [--mb 128] [--invoices 5000] [--large-mb 1024] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from bench.generate_espi import generate
from bench.generate_invoices import mig_batch, mig_messages
from bench.generate_readings import bench_folder

_MB = 1_000_000


def _each(path: Path, tag: str) -> Iterator[etree._Element]:
    """Yield every element of a tag, and forget it with all that stood before."""
    for _, element in etree.iterparse(str(path), events=("end",), tag=tag):
        yield element
        element.clear()
        while (before := element.getprevious()) is not None:
            element.getparent().remove(before)


def _bare_espi(path: Path, _: Path) -> int:
    readings = 0
    for block in _each(path, "{*}IntervalBlock"):
        for reading in block.iter("{*}IntervalReading"):
            int(reading.findtext("{*}timePeriod/{*}start") or 0)
            int(reading.findtext("{*}value") or 0)
            readings += 1
    return readings


def _lines_of(root: etree._Element) -> int:
    lines = 0
    for item in root.iter("{*}ProductItem"):
        for name in ("Description", "OriginalDescription", "Quantity", "Unit", "UnitPrice", "Amount"):
            item.findtext("{*}" + name)
        lines += 1
    return lines


def _bare_messages(folder: Path, _: Path) -> int:
    count = 0
    for path in folder.iterdir():
        _lines_of(etree.fromstring(path.read_bytes()))
        count += 1
    return count


def _read_file(path: Path, scratch: Path) -> int:
    """Read one document by its reader, tables written as landing writes them."""
    from tracetonne.landing import store
    from tracetonne.landing.kinds import READERS
    from tracetonne.landing.read_document import HEAD_BYTES, choose
    from tracetonne.landing.reader import Source

    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
    source = Source(path, path.name, head, path.stat().st_size, scratch)
    reader = choose(READERS, source).reader
    assert reader is not None
    reading = reader.read(source)
    rows = 0
    for table, records in reading.records.items():
        if isinstance(records, Path):
            rows += store.count_rows(records)
        else:
            rows += store.write_rows(table, records, scratch / f"{table}.parquet")
    return rows


def _rows(records: object) -> int:
    from tracetonne.landing import store

    return store.count_rows(records) if isinstance(records, Path) else len(list(records))  # type: ignore


def _read_messages(folder: Path, scratch: Path) -> int:
    """Read each message as a document of its own, without writing tables."""
    from tracetonne.landing.kinds import READERS
    from tracetonne.landing.read_document import HEAD_BYTES, choose
    from tracetonne.landing.reader import Source

    count = 0
    for path in folder.iterdir():
        head = path.read_bytes()
        source = Source(path, path.name, head[:HEAD_BYTES], len(head), scratch)
        reader = choose(READERS, source).reader
        assert reader is not None
        assert any(_rows(records) for records in reader.read(source).records.values())
        count += 1
    return count


def _land(path: Path, scratch: Path) -> int:
    from tracetonne.landing.land import land_paths
    from tracetonne.settings import Home

    results = land_paths(Home(root=scratch / "home", exports=scratch / "exports"), [path], "bench")
    if any(result.status != "landed" or result.records_rejected for result in results):
        raise SystemExit(f"not everything landed: {results[0]}")
    return sum(result.records_landed for result in results)


_SIDES: dict[str, Callable[[Path, Path], int]] = {
    "bare_espi": _bare_espi, "bare_messages": _bare_messages, "read_file": _read_file,
    "read_messages": _read_messages, "land": _land,
}  # fmt: skip


def _child(side: str, path: Path, scratch: Path) -> None:
    """Do one run in this process and print what it took; imports are not part of it."""
    from tracetonne.landing import land  # noqa: F401

    scratch.mkdir(parents=True, exist_ok=True)
    started, clock = time.process_time(), time.perf_counter()
    records = _SIDES[side](path, scratch)
    seconds, by_clock = time.process_time() - started, time.perf_counter() - clock
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _MB
    print(json.dumps({"seconds": seconds, "by_clock": by_clock, "records": records, "peak_mb": peak_mb}))


def _run(side: str, path: Path, rounds: int) -> dict[str, float]:
    """Return the least seconds and the highest peak of some runs, each in its own process on one core."""
    runs = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(dir=bench_folder()) as scratch:
            done = subprocess.run(
                [sys.executable, "-m", "bench.bench_documents", "--child", side, str(path), scratch],
                check=True, capture_output=True, text=True, preexec_fn=_one_core,
                env={**os.environ, "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1"},
            )  # fmt: skip
            # Evidence is read-only; its folder is not.
            shutil.rmtree(scratch, ignore_errors=True)
            Path(scratch).mkdir(exist_ok=True)
        runs.append(json.loads(done.stdout))
    return {
        "seconds": min(run["seconds"] for run in runs),
        "by_clock": min(run["by_clock"] for run in runs),
        "records": runs[0]["records"],
        "peak_mb": max(run["peak_mb"] for run in runs),
    }


def _one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _messages(folder: Path, count: int) -> Path:
    """Write messages, a file each, unless they are there already."""
    target = folder / f"mig_{count}"
    if not target.exists():
        partial = folder / f".mig_{count}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for number, message in enumerate(mig_messages(count)):
            (partial / f"{number:06d}.xml").write_bytes(message)
        partial.rename(target)
    return target


def _batch(folder: Path, megabytes: int) -> Path:
    """Write one file of messages of about this size, unless it is there already."""
    target = folder / f"mig_batch_{megabytes}.xml"
    if not target.exists():
        each = sum(map(len, mig_batch(1000))) / 1000
        partial = folder / f".{target.name}.partial"
        with partial.open("wb") as handle:
            handle.writelines(mig_batch(round(megabytes * _MB / each)))
        partial.rename(target)
    return target


def measure_espi(folder: Path, megabytes: int, rounds: int) -> None:
    """Print the megabytes a second of the bare loop, the reader and the landing."""
    path = generate(folder / f"espi_{megabytes}.xml", megabytes)
    size = path.stat().st_size / _MB
    bare, read, land = (_run(side, path, rounds) for side in ("bare_espi", "read_file", "land"))
    print(f"Green Button, one file of {size:.0f} MB, {bare['records']:,} readings, one core, MB/s")
    _print_sides(size, bare, read, land)


def measure_messages(folder: Path, count: int, rounds: int) -> None:
    """Print the messages a second of the bare loop, the reader and the landing, a file a message."""
    path = _messages(folder, count)
    bare, read, land = (_run(side, path, rounds) for side in ("bare_messages", "read_messages", "land"))
    print(f"Taiwanese e-invoice messages, {count:,} files, one core, messages a second")
    _print_sides(count, bare, read, land)


def _print_sides(amount: float, *runs: dict[str, float]) -> None:
    """Print what each side does in a second, against the bare loop."""
    for name, run in zip(("bare lxml loop", "reader", "landing"), runs, strict=True):
        print(
            f"  {name:<15}{amount / run['seconds']:>9,.1f}"
            f"{runs[0]['seconds'] / run['seconds']:>8.2f} of bare"
            f"{amount / run['by_clock']:>10,.1f} by the clock{run['peak_mb']:>8,.0f} MB peak"
        )


def measure_memory(folder: Path, megabytes: int) -> None:
    """Print the peak memory of landing one large file of each format."""
    for name, path in (
        ("Green Button", generate(folder / f"espi_{megabytes}.xml", megabytes)),
        ("e-invoice messages", _batch(folder, megabytes)),
    ):
        run = _run("land", path, 1)
        size = path.stat().st_size / _MB
        print(
            f"{name}, one file of {size:,.0f} MB: peak {run['peak_mb']:,.0f} MB, "
            f"{size / run['seconds']:.1f} MB/s of processor time, {size / run['by_clock']:.1f} by the clock"
        )


def main() -> None:
    """Print megabytes and messages a second, and the peak memory of the large files."""
    parser = argparse.ArgumentParser(description="Readers of XML against bare lxml loops.")
    parser.add_argument("--mb", type=int, default=128, help="size of the Green Button file")
    parser.add_argument("--invoices", type=int, default=5000, help="e-invoice messages, a file each")
    parser.add_argument("--large-mb", type=int, default=1024, help="size of the files for the peak memory")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", nargs=3, metavar=("SIDE", "PATH", "SCRATCH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        side, path, scratch = options.child
        _child(side, Path(path), Path(scratch))
        return
    folder = bench_folder()
    folder.mkdir(parents=True, exist_ok=True)
    measure_espi(folder, options.mb, options.rounds)
    measure_messages(folder, options.invoices, options.rounds)
    measure_memory(folder, options.large_mb)


if __name__ == "__main__":
    main()
