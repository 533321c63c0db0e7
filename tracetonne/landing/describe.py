"""Write docs/contracts.md: every document that can be read and every table that it lands in.

python -m tracetonne.landing.describe
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tracetonne.chinese import in_chinese
from tracetonne.landing import decision, einvoice_message, meter_shape, origin, units
from tracetonne.landing.cbam_template_map import described
from tracetonne.landing.contract import ContractReader
from tracetonne.landing.contract_form import Column, Contract
from tracetonne.landing.describe_own import own_files
from tracetonne.landing.kinds import READERS
from tracetonne.landing.master_sheets import MANUAL_ENTRY, SHEETS, MasterSheet
from tracetonne.landing.reject import REASONS
from tracetonne.landing.tables import TABLES
from tracetonne.settings import CHECKOUT

TARGET = CHECKOUT / "docs" / "contracts.md"

_HEAD = """\
# Documents and landing tables

Written by `python -m tracetonne.landing.describe` from the readers; do not edit.

A document is told by its content, never by its name. What cannot be read is a row of `rejected_record` with
the place, what was expected, what was found and what to do; the rest of the document lands. Records landed
and records rejected add up to the records of the document.

## How cells are read

A number is written `1234.5`, `1,234.5`, `-3` or with full-width digits, `１２３．５`. Refused are
`1.234,5` and `1,5` (decimal comma), `12 kg` and `1e3`.

A date is written `2025-01-31`, `2025/1/31`, `20250131`, `114/01/31` or `114年01月31日`, a month `2025-01`,
`2025/01`, `114/01` or `114年01月`. A year of three digits is of the ROC calendar (2025 = 114). Refused are
`25/01/31` and `25/01` (a year of two digits may be either), `31/01/2025`, `1140131` and `11401`.

