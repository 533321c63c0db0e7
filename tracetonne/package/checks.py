"""The checks that a package can be put to with nothing but Python's standard library.

Each check returns the failures that it found and how much it looked at; none stops at the first. Every
package carries this file, so that a verifier needs nothing of ours but the package.
"""

from __future__ import annotations

import datetime
import hashlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from tracetonne.formula import DECIMALS_OF_A_LINE, DivisionByZeroError, FormulaError, evaluate, round_half_up
from tracetonne.package.findings import ABSOLUTE_TOLERANCE, Check, Failure, Row, Tables, agree
from tracetonne.package.gap_checks import check_gap_fills
from tracetonne.package.layout import (
    EARLIER_LINE,
    EVIDENCE_FOLDER,
    EVIDENCE_INDEX,
    FORMULAS_FILE,
    PAYLOAD,
    landing_file,
    table_file,
)
from tracetonne.package.record_checks import (
    check_factor_documents,
    check_record_quantities,
    check_record_shares,
)

# Regimes that report emissions to the kilogram; CBAM reports full tonnes.
_IN_KILOGRAMS = ("taiwan_", "iso_", "ghg_", "accounting_")
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP)


def run_checks(root: Path) -> list[Check]:
    """Put a package to every check, in the order in which a person would read it."""
    tables = Tables(root)
    return [
        check_manifest(root, "manifest-sha256.txt", "every file has the bytes that the manifest says"),
        check_manifest(root, "tagmanifest-sha256.txt", "the manifest itself is the one that was sealed"),
        check_evidence(tables),
        check_record_quantities(tables),
        check_record_shares(tables),
        check_factor_documents(tables),
        check_record_facts(tables),
        check_reading_facts(tables),
        check_gap_fills(tables),
        check_inputs(tables),
        check_formulas(tables),
        check_lines(tables),
        check_figures(tables),
    ]


def check_manifest(root: Path, manifest: str, name: str) -> Check:
    """Hash every file that a manifest lists, and look for files that it does not list."""
    failures: list[Failure] = []
    listed: set[str] = set()
    file = root / manifest
    if not file.is_file():
        return Check(name, 0, [Failure(manifest, None, "the manifest is missing")])
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        expected, _, path = line.partition("  ")
        path = path.strip()
        if len(expected) != 64 or not _stays_inside(path):
            failures.append(Failure(manifest, number, f"not a line of a manifest: {line[:100]!r}"))
            continue
        listed.add(path)
        failures += _compare_hash(root, manifest, number, path, expected)
    if manifest == "manifest-sha256.txt":
        present = {p.relative_to(root).as_posix() for p in (root / PAYLOAD).rglob("*") if p.is_file()}
        failures += [Failure(path, None, "this file is in no manifest") for path in sorted(present - listed)]
    return Check(name, len(listed), failures)


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path


def _compare_hash(root: Path, manifest: str, number: int, path: str, expected: str) -> list[Failure]:
    if not (root / path).is_file():
        return [Failure(manifest, number, f"{path} is listed but missing")]
    found = sha256_of_file(root / path)
    if found == expected.lower():
        return []
    return [Failure(path, None, f"the bytes were changed after {manifest} was made", expected, found)]


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_evidence(tables: Tables) -> Check:
    """Compare every document with the SHA-256 under which it was registered."""
    index_file, used_file = table_file(EVIDENCE_INDEX), table_file("evidence_used")
    failures: list[Failure] = []
    known: dict[str, str] = {}
    for row in tables.rows(index_file):
        known[row["evidence_id"]] = row["sha256"]
        path = tables.root / PAYLOAD / row["bagged_as"]
        if not _stays_inside(row["bagged_as"]) or not path.is_file():
            failures.append(Failure(index_file, row.line, f"document {row['bagged_as']} is missing"))
        elif (found := sha256_of_file(path)) != row["sha256"]:
            message = f"document {row['file_name']} is not the one that was landed"
            failures.append(Failure(f"{PAYLOAD}/{row['bagged_as']}", None, message, row["sha256"], found))
    for row in tables.rows(used_file):
        if known.get(row["evidence_id"]) != row["sha256"]:
            message = f"document {row['evidence_id']} is not in the index with this hash"
            failures.append(
                Failure(used_file, row.line, message, row["sha256"], known.get(row["evidence_id"], "nothing"))
            )
    folder = tables.root / PAYLOAD / EVIDENCE_FOLDER
    indexed = {row["bagged_as"] for row in tables.rows(index_file)}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        relative = f"{EVIDENCE_FOLDER}/{path.name}"
        if relative not in indexed:
            failures.append(Failure(f"{PAYLOAD}/{relative}", None, "this document is not in the index"))
    return Check("every document is the one that was landed", len(known), failures)


