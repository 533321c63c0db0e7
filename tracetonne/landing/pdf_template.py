"""What a template says about a supplier's PDF bills, and how template files are read and judged.

`pdf_templates/<kind>.yml` beside this file are the product's own. A steward's stand in `templates/pdf/` of
the home. Two layouts are known: `fields` (a bill whose values stand beside, below or between labels) and
`rows` (a statement with one line a bill). A template with any fault is refused as a whole, by line.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tracetonne import formula
from tracetonne.landing import declared_file
from tracetonne.landing.declared_file import Fault
from tracetonne.landing.local_text import Spelling
from tracetonne.landing.tables import TABLES

TEMPLATES = Path(__file__).parent / "pdf_templates"
TABLE = "utility_bill"
TYPES = ("text", "date", "month", "number", "quantity", "code")
# Below this confidence a value waits for a person.
REVIEW_BELOW = 0.8
# What a value looks like where a template says no more than its type.
PATTERNS = {
    "number": r"\(?[$€£]?\s?[-+−]?[$€£]?[0-9０-９][0-9０-９,，.．]*\)?",
    "quantity": r"[-+−]?[0-9０-９][0-9０-９,，.．]*",
    "date": r"[0-9]{1,4}\s?[-/.年]\s?[0-9]{1,2}\s?[-/.月]\s?[0-9]{1,4}\s?日?",
    "month": r"[0-9]{2,4}\s?[-/.年]\s?[0-9]{1,2}\s?月?",
    "code": r"[0-9A-Za-z][0-9A-Za-z-]*",
    "text": r"\S+",
}


@dataclass(frozen=True)
class Field:
    """A value of a bill and how it is found.

    Args:
        column: Where it lands; a name that begins with `_` is for checks only.
        type: text, date, month, number, quantity (not below zero unless the bill takes one back) or code.
        required: Without it the bill is rejected.
        find: A pattern over a line, its group `value` being the value; or
        right_of: labels, the value following on the line; or
        below: labels, the value standing under one of them; or
        row: a label in the line, and
        under: a heading above, the value standing where line and column meet; or
        cell: the number of the column, from 1, in the layout `rows`.
        pattern: What the value looks like; by its type if not given.
        lines_below: How far below a label the value may stand, in lines.
        date_format: How this date or month is written, where it is not as the others.
        default: What lands where the value is not printed.
        values: What lands in place of what is printed.
        blank: What is printed where there is no value.
    """

    column: str
    type: str = "text"
    required: bool = False
    find: str = ""
    right_of: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    cell: int = 0
    pattern: str = ""
    lines_below: int = 3
    date_format: str = ""
    default: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()

    @property
    def looks_like(self) -> str:
        """The pattern of the value."""
        return self.pattern or PATTERNS[self.type]


@dataclass(frozen=True)
class Check:
    """An identity that the printed values of a bill must meet.

    Args:
        name: What it is called in the reason of a review.
        of: The value that is checked.
        formula: What it must equal, of other values of the bill.
        tolerance: How far it may be off, in its own unit.
    """

    name: str
    of: str
    formula: str
    tolerance: float


@dataclass(frozen=True)
class KindRule:
    """What makes a bill one of a special kind: a column whose value matches."""

    kind: str
    column: str
    matches: str


@dataclass(frozen=True)
class Template:
    """One supplier's bills."""

    kind: str
    version: str
    title: str
    title_zh: str
    about: str
    constants: Mapping[str, str]
    recognise: tuple[str, ...]
    refuse: tuple[str, ...]
    layout: str
    starts_at: str
    edges: tuple[float, ...]
    row_column: str
    skip: tuple[str, ...]
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    kinds: tuple[KindRule, ...]
    spelling: Spelling
    review_below: float

    def recognises(self, text: str) -> bool:
        """Say whether a document's text is a bill of this supplier."""
        return all(re.search(one, text) for one in self.recognise) and not any(
            re.search(one, text) for one in self.refuse
        )

    def field(self, column: str) -> Field | None:
        """Return the field of a landing column."""
        return next((one for one in self.fields if one.column == column), None)


def label_pattern(label: str) -> str:
    """Return a pattern for a label however its letters are spaced, and not as part of a longer word."""
    return rf"(?<![\w\u4e00-\u9fff]){_letters(label)}(?![\u4e00-\u9fff])"


def _spaced(pattern: str) -> str:
    """Return a pattern in which labels in braces, `{計費期間}`, match however their letters are spaced."""
    return re.sub(r"\{([^{}0-9,][^{}]*)\}", lambda match: _letters(match[1]), pattern)


def _letters(label: str) -> str:
    return r"\s*".join(re.escape(letter) for letter in label if not letter.isspace())


