"""PDF bills: real statements and printed ones land with the place of every value; what is doubtful waits."""

from __future__ import annotations

import datetime
import io
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pdfplumber
import pytest
from corpora import SHARED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from landing_documents import home_at, put, rows_of, source_of
from pdf_documents import Bill, corrected, page, printed
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tracetonne.errors import EvidenceRejectedError, WrongUseError
from tracetonne.landing import pdf_child, pdf_document, pdf_template
from tracetonne.landing.kinds import readers_of
from tracetonne.landing.land import land_paths
from tracetonne.landing.pdf_bill import OtherPdfReader, own_pdf_readers, product_readers
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.tables import TABLES
from tracetonne.locate import original_text

STATEMENTS = SHARED / "corpora" / "invoice-pdf-utility"
HALFMOON = STATEMENTS / "national-grid_usage-statement_without-overcharge.pdf"
BUFFALO = STATEMENTS / "national-grid_city-of-buffalo_10712-93109.pdf"
OCTOBER = Bill(month="114年10月", start="114年10月01日", end="114年10月31日", number="B1141001")
BANDS = {"peak_quantity", "half_peak_quantity", "saturday_half_peak_quantity", "off_peak_quantity"}
needs_statements = pytest.mark.skipif(not STATEMENTS.exists(), reason=f"{STATEMENTS} is not there")


def _read(source: Source) -> Reading:
    (reader,) = [one for one in product_readers() if one.recognises(source)]
    return reader.read(source)


def _read_bytes(tmp_path: Path, content: bytes) -> Reading:
    return _read(source_of(put(tmp_path, "bill.pdf", content), tmp_path / "scratch"))


# --- real statements


@needs_statements
def test_a_real_statement_lands_every_line(tmp_path: Path) -> None:
    reading = _read(source_of(BUFFALO, tmp_path))
    rows = list(reading.records["utility_bill"])
    assert (len(rows), reading.records_rejected, reading.rejections) == (39, 0, [])
    # Columns that touch on the page: 10/13/202110/13/21.
    touching = next(row for row in rows if row["bill_date"] == "2021-10-13")
    assert (touching["read_date"], touching["billed_days"], touching["quantity"]) == (
        "2021-10-13",
        "29",
        "3847",
    )
    assert sum(Decimal(row["quantity"] or 0) for row in rows) == 279503
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2021, 3, 15), datetime.date(2024, 6, 12),
    )  # fmt: skip
    assert {row["account"] for row in rows} == {"1071293109"}
    assert {row["review_status"] for row in rows} == {"accepted"}


@needs_statements
def test_bills_taken_back_and_memos_have_their_kind(tmp_path: Path) -> None:
    rows = list(_read(source_of(HALFMOON, tmp_path)).records["utility_bill"])
    assert len(rows) == 79
    assert Counter(row["bill_kind"] for row in rows) == {"ordinary": 75, "cancel": 2, "adjustment": 2}
    cancelled = [row for row in rows if row["bill_kind"] == "cancel"]
    assert [(row["quantity"], row["read_date"], row["retracted_amount"]) for row in cancelled] == [
        ("-3760", "2021-03-03", "215.38"),
        ("-4040", "2021-02-02", "198.17"),
    ]
    memos = [row for row in rows if row["bill_kind"] == "adjustment"]
    assert [(row["quantity"], row["read_date"], row["billed_days"]) for row in memos] == [
        ("7800", None, "0"),
        ("0", None, "0"),
    ]


@needs_statements
def test_the_kwh_of_a_real_statement_are_those_of_its_table(tmp_path: Path) -> None:
    rows = _read(source_of(HALFMOON, tmp_path)).records["utility_bill"]
    # As the cells of the drawn table add up by another way of reading: rules instead of places.
    assert sum(Decimal(row["quantity"] or 0) for row in rows) == 259040  # type: ignore[union-attr]


