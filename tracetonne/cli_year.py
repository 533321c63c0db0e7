"""The commands that show a calendar year by one of its regimes, and how its months compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracetonne.cli_shared import AsJson, Site, asked_period, plain, print_json

if TYPE_CHECKING:
    from tracetonne.settings import Home


def fee(
    site: Site,
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="Year of the emissions.")],
    known_on: Annotated[
        str | None,
        typer.Option("--known-on", metavar="DATE", help="As known on this day; else the latest version."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the Taiwanese carbon fee of a year: as elected, and what other options would cost."""
    from tracetonne.carbon_fee import read_carbon_fee
    from tracetonne.settings import home

    found = read_carbon_fee(home(), site, asked_period(None, year), known_on)
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_carbon_fee import show_carbon_fee

    show_carbon_fee(found)


def uncertainty(
    site: Site,
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="A calendar year.")],
    as_json: AsJson = False,
) -> None:
    """Show how uncertain the product intensities of a year are, and which sources make them so."""
    from tracetonne.settings import home
    from tracetonne.uncertainty import read_uncertainty

    found = read_uncertainty(home(), site, asked_period(None, year))
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_uncertainty import show_uncertainty

    show_uncertainty(found)


def ranking(
    site: Site,
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="A calendar year.")],
    as_json: AsJson = False,
) -> None:
    """Rank products and emission sources by emissions, with share and cumulated share (顯著產品與排放源)."""
    from tracetonne.ranking import read_ranking
    from tracetonne.settings import home

    found = read_ranking(home(), site, asked_period(None, year))
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_ranking import show_ranking

    show_ranking(found)


