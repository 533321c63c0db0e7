"""Where state lives. Every path of the product is named here and nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tracetonne.errors import WrongUseError

CHECKOUT = Path(__file__).resolve().parent.parent
DBT_PROJECT = CHECKOUT / "dbt_project"
RAW_SAMPLES = CHECKOUT / "raw_samples"


@dataclass(frozen=True)
class Home:
    """The folders of one installation; `TRACETONNE_HOME` moves all of them, exports included."""

    root: Path
    exports: Path

    @property
    def evidence(self) -> Path:
        """Immutable documents, stored once under their SHA-256."""
        return self.root / "evidence"

    @property
    def landing(self) -> Path:
        """One Parquet file a document and table: `<table>/site=<site>/<evidence_id>.parquet`."""
        return self.root / "landing"

    @property
    def inbox(self) -> Path:
        """`inbox/<site>/` is watched by the sensor."""
        return self.root / "inbox"

    @property
    def connectors(self) -> Path:
        """`<name>.yml` a connector, and in `state/` what each has fetched."""
        return self.root / "connectors"

    @property
    def contracts(self) -> Path:
        """Contracts of tabular documents that stewards wrote; those of meters in `meter/` below."""
        return self.root / "contracts"

    @property
    def templates(self) -> Path:
        """Templates that stewards wrote; those of PDF bills in `pdf/` below."""
        return self.root / "templates"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that only dbt writes."""
        return self.root / "warehouse.duckdb"

    @property
    def serving(self) -> Path:
        """Parquet copies of the last build, the only thing that readers open."""
        return self.root / "serving"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: run history and event logs."""
        return self.root / "dagster"

    @property
    def dbt_target(self) -> Path:
        """Compiled SQL and the manifest."""
        return self.root / "dbt"

    @property
    def early_copies(self) -> Path:
        """Documents on their way into a package, while a refresh computes."""
        return self.root / "early_copies"

    @property
    def early_tables(self) -> Path:
        """Tables on their way into a package, while a refresh is tested and judged."""
        return self.root / "early_tables"

    @property
    def lock(self) -> Path:
        """Held by whoever lands or refreshes, so that two commands never write at once."""
        return self.root / "write.lock"


def home() -> Home:
    """Return this installation's folders: `TRACETONNE_HOME`, else `var/` and `exports/` of the checkout.

    Raises:
        WrongUseError: The path holds a sign that the warehouse's adapter takes for part of a web address.
    """
    moved = os.environ.get("TRACETONNE_HOME")
    if moved:
        root = Path(moved).expanduser().resolve()
        _refuse_address_signs(root)
        return Home(root=root, exports=root / "exports")
    return Home(root=CHECKOUT / "var", exports=CHECKOUT / "exports")


def _refuse_address_signs(root: Path) -> None:
    if any(sign in str(root) for sign in "?#"):
        raise WrongUseError(
            "The home folder cannot have this name.",
            where="TRACETONNE_HOME",
            expected="a path without ? and #",
            found=str(root),
            action="choose another folder",
        )
