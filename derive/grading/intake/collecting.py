"""From the members that are a student's to a submission: solutions, and what is skipped."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.intake import skipping
from derive.grading.intake.archives import FILE, Member, opened_within
from derive.grading.intake.membernames import is_junk, is_solution
from derive.grading.model import Submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from derive.grading.model import Student

_FILES = 50  # solutions of one student
_BYTES = 2 * FILE  # and their bytes in all
_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".zipx")


@dataclass(frozen=True)
class Place:
    """Where a file belongs: the student's id and name, and its path within the submission.

    reason: why it is not to be read as a solution; "" where its own name decides.
    """

    id: str
    name: str
    inner: str
    email: str = ""
    late: str = ""
    folder: str = ""
    reason: str = ""


@dataclass
class Pile:
    """What belongs to one student so far: (path within the submission, reason, member)."""

    student: Student
    late: str = ""
    folder: str = ""
    pieces: list[tuple[str, str, Member]] = field(default_factory=list)


def collected(pile: Pile) -> Submission:
    """Sort out what a student handed in; his own zips are opened, one level deep."""
    files: list[Member] = []
    skipped: list[tuple[str, str]] = []
    taken: set[str] = set()
    size = 0
    for inner, reason, member in _unpacked(pile.pieces):
        name = _fresh(inner, taken)
        found = reason or _reason(member, name)
        if not found and len(files) >= _FILES:
            found = skipping.TOO_MANY
        if not found and size + member.size > _BYTES:
            found = skipping.TOO_LARGE
        if found:
            skipped.append((name, found))
        else:
            size += member.size
            files.append(replace(member, name=name))
    return Submission(pile.student, tuple(files), tuple(skipped), pile.late, pile.folder)


def _unpacked(pieces: Sequence[tuple[str, str, Member]]) -> Iterator[tuple[str, str, Member]]:
    for inner, reason, member in sorted(pieces, key=lambda piece: (piece[0], piece[2].name)):
        own = not reason and not member.problem and inner.casefold().endswith(".zip")
        if not own:
            yield inner, reason, member
            continue
        try:
            within = [m for m in opened_within(member).members if not is_junk(m.name)]
        except DeriveError:
            yield inner, _zip_reason(member), member
            continue
        if not within:
            yield inner, skipping.NOT_A_SOLUTION, member
        for each in within:
            packed = each.name.casefold().endswith(".zip") and not each.problem
            yield f"{inner}/{each.name}", skipping.ARCHIVE_WITHIN if packed else "", each


def _zip_reason(member: Member) -> str:
    return skipping.TOO_LARGE if member.size > 4 * FILE else skipping.DAMAGED


def _reason(member: Member, name: str) -> str:
    if member.problem:
        return member.problem
    if not is_solution(name):
        packed = name.casefold().endswith(_ARCHIVES)
        return skipping.OTHER_ARCHIVE if packed else skipping.NOT_A_SOLUTION
    if any(part.startswith(".") for part in name.split("/")):
        return skipping.HIDDEN
    return skipping.TOO_LARGE if member.size > FILE else ""


def _fresh(name: str, taken: set[str]) -> str:
    """Give the name, or one like it that the submission does not have yet."""
    stem, dot, suffix = name.rpartition(".")
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{stem} ({number}){dot}{suffix}" if stem else f"{name} ({number})"
    taken.add(found)
    return found


def first_parts(members: Iterable[Member]) -> list[str]:
    """Give the files and folders at the top, each once, in order."""
    return list(dict.fromkeys(m.name.partition("/")[0] for m in members))
