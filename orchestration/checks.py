"""The gates as asset checks: one factory, blocking, one verdict a site and period.

What a gate demands stands in `expectations/`; here it is only run at the right moment and made to block.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from expectations import GATES, worker
from expectations.gate import Gate
from orchestration.assets import served
from orchestration.partitions import SITE_PERIODS, site_and_period
from orchestration.progress import report
from tracetonne import serving
from tracetonne.landing.lock import write_lock
from tracetonne.periods import months_of
from tracetonne.settings import Home, home

SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warn": dg.AssetCheckSeverity.WARN}


def gate_checks(gates: Sequence[Gate], on: dg.AssetKey) -> dg.AssetChecksDefinition:
    """Return one blocking, partitioned check a gate, judged together so that their verdicts are one file."""
    specs = [
        dg.AssetCheckSpec(
            gate.name,
            asset=on,
            description=f"{gate.statement} {gate.statement_zh}",
            blocking=True,
            partitions_def=SITE_PERIODS,
            metadata={rule.name: f"{rule.severity}: {rule.reason} {rule.reason_zh}" for rule in gate.rules},
        )
        for gate in gates
    ]

    @dg.multi_asset_check(
        specs=specs,
        name="gates",
        description="Great Expectations over the served rows: an error keeps the package from being made.",
    )
    def judge_gates(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        site, period = site_and_period(context.partition_key)
        here = home()
        build = serving.current(here, site, period)
        report("gates", f"{site} {period}", 0, len(gates))
        verdicts = worker.judge_aside(build.tables) if build else []
        if build is not None:
            with write_lock(here):
                serving.write_gates(build, verdicts)
                judge_months(here, site, period)
        if build is None:
            yield from (nothing_to_judge(gate, on) for gate in gates)
        for number, verdict in enumerate(verdicts, start=1):
            report("gates", verdict["name"], number, len(gates))
            yield dg.AssetCheckResult(
                check_name=verdict["name"],
                asset_key=on,
                passed=verdict["passed"],
                severity=(
                    dg.AssetCheckSeverity.ERROR
                    if verdict["severity"] == "error"
                    else dg.AssetCheckSeverity.WARN
                ),
                description=verdict["message"],
                metadata={
                    "message": verdict["message"],
                    "message_zh": verdict["message_zh"],
                    "judged_rows": verdict["judged_rows"],
                    "failing_rows": dg.MetadataValue.json(verdict["failing_rows"]),
                },
            )

    return judge_gates


def judge_months(here: Home, site: str, period: str) -> None:
    """Judge the months that a year's run served anew; their verdicts are for them, not for the year."""
    for build in serving.builds(here, site, months_of(period)):
        if build.gates() is None:
            serving.write_gates(build, worker.judge_aside(build.tables))


def nothing_to_judge(gate: Gate, on: dg.AssetKey) -> dg.AssetCheckResult:
    """Return the result of a gate where the period has no rows: it passes, and no package is made."""
    return dg.AssetCheckResult(
        check_name=gate.name, asset_key=on, passed=True, description="Nothing is served for this period."
    )


CHECKS = gate_checks(GATES, served.KEY)
