"""Homes in which the project is parsed, seeds are loaded and every model stands, built over nothing.

A new home needs forty seconds before its first figure. Tests that are not about that start from a copy of the
home that `make dbt` leaves, or that the first of them makes. `tests/integration/test_refresh.py` starts from
nothing.
"""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from orchestration.dbt_build import build_empty, stands_built
from orchestration.dbt_tests import EMPTY_HOME
from orchestration.nodes import failed
from tracetonne.settings import Home


def prepared_home(root: Path) -> Home:
    """Return a home under a folder, ready for its first refresh."""
    EMPTY_HOME.root.parent.mkdir(parents=True, exist_ok=True)
    with (EMPTY_HOME.root.parent / "home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two processes that test would both make it
        if not stands_built(EMPTY_HOME):
            shutil.rmtree(EMPTY_HOME.root, ignore_errors=True)
            assert not failed(build_empty(EMPTY_HOME))
    shutil.copytree(
        EMPTY_HOME.root, root, ignore=shutil.ignore_patterns("compiled", "run", "logs"), dirs_exist_ok=True
    )
    return Home(root=root, exports=root / "exports")
