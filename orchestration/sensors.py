"""What is noticed without anybody saying so: documents in an inbox, and runs whose process died."""

import datetime
from collections.abc import Iterator

import dagster as dg

from orchestration.inbox import file_hash, waiting_files
from orchestration.jobs import monthly_refresh
from orchestration.partitions import landed_sites, partition_key, period_keys, register
from tracetonne.periods import last_closed_month
from tracetonne.settings import home


@dg.sensor(
    name="inbox",
    job=monthly_refresh,
    minimum_interval_seconds=60,
    description="A document in inbox/<site>/ starts a refresh of the last closed month; the file's "
    "SHA-256 is the run key, so the same bytes never start two.",
)
def inbox(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask for one run a new document; also make landed sites and past months known as partitions."""
    here, now = home(), datetime.datetime.now(datetime.UTC)
    register(context.instance, landed_sites(here), period_keys(now))
    month = last_closed_month(now)
    waiting = [
        (folder.name, path)
        for folder in sorted(here.inbox.glob("*"))
        if folder.is_dir()
        for path in waiting_files(folder)
    ]
    if not waiting:
        yield dg.SkipReason("The inboxes are empty.")
    for site, path in waiting:
        digest = file_hash(path)
        yield dg.RunRequest(
            run_key=f"{site}:{digest}",
            partition_key=partition_key(site, month),
            tags={"document": path.name[:63], "document_sha256": digest[:63]},
        )
