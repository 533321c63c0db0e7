"""Registers that people keep in words: statements, filings, findings, as they stand now.

Belongs here: which rows of the landed documents hold. Does not: what a command makes of them, and numbers,
which go through the models.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracetonne.landed import Landing, documents
from tracetonne.settings import Home


def standing_rows(home: Home, site: str, table: str, key: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of a register that hold: of rows with one key, that of the document which came last.

    Documents that were rejected, withdrawn or superseded do not count.

    Args:
        home: The installation.
        site: The site.
        table: Landing table of the register.
        key: Columns that name an entry.

    Returns:
        Rows by key, each with `evidence_id` and `record_number`; empty cells are None.
    """
    landing = Landing(home, site)
    landed = landing.rows("select *, file_row_number + 1 as record_number from landed", table)
    if not landed:
        return []
    counted = {one.evidence_id: one.arrival_order for one in documents(landing) if one.state == "landed"}
    held: dict[tuple[str, ...], dict[str, Any]] = {}
    in_order = [row for row in landed if row["evidence_id"] in counted]
    in_order.sort(key=lambda row: (counted[row["evidence_id"]], row["record_number"]))
    for row in in_order:
        plain = {name: value or None if isinstance(value, str) else value for name, value in row.items()}
        held[tuple(str(row[name] or "").strip() for name in key)] = plain
    return [held[each] for each in sorted(held)]
