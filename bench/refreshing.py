"""Homes with a plant's history in them, and what a refresh of its last month costs."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import duckdb

from tracetonne import serving
from tracetonne.settings import Home, home

Cost = tuple[float, float]
"""Seconds by the clock, processor seconds."""


def prepared(root: Path, papers: Callable[[Path], Sequence[Path]], site: str, months: Sequence[str]) -> Home:
    """Make a home with a plant in it, every month computed and served, and refresh the last once.

    Args:
        root: The home; what is there goes.
        papers: Writes the plant's documents into a folder and returns them.
        site: The site.
        months: Those that the documents speak of, in order.
    """
    from orchestration.dbt_build import build_models, build_seeds
    from orchestration.nodes import failed
    from tracetonne.landing.land import land_paths

    shutil.rmtree(root, ignore_errors=True)
    os.environ["TRACETONNE_HOME"] = str(root)
    for result in land_paths(home(), papers(root / "papers"), site):
        if result.status == "rejected":
            sys.exit(f"{result.path}: {result.rejections}")
    nodes = build_seeds(home())
    for _, months_of_year in groupby(months, key=lambda month: month[:4]):
        nodes += build_models(home(), site, list(months_of_year))
    if broken := failed(nodes):
        sys.exit(f"The history could not be computed: {broken[0].name}: {broken[0].message}")
    with duckdb.connect(str(home().warehouse)) as warehouse:
        serving.publish_rows(home(), warehouse, site, months)
    refresh_cost(home(), site, months[-1])
    return home()


def refresh_cost(of: Home, site: str, month: str, *, new_package: bool = True) -> Cost:
    """Refresh a month and return what it cost.

    Args:
        of: The home.
        site: The site.
        month: Such as `2025-06`.
        new_package: Whether there is none yet; else the refresh finds that the one which stands is the same.
    """
    from orchestration.refresh import refresh

    os.environ["TRACETONNE_HOME"] = str(of.root)
    if new_package:
        shutil.rmtree(of.exports, ignore_errors=True)
    meter = Meter()
    result = refresh(of, site, month, force=True)
    if result.status != "published":
        sys.exit(f"The refresh did not publish: {result.as_dict()}")
    return meter.read()


class Meter:
    """Seconds by the clock and of the processor since it was made, the gates' own process included."""

    def __init__(self) -> None:
        """Start."""
        self._started, self._used = time.perf_counter(), self._processor()

    def read(self) -> Cost:
        """Return what has been used since the start."""
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
