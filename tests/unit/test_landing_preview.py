"""Trying a document says what landing it would give, and keeps nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from landing_documents import BILL_ROW, bill, home_at, invoice, meter, meter_day, put

from tracetonne.errors import WrongUseError
from tracetonne.landing.kinds import READERS, kinds_of, reader_named
from tracetonne.landing.land import land_paths
from tracetonne.landing.preview import preview
from tracetonne.landing.reader import FAMILIES


@pytest.mark.parametrize(
    "content",
    [
        bill(BILL_ROW, BILL_ROW.replace("50000", "5o")),
        invoice(),
        meter(*meter_day()),
        b"",
        b"\x00\x01",
        b"a,b\n1,2",
    ],
    ids=["bill", "invoice", "meter", "empty", "binary", "table"],
)
def test_a_preview_promises_what_landing_does(tmp_path: Path, content: bytes) -> None:
    home = home_at(tmp_path / "home")
    path = put(tmp_path, "document", content)
    promised = preview(home, path)
    assert not home.root.exists()
    (done,) = land_paths(home, [path], "plant")
    assert (promised.kind, promised.status) == (done.kind, done.status)
    assert (promised.records_landed, promised.records_rejected) == (
        done.records_landed,
        done.records_rejected,
    )
    assert list(promised.rejections) == done.rejections


def test_a_preview_shows_first_rows_and_units(tmp_path: Path) -> None:
    found = preview(home_at(tmp_path), put(tmp_path, "meter.csv", meter(*meter_day())))
    table = found.tables["meter_reading"]
    assert (table.records, len(table.first_rows), table.units) == (96, 5, {"unit": ["kWh"]})
    assert str(found.period_start) == "2025-01-01"
    assert str(found.period_end) == "2025-01-02"


def test_a_person_may_name_the_kind(tmp_path: Path) -> None:
    found = preview(home_at(tmp_path), put(tmp_path, "gas.xml", invoice()), as_kind="decision")
    assert (found.kind, found.status, found.rejections[0].code) == ("decision", "rejected", "bad_json")
    with pytest.raises(WrongUseError, match="No reader has this name"):
        preview(home_at(tmp_path), put(tmp_path, "gas.xml", invoice()), as_kind="gas")


def test_what_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="cannot be opened"):
        preview(home_at(tmp_path), tmp_path / "nothing")


def test_the_list_names_every_reader_with_its_standard(tmp_path: Path) -> None:
    listed = kinds_of(home_at(tmp_path))
    assert {one.kind for one in listed} == {reader.kind for reader in READERS}
    assert all(one.standard and one.title_zh and one.reader_version for one in listed)
    assert [one.family for one in listed] == sorted(
        (one.family for one in listed), key=[title for title, _ in FAMILIES.values()].index
    )
    assert reader_named(home_at(tmp_path), "einvoice").kind == "einvoice"


def test_the_commands_print_json(tmp_path: Path) -> None:
    path = put(tmp_path, "gas.xml", invoice())
    environment = {"TRACETONNE_HOME": str(tmp_path / "home"), "PATH": "/usr/bin"}

    def run(*arguments: str) -> object:
        done = subprocess.run(
            [sys.executable, "-m", "tracetonne.cli", *arguments, "--json"],
            capture_output=True, text=True, check=True, env=environment,
        )  # fmt: skip
        return json.loads(done.stdout)

    (shown,) = run("inspect", str(path))  # type: ignore[misc]
    assert (shown["kind"], shown["records_landed"], shown["period_end"]) == ("einvoice", 1, "2025-02-01")
    assert any(one["kind"] == "einvoice" for one in run("kinds"))  # type: ignore[attr-defined]
