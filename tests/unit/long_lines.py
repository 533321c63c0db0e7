"""Lines of more than 2 GB: each reader meets one, and says what it made of it and how much memory that took.

A program of its own, because only a process knows its own peak. The files are sparse: a head of the format,
16 MB of one sign, and a hole.

Use:
    python long_lines.py FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tracetonne.landing.kinds import reader_named
from tracetonne.landing.land import land_paths
from tracetonne.landing.read_document import HEAD_BYTES, Choice, read_document
from tracetonne.landing.reader import Source
from tracetonne.settings import Home

BYTES = (2 << 30) + 4096
_FILLED_BYTES = 16 << 20
_ESPI = '<entry><content><IntervalBlock xmlns="http://naesb.org/espi"><IntervalReading><timePeriod>'
HEADS = {
    "meter_csv": "meter,interval_start,consumption_kwh,quality\nM,2025-01-01 00:00,1,A\nM,2025-01-01 00:15,",
    "historian_long": "tag,timestamp,value,unit,quality\nT,2025-01-01 00:00:00,1,kWh,Good\nT,",
    "nem12": "100,NEM12,202501020000,MDA1,Ret1\n200,NMI1,E1,1,E1,N1,S,kWh,30,\n300,20250101,",
    "green_button": f'<feed xmlns="http://www.w3.org/2005/Atom">{_ESPI}<duration>900</duration>'
    "<start>1735660800</start></timePeriod><value>1</value></IntervalReading><IntervalReading><value>",
    "taipower_ami": '{"listAMIBase15MinData": [], "meter": "',
    "taipower_bill": "電號,",
}


def make(path: Path, head: str) -> None:
    """Write a file whose last line is longer than 2 GB."""
    with path.open("wb") as handle:
        handle.write(head.encode())
        handle.write(b"9" * _FILLED_BYTES)
        handle.truncate(BYTES)


def peak_mb() -> int:
    """Return the most memory that this program held; what `getrusage` tells includes that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    """Print, by kind, the first reason and the records landed and rejected; and the peak of memory in MB."""
    folder = Path(sys.argv[1])
    home = Home(root=folder / "home", exports=folder / "exports")
    path = folder / "long"
    found: dict[str, object] = {}
    for kind, head in HEADS.items():
        make(path, head)
        scratch = folder / f"scratch.{kind}"
        scratch.mkdir()
        with path.open("rb") as handle:
            source = Source(path, "long", handle.read(HEAD_BYTES), BYTES, scratch)
        reading = read_document(Choice(reader_named(home, kind)), source)
        found[kind] = [reading.rejections[0].code, reading.records_rejected, sorted(reading.records)]
    # The last of them is larger than its reader accepts, so its bytes are not copied.
    (result,) = land_paths(home, [path], "plant", "taipower_bill")
    kept = [one for one in home.evidence.rglob("*") if one.is_file()]
    found["landed"] = [result.rejections[0].code, len(kept)]
    path.unlink()
    found["peak_mb"] = peak_mb()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
