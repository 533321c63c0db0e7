"""Verify a package folder alone: its bag, its crate, its arithmetic, and its documents read again.

Needs no home, no warehouse and no network. The checks that a package itself can run are in `checks.py`; here
stand those that need our readers or the libraries of others.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import bagit
import duckdb

from tracetonne.errors import WrongUseError
from tracetonne.package import bag, checks, crate
from tracetonne.package.constant_checks import check_constants
from tracetonne.package.findings import Check, Failure, Row, Tables
from tracetonne.package.layout import EARLIER_LINE, EARLIER_PACKAGE, EVIDENCE_FOLDER, PAYLOAD, table_file
from tracetonne.package.reland import check_landing
from tracetonne.package.tabular import print_csv
from tracetonne.package.versions import PARTS, form_of, identity_of


class NotAPackageError(WrongUseError):
    """The folder is not an evidence package."""


@dataclass(frozen=True)
class VerifyReport:
    """What verifying a package came to.

    Args:
        path: The folder.
        identifier: `site/period/vN` as the package says of itself.
        sha256: The hash that stands for the whole package.
        checks: Each check with its failures.
    """

    path: Path
    identifier: str
    sha256: str
    checks: list[Check]

    @property
    def passed(self) -> bool:
        """True if nothing disagrees."""
        return all(check.passed for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0 if everything agrees, 3 if not."""
        return 0 if self.passed else 3

    @property
    def failures(self) -> list[Failure]:
        """All failures, in the order of the checks."""
        return [failure for check in self.checks for failure in check.failures]

    def as_dict(self) -> dict[str, Any]:
        """Return the report for `--json`."""
        return {
            "package": str(self.path),
            "identifier": self.identifier,
            "sha256": self.sha256,
            "status": "verified" if self.passed else "mismatch",
            "checks": [_check_as_dict(check) for check in self.checks],
        }


def _check_as_dict(check: Check) -> dict[str, Any]:
    failures = [failure.__dict__ | {"text": str(failure)} for failure in check.failures]
    return {
        "name": check.name,
        "passed": check.passed,
        "looked_at": check.looked_at,
        "skipped": check.skipped,
        "failures": failures,
    }


def verify(path: Path) -> VerifyReport:
    """Verify a package.

    Args:
        path: The folder that holds `bagit.txt`.

    Raises:
        NotAPackageError: The folder is not a package of ours.
    """
    root = path.resolve()
    missing = [
        name for name in ("bagit.txt", bag.BAG_INFO, bag.MANIFEST, PAYLOAD) if not (root / name).exists()
    ]
    identifier = "" if missing else bag.read_info(root).get("External-Identifier", "")
    if missing or identifier.count("/") != 2:
        raise NotAPackageError(
            "This folder is not an evidence package.",
            where=str(path),
            expected="a folder with bagit.txt, bag-info.txt, manifest-sha256.txt and data/",
            found=f"without {', '.join(missing)}"
            if missing
            else f"External-Identifier: {identifier or 'none'}",
            action="give the folder of one version, such as exports/screw_plant/2026-03/v1",
        )
    site, period, _ = identifier.split("/")
    done = checks.run_checks(root)
    done.insert(0, check_bag(root))
    done += [
        check_constants(root),
        check_tables(root),
        check_crate(root),
        check_identity(root),
        check_earlier(root, period),
        check_landing(root, unquote(site)),
    ]
    sha256 = bag.package_hash(root) if (root / bag.TAG_MANIFEST).is_file() else ""
    return VerifyReport(path, identifier, sha256, done)


def check_bag(root: Path) -> Check:
    """Let the reference library look at the structure of the bag."""
    name = "the folder is a complete BagIt bag"
    try:
        bagit.Bag(str(root)).validate(completeness_only=True)
    except bagit.BagError as error:
        return Check(name, 1, [Failure("bagit.txt", None, str(error))])
    return Check(name, 1)


def check_tables(root: Path) -> Check:
    """Compare every CSV with the Parquet file beside it."""
    failures: list[Failure] = []
    pairs = sorted(
        path for path in (root / PAYLOAD).rglob("*.parquet") if path.parent.name != EVIDENCE_FOLDER
    )
    with tempfile.TemporaryDirectory(prefix="tracetonne-verify-") as folder:
        for parquet in pairs:
            printed = Path(folder) / "printed.csv"
            text = parquet.with_suffix(".csv")
            shown = text.relative_to(root).as_posix()
            try:
                print_csv(parquet, printed)
            except duckdb.Error as error:
                failures.append(
                    Failure(parquet.relative_to(root).as_posix(), None, f"cannot be read: {error}")
                )
                continue
            if not text.is_file():
                failures.append(Failure(shown, None, "the CSV of this table is missing"))
            elif (line := _first_difference(text, printed)) is not None:
                failures.append(Failure(shown, line, "the CSV does not say what the Parquet file says"))
    return Check("every CSV says what its Parquet file says", len(pairs), failures)


