"""Land the sample sites and compute all their months and years; show what runs, and the figures at the end.

This is `make refresh`: the same landing and the same refresh as the commands, site after site.
"""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.markup import escape
from rich.table import Table

from orchestration.refresh import RefreshResult, refresh
from tracetonne import display
from tracetonne.errors import EvidenceRejectedError, GateStoppedError, TraceTonneError
from tracetonne.figures import read_figures
from tracetonne.landing.land import land_paths
from tracetonne.periods import is_year
from tracetonne.settings import RAW_SAMPLES, Home, home

console = display.console()

ORGANISATION_FIGURES = (
    "ghg_scope_1", "ghg_scope_2_location", "ghg_scope_2_market", "ghg_scope_3", "ghg_total_location",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A sample plant and the periods that its papers cover."""

    site: str
    folder: Path
    periods: list[str]


def samples(folder: Path = RAW_SAMPLES) -> list[Sample]:
    """Return the sample sites, each with its months in order and, after its last month, each whole year.

    A site whose papers are about years alone (`grain: year`) has no months.
    """
    found = []
    for described in sorted(folder.glob("*/source.yml")):
        source = yaml.safe_load(described.read_text(encoding="utf-8"))
        periods = periods_between(source["period"]["from"], source["period"]["to"])
        if source.get("grain") == "year":
            periods = [period for period in periods if is_year(period)]
        found.append(Sample(described.parent.name, described.parent, periods))
    return found


def periods_between(first: datetime.date, last: datetime.date) -> list[str]:
    """Return the months from `first` to `last`, and each year of which all twelve are among them."""
    months = [
        f"{year}-{month:02d}"
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if (first.year, first.month) <= (year, month) <= (last.year, last.month)
    ]
    years = [
        str(year)
        for year in range(first.year, last.year + 1)
        if sum(month.startswith(f"{year}-") for month in months) == 12
    ]
    return [*months, *years]


def main() -> int:
    """Run everything; return the exit code of the worst that happened."""
    started = time.monotonic()
    here = home()
    try:
        plants = samples()
        rejected = land_samples(here, plants)
        results = [result for plant in plants for result in refresh_sample(here, plant)]
    except TraceTonneError as error:
        display.show_error(error)
        return error.exit_code
    show_figures(here, results)
    show_end(here, results, time.monotonic() - started)
    if any(result.status == "blocked" for result in results):
        return GateStoppedError.exit_code
    return EvidenceRejectedError.exit_code if rejected else 0


def land_samples(here: Home, plants: Iterable[Sample]) -> int:
    """Land the papers of every plant, say what came of it, and return how many documents have rejections."""
    rejected = 0
    for plant in plants:
        results = land_paths(here, [plant.folder], plant.site)
        new = [result for result in results if result.status == "landed"]
        bad = [result for result in results if result.status == "rejected" or result.records_rejected]
        rejected += len(bad)
        records = sum(result.records_landed for result in new)
        told = f"{len(new)} new documents, {records:,} records" if new else "nothing new"
        console.print(f"[bold]{plant.site}[/] {len(results)} documents: {told}")
        for result in bad:
            console.print(f"  [red]rejected[/] {escape(str(result.path))} {escape(result.message)}")
    return rejected


def refresh_sample(here: Home, plant: Sample) -> list[RefreshResult]:
    """Compute all periods of a plant, oldest first, showing the steps as they run."""
    results = []
    for number, period in enumerate(plant.periods, start=1):
        title = f"{plant.site} {period} ({number}/{len(plant.periods)})"
        with display.refreshing(title) as report:
            result = refresh(here, plant.site, period, progress=report)
        results.append(result)
        if result.status != "unchanged":
            version = f"version {result.version}" if result.version else result.reason
            console.print(
                f"  {plant.site} {period:<8} {display.coloured(result.status)} {version} "
                f"{result.seconds:5.1f} s"
            )
    if all(result.status == "unchanged" for result in results):
        console.print(f"  {plant.site}: nothing changed in {len(results)} periods")
    return results


def show_figures(here: Home, results: Sequence[RefreshResult]) -> None:
    """Show one row a site, product and period."""
    table = Table(
        title="Specific embedded emissions, tCO2e/t (management series)", title_justify="left", box=None
    )
    for heading in ("site", "product", "period"):
        table.add_column(heading)
    for heading in ("direct", "indirect", "year to date", "rolling 12"):
        table.add_column(heading, justify="right")
    for heading in ("gates", "package"):
        table.add_column(heading)
    for result in results:
        for row in figure_rows(here, result):
            table.add_row(*row)
    console.print()
    console.print(table)
    console.print()
    console.print(organisation_table(here, results))


def organisation_table(here: Home, results: Sequence[RefreshResult]) -> Table:
    """Return one row a site and year: the organisation by scope, and whether its categories are whole."""
    table = Table(
        title="Organisations, tCO2e (GHG Protocol, GWP AR6)", title_justify="left", box=None,
        caption="Gaps: `tracetonne inventory` names each category without a figure, and why.",
        caption_justify="left",
    )  # fmt: skip
    for heading in ("site", "year"):
        table.add_column(heading)
    for heading in ("scope 1", "scope 2, location", "scope 2, market", "scope 3", "total, location"):
        table.add_column(heading, justify="right")
    for heading in ("categories", "gates"):
        table.add_column(heading)
    table.add_column("package", overflow="fold")
    for result in results:
        if not is_year(result.period):
            continue
        figures = {
            figure["quantity"]: figure
            for figure in read_figures(here, result.site, result.period).rows
            if figure["regime"] == "ghg_protocol" and figure["series"] == "AR6"
        }
        if not figures:
            continue
        values = [figures[quantity]["value"] for quantity in ORGANISATION_FIGURES]
        emissions = [figure["value"] for figure in figures.values() if figure["unit"] == "tCO2e"]
        table.add_row(
            result.site,
            result.period,
            *("–" if value is None else f"{value:,.3f}" for value in values),
            "[yellow]gaps[/]" if None in emissions else "[green]all[/]",
            gate_verdict(result),
            shown_path(result.package) if result.package else "",
        )
    return table


def figure_rows(here: Home, result: RefreshResult) -> list[list[str]]:
    """Return the table rows of one refresh, a product each."""
    values: dict[tuple[str, str, str, str], Any] = {}
    for figure in read_figures(here, result.site, result.period).rows:
        if figure["series"] == "management" and figure["product"]:
            key = (figure["process"], figure["product"], figure["period"], figure["quantity"])
            values[key] = figure["value"]
    products = sorted({key[:2] for key in values if key[3] == "see_total"})
    package = shown_path(result.package) if result.package else ""
    rows = []
    for process, product in products:

        def cell(period: str, quantity: str, process: str = process, product: str = product) -> str:
            value = values.get((process, product, period, quantity))
            return "" if value is None else f"{value:.4f}"

        rows.append(
            [
                result.site,
                escape(product),
                result.period,
                cell(result.period, "see_direct"),
                cell(result.period, "see_indirect"),
                cell(f"{result.period}/YTD", "see_total"),
                cell(f"{result.period}/R12", "see_total"),
                gate_verdict(result),
                package,
            ]
        )
    return rows


def shown_path(path: str) -> str:
    """Return a path as short as it can be typed from here."""
    below = Path(path).is_relative_to(Path.cwd())
    return str(Path(path).relative_to(Path.cwd())) if below else path


def gate_verdict(result: RefreshResult) -> str:
    """Return the gates in a word."""
    stopped = [gate["name"] for gate in result.gates if not gate["passed"]]
    warned = [gate["name"] for gate in result.gates if gate["passed"] and gate["severity"] == "warn"]
    if stopped:
        return f"[red]stopped by {', '.join(stopped)}[/]"
    if warned:
        return f"[yellow]passed, look at {', '.join(warned)}[/]"
    return f"[green]{len(result.gates)} passed[/]" if result.gates else ""


def show_end(here: Home, results: Sequence[RefreshResult], seconds: float) -> None:
    """Say how it went and which commands are worth typing next."""
    changed = [result for result in results if result.status != "unchanged"]
    if changed:
        console.print(f"\n{len(changed)} of {len(results)} periods computed in {seconds:.0f} s.")
    else:
        console.print(f"\nNothing changed since the last time ({len(results)} periods, {seconds:.1f} s).")
    commands = next_commands(here, results)
    if commands:
        console.print("\nWorth typing next:")
        for command in commands:
            console.print(f"  {escape(command)}", soft_wrap=True, highlight=False)


def next_commands(here: Home, results: Sequence[RefreshResult]) -> list[str]:
    """Return commands that work as they stand: follow a figure, check a package, see what there is."""
    published = [result for result in results if result.package]
    if not published:
        return []
    program = shown_program()
    with_products = [(result, found) for result in published if (found := product_figures(here, result))]
    last = with_products[-1][0] if with_products else published[-1]
    kind = "year" if is_year(last.period) else "month"
    traces = [f"{program} trace '{found[0]['figure_id']}'" for _, found in with_products[-1:]]
    years = [result for result in published if is_year(result.period)]
    return [
        *traces,
        f"{program} verify {shown_path(last.package or '')}",
        f"{program} figures --site {last.site} --{kind} {last.period}",
        *(f"{program} inventory --site {year.site} --year {year.period}" for year in years[-1:]),
    ]


def product_figures(here: Home, result: RefreshResult) -> list[dict[str, Any]]:
    """Return the intensities of a period's products."""
    return [
        figure
        for figure in read_figures(here, result.site, result.period).rows
        if figure["quantity"] == "see_total" and figure["product"] and figure["value"] is not None
    ]


def shown_program() -> str:
    """Return how to call the program from here."""
    program = Path(sys.executable).with_name("tracetonne")
    return os.path.relpath(program) if program.is_relative_to(Path.cwd()) else str(program)


if __name__ == "__main__":
    sys.exit(main())
