"""Where a reading stands: by the run that it belongs to, for formats in which a record is no line."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.unit.meter_reading_of import corpus, read
from tracetonne.landed_record import reading_places
from tracetonne.landing import store
from tracetonne.landing.espi import EspiReader
from tracetonne.landing.nem12 import Nem12Reader
from tracetonne.locate import original_text


def places(tmp_path: Path, *blocks: tuple[int, int, str], numbers: tuple[int, ...]) -> list[str | None]:
    """Return the places of readings by their numbers."""
    file = tmp_path / "e1.parquet"
    names = ("first_reading_number", "reading_count", "locator")
    store.write_rows("meter_block", [dict(zip(names, block, strict=True)) for block in blocks], file)
    readings = [{"evidence_id": "e1", "record_number": number} for number in numbers]
    found = reading_places(duckdb.connect(), [file], readings)
    return [found.get(("e1", number)) for number in numbers]


@pytest.mark.parametrize(
    ("locator", "expected"),
    [
        (
            "/feed/entry[3]/content/IntervalBlock[1]",
            "/feed/entry[3]/content/IntervalBlock[1]/IntervalReading[2]",
        ),
        ("$.rows", "$.rows[1]"),
        ("line 7", "line 7"),
        ("a.csv!line 7", "a.csv!line 7"),
        ("line 2 on, 1 a row", "line 3"),
        ("row 1 on, 3 a row", "row 1"),
    ],
)
def test_the_second_reading_of_a_run(tmp_path: Path, locator: str, expected: str) -> None:
    assert places(tmp_path, (1, 10, "x"), (11, 5, locator), numbers=(12,)) == [expected]


def test_a_reading_outside_every_run_has_no_place(tmp_path: Path) -> None:
    assert places(tmp_path, (1, 2, "line 1"), (5, 1, "line 9"), numbers=(2, 3, 5)) == [
        "line 1",
        None,
        "line 9",
    ]


def test_the_place_leads_to_the_words_of_the_document(tmp_path: Path) -> None:
    path = corpus("meter-greenbutton-espi/test_usage_data_11.xml")
    found = read(EspiReader(), path, tmp_path / "one")
    block = found.rows("meter_block")[0]
    place = f"{block['locator']}/IntervalReading[2]"
    assert "<value>309</value>" in (original_text(path, place) or "")
    path = corpus("meter-nem12/Example_NEM12_multiple_quality.csv")
    place = read(Nem12Reader(), path, tmp_path / "two").rows("meter_block")[0]["locator"]
    assert (original_text(path, place) or "").startswith("300,20040417,18.023")