def _first_difference(first: Path, second: Path) -> int | None:
    """Return the line where two files differ, or none if they are the same."""
    number = 0
    with first.open("rb") as left, second.open("rb") as right:
        while True:
            number += 1
            one, two = left.readline(), right.readline()
            if one != two:
                return number
            if not one:
                return None


def check_crate(root: Path) -> Check:
    """Look whether the crate describes every file, with its hash, and the run with its inputs and outputs."""
    name, shown = "the crate describes every file and the run", f"{PAYLOAD}/{crate.METADATA_FILE}"
    try:
        document = json.loads((root / shown).read_text(encoding="utf-8"))
        entities = {entity["@id"]: entity for entity in document["@graph"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Check(name, 0, [Failure(shown, None, f"the crate cannot be read: {error}")])
    described = {item["@id"] for item in entities.get("./", {}).get("hasPart", [])}
    files = [path.relative_to(root / PAYLOAD).as_posix() for path in bag.payload_files(root)]
    failures = [
        failure
        for path in files
        if path != crate.METADATA_FILE and (failure := _described(root, shown, path, described, entities))
    ]
    failures += [
        Failure(shown, None, f"{path} is described but missing") for path in sorted(described - set(files))
    ]
    failures += _run_failures(shown, entities, files)
    return Check(name, len(files), failures)


def _described(
    root: Path, shown: str, path: str, described: set[str], entities: dict[str, dict[str, Any]]
) -> Failure | None:
    if path not in described:
        return Failure(shown, None, f"{path} is not described")
    found, stated = (
        checks.sha256_of_file(root / PAYLOAD / path),
        entities.get(path, {}).get("sha256", "nothing"),
    )
    return None if found == stated else Failure(shown, None, f"{path} has another hash", str(stated), found)


def _run_failures(shown: str, entities: dict[str, dict[str, Any]], files: Iterable[str]) -> list[Failure]:
    runs = [entity for entity in entities.values() if entity.get("@type") == "CreateAction"]
    if len(runs) != 1:
        return [Failure(shown, None, "the crate must describe one run", "1 CreateAction", str(len(runs)))]
    inputs = {item["@id"] for item in _as_list(runs[0].get("object"))}
    lost = [path for path in files if path.startswith(f"{EVIDENCE_FOLDER}/") and path not in inputs]
    failures = [Failure(shown, None, f"{path} is not an input of the run") for path in lost]
    return failures + [
        Failure(shown, None, f"the run has no {part}")
        for part in ("instrument", "object", "result", "agent")
        if not runs[0].get(part)
    ]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def check_identity(root: Path) -> Check:
    """Recompute from the tables what `bag-info.txt` says that the version was made of."""
    info, name = bag.read_info(root), "the package is made of what it says"
    try:
        computed = identity_of(root, form_of(root)).parts
    except (duckdb.Error, OSError) as error:
        return Check(name, 0, [Failure(bag.BAG_INFO, None, f"a table cannot be read: {error}")])
    failures = [
        Failure(bag.BAG_INFO, None, f"{key} does not agree", info.get(key, "nothing"), value)
        for name, value in computed.items()
        if info.get(key := f"TraceTonne-{name}-SHA256") != value
    ]
    return Check(name, len(PARTS), failures)


def check_earlier(root: Path, period: str) -> Check:
    """Compare the lines of earlier periods with the packages that prove them, where those lie beside."""
    name = "lines of earlier periods are those of their packages"
    tables = Tables(root)
    lines = tables.rows(table_file(EARLIER_LINE))
    failures: list[Failure] = []
    absent: list[str] = []
    looked_at = 0
    for row in tables.rows(table_file(EARLIER_PACKAGE)):
        beside = root.parent.parent / row["package_period"] / f"v{row['version']}"
        if root.parent.name != period or not (beside / bag.TAG_MANIFEST).is_file():
            absent.append(row["refresh_period"])
            continue
        used = [line for line in lines if line["refresh_period"] == row["refresh_period"]]
        looked_at += len(used)
        failures += _compare_earlier(row, beside, used)
    skipped = f"{looked_at} compared; not beside this package: {', '.join(absent)}" if absent else ""
    return Check(name, looked_at, failures, skipped)


def _compare_earlier(row: Row, beside: Path, used: list[Row]) -> list[Failure]:
    found = bag.package_hash(beside)
    if found != row["package_sha256"]:
        message = f"package {row['package_period']}/v{row['version']} has another hash"
        return [Failure(table_file(EARLIER_PACKAGE), row.line, message, row["package_sha256"], found)]
    proved = {line["line_id"]: line.cells for line in Tables(beside).rows(table_file("calculation_line"))}
    return [
        Failure(
            table_file(EARLIER_LINE), line.line, f"{line['line_id']} is not in its package with this value"
        )
        for line in used
        if proved.get(line["line_id"], {}).get("value") != line["value"]
    ]
