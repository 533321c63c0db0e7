"""What imported goods of a year owe for their carbon (氣候變遷因應法 §31), as the served rows have it.

Reads; computes nothing. No rule under the article is published, so nothing is due until one is entered in the
dated table `taiwan_import_rule`; what is bought, embedded, paid abroad and exempt is shown all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracetonne import serving
from tracetonne.printed_page import number
from tracetonne.settings import Home

TABLE = "out_taiwan_import_carbon"
_AMOUNTS = (
    "bought_t", "product_emissions_tco2e", "paid_abroad_twd", "difference_tco2e", "relief_tco2e",
    "creditable_tco2e", "credits_used_tco2e", "levied_tco2e", "levy_twd",
)  # fmt: skip
FIELDS = (
    "material", "cn_code", "country_code", "supplier", "declaration_number", "value_basis",
    "see_direct_tco2e_per_t", "see_indirect_tco2e_per_t", "rule_code", "rule_status",
    "benchmark_tco2e_per_t", "price_twd_per_tco2e", "carbon_price_paid_twd_per_t", "carbon_price_proof",
    "import_exemption", "is_liable", *_AMOUNTS, "reason", "reason_zh", "clause", "evidence_id",
)  # fmt: skip
HEADING = (
    "good 貨品", "CN", "from 產地", "t", "t CO2e", "difference 差額", "relief 扣抵", "credits 額度",
    "levied 應繳", "TWD", "evidence 佐證", "note 說明",
)  # fmt: skip


def read_import_carbon(home: Home, site: str, year: str) -> list[dict[str, Any]]:
    """Return the imported goods of a year: masses in t, emissions in t CO2e, money in TWD.

    Args:
        home: The installation.
        site: A refreshed site.
        year: A refreshed calendar year; one that was refreshed before these goods were told has none.
    """
    build = serving.current(home, site, year)
    if build is None or TABLE not in build.tables:
        return []
    with serving.open_serving(home, site, [year]) as connection:
        found = connection.execute(
            f"select {', '.join(FIELDS)} from {TABLE} order by material, declaration_number, rule_code"
        ).fetchall()
    rows = [dict(zip(FIELDS, row, strict=True)) for row in found]
    return [
        row | {name: float(row[name]) for name in _AMOUNTS if row[name] is not None}
        | {"evidence": [row["evidence_id"]] if row["evidence_id"] else []}
        for row in rows
    ]  # fmt: skip


def rule_told(goods: Sequence[Mapping[str, Any]]) -> str:
    """Return how the article stands for these goods, in both languages."""
    if any(good["rule_status"] == "in_force" for good in goods):
        return "import carbon, Article 31: a rule is in force 進口碳排差額：子法已公告"
    return "import carbon, Article 31: no rule in force, nothing is due 進口碳排差額：子法未公布，無應繳義務"


def cells(good: Mapping[str, Any], cited: str) -> tuple[str, ...]:
    """Return the cells of a good below `HEADING`; that its rule is awaited, `rule_told` says for all.

    Args:
        good: A row of `read_import_carbon`.
        cited: How its documents are cited.
    """
    papers = [cited, *([f"paid 已繳 {good['carbon_price_proof']}"] if good["carbon_price_proof"] else [])]
    return (
        str(good["material"]),
        str(good["cn_code"]),
        good["country_code"] or "? 未載明",
        number(good["bought_t"], 3),
        *(
            "unknown 不明" if good[name] is None else number(good[name], 3)
            for name in (
                "product_emissions_tco2e", "difference_tco2e", "relief_tco2e", "credits_used_tco2e",
                "levied_tco2e", "levy_twd",
            )
        ),
        ", ".join(papers),
        " ".join(filter(None, (good["reason"], good["reason_zh"])))
        if good["rule_status"] != "awaited"
        else "",
    )  # fmt: skip
