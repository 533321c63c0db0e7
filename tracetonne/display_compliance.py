"""The report to the authority for people: what is due with its evidence, and what the forms still lack."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from tracetonne.compliance_page import DUE_HEADING, cited, due_cells
from tracetonne.compliance_report import Compliance
from tracetonne.display import console
from tracetonne.import_carbon import HEADING, cells, rule_told


def show_compliance(report: Compliance) -> None:
    """Print what is due of the year, and the fields of the forms that are missing."""
    title = f"Report to the authority 合規報告 {report.site} {report.year}, {report.series} {report.known_on}"
    table = Table(box=None, title=title, title_justify="left", header_style="bold")
    for heading in DUE_HEADING:
        table.add_column(heading, overflow="fold")
    for one in report.due:
        table.add_row(*map(escape, due_cells(report, one)))
    console().print(table)
    for each in report.fields:
        if not each.value:
            console().print(f"missing 缺 {each.form} {each.name_zh} {each.name}", highlight=False)
    console().print(rule_told(report.imports), highlight=False)
    if report.imports:
        goods = Table(box=None, header_style="bold")
        for heading in HEADING:
            goods.add_column(heading, overflow="fold")
        for good in report.imports:
            goods.add_row(*map(escape, cells(good, cited(report, good["evidence"]))))
        console().print(goods)
    console().print(
        "All fields, and the documents by number 所有欄位與文件編號: --json, or to print 列印: --report FILE",
        highlight=False,
    )
