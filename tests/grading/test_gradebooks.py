"""Gradebooks filled in: the cells that were asked for change, and no other byte."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction

import pytest
from gradebooks import BLIND, ENGLISH, EUROPEAN, EXPORT, GERMAN, ONE_ROW, RUSSIAN
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import DeriveError
from derive.grading.gradebooks import canvas, moodle
from derive.grading.gradebooks.gradescope import results_json
from derive.grading.gradebooks.tables import number, read_table, replaced, written_number
from derive.grading.model import Grade, ItemGrade, Student

HALF = Fraction(15, 2)

# -- Moodle


def moodle_cells(
    text: str, grades: dict[str, Fraction | None], comments: dict[str, str] | None = None
) -> tuple[dict[tuple[int, int], str], str]:
    """What changed: (row, column) -> the new text; and the notes."""
    found = moodle.filled(text.encode(), grades, comments)
    return changes(text, found.data.decode()), "\n".join(n["en"] for n in found.notes)


def changes(before: str, after: str) -> dict[tuple[int, int], str]:
    old, new = parsed(before), parsed(after)
    assert [len(row) for row in old] == [len(row) for row in new]
    return {
        (i, j): b
        for i, (first, second) in enumerate(zip(old, new, strict=True))
        for j, (a, b) in enumerate(zip(first, second, strict=True))
        if a != b
    }


def parsed(text: str) -> list[list[str]]:
    delimiter = read_table(text.encode(), "a file").delimiter
    plain = text.removeprefix("\ufeff")
    return [r for r in csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter) if r]


MOODLE = [
    pytest.param(ENGLISH, {"11": HALF}, {}, {(1, 6): "7.5"}, "", id="a grade"),
    pytest.param(ENGLISH, {"11": None}, {}, {}, "", id="no grade is not 0"),
    pytest.param(ENGLISH, {"11": Fraction(0)}, {}, {(1, 6): "0"}, "", id="0 is a grade"),
    pytest.param(ENGLISH, {"11": Fraction(1, 3)}, {}, {(1, 6): "0.33"}, "", id="two decimals"),
    pytest.param(ENGLISH, {"12": HALF}, {"12": "x"}, {}, "Participant 12: Moodle has locked",
                 id="locked"),
    pytest.param(ENGLISH, {"11": Fraction(11)}, {"11": "x"}, {}, "more than Moodle's maximum, 10",
                 id="above the maximum: nothing, not even the comment"),
    pytest.param(ENGLISH, {"99": HALF}, {}, {}, "", id="somebody who is not listed"),
    pytest.param(ENGLISH, {}, {"11": 'a < b\n"c" & d'},
                 {(1, 12): "derive: a &lt; b<br>&quot;c&quot; &amp; d"}, "", id="HTML is escaped"),
    pytest.param(ENGLISH, {"13": HALF}, {"13": "new"}, {(3, 6): "7.5", (3, 12): "derive: new"}, "",
                 id="our own comment is written again"),
    pytest.param(ENGLISH.replace("derive: old", "<p>derive: old</p>"), {}, {"13": "new"},
                 {(3, 12): "derive: new"}, "", id="our own, with Moodle's tags around it"),
    pytest.param(ENGLISH.replace("derive: old", "Well done"), {"13": HALF}, {"13": "x"},
                 {(3, 6): "7.5"}, "somebody else's comment", id="a person's comment stays"),
    pytest.param(ENGLISH.replace(",,10.00,Yes", ',"",10.00,Yes'), {"11": HALF}, {},
                 {(1, 6): "7.5"}, "", id="an empty cell in quotes"),
    pytest.param(ENGLISH.replace("\n", "\r"), {"11": HALF}, {}, {(1, 6): "7.5"}, "",
                 id="line ends of an old Mac"),
    pytest.param(RUSSIAN, {"11": HALF, "12": HALF}, {"11": "Да", "13": "нет"},
                 {(1, 4): "7,5", (1, 9): "derive: Да"}, "somebody else's",
                 id="Russian, semicolons, decimal comma, mark of the encoding"),
    pytest.param(GERMAN, {"11": HALF, "12": HALF}, {"11": "Ja"},
                 {(1, 4): "7,5", (1, 9): "derive: Ja"}, "Teilnehmer/in12: Moodle has locked",
                 id="German, no space in the identifier, a comma in quotes"),
    pytest.param(GERMAN, {"11": Fraction(5)}, {}, {(1, 4): "5"}, "4,00 was there, now 5",
                 id="another grade was there"),
    pytest.param(GERMAN, {"11": Fraction(4)}, {}, {}, "", id="the same number otherwise written"),
    pytest.param(BLIND, {"11": HALF}, {"11": "x"}, {(1, 2): "7.5", (1, 6): "derive: x"}, "",
                 id="names are hidden"),
    pytest.param(ONE_ROW, {"11": HALF}, {"11": "x"}, {(1, 4): "7.5", (1, 9): "derive: x"}, "",
                 id="one row in Russian: an id number and a word are no maximum"),
    pytest.param(ENGLISH.replace(",Feedback comments", ""), {"11": HALF}, {"11": "x"},
                 {(1, 6): "7.5"}, "no column of feedback comments", id="no column of comments"),
    pytest.param(ENGLISH.replace("10.00", "Satisfactory"), {"11": HALF}, {}, {(1, 6): "7.5"}, "",
                 id="a maximum that is no number is Moodle's business"),
    pytest.param(ENGLISH.replace("-,derive: old", "-"), {"13": HALF}, {"13": "x"}, {(3, 6): "7.5"},
                 "", id="a row without the last cell"),
    pytest.param(ENGLISH + "Participant 14\n", {"14": HALF}, {}, {}, "cut off", id="a short row"),
    pytest.param(ENGLISH, {"11": HALF}, {"11": "a\x1b[0mb\u202e"},
                 {(1, 6): "7.5", (1, 12): "derive: a\ufffd[0mb\ufffd"}, "",
                 id="control characters"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "grades", "comments", "expected", "told"), MOODLE)
def test_a_worksheet_is_filled_in(
    text: str,
    grades: dict[str, Fraction | None],
    comments: dict[str, str],
    expected: dict[tuple[int, int], str],
    told: str,
) -> None:
    found, notes = moodle_cells(text, grades, comments)
    assert found == expected
    assert told in notes
    assert bool(told) == bool(notes)


def test_bytes_around_a_cell_stay() -> None:
    found = moodle.filled(RUSSIAN.encode(), {"11": HALF})
    assert found.data == RUSSIAN.encode().replace(b";;", b";7,5;", 1)


def test_a_quoted_cell_stays_quoted() -> None:
    found = moodle.filled(GERMAN.encode(), {"11": Fraction(9)})
    assert found.data == GERMAN.encode().replace(b'"4,00"', b'"9"')


def test_filling_in_again_changes_nothing() -> None:
    once = moodle.filled(RUSSIAN.encode(), {"11": HALF}, {"11": "a\nb"}).data
    assert moodle.filled(once, {"11": HALF}, {"11": "a\nb"}).data == once


NO_WORKSHEETS = [
    pytest.param(b"", "an empty file", id="empty"),
    pytest.param(b"id,name,grade\n1,Ann,3\n", "found: id, name, grade", id="another table"),
    pytest.param(b"Identifier,Full name\nParticipant 1,Ann\n", "found: Identifier", id="no grade"),
    pytest.param("Идентификатор,Имя,Оценка\nУчастник 1,Ann,3\n".encode(), "found: ", id="short"),
    pytest.param(ENGLISH.encode("utf-16"), "UTF-8", id="UTF-16"),
    pytest.param(RUSSIAN[1:].encode("cp1251"), "UTF-8", id="a page of Windows"),
    pytest.param(b'Identifier,Full name,Grade\nParticipant 1,"Ann,3\n', ":2: expected a quote",
                 id="cut off in a cell"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "message"), NO_WORKSHEETS)
def test_what_is_no_worksheet_is_told(data: bytes, message: str) -> None:
    with pytest.raises(DeriveError, match=message) as error:
        moodle.filled(data, {}, name="w.csv")
    assert str(error.value).startswith("w.csv:")


# -- Canvas

TITLE = "HW 3 (1234)"

CANVAS = [
    pytest.param(EXPORT, TITLE, {"77": HALF}, {(3, 5): "7.5"}, "", id="a grade"),
    pytest.param(EXPORT, "HW 4", {"77": HALF, "78": Fraction(2)}, {(3, 6): "7.5", (4, 6): "2"},
                 "Canvas gives 5 points", id="the title alone; another maximum is told"),
    pytest.param(EXPORT, "1234", {"77": HALF}, {(3, 5): "7.5"}, "", id="the number alone"),
    pytest.param(EXPORT, TITLE, {"78": HALF}, {}, "78 (Ray, Bob): 'EX' stays", id="excused"),
    pytest.param(EXPORT, TITLE, {"79": HALF}, {}, "'N/A' stays", id="not applicable"),
    pytest.param(EXPORT, TITLE, {"77": None, "80": HALF}, {}, "", id="none, and the same number"),
    pytest.param(EXPORT, TITLE, {"": HALF, "    Points Possible": HALF}, {}, "",
                 id="rows that are no student's"),
    pytest.param(EUROPEAN, None, {"77": HALF}, {(2, 4): "7,5"}, "",
                 id="the only assignment; semicolons, decimal comma"),
    pytest.param(EXPORT.replace("Student,ID", "LastName,FirstName,ID").replace(", ", '","')
                 .replace(",,,,,Manual", ",,,,,,Manual").replace("Possible,", "Possible,,"),
                 TITLE, {"77": HALF}, {(3, 6): "7.5"}, "", id="last and first names apart"),
    pytest.param(EXPORT + '"Cut, Off",81\n', TITLE, {"81": HALF}, {}, "cut off", id="a short row"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title", "grades", "expected", "told"), CANVAS)
def test_an_export_is_filled_in(
    text: str,
    title: str | None,
    grades: dict[str, Fraction | None],
    expected: dict[tuple[int, int], str],
    told: str,
) -> None:
    found = canvas.filled(text.encode(), grades, assignment=title, maximum=Fraction(10))
    assert changes(text, found.data.decode()) == expected
    notes = "\n".join(n["en"] for n in found.notes)
    assert told in notes
    assert bool(told) == bool(notes)


NO_EXPORTS = [
    pytest.param(EXPORT, None, "named by --canvas-assignment; .* 'HW 3", id="which one"),
    pytest.param(EXPORT, "HW 5", "expected 'HW 5'; its assignments are: 'HW 3", id="unknown"),
    pytest.param(EXPORT, "Old", "expected 'Old'", id="read only"),
    pytest.param(EXPORT.replace("1235", "1236").replace("HW 4", "HW 3"), "HW 3", "expected 'HW 3'",
                 id="two of one title"),
    pytest.param("Student,Name,Grade\n", None, "found: Student, Name", id="another table"),
    pytest.param("", None, "an empty file", id="empty"),
    pytest.param(ENGLISH, None, "gradebook export", id="Moodle's"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title", "message"), NO_EXPORTS)
def test_what_is_no_export_is_told(text: str, title: str | None, message: str) -> None:
    with pytest.raises(DeriveError, match=message) as error:
        canvas.filled(text.encode(), {}, assignment=title, name="g.csv")
    assert str(error.value).startswith("g.csv:")


# -- Any table

# Without carriage returns: `csv` writes them without quotes, and reads another row.
cell_texts = st.text(st.sampled_from('aЯ1 "\n,;.\t'), max_size=5)
tables = st.lists(st.lists(cell_texts, min_size=2, max_size=4), min_size=1, max_size=4)
dialects = st.tuples(st.sampled_from(",;"), st.sampled_from(["\n", "\r\n"]), st.integers(0, 1))


def written(rows: list[list[str]], delimiter: str, end: str, quoting: int) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows(rows)
    return stream.getvalue()


@given(rows=tables, dialect=dialects, marked=st.booleans())
def test_cells_are_those_of_csv(rows: list[list[str]], dialect, *, marked: bool) -> None:
    header = ["a", "b", "c", "d", "e"]
    text = written([header, *rows], *dialect)
    table = read_table((b"\xef\xbb\xbf" if marked else b"") + text.encode(), "a file")
    assert table.delimiter == dialect[0]
    assert table.texts() == [header, *rows]


@given(st.text(st.sampled_from('a"\n\r,;'), max_size=30))
def test_any_text_is_read_as_csv_reads_it(text: str) -> None:
    text = "a,b,c,d,e,f,g,h,i;" + text
    try:
        found = read_table(text.encode(), "a file")
    except DeriveError:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=found.delimiter)
    assert found.texts() == [row for row in reader if row]


@given(tables, dialects, st.data())
def test_replacing_cells_changes_these_alone(rows: list[list[str]], dialect, data) -> None:
    text = written([["a", "b", "c", "d", "e"], *rows], *dialect)
    table = read_table(text.encode(), "a file")
    assert replaced(table, {}) == text.encode()
    cells = [(i, j) for i, row in enumerate(table.rows) for j in range(len(row))]
    new = data.draw(st.dictionaries(st.sampled_from(cells), cell_texts.filter(len), max_size=4))
    after = replaced(table, {table.rows[i][j]: t for (i, j), t in new.items()})
    expected = table.texts()
    for (i, j), t in new.items():
        expected[i][j] = t
    reader = csv.reader(io.StringIO(after.decode(), newline=""), delimiter=dialect[0])
    assert list(reader) == expected


points = st.one_of(st.none(), st.fractions(0, 10, max_denominator=50))


@given(st.dictionaries(st.sampled_from(["11", "12", "13"]), points))
@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN], ids=["English", "Russian"])
def test_only_grades_change_in_a_worksheet(text: str, grades: dict[str, Fraction | None]) -> None:
    found, _ = moodle_cells(text, grades)
    column = 6 if text == ENGLISH else 4
    rows = {1: "11", 3: "13"}  # 12 is locked
    assert set(found) == {(i, column) for i, s in rows.items() if grades.get(s) is not None}
    for (i, _), new in found.items():
        assert number(new) == number(written_number(grades[rows[i]] or Fraction(0)))
    if not any(p is not None for p in grades.values()):
        assert moodle.filled(text.encode(), grades).data == text.encode()


NUMBERS = [
    pytest.param(Fraction(0), "0", id="nothing"),
    pytest.param(Fraction(10), "10", id="a zero that is not idle"),
    pytest.param(Fraction(1, 8), "0.13", id="halves up"),
    pytest.param(Fraction(2, 3), "0.67", id="thirds"),
    pytest.param(Fraction(1999, 1000), "2", id="up to the next whole"),
    pytest.param(Fraction(-3, 2), "-1.5", id="a penalty"),
]


@pytest.mark.parametrize(("value", "expected"), NUMBERS)
def test_points_are_written(value: Fraction, expected: str) -> None:
    assert written_number(value) == expected


@pytest.mark.parametrize("text", ["", "EX", "1e5", "0x1", "1_0", "١", "nan", "1,2,3", "9" * 99])
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None


# -- Gradescope


def item(problem: str, ident: str, points: Fraction | None, **more) -> ItemGrade:
    standing = "open" if points is None else "right"
    title = {"en": ident, "ru": "пункт"}
    return ItemGrade(problem, ident, "result", title, Fraction(2), points, standing, **more)


def graded(*items: ItemGrade, status="graded") -> Grade:
    total = sum((i.points or Fraction(0) for i in items), Fraction(0))
    return Grade(Student("1", "Ann"), status, items, total, Fraction(0), Fraction(2 * len(items)))


def test_each_item_is_a_test() -> None:
    grade = graded(
        item("2.1", "a", Fraction(2)), item("2.1", "b", Fraction(3, 2)), item("2.3", "c", None),
        status="review",
    )  # fmt: skip
    found = json.loads(results_json(grade, {("2.1", "b"): "x \x1b[0m <b>"}, "en"))
    assert [t["number"] for t in found["tests"]] == ["1.1", "1.2", "2.1"]
    assert [t.get("score") for t in found["tests"]] == [2, 1.5, None]
    assert [t.get("status") for t in found["tests"]] == ["passed", "failed", None]
    assert {t["visibility"] for t in found["tests"]} == {"visible"}
    assert {t["output_format"] for t in found["tests"]} == {"text"}
    assert found["tests"][1]["output"] == "x \ufffd[0m <b>"
    assert "waits for a person" in found["tests"][2]["output"]
    assert found["output"] == "1 of 3 items wait for a person: the sum is not final."
    assert "score" not in found


def test_what_could_not_be_checked_has_no_score() -> None:
    """As otter does it: the student sees that it failed, the staff why."""
    text = results_json(
        graded(item("2.1", "a", None), status="review"), {}, "ru", failure="time limit"
    )
    found = json.loads(text)
    visible = [t for t in found["tests"] if t["visibility"] == "visible"]
    hidden = [t for t in found["tests"] if t["visibility"] == "hidden"]
    assert not any("score" in t for t in found["tests"])
    assert "time limit" not in json.dumps(visible, ensure_ascii=False)
    assert [t["output"] for t in hidden] == ["time limit"]
    assert "баллы за это не снимаются" in visible[0]["output"]


def test_nothing_handed_in_is_said() -> None:
    found = json.loads(results_json(graded(status="none"), {}, "en"))
    assert found["output"] == "Nothing was handed in that could be read."
    assert "score" not in found
