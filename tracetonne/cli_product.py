"""The commands that show what a year says of products and of its meters, by the rows of one served table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracetonne.cli_shared import AsJson, Month, Site, Year, asked_period, plain, print_json

AsCsv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Write the rows to this CSV file, for other systems."),
]
OfYear = Annotated[str, typer.Option("--year", metavar="YYYY", help="A calendar year.")]


def batches(
    site: Site, month: Month = None, year: Year = None, out: AsCsv = None, as_json: AsJson = False
) -> None:
    """Show the intensity of each batch; all batches add up to the month's emissions (批次碳強度)."""
    period = asked_period(month, year)
    _show("out_batch_intensity", site, period[:4], month if month else None, out, as_json)


def kpi(site: Site, year: OfYear, out: AsCsv = None, as_json: AsJson = False) -> None:
    """Feed cost accounting: t CO2e, carbon fee and certificates a tonne, by product and month (成本會計)."""
    _show("out_product_cost", site, asked_period(None, year), None, out, as_json)


def operation(
    site: Site, month: Month = None, year: Year = None, out: AsCsv = None, as_json: AsJson = False
) -> None:
    """Show the intensity with and without start-up, shut-down, failure and maintenance (異常工況)."""
    period = asked_period(month, year)
    _show("out_operation_mode", site, period[:4], month if month else None, out, as_json)


def footprint(site: Site, year: OfYear, out: AsCsv = None, as_json: AsJson = False) -> None:
    """Show the footprint of own products by unit: kg, t, piece, km and others of master data (產品碳足跡)."""
    _show("out_product_footprint", site, asked_period(None, year), None, out, as_json)


def stages(site: Site, year: OfYear, out: AsCsv = None, as_json: AsJson = False) -> None:
    """Show the five stages of each product's life; a missing one with its reason (生命週期階段)."""
    _show("out_product_stage", site, asked_period(None, year), None, out, as_json)


def calibrations(site: Site, year: OfYear, out: AsCsv = None, as_json: AsJson = False) -> None:
    """Show the last and next calibration of each meter, and readings beyond its end (校正週期)."""
    _show("out_meter_calibration", site, asked_period(None, year), None, out, as_json)


def renewables(site: Site, year: OfYear, out: AsCsv = None, as_json: AsJson = False) -> None:
    """Show renewable power by month: generated, used, sold, wheeled, claimed with T-REC, saved (再生能源)."""
    period = asked_period(None, year)
    none = (
        f"{site} has no renewable power in {period}: no solar or wind meter, nothing wheeled or sold, and no "
        f"certificate. {site} 於 {period} 年無再生能源：無太陽光電或風力電表、轉供、躉售或憑證。"
    )
    _show("out_renewable", site, period, None, out, as_json, none)


def maturity(site: Site, year: OfYear, as_json: AsJson = False) -> None:
    """Tick raw data, calculation and output of the site and each product, and list the gaps (資料成熟度)."""
    from tracetonne.maturity import read_maturity
    from tracetonne.settings import home

    found = read_maturity(home(), site, asked_period(None, year))
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_product import show_maturity

    show_maturity(found)


def _show(
    table: str, site: str, year: str, month: str | None, out: Path | None, as_json: bool, none: str = ""
) -> None:
    from tracetonne.product_report import as_csv, read_report
    from tracetonne.settings import home

    found = read_report(home(), site, year, table, month, none)
    if out is not None and not found.reason:
        out.write_text(as_csv(found), encoding="utf-8")
    if as_json:
        print_json(plain(found))
        return
    from tracetonne.display_product import show_report

    show_report(table, found)
