"""The commands of `tracetonne estimate`: what something would cost, before any document exists."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tracetonne.cli_shared import AsJson, print_json

estimates = typer.Typer(
    help="Ask what something would cost, before any document exists.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@estimates.command("cbam")
def estimate_cbam(
    cn: Annotated[str, typer.Option("--cn", metavar="CODE", help="CN code of 4, 6 or 8 digits.")],
    country: Annotated[str, typer.Option("--country", metavar="CC", help="Country of origin, such as TW.")],
    year: Annotated[int, typer.Option("--year", metavar="Y", help="Year of import.")],
    mass_t: Annotated[str, typer.Option("--mass-t", metavar="M", help="Net mass imported, in tonnes.")],
    see: Annotated[
        str | None,
        typer.Option("--see", metavar="S", help="Actual emissions charged, tCO2e/t, with precursors."),
    ] = None,
    default: Annotated[
        bool, typer.Option("--default", help="Use the default value with its mark-up.")
    ] = False,
    default_see: Annotated[
        str | None,
        typer.Option("--default-see", metavar="S", help="A default value with mark-up that is not bundled."),
    ] = None,
    clinker_content: Annotated[
        str | None,
        typer.Option(
            "--clinker-content", metavar="C", help="Clinker in a tonne of cement at default values, up to 1."
        ),
    ] = None,
    route: Annotated[
        str | None,
        typer.Option("--route", metavar="R", help="Production route, a letter of IR (EU) 2025/2620."),
    ] = None,
    precursor: Annotated[
        list[str] | None,
        typer.Option(
            "--precursor",
            metavar="CN:TONNES:SEE|default[:SEFA|:clinker=C]",
            help="Precursor used for the whole mass; SEFA is its producer's verified value, C the clinker in "
            "a tonne of bought cement. May be repeated.",
        ),
    ] = None,
    quarter: Annotated[
        str | None, typer.Option("--quarter", metavar="Q", help="Quarter whose published price counts.")
    ] = None,
    price: Annotated[
        str | None, typer.Option("--price", metavar="P", help="Assumed price of a certificate in EUR.")
    ] = None,
    cscf: Annotated[
        str | None, typer.Option("--cscf", metavar="F", help="Assumed cross-sectoral correction factor.")
    ] = None,
    carbon_price_credit_t: Annotated[
        str | None,
        typer.Option(
            "--carbon-price-credit-t", metavar="T", help="Certificates less for a carbon price paid."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate emissions, free allocation, certificates and cost of an import into the EU."""
    from orchestration.estimates import estimate
    from tracetonne.estimate_cbam import Question, answer
    from tracetonne.settings import home

    question = Question(
        cn, country, year, mass_t, see, default, default_see, route, tuple(precursor or ()), quarter, price,
        cscf, carbon_price_credit_t, clinker_content,
    )  # fmt: skip
    asked = question.arguments()
    _show_estimate(answer(question, asked, estimate(home(), "estimate_cbam", asked)), as_json)


@estimates.command("carbon-fee")
def estimate_carbon_fee(
    emissions_tco2e: Annotated[
        str,
        typer.Option("--emissions-tco2e", metavar="E", help="Direct and electricity emissions of the plant."),
    ],
    plan: Annotated[
        str, typer.Option("--plan", metavar="none|A|B", help="Approved self-determined reduction plan.")
    ] = "none",
    high_leakage: Annotated[
        bool, typer.Option("--high-leakage", help="The business is recognised as of high carbon leakage.")
    ] = False,
    leakage_phase: Annotated[
        str | None, typer.Option("--leakage-phase", metavar="1|2|3", help="Phase of its coefficient.")
    ] = None,
    domestic_credits: Annotated[
        str | None, typer.Option("--domestic-credits", metavar="N", help="Domestic reduction credits, t.")
    ] = None,
    credit_kind: Annotated[
        str, typer.Option("--credit-kind", metavar="voluntary|early", help="Kind of the domestic credits.")
    ] = "voluntary",
    foreign_credits: Annotated[
        str | None, typer.Option("--foreign-credits", metavar="N", help="Recognised foreign credits, t.")
    ] = None,
    year: Annotated[int, typer.Option("--year", metavar="Y", help="Year of the emissions.")] = 2025,
    as_json: AsJson = False,
) -> None:
    """Estimate the Taiwanese carbon fee of a plant (碳費試算)."""
    from orchestration.estimates import estimate
    from tracetonne.estimate_carbon_fee import Question, answer
    from tracetonne.settings import home

    question = Question(
        emissions_tco2e,
        plan,
        high_leakage,
        leakage_phase,
        domestic_credits,
        credit_kind,
        foreign_credits,
        year,
    )
    row = estimate(home(), "estimate_carbon_fee", question.arguments())
    _show_estimate(answer(question, row), as_json)


