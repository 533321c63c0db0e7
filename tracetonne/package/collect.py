"""What goes into a package: which served tables, which evidence, which landed rows, which earlier lines.

Reads serving, landing and the evidence store; never the warehouse. Knows no file format: `build.py` writes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import duckdb

from tracetonne import serving
from tracetonne.errors import WrongUseError
from tracetonne.landing import own_kinds
from tracetonne.landing.tables import TABLES
from tracetonne.package.layout import EVIDENCE_FOLDER, OWN_KINDS_FOLDER
from tracetonne.package.tabular import columns_of, literal, quoted
from tracetonne.settings import Home

_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_SPAN = re.compile(r"\d{4}-\d{2}-\d{2}_(\d{4}-\d{2}-\d{2})")
# Without these a package could not be computed again.
REQUIRED = (
    "figure",
    "calculation_line",
    "calculation_line_input",
    "fact",
    "fact_record",
    "factor_used",
    "evidence_used",
)
# When a document was received says nothing about the figures and differs from home to home.
_NOT_IN_A_PACKAGE = ("received_at", "arrival_order")


class NothingServedError(WrongUseError):
    """A package was asked for a period that no refresh has calculated."""


@dataclass(frozen=True)
class Evidence:
    """One document of the package."""

    evidence_id: str
    sha256: str
    kind: str
    file_name: str
    bagged_as: str  # path below data/, ASCII


def period_end(period: str) -> datetime.date:
    """Return the last day of a period key: `2026-03`, `2026` or `2023-07-01_2024-06-30`."""
    if _YEAR.fullmatch(period):
        return datetime.date(int(period), 12, 31)
    if month := _MONTH.fullmatch(period):
        year, number = int(month[1]), int(month[2])
        first_of_next = datetime.date(year + number // 12, number % 12 + 1, 1)
        return first_of_next - datetime.timedelta(days=1)
    if span := _SPAN.fullmatch(period):
        return datetime.date.fromisoformat(span[1])
    raise WrongUseError(
        "This is not a period.", expected="2026-03, 2026 or 2023-07-01_2024-06-30", found=period
    )


class Collection:
    """The queries that yield the tables of one package, over one DuckDB connection."""

    def __init__(self, home: Home, site: str, period: str, connection: duckdb.DuckDBPyConnection) -> None:
        """Open the served builds of a period.

        Raises:
            NothingServedError: The period was never calculated.
        """
        self.home, self.site, self.period, self.connection = home, site, period, connection
        everything = {build.period: build for build in serving.builds(home, site)}
        if period not in everything:
            raise NothingServedError(
                f"There is nothing to pack for {site} {period}.",
                where=str(home.serving / site),
                expected="a refresh that passed its gates",
                found=", ".join(everything) or "no served period",
                action=f"run: tracetonne refresh --site {site} {_period_option(period)}",
            )
        missing = [name for name in REQUIRED if f"out_{name}" not in everything[period].tables]
        if missing:
            raise NothingServedError(
                f"The figures of {site} {period} are served without what they rest on.",
                where=str(everything[period].folder),
                expected="a refresh that ran to its end",
                found="without " + ", ".join(missing),
                action=f"run: tracetonne refresh --site {site} {_period_option(period)}",
            )
        self.own = [everything[name] for name in _periods_of(period, everything)]
        self.others = [build for name, build in everything.items() if build not in self.own]
        self.evidence = self._evidence()

    def tables(self) -> list[str]:
        """Return the names of the served tables, without the prefix `out_`."""
        return sorted({name.removeprefix("out_") for build in self.own for name in build.tables})

    def query(self, table: str) -> str:
        """Return the query of a served table over the periods of this package."""
        return _union(self.files(table))

    def files(self, table: str) -> list[Path]:
        """Return the files of a served table, one a period of this package that has it."""
        return [path for build in self.own if (path := build.tables.get(f"out_{table}"))]

    def _evidence(self) -> list[Evidence]:
        rows = self.connection.execute(
            f"select distinct evidence_id, sha256, kind, file_name from ({self.query('evidence_used')}) "
            "order by all"
        ).fetchall()
        return [Evidence(a, b, c, d, bagged_name(b, d)) for a, b, c, d in rows]

    def own_kinds(self) -> dict[str, Path]:
        """Return the steward's contracts and templates by which documents were read, by path in the bag."""
        versions = self.connection.execute(
            f"select distinct kind, reader_version from ({self.landing_query('evidence')}) order by all"
        ).fetchall()
        found = [own for kind, version in versions if (own := own_kinds.used(self.home, kind, version))]
        return {f"{OWN_KINDS_FOLDER}/{place}": path for place, path in found}

    def landing_tables(self) -> list[str]:
        """Return the landing tables that the evidence of this package has records in."""
        return [table for table in TABLES if self._landed_files(table)]

    def _landed_files(self, table: str) -> list[Path]:
        folder = self.home.landing / table / f"site={self.site}"
        files = [folder / f"{document.evidence_id}.parquet" for document in self.evidence]
        return sorted({path for path in files if path.exists()})

    def landing_query(self, table: str) -> str:
        """Return the landed rows of the evidence; of meter readings only those that a fact uses.

        `record_number` counts from 1 in document order; `file_line` is the line of the document where a
        record is a line, else null (then a column says where the record stands).
        """
        rows = self._used_readings() if table == "meter_reading" else self._landed_rows(table)
        if table == "evidence":
            return f"select * exclude (record_number) from ({rows})"
        return (
            "select landed.*, case when document.locator_kind = 'line' "
            "then landed.record_number + document.header_lines end as file_line "
            f"from ({rows}) as landed "
            f"left join ({self.landing_query('evidence')}) as document using (evidence_id)"
        )

    def _landed_rows(self, table: str, condition: str = "true") -> str:
        files = ", ".join(literal(path) for path in self._landed_files(table))
        own = ", ".join(quoted(name) for name in TABLES[table] if name not in _NOT_IN_A_PACKAGE)
        return (
            "select parse_filename(filename, true) as evidence_id, file_row_number + 1 as record_number, "
            f"{own} from read_parquet([{files}], filename = true, file_row_number = true) where {condition}"
        )

    def _used_readings(self) -> str:
        """Return the query of the readings that facts use: those of their period, and neighbours of gaps.

        The scan has a condition of the time alone, so that it never touches the rest of an export over years.
        A neighbour beyond the period lies within the hour that a gap may be bridged.
        """
        facts = (
            f"select meter, from_local, to_local from ({self.query('fact')}) where source_type = 'readings'"
        )
        span = self.connection.execute(f"select min(from_local), max(to_local) from ({facts})").fetchone()
        first, last = span or (None, None)
        if first is None:
            return self._landed_rows("meter_reading", "false")
        near = self._landed_rows(
            "meter_reading",
            f"interval_start_local >= timestamp {literal(first)} - interval 1 hour "
            f"and interval_start_local < timestamp {literal(last)} + interval 1 hour",
        )
        neighbours = (
            f"select evidence_id, record_number from ({self.query('fact_record')}) "
            "where role = 'neighbour' and raw_table = 'meter_reading'"
        )
        of_fact = (
            f"join ({facts}) as fact on fact.meter = near.meter "
            "and near.interval_start_local >= fact.from_local and near.interval_start_local < fact.to_local"
        )
        return (
            f"with near as ({near}) select near.* from near semi {of_fact} "
            f"union all select near.* from near anti {of_fact} "
            f"semi join ({neighbours}) using (evidence_id, record_number)"
        )

    def earlier_lines_query(self) -> str:
        """Return the lines of other periods that lines of this package use, as they are served now."""
        own = f"select line_id from ({self.query('calculation_line')})"
        used = f"select source_id from ({self.query('calculation_line_input')}) where source_kind = 'line'"
        keys = self.connection.execute(
            f"select distinct split_part(source_id, ':', 3) from ({used}) where source_id not in ({own})"
        ).fetchall()
        periods = {_served_with(unquote(key)) for (key,) in keys}
        others = [build for build in self.others if build.period in periods]
        lines = _union(build.tables.get("out_calculation_line") for build in others)
        columns = columns_of(self.connection, self.query("calculation_line"))
        return (
            f"select distinct {', '.join(map(quoted, columns))} "
            f"from ({lines or self.query('calculation_line')}) "
            f"where line_id in ({used}) and line_id not in ({own})"
        )


