"""Documents by which people steer this installation: no decision and no origin comes from outside.

Master data and manual entries come only over a way that is said to carry them, such as the plant's own share:
otherwise whoever may send a mail could change what a meter is, or make up a reading.
"""

from __future__ import annotations

from pathlib import Path

from tracetonne.connectors.config import Connector
from tracetonne.connectors.errors import RefusedDocumentError
from tracetonne.landing import manual_entry, master_data
from tracetonne.landing.decision import DecisionReader
from tracetonne.landing.origin import OriginReader
from tracetonne.landing.reader import Reader, Source

_NEVER: tuple[Reader, ...] = (DecisionReader(), OriginReader())
_OWN_FORMS: tuple[Reader, ...] = (master_data.READER, manual_entry.READER)


def refuse_own_kinds(connector: Connector, path: Path, head: bytes, byte_size: int) -> None:
    """Refuse a fetched document by which an outsider would steer this installation.

    Args:
        connector: Says whether master data and manual entries may come this way.
        path: The document's bytes.
        head: Its first 64 KiB.
        byte_size: Its length.

    Raises:
        RefusedDocumentError: It is of such a kind.
    """
    source = Source(path, path.name, head, byte_size)
    for reader in _NEVER:
        if reader.recognises(source):
            raise RefusedDocumentError(
                f"It calls itself a TraceTonne {reader.title.lower()}, which nobody outside may send.",
                f"文件自稱為 TraceTonne「{reader.title_zh}」，此類文件不得由外部來源提供。",
                lasting=True,
            )
    for reader in () if connector.accept_own_forms else _OWN_FORMS:
        if reader.recognises(source):
            raise RefusedDocumentError(
                f"It is a TraceTonne form ({reader.title.lower()}), which may not come this way; "
                "land it by hand, or say accept_own_forms in the connector.",
                f"此為 TraceTonne 表單「{reader.title_zh}」，不接受由此途徑提供；請手動入庫，"
                "或在連接器設定 accept_own_forms。",
            )
