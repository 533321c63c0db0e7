"""What lies in landing, document by document: its state, its days, what it is about. Read-only.

A document is `landed`, `rejected` (nothing of it could be read), `withdrawn` (by a decision) or
`superseded`: by a decision, by a newer reader of the same bytes, by a corrected bill of the same account
and month, or, for an invoice, by its cancellation.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from tracetonne.document_origin import Origin, origin_of
from tracetonne.settings import Home
from tracetonne.sites import SCHEMA_SITE


@dataclass
class Document:
    """One registered document, as `status` sees it.

    Args:
        site: The site.
        evidence_id: Identity of the landing.
        kind: What it is.
        file_name: Its name as it arrived.
        state: landed, rejected, withdrawn or superseded.
        records_rejected: Records of it that did not land.
        received_at: When it was landed, in UTC.
        period_start: First day that it speaks of.
        period_end: Day after the last one.
        message: What the reader said about it.
        document_key: What tells that two documents are the same one.
        arrival_order: Its place among all landings.
        origin: Where a connector fetched it; empty where it was handed in.
        subjects: What it is about (meters, accounts, materials), each with its own days where it differs.
    """

    site: str
    evidence_id: str
    kind: str
    file_name: str
    state: str
    records_rejected: int
    received_at: datetime.datetime
    period_start: datetime.date | None
    period_end: datetime.date | None
    message: str
    document_key: str = ""
    arrival_order: int = 0
    origin: Origin = field(default_factory=dict)
    subjects: dict[str, tuple[datetime.date | None, datetime.date | None]] = field(default_factory=dict)

    def overlaps(self, start: datetime.date, end: datetime.date, subject: str = "") -> bool:
        """Say whether the document speaks of any day from `start` to before `end`."""
        first, last = self.days(subject)
        return first is not None and first < end and (last is None or last > start)

    def days(self, subject: str = "") -> tuple[datetime.date | None, datetime.date | None]:
        """Return the days it speaks of, for a subject where that is known."""
        first, last = self.subjects.get(subject, (None, None))
        return (self.period_start, self.period_end) if first is None else (first, last)


@dataclass(frozen=True)
class Expectation:
    """A document that master data say must arrive."""

    site: str
    kind: str
    subject: str
    frequency: str
    valid_from: datetime.date
    valid_to: datetime.date


class Landing:
    """The landing tables of a home, with views by table name; `site` and `evidence_id` stand in front."""

    def __init__(self, home: Home, site: str = "") -> None:
        """Look at the landing of all sites, or of one."""
        self._connection = duckdb.connect()
        self._home, self._site = home, site

    def has(self, table: str) -> bool:
        """Say whether anything of a table has landed."""
        return bool(self._files(table))

    def rows(self, sql: str, table: str) -> list[dict[str, Any]]:
        """Run a query over one table, named `landed` in it; nothing landed gives no rows.

        `site` and `evidence_id` come from the path, as in the raw views of the warehouse.
        """
        files = self._files(table)
        if not files:
            return []
        relation = self._connection.sql(
            f"""
            with landed as (
                select
                    *,
                    regexp_extract(filename, '/site=([^/]+)/[^/]+$', 1) as at_site,
                    regexp_extract(filename, '([^/]+)\\.parquet$', 1) as evidence_id
                from read_parquet(
                    $files, filename = true, file_row_number = true, hive_partitioning = false,
                    union_by_name = true
                )
            )
            {sql}
            """,
            params={"files": files},
        )
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    def _files(self, table: str) -> list[str]:
        folder = self._home.landing / table
        files = folder.glob(f"site={self._site or '*'}/*.parquet")
        return [str(path) for path in sorted(files) if not _is_schema(path)]


def _is_schema(path: Path) -> bool:
    return path.parent.name == f"site={SCHEMA_SITE}"


def documents(landing: Landing) -> list[Document]:
    """Return every registered document, oldest landing first."""
    rows = landing.rows("select * from landed order by arrival_order", "evidence")
    states = _states(landing, rows)
    origins = _origins(landing)
    found = {
        (row["at_site"], row["evidence_id"]): Document(
            site=row["at_site"],
            evidence_id=row["evidence_id"],
            kind=row["kind"],
            file_name=row["file_name"],
            state=states[row["at_site"], row["evidence_id"]],
            records_rejected=row["records_rejected"] or 0,
            received_at=row["received_at"],
            period_start=row["period_start"],
            period_end=row["period_end"],
            message=row["message"] or "",
            document_key=row["document_key"] or "",
            arrival_order=row["arrival_order"],
            origin=origins.get((row["at_site"], row["sha256"]), {}),
        )
        for row in rows
    }
    for (site, evidence_id), subjects in _subjects(landing).items():
        if (site, evidence_id) in found:
            found[site, evidence_id].subjects.update(subjects)
    return list(found.values())


_STATE_TABLES = ("evidence", "decision", "utility_bill", "invoice_line", "document_origin")


def states_and_origins(home: Home, site: str) -> dict[str, tuple[str, Origin]]:
    """Return by evidence id the state of each document of a site, and where it came from.

    Read again only when something has landed since.
    """
    folders = [home.landing / table / f"site={site}" for table in _STATE_TABLES]
    stamp = tuple(folder.stat().st_mtime_ns if folder.is_dir() else 0 for folder in folders)
    return _states_and_origins(home, site, stamp)


@lru_cache(maxsize=8)
def _states_and_origins(home: Home, site: str, stamp: tuple[int, ...]) -> dict[str, tuple[str, Origin]]:
    landing = Landing(home, site)
    rows = landing.rows("select * from landed order by arrival_order", "evidence")
    states, origins = _states(landing, rows), _origins(landing)
    return {
        row["evidence_id"]: (states[site, row["evidence_id"]], origins.get((site, row["sha256"]), {}))
        for row in rows
    }


def _origins(landing: Landing) -> dict[tuple[str, str], Origin]:
    """Return where each content came from first; the same bytes may be fetched again."""
    rows = landing.rows("select * from landed order by fetched_at desc, evidence_id", "document_origin")
    return {(row["at_site"], row["sha256"]): origin_of(row) for row in rows}


def _states(landing: Landing, rows: list[dict[str, Any]]) -> Mapping[tuple[str, str], str]:
    decided = _decided(landing, rows)
    newest = {(row["at_site"], row["sha256"], row["kind"]): row["evidence_id"] for row in rows}
    replaced = _replaced_bills(landing) | _cancelled_invoices(landing)
    states = {}
    for row in rows:
        key = (row["at_site"], row["evidence_id"])
        decision = decided.get(key)
        if row["status"] != "landed":
            states[key] = "rejected"
        elif decision:
            states[key] = "withdrawn" if decision == "withdraw" else "superseded"
        elif newest[row["at_site"], row["sha256"], row["kind"]] != row["evidence_id"] or key in replaced:
            states[key] = "superseded"
        else:
            states[key] = "landed"
    return states


def _decided(landing: Landing, rows: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Return `withdraw` or `supersede` by the document that a decision in force speaks of.

    A decision may itself be withdrawn, by a later one, so the latest is judged first.
    """
    order = {(row["at_site"], row["evidence_id"]): row["arrival_order"] for row in rows}
    decisions = landing.rows(
        "select * from landed where decision in ('withdraw', 'supersede') order by decision desc", "decision"
    )
    decided: dict[tuple[str, str], str] = {}
    for row in sorted(decisions, key=lambda row: -order.get((row["at_site"], row["evidence_id"]), 0)):
        if (row["at_site"], row["evidence_id"]) not in decided:
            decided.setdefault((row["at_site"], row["subject"]), row["decision"])
    return decided


