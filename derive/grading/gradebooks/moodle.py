"""Moodle's offline grading worksheet, filled in.

Source: mod/assign/feedback/offline and mod/assign/gradingtable.php.  The headers are in the
language of the teacher; the order of the columns is always this:

    Identifier, Full name, ID number, Email address, Status, Group,
    Grade, Maximum Grade, Grade can be changed, Last modified (submission), Online text,
    Last modified (grade), Feedback comments

of which Full name to Group, Maximum Grade, Online text and Feedback comments may be absent.
Where the headers are not English, columns are found by what is in them.
"""

from __future__ import annotations

import html
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
from derive.report.plain import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

# A comment that begins so was written here, and may be written again.
SIGNATURE = "derive:"

_ENGLISH = {
    "identifier": "identifier", "full name": "name", "email address": "email",
    "status": "status", "grade": "grade", "maximum grade": "maximum",
    "grade can be changed": "changeable", "feedback comments": "comments",
}  # fmt: skip
_IDENTIFIER = re.compile(r"(?P<word>.*?)(?P<number>\d+)\s*", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_NO = frozenset({
    "no", "нет", "nein", "non", "não", "nie", "ні", "nee", "nej", "ne", "не", "nem", "ei",
    "hayır", "不", "否", "いいえ", "لا",
})  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Where the columns are; None where there is none."""

    grade: int
    changeable: int | None
    maximum: int | None
    comments: int | None
    name: int | None
    email: int | None
    status: int | None


def filled(
    data: bytes,
    grades: Mapping[str, Fraction | None],
    comments: Mapping[str, str] | None = None,
    *,
    name: str = "the worksheet",
) -> Filled:
    """Write grades and comments (plain text) into a worksheet, by the participant's number.

    Only these cells change, and a note tells of another grade that was there.  None leaves
    the grade as it is, and so do a row whose grade cannot be changed and a grade above the
    maximum.  A comment is written where the cell is empty or begins with SIGNATURE.

    Raises:
        DeriveError: it is no worksheet.
    """
    table = read_table(data, name)
    columns = find_columns(table, name)
    numeric = [c for c in (columns.grade, columns.maximum) if c is not None]
    comma = has_decimal_commas(table, numeric)
    texts: dict[Cell, str] = {}
    notes: list[Mapping[str, str]] = []
    for row in table.rows[1:]:
        found = participant(row[0].text)
        if found is None:
            continue
        student = found[1]
        points = grades.get(student)
        comment = (comments or {}).get(student, "")
        if points is None and not comment:
            continue
        refused = _refused(row, columns, points)
        if refused is not None:
            notes.append(refused)
            continue
        if points is not None:
            notes += set_number(texts, row[columns.grade], points, row[0].text, comma=comma)
        if comment:
            _comment(row, columns, comment, texts, notes)
    if comments and columns.comments is None:
        told = note("the worksheet has no column of feedback comments that could be recognised")
        notes.append(told)
    return Filled(replaced(table, texts), tuple(notes))


def _refused(
    row: Sequence[Cell], columns: Columns, points: Fraction | None
) -> Mapping[str, str] | None:
    """Say why a row is left alone."""
    who = row[0].text
    if len(row) <= columns.grade:
        return note("{0}: the row is cut off", who)
    if columns.changeable is not None and _word(row, columns.changeable) in _NO:
        return note("{0}: Moodle has locked this grade", who)
    if columns.maximum is None or points is None or len(row) <= columns.maximum:
        return None
    most = number(row[columns.maximum].text)
    if most is None or points <= most:
        return None
    return note(
        "{0}: {1} points are more than Moodle's maximum, {2}; nothing was written",
        who, written_number(points), written_number(most),
    )  # fmt: skip


def _word(row: Sequence[Cell], column: int) -> str:
    return row[column].text.strip().casefold() if column < len(row) else ""


def _comment(
    row: Sequence[Cell],
    columns: Columns,
    comment: str,
    texts: dict[Cell, str],
    notes: list[Mapping[str, str]],
) -> None:
    if columns.comments is None or len(row) <= columns.comments:
        return
    cell = row[columns.comments]
    present = html.unescape(_TAG.sub("", cell.text)).strip()
    if present and not present.startswith(SIGNATURE):
        told = note(
            "{0}: somebody else's comment was left as it is",
            row[0].text,
        )
        notes.append(told)
        return
    lines = [html.escape(clean(line)) for line in comment.splitlines()]
    texts[cell] = "<br>".join([f"{SIGNATURE} {lines[0]}" if lines else SIGNATURE, *lines[1:]])


def participant(text: str) -> tuple[str, str] | None:
    """Split an Identifier, `Participant 12345`, into the word and the number.

    >>> participant("Участник 12345")
    ('Участник', '12345')
    """
    found = _IDENTIFIER.fullmatch(text)
    return (found["word"].strip(), found["number"]) if found and found["number"].isascii() else None


# -- Columns


def find_columns(table: Table, name: str) -> Columns:
    """Find the columns of a worksheet, in any language.

    Raises:
        DeriveError: they are not those of a worksheet.
    """
    texts = table.texts()
    if not texts or len(texts[0]) < 3:
        raise _no_worksheet(name, texts)
    english = {_ENGLISH.get(t.strip().casefold(), ""): i for i, t in enumerate(texts[0])}
    if english.get("identifier") == 0 and "grade" in english:
        return Columns(
            english["grade"], english.get("changeable"), english.get("maximum"),
            english.get("comments"), english.get("name"), english.get("email"),
            english.get("status"),
        )  # fmt: skip
    rows = [row for row in texts[1:] if row != [""]]
    if not rows or not all(participant(row[0]) for row in rows):
        raise _no_worksheet(name, texts)
    places = [
        i
        for i in range(2, len(texts[0]) - 1)
        if _are_maximum_and_words(rows, i) and all(_is_grade(row, i - 1) for row in rows)
    ]
    if len(places) != 1:
        raise _no_worksheet(name, texts)
    return _by_shape(texts, rows, places[0])


def _by_shape(texts: list[list[str]], rows: list[list[str]], most: int) -> Columns:
    last = len(texts[0]) - 1
    # Moodle writes "-" for a date that is none, so the last dates have no empty cells.
    remarks = [_cell(row, last).strip() for row in rows]
    known = any(not text or text.startswith(SIGNATURE) for text in remarks)
    comments = last if last > most + 2 and known else None
    emails = [i for i in range(1, most - 1) if any("@" in _cell(r, i) for r in rows)]
    email = emails[0] if len(emails) == 1 else None
    name = 1 if most - 1 > 2 and email != 1 and _differ(rows, 1) else None
    after = [i for i in range(2, most - 1) if i != email and _is_status(rows, i)]
    return Columns(
        most - 1, most + 1, most, comments, name, email, after[0] if len(after) == 1 else None
    )


def _are_maximum_and_words(rows: list[list[str]], i: int) -> bool:
    """Whether column i holds one number throughout, and i + 1 at most two short words."""
    numbers = {number(_cell(row, i)) for row in rows}
    words = {_cell(row, i + 1).strip() for row in rows}
    return (
        len(numbers) == 1
        and None not in numbers
        and len(words) <= 2
        and all(0 < len(w) <= 12 and w.isalpha() for w in words)
    )


def _is_grade(row: list[str], i: int) -> bool:
    text = _cell(row, i).strip()
    return text in {"", "-"} or number(text) is not None


def _is_status(rows: list[list[str]], i: int) -> bool:
    """Whether these are sentences of Moodle: the same few in all rows, and no numbers."""
    cells = {_cell(row, i).partition(" - ")[0].strip() for row in rows} - {""}
    return 0 < len(cells) <= 6 and all(len(c) > 3 and number(c) is None for c in cells)


def _differ(rows: list[list[str]], i: int) -> bool:
    cells = [_cell(row, i) for row in rows]
    return len(rows) == 1 or len(set(cells)) > 1


def _cell(row: list[str], i: int) -> str:
    return row[i] if i < len(row) else ""


def _no_worksheet(name: str, texts: list[list[str]]) -> DeriveError:
    found = ", ".join(texts[0][:12])[:200] if texts else "an empty file"
    return DeriveError(
        f"{name}: expected Moodle's offline grading worksheet, with the columns Identifier,"
        " Full name, Status, Grade, Maximum Grade, Grade can be changed, Last modified (grade)"
        f" (in any language); found: {found}"
    )
