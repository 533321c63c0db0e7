"""Find the values of a bill on the lines of a PDF as a template says, each with its place and confidence.

Confidence is 1 where exactly one value stands where it should and a person sees it as the machine does. It
falls for what makes a reading doubtful, each time with the reason; nothing is made certain by agreeing with
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracetonne import formula
from tracetonne.landing import local_text, text
from tracetonne.landing.pdf_document import Char, Line, Page
from tracetonne.landing.pdf_template import Check, Field, Template, label_pattern

# How much of the confidence is left, by reason. Several reasons multiply.
SEVERAL_VALUES = ("several values stand there", 0.6)
SCANNED_TEXT = ("text laid over a scanned page", 0.5)
FAINT = ("white or tiny print", 0.5)
UNKNOWN_GLYPH = ("a character without meaning", 0.4)
CROSSES_EDGE = ("print crosses the edge of its column", 0.6)
FAILED_CHECK = 0.5
# A label and its value are apart by blanks, colons, currency signs and units in brackets.
_BETWEEN = r"\s*(?:[(（][^)）]{0,12}[)）])?\s*[:：]?\s*(?:NT\$|[$＄])?\s*"
_EDGE_TOLERANCE = 1.5


@dataclass(frozen=True)
class Found:
    """A value found on a page.

    Args:
        field: The field that it fills.
        raw_text: What is printed.
        page: Number of the page.
        box: Left, top, right and bottom in points from the top left corner.
        value: The canonical text; empty where what is printed says that there is none.
        code: A name in `reject.REASONS` where it cannot be read.
        confidence: From 0 to 1.
        reasons: Why it is below 1.
    """

    field: Field
    raw_text: str
    page: int
    box: tuple[float, float, float, float]
    value: str = ""
    code: str = ""
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()

    def doubted(self, reason: tuple[str, float]) -> Found:
        """Return the value with less confidence."""
        said, left = reason
        return replace(self, confidence=self.confidence * left, reasons=(*self.reasons, said))


@dataclass(frozen=True)
class _Span:
    """A stretch of a line."""

    line: Line
    start: int
    end: int

    @property
    def chars(self) -> tuple[Char, ...]:
        return self.line.part(self.start, self.end)

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end].strip()


def fields_of(template: Template, lines: Sequence[Line], pages: Sequence[Page]) -> dict[str, Found]:
    """Return the values of one bill in the layout `fields`."""
    scanned = {page.number for page in pages if page.is_scan}
    values = {}
    for field in template.fields:
        spans = list(_spans_of(field, lines))
        if spans:
            found = _found(field, spans[0], template, scanned)
            if len({_bare(span.text) for span in spans}) > 1:
                found = found.doubted(SEVERAL_VALUES)
            values[field.column] = found
    return checked(template.checks, values)


def _bare(printed: str) -> str:
    return re.sub(r"\s", "", printed)


def _spans_of(field: Field, lines: Sequence[Line]) -> Iterator[_Span]:
    """Yield the places where a value stands, those of the first label that has any."""
    if field.find:
        for line in lines:
            for match in re.finditer(field.find, line.text):
                yield _Span(line, *match.span("value"))
        return
    for label in field.right_of or field.below or field.row:
        if field.right_of:
            spans = list(_right_of(label, field, lines))
        elif field.below:
            spans = list(_below(label, field, lines))
        else:
            spans = list(_where_they_meet(label, field, lines))
        if spans:
            yield from spans
            return


def _right_of(label: str, field: Field, lines: Sequence[Line]) -> Iterator[_Span]:
    pattern = re.compile(rf"{label_pattern(label)}{_BETWEEN}(?P<value>{field.looks_like})")
    for line in lines:
        for match in pattern.finditer(line.text):
            yield _Span(line, *match.span("value"))


def _below(label: str, field: Field, lines: Sequence[Line]) -> Iterator[_Span]:
    for index, line in enumerate(lines):
        for match in re.finditer(label_pattern(label), line.text):
            heading = _Span(line, *match.span())
            for lower in lines[index + 1 : index + 1 + field.lines_below]:
                span = _under(heading, field, lower)
                if span is not None and lower.page == line.page:
                    yield span
                    break


def _where_they_meet(label: str, field: Field, lines: Sequence[Line]) -> Iterator[_Span]:
    """Yield what stands in a row and under the nearest heading above it on the page."""
    for index, line in enumerate(lines):
        row = re.match(rf"\s*{label_pattern(label)}", line.text)
        if row is None:
            continue
        above = (one for one in reversed(lines[:index]) if one.page == line.page)
        for upper in above:
            heading = next((_Span(upper, *match.span()) for match in _headings(field, upper)), None)
            if heading is not None:
                span = _under(heading, field, line)
                if span is not None:
                    yield span
                break


def _headings(field: Field, line: Line) -> Iterator[re.Match[str]]:
    for heading in field.under:
        yield from re.finditer(label_pattern(heading), line.text)


def _under(heading: _Span, field: Field, line: Line) -> _Span | None:
    """Return the value of a line that shares most of its width with a heading."""
    best, width = None, 0.0
    left, right = heading.chars[0].x0, heading.chars[-1].x1
    for match in re.finditer(field.looks_like, line.text):
        span = _Span(line, *match.span())
        if not span.chars:
            continue
        shared = min(right, span.chars[-1].x1) - max(left, span.chars[0].x0)
        if shared > width:
            best, width = span, shared
    return best


def _found(field: Field, span: _Span, template: Template, scanned: set[int]) -> Found:
    """Read what is printed, and doubt what a person would doubt."""
    chars = span.chars
    box = (
        min(char.x0 for char in chars), min(char.top for char in chars),
        max(char.x1 for char in chars), max(char.bottom for char in chars),
    )  # fmt: skip
    value, code = _read(field, span.text, template)
    found = Found(field, span.text, span.line.page, box, value, code)
    if any(char.is_faint for char in chars):
        found = found.doubted(FAINT)
    if re.search(r"\(cid:[0-9]+\)|�", span.text):
        found = found.doubted(UNKNOWN_GLYPH)
    return found.doubted(SCANNED_TEXT) if span.line.page in scanned else found


def _read(field: Field, printed: str, template: Template) -> tuple[str, str]:
    """Return the canonical value, or why there is none."""
    if printed in field.blank:
        return "", ""
    if field.values:
        return field.values.get(printed, ""), "" if printed in field.values else "bad_value"
    if field.type == "date":
        date_format = field.date_format or template.spelling.date_format
        return _canonical_day(local_text.read_date(_bare(printed), date_format))
    if field.type == "month":
        month_format = field.date_format or template.spelling.month_format
        value, code = local_text.read_month(_bare(printed), month_format)
        month = text.read_month(value)[0]
        return (month.isoformat()[:7] if month else ""), code
    if field.type in ("number", "quantity"):
        plain = re.sub(r"[$€£\s]", "", text.narrow(printed)).replace("−", "-")
        if plain.startswith("(") and plain.endswith(")"):  # as bookkeepers print what is taken off
            plain = f"-{plain[1:-1]}"
        value, code = local_text.read_number(plain, template.spelling)
        return value.replace(",", "") if not code else "", code
    return printed, ""


def _canonical_day(read: tuple[str, str]) -> tuple[str, str]:
    value, code = read
    day = text.read_date(value)[0]
    return (day.isoformat() if day else ""), code


def checked(checks: Sequence[Check], values: dict[str, Found]) -> dict[str, Found]:
    """Doubt every value of an identity that does not hold; one that lacks a value is not judged."""
    doubted = dict(values)
    for check in checks:
        names = [check.of, *sorted(formula.input_names(formula.parse(check.formula)))]
        inputs = {name: {0: float(values[name].value)} for name in names if _is_number(values.get(name))}
        if len(inputs) < len(set(names)):
            continue
        try:
            computed = formula.evaluate(check.formula, inputs)
        except formula.FormulaError:
            continue
        printed = inputs[check.of][0]
        if computed is None or abs(computed - printed) <= check.tolerance:
            continue
        reason = f"{check.name}: {printed:,.12g} is printed, {computed:,.12g} computed"
        for name in set(names):
            doubted[name] = doubted[name].doubted((reason, FAILED_CHECK))
    return doubted


def _is_number(found: Found | None) -> bool:
    return (
        found is not None
        and not found.code
        and bool(found.value)
        and found.field.type in ("number", "quantity")
    )


def row_of(template: Template, line: Line, page: Page) -> dict[str, Found] | None:
    """Return the values of one bill in the layout `rows`; nothing where the line is no bill."""
    edges = _edges(template, page)
    cells: dict[int, list[int]] = {}
    for position, char in enumerate(line.chars):
        if char is not None:
            cell = next((n for n, edge in enumerate(edges) if char.middle < edge), len(edges))
            cells.setdefault(cell, []).append(position)
    _part_touching(template, line, cells)
    anchor = template.field(template.row_column)
    if anchor is None or not _fits(anchor, _cell(line, cells.get(anchor.cell, []))):
        return None
    scanned = {page.number} if page.is_scan else set()
    values = {}
    for field in template.fields:
        positions = cells.get(field.cell, [])
        if not positions:
            continue
        span = _cell(line, positions)
        assert span is not None
        found = _found(field, span, template, scanned)
        if not found.code and not _fits(field, span):
            found = replace(found, value="", code="bad_value")
        left, right = edges[field.cell - 1] - _EDGE_TOLERANCE, edges[field.cell] + _EDGE_TOLERANCE
        # Print that overruns its column is known by its pattern, where the template gives one.
        if not field.pattern and (found.box[0] < left or found.box[2] > right):
            found = found.doubted(CROSSES_EDGE)
        values[field.column] = found
    return checked(template.checks, values)


def _part_touching(template: Template, line: Line, cells: dict[int, list[int]]) -> None:
    """Part two columns whose print runs together, where both patterns leave one way only."""
    by_cell = {field.cell: field for field in template.fields if field.pattern}
    for cell, field in by_cell.items():
        neighbour = by_cell.get(cell + 1)
        own, next_own = cells.get(cell, []), cells.get(cell + 1, [])
        if neighbour is None or not own or not next_own:
            continue
        if _fits(field, _cell(line, own)) and _fits(neighbour, _cell(line, next_own)):
            continue
        both = own + next_own
        ways = [
            cut
            for cut in range(1, len(both))
            if _fits(field, _cell(line, both[:cut])) and _fits(neighbour, _cell(line, both[cut:]))
        ]
        if len(ways) == 1:
            cells[cell], cells[cell + 1] = both[: ways[0]], both[ways[0] :]


def _edges(template: Template, page: Page) -> tuple[float, ...]:
    """Return the edges of the columns: drawn rules where they are as many as the template's, else its own.

    Rules drawn twice, or a hair apart from row to row, are one.
    """
    drawn: list[float] = []
    for rule in page.rules:
        if rule > 0 and (not drawn or rule - drawn[-1] > 2):
            drawn.append(rule)
    return tuple(drawn) if len(drawn) == len(template.edges) else template.edges


def _cell(line: Line, positions: Sequence[int]) -> _Span | None:
    return _Span(line, positions[0], positions[-1] + 1) if positions else None


def _fits(field: Field, span: _Span | None) -> bool:
    return span is not None and re.fullmatch(field.looks_like, span.text) is not None
