"""The Taiwanese carbon fee of a site and year, as the served figures have it: which version, which options.

Reads; computes nothing. A version is what was known on its day: the one filed by 30 April, the one verified
by 31 October of the next year.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from tracetonne import serving
from tracetonne.figures import Figures, read_figures, why_unserved
from tracetonne.periods import day_of
from tracetonne.settings import Home

_OPTION_FIELDS = (
    "fee_option", "plan", "is_high_leakage", "leakage_phase", "is_phase_assumed", "is_liable",
    "fee_base_tco2e", "threshold_tco2e", "coefficient", "gross_chargeable_tco2e", "domestic_deduction_tco2e",
    "foreign_deduction_tco2e", "chargeable_tco2e", "rate_twd_per_tco2e", "fee_twd",
)  # fmt: skip
_CRITERION_FIELDS = (
    "criterion", "quantity", "threshold", "unit", "is_met", "reason", "reason_zh", "clause",
)  # fmt: skip
# A plant that the extended criteria alone oblige registers its inventory and no more (三不一沒有).
_EXTENDED = "應盤查登錄溫室氣體排放量之排放源 (announced 2025-03-04)"
_EXEMPT_FROM = (
    {
        "duty": "verification", "duty_zh": "查驗", "says": "need not be verified", "says_zh": "不須查驗",
        "clause": _EXTENDED,
    },
    {
        "duty": "carbon fee", "duty_zh": "碳費", "says": "no fee below 25,000 tCO2e of the plant",
        "says_zh": "全廠未達 25,000 公噸，不收費", "clause": f"{_EXTENDED}; 碳費收費辦法 §3",
    },
)  # fmt: skip
_ELECTED_FIRST = "case fee_option when 'elected' then 0 when 'general' then 1 else 2 end, fee_option"


@dataclass(frozen=True)
class CarbonFee:
    """What a manager asks: the fee, what it would be otherwise, and what else the year obliges to.

    Args:
        site: The site.
        year: Year of the emissions.
        series: Version that holds on the day asked for, `filed` or `verified`; empty where there is none.
        known_on: Day of that version, as an ISO date.
        options: The fee by option in TWD with its steps in t CO2e, the elected one first.
        figures: Figures of that version and those without version, by the contract of `figures --json`.
        registrant: Criteria of the extended duty to register an inventory.
        reason: Why there is no fee.
        exempt_from: Of a plant that registers by these criteria alone, what does not apply: duty and words in
            both languages, and the clause.
    """

    site: str
    year: str
    series: str
    known_on: str
    options: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    registrant: list[dict[str, Any]]
    reason: str = ""
    exempt_from: list[dict[str, str]] = field(default_factory=list)


def read_carbon_fee(home: Home, site: str, year: str, known_on: str | None = None) -> CarbonFee:
    """Return the carbon fee of a site and year from the served figures.

    Args:
        home: The installation.
        site: A site of which something has been landed.
        year: Calendar year of the emissions.
        known_on: Day on which the question is asked, an ISO date; None for the latest version.

    Raises:
        WrongUseError: The site is not known, or the day is no date.
    """
    day = datetime.date.max if known_on is None else day_of(known_on, "--known-on")
    figures = read_figures(home, site, year)
    if reason := why_unserved(home, site, year, "out_taiwan_fee", figures):
        return _none(site, year, reason)
    with serving.open_serving(home, site, [year]) as connection:
        versions = connection.execute(
            "select distinct series, known_on from out_taiwan_fee where known_on <= ? order by known_on desc",
            [day],
        ).fetchall()
        options = connection.execute(
            f"select {', '.join(_OPTION_FIELDS)} from out_taiwan_fee where series = ? "
            f"order by {_ELECTED_FIRST}",
            [versions[0][0] if versions else ""],
        ).fetchall()
        criteria = connection.execute(
            f"select {', '.join(_CRITERION_FIELDS)} from out_taiwan_registrant order by criterion"
        ).fetchall()
    if not versions:
        return _none(site, year, _why_no_version(figures, year, day))
    series, made_on = versions[0]
    chosen = [dict(zip(_OPTION_FIELDS, row, strict=True)) for row in options]
    judged = [_plain(dict(zip(_CRITERION_FIELDS, row, strict=True))) for row in criteria]
    is_new = any(row["is_met"] for row in judged) and not any(option["is_liable"] for option in chosen)
    return CarbonFee(
        site,
        year,
        series,
        made_on.isoformat(),
        chosen,
        [row for row in figures.rows if row["series"] in (series, "regime", "scenario") and _is_taiwan(row)],
        judged,
        exempt_from=list(_EXEMPT_FROM) if is_new else [],
    )


def _none(site: str, year: str, reason: str) -> CarbonFee:
    return CarbonFee(site, year, "", "", [], [], [], reason)


def _why_no_version(figures: Figures, year: str, day: datetime.date) -> str:
    if any(_is_taiwan(row) for row in figures.rows):
        return (
            f"On {day} there was no inventory of {year} yet: the first version is that of 30 April "
            f"{int(year) + 1}. 該日尚無 {year} 年盤查資料。"
        )
    return (
        f"{year} has no Taiwanese carbon fee: the site lies elsewhere, or is computed from a filled "
        "template, or the year is before 2025. 該年度無碳費：廠區不在臺灣、採用溝通範本，或早於 2025 年。"
    )


def _is_taiwan(row: dict[str, Any]) -> bool:
    return str(row["regime"]).startswith("taiwan_")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    quantity = row["quantity"]
    return {**row, "quantity": None if quantity is None else float(quantity)}