@needs_statements
def test_every_value_of_a_real_statement_keeps_its_place(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    (result,) = land_paths(home, [HALFMOON], "plant")
    assert (result.kind, result.records_landed) == ("national_grid_statement", 79)
    values = rows_of(home, "document_value", "plant", result.evidence_id)
    rows = rows_of(home, "utility_bill", "plant", result.evidence_id)
    for value in values:
        landed = rows[int(value["of_record"]) - 1][value["field"]]
        assert landed == value["value"]
        assert float(value["x0"]) < float(value["x1"])
        assert float(value["top"]) < float(value["bottom"])
        assert value["raw_text"] and value["page"] in ("1", "2", "3")
    negative = next(value for value in values if value["raw_text"] == "-3,760")
    assert (negative["page"], negative["value"], negative["field"]) == ("1", "-3760", "quantity")


@needs_statements
def test_a_line_of_a_page_is_found_again(tmp_path: Path) -> None:
    rows = list(_read(source_of(HALFMOON, tmp_path)).records["utility_bill"])
    cancelled = next(row for row in rows if row["bill_kind"] == "cancel")
    found = original_text(HALFMOON, str(cancelled["locator"]))
    assert found is not None
    assert "-3,760" in found
    assert original_text(HALFMOON, "page 9") is None


# --- printed bills


@pytest.mark.parametrize(
    "bill",
    [
        Bill(),
        Bill(table_on_second_page=True),
        Bill(spaced=True),
        Bill(month="114/09", start="114/09/01", end="114/09/30"),
        Bill(account="05123456789", total="50000"),
    ],
    ids=["one page", "two pages", "spaced label", "slashes", "plain digits"],
)
def test_a_printed_bill_is_read_back(tmp_path: Path, bill: Bill) -> None:
    reading = _read_bytes(tmp_path, printed(bill))
    (row,) = reading.records["utility_bill"]
    assert {key: row[key] for key in ("account", "bill_number", "bill_kind", "bill_month")} == {
        "account": bill.account, "bill_number": "B1140901", "bill_kind": "一般", "bill_month": "2025-09",
    }  # fmt: skip
    assert (row["period_start"], row["period_end"]) == ("2025-09-01", "2025-09-30")
    assert [row[f"{band}_quantity"] for band in ("peak", "half_peak", "saturday_half_peak", "off_peak")] == [
        "10000", "20000", "3000", "17000",
    ]  # fmt: skip
    assert (row["quantity"], row["multiplier"], row["amount"]) == ("50000", "2000", "180000")
    assert (row["contract_demand"], row["power_factor"], row["read_kind"]) == ("1200", "98", "實抄")
    assert row["review_status"] == "accepted"
    assert (reading.period_start, reading.period_end) == (
        datetime.date(2025, 9, 1), datetime.date(2025, 10, 1),
    )  # fmt: skip
    assert {value["confidence"] for value in reading.records["document_value"]} == {"1.000"}  # type: ignore[union-attr]


def test_the_place_of_a_value_is_where_it_was_printed(tmp_path: Path) -> None:
    reading = _read_bytes(tmp_path, printed(Bill()))
    values = {value["field"]: value for value in reading.records["document_value"]}  # type: ignore[union-attr]
    total = values["quantity"]
    # Printed at 60 points from the left, 210 below the top line, after the label of six full-width signs.
    assert total["raw_text"] == "50,000"
    assert float(total["x0"] or 0) == pytest.approx(60 + 6 * 10, abs=1)
    baseline = A4[1] - (780 - 120 - 90)
    assert float(total["top"] or 0) < baseline < float(total["bottom"] or 0) + 1


def test_a_document_of_several_bills_gives_each(tmp_path: Path) -> None:
    first, second = (
        Bill(),
        Bill(month="114年10月", start="114年10月01日", end="114年10月31日", number="B1141001"),
    )
    reading = _read_bytes(tmp_path, printed(first, corrected(first, "49,000"), second))
    rows = list(reading.records["utility_bill"])
    assert [(row["bill_month"], row["bill_kind"], row["quantity"]) for row in rows] == [
        ("2025-09", "一般", "50000"),
        ("2025-09", "更正", "49000"),
        ("2025-10", "一般", "50000"),
    ]
    assert {row["review_status"] for row in rows} == {"accepted"}


@pytest.mark.parametrize(
    ("bill", "reason", "doubted"),
    [
        (
            Bill(quantities={"尖峰": "11,000"}, total="51,000"),
            "readings_peak: 11,000 is printed, 10,000 computed",
            {"_peak_current", "_peak_previous", "multiplier", "peak_quantity"},
        ),
        (
            Bill(total="60,000"),
            "bands_make_the_total: 60,000 is printed, 50,000 computed",
            {"quantity", *BANDS},
        ),
    ],
)
def test_a_bill_that_does_not_add_up_waits_for_a_decision(
    tmp_path: Path, bill: Bill, reason: str, doubted: set[str]
) -> None:
    reading = _read_bytes(tmp_path, printed(bill))
    (row,) = reading.records["utility_bill"]
    assert row["review_status"] == "needs_review"
    values = list(reading.records["document_value"])  # type: ignore[arg-type]
    assert {value["field"] for value in values if value["review_status"] == "needs_review"} == doubted
    assert {value["review_reason"] for value in values if value["review_reason"]} == {reason}
    assert "wait for an `approve` decision" in reading.message
    assert "核准" in reading.message


def test_two_totals_that_differ_are_doubted(tmp_path: Path) -> None:
    def second_total(canvas: Canvas) -> None:
        canvas.drawString(60, 300, "總用電度數：70,000 度")

    reading = _read_bytes(tmp_path, printed(Bill(extra=second_total)))
    (value,) = [one for one in reading.records["document_value"] if one["field"] == "quantity"]  # type: ignore[union-attr]
    assert (value["value"], value["confidence"], value["review_reason"]) == (
        "50000", "0.600", "several values stand there",
    )  # fmt: skip


def test_print_that_nobody_sees_is_doubted(tmp_path: Path) -> None:
    def hidden(canvas: Canvas) -> None:
        canvas.setFillGray(1)
        canvas.drawString(60, 300, "轉供度數：9,000 度")

    reading = _read_bytes(tmp_path, printed(Bill(extra=hidden)))
    (row,) = reading.records["utility_bill"]
    assert (row["wheeled_quantity"], row["review_status"]) == ("9000", "needs_review")


def test_an_amount_in_brackets_is_negative(tmp_path: Path) -> None:
    (row,) = _read_bytes(tmp_path, printed(Bill(amount="(1,234)"))).records["utility_bill"]
    assert row["amount"] == "-1234"


@pytest.mark.parametrize(
    ("bill", "code", "field"),
    [
        (Bill(end="114年08月31日"), "interval_order", "period_end"),
        (Bill(end="114年09月31日"), "bad_date", "period_end"),
        (Bill(start="14年09月01日"), "two_digit_year", "period_start"),
        (Bill(total=""), "missing_value", "quantity"),
        (Bill(total="50.000,5"), "decimal_comma", "quantity"),
    ],
)
def test_a_bill_that_cannot_be_read_is_named(tmp_path: Path, bill: Bill, code: str, field: str) -> None:
    reading = _read_bytes(tmp_path, printed(bill, OCTOBER))
    assert (code, field) in [(one.code, one.field) for one in reading.rejections]
    assert all(one.message_zh and one.locator.startswith("page 1") for one in reading.rejections)
    assert (len(list(reading.records["utility_bill"])), reading.records_rejected) == (1, 1)


# --- PDFs that are no bill, or mean harm


def _refused(tmp_path: Path, content: bytes) -> EvidenceRejectedError:
    source = source_of(put(tmp_path, "a.pdf", content), tmp_path / "scratch")
    assert not [one.kind for one in product_readers() if one.recognises(source)]
    assert OtherPdfReader().recognises(source)
    with pytest.raises(EvidenceRejectedError) as caught:
        OtherPdfReader().read(source)
    return caught.value


def test_a_scanned_page_says_so(tmp_path: Path) -> None:
    from PIL import Image

    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, *A4)

    error = _refused(tmp_path, page(scan))
    assert "scan" in error.what
    assert "1 images" in error.found


