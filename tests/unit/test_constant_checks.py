"""Constants of a package against the rules that its lines cite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracetonne.factor_table import read_seed
from tracetonne.package.constant_checks import check_constants
from tracetonne.package.layout import PAYLOAD, table_file

HEADING = "line_id,input_name,source_kind,source_id,value\n"


def package(root: Path, *rows: str) -> Path:
    """Write a package that holds nothing but inputs of lines."""
    file = root / PAYLOAD / table_file("calculation_line_input")
    file.parent.mkdir(parents=True)
    file.write_text(HEADING + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return root


@pytest.fixture
def rate() -> tuple[str, str]:
    """Return how a line cites the general rate of the carbon fee, and the rate."""
    (row,) = (row for row in read_seed("regime_rule") if row["rule_code"] == "TWF-RATE-GENERAL")
    return f"constant:{row['rule_code']}@{row['version']}", row["value"]


def test_the_published_value_agrees(tmp_path: Path, rate: tuple[str, str]) -> None:
    check = check_constants(package(tmp_path, f"fee,rate,constant,{rate[0]},{rate[1]}"))
    assert (check.passed, check.looked_at) == (True, 1)


def test_a_changed_constant_is_found_with_its_place(tmp_path: Path, rate: tuple[str, str]) -> None:
    check = check_constants(package(tmp_path, f"fee,rate,constant,{rate[0]},30"))
    (failure,) = check.failures
    assert (failure.line, failure.found) == (2, "30")
    assert rate[0] in failure.message and float(rate[1]) == float(failure.expected)


def test_what_cites_no_known_rule_is_not_compared(tmp_path: Path) -> None:
    rows = (
        "a,b,constant,constant:month 2025-01,1",
        "a,c,constant,constant:NEW-RULE@2030,5",
        "a,d,fact,fact:x,2",
    )
    check = check_constants(package(tmp_path, *rows))
    assert (check.passed, check.looked_at) == (True, 0)
