"""Whole classes, from what a platform gives to what it takes, with points counted by hand."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import pytest
from classroom import (
    KEY,
    LOST_SIGN,
    ONLY_ANSWER,
    PROSE,
    RIGHT,
    UNREAD,
    WORTH,
    WRONG_ANSWER,
    graded,
    laid_out,
    table,
)

from derive.errors import DeriveError
from derive.grading.state import FILE as STATE
from derive.grading.state import State

if TYPE_CHECKING:
    from pathlib import Path

SOLUTIONS = [RIGHT, LOST_SIGN, WRONG_ANSWER, ONLY_ANSWER, PROSE, UNREAD]
NAMES = ["Анна Ким", "Борис Лис", "Вера Мак", "Глеб Нил", "Дина Ост", "Егор Пак"]


def named(convention: str) -> dict[str, str | bytes]:
    """Lay the solutions out as a platform does."""
    made: dict[str, str | bytes] = {}
    for number, (name, text) in enumerate(zip(NAMES, SOLUTIONS, strict=True)):
        match convention:
            case "moodle":
                path = f"{name}_{100 + number}_assignsubmission_file_/solution.md"
            case "canvas":
                late = "LATE_" if number == 1 else ""
                path = f"student{number}_{late}{100 + number}_{900 + number}_solution.md"
            case _:
                path = f"{name}/solution.md"
        made[path] = text
    return made


@pytest.mark.parametrize("convention", ["moodle", "canvas", "plain"])
@pytest.mark.parametrize("packed", [False, True])
def test_points_are_those_counted_by_hand(tmp_path: Path, convention: str, packed: bool) -> None:
    source = laid_out(tmp_path / "in", named(convention))
    if packed:
        source = tmp_path / "class.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for name, text in named(convention).items():
                archive.writestr(name, text)
    graded(source, tmp_path / "out")
    found = {(row["status"], row["points"], row["pending"]) for row in table(tmp_path / "out")}
    rows = table(tmp_path / "out")
    assert len(rows) == len(SOLUTIONS)
    expected = {(w.status, w.points, w.pending) for w in WORTH.values()}
    assert found == expected
    if convention != "canvas":
        by_name = {row["name"]: row for row in rows}
        for name, text in zip(NAMES, SOLUTIONS, strict=True):
            row, worth = by_name[name], WORTH[text]
            assert (row["status"], row["points"], row["pending"]) == (
                worth.status, worth.points, worth.pending,
            )  # fmt: skip
    waiting = {row["name"] for row in table(tmp_path / "out", "review.csv")}
    assert len(waiting) == 3
    pages = list((tmp_path / "out" / "feedback").glob("*.html"))
    assert len(pages) == len(SOLUTIONS)


WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\r\n"
    + "".join(
        f'Participant {100 + n},{name},s{n}@x.ru,"Submitted, on time",,0.40,Yes,-,-,\r\n'
        for n, name in enumerate([*NAMES, "Жанна Рив"])
    )
)


def test_a_moodle_class_goes_back_into_its_worksheet(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", named("moodle"))
    sheet = tmp_path / "worksheet.csv"
    sheet.write_bytes(WORKSHEET.encode())
    out = tmp_path / "out"
    graded(source, out, moodle=sheet)
    rows = {row["id"]: row for row in table(out)}
    assert rows["106"]["status"] == "none"  # who handed in nothing has a row, and no points
    assert rows["106"]["points"] == ""
    before = WORKSHEET.splitlines()
    after = (out / "moodle.csv").read_bytes().decode().splitlines()
    settled = [line.split(",")[5] for line in after[1:4]]
    assert settled == ["0.4", "0.25", "0.35"]
    assert [line.split(",")[5] for line in after[4:]] == [""] * 4  # what waits is not 0
    assert after[0] == before[0]
    assert after[4:] == before[4:]
    with zipfile.ZipFile(out / "moodle-feedback.zip") as archive:
        assert "Анна Ким_100_assignsubmission_file_/feedback.html" in archive.namelist()


EXPORT = (
    "Student,ID,SIS Login ID,Section,Homework 3 (77),Final Score\n"
    "    Points Possible,,,,0.4,(read only)\n"
    + "".join(f'"Student, {n}",{100 + n},s{n},S1,,\n' for n in range(7))
)


def test_a_canvas_class_goes_back_into_its_gradebook(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", named("canvas"))
    sheet = tmp_path / "export.csv"
    sheet.write_bytes(EXPORT.encode())
    out = tmp_path / "out"
    graded(source, out, canvas=sheet)
    before = EXPORT.splitlines()
    after = (out / "canvas.csv").read_bytes().decode().splitlines()
    assert [line.rsplit(",", 2)[1] for line in after[2:5]] == ["0.4", "0.25", "0.35"]
    assert (after[:2], after[5:]) == (before[:2], before[5:])
    late = {row["id"]: row["late"] for row in table(out)}
    assert late["101"]
    assert not late["100"]


def test_gradescope_gets_the_results_of_one_submission(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", {"ann/solution.md": ONLY_ANSWER})
    file = tmp_path / "results.json"
    graded(source, tmp_path / "out", gradescope=file)
    tests = {test["name"]: test for test in json.loads(file.read_text("utf-8"))["tests"]}
    assert tests["2.1: the functional J"]["score"] == 0.1
    waiting = [test for test in tests.values() if "score" not in test]
    assert len(waiting) == 1  # the idea waits for a person: no score, not 0


def test_a_class_is_no_single_submission(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", named("plain"))
    with pytest.raises(DeriveError, match="expected one submission, found 6"):
        graded(source, tmp_path / "out", gradescope=tmp_path / "results.json")


# --- people decide -----------------------------------------------------------------------


def test_overrides_win_and_survive(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", named("plain"))
    out = tmp_path / "out"
    graded(source, out)
    overrides = out / "overrides.csv"
    assert overrides.read_text("utf-8") == "student,item,points,comment,author\n"
    overrides.write_text(
        "student;item;points;comment;author\n"
        "Глеб Нил;2.1 parts;0,3;<b>oral</b>;Olga\n"
        "Дина Ост;total;0.25;on paper;Olga\n"
        "Анна Ким;2.1 J;0.05;unclear;Olga\n",
        encoding="utf-8",
    )
    told = graded(source, out)
    assert "0 submissions checked; 6 known from before" in told
    rows = {row["name"]: row for row in table(out)}
    assert (rows["Глеб Нил"]["status"], rows["Глеб Нил"]["points"]) == ("graded", "0.4")
    assert (rows["Дина Ост"]["status"], rows["Дина Ост"]["points"]) == ("graded", "0.25")
    assert (rows["Анна Ким"]["points"], rows["Анна Ким"]["2.1 J"]) == ("0.35", "0.05")
    index = (out / "index.html").read_text("utf-8")
    assert "Olga" in index
    assert "<b>oral" not in index
    assert "Olga" in overrides.read_text("utf-8")  # it is not written over


WRONG_OVERRIDES = [
    pytest.param("nobody,2.1 J,0.1", "no student 'nobody'", id="an unknown student"),
    pytest.param("Анна Ким,2.1 K,0.1", "no item '2.1 K'; expected 'total' or one of", id="item"),
    pytest.param("Анна Ким,2.1 J,0.3", "expected from 0 to 0.1", id="too many points"),
    pytest.param("Анна Ким,2.1 J,-1", "expected from 0 to 0.1", id="negative points"),
    pytest.param("Анна Ким,2.1 J,lots", "expected points, found 'lots'", id="no points"),
    pytest.param(
        "Анна Ким,2.1 J,0.1\nАнна Ким,2.1 J,0.05",
        "another line says otherwise of 2.1 J",
        id="two lines that disagree",
    ),
    pytest.param('Анна Ким,2.1 J,"0.1', "overrides.csv:2: unexpected end of data", id="a quote"),
]


def test_a_folder_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", {"ann.md": RIGHT})
    out = laid_out(tmp_path / "out", {"grades.csv": "mine\n"})
    with pytest.raises(DeriveError, match="give another --out"):
        graded(source, out)
    assert (out / "grades.csv").read_text("utf-8") == "mine\n"


def test_a_wrong_column_of_canvas_is_told_before_anything_is_checked(tmp_path: Path) -> None:
    source = laid_out(tmp_path / "in", named("canvas"))
    sheet = laid_out(tmp_path, {"export.csv": EXPORT}) / "export.csv"
    with pytest.raises(DeriveError, match="Homework 4"):
        graded(source, tmp_path / "out", canvas=sheet, canvas_assignment="Homework 4 (78)")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("line", "told"), WRONG_OVERRIDES)
def test_a_wrong_override_is_told_before_anything_is_checked(
    tmp_path: Path, line: str, told: str
) -> None:
    source = laid_out(tmp_path / "in", {"Анна Ким.md": RIGHT})
    out = laid_out(tmp_path / "out", {"overrides.csv": f"student,item,points\n{line}\n"})
    with pytest.raises(DeriveError) as error:
        graded(source, out)
    assert told in str(error.value)
    assert not (out / "grades.csv").exists()


AS_SPREADSHEETS_SAVE = [
    pytest.param("utf-8-sig", id="UTF-8 with a mark"),
    pytest.param("cp1251", id="Windows in Russian"),
    pytest.param("utf-16", id="Unicode text"),
]


@pytest.mark.parametrize("encoding", AS_SPREADSHEETS_SAVE)
@pytest.mark.parametrize("name", ["Анна Ёлкина", "анна елкина", "Участник 12", "Участник12", "12"])
def test_overrides_come_as_spreadsheets_save_them(tmp_path: Path, encoding: str, name: str) -> None:
    files: dict[str, str | bytes] = {
        "Анна Ёлкина_12_assignsubmission_file_/a.md": PROSE,
        "Борис Лис_13_assignsubmission_file_/a.md": PROSE,
    }
    source, out = laid_out(tmp_path / "in", files), tmp_path / "out"
    tab = "\t" if encoding == "utf-16" else ";"
    lines = [["student", "item", "points", "comment"], [name, "total", "0,3", "устно"]]
    out.mkdir()
    (out / "overrides.csv").write_text("\n".join(map(tab.join, lines)), encoding=encoding)
    graded(source, out)
    assert {row["id"]: row["points"] for row in table(out)} == {"12": "0.3", "13": "0"}


def test_two_students_of_one_name_are_told_apart_by_id(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "Ann Lee_1_assignsubmission_file_/a.md": RIGHT,
        "Ann Lee_2_assignsubmission_file_/a.md": PROSE,
    }
    source, out = laid_out(tmp_path / "in", files), tmp_path / "out"
    graded(source, out)
    assert {row["id"]: row["points"] for row in table(out)} == {"1": "0.4", "2": "0"}
    assert len(list((out / "feedback").iterdir())) == 2
    (out / "overrides.csv").write_text("student,item,points\nAnn Lee,total,0.1\n", "utf-8")
    with pytest.raises(DeriveError, match="several students are called 'Ann Lee'; give an id"):
        graded(source, out)
    (out / "overrides.csv").write_text("student,item,points\n2,total,0.1\n", "utf-8")
    graded(source, out)
    assert {row["id"]: row["points"] for row in table(out)} == {"1": "0.4", "2": "0.1"}


SEVERAL = [
    pytest.param(RIGHT + WRONG_ANSWER.rpartition("\n\n")[2], id="the wrong one below"),
    pytest.param(WRONG_ANSWER + RIGHT.rpartition("\n\n")[2], id="the wrong one above"),
]


@pytest.mark.parametrize("text", SEVERAL)
def test_who_gives_two_answers_waits_for_a_person(tmp_path: Path, text: str) -> None:
    source, out = laid_out(tmp_path / "in", {"ann.md": text}), tmp_path / "out"
    graded(source, out)
    (row,) = table(out)
    assert (row["status"], row["2.1 J"], row["points"]) == ("review", "", "0.3")


# --- what is checked again, and what is not ------------------------------------------------


def test_only_what_changed_is_checked_again(tmp_path: Path) -> None:
    source, out = laid_out(tmp_path / "in", named("plain")), tmp_path / "out"
    assert "6 submissions checked" in graded(source, out)
    before = (out / "grades.csv").read_bytes()
    assert "0 submissions checked; 6 known from before" in graded(source, out)
    assert (out / "grades.csv").read_bytes() == before
    laid_out(source, {f"{NAMES[4]}/solution.md": RIGHT})
    assert "1 submission checked; 5 known from before" in graded(source, out)
    assert {r["name"]: r["points"] for r in table(out)}[NAMES[4]] == "0.4"
    assert "6 submissions checked" in graded(source, out, seed=1)


def test_points_of_a_rubric_need_no_second_check(tmp_path: Path) -> None:
    source, out = laid_out(tmp_path / "in", {"ann/a.md": WRONG_ANSWER}), tmp_path / "out"
    graded(source, out)
    rubric = tmp_path / "strict.toml"
    rubric.write_text(
        '[credit]\nwrong_result = "0"\n[problem."2.1"]\npoints = "0.4"\n'
        'results = { "J" = "0.3" }\n[[problem."2.1".idea]]\nid = "parts"\npoints = "0.1"\n'
        'title = "by parts"\nchains = ["The cross term, by parts"]\n',
        encoding="utf-8",
    )
    assert "1 known from before" in graded(source, out, rubric=rubric)
    assert table(out)[0]["points"] == "0.1"


def test_what_met_a_limit_is_tried_again_under_another_one(tmp_path: Path) -> None:
    source, out = laid_out(tmp_path / "in", {"ann/a.md": RIGHT}), tmp_path / "out"
    graded(source, out, timeout=0.001)
    (row,) = table(out)
    assert (row["status"], row["pending"]) == ("review", "0.4")
    assert "time limit" in (out / "review.csv").read_text("utf-8")
    assert "1 known from before" in graded(source, out, timeout=0.001)
    assert "1 submission checked" in graded(source, out)
    assert table(out)[0]["points"] == "0.4"


def _command(source: Path, out: Path) -> list[str]:
    program = [sys.executable, "-m", "derive", "grade", str(source), "--key", KEY]
    return [*program, "--out", str(out), "--jobs", "1"]


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"student{n}/a.md": SOLUTIONS[n % 3] + f"\nNumber {n}.\n" for n in range(9)
    }
    source = laid_out(tmp_path / "in", files)
    whole, out = tmp_path / "whole", tmp_path / "out"
    subprocess.run(_command(source, whole), check=True, capture_output=True)  # noqa: S603
    run = subprocess.Popen(_command(source, out))  # noqa: S603
    state = out / STATE
    # Records are a few pages each: the file grows with the first of them.
    while run.poll() is None and not (state.exists() and state.stat().st_size > 40_000):
        time.sleep(0.005)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert not (out / "grades.csv").exists(), "it was killed too late to show anything"
    done = subprocess.run(_command(source, out), check=True, capture_output=True, text=True)  # noqa: S603
    checked, kept = (int(part.split()[0]) for part in done.stdout.splitlines()[0].split("; "))
    assert kept >= 1
    assert checked + kept == 9
    names = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
    for name in names:
        if name.name not in {STATE, "index.html"}:  # the index tells how the run went
            assert (out / name).read_bytes() == (whole / name).read_bytes(), name


def test_a_full_disk_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    file = tmp_path / STATE
    with State(file) as state:
        state.keep("1", "a", b"{}")
        state._base.execute("pragma max_page_count = 4")
        with pytest.raises(DeriveError, match="full"):
            state.keep("2", "b", b"x" * 1_000_000)
    with State(file) as state:
        assert state.digests() == {"1": "a"}


def test_two_runs_do_not_work_in_one_folder(tmp_path: Path) -> None:
    with State(tmp_path / STATE), pytest.raises(DeriveError, match="another run"):
        State(tmp_path / STATE)


def test_a_file_that_is_no_state_is_told(tmp_path: Path) -> None:
    (tmp_path / STATE).write_text("no database at all, but quite some text" * 99)
    with pytest.raises(DeriveError, match="not a database"):
        State(tmp_path / STATE)
    (tmp_path / STATE).unlink()
    base = sqlite3.connect(tmp_path / STATE)
    base.execute("pragma user_version = 99")
    base.execute("create table x (y)")
    base.close()
    with pytest.raises(DeriveError, match="another version of derive"):
        State(tmp_path / STATE)


# --- languages -----------------------------------------------------------------------------


def test_pages_are_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    source, out = laid_out(tmp_path / "in", named("plain")), tmp_path / "out"
    told = graded(source, out, lang="ru")
    assert "проверено 6 работ" in told
    page = next((out / "feedback").iterdir()).read_text("utf-8")
    assert '<html lang="ru"' in page
    grades = (out / "grades.csv").read_bytes()
    assert "0 submissions checked; 6 known from before" in graded(source, out, lang="en")
    assert (out / "grades.csv").read_bytes() == grades  # machine formats are not translated
