"""One document from bytes to records: which reader takes it, its limits, and what a fault becomes."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing import limits, reject
from tracetonne.landing.disk import is_of_the_disk
from tracetonne.landing.reader import Reader, Reading, Rejection, Source
from tracetonne.landing.unknown import why_unknown

HEAD_BYTES = 64 * 1024
UNKNOWN_KIND = "unknown"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """The reader that takes a document, and those that failed to look at it.

    Args:
        reader: Nothing where no reader recognises the document.
        faults: Why others could not look at it, such as a workbook that is not safe to open.
    """

    reader: Reader | None
    faults: list[Rejection] = field(default_factory=list)


def choose(readers: Sequence[Reader], source: Source) -> Choice:
    """Return the first reader that recognises the content; one that fails to look stops no other."""
    faults: list[Rejection] = []
    for reader in readers:
        try:
            if reader.recognises(source):
                return Choice(reader, faults)
        except Exception as error:
            faults += [one for one in rejections_for(reader, error) if one not in faults]
    return Choice(None, faults)


def size_problem(choice: Choice, source: Source) -> Rejection | None:
    """Say that a document is larger than its reader accepts; nothing where it may be read."""
    if choice.reader is None:
        return None
    limit = getattr(choice.reader, "max_bytes", limits.current().document_bytes)
    if source.byte_size <= limit:
        return None
    expected, found = f"at most {limit:,} bytes", f"{source.byte_size:,} bytes"
    return reject.rejection("too_large", "file", expected=expected, found=found)


def read_document(choice: Choice, source: Source) -> Reading:
    """Read the document; a document of which nothing can be read becomes its rejections.

    Raises:
        OSError: The machine failed: the disk is full or broken.
    """
    if source.byte_size == 0:
        return rejected(
            reject.unreadable("empty_file", expected="at least one record", found="0 bytes").rejections
        )
    reader = choice.reader
    if reader is None:
        return rejected(choice.faults or [why_unknown(source)])
    if too_large := size_problem(choice, source):
        return rejected([too_large])
    try:
        return reader.read(source)
    except Exception as error:
        return rejected(rejections_for(reader, error))


def rejections_for(reader: Reader, error: Exception) -> list[Rejection]:
    """Turn what a reader raised into rejections: its own words, or a fault of the program.

    Raises:
        OSError: `error`, where the machine failed.
    """
    if isinstance(error, EvidenceRejectedError):
        return reject.rejections_of(error)
    if is_of_the_disk(error):
        raise error
    return [fault_of(reader, error)]


def fault_of(reader: Reader, error: Exception) -> Rejection:
    """Name a fault of the program, so that one bad document stops nothing else and is not blamed for it."""
    name = type(reader).__module__
    _log.error("%s failed", name, exc_info=error)
    last = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    place = f"{last.name}, line {last.lineno}" if last else "unknown place"
    return reject.rejection(
        "reader_fault",
        "file",
        field=name,
        expected="records or named rejections",
        found=f"{type(error).__name__} in {name} ({place}): {error}",
    )


def rejected(rejections: list[Rejection]) -> Reading:
    """Return the reading of a document of which nothing lands."""
    return Reading(records={}, rejections=rejections, records_rejected=1, message=rejections[0].message)
