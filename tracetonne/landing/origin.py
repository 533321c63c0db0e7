"""Where fetched documents came from, as evidence: what a connector writes beside what it delivers."""

from __future__ import annotations

import re
from typing import Any

from tracetonne.landing import json_document
from tracetonne.landing.reader import Reading, Rejection, Row, Source
from tracetonne.landing.reject import rejection, unreadable
from tracetonne.landing.tables import TABLES

MARK = "document_origin"  # value of the key `tracetonne`
_BEGINNING = re.compile(rb'(\xef\xbb\xbf)?\s*\{\s*"tracetonne"\s*:\s*"document_origin"')
# What is said once for all documents, and what each must say of itself.
COMMON = ("connector", "connector_kind", "remote_location", "unencrypted_reason")
REQUIRED = ("sha256", "file_name", "fetched_at", "remote_path")


class OriginReader:
    """Reads the origin of the documents of one fetch."""

    kind = "document_origin"
    title = "Origin of fetched documents"
    title_zh = "文件來源紀錄"
    version = "1"
    family = "people"
    standard = "TraceTonne document origin"
    standard_version = "1"

    def recognises(self, source: Source) -> bool:
        """Say whether the content is a JSON object that calls itself an origin document, first of all."""
        return _BEGINNING.match(source.head) is not None

    def read(self, source: Source) -> Reading:
        """Read one row a document.

        Raises:
            UnreadableDocumentError: It is not complete JSON, or lists no documents.
        """
        written = json_document.parse(source)
        documents = written.get("documents") if isinstance(written, dict) else None
        if (
            not isinstance(written, dict)
            or written.get("tracetonne") != MARK
            or not isinstance(documents, list)
        ):
            raise unreadable(
                "bad_json",
                expected=f'an object with "tracetonne": "{MARK}" and documents',
                found=str(written)[:80],
            )
        if not documents:
            raise unreadable("empty_file", expected="at least one document", found="none")
        common = {name: _text(written.get(name)) for name in COMMON}
        rows: list[Row] = []
        rejections: list[Rejection] = []
        for number, document in enumerate(documents):
            problems = _problems(document, f"#/documents/{number}")
            rejections += problems
            if not problems:
                rows.append(_row(document, common, f"#/documents/{number}"))
        fetched = sorted(row["fetched_at"] or "" for row in rows)
        return Reading(
            records={"document_origin": rows},
            rejections=rejections,
            records_rejected=len(documents) - len(rows),
            document_date=fetched[0][:10] if fetched else "",
        )


def _problems(document: Any, locator: str) -> list[Rejection]:
    """Return what a document lacks to be found again."""
    if not isinstance(document, dict):
        return [
            rejection(
                "bad_value", locator, field="documents", expected="an object", found=str(document),
                original_text=str(document),
            )
        ]  # fmt: skip
    return [
        rejection("missing_key", locator, field=name, expected="a filled text", original_text=str(document))
        for name in REQUIRED
        if not _text(document.get(name))
    ]


def _row(document: dict[str, Any], common: dict[str, str | None], locator: str) -> dict[str, str | None]:
    own = {
        name: _text(document.get(name))
        for name in TABLES["document_origin"]
        if name not in (*COMMON, "locator")
    }
    return {**own, **common, "locator": locator}


def _text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None
