"""A corrected package supersedes the older, which stays: the chain, why, and the changed cells."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tracetonne.corrections import changed_lines, correct, package_versions
from tracetonne.errors import WrongUseError
from tracetonne.package import bag
from tracetonne.package.layout import PAYLOAD, table_file
from tracetonne.settings import Home

COLUMNS = {
    "figure": ("figure_key", "refresh_period", "value", "unit", "note"),
    "calculation_line": ("line_id", "refresh_period", "value", "unit", "formula", "clause"),
    "factor_used": ("factor_id", "value", "unit", "document"),
    "evidence_used": ("sha256", "kind", "file_name"),
}


def _write(home: Home, version: int, rows: dict[str, list[tuple[object, ...]]]) -> None:
    root = home.exports / "s" / "2026" / f"v{version}"
    for table, columns in COLUMNS.items():
        path = root / PAYLOAD / table_file(table, "parquet")
        path.parent.mkdir(parents=True, exist_ok=True)
        values = ", ".join(str(row) for row in rows[table])
        with duckdb.connect() as connection:
            connection.execute(f"copy (from (values {values}) as t({', '.join(columns)})) to '{path}'")
    bag.write_frame(
        root,
        {"External-Identifier": f"s/2026/v{version}", "TraceTonne-Figures-SHA256": str(version)},
        {path.relative_to(root).as_posix(): bag.sha256_of(path) for path in bag.payload_files(root)},
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A site with two versions: gas of 5 t is 6 t after a bill was replaced, and a line falls away."""
    home = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    (home.landing / "evidence" / "site=s").mkdir(parents=True)
    first = {
        "figure": [("total", "2026", 5.0, "t", "n")],
        "calculation_line": [
            ("gas", "2026", 5.0, "t", "a * b", "eq. 5"),
            ("old", "2026", 1.0, "t", "a", "x"),
        ],
        "factor_used": [("f", 2.0, "t/t", "table")],
        "evidence_used": [("aa", "bill", "one.csv")],
    }
    _write(home, 1, first)
    second = first | {
        "figure": [("total", "2026", 6.0, "t", "n")],
        "calculation_line": [("gas", "2026", 6.0, "t", "a * b", "eq. 5")],
        "evidence_used": [("bb", "bill", "two.csv")],
    }
    _write(home, 2, second)
    return home


def test_the_diff_lists_changed_lines(home: Home) -> None:
    rows = [tuple(row.values()) for row in changed_lines(home, "s", "2026")]
    assert rows == [
        ("figure", "total 2026", "changed", "value", "5.0", "6.0"),
        ("calculation_line", "gas 2026", "changed", "value", "5.0", "6.0"),
        ("calculation_line", "old 2026", "removed", None, None, None),
        ("evidence_used", "aa bill", "removed", None, None, None),
        ("evidence_used", "bb bill", "added", None, None, None),
    ]
    with pytest.raises(WrongUseError):
        changed_lines(home, "s", "2026", version=1)


def test_a_correction_says_what_it_supersedes_and_why(home: Home) -> None:
    with pytest.raises(WrongUseError):
        correct(home, "s", "2026", "bill replaced", "Lin", "Lin")
    recorded = correct(home, "s", "2026", "bill replaced", "Chen", "Lin")
    first, second = package_versions(home, "s", "2026")
    assert (first.supersedes, first.superseded_by, first.reason) == (None, 2, None)
    assert (second.supersedes, second.superseded_by, second.changed) == (1, None, ["Figures"])
    assert second == recorded and (second.reason, second.approver) == ("bill replaced", "Chen")
    with pytest.raises(WrongUseError):
        correct(home, "s", "2026", "again", "Chen", "Lin")
