"""What people see of an organisation's inventory, and what the command refuses."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tracetonne import display_inventory
from tracetonne.errors import WrongUseError
from tracetonne.inventory import Inventory, read_inventory
from tracetonne.settings import Home


def category(
    number: str, method: str, status: str, emissions: float | None, reason: str = ""
) -> dict[str, object]:
    return {
        "standard": "ghg_protocol", "category": number, "parent": "scope_3", "name": f"Category {number}",
        "name_zh": "類別", "clause": "", "electricity_method": method, "status": status,
        "emissions_tco2e": emissions, "reason": reason, "reason_zh": reason and "原因",
    }  # fmt: skip


def line(name: str, method: str, emissions: float) -> dict[str, object]:
    return {
        "electricity_method": method, "line_name": name, "name": name, "name_zh": "項目", "reason": "because",
        "reason_zh": "因為", "emissions_tco2e": emissions,
    }  # fmt: skip


def shown(inventory: Inventory, monkeypatch: pytest.MonkeyPatch) -> str:
    written = io.StringIO()
    monkeypatch.setattr(display_inventory, "console", lambda: Console(file=written, width=200))
    display_inventory.show_inventory(inventory)
    return written.getvalue()


def test_a_gap_is_shown_as_a_gap_and_both_methods_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    inventory = Inventory(
        "office", "2025", "AR6",
        [
            category("3.5", "location", "gap", None, "no factor for BURNT"),
            category("3.5", "market", "gap", None, "no factor for BURNT"),
            category("3.6", "location", "computed", 1.5),
            category("3.6", "market", "computed", 1.25),
        ],
        [], None,
        [
            line("grid_factor", "location", 3),
            line("grid_factor", "market", 3),
            line("market_instruments", "market", -1),
        ],
        [],
        [
            {"category": "3.6", "quality_product": 18.0, "quality_grade": 2.0, "uncertainty": 0.125,
             "assessed_share": 0.8, "line_id": "line:q"},
        ],
        [
            {"letter": "b", "name": "responsible person", "name_zh": "報告負責人", "status": "missing",
             "told": "state it", "told_zh": "請敘明", "clause": "9.3.1 b)"},
        ],
    )  # fmt: skip
    text = shown(inventory, monkeypatch)
    assert "no factor for BURNT 原因" in text
    [gap] = [row for row in text.splitlines() if row.strip().startswith("3.5") and "gap" in row]
    assert gap.split()[-4:] == ["–", "–", "gap", "缺漏"]
    [computed, quality] = [row for row in text.splitlines() if row.strip().startswith("3.6")]
    assert quality.split() == ["3.6", "18.00", "2.00", "12.5%", "80.0%"]
    [item] = [row for row in text.splitlines() if row.strip().startswith("b ")]
    assert "missing 缺" in item
    assert "請敘明" in item
    assert "1.500" in computed
    assert "1.250" in computed
    [market] = [row for row in text.splitlines() if "market_instruments" in row]
    assert "-1.000" in market


def test_the_day_that_the_factors_were_known_on_stands_in_the_title(monkeypatch: pytest.MonkeyPatch) -> None:
    inventory = Inventory("office", "2025", "AR6", [], [], None, [], [], [], [], known_on="2026-04-30")
    assert "factors known on 採此日前已知係數 2026-04-30" in shown(inventory, monkeypatch)


def test_why_there_is_none_is_all_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    inventory = Inventory("plant", "2025", "AR6", [], [], None, [], [], [], [], reason="no inventory 無盤查")
    assert shown(inventory, monkeypatch) == "no inventory 無盤查\n"


def test_an_unknown_set_of_potentials_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="warming potentials"):
        read_inventory(Home(tmp_path, tmp_path / "exports"), "office", "2025", "SAR")
