"""Certificates as they are read and shown: both choices of values, an asked price, why there is nothing."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from tracetonne import certificates
from tracetonne.certificates import read_certificates, with_sensitivity
from tracetonne.deadlines import deadlines
from tracetonne.display_certificates import show_certificates
from tracetonne.figures import FIELDS
from tracetonne.settings import Home

# Values of the first row of each table; what is not named is null.
ROWS = {
    "out_cbam_product": (
        certificates._PRODUCT_FIELDS,
        [
            {"process": "'p'", "product": "'C1'", "cn_code": "'73181588'", "value_option": f"'{option}'",
             "quarter": str(quarter), "certificates_per_t": amount, "cost_eur_per_t": "30.0",
             "price_eur_per_tco2e": "75.0", "price_basis": f"'{basis}'", "cheaper_option": "'actual'",
             "note": "'assumes a; says b'"}
            for option, amount in (("actual", "0.4"), ("default", "1.6"))
            for quarter, basis in ((0, "reference"), (1, "known"), (2, "assumed"))
        ],
    ),
    "out_cbam_importer": (
        certificates._IMPORTER_FIELDS,
        [
            {"importer_eori": "'A'", "threshold_mass_t": "cast(265 as decimal(38, 12))", "is_exempt": "false",
             "certificates_due": "cast(100 as decimal(38, 12))", "penalty_exposure_eur": "10000.0"},
            {"importer_eori": "'B'", "threshold_mass_t": "cast(60 as decimal(38, 12))", "is_exempt": "false"},
        ],
    ),
    "out_cbam_import": (
        (*certificates._IMPORT_FIELDS, "line_id"),
        [{"importer_eori": "'A'", "net_mass_t": "cast(265 as decimal(38, 12))"}],
    ),
    "out_cbam_obligation": (
        ("period", *certificates.OBLIGATION_FIELDS),
        [
            {"period": "'2026'", "importer_eori": "'A'", "obligation": f"'{duty}'",
             "due_date": "date '2027-09-30'", "obligation_state": f"'{state}'", "done_date": done}
            for duty, state, done in (
                ("declaration", "late", "date '2027-10-02'"), ("surrender", "overdue", "cast(null as date)")
            )
        ],
    ),
    "out_dual_carbon_cost": (
        certificates._DUAL_FIELDS,
        [{"product": "'C1'", "series": "'filed'", "value_option": "'actual'", "quarter": "1",
          "fee_twd_per_t": "100.0", "cost_eur_per_t": "30.0"}],
    ),
    "out_figure": (FIELDS, [{"quantity": "'cbam_sefa'", "series": "'scenario'"}]),
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that serves the year 2026 of a site."""
    home = Home(root=tmp_path, exports=tmp_path / "exports")
    (home.landing / "evidence" / "site=s").mkdir(parents=True)
    build = home.serving / "s" / "2026" / "0123456789abcdef"
    build.mkdir(parents=True)
    (build.parent / "current.json").write_text('{"build": "0123456789abcdef"}', encoding="utf-8")
    with duckdb.connect() as connection:
        for table, (fields, rows) in ROWS.items():
            place = {"refresh_period": "'2026'", "site": "'s'"}
            selects = [
                "select "
                + ", ".join(
                    f"{(row | place).get(name, 'null')} as {name}"
                    for name in dict.fromkeys([*fields, *place])
                )
                for row in rows
            ]
            connection.execute(
                f"copy ({' union all by name '.join(selects)}) to '{build / table}.parquet' (format parquet)"
            )
    return home


def _at_ninety(some: Sequence[float]) -> list[float]:
    return [90 * one for one in some]


def test_both_choices_and_an_asked_price(home: Home) -> None:
    found = read_certificates(home, "s", "2026", "90", _at_ninety)
    assert [(row["value_option"], row["quarter"]) for row in found.products] == [
        (option, quarter) for option in ("actual", "default") for quarter in (0, 1, 2)
    ]
    assert found.products[0]["asked_cost_eur"] == 36
    assert [row["asked_cost_eur"] for row in found.importers] == [9000, None]
    assert (found.asked_price_eur, found.imports[0]["net_mass_t"]) == (90, 265)
    assert "asked_cost_eur" not in read_certificates(home, "s", "2026").products[0]


def test_people_read_it_in_both_languages(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    show_certificates(read_certificates(home, "s", "2026", "90", _at_ninety))
    told = capsys.readouterr().out
    for part in ("C1", "預設值", "asked", "Importers", "assumes a", "says b", "碳費"):
        assert part in told


def test_before_2026_nothing_is_due(tmp_path: Path) -> None:
    home = Home(root=tmp_path, exports=tmp_path / "exports")
    (home.landing / "evidence" / "site=s").mkdir(parents=True)
    found = read_certificates(home, "s", "2026")
    assert found.products == []
    assert "refresh" in found.reason


def test_a_tonne_at_several_prices(home: Home) -> None:
    """What each price costs is computed by the pricing that is given; here certificates times price."""
    found = with_sensitivity(
        read_certificates(home, "s", "2026"),
        ["60", "100"],
        lambda pairs: (
            [float(certificates) * float(price or 0) for certificates, price in pairs],
            [50 - float(certificates) * float(price or 0) for certificates, price in pairs],
        ),
    )
    first = [row for row in found.sensitivity if row["product"] == found.products[0]["product"]][:2]
    certificates = float(found.products[0]["certificates_per_t"])
    assert [row["cost_eur_per_t"] for row in first] == [certificates * 60, certificates * 100]
    assert [row["margin_left_eur_per_t"] for row in first] == [
        50 - certificates * 60,
        50 - certificates * 100,
    ]


def test_duties_of_importers_are_done_late_due_or_overdue(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    found = read_certificates(home, "s", "2026")
    assert [(row["obligation"], row["obligation_state"], row["done_date"]) for row in found.obligations] == [
        ("declaration", "late", "2027-10-02"), ("surrender", "overdue", None)
    ]  # fmt: skip
    show_certificates(found)
    assert "逾期完成" in capsys.readouterr().out
    for day, declared, surrendered in (
        (datetime.date(2027, 9, 30), "due_soon", "due_soon"),
        (datetime.date(2027, 10, 5), "filed_late", "overdue"),
    ):
        listed = [one for one in deadlines(home, "s", day) if one.importer == "A"]
        assert [(one.duty, one.year, one.state) for one in listed] == [
            ("cbam_declaration", "2026", declared), ("cbam_surrender", "2026", surrendered)
        ]  # fmt: skip
