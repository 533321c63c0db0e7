"""Estimates before evidence: run a macro of the dbt project on the reference data alone.

Belongs here: how a macro is run outside a refresh. Does not: arithmetic, and what a command line may say
(`tracetonne/estimate.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.dbt_build import ModelFailedError, build, run_inline, seeds_fingerprint
from orchestration.nodes import failed
from tracetonne.landing.lock import write_lock
from tracetonne.settings import Home

SEEDS = (
    "cbam_benchmark",
    "cbam_certificate_price",
    "cbam_cn_code",
    "cbam_default_value",
    "cbam_free_allocation_year",
    "cbam_good",
    "cbam_origin_country",
    "regime_rule",
)
MARKER = "seeds.sha256"


def estimate(
    home: Home, macro: str, asked: Mapping[str, Any], seeds: Sequence[str] = SEEDS
) -> dict[str, Any]:
    """Return the one row that a macro gives for these arguments.

    The reference data lie in a warehouse of their own, so that an estimate neither waits for a refresh nor
    holds one up.

    Args:
        home: The installation.
        macro: Name of a macro that takes one mapping and yields a query of one row.
        asked: Its argument: texts, numbers as text, lists and mappings of these.
        seeds: The reference data that the macro reads.

    Raises:
        ModelFailedError: The query could not be run.
    """
    own = Home(root=home.root / "estimate", exports=home.exports)
    with write_lock(own):
        _load(own, seeds)
        rows = run_inline(own, f"{{{{ {macro}({dict(asked)!r}) }}}}")
    if len(rows) != 1:
        raise ModelFailedError(
            "The estimate has no answer.", where=macro, expected="one row", found=str(len(rows))
        )
    return rows[0]


def _load(own: Home, seeds: Sequence[str]) -> None:
    """Load the reference data, once for each version of them."""
    marker = own.root / MARKER
    wanted = f"{seeds_fingerprint()} {' '.join(sorted(seeds))}"
    if own.warehouse.exists() and marker.exists() and marker.read_text(encoding="utf-8") == wanted:
        return
    marker.unlink(missing_ok=True)
    own.root.mkdir(parents=True, exist_ok=True)
    nodes = build(own, {}, ["--select", *seeds, "--exclude", "resource_type:test"])
    if failed(nodes):
        raise ModelFailedError(
            "The reference data could not be loaded.", found="; ".join(node.message for node in failed(nodes))
        )
    marker.write_text(wanted, encoding="utf-8")
