"""Copies of a sample site with one thing broken: each function breaks one paper and returns its path.

Gate tests copy a site to a temporary folder, break it, land it, and see that the export does not happen.
Months are `2025-03`. A break that finds nothing to break raises: no test passes by breaking nothing.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "raw_samples"
BOM = "\ufeff"


def copy_site(site: str, into: Path, months: Iterable[str] | None = None) -> Path:
    """Copy a sample site below `into` and return its folder.

    Args:
        site: Name of the sample folder, such as `screw_plant`.
        into: Folder to copy into.
        months: Keep of the month-by-month papers only these months', with the stock count before and bills
            beside them, which lands faster. All where `None`.
    """
    folder = into / site
    shutil.copytree(SAMPLES / site, folder)
    if months is not None:
        keep = set(months)
        beside = {other for month in keep for other in (_previous(month), _next(month))}
        before = {_previous(month) for month in keep}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            found = re.search(r"20\d\d-\d\d", name)
            kept = keep | (beside if name.startswith("taipower_bills/") else set())
            kept |= before if name.startswith("stock/") else set()
            if path.is_file() and found and found.group() not in kept:
                path.unlink()
    return folder


def drop_bill(site: Path, month: str) -> Path:
    """Take away the electricity bills that begin in a month."""
    return _remove(site.glob(f"taipower_bills/bill_{month}*"))


def overlap_bills(site: Path, month: str, days: int = 5) -> Path:
    """Let a month's electricity bill run into the next month, whose own bill is there too."""
    path = _one(site.glob(f"taipower_bills/bill_{month}*"))
    rows = _rows(path, "cp950")
    year, next_month = _next(month).split("-")
    for row in rows:
        row["計費迄日"] = f"{int(year) - 1911}/{next_month}/{days:02d}"
    return _write_rows(path, rows, "cp950")


def bill_off(site: Path, month: str, share: float = 0.10) -> Path:
    """Bill more energy than the main meter counted, by a share."""
    path = _one(site.glob(f"taipower_bills/bill_{month}*"))
    rows = _rows(path, "cp950")
    for row in rows:
        extra = int(int(row["總度數"]) * share)
        row["離峰度數"] = str(int(row["離峰度數"]) + extra)
        row["總度數"] = str(int(row["總度數"]) + extra)
    return _write_rows(path, rows, "cp950")


def duplicate_invoice(site: Path, month: str, material: str = "wire-rod-carbon", times: str = "1") -> Path:
    """Send an invoice again: same number, other bytes, and where `times` is not 1, another quantity."""
    path = _one(_invoices(site, month, material), first=True)
    text = path.read_text("utf-8")
    again = text.replace("</Invoice>", "<!-- resent --></Invoice>")
    if times != "1":
        again = re.sub(
            r"<Quantity>([\d.]+)</Quantity>",
            lambda found: f"<Quantity>{Decimal(found.group(1)) * Decimal(times)}</Quantity>",
            again,
        )
    copy = path.with_name(f"{path.stem}_resent.xml")
    copy.write_text(again, "utf-8", newline="")
    return copy


def missing_supplier_invoice(site: Path, month: str, material: str = "wire-rod-carbon") -> Path:
    """Take away one invoice of a month for a material."""
    return _remove([_one(_invoices(site, month, material), first=True)])


def negative_readings(site: Path, month: str, meter: str = "m-carbon", count: int = 4) -> Path:
    """Turn readings on the month's second day negative."""
    path = _meter(site, meter, month)
    return _change_readings(path, f"{month}-02 10", count, lambda value: -value)


def meter_off(site: Path, month: str, meter: str = "m-carbon", share: str = "0.10") -> Path:
    """Let a meter read more than it should by a share, all month."""
    factor = 1 + Decimal(share)
    path = _meter(site, meter, month)
    return _change_readings(path, month, None, lambda value: (value * factor).quantize(Decimal("0.001")))


def missing_readings(
    site: Path, month: str, meter: str = "m-main", first: str = "05", last: str = "07"
) -> Path:
    """Lose a meter's rows from one day of a month to another, both included."""
    path = _meter(site, meter, month)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [
        line for line in lines if not f"{month}-{first}" <= line.partition(",")[2][:10] <= f"{month}-{last}"
    ]
    return _replaced(path, lines, kept)


def drop_meter(site: Path, month: str, meter: str = "m-main") -> Path:
    """Take away a meter's month."""
    return _remove([_meter(site, meter, month)])


def drop_stock_count(site: Path, month: str) -> Path:
    """Take away the stock count at the end of a month."""
    return _remove(site.glob(f"stock/stock_count_{month}-*"))


def drop_ledger(site: Path, month: str) -> Path:
    """Take away a month's production ledger."""
    return _remove(site.glob(f"ledger/production_{month}.csv"))


def stock_off(site: Path, month: str, kilograms: int = 500_000) -> Path:
    """Count more stock at the end of a month than there can be."""
    path = _one(site.glob(f"stock/stock_count_{month}-*"))
    rows = _rows(path, "utf-8")
    rows[0]["quantity"] = str(int(rows[0]["quantity"]) + kilograms)
    return _write_rows(path, rows, "utf-8")


