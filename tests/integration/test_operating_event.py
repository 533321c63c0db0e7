"""The shutdown of the screw plant in February 2026, from its paper to the findings and package of a month."""

from __future__ import annotations

from pathlib import Path

import pytest
from prepared_home import prepared_home
from sample_copy import copy_site

from orchestration.refresh import refresh
from tracetonne import serving
from tracetonne.landing.land import land_paths
from tracetonne.package.verify import verify

pytestmark = pytest.mark.slow

SITE, MONTH = "screw_plant", "2026-02"


def test_a_month_tells_what_stopped_its_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = prepared_home(tmp_path / "home")
    monkeypatch.setenv("TRACETONNE_HOME", str(home.root))
    landed = land_paths(home, [copy_site(SITE, tmp_path, [MONTH])], SITE)
    assert [one.records_landed for one in landed if one.kind == "operating_event"] == [2]
    result = refresh(home, SITE, MONTH)
    assert result.status == "published" and result.package is not None, result
    with serving.open_serving(home, SITE, [MONTH]) as connection:
        found = connection.execute(
            "select subject, severity, message, message_zh from out_balance "
            "where balance = 'abnormal_operation' order by subject"
        ).fetchall()
    assert [(subject, severity) for subject, severity, _, _ in found] == [
        ("carbon_screws:E-2026-001", "warn"), ("stainless_screws:E-2026-002", "warn"),
    ]  # fmt: skip
    assert "shut-down from 2026-02-09 to 2026-02-22, 春節停工" in found[0][2]
    assert "停機，春節停工（退火爐保溫，無產出）" in found[1][3]
    packed = (Path(result.package) / "data/output/balance.csv").read_text(encoding="utf-8-sig")
    assert all(message in packed for row in found for message in row[2:])
    assert verify(Path(result.package)).failures == []
