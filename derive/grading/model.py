"""What grading speaks of: students, what they handed in, and what it is worth.

A grade never says 0 where nobody looked: an item is right, wrong with a counterexample, or
open, and what is open waits for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

Standing: TypeAlias = Literal["right", "partial", "wrong", "open"]
Kind: TypeAlias = Literal["result", "idea", "steps"]
Status: TypeAlias = Literal["graded", "review", "none"]
Convention: TypeAlias = Literal["moodle", "canvas", "gradescope", "plain"]


@dataclass(frozen=True)
class Student:
    """Somebody who may hand in.

    id:    what tells two students of one name apart, as the platform has it: the number of
           a Moodle participant, a Canvas user id, an e-mail address, else the name itself.
    name:  as people read it; other people's text, never to be shown unescaped.
    """

    id: str
    name: str
    email: str = ""


class StoredFile(Protocol):
    """A file that was handed in and is not read yet."""

    @property
    def name(self) -> str:
        """Its path within the submission, with `/`; other people's text."""

    @property
    def size(self) -> int:
        """Its length in bytes, as the folder or the archive says."""

    def read(self) -> bytes:
        """Give its content.  Raises DeriveError where it cannot be read or is too large."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    files:   those that may be solutions, by name: `.md`, `.tex`, `.ipynb`.
    skipped: (name, why) of what a person has to open: a PDF, a photograph.
    late:    what the platform says of lateness, in its words; "" where it says nothing.
    folder:  the folder or the beginning of the file name that the platform gave it.
    """

    student: Student
    files: tuple[StoredFile, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    late: str = ""
    folder: str = ""


@dataclass(frozen=True)
class Intake:
    """What a class handed in, by name and id of the student.

    convention: who named the files.
    notes:      language -> what a person should know of the input: files that are nobody's,
                students who could not be told apart.  May quote other people's text.
    """

    convention: Convention
    submissions: tuple[Submission, ...]
    notes: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Override:
    """What a person decided: the points of an item, or of a whole problem or submission."""

    points: Fraction
    comment: str = ""
    author: str = ""


@dataclass(frozen=True)
class ItemGrade:
    """An item of the rubric in one submission.

    problem:  within the key, "2.1".
    id:       of the item within its problem: the name of a result, or of an idea.
    title:    language ("en", "ru") -> what the item is, LaTeX between dollars allowed.
    points:   None while it is open.
    reason:   language -> why, in words; may quote the submission.
    place:    (file, line) in the submission, where there is one.
    override: what a person decided of it; `proposed` is then what it had been without.
    """

    problem: str
    id: str
    kind: Kind
    title: Mapping[str, str]
    maximum: Fraction
    points: Fraction | None
    standing: Standing
    reason: Mapping[str, str] = field(default_factory=dict)
    place: tuple[str, int] | None = None
    override: Override | None = None
    proposed: Fraction | None = None


@dataclass(frozen=True)
class Grade:
    """One row: a student and what the submission is worth.

    status: "graded": every item has points; "review": some wait for a person; "none":
            nothing was handed in, which is not the same as 0 points.
    points: the sum of what is settled; `pending`: what open items may still add.
    settled: what a person decided of a whole problem, by its id, or of everything ("").
    """

    student: Student
    status: Status
    items: tuple[ItemGrade, ...]
    points: Fraction
    pending: Fraction
    maximum: Fraction
    late: str = ""
    notes: tuple[Mapping[str, str], ...] = ()
    settled: Mapping[str, Override] = field(default_factory=dict)
