"""Quarter hours of Taipower smart meters: missing is not zero, labels of start and end, and no row lost.

No public document of this format exists; the rows are those that public clients of it describe.
"""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.meter_reading_of import Read, read
from tracetonne.landing.ami_json import ROWS, TOTALS, AmiReader
from tracetonne.landing.reject import UnreadableDocumentError

_COUNTER = itertools.count()
METER = "05123456789"


def row(time: str, power: Any = 0.25, missing: Any = 0) -> dict[str, Any]:
    """Return a row as the answer has it."""
    return {"time": time, "power": power, "isMssingData": missing}


def quarters(first: int) -> list[dict[str, Any]]:
    """Return the rows of a day from its first label, in minutes after midnight."""
    return [row(f"{m // 60 % 24:02d}:{m % 60:02d}", n) for n, m in enumerate(range(first, first + 1440, 15))]


def read_json(tmp_path: Path, document: Any) -> Read:
    """Read a document with a byte order mark, as the pages answer."""
    path = tmp_path / "ami.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(document, ensure_ascii=False).encode())
    return read(AmiReader(), path, tmp_path / f"scratch{next(_COUNTER)}")


def test_a_zero_that_is_missing_is_null(tmp_path: Path) -> None:
    rows = [row("00:00", 0.25), row("00:15", 0.0, 1), row("00:30", 0)]
    found = read_json(tmp_path, {"meter": METER, "date": "114/01/31", "msgCode": "AMI0000", ROWS: rows})
    assert [(str(one["interval_start_local"]), one["quantity"], one["quality"]) for one in found.rows()] == [
        ("2025-01-31 00:00:00", Decimal("0.25"), "A"),
        ("2025-01-31 00:15:00", None, "N"),
        ("2025-01-31 00:30:00", Decimal(0), "A"),
    ]
    assert found.rows("meter_channel")[0]["quality_codes"] == "isMssingData=0:2 isMssingData=1:1"


@pytest.mark.parametrize(("first", "label"), [(0, "start"), (15, "end")])
def test_a_day_labelled_by_starts_or_ends_is_the_same_day(tmp_path: Path, first: int, label: str) -> None:
    found = read_json(tmp_path, {"account": METER, "data": {"2025-01-31": {ROWS: quarters(first)}}})
    starts = [str(one["interval_start_local"]) for one in found.rows()]
    assert (starts[0], starts[-1], len(set(starts))) == ("2025-01-31 00:00:00", "2025-01-31 23:45:00", 96)
    assert found.rows("meter_channel")[0]["interval_label"] == label
    assert (str(found.reading.period_start), str(found.reading.period_end)) == ("2025-01-31", "2025-02-01")


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"msgCode": "AMI0000", ROWS: quarters(0)}, "meter"),
        ({"meter": METER, ROWS: quarters(0)}, "date"),
        ({"meter": METER, "date": "31/01/25", ROWS: quarters(0)}, "date"),
        ({"meter": METER, "date": "2025-01-31", ROWS: quarters(0)[4:]}, "label"),
    ],
)
def test_rows_without_meter_day_or_label_are_all_named(tmp_path: Path, document: Any, field: str) -> None:
    found = read_json(tmp_path, document)
    assert not found.rows()
    assert found.reading.records_rejected == len(document[ROWS])
    assert {(one.code, one.field) for one in found.reading.rejections} == {("missing_key", field)}


def test_a_label_may_be_said(tmp_path: Path) -> None:
    document = {"meter": METER, "date": "2025-01-31", "label": "end", ROWS: [row("08:15")]}
    assert str(read_json(tmp_path, document).rows()[0]["interval_start_local"]) == "2025-01-31 08:00:00"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (row("00:07"), "bad_date"),
        (row("00:15", None), "empty_cell"),
        (row("00:15", -1), "negative_reading"),
        (row("00:15", "1,5"), "bad_number"),
        (row("00:15", 1, None), "bad_value"),
        ("x", "bad_value"),
    ],
)
def test_a_bad_row_costs_only_itself(tmp_path: Path, bad: Any, code: str) -> None:
    document = [{"meter": METER, "date": "2025-01-31", ROWS: [row("00:00"), bad, row("00:30")]}]
    found = read_json(tmp_path, document)
    assert (len(found.rows()), found.reading.records_rejected, found.codes) == (2, 1, [code])
    assert found.reading.rejections[0].locator == f"$[0].{ROWS}[1]"


def test_totals_of_tariff_periods_are_no_readings(tmp_path: Path) -> None:
    found = read_json(
        tmp_path, {"meter": METER, TOTALS: [{"chartUnit": "1", "chartCol5": 9, "isMssingData": 0}]}
    )
    assert (found.codes, found.reading.records_rejected) == (["tariff_total"], 1)


def test_rows_that_are_no_list_are_named(tmp_path: Path) -> None:
    found = read_json(tmp_path, {"meter": "05", "date": "2025-01-31", "listAMIBase15MinData": "none today"})
    assert (found.codes, found.reading.records_rejected) == (["bad_value"], 1)


def test_an_empty_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        read_json(tmp_path, {"msgCode": "AMIXXXX", ROWS: []})
    assert caught.value.rejections[0].code == "empty_file"


_ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
)


@given(
    st.lists(
        st.one_of(
            _ANY,
            st.fixed_dictionaries(
                {"time": _ANY, "power": _ANY, "isMssingData": st.sampled_from([0, 1, "0", None])}
            ),
        ),
        min_size=1,
        max_size=9,
    )
)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_row_is_lost(tmp_path: Path, rows: list[Any]) -> None:
    found = read_json(tmp_path, {"meter": METER, "date": "2025-01-31", "label": "start", ROWS: rows})
    assert len(found.rows()) + found.reading.records_rejected == len(rows)