def test_text_over_a_scan_is_doubted(tmp_path: Path) -> None:
    from PIL import Image

    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 255)), 0, 0, *A4)

    reading = _read_bytes(tmp_path, printed(Bill(extra=scan)))
    (row,) = reading.records["utility_bill"]
    assert row["review_status"] == "needs_review"


def test_a_pdf_with_a_script_is_read_but_the_script_is_named(tmp_path: Path) -> None:
    content = _with_script(printed(Bill()))
    reading = _read_bytes(tmp_path, content)
    assert len(list(reading.records["utility_bill"])) == 1
    assert "JavaScript" in reading.message
    assert "launch action" in reading.message
    assert "未執行" in reading.message


def _with_script(content: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x')")}
    )
    writer.root_object[NameObject("/OpenAction")] = script
    launch = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("/bin/true")}
    )
    writer.root_object[NameObject("/AA")] = DictionaryObject({NameObject("/WC"): launch})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_locked_pdf_says_so(tmp_path: Path) -> None:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    canvas.drawString(10, 10, "x")
    canvas.save()
    assert "password" in _refused(tmp_path, target.getvalue()).what


def test_a_pdf_of_an_unknown_supplier_shows_how_it_begins(tmp_path: Path) -> None:
    error = _refused(tmp_path, page(lambda canvas: canvas.drawString(50, 700, "Water Works Ltd")))
    assert "Water Works Ltd" in error.found
    assert "National Grid" in error.expected


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.4\n1 0 obj\n<<", b"junk %PDF-1.4 more"])
def test_a_damaged_pdf_says_so(tmp_path: Path, content: bytes) -> None:
    assert "PDF" in _refused(tmp_path, content).what


