"""Table-shaped papers: CSV files, and the master-data workbook with bilingual headings."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence

import xlsxwriter

Record = Mapping[str, object]

MASTER_COLUMNS: dict[str, dict[str, str]] = {
    "site": {
        "name": "名稱（英文）", "name_zh": "名稱（中文）", "country_code": "國別", "time_zone": "時區",
        "company_id": "統一編號", "first_month": "起始月份", "note": "備註",
    },
    "processes": {
        "process": "製程代碼", "name": "製程名稱", "good_category": "CBAM 貨品類別",
        "production_route": "生產路徑", "note": "備註",
    },
    "products": {
        "product": "產品代碼", "name": "產品名稱", "cn_code": "CN 碼（8 碼）", "process": "製程代碼",
        "valid_from": "生效日", "valid_to": "失效日（不含）", "note": "備註",
    },
    "materials": {
        "material": "物料代碼", "name": "名稱（英文）", "name_zh": "名稱（中文）", "role": "用途",
        "cn_code": "CN 碼（8 碼）", "country_code": "原產國", "unit": "單位", "note": "備註",
    },
    "purchase_items": {
        "seller_id": "賣方統一編號", "description": "發票品名", "material": "物料代碼", "unit": "單位",
        "note": "備註",
    },
    "meters": {
        "meter": "電表代碼", "role": "用途", "process": "製程代碼", "account": "電號", "commodity": "能源別",
        "unit": "單位", "multiplier": "倍數", "interval_minutes": "間隔（分）",
        "uncertainty_pct": "不確定度（%）",
        "calibrated_on": "校正日", "calibration_valid_to": "校正有效期限", "valid_from": "生效日",
        "valid_to": "失效日（不含）", "note": "備註",
    },
    "source_streams": {
        "source_stream": "排放源流代碼", "name": "名稱", "material": "物料代碼", "method": "計算方法",
        "activity_source": "活動數據來源", "unit": "單位", "valid_from": "生效日",
        "valid_to": "失效日（不含）", "note": "備註",
    },
    "attribution": {
        "source_stream": "排放源流代碼", "process": "製程代碼", "method": "分配方法", "share": "分配比例",
        "valid_from": "生效日", "valid_to": "失效日（不含）", "reason": "理由",
    },
    "expected_documents": {
        "kind": "文件種類", "subject": "對象", "frequency": "頻率", "valid_from": "生效日",
        "valid_to": "失效日（不含）", "note": "備註",
    },
}  # fmt: skip
"""Sheets of the master data with their columns: key and label."""

OPTIONAL_COLUMNS = {"source_streams": ("direction",)}
"""Columns that a sheet has only where a plant needs them."""

MasterData = Mapping[str, Sequence[Record]]


def table(columns: Sequence[str], records: Sequence[Sequence[object]], line_end: str = "\r\n") -> str:
    """Write a heading and records as CSV text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow(columns)
    writer.writerows(records)
    return out.getvalue()


def paper(columns: Sequence[str], records: Sequence[Record]) -> bytes:
    """Write records as a CSV paper of these columns.

    Raises:
        ValueError: A record has a column that the paper does not.
    """
    unknown = {key for record in records for key in record} - set(columns)
    if unknown:
        raise ValueError(f"columns that the paper does not have: {sorted(unknown)}")
    return table(columns, [[record.get(column, "") for column in columns] for record in records]).encode(
        "utf-8"
    )


def master_csv(sheet: str, records: Sequence[Record]) -> bytes:
    """Write one master-data sheet as CSV with the keys as heading."""
    needed = {column for record in records for column in record}
    columns = [
        *MASTER_COLUMNS[sheet],
        *(column for column in OPTIONAL_COLUMNS.get(sheet, ()) if column in needed),
    ]
    return table(columns, [[record.get(column, "") for column in columns] for record in records]).encode(
        "utf-8"
    )


def master_workbook(data: MasterData, title: str) -> bytes:
    """Write the master-data workbook: a sheet a table, keys in row 1, labels in row 2, data from row 3."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {"title": title, "created": datetime.datetime(2025, 1, 2, 9, 0, 0, tzinfo=datetime.UTC)}
    )
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
    grey = book.add_format({"italic": True, "font_color": "#595959"})
    for name, labels in MASTER_COLUMNS.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(2, 1)
        for at, (key, label) in enumerate(labels.items()):
            sheet.set_column(at, at, 22)
            sheet.write_string(0, at, key, bold)
            sheet.write_string(1, at, label, grey)
            for row, record in enumerate(data[name], start=2):
                value = record.get(key, "")
                if isinstance(value, int | float):
                    sheet.write_number(row, at, value)
                elif value:
                    sheet.write_string(row, at, str(value))
    book.close()
    return _stored(out.getvalue())


def _stored(workbook: bytes) -> bytes:
    """Pack a workbook again without compression: compressed bytes differ from one zlib to the next."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return out.getvalue()
