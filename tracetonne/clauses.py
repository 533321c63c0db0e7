"""The register of acts, articles and what they ask, and where steps, models, gates and deadlines cite them.

Reads; computes nothing. A citation such as `Regulation (EU) 2023/956 Articles 6, 22 and 31` names an act and
clauses of it; each is looked up in the seed `regulation_clause`. What is cited and not registered is a fault;
what is registered and not cited is an orphan, which nothing here implements.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tracetonne.factor_table import SEEDS, read_seed
from tracetonne.settings import CHECKOUT, DBT_PROJECT

OWN_RULE = "own rule"
# An act by its number or standard, whether it is registered or not; others are found by registered name.
_ACT = (
    r"(?:IR|DR|Regulation|Directive) (?:\(EU\) )?\d{4}/\d+(?:/EC)?|COM\(\d{4}\) \d+|"
    r"ISO 140\d\d(?:-\d)?(?::\d{4})?|EN 15804|JCGM 100(?::\d{4})?|"
    r"GHG Protocol (?:Corporate|Scope [23]) (?:Standard|Guidance)"
)
_NUMBER = r"\d+[a-z]?"
_PARAGRAPH = r"(?:\(\d+[a-z]?\)|\([a-z]\))*"
_LIST = rf"({_NUMBER}{_PARAGRAPH}(?:(?:,\s|\sand\s|\sto\s|-){_NUMBER}{_PARAGRAPH})*)"
_ARTICLES = re.compile(rf"\b(?:Articles?|Art\.)\s{_LIST}")
_ANNEX = re.compile(r"\bAnnex(?:es)?(?:\s([IVX]+\b))?(?:,?\s(?:point\s)?([A-Z])\b(?=[.\s,;:)]|$))?")
_CHAPTERS = re.compile(rf"\bchapters?\s{_LIST}")
_SECTION = re.compile(r"(?<![\d./])\b(\d\.\d+(?:\.\d+)*)(?![\d/])")
_CHINESE = re.compile(r"第\s?(\d+(?:-\d+)?)\s?條|§\s?(\d+(?:-\d+)?)|((?:附)?表[一二三四五六七八九十]+)")


@dataclass(frozen=True)
class Citation:
    """A clause of an act as something cites it.

    Args:
        act: The act, such as `IR (EU) 2025/2547`.
        clause: Article, annex with section, chapter or form; empty where the whole act is cited.
    """

    act: str
    clause: str


@dataclass(frozen=True)
class Clause:
    """A registered clause.

    Args:
        clause_id: Its code.
        act: The act.
        act_name: What the act is about.
        clause: Article, annex with section, chapter or form; empty for the whole act.
        obligation: What it asks, in own words.
        obligation_zh: The same in Traditional Chinese.
        valid_from: First day on which it applies, an ISO date.
        valid_to: Day after the last; empty while it applies.
        status: in_force, repealed or proposed.
        source: Where the text stands.
        cited_by: Steps, models, gates, rules and deadlines that rest on it.
    """

    clause_id: str
    act: str
    act_name: str
    clause: str
    obligation: str
    obligation_zh: str
    valid_from: str
    valid_to: str
    status: str
    source: str
    cited_by: list[str] = field(default_factory=list)


def read_clauses(seeds: Path = SEEDS) -> list[Clause]:
    """Return the register in its order, each clause with what cites it.

    Args:
        seeds: Folder of the seeds.
    """
    found = [Clause(**row) for row in read_seed("regulation_clause", seeds)]  # type: ignore[arg-type]
    for citation, by in cited():
        for clause in found:
            if covers(clause, citation):
                clause.cited_by.append(by)
    return found


def unregistered(clauses: Iterable[Clause]) -> list[tuple[str, Citation]]:
    """Return what is cited and not registered, with what cites it."""
    known = list(clauses)
    return [(by, one) for one, by in cited() if not any(covers(clause, one) for clause in known)]


def covers(clause: Clause, citation: Citation) -> bool:
    """Return whether a registered clause is the cited one; a section stands for its parts."""
    if clause.act != citation.act:
        return False
    begins = (clause.clause + " ", clause.clause + ".")
    return citation.clause == clause.clause or (bool(clause.clause) and citation.clause.startswith(begins))


def citations(text: str) -> Iterator[Citation]:
    """Yield each act and clause that a text cites, in its order."""
    spans = list(_act_pattern().finditer(text))
    for number, span in enumerate(spans):
        end = spans[number + 1].start() if number + 1 < len(spans) else len(text)
        act = re.sub(r":\d{4}$", "", span[0])  # a standard is registered without its edition
        pointers = list(_pointers(act, text[span.end() : end]))
        yield from (Citation(act, pointer) for pointer in pointers or [""])


@cache
def cited() -> tuple[tuple[Citation, str], ...]:
    """Return every citation of steps, figures, rules, models, gates and deadlines, with what cites it."""
    found = ((one, by) for by, text in _texts() for one in citations(re.sub(r"\s+", " ", text)))
    return tuple(dict.fromkeys(found))


def clause_columns() -> Iterator[tuple[str, str]]:
    """Yield each clause that a seed or deadline states, with what states it; an own rule cites nothing."""
    yield from ((by, text) for by, text in _stated() if text and not text.lower().startswith(OWN_RULE))


def acts(seeds: Path = SEEDS) -> list[str]:
    """Return the registered acts, longest name first, so that none is taken for the beginning of another."""
    return sorted(
        {str(row["act"]) for row in read_seed("regulation_clause", seeds)}, key=lambda one: (-len(one), one)
    )


@cache
def _act_pattern() -> re.Pattern[str]:
    return re.compile("|".join([_ACT, *map(re.escape, acts())]))


def _pointers(act: str, text: str) -> Iterator[str]:
    if not act.isascii():
        for article, paragraph, form in _CHINESE.findall(text):
            yield form or f"第{article or paragraph}條"
        return
    for listed in _ARTICLES.findall(text):
        yield from (f"Article {one}" for one in _numbers(listed))
    for roman, section in _ANNEX.findall(text):
        yield " ".join(part for part in ("Annex", roman, section) if part)
    if act.startswith(("ISO", "EN", "GHG", "JCGM")):
        for listed in _CHAPTERS.findall(text):
            yield from (f"chapter {one}" for one in _numbers(listed))
        yield from _SECTION.findall(text)


def _numbers(listed: str) -> Iterator[str]:
    """Yield the numbers of a list such as `16, 20 and 22 to 24`."""
    plain = re.sub(r"\([^)]*\)", "", listed)
    for part in re.split(r",\s|\sand\s", plain):
        first, _, last = re.sub(r"\sto\s|-", "|", part).partition("|")
        yield from map(str, range(int(first), int(last) + 1)) if last else [first]


def _texts() -> Iterator[tuple[str, str]]:
    """Yield what cites and the text in which it does."""
    import yaml

    from expectations import GATES

    yield from _stated()
    for path in sorted((DBT_PROJECT / "models").rglob("*.yml")):
        content: dict[str, Any] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        for model in content.get("models", []):
            yield f"model {model['name']}", model.get("description", "")
    for gate in GATES:
        yield f"gate {gate.name}", " ".join([gate.statement, *(rule.reason for rule in gate.rules)])


def _stated() -> Iterator[tuple[str, str]]:
    """Yield what states a clause in a column of its own, and that clause."""
    import yaml

    for path in sorted(SEEDS.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            columns = [name for name in rows.fieldnames or () if name.startswith("clause")]
            if path.stem == "regulation_clause" or not columns:
                continue
            key = (rows.fieldnames or ("",))[0]
            for row in rows:
                for column in columns:
                    yield f"{path.stem} {row[key]}", row[column] or ""
    for duty in yaml.safe_load((CHECKOUT / "tracetonne" / "deadlines.yml").read_text(encoding="utf-8")):
        yield f"deadline {duty['duty']}", duty["clause"]
