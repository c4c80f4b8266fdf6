"""Folders and zips: what is read, what is refused, and that one member harms no other."""

from __future__ import annotations

import contextlib
import os
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packing import laid_out, linked, packed, raw_name, zipped

from derive.errors import DeriveError
from derive.grading.intake import skipping
from derive.grading.intake.archives import Limits, Member, opened, opened_within
from derive.grading.intake.membernames import decoded, is_junk

if TYPE_CHECKING:
    from pathlib import Path

GOOD = ("Ann/hw.md", b"$1 = 1$")


def within(data: bytes) -> Member:
    """A zip that is a member of another archive."""
    return Member("hw.zip", len(data), lambda _limit: data)


def test_a_folder_and_its_zip_are_the_same_thing(tmp_path: Path) -> None:
    files = {"Ann/hw.md": b"a", "Ann/b/c.tex": b"bb", "Иван.md": "я".encode()}
    folder = opened(laid_out(tmp_path, files))
    archive = packed(tmp_path, *files.items())
    for found in (folder, archive):
        assert {m.name: (m.size, m.read()) for m in found.members} == {
            name: (len(data), data) for name, data in files.items()
        }


BAD_NAMES = [
    pytest.param("/etc/passwd", skipping.ABSOLUTE, id="absolute"),
    pytest.param("../hw.md", skipping.PARENT, id="leaves the archive"),
    pytest.param("Ann/../Bob/hw.md", skipping.PARENT, id="goes to another student"),
    pytest.param("C:/hw.md", skipping.DRIVE, id="drive letter"),
    pytest.param("c:hw.md", skipping.DRIVE, id="drive letter without a slash"),
    pytest.param("Ann\\..\\hw.md", skipping.BACKSLASH, id="backslashes"),
    pytest.param("\\\\server\\hw.md", skipping.BACKSLASH, id="another machine"),
    pytest.param("Ann/CON", skipping.DEVICE, id="device"),
    pytest.param("Ann/nul.md", skipping.DEVICE, id="device with a suffix"),
    pytest.param("com1/hw.md", skipping.DEVICE, id="device as a folder"),
    pytest.param("Ann/x.md\0.png", skipping.CONTROL, id="a name that ends early"),
    pytest.param("a" * 2000 + ".md", skipping.LONG, id="endless"),
]


@pytest.mark.parametrize(("name", "reason"), BAD_NAMES)
def test_a_bad_name_is_refused_and_harms_no_other(tmp_path: Path, name: str, reason: str) -> None:
    # `zipfile` would mend some of these names itself.
    archive = packed(tmp_path, GOOD, (raw_name(name, "utf-8"), b"x"))
    bad = next(m for m in archive.members if m.problem)
    assert (bad.problem, bad.strayed) == (reason, True)
    with pytest.raises(DeriveError, match=reason):
        bad.read()
    assert next(m for m in archive.members if not m.problem).read() == GOOD[1]


@pytest.mark.parametrize(
    "name", ["Ann/confession.md", "Ann/a..b.md", "Ann/aux_1.md", "./Ann//x.md"]
)
def test_an_ordinary_name_is_not_refused(tmp_path: Path, name: str) -> None:
    assert not packed(tmp_path, (raw_name(name, "utf-8"), b"x")).members[0].problem


def patched(data: bytes, offset: int, new: bytes) -> bytes:
    """Change the only member's central header at an offset."""
    at = data.rfind(b"PK\x01\x02") + offset
    return data[:at] + new + data[at + len(new) :]


ONE = zipped(("hw.md", b"x" * 5000))

LIARS = [
    pytest.param(patched(ONE, 8, b"\x01\0"), skipping.ENCRYPTED, id="password"),
    pytest.param(patched(ONE, 10, b"\x0c\0"), skipping.METHOD, id="bzip2, not bounded in Python"),
    pytest.param(patched(ONE, 10, b"\x0e\0"), skipping.METHOD, id="lzma, not bounded in Python"),
    pytest.param(patched(ONE, 24, struct.pack("<L", 5)), skipping.DAMAGED, id="size too small"),
    pytest.param(patched(ONE, 24, struct.pack("<L", 9999)), skipping.DAMAGED, id="too large"),
    pytest.param(patched(ONE, 16, b"\0\0\0\0"), skipping.DAMAGED, id="wrong checksum"),
    pytest.param(patched(ONE, 42, struct.pack("<L", 7)), skipping.UNREADABLE, id="wrong place"),
    pytest.param(patched(ONE, 42, struct.pack("<L", 10**9)), skipping.UNREADABLE, id="nowhere"),
    pytest.param(zipped((linked("hw.md"), b"/etc/passwd")), skipping.LINK, id="link"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), LIARS)
