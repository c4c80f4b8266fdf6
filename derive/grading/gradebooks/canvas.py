"""Canvas's gradebook export, filled in.

Source: canvas-lms, lib/gradebook_importer.rb and lib/gradebook_exporter.rb.  The columns are
Student (or LastName, FirstName), ID, SIS ids, Section, then one `Title (1234)` for each
assignment, and totals that are marked `(read only)`.  The row "Points Possible" holds the
maxima; a row "Manual Posting" or "Muted" may stand above it.  An unknown title would make a
new assignment, so the header stays exactly as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.grading.gradebooks.tables import (
    Cell,
    Filled,
    Table,
    has_decimal_commas,
    number,
    read_table,
    replaced,
    set_number,
    written_number,
)
from derive.grading.phrases import note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

_ASSIGNMENT = re.compile(r".*\((?P<id>\d+)\)\s*", re.DOTALL)
_READ_ONLY = "(read only)"


@dataclass(frozen=True)
class Columns:
    """Where the columns are; `names` are joined to the name of a student."""

    id: int
    names: tuple[int, ...]
    email: int | None
    assignments: tuple[int, ...]


def filled(
    data: bytes,
    grades: Mapping[str, Fraction | None],
    *,
    assignment: str | None = None,
    maximum: Fraction | None = None,
    name: str = "the gradebook",
) -> Filled:
    """Write points into one assignment's column of an export, by the Canvas user id.

    Points are never scaled: where `maximum`, the rubric's, is not Canvas's, a note says so.
    None leaves a cell as it is, and so does what is no number (`EX`, `N/A`, a letter).

    Raises:
        DeriveError: it is no export, or the assignment is unknown or not named and one of
            several.
    """
    table = read_table(data, name)
    columns = find_columns(table, name)
    column = find_assignment(table, columns, assignment, name)
    comma = has_decimal_commas(table, columns.assignments)
    notes = [*_maximum_notes(table, column, maximum)]
    texts: dict[Cell, str] = {}
    for row in table.rows[1:]:
        student = row[columns.id].text.strip() if len(row) > columns.id else ""
        points = grades.get(student) if student.isdigit() else None
        if points is None:
            continue
        who = f"{student} ({' '.join(row[i].text.strip() for i in columns.names)})"
        if len(row) <= column:
            notes.append(note("{0}: the row is cut off", who))
            continue
        cell = row[column]
        present = cell.text.strip()
        if present and number(present) is None:
            notes.append(
                note("{0}: '{1}' stays", who, present),
            )
        else:
            notes += set_number(texts, cell, points, who, comma=comma)
    return Filled(replaced(table, texts), tuple(notes))


def _maximum_notes(table: Table, column: int, maximum: Fraction | None) -> list[Mapping[str, str]]:
    told = [
        row[column].text
        for row in table.rows[1:4]
        if len(row) > column and row[0].text.strip().casefold().startswith("points possible")
    ]
    most = number(told[0]) if told else None
    if most is None or maximum is None or most == maximum:
        return []
    return [
        note(
            "Canvas gives {0} points for this, the rubric {1}: points were written unscaled",
            written_number(most), written_number(maximum),
        )
    ]  # fmt: skip


def find_columns(table: Table, name: str) -> Columns:
    """Find the columns of an export.

    Raises:
        DeriveError: they are not Canvas's.
    """
    header = [t.strip() for t in table.texts()[0]] if table.rows else []
    plain = [h.casefold() for h in header]
    if not {"id", "section"} <= set(plain) or plain.index("section") < plain.index("id"):
        raise _no_export(name, header)
    ident, section = plain.index("id"), plain.index("section")
    if ident == 0 or not any("student" in h or "name" in h for h in plain[:ident]):
        raise _no_export(name, header)
    email = plain.index("sis login id") if "sis login id" in plain else None
    first = [plain.index(h) for h in ("firstname", "lastname") if h in plain[:ident]]
    assignments = tuple(
        i
        for i in range(section + 1, len(header))
        if _ASSIGNMENT.fullmatch(header[i]) and not plain[i].endswith(_READ_ONLY)
    )
    return Columns(ident, tuple(first or [0]), email, assignments)


def find_assignment(table: Table, columns: Columns, title: str | None, name: str) -> int:
    """Find the column by its header, its title without the number, or its number.

    Raises:
        DeriveError: no column is called so, several are, or none is named and there is more
            than one.
    """
    header = [cell.text.strip() for cell in table.rows[0]]
    every = columns.assignments
    if title is None:
        found = list(every)
    else:
        wanted = title.strip()
        found = [i for i in every if header[i] == wanted] or [
            i for i in every if wanted in _shorter(header[i])
        ]
    if len(found) == 1:
        return found[0]
    listed = "; ".join(f"'{header[i]}'" for i in every) or "none"
    asked = "one assignment, named by --canvas-assignment" if title is None else f"'{title}'"
    raise DeriveError(f"{name}: expected {asked}; its assignments are: {listed}")


def _shorter(header: str) -> tuple[str, str]:
    found = _ASSIGNMENT.fullmatch(header)
    ident = found["id"] if found else ""
    return header.rpartition("(")[0].strip(), ident


def _no_export(name: str, header: list[str]) -> DeriveError:
    found = ", ".join(header[:12])[:200] or "an empty file"
    return DeriveError(
        f"{name}: expected Canvas's gradebook export, with the columns Student, ID, Section and"
        f" 'Title (1234)'; found: {found}"
    )
