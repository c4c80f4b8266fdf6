"""Who is in the class: one row for each student, also for those who handed in nothing.

From the gradebook that will be filled in, or from a list of the user's own: a CSV file in
UTF-8 whose first row names some of the columns

    id       what tells students apart, as the folders or files have it
    name     as people read it
    email

A submission belongs to the student whose id it has, else whose e-mail address, else whose
name, if nobody else is called so.  Where that is not certain a note says it, and nothing is
guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from derive.errors import DeriveError
from derive.grading.gradebooks import canvas, moodle
from derive.grading.gradebooks.tables import read_table
from derive.grading.intake.conventions import order
from derive.grading.model import Intake, Student, Submission
from derive.grading.phrases import note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from derive.grading.gradebooks.tables import Cell

T = TypeVar("T")

_WORD = re.compile(r"\w+")
_HEADERS = {
    "id": "id", "номер": "id",
    "name": "name", "full name": "name", "имя": "name", "фио": "name",
    "email": "email", "e-mail": "email", "email address": "email", "почта": "email",
}  # fmt: skip


@dataclass(frozen=True)
class Roster:
    """The students of a class.

    source: what listed them.
    late:   id -> what the platform says of lateness.
    hidden: words that stand for a name where names are hidden ("Participant").
    """

    source: Literal["moodle", "canvas", "list"]
    students: tuple[Student, ...]
    late: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


def moodle_roster(data: bytes, name: str = "the worksheet") -> Roster:
    """Read the participants of a grading worksheet; the id is the number of the Identifier.

    Raises:
        DeriveError: it is no worksheet.
    """
    table = read_table(data, name)
    columns = moodle.find_columns(table, name)
    students: dict[str, Student] = {}
    late: dict[str, str] = {}
    words: set[str] = set()
    for row in table.rows[1:]:
        found = moodle.participant(row[0].text)
        if found is None:
            continue
        words.add(_letters(found[0]))
        told = _text(row, columns.name) or row[0].text.strip()
        students[found[1]] = Student(found[1], told, _text(row, columns.email))
        # "Submitted for grading - 2 days 3 hours late"
        late[found[1]] = _text(row, columns.status).partition(" - ")[2].strip()
    return Roster("moodle", tuple(students.values()), late, frozenset(words))


def canvas_roster(data: bytes, name: str = "the gradebook") -> Roster:
    """Read the students of a gradebook export; the id is Canvas's.

    Raises:
        DeriveError: it is no export.
    """
    table = read_table(data, name)
    columns = canvas.find_columns(table, name)
    students: dict[str, Student] = {}
    for row in table.rows[1:]:
        ident = _text(row, columns.id)
        told = " ".join(_text(row, i) for i in columns.names).strip()
        if ident.isdigit() and told != "Student, Test":  # which is Canvas's own
            login = _text(row, columns.email)
            students[ident] = Student(ident, told or ident, login if "@" in login else "")
    return Roster("canvas", tuple(students.values()))


def listed_roster(data: bytes, name: str) -> Roster:
    """Read a list of the user's own, as the head of this file describes it.

    Raises:
        DeriveError: no column has a known name, or two rows have one id.
    """
    table = read_table(data, name)
    header = (
        [_HEADERS.get(c.text.strip().casefold(), "") for c in table.rows[0]] if table.rows else []
    )
    if not any(header):
        raise DeriveError(f"{name}: expected a first row with some of the columns id, name, email")
    places = {key: header.index(key) for key in ("id", "name", "email") if key in header}
    students: dict[str, Student] = {}
    for number, row in enumerate(table.rows[1:], start=2):
        ident, told, email = (_text(row, places.get(key)) for key in ("id", "name", "email"))
        found = ident or email or told
        if not found:
            continue
        if found in students:
            message = f"{name}: row {number}: expected an id of its own, found '{found}' again"
            raise DeriveError(f"{message}; a column 'id' tells students of one name apart")
        students[found] = Student(found, told or found, email)
    return Roster("list", tuple(students.values()))


def _text(row: Sequence[Cell], column: int | None) -> str:
    return row[column].text.strip() if column is not None and column < len(row) else ""


# -- Matching


def enrolled(intake: Intake, roster: Roster) -> Intake:
    """Give one submission for each student of the class, then those that are nobody's.

    A matched submission takes over the student of the roster, with the id of the gradebook.
    """
    notes: list[Mapping[str, str]] = []
    claims: dict[str, list[tuple[int, Submission]]] = defaultdict(list)
    nobodys: list[Submission] = []
    matcher = _Matcher(roster)
    for submission in intake.submissions:
        found, rank = matcher.match(submission.student, intake)
        if len(found) == 1:
            claims[found[0].id].append((rank, submission))
        else:
            notes.append(_unmatched(submission, found))
            nobodys.append(submission)
    rows = []
    for student in roster.students:
        own, others = _best(claims[student.id])
        if others:
            nobodys += others
            notes.append(_ambiguous(student, own, others))
        match = own or Submission(student)
        late = match.late or roster.late.get(student.id, "")
        rows.append(replace(match, student=student, late=late))
    rows.sort(key=lambda s: order(s.student))
    free = _renamed(nobodys, {s.id for s in roster.students})
    return Intake(intake.convention, (*rows, *free), (*intake.notes, *notes))


def _best(
    claims: Sequence[tuple[int, Submission]],
) -> tuple[Submission | None, list[Submission]]:
    """Take the one with the surest match, if there is just one, and give the others."""
    ranks = [rank for rank, _ in claims]
    sure = [s for rank, s in claims if rank == min(ranks)]
    own = sure[0] if len(sure) == 1 else None
    return own, [s for _, s in claims if s is not own]


def _renamed(nobodys: Sequence[Submission], taken: set[str]) -> list[Submission]:
    """Keep ids apart: what is nobody's must not get the grade of a row by its id."""
    result = []
    for submission in nobodys:
        student = submission.student
        found, number = student.id, 0
        while found in taken:
            number += 1
            found = f"{student.id} (?)" if number == 1 else f"{student.id} (? {number})"
        taken.add(found)
        result.append(replace(submission, student=replace(student, id=found)))
    return result


