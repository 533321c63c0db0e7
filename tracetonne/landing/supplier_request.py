"""The data request that we send to a supplier, and its answer read back.

One sheet, one row a material that is asked for; the request itself (number, materials, CN codes, period,
version of the form) stands in a hidden sheet, so that an answer names what it answers. Every cell is checked;
a row with a problem is rejected alone, each of its cells named. What comes back is a supplier's declaration
with its verification.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracetonne.landing.cell_text import CellError, verbatim
from tracetonne.landing.master_checks import Checked, Entry, check_unique
from tracetonne.landing.master_data import sheet_entries
from tracetonne.landing.master_sheets import Column, MasterSheet
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.reject import unreadable
from tracetonne.landing.workbook import Sheet, open_workbook, sheet_names
from tracetonne.neutral import restored

HIDDEN = "_request"
SCHEMA_VERSION = "1"
_SEE_UNITS = {"tCO2e/t": "公噸 CO2e／公噸", "kgCO2e/kg": "公斤 CO2e／公斤", "kgCO2e/t": "公斤 CO2e／公噸"}
_ELECTRICITY_UNITS = {"MWh/t": "千度／公噸", "kWh/t": "度／公噸", "kWh/kg": "度／公斤"}
_FACTOR_UNITS = {"tCO2e/MWh": "公噸 CO2e／千度", "kgCO2e/kWh": "公斤 CO2e／度"}
SOURCES = {
    "Measured": "依 CBAM 規則監測或計算之設施實際值",
    "Default": "歐盟執委會預設值",
    "Unknown": "來源不明",
    "EPD": "環境產品宣告（不得作為 CBAM 前驅物數值，僅供 ISO 14064-1 與比較）",
    "PCF": "產品碳足跡（同上）",
    "LCA": "生命週期評估或資料庫數值（同上）",
}
ANSWER = MasterSheet(
    "answer",
    "supplier_declaration",
    "Embedded emissions of the materials that you supply: one row each",
    "貴公司供應物料之隱含排放：每列一項",
    ("material", "installation", "valid_from"),
    (
        Column(
            "material", "物料代碼", "code", "our code; leave it as it is",
            "本公司物料代碼，請勿更改", True,
        ),
        Column("product_name", "品名", "text", "your name of it, as on invoices", "貴公司發票上之品名"),
        Column("cn_code", "CN 碼", "cn_code", "CN code of eight digits", "歐盟 CN 碼八碼", True),
        Column("installation", "生產設施", "text", "installation that made it", "生產該物料之工廠", True),
        Column(
            "country_code", "國別", "country", "country of the installation: TW",
            "設施所在國，例如 TW", True,
        ),
        Column("valid_from", "數值起日", "date", "first day of the data", "數據期間首日", True),
        Column("last_day", "數值末日", "date", "last day of the data", "數據期間末日（含當日）", True),
        Column(
            "see_direct", "直接隱含排放", "number",
            "specific direct embedded emissions by CBAM rules, precursors included",
            "依 CBAM 規則計算之單位直接隱含排放（含前驅物）", True,
        ),
        Column("see_direct_unit", "其單位", "choice", "unit of it", "直接隱含排放之單位", True, _SEE_UNITS),
        Column("see_direct_source", "數值來源", "choice", "what it rests on", "數值依據", True, SOURCES),
        Column(
            "default_share", "預設值占比", "share", "share of it that rests on default values, 0 to 1",
            "其中以預設值計算之比例（0 至 1）",
        ),
        Column("electricity", "用電量", "number", "electricity embedded in it", "單位產品之用電量"),
        Column(
            "electricity_unit", "其單位", "choice", "unit of it",
            "用電量之單位", False, _ELECTRICITY_UNITS,
        ),
        Column(
            "electricity_factor", "電力係數", "number", "emission factor of the electricity",
            "電力排放係數",
        ),
        Column(
            "electricity_factor_unit", "其單位", "choice", "unit of it", "電力排放係數之單位", False,
            _FACTOR_UNITS,
        ),
        Column("electricity_factor_source", "電力係數來源", "text", "where it comes from", "電力係數之來源"),
        Column(
            "sefa", "單位免費配額調整", "number",
            "specific free allocation adjustment (IR (EU) 2025/2620), precursors included, as verified",
            "經查驗之單位免費配額調整值（(EU) 2025/2620，含前驅物）",
        ),
        Column("sefa_unit", "其單位", "choice", "unit of it", "免費配額調整之單位", False, _SEE_UNITS),
        Column(
            "functional_content", "熟料或氮含量", "share",
            "cement and fertiliser: clinker or nitrogen in a tonne, 0 to 1, where the values above are a "
            "tonne of clinker or nitrogen; blank where they are a tonne of the good",
            "水泥與肥料：上列數值以每公噸熟料或氮計時，填每公噸貨品之熟料或氮含量（0 至 1）；"
            "以每公噸貨品計則留空",
        ),
        Column(
            "carbon_price_paid_twd_per_t", "已付碳價（新臺幣元／公噸）", "number",
            "carbon price paid where it was made, NT$ a tonne, refunds taken off",
            "於生產國已實付之碳價，每公噸新臺幣元，扣除退還",
        ),
        Column(
            "carbon_price_proof", "碳價繳納證明", "text", "number of the paper that proves the payment",
            "繳納證明文件之編號",
        ),
        Column("verification_report", "查驗報告編號", "text", "number of the report", "查驗報告之編號"),
        Column("verifier", "查驗機構", "text", "name of the verifier", "查驗機構名稱"),
        Column("verified_on", "查驗報告日期", "date", "day of the report", "查驗報告之日期"),
        Column(
            "verifier_accreditation", "認證編號", "text", "number of its accreditation",
            "查驗機構之認證編號",
        ),
        Column(
            "accreditation_body", "認證機構", "text",
            "national accreditation body that gave it", "發給認證之國家認證機構",
        ),
        Column(
            "accreditation_country", "認證機構國別", "country",
            "country of that body, of the EU or EEA: DE",
            "該認證機構所在國，須為歐盟或歐洲經濟區國家，例如 DE",
        ),
        Column(
            "verifier_accreditation_scope", "認證範圍", "text",
            "goods that the accreditation covers: CBAM, iron and steel",
            "認證涵蓋之貨品，例如 CBAM、鋼鐵",
        ),
        Column(
            "accreditation_from", "認證起日", "date", "first day of the accreditation",
            "認證有效期間首日",
        ),
        Column(
            "accreditation_last_day", "認證末日", "date", "last day of the accreditation",
            "認證有效期間末日（含當日）",
        ),
        Column("verified_from", "查驗期間首日", "date", "first day verified", "查驗涵蓋期間之首日"),
        Column(
            "verified_last_day", "查驗期間末日", "date", "last day verified",
            "查驗涵蓋期間之末日（含當日）",
        ),
        Column(
            "footprint", "EPD 或 PCF 編號", "text", "EPD or footprint of this material, if you have one",
            "該物料之 EPD 登錄編號或 PCF 識別碼（如有）",
        ),
    ),
)  # fmt: skip
# Of each pair both are filled or neither.
_PAIRS = (
    ("electricity", "electricity_unit"),
    ("electricity_factor", "electricity_factor_unit"),
    ("sefa", "sefa_unit"),
    ("carbon_price_paid_twd_per_t", "carbon_price_proof"),
)
_VERIFICATION = (
    "verification_report", "verifier", "verifier_accreditation", "accreditation_body",
    "accreditation_country", "verifier_accreditation_scope", "verified_from", "verified_last_day",
)  # fmt: skip


@dataclass(frozen=True)
class Requested:
    """What the hidden sheet says."""

    request_id: str
    supplier: str
    site: str
    period_from: str
    period_last_day: str
    materials: Mapping[str, str]

    def entries(self) -> list[tuple[str, str]]:
        """Return the rows of the hidden sheet."""
        return [
            ("tracetonne_request", SCHEMA_VERSION),
            ("request_id", self.request_id),
            ("supplier", self.supplier),
            ("site", self.site),
            ("period_from", self.period_from),
            ("period_last_day", self.period_last_day),
            *((f"material:{material}", cn_code) for material, cn_code in self.materials.items()),
        ]


def _requested(sheet: Sheet) -> Requested:
    """Read the hidden sheet.

    Raises:
        UnreadableDocumentError: It is of another version, or lacks something.
    """
    said = {verbatim(sheet.value(row, 1)): restored(verbatim(sheet.value(row, 2))) for row in sheet.rows()}
    if said.get("tracetonne_request") != SCHEMA_VERSION:
        found = said.get("tracetonne_request", "none")
        raise unreadable("bad_value", HIDDEN, field="version", expected=SCHEMA_VERSION, found=found)
    for name in ("request_id", "supplier", "period_from", "period_last_day"):
        if not said.get(name):
            raise unreadable("missing_key", HIDDEN, field=name, expected="the sheet as it was sent")
    materials = {
        key.removeprefix("material:"): value for key, value in said.items() if key.startswith("material:")
    }
    return Requested(
        said["request_id"], said["supplier"], said.get("site", ""), said["period_from"],
        said["period_last_day"], materials,
    )  # fmt: skip


class SupplierRequestReader:
    """Reads a request that a supplier filled in."""

    kind = "supplier_request"
    title = "Data request answered by a supplier"
    title_zh = "供應商數據請求回覆"
    version = "1"
    family = "suppliers"
    standard = "TraceTonne data request"
    standard_version = SCHEMA_VERSION
    about = (
        "*XLSX*: the workbook of `tracetonne request`, filled in. One record a material and installation, "
        "with verification report, verifier, accreditation with its scope, and verified period. Days are the "
        "first and the last one; the day after the last one lands. Business key: request number."
    )

    def recognises(self, source: Source) -> bool:
        """Say whether the workbook has the answer sheet and the hidden sheet of a request."""
        return source.head.startswith(b"PK") and {HIDDEN, ANSWER.name} <= set(sheet_names(source.path))

    def read(self, source: Source) -> Reading:
        """Read the answer; a row with a problem is rejected alone.

        Raises:
            UnreadableDocumentError: The hidden sheet is not as it was sent, or no row is filled in.
        """
        book = open_workbook(source.path, [ANSWER.name, HIDDEN], formulas_of=[ANSWER.name])
        asked = _requested(book.sheets[HIDDEN])
        checked = Checked()
        entries = sheet_entries(ANSWER, book.sheets[ANSWER.name], checked, book.epoch_1904)
        for entry in entries:
            _check(checked, entry, asked)
        check_unique(checked, ANSWER, [entry for entry in entries if entry.is_good])
        good = [entry for entry in entries if entry.is_good]
        if not entries:
            raise unreadable("empty_file", ANSWER.name, expected="a filled row", found="none")
        starts = [datetime.date.fromisoformat(entry.text("valid_from")) for entry in good]
        ends = [_day_after(entry.text("last_day")) for entry in good]
        return Reading(
            records={"supplier_declaration": [_row(entry, asked) for entry in good]} if good else {},
            rejections=checked.rejections,
            records_rejected=len(entries) - len(good),
            document_key=f"{asked.supplier}:{asked.request_id}",
            document_date=max(starts).isoformat() if starts else "",
            period_start=min(starts, default=None),
            period_end=datetime.date.fromisoformat(max(ends)) if ends else None,
            encoding="xlsx",
            header_lines=2,
            message=_note(good, asked),
        )


def _row(entry: Entry, asked: Requested) -> dict[str, str | None]:
    row: dict[str, str | None] = {
        column.key: entry.text(column.key) or None
        for column in ANSWER.columns
        if column.key not in ("last_day", "verified_last_day", "accreditation_last_day")
    }
    return row | {
        "declaration_number": asked.request_id,
        "supplier": asked.supplier,
        "request_id": asked.request_id,
        "valid_to": _day_after(entry.text("last_day")),
        "verified_to": _day_after(entry.text("verified_last_day")) or None,
        "accreditation_to": _day_after(entry.text("accreditation_last_day")) or None,
        "locator": f"{ANSWER.name}!row {entry.locator.rpartition(':')[2]}",
    }


def _day_after(day: str) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat() if day else ""


def _check(checked: Checked, entry: Entry, asked: Requested) -> None:
    """Check what one cell alone does not show."""
    if entry.text("material") and entry.text("material") not in asked.materials:
        _reject(
            checked, entry, "material", "material_not_requested",
            "The request did not ask for this material", "本次請求未包含此物料", " | ".join(asked.materials),
        )  # fmt: skip
    for first, last in (
        ("valid_from", "last_day"),
        ("verified_from", "verified_last_day"),
        ("accreditation_from", "accreditation_last_day"),
    ):
        if entry.text(first) and entry.text(last) and entry.text(last) < entry.text(first):
            _reject(
                checked, entry, last, "period_ends_before_it_starts",
                "The period ends before it starts", "迄日早於起日", f"{entry.text(first)} or later",
            )  # fmt: skip
    for value, unit in _PAIRS:
        if bool(entry.text(value)) != bool(entry.text(unit)):
            missing = unit if entry.text(value) else value
            _reject(
                checked, entry, missing, "missing_value",
                f"{value} needs {unit}, and the other way round", f"「{value}」與「{unit}」須同時填寫",
                "both filled, or none",
            )  # fmt: skip


def _reject(
    checked: Checked, entry: Entry, key: str, code: str, message: str, message_zh: str, expected: str
) -> None:
    checked.reject(entry, key, CellError(code, message, message_zh, expected))


def _note(good: Sequence[Entry], asked: Requested) -> str:
    """Say which materials are unanswered, which periods are others, and which verifications lack a part."""
    answered = {entry.text("material") for entry in good}
    notes = [f"Answer to {asked.request_id} of {asked.supplier}."]
    if open_ones := [material for material in asked.materials if material not in answered]:
        notes.append(f"Not answered 未回覆: {', '.join(open_ones)}.")
    for entry in good:
        material = entry.text("material")
        if entry.text("valid_from") > asked.period_from or entry.text("last_day") < asked.period_last_day:
            notes.append(f"{material}: the data do not cover the period asked for 未涵蓋請求期間.")
        filled = [key for key in _VERIFICATION if entry.text(key)]
        if filled and len(filled) < len(_VERIFICATION):
            lacking = ", ".join(key for key in _VERIFICATION if key not in filled)
            notes.append(f"{material}: not verified without {lacking} 查驗資料不全.")
    return " ".join(notes[:10])


READER = SupplierRequestReader()
