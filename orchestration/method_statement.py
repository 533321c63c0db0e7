"""The method statement (`docs/method.md`): what a verifier reads before the first number.

Made from the project itself: formulas and inputs from the macros that compute, clauses, rounding and rules
from the seeds, descriptions from the models. Nothing is written twice, so nothing can differ.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.dbt_build import compile_inline, prepare_manifest
from tracetonne.factor_table import read_seed
from tracetonne.figure_table import ROUNDING
from tracetonne.settings import CHECKOUT, Home

PAGE = CHECKOUT / "docs" / "method.md"
# Amounts that are followed through precursors by the same steps.
CHAINS = ("see_direct", "see_indirect", "embedded_electricity", "default_part", "chargeable_indirect")
# Formulas of the sums over months that their steps do not name.
WINDOW_FORMULAS = {
    "window_see_total": "see_total",
    "window_functional_level": "functional_level",
    "window_content": "window_content",
}

_INTRODUCTION = """# Method statement

Made from the models, macros and seeds of `dbt_project/` by `python -m orchestration.method_statement`;
a test keeps it current. It says how every figure is computed: equation, clause, inputs, units and
rounding. Figures are listed with their definitions in `docs/figures.md`, factors in `docs/factors.md`,
documents in `docs/contracts.md`.

## The way of a number

Documents are kept as they arrived, under their SHA-256, and read word for word into landing tables.
`staging` gives words their types and units and nets what was cancelled or credited. `calculation`
brings quantities to months, fills gaps in the open, chooses factors by rule, computes emissions,
attributes them to processes and follows precursors. `output` rounds and names. Every value on the way
is a *line* with a formula in a closed grammar, its inputs by name, and for each input the line, fact,
factor or constant that it came from; `tracetonne verify` evaluates these formulas without this
program's database.

Measured quantities are exact decimals. A line's product is computed in double precision, brought to 12
decimals once, and sums of lines are exact. Nothing is rounded before the output.

