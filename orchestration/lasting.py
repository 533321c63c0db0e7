"""Load what a process keeps to its end, such as the parsed project, out of the garbage collector's sight.

A full collection looks at every object there is: half a second for the million that dbt's manifest and
Dagster's definitions consist of, at whatever moment of a refresh it comes.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Collections of young objects to one of all. Once most are out of sight, what is new is soon a quarter of
# the others, which Python takes for a reason to look at all of them: nine times a refresh by its own count.
YOUNG_TO_FULL = 100

# Else libraries that count their objects at the end of a process find some left over, and say so.
atexit.register(gc.unfreeze)


@contextmanager
def lasting() -> Iterator[None]:
    """Collect nothing while the block loads, and never look at it again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*gc.get_threshold()[:2], YOUNG_TO_FULL)
        if was_enabled:
            gc.enable()
