"""One pass over the elements of a Green Button file: readings, resources, and what a cut file leaves.

A record of the source, as landings count them, is an `IntervalReading`, a `ReadingType`, a
`LocalTimeParameters`, a `UsageSummary` (or `ElectricPowerUsageSummary`) or an `ElectricPowerQualitySummary`.
Entries, usage points, meter readings and blocks say how those belong together, and land with them.
"""

from __future__ import annotations

import array
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from lxml import etree

from tracetonne.landing import xml_document
from tracetonne.landing.espi_feed import Feed, Links, entry_links, meter_path
from tracetonne.landing.espi_paths import forget, local_name
from tracetonne.landing.espi_readings import Block, Meter, Readings
from tracetonne.landing.meter_channel import Rejections, SideWriter
from tracetonne.landing.reject import rejection, unreadable

_SUMMARIES = ("UsageSummary", "ElectricPowerUsageSummary", "ElectricPowerQualitySummary")
_RECORDS = ("IntervalReading", "ReadingType", "LocalTimeParameters", *_SUMMARIES)
_TAGS = (*_RECORDS, "entry", "IntervalBlock", "MeterReading", "UsagePoint")
_RECORD_START = re.compile(rf"<(?:[\w.-]+:)?(?:{'|'.join(_RECORDS)})[\s/>]".encode())
_CHUNK_BYTES: Final = 1 << 20
# Readings of one block that are taken together; a block may hold years.
_BATCH = 4096


