"""Fuzz one parser for as long as wanted, with damage that no run before tried; stops at the first fault.

python tests/fuzz/long_run.py NAME --seconds 600
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
sys.path.insert(0, str(Path(__file__).parent))

from mutation import mutated
from targets import targets


def main() -> None:
    """Run a target, and write what made it fail beside the tests."""
    found = targets()
    parser = argparse.ArgumentParser(description="Fuzz one parser.")
    parser.add_argument("name", choices=sorted(found))
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    target = found[options.name]
    others = [seed for other in found.values() for seed in other.seeds if len(seed) < 20_000]
    run, case, until = secrets.token_hex(4), 0, time.monotonic() + options.seconds
    while time.monotonic() < until:
        content = mutated(f"{run} {case}", target.seeds[case % len(target.seeds)], others)
        try:
            target.run(content)
        except Exception:
            kept = Path(f"fuzz_{options.name}_{run}_{case}.bin")
            kept.write_bytes(content)
            print(f"case {case} failed; its bytes are in {kept}")
            raise
        case += 1
    print(f"{options.name}: {case} cases, no fault")


if __name__ == "__main__":
    main()
