"""Parse the models, build them over an empty landing, run their unit tests, lint the compiled SQL."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.dbt_build import build, run_unit_tests
from orchestration.nodes import NodeResult
from tracetonne.settings import CHECKOUT, Home

BAD = ("fail", "error", "warn")


def main() -> int:
    """Return 0 if every model builds and every test passes; print what does not."""
    with tempfile.TemporaryDirectory(prefix="tracetonne-dbt-") as folder:
        home = Home(root=Path(folder), exports=Path(folder) / "exports")
        built = build(home, {}, [])
        # Before the unit tests, which leave SQL of their own beside that of the models.
        is_clean = _lint(home.dbt_target / "compiled" / "tracetonne" / "models")
        tested = run_unit_tests(home) if not _bad(built) else []
    for node in _bad([*built, *tested]):
        sys.stderr.write(f"{node.status.upper()} {node.unique_id}\n{node.message}\n\n")
    kinds = [node.resource_type for node in [*built, *tested]]
    counts = ", ".join(f"{kinds.count(kind)} {kind}s" for kind in dict.fromkeys(kinds) if kind != "operation")
    sys.stdout.write(f"dbt: {counts}; {len(_bad([*built, *tested]))} not well\n")
    return 0 if is_clean and not _bad([*built, *tested]) else 1


def _lint(compiled: Path) -> bool:
    """Lint what the engine reads, every macro in place; the rules are in `.sqlfluff`."""
    command = [str(Path(sys.executable).parent / "sqlfluff"), "lint", "--disable-progress-bar"]
    arguments = ["--processes", "2", "--config", str(CHECKOUT / ".sqlfluff"), str(compiled)]
    return subprocess.run([*command, *arguments], check=False).returncode == 0


def _bad(nodes: list[NodeResult]) -> list[NodeResult]:
    return [node for node in nodes if node.status in BAD]


if __name__ == "__main__":
    sys.exit(main())
