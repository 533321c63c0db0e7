"""Print every number of docs/benchmarks.md: `make bench`, or those of one: `python -m bench products`."""

from __future__ import annotations

import subprocess
import sys

NAMES = ("landing", "documents", "refresh", "products")

if len(sys.argv) > 1 and sys.argv[1] not in NAMES:
    sys.exit(f"There is no benchmark {sys.argv[1]}; there are {', '.join(NAMES)}.")
names, options = (sys.argv[1:2], sys.argv[2:]) if len(sys.argv) > 1 else (list(NAMES), [])
for name in names:
    subprocess.run([sys.executable, "-m", f"bench.bench_{name}", *options], check=True)