def test_a_member_that_lies_is_not_read(data: bytes, reason: str) -> None:
    member = opened_within(within(data)).members[0]
    with pytest.raises(DeriveError, match=reason):
        member.read()


@pytest.mark.parametrize("told", [10, 1 << 20], ids=["small in the header", "as it is"])
def test_a_bomb_is_inflated_no_further_than_the_limit(told: int) -> None:
    data = patched(zipped(("hw.md", b"\0" * (1 << 20))), 24, struct.pack("<L", told))
    member = opened_within(within(data)).members[0]
    with pytest.raises(DeriveError, match=skipping.TOO_LARGE):
        member.read(1000)


def test_two_members_of_one_name_are_both_refused() -> None:
    """Which of them a person saw depends on the program that unpacked them."""
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(("hw.md", b"1"), ("hw.md", b"2"), ("b.md", b"3"))
    assert [m.problem for m in opened_within(within(data)).members] == [
        "", skipping.DUPLICATE, skipping.DUPLICATE,
    ]  # fmt: skip


def test_composed_and_decomposed_letters_are_one_name() -> None:
    data = zipped(("\u0439.md", b"1"), ("\u0438\u0306.md", b"2"))
    assert {m.problem for m in opened_within(within(data)).members} == {skipping.DUPLICATE}


NO_ARCHIVES = [
    pytest.param(b"", id="empty"),
    pytest.param(b"Rar!\x1a\x07\0", id="another format"),
    pytest.param(ONE[:-30], id="cut off"),
    pytest.param(patched(ONE, 8, b"\0\x08")[:-22].replace(b"hw.md", b"\xff\xff.md") + ONE[-22:],
                 id="a name that is not the UTF-8 it says"),
    pytest.param(ONE[:-10] + struct.pack("<L", 10**8) + ONE[-6:], id="directory too large"),
    pytest.param(ONE[:-22] + b"PK\x06\x07" + b"\0" * 16 + ONE[-22:], id="zip64 of a student"),
]  # fmt: skip


@pytest.mark.parametrize("data", NO_ARCHIVES)
def test_what_is_no_archive_is_told(data: bytes) -> None:
    with pytest.raises(DeriveError, match=r"hw\.zip"):
        opened_within(within(data))


TWO = zipped(("Ann/hw.md", b"x" * 300), ("Иван/b.tex", b"y" * 40), ("c.zip", ONE))


@given(
    st.lists(st.tuples(st.integers(0, len(TWO) - 1), st.integers(0, 255)), max_size=6),
    st.integers(0, len(TWO)),
    st.booleans(),
)
def test_a_damaged_archive_is_told_and_never_crashes(
    changes: list[tuple[int, int]], cut: int, is_cut: bool
) -> None:
    data = bytearray(TWO)
    for place, byte in changes:
        data[place] = byte
    damaged = bytes(data[:cut] if is_cut else data)
    try:
        found = opened_within(within(damaged)).members
    except DeriveError:
        return
    for member in found:
        with contextlib.suppress(DeriveError):
            assert len(member.read(1000)) <= 1000


def test_too_many_members_and_bytes_are_told_with_the_member(tmp_path: Path) -> None:
    files = {f"{i}.md": b"xxxx" for i in range(5)}
    archive = tmp_path / "c.zip"
    archive.write_bytes(zipped(*files.items()))
    for path in (laid_out(tmp_path, files), archive):
        with pytest.raises(DeriveError, match=r"at most 3 files; '\d\.md'"):
            opened(path, Limits(members=3, total=100))
        with pytest.raises(DeriveError, match=r"in all; '\d\.md'"):
            opened(path, Limits(members=9, total=10))


