"""Text that a spreadsheet would run is made harmless, in Python and in SQL alike, and can be had back."""

from __future__ import annotations

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from tracetonne.neutral import DANGEROUS_START, is_neutral_between, neutral, neutral_sql, restored

TEXTS = st.text(max_size=6) | st.sampled_from(DANGEROUS_START).flatmap(
    lambda sign: st.text(max_size=5).map(lambda rest: sign + rest)
)


@given(TEXTS)
def test_no_cell_starts_a_formula_and_the_text_comes_back(text: str) -> None:
    written = neutral(text)
    assert written[:1] == "'" or written[:1] not in tuple(DANGEROUS_START)
    assert restored(written) == text


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=6))
def test_sql_says_the_same(text: str) -> None:
    (row,) = duckdb.execute(f"select {neutral_sql('cell')} from (select ? as cell)", [text]).fetchall()
    assert row[0] == neutral(text)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_bounds_tell_of_no_text_that_needs_an_apostrophe(texts: list[str]) -> None:
    if is_neutral_between(min(texts), max(texts)):
        assert [neutral(text) for text in texts] == texts


def test_bounds() -> None:
    assert is_neutral_between("2025-01", "2025-12/YTD")
    assert is_neutral_between("IR (EU) 2025/2547", "碳費徵收辦法")
    assert not is_neutral_between("", "t")
    assert not is_neutral_between("1", "MWh/t")  # = and @ lie between


def test_examples() -> None:
    assert neutral("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert neutral("＠SUM") == "'＠SUM"
    assert neutral("8-M") == "8-M"
    assert restored("'quoted'") == "'quoted'"
