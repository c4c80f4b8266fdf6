"""One row for each student; submissions are matched where it is certain, else it is told."""

from __future__ import annotations

import pytest
from gradebooks import BLIND, ENGLISH, EUROPEAN, EXPORT, GERMAN, RUSSIAN

from derive.errors import DeriveError
from derive.grading.intake.archives import Archive, Member
from derive.grading.intake.conventions import recognised
from derive.grading.intake.roster import (
    Roster,
    canvas_roster,
    enrolled,
    listed_roster,
    moodle_roster,
)
from derive.grading.model import Intake, Student


def read(*names: str) -> Intake:
    return recognised(Archive("c", tuple(Member(n, 1, lambda _limit: b"x") for n in names)))


def listed(*rows: str) -> Roster:
    return listed_roster("\n".join(rows).encode(), "class.csv")


ROSTERS = [
    pytest.param(
        moodle_roster(ENGLISH.encode()),
        [("11", "Ann Lee", "ann@x.org"), ("12", "Ray, Bob", "bob@x.org"), ("13", "Cy", "cy@x.org")],
        id="Moodle, English",
    ),
    pytest.param(
        moodle_roster(RUSSIAN.encode()),
        [("11", "Иванов Иван", "ivan@x.ru"), ("12", "Петров Пётр", "petr@x.ru"),
         ("13", "Сидоров", "sid@x.ru")],
        id="Moodle, Russian",
    ),
    pytest.param(
        moodle_roster(GERMAN.encode()),
        [("11", "Ann Lee", "ann@x.de"), ("12", "Bob Ray", "bob@x.de")],
        id="Moodle, German",
    ),
    pytest.param(
        moodle_roster(BLIND.encode()), [("11", "Participant 11", "")], id="Moodle, hidden names"
    ),
    pytest.param(
        canvas_roster(EXPORT.encode()),
        [("77", "Lee, Ann", "ann@x.org"), ("78", "Ray, Bob", "bob@x.org"),
         ("79", "Студент, Третий", "c@x.org"), ("80", "Lee, Ann", "ann2@x.org")],
        id="Canvas: two of one name, no row of maxima",
    ),
    pytest.param(
        canvas_roster(EUROPEAN.encode()), [("77", "Lee, Ann", "ann@x.org")], id="Canvas, semicolons"
    ),
    pytest.param(
        listed("Name;E-mail", "Ann;a@x.org", ";b@x.org", ";", "Cy;"),
        [("a@x.org", "Ann", "a@x.org"), ("b@x.org", "b@x.org", "b@x.org"), ("Cy", "Cy", "")],
        id="a list without ids",
    ),
    pytest.param(
        listed("\ufeffгруппа,ФИО,номер", "5,Иванов Иван,7"), [("7", "Иванов Иван", "")],
        id="a list in Russian with a column more",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("roster", "expected"), ROSTERS)
def test_students_are_listed(roster: Roster, expected: list[tuple[str, str, str]]) -> None:
    assert [(s.id, s.name, s.email) for s in roster.students] == expected


BAD_LISTS = [
    pytest.param(["a,b", "1,2"], "some of the columns id, name, email", id="no known column"),
    pytest.param([""], "some of the columns id, name, email", id="empty"),
    pytest.param(["name", "Ann", "Ann"], "row 3: expected an id of its own, found 'Ann' again",
                 id="two of one name and no id"),
    pytest.param(["id,name", "1,Ann", "1,Bob"], "row 3: expected an id of its own", id="one id"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "message"), BAD_LISTS)
def test_what_is_no_list_is_told(rows: list[str], message: str) -> None:
    with pytest.raises(DeriveError, match=message) as error:
        listed(*rows)
    assert str(error.value).startswith("class.csv:")


SUB = "assignsubmission_file_"
MATCHES = [
    pytest.param(
        [f"Ann Lee_11_{SUB}/a.md"], moodle_roster(ENGLISH.encode()),
        [("11", 1), ("13", 0), ("12", 0)], "",
        id="Moodle: by number; a row for those who handed in nothing",
    ),
    pytest.param(
        [f"Иванов Иван_11_{SUB}/a.md", f"Группа А-Петров Пётр_12_{SUB}/a.md"],
        moodle_roster(RUSSIAN.encode()), [("11", 1), ("12", 1), ("13", 0)], "",
        id="Moodle, Russian; the name of a group before the name",
    ),
    pytest.param(
        [f"Участник_11_{SUB}/a.md"], moodle_roster(RUSSIAN.encode()),
        [("11", 1), ("12", 0), ("13", 0)], "", id="Moodle: names were hidden",
    ),
    pytest.param(
        [f"Teilnehmerin_11_{SUB}/a.md"], moodle_roster(GERMAN.encode()),
        [("11", 1), ("12", 0)], "", id="Moodle: the word for a participant, as a file name",
    ),
    pytest.param(
        [f"Ann Lee_11_{SUB}/a.md"], moodle_roster(BLIND.encode()),
        [("11", 1)], "", id="Moodle: names are hidden in the worksheet alone",
    ),
    pytest.param(
        [f"Team 5_11_{SUB}/a.md"], moodle_roster(ENGLISH.encode()),
        [("11", 0), ("13", 0), ("12", 0), ("11 (?)", 1)], "'Team 5' (11) has no row",
        id="Moodle: a team's number is not that of a student",
    ),
    pytest.param(
        [f"Ann Lee_99_{SUB}/a.md"], moodle_roster(ENGLISH.encode()),
        [("11", 0), ("13", 0), ("12", 0), ("99", 1)], "'Ann Lee' (99) has no row",
        id="Moodle: never by the name",
    ),
    pytest.param(
        ["leeann_80_1_a.md", "raybob_78_2_a.md", "x_99_3_a.md"], canvas_roster(EXPORT.encode()),
        [("77", 0), ("80", 1), ("78", 1), ("79", 0), ("99", 1)], "'x' (99) has no row",
        id="Canvas: by id, of two with one name",
    ),
    pytest.param(
        ["7.md", "b@x.org.md", "ann_lee.md", "who.md"],
        listed("id,name,email", "7,Iva Nova,", "8,Bob Ray,B@x.org", '9,"Lee, Ann",'),
        [("8", 1), ("7", 1), ("9", 1), ("who", 1)], "'who' (who) has no row",
        id="plain: by id, by address, by name in any order",
    ),
    pytest.param(
        ["Ann Lee.md"], listed("id,name", "1,Ann Lee", "2,Ann Lee"),
        [("1", 0), ("2", 0), ("Ann Lee", 1)], "may belong to each of: Ann Lee (1), Ann Lee (2)",
        id="plain: a name that two have",
    ),
    pytest.param(
        ["Ann Lee.md", "Lee_Ann/a.md"], listed("id,name", "1,Ann Lee"),
        [("1", 0), ("Ann Lee", 1), ("Lee_Ann", 1)], "none was taken: Ann Lee, Lee_Ann",
        id="plain: two submissions for one name",
    ),
    pytest.param(
        ["1.md", "Lee_Ann.md"], listed("id,name", "1,Ann Lee"),
        [("1", 1), ("Lee_Ann", 1)], "has the submission '1'; perhaps also: Lee_Ann",
        id="plain: the id is surer than the name",
    ),
    pytest.param(
        ["Ann Lee.md"], moodle_roster(ENGLISH.encode()),
        [("11", 1), ("13", 0), ("12", 0)], "", id="plain files and a worksheet",
    ),
    pytest.param(
        [f"Ann Lee_11_{SUB}/a.md"], listed("id,name", "11,Bob Ray", "12,Ann Lee"),
        [("12", 1), ("11", 0)], "", id="a number that is another list's",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("names", "roster", "expected", "told"), MATCHES)
def test_submissions_are_matched(
    names: list[str], roster: Roster, expected: list[tuple[str, int]], told: str
) -> None:
    found = enrolled(read(*names), roster)
    assert [(s.student.id, len(s.files)) for s in found.submissions] == expected
    notes = "\n".join(n["en"] for n in found.notes if "side by side" not in n["en"])
    assert told in notes
    assert bool(told) == bool(notes)


def test_the_row_says_who_and_how_late() -> None:
    text = ENGLISH.replace("No submission,", "Submitted for grading - 2 days late,")
    found = enrolled(read(f"Bob_12_{SUB}/a.md"), moodle_roster(text.encode()))
    bob = found.submissions[-1]
    assert bob.student == Student("12", "Ray, Bob", "bob@x.org")
    assert bob.late == "2 days late"
