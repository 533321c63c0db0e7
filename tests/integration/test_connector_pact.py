"""Fetching footprints from a host on the loopback whose every answer is valid by the published interface."""

from __future__ import annotations

import base64
import copy
import json
import ssl
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from connector_home import SITE, fetch_quickly, home_at, inbox, origins, write_connector
from loopback_web import Answer, Request, Web, serve
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tracetonne.connectors.config import Connector
from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

SPECIFICATION = Path(__file__).resolve().parents[1] / "data" / "pact_openapi_v3_0.yaml"
FOOTPRINT: dict[str, Any] = {
    "specVersion": "3.0.0",
    "created": "2026-01-15T08:00:00Z",
    "status": "Active",
    "companyName": "線材工業",
    "companyIds": ["urn:company:wire-works"],
    "productDescription": "Wire rod",
    "productIds": ["urn:product:rod"],
    "productNameCompany": "Rod 8 mm",
    "pcf": {
        "declaredUnitOfMeasurement": "kilogram",
        "declaredUnitAmount": "1000",
        "productMassPerDeclaredUnit": "1000",
        "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z",
        "pcfExcludingBiogenicUptake": "1850.5",
        "pcfIncludingBiogenicUptake": "1850.5",
        "fossilGhgEmissions": "1850.5",
        "fossilCarbonContent": "0",
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14067"],
        "exemptedEmissionsPercent": "0",
    },
}


@cache
def specification() -> tuple[dict[str, Any], Any]:
    written = yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8"))
    return written, Registry().with_resource("urn:pact", Resource.from_contents(written, DRAFT202012))


def check(path: str, answer: Answer) -> None:
    """Hold an answer against the specification: a status it knows, and a body by its schema."""
    written, registry = specification()
    said = written["paths"][path]["get"]["responses"][str(answer.status)]
    place = f"#/paths/{path.replace('/', '~1')}/get/responses/{answer.status}"
    if "$ref" in said:
        place = said["$ref"]
        said = written["components"]["responses"][place.rsplit("/", 1)[-1]]
    schema = {"$ref": f"urn:pact{place}/content/application~1json/schema"}
    OAS31Validator(schema, registry=registry).validate(json.loads(answer.body))
    assert answer.headers["Content-Type"] == "application/json"


