"""Cells as people type them: what reads in one way is read, what could mean two things is refused."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetonne.landing.cell_text import (
    CellError,
    cn_digits,
    number_text,
    read_boolean,
    read_choice,
    read_cn_code,
    read_date,
    read_number,
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (17000.0, "17000"),
        (3337.9500000000003, "3337.9500000000003"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-1808226.0, "-1808226"),
        ("0,525", "0.525"),
        ("16,50000", "16.5"),
        ("1.234.567,8", "1234567.8"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1 234,5", "1234.5"),
        ("1e3", "1000"),
        ("12,345678", "12.345678"),
        ("１２．５", "12.5"),
    ],
)
def test_numbers(content: float | str, text: str) -> None:
    assert read_number(content) == text


@pytest.mark.parametrize("content", ["1,539", "12,345", "-999,000"])
def test_a_comma_that_could_be_either_is_refused(content: str) -> None:
    with pytest.raises(CellError) as caught:
        read_number(content)
    assert caught.value.code == "ambiguous_number"


@pytest.mark.parametrize(
    "content", ["", "abc", "1.9 tCO2e/t", "1..2", "1,2,3", ".", "-", True, "12%", "inf", "nan"]
)
def test_what_is_no_number(content: str | bool) -> None:
    with pytest.raises(CellError) as caught:
        read_number(content)
    assert caught.value.code == "not_a_number"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_every_digit(value: float) -> None:
    assert float(number_text(value)) == value
    assert float(read_number(value)) == value


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_number, read_date, read_boolean, read_cn_code):
        try:
            assert read(text)
        except CellError as error:
            assert error.code and error.message and error.message_zh


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (datetime.date(2023, 12, 31), "2023-12-31"),
        (datetime.datetime(2023, 12, 31, 0, 0), "2023-12-31"),  # noqa: DTZ001 -- as a sheet gives it
        (45291, "2023-12-31"),
        ("2023-12-31", "2023-12-31"),
        ("2023/1/2", "2023-01-02"),
        ("31.12.2023", "2023-12-31"),
    ],
)
def test_dates(content: object, text: str) -> None:
    assert read_date(content) == text


@pytest.mark.parametrize("content", ["01/02/2023", "2023", "31.02.2023", 5, 1e9, True, "soon"])
def test_what_is_no_date(content: object) -> None:
    with pytest.raises(CellError) as caught:
        read_date(content)
    assert caught.value.code == "not_a_date"


def test_serial_numbers_count_from_the_epoch_of_the_workbook() -> None:
    assert read_date(43829, epoch_1904=True) == "2023-12-31"


@pytest.mark.parametrize(
    ("content", "text"), [(True, "true"), ("FALSE", "false"), (1, "true"), ("True ", "true")]
)
def test_booleans(content: object, text: str) -> None:
    assert read_boolean(content) == text


def test_a_choice_has_the_spelling_of_the_list() -> None:
    assert (
        read_choice(" process  EMISSIONS", ("Combustion", "Process emissions"), "method", "方法")
        == "Process emissions"
    )
    with pytest.raises(CellError) as caught:
        read_choice("Combustoin", ("Combustion",), "method", "方法")
    assert caught.value.expected == "Combustion"


@pytest.mark.parametrize(
    "content",
    [73181542, 73181542.0, "73181542", "7318 15 42", "7318.15.42", " 7318\u00a01542", "７３１８１５４２"],
)
def test_cn_codes(content: object) -> None:
    assert read_cn_code(content, "Iron or steel products") == "73181542"


@pytest.mark.parametrize("content", ["7318154200", "731815", "7318154A", "", 7318154.2])
def test_a_cn_code_has_eight_digits(content: object) -> None:
    with pytest.raises(CellError) as caught:
        cn_digits(content)
    assert caught.value.code == "cn_code_not_eight_digits"
