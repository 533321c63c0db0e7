"""The package as the tools of others see it: the BagIt library, sha256sum, and the RO-Crate validator."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import bagit
import pytest
import requests
from package_fixture import SITE, make_home
from requests.adapters import BaseAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

from tracetonne.package.build import build_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return build_package(make_home(tmp_path / "home"), SITE, "2026-03").path


def test_the_reference_library_accepts_the_bag(package: Path) -> None:
    bag = bagit.Bag(str(package))
    bag.validate()
    assert bag.info["Bagging-Date"] == "2026-03-31"


def test_the_reference_library_notices_one_changed_byte(package: Path) -> None:
    document = next((package / "data" / "evidence").iterdir())
    document.chmod(0o644)
    content = bytearray(document.read_bytes())
    content[-2] ^= 1
    document.write_bytes(bytes(content))
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(package)).validate()


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_accepts_the_manifests(package: Path, manifest: str) -> None:
    checked = subprocess.run(
        ["sha256sum", "--strict", "--quiet", "-c", manifest], cwd=package, capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_file_names_in_the_bag_are_ascii_and_the_crate_keeps_the_own_name(package: Path) -> None:
    names = [path.relative_to(package).as_posix() for path in package.rglob("*")]
    assert all(name.isascii() for name in names)
    assert "表燈 讀值.csv" in (package / "data" / "ro-crate-metadata.json").read_text(encoding="utf-8")


class _LocalContext(BaseAdapter):
    """Answers for the JSON-LD context from the corpus, so that the validator needs no network."""

    def __init__(self, context: Path) -> None:
        super().__init__()
        self.context = context

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        headers = {"Content-Type": "application/ld+json"}
        body = io.BytesIO(self.context.read_bytes())
        response = requests.Response()
        response.status_code, response.url, response.request = 200, str(request.url), request
        response.headers.update(headers)
        response.raw = HTTPResponse(
            body=body, status=200, headers=headers, preload_content=False, request_url=str(request.url)
        )
        return response

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.slow
def test_the_validator_finds_a_process_run_crate(package: Path, shared: Path, tmp_path: Path) -> None:
    contexts = shared / "corpora" / "evidence" / "ro-crate" / "context"
    cache = tmp_path / "contexts"
    session = CachedSession(str(cache), backend="sqlite", expire_after=-1)
    session.mount("https://", _LocalContext(contexts / "context-1.1.jsonld"))
    session.get("https://w3id.org/ro/crate/1.1/context")
    session.close()
    command = [str(Path(sys.executable).parent / "rocrate-validator"), "--disable-color", "-y", "validate"]
    command += ["--offline", "--cache-path", str(cache), "-p", "process-run-crate-0.5", "--no-paging"]
    checked = subprocess.run([*command, str(package / "data")], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
