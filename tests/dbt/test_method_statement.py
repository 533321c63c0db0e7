"""The method statement says what the project computes."""

from __future__ import annotations

from pathlib import Path

import pytest
from prepared_home import prepared_home

from orchestration import method_statement

pytestmark = pytest.mark.slow


def test_page_is_current(tmp_path: Path) -> None:
    page = method_statement.page(prepared_home(tmp_path / "home"))
    assert method_statement.PAGE.read_text(encoding="utf-8") == page, (
        "docs/method.md is not what the project computes; run python -m orchestration.method_statement"
    )


def test_no_step_is_without_a_formula() -> None:
    steps = (
        method_statement.PAGE.read_text(encoding="utf-8").split("## Steps and equations")[1].split("\n## ")[0]
    )
    for step in steps.split("\n### ")[1:]:
        assert "- `" in step or "put together" in step, step.splitlines()[0]
