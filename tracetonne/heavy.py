"""Libraries that take a tenth of a second and more to import, loaded when something of them is first used.

Most commands, and most documents, need none of them. Belongs here: what many modules import. A library that
one function needs is imported in that function.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
else:

    class _Library:
        """A library by its name."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, name: str) -> Any:
            """Load the library, and keep what was asked for, so that it is looked for once."""
            found = getattr(importlib.import_module(self._name), name)
            setattr(self, name, found)
            return found

    duckdb = _Library("duckdb")
    np = _Library("numpy")
    pa = _Library("pyarrow")
    pc = _Library("pyarrow.compute")
    pq = _Library("pyarrow.parquet")

__all__ = ["duckdb", "np", "pa", "pc", "pq"]
