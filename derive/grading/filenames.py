"""File names made of students' names: safe everywhere, all different, readable."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derive.grading.model import Student

_BYTES = 80
_ID_BYTES = 40
_SUM = 10  # hexadecimal digits
_FULL = 3  # the level at which a name is a checksum alone
_RESERVED = re.compile(r"(?:con|prn|aux|nul|clock|conin|conout|(?:com|lpt)[0-9])", re.IGNORECASE)


def file_names(students: Iterable[Student]) -> dict[str, str]:
    """Give a stem for each student id, whatever order they come in.

    Letters and digits of any script stay, everything else is `_`; at most 80 bytes of
    UTF-8.  Of names that coincide, also but for case or composition, each one gets the id,
    and where these coincide as well a checksum of the id.

    >>> from derive.grading.model import Student
    >>> file_names([Student("7", "Ann Lee"), Student("8", "ann lee"), Student("9", "../x")])
    {'7': 'Ann_Lee_7', '8': 'ann_lee_8', '9': 'x'}
    """
    people = {student.id: student for student in students}
    levels = dict.fromkeys(people, 0)
    while True:
        stems = {ident: _stem(people[ident], level) for ident, level in levels.items()}
        groups: dict[str, list[str]] = defaultdict(list)
        for ident, stem in stems.items():
            groups[_key(stem)].append(ident)
        crowded = [i for group in groups.values() if len(group) > 1 for i in group]
        # Full checksums differ; what coincides with one is raised instead of it.
        raised = [ident for ident in crowded if levels[ident] < _FULL]
        if not raised:
            return stems
        for ident in raised:
            levels[ident] += 1


def _stem(student: Student, level: int) -> str:
    checksum = hashlib.sha256(student.id.encode("utf-8", "surrogatepass")).hexdigest()
    if level == _FULL:
        return checksum
    name = _safe(student.name) or "_"
    if level == 0:
        return _cut(name, _BYTES)
    tail = _cut(_safe(student.id) or "_", _ID_BYTES)
    if level == 2:
        tail = f"{tail}_{checksum[:_SUM]}"
    return f"{_cut(name, _BYTES - 1 - len(tail.encode()))}_{tail}"


def _safe(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(c if _is_kept(c) else "_" for c in composed)
    stem = re.sub(r"_+", "_", kept).strip("_")
    return f"{stem}_" if _RESERVED.fullmatch(stem) else stem


def _is_kept(character: str) -> bool:
    # L: letters, M: marks, without which words of many scripts fall apart, Nd: digits.
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def _key(stem: str) -> str:
    """Give what two names have in common that some file system takes for one."""
    folded = unicodedata.normalize("NFKC", stem).casefold()
    return unicodedata.normalize("NFKC", folded.upper().casefold())