def check_record_facts(tables: Tables) -> Check:
    """Add up the records behind every fact: quantity times share, signed."""
    fact_file, record_file = table_file("fact"), table_file("fact_record")
    failures: list[Failure] = []
    documents = {row["evidence_id"] for row in tables.rows(table_file(EVIDENCE_INDEX))}
    totals: dict[tuple[str, str], list[Decimal]] = {}
    for row in tables.rows(record_file):
        if row["evidence_id"] not in documents:
            message = f"record of document {row['evidence_id']}, which is not in the package"
            failures.append(Failure(record_file, row.line, message))
        if not row["quantity"]:
            continue
        try:
            part = _EXACT.multiply(Decimal(row["quantity"]), Decimal(row["share"] or "1"))
            totals.setdefault((row["refresh_period"], row["fact_id"]), []).append(part)
        except InvalidOperation:
            failures.append(Failure(record_file, row.line, "quantity or share is not a number"))
    facts = tables.rows(fact_file)
    for row in facts:
        parts = totals.get((row["refresh_period"], row["fact_id"]), [])
        failures += _compare_records(fact_file, row, parts)
    return Check("every fact is the sum of its records", len(facts), failures)


def _compare_records(fact_file: str, row: Row, parts: list[Decimal]) -> list[Failure]:
    stated = row.number("value")
    if not parts:
        # The readings of a meter are counted by another check; nothing landed adds up to nothing.
        if row["source_type"] != "records" or not stated:
            return []
        return [Failure(fact_file, row.line, f"{row['fact_id']} has no record")]
    total = float(sum(parts, Decimal(0)))
    # A document that is split by days carries its rounding rest of at most 1e-12 in its last part.
    if agree(total, stated, slack=len(parts) * ABSOLUTE_TOLERANCE):
        return []
    message = f"{row['fact_id']} is not the sum of its records"
    return [Failure(fact_file, row.line, message, repr(total), row["value"])]


@dataclass
class _Readings:
    """What the readings of one fact add up to."""

    fact: Row
    start: datetime.datetime
    end: datetime.datetime
    documents: set[str]
    superseded: set[tuple[str, str]]
    count: int = 0
    total: Decimal = Decimal(0)
    hash_total: int = 0

    def take(self, row: Row) -> None:
        quantity = row["quantity"]
        self.count += 1
        self.total = _EXACT.add(self.total, Decimal(quantity or "0"))
        self.hash_total += reading_hash(
            row["meter"], row["interval_start_local"], Decimal(quantity) if quantity else None, row["quality"]
        )


def reading_hash(meter: str, start: str, quantity: Decimal | None, quality: str) -> int:
    """Return the first 60 bits of the MD5 of a reading: additive over readings, whatever their order."""
    text = "" if quantity is None else f"{quantity:.6f}"
    moment = datetime.datetime.fromisoformat(start).strftime("%Y-%m-%dT%H:%M")
    digest = hashlib.md5(f"{meter}|{moment}|{text}|{quality}".encode(), usedforsecurity=False)
    return int(digest.hexdigest()[:15], 16)


def check_reading_facts(tables: Tables) -> Check:
    """Count, add and hash the readings behind every fact of source type `readings`."""
    fact_file, name = table_file("fact"), "every fact of a meter has all its readings and only those"
    documents: dict[tuple[str, str], set[str]] = {}
    superseded: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in tables.rows(table_file("fact_record")):
        key = (row["refresh_period"], row["fact_id"])
        if row["role"] == "superseded":
            superseded.setdefault(key, set()).add((row["evidence_id"], row["record_number"]))
        elif not row["record_number"]:
            documents.setdefault(key, set()).add(row["evidence_id"])
    by_meter: dict[str, list[_Readings]] = {}
    for row in tables.rows(fact_file):
        if row["source_type"] == "readings":
            key = (row["refresh_period"], row["fact_id"])
            start, end = (datetime.datetime.fromisoformat(row[name]) for name in ("from_local", "to_local"))
            readings = _Readings(row, start, end, documents.get(key, set()), superseded.get(key, set()))
            by_meter.setdefault(row["meter"], []).append(readings)
    if by_meter:
        _take_readings(tables, by_meter)
    facts = [readings for group in by_meter.values() for readings in group]
    failures = [failure for readings in facts for failure in _compare_readings(fact_file, readings)]
    return Check(name, len(facts), failures)