def test_no_folder_and_no_zip(tmp_path: Path) -> None:
    with pytest.raises(DeriveError, match="expected a folder or a zip archive, found nothing"):
        opened(tmp_path / "none")


def test_links_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    root = laid_out(tmp_path, {"Ann/hw.md": b"1"})
    (tmp_path / "secret.md").write_text("secret")
    (root / "Ann" / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "Ann" / "same.md").symlink_to("hw.md")
    (root / "Bob").symlink_to(tmp_path)
    os.mkfifo(root / "Ann" / "pipe.md")
    found = {m.name: m.problem for m in opened(root).members}
    assert found == {
        "Ann/hw.md": "", "Ann/out.md": skipping.LINK, "Ann/same.md": skipping.LINK,
        "Ann/pipe.md": skipping.SPECIAL, "Bob": skipping.LINK,
    }  # fmt: skip


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    root = laid_out(tmp_path, {"hw.md": b"1"})
    member = opened(root).members[0]
    (root / "hw.md").unlink()
    (root / "hw.md").symlink_to("/etc/hostname")
    with pytest.raises(DeriveError, match=skipping.UNREADABLE):
        member.read()


RUSSIAN = ["Иванов Иван_1/Решение.md", "Щукина_2/рс.md"]
PAGES = [
    pytest.param(RUSSIAN, "utf-8", id="Moodle, macOS, without the flag"),
    pytest.param(RUSSIAN, "cp866", id="Windows in Russian, the console's page"),
    pytest.param(RUSSIAN, "cp1251", id="Windows in Russian, the other page"),
    pytest.param(["Müller_1/Lösung.md", "Zoé_2/hw.md"], "cp437", id="what the format says"),
]


@pytest.mark.parametrize(("names", "page"), PAGES)
def test_names_are_decoded(tmp_path: Path, names: list[str], page: str) -> None:
    archive = packed(tmp_path, *((raw_name(name, page), b"x") for name in names))
    assert [m.name for m in archive.members] == sorted(names)
    assert all(m.read() == b"x" for m in archive.members)


def test_a_name_that_no_page_explains_is_still_a_name() -> None:
    assert len(decoded([b"\xff\xfe\x98.md"])[0]) == 6


def test_the_unicode_path_field_wins_where_its_sum_fits(tmp_path: Path) -> None:
    raw = "Иван.md".encode("cp866")
    name = "Иван Ω.md".encode()
    found = []
    for checksum in (zlib.crc32(raw), 1):
        info = raw_name("Иван.md", "cp866")
        body = struct.pack("<BL", 1, checksum) + name
        info.extra = struct.pack("<HH", 0x7075, len(body)) + body
        found.append(packed(tmp_path, (info, b"x")).members[0].name)
    assert found == ["Иван Ω.md", "Иван.md"]


JUNK = [
    pytest.param("__MACOSX/Ann/._hw.md", True, id="resource fork"),
    pytest.param("Ann/.DS_Store", True, id="Finder"),
    pytest.param("Ann/Thumbs.db", True, id="Explorer"),
    pytest.param("Ann/.ipynb_checkpoints/hw-checkpoint.ipynb", True, id="Jupyter's copy"),
    pytest.param("Ann/.git/config", True, id="hidden folder"),
    pytest.param("Ann/~$hw.docx", True, id="lock of a word processor"),
    pytest.param("Ann/.hw.md", False, id="perhaps a solution: never lost for a dot"),
    pytest.param("Ann/hw.md", False, id="a solution"),
]


@pytest.mark.parametrize(("name", "expected"), JUNK)
def test_traces_of_systems_are_told_apart(name: str, *, expected: bool) -> None:
    assert is_junk(name) is expected


def test_members_are_read_lazily_and_again(tmp_path: Path) -> None:
    """Nothing stays open, so that forks share no position in a file."""
    archive = packed(tmp_path, GOOD)
    assert [archive.members[0].read() for _ in range(3)] == [GOOD[1]] * 3
    (tmp_path / "class.zip").unlink()
    with pytest.raises(DeriveError, match=skipping.UNREADABLE):
        archive.members[0].read()


def test_stored_members_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "c.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("hw.md", b"abc")
    assert opened(path).members[0].read() == b"abc"
