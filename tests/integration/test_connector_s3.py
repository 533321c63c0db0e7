"""Fetching from a store that speaks S3, on the loopback: etags, prefixes, keys, failures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from connector_home import fetch_quickly, fetched, home_at, inbox, origins, write_connector

from tracetonne.connectors.config import Connector
from tracetonne.settings import Home

moto_server = pytest.importorskip("moto.server", reason="no S3 server: moto[server] is not installed")
boto3 = pytest.importorskip("boto3")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("STORE_KEY", "plant")
    monkeypatch.setenv("STORE_SECRET", "right")
    store = boto3.resource(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
    )
    made = store.create_bucket(Bucket="evidence")
    yield made
    made.objects.delete()
    made.delete()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path / "home")


def connector(home: Home, endpoint: str, extra: str = "", bucket: str = "evidence") -> Connector:
    return write_connector(
        home,
        "store",
        f"kind: s3\nbucket: {bucket}\nprefix: plant1/\nendpoint_url: {endpoint}\nregion: us-east-1\n"
        f"access_key: ${{STORE_KEY}}\nsecret_key: ${{STORE_SECRET}}\nattempts: 1\n{extra}",
    )


def test_objects_are_fetched_once_by_their_etag(home: Home, endpoint: str, bucket: Any) -> None:
    bucket.put_object(Key="plant1/2025/bill.csv", Body=b"january")
    bucket.put_object(Key="plant1/photo.png", Body=b"png")
    bucket.put_object(Key="plant2/bill.csv", Body=b"of another plant")
    report = fetch_quickly(home, connector(home, endpoint))
    assert report.error is None
    assert inbox(home, "store") == {"bill.csv": b"january"}
    [origin] = origins(home, "store")
    assert origin["remote_path"] == "plant1/2025/bill.csv"
    assert (
        origin["remote_version"] == "f7ea10a02cde6d07d0cd9259bbe94b7c" or len(origin["remote_version"]) == 32
    )
    assert origin["remote_location"] == f"s3://evidence/plant1/ at {endpoint}"
    assert fetch_quickly(home, connector(home, endpoint)).known == 1
    bucket.put_object(Key="plant1/2025/bill.csv", Body=b"february")
    bucket.put_object(Key="plant1/2025/copy.csv", Body=b"january")
    assert fetched(fetch_quickly(home, connector(home, endpoint))) == {
        "bill.csv": "fetched",
        "copy.csv": "unchanged",
    }
    assert sorted(inbox(home, "store").values()) == [b"february", b"january"]


def test_a_large_object_comes_whole_and_a_larger_one_is_refused(
    home: Home, endpoint: str, bucket: Any
) -> None:
    content = bytes(range(256)) * 80_000
    bucket.put_object(Key="plant1/export.csv", Body=content)
    bucket.put_object(Key="plant1/huge.csv", Body=content + b"x")
    report = fetch_quickly(home, connector(home, endpoint, f"limits: {{max_file_bytes: {len(content)}}}\n"))
    assert fetched(report) == {"export.csv": "fetched", "huge.csv": "refused"}
    assert inbox(home, "store") == {"export.csv": content}


def test_keys_that_climb_stay_in_the_inbox(home: Home, endpoint: str, bucket: Any) -> None:
    for key in (
        "plant1/../../../evil.csv",
        "plant1/..\\..\\worse.csv",
        "plant1/.hidden.csv",
    ):
        bucket.put_object(Key=key, Body=key.encode())
    report = fetch_quickly(home, connector(home, endpoint))
    assert report.error is None
    assert sorted(inbox(home, "store")) == ["_.hidden.csv", "evil.csv", "worse.csv"]
    assert not [path for path in home.root.rglob("*evil*") if path.parent.name != "store"]


def test_no_bucket_and_no_store_are_said(home: Home, endpoint: str, bucket: Any) -> None:
    report = fetch_quickly(home, connector(home, endpoint, bucket="no-such-bucket"))
    assert report.error is not None
    assert report.error.what == "There is no such bucket."
    report = fetch_quickly(home, connector(home, "http://127.0.0.1:9"))
    assert report.error is not None
    assert report.error.what == "The other side cannot be reached, or broke off."
    assert "right" not in str(report.as_dict()["error"])


def test_a_wrong_key_is_said(home: Home, endpoint: str, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test store asks for keys only when told to, so its refusal is given by its own switch."""
    import requests

    requests.post(f"{endpoint}/moto-api/reset-auth", data=b"0", timeout=10)
    try:
        report = fetch_quickly(home, connector(home, endpoint))
    finally:
        requests.post(f"{endpoint}/moto-api/reset-auth", data=b"100000", timeout=10)
    assert report.error is not None
    assert report.error.what == "The store does not let us in."
