"""What a change of a clause, factor, rule or requirement touches: models, figures, tests, manual pages.

The map is the project itself: seeds name their clauses, models their steps, quantities and what they read,
the register of requirements its tests. So nothing is mapped by hand, and nothing can be left out of the map.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.dbt_build import prepare_manifest
from tracetonne.errors import WrongUseError
from tracetonne.settings import CHECKOUT, DBT_PROJECT, Home

REGISTER = "docs/requirements.md"
# Lists that every line and figure reads: their rows are followed one by one, not as a table.
_STEPS, _FIGURES = "calculation_step", "figure_definition"
_ROW = re.compile(r"^\| ([AB]\d{3}) \| (.*) \| .* \| (.*) \|$")

Row = Mapping[str, str]
Holds = Callable[[str], bool]


@dataclass(frozen=True)
class ChangeImpact:
    """Everything that a change touches, what names it first.

    Args:
        change: What changes, as it was asked.
        rules: Rows of reference data that name it: `seed`, `code` and `clause`.
        steps: Steps of the calculation by such a clause.
        models: Models that name it or read such a row, `how` saying which, and all models after these.
        figures: Figures by such a clause (`how` is clause), and those that an affected model computes.
        tests: Unit tests of the affected models.
        requirements: Rows of the register of requirements that rest on any of these.
        manual: Lines of the pages that name it, one of its steps, figures or models: `page`, `line` and
            `heading`.
    """

    change: str
    rules: list[dict[str, str]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    models: list[dict[str, str]] = field(default_factory=list)
    figures: list[dict[str, str]] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    requirements: list[dict[str, str]] = field(default_factory=list)
    manual: list[dict[str, str]] = field(default_factory=list)


def change_impact(home: Home, change: str) -> ChangeImpact:
    """Return what a change touches in the project as it is now.

    Args:
        home: The installation; the project is parsed where that has not been done in it.
        change: A clause, such as `碳費收費辦法 §5`, a factor or rule by its code, a step, or a requirement
            such as `A009`.

    Raises:
        WrongUseError: Nothing in the project names it.
    """
    manifest = json.loads(prepare_manifest(home).read_text(encoding="utf-8"))
    seeds = {path.stem: _rows(path.read_text(encoding="utf-8")) for path in DBT_PROJECT.glob("seeds/*/*.csv")}
    folders = ("README.md", "docs/*.md", "docs/decisions/*.md", "exports/README.md")
    pages = {
        path.relative_to(CHECKOUT).as_posix(): path.read_text(encoding="utf-8")
        for pattern in folders
        for path in sorted(CHECKOUT.glob(pattern))
    }
    return affected(change, manifest, seeds, pages)


def affected(
    change: str,
    manifest: Mapping[str, Any],
    seeds: Mapping[str, Sequence[Row]],
    pages: Mapping[str, str],
) -> ChangeImpact:
    """Return what a change touches, of a parsed project, its reference data and its pages.

    Raises:
        WrongUseError: Nothing names it.
    """
    holds = _holding(change)
    register = _requirements(pages.get(REGISTER, ""))
    asked = {name for row, _, names in register if row == change for name in names}
    rules = [(seed, row) for seed in sorted(seeds) for row in seeds[seed] if any(map(holds, row.values()))]
    steps = [row["step"] for seed, row in rules if seed == _STEPS]
    by_clause = {row["quantity"] for seed, row in rules if seed == _FIGURES}
    tests = {one["name"]: one["model"] for one in manifest["unit_tests"].values()}
    models = {uid: node for uid, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    named = {*asked, *(tests[name] for name in asked if name in tests)}
    tables = {seed for seed, _ in rules} - {_STEPS, _FIGURES}
    macros = {uid for uid, one in manifest["macros"].items() if holds(one["macro_sql"])}
    direct = {
        uid: how
        for uid, node in models.items()
        if (how := _how(node, holds, [*steps, *sorted(by_clause)], named, tables, macros))
    }
    after = _after(direct, manifest["child_map"], models)
    names = {models[uid]["name"] for uid in (*direct, *after)}
    figures = _figures(seeds[_FIGURES], by_clause | asked, [models[uid] for uid in (*direct, *after)])
    touched = {name for name, model in tests.items() if model in names}
    spoken = {*steps, *by_clause, *(models[uid]["name"] for uid in direct)}
    found = ChangeImpact(
        change,
        [{"seed": seed, "code": next(iter(row.values())), "clause": _clause(row)} for seed, row in rules],
        steps,
        [{"model": models[uid]["name"], "how": how} for uid, how in sorted(direct.items())]
        + [{"model": models[uid]["name"], "how": "after these"} for uid in sorted(after)],
        figures,
        sorted(touched),
        [
            {"row": row, "requirement": text}
            for row, text, of_row in register
            if row == change or of_row & (touched | names | {one["quantity"] for one in figures})
        ],
        list(_lines(pages, holds, spoken)),
    )
    if not (found.rules or found.models or found.manual):
        raise WrongUseError(
            "Nothing in the project names this.",
            where="CHANGE",
            expected="a clause as docs/method.md has it, the code of a factor or rule, or a requirement",
            found=change,
        )
    return found


def _holding(change: str) -> Holds:
    """Return a test whether a text names the change, and not one whose number only begins like it."""
    pattern = re.compile(rf"(?<![0-9a-z]){re.escape(_folded(change))}(?![0-9a-z])")
    return lambda text: pattern.search(_folded(text)) is not None


def _folded(text: str) -> str:
    """Return a text in which both ways to write an article are one."""
    told = re.sub(r"第\s*(\d+)\s*條", r"§\1", " ".join((text or "").split()))
    return re.sub(r"\s*§\s*", "§", told).casefold()


def _how(
    node: Mapping[str, Any],
    holds: Holds,
    words: Iterable[str],
    named: set[str],
    tables: set[str],
    macros: set[str],
) -> str:
    """Say by what a model is touched itself; nothing where it is not."""
    code = node["raw_code"]
    told = [code, node["description"], *(one["description"] for one in node["columns"].values())]
    read = {uid.rpartition(".")[2] for uid in node["depends_on"]["nodes"] if uid.startswith("seed.")} & tables
    literals = [word for word in words if f"'{word}'" in code]
    reasons = [
        "names it" if any(map(holds, told)) else "",
        "the requirement rests on it" if node["name"] in named else "",
        f"reads {', '.join(sorted(read))}" if read else "",
        f"computes {', '.join(literals)}" if literals else "",
        "calls a macro that names it" if macros & set(node["depends_on"]["macros"]) else "",
    ]
    return "; ".join(filter(None, reasons))


def _after(
    direct: Iterable[str], children: Mapping[str, Sequence[str]], models: Mapping[str, Any]
) -> set[str]:
    """Return the models that read affected ones, at any distance."""
    seen, waiting = set(direct), list(direct)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child in models and child not in seen:
                seen.add(child)
                waiting.append(child)
    return seen - set(direct)


def _figures(
    definitions: Sequence[Row], by_clause: set[str], models: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    code = "\n".join(model["raw_code"] for model in models)
    found = [
        {"quantity": row["quantity"], "name": row["name"], "name_zh": row["name_zh"], "how": how}
        for row in definitions
        if (
            how := "clause"
            if row["quantity"] in by_clause
            else "model"
            if f"'{row['quantity']}'" in code
            else ""
        )
    ]
    return sorted(found, key=lambda one: (one["how"], one["quantity"]))


def _requirements(page: str) -> list[tuple[str, str, set[str]]]:
    """Return the rows of the register: number, requirement, and what is named there as code."""
    matches = filter(None, map(_ROW.match, page.splitlines()))
    return [(match[1], match[2], set(re.findall(r"`([^`]+)`", match[3]))) for match in matches]


def _lines(pages: Mapping[str, str], holds: Holds, spoken: set[str]) -> Iterable[dict[str, str]]:
    for page, text in pages.items():
        heading = ""
        for number, line in enumerate(text.splitlines(), 1):
            heading = line.lstrip("# ") if line.startswith("#") else heading
            if holds(line) or spoken & set(re.findall(r"`([^`]+)`", line)):
                yield {"page": page, "line": str(number), "heading": heading}


def _clause(row: Row) -> str:
    return "; ".join(dict.fromkeys(row[name] for name in row if name.startswith("clause") and row[name]))


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))
