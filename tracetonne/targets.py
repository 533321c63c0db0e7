"""Targets of the organisation: the path from base to target year, and how each year's emissions lie to it.

Reads `reduction_target` documents and the served inventories; the line itself is a macro of the models
(`target_path`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracetonne.errors import WrongUseError
from tracetonne.figures import check_site
from tracetonne.inventory import LATEST_GWP_SET, read_inventory
from tracetonne.registers import standing_rows
from tracetonne.settings import Home

# The figures whose sum a target is about.
_PARTS = {
    "scope_1_2_location": ("ghg_scope_1", "ghg_scope_2_location"),
    "scope_1_2_market": ("ghg_scope_1", "ghg_scope_2_market"),
    "scope_3": ("ghg_scope_3",),
}
# Base year, base emissions, target year, reduction in percent, year, and the parts of its emissions.
Asked = tuple[int, float, int, float, int, list[float]]
PathOf = Callable[[Sequence[Asked]], Mapping[str, Sequence[float | None]]]


@dataclass(frozen=True)
class TargetYear:
    """A year of a target.

    Args:
        year: Calendar year.
        path_tco2e: What the path allows, t CO2e.
        actual_tco2e: Emissions of the year by its inventory; None while it has none.
        gap_tco2e: Actual less path: above zero is above the path.
        is_whole: Whether the inventory has no gap in this scope.
        is_on_path: Whether the emissions are not above it; None while they are not known, or where they are
            not above it and gaps are missing from them.
    """

    year: int
    path_tco2e: float
    actual_tco2e: float | None
    gap_tco2e: float | None
    is_whole: bool
    is_on_path: bool | None


@dataclass(frozen=True)
class Target:
    """A target with its path.

    Args:
        target: Its code.
        scope: scope_1_2_location, scope_1_2_market or scope_3.
        base_year: Year that it starts from.
        base_tco2e: Emissions of that year, t CO2e.
        target_year: Year of the target.
        reduction_pct: Reduction against the base year, percent.
        yearly_reduction_pct: Reduction of a year on the straight line, percent of the base year.
        gwp_set: Warming potentials of the inventories that it is held against.
        validated_by: Who validated it.
        evidence_id: The document that states it.
        years: Base year to target year, and later years that have an inventory.
    """

    target: str
    scope: str
    base_year: int
    base_tco2e: float
    target_year: int
    reduction_pct: float
    yearly_reduction_pct: float
    gwp_set: str
    validated_by: str
    evidence_id: str
    years: list[TargetYear] = field(default_factory=list)


def read_targets(home: Home, site: str, path_of: PathOf) -> list[Target]:
    """Return the targets of a site, each with its path and how emissions lie to it.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        path_of: Computes paths by the macro `target_path`.

    Raises:
        WrongUseError: The site is not known, or a target year is not after its base year.
    """
    check_site(home, site)
    rows = standing_rows(home, site, "reduction_target", ["target", "target_scope"])
    if not rows:
        return []
    actual, gaps = _actual(home, site)
    asked: list[tuple[dict[str, Any], Asked]] = []
    for row in rows:
        base_year, target_year = int(row["base_year"]), int(row["target_year"])
        if target_year <= base_year:
            raise WrongUseError(
                "The target year is not after the base year.",
                what_zh="目標年須晚於基準年。",
                where=f"reduction_target {row['target']} {row['target_scope']}, {row['evidence_id']}",
                expected=f"a year after {base_year}",
                found=str(target_year),
                action="Land a corrected reduction_target document. 請匯入更正後之減量目標文件。",
            )
        later = [year for year in actual if year > target_year]
        for year in [*range(base_year, target_year + 1), *sorted(later)]:
            parts = [actual.get(year, {}).get(name) for name in _PARTS[row["target_scope"]]]
            known = [part for part in parts if part is not None]
            asked.append(
                (
                    row,
                    (
                        base_year, float(row["base_tco2e"]), target_year, float(row["reduction_pct"]), year,
                        known if len(known) == len(parts) else [],
                    ),
                )
            )  # fmt: skip
    computed = path_of([one for _, one in asked])
    return [_target(row, asked, computed, gaps) for row in rows]


def _target(
    row: dict[str, Any],
    asked: Sequence[tuple[dict[str, Any], Asked]],
    computed: Mapping[str, Sequence[float | None]],
    gaps: set[tuple[int, str]],
) -> Target:
    places = [place for place, (of_row, _) in enumerate(asked) if of_row is row]
    base_year, base, target_year, reduction, _, _ = asked[places[0]][1]
    yearly = computed["yearly_reduction_pct"][places[0]]
    years = []
    for place in places:
        path, gap = computed["path_tco2e"][place], computed["gap_tco2e"][place]
        assert path is not None, "the path needs no inventory"
        year = asked[place][1][4]
        is_whole = not any((year, name) in gaps for name in _PARTS[row["target_scope"]])
        is_on_path = None if gap is None or (gap <= 0 and not is_whole) else gap <= 0
        years.append(TargetYear(year, path, computed["actual_tco2e"][place], gap, is_whole, is_on_path))
    return Target(
        row["target"], row["target_scope"], base_year, base, target_year, reduction, yearly or 0.0,
        LATEST_GWP_SET, row["validated_by"] or "", row["evidence_id"], years,
    )  # fmt: skip


def _actual(home: Home, site: str) -> tuple[dict[int, dict[str, float]], set[tuple[int, str]]]:
    """Return by year the emissions by scope of the served inventories, and the scopes that have gaps."""
    wanted = {name for names in _PARTS.values() for name in names}
    found: dict[int, dict[str, float]] = {}
    gaps = set()
    for folder in sorted((home.serving / site).glob("[0-9][0-9][0-9][0-9]")):
        inventory = read_inventory(home, site, folder.name)
        found[int(folder.name)] = {
            row["quantity"]: row["value"]
            for row in inventory.figures
            if row["quantity"] in wanted and row["value"] is not None
        }
        short = {row["category"] for row in inventory.categories if row["status"] in ("gap", "partly")}
        gaps |= {(int(folder.name), name) for name in wanted if name[4:11] in short}
    return {year: values for year, values in found.items() if values}, gaps
