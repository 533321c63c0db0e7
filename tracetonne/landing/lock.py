"""The write lock of a home: whoever lands or refreshes holds it, so that two commands never write at once."""

from __future__ import annotations

import fcntl
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracetonne.errors import WrongUseError
from tracetonne.settings import Home

WAIT_SECONDS = 600.0
_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 2.0  # a wait that is longer is told

_guard = threading.Lock()
_threads: dict[Path, threading.RLock] = {}
_depth: dict[Path, int] = {}


def _thread_lock(path: Path) -> threading.RLock:
    with _guard:
        return _threads.setdefault(path, threading.RLock())


def _busy(path: Path, waited: float) -> WrongUseError:
    holder = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    return WrongUseError(
        f"Another command is writing to this home; gave up after {waited:.0f} s.",
        where=str(path),
        expected="a free lock",
        found=f"held by process {holder}" if holder else "held by another process",
        action="wait for the other command to end, or end it, then run this one again",
    )


def _waiting(path: Path, seconds: float) -> str:
    """Say why nothing seems to happen."""
    holder = path.read_text(encoding="utf-8").strip()
    return (
        f"Process {holder} is writing to this home; waiting for up to {seconds:.0f} s. "
        f"程序 {holder} 正在寫入本系統，最多等待 {seconds:.0f} 秒。\n"
    )


def _take(path: Path, deadline: float, started: float) -> int:
    """Open the lock file and wait for its lock; the system frees it when its process dies."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    is_told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(handle)
                raise _busy(path, time.monotonic() - started) from None
            if not is_told and time.monotonic() - started > _PATIENCE_SECONDS:
                is_told = True
                sys.stderr.write(_waiting(path, deadline - started))
            time.sleep(_POLL_SECONDS)
        else:
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode())
            return handle


@contextmanager
def write_lock(home: Home, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the home's write lock; the thread that holds it may take it again.

    Args:
        home: The installation.
        wait_seconds: How long to wait for another process or thread.

    Raises:
        WrongUseError: The lock was not free in time; the message names the process that holds it.
    """
    path = home.lock.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    thread_lock = _thread_lock(path)
    if not thread_lock.acquire(timeout=max(wait_seconds, 0)):
        raise _busy(path, time.monotonic() - started)
    try:
        if _depth.get(path, 0):
            _depth[path] += 1
            try:
                yield
            finally:
                _depth[path] -= 1
            return
        handle = _take(path, started + wait_seconds, started)
        _depth[path] = 1
        try:
            yield
        finally:
            _depth[path] = 0
            os.close(handle)
    finally:
        thread_lock.release()
