"""A class from end to end: what was handed in, checked, graded, written to a folder.

What is checked is kept at once; points, pages and tables are made of what is kept, at
every run, so that overrides, a rubric or another language need no second check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.grading.overrides import FILE as OVERRIDES
from derive.grading.overrides import read_overrides
from derive.grading.points import grade
from derive.grading.publishing import Publisher
from derive.grading.state import FILE as STATE
from derive.grading.state import State
from derive.grading.tally import Tally, sentences
from derive.grading.work import Terms, checked, digest, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from derive.grading.key import GradingKey
    from derive.grading.model import Submission
    from derive.grading.work import Answer
    from derive.translation import Lang

    Check: TypeAlias = Callable[[Iterable[bytes]], Iterator[Answer]]


@dataclass(frozen=True)
class Room:
    """The submissions of a class, what grades them, and where it goes."""

    submissions: Sequence[Submission]
    key: GradingKey
    out: Path
    lang: Lang = "en"
    terms: Terms = field(default_factory=Terms)
    jobs: int | None = None  # processes that make pages, if not as many as check


def run(
    room: Room,
    *,
    notes: Sequence[Mapping[str, str]] = (),
    check: Check | None = None,
    tell: Callable[[str], None] | None = None,
    complain: Callable[[str], None] | None = None,
) -> Tally:
    """Check what is not known yet, count points, and write everything but gradebooks.

    Args:
        room: the class.
        notes: language -> what the index should say of the input.
        check: checks requests; those of this machine's processes unless given.
        tell: is called with the name of each student whose submission was checked.
        complain: is called with the traceback of a defect of ours.

    Raises:
        DeriveError: a file cannot be written or read, or another run works in the folder.
    """
    tally = Tally()
    students = [submission.student for submission in room.submissions]
    overrides = read_overrides(room.out / OVERRIDES, students, room.key.rubric)

    def here(requests: Iterable[bytes]) -> Iterator[Answer]:
        return checked(requests, room.key.loaded, room.terms, complain)

    with State(room.out / STATE) as state:
        _check(room, state, tally, check or here, tell or _tell_nobody)
        for submission in room.submissions:
            student = submission.student
            record = state.record(student.id) if _handed_in(submission) else None
            found = grade(
                student, record, room.key.rubric, overrides.get(student.id), submission.late
            )
            tally.grades.append(found)
            tally.statuses[found.status] += 1
            tally.gave_up += record is not None and record["gave_up"] is not None
        publisher = Publisher(
            room.out, room.key, room.lang, tally.grades, room.jobs or room.terms.jobs
        )
        tally.pages = publisher.pages(
            state.text(submission.student.id) if _handed_in(submission) else b"null"
            for submission in room.submissions
        )
    told = [*sentences(tally, room.lang), *(note[room.lang] for note in notes)]
    tally.doubts = publisher.tables(told)
    return tally


def _tell_nobody(_name: str) -> None:
    """Take no notice of progress."""


def _handed_in(submission: Submission) -> bool:
    return bool(submission.files or submission.skipped)


def _check(
    room: Room, state: State, tally: Tally, check: Check, tell: Callable[[str], None]
) -> None:
    """Have checked what is not known; what is found is kept as it comes."""
    known = state.digests()
    asked: list[tuple[int, str]] = []  # the number of the submission, and its digest

    def requests() -> Iterator[bytes]:
        for number, submission in enumerate(room.submissions):
            if not _handed_in(submission):
                continue
            line = request(submission)
            made_of = digest(line, room.key.engine, room.terms.seed)
            # What met a limit is tried again under another one.
            if known.get(submission.student.id) in {made_of, f"{made_of} {room.terms.given}"}:
                tally.kept += 1
                continue
            asked.append((number, made_of))
            yield line

    for answer in check(requests()):
        number, made_of = asked[answer.number]
        student = room.submissions[number].student
        if answer.gave_up:
            made_of = "" if answer.was_killed else f"{made_of} {room.terms.given}"
        took = answer.seconds, answer.hits, answer.misses
        state.keep(student.id, made_of, answer.record, took)
        tally.fresh += 1
        tell(student.name)
