"""The words of a package: what each table and column is, and how a verifier checks it by hand.

Belongs here: text and table schemas. Does not: what the rows are (`collect.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tracetonne.package.layout import landing_file, table_file

# What a table holds, in English and Chinese.
TABLES = {
    "figure": (
        "One row a figure that leaves the house, with the calculation line it is.",
        "每列為一個對外數值，並指明其計算列。",
    ),
    "calculation_line": (
        "One row a step of the calculation: its formula, its value, the clause it follows.",
        "每列為一個計算步驟：公式、數值、依據條文。",
    ),
    "calculation_line_input": (
        "One row a named input of a step, and where it comes from.",
        "每列為計算步驟的一個輸入值及其來源。",
    ),
    "fact": ("One row a value taken from documents.", "每列為一個取自文件的數值。"),
    "fact_record": ("One row a record of a document behind a fact.", "每列為構成該數值的一筆文件紀錄。"),
    "factor_used": (
        "One row a factor, with unit, version and source.",
        "每列為一個係數，含單位、版本與來源。",
    ),
    "evidence_used": ("One row a document that the figures rest on.", "每列為數值所依據的一份文件。"),
    "evidence_index": ("Which file of this package is which document.", "本包中各檔案對應的原始文件。"),
    "earlier_line": ("Lines of earlier periods that this period uses.", "本期引用的前期計算列。"),
    "earlier_package": ("The packages that prove those lines.", "證明前期計算列的證據包。"),
    "balance": ("One row a balance that a gate judges.", "每列為一項閘門檢核的平衡。"),
    "formulas": ("Which formulas a line of each quantity may carry.", "各項數量之計算列可使用的公式。"),
    "product_intensity": ("Carbon intensity of a product by period.", "各期產品碳強度。"),
    "site_inventory": ("Emissions of the site by source.", "廠區各排放源之排放量。"),
    "data_quality": (
        "How much of a figure is measured, calculated, estimated, default.",
        "數值中實測、計算、推估、預設之占比。",
    ),
}

# Columns whose name does not say everything.
COLUMNS = {
    "figure_key": "Name of the figure: site:period:process:product:quantity:series, parts percent-encoded.",
    "package_period": "Period of the package that proves the lines: the same, or its year; empty if none.",
    "refresh_period": "The period whose calculation made the row.",
    "value": "Unrounded, in the unit of the row.",
    "rounded": "As the regime reports it: emissions in full tonnes, embedded emissions to 5 decimals.",
    "line_id": "The calculation line.",
    "formula": "Closed grammar: + - * / ( ) min max round sqrt sum sumproduct over the inputs of the line.",
    "clause": "Clause of the law or method that the step follows.",
    "method_id": "Name and version of the method.",
    "source_kind": "line, fact, factor or constant: the table that source_id points into.",
    "source_id": "line_id, fact_id or factor id of the input.",
    "input_index": "Orders inputs of one name; sumproduct pairs inputs of equal index.",
    "source_type": "records: those in fact_record. readings: all of a meter in [from_local, to_local).",
    "checksum_sum": "Exact sum of the quantities of the readings.",
    "checksum_hash": "Sum over the readings, in decimal, of the first 60 bits of "
    "md5(meter|YYYY-MM-DDTHH:MM|quantity with 6 decimals or nothing|quality).",
    "record_number": "Record of the document, counted from 1.",
    "file_line": "Line of the document, where a record is a line.",
    "locator": "Where the record stands in the document.",
    "share": "Part of the record's quantity that belongs to the fact; 1 where empty.",
    "evidence_id": "The document, as landed by one version of one reader.",
    "sha256": "SHA-256 of the bytes.",
    "bagged_as": "Path of the document below data/.",
    "interval_start_local": "Start of the interval, local time of the meter.",
    "quality": "A actual, E estimated, S substituted, N none.",
}

_TYPES = {
    "VARCHAR": "string",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


def schema(tables: Mapping[str, Mapping[str, str]], name: str) -> bytes:
    """Return `datapackage.json`: a schema a CSV, by its path below `data/`.

    Args:
        tables: Columns and DuckDB types by path of the CSV.
        name: Name of the package.
    """
    resources = [_resource(path, columns) for path, columns in sorted(tables.items())]
    document = {"name": name, "profile": "tabular-data-package", "resources": resources}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _resource(path: str, columns: Mapping[str, str]) -> dict[str, object]:
    table = Path(path).stem
    resource: dict[str, object] = {
        "name": path.removesuffix(".csv").replace("/", "-"),
        "path": path,
        "title": title(path),
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": {"fields": [_field(column, kind) for column, kind in columns.items()]},
        "missingValues": [""],
    }
    return resource | ({"description": TABLES[table][1]} if table in TABLES else {})


def _field(column: str, kind: str) -> dict[str, str]:
    plain = _TYPES.get(kind)
    if plain is None:
        plain = "number" if kind.startswith("DECIMAL") else "integer" if kind.endswith("INT") else "string"
    if kind == "INTEGER":
        plain = "integer"
    field = {"name": column, "type": plain}
    return field | ({"description": COLUMNS[column]} if column in COLUMNS else {})


def title(path: str) -> str:
    """Return what a table is, in English."""
    table = Path(path).stem
    if path in (landing_file(table), landing_file(table, "parquet")):
        return f"Records of kind {table} as the documents say them."
    return TABLES.get(table, (f"Output table {table}.", ""))[0]


def readme(site: str, period: str, version: int, figures: Sequence[Sequence[object]]) -> bytes:
    """Return the README of a package, in English and Traditional Chinese.

    Args:
        site: The site.
        period: The period key.
        version: The version of the package.
        figures: Rows of (figure_key, value, unit, line_id); the first one serves as the example.
    """
    template = (Path(__file__).parent / "readme_template.md").read_text(encoding="utf-8")
    example = figures[0] if figures else ("", "", "", "")
    values = {
        "site": site,
        "period": period,
        "version": version,
        "figure_key": example[0],
        "figure_value": example[1],
        "figure_unit": example[2],
        "line_id": example[3],
        "figure_file": table_file("figure"),
        "line_file": table_file("calculation_line"),
        "input_file": table_file("calculation_line_input"),
        "fact_file": table_file("fact"),
        "record_file": table_file("fact_record"),
        "factor_file": table_file("factor_used"),
        "index_file": table_file("evidence_index"),
        "earlier_file": table_file("earlier_package"),
    }
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template.encode("utf-8")