def _take_readings(tables: Tables, by_meter: dict[str, list[_Readings]]) -> None:
    for row in tables.stream(landing_file("meter_reading")):
        if not row["interval_start_local"]:
            continue
        start = datetime.datetime.fromisoformat(row["interval_start_local"])
        for readings in by_meter.get(row["meter"], ()):
            inside = readings.start <= start < readings.end and row["evidence_id"] in readings.documents
            if inside and (row["evidence_id"], row["record_number"]) not in readings.superseded:
                readings.take(row)


def _compare_readings(fact_file: str, readings: _Readings) -> list[Failure]:
    fact = readings.fact
    compared = (
        ("number of readings", fact["record_count"], str(readings.count)),
        ("sum of readings", _plain(fact["checksum_sum"]), _plain(str(readings.total))),
        ("hash of readings", fact["checksum_hash"], str(readings.hash_total)),
    )
    failures = [
        Failure(fact_file, fact.line, f"{fact['fact_id']}: the {what} does not agree", found, stated)
        for what, stated, found in compared
        if stated != found
    ]
    if not agree(fact.number("value"), float(readings.total)):
        message = f"{fact['fact_id']} is not the sum of its readings"
        failures.append(Failure(fact_file, fact.line, message, repr(float(readings.total)), fact["value"]))
    return failures


def _plain(number: str) -> str:
    """Print a decimal without the zeros behind it."""
    return f"{Decimal(number or '0').normalize(_EXACT):f}"


def check_inputs(tables: Tables) -> Check:
    """Compare every input of a line with the line, fact or factor that it comes from."""
    input_file = table_file("calculation_line_input")
    lines = _values(tables, (table_file("calculation_line"), table_file(EARLIER_LINE)), "line_id")
    facts = _values(tables, (table_file("fact"),), "fact_id")
    factors = _values(tables, (table_file("factor_used"),), "factor_id")
    sources = {"line": lines, "fact": facts, "factor": factors}
    failures: list[Failure] = []
    rows = tables.rows(input_file)
    for row in rows:
        kind, source = row["source_kind"], row["source_id"]
        if kind == "constant":
            continue
        values = sources.get(kind, {}).get(source)
        if values is None:
            message = (
                f"input {row['input_name']} of {row['line_id']} comes from {kind} {source}, which is missing"
            )
            failures.append(Failure(input_file, row.line, message))
        elif not any(agree(value, row.number("value")) for value in values):
            message = f"input {row['input_name']} of {row['line_id']} is not the value of {kind} {source}"
            failures.append(Failure(input_file, row.line, message, _print(values[0]), row["value"]))
    return Check("every input has the value of its source", len(rows), failures)


def _values(tables: Tables, files: Iterable[str], key: str) -> dict[str, list[float | None]]:
    values: dict[str, list[float | None]] = {}
    for file in files:
        for row in tables.rows(file):
            values.setdefault(row[key], []).append(row.number("value"))
    return values


def check_formulas(tables: Tables) -> Check:
    """Look whether every line carries a formula that the methods have for its quantity."""
    name = "every formula is one of the method"
    listed = tables.rows(FORMULAS_FILE)
    if not listed:
        return Check(name, 0, skipped=f"the package holds no {FORMULAS_FILE}")
    by_formula: dict[str, list[str]] = {}
    for row in listed:
        by_formula.setdefault(row["formula"], []).append(row["quantity"])
    files = (table_file("calculation_line"), table_file(EARLIER_LINE))
    rows = [(file, row) for file in files for row in tables.rows(file)]
    failures = [
        Failure(file, row.line, f"{row['line_id']}: no method has this formula for it", found=row["formula"])
        for file, row in rows
        if not any(fnmatchcase(row["quantity"], known) for known in by_formula.get(row["formula"], ()))
    ]
    return Check(name, len(rows), failures)


