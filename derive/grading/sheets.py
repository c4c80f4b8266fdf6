"""The tables of a graded class: `grades.csv` and `review.csv`, for spreadsheets and scripts.

Machine formats: their words are English in every language, decimals have a point.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.grading.cells import safe_cell
from derive.grading.points import item_name
from derive.grading.rubric import decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from derive.grading.model import Grade, ItemGrade
    from derive.grading.record import Record
    from derive.grading.rubric import Rubric
    from derive.translation import Lang

_FIXED = ("id", "name", "status", "points", "pending", "maximum", "late")


def grades_table(grades: Iterable[Grade], rubric: Rubric) -> str:
    """Give one row per student, a column per item; an open item's cell is empty."""
    names = [
        item_name(problem.problem, item)
        for problem in rubric.problems
        for item in (*(r.id for r in problem.results), *(i.id for i in problem.ideas), "steps")
    ]
    rows = [[*_FIXED, *names, "overridden"]]
    for grade in grades:
        cells = {item_name(i.problem, i.id): i for i in grade.items}
        total = "" if grade.status == "none" else decimal(grade.points)
        pending = "" if grade.status == "none" else decimal(grade.pending)
        fixed = [grade.student.id, grade.student.name, grade.status, total, pending]
        rows.append([
            *fixed, decimal(grade.maximum), grade.late,
            *(_points(cells.get(name)) for name in names),
            "; ".join(_overridden(grade)),
        ])  # fmt: skip
    return _table(rows)


def _points(item: ItemGrade | None) -> str:
    return "" if item is None or item.points is None else decimal(item.points)


def _overridden(grade: Grade) -> Iterator[str]:
    yield from (f"{name or 'total'}={decimal(o.points)}" for name, o in grade.settled.items())
    yield from (
        f"{item_name(i.problem, i.id)}={decimal(i.override.points)}"
        for i in grade.items
        if i.override is not None
    )


@dataclass(frozen=True)
class Doubt:
    """Something a person should look at.

    stake: the points that wait for it; 0 for a link that costs nothing either way.
    what:  "item": it has no points before somebody looks; "file": it could not be opened;
           "links": steps that were not decided or not read, counted.
    """

    student: str
    name: str
    what: str
    item: str
    stake: Fraction
    count: int
    file: str
    line: int | None
    reason: str

    @property
    def order(self) -> tuple[object, ...]:
        """The most doubtful first: what holds most points, then files, then links."""
        rank = {"item": 0, "file": 1, "links": 2}[self.what]
        return (-self.stake, rank, -self.count, self.name, self.student, self.item)


def doubts(grade: Grade, record: Record | None, lang: Lang = "en") -> list[Doubt]:
    """Say what of one submission waits for a person."""
    who = grade.student
    if record is None or "" in grade.settled:
        return []
    found = [
        Doubt(who.id, who.name, "item", name, stake, 1, file, line, told)
        for name, stake, (file, line), told in _open_items(grade, lang)
    ]
    for name, told in _unopened(record, lang):
        found.append(Doubt(who.id, who.name, "file", "", Fraction(0), 1, name, None, told))
    return [*found, *_open_links(grade, record, lang)]


def _open_items(
    grade: Grade, lang: Lang
) -> Iterator[tuple[str, Fraction, tuple[str, int | None], str]]:
    """Give the items that wait; what nothing is known of waits as a whole."""
    reasons = {item.reason[lang] for item in grade.items if item.points is None}
    if len(reasons) == 1 and not grade.settled and all(i.points is None for i in grade.items):
        yield "total", grade.maximum, ("", None), reasons.pop()
        return
    for problem in dict.fromkeys(item.problem for item in grade.items):
        own = [item for item in grade.items if item.problem == problem]
        waiting = [item for item in own if item.points is None]
        if problem in grade.settled:
            continue
        if len(waiting) == len(own) > 1 and len({item.reason[lang] for item in own}) == 1:
            stake = sum((item.maximum for item in own), Fraction(0))
            yield problem, stake, own[0].place or ("", None), own[0].reason[lang]
            continue
        for item in waiting:
            name = item_name(problem, item.id)
            yield name, item.maximum, item.place or ("", None), item.reason[lang]


def _unopened(record: Record, lang: Lang) -> Iterator[tuple[str, str]]:
    """Give the files that a person has to open, and why."""
    for file in record["files"]:
        if file["error"]:
            yield file["name"], file["error"][lang]
    for file in record["skipped"]:
        yield file["name"], file["reason"][lang]


def _open_links(grade: Grade, record: Record, lang: Lang) -> Iterator[Doubt]:
    """Count the links of each problem that were not decided; a settled problem has none."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for file in record["files"]:
        for link in (file["target"] or {"links": ()})["links"]:
            if link["verdict"] in {"unresolved", "unread"}:
                problem = (link["problem"] or "").rpartition("/")[2]
                groups.setdefault((problem, file["name"], link["verdict"]), []).append(link)
    who = grade.student
    for (problem, name, _), links in groups.items():
        if problem not in grade.settled:
            told = "; ".join(links[0]["texts"][lang])
            yield Doubt(
                who.id, who.name, "links", problem, Fraction(0), len(links), name,
                links[0]["source"]["line"], told.partition("\n")[0],
            )  # fmt: skip


_REVIEW = ("id", "name", "what", "item", "points", "count", "file", "line", "reason")


def review_table(found: Iterable[Doubt]) -> str:
    """Give what waits for a person, the most doubtful first."""
    rows: list[Sequence[str]] = [_REVIEW]
    rows += [
        (
            one.student, one.name, one.what, one.item, decimal(one.stake), str(one.count),
            one.file, "" if one.line is None else str(one.line), one.reason,
        )
        for one in sorted(found, key=lambda one: one.order)
    ]  # fmt: skip
    return _table(rows)


def _table(rows: Iterable[Sequence[str]]) -> str:
    """Write CSV that a spreadsheet takes as UTF-8 and no cell of which it computes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
