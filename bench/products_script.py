"""Run the bare script of the product figures: one query, a Parquet and a CSV file, and their SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_suffix(".sql")


def write_figures(landing: Path, site: str, month: str, folder: Path) -> Path:
    """Write every figure of a product that a refresh of the month publishes, and return the Parquet file.

    Args:
        landing: The landed Parquet of the ledger plant.
        site: The site.
        month: Such as `2025-06`, before 2026.
        folder: Where `figure.parquet`, `figure.csv` and `SHA256SUMS` go.
    """
    parquet, csv = folder / "figure.parquet", folder / "figure.csv"
    with duckdb.connect(config={"threads": 2}) as connection:
        for name, value in {"landing": str(landing), "site": site, "month": month}.items():
            connection.execute(f"set variable {name} = '{value}'")
        connection.execute(f"create table figure as {SCRIPT.read_text(encoding='utf-8')}")
        connection.execute(f"copy figure to '{parquet}' (format parquet, compression zstd)")
        connection.execute(f"copy figure to '{csv}' (format csv, header true)")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in (parquet, csv)]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
    return parquet
