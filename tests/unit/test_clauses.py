"""Every clause that steps, rules, models, gates and deadlines cite is registered; orphans are listed."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from expectations import GATES
from tracetonne.clauses import Citation, citations, clause_columns, read_clauses, unregistered
from tracetonne.cli import app

BASE = "Regulation (EU) 2023/956"
METHOD = "IR (EU) 2025/2547"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            f"{BASE} Articles 16, 20 and 22 to 24",
            [(BASE, f"Article {one}") for one in ("16", "20", "22", "23", "24")],
        ),
        (f"{BASE} Article 2a and Annex VII", [(BASE, "Article 2a"), (BASE, "Annex VII")]),
        (f"{METHOD}, Annex II, B.3.1.1 (f)", [(METHOD, "Annex II B")]),
        (f"{METHOD} Article 4; Annex III B (eq. 64)", [(METHOD, "Article 4"), (METHOD, "Annex III B")]),
        ("ISO 14064-1:2018 5.2.4, Annex B", [("ISO 14064-1", "Annex B"), ("ISO 14064-1", "5.2.4")]),
        ("碳費收費辦法 第5條、第6條", [("碳費收費辦法", "第5條"), ("碳費收費辦法", "第6條")]),
        ("碳費收費辦法 §4", [("碳費收費辦法", "第4條")]),
        ("Regulation (EU) 2099/1 Article 3", [("Regulation (EU) 2099/1", "Article 3")]),
        ("own rule: nothing is cited", []),
    ],
)
def test_a_citation_names_act_and_clauses(text: str, found: list[tuple[str, str]]) -> None:
    assert list(citations(text)) == [Citation(*one) for one in found]


def test_every_clause_that_is_cited_is_registered() -> None:
    assert unregistered(read_clauses()) == []


def test_every_stated_clause_cites_an_act_or_is_an_own_rule() -> None:
    assert [(by, text) for by, text in clause_columns() if not list(citations(text))] == []


def test_gates_cite_clauses_that_exist() -> None:
    by = {one for clause in read_clauses() for one in clause.cited_by}
    assert f"gate {next(gate.name for gate in GATES if 'certificate' in gate.name)}" in by
    assert "deadline cbam_surrender" in by and "model calc_cbam_holding" in by


def test_an_orphan_is_listed() -> None:
    """No step keeps files for six years, or sends a declarant to a customs registry."""
    done = CliRunner().invoke(app, ["clauses", "--orphans", "--json"])
    assert done.exit_code == 0, done.output
    orphans = json.loads(done.output)
    assert {"REGISTRY", "TW-INV-14"} <= {one["clause_id"] for one in orphans}
    assert all(one["cited_by"] == [] and one["obligation_zh"] for one in orphans)
    everything = json.loads(CliRunner().invoke(app, ["clauses", "--json"]).output)
    assert len(everything) > len(orphans)
