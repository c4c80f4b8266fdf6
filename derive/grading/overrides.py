"""What people decided: `overrides.csv`, which is read at every run and never written over.

Its columns: `student` (an id, or a name that one student has), `item` (as the columns of
`grades.csv`: `2.2 J`; a problem, `2.2`; or `total`), `points`, `comment`, `author`.
"""

from __future__ import annotations

import csv
import io
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.cells import safe_cell
from derive.grading.model import Override
from derive.grading.points import TOTAL, item_name
from derive.grading.rubric import fraction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from derive.grading.model import Student
    from derive.grading.rubric import Rubric

FILE = "overrides.csv"
COLUMNS = ("student", "item", "points", "comment", "author")
_NEEDED = ("student", "item", "points")
_MOST_BYTES = 8_000_000
_NUMBERED = re.compile(r"[^\W\d]+ ?(\d+)")


def read_overrides(
    file: Path, students: Sequence[Student], rubric: Rubric
) -> dict[str, dict[str, Override]]:
    """Read what people decided; student id -> item -> override.

    Raises:
        DeriveError: a line names no student, no item or no points, or more points than
            there are; the message says which line and what was expected.
    """
    rows = _rows(file)
    ids = _ids(students)
    maxima = _maxima(rubric)
    found: dict[str, dict[str, Override]] = {}
    for line, row in rows:
        where = f"{file}:{line}"
        student = _student(row["student"], ids, where)
        item = _item(row["item"], maxima, where)
        points = _points(row["points"], maxima[item], where)
        override = Override(points, row.get("comment") or "", row.get("author") or "")
        known = found.setdefault(student, {}).setdefault(item, override)
        if known.points != points:
            raise DeriveError(f"{where}: another line says otherwise of {row['item']}")
        found[student][item] = override
    return found


def empty_overrides() -> str:
    """Give the file to fill in."""
    return ",".join(COLUMNS) + "\n"


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    if not file.exists():
        return []
    try:
        text = _decoded(file.read_bytes()[:_MOST_BYTES])
    except OSError as error:
        raise DeriveError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DeriveError(
            f"{file}: expected UTF-8, found another byte at {error.start}; in a spreadsheet "
            "save it as CSV UTF-8"
        ) from None
    # As spreadsheets of a comma country write it: `;` between the cells.
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    try:
        head = next(reader, [])
        if head and "," in head[0]:  # commas of ours, of which a spreadsheet made one cell
            head = head[0].split(",")
        names = [name.strip().casefold() for name in head]
        if names and not set(_NEEDED) <= set(names):
            raise DeriveError(f"{file}:1: expected the columns {', '.join(COLUMNS)}")
        return [
            (reader.line_num, dict(zip(names, (cell.strip() for cell in row), strict=False)))
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise DeriveError(f"{file}:{reader.line_num}: {error}") from None


def _decoded(data: bytes) -> str:
    """Decode UTF-8, or what a spreadsheet in Russian writes: Windows-1251, UTF-16 with a mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16").replace("\t", ";")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251")


def _ids(students: Sequence[Student]) -> Mapping[str, list[str]]:
    """Find students by id, by name, and by either as our own tables write them."""
    found: dict[str, list[str]] = {}
    own: dict[str, list[str]] = {}  # an id is never somebody else's name
    for student in students:
        for name in {student.name, student.email, _shown(student.name)} - {""}:
            for alike in {name, _alike(name)}:
                found.setdefault(alike, []).append(student.id)
        for name in {student.id, _shown(student.id)}:
            own.setdefault(name, []).append(student.id)
    return {**found, **own}


def _alike(name: str) -> str:
    """Give a name as people type it: in any case, without the dots of the letter ё."""
    return " ".join(name.casefold().replace("ё", "е").split())


def _shown(text: str) -> str:
    return safe_cell(text).strip()


def _student(text: str | None, ids: Mapping[str, list[str]], where: str) -> str:
    written = text or ""
    # `Participant 102`, as Moodle's worksheet names whose id is 102.
    number = _NUMBERED.fullmatch(written)
    found = ids.get(written) or ids.get(_alike(written)) or (
        ids.get(number[1], []) if number is not None else []
    )  # fmt: skip
    if len(found) == 1:
        return found[0]
    if found:
        raise DeriveError(f"{where}: several students are called {text!r}; give an id: "
                          f"{', '.join(found)}")  # fmt: skip
    raise DeriveError(f"{where}: no student {text!r}; expected an id or a name of grades.csv")


def _maxima(rubric: Rubric) -> dict[str, Fraction]:
    """Give what each item that may be overridden is worth at most."""
    found = {TOTAL: rubric.maximum}
    for problem in rubric.problems:
        found[problem.problem] = problem.points
        for result in problem.results:
            found[item_name(problem.problem, result.id)] = result.points
        for idea in problem.ideas:
            found[item_name(problem.problem, idea.id)] = idea.points
        found[item_name(problem.problem, "steps")] = Fraction(0)
    return found


def _item(text: str | None, maxima: Mapping[str, Fraction], where: str) -> str:
    name = " ".join((text or "").split())
    if name.casefold() == "total":
        return TOTAL
    if name not in maxima or not name:
        known = ", ".join(repr(k) for k in maxima if k)
        raise DeriveError(f"{where}: no item {name!r}; expected 'total' or one of {known}")
    return name


def _points(text: str | None, most: Fraction, where: str) -> Fraction:
    written = (text or "").replace(",", ".").lstrip("'")
    points = fraction(written)
    if points is None:
        raise DeriveError(f"{where}: expected points, found {text!r}")
    low = Fraction(-1_000) if not most else Fraction(0)  # what steps cost is negative
    if not low <= points <= most:
        raise DeriveError(f"{where}: {text} points; expected from {low} to {float(most):g}")
    return points
