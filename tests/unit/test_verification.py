"""A verification from its log: the hash of what was handed over, and findings until they are closed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tracetonne.display_verification import show_engagements
from tracetonne.errors import WrongUseError
from tracetonne.landing.land import land_paths
from tracetonne.package.bag import TAG_MANIFEST, package_hash
from tracetonne.settings import Home
from tracetonne.verification import engagements, hand_over

LOG = (
    "engagement,verifier,period,entry,reference,happened_on,due_on,severity,package_sha256,text,document,recorded_by\n"
    "V-1,Invented Verifier,2025,engaged,E-1,2026-05-02,,,,,contract,Lin\n"
    "V-1,Invented Verifier,2025,finding,F-01,2026-07-01,2026-07-31,major,,bill of May is missing,report,Lin\n"
    "V-1,Invented Verifier,2025,recommendation,R-01,2026-07-01,,,,calibrate M-2,report,Lin\n"
)
ANSWERS = (
    "engagement,verifier,period,entry,reference,happened_on,package_sha256,text,recorded_by\n"
    "V-1,Invented Verifier,2025,answered,F-01,2026-08-05,,bill landed,Lin\n"
    "V-1,Invented Verifier,2025,closed,F-01,2026-08-20,,,Lin\n"
    "V-1,Invented Verifier,2025,statement,S-1,2026-09-30,,reasonable assurance,Lin\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A site with a log, and a published package that is its manifest only."""
    found = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    _land(found, tmp_path, "log", LOG)
    package = found.exports / "plant" / "2025" / "v1"
    package.mkdir(parents=True)
    (package / TAG_MANIFEST).write_text("0123  bag-info.txt\n", encoding="utf-8")
    return found


def _land(home: Home, folder: Path, name: str, text: str) -> None:
    paper = folder / f"{name}.csv"
    paper.write_text(text, encoding="utf-8")
    (landed,) = land_paths(home, [paper], "plant")
    assert (landed.kind, landed.status, landed.records_rejected) == ("verification_log", "landed", 0)


def _states(home: Home, on: str) -> dict[str, tuple[str, bool]]:
    (one,) = engagements(home, "plant", datetime.date.fromisoformat(on))
    return {each.reference: (each.state, each.is_overdue) for each in one.findings}


def test_the_hash_of_what_was_handed_over_is_recorded(home: Home, tmp_path: Path) -> None:
    on = datetime.date(2026, 5, 10)
    landed = hand_over(home, "plant", "2025", "V-1", "Invented Verifier", "Lin", on)
    assert (landed.status, landed.records_rejected) == ("landed", 0)
    (one,) = engagements(home, "plant", on)
    (handover,) = one.handovers
    assert handover.package_sha256 == package_hash(home.exports / "plant" / "2025" / "v1")
    assert (handover.version, handover.evidence_id) == (1, landed.evidence_id)
    # A package that was changed since is no longer the one that was handed over.
    (home.exports / "plant" / "2025" / "v1" / TAG_MANIFEST).write_text("other", encoding="utf-8")
    assert engagements(home, "plant", on)[0].handovers[0].version is None


def test_findings_are_followed_until_they_are_closed(home: Home, tmp_path: Path) -> None:
    assert _states(home, "2026-07-31") == {"F-01": ("open", False), "R-01": ("open", False)}
    assert _states(home, "2026-08-01") == {"F-01": ("open", True), "R-01": ("open", False)}
    _land(home, tmp_path, "answers", ANSWERS)
    assert _states(home, "2026-08-05") == {"F-01": ("answered", False), "R-01": ("open", False)}
    (one,) = engagements(home, "plant", datetime.date(2026, 12, 31))
    assert (one.verifier, one.period, one.open_count) == ("Invented Verifier", "2025", 1)
    assert [each["entry"] for each in one.findings[0].history] == ["finding", "answered", "closed"]
    assert all(each["evidence_id"] for each in one.findings[0].history)
    assert [each["said"] for each in one.statements] == ["reasonable assurance"]


def test_people_see_what_is_open(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    show_engagements("plant", engagements(home, "plant", datetime.date(2026, 8, 1)))
    shown = capsys.readouterr().out
    assert "2 not closed 未結案" in shown
    assert "overdue 逾期" in shown


def test_only_a_published_package_is_handed_over(home: Home) -> None:
    with pytest.raises(WrongUseError, match="published"):
        hand_over(home, "plant", "2024", "V-1", "Invented Verifier", "Lin", datetime.date(2026, 5, 10))
