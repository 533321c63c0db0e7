"""What an import into Taiwan would owe for its emissions, under a rule that the user assumes.

Article 31 of the Climate Change Response Act knows the difference of emissions, reduction credits, a levy and
relief for a price paid abroad, but no list of goods, benchmark or price is published. So nothing is due until
the user says what to assume, and every answer names it.

Belongs here: reading what the user asks and telling what came of it. Does not: arithmetic, which is the macro
`estimate_import_carbon` of the dbt project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracetonne.errors import WrongUseError
from tracetonne.estimate_cbam import number_of, value_of

AWAITED = (
    "no list of goods, benchmark or price under 氣候變遷因應法 §31 is on record: nothing is due "
    "尚無依氣候變遷因應法第 31 條公告之產品、基準與代金費率，無應繳義務"
)
_CLAUSE = "氣候變遷因應法 (2023-02-15) §31"
# Quantity, formula, inputs; the names are columns of the macro.
_EMISSIONS = ("product_emissions", "mass * see", ("mass", "see"))
_STEPS = (
    (
        "difference",
        "max(0, product_emissions - mass * benchmark)",
        ("product_emissions", "mass", "benchmark"),
    ),
    ("relief", "min(difference, paid_abroad / price)", ("difference", "paid_abroad", "price")),
    (
        "credits_used",
        "min(credits, credit_cap * difference, difference - relief)",
        ("credits", "credit_cap", "difference", "relief"),
    ),
    (
        "levied",
        "max(0, difference - relief - credits_used)",
        ("difference", "relief", "credits_used"),
    ),
    ("levy", "levied * price", ("levied", "price")),
)
_TOLD = {
    "product_emissions": "product_emissions_tco2e",
    "difference": "difference_tco2e",
    "relief": "relief_tco2e",
    "credits_used": "credits_used_tco2e",
    "levied": "levied_tco2e",
    "levy": "levy_ntd",
}


@dataclass(frozen=True)
class Question:
    """What is asked.

    Args:
        mass_t: Net mass imported, in tonnes.
        see: Emissions of a tonne of the product, tCO2e/t, of the supplier or a default.
        benchmark: Assumed emissions of a tonne that owe nothing, tCO2e/t; with `price`, or the rule is off.
        price: Assumed levy on a tonne of the difference, NT$/tCO2e.
        credits: Reduction credits to hand in, in tonnes.
        credit_cap: Assumed largest share of the difference that credits may cover, 0 to 1; None is all of it.
        paid_abroad_ntd: Carbon price proven as paid abroad for these goods and not refunded, in NT$.
        exempt: Why the import is assumed exempt, with its proof.
    """

    mass_t: str
    see: str
    benchmark: str | None = None
    price: str | None = None
    credits: str | None = None
    credit_cap: str | None = None
    paid_abroad_ntd: str | None = None
    exempt: str | None = None

    @property
    def is_rule_assumed(self) -> bool:
        """Whether the user says what a rule would be."""
        return self.benchmark is not None and self.price is not None

    def arguments(self) -> dict[str, Any]:
        """Return the argument of the macro, every text checked.

        Raises:
            WrongUseError: An option does not say what it should.
        """
        if (self.benchmark is None) != (self.price is None):
            raise WrongUseError(
                "An assumed rule needs a benchmark and a price.",
                where="--benchmark, --price",
                expected="both, or neither",
                found="--benchmark alone" if self.price is None else "--price alone",
            )
        cap = number_of(self.credit_cap, "--credit-cap") or "1"
        if Decimal(cap) > 1:
            raise WrongUseError(
                "This is no share.", where="--credit-cap", expected="a number from 0 to 1", found=cap
            )
        if self.exempt is not None and not self.exempt.strip():
            raise WrongUseError(
                "An exemption needs its reason.",
                where="--exempt",
                expected="a reason and its proof",
                found="''",
            )
        return {
            "mass_t": number_of(self.mass_t, "--mass-t", above_zero=True),
            "see": number_of(self.see, "--see"),
            "benchmark": number_of(self.benchmark, "--benchmark") or "null",
            "price": number_of(self.price, "--price", above_zero=True) or "null",
            "credits": number_of(self.credits, "--credits") or "0",
            "credit_cap": cap,
            "paid_abroad": number_of(self.paid_abroad_ntd, "--paid-abroad-ntd") or "0",
            "is_rule_assumed": self.is_rule_assumed,
            "is_exempt": self.exempt is not None,
        }


def answer(question: Question, row: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what came of an estimate.

    Args:
        question: What was asked.
        row: The row that the macro gave.

    Returns:
        Each quantity with its unit in its name, `is_liable`, `assumed` and `steps`.
    """
    told = {name: value_of(row[quantity]) for quantity, name in _TOLD.items()}
    wanted = (_EMISSIONS, *_STEPS) if row["is_liable"] else (_EMISSIONS,)
    return {
        "is_liable": bool(row["is_liable"]),
        **told,
        "assumed": _assumed(question),
        "steps": [
            {
                "quantity": _TOLD[quantity],
                "formula": formula,
                "inputs": {name: value_of(row[name]) for name in inputs},
                "value": value_of(row[quantity]),
                "clause": _CLAUSE,
            }
            for quantity, formula, inputs in wanted
        ],
    }


def _assumed(question: Question) -> list[str]:
    if not question.is_rule_assumed:
        return [AWAITED]
    assumed = [
        "no rule under 氣候變遷因應法 §31 is published: this is a scenario 尚無公告之規定，僅為情境試算",
        f"benchmark {question.benchmark} tCO2e/t, typed by the user 使用者假設之基準",
        f"price {question.price} NT$/tCO2e, typed by the user 使用者假設之代金費率",
    ]
    if question.exempt is not None:
        return [*assumed, f"exempt: {question.exempt} 假設免除"]
    if question.credits is not None:
        cap = f"{question.credit_cap} of the difference" if question.credit_cap else "the whole difference"
        assumed.append(f"credits may cover {cap} 減量額度可抵上限為假設")
    if question.paid_abroad_ntd is not None:
        assumed.append(
            "the price paid abroad is proven, not refunded on export, and relieves the tonnes it would pay "
            "for at the assumed price 國外碳價已檢附證明且出口時未退費，並依假設費率折算"
        )
    return assumed
