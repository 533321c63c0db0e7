"""Copy what cannot be computed again, and compute everything again from it.

A backup holds evidence, landing, packages, the inbox, the connectors, and the contracts and templates of the
home. Decisions are evidence. The warehouse, the served copies and the run logs are left out: `rebuild` makes
them again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from tracetonne import __version__
from tracetonne.damage import is_parquet
from tracetonne.errors import TraceTonneError, WrongUseError
from tracetonne.landing.land import FileResult, land_paths
from tracetonne.landing.lock import write_lock
from tracetonne.package.build import ASIDE, remade_hash
from tracetonne.package.tabular import literal
from tracetonne.package.versions import published, versions
from tracetonne.settings import Home
from tracetonne.sites import SCHEMA_SITE

MANIFEST = "manifest-sha256.txt"
_ABOUT = "backup.txt"
# Without contracts and templates the documents that they read could not be read again.
PARTS = ("evidence", "landing", "exports", "inbox", "connectors", "contracts", "templates")
_CHUNK = 1 << 20

Refresh = Callable[[Home, str, str], Any]
"""Computes a site and period although nothing has changed: `orchestration.refresh.refresh` with force."""


class DamagedBackupError(TraceTonneError):
    """A file of a backup, or of the evidence store, is missing or no longer has its bytes."""


@dataclass(frozen=True)
class BackupResult:
    """What a backup holds.

    Args:
        path: The folder.
        files: Number of files.
        byte_size: Their size together.
        sha256: SHA-256 of the manifest: keep it elsewhere to know later that the backup is whole.
    """

    path: Path
    files: int
    byte_size: int
    sha256: str


@dataclass(frozen=True)
class RebuiltPeriod:
    """What computing a period again came to.

    Args:
        site: The site.
        period: The period.
        status: What the refresh said.
        package: Hash of the newest package, as it was before.
        figures: `same`, or `changed` where a new version was made.
        bytes: `same`, or `differ` where the package made once more has other bytes than the published one,
            which happens when the program has changed in between; empty where no package exists.
    """

    site: str
    period: str
    status: str
    package: str
    figures: str
    bytes: str


@dataclass(frozen=True)
class RebuildResult:
    """What a rebuild came to.

    Args:
        restored: Files copied from the backup.
        landed_again: Documents that a newer reader has read again.
        periods: Every period that was computed.
    """

    restored: int
    landed_again: list[str] = field(default_factory=list)
    periods: list[RebuiltPeriod] = field(default_factory=list)


def _parts(home: Home) -> dict[str, Path]:
    """Return what a backup holds, by folder name."""
    folders = (
        home.evidence, home.landing, home.exports, home.inbox, home.connectors, home.contracts,
        home.templates,
    )  # fmt: skip
    return dict(zip(PARTS, folders, strict=True))


def backup(home: Home, folder: Path) -> BackupResult:
    """Copy evidence, landing, packages and inbox into a new folder, in one consistent state.

    Args:
        home: The installation; nobody writes to it meanwhile.
        folder: A folder that is empty or does not exist yet.

    Raises:
        WrongUseError: The folder holds something, or lies inside the installation.
        DamagedBackupError: A document of the evidence store no longer has its bytes.
    """
    folder = folder.resolve()
    _check_target(home, folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with write_lock(home), _beside(folder) as aside:
        hashes: dict[str, str] = {}
        byte_size = 0
        for name, source in _parts(home).items():
            for path in _files(source):
                relative = f"{name}/{path.relative_to(source).as_posix()}"
                hashes[relative] = _copy(path, aside / relative)
                byte_size += path.stat().st_size
                _check_content_address(relative, hashes[relative])
        about = f"TraceTonne backup\nprogram: {__version__}\nfiles: {len(hashes)}\nbytes: {byte_size}\n"
        (aside / _ABOUT).write_text(about, encoding="utf-8")
        lines = "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))
        (aside / MANIFEST).write_text(lines, encoding="utf-8")
        if folder.is_dir():
            folder.rmdir()
        aside.rename(folder)
    return BackupResult(folder, len(hashes), byte_size, hashlib.sha256(lines.encode()).hexdigest())


def _check_target(home: Home, folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUseError(
            "The folder for the backup holds something already.",
            where=str(folder),
            expected="an empty folder, or one that does not exist yet",
            action="give another folder, such as one named after today",
        )
    for part in _parts(home).values():
        if folder.is_relative_to(part.resolve()):
            raise WrongUseError(
                "The backup would lie inside what it copies.", where=str(folder), action="give another folder"
            )


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give a folder beside the target, so that half a backup never has its name."""
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _files(folder: Path) -> list[Path]:
    """Return the finished files of a part: what a running or killed command left half done is not copied."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    kept = [
        path
        for path in found
        # A file beside the sites is no part of any (the checkout keeps a README among its packages); only
        # connectors are files themselves.
        if (path.parent != folder or path.suffix == ".yml")
        and not any(part.startswith((".scratch", ASIDE)) for part in path.relative_to(folder).parts)
        and not path.name.endswith((".partial", ".lock", "-journal"))
    ]
    return sorted(kept)


def _copy(source: Path, target: Path) -> str:
    """Copy a file and return the SHA-256 of its bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reader, target.open("wb") as writer:
        while block := reader.read(_CHUNK):
            digest.update(block)
            writer.write(block)
    shutil.copymode(source, target)
    return digest.hexdigest()


