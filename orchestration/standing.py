"""What stands between two refreshes: models that know no scope, and the SQL of the data tests.

dbt takes some forty milliseconds of Python for every node, whatever its SQL costs, and a refresh has 250.
While no file of the project changes, a view without site or period in it is the same view, a table of
reference data holds the same rows, and a test compiles to the same SQL. So after a full build has passed,
later ones leave those models alone and run the compiled tests directly, all of them, beside the models that
follow. Of months, they look at the rows that the build wrote; older ones passed when they were written. Any
change of a method brings the full build back.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestration.nodes import Finished, NodeResult
from tracetonne.periods import is_month
from tracetonne.settings import Home
from tracetonne.waiting import Waiting

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

FILE = "standing_nodes.json"
# Models of calendar years only, such as the carbon fee: once they stand, a month leaves them alone.
YEARLY = "yearly"
CHOSEN = "chosen_for_this_build"
THREADS = 2
# A macro that reads a variable or the warehouse may compile differently in the next run.
_LOOKS_AROUND = re.compile(r"\b(var|run_query|statement|env_var)\s*\(")


@dataclass(frozen=True)
class StandingTest:
    """A data test with its compiled SQL; it fails by the number of rows that it finds.

    `scoped` names the relations in it that keep rows a site, each with the column of the period or none.
    """

    unique_id: str
    name: str
    severity: str
    sql: str
    yearly: bool = False
    scoped: dict[str, str | None] = field(default_factory=dict)

    def sql_of(self, written: WrittenRows | None) -> str:
        """Return the SQL that looks only at the rows which a build wrote, or at all of them."""
        sql = self.sql
        if written is not None:
            for relation, column in self.scoped.items():
                sql = sql.replace(relation, f"(select * from {relation} where {written.condition(column)})")
        return sql


@dataclass(frozen=True)
class WrittenRows:
    """The rows that a build of months writes: of a site, from a month to before another."""

    site: str
    first: str
    after: str

    def condition(self, column: str | None) -> str:
        """Return the condition of these rows by the column of their period; without one, of the site."""
        site = self.site.replace("'", "''")
        months = f" and {column} >= '{self.first}' and {column} < '{self.after}'" if column else ""
        return f"site = '{site}'{months}"


@dataclass(frozen=True)
class Standing:
    """What a build may leave out, and the tests that dbt must still run."""

    models: list[str] = field(default_factory=list)
    tests: list[StandingTest] = field(default_factory=list)
    restless_tests: list[str] = field(default_factory=list)

    def selection(self, manifest: Manifest, with_yearly: bool) -> list[str]:
        """Return arguments that choose what does not stand, by a tag given to those nodes in memory.

        dbt compares every name that it is told with every node of the project; a tag is one name. Tests are
        chosen one by one, none comes along with its model.

        Args:
            manifest: The parsed project; its nodes get the tag.
            with_yearly: Whether the models of calendar years are computed too.
        """
        left_out, tests = set(self.models), set(self.restless_tests)
        for node in manifest.nodes.values():
            wanted = (
                node.name in tests
                if node.resource_type == "test"
                else node.resource_type == "model" and node.name not in left_out
            ) and (with_yearly or YEARLY not in node.tags)
            node.tags = [tag for tag in node.tags if tag != CHOSEN] + [CHOSEN] * wanted
        return ["--select", f"tag:{CHOSEN}", "--indirect-selection", "empty"]

    def tests_of(self, with_yearly: bool) -> list[StandingTest]:
        """Return the tests of what is computed."""
        return [test for test in self.tests if with_yearly or not test.yearly]


def load(home: Home, fingerprint: str) -> Standing | None:
    """Return what stands, or None where a method has changed or the warehouse is gone."""
    path = home.dbt_target / FILE
    if not (path.exists() and home.warehouse.exists()):
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["fingerprint"] != fingerprint:
        return None
    return Standing(kept["models"], [StandingTest(**test) for test in kept["tests"]], kept["restless_tests"])


def forget(home: Home) -> None:
    """Let the next build be a full one."""
    (home.dbt_target / FILE).unlink(missing_ok=True)


def remember(home: Home, fingerprint: str, nodes: Sequence[NodeResult]) -> None:
    """Keep what stands after a full build that passed."""
    manifest = json.loads((home.dbt_target / "manifest.json").read_text(encoding="utf-8"))
    steady = steady_nodes(manifest)
    scoped = _scoped_relations(home)
    models = [
        node["name"]
        for unique_id, node in manifest["nodes"].items()
        if unique_id in steady
        and node["resource_type"] == "model"
        and (node["config"]["materialized"] == "view" or _reads_seeds_alone(node))
    ]
    tests = [
        {
            "unique_id": node.unique_id,
            "name": node.name,
            "severity": str(manifest["nodes"][node.unique_id]["config"]["severity"]).lower(),
            "sql": node.compiled_code,
            "yearly": _is_yearly(manifest, node.unique_id),
            "scoped": {name: column for name, column in scoped.items() if name in node.compiled_code},
        }
        for node in nodes
        if node.resource_type == "test" and node.unique_id in steady and node.compiled_code
    ]
    known = {test["unique_id"] for test in tests}
    restless = [node.name for node in nodes if node.resource_type == "test" and node.unique_id not in known]
    text = json.dumps(
        {"fingerprint": fingerprint, "models": models, "tests": tests, "restless_tests": restless}
    )
    path = home.dbt_target / FILE
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _reads_seeds_alone(model: Mapping[str, Any]) -> bool:
    return all(read.startswith("seed.") for read in model["depends_on"]["nodes"])


def steady_nodes(manifest: Mapping[str, Any]) -> set[str]:
    """Return the nodes that compile to the same SQL in every run; of tests, those that count rows."""
    restless = restless_macros(manifest)
    return {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if not _LOOKS_AROUND.search(node.get("raw_code") or "")
        and not restless & set(node["depends_on"]["macros"])
        and (node["resource_type"] != "test" or _is_steady_test(node))
    }


def restless_macros(manifest: Mapping[str, Any]) -> set[str]:
    """Return the project's macros that look around, themselves or through another."""
    own = {key: macro for key, macro in manifest["macros"].items() if not _is_dbts(macro)}
    restless = {key for key, macro in own.items() if _LOOKS_AROUND.search(macro["macro_sql"])}
    while True:
        more = {key for key, macro in own.items() if restless & set(macro["depends_on"]["macros"])}
        more -= restless
        if not more:
            return restless
        restless |= more


