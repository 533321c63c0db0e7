"""PDF bills that the tests print themselves, because no bill of a Taiwanese supplier is public.

The layout is that of the published fields of a Taipower high-voltage bill: account and dates in a heading, a
table of readings by time band, totals below.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import _cidfontdata, pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "MSung-Light"
_TOP = 780
_COLUMNS = {"時段": 60, "本期指數": 150, "前期指數": 240, "使用度數": 330, "最高需量": 420}
_BANDS = ("尖峰", "半尖峰", "週六半尖峰", "離峰")


@dataclass(frozen=True)
class Bill:
    """What a bill prints; readings are (before, now) by band."""

    account: str = "05-12-3456-78-9"
    number: str = "B1140901"
    kind: str = "一般"
    month: str = "114年09月"
    start: str = "114年09月01日"
    end: str = "114年09月30日"
    multiplier: int = 2000
    readings: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: {
            "尖峰": (100.0, 105.0), "半尖峰": (200.0, 210.0),
            "週六半尖峰": (50.0, 51.5), "離峰": (300.0, 308.5),
        }
    )  # fmt: skip
    quantities: Mapping[str, str] = field(default_factory=dict)
    total: str = "50,000"
    amount: str = "180,000"
    spaced: bool = False
    table_on_second_page: bool = False
    extra: Callable[[Canvas], None] | None = None

    def quantity(self, band: str) -> str:
        """Return the printed energy of a band."""
        before, now = self.readings[band]
        return self.quantities.get(band, f"{(now - before) * self.multiplier:,.0f}")


def printed(*bills: Bill, finish: Callable[[Canvas], None] | None = None) -> bytes:
    """Print bills one after the other into a PDF."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        # The library names the mainland's character map for this font of Taiwan.
        _cidfontdata.defaultUnicodeEncodings[FONT] = ("cht", "UniCNS-UCS2-H")
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True)
    for bill in bills:
        _print(canvas, bill)
    if finish:
        finish(canvas)
    canvas.save()
    return target.getvalue()


def _print(canvas: Canvas, bill: Bill) -> None:
    canvas.setFont(FONT, 16)
    canvas.drawString(150, _TOP, "台灣電力公司 高壓用戶電費通知單")
    canvas.setFont(FONT, 10)
    label = "電　號" if bill.spaced else "電號"
    canvas.drawString(60, _TOP - 30, f"{label}：{bill.account}")
    canvas.drawString(330, _TOP - 30, f"帳單號碼：{bill.number}")
    canvas.drawString(60, _TOP - 48, f"計費年月：{bill.month}")
    canvas.drawString(330, _TOP - 48, f"帳單別：{bill.kind}")
    canvas.drawString(60, _TOP - 66, f"計費期間：{bill.start} 至 {bill.end}")
    canvas.drawString(330, _TOP - 66, "抄表別：實抄")
    canvas.drawString(60, _TOP - 84, "經常契約容量：1,200 瓩")
    canvas.drawString(330, _TOP - 84, f"電表倍數：{bill.multiplier:,}")
    top = _TOP - 120
    if bill.table_on_second_page:
        canvas.showPage()
        canvas.setFont(FONT, 10)
        canvas.drawString(60, _TOP, f"台灣電力公司 高壓用戶電費通知單（續） 電號：{bill.account}")
        top = _TOP - 30
    for heading, left in _COLUMNS.items():
        canvas.drawString(left, top, heading)
    for index, band in enumerate(_BANDS, start=1):
        before, now = bill.readings[band]
        cells = [band, f"{now:,.1f}", f"{before:,.1f}", bill.quantity(band), "1,180"]
        for left, cell in zip(_COLUMNS.values(), cells, strict=True):
            canvas.drawString(left, top - 16 * index, cell)
    canvas.drawString(60, top - 90, f"總用電度數：{bill.total} 度")
    canvas.drawString(330, top - 90, "功率因數：98 %")
    canvas.drawString(60, top - 108, f"應繳總金額：NT$ {bill.amount} 元")
    if bill.extra:
        bill.extra(canvas)
    canvas.showPage()


def corrected(bill: Bill, total: str) -> Bill:
    """Return the bill made anew with another off-peak reading, so that it adds up to the total."""
    rest = sum(float(bill.quantity(band).replace(",", "")) for band in _BANDS[:3])
    off_peak = float(total.replace(",", "")) - rest
    before = bill.readings["離峰"][0]
    readings = {**bill.readings, "離峰": (before, before + off_peak / bill.multiplier)}
    return replace(bill, kind="更正", number=bill.number + "C", readings=readings, total=total)


def page(draw: Callable[[Canvas], None]) -> bytes:
    """Print one page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return target.getvalue()