def _check_content_address(relative: str, found: str) -> None:
    path = PurePosixPath(relative)
    if path.parts[0] == "evidence" and path.name != found:
        raise DamagedBackupError(
            "A document of the evidence store no longer has the bytes that it was stored with.",
            where=relative,
            expected=path.name,
            found=found,
            action="restore the store from an earlier backup",
        )


def check_backup(folder: Path) -> dict[str, str]:
    """Return the hashes of a backup by path, after comparing every file with them.

    Raises:
        WrongUseError: The folder is no backup.
        DamagedBackupError: Files are missing or changed; all are named.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file() or not (folder / _ABOUT).is_file():
        raise WrongUseError(
            "This folder is not a backup.",
            where=str(folder),
            expected=f"a folder with {MANIFEST} and {_ABOUT}, as `tracetonne backup` writes it",
        )
    hashes: dict[str, str] = {}
    damaged: list[str] = []
    for line in manifest.read_text(encoding="utf-8").splitlines():
        sha256, _, path = line.partition("  ")
        parts = PurePosixPath(path).parts
        if not parts or parts[0] not in PARTS or ".." in parts:
            damaged.append(f"{path} (does not belong into a backup)")
        elif not (folder / path).is_file():
            damaged.append(f"{path} (missing)")
        elif _sha256(folder / path) != sha256:
            damaged.append(f"{path} (changed)")
        hashes[path] = sha256
    if damaged:
        raise DamagedBackupError(
            f"{len(damaged)} files of the backup are damaged.",
            where=", ".join(damaged[:10]) + (" …" if len(damaged) > 10 else ""),
            expected=f"the bytes that {MANIFEST} states",
            action="use another backup",
        )
    return hashes


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def rebuild(home: Home, refresh: Refresh, from_backup: Path | None = None) -> RebuildResult:
    """Compute everything again from evidence and landing, on this machine or on an empty one.

    Throws away the warehouse and the served copies, reads again what a newer reader reads differently, and
    refreshes every period that was refreshed or published before. Packages stay; each newest one is made once
    more and compared.

    Args:
        home: The installation.
        refresh: Computes one site and period.
        from_backup: Restore this backup first; the installation must then be empty.

    Raises:
        WrongUseError: A backup is to be restored over documents, or is no backup.
        DamagedBackupError: The backup is damaged; nothing was restored.
    """
    with write_lock(home):
        restored = _restore(home, from_backup) if from_backup else 0
        asked = _remember(home, _periods(home))
        before = {key: published(home, *key) for key in asked}
        for stale in (home.warehouse, home.warehouse.with_name(home.warehouse.name + ".wal")):
            stale.unlink(missing_ok=True)
        shutil.rmtree(home.serving, ignore_errors=True)
        landed_again = _land_again(home)
    result = RebuildResult(restored, landed_again)
    for site, period in _in_order(asked):
        outcome = refresh(home, site, period)
        package = before[site, period]
        after = published(home, site, period)
        is_same = package is not None and after is not None and after.version == package.version
        result.periods.append(
            RebuiltPeriod(
                site=site,
                period=period,
                status=str(getattr(outcome, "status", "")),
                package=package.sha256 if package else "",
                figures="same" if is_same or package is None else "changed",
                bytes="" if package is None else _compare(home, site, period) if is_same else "differ",
            )
        )
    _pending(home).unlink()
    return result


def _pending(home: Home) -> Path:
    return home.root / "rebuild.json"


def _remember(home: Home, periods: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Write down what is to be computed: a rebuild that was stopped knows it when it is run again."""
    path = _pending(home)
    if path.is_file():
        periods = periods | {(site, period) for site, period in json.loads(path.read_text(encoding="utf-8"))}
    home.root.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".tmp")
    aside.write_text(json.dumps(_in_order(periods)), encoding="utf-8")
    aside.replace(path)
    return periods


