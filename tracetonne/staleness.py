"""Which documents came after a period was computed, and of a closed period after its close."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from tracetonne.landed import Document
from tracetonne.periods import days_of
from tracetonne.serving import POINTER
from tracetonne.settings import Home


def later_documents(home: Home, site: str, period: str, of_site: Iterable[Document]) -> list[Document]:
    """Return the documents about a period that came after its figures were computed.

    Args:
        home: The installation.
        site: The site.
        period: A month, a year or the two days of a template.
        of_site: Its documents.
    """
    pointer = home.serving / site / period / POINTER
    if not period or not pointer.exists():
        return []
    served = datetime.datetime.fromtimestamp(pointer.stat().st_mtime, datetime.UTC).replace(tzinfo=None)
    return [document for document in of_site if document.received_at > served and speaks_of(document, period)]


def late_documents(
    of_site: Iterable[Document], period: str, known_until: int, set_aside: Mapping[str, str]
) -> list[Document]:
    """Return what came after the close of a period and would count in it: papers, and decisions to drop one.

    Args:
        of_site: Documents of the site.
        period: The closed period.
        known_until: Arrival of the close.
        set_aside: By evidence id of a decision in force, the document that it takes out of the figures.
    """
    known = {document.evidence_id: document for document in of_site}
    found = []
    for document in known.values():
        dropped = known.get(set_aside.get(document.evidence_id, ""))
        about = dropped if document.kind == "decision" else document
        if (
            document.arrival_order > known_until
            and document.state == "landed"
            and about is not None
            and speaks_of(about, period)
            and (dropped is None or dropped.arrival_order <= known_until)
        ):
            found.append(document)
    return found


def speaks_of(document: Document, period: str) -> bool:
    """Say whether a document is about days of a period, or about none in particular."""
    start, end = half_open_days(period)
    return document.period_start is None or document.overlaps(start, end)


def half_open_days(period: str) -> tuple[datetime.date, datetime.date]:
    """Return the first day of a month, a year or a template's period, and the day after its last."""
    if "_" in period:
        first, last = (datetime.date.fromisoformat(text) for text in period.split("_"))
    else:
        first, last = days_of(period)
    return first, last + datetime.timedelta(days=1)
