"""Compose the script that every package carries: our own checks, as one file without any of our modules."""

from __future__ import annotations

import re
from pathlib import Path

from tracetonne.settings import CHECKOUT

# In the order in which they build on each other.
_PARTS = (
    "formula.py",
    "package/layout.py",
    "package/findings.py",
    "package/record_checks.py",
    "package/gap_checks.py",
    "package/checks.py",
)
_OWN_IMPORT = re.compile(r"^from tracetonne\S* import (?:\([^)]*\)|[^\n]*)\n", re.MULTILINE)
_FUTURE = "from __future__ import annotations\n"
_HEAD = '''#!/usr/bin/env python3
"""Check an evidence package with nothing but Python 3.11 or newer: hashes, facts, formulas, figures.

    python3 verify_package.py [FOLDER THAT HOLDS bagit.txt]

Prints one line a check and one a failure; ends with 0 if everything agrees, 3 if not, 2 without a package.
"""

from __future__ import annotations

import sys
'''
_TAIL = '''

def main() -> int:
    """Check the package that the command line names, else the one that this script lies in."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    if not (root / "bagit.txt").is_file():
        print(f"{root} holds no bagit.txt, so it is not a package")
        return 2
    return 0 if report(run_checks(root)) else 3


if __name__ == "__main__":
    sys.exit(main())
'''


def compose() -> bytes:
    """Return the script: the same bytes for the same source."""
    parts = [_part(CHECKOUT / "tracetonne" / name) for name in _PARTS]
    return (_HEAD + "".join(parts) + _TAIL).encode("utf-8")


def _part(path: Path) -> str:
    """Return a module without its imports from us; its docstring becomes a comment."""
    source = path.read_text(encoding="utf-8")
    charter, source = source.removeprefix('"""').split('"""', 1)
    comment = "".join(f"# {line}".rstrip() + "\n" for line in charter.strip().splitlines())
    body = _OWN_IMPORT.sub("", source.replace(_FUTURE, "", 1)).strip("\n")
    return f"\n\n# --- {path.name} ---\n{comment}\n{body}\n"
