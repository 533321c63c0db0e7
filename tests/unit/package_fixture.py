"""A home made by hand: two months of one site with documents, landed records and served outputs.

The arithmetic is small enough to check in the head: eight readings, two batches, one factor, one bill.
"""

from __future__ import annotations

import atexit
import datetime
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from unittest.mock import patch

import duckdb

from tracetonne.landing.tables import TABLES
from tracetonne.package import build
from tracetonne.package.build import build_package
from tracetonne.package.checks import reading_hash
from tracetonne.settings import Home

SITE = "demo"
# No reader has this version, so the records made by hand here are never compared with what a reader finds.
READER_VERSION = "by-hand"
T, D, B, N, DEC = "VARCHAR", "DOUBLE", "BOOLEAN", "BIGINT", "DECIMAL(38,12)"
_LAST = {"refresh_period": T, "site": T}
OUTPUTS: dict[str, dict[str, str]] = {
    "figure": dict.fromkeys(("figure_key", "period"), T)
    | {"period_start": "DATE", "period_end": "DATE"}
    | dict.fromkeys(("process", "product", "product_name", "cn_code", "series", "quantity"), T)
    | {"value": D, "rounded": D}
    | dict.fromkeys(("unit", "regime", "clause", "method_id", "data_quality"), T)
    | {"is_provisional": B, "note": T, "line_id": T}
    | _LAST,
    "calculation_line": dict.fromkeys(
        ("line_id", "method_id", "clause", "series", "subject", "object", "quantity"), T
    )
    | {"value": D, "unit": T, "formula": T, "data_quality": T}
    | _LAST,
    "calculation_line_input": {"line_id": T, "input_name": T, "input_index": N, "value": D, "unit": T}
    | {"source_kind": T, "source_id": T}
    | _LAST,
    "fact": dict.fromkeys(("period", "fact_id", "fact_type", "subject", "object", "quantity_name"), T)
    | {"value": D, "value_exact": DEC}
    | dict.fromkeys(("unit", "data_quality", "method_id", "source_type", "raw_table", "meter"), T)
    | {"from_local": "TIMESTAMP", "to_local": "TIMESTAMP", "record_count": N, "checksum_sum": DEC}
    | {"checksum_hash": T}
    | _LAST,
    "fact_record": {"period": T, "fact_id": T, "raw_table": T, "evidence_id": T, "record_number": N}
    | {"role": T, "quantity": DEC, "share": D}
    | _LAST,
    "factor_used": {"factor_id": T, "factor_version": T, "parameter": T, "value": D, "unit": T}
    | {"published_value": T, "published_unit": T, "source": T, "evidence_id": T, "record_number": N}
    | _LAST,
    "evidence_used": dict.fromkeys(("evidence_id", "sha256", "kind", "file_name"), T)
    | {"byte_size": N, "document_date": T, "role": T}
    | _LAST,
    "balance": {"balance": T, "subject": T, "difference_quantity": DEC, "severity": T} | _LAST,
}


FORMULAS = """quantity,formula
attributed_emissions_*,kwh / 1000 * factor
activity_level,kg / 1000
see_indirect,emissions / activity
see_indirect_*,sum(emissions) / sum(activity)
"""


