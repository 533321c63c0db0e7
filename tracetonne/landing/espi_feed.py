"""How the entries of a Green Button feed belong together: links from readings to types, clocks and points."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from lxml import etree

from tracetonne.landing import espi_codes
from tracetonne.landing.espi_paths import local_name
from tracetonne.landing.espi_resources import (
    ReadingType,
    TimeRule,
    quality_summary_row,
    usage_summary_row,
)
from tracetonne.landing.meter_channel import FORWARD, Clock, SideWriter

Links = Sequence[tuple[str, str]]
Resource = TypeVar("Resource")
_TABLES = ("meter_reading_type", "meter_time_rule", "meter_usage_summary", "meter_quality_summary")
_PARTS = re.compile(
    r"(?:(?:RetailCustomer|User|Customer)/([^/]+)/)?.*?UsagePoint/([^/]+)(?:/MeterReading/([^/]+))?"
)
_BLANK = re.compile(r"[\s,;]+")
# Years that a rule of daylight saving is worked out for around the readings.
_MOST_YEARS = 120


def entry_links(entry: etree._Element) -> list[tuple[str, str]]:
    """Return `(rel, href)` of the links of an entry, the href from its resource on."""
    found = []
    for one in entry:
        if isinstance(one.tag, str) and one.tag.rpartition("}")[2] in ("link", "updated"):
            if one.tag.endswith("updated"):
                found.append(("updated", (one.text or "").strip()))
            else:
                found.append((one.get("rel") or "", plain_path(one.get("href") or "")))
    return found


def plain_path(href: str) -> str:
    """Return a link's path below `resource/`, or below the host."""
    path = href.strip().partition("?")[0]
    if "/resource/" in path:
        return path.rpartition("/resource/")[2].strip("/")
    return re.sub(r"^[a-z]+://[^/]*", "", path).strip("/")


def meter_path(links: Links) -> str:
    """Return the path of the meter reading that an entry of interval blocks belongs to, empty if none."""
    for rel in ("up", "self"):
        for one, path in links:
            if one == rel and "IntervalBlock" in path:
                return path.partition("/IntervalBlock")[0]
    return ""


class Feed:
    """The entries seen so far, by the path of their `self` link.

    Args:
        scratch: An empty folder for the tables of what the entries state besides readings.
    """

    def __init__(self, scratch: Path) -> None:
        self.types: dict[str, ReadingType] = {}
        self.rules: dict[str, TimeRule] = {}
        # Paths that a meter reading or a usage point links to.
        self.related: dict[str, list[str]] = {}
        self.meter_readings: list[str] = []
        self.services: dict[str, str] = {}
        self.updated = ""
        self.writers = {name: SideWriter(name, scratch) for name in _TABLES}
        # What the current entry holds; its end gives it a path.
        self._described: list[ReadingType | TimeRule] = []
        self._linking: list[tuple[str, str]] = []
        self._summaries: list[tuple[str, dict[str, str]]] = []

    def take(self, element: etree._Element, name: str, locator: str) -> None:
        """Take a resource of the current entry.

        Args:
            element: The resource.
            name: Its name without namespace.
            locator: Its place.
        """
        if name == "ReadingType":
            self._described.append(ReadingType.read(element, locator))
        elif name == "LocalTimeParameters":
            self._described.append(TimeRule.read(element, locator))
        elif name == "ElectricPowerQualitySummary":
            self._summaries.append(("meter_quality_summary", quality_summary_row(element, locator)))
        elif name.endswith("UsageSummary"):
            self._summaries.append(("meter_usage_summary", usage_summary_row(element, locator)))
        else:
            kind = next((one for one in element.iter() if local_name(one) == "kind"), None)
            self._linking.append((name, (kind.text or "").strip() if kind is not None else ""))

    def end_entry(self, links: Links) -> None:
        """Give what the entry held its path."""
        own = next((path for rel, path in links if rel == "self"), "")
        updated = max((text for rel, text in links if rel == "updated"), default="")
        if re.match(r"\d{4}-\d{2}-\d{2}", updated):
            self.updated = max(self.updated, updated[:10])
        for one in self._described:
            # Of two resources under one path, as one utility writes them, the first holds.
            if isinstance(one, ReadingType):
                self.types.setdefault(own or f"ReadingType/{len(self.types) + 1}", one)
                self.writers["meter_reading_type"].add(one.row(own))
            else:
                self.rules.setdefault(own or f"LocalTimeParameters/{len(self.rules) + 1}", one)
                self.writers["meter_time_rule"].add(one.row(own))
        for name, kind in self._linking:
            self.related[own] = [path for rel, path in links if rel == "related"]
            if name == "MeterReading":
                self.meter_readings.append(own)
            else:
                self.services[own] = kind
        match = _PARTS.search(own)
        for table, row in self._summaries:
            self.writers[table].add(row | {"service_point": match[2] if match else ""})
        self._described, self._linking, self._summaries = [], [], []

    def names(self, paths: Sequence[str]) -> dict[str, str]:
        """Return the meter that readings of each path land under: short where that is not ambiguous."""
        short = {path: _short(self._whole(path)) for path in paths}
        doubled = {name for name, count in Counter(short.values()).items() if count > 1}
        return {
            path: _BLANK.sub("_", self._whole(path)) or "unlinked" if name in doubled else name
            for path, name in short.items()
        }

    def _whole(self, path: str) -> str:
        """Return the path of blocks without links where the feed has only one meter reading to mean."""
        if path:
            return path
        if len(self.meter_readings) == 1:
            return self.meter_readings[0]
        return next(iter(self.services)) if len(self.services) == 1 else ""

    def channel(self, path: str) -> tuple[dict[str, str | None], TimeRule | None]:
        """Return the row of `meter_channel` of a path, and its local time."""
        whole = self._whole(path)
        point = whole.partition("/MeterReading")[0]
        kind = self._linked(self.types, [whole], "ReadingType/")
        rule = self._linked(self.rules, [point, whole], "LocalTimeParameters")
        service = self.services.get(point) or (
            next(iter(self.services.values())) if len(self.services) == 1 else ""
        )
        match = _PARTS.search(whole)
        row: dict[str, str | None] = {
            "service_point": match[2] if match else None,
            "register": match[3] if match else None,
            "locator": whole or None,
            "interval_label": "start",
            "commodity": espi_codes.SERVICES.get(service),
        }
        if kind is not None:
            row |= {
                "commodity": espi_codes.COMMODITIES.get(kind.commodity) or row["commodity"],
                "flow_direction": espi_codes.FLOWS.get(kind.flow_direction)
                or (f"flow {kind.flow_direction}" if kind.flow_direction not in ("", "0") else FORWARD),
                "unit": espi_codes.unit_of(kind.unit_code, kind.power_of_ten) or None,
                "base_unit": espi_codes.unit_of(kind.unit_code, "0") or None,
                "power_of_ten_multiplier": kind.power_of_ten or "0",
                "accumulation": espi_codes.accumulation_of(kind.accumulation, kind.unit_code),
            }
        return row, rule

    def _linked(self, resources: Mapping[str, Resource], owners: Sequence[str], mark: str) -> Resource | None:
        """Return the resource that an owner links to; the only one there is needs no link."""
        for owner in owners:
            for path in self.related.get(owner, ()):
                if mark in path and path in resources:
                    return resources[path]
        return next(iter(resources.values())) if len(resources) == 1 else None