def test_limits_of_pages_and_time_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = printed(Bill(), Bill(number="B2"))
    monkeypatch.setenv("TRACETONNE_LIMIT_PDF_PAGES", "1")
    assert "2 pages" in _refused(tmp_path, content).found


def test_a_reading_process_that_is_ended_is_a_named_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACETONNE_LIMIT_PDF_SECONDS", "1")
    # A page tree of many pages that all show a long text; far more than a second of work.
    slow = page(lambda canvas: [canvas.drawString(10, 10 + n % 800, "9" * 900) for n in range(3000)])
    assert "longer" in _refused(tmp_path, slow).what


def test_a_pdf_with_an_invoice_inside_is_another_readers(tmp_path: Path) -> None:
    path = SHARED / "corpora" / "invoice-facturx-zugferd" / "EN16931_Einfach.pdf"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    source = source_of(path, tmp_path)
    assert not OtherPdfReader().recognises(source)
    assert not [one.kind for one in product_readers() if one.recognises(source)]


# --- a steward's own templates

WATER = """\
version: 1
title: Water works
title_zh: 自來水公司
about: One bill.
constants: {commodity: water, unit: m3, currency: EUR}
recognise: ["Water Works"]
spelling: {decimal_mark: ",", date_format: "%d.%m.%Y"}
fields:
  - {column: account, type: code, required: true, right_of: [Customer no.]}
  - {column: period_start, type: date, required: true, below: [From], pattern: "[0-9.]{10}"}
  - {column: period_end, type: date, required: true, below: [To], pattern: "[0-9.]{10}"}
  - {column: quantity, type: quantity, required: true, right_of: [Consumption], pattern: "[0-9.,]+"}
"""


def _water(canvas: Canvas) -> None:
    canvas.drawString(50, 700, "Water Works Ltd")
    canvas.drawString(50, 680, "Customer no.: 4711")
    canvas.drawString(50, 660, "From")
    canvas.drawString(150, 660, "To")
    canvas.drawString(50, 645, "01.01.2025")
    canvas.drawString(150, 645, "31.03.2025")
    canvas.drawString(50, 620, "Consumption (m3)  1.234,5")


def _template(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "home" / "templates" / "pdf" / "water_works.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_template_of_the_home_reads_another_supplier(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    _template(tmp_path, WATER)
    (result,) = land_paths(home, [put(tmp_path, "a.pdf", page(_water))], "plant")
    assert (result.kind, result.records_landed) == ("water_works", 1)
    (row,) = rows_of(home, "utility_bill", "plant", result.evidence_id)
    assert (row["account"], row["period_start"], row["period_end"], row["quantity"]) == (
        "4711", "2025-01-01", "2025-03-31", "1234.5",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("right_of: [Consumption]", "right_off: [Consumption]", 12, "unknown: right_off"),
        ("column: quantity", "column: kwh", 12, "no column kwh"),
        ('pattern: "[0-9.,]+"', 'pattern: "[0-9.,+"', 12, "not a regular expression"),
        ("right_of: [Customer no.]", 'find: "no. (.*)"', 9, "no group"),
        ("below: [From], ", "below: [From], right_of: [From], ", 10, "in one way"),
        ("  - {column: period_end", "  - {column: period_start", 11, "filled twice"),
        ("recognise:", "recognize:", 1, "missing: recognise"),
    ],
)
def test_a_template_with_a_fault_is_refused_by_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in WATER
    _template(tmp_path, WATER.replace(old, new, 1))
    with pytest.raises(WrongUseError) as caught:
        readers_of(home_at(tmp_path / "home"))
    assert f"line {line}: " in caught.value.found
    assert said in caught.value.found


