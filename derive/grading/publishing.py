"""What a graded class is written as: tables, a page for each student, a page for the assistant."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.grading.filenames import file_names
from derive.grading.files import make_folder, write
from derive.grading.overrides import FILE as OVERRIDES
from derive.grading.overrides import empty_overrides
from derive.grading.pages.feedback import feedback_page
from derive.grading.pages.index import Row, Run, Waiting, index_page
from derive.grading.pages.making import made
from derive.grading.points import item_name
from derive.grading.record import given_up
from derive.grading.sheets import doubts, grades_table, review_table
from derive.translation import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from derive.grading.key import GradingKey
    from derive.grading.model import Grade
    from derive.grading.record import Record
    from derive.grading.sheets import Doubt
    from derive.translation import Lang

PAGES = "feedback"


class Publisher:
    """Writes the files of a class: pages, then tables."""

    def __init__(
        self, out: Path, key: GradingKey, lang: Lang, grades: Sequence[Grade], jobs: int
    ) -> None:
        """Take the grades of all students; pages are made by `jobs` processes.

        Raises:
            DeriveError: a folder cannot be made.
        """
        self.out, self.key, self.lang, self.jobs = out, key, lang, jobs
        self.titles = {problem: title[lang] for problem, title in key.titles.items()}
        self.grades = grades
        names = file_names([grade.student for grade in grades])
        self.names = [f"{names[grade.student.id]}.html" for grade in grades]
        self.doubts: list[Doubt] = []
        self.limits: list[tuple[str, str]] = []  # (name, which limit a submission met)
        make_folder(out / PAGES)
        if not (out / OVERRIDES).exists():
            write(out / OVERRIDES, empty_overrides().encode())

    def pages(self, records: Iterable[bytes]) -> dict[str, Path]:
        """Write the page of each student, and note what the tables say of it.

        Args:
            records: as JSON, in the order of the grades; `null` where nothing was handed in.

        Returns:
            Student id -> the page.
        """

        def noted() -> Iterator[bytes]:
            for grade, line in zip(self.grades, records, strict=True):
                self._note(grade, json.loads(line))
                yield line

        def page(number: int, line: bytes) -> str:
            return self._page(number, json.loads(line))

        def instead(number: int, line: bytes, reason: str) -> str:
            names = [file["name"] for file in json.loads(line)["files"]]
            return self._page(number, given_up(names, reason))

        for number, text in made(page, instead, noted(), self.jobs):
            write(self.out / PAGES / self.names[number], text.encode())
        pairs = zip(self.grades, self.names, strict=True)
        return {grade.student.id: self.out / PAGES / name for grade, name in pairs}

    def _page(self, number: int, record: Record | None) -> str:
        return feedback_page(record, self.grades[number], self.titles, self.lang)

    def _note(self, grade: Grade, record: Record | None) -> None:
        self.doubts += doubts(grade, record, self.lang)
        if record is not None and record["gave_up"] is not None:
            self.limits.append((grade.student.name, record["gave_up"][self.lang]))

    def tables(self, told: Sequence[str]) -> int:
        """Write the tables and the index; give how many rows wait for a person.

        told: sentences on how the run went, in the language of the pages.
        """
        found = sorted(self.doubts, key=lambda one: one.order)
        write(self.out / "grades.csv", grades_table(self.grades, self.key.rubric).encode())
        write(self.out / "review.csv", review_table(found).encode())
        rows = {
            grade.student.id: Row(grade, name)
            for grade, name in zip(self.grades, self.names, strict=True)
        }
        about = Run(self.key.parcel.target, tuple(told), tuple(self.limits))

        def index(reasons: Sequence[Doubt]) -> str:
            waiting = [_waiting(one, rows[one.student], self.lang) for one in reasons]
            return index_page([*rows.values()], self.titles, self.lang, waiting=waiting, run=about)

        plain = [replace(one, reason="") for one in found]
        for _, text in made(lambda *_: index(found), lambda *_: index(plain), [b"{}"], 1):
            write(self.out / "index.html", text.encode())
        return len(found)


def _waiting(doubt: Doubt, row: Row, lang: Lang) -> Waiting:
    """Give a row of the queue as the index shows it."""
    names = {item_name(i.problem, i.id): i for i in row.grade.items}
    item = names.get(doubt.item)
    title = item.title[lang] if item is not None else _WHAT[doubt.what](lang)
    problem = item.problem if item is not None else doubt.item.removeprefix("total")
    place = ":".join(part for part in (doubt.file, str(doubt.line or "")) if part)
    return Waiting(row, problem, title, doubt.stake, doubt.reason, place, doubt.count)


_WHAT: Mapping[str, Callable[[Lang], str]] = {
    "file": lambda lang: translate("a file", lang),
    "links": lambda lang: translate("steps that were not decided or not read", lang),
    "item": lambda lang: translate("all of it", lang),
}
