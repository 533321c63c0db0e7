"""Whatever an error or a rejection says to people, it says in Traditional Chinese too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from tracetonne.chinese import CATALOGUE, in_chinese
from tracetonne.errors import WrongUseError
from tracetonne.landing.reject import REASONS, rejection
from tracetonne.settings import CHECKOUT

PACKAGES = ("tracetonne", "orchestration")
# Carried into a rejection with the Chinese that the rejection has.
_WITH_OWN_CHINESE = {"UnreadableDocumentError"}
_PART_OF_NAME = {"expected", "found", "action"}
# Where a function takes what is expected, and what to do, by position.
_POSITIONS = {"CellError": (3, 4), "reject": (3, 4), "rejection": (), "unreadable": (), "refusal": (4,)}
_WORD = re.compile(r"(?<![\w.`/<-])[a-z]{2,}(?![\w.`/=(:-])")


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            yield getattr(function, "id", None) or getattr(function, "attr", ""), node


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression can give, with `{}` where a value stands."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield "".join(next(_texts(part), "{}") for part in (node.left, node.right))


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((CHECKOUT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def _errors(modules: Sequence[tuple[Path, ast.Module]]) -> set[str]:
    """Return the names of our error classes, those of subclasses included."""
    classes = {
        node.name: {getattr(base, "id", "") for base in node.bases}
        for _, tree in modules
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    ours = {"TraceTonneError"}
    while more := {name for name, bases in classes.items() if bases & ours} - ours:
        ours |= more
    return ours - _WITH_OWN_CHINESE


def _said(tree: ast.Module, errors: set[str]) -> Iterator[tuple[int, str]]:
    for name, call in _calls(tree):
        is_ours = name in errors
        has_chinese = any(keyword.arg == "what_zh" for keyword in call.keywords)
        spoken = [keyword.value for keyword in call.keywords if keyword.arg in _PART_OF_NAME]
        if name in _POSITIONS:
            spoken += [call.args[place] for place in _POSITIONS[name] if place < len(call.args)]
        elif is_ours and call.args and not has_chinese:
            spoken.append(call.args[0])
        elif not is_ours:
            continue
        for expression in spoken:
            yield from ((call.lineno, text) for text in _texts(expression))


def _is_for_people(text: str) -> bool:
    """Say whether a text is prose: two English words, or one that stands alone."""
    words = _WORD.findall(re.sub(r"`[^`]*`|\{\}", " ", text))
    return len(words) > 1 or (bool(words) and text.isalpha())


def _wanted() -> Iterator[tuple[str, str]]:
    modules = list(_modules())
    errors = _errors(modules)
    for path, tree in modules:
        for line, text in _said(tree, errors):
            if _is_for_people(text):
                yield f"{path.relative_to(CHECKOUT)}:{line}", text


def test_no_error_lacks_its_chinese() -> None:
    lacking = sorted({text: place for place, text in _wanted() if not in_chinese(text)}.items())
    assert not lacking, "write them in tracetonne/chinese.yml"


def test_no_reason_lacks_the_chinese_of_its_action() -> None:
    assert [code for code, (_, _, action) in REASONS.items() if not in_chinese(action)] == []


def test_the_catalogue_is_sorted_and_keeps_every_value() -> None:
    written: dict[str, str] = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    assert list(written) == sorted(written)
    uneven = [
        english
        for english, chinese in written.items()
        if english.count("{}") != len(re.findall(r"\{\d?\}", chinese)) and english != "{} problem{}"
    ]
    assert uneven == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a free lock", "未被占用的鎖定檔"),
        ("Document a.xml is not in the evidence store.", "憑證庫中沒有文件 a.xml。"),
        ("12 bytes from bill.pdf", "由 bill.pdf 解出 12 位元組"),
        ("a key in ${HOME}", "${HOME} 中的金鑰"),
        ("nobody has said this", ""),
        ("", ""),
    ],
)
def test_values_are_kept(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


def test_an_error_says_every_part_in_both_languages() -> None:
    error = WrongUseError(
        "This is not a period.",
        where="--month",
        expected="a free lock",
        found="none",
        action="use another backup",
    )
    assert str(error).splitlines() == [
        "This is not a period. 期間格式不正確。",
        "  where: --month",
        "  expected: a free lock 未被占用的鎖定檔",
        "  found: none 無",
        "  do: use another backup 請使用其他備份",
    ]
    assert error.as_dict()["do_zh"] == "請使用其他備份"


def test_a_rejection_says_every_part_in_both_languages() -> None:
    said = rejection("empty_file", "file", expected="at least one record", found="0 bytes").as_dict()
    assert (said["expected_zh"], said["found_zh"]) == ("至少一筆資料", "0 位元組")
    assert said["action_zh"] == "請重新匯出文件後匯入新檔"
