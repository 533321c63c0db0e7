"""The walk back from a figure to the bytes of its documents, and the walk forward from a document."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from package_fixture import SITE, make_home, serve_month
from rich.console import Console

from tracetonne.decisions import withdraw
from tracetonne.impact import UnknownEvidenceError, impact
from tracetonne.landing.land import land_paths
from tracetonne.package.build import build_package
from tracetonne.settings import Home
from tracetonne.trace import Node, UnknownFigureError, UnknownPartError, render, trace

MARCH = f"{SITE}:2026-03:press:C1:see_indirect:management"
YEAR_TO_DATE = f"{SITE}:2026-03%2FYTD:press:C1:see_indirect:management"
READINGS = f"fact:{SITE}:2026-03:electricity:M-1:kwh"
BATCHES = f"fact:{SITE}:2026-03:production:C1:kg"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def nodes(tree: Node) -> Iterable[Node]:
    yield tree
    for child in tree.children:
        yield from nodes(child)


def of_kind(tree: Node, kind: str) -> list[Node]:
    return [node for node in nodes(tree) if node.kind == kind]


def test_a_figure_leads_to_file_line_and_bytes(home: Home) -> None:
    tree = trace(home, MARCH)
    assert tree.values["value"] == 0.8
    record = of_kind(tree, "record")[0]
    assert record.values["file_name"] == "ledger.csv"
    assert record.values["locator"] == "line 2"
    assert record.values["original_text"] == "2026-03-03,1,press,C1,2000,0,,,=1+1"
    assert record.values["landed"]["good_quantity"] == "2000"


def test_a_document_says_where_it_came_from_and_whether_it_still_counts(home: Home, tmp_path: Path) -> None:
    record = of_kind(trace(home, MARCH), "record")[0]
    assert record.values["state"] == "landed"
    assert "origin" not in record.values
    origin = tmp_path / "origin.json"
    fetched = {"sha256": record.values["sha256"], "file_name": "ledger.csv", "remote_path": "ledger.csv",
               "fetched_at": "2026-04-01T00:00:00+00:00", "message_id": "<7@mill.example>"}  # fmt: skip
    origin.write_text(
        json.dumps(
            {"tracetonne": "document_origin", "connector": "mail", "connector_kind": "imap",
             "remote_location": "imap://mail.example/INBOX", "documents": [fetched]}
        )
    )  # fmt: skip
    land_paths(home, [origin], SITE)
    withdraw(home, record.values["evidence_id"], "a test", author="Lin")
    tree = trace(home, MARCH)
    record = of_kind(tree, "record")[0]
    assert record.values["state"] == "withdrawn"
    assert record.values["origin"]["message_id"] == "<7@mill.example>"
    shown = io.StringIO()
    Console(file=shown, width=400).print(render(tree))
    assert "withdrawn 已撤回" in shown.getvalue()
    assert "mail (imap), imap://mail.example/INBOX/ledger.csv, message <7@mill.example>" in shown.getvalue()


def test_text_of_another_code_page_is_read_as_it_was_written(home: Home) -> None:
    texts = [node.values["original_text"] for node in of_kind(trace(home, MARCH), "record")]
    assert "2026-03-09,2,press,C1,3000,0,,,'螺絲" in texts


def test_readings_are_proved_by_checksum_and_not_listed(home: Home) -> None:
    fact = next(node for node in of_kind(trace(home, MARCH), "fact") if node.id == READINGS)
    assert fact.values["record_count"] == 8
    assert fact.values["checksum_hash"]
    assert [child.kind for child in fact.children] == ["document"]


def test_an_expanded_meter_lists_its_readings_a_page_at_a_time(home: Home) -> None:
    pages = [trace(home, MARCH, READINGS, page=page, page_size=3) for page in (1, 2, 3)]
    assert [len(page.children) for page in pages] == [3, 3, 2]
    assert [page.more for page in pages] == [5, 2, 0]
    assert all(page.values["checksum"]["agrees"] for page in pages)
    assert [child.values["locator"] for page in pages for child in page.children] == [
        f"line {number}" for number in range(2, 10)
    ]
    assert pages[0].children[0].values["original_text"] == "M-1,2026-03-01 00:00,1000.000,A"


def test_an_expanded_meter_tells_when_readings_are_not_those_of_the_fact(home: Home) -> None:
    february = (home.landing / "meter_reading" / f"site={SITE}").glob("*.parquet")
    for path in february:
        path.unlink()
    assert not trace(home, MARCH, READINGS).values["checksum"]["agrees"]


def test_year_to_date_walks_into_the_month_before(home: Home) -> None:
    lines = {node.id for node in of_kind(trace(home, YEAR_TO_DATE), "line")}
    assert f"line:{SITE}:2026-02:management:attributed_emissions_indirect:C1" in lines
    assert {node.values["file_name"] for node in of_kind(trace(home, YEAR_TO_DATE), "record")} == {
        "ledger.csv",
        "factor.csv",
    }


def test_records_are_expanded_a_page_at_a_time(home: Home) -> None:
    first = trace(home, MARCH, BATCHES, page=1, page_size=1)
    second = trace(home, MARCH, BATCHES, page=2, page_size=1)
    assert [first.children[0].values["locator"], second.children[0].values["locator"]] == ["line 2", "line 3"]
    assert (first.more, second.more) == (1, 0)


def test_a_published_version_is_traced_as_it_was_published(home: Home) -> None:
    build_package(home, SITE, "2026-03")
    serve_month(home, "2026-03", "1200.000", 0.5, earlier="2026-02")
    build_package(home, SITE, "2026-03")
    assert trace(home, f"{MARCH}@1").values["value"] == 0.8
    assert trace(home, f"{MARCH}@2").values["value"] == 0.96
    assert trace(home, MARCH).values["value"] == 0.96
    old = next(node for node in of_kind(trace(home, f"{MARCH}@1"), "fact") if node.id == READINGS)
    assert old.values["checksum_sum"] == "8000"


@pytest.mark.parametrize(
    "figure", [MARCH.replace("C1", "C2"), "demo:2026-03", "nowhere:2026-03:p:q:r:s", f"{MARCH}@7"]
)
def test_an_unknown_figure_is_wrong_use(home: Home, figure: str) -> None:
    with pytest.raises(UnknownFigureError) as caught:
        trace(home, figure)
    assert caught.value.exit_code == 2


def test_a_line_restated_since_is_told(home: Home) -> None:
    build_package(home, SITE, "2026-03")
    serve_month(home, "2026-02", "2000.000", 0.5, earlier=None)
    serve_month(home, "2026-03", "1200.000", 0.5, earlier="2026-02")
    restated = [
        (node.values["used_value"], node.values["value"])
        for node in nodes(trace(home, f"{YEAR_TO_DATE}@1"))
        if node.values.get("note") == "Restated since this figure was published."
    ]
    assert restated == [(4.0, 8.0)]


def test_only_facts_of_the_figure_can_be_expanded(home: Home) -> None:
    with pytest.raises(UnknownPartError):
        trace(home, MARCH, f"fact:{SITE}:2026-02:electricity:M-1:kwh")


def test_the_json_and_the_tree_say_the_same_places(home: Home) -> None:
    tree = trace(home, MARCH)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(render(tree))
    shown = console.export_text()
    assert "ledger.csv" in shown
    assert "kwh / 1000 * factor" in shown
    assert tree.as_dict()["children"][0]["children"][0]["kind"] == "line"


def test_a_document_leads_to_every_figure_it_feeds(home: Home) -> None:
    build_package(home, SITE, "2026-02")
    meter = of_kind(trace(home, f"{SITE}:2026-02:press:C1:see_indirect:management"), "document")[0].id
    fed = impact(home, meter)
    assert {figure["figure_key"] for figure in fed.figures} == {
        f"{SITE}:2026-02:press:C1:attributed_emissions_indirect:management",
        f"{SITE}:2026-02:press:C1:see_indirect:management",
        YEAR_TO_DATE,
    }
    assert fed.file_name == "表燈 讀值.csv"
    assert fed.facts == [f"fact:{SITE}:2026-02:electricity:M-1:kwh"]
    assert [(package["period"], package["version"]) for package in fed.packages] == [("2026-02", 1)]


def test_an_unknown_document_is_wrong_use(home: Home) -> None:
    with pytest.raises(UnknownEvidenceError):
        impact(home, "0000000000000000")
    with pytest.raises(UnknownEvidenceError):
        impact(home, "*")
