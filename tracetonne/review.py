"""What waits for a person: values read with little confidence, and factors that nobody has approved yet.

A bill of which any value is doubtful is not used until it is accepted, alone or with its whole document, and
a factor without approver is a proposal. The acceptance is a decision, landed like any other evidence;
withdrawing the decision's document takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracetonne.decisions import decide
from tracetonne.errors import WrongUseError
from tracetonne.landed import Landing
from tracetonne.landing import register
from tracetonne.landing.lock import write_lock
from tracetonne.settings import Home


@dataclass(frozen=True)
class Doubt:
    """A value that waits for a person.

    Args:
        subject: What `approve` takes: the document's evidence id and the number of the record.
        site: The site.
        file_name: The document.
        field: What the value is.
        value: How it was read.
        raw_text: What is printed.
        page: Number of the page.
        box: Left, top, right and bottom on the page, in points from its top left corner.
        confidence: From 0 to 1.
        reason: Why it is doubtful.
        author: Who proposed it, where a person did.
    """

    subject: str
    site: str
    file_name: str
    field: str
    value: str
    raw_text: str
    page: str
    box: str
    confidence: str
    reason: str
    author: str = ""


@dataclass(frozen=True)
class Approval:
    """What was accepted."""

    subject: str
    site: str
    decision_id: str
    decision_evidence_id: str
    values: int


def waiting(home: Home, site: str = "") -> list[Doubt]:
    """Return the values that wait, of one site or of all, in the order of their documents."""
    known = register.load(home)
    landed = {(one.site, one.evidence_id): one for one in known.entries if one.status == "landed"}
    landing = Landing(home)
    accepted = {
        (row["at_site"], row["subject"])
        for row in landing.rows("select * from landed where decision = 'approve'", "decision")
        if row["evidence_id"] not in known.withdrawn
    }
    rows = landing.rows(
        "select * from landed where review_status = 'needs_review' "
        "order by at_site, evidence_id, cast(of_record as integer), field",
        "document_value",
    )
    doubts = []
    for row in [*rows, *_proposed_factors(landing)]:
        evidence_id, at_site = row["evidence_id"], row["at_site"]
        entry = landed.get((at_site, evidence_id))
        subject = f"{evidence_id}/{row['of_record']}"
        if entry is None or evidence_id in known.withdrawn or (site and at_site != site):
            continue
        if not {(at_site, evidence_id), (at_site, subject)} & accepted:
            box = ", ".join(row[side] for side in ("x0", "top", "x1", "bottom") if row[side])
            doubts.append(
                Doubt(
                    subject=subject,
                    site=at_site,
                    file_name=entry.file_name,
                    field=row["field"],
                    value=row["value"] or "",
                    raw_text=row["raw_text"] or "",
                    page=row["page"] or "",
                    box=box,
                    confidence=row["confidence"] or "",
                    reason=row["review_reason"] or "",
                    author=row.get("author") or "",
                )
            )
    return doubts


def _proposed_factors(landing: Landing) -> list[dict[str, Any]]:
    """Return the records of factor documents that name no approver, in the shape of a doubtful value."""
    return landing.rows(
        """
        select
            at_site, evidence_id, cast(file_row_number + 1 as varchar) as of_record,
            concat_ws(' ', parameter, material) as field, concat_ws(' ', value, unit) as value,
            concat_ws(': ', factor_code, source) as raw_text, null as page, null as x0, null as top,
            null as x1, null as bottom, null as confidence, trim(author) as author,
            concat('proposed by ', author, ', no approver yet · 由 ', author, ' 提出，待第二人核准')
                as review_reason
        from landed
        where trim(coalesce(approver, '')) = ''
        order by at_site, evidence_id, file_row_number
        """,
        "factor_document",
    )


def approve(
    home: Home, subject: str, reason: str, approver: str | None = None, author: str | None = None
) -> Approval:
    """Accept what waits of a document, or of one record of it.

    Args:
        home: The installation.
        subject: An evidence id, or evidence id and record as `waiting` lists them, `4f0c…/2`.
        reason: What was compared with what; shown to the verifier.
        approver: A second person.
        author: Who looked at the page; the name of the login where none is given.

    Raises:
        WrongUseError: Nothing of it waits, or author and approver are one person.
    """
    with write_lock(home):
        doubts = [one for one in waiting(home) if subject in (one.subject, one.subject.partition("/")[0])]
        if not doubts:
            raise WrongUseError(
                "Nothing of this document waits for a person.",
                where=subject,
                expected="an evidence id, or evidence id and record, of `tracetonne review`",
                found="no value in review",
                action="run `tracetonne review` for what waits",
            )
        proposers = {one.author.casefold() for one in doubts if one.author}
        if approver is not None and approver.strip().casefold() in proposers:
            raise WrongUseError(
                "Who proposed a factor cannot approve it.",
                where=subject,
                expected="a second person",
                found=approver,
                action="have somebody else approve it",
            )
        result = decide(
            home,
            doubts[0].site,
            "approve",
            subject,
            reason,
            author=author,
            approver=approver,
            detail={"values": [f"{one.field}: {one.raw_text} -> {one.value}" for one in doubts]},
        )
    return Approval(subject, doubts[0].site, result.path.stem, result.evidence_id, len(doubts))
