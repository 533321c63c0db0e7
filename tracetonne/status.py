"""What is there and what is not: site by month by expected document.

A month is complete when every document that master data expect for it has landed. Documents that no
expectation asks for (templates, master data, whatever was rejected) follow in rows of their own.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from tracetonne.closing import close_of, closes, known_effect, late_in_closed
from tracetonne.landed import Document, Expectation, Landing, documents, expectations
from tracetonne.landing.meter_contract import built_in as built_in_contracts
from tracetonne.periods import TIME_ZONE
from tracetonne.serving import POINTER
from tracetonne.settings import Home
from tracetonne.staleness import later_documents
from tracetonne.superseded import superseded_inputs

# A month is only covered by such documents when they speak of each of its days.
_DAY_BY_DAY = ("taipower_bill", "meter_csv")
_ORDER = ("withdrawn", "superseded", "rejected")
_SHOWN_ALWAYS = ("cbam_template", "master_data")
# An invoice that came in two forms counts once; whoever sent it twice should know.
_COUNTED_ONCE = ("invoice", "einvoice")
# The expected kind that documents of other kinds count as: an invoice is one in any form, also zipped.
_COUNTS_AS = {
    "invoice": "einvoice",
    "invoice_archive": "einvoice",
    # Readings are expected as `meter_csv`, whichever format they come in.
    "green_button": "meter_csv",
    "nem12": "meter_csv",
    "taipower_ami": "meter_csv",
    **{one.kind: "meter_csv" for one in built_in_contracts()},
}


@dataclass(frozen=True)
class DocumentStatus:
    """One expected document of one month, or one document that nothing expects.

    Args:
        site: The site.
        month: `2025-03`; `2023` or `2023-07-01_2024-06-30` for a template; empty where a document has no
        days.
        kind: Kind of document.
        subject: Meter, account or material; empty for the whole site.
        frequency: How often it is expected; empty for a document that nothing expects.
        status: landed, missing, rejected, superseded or withdrawn.
        evidence: The documents behind the status.
        documents: The same with file name, state, and where a connector fetched it.
        note: What to know or do.
        month_complete: Whether the month has every expected document; None where nothing is expected.
        figures: none (never refreshed), current, stale (a document arrived, or an earlier month that they
        rest on was refreshed, since the last refresh), or closed (they stand, whatever arrives).
        superseded_inputs: The earlier months that changed since.
        late: Documents about a closed period that came after its close and do not count in it.
        late_effect: What they would change, each figure with `before`, `after` and `change`; empty until
        `tracetonne refresh` has computed it.
    """

    site: str
    month: str
    kind: str
    subject: str
    frequency: str
    status: str
    evidence: list[str] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""
    month_complete: bool | None = None
    figures: str = "none"
    superseded_inputs: list[str] = field(default_factory=list)
    late: list[dict[str, Any]] = field(default_factory=list)
    late_effect: list[dict[str, Any]] = field(default_factory=list)


def status(home: Home, site: str | None = None, today: datetime.date | None = None) -> list[DocumentStatus]:
    """Return the matrix of expected documents, and what else was landed.

    Args:
        home: The installation.
        site: Only this site.
        today: Months that ended before this day are expected to be complete; by default today in Taipei.

    Returns:
        Rows by site, month, kind and subject.
    """
    landing = Landing(home)
    everything = documents(landing)
    expected = expectations(landing)
    day = today or datetime.datetime.now(ZoneInfo(TIME_ZONE)).date()
    rows: list[DocumentStatus] = []
    for one in sorted({document.site for document in everything}):
        if site is None or one == site:
            of_site = [document for document in everything if document.site == one]
            wanted = [expectation for expectation in expected if expectation.site == one]
            matrix, used = _matrix(one, wanted, of_site, day)
            rows += _with_figures(home, matrix + _others(one, of_site, used), of_site)
    return rows


def _matrix(
    site: str, expected: Sequence[Expectation], of_site: Sequence[Document], today: datetime.date
) -> tuple[list[DocumentStatus], set[str]]:
    """Return one row a month and expectation, and the documents that they account for."""
    rows: list[DocumentStatus] = []
    used: set[str] = set()
    for month in _months(expected, of_site, today):
        end = _next_month(month)
        of_month = [
            _cell(site, month, expectation, of_site)
            for expectation in sorted(expected, key=lambda each: (each.kind, each.subject))
            if expectation.valid_from < end and expectation.valid_to > month
        ]
        complete = all(row.status == "landed" for row in of_month)
        rows += [replace(row, month_complete=complete) for row in of_month]
        used |= {evidence for row in of_month for evidence in row.evidence}
    return rows, used


def _months(
    expected: Sequence[Expectation], of_site: Sequence[Document], today: datetime.date
) -> list[datetime.date]:
    """Return the months to show: from the first expected one to the last that ended or has a document."""
    if not expected:
        return []
    first = min(expectation.valid_from for expectation in expected)
    if first == datetime.date.min:
        starts = [document.period_start for document in of_site if document.period_start]
        first = min(starts, default=today)
    monthly = {expectation.kind for expectation in expected if expectation.frequency == "monthly"}
    ends = [
        document.period_end - datetime.timedelta(days=1)
        for document in of_site
        if document.period_end
        and monthly & {document.kind, _COUNTS_AS.get(document.kind)}
        and document.state == "landed"
    ]
    last = max([today.replace(day=1) - datetime.timedelta(days=1), *ends])
    month, months = first.replace(day=1), []
    while month <= last:
        months.append(month)
        month = _next_month(month)
    return months


def _next_month(day: datetime.date) -> datetime.date:
    return day.replace(day=1) + datetime.timedelta(days=calendar.monthrange(day.year, day.month)[1])


def _cell(
    site: str, month: datetime.date, expectation: Expectation, of_site: Iterable[Document]
) -> DocumentStatus:
    start, end = _window(month, expectation.frequency)
    candidates = [
        document
        for document in of_site
        if expectation.kind in (document.kind, _COUNTS_AS.get(document.kind))
        and document.overlaps(start, end, expectation.subject)
        and (not expectation.subject or not document.subjects or expectation.subject in document.subjects)
    ]
    landed = [document for document in candidates if document.state == "landed"]
    state, behind, note = "missing", landed, ""
    uncovered = _uncovered(landed, expectation, start, end)
    if landed and not uncovered:
        state = "landed"
        rejected = sum(document.records_rejected for document in landed)
        note = f"{rejected} records rejected" if rejected else ""
    elif landed and uncovered:
        note = f"no {expectation.kind} for {uncovered[0]} to {uncovered[1]}"
    else:
        for other in _ORDER:
            behind = [document for document in candidates if document.state == other]
            if behind:
                state, note = other, behind[-1].message
                break
    return DocumentStatus(
        site=site,
        month=f"{month:%Y-%m}",
        kind=expectation.kind,
        subject=expectation.subject,
        frequency=expectation.frequency,
        status=state,
        evidence=[document.evidence_id for document in behind],
        documents=[_said(document) for document in behind],
        note=note,
    )


def _said(document: Document) -> dict[str, Any]:
    """Return what tells a document from others."""
    return {
        "evidence_id": document.evidence_id,
        "file_name": document.file_name,
        "state": document.state,
        "origin": document.origin,
    }


def _window(month: datetime.date, frequency: str) -> tuple[datetime.date, datetime.date]:
    """Return the days in which one document is enough."""
    if frequency == "quarterly":
        start = month.replace(month=month.month - (month.month - 1) % 3)
        return start, _next_month(_next_month(_next_month(start)))
    if frequency == "yearly":
        return datetime.date(month.year, 1, 1), datetime.date(month.year + 1, 1, 1)
    if frequency == "once":
        return datetime.date.min, datetime.date.max
    return month, _next_month(month)


def _uncovered(
    landed: Iterable[Document], expectation: Expectation, start: datetime.date, end: datetime.date
) -> tuple[datetime.date, datetime.date] | None:
    """Return the first stretch of days that no document speaks of, where each day must be."""
    if expectation.kind not in _DAY_BY_DAY or expectation.frequency != "monthly":
        return None
    start, end = max(start, expectation.valid_from), min(end, expectation.valid_to)
    covered = start
    for first, last in sorted(
        (first, last)
        for first, last in (document.days(expectation.subject) for document in landed)
        if first is not None and last is not None
    ):
        if first > covered:
            return covered, first - datetime.timedelta(days=1)
        covered = max(covered, last)
    return (covered, end - datetime.timedelta(days=1)) if covered < end else None


def _others(site: str, of_site: Iterable[Document], used: set[str]) -> list[DocumentStatus]:
    """Return what no expectation accounts for, and invoices that came again in another form."""
    documents = list(of_site)
    shown = _repeated(documents) | {
        document.evidence_id
        for document in documents
        if document.evidence_id not in used and (document.state != "landed" or document.kind in _SHOWN_ALWAYS)
    }
    return [
        DocumentStatus(
            site=site,
            month=_label(document),
            kind=document.kind,
            subject=", ".join(sorted(document.subjects)[:3]),
            frequency="",
            status=document.state,
            evidence=[document.evidence_id],
            documents=[_said(document)],
            note=document.message or document.file_name,
        )
        for document in documents
        if document.evidence_id in shown
    ]


def _repeated(documents: Iterable[Document]) -> set[str]:
    """Return the invoices whose number an earlier document has: the earlier one counts."""
    seen: set[tuple[str, str]] = set()
    repeated = set()
    for document in documents:
        key = (document.kind, document.document_key)
        if document.state == "landed" and document.document_key and document.kind in _COUNTED_ONCE:
            if key in seen:
                repeated.add(document.evidence_id)
            seen.add(key)
    return repeated


def _label(document: Document) -> str:
    """Return the period of a document: a month, a year, or its days."""
    start, end = document.period_start, document.period_end
    if start is None or end is None:
        return ""
    if end == _next_month(start) and start.day == 1:
        return f"{start:%Y-%m}"
    if (start.month, start.day, end) == (1, 1, datetime.date(start.year + 1, 1, 1)):
        return f"{start:%Y}"
    return f"{start.isoformat()}_{(end - datetime.timedelta(days=1)).isoformat()}"


def _with_figures(
    home: Home, rows: Iterable[DocumentStatus], of_site: Sequence[Document]
) -> list[DocumentStatus]:
    """Say of each period whether its figures rest on everything that has arrived."""
    states: dict[tuple[str, str], dict[str, Any]] = {}
    held = {site: closes(home, site) for site in {document.site for document in of_site}}
    result = []
    for row in rows:
        key = (row.site, row.month)
        if key not in states:
            closed = close_of(held.get(row.site, []), row.month) if row.month else None
            states[key] = (
                _closed(home, row.site, row.month, of_site)
                if closed
                else _open(home, row.site, row.month, of_site)
            )
        result.append(replace(row, **states[key]))
    return result


def _open(home: Home, site: str, period: str, of_site: Sequence[Document]) -> dict[str, Any]:
    changed = superseded_inputs(home, site, period) if period else []
    if not period or not (home.serving / site / period / POINTER).exists():
        return {"figures": "none", "superseded_inputs": changed}
    stale = bool(changed or later_documents(home, site, period, of_site))
    return {"figures": "stale" if stale else "current", "superseded_inputs": changed}


def _closed(home: Home, site: str, period: str, of_site: Sequence[Document]) -> dict[str, Any]:
    late = late_in_closed(home, site, period, of_site)
    return {
        "figures": "closed",
        "late": [_said(document) for document in late],
        "late_effect": known_effect(home, site, period, late) or [],
    }
