"""Statements on categories of the inventory: what an organisation says where no paper shows emissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .sheets import Record, table

# Of a plant whose papers are about its fuels, materials and power.
NO_OTHER_SOURCE = {
    "1.2": (
        "the plant has no vehicles of its own; carriers come, and its forklifts run on batteries (invented)",
        "廠內無自有車輛，進出貨由運輸業者承運，堆高機為電動（虛構）",
    ),
    "1.4": (
        "nothing leaks: water cools, extinguishers hold powder, breakers vacuum, and sewage goes to the "
        "industrial park (invented)",
        "無逸散源：以水冷卻、滅火器為乾粉式、斷路器為真空式、污水納入工業區下水道（虛構）",
    ),
    "1.5": ("no land but the built-up site (invented)", "除廠區建地外無其他土地（虛構）"),
    "2.2": ("no steam, heat or cold is bought (invented)", "未外購蒸汽、熱能或冷能（虛構）"),
}


def not_applicable(reasons: Mapping[str, tuple[str, str]]) -> list[Record]:
    """Return a row a category that does not apply, with its reason in English and Chinese."""
    return [stated(category, "-", "not_applicable", "", *reason, "") for category, reason in reasons.items()]


def stated(
    category: str, item: str, status: str, tonnes: str, reason: str, reason_zh: str, source: str
) -> Record:
    """Return a row on a category of 2025, not yet signed."""
    return {
        "year": "2025", "category": category, "item": item, "status": status, "emissions_tco2e": tonnes,
        "reason": reason, "reason_zh": reason_zh, "source": source,
    }  # fmt: skip


def statement_csv(records: Sequence[Record], author: str, approver: str, decided_on: str) -> bytes:
    """Write rows that two people sign on a day."""
    signed = [
        {**record, "author": author, "approver": approver, "decided_on": decided_on} for record in records
    ]
    columns = list(signed[0])
    return table(columns, [[row[column] for column in columns] for row in signed]).encode("utf-8")
