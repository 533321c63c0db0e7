"""Green Button files (NAESB REQ.21 ESPI XML): interval readings, their types, clocks and billing summaries.

A file is a feed of entries in any order, one entry, or one bare resource; what a reading means stands in
other entries (usage point, meter reading, reading type, local time), which its links name, and which may come
later. So the readings stream into a scratch file first, by number of their block, and get meter and unit in a
second pass; memory holds a block and the distinct meters, never the file. Elements are read by local name,
whatever their prefix. Readings are instants (epoch seconds) and land in the landing clock.
"""

from __future__ import annotations

import re

from tracetonne.landing import limits, xml_document
from tracetonne.landing.espi_tables import espi_reading
from tracetonne.landing.reader import Reading, Source

_ESPI = "http://naesb.org/espi"
_ROOT = re.compile(
    rb"<(?:[\w.-]+:)?(?:feed|entry|UsagePoint|MeterReading|ReadingType|IntervalBlock|LocalTimeParameters|"
    rb"UsageSummary|ElectricPowerUsageSummary)[\s>/]"
)


class EspiReader:
    """Reads a Green Button file of any size."""

    kind = "green_button"
    title = "Green Button usage data (ESPI XML)"
    title_zh = "綠色按鈕用電資料（ESPI XML）"
    version = "2"
    family = "meters"
    about = (
        "*XML of any length*: a feed of entries in any order, one entry, or one bare resource. Each "
        "`IntervalReading` is a row of `meter_reading`; what its codes mean stands in `meter_channel`, "
        "billing summaries, reading types and rules of local time in tables of their own. Times are instants "
        "and land in the time of Taiwan; `meter_clock` keeps what the clock of the file showed. The meter is "
        "`customer/usage point/meter reading`, by the links of the feed. Records that a landing counts are "
        "each `IntervalReading`, `ReadingType`, `LocalTimeParameters`, `UsageSummary` and "
        "`ElectricPowerQualitySummary`; the other resources say how those belong together. Of a file that is "
        "cut or broken, the records before that place land, and those that begin after it are rejected."
    )
    standard = "NAESB REQ.21 ESPI (Green Button)"
    standard_version = "1.1, 3.3, 4.0"

    @property
    def max_bytes(self) -> int:
        """The size of a document that is read as a stream."""
        return limits.current().stream_bytes

    def recognises(self, source: Source) -> bool:
        """Say whether the head names the namespace of ESPI and begins with one of its roots."""
        head = source.head.replace(b"\x00", b"") if b"\x00" in source.head[:4] else source.head
        if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<") or not _ROOT.search(head):
            return False
        # A feed may declare the namespace only deep inside, beyond the head; Atom with a Green Button link
        # is one too.
        return _ESPI.encode() in head or b"/espi/1_1/resource/" in head

    def read(self, source: Source) -> Reading:
        """Read the file into Parquet files in the scratch folder.

        Raises:
            UnreadableDocumentError: It is not well-formed before its first record, has a document type, or
                holds no record.
        """
        if source.scratch is None:
            raise ValueError("a Green Button file needs a scratch folder")
        xml_document.refuse_document_type(source.head)
        return espi_reading(source.path, source.scratch)
