"""Are the gaps of meters filled as the rules say? Each fill is computed again from the readings around it.

Rule `gap_linear`: up to an hour between two readings, a straight line from the one to the other. Rule
`gap_mean_plus_2_sigma`: a longer gap, or one without a reading on either side, the month's mean plus two
standard deviations for each missing interval. Standard library only: the script inside a package carries this
file.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Sequence

from tracetonne.package.findings import ABSOLUTE_TOLERANCE, Check, Failure, Row, Tables, agree
from tracetonne.package.layout import landing_file, table_file

LONGEST_BRIDGED_MINUTES = 60
LINEAR, CONSERVATIVE = "gap_linear", "gap_mean_plus_2_sigma"
_NAME = "every gap of a meter is filled from the readings around it"
_MINUTE = datetime.timedelta(minutes=1)

Reading = tuple[datetime.datetime, float]
_Key = tuple[str, str]


def check_gap_fills(tables: Tables) -> Check:
    """Compute the fills of every meter again and compare them with the facts that state them."""
    file = table_file("fact")
    facts = [row for row in tables.rows(file) if row["source_type"] == "readings"]
    stated = {
        (row["refresh_period"], row["period"], row["subject"], row["object"]): row
        for row in tables.rows(file)
        if row["fact_type"] == "meter_gap"
    }
    minutes, readings = _gappy_readings(tables, facts, {key[2] for key in stated})
    failures: list[Failure] = []
    for fact in facts:
        computed = {LINEAR: 0.0, CONSERVATIVE: 0.0}
        for start, end in _months(fact) if fact["meter"] in readings else ():
            for rule, quantity in fills(start, end, minutes[fact["meter"]], readings[fact["meter"]]).items():
                computed[rule] += quantity
        for rule, quantity in computed.items():
            key = (fact["refresh_period"], fact["period"], fact["subject"], rule)
            failures += _compare(file, fact, rule, quantity, stated.pop(key, None))
    failures += [
        Failure(file, row.line, f"{row['fact_id']} fills gaps of a meter without readings")
        for row in stated.values()
    ]
    return Check(_NAME, len(facts), failures)


def _compare(file: str, fact: Row, rule: str, computed: float, row: Row | None) -> list[Failure]:
    found = row.number("value") or 0.0 if row else 0.0
    # Each of the fills is brought to 12 decimals; a standard deviation is a difference of large sums.
    if agree(computed, found, slack=max(100 * ABSOLUTE_TOLERANCE, 1e-9 * abs(computed))):
        return []
    message = f"the gaps of {fact['subject']} in {fact['period']} filled by {rule} give another quantity"
    return [Failure(file, row.line if row else fact.line, message, repr(computed), repr(found))]


def _gappy_readings(
    tables: Tables, facts: Iterable[Row], stated: set[str]
) -> tuple[dict[str, int], dict[str, list[Reading]]]:
    """Return the interval of each meter in minutes, and in order the readings of those that have gaps."""
    documents: set[str] = set()
    superseded: set[_Key] = set()
    neighbours: set[_Key] = set()
    for row in tables.rows(table_file("fact_record")):
        key = (row["evidence_id"], row["record_number"])
        if not row["record_number"]:
            documents.add(row["evidence_id"])
        elif row["role"] in ("superseded", "neighbour"):
            (superseded if row["role"] == "superseded" else neighbours).add(key)
    counts: dict[str, int] = {}
    minutes: dict[str, int] = {}
    for row in tables.stream(landing_file("meter_reading")):
        minutes[row["meter"]] = max(minutes.get(row["meter"], 0), int(row["interval_minutes"] or 0))
        if _counts(row, documents, superseded, neighbours):
            counts[row["meter"]] = counts.get(row["meter"], 0) + 1
    expected = {
        fact["meter"]: sum(_steps(end - start, minutes[fact["meter"]]) for start, end in _months(fact))
        for fact in facts
        if minutes.get(fact["meter"])
    }
    gappy = stated | {meter for meter, count in expected.items() if counts.get(meter, 0) < count}
    readings: dict[str, list[Reading]] = {meter: [] for meter in gappy if minutes.get(meter)}
    for row in tables.stream(landing_file("meter_reading")) if readings else ():
        if row["meter"] in readings and _counts(row, documents, superseded, neighbours):
            start = datetime.datetime.fromisoformat(row["interval_start_local"])
            readings[row["meter"]].append((start, float(row["quantity"])))
    return minutes, {meter: sorted(found) for meter, found in readings.items()}


def _counts(row: Row, documents: set[str], superseded: set[_Key], neighbours: set[_Key]) -> bool:
    """Say whether a reading is a value, and one that is used; no other is known to the fills."""
    key = (row["evidence_id"], row["record_number"])
    is_used = row["evidence_id"] in documents or key in neighbours
    return bool(row["quantity"] and row["interval_start_local"]) and is_used and key not in superseded


def _months(fact: Row) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    """Yield the months of a fact: gaps are filled month by month."""
    start, end = (datetime.datetime.fromisoformat(fact[name]) for name in ("from_local", "to_local"))
    while start < end:
        # The local time of the meter, as the readings have it, without a zone.
        first = start.replace(day=1, hour=0, minute=0)
        first_of_next = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        yield start, min(first_of_next, end)
        start = first_of_next


def fills(
    start: datetime.datetime, end: datetime.datetime, minutes: int, readings: Sequence[Reading]
) -> dict[str, float]:
    """Return what fills the gaps of one meter in one month, by rule, in the unit of its readings.

    Args:
        start: First moment of the month, or of the meter in it.
        end: Moment after the last one.
        minutes: Length of an interval.
        readings: In order; those of the month, and up to an hour before and after it. A month without any
            is missing, not filled.
    """
    total = {LINEAR: 0.0, CONSERVATIVE: 0.0}
    margin = LONGEST_BRIDGED_MINUTES * _MINUTE
    near = [one for one in readings if start - margin <= one[0] < end + margin]
    inside = [quantity for moment, quantity in near if start <= moment < end]
    if not inside:
        return total
    high = _high(inside)
    befores: list[Reading | None] = [None, *near]
    for before, after in zip(befores, [*near, None], strict=True):
        origin = before[0] if before else start
        first = max(_steps(start - origin, minutes), 1) if before else 0
        last = _steps((min(after[0], end) if after else end) - origin, minutes) - 1
        missing = last - first + 1
        if missing <= 0:
            continue
        length = _steps(after[0] - before[0], minutes) - 1 if before and after else None
        if before and after and length is not None and length * minutes <= LONGEST_BRIDGED_MINUTES:
            # Step k of n missing lies at k / (n + 1) of the way.
            weight = (first + last) * missing / (2 * (length + 1))
            total[LINEAR] += round(before[1] * (missing - weight), 12) + round(after[1] * weight, 12)
        else:
            total[CONSERVATIVE] += round(high * missing, 12)
    return total


def _steps(span: datetime.timedelta, minutes: int) -> int:
    return round(span / (minutes * _MINUTE))


def _high(quantities: Sequence[float]) -> float:
    """Return the mean plus two standard deviations of a sample."""
    count, total = len(quantities), math.fsum(quantities)
    if count == 1:
        return total
    squares = math.fsum(quantity * quantity for quantity in quantities)
    return total / count + 2 * math.sqrt(max(squares - total * total / count, 0) / (count - 1))
