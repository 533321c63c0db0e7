"""The matrix of expected documents, on a small plant landed into an empty home."""

from __future__ import annotations

import datetime
import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from landing_documents import invoice

from tracetonne.decisions import withdraw
from tracetonne.display import show_status
from tracetonne.document_origin import origin_text
from tracetonne.forms import write_form
from tracetonne.landing.land import land_paths
from tracetonne.landing.master_sheets import SHEETS
from tracetonne.master_data import MASTER_GUIDE
from tracetonne.settings import Home
from tracetonne.status import DocumentStatus, status

APRIL = datetime.date(2026, 4, 5)
BILL_HEADING = (
    "電號,帳單號碼,帳單別,計費年月,計費起日,計費迄日,經常契約容量,尖峰度數,半尖峰度數,"
    "週六半尖峰度數,離峰度數,總度數,功率因數,總電費\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "home" / "exports")


def land_text(
    home: Home, tmp_path: Path, name: str, text: str, encoding: str = "utf-8", site: str = "plant"
) -> str:
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return land_paths(home, [path], site)[0].evidence_id


def land_master(home: Home, tmp_path: Path) -> None:
    path = write_form(
        tmp_path / "master.xlsx",
        MASTER_GUIDE,
        SHEETS,
        {
            "site": [{"name": "Plant", "country_code": "TW", "first_month": "2026-01"}],
            "processes": [{"process": "p", "name": "P", "good_category": "Iron or steel products"}],
            "materials": [{"material": "ROD", "name": "Rod", "role": "other", "unit": "kg"}],
            "meters": [
                {"meter": "M1", "role": "main", "account": "A1", "commodity": "electricity", "unit": "kWh"}
            ],
            "expected_documents": [
                {"kind": "taipower_bill", "subject": "A1", "frequency": "monthly"},
                {"kind": "stock_count", "subject": "ROD", "frequency": "monthly"},
            ],
        },
    )
    land_paths(home, [path], "plant")


def bill(home: Home, tmp_path: Path, first: str, last: str, kind: str = "一般", number: str = "") -> str:
    month = first[:6]
    row = f"A1,{number or 'B' + first},{kind},{month},{first},{last},100,0,0,0,0,1000,99,5000\n"
    name = f"bill_{kind}_{first}{number}.csv".replace("/", "")
    return land_text(home, tmp_path, name, BILL_HEADING + row, "cp950")


def count(home: Home, tmp_path: Path, day: str, quantity: str = "10") -> str:
    text = f"count_date,material,quantity,unit,location,counted_by\n{day},ROD,{quantity},kg,store,Lin\n"
    return land_text(home, tmp_path, f"count_{day}.csv", text)


def decide(home: Home, tmp_path: Path, decision: str, subject: str) -> None:
    document = {
        "tracetonne": "decision",
        "decision_id": f"D-{decision}",
        "decision": decision,
        "subject": subject,
        "reason": "a test",
        "author": "Lin",
        "approver": "Chen",
        "decided_on": "2026-04-01",
    }
    land_text(home, tmp_path, f"{decision}.json", json.dumps(document))


def cell(rows: list[DocumentStatus], month: str, kind: str) -> DocumentStatus:
    return next(row for row in rows if (row.month, row.kind) == (month, kind) and row.frequency)


def test_an_empty_home_has_no_rows(home: Home) -> None:
    assert status(home) == []


def test_what_is_landed_and_what_is_missing(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    january = bill(home, tmp_path, "115/01/01", "115/01/31")
    count(home, tmp_path, "2026-01-31")
    count(home, tmp_path, "2026-02-28")
    rows = status(home, today=APRIL)
    assert sorted({row.month for row in rows if row.frequency}) == ["2026-01", "2026-02", "2026-03"]
    assert cell(rows, "2026-01", "taipower_bill").status == "landed"
    assert cell(rows, "2026-01", "taipower_bill").evidence == [january]
    assert cell(rows, "2026-02", "taipower_bill").status == "missing"
    assert cell(rows, "2026-03", "stock_count").status == "missing"
    assert cell(rows, "2026-01", "stock_count").month_complete is True
    assert cell(rows, "2026-02", "stock_count").month_complete is False


def test_a_crossing_bill_leaves_days_without_a_bill(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    bill(home, tmp_path, "115/01/01", "115/01/19")
    found = cell(status(home, today=APRIL), "2026-01", "taipower_bill")
    assert found.status == "missing"
    assert "2026-01-20 to 2026-01-31" in found.note
    bill(home, tmp_path, "115/01/20", "115/02/18", number="B2")
    rows = status(home, today=APRIL)
    assert cell(rows, "2026-01", "taipower_bill").status == "landed"
    assert "2026-02-19" in cell(rows, "2026-02", "taipower_bill").note


def test_a_withdrawn_document_no_longer_counts(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    evidence = bill(home, tmp_path, "115/01/01", "115/01/31")
    decide(home, tmp_path, "withdraw", evidence)
    found = cell(status(home, today=APRIL), "2026-01", "taipower_bill")
    assert (found.status, found.evidence) == ("withdrawn", [evidence])


def test_a_withdrawal_that_is_withdrawn_has_no_effect(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    evidence = bill(home, tmp_path, "115/01/01", "115/01/31")
    withdrawal = withdraw(home, evidence, "a test", author="Lin").decision_evidence_id
    withdraw(home, withdrawal, "a mistake", author="Lin")
    assert cell(status(home, today=APRIL), "2026-01", "taipower_bill").status == "landed"


def test_a_fetched_document_says_where_it_came_from(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    land_master(home, tmp_path)
    evidence = count(home, tmp_path, "2026-01-31")
    content = (tmp_path / "count_2026-01-31.csv").read_bytes()
    origin = {
        "tracetonne": "document_origin", "connector": "erp", "connector_kind": "sql",
        "remote_location": "postgresql://db.example/erp",
        "documents": [{
            "sha256": hashlib.sha256(content).hexdigest(), "file_name": "count.csv", "query": "select 1",
            "fetched_at": "2026-02-01T01:02:03+00:00", "remote_path": "query {}",
        }],
    }  # fmt: skip
    land_text(home, tmp_path, "origin.json", json.dumps(origin))
    rows = status(home, today=APRIL)
    [document] = cell(rows, "2026-01", "stock_count").documents
    assert (document["evidence_id"], document["state"]) == (evidence, "landed")
    assert document["origin"]["connector"] == "erp"
    assert document["origin"]["query_sha256"] == hashlib.sha256(b"select 1").hexdigest()
    said = origin_text(document["origin"])
    assert said.startswith("erp (sql), postgresql://db.example/erp/query {}, query ")
    capsys.readouterr()
    show_status(rows)


def test_a_superseded_document_no_longer_counts(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    evidence = count(home, tmp_path, "2026-01-31")
    decide(home, tmp_path, "supersede", evidence)
    assert cell(status(home, today=APRIL), "2026-01", "stock_count").status == "superseded"


def test_a_corrected_bill_supersedes_the_ordinary_one(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    first = bill(home, tmp_path, "115/01/01", "115/01/31")
    second = bill(home, tmp_path, "115/01/01", "115/01/31", kind="更正", number="B9")
    rows = status(home, today=APRIL)
    assert cell(rows, "2026-01", "taipower_bill").evidence == [second]
    assert ("superseded", [first]) in [(row.status, row.evidence) for row in rows if not row.frequency]


def test_a_rejected_document_is_shown(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    evidence = land_text(home, tmp_path, "letter.txt", "Dear customer")
    found = next(row for row in status(home, today=APRIL) if row.evidence == [evidence])
    assert found.status == "rejected"
    assert found.note


def test_sites_are_told_apart(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    land_text(home, tmp_path, "letter.txt", "Dear customer", site="other")
    assert {row.site for row in status(home, today=APRIL)} == {"plant", "other"}
    assert {row.site for row in status(home, "other", today=APRIL)} == {"other"}


def test_figures_go_stale_when_an_earlier_month_is_refreshed(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    for month, build in (("2026-01", "b" * 16), ("2026-02", "c" * 16)):
        pointer = home.serving / "plant" / month / "current.json"
        pointer.parent.mkdir(parents=True)
        pointer.write_text(json.dumps({"build": build}))
    state = home.serving / "plant" / "2026-02" / "refresh.json"
    state.write_text(json.dumps({"earlier": {"2026-01": "a" * 16}}))
    february = cell(status(home, today=APRIL), "2026-02", "stock_count")
    assert (february.figures, february.superseded_inputs) == ("stale", ["2026-01"])
    january = cell(status(home, today=APRIL), "2026-01", "stock_count")
    assert (january.figures, january.superseded_inputs) == ("current", [])


def test_figures_go_stale_when_a_document_arrives(home: Home, tmp_path: Path) -> None:
    land_master(home, tmp_path)
    pointer = home.serving / "plant" / "2026-01" / "current.json"
    pointer.parent.mkdir(parents=True)
    pointer.write_text("{}")
    assert cell(status(home, today=APRIL), "2026-01", "stock_count").figures == "current"
    assert cell(status(home, today=APRIL), "2026-02", "stock_count").figures == "none"
    bill(home, tmp_path, "115/01/01", "115/01/31")
    assert cell(status(home, today=APRIL), "2026-01", "stock_count").figures == "stale"


def test_an_expected_invoice_may_arrive_in_a_zip(home: Home, tmp_path: Path) -> None:
    expected = {"expected_documents": [{"kind": "einvoice", "frequency": "monthly"}]}
    path = write_form(
        tmp_path / "master.xlsx",
        MASTER_GUIDE,
        SHEETS,
        {
            "site": [{"name": "Plant", "country_code": "TW", "first_month": "2025-01"}],
            "processes": [{"process": "p", "name": "P", "good_category": "Iron or steel products"}],
            **expected,
        },
    )
    land_paths(home, [path], "plant")
    packed = tmp_path / "invoices.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.xml", invoice())
    evidence_id = land_paths(home, [packed], "plant")[0].evidence_id
    (january,) = [
        row for row in status(home, "plant", APRIL) if row.kind == "einvoice" and row.month == "2025-01"
    ]
    assert (january.status, january.evidence) == ("landed", [evidence_id])


def test_an_invoice_that_came_as_pdf_and_as_xml_is_listed_with_both_documents(
    shared: Path, tmp_path: Path
) -> None:
    """The German self-billed invoice of the ZUGFeRD corpus, as Factur-X and as UBL; it counts once in dbt."""
    home = Home(root=tmp_path / "home", exports=tmp_path / "exports")
    corpus = shared / "corpora" / "invoice-facturx-zugferd"
    files = [corpus / "EN16931_Gutschrift.pdf", corpus / "ubl" / "EN16931_Gutschrift.ubl.xml"]
    first, second = land_paths(home, files, "eu")
    assert (first.status, second.status) == ("landed", "landed")
    (listed,) = status(home)
    assert (listed.status, listed.evidence) == ("landed", [second.evidence_id])
    assert [one["file_name"] for one in listed.documents] == ["EN16931_Gutschrift.ubl.xml"]
    assert f"{first.evidence_id} (EN16931_Gutschrift.pdf)" in listed.note
    assert "已入庫" in listed.note
