"""Run the bare script of product figures: one query, a Parquet and a CSV file, and their SHA-256."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import duckdb

from tracetonne import serving
from tracetonne.settings import Home

FOLDER = Path(__file__).parent
SAME = (
    "period", "period_start", "period_end", "process", "product_name", "cn_code", "series", "quantity",
    "unit", "regime",
)  # fmt: skip


def write_figures(plant: str, of: Home, site: str, month: str, folder: Path, **variables: int) -> Path:
    """Write every figure of a product that a refresh of the month publishes, and return the Parquet file.

    Args:
        plant: Which script makes the months: `products` or `readings`.
        of: The home whose landed Parquet is read.
        site: The site.
        month: Such as `2025-06`, before 2026.
        folder: Where `figure.parquet`, `figure.csv` and `SHA256SUMS` go.
        variables: What else the script asks for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parquet, csv = folder / "figure.parquet", folder / "figure.csv"
    months, figures = (
        (FOLDER / f"{name}_script.sql").read_text(encoding="utf-8") for name in (plant, "figures")
    )
    with duckdb.connect(config={"threads": 2}) as connection:
        for name, value in {"landing": str(of.landing), "site": site, "month": month, **variables}.items():
            connection.execute(f"set variable {name} = {value!r}")
        connection.execute(f"create table figure as {months}, {figures}")
        connection.execute(f"copy figure to '{parquet}' (format parquet, compression zstd)")
        connection.execute(f"copy figure to '{csv}' (format csv, header true)")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in (parquet, csv)]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
    return parquet


def check_figures(of: Home, site: str, month: str, script: Path) -> int:
    """Compare with what a home serves: the same up to the rounding of sums of doubles; return how many.

    Args:
        of: The home.
        site: The site.
        month: Such as `2025-06`.
        script: The Parquet file that the script wrote.
    """
    build = serving.current(of, site, month)
    if build is None:
        sys.exit("Nothing is served.")
    same = " and ".join(f"ours.{name} is not distinct from script.{name}" for name in SAME)
    near = " and ".join(
        f"(ours.{name} is null) = (script.{name} is null) "
        f"and coalesce(abs(ours.{name} - script.{name}) <= 1e-9 * abs(script.{name}), true)"
        for name in ("value", "rounded")
    )
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""
            select coalesce(ours.figure_key, script.figure_key), ours.value, script.value,
                coalesce({same} and {near}, false) as agrees
            from (from '{build.tables["out_figure"]}' where product is not null) as ours
            full join '{script}' as script using (figure_key)
            order by agrees
            """
        ).fetchall()
    if not rows[0][-1]:
        sys.exit(f"{rows[0][0]}: the refresh says {rows[0][1]}, the script {rows[0][2]}")
    return len(rows)