def _periods_of(period: str, served: Iterable[str]) -> list[str]:
    """A month stands alone; a year's package holds its served months too."""
    if not _YEAR.fullmatch(period):
        return [period]
    return sorted(
        name for name in served if name == period or (name.startswith(f"{period}-") and len(name) == 7)
    )


def _served_with(period: str) -> str:
    """Return the period whose refresh serves lines of a month, year, window or template period."""
    return period[11:15] if _SPAN.fullmatch(period) else period.partition("/")[0]


def _union(paths: Iterable[Path | None]) -> str:
    files = ", ".join(literal(path) for path in paths if path)
    return f"select * from read_parquet([{files}], union_by_name = true)" if files else ""


def _period_option(period: str) -> str:
    return f"--year {period}" if _YEAR.fullmatch(period) else f"--month {period}"


def bagged_name(sha256: str, file_name: str) -> str:
    """Return the path of a document in the bag: ASCII, unique by content, its own name where possible."""
    own = Path(file_name)
    stem = re.sub(r"[^A-Za-z0-9-]+", "_", own.stem).strip("_")[:60] or "document"
    suffix = re.sub(r"[^A-Za-z0-9]", "", own.suffix)[:10]
    return f"{EVIDENCE_FOLDER}/{sha256[:16]}_{stem}" + (f".{suffix}" if suffix else "")
