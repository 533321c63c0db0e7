"""Parse the models, build them over an empty landing, run unit tests, check shape and SQL style."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.dbt_build import build, run_unit_tests
from orchestration.nodes import NodeResult
from tracetonne.settings import CHECKOUT, DBT_PROJECT, Home

BAD = ("fail", "error", "warn")


def main() -> int:
    """Return 0 if every model builds and every test passes; print what does not."""
    with tempfile.TemporaryDirectory(prefix="tracetonne-dbt-") as folder:
        home = Home(root=Path(folder), exports=Path(folder) / "exports")
        built = build(home, {}, [])
        # Before the unit tests, which leave SQL of their own beside that of the models.
        is_clean = _lint(home.dbt_target / "compiled" / "tracetonne" / "models")
        is_shaped = _check_shape(home)
        tested = run_unit_tests(home) if not _bad(built) else []
    for node in _bad([*built, *tested]):
        sys.stderr.write(f"{node.status.upper()} {node.unique_id}\n{node.message}\n\n")
    kinds = [node.resource_type for node in [*built, *tested]]
    counts = ", ".join(f"{kinds.count(kind)} {kind}s" for kind in dict.fromkeys(kinds) if kind != "operation")
    sys.stdout.write(f"dbt: {counts}; {len(_bad([*built, *tested]))} not well\n")
    return 0 if is_clean and is_shaped and not _bad([*built, *tested]) else 1


def _lint(compiled: Path) -> bool:
    """Lint what the engine reads, every macro in place; the rules are in `.sqlfluff`."""
    command = [str(Path(sys.executable).parent / "sqlfluff"), "lint", "--disable-progress-bar"]
    arguments = ["--processes", "2", "--config", str(CHECKOUT / ".sqlfluff"), str(compiled)]
    return subprocess.run([*command, *arguments], check=False).returncode == 0


def _check_shape(home: Home) -> bool:
    """Check layers, names and descriptions; the rules are in `dbt_project/dbt-bouncer.yml`."""
    rules = (DBT_PROJECT / "dbt-bouncer.yml").read_text(encoding="utf-8")
    config = home.root / "dbt-bouncer.yml"
    config.write_text(f"dbt_artifacts_dir: {home.dbt_target}\n{rules}", encoding="utf-8")
    report = home.root / "dbt-bouncer.json"
    command = [str(Path(sys.executable).parent / "dbt-bouncer"), "run", "--config-file", str(config)]
    outcome = subprocess.run(
        [*command, "--output-file", str(report)], check=False, capture_output=True, text=True
    )
    if outcome.returncode:
        sys.stderr.write(outcome.stdout + outcome.stderr)
    return outcome.returncode == 0


def _bad(nodes: list[NodeResult]) -> list[NodeResult]:
    return [node for node in nodes if node.status in BAD]


if __name__ == "__main__":
    sys.exit(main())