def footprint(number: int, **changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(FOOTPRINT)
    return {"id": f"3fa85f64-5717-4562-b3fc-{number:012d}", **made, **changes}


class PactHost:
    """A host: tokens, pages with a Link header, single footprints."""

    def __init__(self) -> None:
        self.footprints = [footprint(number) for number in range(5)]
        self.tokens: list[str] = []
        self.token_seconds = 3600
        self.secret = "right"
        self.page_limit = 2
        self.has_discovery = False
        self.link_host = ""
        self.url = ""
        self.failures: list[Answer] = []

    def __call__(self, request: Request) -> Answer:
        if request.path == "/.well-known/openid-configuration":
            found = {"token_endpoint": f"{self.url}/oauth/token", "issuer": self.url}
            return self._json(200, found) if self.has_discovery else Answer(404)
        if request.path == ("/oauth/token" if self.has_discovery else "/auth/token"):
            return self._token(request)
        if self.failures:
            return self.failures.pop(0)
        is_list = request.path == "/3/footprints"
        answer = self._list(request) if is_list else self._one(request.path)
        if request.headers.get("authorization", "") not in [f"Bearer {token}" for token in self.tokens]:
            answer = self._json(401, {"code": "BadRequest", "message": "no such token"})
        check("/3/footprints" if is_list else "/3/footprints/{id}", answer)
        return answer

    def _token(self, request: Request) -> Answer:
        assert request.method == "POST"
        assert b"grant_type=client_credentials" in request.body
        login = base64.b64encode(f"plant:{self.secret}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {login}":
            return self._json(400, {"error": "invalid_client"})
        self.tokens.append(f"token{len(self.tokens)}")
        return self._json(
            200, {"access_token": self.tokens[-1], "token_type": "bearer", "expires_in": self.token_seconds}
        )

    def _list(self, request: Request) -> Answer:
        written, _ = specification()
        known = {"limit", "offset"} | {
            one.get("name") or one["$ref"].rsplit("/", 1)[-1]
            for one in written["paths"]["/3/footprints"]["get"]["parameters"]
        }
        assert set(request.query) <= known
        wanted = [
            one
            for one in self.footprints
            if one["status"] in request.query.get("status", [one["status"]])
            and set(one["productIds"]) & set(request.query.get("productId", one["productIds"]))
        ]
        start = int(request.query.get("offset", ["0"])[0])
        size = min(int(request.query["limit"][0]), self.page_limit)
        answer = self._json(200, {"data": wanted[start : start + size]})
        if start + size < len(wanted):
            asked = [(name, value) for name, values in request.query.items() for value in values]
            parts = [f"{name}={value}" for name, value in asked if name != "offset"]
            link = f"{self.link_host or self.url}/3/footprints?{'&'.join(parts)}&offset={start + size}"
            answer.headers["Link"] = f'<{link}>; rel="next"'
        return answer

    def _one(self, path: str) -> Answer:
        found = next((one for one in self.footprints if path == f"/3/footprints/{one['id']}"), None)
        if found is None:
            return self._json(404, {"code": "NotFound", "message": "no such footprint"})
        return self._json(200, {"data": found})

    @staticmethod
    def _json(status: int, body: object) -> Answer:
        return Answer(
            status, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}
        )


@pytest.fixture
def host() -> PactHost:
    return PactHost()


@pytest.fixture
def web(host: PactHost) -> Iterator[Web]:
    with serve(host) as started:
        host.url = started.url
        yield started


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("PACT_SECRET", "right")
    return home_at(tmp_path / "home")


def connector(home: Home, url: str, extra: str = "") -> Connector:
    text = f"kind: pact\nurl: {url}\nclient_id: plant\nclient_secret: ${{PACT_SECRET}}\n{extra}"
    return write_connector(home, "supplier", text)


def test_all_pages_are_fetched_each_footprint_as_it_is_served(home: Home, host: PactHost, web: Web) -> None:
    report = fetch_quickly(home, connector(home, web.url))
    assert report.error is None
    got = inbox(home, "supplier")
    assert [json.loads(content)["data"] for content in got.values()] == host.footprints
    assert list(got) == [f"pcf_{one['id']}.json" for one in host.footprints]
    assert (web.asked("GET", "/3/footprints"), web.asked("POST", "/auth/token")) == (3, 1)
    assert {origin["remote_path"] for origin in origins(home, "supplier")} == {
        one["id"] for one in host.footprints
    }


def test_what_was_fetched_lands_as_footprints(home: Home, host: PactHost, web: Web) -> None:
    fetch_quickly(home, connector(home, web.url))
    results = land_paths(home, [home.inbox / SITE], SITE)
    assert [(result.kind, result.status) for result in results] == [
        *[("document_origin", "landed")], *[("pcf_pact", "landed")] * 5,
    ]  # fmt: skip


def test_known_footprints_are_not_asked_for_and_changed_ones_are(
    home: Home, host: PactHost, web: Web
) -> None:
    fetch_quickly(home, connector(home, web.url))
    asked = len(web.requests)
    report = fetch_quickly(home, connector(home, web.url))
    assert (report.documents, report.known) == ([], 5)
    assert len(web.requests) == asked + 5  # discovery, token, three pages
    host.footprints[0]["status"] = "Deprecated"
    host.footprints.append(footprint(9, precedingPfIds=[host.footprints[0]["id"]]))
    report = fetch_quickly(home, connector(home, web.url))
    assert [document.status for document in report.documents] == ["fetched", "fetched"]


def test_filters_are_those_of_the_specification_on_every_page(home: Home, host: PactHost, web: Web) -> None:
    host.footprints[1]["productIds"] = ["urn:product:zinc"]
    host.footprints[2]["status"] = "Deprecated"
    filters = "filters: {productId: [urn:product:rod, urn:product:bar], status: Active}\npage_size: 1\n"
    report = fetch_quickly(home, connector(home, web.url, filters))
    assert report.error is None
    assert len(inbox(home, "supplier")) == 3
    pages = [one.query for one in web.requests if one.path == "/3/footprints"]
    assert all(page["productId"] == ["urn:product:rod", "urn:product:bar"] for page in pages)


def test_the_identity_provider_is_found_by_discovery(home: Home, host: PactHost, web: Web) -> None:
    host.has_discovery = True
    assert fetch_quickly(home, connector(home, web.url)).error is None
    assert (web.asked("POST", "/oauth/token"), web.asked("POST", "/auth/token")) == (1, 0)


def test_a_token_that_ends_is_renewed(home: Home, host: PactHost, web: Web) -> None:
    host.token_seconds = 1
    assert fetch_quickly(home, connector(home, web.url)).error is None
    assert len(inbox(home, "supplier")) == 5
    assert web.asked("POST", "/auth/token") > 1


def test_a_token_that_is_taken_back_is_renewed_once(home: Home, host: PactHost, web: Web) -> None:
    def forget(request: Request) -> Answer:
        if request.path.startswith("/3/footprints/") and len(host.tokens) == 1:
            host.tokens[0] = "gone"
        return PactHost.__call__(host, request)

    with serve(forget) as forgetful:
        host.url = forgetful.url
        assert fetch_quickly(home, connector(home, forgetful.url)).error is None
    assert len(inbox(home, "supplier")) == 5


def test_a_wrong_secret_is_said_without_it(
    home: Home, host: PactHost, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACT_SECRET", "hunter2")
    report = fetch_quickly(home, connector(home, web.url))
    assert report.error is not None
    assert report.error.what == "The service does not let us in."
    assert "hunter2" not in str(report.as_dict())


def test_a_next_page_on_another_host_is_not_asked_for(home: Home, host: PactHost, web: Web) -> None:
    """Or the token would go there."""
    with serve(lambda request: Answer(200, b"{}")) as thief:
        host.link_host = thief.url
        report = fetch_quickly(home, connector(home, web.url))
        assert thief.requests == []
    assert report.error is not None
    assert report.error.expected == "a next page on the same host"
    assert len(inbox(home, "supplier")) == 2


def test_busy_hosts_are_asked_again_and_dead_ones_leave_what_came(
    home: Home, host: PactHost, web: Web
) -> None:
    host.failures = [Answer(429, b"", {"Retry-After": "0"}), Answer(503)]
    assert fetch_quickly(home, connector(home, web.url), attempts=3).error is None
    host.footprints += [footprint(number) for number in range(10, 13)]
    fetched_before = len(inbox(home, "supplier"))
    original, served = PactHost.__call__, 0

    def dying(request: Request) -> Answer:
        nonlocal served
        served += request.path.startswith("/3/footprints/")
        return Answer(500) if served > 1 else original(host, request)

    with serve(dying) as dead:
        host.url = dead.url
        report = fetch_quickly(home, connector(home, dead.url))
    assert report.error is not None
    assert len(inbox(home, "supplier")) == fetched_before + 1
    host.url = web.url
    assert fetch_quickly(home, connector(home, web.url)).error is None
    assert len(inbox(home, "supplier")) == 8


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"data": null}', b'{"data": [1]}', b"<html>", b"[" * 100_000]
)
def test_an_answer_of_another_shape_is_said(home: Home, host: PactHost, web: Web, body: bytes) -> None:
    host.failures = [Answer(200, body)]
    report = fetch_quickly(home, connector(home, web.url))
    assert report.error is not None
    assert report.error.what == "The service does not answer as its interface says."


def test_pages_that_never_end_are_left(home: Home, host: PactHost, web: Web) -> None:
    page = json.dumps({"data": [host.footprints[0]]}).encode()
    host.failures = [
        Answer(200, page, {"Link": f'<{web.url}/3/footprints?limit=1>; rel="next"'}) for _ in range(50)
    ]
    report = fetch_quickly(home, connector(home, web.url))
    assert report.error is not None
    assert report.error.expected == "pages that come to an end"


def test_a_certificate_of_another_authority_is_refused(home: Home, host: PactHost) -> None:
    ours, other = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.issue_cert("localhost").configure_cert(context)
    ours.cert_pem.write_to_path(str(home.connectors / "ours.pem"))
    other.cert_pem.write_to_path(str(home.connectors / "other.pem"))
    with serve(host, context) as web:
        host.url = web.url
        report = fetch_quickly(home, connector(home, web.url, "ca_file: other.pem\n"))
        assert report.error is not None
        assert "certificate is not trusted" in report.error.what
        assert host.tokens == []
        assert fetch_quickly(home, connector(home, web.url, "ca_file: ours.pem\n")).error is None
