"""Site codes: names of folders and partitions, so only what every file system and query takes as it is."""

from __future__ import annotations

import re

from tracetonne.errors import WrongUseError

_SITE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
# Stands for all sites where a landing table has no rows yet, and sorts behind them: DuckDB takes the first
# file for typical, and after one without rows it would join millions of readings as if there were none.
SCHEMA_SITE = "~schema"


def check_site_name(name: str, *, where: str, action: str) -> None:
    """Refuse what is no site code.

    Args:
        name: The code as it was given.
        where: Which argument it was given in.
        action: What to do instead.

    Raises:
        WrongUseError: It is none.
    """
    if not _SITE_NAME.fullmatch(name):
        raise WrongUseError(
            "This is not a site name.",
            where=where,
            expected="small letters, digits, - and _, such as screw_plant",
            found=name,
            action=action,
        )
