"""Damage documents in the ways that transport, tools and people damage them; the same seed does the same."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_NUMBER = re.compile(rb"[0-9]+")
_TOKENS = (
    b"\x00", b"\n", b"\r", b"\r\n", b'"', b"'", b",", b";", b"\t", b"<", b">", b"</", b"/>", b"<![CDATA[",
    b"]]>", b"<!--", b"-->", b"&amp;", b"&x;", b"&#0;", b"<?", b"{", b"}", b"[", b"]", b":", b"null", b"true",
    b"NaN", b"-0", b"1e400", b"9" * 400, b"-1", b"0", b"25/01/31", b"2025-02-30", b"114/13/01", b"24:00",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\x80", b"\xa4\xa4",
    "合計".encode(), "１２３".encode(), "，".encode(), "\u202e".encode(), "\u0000".encode("utf-16"), b"=1+1",
    b"PK\x03\x04", b"%PDF-", b"100,NEM12",
)  # fmt: skip
Mutate = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def _flip(chance: random.Random, document: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(document)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(chance: random.Random, document: bytes, _: Sequence[bytes]) -> bytes:
    return document[: chance.randint(0, len(document))]


def _insert(chance: random.Random, document: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(document))
    return document[:at] + chance.choice(_TOKENS) * chance.choice((1, 1, 1, 2, 50)) + document[at:]


def _remove(chance: random.Random, document: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(document))
    return document[:at] + document[at + chance.randint(1, 80) :]


def _repeat(chance: random.Random, document: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(document))
    return document[:at] + document[at : at + chance.randint(1, 300)] * 2 + document[at:]


def _lines(chance: random.Random, document: bytes, _: Sequence[bytes]) -> bytes:
    lines = document.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _number(chance: random.Random, document: bytes, _: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(document))
    if not found:
        return document
    at = chance.choice(found)
    other = chance.choice((b"", b"0", b"-1", b"1.5", b"1,5", b"9" * 25, b"1e308", "１".encode(), b"0x1f"))
    return document[: at.start()] + other + document[at.end() :]


def _splice(chance: random.Random, document: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    start = document[: chance.randint(0, len(document))]
    return start + other[chance.randint(0, len(other)) :]


_MUTATIONS: tuple[Mutate, ...] = (_flip, _cut, _insert, _insert, _remove, _repeat, _lines, _number, _splice)


def mutated(seed: str, document: bytes, others: Sequence[bytes]) -> bytes:
    """Return a damaged document.

    Args:
        seed: What tells one damage from another.
        document: A good document.
        others: What may be spliced to it.
    """
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 4)):
        document = chance.choice(_MUTATIONS)(chance, document, others)
    return document
