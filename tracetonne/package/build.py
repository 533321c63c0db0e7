"""Write the evidence package of a site and period: collected aside, framed as a bag, moved in one step.

Belongs here: the order of writing and the choice of the version. Does not: what belongs in (`collect.py`),
how a table becomes a file (`tabular.py`), what the crate says (`crate.py`).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote

import duckdb

from tracetonne import __version__, served_ahead
from tracetonne.landing.store import sync
from tracetonne.package import bag, crate, describe, script
from tracetonne.package.collect import Collection, Evidence, period_end
from tracetonne.package.documents import copy_documents
from tracetonne.package.layout import (
    EARLIER_LINE,
    EARLIER_PACKAGE,
    EVIDENCE_INDEX,
    FIGURES_FILE,
    FORMULAS_FILE,
    GATES_FILE,
    OWN_KINDS_FOLDER,
    PAYLOAD,
    SCHEMA_FILE,
    SCRIPT_FILE,
    landing_file,
    table_file,
)
from tracetonne.package.tabular import copy_table, literal, write_table
from tracetonne.package.versions import Identity, Published, identity_of, published, versions
from tracetonne.served_keys import KEYS
from tracetonne.settings import CHECKOUT, DBT_PROJECT, Home

ASIDE = ".making-"
# Tables that are written at once; printing one takes one core.
WRITERS = 2
# Where the lists lie that are made from the methods.
GENERATED = CHECKOUT / "docs"

EarlierPackage = tuple[str, str | None, int | None, str | None]
"""Period of the lines; period, version and hash of the package that proves them."""
Tables = dict[str, dict[str, str]]
"""DuckDB types by column, by path of the CSV below `data/`."""


@dataclass(frozen=True)
class Outputs:
    """What was computed, in files: their columns, and the SHA-256 of some by path in the bag."""

    tables: Tables
    hashes: dict[str, str]


@dataclass(frozen=True)
class PackageResult:
    """What building a package came to.

    Args:
        path: The package.
        version: Its version.
        status: `new`, or `unchanged` where the newest version was made of the same.
        sha256: The hash that stands for the whole package.
        changed: Which parts differ from the version before (`Evidence`, `Factors`, `Methods`, `Figures`, …).
    """

    path: Path
    version: int
    status: str
    sha256: str
    changed: list[str] = field(default_factory=list)


def build_package(home: Home, site: str, period: str, *, threads: int | None = None) -> PackageResult:
    """Make the package of a period, unless its newest version was made of the same evidence and figures.

    Args:
        home: The installation.
        site: The site.
        period: `2026-03`, `2026`, or the period of a template.
        threads: Threads for DuckDB; the bytes do not depend on it.

    Raises:
        NothingServedError: The period was never calculated.
        DamagedEvidenceError: A document is missing or was changed in the evidence store.
    """
    with (
        duckdb.connect(config={"threads": threads} if threads else {}) as connection,
        _alone(home, site, period),
    ):
        collection = Collection(home, site, period, connection)
        newest = published(home, site, period)
        version = newest.version + 1 if newest else 1
        target = home.exports / site / period / f"v{version}"
        with _aside(target.parent) as folder:
            outputs = write_outputs(collection, folder / PAYLOAD)
            before = newest.identity if newest else None
            changed = identity_of(folder, before.form, outputs.hashes).differences(before) if before else []
            if newest and not changed:
                return PackageResult(newest.path, newest.version, "unchanged", newest.sha256)
            write_package(collection, outputs, version, folder)
            _settle(folder)
            folder.rename(target)
            sync(target.parent)
        return PackageResult(target, version, "new", bag.package_hash(target), changed)


def _settle(folder: Path) -> None:
    """Wait until every file lies on the disk, so that a power cut after the move finds the package whole."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def remade_hash(home: Home, package: Published) -> str:
    """Make a version once more, aside, and return its hash: the same as long as evidence and program are."""
    folder = package.path.parent
    with duckdb.connect() as connection, _alone(home, package.site, package.period), _aside(folder) as aside:
        collection = Collection(home, package.site, package.period, connection)
        outputs = write_outputs(collection, aside / PAYLOAD)
        write_package(collection, outputs, package.version, aside)
        return bag.package_hash(aside)


