"""Write a Green Button (ESPI) file of any size: the same bytes on every machine, streamed to disk.

One bulk feed: for each meter its usage point, clock, reading type and meter reading, then an interval block a
day of quarter hours. Every hundredth value is estimated, every thousandth is missing. Sizes are reached day
by day over all meters, so that a large file is a small one with more days.

    python bench/generate_espi.py [--megabytes 100] [--meters 20] FILE
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

# 2023-01-01 00:00 in Taiwan.
FIRST_DAY_S = 1_672_502_400
_DAY_S = 86_400
_QUARTER_S = 900
_ROOT = "https://data.example.org/espi/1_1/resource"

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>urn:uuid:00000000-0000-0000-0000-000000000000</id>
  <title>Green Button Subscription Feed</title>
  <updated>2026-01-01T00:00:00Z</updated>
  <entry>
    <link rel="self" href="{root}/LocalTimeParameters/1"/>
    <content>
      <LocalTimeParameters xmlns="http://naesb.org/espi">
        <dstEndRule>FFFFFFFF</dstEndRule>
        <dstOffset>0</dstOffset>
        <dstStartRule>FFFFFFFF</dstStartRule>
        <tzOffset>28800</tzOffset>
      </LocalTimeParameters>
    </content>
  </entry>
  <entry>
    <link rel="self" href="{root}/ReadingType/1"/>
    <content>
      <ReadingType xmlns="http://naesb.org/espi">
        <accumulationBehaviour>4</accumulationBehaviour>
        <commodity>1</commodity>
        <flowDirection>1</flowDirection>
        <intervalLength>900</intervalLength>
        <kind>12</kind>
        <powerOfTenMultiplier>0</powerOfTenMultiplier>
        <uom>72</uom>
      </ReadingType>
    </content>
  </entry>
"""
_METER = """  <entry>
    <link rel="self" href="{root}/RetailCustomer/1/UsagePoint/{meter}"/>
    <link rel="related" href="{root}/LocalTimeParameters/1"/>
    <content>
      <UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>
    </content>
  </entry>
  <entry>
    <link rel="self" href="{root}/RetailCustomer/1/UsagePoint/{meter}/MeterReading/1"/>
    <link rel="related" href="{root}/ReadingType/1"/>
    <content>
      <MeterReading xmlns="http://naesb.org/espi"/>
    </content>
  </entry>
"""
_BLOCK = """  <entry>
    <link rel="self" href="{root}/RetailCustomer/1/UsagePoint/{meter}/MeterReading/1/IntervalBlock/{day}"/>
    <link rel="up" href="{root}/RetailCustomer/1/UsagePoint/{meter}/MeterReading/1/IntervalBlock"/>
    <content>
      <IntervalBlock xmlns="http://naesb.org/espi">
        <interval>
          <duration>86400</duration>
          <start>{start}</start>
        </interval>
{readings}      </IntervalBlock>
    </content>
  </entry>
"""
_READING = """        <IntervalReading>
          <ReadingQuality>
            <quality>{quality}</quality>
          </ReadingQuality>
          <timePeriod>
            <duration>900</duration>
            <start>{start}</start>
          </timePeriod>
          <value>{value}</value>
        </IntervalReading>
"""


def _readings(meter: int, day: int) -> Iterator[str]:
    start = FIRST_DAY_S + day * _DAY_S
    # One hash gives the day's 96 values of 0 to 65,535 Wh.
    noise = hashlib.shake_128(f"{meter}:{day}".encode()).digest(192)
    for quarter in range(96):
        value = int.from_bytes(noise[2 * quarter : 2 * quarter + 2], "big")
        number = day * 96 + quarter
        if number % 1000 == 999:
            continue
        yield _READING.format(
            quality=8 if number % 100 == 50 else 17, start=start + quarter * _QUARTER_S, value=value
        )


def parts(meters: int) -> Iterator[str]:
    """Give the text of an endless feed, part by part, without its end."""
    yield _HEAD.format(root=_ROOT)
    for meter in range(1, meters + 1):
        yield _METER.format(root=_ROOT, meter=meter)
    day = 0
    while True:
        for meter in range(1, meters + 1):
            readings = "".join(_readings(meter, day))
            start = FIRST_DAY_S + day * _DAY_S
            yield _BLOCK.format(root=_ROOT, meter=meter, day=day, start=start, readings=readings)
        day += 1


def generate(target: Path, megabytes: float, meters: int = 20) -> Path:
    """Write a file of at least so many megabytes (10^6 bytes), unless it is there already."""
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    written = 0
    with partial.open("w", encoding="utf-8", newline="\n") as handle:
        for part in parts(meters):
            written += handle.write(part)
            if written >= megabytes * 1_000_000:
                break
        handle.write("</feed>\n")
    partial.replace(target)
    return target


def main() -> None:
    """Write the file that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--meters", type=int, default=20)
    given = parser.parse_args()
    generate(given.file, given.megabytes, given.meters)


if __name__ == "__main__":
    main()
