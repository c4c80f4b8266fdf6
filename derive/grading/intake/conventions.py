"""Whose file is it?  The names that platforms give, recognised; else plain files and folders.

Every file of the input ends up in one submission or is named in the notes; traces of the
system it was packed on (`__MACOSX`, `.DS_Store`) do not count.  A team's files are those of
each of its members, where the platform says who they are.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.cells import safe_cell
from derive.grading.intake import skipping
from derive.grading.intake.archives import Archive, Member, opened
from derive.grading.intake.collecting import Pile, Place, collected, first_parts
from derive.grading.intake.membernames import is_junk
from derive.grading.intake.metadata import (
    AUTOGRADER,
    EXPORT,
    autograder_submitters,
    export_submitters,
)
from derive.grading.intake.platforms import canvas_place, moodle_place
from derive.grading.model import Intake, Student
from derive.grading.phrases import note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from derive.grading.model import Convention, Submission

_EXPECTED = (
    "expected what Moodle ('Name_123_assignsubmission_file_'), Canvas ('name_12_345_file.md') or"
    " Gradescope ('submission_metadata.yml') gives out, or one file or folder per student"
)
_METADATA = 64 << 20  # bytes
_DEEPEST = 4  # folders around everything


@dataclass
class _Sorted:
    """The members by place; those without one are nobody's."""

    convention: Convention
    placed: list[tuple[Place, Member]]
    notes: list[Mapping[str, str]]


def intake(path: Path) -> Intake:
    """Read what a class handed in: a folder or a zip.

    Also the folder of one submission as Gradescope's autograder has it, `/autograder` or
    `/autograder/submission`.

    Raises:
        DeriveError: there is nothing, it is damaged or too large, or mixes platforms.
    """
    beside = path.parent / AUTOGRADER
    if path.name == "submission" and path.is_dir() and beside.is_file():
        # Only these two: beside them lies the autograder itself.
        told = Member(AUTOGRADER, beside.stat().st_size, lambda limit: _head(beside, limit))
        within = [replace(m, name=f"submission/{m.name}") for m in opened(path).members]
        return recognised(Archive(str(path), (told, *within)))
    return recognised(opened(path))


def _head(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit)


def recognised(archive: Archive) -> Intake:
    """Share out the members of a folder or zip among students.

    Raises:
        DeriveError: there is none, or they mix the names of two platforms.
    """
    every = [m for m in archive.members if not is_junk(m.name)]
    members = [m for m in every if not m.strayed]
    if not members:
        seen = f"found only '{every[0].name}': {every[0].problem}" if every else "found no file"
        raise DeriveError(f"{archive.name}: {_EXPECTED}; {seen}")
    base = ""
    for _ in range(_DEEPEST):
        found = _platform(archive.name, members)
        tops = first_parts(members)
        if found is not None or len(tops) > 1 or tops[0] in {m.name for m in members}:
            break
        base += f"{tops[0]}/"
        members = [replace(m, name=m.name.removeprefix(f"{tops[0]}/")) for m in members]
    if found is None:
        found = _plain(members)
        if base:
            found.notes.append(_looked_through(base))
        if len(members) == 1 and members[0].name.casefold().endswith(".zip"):
            found.notes.append(_lone_archive(members[0].name))
    strayed = [replace(m, name=m.name.removeprefix(base)) for m in every if m.strayed]
    return _intake(found, strayed)


def _looked_through(base: str) -> Mapping[str, str]:
    return note(
        "everything lies in the folder '{0}', which is not taken for a student",
        base.rstrip("/"),
    )


def _lone_archive(name: str) -> Mapping[str, str]:
    return note(
        "the only file, '{0}', is an archive and taken for one student's; if it is the whole"
        " class, grade the archive itself",
        name,
    )


def _platform(name: str, members: Sequence[Member]) -> _Sorted | None:
    """Share out the members as a platform named them; None if none did."""
    names = {m.name for m in members}
    if EXPORT in names:
        return _gradescope_export(members)
    if AUTOGRADER in names and any(n.startswith("submission/") for n in names):
        return _gradescope_autograder(members)
    by_moodle = _by_names("moodle", members, moodle_place)
    by_canvas = _by_names("canvas", members, canvas_place)
    parts = [len(first_parts([m for _, m in s.placed])) for s in (by_moodle, by_canvas)]
    tops = len(first_parts(members))
    if min(parts) > 1 and 2 * sum(parts) > tops:
        raise DeriveError(f"{name}: {_EXPECTED}; found names of both Moodle and Canvas")
    # A single name may look so by chance, or because a student wants it to; like Canvas's
    # names sooner than like Moodle's.
    if parts[0] and 2 * parts[0] >= tops:
        return by_moodle
    return by_canvas if 2 * parts[1] > tops else None


def _by_names(
    convention: Convention, members: Sequence[Member], place: Callable[[str], Place | None]
) -> _Sorted:
    found = _Sorted(convention, [], [])
    for member in members:
        where = place(member.name)
        if where is None:
            found.notes.append(_nobodys(member, skipping.OTHERWISE))
        else:
            found.placed.append((where, member))
    return found


def _nobodys(member: Member, why: str) -> Mapping[str, str]:
    return note(
        "'{0}' belongs to no submission: {why}",
        member.name,
        reason=why,
    )


# -- Gradescope