@estimates.command("inventory")
def estimate_inventory(
    electricity_kwh: Annotated[
        str | None, typer.Option("--electricity-kwh", metavar="N", help="Electricity bought in the year.")
    ] = None,
    fuel: Annotated[
        list[str] | None,
        typer.Option(
            "--fuel",
            metavar="NAME:AMOUNT:UNIT[:NCV]",
            help="Fuel burnt, in L, kL, m3 or 1000m3; NCV in GJ per kL or 1000 m3. May be repeated.",
        ),
    ] = None,
    year: Annotated[int, typer.Option("--year", metavar="Y", help="Year of the consumption.")] = 2025,
    as_json: AsJson = False,
) -> None:
    """Estimate a plant's yearly emissions from its energy bills, for the carbon fee (排放量試算)."""
    from orchestration.estimates import estimate
    from tracetonne.estimate_inventory import SEEDS, Question, answer
    from tracetonne.settings import home

    question = Question(electricity_kwh, tuple(fuel or ()), year)
    row = estimate(home(), "estimate_inventory", question.arguments(), SEEDS)
    _show_estimate(answer(question, row), as_json)


@estimates.command("import-carbon")
def estimate_import_carbon(
    mass_t: Annotated[str, typer.Option("--mass-t", metavar="M", help="Net mass imported, in tonnes.")],
    see: Annotated[
        str, typer.Option("--see", metavar="S", help="Emissions of the product, tCO2e/t, actual or default.")
    ],
    benchmark: Annotated[
        str | None,
        typer.Option("--benchmark", metavar="B", help="Assumed tCO2e/t that owe nothing; with --price."),
    ] = None,
    price: Annotated[
        str | None, typer.Option("--price", metavar="P", help="Assumed levy in NT$/tCO2e; with --benchmark.")
    ] = None,
    credits: Annotated[
        str | None, typer.Option("--credits", metavar="N", help="Reduction credits to hand in, t.")
    ] = None,
    credit_cap: Annotated[
        str | None,
        typer.Option("--credit-cap", metavar="F", help="Assumed share that credits may cover, 0 to 1."),
    ] = None,
    paid_abroad_ntd: Annotated[
        str | None,
        typer.Option("--paid-abroad-ntd", metavar="N", help="Carbon price paid abroad, not refunded, NT$."),
    ] = None,
    exempt: Annotated[
        str | None, typer.Option("--exempt", metavar="REASON", help="Why the import is assumed exempt.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate what an import into Taiwan would owe under an assumed rule (進口產品排碳差額試算)."""
    from orchestration.estimates import estimate
    from tracetonne.estimate_import_carbon import Question, answer
    from tracetonne.settings import home

    question = Question(mass_t, see, benchmark, price, credits, credit_cap, paid_abroad_ntd, exempt)
    row = estimate(home(), "estimate_import_carbon", question.arguments())
    _show_estimate(answer(question, row), as_json)


def _show_estimate(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    from tracetonne.display_estimate import show_estimate

    show_estimate(told)