@functools.cache
def load(kind: str) -> Template:
    """Read the product's own template of a kind."""
    path = TEMPLATES / f"{kind}.yml"
    return _template(kind, yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))


def kinds() -> list[str]:
    """Return the kinds that have a template of the product."""
    return sorted(path.stem for path in TEMPLATES.glob("*.yml"))


def load_own(path: Path) -> Template:
    """Read a steward's template; its version is its content, so that a changed template reads anew.

    Raises:
        WrongUseError: It is not one; every fault is named with its line.
    """
    what, what_zh = "PDF template", "PDF 範本檔"
    written, data = declared_file.load(path, SCHEMA, what, what_zh)
    declared_file.refuse(path, what, what_zh, list(faults(path.stem, written, kinds())))
    template = _template(path.stem, written)
    digest = hashlib.sha256(data).hexdigest()[:12]
    return Template(**{**vars(template), "version": f"{template.version}+{digest}"})


def _template(kind: str, written: Mapping[str, Any]) -> Template:
    rows = written.get("rows", {})
    spelling = written.get("spelling", {})
    decimal = spelling.get("decimal_mark", ".")
    return Template(
        kind=kind,
        version=str(written["version"]),
        title=written["title"],
        title_zh=written["title_zh"],
        about=written["about"].strip(),
        constants=written["constants"],
        recognise=tuple(map(_spaced, written["recognise"])),
        refuse=tuple(map(_spaced, written.get("refuse", ()))),
        layout="rows" if rows else "fields",
        starts_at=_spaced(written.get("starts_at", "")),
        edges=tuple(rows.get("edges", ())),
        row_column=rows.get("row_column", ""),
        skip=tuple(rows.get("skip", ())),
        fields=tuple(_field(one) for one in written["fields"]),
        checks=tuple(Check(**one) for one in written.get("checks", ())),
        kinds=tuple(KindRule(**one) for one in written.get("kinds", ())),
        spelling=Spelling(
            decimal_mark=decimal,
            thousands_mark=spelling.get("thousands_mark", "," if decimal == "." else "."),
            has_trailing_minus=spelling.get("trailing_minus", False),
            date_format=spelling.get("date_format", ""),
            month_format=spelling.get("month_format", ""),
        ),
        review_below=written.get("review_below", REVIEW_BELOW),
    )


def _field(written: Mapping[str, Any]) -> Field:
    lists = {
        name: tuple(written[name])
        for name in ("right_of", "below", "row", "under", "blank")
        if name in written
    }
    return Field(**{**written, **lists, "find": _spaced(written.get("find", ""))})


def faults(kind: str, written: Mapping[str, Any], taken: list[str]) -> Iterator[Fault]:
    """Find what a schema cannot say: columns, patterns and formulas that must agree with each other."""
    if kind in taken:
        yield Fault((), f"the product has a template named {kind} already; name the file otherwise")
    columns = [one["column"] for one in written["fields"]]
    filled = set(columns) | set(written["constants"]) | ({"bill_kind"} if written.get("kinds") else set())
    for index, one in enumerate(written["fields"]):
        place = ("fields", index)
        is_known = one["column"] in TABLES[TABLE] and one["column"] not in ("locator", "review_status")
        if not is_known and not re.fullmatch(r"_[a-z_]+", one["column"]):
            yield Fault((*place, "column"), f"{TABLE} has no column {one['column']}")
        if columns.index(one["column"]) != index:
            yield Fault((*place, "column"), f"{one['column']} is filled twice")
        yield from _way_faults(place, one, "rows" in written)
    for name in written["constants"]:
        if name not in TABLES[TABLE] or name in columns:
            yield Fault(("constants", name), f"{name} is no column of {TABLE}, or a field fills it")
    needed = {"account", "quantity", "commodity", "unit"} - filled
    if needed:
        yield Fault(("fields",), f"nothing fills {', '.join(sorted(needed))}")
    if not ({"period_start", "period_end"} <= filled or {"read_date", "billed_days"} <= filled):
        yield Fault(("fields",), "a bill needs period_start and period_end, or read_date and billed_days")
    yield from _rule_faults(written, columns)


def _way_faults(place: tuple[str | int, ...], one: Mapping[str, Any], has_rows: bool) -> Iterator[Fault]:
    """Find fields that are found in no way, or in two."""
    ways = [way for way in ("find", "right_of", "below", "row", "cell") if one.get(way)]
    expected = "cell" if has_rows else "find, right_of, below, or row and under"
    if len(ways) != 1 or (ways == ["cell"]) != has_rows or bool(one.get("row")) != bool(one.get("under")):
        yield Fault(place, f"say in one way where the value stands: {expected}")
    for key in ("find", "pattern"):
        fault = _pattern_fault(one.get(key, ""))
        if fault:
            yield Fault((*place, key), fault)
        elif key == "find" and one.get(key) and "value" not in re.compile(_spaced(one[key])).groupindex:
            yield Fault((*place, key), "the pattern has no group (?P<value>…)")