def _short(path: str) -> str:
    match = _PARTS.search(path)
    if not match:
        return _BLANK.sub("_", path) or "unlinked"
    return _BLANK.sub("_", "/".join(part for part in match.groups() if part))


def clock_of(rule: TimeRule | None, first_s: int, last_s: int) -> tuple[str, Clock | None]:
    """Return the name and the clock of a rule of local time from first to last second."""
    if rule is None or not re.fullmatch(r"-?[0-9]{1,5}", rule.tz_offset_s) or first_s >= last_s:
        return "UTC", None
    standard = int(rule.tz_offset_s)
    name = f"{rule.tz_offset_s},{rule.dst_offset_s},{rule.dst_start_rule},{rule.dst_end_rule}"
    saving = int(rule.dst_offset_s) if re.fullmatch(r"-?[0-9]{1,5}", rule.dst_offset_s) else 0
    changes = _changes(rule, standard, saving, first_s, last_s) if saving else []
    before = [minutes for second, minutes in changes if second <= first_s]
    stretches = [(first_s, before[-1] if before else standard // 60)]
    stretches += [(second, minutes) for second, minutes in changes if first_s < second <= last_s]
    return name, Clock(stretches)


def _changes(rule: TimeRule, standard: int, saving: int, first_s: int, last_s: int) -> list[tuple[int, int]]:
    """Return the seconds at which daylight saving begins or ends, with the minutes from UTC after them."""
    first, last = (datetime.datetime.fromtimestamp(second, datetime.UTC).year for second in (first_s, last_s))
    changes = []
    for year in range(first - 1, min(last + 1, first + _MOST_YEARS) + 1):
        begin = espi_codes.changeover(rule.dst_start_rule, year)
        end = espi_codes.changeover(rule.dst_end_rule, year)
        if begin is None or end is None:
            return []
        # The clock shows standard time until it begins, and daylight time until it ends.
        changes.append((_epoch(begin) - standard, (standard + saving) // 60))
        changes.append((_epoch(end) - standard - saving, standard // 60))
    return sorted(changes)


def _epoch(moment: datetime.datetime) -> int:
    return int(moment.replace(tzinfo=datetime.UTC).timestamp())
