"""Names of members of folders and archives: decoded, made alike, judged.

Nothing is ever written under these names; a name that tries to leave its folder is a sign
that the archive lies, and what it holds is not taken for anybody's solution.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from typing import TYPE_CHECKING

from derive.grading.intake import skipping

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST = 1000  # characters of a path

# What old tools write where they do not say UTF-8: the code page of the author's console
# (Windows), of his windows, and the one that the format names.
_PAGES = ("cp866", "cp1251", "cp437")
_UNICODE_PATH = 0x7075  # APPNOTE 4.6.9, "Info-ZIP Unicode Path Extra Field"
_UTF8_FLAG = 0x800

_DRIVE = re.compile(r"\A[A-Za-z]:")
_DEVICE = re.compile(
    r"\A(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|\Z)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_JUNK_FOLDERS = frozenset({"__MACOSX"})
_TOOLS_FOLDERS = frozenset({
    ".git", ".github", ".hg", ".svn", ".ipynb_checkpoints", ".vscode", ".idea", ".venv", ".cache",
    ".pytest_cache", ".quarto", ".trash", ".trashes",
})  # fmt: skip
_JUNK_FILES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})


def decoded(raws: Sequence[bytes]) -> list[str]:
    """Decode names that nothing describes: UTF-8, else one code page for all the others."""
    found = [_utf8(raw) for raw in raws]
    others = [raw for raw, text in zip(raws, found, strict=True) if text is None]
    page = max(_PAGES, key=lambda p: (_plausible(others, p), -_PAGES.index(p)))
    # cp1251 lacks one byte, 0x98.
    return [
        raw.decode(page, errors="replace") if text is None else text
        for raw, text in zip(raws, found, strict=True)
    ]


def zip_name(raw: bytes, flags: int, extra: bytes) -> str | None:
    """Decode a name of which the archive says how; None if it does not."""
    if flags & _UTF8_FLAG:
        return _utf8(raw)
    return _unicode_path(raw, extra)


def _unicode_path(raw: bytes, extra: bytes) -> str | None:
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            # The sum tells whether a tool that knows no such field has renamed the member.
            if int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
                return _utf8(field[5:])
            return None
    return None


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _plausible(raws: Sequence[bytes], page: str) -> int:
    return sum(_is_text(raw.decode(page, errors="replace")) for raw in raws)


def _is_text(text: str) -> bool:
    """Whether it holds letters only, beside ASCII, and no word mixes two alphabets."""
    if any(ord(c) > 127 and not c.isalpha() and c not in "№«»–—°" for c in text):
        return False
    return all(len({_is_cyrillic(c) for c in word}) == 1 for word in _WORD.findall(text))


def _is_cyrillic(character: str) -> bool:
    return "\u0400" <= character <= "\u04ff"


def alike(name: str) -> str:
    """Give the path in NFC and without `.` and empty parts.

    >>> alike("./a//b.md")
    'a/b.md'
    """
    parts = unicodedata.normalize("NFC", name).split("/")
    kept = [p for i, p in enumerate(parts) if p != "." and (p or i == 0)]
    return "/".join(kept)


def path_problem(name: str) -> str:
    """Say what is wrong with a path, as a reason of `skipping`; "" if nothing is.

    >>> path_problem("a/../../b.md")
    'a path that leaves its folder'
    """
    parts = name.split("/")
    checks: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: len(name) > _LONGEST, skipping.LONG),
        (lambda: "\0" in name, skipping.CONTROL),
        (lambda: "\\" in name, skipping.BACKSLASH),
        (lambda: name.startswith("/") or not name, skipping.ABSOLUTE),
        (lambda: _DRIVE.match(name) is not None, skipping.DRIVE),
        (lambda: ".." in parts, skipping.PARENT),
        (lambda: any(_DEVICE.match(part) for part in parts), skipping.DEVICE),
    )
    return next((reason for fails, reason in checks if fails()), "")


def is_junk(name: str) -> bool:
    """Tell whether a file is a trace of the system it was packed on.

    What is hidden and may be a solution is none, unless a tool has made the folder: it is
    reported, so that nobody's work is lost for a dot.
    """
    *folders, last = name.replace("\\", "/").split("/")
    if any(f in _JUNK_FOLDERS or f.casefold() in _TOOLS_FOLDERS for f in folders):
        return True
    if not is_solution(last) and any(f.startswith(".") and f not in {".", ".."} for f in folders):
        return True
    if last.casefold() in _JUNK_FILES or last.startswith(("._", "~$")):
        return True
    return last.startswith(".") and not is_solution(last)


def is_solution(name: str) -> bool:
    """Tell by its suffix whether a file may be a solution."""
    return name.casefold().endswith((".md", ".tex", ".ipynb"))
