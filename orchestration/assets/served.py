"""The served copy: the output rows of one refresh, as Parquet that readers open instead of the warehouse."""

import dagster as dg

from orchestration.labels import OWNERS, POOL
from orchestration.partitions import SITE_PERIODS, site_and_period
from orchestration.progress import report
from tracetonne.landing.lock import write_lock
from tracetonne.periods import scope
from tracetonne.settings import home

KEY = dg.AssetKey(["serving", "build"])


def make_asset(outputs: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset that copies these output models."""

    @dg.asset(
        key=KEY,
        deps=outputs,
        description="The output rows of a site and period as Parquet, named by their content; figures, trace "
        "and packages read only these. A pointer moves to a new build by one rename. Nothing is served where "
        "two figures, lines, inputs, facts or records have one key, or a row has none.",
        group_name="serving",
        owners=[OWNERS["serving"]],
        kinds={"parquet"},
        tags={"layer": "serving"},
        partitions_def=SITE_PERIODS,
        pool=POOL,
    )
    def served_build(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        import duckdb

        from tracetonne import served_ahead, serving
        from tracetonne.closing import what_moves

        site, period = site_and_period(context.partition_key)
        here = home()
        report("serve", f"{site} {period}")
        with write_lock(here), duckdb.connect(str(here.warehouse)) as warehouse:
            moved, _ = what_moves(here, site, scope(period))
            written = served_ahead.take_rows(here, moved)
            made = (
                serving.publish(here, site, written)
                if written
                else serving.publish_rows(here, warehouse, site, moved)
            )
            served_ahead.settle(here)
        build = made.get(period)
        return dg.MaterializeResult(
            metadata={
                "build": build.build if build else "none",
                "periods": ", ".join(made) or "none",
                "tables": len(build.tables) if build else 0,
            }
        )

    return served_build