CSV files are UTF-8, with or without byte order mark, or cp950 (Big5); cells are parted by commas, or by
semicolons or tabs where the heading has no comma. The documents marked *also XLSX* may stand in the first
sheet of a workbook whose first row is their heading. Total rows (`合計`, `Total`) are named and left out.
"""


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| " + " | ".join(heading) + " |"
    yield "| " + " | ".join("---" for _ in heading) + " |"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def _column_reading(column: Column) -> str:
    """Say how a cell of a contract is read."""
    if column.type == "word":
        return "one of " + ", ".join(f"`{word}` ({meaning})" for word, meaning in column.words.items())
    if column.type == "quantity":
        return "number, not negative" + (f", in {column.unit}" if column.unit else "")
    if column.type == "unit" and column.units_of == "quantity":
        return "unit that the seed `unit_conversion` or `unit_alias` knows"
    if column.type == "unit" and column.units_of.startswith("{"):
        return "unit of the parameter, see *Units of factors*"
    if column.type == "unit":
        return "one of " + ", ".join(f"`{unit}`" for unit in units.factor_units(column.units_of))
    if column.type == "code":
        return "code without blanks"
    return column.type


def _contract(contract: Contract) -> Iterator[str]:
    yield f"*CSV, also XLSX.* {contract.about}"
    yield ""
    yield from table(
        ("column", "meaning", "read as", "must be filled", "lands in"),
        [
            (
                f"`{column.name}`" + (" (may be missing)" if column.optional else ""),
                column.meaning,
                _column_reading(column),
                "yes" if column.required else "",
                f"`{column.column}`" + (f", `{column.unit_column}`" if column.unit_column else ""),
            )
            for column in contract.columns
        ],
    )
    yield ""
    parts = [f"`{name}`" for name in contract.key] + (["the period"] if contract.key_with_period else [])
    included = "included" if contract.period_to_inclusive else "not included"
    period = f"`{contract.period_from}` to `{contract.period_to}`, {included}"
    yield f"Business key: {', '.join(parts)}. Period: {period}."


def _meter_csv() -> Iterator[str]:
    yield (
        "*CSV of any length.* One row an interval of a meter, in local time, labelled by its start: "
        f"`{','.join(meter_shape.HEADING)}`."
    )
    yield ""
    yield from table(
        ("column", "read as"),
        [
            ("`meter`", "meter number of the master data"),
            ("`interval_start`", "`2025-01-31 23:45`, also with `T`, `/` or seconds; one way in a file"),
            (
                "`consumption_<unit>`",
                "plain number such as `12.345` or `1.2e-3`, not negative, six decimals; the unit is part "
                "of the heading: " + ", ".join(f"`{unit}`" for unit in meter_shape.UNITS),
            ),
            ("`quality`", ", ".join(f"`{sign}` {said}" for sign, said in meter_shape.QUALITIES.items())),
        ],
    )
    yield ""
    yield (
        "A cell that cannot be read is null in `meter_reading` and named in `rejected_record`; its record "
        "counts as rejected but keeps its row, so that line = record number + heading lines."
    )


def _einvoice() -> Iterator[str]:
    yield (
        f"*XML, MIG {', '.join(einvoice_message.VERSIONS)}; one message or many in a file.* Told by the "
        "namespace; elements are read by name. A billing period in the main remark "
        "(`計費期間 2025/01/01-2025/01/31`, both days included) is the "
        "document's period, else its date."
    )
    yield ""
    actions: dict[str, list[str]] = {}
    for name, message in einvoice_message.MESSAGES.items():
        actions.setdefault(message.action, []).append(name)
    yield from table(
        ("messages", "action"), [(", ".join(names), f"`{action}`") for action, names in actions.items()]
    )
    yield ""
    yield "Business key: action, seller, number, and the two-month period (the year for allowances)."


def _decision() -> Iterator[str]:
    yield (
        f'*JSON*: an object with `"tracetonne": "{decision.MARK}"` and '
        f"{', '.join(f'`{name}`' for name in decision.REQUIRED)}; `approver` and `detail` besides. The "
        f"approver is not the author; only {', '.join(f'`{name}`' for name in sorted(decision.ONE_PERSON))}"
        " needs none."
    )
    yield ""
    yield from table(
        ("decision", "meaning"), [(f"`{name}`", meaning) for name, meaning in decision.DECISIONS.items()]
    )


def _origin() -> Iterator[str]:
    yield (
        f'*JSON* that a connector writes beside what it delivers: an object that begins with `"tracetonne": '
        f'"{origin.MARK}"`, with {", ".join(f"`{name}`" for name in origin.COMMON)}, and in `documents` one '
        f"object a document with {', '.join(f'`{name}`' for name in origin.REQUIRED)} and any other column "
        "of `document_origin`. A document from outside that calls itself one is refused by the connector."
    )
    yield ""


def _sheet(sheet: MasterSheet) -> Iterator[str]:
    yield f"#### `{sheet.name}`"
    yield ""
    yield f"{sheet.title_en} {sheet.title_zh} Lands in `{sheet.table}`."
    yield ""
    yield from table(
        ("column", "欄位", "meaning", "說明", "read as", "must be filled"),
        [
            (
                f"`{column.key}`",
                column.label_zh,
                column.help_en,
                column.help_zh,
                "one of " + ", ".join(f"`{choice}` {zh}" for choice, zh in column.choices.items())
                if column.choices
                else column.kind + (f" of `{column.refers}`" if column.refers else ""),
                "yes" if column.required else "",
            )
            for column in sheet.columns
        ],
    )
    yield ""


def _master_data() -> Iterator[str]:
    yield (
        "*XLSX, or one CSV a sheet.* Keys in row 1, Chinese labels in row 2, data from row 3; as CSV the "
        "keys are the heading and data follow. `tracetonne new-site NAME` writes the workbook."
    )
    yield ""
    for sheet in SHEETS:
        yield from _sheet(sheet)


def _manual_entry() -> Iterator[str]:
    yield "*XLSX*, laid out like the master data. The values count as estimated until the document arrives."
    yield ""
    yield from _sheet(MANUAL_ENTRY)


def _cbam_template() -> Iterator[str]:
    yield (
        "*XLSX*: the European Commission's communication template, filled (versions 2.x). Typed cells of "
        "sheets A to E, and the typed columns of `Summary_Products`, land one row a cell; results are never "
        "read. Rows are found by the template's numbering, columns by their headings. A cell that a figure "
        "depends on (●) and that cannot be read refuses the whole document, with every problem named; any "
        "other is left out."
    )
    yield ""
    rows = [
        (
            f"`{section}`", f"`{spec.name}`", "●" if spec.decides else "", spec.value_type, sheet,
            "column " + spec.column if len(spec.column) < 3 else spec.column, item, sub_item,
        )
        for section, sheet, item, sub_item, fields in described()
        for spec in fields
    ]  # fmt: skip
    yield from table(("section", "field", "", "type", "sheet", "heading", "item", "sub-item"), rows)
    yield ""


_BODIES = {
    "meter_csv": _meter_csv,
    "einvoice": _einvoice,
    "decision": _decision,
    "document_origin": _origin,
    "master_data": _master_data,
    "manual_entry": _manual_entry,
    "cbam_template": _cbam_template,
}


def _documents() -> Iterator[str]:
    yield "## Documents"
    yield ""
    for reader in READERS:
        yield f"### `{reader.kind}`: {reader.title} ({reader.title_zh})"
        yield ""
        if isinstance(reader, ContractReader):
            yield from _contract(reader.contract)
        elif reader.kind in _BODIES:
            yield from _BODIES[reader.kind]()
        elif about := getattr(reader, "about", ""):
            yield about
            yield ""
        yield f"Reader version {reader.version}."
        yield ""


def _units() -> Iterator[str]:
    yield "## Units of factors"
    yield ""
    names = (
        "ncv", "emission_factor", "electricity_factor", "carbon_content", "oxidation_factor",
        "conversion_factor", "biomass_fraction",
    )  # fmt: skip
    yield from table(
        ("parameter", "units"),
        [(f"`{name}`", ", ".join(f"`{unit}`" for unit in units.factor_units(name))) for name in names],
    )
    yield ""


def _tables() -> Iterator[str]:
    yield "## Landing tables"
    yield ""
    yield (
        "`landing/<table>/site=<site>/<evidence_id>.parquet`, one file a document, in document order. In the "
        "warehouse `raw.<table>` adds `site`, `evidence_id` and `record_number` in front."
    )
    yield ""
    yield from table(
        ("table", "columns"),
        [
            (
                f"`{table}`",
                ", ".join(
                    f"`{name}`" + ("" if kind == "VARCHAR" else f" {kind}") for name, kind in columns.items()
                ),
            )
            for table, columns in TABLES.items()
        ],
    )
    yield ""


def _reasons() -> Iterator[str]:
    yield "## Reasons for rejection"
    yield ""
    yield from table(
        ("code", "message", "訊息", "what to do", "處理"),
        [
            (
                f"`{code}`",
                message.replace("{field}", "…"),
                message_zh.replace("{field}", "…"),
                action,
                in_chinese(action),
            )
            for code, (message, message_zh, action) in sorted(REASONS.items())
        ],
    )


def describe() -> str:
    """Return the text of docs/contracts.md."""
    parts = [_HEAD, *_documents(), *own_files(), *_units(), *_tables(), *_reasons()]
    return "\n".join(parts).rstrip() + "\n"


def main(target: Path = TARGET) -> None:
    """Write docs/contracts.md."""
    target.write_text(describe(), encoding="utf-8")


if __name__ == "__main__":
    main()
