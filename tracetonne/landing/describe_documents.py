"""Write docs/documents.md: what can be read, by which standard, and what became of real files.

python -m tracetonne.landing.describe_documents [FOLDER]

FOLDER holds public documents that are not part of this repository (default `../shared/corpora`). Where it
is there, every file in it is landed anew and `docs/documents_tried.csv` is written first; without it, the
page is written from that file as it stands.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tracetonne.landing.describe import table
from tracetonne.landing.kinds import READERS
from tracetonne.landing.land import FileResult, land_paths
from tracetonne.landing.limits import PREFIX, Limits
from tracetonne.landing.read_document import UNKNOWN_KIND
from tracetonne.landing.reader import FAMILIES, Reader
from tracetonne.landing.reject import REASONS
from tracetonne.settings import CHECKOUT, RAW_SAMPLES, Home

TARGET = CHECKOUT / "docs" / "documents.md"
RESULTS = CHECKOUT / "docs" / "documents_tried.csv"
CORPORA = CHECKOUT.parent / "shared" / "corpora"
PUBLIC, SAMPLES = "public", "samples"
_LONGEST_REASON = 160

_HEAD = """\
# Documents that can be read

Written by `python -m tracetonne.landing.describe_documents`; do not edit. `tracetonne kinds` lists the same
for an installation with its own contracts, and `tracetonne inspect FILE` shows what a file would give without
landing it. How each is read, cell by cell, stands in [contracts.md](contracts.md).

