"""A cell is read in one way only, or not at all."""

from __future__ import annotations

import datetime

import pytest

from tracetonne.landing import text


@pytest.mark.parametrize(
    "cell", ["0", "1234.5", "1,234.5", "-3", "+7", ".5", "１２３．５", "１，２３４", "007"]
)
def test_numbers_that_are_read(cell: str) -> None:
    assert text.number_problem(cell) == ""


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1,5", "decimal_comma"),
        ("1.234,5", "decimal_comma"),
        ("12,34,567", "decimal_comma"),
        ("12 kg", "bad_number"),
        ("1e3", "bad_number"),
        ("12-", "bad_number"),
        ("", "bad_number"),
        ("NaN", "bad_number"),
        ("١٢", "bad_number"),
        ("1" * 21, "bad_number"),
        ("N/A", "bad_number"),
    ],
)
def test_numbers_that_are_refused(cell: str, code: str) -> None:
    assert text.number_problem(cell) == code


@pytest.mark.parametrize(
    ("cell", "negative"), [("-0.1", True), ("－３", True), ("-0", False), ("-0.00", False), ("3", False)]
)
def test_negative_numbers(cell: str, negative: bool) -> None:
    assert text.is_negative(cell) is negative


@pytest.mark.parametrize(
    "cell",
    [
        "2025-01-31",
        "2025/1/31",
        "2025.01.31",
        "20250131",
        "114/01/31",
        "114-1-31",
        "114年01月31日",
        " 114/01/31 ",
    ],
)
def test_dates_that_are_read(cell: str) -> None:
    assert text.read_date(cell) == (datetime.date(2025, 1, 31), "")


@pytest.mark.parametrize(("cell", "year"), [("089/01/01", 2000), ("115/01/01", 2026), ("199/01/01", 2110)])
def test_roc_years_that_are_plausible(cell: str, year: int) -> None:
    assert text.read_date(cell)[0] == datetime.date(year, 1, 1)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("25/01/31", "two_digit_year"),
        ("89/01/31", "two_digit_year"),
        ("1140131", "bad_date"),
        ("31/01/2025", "bad_date"),
        ("2025-02-30", "bad_date"),
        ("114/13/01", "bad_date"),
        ("088/01/01", "bad_date"),
        ("0114/01/01", "bad_date"),
        ("soon", "bad_date"),
        ("", "bad_date"),
    ],
)
def test_dates_that_are_refused(cell: str, code: str) -> None:
    assert text.read_date(cell) == (None, code)


@pytest.mark.parametrize("cell", ["2025-01", "2025/1", "114/01", "114年01月"])
def test_months_that_are_read(cell: str) -> None:
    assert text.read_month(cell) == (datetime.date(2025, 1, 1), "")


@pytest.mark.parametrize(
    ("cell", "code"), [("25/01", "two_digit_year"), ("11401", "bad_month"), ("114/13", "bad_month")]
)
def test_months_that_are_refused(cell: str, code: str) -> None:
    assert text.read_month(cell) == (None, code)


@pytest.mark.parametrize(
    "cell", ["合計", "總計：", "小計", "本月合計", "TOTAL", "Grand Total", "subtotal:", "Total:"]
)
def test_totals(cell: str) -> None:
    assert text.is_total(cell)


@pytest.mark.parametrize("cell", ["", "M-TOTAL-1", "合計室", "Totalenergies", "2025-01-01"])
def test_what_is_no_total(cell: str) -> None:
    assert not text.is_total(cell)


@pytest.mark.parametrize(
    ("data", "codec", "skip"),
    [
        (b"plain", "utf-8", 0),
        ("電號".encode(), "utf-8", 0),
        ("電號".encode("utf-8-sig"), "utf-8", 3),
        ("電號,帳單號碼".encode("cp950"), "cp950", 0),
        ("電號".encode("utf-16"), "utf-16", 0),
        ("電號帳單號碼計費".encode()[:-1], "utf-8", 0),
    ],
)
def test_encodings_are_told_apart(data: bytes, codec: str, skip: int) -> None:
    assert text.tell_encoding(data) == (codec, skip)


def test_a_damaged_line_costs_only_itself() -> None:
    data = "一\n二\n三\n".encode().replace("二".encode(), b"\xff\xff")
    lines = list(text.lines_of(data, "utf-8", 0))
    assert [line.text for line in lines if line.bad_byte is None] == ["一", "三", ""]
    assert (lines[1].number, lines[1].bad_byte, lines[1].byte_text) == (2, 4, "0xff")