@cache
def _template() -> Path:
    """Make the home once a process: writing forty Parquet files takes a second."""
    root = Path(tempfile.mkdtemp(prefix="tracetonne-fixture-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    home = Home(root=root / "home", exports=root / "home" / "exports")
    serve_month(home, "2026-02", "1000.000", 0.5, earlier=None)
    serve_month(home, "2026-03", "1000.000", 0.5, earlier="2026-02")
    return home.root


@cache
def _packaged_template() -> Path:
    home = make_home(Path(tempfile.mkdtemp(prefix="tracetonne-fixture-")) / "home")
    atexit.register(shutil.rmtree, home.root.parent, ignore_errors=True)
    lists = home.root.parent / "lists"
    lists.mkdir()
    (lists / "formulas.csv").write_text(FORMULAS, encoding="utf-8")
    # The formulas of a home made by hand are none of the methods.
    with patch.object(build, "GENERATED", lists):
        for month in ("2026-02", "2026-03"):
            build_package(home, SITE, month)
    return home.root


def make_home(root: Path) -> Home:
    """Make a home at `root` with February and March 2026 served: 8 MWh, 4 tCO2e and 5 t each."""
    shutil.copytree(_template(), root)
    return Home(root=root, exports=root / "exports")


def make_packaged_home(root: Path) -> Home:
    """Make the same home with the packages of both months."""
    shutil.copytree(_packaged_template(), root)
    return Home(root=root, exports=root / "exports")


def serve_month(home: Home, month: str, kwh: str, factor: float, earlier: str | None) -> None:
    """Land the documents of a month and serve its outputs."""
    meter_id, meter_sha = _land_meter(home, month, kwh)
    ledger_id, ledger_sha = _land_ledger(home, month)
    factor_id, factor_sha = _land_factor(home, factor)
    bill_id, bill_sha = _land_bill(home)
    billed = f"fact:{SITE}:{month}:bill:A-1:billed_electricity"
    mwh = float(Decimal(kwh) * 8 / 1000)
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in OUTPUTS}
    electricity, production = (
        f"fact:{SITE}:{month}:electricity:M-1:kwh",
        f"fact:{SITE}:{month}:production:C1:kg",
    )
    start = datetime.datetime.fromisoformat(f"{month}-01")
    total_hash = sum(
        reading_hash("M-1", (start + datetime.timedelta(minutes=15 * i)).isoformat(), Decimal(kwh), "A")
        for i in range(8)
    )
    rows["fact"] = [
        {"fact_id": electricity, "fact_type": "electricity", "subject": "M-1", "quantity_name": "kwh"}
        | {"value": mwh * 1000, "value_exact": Decimal(kwh) * 8, "unit": "kWh", "source_type": "readings"}
        | {"raw_table": "meter_reading", "meter": "M-1", "from_local": start}
        | {"to_local": start + datetime.timedelta(hours=2), "record_count": 8}
        | {"checksum_sum": Decimal(kwh) * 8, "checksum_hash": str(total_hash), "data_quality": "measured"},
        {"fact_id": production, "fact_type": "production", "subject": "C1", "quantity_name": "kg"}
        | {"value": 5000.0, "value_exact": 5000, "unit": "kg", "source_type": "records"}
        | {"data_quality": "measured"},
        {"fact_id": billed, "fact_type": "bill", "subject": "A-1", "quantity_name": "billed_electricity"}
        | {"value": 8.0, "value_exact": 8, "unit": "MWh", "source_type": "records"}
        | {"data_quality": "estimated"},
    ]
    rows["fact_record"] = [
        {"fact_id": electricity, "raw_table": "meter_reading", "evidence_id": meter_id, "role": "reading"},
        {"fact_id": production, "raw_table": "production_ledger", "evidence_id": ledger_id}
        | {"record_number": 1, "role": "batch", "quantity": 2000, "share": 1.0},
        {"fact_id": production, "raw_table": "production_ledger", "evidence_id": ledger_id}
        | {"record_number": 2, "role": "batch", "quantity": 3000, "share": 1.0},
        {"fact_id": billed, "raw_table": "utility_bill", "evidence_id": bill_id}
        | {"record_number": 1, "role": "bill", "quantity": 16, "share": 0.5},
    ]
    rows["factor_used"] = [
        {"factor_id": "factor:ELECTRICITY@1", "factor_version": "1", "value": factor, "unit": "tCO2e/MWh"}
        | {"source": "=declared by the site", "parameter": "electricity_factor"}
        | {"published_value": str(factor), "published_unit": "tCO2e/MWh"}
        | {"evidence_id": factor_id, "record_number": 1}
    ]
    rows["evidence_used"] = [
        {"evidence_id": meter_id, "sha256": meter_sha, "kind": "meter_csv", "file_name": "表燈 讀值.csv"},
        {
            "evidence_id": ledger_id,
            "sha256": ledger_sha,
            "kind": "production_ledger",
            "file_name": "ledger.csv",
        },
        {"evidence_id": bill_id, "sha256": bill_sha, "kind": "taipower_bill", "file_name": "bill.csv"},
        {
            "evidence_id": factor_id,
            "sha256": factor_sha,
            "kind": "factor_document",
            "file_name": "factor.csv",
        },
    ]
    _calculate(rows, month, mwh, factor, electricity, production, earlier)
    write_build(home, month, rows)


def _calculate(
    rows: dict[str, list[dict[str, object]]],
    month: str,
    mwh: float,
    factor: float,
    electricity: str,
    production: str,
    earlier: str | None,
) -> None:
    def line(
        step: str, formula: str, value: float, unit: str, inputs: Sequence[tuple[str, float, str, str]]
    ) -> str:
        line_id = f"line:{SITE}:{month}:management:{step}:C1"
        rows["calculation_line"].append(
            {"line_id": line_id, "method_id": f"{step}@1", "clause": "Annex III", "series": "management"}
            | {"subject": "C1", "quantity": step, "value": value, "unit": unit, "formula": formula}
        )
        for index, (name, amount, kind, source) in enumerate(inputs, start=1):
            rows["calculation_line_input"].append(
                {"line_id": line_id, "input_name": name, "input_index": index, "value": amount}
                | {"source_kind": kind, "source_id": source}
            )
        return line_id

    emissions = mwh * factor
    step1 = line(
        "attributed_emissions_indirect",
        "kwh / 1000 * factor",
        emissions,
        "tCO2e",
        [("kwh", mwh * 1000, "fact", electricity), ("factor", factor, "factor", "factor:ELECTRICITY@1")],
    )
    step2 = line("activity_level", "kg / 1000", 5.0, "t", [("kg", 5000.0, "fact", production)])
    step3 = line(
        "see_indirect",
        "emissions / activity",
        emissions / 5.0,
        "tCO2e/t",
        [("emissions", emissions, "line", step1), ("activity", 5.0, "line", step2)],
    )
    figures = [
        (month, "attributed_emissions_indirect", emissions, round(emissions + 1e-9), "tCO2e", step1),
        (month, "activity_level", 5.0, 5.0, "t", step2),
        (month, "see_indirect", emissions / 5.0, round(emissions / 5.0, 5), "tCO2e/t", step3),
    ]
    if earlier:
        before = f"line:{SITE}:{earlier}:management:"
        step4 = line(
            "see_indirect_ytd",
            "sum(emissions) / sum(activity)",
            (emissions + 4.0) / 10.0,
            "tCO2e/t",
            [
                ("emissions", emissions, "line", step1),
                ("emissions", 4.0, "line", f"{before}attributed_emissions_indirect:C1"),
                ("activity", 5.0, "line", step2),
                ("activity", 5.0, "line", f"{before}activity_level:C1"),
            ],
        )
        value = (emissions + 4.0) / 10.0
        figures.append((f"{month}/YTD", "see_indirect", value, round(value, 5), "tCO2e/t", step4))
    for period, quantity, value, rounded, unit, line_id in figures:
        key = f"{SITE}:{period.replace('/', '%2F')}:press:C1:{quantity}:management"
        rows["figure"].append(
            {"figure_key": key, "period": period, "process": "press", "product": "C1", "series": "management"}
            | {"quantity": quantity, "value": value, "rounded": rounded, "unit": unit, "line_id": line_id}
            | {"cn_code": "73181542", "regime": "cbam_definitive", "is_provisional": False}
        )


def write_build(home: Home, period: str, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    """Serve the rows of a period as the build in force, with one gate that passed."""
    folder = home.serving / SITE / period
    build = hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()[:16]
    (folder / build).mkdir(parents=True, exist_ok=True)
    for table, columns in OUTPUTS.items():
        own = [{"refresh_period": period, "period": period, "site": SITE} | dict(row) for row in rows[table]]
        write_parquet(folder / build / f"out_{table}.parquet", columns, own)
    gates = [{"name": "electricity_balance", "passed": True, "severity": "error"}]
    (folder / build / "gates.json").write_text(json.dumps(gates), encoding="utf-8")
    (folder / "current.json").write_text(json.dumps({"build": build}), encoding="utf-8")


def write_parquet(
    path: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, object]], order: str = ""
) -> None:
    """Write rows held in Python as one Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"create table t ({typed})")
        marks = ", ".join("?" for _ in columns)
        for row in rows:
            connection.execute(f"insert into t values ({marks})", [row.get(name) for name in columns])
        connection.execute(f"copy (select * from t {order}) to '{path}' (format parquet)")


def land(
    home: Home,
    kind: str,
    file_name: str,
    content: bytes,
    records: Mapping[str, Sequence[Mapping[str, object]]],
    *,
    encoding: str = "utf-8",
    locator_kind: str = "stored",
    header_lines: int = 0,
) -> tuple[str, str]:
    """Put a document into the store and its records into landing, as the landing does."""
    sha256 = hashlib.sha256(content).hexdigest()
    evidence_id = hashlib.sha256(f"{SITE}\n{sha256}\n{kind}\n{READER_VERSION}".encode()).hexdigest()[:16]
    stored = home.evidence / sha256[:2] / sha256
    stored.parent.mkdir(parents=True, exist_ok=True)
    if not stored.exists():
        stored.write_bytes(content)
    for table, rows in records.items():
        write_parquet(home.landing / table / f"site={SITE}" / f"{evidence_id}.parquet", TABLES[table], rows)
    register = {
        "sha256": sha256,
        "file_name": file_name,
        "byte_size": len(content),
        "kind": kind,
        "reader": kind,
    }
    register |= {
        "reader_version": READER_VERSION,
        "encoding": encoding,
        "locator_kind": locator_kind,
        "status": "landed",
    }
    register |= {
        "header_lines": header_lines,
        "arrival_order": 1,
        "received_at": datetime.datetime.now(datetime.UTC),
    }
    write_parquet(
        home.landing / "evidence" / f"site={SITE}" / f"{evidence_id}.parquet", TABLES["evidence"], [register]
    )
    return evidence_id, sha256


def _land_meter(home: Home, month: str, kwh: str) -> tuple[str, str]:
    start = datetime.datetime.fromisoformat(f"{month}-01")
    times = [start + datetime.timedelta(minutes=15 * i) for i in range(8)]
    text = "meter,interval_start,consumption_kwh,quality\n"
    text += "".join(f"M-1,{time:%Y-%m-%d %H:%M},{kwh},A\n" for time in times)
    rows = [
        {"meter": "M-1", "interval_start_local": time, "interval_minutes": 15, "quantity": Decimal(kwh)}
        | {"unit": "kWh", "quality": "A"}
        for time in times
    ]
    content = b"\xef\xbb\xbf" + text.encode()
    return land(
        home,
        "meter_csv",
        "表燈 讀值.csv",
        content,
        {"meter_reading": rows},
        locator_kind="line",
        header_lines=1,
    )


def _land_ledger(home: Home, month: str) -> tuple[str, str]:
    text = "production_date,batch,process,product,good_kg,scrap_kg,material,input_kg,note\n"
    text += f"{month}-03,1,press,C1,2000,0,,,=1+1\n{month}-09,2,press,C1,3000,0,,,'螺絲\n"
    rows = [
        {"production_date": f"{month}-03", "batch": "1", "process": "press", "product": "C1"}
        | {"good_quantity": "2000", "good_unit": "kg", "note": "=1+1", "locator": "line 2"},
        {"production_date": f"{month}-09", "batch": "2", "process": "press", "product": "C1"}
        | {"good_quantity": "3000", "good_unit": "kg", "note": "'螺絲", "locator": "line 3"},
    ]
    return land(home, "production_ledger", "ledger.csv", text.encode("cp950"), {"production_ledger": rows},
                encoding="cp950")  # fmt: skip


def _land_bill(home: Home) -> tuple[str, str]:
    """Land a bill of 16 MWh over 28 days, half in February and half in March."""
    text = '電號,計費起日,計費迄日,總度數\nA-1,115/02/15,115/03/14,"16,000"\n'
    row = {"account": "A-1", "period_start": "115/02/15", "period_end": "115/03/14"}
    row |= {"quantity": "16,000", "unit": "kWh", "locator": "line 2"}
    return land(
        home, "taipower_bill", "bill.csv", text.encode("cp950"), {"utility_bill": [row]}, encoding="cp950"
    )


def _land_factor(home: Home, factor: float) -> tuple[str, str]:
    text = "factor_code,parameter,material,value,unit\n"
    text += f"ELECTRICITY,electricity_factor,ELECTRICITY,{factor},tCO2/MWh\n"
    row = {"factor_code": "ELECTRICITY", "parameter": "electricity_factor", "material": "ELECTRICITY"}
    row |= {"value": str(factor), "unit": "tCO2/MWh", "locator": "line 2"}
    return land(home, "factor_document", "factor.csv", text.encode(), {"factor_document": [row]})