def write_package(collection: Collection, outputs: Outputs, version: int, folder: Path) -> None:
    """Write all files of a package into a folder that holds what was computed."""
    payload = folder / PAYLOAD
    # Documents are copied, and what was computed is hashed, while tables are written.
    with ThreadPoolExecutor(WRITERS) as writers:
        copied = writers.submit(copy_documents, collection.home, collection.evidence, payload)
        hashed = writers.submit(_hashes, folder, outputs.hashes, bag.payload_files(folder))
        tables = outputs.tables | _write_inputs(collection, payload, writers)
    hashes = hashed.result() | copied.result()
    for place, own in collection.own_kinds().items():
        (payload / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(own, payload / place)
    run = _run(collection, version)
    _write_words(collection, run, tables, payload)
    hashes = _hashes(folder, hashes, bag.payload_files(folder))
    metadata = crate.crate_json(run, _crate_files(payload, hashes, collection.evidence))
    (payload / crate.METADATA_FILE).write_bytes(metadata)
    hashes[f"{PAYLOAD}/{crate.METADATA_FILE}"] = hashlib.sha256(metadata).hexdigest()
    formulas = hashes.get(f"{PAYLOAD}/{FORMULAS_FILE}", "")
    info = _info(run, identity_of(folder, hashes=hashes))
    info |= {"TraceTonne-Formulas-SHA256": formulas} if formulas else {}
    for before in versions(collection.home, collection.site, collection.period):
        if before.version == version - 1:
            info["TraceTonne-Supersedes"] = f"{run.site}/{run.period}/v{before.version} {before.sha256}"
    bag.write_frame(folder, info, hashes)


def _hashes(folder: Path, known: Mapping[str, str], files: Sequence[Path]) -> dict[str, str]:
    """Return the SHA-256 of files by path in the bag; those that are known stay."""
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {**known, **{name: bag.sha256_of(path) for name, path in names.items() if name not in known}}


@contextmanager
def _alone(home: Home, site: str, period: str) -> Iterator[None]:
    """Let one process at a time build a package of this site and period."""
    locks = home.root / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / f"package-{quote(site, safe='')}-{period}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Give a folder beside the versions, and clear what a killed build left there."""
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f"{ASIDE}*"):
        shutil.rmtree(leftover)
    made = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write_outputs(collection: Collection, payload: Path) -> Outputs:
    """Write what was computed.

    What is served of one period lies in its order already and is copied; of several, they are put together.
    """
    written: Tables = {}
    hashes = {}
    with ThreadPoolExecutor(WRITERS) as writers:  # while the queries below run
        copied = {}
        for table in collection.tables():
            path, files = table_file(table), collection.files(table)
            if len(files) == 1:
                copied[path] = writers.submit(
                    _put_table, collection.home, files[0], payload / path.removesuffix(".csv")
                )
            else:
                keys = KEYS.get(f"out_{table}")
                query, order = collection.query(table), ("refresh_period", *keys) if keys else ()
                written |= _write(collection, payload, path, query, order)
        written |= _write(collection, payload, table_file(EARLIER_LINE), collection.earlier_lines_query())
        lines = f"read_parquet({literal(payload / table_file(EARLIER_LINE, 'parquet'))})"
        packages = _values(_EARLIER_COLUMNS, _earlier_packages(collection, lines))
        written |= _write(collection, payload, table_file(EARLIER_PACKAGE), packages)
        for path, put in copied.items():
            written[path], sha256 = put.result()
            if sha256:
                hashes[f"{PAYLOAD}/{path}"] = sha256
    return Outputs(written, hashes)


def _put_table(home: Home, served: Path, stem: Path) -> tuple[dict[str, str], str | None]:
    return served_ahead.take_table(home, served, stem) or (copy_table(served, stem), None)


def _write_inputs(collection: Collection, payload: Path, writers: ThreadPoolExecutor) -> Tables:
    """Write the records of the documents, and the list of these; return their columns as above."""
    written = [
        writers.submit(
            _write,
            collection,
            payload,
            landing_file(table),
            collection.landing_query(table),
            ("evidence_id", "record_number") if table == "meter_reading" else (),
        )
        for table in collection.landing_tables()
    ]
    index = [(d.evidence_id, d.sha256, d.bagged_as, d.file_name, d.kind) for d in collection.evidence]
    tables = _write(collection, payload, table_file(EVIDENCE_INDEX), _values(_INDEX_COLUMNS, index))
    for table in written:
        tables |= table.result()
    return tables


def _write(collection: Collection, payload: Path, path: str, query: str, keys: Sequence[str] = ()) -> Tables:
    with collection.connection.cursor() as cursor:
        return {path: write_table(cursor, query, keys, payload / path.removesuffix(".csv"))}


_EARLIER_COLUMNS = {
    "refresh_period": "varchar",
    "package_period": "varchar",
    "version": "integer",
    "package_sha256": "varchar",
}
_INDEX_COLUMNS = {
    "evidence_id": "varchar",
    "sha256": "varchar",
    "bagged_as": "varchar",
    "file_name": "varchar",
    "kind": "varchar",
}


def _values(columns: dict[str, str], rows: Sequence[Sequence[str | int | None]]) -> str:
    """Return a query that yields rows held in Python, with the types of the columns."""
    typed = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    query = f"select {typed} where false"
    for row in rows:
        cells = ", ".join(
            "null" if cell is None else str(cell) if isinstance(cell, int) else literal(cell) for cell in row
        )
        query += f" union all select {cells}"
    return query


