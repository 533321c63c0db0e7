"""A newer factor after publication: nothing published moves, its effect is known before it is approved."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import sample_copy
from prepared_home import prepared_home

from orchestration.preview import preview
from orchestration.refresh import refresh
from tracetonne.closing import close, closes, reopen
from tracetonne.decisions import withdraw
from tracetonne.errors import WrongUseError
from tracetonne.factors import read_choices
from tracetonne.figures import read_figures
from tracetonne.landing.land import land_paths
from tracetonne.package.verify import verify
from tracetonne.package.versions import versions
from tracetonne.review import approve
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

SITE, MONTH = "plant", "2025-02"
# 5 % above the 56.1 tCO2/TJ in use, valid from the month on.
PROPOSAL = {
    "factor_code": "GAS-NEW", "parameter": "emission_factor", "material": "NATURAL-GAS", "value": "58.905",
    "unit": "tCO2/TJ", "valid_from": "2025-02-01", "valid_to": "2026-01-01", "known_since": "2025-06-30",
    "source": "Letter of the supplier", "source_class": "site_declared", "author": "環安課 范○○",
    "approver": "", "note": "", "page": "p. 2",
}  # fmt: skip


def see(home: Home) -> dict[str, float]:
    return {
        row["product"]: row["value"]
        for row in read_figures(home, SITE, MONTH).rows
        if row["quantity"] == "see_direct"
        and row["series"] == "regime"
        and row["product"]
        and row["period"] == MONTH
    }


def gas_choice(home: Home) -> dict[str, Any]:
    (choice,) = [
        one
        for one in read_choices(home, SITE, MONTH).choices
        if (one["series"], one["subject"], one["parameter"]) == ("regime", "natural-gas", "emission_factor")
    ]
    return choice


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A month of the screw plant, published."""
    home = prepared_home(tmp_path_factory.mktemp("home"))
    papers = sample_copy.copy_site("screw_plant", tmp_path_factory.mktemp("papers"), [MONTH])
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TRACETONNE_HOME", str(home.root))
        land_paths(home, [papers], SITE)
        assert (refresh(home, SITE, MONTH).status, len(versions(home, SITE, MONTH))) == ("published", 1)
    return home


@pytest.fixture
def home(once: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of the published month, for a test to change."""
    root = Path(shutil.copytree(once.root, tmp_path / "home"))
    monkeypatch.setenv("TRACETONNE_HOME", str(root))
    return Home(root=root, exports=root / "exports")


def test_a_newer_factor_is_weighed_before_it_counts_and_never_moves_what_is_published(
    home: Home, tmp_path: Path
) -> None:
    published, first = see(home), versions(home, SITE, MONTH)[0].figures()

    paper = tmp_path / "proposal.csv"
    paper.write_text(f"{','.join(PROPOSAL)}\n{','.join(PROPOSAL.values())}\n", encoding="utf-8")
    (landed,) = land_paths(home, [paper], SITE)
    assert see(home) == published

    # Without approver it only loses, with the reason.
    assert refresh(home, SITE, MONTH).status == "published"
    assert see(home) == published
    choice = gas_choice(home)
    assert choice["winner"]["factor_code"] == "SCREW-GAS-EF"
    proposed = next(one for one in choice["losers"] if one["factor_code"] == "GAS-NEW")
    assert (proposed["lost_code"], proposed["reason_zh"].endswith("缺作者或核准人")) == ("no_approver", True)

    weighed = preview(home, landed.evidence_id)
    assert weighed.periods == [MONTH]
    changes = {
        row["product"]: row
        for row in weighed.figures
        if row["quantity"] == "see_direct" and row["period"] == MONTH and row["series"] == "regime"
    }
    assert {product: row["before"] for product, row in changes.items()} == published
    assert all(row["after"] > row["before"] for row in changes.values())
    assert {row["after_factor"].partition("@")[0] for row in weighed.factors} == {"factor:GAS-NEW"}
    assert see(home) == published

    approve(home, landed.evidence_id, "已核對供應商來函", approver="廠長 鍾○○", author="環安課 范○○")
    refresh(home, SITE, MONTH)
    restated = see(home)
    assert restated == {product: row["after"] for product, row in changes.items()}
    kept = versions(home, SITE, MONTH)
    assert kept[0].figures() == first
    assert verify(kept[0].path).failures == []
    assert verify(kept[-1].path).failures == []


def test_a_closed_month_keeps_its_factor_until_two_people_open_it(home: Home, tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="Only a published period"):
        close(home, SITE, "2025-03", "月結", "廠長 鍾○○", "環安課 范○○")
    published = see(home)
    with pytest.raises(WrongUseError):
        close(home, SITE, MONTH, "月結", "范○○", "范○○")
    closed = close(home, SITE, MONTH, "月結", "廠長 鍾○○", "環安課 范○○")
    assert (closed.version, closes(home, SITE)) == (1, [closed])

    # A factor that two people approved, and a paper of another kind that has nothing to do with it.
    paper = tmp_path / "approved.csv"
    approved = PROPOSAL | {"approver": "廠長 鍾○○"}
    paper.write_text(f"{','.join(approved)}\n{','.join(approved.values())}\n", encoding="utf-8")
    (landed,) = land_paths(home, [paper], SITE)
    other = sample_copy.SAMPLES / "screw_plant" / "ledger" / "production_2025-03.csv"
    (later,) = land_paths(home, [other], SITE)
    assert (landed.status, later.status) == ("landed", "landed")
    # A refresh leaves a closed month as it is; by force it is computed again and lists the late factor.
    assert refresh(home, SITE, MONTH, force=True).status == "published"
    assert see(home) == published
    choice = gas_choice(home)
    lost = next(one for one in choice["losers"] if one["factor_code"] == "GAS-NEW")
    assert (choice["winner"]["factor_code"], lost["lost_code"]) == ("SCREW-GAS-EF", "closed_result")
    assert lost["reason"].endswith("this one known since 2025-06-30")
    assert "結帳" in lost["reason_zh"]

    weighed = preview(home, landed.evidence_id)
    assert weighed.closed == [MONTH]
    assert {row["after_factor"].partition("@")[0] for row in weighed.factors} == {"factor:GAS-NEW"}
    restated = {
        row["product"]: row["after"]
        for row in weighed.figures
        if row["quantity"] == "see_direct" and row["period"] == MONTH and row["series"] == "regime"
    }
    assert see(home) == published

    with pytest.raises(WrongUseError, match="two people"):
        withdraw(home, closed.decision_evidence_id, "by one person", "環安課 范○○")
    assert reopen(home, SITE, MONTH, "依供應商新值重編", "廠長 鍾○○", "環安課 范○○") == [closed]
    assert closes(home, SITE) == []
    assert refresh(home, SITE, MONTH).status == "published"
    assert see(home) == restated != published
    assert all(verify(version.path).failures == [] for version in versions(home, SITE, MONTH))
