"""Every published figure, as a file: a change of a factor is a change that a reviewer sees.

After an intended change: `TRACETONNE_WRITE_GOLDEN=1 pytest tests/golden/test_factor_table.py`.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from tracetonne import factor_table

GOLDEN = Path(__file__).with_name("factor_table.txt")


def test_factor_table_is_the_reviewed_one() -> None:
    lines = factor_table.golden_lines()
    if os.environ.get("TRACETONNE_WRITE_GOLDEN"):
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    reviewed = GOLDEN.read_text(encoding="utf-8").splitlines()
    changes = list(difflib.unified_diff(reviewed, lines, "reviewed", "seeds", n=0, lineterm=""))
    assert not changes, "published factors differ from the reviewed table:\n" + "\n".join(changes[:60])


def test_no_two_figures_share_an_id() -> None:
    identities = [line.split("\t")[0] for line in factor_table.golden_lines()]
    assert len(identities) == len(set(identities))


def test_grid_factors_of_the_iea_are_not_bundled() -> None:
    """Their licence is non-commercial (IR (EU) 2025/2621, Annex II)."""
    bundled = [
        row["factor_code"]
        for row in factor_table.read_seed("emission_factor")
        if row["parameter"] == "electricity_factor"
    ]
    assert bundled
    assert all(code.startswith("TW-GRID-") for code in bundled)