def _replaced_bills(landing: Landing) -> set[tuple[str, str]]:
    """Documents all of whose ordinary bills have a corrected one (更正) of the same account and month."""
    rows = landing.rows(
        """
        select ordinary.at_site, ordinary.evidence_id
        from landed as ordinary
        left join (
            select distinct at_site, account, bill_month from landed where bill_kind = '更正'
        ) as corrected
            on ordinary.at_site = corrected.at_site
            and ordinary.account = corrected.account
            and ordinary.bill_month = corrected.bill_month
        group by all
        having bool_and(ordinary.bill_kind <> '更正' and corrected.account is not null)
        """,
        "utility_bill",
    )
    return {(row["at_site"], row["evidence_id"]) for row in rows}


def _cancelled_invoices(landing: Landing) -> set[tuple[str, str]]:
    rows = landing.rows(
        """
        select issued.at_site, issued.evidence_id
        from landed as issued
        left join (
            select distinct at_site, seller_id, document_number from landed
            where action in ('cancel', 'void', 'reject')
        ) as cancelled
            on issued.at_site = cancelled.at_site
            and issued.document_number = cancelled.document_number
        group by all
        having bool_and(issued.action = 'issue' and cancelled.document_number is not null)
        """,
        "invoice_line",
    )
    return {(row["at_site"], row["evidence_id"]) for row in rows}


