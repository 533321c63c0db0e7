"""A scratch copy of an installation, in which models are computed for a question and nothing is published.

Landing is linked, the warehouse copied. What may be asked: what a document would change (`preview.py`), and
what a year is by the factors that were known on a day (`known_on.py`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orchestration.dbt_build import ModelFailedError, build_models
from tracetonne.closing import closes, reopen
from tracetonne.landing.lock import write_lock
from tracetonne.settings import Home


@contextmanager
def scratch_copy(home: Home) -> Iterator[Home]:
    """Lend a copy of an installation: what never changes is linked, what a build writes is copied."""
    home.root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=home.root) as folder:
        scratch = Home(root=Path(folder), exports=Path(folder) / "exports")
        with write_lock(home):
            shutil.copytree(home.landing, scratch.landing, copy_function=os.link)
            shutil.copyfile(home.warehouse, scratch.warehouse)
            if home.dbt_target.exists():
                shutil.copytree(home.dbt_target, scratch.dbt_target)
        yield scratch


def open_again(scratch: Home, site: str, periods: Sequence[str]) -> list[str]:
    """Open the closed ones of these periods, and the closed years around them; return which they were."""
    closed = sorted({one.period for one in closes(scratch, site)} & {*periods, *(key[:4] for key in periods)})
    for period in closed:
        reopen(scratch, site, period, "preview", "preview, second person", "preview")
    return closed


def compute(scratch: Home, site: str, periods: Sequence[str], known_on: str | None = None) -> None:
    """Build the models of these periods in a copy.

    Args:
        scratch: As `scratch_copy` lends it.
        site: The site.
        periods: Months and years.
        known_on: Only factors known by this day, an ISO date; None for all.

    Raises:
        ModelFailedError: A model cannot be computed.
    """
    nodes = build_models(scratch, site, periods, known_on=known_on)
    broken = [node for node in nodes if node.resource_type == "model" and node.status == "error"]
    if broken:
        raise ModelFailedError(
            "The figures cannot be computed for this question.",
            where=", ".join(node.name for node in broken),
            found=broken[0].message,
            action="See what the message names; nothing of the installation was changed.",
        )
