"""A data request for a supplier: the workbook that asks for the emissions of what it delivers.

Belongs here: what is asked and how the form is filled beforehand. Does not: how the answer is read
(`landing/supplier_request.py`).
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracetonne.errors import WrongUseError
from tracetonne.forms import Guide, write_form
from tracetonne.landed import Landing, latest_master
from tracetonne.landing.supplier_request import ANSWER, HIDDEN, Requested
from tracetonne.settings import Home
from tracetonne.sites import check_site_name

GUIDE = Guide(
    title_en="Request for emission data",
    title_zh="供應商碳排放數據請求表",
    steps=(
        (
            "Fill one row for each material and installation on sheet answer. Red headings must be filled; "
            "each heading has a note. Leave rows 1 and 2 and the material codes as they are.",
            "請於 answer 工作表逐列填寫每項物料與生產設施。紅色標題為必填，游標移至標題可看說明；"
            "第 1、2 列與物料代碼請勿更動。",
        ),
        (
            "Embedded emissions are those of your installation by the CBAM rules (IR (EU) 2025/2547), "
            "precursors included. Values of an EPD, a product footprint or an LCA database are not accepted "
            "for CBAM; name them in the last column all the same: they serve other reports.",
            "隱含排放須依 CBAM 規則（(EU) 2025/2547）以貴公司設施數據計算並含前驅物。"
            "EPD、產品碳足跡或資料庫數值不得用於 CBAM，但請填於最後一欄，供其他報告使用。",
        ),
        (
            "Units are chosen from the lists: tCO2e/t, kgCO2e/kg or kgCO2e/t; MWh/t, kWh/t or kWh/kg; "
            "tCO2e/MWh or kgCO2e/kWh.",
            "單位請由下拉選單選擇：tCO2e/t、kgCO2e/kg、kgCO2e/t；MWh/t、kWh/t、kWh/kg；"
            "tCO2e/MWh、kgCO2e/kWh。",
        ),
        (
            "From 2026 actual values count only with a report of an accredited verifier that covers the "
            "period: number, verifier, accreditation by a national body of the EU or EEA with its scope, "
            "first and last day. Without it the default value counts.",
            "自 2026 年起，實際值須附涵蓋該期間之查驗報告，"
            "查驗機構須經歐盟或歐洲經濟區國家認證機構認證："
            "報告編號、查驗機構、認證編號、認證機構、國別與範圍、期間首末日；否則以預設值計算。",
        ),
        (
            "Save the workbook under any name and send it back. It holds no macro, formula or password.",
            "存檔後（檔名不拘）回傳即可。本檔不含巨集、公式或密碼。",
        ),
    ),
)


@dataclass(frozen=True)
class Request:
    """A request that was written."""

    request_id: str
    supplier: str
    site: str
    materials: list[str]
    period_from: datetime.date
    period_last_day: datetime.date
    workbook: Path


def write_request(
    home: Home,
    site: str,
    supplier: str,
    materials: Sequence[str],
    period: tuple[datetime.date, datetime.date],
    target: Path,
) -> Request:
    """Write the workbook for a supplier, filled with what the site knows of the materials.

    Args:
        home: The installation, for names and CN codes from the master data.
        site: Site that asks.
        supplier: Name of the supplier.
        materials: Codes of the master data.
        period: First and last day that data are asked for.
        target: Where the workbook goes; must not exist.

    Returns:
        What was asked. The number depends on supplier, site, materials and period, so that a request
        written again has the same one.

    Raises:
        WrongUseError: A material is not in the master data, the period is turned round, no supplier is
            named, or the file exists.
    """
    check_site_name(site, where="--site", action="use the name that the site was made with")
    first, last = period
    known = _known_materials(home, site)
    wanted = list(dict.fromkeys(materials))
    _refuse(supplier, wanted, known, period, target)
    text = "\n".join((site, supplier, first.isoformat(), last.isoformat(), *sorted(wanted)))
    asked = Requested(
        request_id=f"REQ-{hashlib.sha256(text.encode()).hexdigest()[:10].upper()}",
        supplier=supplier.strip(),
        site=site,
        period_from=first.isoformat(),
        period_last_day=last.isoformat(),
        materials={code: known[code]["cn_code"] for code in wanted},
    )
    rows = [
        {
            "material": code,
            "product_name": known[code]["name"],
            "cn_code": known[code]["cn_code"],
            "country_code": known[code]["country_code"],
            "valid_from": first,
            "last_day": last,
        }
        for code in wanted
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    write_form(target, GUIDE, (ANSWER,), {ANSWER.name: rows}, hidden=(HIDDEN, asked.entries()))
    return Request(asked.request_id, asked.supplier, site, wanted, first, last, target)


def _known_materials(home: Home, site: str) -> dict[str, dict[str, str]]:
    """Return what the latest master data say of each material."""
    return {
        row["material"]: {name: str(row[name] or "") for name in ("name", "cn_code", "country_code")}
        for row in latest_master(Landing(home), "master_material")
        if row["at_site"] == site and row["material"]
    }


def _refuse(
    supplier: str,
    wanted: Sequence[str],
    known: dict[str, dict[str, str]],
    period: tuple[datetime.date, datetime.date],
    target: Path,
) -> None:
    unknown = [code for code in wanted if code not in known]
    if not supplier.strip():
        raise WrongUseError("The supplier has no name.", where="SUPPLIER", expected="a name", found="blank")
    if not wanted or unknown:
        raise WrongUseError(
            "The site's master data do not know this material.",
            where="--material",
            expected=", ".join(sorted(known)) or "materials of landed master data",
            found=", ".join(unknown) or "none",
            action="use a code of sheet materials, or land the master data first",
        )
    if period[1] < period[0]:
        raise WrongUseError(
            "The period ends before it starts.",
            where="--to",
            expected=f"{period[0].isoformat()} or later",
            found=period[1].isoformat(),
        )
    if target.suffix.lower() != ".xlsx" or target.exists():
        raise WrongUseError(
            "The workbook cannot be written there.",
            where=str(target),
            expected="a new file that ends in .xlsx",
            found="a file that exists" if target.exists() else target.suffix or "no ending",
        )
