"""The Dagster UI in a real browser: the graph, a model, the gates and the schedule are there to be seen.

Needs Debian's `chromium`; skipped where it is absent. Screenshots are kept in the test's temporary folder, or
in `TRACETONNE_SCREENSHOTS`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from prepared_home import prepared_home

from orchestration import instance as instances
from orchestration.dbt_build import prepare_manifest
from orchestration.partitions import register
from tracetonne.settings import CHECKOUT, Home

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian package `chromium`)"),
]
PATIENCE_SECONDS = 180


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running web server over a new installation that knows one site and two periods."""
    kept = os.environ.get("TRACETONNE_UI_HOME")
    root = Path(kept) if kept else tmp_path_factory.mktemp("ui")
    home = Home(root=root, exports=root / "exports") if kept else prepared_home(root)
    instances.prepare(home)
    prepare_manifest(home)
    with dg.DagsterInstance.get() as instance:
        register(instance, ["screw_plant"], ["2025", "2025-02"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name("dagster-webserver")), "-m", "orchestration.definitions",
         "-h", "127.0.0.1", "-p", str(port)],
        cwd=CHECKOUT, env=os.environ | {"TRACETONNE_HOME": str(root), "DAGSTER_HOME": str(home.dagster)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{url}/server_info"):
            return
        time.sleep(1)
    raise AssertionError("the web server did not start")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1600, "height": 1000})
    opened.set_default_timeout(PATIENCE_SECONDS * 1000)
    yield opened
    opened.close()


def shot(page: Page, name: str, folder: Path) -> None:
    """Keep a picture of the page; an empty page has next to no bytes."""
    kept = Path(os.environ.get("TRACETONNE_SCREENSHOTS", folder))
    kept.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(2500)
    page.screenshot(path=kept / f"{name}.png")
    assert (kept / f"{name}.png").stat().st_size > 20_000


def test_the_asset_graph_shows_every_layer(address: str, page: Page, tmp_path: Path) -> None:
    page.goto(f"{address}/asset-groups")
    for group in ("landing_energy", "landing_register", "output", "serving", "exports"):
        page.get_by_text(group, exact=True).first.wait_for()
    shot(page, "asset_graph", tmp_path)


def test_a_model_shows_description_owner_and_columns(address: str, page: Page, tmp_path: Path) -> None:
    page.goto(f"{address}/assets/output/out_figure?view=overview")
    page.get_by_text("carbon-accountant").first.wait_for()
    shot(page, "asset_out_figure", tmp_path)


def test_the_gates_are_checks_of_the_served_build(address: str, page: Page, tmp_path: Path) -> None:
    page.goto(f"{address}/assets/serving/build?view=checks")
    for gate in ("raw_completeness", "electricity_balance", "precursor_mass_balance"):
        page.get_by_text(gate, exact=True).first.wait_for()
    shot(page, "gates", tmp_path)


def test_schedule_and_sensor_stand_ready(address: str, page: Page, tmp_path: Path) -> None:
    page.goto(f"{address}/automation")
    page.get_by_text("month_just_closed").first.wait_for()
    page.get_by_text("inbox", exact=True).first.wait_for()
    shot(page, "automation", tmp_path)
