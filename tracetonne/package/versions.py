"""Which versions of a package exist, what each was made from, and whether a new one is due."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracetonne.package.bag import package_hash, read_info, sha256_of
from tracetonne.package.layout import EARLIER_PACKAGE, PAYLOAD, table_file
from tracetonne.package.tabular import engine, literal
from tracetonne.settings import Home

# What makes a new version, in the order in which a change is explained.
PARTS = ("Evidence", "Factors", "Methods", "Figures", "Earlier-Packages")
# How the hashes are made. In form 1, which no package names, `Figures` was a hash over rows printed as JSON;
# since form 2 it is the SHA-256 of the table of figures as the package holds it.
FORM = "2"
_FORM_ENTRY = "TraceTonne-Identity-Form"
_FOLDER = re.compile(r"v([1-9][0-9]*)")


@dataclass(frozen=True)
class Identity:
    """Hashes of all that makes a version: a new one is due when any of them differs."""

    parts: dict[str, str]
    form: str

    def as_info(self) -> dict[str, str]:
        """Return the entries for `bag-info.txt`."""
        return {_FORM_ENTRY: self.form} | {f"TraceTonne-{name}-SHA256": self.parts[name] for name in PARTS}

    def differences(self, other: Identity) -> list[str]:
        """Return the names of the parts that differ."""
        return [name for name in PARTS if self.parts.get(name) != other.parts.get(name)]


@dataclass(frozen=True)
class Published:
    """One version of a package on disk."""

    site: str
    period: str
    version: int
    path: Path

    @property
    def identity(self) -> Identity:
        """What the version was made from."""
        info = read_info(self.path)
        return Identity(
            {name: info.get(f"TraceTonne-{name}-SHA256", "") for name in PARTS}, form_of(self.path)
        )

    @property
    def sha256(self) -> str:
        """The hash that stands for the whole package."""
        return package_hash(self.path)

    def figures(self) -> dict[tuple[str, str], float | None]:
        """Return the unrounded value of every figure by (figure_key, refresh period)."""
        table = self.path / PAYLOAD / table_file("figure", "parquet")
        with duckdb.connect() as connection:
            rows = connection.execute(
                f"select figure_key, refresh_period, value from read_parquet({literal(table)})"
            ).fetchall()
        return {(key, period): value for key, period, value in rows}


def versions(home: Home, site: str, period: str) -> list[Published]:
    """Return all versions of a package, oldest first."""
    folder = home.exports / site / period
    if not folder.is_dir():
        return []
    found = [(int(match[1]), path) for path in folder.iterdir() if (match := _FOLDER.fullmatch(path.name))]
    return [Published(site, period, number, path) for number, path in sorted(found)]


def published(home: Home, site: str, period: str) -> Published | None:
    """Return the newest version of a package, or none."""
    existing = versions(home, site, period)
    return existing[-1] if existing else None


def form_of(root: Path) -> str:
    """Return the form in which a package says what it was made of."""
    return read_info(root).get(_FORM_ENTRY, "1")


def identity_of(root: Path, form: str = FORM, hashes: Mapping[str, str] | None = None) -> Identity:
    """Hash what makes a version, from its tables: evidence, factors, methods, figures, earlier packages.

    Args:
        root: The package.
        form: How the hashes are made.
        hashes: SHA-256 of its files that are known, by path in the bag.
    """
    figures = f"{PAYLOAD}/{table_file('figure')}"

    def rows(name: str) -> str:
        return f"read_parquet({literal(root / PAYLOAD / table_file(name, 'parquet'))})"

    queries = {
        "Evidence": f"select distinct sha256, kind, file_name from {rows('evidence_used')}",
        "Factors": f"select distinct * from {rows('factor_used')}",
        "Methods": f"select distinct method_id, clause, formula from {rows('calculation_line')}",
        "Figures": f"select * from {rows('figure')}",
        "Earlier-Packages": f"select * from {rows(EARLIER_PACKAGE)}",
    }
    parts = {}
    with engine().cursor() as connection:
        for name, query in queries.items():
            if name == "Figures" and form == FORM:
                parts[name] = (hashes or {}).get(figures) or sha256_of(root / figures)
            else:
                parts[name] = _rows_hash(connection.execute(query).fetchall())
    return Identity(parts, form)


def _rows_hash(rows: Iterable[Sequence[object]]) -> str:
    digest = hashlib.sha256()
    # `default=str` prints dates and decimals; floats print with all their digits.
    encode = json.JSONEncoder(default=str, ensure_ascii=True).encode
    for line in sorted(map(encode, rows)):
        digest.update(line.encode("ascii") + b"\n")
    return digest.hexdigest()