Subjects = dict[tuple[str, str], dict[str, tuple[datetime.date | None, datetime.date | None]]]


def _subjects(landing: Landing) -> Subjects:
    """Return what each document is about; a meter brings its own days, since one export may hold many."""
    found: Subjects = {}
    meters = landing.rows(
        """
        select at_site, evidence_id, meter as subject, min(interval_start_local) as first_at,
            max(interval_start_local) as last_at
        from landed group by all
        """,
        "meter_reading",
    )
    for row in meters:
        # A reading may lack its time, and so may every reading of a meter in a document.
        first, last = row["first_at"], row["last_at"]
        days = (first.date(), last.date() + datetime.timedelta(days=1)) if first else (None, None)
        found.setdefault((row["at_site"], row["evidence_id"]), {})[row["subject"]] = days
    for table, column in (
        ("utility_bill", "account"),
        ("stock_count", "material"),
        ("lab_certificate", "material"),
        ("meter_calibration", "meter"),
        ("supplier_declaration", "material"),
        ("factor_document", "material"),
        ("manual_entry", "coalesce(material, meter)"),
    ):
        for row in landing.rows(
            f"select distinct at_site, evidence_id, {column} as subject from landed", table
        ):
            found.setdefault((row["at_site"], row["evidence_id"]), {})[row["subject"]] = (None, None)
    for row in _invoiced_materials(landing):
        found.setdefault((row["at_site"], row["evidence_id"]), {})[row["subject"]] = (None, None)
    return {
        key: {subject: days for subject, days in subjects.items() if subject}
        for key, subjects in found.items()
    }


def _invoiced_materials(landing: Landing) -> list[dict[str, Any]]:
    """Return the materials of each invoice, by the wordings of the latest master data."""
    items = {
        (row["at_site"], row["seller_id"], row["description"].casefold()): row["material"]
        for row in latest_master(landing, "master_purchase_item")
    }
    lines = landing.rows(
        """
        select distinct at_site, evidence_id, seller_id, description
        from landed
        where description <> ''
        """,
        "invoice_line",
    )
    return [
        {**line, "subject": items[line["at_site"], line["seller_id"], line["description"].casefold()]}
        for line in lines
        if (line["at_site"], line["seller_id"], line["description"].casefold()) in items
    ]


def latest_master(landing: Landing, table: str) -> list[dict[str, Any]]:
    """Return a master-data table as the latest document in force says it, site by site."""
    order = {
        (row["at_site"], row["evidence_id"]): row["arrival_order"]
        for row in landing.rows("select at_site, evidence_id, arrival_order from landed", "evidence")
    }
    dropped = {
        (row["at_site"], row["subject"])
        for row in landing.rows(
            "select * from landed where decision in ('withdraw', 'supersede')", "decision"
        )
    }
    rows = [
        row
        for row in landing.rows("select * from landed", table)
        if (row["at_site"], row["evidence_id"]) in order
        and (row["at_site"], row["evidence_id"]) not in dropped
    ]
    newest: dict[str, int] = {}
    for row in rows:
        arrival = order[row["at_site"], row["evidence_id"]]
        newest[row["at_site"]] = max(arrival, newest.get(row["at_site"], 0))
    return [row for row in rows if order[row["at_site"], row["evidence_id"]] == newest[row["at_site"]]]


def expectations(landing: Landing) -> list[Expectation]:
    """Return the documents that must arrive, by the latest master data of each site."""
    first_months = {
        row["at_site"]: datetime.date.fromisoformat(f"{row['first_month'][:7]}-01")
        for row in latest_master(landing, "master_site")
        if row["first_month"]
    }
    return [
        Expectation(
            site=row["at_site"],
            kind=row["kind"],
            subject=row["subject"] or "",
            frequency=row["frequency"],
            valid_from=max(
                _day(row["valid_from"], datetime.date.min),
                first_months.get(row["at_site"], datetime.date.min),
            ),
            valid_to=_day(row["valid_to"], datetime.date.max),
        )
        for row in latest_master(landing, "master_expected_document")
    ]


def _day(text: str | None, blank: datetime.date) -> datetime.date:
    return datetime.date.fromisoformat(text) if text else blank
