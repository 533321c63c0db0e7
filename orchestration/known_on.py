"""A year computed by the factors known on a day, in a scratch copy: the second axis of the register.

What a factor holds for and since when it is known are two things. An inventory of 2025 counts with the newest
grid factor; this shows the same evidence with the one that was known when it was filed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.scratch import compute, open_again, scratch_copy
from tracetonne import serving
from tracetonne.periods import scope
from tracetonne.settings import Home


@contextmanager
def as_known_on(home: Home, site: str, year: str, day: datetime.date) -> Iterator[Home]:
    """Lend a copy in which a year is served as it is by the factors that were known on a day.

    Documents count as they are now, and a closed year is open there. Of a year that was never refreshed the
    installation itself is lent, whose readers say why there is nothing.

    Args:
        home: The installation; it stays as it is.
        site: The site.
        year: Calendar year.
        day: What became known after it does not count.

    Raises:
        ModelFailedError: The models cannot be computed so.
    """
    if serving.current(home, site, year) is None:
        yield home
        return
    with scratch_copy(home) as scratch:
        open_again(scratch, site, scope(year))
        compute(scratch, site, scope(year), day.isoformat())
        with duckdb.connect(str(scratch.warehouse)) as warehouse:
            serving.publish_rows(scratch, warehouse, site, [year])
        yield scratch
