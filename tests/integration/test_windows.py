"""Year to date and rolling twelve months follow when an earlier month is computed later."""

from __future__ import annotations

import duckdb
import pytest
from prepared_home import compute, prepared_home
from sample_copy import copy_site

from tracetonne.landing.land import land_paths
from tracetonne.settings import Home

pytestmark = pytest.mark.slow

SITE = "plant"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The screw plant landed, with February and March of 2025 computed first and January after them."""
    folder = tmp_path_factory.mktemp("windows")
    home = prepared_home(folder / "home")
    papers = copy_site("screw_plant", folder / "papers", ["2025-01", "2025-02", "2025-03"])
    land_paths(home, [papers], SITE)
    compute(home, SITE, ["2025-02", "2025-03"])
    assert months_in_window(home, "2025-03/YTD") == 2
    compute(home, SITE, ["2025-01"])
    return home


def months_in_window(home: Home, window: str) -> float | None:
    found = query(
        home,
        "select value from output.out_figure where period = ? and quantity = 'months_in_window'",
        window,
    )
    return None if not found else found[0][0]


def query(home: Home, sql: str, *parameters: str) -> list[tuple[float | None, ...]]:
    with duckdb.connect(str(home.warehouse)) as connection:
        return connection.execute(sql, parameters).fetchall()


def test_later_windows_take_the_new_month_in(home: Home) -> None:
    assert [months_in_window(home, f"2025-{month}/YTD") for month in ("01", "02", "03")] == [1, 2, 3]
    assert [months_in_window(home, f"2025-{month}/R12") for month in ("01", "02", "03")] == [1, 2, 3]


def test_year_to_date_is_summed_emissions_over_summed_goods(home: Home) -> None:
    months = query(
        home,
        """
        select sum(attributed + embedded) / sum(activity_level)
        from calculation.calc_process_see
        where series = 'management' and chain = 'see_direct' and process = 'carbon_screws'
        """,
    )
    window = query(
        home,
        """
        select value from output.out_figure
        where period = '2025-03/YTD' and quantity = 'see_direct'
            and process = 'carbon_screws' and product is null
        """,
    )
    assert window[0][0] == pytest.approx(months[0][0], rel=1e-12)


def test_a_quarter_is_its_three_months_and_stands_beside_the_last(home: Home) -> None:
    assert [months_in_window(home, f"2025-{month}/Q1") for month in ("01", "02", "03")] == [None, None, 3]
    both = [
        query(
            home,
            "select value, rounded from output.out_figure where period = ? and quantity = 'see_direct' "
            "and process = 'carbon_screws' and product is null",
            window,
        )
        for window in ("2025-03/Q1", "2025-03/YTD")
    ]
    assert both[0] and both[0] == both[1]


def test_rolling_year_has_no_value_before_twelve_months(home: Home) -> None:
    found = query(
        home,
        """
        select count(*), count(value)
        from output.out_figure
        where period like '%/R12' and quantity like 'see_%'
        """,
    )
    assert found[0][0]
    assert found[0][1] == 0


def test_windows_are_of_the_management_series(home: Home) -> None:
    assert not query(
        home, "select 1 from output.out_figure where period like '%/%' and series <> 'management'"
    )


def test_computing_a_month_again_changes_nothing(home: Home) -> None:
    figures = "select * exclude (period_start, period_end) from output.out_figure order by all"
    before = query(home, figures)
    compute(home, SITE, ["2025-02"])
    assert query(home, figures) == before
