"""What a good would cost at the EU border, before any evidence exists: the question, and the answer in words.

Belongs here: reading what the user asks and telling what came of it. Does not: arithmetic, which is the macro
`estimate_cbam` of the dbt project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any

from tracetonne.errors import WrongUseError
from tracetonne.factor_table import read_seed

FIRST_YEAR = 2026
# No free allocation remains from 2034; default values are to be revised long before.
LAST_YEAR = 2050
# The mark-up of 2028 holds for all later years.
_LAST_MARK_UP_YEAR = 2028
_CN = re.compile(r"\d{4}(\d{2}){0,2}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ROUTE = re.compile(r"[A-L](/[A-L])*")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
# Hydrogen and electricity know no threshold (Regulation (EU) 2023/956, Article 2a).
_NO_THRESHOLD = ("2804", "2716")
_CENT = Decimal("0.01")
# More than the world emits in a year, and few enough digits for the decimals of the models.
_LARGEST = 10**11


@dataclass(frozen=True)
class Question:
    """What is asked.

    Args:
        cn: CN code of 4, 6 or 8 digits; blanks are allowed.
        country: Country of origin, two letters.
        year: Year of import.
        mass_t: Net mass imported, in tonnes.
        see: Actual specific embedded emissions that are charged, in tCO2e/t, precursors included.
        default: Whether the default value with mark-up is meant instead.
        default_see: A default value with mark-up that is not in the reference data, in tCO2e/t.
        clinker_content: Tonnes of clinker in a tonne of cement, for default values, which count clinker.
        route: Letter of the production route in IR (EU) 2025/2620.
        precursors: `CN:tonnes:see|default[:sefa|:clinker=content]` for each, tonnes used for `mass_t` of the
            good; the content is the clinker in a tonne of cement.
        quarter: Quarter of import, whose published price counts.
        price: Price of a certificate in EUR, assumed.
        cscf: Cross-sectoral correction factor, assumed.
        carbon_price_credit_t: Certificates less for a carbon price paid, in tCO2e.
    """

    cn: str
    country: str
    year: int
    mass_t: str
    see: str | None = None
    default: bool = False
    default_see: str | None = None
    route: str | None = None
    precursors: Sequence[str] = ()
    quarter: str | None = None
    price: str | None = None
    cscf: str | None = None
    carbon_price_credit_t: str | None = None
    clinker_content: str | None = None

    def arguments(self) -> dict[str, Any]:
        """Return the argument of the macro, every text checked.

        Raises:
            WrongUseError: An option does not say what it should.
        """
        if (self.see is not None) + self.default + (self.default_see is not None) != 1:
            raise WrongUseError(
                "One value of the emissions is needed.",
                expected="--see, --default or --default-see",
                found="none, or more than one",
            )
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise WrongUseError(
                "Certificates are due for imports from 2026 on.",
                where="--year",
                expected=f"a year from {FIRST_YEAR} to {LAST_YEAR}",
                found=str(self.year),
            )
        content = number_of(self.clinker_content, "--clinker-content", above_zero=True)
        if content is not None and (self.see is not None or Decimal(content) > 1):
            raise WrongUseError(
                "The clinker content turns the default value of a tonne of clinker into that of cement.",
                where="--clinker-content",
                expected="a number up to 1, with --default or --default-see",
                found=content if self.see is None else "--see, which is that of a tonne of the good",
            )
        if self.quarter and self.price is not None:
            raise WrongUseError(
                "The price is either assumed or that of a quarter.", where="--quarter, --price"
            )
        return {
            "cn_code": _code(self.cn, "--cn"),
            "country_code": _matching(_COUNTRY, self.country, "--country", "two capital letters, such as TW"),
            "import_year": str(self.year),
            "mass_t": number_of(self.mass_t, "--mass-t", above_zero=True),
            "see": number_of(self.see if self.default_see is None else self.default_see, "--see"),
            "see_is_default": self.see is None,
            "clinker_content": content,
            "production_route": self.route
            and _matching(_ROUTE, self.route, "--route", "a letter from A to L"),
            "cscf": number_of(self.cscf, "--cscf"),
            "price": number_of(self.price, "--price"),
            "quarter": self.quarter and self._quarter(),
            "carbon_price_credit_t": number_of(self.carbon_price_credit_t, "--carbon-price-credit-t"),
            "precursors": [_precursor(text) for text in self.precursors],
        }

    def _quarter(self) -> str:
        match = _QUARTER.fullmatch(self.quarter or "")
        if match is None:
            raise WrongUseError(
                "This is not a quarter.", where="--quarter", expected="2026-Q1", found=self.quarter or ""
            )
        if int(match[1]) != self.year:
            raise WrongUseError(
                "The quarter lies outside the year of import.",
                where="--quarter",
                expected=f"{self.year}-Q1 to {self.year}-Q4",
                found=self.quarter or "",
            )
        return f"{match[1]}-Q{match[2]}"


def _matching(pattern: re.Pattern[str], text: str, where: str, expected: str) -> str:
    if not pattern.fullmatch(text):
        raise WrongUseError("This option cannot be read.", where=where, expected=expected, found=text)
    return text


def _code(text: str, where: str) -> str:
    return _matching(
        _CN, re.sub(r"[\s .]", "", text), where, "a CN code of 4, 6 or 8 digits, such as 73181588"
    )


def number_of(text: str | None, where: str, *, above_zero: bool = False) -> str | None:
    """Return a number of an option as plain text, or None where it was not given.

    Raises:
        WrongUseError: It is no number, below zero, or beyond what a plant or a market could have.
    """
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or value > _LARGEST or (above_zero and value == 0):
        expected = "a number above zero" if above_zero else "a number, not below zero"
        raise WrongUseError(
            "This is not such a number.",
            where=where,
            expected=f"{expected}, at most {_LARGEST:,}",
            found=text,
        )
    return f"{value:f}"


def _precursor(text: str) -> dict[str, str | None]:
    parts = text.split(":")
    if len(parts) not in (3, 4):
        raise WrongUseError(
            "This is not a precursor.",
            where="--precursor",
            expected="CN:tonnes:see|default[:sefa|:clinker=content], such as 7213:20000:default",
            found=text,
        )
    name, is_content, content = (parts[3:] or [""])[0].partition("=")
    if is_content and name != "clinker":
        raise WrongUseError(
            "A precursor has no such property.", where="--precursor", expected="clinker=0.7", found=parts[3]
        )
    clinker_content = number_of(content, "--precursor", above_zero=True) if is_content else None
    if clinker_content is not None and Decimal(clinker_content) > 1:
        raise WrongUseError(
            "A tonne of cement holds at most a tonne of clinker.",
            where="--precursor",
            expected="clinker= and a number up to 1",
            found=parts[3],
        )
    return {
        "cn_code": _code(parts[0], "--precursor"),
        "mass_t": number_of(parts[1], "--precursor", above_zero=True),
        "see": None if parts[2] == "default" else number_of(parts[2], "--precursor"),
        "sefa": number_of(name, "--precursor") if name and not is_content else None,
        "clinker_content": clinker_content,
        "country_code": None,
    }


def answer(question: Question, asked: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what came of an estimate.

    Args:
        question: What was asked.
        asked: The same as the macro read it.
        row: The row that the macro gave.

    Returns:
        `see`, `sefa` (tCO2e/t), `certificates` (tCO2e), `cost_eur` (to the cent; null without a price),
        `assumed` and `steps`.

    Raises:
        WrongUseError: The reference data hold no value for the good, or no price for the quarter.
    """
    precursors = json.loads(row["precursors"]) if row["precursors"] else []
    _check(question, asked, row)
    _check_precursors(question, asked, row, precursors)
    cost = row["certificate_cost"]
    return {
        "cn_code": asked["cn_code"],
        "country": asked["country_code"],
        "year": question.year,
        "mass_t": value_of(row["mass"]),
        "see": value_of(row["see"]),
        "see_basis": "default" if asked["see_is_default"] else "actual",
        "sefa": value_of(row["sefa"]),
        "embedded_emissions_t": value_of(row["embedded_emissions"]),
        "free_allocation_t": value_of(row["free_allocation"]),
        "certificates": value_of(row["certificates"]),
        "price_eur": value_of(row["price"]),
        "cost_eur": None if cost is None else float(Decimal(cost).quantize(_CENT, ROUND_HALF_UP)),
        "assumed": _assumed(question, asked, row, precursors),
        "steps": _steps(asked, row, precursors),
    }