def _earlier_packages(collection: Collection, lines: str) -> list[EarlierPackage]:
    """Return for each period of earlier lines the package that proves them; nulls where none does yet.

    It is the first version that holds these lines with these values, so that a later version, which restates
    something else, does not change what was published here. A month that was published only within its year
    is proved by the package of the year.
    """
    periods = collection.connection.execute(
        f"select distinct refresh_period from {lines} order by 1"
    ).fetchall()
    packages: list[EarlierPackage] = []
    for (period,) in periods:
        used = f"select line_id, value from {lines} where refresh_period = {literal(period)}"
        known = [
            package
            for name in dict.fromkeys((period, period[:4]))
            for package in versions(collection.home, collection.site, name)
        ]
        proof = next((one for one in known if _proves(collection.connection, one, used)), None)
        packages.append(
            (period, proof.period, proof.version, proof.sha256) if proof else (period, None, None, None)
        )
    return packages


def _proves(connection: duckdb.DuckDBPyConnection, package: Published, used: str) -> bool:
    table = package.path / PAYLOAD / table_file("calculation_line", "parquet")
    missing = f"({used}) except (select line_id, value from read_parquet({literal(table)}))"
    return connection.execute(f"select 1 from ({missing}) limit 1").fetchone() is None


def _run(collection: Collection, version: int) -> crate.Run:
    return crate.Run(
        site=quote(collection.site, safe=""),
        period=collection.period,
        version=version,
        end_date=period_end(collection.period).isoformat(),
        software_version=__version__,
        calculation_sha256=_calculation_hash(),
    )


@cache
def _calculation_hash() -> str:
    """Hash the SQL and seeds that calculated, as this process found them; empty where there are none."""
    digest = hashlib.sha256()
    folders = [DBT_PROJECT / name for name in ("models", "macros", "seeds")]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    for path in files:
        digest.update(path.relative_to(DBT_PROJECT).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest() if files else ""


def _write_words(collection: Collection, run: crate.Run, tables: Tables, payload: Path) -> None:
    # Months inside a year have packages and verdicts of their own, made whenever they were asked for.
    judged = next(build for build in collection.own if build.period == collection.period)
    gates = judged.gates() or []
    gates_text = json.dumps(gates, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    figures = collection.connection.execute(
        f"select figure_key, value, unit, line_id from ({collection.query('figure')}) "
        "where line_id is not null and value is not null "
        "order by quantity <> 'see_direct', figure_key limit 1"
    ).fetchall()
    lists = {
        path: (GENERATED / Path(path).name).read_bytes()
        for path in (FIGURES_FILE, FORMULAS_FILE)
        if (GENERATED / Path(path).name).is_file()
    }
    if FORMULAS_FILE in lists:
        tables[FORMULAS_FILE] = {"quantity": "VARCHAR", "formula": "VARCHAR"}
    name = f"{run.site}-{run.period}-v{run.version}".lower()
    texts = lists | {
        GATES_FILE: gates_text.encode("utf-8"),
        SCHEMA_FILE: describe.schema(tables, name),
        SCRIPT_FILE: script.compose(),
        "README.md": describe.readme(collection.site, run.period, run.version, figures),
    }
    for path, content in texts.items():
        (payload / path).parent.mkdir(parents=True, exist_ok=True)
        (payload / path).write_bytes(content)


def _crate_files(payload: Path, hashes: dict[str, str], evidence: list[Evidence]) -> list[crate.CrateFile]:
    documents = {document.bagged_as: document for document in evidence}
    files = []
    for bag_path, sha256 in sorted(hashes.items()):
        path = bag_path.removeprefix(f"{PAYLOAD}/")
        size = (payload / path).stat().st_size
        if document := documents.get(path):
            words = (document.file_name, f"Document of kind {document.kind}, as it arrived.", "input")
            files.append(crate.CrateFile(path, *words, sha256, size, document.file_name))
        else:
            own = path.startswith(f"{OWN_KINDS_FOLDER}/")
            about = own or path in _ABOUT
            text = _OWN_KIND if own else _ABOUT[path] if about else describe.title(path)
            files.append(crate.CrateFile(path, path, text, "about" if about else "output", sha256, size))
    return files


_OWN_KIND = "Contract or template of the steward, as documents of this package were read by it."
_ABOUT = {
    FORMULAS_FILE: "Which formulas a calculation line of each quantity may carry.",
    FIGURES_FILE: "What each figure is: definition, unit, rounding, clause; English and Traditional Chinese.",
    GATES_FILE: "Verdicts of the gates that the figures passed.",
    SCHEMA_FILE: "Columns and types of every table.",
    SCRIPT_FILE: "Recomputes this package with Python's standard library.",
    "README.md": "How to check this package by hand, in English and Traditional Chinese.",
}


def _info(run: crate.Run, identity: Identity) -> dict[str, str]:
    return identity.as_info() | {
        "Bag-Software-Agent": f"TraceTonne {run.software_version}",
        "Bagging-Date": run.end_date,
        "External-Description": f"Evidence of the carbon figures of {run.site} for {run.period}",
        "External-Identifier": f"{run.site}/{run.period}/v{run.version}",
        "Source-Organization": run.site,
    }