def remove_lab_certificate(site: Path, name: str = "gas_certificate_2025-h1") -> Path:
    """Take away a laboratory certificate, by default that of the gas in the first half of 2025."""
    return _remove(site.glob(f"lab/{name}.csv"))


def expired_factor(site: Path, year: str = "2025", valid_to: str = "2025-02-01") -> Path:
    """Let the site's declared factors end early, so that later months have none."""
    path = _one(site.glob(f"factors/site_factors_{year}.csv"))
    rows = _rows(path, "utf-8")
    for row in rows:
        row["valid_to"] = valid_to
    return _write_rows(path, rows, "utf-8")


def product_without_cn(site: Path, product: str) -> Path:
    """Take away the CN code of a product in the master data, be it a workbook or CSV sheets."""
    book = site / "master_data" / "master_data.xlsx"
    if not book.exists():
        path = _one(site.glob("master_data/products.csv"))
        rows = _rows(path, "utf-8")
        next(row for row in rows if row["product"] == product)["cn_code"] = ""
        return _write_rows(path, rows, "utf-8")
    if str(SAMPLES) not in sys.path:
        sys.path.insert(0, str(SAMPLES))
    from sample_plants.screw_papers import fixed_papers
    from sample_plants.sheets import master_workbook

    master = fixed_papers()[1]
    products = [
        {**record, "cn_code": ""} if record["product"] == product else record for record in master["products"]
    ]
    if products == master["products"]:
        raise LookupError(f"the master data have no product {product}")
    book.write_bytes(master_workbook({**master, "products": products}, "Master data"))
    return book


def truncate(site: Path, pattern: str) -> Path:
    """Cut a file in the middle, as a broken download does."""
    path = _one(site.glob(pattern), first=True)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def unicode_text(site: Path, month: str) -> Path:
    """Save a month's ledger in UTF-16, as a spreadsheet's "Unicode text" does."""
    path = _one(site.glob(f"ledger/production_{month}.csv"))
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    return path


def unreadable_text(site: Path, month: str) -> Path:
    """Put a byte that no code page 950 character begins with into a month's electricity bill."""
    path = _one(site.glob(f"taipower_bills/bill_{month}*"))
    data = path.read_bytes()
    changed = data.replace("一般".encode("cp950"), b"\xff\xff")
    path.write_bytes(changed)
    if changed == data:
        raise LookupError(f"{path} has nothing to spoil")
    return path


def unknown_unit(site: Path, month: str, unit: str = "bushel") -> Path:
    """Count stock in a unit that nobody knows."""
    path = _one(site.glob(f"stock/stock_count_{month}-*"))
    rows = _rows(path, "utf-8")
    for row in rows:
        row["unit"] = unit
    return _write_rows(path, rows, "utf-8")


def missing_column(site: Path, month: str, column: str = "good_kg") -> Path:
    """Take a column out of a month's ledger."""
    path = _one(site.glob(f"ledger/production_{month}.csv"))
    rows = _rows(path, "utf-8")
    return _write_rows(
        path, [{key: value for key, value in row.items() if key != column} for row in rows], "utf-8"
    )


def _invoices(site: Path, month: str, material: str) -> list[Path]:
    """Find the issued invoices that a folder of a month holds for a material."""
    found = sorted(site.glob(f"*/{month}/{material}_*.xml"))
    return [path for path in found if not path.stem.endswith(("_allowance", "_cancel", "_resent"))]


def _meter(site: Path, meter: str, month: str) -> Path:
    return _one(site.glob(f"meters/{meter.lower()}_{month}.csv"))


def _one(paths: Iterable[Path], first: bool = False) -> Path:
    found = sorted(paths)
    if not found or (len(found) > 1 and not first):
        raise LookupError(f"expected one paper to break, found {[path.name for path in found]}")
    return found[0]


def _remove(paths: Iterable[Path]) -> Path:
    found = sorted(paths)
    if not found:
        raise LookupError("found no paper to take away")
    for path in found:
        path.unlink()
    return found[0]


def _rows(path: Path, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


def _write_rows(path: Path, rows: list[dict[str, str]], encoding: str) -> Path:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def _change_readings(path: Path, start: str, count: int | None, change: Callable[[Decimal], Decimal]) -> Path:
    """Change the first `count` (all where `None`) readings whose start of interval begins with `start`."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    changed = []
    left = count
    for line in lines:
        meter, at, value, rest = [*line.split(",", 3), "", "", ""][:4]
        if at.startswith(start) and value and left != 0:
            line = f"{meter},{at},{change(Decimal(value))},{rest}"
            left = None if left is None else left - 1
        changed.append(line)
    return _replaced(path, lines, changed)


def _replaced(path: Path, lines: list[str], changed: list[str]) -> Path:
    if lines == changed:
        raise LookupError(f"{path} has nothing to change")
    path.write_text("".join(changed), "utf-8", newline="")
    return path


def _next(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _previous(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"{year - (number == 1)}-{(number - 2) % 12 + 1:02d}"