class EspiStream:
    """Passes over the elements of a file, in order; memory holds a block, never the file.

    `meters` and `block_meter` say which path of links the readings of each block belong to.

    Args:
        path: The file.
        scratch: An empty folder for what is read.
    """

    def __init__(self, path: Path, scratch: Path) -> None:
        self.feed = Feed(scratch)
        self.rejections = Rejections(scratch)
        self.readings = Readings(scratch, self.rejections)
        self.blocks = SideWriter("meter_block", scratch)
        self.meters: dict[str, Meter] = {}
        # The meter of each block, filled when its entry ends; -1 until then.
        self.block_meter = array.array("i")
        self._path = path
        self._root = "feed"
        self._entry = 0
        self._entry_blocks: list[int] = []
        self._entry_meter = Meter(-1)
        self._in_block = 0
        self._block_first = 1
        # Records that have ended, wherever they stand.
        self._readings_seen = 0
        self._resources_seen = 0

    def run(self) -> str:
        """Pass over the elements, and return the encoding.

        Raises:
            UnreadableDocumentError: It is not well-formed before the first record, or has a document type.
        """
        encoding = self._stream()
        self._end_entry(())
        self.readings.close()
        self._name_strays()
        return encoding

    def _stream(self) -> str:
        events = etree.iterparse(
            str(self._path), events=("end",), tag=[f"{{*}}{name}" for name in _TAGS], **xml_document.SAFE
        )
        root: etree._Element | None = None
        element: etree._Element | None = None
        try:
            for _, element in events:
                if root is None:
                    root = element.getroottree().getroot()
                    self._root = local_name(root)
                    if root.getroottree().docinfo.internalDTD is not None:
                        raise unreadable(
                            "unsafe_xml", "line 1", expected="no document type", found="<!DOCTYPE"
                        )
                tag = element.tag
                if tag.endswith("IntervalReading"):
                    self._readings_seen += 1
                    self._in_block += 1
                    if self._in_block > _BATCH:
                        self._part_of_block(element)
                else:
                    self._element(element, tag.rpartition("}")[2])
        except etree.XMLSyntaxError as error:
            self._cut(error, root, element)
        except LookupError as error:
            raise unreadable(
                "wrong_encoding", expected="an encoding that is known", found=str(error)
            ) from error
        if root is None:
            return "utf-8"
        return (root.getroottree().docinfo.encoding or "utf-8").lower()

    def _element(self, element: etree._Element, name: str) -> None:
        if name == "IntervalBlock":
            self._end_block(element)
        elif name == "entry":
            self._end_entry(entry_links(element))
            forget(element)
        else:
            self._resources_seen += name in _RECORDS
            self.feed.take(element, name, self._locator(name))

    def _locator(self, name: str) -> str:
        """Return the path of plain steps to a resource of the current entry."""
        if self._root == "feed":
            return f"/feed/entry[{self._entry + 1}]/content/{name}"
        return f"/entry/content/{name}" if self._root == "entry" else f"/{name}"

    def _block(self) -> Block:
        path = self._locator("IntervalBlock")
        if self._root != "IntervalBlock":
            path = f"{path}[{len(self._entry_blocks) + 1}]"
        return Block(len(self.block_meter), self._block_first, path, self._entry_meter)

    def _part_of_block(self, current: etree._Element) -> None:
        """Take the readings before the current one out of a block that has not ended."""
        block = current.getparent()
        if block is None:
            return
        self.readings.take(block, self._block(), _BATCH)
        # The current reading stays: what follows it may be in the parser's hands.
        del block[: block.index(current)]
        self._in_block = 1

    def _end_block(self, element: etree._Element, limit: int | None = None) -> None:
        block = self._block()
        if self._in_block:
            self.readings.take(element, block, limit)
        self.blocks.add(
            {
                "first_reading_number": block.first,
                "reading_count": self.readings.count + 1 - block.first,
                "locator": block.locator,
            }
        )
        self.block_meter.append(-1)
        self._entry_blocks.append(block.number)
        self._block_first = self.readings.count + 1
        self._in_block = 0
        forget(element)

    def _end_entry(self, links: Links) -> None:
        """Give what the entry held its path: links say which meter the blocks belong to."""
        self.feed.end_entry(links)
        if self._entry_blocks:
            path = meter_path(links)
            meter = self.meters.setdefault(path, Meter(len(self.meters)))
            meter.add(self._entry_meter)
            for block in self._entry_blocks:
                self.block_meter[block] = meter.number
        self._entry_blocks, self._entry_meter = [], Meter(-1)
        self._entry += 1

    def _name_strays(self) -> None:
        """Name readings that no block holds, or that have another namespace than their neighbours."""
        strays = self._readings_seen - self.readings.count
        if strays <= 0:
            return
        one = rejection(
            "wrong_place",
            "//IntervalReading",
            field="IntervalReading",
            expected="readings directly in an IntervalBlock, in its namespace",
            found=f"{strays} elsewhere",
        )
        self.rejections.add(one, strays)

    def _cut(
        self, error: etree.XMLSyntaxError, root: etree._Element | None, last: etree._Element | None
    ) -> None:
        """Keep the records that ended before the place where the file is cut or broken, and name the rest.

        Args:
            error: What the parser says, and where.
            root: The root of what was read, nothing where no element ended.
            last: The element that ended last.

        Raises:
            UnreadableDocumentError: No record ended before that place.
        """
        locator = f"line {error.lineno}" if error.lineno else "file"
        seen = self._readings_seen + self._resources_seen
        if root is None or last is None or not seen:
            raise unreadable(
                "bad_xml", locator, expected="a complete XML document", found=str(error)
            ) from error
        if local_name(last) == "IntervalReading" and (block := last.getparent()) is not None:
            ended = islice(block, block.index(last) + 1)
            self._end_block(block, sum(local_name(one) == "IntervalReading" for one in ended))
        entry = root if self._root == "entry" else root[-1] if len(root) else None
        if entry is not None and local_name(entry) == "entry":
            self._end_entry(entry_links(entry))
        found = f"{error.msg}; {seen:,} records before it"
        one = rejection("cut_xml", locator, expected="a complete XML document", found=found)
        self.rejections.add(one, max(0, _records_in(self._path) - seen))


def _records_in(path: Path) -> int:
    """Count the records that begin in a file, well-formed or not."""
    return sum(1 for part in _parts(path) for _ in _RECORD_START.finditer(part))


def _parts(path: Path) -> Iterator[bytes]:
    """Give the bytes of a file in parts that cut no tag; of UTF-16 without every other one."""
    rest = b""
    with path.open("rb") as handle:
        is_wide = b"\x00" in handle.read(4)
        handle.seek(0)
        while block := handle.read(_CHUNK_BYTES):
            rest += block.replace(b"\x00", b"") if is_wide else block
            whole, mark, begun = rest.rpartition(b"<")
            yield whole
            rest = mark + begun[:_CHUNK_BYTES]
    yield rest