def _check(question: Question, asked: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    if row["is_zero_rated"]:
        raise WrongUseError(
            "Goods of this origin are outside the mechanism.",
            where=f"--country {asked['country_code']}",
            expected="a country outside the EU, the EEA and Switzerland",
            found=asked["country_code"],
        )
    if question.clinker_content is not None and not row["is_cement"]:
        raise WrongUseError(
            "This good is not counted by its clinker content.",
            where="--clinker-content",
            expected="a CN code 2523 21, 2523 29 or 2523 90",
            found=asked["cn_code"],
        )
    if (row["see"] is None or row["sefa"] is None) and not _is_in_scope(asked["cn_code"]):
        raise WrongUseError(
            "This good is not in the scope of CBAM.",
            where=f"--cn {asked['cn_code']}",
            expected="a code of Annex I of Regulation (EU) 2023/956",
            found="a code beside it",
            action="nothing; COM(2025) 989 would take in 180 codes of downstream goods from 2028, if adopted",
        )
    if row["see"] is None:
        raise WrongUseError(
            "There is no default value for this good.",
            where=f"--cn {asked['cn_code']}",
            expected="a good of IR (EU) 2025/2621, Annex I",
            found="no line of the country, nor of other countries and territories",
            action="check the code, or give --default-see with the value including its mark-up",
        )
    if row["sefa"] is None:
        raise WrongUseError(
            "There is no benchmark for this good and route.",
            where=f"--cn {asked['cn_code']}" + (f" --route {question.route}" if question.route else ""),
            expected="a code and route of IR (EU) 2025/2620, Annex",
            found="no such line",
        )
    if question.quarter and row["price"] is None:
        raise WrongUseError(
            "The price of this quarter is not known.",
            where=f"--quarter {question.quarter}",
            expected="a quarter whose price has been published: 2026-Q1, 2026-Q2",
            found="no published price in the reference data",
            action="give --price to see a scenario",
        )


def _check_precursors(
    question: Question,
    asked: Mapping[str, Any],
    row: Mapping[str, Any],
    precursors: Sequence[Mapping[str, Any]],
) -> None:
    for one, precursor in zip(asked["precursors"], precursors, strict=True):
        where = f"--precursor {one['cn_code']}"
        if not _is_in_scope(one["cn_code"]):
            raise WrongUseError(
                "This precursor is not in the scope of CBAM.",
                where=where,
                expected="a code of Annex I of Regulation (EU) 2023/956",
                found="a code beside it",
                action="leave it out: it embeds nothing that counts",
            )
        if precursor["published_sefa"] is None and not asked["see_is_default"]:
            raise WrongUseError(
                "There is no benchmark for this precursor in this year.",
                where=where,
                expected=f"a code and route of IR (EU) 2025/2620, Annex, column B, for {question.year}",
                found=f"no line for route {precursor['production_route'] or 'unknown'}",
                action=f"give its producer's verified value: {one['cn_code']}:{one['mass_t']}:see:sefa",
            )
        if one["clinker_content"] is not None and not precursor["is_cement"]:
            raise WrongUseError(
                "This precursor is not counted by its clinker content.",
                where=where,
                expected="a CN code 2523 21, 2523 29 or 2523 90",
                found=f"clinker={one['clinker_content']}",
            )
    if question.see is not None and row["is_precursor_see_above"]:
        raise WrongUseError(
            "The precursors embed more than the good.",
            where="--see, --precursor",
            expected=f"--see with precursors, at least {row['precursor_see']:.6f} tCO2e/t",
            found=asked["see"],
        )


def _is_in_scope(cn_code: str) -> bool:
    """Say whether a code, or the longer codes that it begins, is in Annex I."""
    codes = (row["cn_code"] for row in read_seed("cbam_cn_code"))
    return any(code.startswith(cn_code) or cn_code.startswith(code) for code in codes)


def _assumed(
    question: Question,
    asked: Mapping[str, Any],
    row: Mapping[str, Any],
    precursors: Sequence[Mapping[str, Any]],
) -> list[str]:
    """List what the answer rests on beside what was asked and what the law fixes."""
    assumed = []
    if row["known_cscf"] is None:
        assumed.append("cross-sectoral correction factor 1: none has been published (IR (EU) 2025/2620)")
    elif question.cscf is not None:
        assumed.append(f"cross-sectoral correction factor {question.cscf}, as given")
    if question.price is not None:
        assumed.append(f"price of a certificate {question.price} EUR, as given")
    if row["price"] is None:
        assumed.append("no price: give --quarter or --price for the cost")
    if question.default and row["table_country_code"] != asked["country_code"]:
        assumed.append("default value of other countries and territories: the country has no line of its own")
    if question.default_see is not None:
        assumed.append(f"default value with mark-up {question.default_see} tCO2e/t, as given")
    if asked["see_is_default"] and row["is_cement"]:
        content = question.clinker_content
        assumed.append(
            "a tonne of cement as a tonne of clinker, which default values and benchmarks count: give "
            "--clinker-content if it holds less (IR (EU) 2025/2547, Article 4(5))"
            if content is None
            else f"clinker content {content}, as given"
        )
    if row["is_benchmark_open"]:
        which = "lowest" if row["benchmark_column"] == "A" else "highest"
        why = "no --route was given" if which == "lowest" else "2025/2620, 5.1"
        assumed.append(f"benchmark of CN {row['benchmark_cn_code']}, the {which} that fits ({why})")
    if not question.route and row["production_route"]:
        assumed.append(f"production route {row['production_route']}, that of the good's default value")
    if question.carbon_price_credit_t is not None:
        assumed.append(
            f"{question.carbon_price_credit_t} tCO2e are taken off for a carbon price paid, as given: they "
            "need certified evidence (Regulation (EU) 2023/956, Article 9)"
        )
    if question.default and question.year > _LAST_MARK_UP_YEAR:
        assumed.append(
            f"default value and mark-up of {_LAST_MARK_UP_YEAR}, which are to be revised (IR (EU) 2025/2621)"
        )
    if asked["see_is_default"] and precursors:
        assumed.append(
            "precursors are part of the default value and of column B (2025/2620, eq. 6): none is added"
        )
    elif precursors:
        assumed.extend(_assumed_of_precursors(asked, precursors))
    elif row["cbam_factor"] and not asked["see_is_default"]:
        assumed.append(
            "no --precursor was given: the free allocation of what the good is made of is not counted, so "
            "that certificates are too many where it has any (2025/2620, eq. 2)"
        )
    if not asked["cn_code"].startswith(_NO_THRESHOLD) and row["mass"] <= row["threshold_t"]:
        assumed.append(
            f"the importer exceeds {float(row['threshold_t']):g} t in the year: up to it nothing is due "
            "(Regulation (EU) 2023/956, Article 2a)"
        )
    if row["cbam_factor"]:
        assumed.append("free allocation by the provisional benchmarks of IR (EU) 2025/2620")
    return assumed


def _assumed_of_precursors(
    asked: Mapping[str, Any], precursors: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    for one, precursor in zip(asked["precursors"], precursors, strict=True):
        named = f"precursor {one['cn_code']}: "
        if one["sefa"] is None and not precursor["is_zero_rated"]:
            route = f", route {precursor['benchmark_route']}" if precursor["benchmark_route"] else ""
            yield f"{named}SEFA by column B{route}, as its producer's verified value is not given"
            if one["clinker_content"] is not None:
                yield f"{named}clinker content {one['clinker_content']}, as given"
            elif precursor["is_cement"]:
                yield (
                    f"{named}a tonne of cement as a tonne of clinker, which benchmarks count: add "
                    ":clinker= and its content (IR (EU) 2025/2547, Article 4(5))"
                )
        if one["see"] is not None:
            yield f"{named}its {one['see']} tCO2e/t are part of --see"
        elif precursor["default_see"] is not None:
            yield f"{named}its default value {value_of(precursor['default_see'])} tCO2e/t is part of --see"


def _steps(
    asked: Mapping[str, Any], row: Mapping[str, Any], precursors: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Show each step with its inputs and clause, so that it can be computed again by hand."""
    steps = []
    if asked["see_is_default"] and asked["see"] is None:
        inputs = {"default_total": row["default_total"], "mark_up": row["mark_up"]}
        steps.append(
            _step(
                "see" if asked["clinker_content"] is None else "published_see",
                "default_total * (1 + mark_up)",
                inputs,
                row["published_see"],
                "IR (EU) 2025/2621, Article 1",
            )
        )
    if asked["clinker_content"] is not None:
        steps.append(_step_of_content("see", row["published_see"], row["table_content"], row["see"]))
    column = row["benchmark_column"]
    # From 2034 the factor is 0, and so is the product, before any benchmark of those years is known.
    factors = ["cbam_factor", "cscf"] + (["benchmark"] if row["benchmark"] is not None else [])
    steps.append(
        _step(
            "sefa_process" if asked["clinker_content"] is None else "published_sefa_process",
            " * ".join(factors),
            {name: row[name] for name in factors}
            | {
                "benchmark_cn_code": row["benchmark_cn_code"],
                "column": column,
                "route": row["benchmark_route"],
            },
            row["published_sefa_process"],
            "IR (EU) 2025/2620, " + ("eq. 6" if column == "B" else "eq. 2"),
        )
    )
    if asked["clinker_content"] is not None:
        values = (row["published_sefa_process"], row["table_content"], row["sefa_process"])
        steps.append(_step_of_content("sefa_process", *values))
    # The precursors of a good at its default value are part of column B.
    for precursor in precursors if not asked["see_is_default"] else ():
        if precursor["table_content"] != 1:
            values = (precursor["published_sefa"], precursor["table_content"], precursor["sefa"])
            steps.append(_step_of_content(f"precursor_sefa_of_{precursor['cn_code']}", *values))
        inputs = {
            "precursor_t": precursor["mass_t"],
            "mass": row["mass"],
            "precursor_sefa": precursor["sefa"],
            "benchmark_cn_code": precursor["benchmark_cn_code"],
        }
        steps.append(
            _step(
                f"sefa_of_{precursor['cn_code']}",
                "precursor_t / mass * precursor_sefa",
                inputs,
                precursor["sefa_part"],
                "IR (EU) 2025/2620, eq. 4 and 5",
            )
        )
    inputs = {"sefa_process": row["sefa_process"], "sefa_precursors": row["sefa_precursors"]}
    steps.append(
        _step("sefa", "sefa_process + sefa_precursors", inputs, row["sefa"], "IR (EU) 2025/2620, eq. 3 and 4")
    )
    inputs = {name: row[name] for name in ("mass", "see", "sefa", "carbon_price_credit")}
    steps.append(
        _step(
            "certificates",
            "max(0, mass * (see - sefa) - carbon_price_credit)",
            inputs,
            row["certificates"],
            "Regulation (EU) 2023/956, Articles 6, 9 and 31; IR (EU) 2025/2620, eq. 1",
        )
    )
    if row["price"] is not None:
        inputs = {"certificates": row["certificates"], "price": row["price"]}
        steps.append(
            _step(
                "cost_eur",
                "certificates * price",
                inputs,
                row["certificate_cost"],
                "Regulation (EU) 2023/956, Article 21; IR (EU) 2025/2548",
            )
        )
    return steps


def _step_of_content(name: str, published: Any, content: Any, value: Any) -> dict[str, Any]:
    """Show how a value of a tonne of clinker becomes that of a tonne of cement."""
    inputs = {f"published_{name}": published, "clinker_content": content}
    return _step(
        name, f"published_{name} * clinker_content", inputs, value, "IR (EU) 2025/2547, Article 4(5)"
    )


def _step(quantity: str, formula: str, inputs: Mapping[str, Any], value: Any, clause: str) -> dict[str, Any]:
    told = {name: item if isinstance(item, str) else value_of(item) for name, item in inputs.items()}
    return {
        "quantity": quantity,
        "formula": formula,
        "inputs": told,
        "value": value_of(value),
        "clause": clause,
    }


def value_of(value: Any) -> float | None:
    """Return a number for JSON, without the noise of binary fractions beyond twelve decimals."""
    if value is None:
        return None
    with localcontext(prec=60):
        return float(round(Decimal(str(value)), 12))
