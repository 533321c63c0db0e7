"""What tells the rows of the large served tables apart: rows lie in this order, and no two share a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracetonne.errors import GateStoppedError

if TYPE_CHECKING:
    import pyarrow as pa

# The largest first. Small tables are ordered by all their columns, which would cost as much as the rest of
# serving in these.
KEYS = {
    "out_figure": ("figure_key",),
    "out_calculation_line": ("line_id",),
    "out_calculation_line_input": ("line_id", "input_name", "input_index"),
    "out_fact": ("fact_id",),
    "out_fact_record": ("fact_id", "raw_table", "evidence_id", "record_number", "role"),
    "out_product_intensity": ("period", "process", "product", "series"),
}
# A fact may rest on a whole document.
MAY_BE_EMPTY = frozenset({"record_number"})


def check_keys(table: str, rows: pa.Table) -> None:
    """Stop where two rows share their key, or have none; of neighbours in order this is seen at a glance.

    Args:
        table: Name of the served table; one without a key passes.
        rows: Its rows in the order of the key.

    Raises:
        GateStoppedError: A row has no key, or the key of the row before it.
    """
    key = KEYS.get(table)
    if key is None or rows.num_rows == 0:
        return
    if any(rows[column].null_count for column in key if column not in MAY_BE_EMPTY):
        raise _stopped(table, "a row without a key")
    again = _first_repeated(rows.select(list(key)))
    if again is not None:
        raise _stopped(table, ", ".join(map(str, again)))


def _first_repeated(keys: pa.Table) -> Sequence[object] | None:
    """Return the first key that the row before it has too."""
    import pyarrow.compute as pc

    same = None
    for column in keys.columns:
        upper, lower = column[:-1], column[1:]
        both_null = pc.and_(pc.is_null(upper), pc.is_null(lower))
        equal = pc.or_(pc.fill_null(pc.equal(upper, lower), False), both_null)
        same = equal if same is None else pc.and_(same, equal)
    place = pc.index(same, True).as_py()
    return None if place < 0 else tuple(keys.slice(place, 1).to_pylist()[0].values())


def _stopped(table: str, found: str) -> GateStoppedError:
    return GateStoppedError(
        "Two rows of a served table have one name.",
        where=table,
        expected="a key of its own for every row",
        found=found,
        action="This is a fault of a method, not of the evidence; nothing was served.",
    )
