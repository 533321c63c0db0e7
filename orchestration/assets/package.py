"""The evidence package: what leaves the house once every gate has passed."""

import dagster as dg

from orchestration.assets import served
from orchestration.labels import OWNERS
from orchestration.partitions import SITE_PERIODS, site_and_period
from orchestration.progress import report
from tracetonne import serving
from tracetonne.landing.lock import write_lock
from tracetonne.settings import home

KEY = dg.AssetKey(["exports", "evidence_package"])


@dg.asset(
    key=KEY,
    deps=[served.KEY],
    description="A BagIt bag with an RO-Crate inside: raw evidence, landed records, calculation lines with "
    "formula and inputs, factors, gate verdicts and figures. Made only behind passed gates.",
    group_name="exports",
    owners=[OWNERS["exports"]],
    kinds={"bagit", "rocrate"},
    tags={"layer": "exports"},
    partitions_def=SITE_PERIODS,
)
def evidence_package(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Write the next version of the package, or find that nothing in it would differ."""
    from tracetonne.package.build import build_package

    site, period = site_and_period(context.partition_key)
    here = home()
    report("package", f"{site} {period}")
    if serving.current(here, site, period) is None:
        context.log.info(f"{site} has nothing to publish for {period}.")
        return dg.MaterializeResult(metadata={"status": "empty"})
    with write_lock(here):
        package = build_package(here, site, period)
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(package.path)),
            "version": package.version,
            "status": package.status,
        }
    )
