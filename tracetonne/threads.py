"""Threads that work beside what a person waits for."""

from __future__ import annotations

import os
import threading
from contextlib import suppress


def give_way() -> None:
    """Let this thread run when nothing else wants to; only Linux has priorities of threads."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
