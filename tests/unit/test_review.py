"""Doubtful values are listed with their place, and two people let them count."""

from __future__ import annotations

from pathlib import Path

import pytest
from landing_documents import home_at, put, rows_of
from pdf_documents import Bill, printed

from tracetonne.decisions import withdraw
from tracetonne.errors import WrongUseError
from tracetonne.landing.land import land_paths
from tracetonne.review import approve, waiting
from tracetonne.settings import Home

SITE = "plant"
OCTOBER = Bill(month="114年10月", start="114年10月01日", end="114年10月31日", number="B2", total="60,000")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = home_at(tmp_path / "home")
    land_paths(home, [put(tmp_path, "bills.pdf", printed(Bill(), OCTOBER))], SITE)
    return home


def test_a_doubtful_value_is_listed_with_its_place(home: Home) -> None:
    total = next(one for one in waiting(home, SITE) if one.field == "quantity")
    assert (total.file_name, total.value, total.raw_text, total.page) == ("bills.pdf", "60000", "60,000", "2")
    assert total.subject.endswith("/2")
    assert "60,000 is printed, 50,000 computed" in total.reason
    assert len(total.box.split(", ")) == 4
    assert waiting(home, "elsewhere") == []


def test_two_people_accept_a_record_or_a_document(home: Home) -> None:
    subject = waiting(home)[0].subject
    with pytest.raises(WrongUseError):
        approve(home, subject, "compared with the page", approver="吳", author="吳")
    done = approve(home, subject, "與帳單影像核對", approver="陳", author="吳")
    assert (done.subject, done.values) == (subject, 5)
    assert waiting(home) == []
    (decision,) = rows_of(home, "decision", SITE, done.decision_evidence_id)
    assert (decision["decision"], decision["subject"], decision["approver"]) == ("approve", subject, "陳")
    assert "60,000 -> 60000" in str(decision["detail"])
    # Taking the decision back makes the value wait again.
    withdraw(home, done.decision_evidence_id, "誤核", author="吳")
    assert [one.subject for one in waiting(home)] == [subject] * 5
    assert approve(home, subject.partition("/")[0], "第二次核對", approver="陳", author="吳").values == 5


def test_a_withdrawn_document_waits_no_more(home: Home) -> None:
    withdraw(home, waiting(home)[0].subject.partition("/")[0], "重複", author="吳")
    assert waiting(home) == []


def test_what_does_not_wait_cannot_be_accepted(home: Home) -> None:
    with pytest.raises(WrongUseError, match="待覆核"):
        approve(home, "0123456789abcdef", "x", approver="陳", author="吳")


COLUMNS = "factor_code,parameter,material,value,unit,valid_from,valid_to,known_since,source,source_class,"
FACTORS = f"""{COLUMNS}author,approver,note
GAS,emission_factor,NATURAL-GAS,56.1,tCO2/TJ,2025-01-01,,2025-01-02,Letter,site_declared,吳,,
OIL,emission_factor,FUEL-OIL,77.4,tCO2/TJ,2025-01-01,,2025-01-02,Letter,site_declared,吳,陳,
"""


def test_a_factor_without_approver_waits_for_a_second_person(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    (landed,) = land_paths(home, [put(tmp_path, "factors.csv", FACTORS.encode())], SITE)
    (proposal,) = waiting(home)
    assert (proposal.subject, proposal.field) == (f"{landed.evidence_id}/1", "emission_factor NATURAL-GAS")
    assert (proposal.value, proposal.raw_text, proposal.author) == ("56.1 tCO2/TJ", "GAS: Letter", "吳")
    with pytest.raises(WrongUseError, match="cannot approve"):
        approve(home, proposal.subject, "已核對來源", approver="吳", author="陳")
    assert approve(home, landed.evidence_id, "已核對來源", approver="陳", author="吳").values == 1
    assert waiting(home) == []
