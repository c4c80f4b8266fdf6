"""The gradebooks that were given: their students, and what is written back.

A submission that waits for a person gets no grade in them, for that is not 0 points.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.files import read, write
from derive.grading.gradebooks import gradescope, moodle
from derive.grading.gradebooks.canvas import filled as filled_canvas
from derive.grading.intake.roster import canvas_roster, moodle_roster
from derive.grading.rubric import decimal
from derive.language.transcribe import transcribe_words
from derive.report.wording import name_words
from derive.translation import decimal as localised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from derive.grading.intake.roster import Roster
    from derive.grading.model import Grade, Intake
    from derive.translation import Lang

_PAGE = "feedback.html"  # in the archive that Moodle takes as feedback files


@dataclass(frozen=True)
class Gradebooks:
    """Files of platforms, as they were downloaded: their paths and contents.

    assignment: the column of a Canvas export; results: the file for Gradescope's autograder.
    """

    moodle: tuple[Path, bytes] | None = None
    canvas: tuple[Path, bytes] | None = None
    assignment: str | None = None
    results: Path | None = None

    @classmethod
    def of(
        cls, moodle: Path | None, canvas: Path | None, assignment: str | None, results: Path | None
    ) -> Gradebooks:
        """Read them; `results` is written for Gradescope.

        Raises:
            DeriveError: one cannot be read, or they are of two platforms.
        """
        if moodle is not None and canvas is not None:
            raise DeriveError("expected one gradebook, --moodle or --canvas, found both")
        if assignment is not None and canvas is None:
            raise DeriveError("--canvas-assignment names a column of --canvas, which is not given")
        worksheet = None if moodle is None else (moodle, read(moodle))
        export = None if canvas is None else (canvas, read(canvas))
        if export is not None:  # its column is found now, not when the class is checked
            _ = filled_canvas(export[1], {}, assignment=assignment, name=str(canvas))
        return cls(worksheet, export, assignment, results)

    def rosters(self) -> Iterator[Roster]:
        """Give the students that stand in them.

        Raises:
            DeriveError: one is no gradebook of its platform.
        """
        if self.moodle is not None:
            yield moodle_roster(self.moodle[1], str(self.moodle[0]))
        if self.canvas is not None:
            yield canvas_roster(self.canvas[1], str(self.canvas[0]))

    def write(
        self,
        out: Path,
        found: Intake,
        grades: Sequence[Grade],
        pages: Mapping[str, Path],
        lang: Lang,
    ) -> list[Mapping[str, str]]:
        """Write them with grades into a folder, and give what was left alone in them.

        pages: student id -> the file of the feedback page.
        """
        settled = {g.student.id: g.points if g.status == "graded" else None for g in grades}
        notes: list[Mapping[str, str]] = []
        if self.moodle is not None:
            file, data = self.moodle
            comments = {g.student.id: comment(g, lang) for g in grades if g.status == "graded"}
            filled = moodle.filled(data, settled, comments, name=str(file))
            write(out / "moodle.csv", filled.data)
            notes += filled.notes
        if self.canvas is not None and grades:
            file, data = self.canvas
            most = grades[0].maximum
            title = self.assignment
            done = filled_canvas(data, settled, assignment=title, maximum=most, name=str(file))
            write(out / "canvas.csv", done.data)
            notes += done.notes
        if found.convention == "moodle":
            write(out / "moodle-feedback.zip", _feedback_files(found, pages))
        if self.results is not None:
            write(self.results, gradescope.results_json(_only(grades), {}, lang).encode())
        return notes


def _only(grades: Sequence[Grade]) -> Grade:
    if len(grades) != 1:
        raise DeriveError(f"--gradescope: expected one submission, found {len(grades)}")
    return grades[0]


def comment(grade: Grade, lang: Lang) -> str:
    """Say in plain lines where the points are: those items that did not get all."""
    lines = [_share(grade.points, grade.maximum, lang)]
    for problem in () if "" in grade.settled else dict.fromkeys(i.problem for i in grade.items):
        own = [item for item in grade.items if item.problem == problem]
        decided = grade.settled.get(problem)
        if decided is not None:
            worth = _share(decided.points, sum((i.maximum for i in own), Fraction(0)), lang)
            lines.append(f"{problem}: {worth}  {decided.comment}".rstrip())
            continue
        for item in own:
            if item.points is not None and (item.points != item.maximum or item.override):
                told = item.override.comment if item.override else item.reason.get(lang, "")
                title = transcribe_words(name_words(item.title[lang]))
                worth = _share(item.points, item.maximum, lang)
                lines.append(f"{problem} {title}: {worth}  {told}".rstrip())
    whole = grade.settled.get("")
    return "\n".join([*lines, whole.comment] if whole is not None and whole.comment else lines)


def _share(points: Fraction, maximum: Fraction, lang: Lang) -> str:
    told = decimal(points) if not maximum else f"{decimal(points)} / {decimal(maximum)}"
    return localised(told, lang)


def _feedback_files(found: Intake, pages: Mapping[str, Path]) -> bytes:
    """Give the pages in an archive as Moodle takes it: in the folders it gave out itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for submission in found.submissions:
            page = pages.get(submission.student.id)
            if submission.folder and page is not None:
                # Dated, for equal pages to make equal archives.
                entry = zipfile.ZipInfo(f"{submission.folder}/{_PAGE}", (2000, 1, 1, 0, 0, 0))
                archive.writestr(entry, page.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
