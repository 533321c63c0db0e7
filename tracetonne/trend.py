"""Whether a month's intensity fits how much was made: fixed consumption makes a slack month look worse.

For each process the emissions of its other months are regressed on what was made (the linear energy baseline
of ISO 50006: a fixed part and one by tonne). A month that lies beyond three standard deviations of these is
asked about. Reads what refreshes served; the answer is a question to the plant, no figure of a regime.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.errors import WrongUseError
from tracetonne.figures import check_site
from tracetonne.settings import Home

# A line through fewer months than this fits almost anything.
OTHER_MONTHS_AT_LEAST = 6
SIGMAS = 3
_MONTHS = """
    with months as (
        select process, period as month,
            cast(max(value) filter (quantity = 'activity_level') as double) as activity_level,
            any_value(unit) filter (quantity = 'activity_level') as activity_unit,
            cast(sum(value) filter (quantity <> 'activity_level') as double) as emissions_tco2e
        from out_figure
        where series = 'management' and process is not null and product is null and period = refresh_period
            and period similar to '\\d{4}-\\d{2}'
            and quantity in ('activity_level', 'attributed_emissions_direct', 'attributed_emissions_indirect')
        group by process, period
        having activity_level > 0 and emissions_tco2e is not null
    ),
    lines as (
        select months.process, months.month, count(*) as other_months,
            -- Months that all made the same have a mean, and no line.
            case when regr_sxx(others.emissions_tco2e, others.activity_level) > 0
                then regr_slope(others.emissions_tco2e, others.activity_level) else 0 end as slope,
            avg(others.emissions_tco2e) - slope * avg(others.activity_level) as fixed_tco2e,
            sqrt(
                greatest(
                    regr_syy(others.emissions_tco2e, others.activity_level)
                    - slope * regr_sxy(others.emissions_tco2e, others.activity_level), 0
                ) / (count(*) - 2)
            ) as sigma_tco2e
        from months
        inner join months as others on months.process = others.process and months.month <> others.month
        group by months.process, months.month
        having count(*) >= getvariable('other_months_at_least')
    )
    select months.*, lines.* exclude (process, month), fixed_tco2e + slope * activity_level as expected_tco2e
    from months
    left join lines on months.process = lines.process and months.month = lines.month
    order by months.process, months.month
"""


@dataclass(frozen=True)
class Trend:
    """Months of a site's processes beside what their other months let expect.

    Args:
        site: The site.
        months: By process and month: `activity_level` (`activity_unit`), `utilisation` (of the capacity
            given, else of the best month), `emissions_tco2e`, `intensity` (t CO2e a unit made),
            `expected_tco2e`, `deviation_sigmas` and `is_outlier`; the last three are null where fewer than
            six other months are served.
        reason: Why there is nothing to compare.
    """

    site: str
    months: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


def capacities(texts: list[str]) -> dict[str, float]:
    """Read `PROCESS=AMOUNT` options, the amount a month in the process's unit.

    Raises:
        WrongUseError: One is not of that form, or its amount is not above zero.
    """
    found = {}
    for text in texts:
        if not (match := re.fullmatch(r"(.+)=(\d+(?:\.\d+)?)", text)) or not float(match[2]):
            raise WrongUseError(
                "This is not the capacity of a process.", where="--capacity", expected="wire=1200", found=text
            )
        found[match[1]] = float(match[2])
    return found


def read_trend(home: Home, site: str, capacity: Mapping[str, float] | None = None) -> Trend:
    """Return every served month of a site's processes with what the other months let expect.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        capacity: What a process can make a month, in the unit of its activity level.

    Raises:
        WrongUseError: The site or a process is not known.
    """
    check_site(home, site)
    if not serving.builds(home, site):
        return Trend(site, reason=f"Nothing of {site} has been refreshed yet. 尚未計算。")
    with serving.open_serving(home, site) as connection:
        connection.execute(f"set variable other_months_at_least = {OTHER_MONTHS_AT_LEAST}")
        rows = connection.execute(_MONTHS)
        names = [column[0] for column in rows.description]
        months = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    if not months:
        return Trend(site, reason=f"No month of {site} with a process is served. 無已計算之月份。")
    best: dict[str, float] = {}
    for row in months:
        best[row["process"]] = max(row["activity_level"], best.get(row["process"], 0))
    if unknown := sorted(set(capacity or {}) - set(best)):
        raise WrongUseError(
            "There is no such process.",
            where="--capacity",
            expected=", ".join(best),
            found=", ".join(unknown),
        )
    whole = best | dict(capacity or {})
    return Trend(site, [_judged(row, whole[row["process"]]) for row in months])


def _judged(row: Mapping[str, Any], capacity: float) -> dict[str, Any]:
    deviation, outlier = None, None
    if row["expected_tco2e"] is not None:
        # Papers that lie on a line exactly leave no spread but that of floating point.
        spread = max(row["sigma_tco2e"], 1e-6 * abs(row["expected_tco2e"]), 1e-9)
        deviation = (row["emissions_tco2e"] - row["expected_tco2e"]) / spread
        outlier = abs(deviation) > SIGMAS
    return {
        "process": row["process"],
        "month": row["month"],
        "activity_level": row["activity_level"],
        "activity_unit": row["activity_unit"],
        "utilisation": row["activity_level"] / capacity,
        "emissions_tco2e": row["emissions_tco2e"],
        "intensity": row["emissions_tco2e"] / row["activity_level"],
        "expected_tco2e": row["expected_tco2e"],
        "deviation_sigmas": deviation,
        "is_outlier": outlier,
    }
