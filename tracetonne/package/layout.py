"""Where things lie inside an evidence package.

Standard library only: the script inside a package carries this file.
"""

from __future__ import annotations

PAYLOAD = "data"
EVIDENCE_FOLDER = "evidence"
LANDING_FOLDER = "landing"
OWN_KINDS_FOLDER = "own_kinds"  # contracts and templates of the steward, by hash: <hash>/<place in a home>
EVIDENCE_INDEX = "evidence_index"
EARLIER_LINE = "earlier_line"
EARLIER_PACKAGE = "earlier_package"
GATES_FILE = "gates/gates.json"
FORMULAS_FILE = "method/formulas.csv"
ANY = "*"  # in the quantity of a formula: whatever the data name
FIGURES_FILE = "method/figures.md"
SCRIPT_FILE = "verify/verify_package.py"
SCHEMA_FILE = "datapackage.json"

_FOLDERS = {
    "calculation_line": "calculation",
    "calculation_line_input": "calculation",
    "fact": "calculation",
    "fact_record": "calculation",
    EARLIER_LINE: "calculation",
    EARLIER_PACKAGE: "calculation",
    "factor_used": "factors",
    "evidence_used": "register",
    EVIDENCE_INDEX: "register",
}


def table_file(table: str, suffix: str = "csv") -> str:
    """Return the path of a table below `data/`; tables without a folder of their own are outputs."""
    return f"{_FOLDERS.get(table, 'output')}/{table}.{suffix}"


def landing_file(table: str, suffix: str = "csv") -> str:
    """Return the path of a landing table below `data/`."""
    return f"{LANDING_FOLDER}/{table}.{suffix}"