def _compare(home: Home, site: str, period: str) -> str:
    package = published(home, site, period)
    return "same" if package and remade_hash(home, package) == package.sha256 else "differ"


def _restore(home: Home, folder: Path) -> int:
    folder = folder.resolve()
    occupied = [path for path in (home.evidence, home.landing) if path.is_dir() and any(path.iterdir())]
    occupied += [
        path for path in [home.exports] if path.is_dir() and any(one.is_dir() for one in path.iterdir())
    ]
    if occupied:
        raise WrongUseError(
            "A backup is restored on an empty installation only.",
            where=", ".join(str(path) for path in occupied),
            expected="an installation without documents",
            action="set TRACETONNE_HOME to a new folder and try again",
        )
    hashes = check_backup(folder)
    parts = _parts(home)
    for path in sorted(hashes):
        part, _, relative = path.partition("/")
        _copy(folder / path, parts[part] / relative)
    return len(hashes)


def _in_order(periods: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Order by site and time, a year after its months."""
    return sorted(periods, key=lambda key: (key[0], key[1][:4], len(key[1]) == 4, key[1]))


def _periods(home: Home) -> set[tuple[str, str]]:
    """Return every (site, period) that was refreshed or published."""
    published_ones = {(path.parent.parent.name, path.parent.name) for path in home.exports.glob("*/*/v*")}
    refreshed = {
        (path.parent.parent.name, path.parent.name) for path in home.serving.glob("*/*/refresh.json")
    }
    published_ones = {key for key in published_ones if versions(home, *key)}
    return published_ones | refreshed


def _land_again(home: Home) -> list[str]:
    """Hand every stored document to the readers once more, in the order of arrival; most are unchanged."""
    results: list[FileResult] = []
    for site in sorted(
        path.name.removeprefix("site=") for path in (home.landing / "evidence").glob("site=*")
    ):
        with tempfile.TemporaryDirectory(prefix=".land-again-", dir=home.root) as folder:
            paths = _named_copies(home, site, Path(folder))
            _forget_damaged(home, site)
            results += land_paths(home, paths, site) if paths else []
    return [result.path.name for result in results if result.status == "landed"]


def _forget_damaged(home: Home, site: str) -> None:
    """Take documents whose records are damaged out of the register, so that they are read again."""
    for path in sorted(home.landing.glob(f"*/site={site}/*.parquet")):
        if path.parent.parent.name != "evidence" and not is_parquet(path):
            (home.landing / "evidence" / path.parent.name / path.name).unlink(missing_ok=True)


def _named_copies(home: Home, site: str, folder: Path) -> list[Path]:
    """Link the documents of a site under the names that they arrived with."""
    files = sorted((home.landing / "evidence" / f"site={site}").glob("*.parquet"))
    if not files or site == SCHEMA_SITE:
        return []
    listed = ", ".join(literal(path) for path in files)
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select sha256, min_by(file_name, arrival_order), bool_or(status = 'landed') "
            f"from read_parquet([{listed}]) "
            "where sha256 <> '' group by sha256 order by min(arrival_order), sha256"
        ).fetchall()
    links = []
    for number, (sha256, file_name, has_landed) in enumerate(rows):
        stored = home.evidence / sha256[:2] / sha256
        if not has_landed and not stored.exists():
            # Larger than its reader accepts: it was registered by its hash, without its bytes.
            continue
        link = folder / str(number) / Path(file_name).name
        link.parent.mkdir()
        link.symlink_to(stored.resolve())
        links.append(link)
    return links
