"""What the pass over a Green Button file becomes: channels, clocks, readings with meter, unit and time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tracetonne.heavy import np, pa, pc, pq
from tracetonne.landing import store
from tracetonne.landing.espi_feed import clock_of
from tracetonne.landing.espi_readings import LETTERS, ROWS_A_GROUP
from tracetonne.landing.espi_stream import EspiStream
from tracetonne.landing.meter_channel import (
    FIRST_EPOCH_S,
    LANDING_OFFSET_S,
    LAST_EPOCH_S,
    SideWriter,
    days_of,
    document_key,
    observed_clock,
    side_tables,
)
from tracetonne.landing.reader import Reading
from tracetonne.landing.reject import unreadable


def espi_reading(path: Path, scratch: Path) -> Reading:
    """Read a file into Parquet files in the scratch folder.

    Raises:
        UnreadableDocumentError: It is not well-formed from the start, has a document type, or holds nothing.
    """
    stream = EspiStream(path, scratch)
    encoding = stream.run()
    names = stream.feed.names(list(stream.meters))
    channels, clocks = SideWriter("meter_channel", scratch), SideWriter("meter_clock", scratch)
    units, message = _describe(stream, names, channels, clocks)
    tables: dict[str, Any] = side_tables(
        meter_channel=channels,
        meter_clock=clocks,
        meter_block=stream.blocks,
        meter_reading_note=stream.readings.notes,
        rejected_record=stream.rejections.writer,
        **stream.feed.writers,
    )
    if stream.readings.count:
        target = scratch / "meter_reading.parquet"
        _write_typed(stream, list(names.values()), units, target)
        tables["meter_reading"] = target
    if not tables.keys() - {"meter_block"}:
        raise unreadable("empty_file", expected="readings, reading types or summaries", found="none")
    first = min((one.first_s for one in stream.meters.values()), default=LAST_EPOCH_S)
    last = max((one.last_end_s for one in stream.meters.values()), default=FIRST_EPOCH_S)
    start, end = days_of(first, max(last, first + 1)) if first < LAST_EPOCH_S else (None, None)
    return Reading(
        records=tables,
        rejections=stream.rejections.first,
        records_rejected=stream.rejections.records,
        records_in_place=stream.rejections.in_place,
        document_key=document_key(sorted(names.values()), start, end),
        document_date=stream.feed.updated,
        period_start=start,
        period_end=end,
        encoding=encoding,
        message=message,
    )


def _describe(
    stream: EspiStream, names: dict[str, str], channels: SideWriter, clocks: SideWriter
) -> tuple[list[str], str]:
    """Write channels and clocks, and return the unit of each meter and what the user should know."""
    units = []
    message = ""
    for path, meter in stream.meters.items():
        row, rule = stream.feed.channel(path)
        units.append(row.get("unit") or "")
        codes = sorted((code or "none", count) for code, count in meter.qualities.items())
        minutes = sorted(meter.minutes)
        zone, clock = clock_of(rule, meter.first_s, meter.last_end_s)
        if meter.offsets:
            zone, clock = "as each reading prints it", observed_clock(meter.offsets)
        if rule is None and not meter.offsets:
            message = "The file does not say its local time; its instants are known all the same."
        channels.add(
            row
            | {
                "meter": names[path],
                "interval_minutes": ",".join(map(str, minutes[:5])) or None,
                "source_zone": zone,
                "quality_codes": " ".join(f"{code}:{count}" for code, count in codes[:40]),
            }
        )
        for one in clock.rows(names[path]) if clock else ():
            clocks.add(one)
    return units, message


def _write_typed(stream: EspiStream, meters: list[str], units: list[str], target: Path) -> None:
    """Give the readings their meter, unit and landing time, row group by row group."""
    schema = store.arrow_schema("meter_reading")
    meter_of_block = np.frombuffer(stream.block_meter, dtype=np.int32)
    shift = pa.scalar(LANDING_OFFSET_S, pa.int64())
    with (
        pq.ParquetFile(stream.readings.path) as raw,
        pq.ParquetWriter(target, schema, compression="zstd", version="2.6") as writer,
    ):
        for batch in raw.iter_batches(batch_size=ROWS_A_GROUP):
            which = pa.array(meter_of_block[batch.column("block").to_numpy()])
            seconds = pc.add(batch.column("start_s"), shift)
            columns = [
                pa.DictionaryArray.from_arrays(which, pa.array(meters, pa.string())).cast(pa.string()),
                pc.multiply(seconds, pa.scalar(1_000_000, pa.int64())).cast(pa.timestamp("us")),
                batch.column("minutes"),
                batch.column("quantity"),
                pc.if_else(
                    pc.equal(taken := pa.array(units, pa.string()).take(which), ""),
                    pa.scalar(None, pa.string()),
                    taken,
                ),
                pa.DictionaryArray.from_arrays(batch.column("letter"), pa.array(LETTERS, pa.string())).cast(
                    pa.string()
                ),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    stream.readings.path.unlink()
