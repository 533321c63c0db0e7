"""Write the sample plants' papers, or with `--check` compare them: `python raw_samples/generate.py`.

The papers follow from names alone (no clock, no chance), so every run on every machine writes the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sample_plants import aluminium_smelter, cement_plant, screw_plant, trading_office

PLANTS = (screw_plant, cement_plant, aluminium_smelter, trading_office)


def build_all() -> dict[str, bytes]:
    """Make every paper of every plant: path below `raw_samples/` and bytes."""
    return {f"{plant.FOLDER}/{path}": data for plant in PLANTS for path, data in plant.build()[0].items()}


def present(folder: Path) -> dict[str, bytes]:
    """Read the papers that lie in a samples folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for plant in PLANTS
        for path in sorted((folder / plant.FOLDER).rglob("*"))
        if path.is_file()
    }


def differences(folder: Path) -> list[str]:
    """Name the papers in a folder that are missing, strange or different from what this generator makes."""
    made, found = build_all(), present(folder)
    return [
        f"{name}: {'missing' if name not in found else 'not made here' if name not in made else 'different'}"
        for name in sorted(made.keys() | found.keys())
        if made.get(name) != found.get(name)
    ]


def write(folder: Path) -> None:
    """Write the papers and remove those of an earlier generator."""
    made = build_all()
    for name in present(folder).keys() - made.keys():
        (folder / name).unlink()
    for name, data in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def main() -> int:
    """Run from the command line; exit 1 where `--check` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--into", type=Path, default=Path(__file__).resolve().parent, help="samples folder")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    arguments = parser.parse_args()
    if not arguments.check:
        write(arguments.into)
        return 0
    found = differences(arguments.into)
    print("\n".join(found) or "the samples are what the generator makes")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
