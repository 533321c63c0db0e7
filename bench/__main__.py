"""Print every number of docs/benchmarks.md: `make bench`."""

from __future__ import annotations

import subprocess
import sys

for name in ("bench.bench_landing", "bench.bench_documents", "bench.bench_refresh"):
    subprocess.run([sys.executable, "-m", name], check=True)
