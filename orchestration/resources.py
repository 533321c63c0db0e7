"""The one resource: dbt, run inside the process that holds the warehouse."""

from collections.abc import Sequence

import dagster as dg

from orchestration.dbt_build import build_models, build_seeds
from orchestration.nodes import Finished, NodeResult
from tracetonne.settings import home


class DbtInProcess(dg.ConfigurableResource):
    """Runs dbt builds in this process, so that DuckDB's lock stays with us."""

    def models(self, site: str, periods: Sequence[str], finished: Finished | None = None) -> list[NodeResult]:
        """Build all models for one site and these periods, with the data tests on them."""
        return build_models(home(), site, periods, finished)

    def seeds(self) -> list[NodeResult]:
        """Load factors, rules and unit conversions where they have changed, and test them."""
        return build_seeds(home())
