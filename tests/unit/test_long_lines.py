"""A line of more than 2 GB costs neither the memory nor the records beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("long_lines.py")


@pytest.mark.slow
def test_a_line_of_two_gigabytes_is_named_in_little_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    for kind in ("meter_csv", "historian_long", "nem12"):
        assert found[kind][:2] == ["line_too_long", 1], kind
    # The readings before the line land.
    assert all("meter_reading" in found[kind][2] for kind in ("meter_csv", "historian_long", "green_button"))
    assert found["green_button"][:2] == ["cut_xml", 1]
    assert (found["taipower_ami"][0], found["taipower_bill"][0]) == ("too_large", "too_large")
    assert found["landed"] == ["too_large", 0]
    assert found["peak_mb"] < 1024
