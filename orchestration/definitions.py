"""Everything Dagster knows of TraceTonne, put together. Decisions are made in the modules named here."""

import datetime
from pathlib import Path

import dagster as dg

from orchestration.assets import models, package, served
from orchestration.assets.landing import landing
from orchestration.checks import CHECKS
from orchestration.connectors import DocumentFetcher, make_connectors
from orchestration.dbt_build import prepare_manifest
from orchestration.jobs import monthly_refresh, yearly_refresh
from orchestration.partitions import SITE_PERIODS
from orchestration.reminders import every_morning, look_at_deadlines, nothing_is_overdue
from orchestration.resources import DbtInProcess
from orchestration.schedules import month_just_closed
from orchestration.sensors import inbox
from tracetonne.periods import TIME_ZONE
from tracetonne.settings import home

# A month's intensity is due on the 5th at noon; it may have been computed since the month closed.
INTENSITY_IS_DUE = dg.FreshnessPolicy.cron(
    deadline_cron="0 12 5 * *", lower_bound_delta=datetime.timedelta(days=5), timezone=TIME_ZONE
)
INTENSITY = dg.AssetKey(["output", "out_product_intensity"])


def make_definitions(manifest: Path) -> dg.Definitions:
    """Return all definitions for a prepared dbt manifest."""
    dbt = [with_freshness(assets) for assets in models.make_assets(manifest)]
    outputs = sorted(key for assets in dbt for key in assets.keys if key.path[0] == "output")
    connectors = make_connectors(home())
    return dg.Definitions(
        assets=[*connectors.assets, landing, *dbt, served.make_asset(outputs), package.evidence_package],
        asset_checks=[CHECKS, nothing_is_overdue],
        jobs=[monthly_refresh, yearly_refresh, look_at_deadlines, *connectors.jobs],
        schedules=[month_just_closed, every_morning],
        sensors=[inbox, *connectors.sensors],
        resources={"dbt": DbtInProcess(), "fetcher": DocumentFetcher()},
        executor=dg.in_process_executor,
    )


def with_freshness(assets: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """Attach the freshness policy to the product intensity."""
    return assets.map_asset_specs(
        lambda spec: (
            spec.replace_attributes(freshness_policy=INTENSITY_IS_DUE) if spec.key == INTENSITY else spec
        )
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Load the definitions, preparing the dbt manifest if a file of the project has changed."""
    return make_definitions(prepare_manifest(home()))


__all__ = ["SITE_PERIODS", "defs", "make_definitions"]
