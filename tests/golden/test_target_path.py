"""The path of a target by the macro of the models, with numbers that can be checked in the head."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from prepared_home import prepared_home

from orchestration.dbt_build import run_inline

pytestmark = pytest.mark.slow


def test_forty_two_percent_from_2021_to_2030(tmp_path: Path) -> None:
    """900 t less 42 % over nine years is 42 t a year: 522 t in 2030, and no lower after it."""
    rows = [
        [2021, "900.0", 2030, "42.0", 2021, ["900.0"]],
        [2021, "900.0", 2030, "42.0", 2025, ["500.0", "240.0"]],
        [2021, "900.0", 2030, "42.0", 2026, ["480.0", "200.0"]],
        [2021, "900.0", 2030, "42.0", 2030, []],
        [2021, "900.0", 2030, "42.0", 2032, ["522.0"]],
    ]
    (found,) = run_inline(prepared_home(tmp_path / "home"), f"{{{{ target_path({ {'rows': rows}!r}) }}}}")
    computed = {name: json.loads(value) for name, value in found.items()}
    assert computed["path_tco2e"] == pytest.approx([900, 732, 690, 522, 522])
    assert computed["actual_tco2e"] == [900, 740, 680, None, 522]
    # Above the path the gap is positive, below it negative.
    assert computed["gap_tco2e"][:3] == pytest.approx([0, 8, -10])
    assert computed["gap_tco2e"][3] is None
    assert computed["yearly_reduction_pct"] == pytest.approx([42 / 9] * 5)
