"""Fetching EPDs from a node on the loopback that answers like soda4LCA, with real datasets where they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from connector_home import SITE, fetch_quickly, home_at, inbox, origins, write_connector
from loopback_web import Answer, Request, Web, serve

from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

STOCK = "91413340-7bf0-4f88-a952-0f91cba685df"


class SodaNode:
    """A node: lists in pages, datasets by UUID and version."""

    def __init__(self) -> None:
        self.datasets: dict[str, tuple[str, bytes]] = {
            f"0cb92770-9007-48c6-bc03-{number:012d}": ("00.01.000", json.dumps({"n": number}).encode())
            for number in range(5)
        }
        self.prefix = "/resource/processes"
        self.token = ""
        self.rows: list[Any] | None = None

    def __call__(self, request: Request) -> Answer:
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return Answer(401)
        if request.path == self.prefix:
            return self._list(request)
        uuid, _, ending = request.path.removeprefix(f"{self.prefix}/").partition("/")
        if uuid not in self.datasets:
            return Answer(404)
        version, content = self.datasets[uuid]
        if ending == "zipexport":
            return Answer(200, b"PK\x03\x04" + uuid.encode())
        assert request.query.get("version", [version]) == [version]
        if request.query["format"] == ["json"]:
            assert request.query["view"] == ["extended"]
            return Answer(200, content)
        return Answer(200, b"<processDataSet/>")

    def _list(self, request: Request) -> Answer:
        assert (request.query["format"], request.query["search"]) == (["json"], ["true"])
        start, size = int(request.query["startIndex"][0]), int(request.query["pageSize"][0])
        rows = self.rows
        if rows is None:
            rows = [{"uuid": uuid, "version": version} for uuid, (version, _) in self.datasets.items()]
        page = {
            "startIndex": start,
            "pageSize": size,
            "totalCount": len(rows),
            "data": rows[start : start + size],
        }
        return Answer(200, json.dumps(page).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def node() -> SodaNode:
    return SodaNode()


@pytest.fixture
def web(node: SodaNode) -> Iterator[Web]:
    with serve(node) as started:
        yield started


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path / "home")


def test_what_a_search_finds_is_fetched_page_by_page_and_once(home: Home, node: SodaNode, web: Web) -> None:
    text = (
        f"kind: soda4lca\nurl: {web.url}/resource\nsearch: {{name: wire rod, validUntil: 2025}}\n"
        "page_size: 2\n"
    )
    connector = write_connector(home, "epd", text)
    report = fetch_quickly(home, connector)
    assert report.error is None
    assert list(inbox(home, "epd").values()) == [content for _, content in node.datasets.values()]
    assert web.asked("GET", "/resource/processes") == 3
    lists = [one.query for one in web.requests if one.path == "/resource/processes"]
    assert all((one["name"], one["validUntil"]) == (["wire rod"], ["2025"]) for one in lists)
    uuid = next(iter(node.datasets))
    origin = origins(home, "epd")[0]
    assert origin["remote_path"] == f"{web.url}/resource/processes/{uuid}"
    assert origin["remote_version"] == "00.01.000"
    assert fetch_quickly(home, connector).known == 5
    node.datasets[uuid] = ("00.02.000", b'{"n": "new"}')
    assert [one.status for one in fetch_quickly(home, connector).documents] == ["fetched"]


@pytest.mark.parametrize(("document", "begins"), [("json", b"{"), ("xml", b"<"), ("zip", b"PK\x03\x04")])
def test_named_datasets_come_in_the_form_that_was_asked_for(
    home: Home, node: SodaNode, web: Web, document: str, begins: bytes
) -> None:
    uuid = next(iter(node.datasets))
    text = f"kind: soda4lca\nurl: {web.url}/resource\nuuids: [{uuid}]\ndocument: {document}\n"
    connector = write_connector(home, "epd", text)
    fetch_quickly(home, connector)
    [(name, content)] = inbox(home, "epd").items()
    assert (name, content[: len(begins)]) == (f"{uuid}.{document}", begins)
    assert [one.status for one in fetch_quickly(home, connector).documents] == ["unchanged"]


def test_a_data_stock_and_a_token(
    home: Home, node: SodaNode, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.prefix, node.token = f"/resource/datastocks/{STOCK}/processes", "right"
    text = (
        f"kind: soda4lca\nurl: {web.url}/resource\ndatastock: {STOCK}\nsearch: {{name: x}}\n"
        "token: ${NODE_TOKEN}\n"
    )
    connector = write_connector(home, "epd", text)
    monkeypatch.setenv("NODE_TOKEN", "hunter2")
    report = fetch_quickly(home, connector)
    assert report.error is not None
    assert report.error.what == "The service does not let us in."
    assert "hunter2" not in str(report.as_dict())
    monkeypatch.setenv("NODE_TOKEN", "right")
    assert fetch_quickly(home, connector).error is None
    assert len(inbox(home, "epd")) == 5


def test_a_dataset_that_is_not_there_is_said(home: Home, web: Web) -> None:
    text = f"kind: soda4lca\nurl: {web.url}/resource\nuuids: [{STOCK}]\n"
    report = fetch_quickly(home, write_connector(home, "epd", text))
    assert report.error is not None
    assert report.error.what == "The service answers 404."


@pytest.mark.parametrize(
    "rows", [[{"uuid": "../../evil", "version": ""}], [{"uuid": STOCK, "version": "x/../y"}], ["x"], [{}]]
)
def test_a_list_that_leads_elsewhere_is_refused(
    home: Home, node: SodaNode, web: Web, rows: list[Any]
) -> None:
    node.rows = rows
    text = f"kind: soda4lca\nurl: {web.url}/resource\nsearch: {{name: x}}\n"
    report = fetch_quickly(home, write_connector(home, "epd", text))
    assert report.error is not None
    assert report.error.expected == "uuid and version 00.00.000"


def test_real_datasets_land_as_epds(home: Home, node: SodaNode, web: Web, shared: Path) -> None:
    folder = shared / "corpora" / "epd-ilcd" / "json"
    if not folder.is_dir():
        pytest.skip(f"the soda4LCA datasets are not at {folder}")
    node.datasets = {path.stem: ("00.01.000", path.read_bytes()) for path in sorted(folder.glob("*.json"))}
    text = f"kind: soda4lca\nurl: {web.url}/resource\nsearch: {{name: steel}}\n"
    assert fetch_quickly(home, write_connector(home, "epd", text)).error is None
    results = land_paths(home, [home.inbox / SITE], SITE)
    documents = [result for result in results if result.kind != "document_origin"]
    assert len(documents) == len(node.datasets)
    assert {(result.kind, result.status) for result in documents} == {("epd_soda4lca", "landed")}