def _gradescope_export(members: Sequence[Member]) -> _Sorted:
    told = next(m for m in members if m.name == EXPORT)
    submitters = export_submitters(told.read(_METADATA))
    found = _Sorted("gradescope", [], [])
    for member in members:
        top, slash, inner = member.name.partition("/")
        people = submitters.get(top, ())
        if not people and slash:
            # Somebody's work, though nothing says whose.
            people = (Student(top, top),)
        for student in people:
            place = Place(student.id, student.name, inner or top, student.email, folder=top)
            found.placed.append((place, member))
        if not submitters.get(top) and not slash and member is not told:
            found.notes.append(_nobodys(member, skipping.NO_METADATA))
    folders = dict.fromkeys(m.name.partition("/")[0] for m in members if "/" in m.name)
    found.notes.extend(_nameless(top) for top in folders if not submitters.get(top))
    there = set(first_parts(members))
    for key, people in submitters.items():
        if key in there and len(people) > 1:
            found.notes.append(_team(key, people))
    found.notes.extend(
        note(
            "'{0}' of {1} is named in submission_metadata.yml, and is not there",
            key,
            ", ".join(s.name for s in people),
        )
        for key, people in submitters.items()
        if key not in there
    )
    return found


def _nameless(top: str) -> Mapping[str, str]:
    return note(
        "submission_metadata.yml does not say whose '{0}' is",
        top,
    )


def _gradescope_autograder(members: Sequence[Member]) -> _Sorted:
    told = next(m for m in members if m.name == AUTOGRADER)
    found = _Sorted("gradescope", [], [])
    people = autograder_submitters(told.read(_METADATA))
    if not people:
        raise DeriveError(f"{AUTOGRADER}: expected at least one of 'users', found none")
    for member in members:
        top, _, inner = member.name.partition("/")
        if top != "submission" or not inner:
            if member is not told:
                found.notes.append(_nobodys(member, skipping.NOT_IN_SUBMISSION))
            continue
        for student in people:
            place = Place(student.id, student.name, inner, student.email, folder=top)
            found.placed.append((place, member))
    if len(people) > 1:
        found.notes.append(_team("submission", people))
    return found


def _team(key: str, people: Sequence[Student]) -> Mapping[str, str]:
    return note(
        "'{0}' is the work of a team, and is graded for each of them: {1}",
        key,
        ", ".join(s.name for s in people),
    )


# -- Plain


def _plain(members: Sequence[Member]) -> _Sorted:
    """Take each folder and each name of a file (without its suffix) for a student."""
    found = _Sorted("plain", [], [])
    folders = {m.name.partition("/")[0] for m in members if "/" in m.name}
    files = {_stem(m.name) for m in members if "/" not in m.name}
    both = folders & files
    odd: list[str] = []
    for member in members:
        top, slash, inner = member.name.partition("/")
        if moodle_place(member.name) or canvas_place(member.name):
            odd.append(member.name)
        if slash:
            found.placed.append((Place(top, top, inner, folder=top), member))
            continue
        stem = _stem(top)
        # The file `Ann.md` beside the folder `Ann`: perhaps one student, perhaps not.
        number = f"{stem} (file)" if stem in both else stem
        found.placed.append((Place(number, stem, top, folder=stem), member))
    if folders and files:
        found.notes.append(
            note(
                "files and folders lie side by side: each folder and each name of a file is"
                " taken for a student",
            )
        )
    if odd:
        found.notes.append(
            note(
                "'{0}' and {1} more are named as Moodle or Canvas does, most are not: all are"
                " taken for plain files",
                odd[0], str(len(odd) - 1),
            )
        )  # fmt: skip
    found.notes.extend(
        note(
            "'{0}' is both a folder and a file: taken for two students",
            name,
        )
        for name in sorted(both)
    )
    return found


def _stem(name: str) -> str:
    stem = name.rpartition(".")[0]
    return stem or name


# -- All of them


def _intake(found: _Sorted, strayed: Sequence[Member]) -> Intake:
    piles: dict[tuple[str, str], Pile] = {}
    tops: dict[str, Pile] = {}
    for place, member in found.placed:
        key = (place.id, place.name)
        if key not in piles:
            student = Student(place.id, place.name, place.email)
            piles[key] = Pile(student, folder=place.folder)
        pile = piles[key]
        pile.late = pile.late or place.late
        pile.pieces.append((place.inner, place.reason, member))
        tops.setdefault(member.name.partition("/")[0], pile)
    notes = list(found.notes)
    for member in strayed:
        top, slash, inner = member.name.partition("/")
        if slash and top in tops:
            tops[top].pieces.append((inner, member.problem, member))
        else:
            notes.append(_nobodys(member, member.problem))
    submissions = [collected(piles[key]) for key in piles]
    return Intake(found.convention, _in_order(submissions, notes), tuple(notes))


def _in_order(
    submissions: Sequence[Submission], notes: list[Mapping[str, str]]
) -> tuple[Submission, ...]:
    """Sort by name; of two that share an id, the later one gets another.

    Ids are shared that tables show alike, too: they differ in characters nobody sees.  Then
    the one that is written as it is shown keeps it.
    """
    taken: set[str] = set()
    result = []
    ordered = sorted(submissions, key=lambda s: order(s.student))
    for submission in sorted(ordered, key=lambda s: _shown(s.student.id) != s.student.id):
        student = submission.student
        number, found = 1, student.id
        while _shown(found) in taken:
            number += 1
            found = f"{student.id} ({number})"
        taken.add(_shown(found))
        if found != student.id:
            notes.append(
                note(
                    "'{0}' has the id '{1}' of somebody else, and is taken for '{2}'",
                    student.name, student.id, found,
                )
            )  # fmt: skip
        result.append(replace(submission, student=replace(student, id=found)))
    return tuple(sorted(result, key=lambda s: order(s.student)))


def _shown(ident: str) -> str:
    return safe_cell(ident).strip()


def order(student: Student) -> tuple[str, str, str]:
    """Give the key by which students are sorted: the name as it is read, then the id."""
    name = unicodedata.normalize("NFKC", student.name).casefold()
    return name, student.id, student.email
