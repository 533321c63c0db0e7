"""Walk a served figure back: line, inputs, facts and factors, records, file and locator.

Belongs here: the walk and its tree. Does not: arithmetic, and what a locator means (`locate.py`). At the top
level only served Parquet is read, and of the landing only the few records that are shown; the readings of a
meter are aggregated again when that meter is expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import duckdb

from tracetonne import serving
from tracetonne.document_origin import origin_text
from tracetonne.errors import WrongUseError
from tracetonne.index import Index, Row, cursor, fetched, index_of
from tracetonne.landed import states_and_origins
from tracetonne.landed_record import (
    CHECKSUM,
    landed_rows,
    locator_of,
    reading_places,
    remembered,
    used_readings,
)
from tracetonne.landing.tables import TABLES
from tracetonne.locate import original_text
from tracetonne.package.findings import agree
from tracetonne.package.versions import published, versions
from tracetonne.settings import Home

if TYPE_CHECKING:
    from rich.tree import Tree

# So many records of a fact, and inputs of a line, are shown before they are expanded.
SHOWN_RECORDS = 10
SHOWN_INPUTS = 200
# Columns that say where a record stands, not what it says.
_PLACE = ("site", "evidence_id", "record_number", "locator", "sheet", "cell", "original_text")


class UnknownFigureError(WrongUseError):
    """No served or published figure has this id."""


class UnknownPartError(WrongUseError):
    """The part to expand is not in the tree of the figure."""


@dataclass
class Node:
    """One step of the walk.

    Args:
        kind: figure, line, fact, factor, constant, record, reading, document or again.
        id: What `source_id`, `line_id` and so on say.
        values: What is known of it, ready for JSON.
        children: What it was made from.
        more: How many children are not shown; expand the node for them.
    """

    kind: str
    id: str
    values: Row = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    more: int = 0

    def as_dict(self) -> Row:
        """Return the tree for `--json`; empty values are left out."""
        kept = {name: value for name, value in self.values.items() if value not in (None, "")}
        result: Row = {"kind": self.kind, "id": self.id} | kept
        if self.more:
            result["more"] = self.more
        if self.children:
            result["children"] = [child.as_dict() for child in self.children]
        return result


def trace(
    home: Home, figure_id: str, expand: str | None = None, *, page: int = 1, page_size: int = 100
) -> Node:
    """Walk a figure back to its evidence.

    Args:
        home: The installation.
        figure_id: `site:period:process:product:quantity:series`, with `@version` for a published one.
        expand: Id of a fact in the tree: returns that fact with all its records or readings, a page at a
            time, and with the checksum computed again.
        page: Which page of the expansion, from 1.
        page_size: Records or readings a page.

    Raises:
        UnknownFigureError: There is no such figure.
        UnknownPartError: `expand` is not in the tree of the figure.
    """
    figure, index, site = _find(home, figure_id)
    walk = _Walk(home, site, index)
    if expand is None:
        tree = walk.figure(figure, figure_id)
        walk.locate()
    else:
        tree = walk.expanded(figure, expand, page, page_size)
    _say_what_became(home, site, tree)
    return tree


def _say_what_became(home: Home, site: str, tree: Node) -> None:
    """Add to each document and record whether the document still counts today, and where it came from."""
    known = states_and_origins(home, site)
    for node in _nodes(tree):
        state, origin = known.get(node.values.get("evidence_id") or "", ("", {}))
        if state and node.kind in ("document", "record", "reading"):
            node.values |= {"state": state} | ({"origin": origin} if origin else {})


def _find(home: Home, figure_id: str) -> tuple[Row, Index, str]:
    """Return the row of a figure, the index that holds it, and its site."""
    key, _, version = figure_id.partition("@")
    parts = key.split(":")
    if len(parts) != 6:
        raise UnknownFigureError(
            "This is not a figure id.",
            expected="site:period:process:product:quantity:series, as `tracetonne figures --json` prints it",
            found=figure_id,
            action="Take the id from: tracetonne figures --json",
        )
    site, period = unquote(parts[0]), unquote(parts[1]).partition("/")[0]
    if version:
        index = _published_index(home, site, period, key, version)
        if figure := index.figure(key):
            return figure, index, site
    else:
        own = serving.current(home, site, period)
        # A figure of a template's own period is served with the year that the period ends in.
        for build in [*([own] if own else []), *serving.builds(home, site)]:
            index = index_of(build.folder, False)
            if figure := index.figure(key):
                return figure, index, site
    raise UnknownFigureError(
        "There is no such figure.",
        where=f"{site} {period}",
        expected="the id of a figure that was computed and served",
        found=figure_id,
        action=f"tracetonne figures --site {site} lists what there is",
    )


def _published_index(home: Home, site: str, period: str, key: str, version: str) -> Index:
    """Return the index of a published version: the served build where it still holds the same figure."""
    known = versions(home, site, period) or versions(home, site, period[-10:-6])
    wanted = next((package for package in known if str(package.version) == version), None)
    if wanted is None:
        raise UnknownFigureError(
            f"{site} {period} has no version {version}.",
            expected=", ".join(str(package.version) for package in known)
            or "no package of this period exists yet",
            found=f"@{version}",
            action="Take one of these versions, or leave the @ away for the figure as it stands",
        )
    build = serving.current(home, site, wanted.period)
    newest = published(home, site, wanted.period)
    if build and newest and newest.version == wanted.version:
        served = index_of(build.folder, False)
        row, packed = served.figure(key), index_of(wanted.path, True).figure(key)
        if row and packed and all(packed[name] == row[name] for name in ("refresh_period", "value")):
            return served
    return index_of(wanted.path, True)


class _Walk:
    """One walk over an index; remembers which records are to be located at the end, all in a few queries."""

    def __init__(self, home: Home, site: str, index: Index) -> None:
        self.home, self.site, self.index = home, site, index
        self.pending: list[Node] = []
        self._is_expansion = False
        self._seen: set[str] = set()
        self._periods: dict[str, Index | None] = {}

    def figure(self, row: Row, figure_id: str) -> Node:
        node = Node("figure", figure_id, _without(row, "figure_key", "site", "refresh_period"))
        if row["line_id"]:
            node.children.append(self.line(row["line_id"]))
        return node

    def line(self, line_id: str) -> Node:
        index = self._holding("lines", line_id)
        row = index.lines.get(line_id) if index else None
        if index is None or row is None:
            return Node("line", line_id, {"note": "This line is not served any more."})
        node = Node("line", line_id, _without(row, "line_id", "site"))
        if line_id in self._seen:
            return Node("again", line_id, {"value": row["value"], "unit": row["unit"]})
        self._seen.add(line_id)
        inputs = index.inputs.get(line_id, [])
        inputs = sorted(inputs, key=lambda one: (one["input_name"], one["input_index"] or 0))
        node.children = [self._input(one) for one in inputs[:SHOWN_INPUTS]]
        node.more = max(0, len(inputs) - SHOWN_INPUTS)
        return node

    def _holding(self, what: str, identity: str) -> Index | None:
        """Return the index that holds a line, fact or factor: this one, that of its own period, or any other.

        Lines of earlier periods are served with their period, and so are the months that weigh a year.
        """
        if identity in getattr(self.index, what):
            return self.index
        parts = identity.split(":")
        own = self._served(unquote(parts[2])) if len(parts) > 2 else None
        if own and identity in getattr(own, what):
            return own
        others = (index_of(build.folder, False) for build in serving.builds(self.home, self.site))
        return next((index for index in others if identity in getattr(index, what)), None)

    def _served(self, period: str) -> Index | None:
        """Return the index of the build of a period that was in force when the walk first came to it."""
        if period not in self._periods:
            build = serving.current(self.home, self.site, period)
            self._periods[period] = index_of(build.folder, False) if build else None
        return self._periods[period]

    def _input(self, row: Row) -> Node:
        kind, source = row["source_kind"], row["source_id"]
        if kind == "line":
            node = self.line(source)
        elif kind == "fact":
            node = self.fact(source)
        elif kind == "factor":
            node = self.factor(source)
        else:
            node = Node("constant", source or "", {"value": row["value"], "unit": row.get("unit")})
        node.values = {"input": row["input_name"], "input_index": row["input_index"]} | node.values
        if not agree(node.values.get("value"), row["value"]):
            node.values |= {"used_value": row["value"], "note": "Restated since this figure was published."}
        return node

    def factor(self, factor_id: str) -> Node:
        index = self._holding("factors", factor_id)
        row = index.factors.get(factor_id) if index else None
        if index is None or row is None:
            return Node("factor", factor_id, {"note": "This factor is not in the list of factors used."})
        node = Node("factor", factor_id, _without(row, "factor_id", "site", "refresh_period"))
        document = index.documents.get(row.get("evidence_id") or "", {})
        if row.get("record_number") and document.get("kind") in TABLES:
            # Documents that state factors have one table each, named as their kind.
            node.children.append(
                self._record(index, {"role": "factor"} | row | {"raw_table": document["kind"]})
            )
        return node

    def fact(self, fact_id: str) -> Node:
        index = self._holding("facts", fact_id)
        row = index.facts.get(fact_id) if index else None
        if index is None or row is None:
            return Node("fact", fact_id, {"note": "This fact is not served any more."})
        node = Node("fact", fact_id, _fact_values(row))
        if fact_id in self._seen:
            return Node("again", fact_id, {"value": row["value"], "unit": row["unit"]})
        self._seen.add(fact_id)
        edges = index.records.get(fact_id, [])
        node.children = [self._record(index, edge) for edge in edges[:SHOWN_RECORDS]]
        node.more = max(0, len(edges) - SHOWN_RECORDS)
        return node

    def _record(self, index: Index, edge: Row) -> Node:
        document = index.documents.get(edge["evidence_id"], {})
        number = edge.get("record_number")
        kind = "document" if number is None else "record"
        identity = edge["evidence_id"] if number is None else f"{edge['evidence_id']}.{number}"
        shared = ("raw_table", "record_number", "role", "quantity", "share", "evidence_id")
        values = {
            name: _plain(edge.get(name)) for name in shared if kind == "record" or name != "record_number"
        }
        values |= {"file_name": document.get("file_name"), "sha256": document.get("sha256")}
        node = Node(kind, identity, values)
        if kind == "record":
            self.pending.append(node)
        return node

    def locate(self) -> None:
        """Add locator, landed values and original text to the records that the tree shows."""
        by_table: dict[str, list[Node]] = {}
        for node in self.pending:
            by_table.setdefault(node.values["raw_table"], []).append(node)
        if not by_table:
            return
        with cursor() as connection:
            register = self._register(connection, {node.values["evidence_id"] for node in self.pending})
            for table, nodes in by_table.items():
                landed = self._landed(connection, table, nodes)
                for node in nodes:
                    evidence_id, number = node.values["evidence_id"], node.values["record_number"]
                    document = register.get(evidence_id, {})
                    if landed is None:
                        node.values["locator"] = locator_of(document, {}, number)
                    else:
                        node.values |= self._place(document, landed.get((evidence_id, number), {}), number)

    def _register(self, connection: duckdb.DuckDBPyConnection, evidence: Iterable[str]) -> dict[str, Row]:
        files = self._files("evidence", evidence)
        return {path.stem: next(iter(rows.values())) for path, rows in remembered(connection, files).items()}

    def _landed(
        self, connection: duckdb.DuckDBPyConnection, table: str, nodes: Sequence[Node]
    ) -> dict[tuple[str, int], Row] | None:
        """Return landed rows by evidence and number; readings only in an expansion, which shows one fact."""
        files = self._files(table, {node.values["evidence_id"] for node in nodes})
        if table != "meter_reading":
            documents = remembered(connection, files)
            return {
                (path.stem, number): row for path, rows in documents.items() for number, row in rows.items()
            }
        if not self._is_expansion:
            return None
        numbers = ", ".join(str(int(number)) for number in sorted({n.values["record_number"] for n in nodes}))
        rows = landed_rows(connection, files, f"file_row_number + 1 in ({numbers})")
        return {(row["evidence_id"], row["record_number"]): row for row in rows}

    def _files(self, table: str, evidence: Iterable[str]) -> list[Path]:
        if table not in TABLES:
            return []
        folder = self.home.landing / table / f"site={self.site}"
        return [path for one in sorted(set(evidence)) if (path := folder / f"{one}.parquet").is_file()]

    def _place(self, document: Row, row: Row, number: int) -> Row:
        locator = locator_of(document, row, number)
        landed = {
            name: _plain(value)
            for name, value in row.items()
            if value not in (None, "") and name not in _PLACE
        }
        # A workbook takes longer to open than the whole walk: its reader kept the cell as it was typed.
        text = row.get("original_text")
        if text is None and locator and "!" not in locator:
            text = self._text(document, locator)
        return {"locator": locator, "original_text": text, "landed": landed or None}

    def _text(self, document: Row, locator: str) -> str | None:
        sha256 = document.get("sha256") or ""
        if not sha256:
            return None
        stored = self.home.evidence / sha256[:2] / sha256
        return original_text(stored, locator, document.get("encoding") or "utf-8")

    def expanded(self, figure: Row, part: str, page: int, page_size: int) -> Node:
        """Return one fact of the figure with a page of its records or readings."""
        tree = self.figure(figure, str(figure["figure_key"]))
        self.pending = []
        self._is_expansion = True
        if not any(node.id == part for node in _nodes(tree)):
            raise UnknownPartError(
                "The part to expand is not in the tree of this figure.",
                found=part,
                expected="the id of a fact, as `tracetonne trace --json` prints it",
            )
        index = self._holding("facts", part)
        if index is None:
            raise UnknownPartError(
                "Only facts can be expanded.",
                found=part,
                expected="the id of a fact, as `tracetonne trace --json` prints it",
            )
        row = index.facts[part]
        node = Node("fact", part, _fact_values(row) | {"page": page, "page_size": page_size})
        first = (max(page, 1) - 1) * page_size
        if row["source_type"] == "readings":
            self._expand_readings(index, row, node, first, page_size)
        else:
            edges = index.records.get(part, [])
            node.children = [self._record(index, edge) for edge in edges[first : first + page_size]]
            node.more = max(0, len(edges) - first - page_size)
            self.locate()
            self._read_workbooks(node)
        return node

    def _read_workbooks(self, node: Node) -> None:
        """Open the workbooks of the records that are shown; an expansion may take the time."""
        for record in node.children:
            locator = record.values.get("locator")
            if locator and "!" in locator and record.values.get("sha256"):
                record.values["original_text"] = self._text(record.values, locator)

    def _expand_readings(self, index: Index, row: Row, node: Node, first: int, page_size: int) -> None:
        edges = index.records.get(row["fact_id"], [])
        files = self._files("meter_reading", {edge["evidence_id"] for edge in edges if _is_whole(edge)})
        dropped = [edge for edge in edges if edge.get("role") == "superseded"]
        if not files:
            node.values["checksum"] = {"agrees": not row["record_count"], "record_count": 0}
            return
        used = used_readings(files, row, dropped)
        with cursor() as connection:
            found = connection.execute(f"{CHECKSUM} from ({used})").fetchone() or (0, 0, 0)
            stated = (row["record_count"], row["checksum_sum"], int(row["checksum_hash"] or 0))
            node.values["checksum"] = {
                "agrees": (found[0], found[1], int(found[2])) == stated,
                "record_count": found[0],
                "checksum_sum": _plain(found[1]),
                "checksum_hash": str(found[2]),
            }
            register = self._register(connection, {path.stem for path in files})
            order = f"order by interval_start_local, evidence_id limit {page_size} offset {first}"
            rows = fetched(connection.execute(f"select * from ({used}) {order}"))
            blocks = self._files("meter_block", {reading["evidence_id"] for reading in rows})
            places = reading_places(connection, blocks, rows)
        for reading in rows:
            document = register.get(reading["evidence_id"], {})
            number = reading["record_number"]
            locator = locator_of(document, reading, number) or places.get((reading["evidence_id"], number))
            values = {name: _plain(value) for name, value in reading.items()} | {
                "file_name": document.get("file_name"),
                "sha256": document.get("sha256"),
                "locator": locator,
                "original_text": self._text(document, locator) if locator else None,
            }
            node.children.append(
                Node("reading", f"{reading['evidence_id']}.{reading['record_number']}", values)
            )
        node.more = max(0, found[0] - first - len(rows))


def _is_whole(edge: Row) -> bool:
    return edge.get("record_number") is None


def _fact_values(row: Row) -> Row:
    values = _without(row, "fact_id", "site", "refresh_period", "value_exact")
    if row["source_type"] == "readings":
        values["proof"] = "count, sum and hash over all readings of the meter in [from_local, to_local)"
    return values


def _without(row: Row, *names: str) -> Row:
    return {name: _plain(value) for name, value in row.items() if name not in names}


def _plain(value: Any) -> Any:
    """Turn dates and decimals into what JSON and people read."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _nodes(tree: Node) -> Iterable[Node]:
    yield tree
    for child in tree.children:
        yield from _nodes(child)


