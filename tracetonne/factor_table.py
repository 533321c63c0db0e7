"""The published factors as a page for people (`docs/factors.md`) and as lines for a reviewer.

Reads the seeds of the dbt project; computes nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from tracetonne.settings import CHECKOUT, DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"
PAGE = CHECKOUT / "docs" / "factors.md"

Row = dict[str, str]

_INTRODUCTION = """# Factors

Made from `dbt_project/seeds/` by `python -m tracetonne.factor_table`; a test keeps it current.

A factor is never changed in place: a new publication is a new version of the same code, with its own
validity. A line of a calculation cites `factor:<code>@<version>`, or `constant:<rule>@<version>` for a
constant of a regime. Factors that a site brings (laboratory certificate, factor document, supplier
declaration) are cited with landing and record in place of the version. Validity is half-open: the day in
*until* is the first one that the factor does not cover.

The grid factors of IR (EU) 2025/2621 (Annex II) are not here: their licence (IEA, CC BY-NC-SA 4.0)
forbids bundling. A site that needs one lands it as a factor document of class `cbam_default`.
"""

_CHOICE = """## Which factor is used

For each source stream, month and series the first admitted source that is valid in the whole month is
used; the others are kept with the reason why they lost (`calc_factor_candidate`). Where nothing is
admitted there is no factor and the run stops, naming what is missing and what would be accepted.
`latest_published` lets the newest published year stand in until the own one is out; figures that rest on
it are provisional.
"""

_DEFAULTS = """## Default values for precursors

`cbam_default_value` holds {count} lines of IR (EU) 2025/2621: of Annex I the tables of Taiwan, of other
countries and territories and of {origins} further countries, and Annex IV for goods whose country of
origin is unknown. Precursors, products and imports take their value from it by one choice: the longest
matching code in the table of the country, else in that of other countries and territories, which also
stands for a dash or the unreadable line 7221 of Taiwan. The printed total (3 decimals) with the mark-up
of the year is used. The table is superseded by IR (EU) 2026/1740, whose text is not available; every
figure that rests on it says so.

