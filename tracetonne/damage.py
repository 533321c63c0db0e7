"""Files of a home that no longer hold what was written: found in what a library says, told to people.

A power cut, a full disk or a hand in the wrong folder damages files that the product wrote well. The
libraries name the file in their error; which part of the home it belongs to says what is lost, and what
brings it back.
"""

from __future__ import annotations

import re
from pathlib import Path

from tracetonne.errors import TraceTonneError
from tracetonne.landing.disk import DiskError
from tracetonne.settings import Home

_MARK = b"PAR1"  # a Parquet file begins and ends with it
_FULL = re.compile("No space left on device|disk is full|Disk quota exceeded", re.IGNORECASE)
_RESTORE = "restore the file from a backup; the register alone knows name and place of the document"
_REBUILD = "run: tracetonne rebuild; it reads the stored documents again and computes everything from them"


class DamagedFileError(TraceTonneError):
    """A file of the home cannot be read any more; documents in the evidence store are not touched by it."""

    exit_code = 1


def damaged_file(home: Home, said: str) -> DamagedFileError | None:
    """Return what to tell people where an error names a damaged file of the home, else nothing.

    Args:
        home: The installation.
        said: The text of an error of DuckDB, Arrow or dbt.
    """
    for name in re.findall(r"[^'\"\n]+\.(?:parquet|duckdb)", said):
        path = Path(name[name.find("/") :])
        if path == home.warehouse and "not a valid DuckDB database" in said:
            return _told(path, "a DuckDB database", _REBUILD)
        if path.suffix == ".parquet" and path.is_relative_to(home.root) and not is_parquet(path):
            is_register = path.is_relative_to(home.landing / "evidence")
            return _told(path, "a complete Parquet file", _RESTORE if is_register else _REBUILD)
    return None


def full_disk(home: Home, error: Exception) -> DiskError | None:
    """Return what to tell people where an error of any library comes from a full disk, else nothing."""
    if isinstance(error, DiskError) or not _FULL.search(str(error)):
        return None
    return DiskError(
        "The disk is full. What was landed and published before stays.",
        where=str(home.root),
        expected="room for the warehouse, the served figures and the package",
        found=str(error).strip().splitlines()[0][:300],
        action="make room, then run the same command again; it begins where nothing is half-written",
    )


def is_parquet(path: Path) -> bool:
    """Say whether a file begins and ends as a Parquet file does; one that was cut or overwritten does not."""
    try:
        with path.open("rb") as stream:
            begins = stream.read(len(_MARK)) == _MARK
            stream.seek(-len(_MARK), 2)
            return begins and stream.read() == _MARK
    except OSError:
        return False


def _told(path: Path, expected: str, action: str) -> DamagedFileError:
    return DamagedFileError(
        "A file of this installation is damaged.",
        where=str(path),
        expected=expected,
        found=f"{path.stat().st_size:,} bytes of something else" if path.exists() else "nothing",
        action=action,
    )