def check_lines(tables: Tables) -> Check:
    """Evaluate the formula of every line from its inputs."""
    line_file = table_file("calculation_line")
    inputs: dict[tuple[str, str], dict[str, dict[int, float | None]]] = {}
    for row in tables.rows(table_file("calculation_line_input")):
        named = inputs.setdefault((row["refresh_period"], row["line_id"]), {})
        named.setdefault(row["input_name"], {})[int(row["input_index"] or 0)] = row.number("value")
    rows = tables.rows(line_file)
    failures = [
        failure
        for row in rows
        if (
            failure := _evaluate_line(line_file, row, inputs.get((row["refresh_period"], row["line_id"]), {}))
        )
    ]
    return Check("every line is what its formula gives", len(rows), failures)


def _rounding_of_sums(formula: str, inputs: dict[str, dict[int, float | None]]) -> float:
    """Return what a difference of sums may keep of their rounding: a unit in the last place of each input.

    A formula that multiplies or divides is held to the tolerance of all.
    """
    if set("*/(") & set(formula.replace("sum(", "")):
        return ABSOLUTE_TOLERANCE
    amounts = (abs(value or 0.0) for named in inputs.values() for value in named.values())
    return max(ABSOLUTE_TOLERANCE, sys.float_info.epsilon * sum(amounts))


def _evaluate_line(file: str, row: Row, inputs: dict[str, dict[int, float | None]]) -> Failure | None:
    stated = row.number("value")
    try:
        computed = evaluate(row["formula"], inputs)
    except DivisionByZeroError as error:
        # An intensity of a period without production does not exist: the line says so with an empty value.
        return None if stated is None else Failure(file, row.line, f"{row['line_id']}: {error}")
    except FormulaError as error:
        return Failure(file, row.line, f"{row['line_id']}: {error}")
    if agree(computed, stated, slack=_rounding_of_sums(row["formula"], inputs)):
        return None
    message = f"{row['line_id']} is not what its formula {row['formula']!r} gives"
    return Failure(file, row.line, message, _print(computed), _print(stated))


def check_figures(tables: Tables) -> Check:
    """Compare every figure with its line, and its rounded value with the rounding of the regime."""
    figure_file = table_file("figure")
    lines = _values(tables, (table_file("calculation_line"),), "line_id")
    failures: list[Failure] = []
    rows = tables.rows(figure_file)
    for row in rows:
        stated, key = row.number("value"), row["figure_key"]
        values = lines.get(row["line_id"])
        if values is None:
            # A category about which the evidence says nothing has neither value nor line.
            if stated is not None or row["line_id"]:
                message = f"{key}: its line {row['line_id']!r} is missing"
                failures.append(Failure(figure_file, row.line, message))
        elif not any(agree(value, stated) for value in values):
            message = f"{key} is not the value of its line {row['line_id']}"
            failures.append(Failure(figure_file, row.line, message, _print(values[0]), _print(stated)))
        digits, rounded = digits_of(row["unit"], row["quantity"]), row.number("rounded")
        # A value is kept to 12 decimals before it is rounded, as decimal arithmetic does.
        expected = (
            None if stated is None else round_half_up(round_half_up(stated, DECIMALS_OF_A_LINE), digits)
        )
        if not agree(expected, rounded):
            message = f"{key} is not rounded to {digits} decimals"
            failures.append(Failure(figure_file, row.line, message, _print(expected), _print(rounded)))
    return Check("every figure is its line, rounded as the regime says", len(rows), failures)


def digits_of(unit: str, quantity: str) -> int:
    """Return to how many decimals a figure is reported: IR (EU) 2025/2547 Annex II A.1(8).

    Emissions are full tonnes, embedded emissions and shares have 5 decimals, other quantities 3. In Taiwan
    emissions have 3 decimals (溫室氣體排放量盤查登錄及查驗管理辦法 第4條), as those of organisations, and
    amounts of money none. Euros have 2.
    """
    if "/" in unit:
        return 5
    if unit == "TWD" or quantity == "months_in_window":
        return 0
    if unit == "EUR":
        return 2
    if unit in ("tCO2", "tCO2e") and not quantity.startswith(_IN_KILOGRAMS):
        return 0
    return 5 if unit == "1" else 3


def _print(value: float | None) -> str:
    return "nothing" if value is None else repr(value)


def report(checks: Iterable[Check], write: Callable[[str], object] = print) -> bool:
    """Print what the checks came to and return whether all passed."""
    passed = True
    for check in checks:
        verdict = "skipped" if check.skipped else "ok" if check.passed else "FAILED"
        write(f"{verdict:8}{check.name} ({check.skipped or check.looked_at})")
        for failure in check.failures:
            write(f"        {failure}")
        passed = passed and check.passed
    return passed
