"""Faults of the disk while documents land: named for the user, and never blamed on a document."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tracetonne.errors import TraceTonneError
from tracetonne.heavy import duckdb
from tracetonne.settings import Home

_FULL = {errno.ENOSPC, errno.EDQUOT}
_BROKEN = {errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}


class DiskError(TraceTonneError):
    """The disk is full, read-only or broken; what was landed before stays."""

    exit_code = 1


def is_of_the_disk(error: BaseException) -> bool:
    """Say whether an error is the machine's, so that another try with room on the disk may well succeed."""
    if isinstance(error, OSError):
        return error.errno in _FULL | _BROKEN
    return isinstance(error, duckdb.IOException) and "No space left" in str(error)


@contextmanager
def named_disk_faults(home: Home) -> Iterator[None]:
    """Turn a fault of the disk into an error that says what to do.

    Raises:
        DiskError: The disk of the home failed.
    """
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        if not is_of_the_disk(error):
            raise
        is_full = isinstance(error, duckdb.IOException) or error.errno in _FULL
        what = "The disk is full." if is_full else "The disk failed."
        raise DiskError(
            f"{what} What was landed before stays; documents under way did not land.",
            where=str(home.root),
            expected="room to write evidence and landing",
            found=f"{error}; {_free_bytes(home):,} bytes free",
            action="make room or mend the disk, then land the same documents again",
        ) from error


def _free_bytes(home: Home) -> int:
    try:
        return shutil.disk_usage(home.root).free
    except OSError:
        return 0
