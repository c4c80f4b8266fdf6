"""What a graded class is written as: tables, a page for each student, a page for the assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.grading.filenames import file_names
from derive.grading.files import make_folder, write
from derive.grading.overrides import FILE as OVERRIDES
from derive.grading.overrides import empty_overrides
from derive.grading.pages.feedback import feedback_page
from derive.grading.pages.index import Row, Run, Waiting, index_page
from derive.grading.points import item_name
from derive.grading.sheets import doubts, grades_table, review_table
from derive.translation import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from derive.grading.key import GradingKey
    from derive.grading.model import Grade, Student
    from derive.grading.record import Record
    from derive.grading.sheets import Doubt
    from derive.translation import Lang

PAGES = "feedback"


class Publisher:
    """Writes the files of a class, grade by grade; the tables at the end."""

    def __init__(self, out: Path, key: GradingKey, lang: Lang, students: Sequence[Student]) -> None:
        """Make the folders.  Raises DeriveError where they cannot be made."""
        self.out, self.key, self.lang = out, key, lang
        self.names = file_names(students)
        self.grades: list[Grade] = []
        self.doubts: list[Doubt] = []
        self.limits: list[tuple[str, str]] = []  # (name, which limit a submission met)
        make_folder(out / PAGES)
        if not (out / OVERRIDES).exists():
            write(out / OVERRIDES, empty_overrides().encode())

    def add(self, grade: Grade, record: Record | None) -> Path:
        """Write the page of a student, note what the tables say, and give the page's path."""
        file = self.out / PAGES / f"{self.names[grade.student.id]}.html"
        page = feedback_page(record, grade, self.key.titles, self.lang)
        write(file, page.encode())
        self.grades.append(grade)
        if record is not None and record["gave_up"] is not None:
            self.limits.append((grade.student.name, record["gave_up"][self.lang]))
        self.doubts += doubts(grade, record, self.lang)
        return file

    def close(self, told: Sequence[str]) -> int:
        """Write the tables and the index; give how many rows wait for a person.

        told: sentences on how the run went, in the language of the pages.
        """
        found = sorted(self.doubts, key=lambda one: one.order)
        write(self.out / "grades.csv", grades_table(self.grades, self.key.rubric).encode())
        write(self.out / "review.csv", review_table(found).encode())
        rows = {g.student.id: Row(g, f"{self.names[g.student.id]}.html") for g in self.grades}
        waiting = [_waiting(one, rows[one.student], self.lang) for one in found]
        about = Run(self.key.parcel.target, tuple(told), tuple(self.limits))
        index = index_page([*rows.values()], self.key.titles, self.lang, waiting=waiting, run=about)
        write(self.out / "index.html", index.encode())
        return len(found)


def _waiting(doubt: Doubt, row: Row, lang: Lang) -> Waiting:
    """Give a row of the queue as the index shows it."""
    names = {item_name(i.problem, i.id): i for i in row.grade.items}
    item = names.get(doubt.item)
    title = item.title[lang] if item is not None else _WHAT[doubt.what](lang)
    problem = item.problem if item is not None else doubt.item
    place = ":".join(part for part in (doubt.file, str(doubt.line or "")) if part)
    return Waiting(row, problem, title, doubt.stake, doubt.reason, place, doubt.count)


_WHAT: Mapping[str, Callable[[Lang], str]] = {
    "file": lambda lang: translate("a file", lang),
    "links": lambda lang: translate("steps that were not decided or not read", lang),
    "item": lambda lang: translate("an item", lang),
}
