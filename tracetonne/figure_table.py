"""The closed list of quantities as a page for people (`docs/figures.md`).

Reads the seeds of the dbt project; computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracetonne.factor_table import SEEDS, Row, read_seed
from tracetonne.settings import CHECKOUT

PAGE = CHECKOUT / "docs" / "figures.md"
ROUNDING = {
    "emissions": "full tonnes, half up",
    "specific": "5 decimals, half up",
    "share": "5 decimals, half up",
    "quantity": "3 decimals, half up",
    "money": "2 decimals, half up",
    "count": "whole number",
}

_INTRODUCTION = """# Figures

Made from `dbt_project/seeds/figure/` by `python -m tracetonne.figure_table`; a test keeps it current.

A figure has a name, `site:period:process:product:quantity:series`, a value that is not rounded, and
beside it the value as the regime reports it. Periods are a month `2026-03`, a year `2026`, the year to
date `2026-03/YTD`, the rolling twelve months `2026-03/R12`, the quarter `2026-03/Q1` beside its last month
(`--quarter 2026-Q1` asks for it alone), or the first and last day of a template that is not a calendar
year.

Two series stand side by side. `regime` is what the law in force admits: IR (EU) 2023/1773 for periods
that begin before 2026, IR (EU) 2025/2547 from then on. `management` is one method and the best evidence
throughout: emissions as attributed, neither scaled to the total of the installation nor cut off at
zero, and the supplier's value whether or not a verifier has seen it. Windows over months exist for
`management` only; they are ratios of summed months, and rolling twelve months and quarters have no value
before all their months exist.

Before 2026 a filled communication template is computed as its own formulas do: direct emissions of a
process are taken as declared, nothing is cut off at zero, blank oxidation and conversion factors mean
100 %, and the share of default values leaves out of its denominator what returns to a process through a
circle. From 2026 the processes are scaled to the total of the installation, a negative result counts as
zero and is reported in the note, and a precursor of a template has no admissible value unless its
origin counts zero.

A site in Taiwan has figures of a calendar year that follow its inventory and carbon fee. Their series is a
version: `filed` with what was known on 30 April of the next year, `verified` on 31 October; `_ar6` with the
warming potentials of AR6, `_604` with the older factors of table 6.0.4, `_green` where bundled renewable
power is assumed to count zero. Versions stand side by side; none overwrites another. Series `scenario` says
what would follow from an assumption that its note names.

From 2026 a product has the certificates that an import into the EU needs, with actual and with default
values, and its cost by the quarter of import; the specific emissions are those of the calendar year, so a
month of import has no figure of its own. While the cross-sectoral correction factor or the price of a
quarter is not published or entered, the figures are of series `scenario` and their note names what is
assumed. Figures of an importer carry the importer's EORI in the place of the product.

A site that is computed from documents has figures of a calendar year as an organisation, by ISO 14064-1
(`iso_…`) and by the GHG Protocol (`ghg_…`). Their series is the set of warming potentials, `AR5` or `AR6`;
figures that depend on the method for electricity say `location` or `market` in their name. `accounting_…`
are the two ends of the reconciliation with the products.

A figure that does not exist has no value and says why in its note.

每個數值都有未進位的原值與法規申報用的進位值。`regime` 為現行法規所允許者，`management` 為一貫方法與最佳證據。
臺灣廠區另有年度盤查與碳費數值：`filed` 為次年 4 月 30 日申報時已知者，`verified` 為 10 月 31 日查驗時已知者，
兩者並列，互不覆蓋；`scenario` 為情境值，其假設載於備註。
以文件計算之廠區另有組織盤查之年度數值（ISO 14064-1 與 GHG Protocol），序列為所用 GWP（`AR5`、`AR6`）。
沒有數值時，備註欄說明原因。
"""

_STEPS = """## Steps of the calculation

Every value on the way is a line with its formula and its inputs; these are the steps and what they follow.
"""


def page(seeds: Path = SEEDS) -> str:
    """Return `docs/figures.md`."""
    definitions = read_seed("figure_definition", seeds)
    parts = [_INTRODUCTION]
    for subject, title in (
        ("process and product", "Of a process and of its products"),
        ("process", "Of a process"),
        ("installation", "Of the installation"),
        ("site and calendar year in Taiwan", "Of a site and calendar year in Taiwan"),
        ("product and calendar year in Taiwan", "Of a product and calendar year in Taiwan"),
        ("product and calendar year of import", "Of a product and calendar year of import into the EU"),
        ("importer and calendar year", "Of an importer and calendar year"),
    ):
        parts.append(f"## {title}\n")
        parts += [_entry(row) for row in definitions if row["subject"] == subject]
    parts.append(_STEPS)
    parts.append(_table(read_seed("calculation_step", seeds)))
    return "\n".join(parts)


def _entry(row: Row) -> str:
    unit = "a share" if row["rounding"] == "share" else row["unit"] if row["unit"] != "1" else "a number"
    return "\n".join(
        (
            f"### `{row['quantity']}` · {row['name']} · {row['name_zh']}\n",
            f"{row['definition'][0].upper()}{row['definition'][1:]}.",
            f"{row['definition_zh']}。\n",
            f"- unit: {unit}; reported as {ROUNDING[row['rounding']]}",
            *_clauses(row),
        )
    )


def _clauses(row: Row) -> list[str]:
    """Return the clauses by period; where the year changes nothing, once."""
    if row["clause_transitional"] == row["clause_definitive"]:
        return [f"- by: {row['clause_definitive']}\n"]
    return [f"- before 2026: {row['clause_transitional']}", f"- from 2026: {row['clause_definitive']}\n"]


def _table(steps: Sequence[Row]) -> str:
    lines = ["| step | method | before 2026 | from 2026 |", "| --- | --- | --- | --- |"]
    for row in steps:
        cells = (
            f"`{row['step']}`",
            f"`{row['method_id']}`",
            row["clause_transitional"],
            row["clause_definitive"],
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write `docs/figures.md`."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
