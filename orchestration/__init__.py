"""Dagster and nothing else: what runs, in which order, for which site and period, and what must hold."""

import warnings

# Partitioned asset checks work in 1.13 and are still marked as a preview; the version is pinned.
warnings.filterwarnings("ignore", message="Specifying a partitions_def on an AssetCheckSpec")
