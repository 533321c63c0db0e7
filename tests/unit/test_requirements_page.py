"""`docs/requirements.md` names every row of the register, and only tests and commands that exist."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import typer
import yaml

from tracetonne.cli import app
from tracetonne.settings import CHECKOUT, DBT_PROJECT

PAGE = CHECKOUT / "docs" / "requirements.md"
STATES = ("shown", "partly", "not yet", "issue 3 (documents)", "issue 2 (packages)", "another issue")


def rows() -> list[list[str]]:
    """Return the cells of the table: row, requirement, state, what shows it."""
    lines = re.findall(r"^\| ([AB]\d{3}) \| (.*) \| (.*) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    return [list(cells) for cells in lines]


def named() -> set[str]:
    """Return all that the table names as code."""
    return {name for cells in rows() for name in re.findall(r"`([^`]+)`", cells[3])}


def test_every_row_of_the_register_stands_there_once(shared: Path) -> None:
    with (shared / "domain" / "requirements.csv").open(encoding="utf-8", newline="") as file:
        register = [(row["id"], row["item"]) for row in csv.DictReader(file)]
    assert [(cells[0], cells[1]) for cells in rows()] == register


def test_every_row_has_a_state_and_counts_add_up() -> None:
    counts = Counter(cells[2] for cells in rows())
    assert set(counts) <= set(STATES)
    text = PAGE.read_text(encoding="utf-8")
    for state in ("shown", "partly", "not yet", "another issue"):
        found = re.search(rf"^\| {state} \| .* \| (\d+) \|$", text, re.M)
        assert found and int(found[1]) == counts[state], state


def test_what_is_shown_names_what_shows_it() -> None:
    bare = [cells[0] for cells in rows() if cells[2] in STATES[:2] and "`" not in cells[3]]
    assert bare == []


@pytest.mark.parametrize("name", sorted(name for name in named() if name.startswith("tests/")))
def test_a_named_test_exists(name: str) -> None:
    path, _, function = name.partition("::")
    text = (CHECKOUT / path).read_text(encoding="utf-8")
    assert not function or f"\ndef {function}(" in text


@pytest.mark.parametrize("name", sorted(name for name in named() if name.startswith("tracetonne ")))
def test_a_named_command_exists(name: str) -> None:
    command = typer.main.get_command(app)
    for word in name.split()[1:]:
        if word.startswith("--"):
            options = {option for parameter in command.params for option in parameter.opts}
            assert word in options
        else:
            command = command.commands[word]  # type: ignore[attr-defined]


def test_every_other_name_is_one_of_a_dbt_unit_test_a_model_or_a_quantity() -> None:
    known = {path.stem for path in (DBT_PROJECT / "models").rglob("*.sql")}
    for path in (DBT_PROJECT / "models").rglob("*.yml"):
        content = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        known |= {test["name"] for test in content.get("unit_tests", [])}
    with (DBT_PROJECT / "seeds" / "figure" / "figure_definition.csv").open(encoding="utf-8") as file:
        known |= {row["quantity"] for row in csv.DictReader(file)}
    others = {name for name in named() if not name.startswith(("tests/", "tracetonne "))}
    assert sorted(others - known) == []
