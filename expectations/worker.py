"""A second process that judges; it imports Great Expectations, which takes seconds, while models compute.

It reads one request a line and answers each with one line, and ends when its input does, so it never outlives
the process that started it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracetonne.settings import CHECKOUT

_workers: list[subprocess.Popen[str]] = []
_errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - lives as long as this process


def start() -> None:
    """Start the second process, unless it already runs."""
    if _workers and _workers[0].poll() is None:
        return
    _workers[:] = [
        subprocess.Popen(
            [sys.executable, "-m", "expectations.worker"],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=_errors,
            text=True,
            encoding="utf-8",
        )
    ]


def judge_aside(tables: Mapping[str, Path]) -> list[dict[str, Any]]:
    """Return the verdict of every gate on these served tables.

    Raises:
        RuntimeError: The second process ended without an answer; its last words are the message.
    """
    start()
    worker = _workers[0]
    if worker.stdin is None or worker.stdout is None:
        raise RuntimeError("The judging process has no pipes.")
    request = {table: str(path) for table, path in tables.items()}
    with contextlib.suppress(BrokenPipeError):
        worker.stdin.write(json.dumps(request) + "\n")
        worker.stdin.flush()
    answer = worker.stdout.readline()
    if not answer:
        worker.wait()
        _errors.seek(0)
        raise RuntimeError(f"The gates could not be judged: {_errors.read().strip()[-2000:]}")
    verdicts: list[dict[str, Any]] = json.loads(answer)
    return verdicts


def serve() -> None:
    """Answer requests until the input ends."""
    from expectations import GATES
    from expectations.judge import judge, quiet_context

    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints must not mix with the answers
    context = quiet_context()
    for line in sys.stdin:
        tables = {table: Path(path) for table, path in json.loads(line).items()}
        answers.write(json.dumps(judge(GATES, tables, context), ensure_ascii=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