def inventory(
    site: Site,
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="Year of the inventory.")],
    gwp: Annotated[
        str | None, typer.Option("--gwp", metavar="AR5|AR6", help="Warming potentials; else the latest.")
    ] = None,
    known_on: Annotated[
        str | None,
        typer.Option(
            "--known-on", metavar="DATE", help="Compute it by the factors known on this day; publish nothing."
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="FILE", help="Write the report of ISO 14064-1, 9.3.1 to this HTML file."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the inventory of the organisation: ISO 14064-1, GHG Protocol, and how it meets the products."""
    from tracetonne.inventory import read_inventory

    with _as_known_on(site, asked_period(None, year), known_on) as home:
        found = read_inventory(home, site, asked_period(None, year), gwp, known_on)
        if report is not None and not found.reason:
            from tracetonne.inventory_report import printed, read_report

            report.write_text(printed(read_report(home, found)), encoding="utf-8")
    if as_json:
        print_json(plain(found))
        return
    if report is not None and not found.reason:
        typer.echo(f"written 已寫入 {report}")
        return
    from tracetonne.display_inventory import show_inventory

    show_inventory(found)


def _as_known_on(site: str, year: str, known_on: str | None) -> AbstractContextManager[Home]:
    """Return the installation, or a copy of it in which the year is computed by what was known on a day."""
    from tracetonne.settings import home

    if known_on is None:
        return nullcontext(home())
    from orchestration.known_on import as_known_on
    from tracetonne.periods import day_of

    return as_known_on(home(), site, year, day_of(known_on, "--known-on"))


def certificates(
    site: Site,
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="Calendar year of import into the EU.")],
    price: Annotated[
        str | None,
        typer.Option("--price", metavar="P", help="Price of a certificate in EUR to ask about."),
    ] = None,
    prices: Annotated[
        str | None,
        typer.Option("--prices", metavar="P,P,…", help="Prices in EUR: the cost of a tonne at each of them."),
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(
            "--margin", metavar="EUR", help="With --prices: margin of a tonne, to see what is left."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show CBAM certificates and their cost, the carbon fee beside them (CBAM 憑證)."""
    from tracetonne.certificates import read_certificates, with_sensitivity
    from tracetonne.estimate_cbam import number_of
    from tracetonne.settings import home

    asked = number_of(price, "--price")
    found = read_certificates(
        home(), site, asked_period(None, year), asked, lambda some: _priced([(one, asked) for one in some])[0]
    )
    if prices is not None:
        wanted = [number_of(one.strip(), "--prices") or "" for one in prices.split(",")]
        left = number_of(margin, "--margin")
        found = with_sensitivity(found, wanted, lambda pairs: _priced(pairs, left))
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_certificates import show_certificates

    show_certificates(found)


def trend(
    site: Site,
    capacity: Annotated[
        list[str] | None,
        typer.Option(
            "--capacity",
            metavar="PROCESS=AMOUNT",
            help="What it can make a month; else its best month.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold each month's emissions against what was made, and name months to ask about (產能利用率)."""
    from tracetonne.settings import home
    from tracetonne.trend import capacities, read_trend, with_capacity

    found = with_capacity(read_trend(home(), site), capacities(capacity or []), _utilised)
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_trend import show_trend

    show_trend(found)


def progress(
    site: Site,
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="Year of the emissions.")],
    verified: Annotated[
        bool, typer.Option("--verified", help="By the verified inventory; else as filed by 30 April.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the report to this Markdown file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report the progress of the reduction plan, due by 30 April (自主減量計畫執行進度)."""
    from tracetonne.progress_report import printed, read_progress
    from tracetonne.settings import home

    found = read_progress(home(), site, asked_period(None, year), "verified" if verified else "filed")
    if out is not None and not found.reason:
        out.write_text(printed(found), encoding="utf-8")
    if as_json:
        print_json(plain(found))
    else:
        typer.echo(found.reason or (f"written 已寫入 {out}" if out else printed(found)))


def compliance(
    site: Site,
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="Year of the emissions.")],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="As of this day: version, filings; else today."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write it to this HTML file, to print.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report to the authority: what is due, the fields of the forms, and the evidence (合規報告)."""
    from tracetonne.compliance_page import printed
    from tracetonne.compliance_report import read_compliance
    from tracetonne.periods import day_of
    from tracetonne.settings import home

    day = None if on is None else day_of(on, "--on")
    found = read_compliance(home(), site, asked_period(None, year), day)
    if report is not None and not found.reason:
        report.write_text(printed(found), encoding="utf-8")
    if as_json:
        print_json(plain(found))
        return
    if found.reason or report is not None:
        typer.echo(found.reason or f"written 已寫入 {report}")
        return
    from tracetonne.display_compliance import show_compliance

    show_compliance(found)


def deadlines(
    site: Site,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="As of this day, with what was filed by then; else today."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what is due by law, what was filed in time, and whether figures are published (法定期限)."""
    from tracetonne.deadlines import deadlines as due
    from tracetonne.periods import day_of
    from tracetonne.settings import home

    found = due(home(), site, None if on is None else day_of(on, "--on"))
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_deadlines import show_deadlines

    show_deadlines(site, found)


def targets(site: Site, as_json: AsJson = False) -> None:
    """Hold each year's emissions against the path of targets such as those of SBTi (減量目標路徑)."""
    from tracetonne.settings import home
    from tracetonne.targets import read_targets

    found = read_targets(home(), site, _path_of)
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_targets import show_targets

    show_targets(site, found)


def _path_of(asked: Sequence[tuple[int, float, int, float, int, list[float]]]) -> dict[str, Any]:
    """Return paths and gaps, by the macro of the models."""
    from orchestration.estimates import estimate
    from tracetonne.settings import home

    rows = [
        [base_year, repr(base), target_year, repr(reduction), year, [repr(part) for part in parts]]
        for base_year, base, target_year, reduction, year, parts in asked
    ]
    found = estimate(home(), "target_path", {"rows": rows})
    return {name: json.loads(value) for name, value in found.items()}


def _utilised(pairs: Sequence[tuple[float, float]]) -> list[float]:
    """Return what share of a capacity was made, by the macro of the model."""
    from orchestration.estimates import estimate
    from tracetonne.settings import home

    asked = {"pairs": [[repr(float(made)), repr(float(most))] for made, most in pairs]}
    shares = json.loads(estimate(home(), "utilisation_of_capacities", asked)["shares"])
    return [float(one) for one in shares]


def markets(
    site: Site,
    year: Annotated[str, typer.Option("--year", metavar="YYYY", help="A calendar year.")],
    eu: Annotated[
        bool, typer.Option("--eu", help="Only what ended in the EU, directly or indirectly.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List products by CBAM scope, final market and transport of the year (產品與市場清單)."""
    from tracetonne.product_market import read_product_markets
    from tracetonne.settings import home

    found = read_product_markets(home(), site, asked_period(None, year), eu)
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display import show_rows

    if found.reason:
        typer.echo(found.reason)
    hidden = ("scope_source", "legs_without_factor", "shipments_without_legs", "scope_act")
    show_rows([{name: row[name] for name in row if name not in hidden} for row in found.products])


def measures(as_json: AsJson = False) -> None:
    """List prices on carbon, border adjustments and reliefs that bear on trade, with dates (貿易碳措施)."""
    from tracetonne.factor_table import read_seed

    rows = [{name: value or None for name, value in row.items()} for row in read_seed("trade_measure")]
    if as_json:
        print_json(rows)
        return
    from tracetonne.display import show_rows

    show_rows(rows)


def clauses(
    orphans: Annotated[bool, typer.Option("--orphans", help="Only what nothing here cites.")] = False,
    as_json: AsJson = False,
) -> None:
    """List clauses of acts with what they ask, and which steps, models, gates cite them (法規對應)."""
    from tracetonne.clauses import read_clauses

    found = [one for one in plain(read_clauses()) if not (orphans and one["cited_by"])]
    if as_json:
        print_json(found)
        return
    from tracetonne.display import show_rows

    shown = ("clause_id", "act", "clause", "obligation", "obligation_zh", "valid_from", "status")
    show_rows([{name: one[name] for name in shown} | {"cited_by": len(one["cited_by"])} for one in found])


def _priced(
    pairs: Sequence[tuple[float, str | None]], margin: str | None = None
) -> tuple[list[float], list[float | None]]:
    """Return what certificates cost in EUR at a price, and what that leaves, by the macro of the models."""
    from orchestration.estimates import estimate
    from tracetonne.settings import home

    asked = {
        "pairs": [[repr(float(certificates)), price] for certificates, price in pairs],
        "margin": margin or "null",
    }
    found = estimate(home(), "price_certificates", asked)
    costs, margins = json.loads(found["costs"]), json.loads(found["margins"])
    return [float(one) for one in costs], [None if one is None else float(one) for one in margins]
