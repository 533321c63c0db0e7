"""Rejections: what could not be read, said in two languages, and the error that rejects a whole document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from tracetonne.errors import EvidenceRejectedError
from tracetonne.landing.reader import Rejection

# The stored original of a record is cut here: a damaged file may hold one line of gigabytes.
LONGEST_ORIGINAL = 4000
_CONTROLS = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"
}

# Every reason by its stable name: what is wrong, and what to do, in English and Traditional Chinese.
# `{field}`, `{expected}` and `{found}` are filled in.
REASONS: dict[str, tuple[str, str, str]] = {
    "bad_archive": (
        "The archive, or a file in it, cannot be unpacked, so it may be cut short.",
        "壓縮檔或其中的檔案無法解壓縮，檔案可能不完整。",
        "download or pack it again and land the new file",
    ),
    "bad_date": (
        "{field} is not a date that can be read without guessing.",
        "「{field}」不是可明確判讀的日期。",
        "write the date as 2025-01-31 or with the full ROC year, 114/01/31",
    ),
    "bad_epoch": (
        "{field} is no time in whole seconds since 1970 (UTC), so the reading has no place in time.",
        "「{field}」不是 1970 年（UTC）起的整數秒數，讀值無法定位時間。",
        "ask the provider for readings with the start of their own interval",
    ),
    "bad_interval": (
        "{field} is no length of an interval in whole minutes.",
        "「{field}」不是以整分鐘計的時段長度。",
        "ask the provider for readings of whole minutes",
    ),
    "bad_month": (
        "{field} is not a month that can be read without guessing.",
        "「{field}」不是可明確判讀的年月。",
        "write the month as 2025-01 or with the full ROC year, 114/01",
    ),
    "bad_number": (
        "{field} is not a number.",
        "「{field}」不是數字。",
        "correct the cell in the source and land the file again",
    ),
    "bad_pdf": (
        "The PDF cannot be read, so it may be cut short or damaged.",
        "PDF 無法讀取，檔案可能不完整或損壞。",
        "download it again from the supplier and land the new file",
    ),
    "confirmation_message": (
        "The message confirms another one and holds no quantity.",
        "此訊息僅為接收確認，沒有數量。",
        "nothing; the message that it confirms is the document",
    ),
    "bad_value": (
        "{field} holds a word outside its list.",
        "「{field}」的內容不在允許清單內。",
        "use one of the expected words",
    ),
    "bad_xml": (
        "The document is not well-formed XML, so it may be cut short.",
        "文件不是格式完整的 XML，檔案可能不完整。",
        "export or download the document again and land the new file",
    ),
    "bad_json": (
        "The document is not complete JSON.",
        "文件不是完整的 JSON。",
        "export the document again and land the new file",
    ),
    "bad_workbook": (
        "The workbook cannot be opened, so it may be cut short or protected.",
        "活頁簿無法開啟，檔案可能不完整或設有密碼。",
        "open and save it again in a spreadsheet program without a password, and land the new file",
    ),
    "changed_while_read": (
        "The file changed while it was being landed.",
        "讀取期間檔案內容有變動。",
        "wait until the export has finished, then land the file again",
    ),
    "cut_xml": (
        "The XML ends or breaks off here; what stands before this place has landed.",
        "XML 於此處中斷或損壞；此處之前的資料已入庫。",
        "ask the sender for the complete file and land it too; it takes the place of this one",
    ),
    "decimal_comma": (
        "{field} uses a comma where the decimal point belongs, or groups digits by other than three.",
        "「{field}」以逗號作為小數點，或千分位位置不正確。",
        "write decimals with a point, 1234.5 or 1,234.5",
    ),
    "duplicate_column": (
        "The column {field} stands twice in the heading.",
        "標題列中「{field}」欄位重複。",
        "remove one of them",
    ),
    "duplicate_document": (
        "The same document with the same content is landed already; it is kept but not counted again.",
        "相同內容的文件已入庫；檔案已保存但不重複計算。",
        "nothing; if the other one is withdrawn, land this one again",
    ),
    "empty_cell": (
        "{field} is empty but must be filled.",
        "「{field}」為必填，但沒有內容。",
        "fill the cell in the source and land the file again",
    ),
    "empty_file": (
        "The file holds no record.",
        "檔案沒有任何資料。",
        "export the document again and land the new file",
    ),
    "encrypted_pdf": (
        "The PDF is locked with a password.",
        "PDF 設有密碼，無法讀取。",
        "save it without a password and land it again",
    ),
    "error_value": (
        "{field} holds an Excel error instead of a value.",
        "「{field}」的內容是 Excel 錯誤值。",
        "repair the formula, save the workbook and land it again",
    ),
    "formula_without_result": (
        "{field} is a formula whose result was never stored.",
        "「{field}」為公式，但檔案未儲存其計算結果。",
        "open the workbook in a spreadsheet program, save it and land it again",
    ),
    "interval_order": (
        "The period ends before it begins.",
        "期間的迄日早於起日。",
        "correct the two dates in the source and land the file again",
    ),
    "line_too_long": (
        "The line is longer than any record can be.",
        "此行長度超過任何一筆資料的合理長度。",
        "look for a missing line break or quotation mark there",
    ),
    "lost_zeros": (
        "{field} has fewer digits than it should, so a program has dropped its leading zeros.",
        "「{field}」位數不足，開頭的 0 可能已遭程式刪除。",
        "export the column as text, or let the contract say pad_zeros",
    ),
    "missing_column": (
        "The column {field} is missing.",
        "缺少「{field}」欄位。",
        "export the file with all its columns, heading included",
    ),
    "missing_element": (
        "The element {field} is missing or empty.",
        "缺少「{field}」元素或沒有內容。",
        "ask the sender for a complete document",
    ),
    "missing_key": (
        "The key {field} is missing or empty.",
        "缺少「{field}」或沒有內容。",
        "complete the document and land it again",
    ),
    "missing_value": (
        "{field} does not stand where the template expects it.",
        "範本指定的位置找不到「{field}」。",
        "check that the bill is of this supplier and layout, or write a template for it",
    ),
    "negative_quantity": (
        "{field} is negative, which this kind of document cannot say.",
        "「{field}」為負數，此類文件不可為負值。",
        "correct it in the source; a return or credit has a document of its own",
    ),
    "negative_reading": (
        "The reading is negative.",
        "電表讀數為負值。",
        "have the meter or its export checked; a gap is written as quality N without a value",
    ),
    "null_with_value": (
        "Quality N says that there is no value, but there is one.",
        "品質碼 N 表示無數值，但欄位有數值。",
        "write the quality of the value (A, E or S), or leave the value empty",
    ),
    "no_invoice_lines": (
        "The invoice has no lines, only totals, so it says no quantity.",
        "發票只有總額、沒有明細，無法得知數量。",
        "ask the seller for a profile with lines: BASIC, EN 16931, EXTENDED or XRechnung",
    ),
    "nul_byte": (
        "The record holds a NUL byte, so the file is damaged.",
        "資料含有 NUL 位元組，檔案已損壞。",
        "export the document again and land the new file",
    ),
    "other_workbook": (
        "The workbook is in a format that is not read.",
        "不支援此試算表格式。",
        "save it as .xlsx in a spreadsheet program and land the new file",
    ),
    "packed_document": (
        "The document is packed in an archive.",
        "文件為壓縮檔。",
        "unpack it and land the files inside; only e-invoices, EPDs and NEM12 are read from a zip",
    ),
    "person_conflict": (
        "The approver is the author.",
        "核准人與提出人為同一人。",
        "let a second person approve",
    ),
    "not_a_document": (
        "The file describes or accompanies documents; no record stands in it.",
        "此檔案僅用於說明或附屬於其他文件，本身沒有資料。",
        "nothing; land the documents themselves",
    ),
    "reader_fault": (
        "The program failed on this document; that is a fault of the program, not of the document.",
        "程式處理此文件時發生錯誤；這是程式的問題，不是文件的問題。",
        "report the line below with the document; the others have landed",
    ),
    "scanned_pdf": (
        "The PDF holds images of pages and no text: it is a scan.",
        "此 PDF 為掃描影像，沒有文字層。",
        "download the original PDF from the supplier, or enter its values in the manual-entry form",
    ),
    "schema_violation": (
        "{field} is not as the schema of the format wants it.",
        "「{field}」不符該格式之綱要。",
        "ask the sender for a document that the schema accepts",
    ),
    "skipped_row": (
        "The contract says that such a row is no record; it is left out.",
        "依契約規則，此列不是資料；已略過。",
        "nothing, or correct the rule `skip` of the contract",
    ),
    "skipped_hour": (
        "{field} names an hour that the clock skips when daylight saving begins.",
        "「{field}」落在日光節約時間開始時被略過的一小時。",
        "check the zone of the contract, or export with the offset of each time",
    ),
    "tariff_total": (
        "Totals of tariff periods are no readings; they are left out so that nothing counts twice.",
        "各時段用電合計不是時段讀值；已略過以免重複計算。",
        "land the quarter-hour readings of the same days",
    ),
    "too_large": (
        "The file is larger than the reader accepts.",
        "檔案大小超過可讀取的上限。",
        "split the export, by month or by meter, and land the parts",
    ),
    "too_many_pages": (
        "The PDF has more pages than the reader accepts.",
        "PDF 頁數超過可讀取的上限。",
        "split it, or raise the limit pdf_pages",
    ),
    "too_slow": (
        "Reading the PDF took longer than the reader allows.",
        "PDF 讀取時間超過上限。",
        "save it again with a PDF program and land the new file, or raise the limit pdf_seconds",
    ),
    "total_row": (
        "A total row is not a record; it is left out so that nothing counts twice.",
        "合計列不是資料；已略過以免重複計算。",
        "nothing, or export without totals",
    ),
    "trailing_minus": (
        "{field} has its minus behind the number, which the contract does not declare.",
        "「{field}」的負號在數字之後，但契約未宣告此格式。",
        "let the contract say trailing_minus: true",
    ),
    "two_digit_year": (
        "{field} has a year of two digits, which may be an ROC or a Western year.",
        "「{field}」的年份只有兩位數，無法判別民國或西元。",
        "write the year in full, 2025 or 114",
    ),
    "undeclared_date": (
        "{field} is not written in the date format that the contract declares.",
        "「{field}」的日期格式與契約宣告不符。",
        "correct the date, or date_format of the contract",
    ),
    "undeclared_number": (
        "{field} is not written with the decimal and thousands marks that the contract declares.",
        "「{field}」的小數點或千分位符號與契約宣告不符。",
        "correct the number, or decimal_mark and thousands_mark of the contract",
    ),
    "unknown_invoice": (
        "The document is in the namespace of an invoice but is none that can be read.",
        "文件使用發票的命名空間，但不是可讀取的發票。",
        "land the invoice or credit note itself",
    ),
    "unknown_kind": (
        "The document is of no known kind.",
        "無法辨識文件類型。",
        "see docs/contracts.md for the documents that can be read and their headings",
    ),
    "unknown_layout": (
        "No template reads this PDF.",
        "沒有範本可判讀此 PDF。",
        "write a template for this supplier in templates/pdf of the home",
    ),
    "unknown_message": (
        "This e-invoice message is not one that can be read.",
        "無法讀取此種電子發票訊息。",
        "land the issue, cancellation, void or allowance message of the invoice",
    ),
    "unknown_tag": (
        "{field} names a tag that the contract does not list.",
        "「{field}」的測點不在合約清單內。",
        "add the tag to the channels of the contract, or let other tags land",
    ),
    "unknown_unit": (
        "The unit of {field} is not known.",
        "「{field}」的單位不在可接受的單位內。",
        "use one of the expected units",
    ),
    "unread_line": (
        "The line is neither a bill nor text that the template leaves out.",
        "此行不是帳單資料，也不在範本略過的文字內。",
        "compare it with the page; complete the template if it is a bill",
    ),
    "unreadable": (
        "The file cannot be opened.",
        "檔案無法開啟。",
        "check that the file exists and may be read, then land it again",
    ),
    "unsafe_archive": (
        "The archive holds something that is not safe to read.",
        "壓縮檔內含不安全的內容，未予讀取。",
        "unpack it yourself, look at the files, and land those that are documents",
    ),
    "unsafe_workbook": (
        "The workbook would fill the memory if it were opened.",
        "開啟此活頁簿會耗盡記憶體，未予讀取。",
        "delete the blank rows and columns beyond the data, or export the sheet as CSV, and land that",
    ),
    "unreadable_table": (
        "The table cannot be read by its contract.",
        "無法依合約讀取此表格。",
        "compare the file with its contract, and correct one of them",
    ),
    "unsafe_xml": (
        "The XML declares a document type or entities, which an e-invoice never does.",
        "XML 含有 DOCTYPE 或實體宣告，電子發票不應有此內容。",
        "ask the sender for the document as the platform issued it",
    ),
    "wrong_place": (
        "{field} stands where the standard has no place for it, so it cannot be read.",
        "「{field}」不在標準規定的位置，無法判讀。",
        "ask the provider for a file that keeps to the standard",
    ),
    "wrong_columns": (
        "The record does not have as many cells as the heading.",
        "此列的欄位數與標題列不符。",
        "look for a cut line, a missing comma or an unquoted comma",
    ),
    "wrong_encoding": (
        "The bytes are not text in the expected encoding.",
        "位元組不是預期的文字編碼。",
        "save the file in the expected encoding and land it again",
    ),
}


def rejection(
    code: str,
    locator: str,
    *,
    field: str = "",
    expected: str = "",
    found: str = "",
    original_text: str = "",
) -> Rejection:
    """Make a rejection from its reason's bilingual text.

    Args:
        code: A name in `REASONS`.
        locator: Where it stands: `line 12`, `sheet!B4`, an XPath, or `file`.
        field: Column, element or key, as the document names it.
        expected: What would have been accepted.
        found: What was there.
        original_text: The record or cell as it stands; cut at 4,000 characters.
    """
    message, message_zh, action = REASONS[code]
    return Rejection(
        locator=locator,
        field=field,
        code=code,
        message=message.format(field=field),
        message_zh=message_zh.format(field=field),
        expected=expected,
        found=_storable(found, 400),
        action=action,
        original_text=_storable(original_text, LONGEST_ORIGINAL),
    )


def _storable(text: str, longest: int) -> str:
    """Cut the text, and spell out control characters: a terminal that shows them would obey them."""
    start = text[: longest + 1].translate(_CONTROLS).encode("utf-8", "backslashreplace").decode("utf-8")
    return start if len(start) <= longest else start[:longest] + "…"


class UnreadableDocumentError(EvidenceRejectedError):
    """Nothing of a document can be read; carries the reasons as rows for `rejected_record`.

    Args:
        rejections: At least one reason.
    """

    def __init__(self, rejections: Sequence[Rejection]) -> None:
        self.rejections = list(rejections)
        first = self.rejections[0]
        super().__init__(
            first.message,
            what_zh=first.message_zh,
            where=first.locator,
            expected=first.expected,
            found=first.found,
            action=first.action,
        )


def unreadable(
    code: str, locator: str = "file", *, field: str = "", expected: str = "", found: str = ""
) -> UnreadableDocumentError:
    """Make the error that rejects a whole document for one reason."""
    return UnreadableDocumentError([rejection(code, locator, field=field, expected=expected, found=found)])


def rejections_of(error: EvidenceRejectedError) -> list[Rejection]:
    """Turn the error of any reader into rows for `rejected_record`."""
    if isinstance(error, UnreadableDocumentError):
        return error.rejections
    return [
        Rejection(
            locator=error.where or "file",
            field="",
            code="unreadable_document",
            message=error.what,
            message_zh=error.what_zh or "文件無法判讀；原因見英文訊息。",
            expected=error.expected,
            found=_storable(error.found, 400),
            action=error.action,
        )
    ]


def as_row(one: Rejection) -> dict[str, str | None]:
    """Return the row of `rejected_record`."""
    return dict(asdict(one))
