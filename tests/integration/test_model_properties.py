"""Laws that every plant obeys, through a real warehouse: scale, order, parts and bubbles.

Plants are generated (`bench/ledger_plant.py`) and written in several versions, each a site of one warehouse:

- `scaled`: three times of everything, goods and activity alike;
- `shuffled`: the same records, the last first;
- `split`: the ledger in two documents, each record halved between them;
- `bubble`: both processes as one, with what passed from one to the other left out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from prepared_home import compute, prepared_home

from bench.ledger_plant import process_name, product_name, write_plant
from tracetonne.landing.land import land_paths
from tracetonne.settings import DBT_PROJECT

pytestmark = pytest.mark.slow

MONTHS = ("2025-05", "2025-06")
# Processes and products of the generated plants.
PLANTS = ((2, 2), (2, 5), (6, 7))
TIMES = Decimal(3)
QUANTITIES = ("good_kg", "scrap_kg", "input_kg")
BILLED = ("離峰度數", "總度數")
Rows = list[dict[str, str]]


def _edit(path: Path, change: Callable[[Rows], Rows], target: Path | None = None) -> Path:
    encoding = "cp950" if path.name.startswith("bill") else "utf-8"
    with path.open(encoding=encoding, newline="") as file:
        rows = list(csv.DictReader(file))
    changed = change(rows)
    with (target or path).open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(changed)
    return target or path


def _times(rows: Rows, factor: Decimal, columns: tuple[str, ...]) -> Rows:
    return [
        row | {name: f"{Decimal(row[name]) * factor:f}" for name in columns if row.get(name)} for row in rows
    ]


def _scaled(folder: Path) -> None:
    for path in folder.glob("ledger_*"):
        _edit(path, lambda rows: _times(rows, TIMES, QUANTITIES))
    for path in folder.glob("bill_*"):
        _edit(path, lambda rows: _times(rows, TIMES, BILLED))


def _shuffled(folder: Path) -> None:
    for path in [*folder.glob("ledger_*"), folder / "attribution.csv", folder / "products.csv"]:
        _edit(path, lambda rows: rows[::-1])


def _split(folder: Path) -> None:
    for path in list(folder.glob("ledger_*")):
        for day in ("10", "20"):
            _edit(
                path,
                lambda rows, day=day: [  # type: ignore[misc]
                    row
                    | {"production_date": row["production_date"][:8] + day, "batch": row["batch"] + "-" + day}
                    for row in _times(rows, Decimal("0.5"), QUANTITIES)
                ],
                path.with_name(f"part_{day}_{path.name}"),
            )
        path.unlink()


def _bubble(folder: Path) -> None:
    """Of a plant of two processes and two products: the first product stays within."""
    first, second = process_name(0), process_name(1)

    def merged(rows: Rows) -> Rows:
        within = {product_name(0)}
        kept = [row for row in rows if not within & {row.get("product"), row.get("material")}]
        return [row | {"process": second} for row in kept]

    for path in folder.glob("ledger_*"):
        _edit(path, merged)
    for name in ("processes.csv", "attribution.csv", "products.csv"):
        _edit(folder / name, lambda rows: [row for row in rows if row["process"] != first])


VERSIONS: dict[str, Callable[[Path], None]] = {"scaled": _scaled, "shuffled": _shuffled, "split": _split}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("model_properties")
    home = prepared_home(folder / "home")
    for number, (processes, products) in enumerate(PLANTS):
        for version in (
            "plain",
            *VERSIONS,
            *(["passed", "bubble"] if (processes, products) == (2, 2) else []),
        ):
            papers = folder / f"{version}_{number}"
            write_plant(papers, processes, products, MONTHS)
            if version == "passed":
                _pass_everything_on(papers)
            if version == "bubble":
                _pass_everything_on(papers)
                _bubble(papers)
            VERSIONS.get(version, lambda _: None)(papers)
            landed = land_paths(home, sorted(papers.iterdir()), f"{version}_{number}")
            refused = [result for result in landed if result.status != "landed"]
            assert not refused, [(result.path, result.rejections) for result in refused]
    compute(home)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        yield connection


def _pass_everything_on(folder: Path) -> None:
    """Let the second process take in all that the first made: then nothing leaves the pair between them."""

    def passed(rows: Rows) -> Rows:
        made = next(row["good_kg"] for row in rows if row["product"] == product_name(0))
        return [row | ({"input_kg": made} if row["material"] == product_name(0) else {}) for row in rows]

    for path in folder.glob("ledger_*"):
        _edit(path, passed)


def figures(warehouse: duckdb.DuckDBPyConnection, site: str) -> dict[tuple[str, ...], float]:
    """Return every figure of a site, exactly as computed."""
    rows = warehouse.execute(
        "select period, process, product, quantity, series, value from calculation.calc_figure"
        " where site = ? and value is not null",
        [site],
    ).fetchall()
    assert rows
    return {tuple(str(part) for part in row[:-1]): row[-1] for row in rows}


def _units() -> dict[str, str]:
    path = DBT_PROJECT / "seeds" / "figure" / "figure_definition.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["quantity"]: row["unit"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("number", range(len(PLANTS)))
def test_scaling_all_activity_scales_emissions_and_leaves_intensity(
    warehouse: duckdb.DuckDBPyConnection, number: int
) -> None:
    plain, scaled = figures(warehouse, f"plain_{number}"), figures(warehouse, f"scaled_{number}")
    assert plain.keys() == scaled.keys()
    units = _units()
    assert {"tCO2e", "tCO2e/t", "t", "TJ"} <= {units[key[3]] for key in plain}
    for key, value in plain.items():
        factor = 1 if "/" in units[key[3]] or units[key[3]] == "1" else int(TIMES)
        assert scaled[key] == pytest.approx(factor * value, rel=1e-9, abs=1e-9), key


@pytest.mark.parametrize("number", range(len(PLANTS)))
def test_the_order_of_records_changes_nothing(warehouse: duckdb.DuckDBPyConnection, number: int) -> None:
    assert figures(warehouse, f"plain_{number}") == figures(warehouse, f"shuffled_{number}")


@pytest.mark.parametrize("number", range(len(PLANTS)))
def test_two_parts_of_a_month_add_up_to_the_month(warehouse: duckdb.DuckDBPyConnection, number: int) -> None:
    assert figures(warehouse, f"plain_{number}") == figures(warehouse, f"split_{number}")


@pytest.mark.parametrize("series", ["management", "regime"])
@pytest.mark.parametrize("month", MONTHS)
def test_a_pair_merged_into_a_bubble_conserves_emissions(
    warehouse: duckdb.DuckDBPyConnection, month: str, series: str
) -> None:
    apart, merged = figures(warehouse, "passed_0"), figures(warehouse, "bubble_0")
    first, second = process_name(0), process_name(1)

    def of(found: dict[tuple[str, ...], float], quantity: str, process: str) -> float:
        return next(
            value for key, value in found.items()
            if key[:5] == (month, process, "None", quantity, series)
        )  # fmt: skip

    for kind in ("direct", "indirect"):
        own = [of(apart, f"attributed_emissions_{kind}", process) for process in (first, second)]
        together = of(merged, f"attributed_emissions_{kind}", second)
        assert together == pytest.approx(sum(own), rel=1e-12)
        # All that the first made went into the second: its goods carry the emissions of both.
        assert of(apart, f"see_{kind}", second) == pytest.approx(of(merged, f"see_{kind}", second), rel=1e-9)