@pytest.mark.parametrize("kind", pdf_template.kinds())
def test_the_products_own_templates_have_no_fault(kind: str, tmp_path: Path) -> None:
    text = (pdf_template.TEMPLATES / f"{kind}.yml").read_text(encoding="utf-8")
    path = tmp_path / "home" / "templates" / "pdf" / f"my_{kind}.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    (reader,) = own_pdf_readers(home_at(tmp_path / "home"))
    assert reader.template.fields == pdf_template.load(kind).fields
    columns = {one.column for one in reader.template.fields if not one.column.startswith("_")}
    assert columns <= set(TABLES["utility_bill"])


# --- properties


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    kwh=st.lists(st.integers(0, 10**6), min_size=4, max_size=4),
    multiplier=st.sampled_from([1, 40, 2000, 12000]),
    day=st.dates(datetime.date(2012, 1, 1), datetime.date(2026, 12, 1)),
)
def test_any_bill_that_adds_up_is_read_back(
    tmp_path: Path, kwh: list[int], multiplier: int, day: datetime.date
) -> None:
    bands = ("尖峰", "半尖峰", "週六半尖峰", "離峰")
    readings = {band: (10.0, 10.0 + used) for band, used in zip(bands, kwh, strict=True)}
    year = day.year - 1911
    bill = Bill(
        readings=readings, multiplier=multiplier, total=f"{sum(kwh) * multiplier:,}",
        month=f"{year}年{day:%m月}", start=f"{year}年{day:%m月%d日}", end=f"{year}年12月31日",
    )  # fmt: skip
    reading = _read_bytes(tmp_path, printed(bill))
    (row,) = reading.records["utility_bill"]
    assert row["quantity"] == str(sum(kwh) * multiplier)
    assert row["period_start"] == day.isoformat()
    assert row["review_status"] == "accepted"


@pytest.mark.parametrize("seed", range(6))
def test_a_pdf_with_bytes_changed_is_read_or_named(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(printed(Bill()))
    for _ in range(chance.choice([1, 20, 200])):
        content[chance.randrange(8, len(content))] = chance.randrange(256)
    if seed % 3 == 0:
        del content[chance.randrange(8, len(content)) :]
    home = home_at(tmp_path / "home")
    (result,) = land_paths(home, [put(tmp_path, "a.pdf", bytes(content))], "plant")
    assert "reader_fault" not in [one.code for one in result.rejections]
    assert result.records_landed + result.records_rejected >= 1


def test_a_pdf_is_read_once_for_all_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    run = pdf_document.subprocess.run
    monkeypatch.setattr(
        pdf_document.subprocess, "run", lambda *given, **named: (calls.append(1), run(*given, **named))[1]
    )
    _read_bytes(tmp_path, printed(Bill(number="ONCE")))
    assert len(calls) == 1


@pytest.mark.slow
def test_characters_and_rules_are_those_of_the_library(shared: Path, tmp_path: Path) -> None:
    """The library's own objects say the same; they only take three times as long."""
    made = put(tmp_path, "bills.pdf", printed(Bill(), OCTOBER))
    for path in (made, *sorted(shared.glob("corpora/invoice-*/*.pdf"))):
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                found = pdf_child._page(page)
                chars = [one for one in page.dedupe_chars(tolerance=1).chars if one["text"].strip()]
                sides = ("x0", "top", "x1", "bottom", "size")
                wanted = [[one["text"], *(round(float(one[side]), 2) for side in sides)] for one in chars]
                assert [char[:-1] for char in found["chars"]] == wanted
                uprights = {round(float(one["x0"]), 1) for one in page.edges if one["orientation"] == "v"}
                assert found["rules"] == sorted(uprights)
                assert found["images"] == len(page.images)
