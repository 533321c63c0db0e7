"""Describe the payload as an RO-Crate: which files, what they are, and the run that made outputs of evidence.

Process Run Crate 0.5 on RO-Crate 1.1. The crate speaks of files only; lines and cells are in the tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

METADATA_FILE = "ro-crate-metadata.json"
PROCESS_RUN_CRATE = "https://w3id.org/ro/wfrun/process/0.5"
SHA256_TERM = "https://w3id.org/ro/terms/workflow-run#sha256"
_FORMATS = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".md": "text/markdown",
    ".py": "text/x-python",
    ".xml": "application/xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_TERMS = {
    "@type": "CreativeWork",
    "name": "Confidential",
    "description": "For the verifier of the figures and for those whom the operator names.",
}


@dataclass(frozen=True)
class CrateFile:
    """A file of the payload. `role` is what the run did with it: `input`, `output` or `about`."""

    path: str  # below data/
    name: str
    description: str
    role: str
    sha256: str
    byte_size: int
    original_name: str = ""


@dataclass(frozen=True)
class Run:
    """What the crate says of the run: whose figures, which period, which software."""

    site: str
    period: str
    version: int
    end_date: str  # ISO date; every date in a package is the last day of its period
    software_version: str
    calculation_sha256: str  # of the SQL, seeds and macros that calculated; empty where they are not at hand


def crate_json(run: Run, files: Iterable[CrateFile]) -> bytes:
    """Return `ro-crate-metadata.json`: the same bytes for the same run and files."""
    # Imported here: the library takes half a second, which readers of packages need not wait for.
    from rocrate.model.contextentity import ContextEntity
    from rocrate.model.file import File
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    # The 1.1 context has no term for a SHA-256, and the profile's validator refuses unknown terms.
    crate.metadata.extra_terms["sha256"] = SHA256_TERM

    def add(identifier: str, properties: dict[str, Any]) -> ContextEntity:
        entity: ContextEntity = crate.add(ContextEntity(crate, identifier, properties=properties))
        return entity

    profile = add(PROCESS_RUN_CRATE, {"@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"})
    operator = add(f"#site-{run.site}", {"@type": "Organization", "name": run.site})
    software = add("#tracetonne", _software(run))
    entities = {file.path: crate.add(File(crate, None, file.path, properties=_file(file))) for file in files}
    by_role = {
        role: [entities[file.path] for file in files if file.role == role] for role in ("input", "output")
    }
    action = add(f"#calculation-{run.period}", _action(run))
    action["instrument"], action["agent"] = software, operator
    action["object"], action["result"] = by_role["input"], by_role["output"]
    root = crate.root_dataset
    root["name"] = f"Evidence of the carbon figures of {run.site}, {run.period}, version {run.version}"
    root["description"] = (
        "Documents, records, calculation lines, factors, gate results and figures of one period."
    )
    root["datePublished"] = run.end_date
    root["license"] = add("#terms", _TERMS)
    root["conformsTo"], root["mentions"] = profile, action
    root["author"] = root["publisher"] = operator
    return _canonical(crate.metadata.generate())


def _software(run: Run) -> dict[str, str]:
    properties = {"@type": "SoftwareApplication", "name": "TraceTonne", "version": run.software_version}
    if run.calculation_sha256:
        properties["sha256"] = run.calculation_sha256
    return properties


def _action(run: Run) -> dict[str, Any]:
    moment = f"{run.end_date}T23:59:59+08:00"
    return {
        "@type": "CreateAction",
        "name": f"Calculation of {run.period} for {run.site}",
        "description": "Evidence calculated to carbon figures; every step is a row of calculation_line.csv.",
        "startTime": moment,
        "endTime": moment,
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _file(file: CrateFile) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "name": file.name,
        "description": file.description,
        "contentSize": str(file.byte_size),
        "encodingFormat": _FORMATS.get(Path(file.path).suffix.lower(), "application/octet-stream"),
        "sha256": file.sha256,
    }
    return properties | ({"alternateName": file.original_name} if file.original_name else {})


def _canonical(document: dict[str, Any]) -> bytes:
    """Print the crate with entities by id and keys in order, whatever order the library keeps."""
    graph = [_ordered(entity) for entity in document["@graph"]]
    graph.sort(key=lambda entity: (entity["@id"] != METADATA_FILE, entity["@id"] != "./", entity["@id"]))
    whole = {"@context": document["@context"], "@graph": graph}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _ordered(entity: dict[str, Any]) -> dict[str, Any]:
    ordered = {key: entity[key] for key in sorted(entity)}
    for key, value in ordered.items():
        if isinstance(value, list) and all(isinstance(item, dict) and "@id" in item for item in value):
            ordered[key] = sorted(value, key=lambda item: str(item["@id"]))
    return ordered