def _is_dbts(macro: Mapping[str, Any]) -> bool:
    return macro["package_name"] in ("dbt", "dbt_duckdb", "dbt_spark")


def _is_steady_test(node: Mapping[str, Any]) -> bool:
    """Say whether a test counts rows, and neither its condition nor its arguments call a macro of the run."""
    config = node["config"]
    arguments = (node.get("test_metadata") or {}).get("kwargs", {})
    conditions = [config["where"], *(value for name, value in arguments.items() if name != "model")]
    return (
        config["fail_calc"] == "count(*)"
        and config["error_if"] == "!= 0"
        and config["warn_if"] == "!= 0"
        and config["limit"] is None
        and not any("{{" in str(condition) for condition in conditions)
    )


def _is_yearly(manifest: Mapping[str, Any], test: str) -> bool:
    """Say whether a test looks at a model that only the run of a year computes."""
    nodes = manifest["nodes"]
    return any(YEARLY in nodes.get(read, {}).get("tags", ()) for read in nodes[test]["depends_on"]["nodes"])


def written_rows(site: str, periods: Sequence[str]) -> WrittenRows | None:
    """Return the rows that a build of months writes, or None where a year is among them.

    A month moves the windows that end in it and in the eleven months after it.
    """
    if not all(map(is_month, periods)):
        return None
    last = max(periods)
    return WrittenRows(site, min(periods), f"{int(last[:4]) + 1}{last[4:]}")


