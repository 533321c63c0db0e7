"""Documents that only this installation may write: no decision and no origin comes from outside."""

from __future__ import annotations

from pathlib import Path

from tracetonne.connectors.errors import RefusedDocumentError
from tracetonne.landing.decision import DecisionReader
from tracetonne.landing.origin import OriginReader
from tracetonne.landing.reader import Source

_READERS = (DecisionReader(), OriginReader())


def refuse_own_kinds(path: Path, head: bytes, byte_size: int) -> None:
    """Refuse a fetched document that would land as a decision or as an origin document.

    Args:
        path: Its bytes.
        head: Its first 64 KiB.
        byte_size: Its length.

    Raises:
        RefusedDocumentError: It is one of those kinds.
    """
    source = Source(path, path.name, head, byte_size)
    for reader in _READERS:
        if reader.recognises(source):
            raise RefusedDocumentError(
                f"It calls itself a TraceTonne {reader.title.lower()}, which nobody outside may send.",
                f"文件自稱為 TraceTonne「{reader.title_zh}」，此類文件不得由外部來源提供。",
                lasting=True,
            )
