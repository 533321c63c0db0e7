"""A new site: the forms it is described with, and the inbox its documents arrive in."""

from __future__ import annotations

from pathlib import Path

from tracetonne.errors import WrongUseError
from tracetonne.forms import Guide, write_form
from tracetonne.landing.master_sheets import MANUAL_ENTRY, SHEETS
from tracetonne.settings import Home
from tracetonne.sites import check_site_name

MASTER_GUIDE = Guide(
    title_en="Master data",
    title_zh="基本資料表",
    steps=(
        (
            "Fill the sheets from left to right. Row 1 holds keys, row 2 labels; enter data from row 3. "
            "Leave rows 1 and 2 as they are.",
            "由左至右填寫各工作表。第 1 列為欄位代碼、第 2 列為名稱，請勿更動；資料自第 3 列開始填寫。",
        ),
        (
            "Red headings must be filled. Every heading has a note that says what to enter.",
            "紅色標題為必填欄位；將游標移到標題可看到填寫說明。",
        ),
        (
            "Codes tie the sheets together: a product and a meter name their process, a stream its material.",
            "各表以代碼相互對應：產品對應製程、電表對應製程、排放源流對應物料，代碼必須完全一致。",
        ),
        (
            "Save the workbook and land it: tracetonne land master_data.xlsx --site <site>. "
            "Every problem is named with its cell; correct it and land the workbook again.",
            "存檔後執行 tracetonne land master_data.xlsx --site <廠區>。"
            "系統會逐格列出問題；修正後重新匯入即可，新版本會取代舊版本。",
        ),
        (
            "expected_documents lists what must arrive each month; tracetonne status shows what is missing.",
            "expected_documents 列出每月應到文件；tracetonne status 顯示缺漏。",
        ),
    ),
)
MANUAL_GUIDE = Guide(
    title_en="Manual entry",
    title_zh="人工填報表",
    steps=(
        (
            "Use this form while a document is missing. The value counts as an estimate until the document "
            "is landed.",
            "文件尚未取得時使用本表。填報值以「估計」計入，文件匯入後即由文件取代。",
        ),
        (
            "One row a value: one material or one meter, its quantity, unit and days. The end is the day "
            "after the last day: 2026-02-01 for January.",
            "每列一筆：一項物料或一具表計之數量、單位與期間。迄日不含當日（一月填 2026-02-01）。",
        ),
        (
            "Author and approver are two persons. Save the form and land it: tracetonne land "
            "manual_entry.xlsx --site <site>.",
            "填報人與核准人須為不同人。存檔後執行 tracetonne land manual_entry.xlsx。",
        ),
    ),
)


def forms_folder(home: Home, name: str) -> Path:
    """Return where a site's forms are written: outside the inbox, where every file is taken as evidence."""
    return home.root / "forms" / name


def new_site(home: Home, name: str) -> Path:
    """Write the forms of a new site and make its inbox.

    Args:
        home: The installation.
        name: Site code.

    Returns:
        The master-data workbook; the manual-entry form lies beside it.

    Raises:
        WrongUseError: The code is not one, or the site has forms already.
    """
    check_site_name(name, where="NAME", action="choose a short code; the full name goes into the workbook")
    folder = forms_folder(home, name)
    workbook = folder / "master_data.xlsx"
    if workbook.exists():
        raise WrongUseError(
            "The site has a master-data workbook already.",
            where=str(workbook),
            expected="a new site",
            found="a workbook that may be filled",
            action="fill that workbook, or move it away first",
        )
    folder.mkdir(parents=True, exist_ok=True)
    (home.inbox / name).mkdir(parents=True, exist_ok=True)
    site = {column.key: column.default for column in SHEETS[0].columns if column.default}
    write_form(workbook, MASTER_GUIDE, SHEETS, {"site": [site]})
    write_form(folder / "manual_entry.xlsx", MANUAL_GUIDE, (MANUAL_ENTRY,))
    return workbook