def _scoped_relations(home: Home) -> dict[str, str | None]:
    """Return the relations that keep rows a site and period, as compiled SQL names them, with that column.

    Staging has no periods: its views show every document of every site, of which a build read those of one.
    """
    import duckdb

    with duckdb.connect(str(home.warehouse)) as warehouse:
        rows = warehouse.execute(
            "select table_catalog, table_schema, table_name, "
            "min(column_name) filter (where column_name <> 'site') as period_column "
            "from information_schema.columns "
            "where table_schema in ('staging', 'calculation', 'output') "
            "and column_name in ('site', 'period', 'refresh_period') "
            "group by 1, 2, 3 having bool_or(column_name = 'site') "
            "and (period_column is not null or table_schema = 'staging') order by all"
        ).fetchall()
    return {".".join(f'"{part}"' for part in parts): column for *parts, column in rows}


def looked_at(manifest: Manifest, looker: str) -> frozenset[str]:
    """Return the models of this build that a test or a view which stands looks at, through other such views.

    Args:
        manifest: The parsed project; `Standing.selection` has marked what is built.
        looker: Unique id of the test or model.
    """
    node = manifest.nodes.get(looker)
    if node is None:  # a source
        return frozenset()
    if CHOSEN in node.tags:
        return frozenset({looker})
    return frozenset().union(*(looked_at(manifest, parent) for parent in node.depends_on_nodes))


class RunningTests:
    """Compiled data tests on one database, two at a time, each once what it looks at is computed.

    Most of a test is the planning of its query, which is the engine's work, while a build is mostly Python.

    Args:
        home: The installation.
        waiting: The tests, each with the models of the build that it looks at.
        written: The rows that the build writes; None for all rows.
    """

    def __init__(
        self, home: Home, waiting: Sequence[tuple[StandingTest, Collection[str]]], written: WrittenRows | None
    ) -> None:
        import duckdb

        self._warehouse = duckdb.connect(str(home.warehouse))
        self._threads = ThreadPoolExecutor(THREADS)
        self._written = written
        self._tests = [test for test, _ in waiting]
        self._waiting = Waiting(waiting, self._start)
        self._results: dict[str, Future[NodeResult]] = {}

    def computed(self, model: str) -> None:
        """Start the tests that waited for this model alone; those that look at none wait for the end."""
        self._waiting.computed(model)

    def _start(self, test: StandingTest) -> None:
        self._results[test.unique_id] = self._threads.submit(self._run, test)

    def _run(self, test: StandingTest) -> NodeResult:
        started = time.monotonic()
        with self._warehouse.cursor() as cursor:
            counted = cursor.execute(f"select count(*) from ({test.sql_of(self._written)}\n) as failing_rows")
            failures: int = counted.fetchall()[0][0]
        status = "pass" if failures == 0 else "warn" if test.severity == "warn" else "fail"
        message = "" if failures == 0 else f"Got {failures} results, configured to fail if != 0"
        seconds = time.monotonic() - started
        return NodeResult(test.unique_id, test.name, "test", status, seconds, message, failures)

    def results(self, finished: Finished | None = None) -> list[NodeResult]:
        """Return the results in the order of the tests, now that all models are computed.

        Args:
            finished: Hears of each finished test.
        """
        self._waiting.start_rest()
        results = []
        for done, test in enumerate(self._tests, start=1):
            results.append(self._results[test.unique_id].result())
            if finished is not None:
                finished("test", test.name, done)
        return results

    def __enter__(self) -> RunningTests:
        """Give itself."""
        return self

    def __exit__(self, *ignored: object) -> None:
        """Drop what has not begun, where a model failed."""
        self._threads.shutdown(cancel_futures=True)
        self._warehouse.close()
