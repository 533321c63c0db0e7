"""A plant of a few papers: land them, refresh a month, and look at its figures, lines and package."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prepared_home import prepared_home

from orchestration.refresh import RefreshResult, refresh
from tracetonne.figures import read_figures
from tracetonne.forms import write_form
from tracetonne.landing.land import land_paths
from tracetonne.landing.master_sheets import SHEETS
from tracetonne.master_data import MASTER_GUIDE
from tracetonne.settings import Home

Rows = Sequence[Mapping[str, str | float]]
LABORATORY = "Invented Laboratory,TAF-1,2027-12-31,ISO 1"
CERTIFICATE_HEADING = (
    "certificate_number,material,parameter,value,unit,basis,sample_date,valid_from,valid_to,laboratory,"
    "accreditation_number,accreditation_valid_to,method\n"
)
FACTOR_HEADING = (
    "factor_code,parameter,material,value,unit,valid_from,valid_to,known_since,source,source_class,author,"
    "approver,note\n"
)


def factor(material: str, parameter: str, value: str, unit: str) -> str:
    """Return a row of a factor document that holds in 2025 and 2026."""
    return (
        f"{material}-{parameter},{parameter},{material},{value},{unit},2025-01-01,2027-01-01,2025-01-02,measured,"
        "site_declared,Lin,Chen,\n"
    )


def certificate(material: str, parameter: str, value: str, unit: str, number: str = "L1") -> str:
    """Return a row of a laboratory certificate that holds in 2026."""
    return (
        f"{number},{material},{parameter},{value},{unit},dry,2025-12-14,2026-01-01,2027-01-01,{LABORATORY}\n"
    )


@dataclass(frozen=True)
class Plant:
    """A refreshed month of a site."""

    home: Home
    site: str
    month: str
    result: RefreshResult

    def value(self, quantity: str, process: str | None = None, product: str | None = None) -> float:
        """Return a figure of the regime series."""
        (found,) = {
            row["value"]
            for row in read_figures(self.home, self.site, self.month).rows
            if (row["period"], row["process"], row["product"], row["quantity"], row["series"])
            == (self.month, process, product, quantity, "regime")
        }
        return float(found)

    def lines(self, quantity: str) -> list[dict[str, str]]:
        """Return the calculation lines of a quantity, as the package holds them."""
        assert self.result.package is not None
        table = next(Path(self.result.package).rglob("calculation_line.csv"))
        with table.open(encoding="utf-8-sig", newline="") as file:
            return [row for row in csv.DictReader(file) if row["quantity"] == quantity]


def plant(
    folder: Path,
    site: str,
    month: str,
    master: Mapping[str, Rows],
    papers: Mapping[str, str],
    others: Sequence[Path] = (),
) -> Plant:
    """Land the papers (CSV texts by name), other files and the master data of a site, and refresh a month."""
    home = prepared_home(folder / "home")
    os.environ["TRACETONNE_HOME"] = str(home.root)
    paths = [write_form(folder / "master.xlsx", MASTER_GUIDE, SHEETS, master), *others]
    for name, text in papers.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    landed = land_paths(home, paths, site)
    assert {(one.status, one.records_rejected) for one in landed} == {("landed", 0)}, landed
    return Plant(home, site, month, refresh(home, site, month))
