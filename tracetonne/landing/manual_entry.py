"""Reader of the manual-entry form: values entered and approved by two persons, until a document arrives."""

from __future__ import annotations

import datetime

from tracetonne.landing.cell_text import CellError
from tracetonne.landing.master_checks import Checked, Entry, check_unique
from tracetonne.landing.master_data import reading_of, sheet_entries
from tracetonne.landing.master_sheets import MANUAL_ENTRY
from tracetonne.landing.reader import Reading, Source
from tracetonne.landing.vocabulary import fold
from tracetonne.landing.workbook import open_workbook, sheet_names


def _check(checked: Checked, entry: Entry) -> None:
    """Check one row: what it is about, its days, and that two people stand behind it."""
    if bool(entry.text("material")) == bool(entry.text("meter")):
        error = CellError(
            "subject_unclear",
            "An entry is about one material or one meter",
            "每筆填報須為一項物料或一具表計，二擇一",
            "either a material or a meter",
        )
        checked.reject(entry, "material", error)
        return
    start = datetime.date.fromisoformat(entry.text("period_start"))
    end = datetime.date.fromisoformat(entry.text("period_end"))
    if end <= start:
        error = CellError(
            "period_ends_before_it_starts",
            "The period ends before it starts",
            "迄日不晚於起日",
            "a later day",
        )
        checked.reject(entry, "period_end", error)
    elif start.day == 1 and (end + datetime.timedelta(days=1)).day == 1:
        error = CellError(
            "period_end_is_the_last_day",
            "The end is the last day of a month; the form wants the day after it",
            "迄日填了月底當日；本表迄日不含當日，應填次日",
            (end + datetime.timedelta(days=1)).isoformat(),
        )
        checked.reject(entry, "period_end", error)
    if fold(entry.text("author")) == fold(entry.text("approver")):
        error = CellError(
            "author_approves",
            "The author approves the own entry",
            "填報人與核准人為同一人",
            "a second person",
        )
        checked.reject(entry, "approver", error)


class ManualEntryReader:
    """Estimates by hand: they count as estimated until the real document supersedes them."""

    kind = "manual_entry"
    title = "Manual entry"
    title_zh = "人工填報表"
    version = "1"
    family = "people"
    standard = "TraceTonne manual-entry form"
    standard_version = "1"

    def recognises(self, source: Source) -> bool:
        """Say whether the workbook holds the form's sheet."""
        return source.head.startswith(b"PK") and MANUAL_ENTRY.name in sheet_names(source.path)

    def read(self, source: Source) -> Reading:
        """Read the form; a row with a problem is rejected alone."""
        book = open_workbook(source.path, [MANUAL_ENTRY.name], formulas_of=[MANUAL_ENTRY.name])
        checked = Checked()
        entries = sheet_entries(MANUAL_ENTRY, book.sheets[MANUAL_ENTRY.name], checked, book.epoch_1904)
        for entry in entries:
            if entry.is_good:
                _check(checked, entry)
        check_unique(checked, MANUAL_ENTRY, [entry for entry in entries if entry.is_good])
        good = [entry for entry in entries if entry.is_good]
        if entries:
            checked.entries[MANUAL_ENTRY.name] = entries
        reading = reading_of(checked, header_lines=2)
        if good:
            reading.document_key = ",".join(sorted(entry.text("entry") for entry in good))[:200]
            reading.period_start = min(
                datetime.date.fromisoformat(entry.text("period_start")) for entry in good
            )
            reading.period_end = max(datetime.date.fromisoformat(entry.text("period_end")) for entry in good)
        return reading


READER = ManualEntryReader()
