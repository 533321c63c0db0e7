"""Certificates for people, in English and Traditional Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from tracetonne.certificates import Certificates
from tracetonne.display import console

OPTIONS = {"actual": "actual 實際值", "default": "default 預設值"}
CHEAPER = {"actual": "actual 實際值較省", "default": "default 預設值較省", "equal": "equal 相同"}
DUTIES = {
    "declaration": "declaration 年度申報",
    "surrender": "surrender 繳回憑證",
    **{f"holding_q{quarter}": f"hold Q{quarter} 季末持有" for quarter in range(1, 5)},
}
STATES = {
    "done": "done 已完成",
    "late": "done late 逾期完成",
    "overdue": "overdue 逾期",
    "open": "open 未到期",
}
BASES = {"known": "", "assumed": "assumed 假設", "reference": "reference 參考"}


def show_certificates(found: Certificates) -> None:
    """Print products, importers and, where there is one, the fee beside the certificates."""
    if found.reason:
        console().print(found.reason, highlight=False)
        return
    asked = found.asked_price_eur
    if found.products:
        console().print(_products(found))
        console().print(_costs(found.products, asked))
    if found.importers:
        console().print(_importers(found.importers, asked))
    if found.obligations:
        console().print(_obligations(found.obligations))
    if found.sensitivity:
        console().print(_sensitivity(found.sensitivity))
    if found.dual_costs:
        console().print(_dual(found.dual_costs))
    notes = dict.fromkeys(
        part
        for row in [*found.products, *found.importers]
        for part in (row["note"] or "").split("; ")
        if part
    )
    for note in notes:
        console().print(f"  • {note}", highlight=False)


def _table(title: str) -> Table:
    return Table(box=None, title=title, title_justify="left", header_style="bold")


def _products(found: Certificates) -> Table:
    table = _table(f"Certificates 應繳憑證 {found.site} {found.year}, tCO2e/t")
    for heading in ("product 產品", "CN", "values 採用值"):
        table.add_column(heading)
    for heading in ("emissions 隱含排放", "free 免費配額", "certificates 憑證", "default share 預設值占比"):
        table.add_column(heading, justify="right")
    table.add_column("cheaper 較有利")
    for row in _of_quarter(found.products, 1):
        table.add_row(
            row["product"],
            row["cn_code"],
            OPTIONS[row["value_option"]],
            _number(row["see_tco2e_per_t"], 5),
            _number(row["sefa_tco2e_per_t"], 5),
            _number(row["certificates_per_t"], 5),
            _number(row["default_share"], 3),
            CHEAPER.get(row["cheaper_option"], "–"),
        )
    return table


def _costs(products: Sequence[dict[str, Any]], asked: float | None) -> Table:
    table = _table("Cost 成本, EUR/t")
    for heading in ("product 產品", "values 採用值"):
        table.add_column(heading)
    prices = {row["quarter"]: row for row in products}
    for quarter, row in sorted(prices.items()):
        name = f"Q{quarter}" if quarter else "reference 參考"
        basis = BASES[row["price_basis"]] if quarter else ""
        heading = f"{name} @{_number(row['price_eur_per_tco2e'], 2)} {basis}"
        table.add_column(heading.rstrip(), justify="right")
    if asked is not None:
        table.add_column(f"asked 試算 @{_number(asked, 2)}", justify="right")
    for first in _of_quarter(products, 1):
        key = first["process"], first["product"], first["value_option"]
        costs = {
            row["quarter"]: row["cost_eur_per_t"]
            for row in products
            if (row["process"], row["product"], row["value_option"]) == key
        }
        cells = [_number(costs.get(quarter), 2) for quarter in sorted(prices)]
        if asked is not None:
            cells.append(_number(first["asked_cost_eur"], 2))
        table.add_row(first["product"], OPTIONS[first["value_option"]], *cells)
    return table


def _sensitivity(rows: Sequence[dict[str, Any]]) -> Table:
    title = "Cost of a tonne by price of a certificate 每公噸成本之價格敏感度"
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    table.add_column("product 產品")
    table.add_column("values 採用值")
    for heading in ("price 價格 EUR", "cost 成本 EUR/t", "margin left 剩餘毛利 EUR/t"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row["product"],
            row["value_option"],
            _number(row["price_eur_per_tco2e"], 2),
            _number(row["cost_eur_per_t"], 2),
            _number(row["margin_left_eur_per_t"], 2),
        )
    return table


def _importers(importers: Sequence[dict[str, Any]], asked: float | None) -> Table:
    table = _table("Importers 進口商")
    table.add_column("importer 進口商")
    for heading in (
        "net mass 淨重 t", "certificates 憑證", "cost 成本 EUR", "paid 已付 EUR", "not bought 未購 EUR",
        "with paid 含已付 EUR", "penalty 罰款風險 EUR",
        "hold 應持有 Q1", "Q2", "Q3", "Q4", "held 持有 Q1", "Q2", "Q3", "Q4",
        "missing 不足 Q1", "Q2", "Q3", "Q4",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    if asked is not None:
        table.add_column(f"asked 試算 @{_number(asked, 2)} EUR", justify="right")
    for row in importers:
        exempt = " exempt 免繳" if row["is_exempt"] else ""
        cells = [
            f"{row['importer'] or ''} {row['importer_eori']}{exempt}".strip(),
            _number(row["threshold_mass_t"], 3),
            _number(row["certificates_due"], 3),
            _number(row["certificate_cost_eur"], 2),
            *(_number(row[f"cost_{name}_eur"], 2) for name in ("paid", "open", "with_paid")),
            _number(row["penalty_exposure_eur"], 2),
            *(
                _number(row[f"{name}_q{quarter}_certificates"], 3)
                for name in ("holding", "held")
                for quarter in range(1, 5)
            ),
            *(_missing(row, quarter) for quarter in range(1, 5)),
        ]
        if asked is not None:
            cells.append(_number(row["asked_cost_eur"], 2))
        table.add_row(*cells)
    return table


def _obligations(rows: Sequence[dict[str, Any]]) -> Table:
    table = _table("Duties of importers 進口商義務")
    for heading in ("importer 進口商", "duty 義務", "due 期限", "state 狀態", "done 完成日", "papers 文件"):
        table.add_column(heading)
    for heading in ("takes 應繳／應持有", "has 已繳／持有"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row["importer_eori"],
            DUTIES[row["obligation"]],
            row["due_date"],
            STATES[row["obligation_state"]],
            row["done_date"] or "–",
            row["document"] or "–",
            _number(row["required_certificates"], 3),
            _number(row["done_certificates"], 3),
        )
    return table


def _missing(row: dict[str, Any], quarter: int) -> str:
    """Return what an importer lacks at a quarter's end, or that the quarter has not ended as papers tell."""
    missing = row[f"missing_q{quarter}_certificates"]
    if missing is None or row[f"is_due_q{quarter}"]:
        return _number(missing, 3)
    return "not due yet 未到期"


def _dual(rows: Sequence[dict[str, Any]]) -> Table:
    table = _table("Carbon cost on both sides 雙邊碳成本")
    for heading in ("product 產品", "fee 碳費版本", "values 採用值", "quarter 季"):
        table.add_column(heading)
    for heading in ("fee 碳費 TWD/t", "certificates 憑證 EUR/t", "TWD/EUR", "together 合計 TWD/t"):
        table.add_column(heading, justify="right")
    newest = max(row["series"] for row in rows)  # `verified` comes after `filed`
    for row in rows:
        if row["series"] != newest:
            continue
        table.add_row(
            row["product"],
            row["series"],
            OPTIONS.get(row["value_option"], "–"),
            f"Q{row['quarter']}" if row["quarter"] else "–",
            _number(row["fee_twd_per_t"], 2),
            _number(row["cost_eur_per_t"], 2),
            _number(row["exchange_rate_twd_per_eur"], 4),
            _number(row["carbon_cost_twd_per_t"], 2),
        )
    return table


def _of_quarter(products: Sequence[dict[str, Any]], quarter: int) -> list[dict[str, Any]]:
    """Return one row a product and choice of values: certificates do not depend on the quarter."""
    return [row for row in products if row["quarter"] == quarter]


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
