"""What stopped a run, kept as the error that it was and said in the log without a traceback."""

import dagster as dg

from tracetonne.errors import TraceTonneError

_stopped: list[TraceTonneError] = []


@dg.failure_hook(name="say_plainly")
def say_plainly(context: dg.HookContext) -> None:
    """Write our own errors into the run's log as they are meant to be read, and keep them."""
    if isinstance(context.op_exception, TraceTonneError):
        _stopped.append(context.op_exception)
        context.log.error(str(context.op_exception))


def take() -> TraceTonneError | None:
    """Return the first error since the last call, and forget all."""
    first = _stopped[0] if _stopped else None
    _stopped.clear()
    return first