*Public files* are real documents published by others; they lie outside this repository, and what became of
each of them is kept in `documents_tried.csv`. *Sample files* are those of the sample sites. Records
rejected are named with place, reason and what to do; nothing is dropped. A record is a line, reading,
indicator or filled cell.
"""


@dataclass(frozen=True)
class Tried:
    """What became of a public file, or of all sample files of a kind.

    Args:
        collection: public or samples.
        file: Its path in its folder, or the name of the folder.
        files: How many files this row speaks of.
        kind: What the document is.
        status: landed or rejected.
        records_landed: Records in landing.
        records_rejected: Records that did not land.
        reason: Code and finding of the first rejection.
    """

    collection: str
    file: str
    files: int
    kind: str
    status: str
    records_landed: int
    records_rejected: int
    reason: str


def try_public(folder: Path) -> list[Tried]:
    """Land every file of a folder of public documents in a home of its own; return what became of each."""
    return [_tried(result, folder) for result in _land(folder)]


def try_samples(folder: Path = RAW_SAMPLES) -> list[Tried]:
    """Land the documents of the sample plants, and return what became of each kind of them."""
    landed: dict[tuple[str, str], list[FileResult]] = {}
    for plant in sorted(path.parent for path in folder.glob("*/source.yml")):
        for result in _land(plant):
            landed.setdefault((result.kind, result.status), []).append(result)
    return [
        Tried(
            SAMPLES, folder.name, len(results), kind, status,
            sum(one.records_landed for one in results), sum(one.records_rejected for one in results), "",
        )
        for (kind, status), results in sorted(landed.items())
    ]  # fmt: skip


def _land(folder: Path) -> list[FileResult]:
    with tempfile.TemporaryDirectory(prefix="tracetonne-") as root:
        return land_paths(Home(root=Path(root), exports=Path(root) / "exports"), [folder], "tried")


def _tried(result: FileResult, folder: Path) -> Tried:
    reason = ""
    if result.rejections:
        first = result.rejections[0]
        reason = f"{first.code}: {first.found or first.field}" if first.found or first.field else first.code
    return Tried(
        collection=PUBLIC,
        file=result.path.relative_to(folder).as_posix(),
        files=1,
        kind=result.kind,
        status=result.status,
        records_landed=result.records_landed,
        records_rejected=result.records_rejected,
        reason=" ".join(reason[:_LONGEST_REASON].split()),
    )


def write_results(results: Iterable[Tried], target: Path = RESULTS) -> None:
    """Write what became of the files."""
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, [one.name for one in fields(Tried)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(one) for one in results)


def read_results(source: Path = RESULTS) -> list[Tried]:
    """Read what became of the files when they were last tried."""
    with source.open(encoding="utf-8", newline="") as handle:
        return [
            Tried(
                row["collection"], row["file"], int(row["files"]), row["kind"], row["status"],
                int(row["records_landed"]), int(row["records_rejected"]), row["reason"],
            )
            for row in csv.DictReader(handle)
        ]  # fmt: skip


def _counted(results: Sequence[Tried], kind: str, collection: str) -> tuple[str, str, str]:
    """Return files, records landed and records rejected of a kind."""
    of_kind = [one for one in results if (one.kind, one.collection) == (kind, collection)]
    if not of_kind:
        return "", "", ""
    return (
        f"{sum(one.files for one in of_kind):,}",
        f"{sum(one.records_landed for one in of_kind):,}",
        f"{sum(one.records_rejected for one in of_kind):,}",
    )


def _row(reader: Reader, results: Sequence[Tried]) -> tuple[str, ...]:
    module = type(reader).__module__.rpartition(".")[2]
    return (
        f"`{reader.kind}`", f"{reader.title} {reader.title_zh}", reader.standard, reader.standard_version,
        f"`{module}` {reader.version}", *_counted(results, reader.kind, PUBLIC),
        *_counted(results, reader.kind, SAMPLES),
    )  # fmt: skip


def _formats(results: Sequence[Tried]) -> Iterator[str]:
    heading = (
        "kind", "format 文件", "standard", "version", "reader", "public files", "landed", "rejected",
        "sample files", "landed", "rejected",
    )  # fmt: skip
    for family, (title, title_zh) in FAMILIES.items():
        readers = sorted(
            (reader for reader in READERS if reader.family == family), key=lambda reader: reader.kind
        )
        if not readers:
            continue
        yield f"## {title} {title_zh}"
        yield ""
        yield from table(heading, [_row(reader, results) for reader in readers])
        yield ""


def _named(results: Sequence[Tried]) -> Iterator[str]:
    """Name every public file of which something did not land, one by one."""
    yield "## Public files of which nothing, or not everything, landed"
    yield ""
    yield from table(
        ("file", "kind", "landed", "rejected", "reason", "found"),
        [
            (
                f"`{one.file}`", _kind(one.kind), f"{one.records_landed:,}",
                f"{one.records_rejected:,}", *_reason(one.reason),
            )
            for one in results
            if one.collection == PUBLIC and (one.status == "rejected" or one.records_rejected)
        ],
    )  # fmt: skip
    yield ""


def _kind(kind: str) -> str:
    return "" if kind == UNKNOWN_KIND else f"`{kind}`"


def _reason(reason: str) -> tuple[str, str]:
    """Return the reason in words, and what was found."""
    code, _, found = reason.partition(": ")
    return (REASONS[code][0].replace("{field}", "…") if code in REASONS else code), found


def _limits() -> Iterator[str]:
    yield "## Limits"
    yield ""
    yield (
        f"Each is set by an environment variable, `{PREFIX}` and its name in capitals, to a whole number. "
        "What is beyond a limit is rejected by name."
    )
    yield ""
    yield from table(
        ("limit", "default", "of what"),
        [(f"`{one.name}`", f"{one.default:,}", str(one.metadata["meaning"])) for one in fields(Limits)],
    )
    yield ""


def describe_documents(results: Sequence[Tried]) -> str:
    """Return the text of docs/documents.md."""
    parts = [_HEAD, *_formats(results), *_named(results), *_limits()]
    return "\n".join(parts).rstrip() + "\n"


def main(folder: Path = CORPORA) -> None:
    """Try the files where they are, and write the page."""
    public = (
        try_public(folder) if folder.is_dir() else [one for one in read_results() if one.collection == PUBLIC]
    )
    results = [*public, *try_samples()]
    write_results(results)
    TARGET.write_text(describe_documents(results), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
