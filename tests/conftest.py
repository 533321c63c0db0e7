"""What every test may use; being here, it also lets tests import the helpers beside it (`sample_copy`)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from corpora import SHARED
from hypothesis import settings

# The same examples on every run of CI: what fails there fails for everybody. Elsewhere new ones are tried.
# How long one takes says more about the machine than about the code.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("elsewhere", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "elsewhere")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the shared corpora and worked cases; a test that needs it is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared corpora are not at {SHARED}; set TRACETONNE_SHARED to their folder")
    return SHARED
