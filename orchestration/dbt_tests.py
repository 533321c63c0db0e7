"""Parse the models, build them over an empty landing, run unit tests, check units, shape and SQL style."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration import column_units
from orchestration.dbt_build import build_empty, compile_inline, run_unit_tests
from orchestration.nodes import NodeResult
from orchestration.unit_table import load_table
from tracetonne.settings import CHECKOUT, DBT_PROJECT, Home

REPORT = DBT_PROJECT / "target" / "column-units.md"
# Everything built over nothing, as of the last run; tests that need a home start from a copy of it.
EMPTY_HOME = Home(root=DBT_PROJECT / "target" / "home", exports=DBT_PROJECT / "target" / "home" / "exports")
LINTED = DBT_PROJECT / "target" / "linted"
BAD = ("fail", "error", "warn")


def main() -> int:
    """Return 0 if every model builds and every test passes; print what does not."""
    home = EMPTY_HOME
    shutil.rmtree(home.root, ignore_errors=True)
    built = build_empty(home)
    compiled = home.dbt_target / "compiled" / "tracetonne" / "models"
    linter = _start_linter(compiled)
    is_shaped = _check_shape(home)
    is_dimensional = _bad(built) == [] and _check_units(home, compiled)
    tested = run_unit_tests(home) if not _bad(built) else []
    is_clean = linter.wait() == 0
    for node in _bad([*built, *tested]):
        sys.stderr.write(f"{node.status.upper()} {node.unique_id}\n{node.message}\n\n")
    kinds = [node.resource_type for node in [*built, *tested]]
    counts = ", ".join(f"{kinds.count(kind)} {kind}s" for kind in dict.fromkeys(kinds) if kind != "operation")
    sys.stdout.write(f"dbt: {counts}; {len(_bad([*built, *tested]))} not well\n")
    return 0 if is_clean and is_shaped and is_dimensional and not _bad([*built, *tested]) else 1


def _start_linter(compiled: Path) -> subprocess.Popen[bytes]:
    """Lint what the engine reads, every macro in place, while other checks run; the rules are in `.sqlfluff`.

    A copy is linted, because unit tests leave SQL of their own beside that of the models.
    """
    shutil.rmtree(LINTED, ignore_errors=True)
    shutil.copytree(compiled, LINTED)
    command = [str(Path(sys.executable).parent / "sqlfluff"), "lint", "--disable-progress-bar"]
    return subprocess.Popen([*command, "--config", str(CHECKOUT / ".sqlfluff"), str(LINTED)])


def _check_units(home: Home, compiled: Path) -> bool:
    """Follow units through every model and formula; the rules are in `dbt_project/column-units.yml`."""
    table = load_table()
    files = {path.stem: path for path in compiled.rglob("*.sql") if path.parent.suffix != ".yml"}
    result = column_units.check(table, files, column_units.relation_columns(home.warehouse))
    formulas = json.loads(compile_inline(home, "{{ tojson(formulas()) }}"))
    found = [column_units.in_source(item, compiled, DBT_PROJECT / "models") for item in result.disagreements]
    found += column_units.check_formulas(table, formulas)
    for disagreement in found:
        sys.stderr.write(f"UNITS {disagreement}\n")
    nameless = column_units.unstated(result)
    for column in nameless:
        sys.stderr.write(f"UNITS {column}: no unit; name one, or say why not, in column-units.yml\n")
    for model, message in result.unreadable.items():
        sys.stderr.write(f"UNITS {model}: the SQL could not be read: {message}\n")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    column_units.write_report(result, REPORT)
    checked = sum(count for status, count in result.counts().items() if status.startswith("checked"))
    sys.stdout.write(
        f"units: {checked} of {len(result.statuses)} numeric columns and {len(formulas)} formulas checked, "
        f"{len(found)} disagreements; the others, and why: {REPORT.relative_to(CHECKOUT)}\n"
    )
    return not found and not nameless and not result.unreadable


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
