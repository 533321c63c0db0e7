"""Archives: members by safe names, and every unsafe or damaged archive refused by name."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from landing_documents import put, source_of

from tracetonne.landing import archive
from tracetonne.landing.reader import Source
from tracetonne.landing.reject import UnreadableDocumentError


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _source(tmp_path: Path, content: bytes) -> Source:
    return source_of(put(tmp_path, "a.zip", content), tmp_path / "scratch")


def _all(source: Source) -> dict[str, bytes]:
    found = {}
    for name, opener in archive.members(source):
        with opener() as handle:
            found[name] = handle.read()
    return found


def _refused(source: Source) -> UnreadableDocumentError:
    with pytest.raises(UnreadableDocumentError) as caught:
        _all(source)
    return caught.value


def test_members_come_in_order_without_litter(tmp_path: Path) -> None:
    content = _zip(
        {"b/": b"", "b/2.xml": b"two", "./1.xml": b"one", "__MACOSX/._1.xml": b"x", ".DS_Store": b"y"}
    )
    source = _source(tmp_path, content)
    assert archive.is_zip(source)
    assert _all(source) == {"b/2.xml": b"two", "1.xml": b"one"}
    assert archive.names(source) == ("b/2.xml", "1.xml")


def test_a_name_in_the_code_page_of_its_country_is_read(tmp_path: Path) -> None:
    content = bytearray(_zip({"\u8a08\u8cbb.xml": b"x"}))
    utf8, big5 = "\u8a08\u8cbb".encode(), "\u8a08\u8cbb".encode("cp950")
    plain = bytes(content).replace(utf8, big5 + b"__")
    # Without the flag that says UTF-8, in both places where it stands.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = plain.find(mark) + offset
        plain = plain[:place] + struct.pack("<H", 0) + plain[place + 2 :]
    assert list(_all(_source(tmp_path, plain))) == ["\u8a08\u8cbb__.xml"]


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "a/../../b.xml", "..\\a.xml", "C:\\a.xml"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    error = _refused(_source(tmp_path, _zip({name: b"x", "good.xml": b"y"})))
    assert [one.code for one in error.rejections] == ["unsafe_archive"]
    assert error.rejections[0].message_zh


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    error = _refused(_source(tmp_path, _zip({"a.xml": b"0" * (20 << 20)})))
    assert {one.code for one in error.rejections} == {"unsafe_archive"}
    assert "times the packed size" in error.rejections[-1].expected


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """Both entries of the table of contents point at the same packed megabyte."""
    content = _zip({"a.xml": bytes(range(256)) * 4096, "b.xml": b"x"})
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    end = content.find(b"PK\x05\x06")
    entry, other = content[first:second], bytearray(content[second:end])
    twin = bytearray(entry)
    name_at = twin.find(b"a.xml")
    twin[name_at : name_at + 5] = b"b.xml"
    assert len(twin) == len(other)
    forged = content[:second] + bytes(twin) + content[end:]
    assert {one.code for one in _refused(_source(tmp_path, forged)).rejections} <= {
        "unsafe_archive",
        "bad_archive",
    }


def test_a_nested_archive_is_refused(tmp_path: Path) -> None:
    error = _refused(_source(tmp_path, _zip({"in.zip": _zip({"a": b"x"})})))
    assert (error.rejections[0].code, error.rejections[0].locator) == ("unsafe_archive", "in.zip!")


def test_a_password_is_named(tmp_path: Path) -> None:
    content = _zip({"a.xml": b"x"})
    place = content.find(b"PK\x01\x02") + 8
    locked = content[:place] + struct.pack("<H", 1) + content[place + 2 :]
    assert "password" in _refused(_source(tmp_path, locked)).rejections[0].found


def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    content = _zip({"a.xml": b"x", "b.xml": b"y"}).replace(b"b.xml", b"a.xml")
    assert "twice" in _refused(_source(tmp_path, content)).rejections[0].found


def test_too_many_files_or_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = _source(tmp_path, _zip({f"{number}.xml": b"12345" for number in range(5)}))
    monkeypatch.setenv("TRACETONNE_LIMIT_ARCHIVE_MEMBERS", "4")
    assert _refused(source).rejections[0].found == "5 files"
    monkeypatch.setenv("TRACETONNE_LIMIT_ARCHIVE_MEMBERS", "5")
    monkeypatch.setenv("TRACETONNE_LIMIT_ARCHIVE_BYTES", "24")
    assert _refused(source).rejections[0].found == "25 bytes"


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    content = bytearray(_zip({"a.xml": bytes(range(256)) * 40}))
    content[60] ^= 0xFF
    error = _refused(_source(tmp_path, bytes(content)))
    assert (error.rejections[0].code, error.rejections[0].locator) == ("bad_archive", "a.xml!")


@given(cut=st.integers(0, 400), place=st.integers(0, 400), byte=st.integers(0, 255))
def test_no_damage_is_an_uncaught_error(
    tmp_path_factory: pytest.TempPathFactory, cut: int, place: int, byte: int
) -> None:
    content = bytearray(_zip({"a.xml": b"<a/>", "b/c.xml": b"<b>1</b>" * 9}))
    content[place % len(content)] = byte
    source = _source(tmp_path_factory.mktemp("zip"), bytes(content[: len(content) - cut % len(content)]))
    try:
        _all(source)
    except UnreadableDocumentError as error:
        assert all(one.code in ("bad_archive", "unsafe_archive") for one in error.rejections)
