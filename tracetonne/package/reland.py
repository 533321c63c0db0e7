"""Read the documents of a package again and compare the records with those that the package holds.

Lands the documents into a home of their own that is thrown away: nothing of this installation is read.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tracetonne.landing import own_kinds
from tracetonne.landing.land import evidence_id_of, land_paths
from tracetonne.package.findings import Check, Failure, Tables
from tracetonne.package.layout import EVIDENCE_INDEX, OWN_KINDS_FOLDER, PAYLOAD, landing_file, table_file
from tracetonne.package.tabular import columns_of, literal, quoted
from tracetonne.settings import Home

NAME = "every record is what our readers find in the document"
# How many differing records are named; the rest is counted.
_SHOWN = 10
# What the register says that does not depend on the home or on the moment of landing.
_REGISTER = ("evidence_id", "sha256", "kind", "records_landed", "records_rejected", "status", "header_lines")


def check_landing(root: Path, site: str) -> Check:
    """Land every document again and compare table by table.

    Args:
        root: The package.
        site: The site that the documents belong to.
    """
    index = Tables(root).rows(table_file(EVIDENCE_INDEX))
    paths = [path for row in index if (path := root / PAYLOAD / row["bagged_as"]).is_file()]
    if not paths:
        return Check(NAME, 0, skipped="the package holds no document")
    failures = _changed_own_kinds(root)
    with tempfile.TemporaryDirectory(prefix="tracetonne-verify-") as folder, duckdb.connect() as connection:
        home = Home(root=Path(folder), exports=Path(folder) / "exports")
        landed = {result.evidence_id for result in land_paths(home, paths, site)}
        # By the contracts of the steward, one at a time: one kind may have had several.
        for own in [] if failures else _own_kinds(root):
            landed |= _landed_by(home, own, root, site)
        # Another version of a reader gives another identity: its records are not comparable cell by cell.
        other = [row for row in index if row["evidence_id"] not in landed]
        comparable = sorted(landed & {row["evidence_id"] for row in index})
        failures += _foreign(root, site)
        failures += _differences(connection, root, home, site, comparable) if comparable else []
    if other and not failures:
        names = ", ".join(row["file_name"] for row in other[:_SHOWN])
        skipped = f"{len(comparable)} read again; not comparable, as their reader has changed since: {names}"
        return Check(NAME, len(comparable), failures, skipped)
    return Check(NAME, len(comparable), failures)


def _own_kinds(root: Path) -> list[Path]:
    """Return the contracts and templates of the steward that stand where a home has them."""
    folder = root / PAYLOAD / OWN_KINDS_FOLDER
    return sorted(path for place in own_kinds.FOLDERS for path in folder.glob(f"*/{place}/*.yml"))


def _changed_own_kinds(root: Path) -> list[Failure]:
    """Find contracts whose bytes are not those that their folder is named after."""
    return [
        Failure(path.relative_to(root).as_posix(), None, "this contract is not the one that was used")
        for path in _own_kinds(root)
        if own_kinds.digest_of(path) != path.relative_to(root / PAYLOAD / OWN_KINDS_FOLDER).parts[0]
    ]


def _landed_by(home: Home, own: Path, root: Path, site: str) -> set[str]:
    """Land the documents that were read by one contract, with it; return what landed."""
    digest, *place = own.relative_to(root / PAYLOAD / OWN_KINDS_FOLDER).parts
    mine = {
        row["evidence_id"]
        for row in Tables(root).rows(landing_file("evidence"))
        if row["kind"] == own.stem and own_kinds.is_version_of(row["reader_version"], digest)
    }
    index = Tables(root).rows(table_file(EVIDENCE_INDEX))
    paths = [root / PAYLOAD / row["bagged_as"] for row in index if row["evidence_id"] in mine]
    target = home.root.joinpath(*place)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(own, target)
    results = land_paths(home, [path for path in paths if path.is_file()], site)
    target.unlink()
    return {result.evidence_id for result in results}


def _foreign(root: Path, site: str) -> list[Failure]:
    """Find documents whose bytes are not those that their identity was made from."""
    file = landing_file("evidence")
    hashes = {row["evidence_id"]: row["sha256"] for row in Tables(root).rows(table_file(EVIDENCE_INDEX))}
    return [
        Failure(f"{PAYLOAD}/{file}", row.line, f"{row['file_name']} is not the document {row['evidence_id']}")
        for row in Tables(root).rows(file)
        if hashes.get(row["evidence_id"]) != row["sha256"]
        or evidence_id_of(site, row["sha256"], row["kind"], row["reader_version"]) != row["evidence_id"]
    ]


def _differences(
    connection: duckdb.DuckDBPyConnection, root: Path, home: Home, site: str, comparable: list[str]
) -> Iterator[Failure]:
    chosen = ", ".join(map(literal, comparable))
    tables = {path.stem for path in (root / PAYLOAD / landing_file("x")).parent.glob("*.parquet")}
    tables |= {path.parent.parent.name for path in home.landing.glob("*/site=*/*.parquet")}
    for table in sorted(tables):
        again = home.landing / table / f"site={site}"
        packed = root / PAYLOAD / landing_file(table, "parquet")
        if not packed.is_file():
            # Readings that no fact uses are not packed, so their table may be absent.
            found = any((again / f"{evidence_id}.parquet").exists() for evidence_id in comparable)
            if found and table != "meter_reading":
                yield Failure(f"{PAYLOAD}/{landing_file(table)}", None, "the table is missing")
            continue
        columns = [name for name in columns_of(connection, f"from read_parquet({literal(packed)})")]
        yield from _compare(connection, root, table, columns, packed, again, chosen)


def _compare(
    connection: duckdb.DuckDBPyConnection,
    root: Path,
    table: str,
    columns: list[str],
    packed: Path,
    again: Path,
    chosen: str,
) -> Iterator[Failure]:
    own = [name for name in columns if name not in ("evidence_id", "record_number", "file_line")]
    compared = list(_REGISTER) if table == "evidence" else ["evidence_id", "record_number", *own]
    names = ", ".join(map(quoted, compared))
    in_package = f"select {names} from read_parquet({literal(packed)}) where evidence_id in ({chosen})"
    files = sorted(again.glob("*.parquet"))
    found = (
        "select parse_filename(filename, true) as evidence_id, file_row_number + 1 as record_number, "
        f"* exclude (filename, file_row_number) from read_parquet([{', '.join(map(literal, files))}], "
        "filename = true, file_row_number = true)"
    )
    in_document = f"select {names} from ({found}) as reading where evidence_id in ({chosen})"
    if table == "meter_reading":
        in_document += f" and {_used(root)}"
    if not files:
        in_document = f"select * from ({in_package}) where false"
    file = f"{PAYLOAD}/{landing_file(table)}"
    for first, second, message in (
        (in_package, in_document, "the document does not hold this record"),
        (in_document, in_package, "the document holds this record, the package does not"),
    ):
        rows = connection.execute(
            f"select *, count(*) over () from (({first}) except ({second})) order by all limit {_SHOWN}"
        ).fetchall()
        for row in rows:
            shown = dict(zip(compared, row[:-1], strict=True))
            cells = ", ".join(f"{name}={value}" for name, value in shown.items() if value not in (None, ""))
            yield Failure(file, None, f"{message}: {cells}")
        if rows and rows[0][-1] > _SHOWN:
            yield Failure(file, None, f"… and {rows[0][-1] - _SHOWN} more records like these")


def _used(root: Path) -> str:
    fact = root / PAYLOAD / table_file("fact", "parquet")
    record = root / PAYLOAD / table_file("fact_record", "parquet")
    return (
        f"(exists (select 1 from read_parquet({literal(fact)}) as fact where fact.source_type = 'readings' "
        "and fact.meter = reading.meter and reading.interval_start_local >= fact.from_local "
        "and reading.interval_start_local < fact.to_local) or exists ("
        f"select 1 from read_parquet({literal(record)}) as edge where edge.role = 'neighbour' "
        "and edge.evidence_id = reading.evidence_id and edge.record_number = reading.record_number))"
    )
