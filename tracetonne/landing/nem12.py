"""NEM12 and NEM13 (AEMO Meter Data File Format 2.6): interval and register readings of Australian meters.

The parser of `aemo_mdff_reader` is not used for values: it makes floats of them and zeros of empty cells. A
300 record has as many values as its 200 record says, or is refused as a whole; 400 records give parts of a
day their own quality. Times land in the landing clock. A zip of such files is read member by member.
"""

from __future__ import annotations

import re

from tracetonne.landing import archive, limits
from tracetonne.landing.nem12_records import Nem12Records
from tracetonne.landing.nem12_tables import Nem12Tables
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import UnreadableDocumentError

_HEAD = re.compile(rb"\s*100,NEM1[23],")
_MISSING_HEAD = re.compile(rb"\s*(?:200,[^,\r\n]*,[^,\r\n]*,|250,[^,\r\n]*,[^,\r\n]*,)")


class Nem12Reader:
    """Reads a NEM12 or NEM13 file, or a zip of them."""

    kind = "nem12"
    title = "NEM12 / NEM13 meter data (AEMO)"
    title_zh = "NEM12／NEM13 電表資料（澳洲 AEMO）"
    version = "2"
    family = "meters"
    about = (
        "*CSV, also a zip of such files.* A 300 record gives the readings of a day in UTC+10, which land in "
        "the time of Taiwan, with the quality of its 400 records; one with another number of values than its "
        "200 record says is refused as a whole. A 250 record gives two reads of a register. The meter is "
        "`NMI/suffix`; suffixes E and B tell consumption from generation. Quality N is no value, not zero. "
        "Records that a landing counts are each value of a 300, each read of a 250, and a 500 or 550 as a "
        "whole (`meter_transaction`); 100, 200, 400 and 900 land with what they speak of, and count only "
        "where they cannot be read."
    )
    standard = "AEMO Meter Data File Format (NEM12, NEM13)"
    standard_version = "2.6"

    @property
    def max_bytes(self) -> int:
        """The size of a document that is read as a stream."""
        return limits.current().stream_bytes

    def recognises(self, source: Source) -> bool:
        """Say whether the document, or a file in it, begins with a 100 record, or with a 200 without one."""
        if archive.is_zip(source):
            return _is_zipped(source)
        head = source.head.removeprefix(b"\xef\xbb\xbf")
        return bool(_HEAD.match(head) or (_MISSING_HEAD.match(head) and b"\n300," in head))

    def read(self, source: Source) -> Reading:
        """Read the readings into Parquet files in the scratch folder.

        Raises:
            UnreadableDocumentError: There is no header, no reading, or the archive is unsafe.
        """
        if source.scratch is None:
            raise ValueError("meter data need a scratch folder")
        tables = Nem12Tables(source.scratch)
        records = Nem12Records(tables)
        if not archive.is_zip(source):
            with source.path.open("rb") as handle:
                records.file(handle)
        else:
            for member in archive.members(source):
                with member.open() as handle:
                    records.file(handle, f"{member.name}!")
        return tables.close()


def _is_zipped(source: Source) -> bool:
    try:
        for member in archive.members(source):
            with member.open() as handle:
                if _HEAD.match(handle.read(64).removeprefix(b"\xef\xbb\xbf")):
                    return True
    except UnreadableDocumentError:
        return False
    return False
