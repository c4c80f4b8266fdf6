"""What `derive grade` does: everything between what was asked for and what is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.cluster import Cluster
from derive.grading.files import make_folder, read
from derive.grading.gradebooks.books import Gradebooks
from derive.grading.intake.conventions import intake, order
from derive.grading.intake.roster import enrolled, listed_roster
from derive.grading.key import load_grading_key
from derive.grading.model import Intake
from derive.grading.run import Room, run
from derive.grading.state import FILE as STATE
from derive.grading.tally import closing
from derive.grading.work import USUAL, Terms
from derive.report.plain import clean
from derive.workers import usable_cpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from derive.grading.intake.roster import Roster
    from derive.grading.work import Answer
    from derive.translation import Lang


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line; see `derive grade --help`."""

    paths: tuple[Path, ...]
    key: str
    out: Path
    rubric: Path | None = None
    moodle: Path | None = None
    canvas: Path | None = None
    canvas_assignment: str | None = None
    roster: Path | None = None
    gradescope: Path | None = None
    lang: Lang = "en"
    jobs: int | None = None
    scheduler: str | None = None
    timeout: float = USUAL.seconds
    memory: int = USUAL.megabytes
    seed: int = 0
    remembers: bool = True  # claims, from one submission to the next; to measure what it saves


def assist(
    options: Options,
    tell: Callable[[str], None] | None = None,
    complain: Callable[[str], None] | None = None,
) -> str:
    """Grade a class, write what was asked for, and give the closing lines.

    Raises:
        DeriveError: something that was named cannot be read, or written to.
    """
    books = Gradebooks.of(
        options.moodle, options.canvas, options.canvas_assignment, options.gradescope
    )
    _require_apart(options.paths, options.out)
    key = load_grading_key(options.key, options.rubric)
    found = _handed_in(options, [*books.rosters(), *_listed(options.roster)])
    _require_own(options.out)
    make_folder(options.out)
    pages = 1 if options.jobs == 1 else usable_cpus()
    room = Room(found.submissions, key, options.out, options.lang, _terms(options), pages)

    def on_cluster(requests: Iterable[bytes]) -> Iterator[Answer]:
        return Cluster(options.scheduler or "").checked(requests, key.parcel, room.terms)

    check = on_cluster if options.scheduler else None
    done = run(room, notes=found.notes, check=check, tell=tell, complain=complain)
    notes = books.write(options.out, found, done.grades, done.pages, options.lang)
    told = [*found.notes, *notes]
    return closing(done, key.rubric.maximum, options.out, options.lang, told)


def _require_apart(paths: Sequence[Path], out: Path) -> None:
    """Raise DeriveError where students could have put files into the output, or come twice."""
    seen: set[Path] = set()
    for path in paths:
        whole = path.resolve()
        if out.resolve().is_relative_to(whole):
            raise DeriveError(
                f"--out {out}: expected a folder outside of {path}: what students handed in "
                "there would be taken for decisions"
            )
        if whole in seen:
            raise DeriveError(f"{path}: expected each folder or archive once")
        seen.add(whole)


def _handed_in(options: Options, rosters: Sequence[Roster]) -> Intake:
    """Read what was handed in, with a row for each student of the class."""
    found = _together([(path, intake(path)) for path in options.paths])
    for roster in rosters:
        found = enrolled(found, roster)
    return found


def _together(parts: Sequence[tuple[Path, Intake]]) -> Intake:
    """Join what several paths have; nobody may stand in two of them."""
    if len(parts) == 1:
        return parts[0][1]
    seen: dict[str, Path] = {}
    for path, part in parts:
        for submission in part.submissions:
            known = seen.setdefault(submission.student.id, path)
            if known != path:
                raise DeriveError(
                    f"{path}: {clean(submission.student.name)} is in {known} as well; expected "
                    "each student in one of them"
                )
    conventions = {part.convention for _, part in parts}
    if len(conventions) > 1:
        raise DeriveError(f"expected downloads of one kind, found {', '.join(sorted(conventions))}")
    submissions = sorted(
        (s for _, p in parts for s in p.submissions), key=lambda s: order(s.student)
    )
    notes = tuple(note for _, part in parts for note in part.notes)
    return Intake(parts[0][1].convention, tuple(submissions), notes)


def _require_own(out: Path) -> None:
    """Refuse a folder that has files of these names and is none of ours."""
    if (out / STATE).exists():
        return
    for name in ("grades.csv", "review.csv", "index.html"):
        if (out / name).exists():
            raise DeriveError(
                f"{out / name} is there, and not of a run of this kind; give another --out"
            )


def _listed(file: Path | None) -> list[Roster]:
    return [] if file is None else [listed_roster(read(file), str(file))]


def _terms(options: Options) -> Terms:
    limits = replace(USUAL, seconds=options.timeout, megabytes=options.memory)
    # A worker of a cluster has its share of a machine; here the machine is ours.
    jobs = options.jobs or (1 if options.scheduler else usable_cpus())
    return Terms(options.seed, limits, jobs, options.remembers)