# What a person wants to see of a node, in this order; the rest is in the JSON.
_LABELS = {
    "figure": ("value", "rounded", "unit", "clause", "data_quality"),
    "line": ("value", "used_value", "unit", "formula", "clause", "note"),
    "fact": (
        "value",
        "used_value",
        "unit",
        "data_quality",
        "record_count",
        "checksum_sum",
        "checksum_hash",
        "checksum",
    ),
    "factor": ("value", "unit", "source", "factor_source", "factor_match"),
    "record": ("state", "file_name", "locator", "role", "quantity", "share", "original_text", "origin"),
    "reading": ("state", "file_name", "locator", "original_text", "origin"),
    "document": ("state", "file_name", "raw_table", "origin"),
    "constant": ("value", "unit"),
    "again": ("value", "unit"),
}
_COLOURS = {"figure": "bold green", "line": "cyan", "fact": "yellow", "factor": "magenta", "again": "dim"}


# A document that no longer counts must not look like one that does.
_STATES = {
    "withdrawn": "withdrawn 已撤回",
    "superseded": "superseded 已被取代",
    "rejected": "rejected 未入庫",
}


def _shown(name: str, value: Any) -> Any:
    if name == "state":
        return _STATES.get(value)
    return origin_text(value or {}) if name == "origin" else value


def render(node: Node, under: Tree | None = None) -> Tree:
    """Return a tree for the terminal."""
    from rich.markup import escape
    from rich.tree import Tree as RichTree

    shown = [(name, _shown(name, node.values.get(name))) for name in _LABELS.get(node.kind, ())]
    words = "  ".join(
        f"[dim]{name}[/] {escape(str(value))}" for name, value in shown if value not in (None, "")
    )
    name = f"[b]{escape(str(node.values['input']))}[/] = " if "input" in node.values else ""
    colour = _COLOURS.get(node.kind, "white")
    label = f"{name}[{colour}]{node.kind}[/] {escape(re.sub(r'^(line|fact|factor):', '', node.id))}  {words}"
    tree = RichTree(label) if under is None else under.add(label)
    for child in node.children:
        render(child, tree)
    if node.more:
        tree.add(f"[dim]… and {node.more} more: --expand '{escape(node.id)}'[/]")
    return tree