本方法說明由計算模型、公式與規則表自動產生：每一數值之公式、法規依據、輸入值、單位與進位方式均列於下。
"""


def page(home: Home) -> str:
    """Return `docs/method.md`; parses the project where that has not been done in this home."""
    manifest = json.loads(prepare_manifest(home).read_text(encoding="utf-8"))
    steps = "line_steps() + taiwan_steps() + cbam_steps() + uncertainty_steps() + organisation_steps()"
    asked = f"{{{{ tojson({{'steps': {steps}, 'formulas': formulas()}}) }}}}"
    told = json.loads(compile_inline(home, asked))
    parts = [
        _INTRODUCTION,
        *_figures(),
        *_steps(told["steps"], told["formulas"]),
        *_rules(),
        *_models(manifest),
    ]
    return "\n".join(parts) + "\n"


def _figures() -> Iterator[str]:
    yield "## Figures and their rounding\n"
    yield "| figure | name | unit | reported as | before 2026 | from 2026 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in read_seed("figure_definition"):
        yield _cells(
            f"`{row['quantity']}`",
            f"{row['name']} {row['name_zh']}",
            row["unit"],
            ROUNDING.get(row["rounding"], row["rounding"]),
            row["clause_transitional"],
            row["clause_definitive"],
        )
    yield "\nRounding by regime:\n"
    yield "| regime | quantity | decimals | mode | clause |"
    yield "| --- | --- | --- | --- | --- |"
    for row in read_seed("rounding_rule"):
        mode = row["mode"].replace("_", " ")
        yield _cells(row["regime"], row["quantity"].replace("_", " "), row["decimals"], mode, row["clause"])
    yield ""


def _steps(steps: Sequence[Mapping[str, Any]], formulas: Mapping[str, str]) -> Iterator[str]:
    """Tell each step of the calculation with the formulas that it may use and the units of their inputs."""
    by_step = {step["step"]: step for step in steps}
    yield "## Steps and equations\n"
    yield "A formula that several steps share is told with each. `sum` adds all inputs of a name exactly.\n"
    for row in read_seed("calculation_step"):
        yield f"### `{row['step']}`\n"
        yield f"Method `{row['method_id']}`.\n"
        yield f"- before 2026: {row['clause_transitional']}"
        yield f"- from 2026: {row['clause_definitive']}"
        step = by_step.get(row["step"]) or by_step.get(_family(row["step"]))
        if step is None:
            yield f"- `{formulas[_window_formula(row['step'])]}` over the months of the window\n"
            continue
        names = step.get("formulas") or ([step["formula"]] if "formula" in step else [])
        for name in names:
            yield f"- `{formulas[name]}`"
        if not names:
            yield "- the formula is put together from the terms that apply: " + ", ".join(
                f"`{name}`" for name in step["inputs"]
            )
        used = set(re.findall("[a-z_0-9]+", " ".join(formulas[name] for name in names))) or set(
            step.get("inputs") or ()
        )
        units = {name: _unit(unit) for name, unit in (step.get("units") or {}).items() if name in used}
        if units:
            yield "- inputs: " + ", ".join(f"`{name}` {unit}".strip() for name, unit in units.items())
        yield f"- model `{step['model']}`\n"


def _family(step: str) -> str:
    """Return the step that a chain belongs to: one model computes the same step for each chain."""
    if step in CHAINS:
        return "specific"
    if step.startswith(("taiwan_interval_", "taiwan_spread_")):
        return step.rpartition("_")[0]
    return "embedded" if step.removeprefix("embedded_") in CHAINS else step


def _window_formula(step: str) -> str:
    if step in WINDOW_FORMULAS:
        return WINDOW_FORMULAS[step]
    if step.endswith("_functional"):
        return "functional_see"
    if step.startswith("window_qualified_"):
        return "qualified_see"
    return "window_ratio" if step.startswith("window_see_") else "window_sum"


def _unit(sql: str) -> str:
    """Return a constant unit in brackets; one that depends on the row is a column, which is not told here."""
    constant = re.fullmatch(r"'([^']*)'", sql)
    return f"({constant[1]})" if constant else ""


def _rules() -> Iterator[str]:
    yield "## Constants and switches of each regime\n"
    yield "| rule | regime | subject | value | unit | clause | in force | note |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in read_seed("regime_rule"):
        until = f" to {row['valid_to']}" if row["valid_to"] else " on"
        yield _cells(
            f"`{row['rule_code']}`",
            row["regime"],
            row["subject"].replace("_", " "),
            row["value"] or row["text_value"],
            row["unit"],
            row["clause"],
            row["valid_from"] + until,
            row["note"],
        )
    yield "\n## Which factor wins\n"
    yield (
        "For each subject the candidate with the best rank that is admissible in the period wins; a lower "
        "rank is used only where no better one exists, and the choice is written with its reason.\n"
    )
    yield "| regime | subject | parameter | rank | source | accepted | clause |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    ranked = sorted(
        read_seed("factor_choice_rule"),
        key=lambda row: (row["regime"], row["subject_type"], row["parameter"], int(row["rank"])),
    )
    for row in ranked:
        yield _cells(
            row["regime"],
            row["subject_type"].replace("_", " "),
            row["parameter"].replace("_", " "),
            row["rank"],
            row["source_class"].replace("_", " "),
            row["accepted"],
            row["clause"],
        )
    yield "\nA factor is refused where\n"
    for row in read_seed("factor_refusal"):
        yield f"- {row['message']} ({row['message_zh']})"
    yield ""


def _models(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Tell what each model does, in the order of the layers."""
    yield "## Models\n"
    for layer, title in (("staging", "Staging"), ("calculation", "Calculation"), ("output", "Output")):
        yield f"### {title}\n"
        nodes = [
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["config"]["schema"] == layer
        ]
        for node in sorted(nodes, key=lambda node: str(node["name"])):
            yield f"- `{node['name']}`: {' '.join(node['description'].split())}"
        yield ""


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main() -> None:
    """Write `docs/method.md`."""
    with tempfile.TemporaryDirectory(prefix="tracetonne-method-") as folder:
        home = Home(root=Path(folder), exports=Path(folder) / "exports")
        PAGE.write_text(page(home), encoding="utf-8")


if __name__ == "__main__":
    main()
