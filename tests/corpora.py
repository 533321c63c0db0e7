"""Where the shared corpora and cases lie: `TRACETONNE_SHARED`, else `../shared` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(os.environ.get("TRACETONNE_SHARED") or Path(__file__).resolve().parents[2] / "shared")
CORPORA = SHARED / "corpora"