Lines that a Taiwanese fastener maker meets most (tCO2e/t, with mark-up):
"""


def read_seed(name: str, seeds: Path = SEEDS) -> list[Row]:
    """Return the rows of a seed, whatever its folder.

    Raises:
        FileNotFoundError: No seed has this name.
    """
    for path in sorted(seeds.glob(f"*/{name}.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    raise FileNotFoundError(f"no seed {name}.csv under {seeds}")


def page(seeds: Path = SEEDS) -> str:
    """Return `docs/factors.md`."""
    factors = read_seed("emission_factor", seeds)
    parts = [
        _INTRODUCTION,
        _CHOICE,
        _rules(seeds),
        _published(factors, "type_2", "TW", "## Taiwan: national factors (Type II)"),
        _published(factors, "type_1", "", "## Standard values (Type I)"),
        _published(factors, "regulation", "", "## Values that the regulation always allows"),
        _reference(factors),
        _constants(seeds),
        _warming(seeds),
        _smelters(seeds),
        _efficiencies(seeds),
        _defaults(seeds),
        _units(seeds),
        _refusals(seeds),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def golden_lines(seeds: Path = SEEDS) -> list[str]:
    """Return one line a figure of the register, sorted: what changes here changes results."""
    defaults = read_seed("cbam_default_value", seeds)
    lines = [
        f"{row['factor_code']}@{row['version']}\t{row['parameter']}\t{row['value']} {row['unit']}"
        f"\t{row['valid_from']}..{row['valid_to']}\t{row['source_class']} {row['status']}"
        for row in read_seed("emission_factor", seeds)
    ]
    lines += [
        f"{row['factor_code']}@{row['version']}\tgwp\t{row['value']} {row['unit']}\t{row['valid_from']}.."
        f"\tconfirmed {row['is_confirmed']}"
        for row in read_seed("global_warming_potential", seeds)
    ]
    lines += [
        f"{row['factor_code']}@{row['version']}\tpfc\t{row['coefficient']} {row['coefficient_unit']}"
        f"\t{row['valid_from']}..\tF {row['c2f6_weight_share']}"
        for row in read_seed("pfc_technology_factor", seeds)
    ]
    lines += [
        f"{row['factor_code']}@{row['version']}\t{row['parameter']}\t{row['value']} {row['unit']}"
        f"\t{row['valid_from']}..\t{row['construction']}"
        for row in read_seed("reference_efficiency", seeds)
    ]
    lines += [
        f"{row['factor_code']}@{row['version']}\tdefault\t{row['published_see_total'] or row['status']}"
        f" with mark-up {row['published_see_total_2026']} {row['published_see_total_2027']}"
        f" {row['published_see_total_2028']}\t{row['valid_from']}..\t{row['production_route']}"
        for row in defaults
        if row["published_see_total_2026"] or row["status"] in ("not_available", "defect")
    ]
    lines += [
        f"CBAM-DV-{country}\tdefaults\t{len(totals)} further lines, sum of their totals {sum(totals)}"
        for country, totals in _totals_by_country(defaults).items()
    ]
    lines += [
        f"{row['rule_code']}@{row['version']}\t{row['rule_kind']} {row['subject']}"
        f"\t{row['value'] or row['text_value']} {row['unit']}\t{row['valid_from']}..{row['valid_to']}"
        f"\t{row['regime']}"
        for row in read_seed("regime_rule", seeds)
    ]
    lines += [
        f"unit {row['from_unit']}->{row['to_unit']} ({row['quantity']}, {row['commodity']})\t{row['factor']}"
        for row in read_seed("unit_conversion", seeds)
    ]
    return sorted(line.rstrip() for line in lines)


def _totals_by_country(defaults: Iterable[Row]) -> dict[str, list[Decimal]]:
    """Return the totals of the lines for which no total with mark-up is printed."""
    totals: dict[str, list[Decimal]] = {}
    for row in defaults:
        if row["published_see_total"] and not row["published_see_total_2026"]:
            totals.setdefault(row["country_code"], []).append(Decimal(row["published_see_total"]))
    return totals


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _validity(row: Row) -> str:
    return f"{row['valid_from'] or '?'} until {row['valid_to'] or 'further notice'}"


def _rules(seeds: Path) -> str:
    rows = sorted(
        read_seed("factor_choice_rule", seeds),
        key=lambda row: (row["subject_type"], row["parameter"], row["regime"], int(row["rank"])),
    )
    return _table(
        ["for", "parameter", "series or regime", "order", "source", "fit allowed", "clause"],
        (
            [
                row["subject_type"],
                row["parameter"],
                row["regime"],
                row["rank"],
                row["accepted"],
                row["allowed_factor_match"].replace("|", ", "),
                row["clause"],
            ]
            for row in rows
        ),
    )


def _published(factors: Sequence[Row], source_class: str, country: str, title: str) -> str:
    rows = [
        row
        for row in factors
        if row["source_class"] == source_class
        and row["country_code"] == country
        and row["status"] != "reference"
    ]
    return f"{title}\n\n" + _table(
        ["code", "version", "what", "value", "unit", "as printed", "valid", "document", "note"],
        (
            [
                f"`{row['factor_code']}`",
                row["version"],
                row["parameter"] + ("" if row["status"] == "active" else f" ({row['status']} only)"),
                row["value"],
                row["unit"],
                f"{row['published_value']} {row['published_unit']}",
                _validity(row),
                row["document"],
                row["note"],
            ]
            for row in rows
        ),
    )


def _reference(factors: Sequence[Row]) -> str:
    count = sum(row["status"] == "reference" for row in factors)
    return (
        "## Table 6.0.4\n\n"
        f"The register also holds {count} rows of the older table 6.0.4 (溫室氣體排放係數管理表), factors per"
        " kilogram, litre or cubic metre. They serve to compare older inventories and are never chosen.\n"
    )


def _constants(seeds: Path) -> str:
    return "## Constants, switches and limits of a regime\n\n" + _table(
        ["rule", "version", "what", "value", "unit", "valid", "clause", "note"],
        (
            [
                f"`{row['rule_code']}`",
                row["version"],
                row["subject"],
                row["value"] or row["text_value"],
                row["unit"],
                _validity(row),
                row["clause"],
                row["note"],
            ]
            for row in read_seed("regime_rule", seeds)
        ),
    )


def _warming(seeds: Path) -> str:
    return (
        "## Global warming potentials (100 years)\n\nCBAM uses AR5; AR6 serves inventories only.\n\n"
        + _table(
            ["gas", "set", "tCO2e/t", "confirmed", "document"],
            (
                [
                    row["gas"],
                    row["gwp_set"],
                    row["value"],
                    "yes" if row["is_confirmed"] == "true" else f"no: {row['note']}",
                    row["document"],
                ]
                for row in read_seed("global_warming_potential", seeds)
            ),
        )
    )


def _smelters(seeds: Path) -> str:
    return "## Perfluorocarbons of aluminium smelters\n\n" + _table(
        ["method", "technology", "coefficient", "unit", "F (C2F6/CF4)", "document"],
        (
            [
                row["method"],
                f"{row['technology']} ({row['technology_name']})",
                row["coefficient"],
                row["coefficient_unit"],
                row["c2f6_weight_share"],
                row["document"],
            ]
            for row in read_seed("pfc_technology_factor", seeds)
        ),
    )


def _efficiencies(seeds: Path) -> str:
    """Return the reference efficiencies as printed, a row a fuel and output, a column a time of building."""
    rows = read_seed("reference_efficiency", seeds)
    built = sorted({row["construction"] for row in rows}, key=lambda text: (text[-4:], "from" in text))
    printed: dict[tuple[str, str, str, str], dict[str, str]] = {}
    for row in rows:
        output = row["parameter"].removeprefix("reference_efficiency_").replace("_", " ")
        key = (row["efficiency_class"], row["energy_source"], output, row["note"])
        printed.setdefault(key, {})[row["construction"]] = f"{row['published_value']} {row['published_unit']}"
    return (
        "## Reference efficiencies of separate production\n\n"
        "IR (EU) 2025/2547, Annex III, C: by them combined heat and power is shared (eq. 49 and 50).\n\n"
        + _table(
            ["class", "fuel", "output", *built, "note"],
            (
                [*key[:3], *(values.get(construction, "") for construction in built), key[3]]
                for key, values in printed.items()
            ),
        )
    )


def _defaults(seeds: Path) -> str:
    rows = read_seed("cbam_default_value", seeds)
    origins = {row["country_code"] for row in rows} - {"TW", "OTHER", "UNKNOWN"}
    shown = [
        row
        for row in rows
        if row["cn_prefix"][:4] in {"7213", "7217", "7221", "7223", "7227", "7229", "7318"}
        and row["status"] in {"value", "defect"}
        and row["country_code"] in {"TW", "OTHER"}
    ]
    return (
        _DEFAULTS.format(count=len(rows), origins=len(origins))
        + "\n"
        + _table(
            ["table", "CN", "without", "2026", "2027", "from 2028", "route"],
            (
                [
                    row["country_code"],
                    row["cn_prefix"],
                    row["published_see_total"] or "unreadable: other countries apply",
                    row["published_see_total_2026"],
                    row["published_see_total_2027"],
                    row["published_see_total_2028"],
                    row["production_route"],
                ]
                for row in shown
            ),
        )
    )


def _units(seeds: Path) -> str:
    conversions = _table(
        ["quantity", "from", "to", "multiply by", "source", "note"],
        (
            [row["quantity"], row["from_unit"], row["to_unit"], row["factor"], row["source"], row["note"]]
            for row in read_seed("unit_conversion", seeds)
        ),
    )
    spellings: dict[tuple[str, str], list[str]] = {}
    for row in read_seed("unit_alias", seeds):
        spellings.setdefault((row["unit"], row["commodity"]), []).append(row["alias"])
    aliases = _table(
        ["unit", "of", "spellings"],
        ([unit, commodity, " ".join(found)] for (unit, commodity), found in spellings.items()),
    )
    return f"## Units\n\n{conversions}\nSpellings that are read:\n\n{aliases}"


def _refusals(seeds: Path) -> str:
    return "## Why a factor is not used\n\n" + _table(
        ["code", "reason", "理由", "what to do", "處理方式"],
        (
            [f"`{row['refusal_code']}`", row["message"], row["message_zh"], row["action"], row["action_zh"]]
            for row in read_seed("factor_refusal", seeds)
        ),
    )


def main() -> None:
    """Write `docs/factors.md`."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
