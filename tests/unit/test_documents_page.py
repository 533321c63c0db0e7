"""docs/documents.md says what the readers do now, and what became of real files when they were last tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracetonne.landing import describe_documents as page
from tracetonne.landing.kinds import READERS

COMMAND = "run `python -m tracetonne.landing.describe_documents`"


def test_the_page_is_made_from_the_readers_and_the_results() -> None:
    written = page.TARGET.read_text(encoding="utf-8")
    assert written == page.describe_documents(page.read_results()), (
        f"docs/documents.md is out of date; {COMMAND}"
    )


def test_the_page_names_every_kind_and_every_public_file_that_did_not_land() -> None:
    written = page.TARGET.read_text(encoding="utf-8")
    assert all(f"`{reader.kind}`" in written for reader in READERS)
    for one in page.read_results():
        if one.collection == page.PUBLIC and one.status == "rejected":
            assert f"`{one.file}`" in written
            assert one.reason, f"{one.file} is rejected without a reason"
            assert not one.reason.startswith("reader_fault"), one


@pytest.mark.slow
def test_the_sample_files_land_as_the_page_says() -> None:
    assert page.try_samples() == [one for one in page.read_results() if one.collection == page.SAMPLES], (
        COMMAND
    )


@pytest.mark.slow
def test_the_public_files_land_as_the_page_says(shared: Path) -> None:
    said = [one for one in page.read_results() if one.collection == page.PUBLIC]
    assert page.try_public(shared / "corpora") == said, COMMAND