def _rule_faults(written: Mapping[str, Any], columns: list[str]) -> Iterator[Fault]:
    for key in ("recognise", "refuse"):
        for index, pattern in enumerate(written.get(key, ())):
            if fault := _pattern_fault(pattern):
                yield Fault((key, index), fault)
    if fault := _pattern_fault(written.get("starts_at", "")):
        yield Fault(("starts_at",), fault)
    rows = written.get("rows", {})
    for index, pattern in enumerate(rows.get("skip", ())):
        if fault := _pattern_fault(pattern):
            yield Fault(("rows", "skip", index), fault)
    if rows:
        edges = rows["edges"]
        if sorted(edges) != edges:
            yield Fault(("rows", "edges"), "edges go from left to right")
        highest = max((one.get("cell", 0) for one in written["fields"]), default=0)
        if highest >= len(edges):
            yield Fault(
                ("rows", "edges"), f"{highest} columns have {highest + 1} edges; here are {len(edges)}"
            )
        if rows["row_column"] not in columns:
            yield Fault(("rows", "row_column"), "no field has this column")
    for index, rule in enumerate(written.get("kinds", ())):
        if rule["column"] not in columns:
            yield Fault(("kinds", index, "column"), "no field has this column")
        if fault := _pattern_fault(rule["matches"]):
            yield Fault(("kinds", index, "matches"), fault)
    for index, check in enumerate(written.get("checks", ())):
        try:
            names = {check["of"], *formula.input_names(formula.parse(check["formula"]))}
        except formula.FormulaError as error:
            yield Fault(("checks", index, "formula"), str(error))
            continue
        for name in sorted(names - set(columns)):
            yield Fault(("checks", index), f"no field has the column {name}")


def _pattern_fault(pattern: str) -> str:
    try:
        re.compile(_spaced(pattern))
    except re.error as error:
        return f"not a regular expression: {error}"
    return ""


_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}
_LABELS = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 20}
_WORDS = {"type": "object", "additionalProperties": {"type": "string"}}
_FORMAT = {"type": "string", "pattern": "^(%[YymdbBj]|[^%])+$", "maxLength": 40}


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


SCHEMA: dict[str, Any] = _object(
    {
        "version": {"type": ["string", "integer"]},
        "title": _TEXT,
        "title_zh": _TEXT,
        "about": _TEXT,
        "constants": _WORDS,
        "recognise": _LABELS,
        "refuse": _LABELS,
        "starts_at": _TEXT,
        "review_below": {"type": "number", "minimum": 0, "maximum": 1},
        "spelling": _object(
            {
                "decimal_mark": {"enum": [".", ","]},
                "thousands_mark": {"enum": [",", ".", "'", " ", ""]},
                "trailing_minus": {"type": "boolean"},
                "date_format": _FORMAT,
                "month_format": _FORMAT,
            }
        ),
        "rows": _object(
            {
                "row_column": _TEXT,
                "edges": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 100},
                "skip": {"type": "array", "items": _TEXT, "maxItems": 50},
            },
            ("row_column", "edges"),
        ),
        "fields": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": _object(
                {
                    "column": _TEXT,
                    "type": {"enum": list(TYPES)},
                    "required": {"type": "boolean"},
                    "find": _TEXT,
                    "right_of": _LABELS,
                    "below": _LABELS,
                    "row": _LABELS,
                    "under": _LABELS,
                    "cell": {"type": "integer", "minimum": 1, "maximum": 100},
                    "pattern": _TEXT,
                    "lines_below": {"type": "integer", "minimum": 1, "maximum": 40},
                    "date_format": _FORMAT,
                    "default": _TEXT,
                    "values": _WORDS,
                    "blank": _LABELS,
                },
                ("column",),
            ),
        },
        "checks": {
            "type": "array",
            "maxItems": 20,
            "items": _object(
                {"name": _TEXT, "of": _TEXT, "formula": _TEXT, "tolerance": {"type": "number", "minimum": 0}},
                ("name", "of", "formula", "tolerance"),
            ),
        },
        "kinds": {
            "type": "array",
            "maxItems": 10,
            "items": _object(
                {
                    "kind": {"enum": ["correction", "cancel", "adjustment", "ordinary"]},
                    "column": _TEXT,
                    "matches": _TEXT,
                },
                ("kind", "column", "matches"),
            ),
        },
    },
    ("version", "title", "title_zh", "about", "constants", "recognise", "fields"),
)
