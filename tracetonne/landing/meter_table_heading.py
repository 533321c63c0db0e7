"""The heading of a table of readings: its cells, where it stands, and whether the contract fits it."""

from __future__ import annotations

from tracetonne.heavy import pq
from tracetonne.landing import text
from tracetonne.landing.meter_contract import MeterContract
from tracetonne.landing.meter_shape import cells_of
from tracetonne.landing.meter_table_text import start_of
from tracetonne.landing.reader import Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection


def folded(name: str) -> str:
    """Return the form in which two spellings of a heading are the same."""
    return text.narrow(name).lower()


def heading_of(source: Source, contract: MeterContract) -> list[str]:
    """Return the headings of a table; none where the file is of another format."""
    if contract.file_format == "parquet":
        if not source.head.startswith(b"PAR1"):
            return []
        try:
            return list(pq.read_schema(source.path).names)
        except (OSError, ValueError):
            return []
    if source.head.startswith((b"PAR1", b"PK")):
        return []
    return heading_cells(start_of(source.head, contract.encoding), contract)[1]


def heading_cells(start: str, contract: MeterContract) -> tuple[int, list[str]]:
    """Return how many blank lines stand before the heading, and its cells."""
    for number, line in enumerate(start.split("\n")):
        if line.strip("\r \t"):
            if "\x00" in line or len(line) > 100_000:
                return number, []
            return number, [cell.strip() for cell in cells_of(line, contract.delimiter)]
    return 0, []


def check_heading(heading: list[str], contract: MeterContract, locator: str) -> list[str]:
    """Return the folded headings.

    Raises:
        UnreadableDocumentError: A column that the contract needs is missing, or one stands twice.
    """
    found = [folded(name) for name in heading]
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise UnreadableDocumentError([rejection("duplicate_column", locator, field=name) for name in twice])
    missing = [name for name in contract.needed if folded(name) not in found]
    if missing:
        raise UnreadableDocumentError(
            [rejection("missing_column", locator, field=name, found=", ".join(heading)) for name in missing]
        )
    return found
