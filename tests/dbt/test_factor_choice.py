"""From landed papers to chosen factors: what the screw plant chooses, and what a missing paper changes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from prepared_home import prepared_home
from sample_copy import copy_site

from orchestration.dbt_build import build, failed
from tracetonne.landing.land import land_paths

pytestmark = pytest.mark.slow

FOLDERS = ("master_data", "factors", "lab", "suppliers", "ledger")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three plants: `whole`; `uncertified` without the gas certificate of February 2026; `unapproved`, whose
    factor documents of 2026 are approved by their author."""
    folder = tmp_path_factory.mktemp("factor_choice")
    home = prepared_home(folder / "home")
    for name in ("whole", "uncertified", "unapproved"):
        site = copy_site("screw_plant", folder / name)
        if name == "uncertified":
            (site / "lab" / "gas_certificate_2026-02.csv").unlink()
        if name == "unapproved":
            _approve_alone(site / "factors" / "site_factors_2026.csv")
        land_paths(home, [site / part for part in FOLDERS], name)
    selection = ["--select", "+path:models/calculation/factor"]
    nodes = build(home, {}, [*selection, "--indirect-selection", "cautious"])
    assert not failed(nodes), [node.message for node in failed(nodes)]
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield connection


def _approve_alone(path: Path) -> None:
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    for row in rows:
        row["approver"] = row["author"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _choice(warehouse: duckdb.DuckDBPyConnection, *key: str) -> tuple[float, str, str] | None:
    return warehouse.execute(
        "select value, factor_code, factor_match from calculation.calc_factor_choice"
        " where site = ? and period = ? and series = ? and subject = ? and parameter = ?",
        key,
    ).fetchone()


def test_certificate_of_the_month_is_chosen(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = [
        _choice(warehouse, "whole", month, "regime", "natural-gas", "ncv")
        for month in ("2026-01", "2026-02", "2026-03")
    ]
    assert [row[0] for row in found if row] == [35.92, 36.04, 35.97]
    assert {row[2] for row in found if row} == {"exact"}


def test_year_has_a_value_only_where_its_months_agree(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert _choice(warehouse, "whole", "2025", "management", "natural-gas", "emission_factor") == (
        56.1,
        "SCREW-GAS-EF",
        "exact",
    )
    assert _choice(warehouse, "whole", "2026", "management", "natural-gas", "ncv") is None


def test_missing_certificate_is_a_gap_that_says_what_is_accepted(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    gaps = warehouse.execute(
        "select period, series, parameter, message, message_zh, accepted from calculation.calc_factor_gap"
        " where site = 'uncertified' and length(period) = 7 order by all"
    ).fetchall()
    assert [gap[:3] for gap in gaps] == [("2026-02", "management", "ncv"), ("2026-02", "regime", "ncv")]
    for gap in gaps:
        assert "natural-gas" in gap[3]
        assert "it is no longer valid in the period" in gap[3]
        assert "缺係數" in gap[4]
        assert gap[5].startswith("a certificate of an accredited laboratory")
    assert _choice(warehouse, "uncertified", "2026-02", "regime", "natural-gas", "ncv") is None
    assert _choice(warehouse, "uncertified", "2026-03", "regime", "natural-gas", "ncv") is not None
    assert warehouse.execute(
        "select count(*) from calculation.calc_factor_gap where site = 'whole'"
    ).fetchone() == (0,)


def test_unapproved_factors_give_way_to_published_ones(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert _choice(warehouse, "unapproved", "2026-01", "management", "natural-gas", "emission_factor") == (
        56.1,
        "TW-MOENV-NATURAL-GAS-STATIONARY-CO2",
        "exact",
    )
    assert _choice(
        warehouse, "unapproved", "2026-01", "management", "grid-electricity", "electricity_factor"
    ) == (0.466, "TW-GRID-INDUSTRIAL", "latest_published")
    assert _choice(warehouse, "whole", "2026-01", "regime", "grid-electricity", "electricity_factor") == (
        0.561,
        "CBAM-GRID-TW",
        "exact",
    )
    losers = warehouse.execute(
        "select distinct lost_code from calculation.calc_factor_candidate"
        " where site = 'unapproved' and period = '2026-01' and factor_code = 'SCREW-ELECTRICITY'"
        " and reason_zh like '%核准人%'"
    ).fetchall()
    assert losers == [("author_is_approver",)]


def test_unverified_precursor_is_charged_at_the_default_from_2026(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    values = warehouse.execute(
        "select period, series, material, see_direct_tco2e_per_t, value_basis, value_match"
        " from calculation.calc_precursor_value_choice"
        " where site = 'whole' and period in ('2025-12', '2026-01') order by all"
    ).fetchall()
    carbon, stainless = "WIRE-ROD-CARBON", "WIRE-ROD-STAINLESS"
    assert values == [
        ("2025-12", "management", carbon, 1.539, "measured", "exact"),
        ("2025-12", "management", stainless, 1.44, "measured", "exact"),
        ("2025-12", "regime", carbon, 1.539, "measured", "exact"),
        ("2025-12", "regime", stainless, 1.44, "measured", "exact"),
        ("2026-01", "management", carbon, 1.539, "measured", "exact"),
        ("2026-01", "management", stainless, 1.44, "measured", "exact"),
        ("2026-01", "regime", carbon, 1.539, "measured", "exact"),
        ("2026-01", "regime", stainless, 3.597, "default", "default"),
    ]


def test_every_chosen_factor_stands_in_the_register(warehouse: duckdb.DuckDBPyConnection) -> None:
    orphans = warehouse.execute(
        """
        with
        cited as (
            select factor_id as id from calculation.calc_factor_choice
            union
            select unnest([
                see_direct_id, electricity_mwh_per_t_id, electricity_factor_id, see_indirect_id
            ]) from calculation.calc_precursor_value_choice
        )
        select id from cited
        where id is not null and id not in (select factor_id from calculation.calc_factor_register)
        """
    ).fetchall()
    assert orphans == []


def test_register_repeats_the_value_that_a_line_uses(warehouse: duckdb.DuckDBPyConnection) -> None:
    different = warehouse.execute(
        """
        select choice.see_direct_id
        from calculation.calc_precursor_value_choice as choice
        inner join calculation.calc_factor_register as register on choice.see_direct_id = register.factor_id
        where choice.see_direct_tco2e_per_t <> register.value
        """
    ).fetchall()
    assert different == []
