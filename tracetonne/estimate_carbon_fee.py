"""What the carbon fee of a plant would be, before any evidence exists: the question, and the answer in words.

Belongs here: reading what the user asks and telling what came of it. Does not: arithmetic, which is the macro
`estimate_carbon_fee` of the dbt project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracetonne.errors import WrongUseError
from tracetonne.estimate_cbam import number_of, value_of

FIRST_YEAR = 2025
# Plans and targets reach to 2030; later years are asked about, with the rules of today.
LAST_YEAR = 2050
_REVIEW_YEARS = 2
PLANS = ("none", "A", "B")
PHASES = ("1", "2", "3")
CREDIT_KINDS = ("voluntary", "early")

_LAW = "碳費收費辦法 (2024-08-29)"
# Quantity, formula, inputs, clause.
_STEPS = (
    ("annual", "max(0, emissions)", ("liable_total",), "§5"),
    ("excess", "max(0, annual - threshold)", ("annual", "threshold"), "§5"),
    ("gross", "round(excess * coefficient, 3)", ("excess", "coefficient"), "§5, §6"),
    (
        "domestic_deduction",
        "min(voluntary * voluntary_ratio + early * early_ratio, domestic_cap * gross)",
        ("voluntary", "voluntary_ratio", "early", "early_ratio", "domestic_cap", "gross"),
        "§9",
    ),
    (
        "foreign_deduction",
        "min(foreign_credits, foreign_cap * gross)",
        ("foreign_credits", "foreign_cap", "gross"),
        "§10",
    ),
    (
        "chargeable_t",
        "round(gross - domestic_deduction - foreign_deduction, 3)",
        ("gross", "domestic_deduction", "foreign_deduction"),
        "§5",
    ),
    ("fee_ntd", "chargeable * rate, cut to whole TWD", ("chargeable", "rate"), "§5"),
)
_COLUMN = {"chargeable_t": "chargeable", "fee_ntd": "fee"}


@dataclass(frozen=True)
class Question:
    """What is asked.

    Args:
        emissions_tco2e: Direct and electricity emissions of the plant in the year.
        plan: Approved self-determined reduction plan: none, A or B.
        high_leakage: Whether the business is recognised as of high carbon leakage.
        leakage_phase: Phase of its coefficient, 1 to 3.
        domestic_credits: Domestic reduction credits, in tonnes.
        credit_kind: voluntary (and offset projects) or early.
        foreign_credits: Recognised foreign credits, in tonnes.
        year: Year of the emissions, whose rules hold.
    """

    emissions_tco2e: str
    plan: str = "none"
    high_leakage: bool = False
    leakage_phase: str | None = None
    domestic_credits: str | None = None
    credit_kind: str = "voluntary"
    foreign_credits: str | None = None
    year: int = FIRST_YEAR

    def arguments(self) -> dict[str, Any]:
        """Return the argument of the macro, every text checked.

        Raises:
            WrongUseError: An option does not say what it should.
        """
        _one_of(self.plan, PLANS, "--plan")
        _one_of(self.credit_kind, CREDIT_KINDS, "--credit-kind")
        if self.leakage_phase is not None:
            _one_of(self.leakage_phase, PHASES, "--leakage-phase")
        if self.leakage_phase is not None and not self.high_leakage:
            raise WrongUseError(
                "A phase belongs to a high-leakage business.",
                where="--leakage-phase",
                expected="--high-leakage beside it",
                found=f"--leakage-phase {self.leakage_phase} alone",
            )
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise WrongUseError(
                "The fee is due for emissions from 2025 on.",
                where="--year",
                expected=f"a year from {FIRST_YEAR} to {LAST_YEAR}",
                found=str(self.year),
            )
        domestic = number_of(self.domestic_credits, "--domestic-credits") or "0"
        return {
            "emissions_tco2e": number_of(self.emissions_tco2e, "--emissions-tco2e"),
            "fee_year": str(self.year),
            "plan": self.plan,
            "is_high_leakage": self.high_leakage,
            "leakage_phase": self.leakage_phase or "1",
            "voluntary": domestic if self.credit_kind == "voluntary" else "0",
            "early": domestic if self.credit_kind == "early" else "0",
            "foreign_credits": number_of(self.foreign_credits, "--foreign-credits") or "0",
        }


def _one_of(text: str, words: tuple[str, ...], where: str) -> None:
    if text not in words:
        raise WrongUseError("This option cannot be read.", where=where, expected=", ".join(words), found=text)


def answer(question: Question, row: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what came of an estimate.

    Args:
        question: What was asked.
        row: The row that the macro gave.

    Returns:
        `chargeable_t` (3 decimals), `fee_ntd` (whole TWD), `is_liable`, `assumed` and `steps`.
    """
    return {
        "emissions_tco2e": value_of(row["liable_total"]),
        "year": question.year,
        "plan": question.plan,
        "is_high_leakage": question.high_leakage,
        "is_liable": bool(row["is_liable"]),
        "chargeable_t": value_of(row["chargeable"]),
        "fee_ntd": int(row["fee"]),
        "assumed": _assumed(question, row),
        "steps": _steps(row),
    }


def _assumed(question: Question, row: Mapping[str, Any]) -> list[str]:
    assumed = []
    if not row["is_liable"]:
        assumed.append(
            f"not liable: the rounded total is below {float(row['liability_threshold']):,.0f} tCO2e (§3) "
            "未達徵收門檻"
        )
    if question.high_leakage and question.plan != "none" and question.leakage_phase is None:
        assumed.append("first phase of the high-leakage coefficient 高碳洩漏第一期係數")
    if question.high_leakage and question.plan == "none":
        assumed.append("without an approved plan the coefficient stays 1 (§6) 未核定自主減量計畫，係數為 1")
    if question.plan != "none":
        assumed.append(f"reduction plan {question.plan} is approved 自主減量計畫已核定")
    if question.high_leakage and (question.foreign_credits or question.credit_kind == "early"):
        assumed.append("early and foreign credits are not for a high-leakage business (§9, §10) 不得扣除")
    elif float(row["early"]) > 0 and not row["early_ratio"]:
        assumed.append(
            "early credits count only in the first three fee years (§9) 先期專案額度僅前三年可扣除"
        )
    if question.year > FIRST_YEAR + _REVIEW_YEARS:
        assumed.append(
            f"the rates in force now hold in {question.year}; they are reviewed every two years, and "
            "higher ones are planned 依現行費率試算，費率每二年檢討"
        )
    assumed.append("no increment of offsetting and no electricity supplied to others is taken off")
    return assumed


def _steps(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Show each step with its inputs and clause; a plant that is not liable has none but the total."""
    steps = [
        {
            "quantity": "liable_total",
            "formula": "round(emissions, 3)",
            "inputs": {"emissions": value_of(row["unrounded"])},
            "value": value_of(row["liable_total"]),
            "clause": f"{_LAW} §3",
        }
    ]
    if not row["is_liable"]:
        return steps
    for quantity, formula, inputs, clause in _STEPS:
        steps.append(
            {
                "quantity": quantity,
                "formula": formula,
                "inputs": {name: value_of(row[name]) for name in inputs},
                "value": value_of(row[_COLUMN.get(quantity, quantity)]),
                "clause": f"{_LAW} {clause}",
            }
        )
    return steps