class _Matcher:
    """Finds the students of a roster that a submission may belong to."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._ids = _by(roster.students, lambda s: unicodedata.normalize("NFC", s.id))
        self._emails = _by(roster.students, lambda s: s.email.casefold())
        self._names = _by(roster.students, lambda s: _sorted_name(s.name))

    def match(self, student: Student, intake: Intake) -> tuple[list[Student], int]:
        """Give them, one if it is certain, and a rank: 0 by id, 1 by e-mail, 2 by name."""
        own = intake.convention == self._roster.source
        by_id = self._ids[student.id]
        if not own or intake.convention == "moodle":
            # A number may be that of somebody else: of a team, of another site.
            by_id = [s for s in by_id if not self._contradict(student, s)]
        if by_id or own:
            return by_id, 0
        addresses = {a.casefold() for a in (student.email, student.id) if "@" in a}
        by_email = [s for address in sorted(addresses) for s in self._emails[address]]
        if by_email:
            return list(dict.fromkeys(by_email)), 1
        return self._names[_sorted_name(student.name)], 2

    def _contradict(self, found: Student, listed: Student) -> bool:
        """Whether two names cannot be one person's; a number or a hidden name is none."""
        if found.name in {found.id, found.email} or listed.name in {listed.id, listed.email}:
            return False
        joined, other = _letters(found.name), _letters(listed.name)
        if joined in self._roster.hidden or other.removesuffix(listed.id) in self._roster.hidden:
            return False
        words, listed_words = _words(found.name), _words(listed.name)
        return not (words & listed_words or any(w in joined for w in listed_words if len(w) > 1))


def _by(things: Sequence[T], key: Callable[[T], str]) -> defaultdict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for thing in things:
        if key(thing):
            found[key(thing)].append(thing)
    return found


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", name).casefold().replace("_", " ")
    return set(_WORD.findall(plain))


def _sorted_name(name: str) -> str:
    """Give what "Ann Lee", "ann_lee" and "Lee, Ann" have in common."""
    return " ".join(sorted(_words(name)))


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def _unmatched(submission: Submission, found: Sequence[Student]) -> Mapping[str, str]:
    student = submission.student
    if not found:
        return note(
            "the submission of '{0}' ({1}) has no row in the gradebook",
            student.name, student.id,
        )  # fmt: skip
    return note(
        "the submission of '{0}' may belong to each of: {1}",
        student.name, ", ".join(f"{s.name} ({s.id})" for s in found),
    )  # fmt: skip


def _ambiguous(
    student: Student, own: Submission | None, others: Sequence[Submission]
) -> Mapping[str, str]:
    listed = ", ".join(s.folder or s.student.id for s in others)
    if own is not None:
        return note(
            "'{0}' ({1}) has the submission '{2}'; perhaps also: {3}",
            student.name, student.id, own.folder or own.student.id, listed,
        )  # fmt: skip
    return note(
        "several submissions may be that of '{0}' ({1}), none was taken: {2}",
        student.name, student.id, listed,
    )  # fmt: skip
