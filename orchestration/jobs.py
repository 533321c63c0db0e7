"""The jobs: a month and a year are the same steps on a different partition, named for who looks for them."""

import dagster as dg

from orchestration import failures, reminders
from orchestration.connectors import GROUP

# Fetching has jobs of its own: what is fetched waits in the inbox, and a refresh lands the inbox.
# Deadlines are looked at day by day, whatever is refreshed.
_EVERYTHING = dg.AssetSelection.all() - dg.AssetSelection.groups(GROUP) - reminders.CHECK

monthly_refresh = dg.define_asset_job(
    "monthly_refresh",
    selection=_EVERYTHING,
    executor_def=dg.in_process_executor,
    hooks={failures.say_plainly},
    description="One month of one site: land the inbox, compute, judge at the gates, write the package.",
    tags={"refresh": "month"},
)

yearly_refresh = dg.define_asset_job(
    "yearly_refresh",
    selection=_EVERYTHING,
    executor_def=dg.in_process_executor,
    hooks={failures.say_plainly},
    description="One year of one site in one run: its twelve months and the year itself, computed from the "
    "year's activity data as one period.",
    tags={"refresh": "year"},
)
