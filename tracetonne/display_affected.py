"""What a change touches, for people, in English and Traditional Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from tracetonne.display import console, show_rows

_TITLES = {
    "rules": "reference data that name it 參考資料",
    "models": "models 計算模型",
    "figures": "figures 數據",
    "requirements": "requirements 需求",
    "manual": "pages of the manual 文件",
}


def show_affected(found: Mapping[str, Any]) -> None:
    """Print a table of each kind of thing that the change touches, then the tests to look at."""
    console().print(f"[bold]{escape(found['change'])}[/]")
    for key, title in _TITLES.items():
        rows: Sequence[Mapping[str, Any]] = found[key]
        console().print(f"\n[bold]{title}: {len(rows)}[/]")
        if rows:
            show_rows(rows)
    console().print(f"\n[bold]unit tests 單元測試: {len(found['tests'])}[/]")
    console().print(", ".join(found["tests"]), highlight=False)
