"""Tables of readings by a written contract: portal CSV, historian CSV and Parquet, long and wide.

One typed DuckDB pass, with explicit types and formats throughout: nothing is detected. A row that breaks the
rules of CSV is named with its line; a cell that cannot be read is null in its place and named. Times with an
offset, or of a zone other than Taiwan's, are instants and land in the landing clock; of a doubled hour the
first reading in the file is the first hour.
"""

from __future__ import annotations

from tracetonne.landing import limits, meter_contract
from tracetonne.landing.meter_contract import MeterContract
from tracetonne.landing.meter_table_heading import folded, heading_of
from tracetonne.landing.meter_table_pass import TablePass
from tracetonne.landing.reader import Reading, Source
from tracetonne.settings import Home


class MeterTableReader:
    """Reads one kind of table of readings by its contract.

    Args:
        contract: The contract.
    """

    family = "meters"
    standard = "declared contract"
    standard_version = ""

    def __init__(self, contract: MeterContract) -> None:
        self.contract = contract
        self.kind = contract.kind
        self.title = contract.title
        self.title_zh = contract.title_zh
        self.version = contract.version

    @property
    def about(self) -> str:
        """What a table of this kind looks like, for docs/contracts.md."""
        time = self.contract.time
        written = "*Parquet.*" if self.contract.file_format == "parquet" else "*CSV, also packed as gzip.*"
        columns = ", ".join(f"`{name}`" for name in self.contract.needed)
        zone = "each time with its offset" if time.has_offset else time.zone
        length = f"{time.interval_minutes} minutes" if time.interval_minutes else "reads of a register"
        return (
            f"{written} {self.contract.about} Columns {columns}; `{time.column}` is written `{time.format}` "
            f"({zone}) and marks the {time.label} of {length}. Records that a landing counts are "
            f"{'the cells of its channels' if self.contract.layout == 'wide' else 'the rows'}."
        )

    @property
    def max_bytes(self) -> int:
        """The size of a document that is read as a stream."""
        return limits.current().stream_bytes

    def recognises(self, source: Source) -> bool:
        """Say whether the heading has the contract's columns, and none that it does not know."""
        heading = heading_of(source, self.contract)
        known = {folded(name) for name in (*self.contract.needed, *self.contract.ignore)}
        present = {folded(name) for name in heading}
        needed = {folded(name) for name in self.contract.needed}
        return bool(needed) and needed <= present <= known

    def read(self, source: Source) -> Reading:
        """Read the table into Parquet files in the scratch folder.

        Raises:
            UnreadableDocumentError: It cannot be unpacked or opened, a column is missing or stands twice, or
                it has no row.
        """
        if source.scratch is None:
            raise ValueError("a table of readings needs a scratch folder")
        return TablePass(self.contract, source, source.scratch).run()


def own_readers(home: Home) -> list[MeterTableReader]:
    """Return readers for the contracts of meters that lie in `contracts/meter/` of a home.

    Raises:
        WrongUseError: A contract cannot be used.
    """
    folder = home.root / "contracts" / "meter"
    return [MeterTableReader(meter_contract.load(path, is_own=True)) for path in sorted(folder.glob("*.yml"))]


def built_in_readers() -> tuple[MeterTableReader, ...]:
    """Return readers for the product's own contracts."""
    return tuple(MeterTableReader(contract) for contract in meter_contract.built_in())
