"""Whose file is it: platforms, plain folders, mixtures; and that no file is lost."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packing import laid_out, linked, packed, raw_name, zipped

from derive.errors import DeriveError
from derive.grading.intake import skipping
from derive.grading.intake.archives import Archive, Member
from derive.grading.intake.conventions import intake, recognised
from derive.grading.model import Intake, Student

if TYPE_CHECKING:
    from pathlib import Path


def member(name: str, data: bytes = b"x") -> Member:
    return Member(name, len(data), lambda _limit: data)


def read(*names: str) -> Intake:
    return recognised(Archive("class.zip", tuple(member(n) for n in names)))


def shape(found: Intake) -> list[tuple[str, str, list[str], list[str]]]:
    """(id, name, files, skipped) of each submission."""
    return [
        (s.student.id, s.student.name, [f.name for f in s.files], [n for n, _ in s.skipped])
        for s in found.submissions
    ]


SUB = "assignsubmission"
LAYOUTS = [
    pytest.param(
        [f"Ann Lee_12_{SUB}_file_/hw.md", f"Bob Ray_7_{SUB}_file_/a/b.tex"],
        "moodle", [("12", "Ann Lee", ["hw.md"], []), ("7", "Bob Ray", ["a/b.tex"], [])],
        id="Moodle 3.1 to 4.0: folders",
    ),
    pytest.param(
        [f"Ann Lee_12_{SUB}_file/hw.md"],
        "moodle", [("12", "Ann Lee", ["hw.md"], [])],
        id="Moodle since 4.1: no underscore at the end",
    ),
    pytest.param(
        [f"Ann Lee_12_{SUB}_file_hw_2.md", f"Ann Lee_12_{SUB}_file_foto.jpg"],
        "moodle", [("12", "Ann Lee", ["hw_2.md"], ["foto.jpg"])],
        id="Moodle: not in folders",
    ),
    pytest.param(
        [f"Ann Lee_12_{SUB}_file_/hw.md", f"Ann Lee_12_{SUB}_onlinetext_/onlinetext.html"],
        "moodle", [("12", "Ann Lee", ["hw.md"], ["onlinetext.html"])],
        id="Moodle: a text beside the file is the same submission",
    ),
    pytest.param(
        [f"Ann Lee_12_{SUB}_onlinetext/onlinetext.html"],
        "moodle", [("12", "Ann Lee", [], ["onlinetext.html"])],
        id="Moodle: a text alone is a submission for a person",
    ),
    pytest.param(
        [f"Participant_12_{SUB}_file_/hw.md", f"Participant_7_{SUB}_file_/hw.md"],
        "moodle", [("12", "Participant", ["hw.md"], []), ("7", "Participant", ["hw.md"], [])],
        id="Moodle: names are hidden",
    ),
    pytest.param(
        [f"Участник_12_{SUB}_file_/решение.md"],
        "moodle", [("12", "Участник", ["решение.md"], [])],
        id="Moodle: names are hidden, in Russian",
    ),
    pytest.param(
        [f"Team 5_901_{SUB}_file_/hw.md"],
        "moodle", [("901", "Team 5", ["hw.md"], [])],
        id="Moodle: a team",
    ),
    pytest.param(
        [f"Ann Lee_12_{SUB}_file_/hw.md", f"Ann Lee_13_{SUB}_file_/hw.md"],
        "moodle", [("12", "Ann Lee", ["hw.md"], []), ("13", "Ann Lee", ["hw.md"], [])],
        id="Moodle: two students of one name",
    ),
    pytest.param(
        [f"Ann Lee_12_{SUB}_file_x_99_{SUB}_file_y.md"],
        "moodle", [("12", "Ann Lee", [f"x_99_{SUB}_file_y.md"], [])],
        id="Moodle: a file name that would be somebody else's",
    ),
    pytest.param(
        [f"hw3-77/Ann Lee_12_{SUB}_file_/hw.md", f"hw3-77/Bob_7_{SUB}_file_/hw.md"],
        "moodle", [("12", "Ann Lee", ["hw.md"], []), ("7", "Bob", ["hw.md"], [])],
        id="Moodle: unpacked into a folder",
    ),
    pytest.param(
        ["leeann_77_1234_hw.md", "raybob_LATE_78_1235_my_hw-1.tex", "raybob_LATE_78_1236_p.jpg"],
        "canvas",
        [("77", "leeann", ["hw.md"], []), ("78", "raybob", ["my_hw-1.tex"], ["p.jpg"])],
        id="Canvas",
    ),
    pytest.param(
        ["leeann_77_1234_5_6_x.md"],
        "canvas", [("77", "leeann", ["5_6_x.md"], [])],
        id="Canvas: a file name that would be somebody else's",
    ),
    pytest.param(
        ["leeann_77_1234_text.html", "raybob_78_text.html", "x_79_link.html"],
        "canvas",
        [("77", "leeann", [], ["text.html"]), ("78", "raybob", [], ["text.html"]),
         ("79", "x", [], ["link.html"])],
        id="Canvas: texts typed on the site",
    ),
    pytest.param(
        ["anon_AbC12_99_hw.md", "anon_LATE_Xy9zz_98_hw.md"],
        "canvas", [("AbC12", "anon", ["hw.md"], []), ("Xy9zz", "anon", ["hw.md"], [])],
        id="Canvas: anonymous",
    ),
    pytest.param(
        ["Ann.md", "Bob.tex", "Bob.pdf"],
        "plain", [("Ann", "Ann", ["Ann.md"], []), ("Bob", "Bob", ["Bob.tex"], ["Bob.pdf"])],
        id="plain files",
    ),
    pytest.param(
        ["Ann/hw.md", "Bob/hw.ipynb", "Bob/deep/er.md"],
        "plain", [("Ann", "Ann", ["hw.md"], []), ("Bob", "Bob", ["deep/er.md", "hw.ipynb"], [])],
        id="plain folders",
    ),
    pytest.param(
        ["all/hw3/Ann/hw.md", "all/hw3/Bob/hw.md"],
        "plain", [("Ann", "Ann", ["hw.md"], []), ("Bob", "Bob", ["hw.md"], [])],
        id="plain folders in lone folders",
    ),
    pytest.param(
        ["Ann/hw.md", "Ann.md"],
        "plain", [("Ann", "Ann", ["hw.md"], []), ("Ann (file)", "Ann", ["Ann.md"], [])],
        id="plain: a folder and a file of one name stay two",
    ),
    pytest.param(
        ["Ann.md", "ivanov_1_2_final.md", "Bob.md"],
        "plain",
        [("Ann", "Ann", ["Ann.md"], []), ("Bob", "Bob", ["Bob.md"], []),
         ("ivanov_1_2_final", "ivanov_1_2_final", ["ivanov_1_2_final.md"], [])],
        id="plain: one name that looks like Canvas's",
    ),
    pytest.param(
        ["__MACOSX/._Ann.md", "Ann.md", ".DS_Store", "Bob/.ipynb_checkpoints/a.ipynb", "Bob/a.md"],
        "plain", [("Ann", "Ann", ["Ann.md"], []), ("Bob", "Bob", ["a.md"], [])],
        id="plain: traces of systems",
    ),
    pytest.param(
        ["Ann/.hw.md", "Bob/hw.md"],
        "plain", [("Ann", "Ann", [], [".hw.md"]), ("Bob", "Bob", ["hw.md"], [])],
        id="plain: a hidden file waits for a person",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("names", "convention", "expected"), LAYOUTS)
def test_files_are_given_to_students(
    names: list[str], convention: str, expected: list[tuple[str, str, list[str], list[str]]]
) -> None:
    found = read(*names)
    assert (found.convention, shape(found)) == (convention, expected)


def test_the_order_of_the_input_does_not_matter() -> None:
    for names, _, _ in (p.values for p in LAYOUTS):
        assert shape(read(*names)) == shape(read(*reversed(names)))


def test_lateness_and_folders_are_kept() -> None:
    canvas = read("raybob_LATE_78_1235_hw.tex").submissions[0]
    assert (canvas.late, canvas.folder) == ("LATE", "raybob_LATE_78_1235_")
    moodle = read(f"Ann Lee_12_{SUB}_file_/hw.md").submissions[0]
    assert (moodle.late, moodle.folder) == ("", f"Ann Lee_12_{SUB}_file_")


def test_strays_are_named_in_the_notes() -> None:
    found = read(f"A_1_{SUB}_file_/hw.md", f"B_2_{SUB}_file_/hw.md", "README.md", "x/notes.txt")
    told = [n["en"] for n in found.notes]
    assert len(found.submissions) == 2
    assert [("README.md" in t, "x/notes.txt" in t) for t in told] == [(True, False), (False, True)]


def test_a_lone_archive_is_told() -> None:
    """A folder into which somebody has downloaded the archive of the class."""
    names = ("Ann Lee_1_assignsubmission_file_/hw.md", "Bob_2_assignsubmission_file_/hw.md")
    found = recognised(Archive("c", (member("class.zip", zipped(*((n, b"1") for n in names))),)))
    assert len(found.submissions) == 1
    assert "grade the archive itself" in found.notes[0]["en"]


MIXED = [
    pytest.param(
        [f"A_1_{SUB}_file_/a.md", f"B_2_{SUB}_file_/a.md", "a_1_2_x.md", "b_2_3_x.md"],
        "both Moodle and Canvas", id="two platforms",
    ),
    pytest.param([], "found no file", id="nothing"),
    pytest.param([".DS_Store", "__MACOSX/._a"], "found no file", id="traces of a system only"),
    pytest.param(["submission_metadata.yml", "submission_1/a.md"], "expected what Gradescope",
                 id="metadata that is none"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "message"), MIXED)
def test_what_is_not_understood_is_an_error(names: list[str], message: str) -> None:
    with pytest.raises(DeriveError, match=message):
        read(*names)


EXPORT = """---
submission_11:
  :submitters:
  - :name: Ann Lee
    :sid: '007'
    :email: ann@example.com
  :created_at: 2024-02-03 04:05:06.000000000 Z
  :results:
    :tests:
    - :output: |-
        submission_12:
          :submitters:
          - :name: Mallory
  :history: []
submission_12:
  :created_at: 2024-02-03
  :submitters:
  - :name: "Ива\\u043d"
    :sid:
    :email: ivan@example.com
  - :name: 'Bob: Ray'
    :sid: 8
    :email: bob@example.com
'13.pdf':
  :submitters:
  - :name: Cy
    :email:
submission_14:
  :submitters:
  - :name: Gone
    :sid: 14
"""


def test_an_export_of_gradescope(tmp_path: Path) -> None:
    files = {
        "submission_metadata.yml": EXPORT.encode(), "submission_11/hw.md": b"1",
        "submission_12/hw.md": b"2", "13.pdf": b"3", "submission_15/hw.md": b"4",
        "submission_15/a.md": b"5",
    }  # fmt: skip
    found = intake(laid_out(tmp_path, files))
    assert found.convention == "gradescope"
    assert shape(found) == [
        ("007", "Ann Lee", ["hw.md"], []),
        ("8", "Bob: Ray", ["hw.md"], []),
        ("Cy", "Cy", [], ["13.pdf"]),
        ("submission_15", "submission_15", ["a.md", "hw.md"], []),
        ("ivan@example.com", "Иван", ["hw.md"], []),
    ]
    told = "\n".join(n["en"] for n in found.notes)
    assert "'submission_12' is the work of a team" in told
    assert "'submission_14' of Gone is named in submission_metadata.yml, and is not there" in told
    assert told.count("does not say whose 'submission_15' is") == 1
    assert found.submissions[0].student == Student("007", "Ann Lee", "ann@example.com")


HOSTILE_YAML = [
    pytest.param("submission_1:\n  :submitters:\n  - !!python/object/apply:os.system [x]\n",
                 id="code"),
    pytest.param("submission_1:\n  :submitters:\n  - " + "[" * 5000 + "\n", id="depth"),
    pytest.param("submission_1:\n  :submitters:\n  - *a\n", id="alias"),
    pytest.param("submission_1: {':submitters': }\n", id="not as Gradescope writes"),
    pytest.param("\xff\xfe", id="no text"),
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_YAML)
def test_metadata_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    files = {"submission_metadata.yml": text.encode(), "submission_1/hw.md": b"1"}
    try:
        found = intake(laid_out(tmp_path, files))
    except DeriveError:
        return
    assert [s.student.id for s in found.submissions] == ["submission_1"]
    assert found.notes


@pytest.mark.parametrize(
    "within", ["", "submission"], ids=["/autograder", "/autograder/submission"]
)
def test_a_submission_of_the_autograder(tmp_path: Path, within: str) -> None:
    users = [{"email": "ann@example.com", "id": 5, "name": "Ann Lee"}]
    files = {
        "submission_metadata.json": json.dumps({"id": 1, "users": users}).encode(),
        "submission/hw.md": b"1", "submission/p.pdf": b"2", "run_autograder": b"3",
    }  # fmt: skip
    found = intake(laid_out(tmp_path, files) / within)
    assert shape(found) == [("ann@example.com", "Ann Lee", ["hw.md"], ["p.pdf"])]


@pytest.mark.parametrize("text", ["{}", "[]", '{"users": [3]}', '{"users": []}', "[" * 10**5])
def test_metadata_of_the_autograder_that_is_none(tmp_path: Path, text: str) -> None:
    files = {"submission_metadata.json": text.encode(), "submission/hw.md": b"1"}
    with pytest.raises(DeriveError, match=r"submission_metadata\.json: expected"):
        intake(laid_out(tmp_path, files))


# -- Own archives and hostile members


def test_a_students_zip_is_opened() -> None:
    inner = zipped(("a/hw.md", b"1"), ("p.jpg", b"2"), ("more.zip", b"3"), ("../x.md", b"4"),
                   ("__MACOSX/._hw.md", b"5"), (linked("l.md"), b"/etc/passwd"))  # fmt: skip
    archive = Archive("c", (member("Ann/hw.zip", inner), member("Bob/hw.md")))
    ann = recognised(archive).submissions[0]
    assert [(f.name, f.read()) for f in ann.files] == [("hw.zip/a/hw.md", b"1")]
    assert dict(ann.skipped) == {
        "hw.zip/p.jpg": skipping.NOT_A_SOLUTION,
        "hw.zip/more.zip": skipping.ARCHIVE_WITHIN,
        "hw.zip/../x.md": skipping.PARENT,
        "hw.zip/l.md": skipping.LINK,
    }


OWN_ARCHIVES = [
    pytest.param("hw.zip", b"PK no zip", skipping.DAMAGED, id="damaged"),
    pytest.param("hw.rar", b"Rar!", skipping.OTHER_ARCHIVE, id="another format"),
    pytest.param("hw.tar.gz", b"", skipping.OTHER_ARCHIVE, id="tar"),
    pytest.param("hw.zip", zipped(), skipping.NOT_A_SOLUTION, id="empty"),
]


@pytest.mark.parametrize(("name", "data", "reason"), OWN_ARCHIVES)
def test_a_students_archive_that_is_not_read(name: str, data: bytes, reason: str) -> None:
    found = recognised(Archive("c", (member(f"Ann/{name}", data), member("Bob/hw.md"))))
    assert found.submissions[0].skipped == ((name, reason),)
    assert len(found.submissions[1].files) == 1


def test_one_students_archive_of_too_many_members_stops_nobody() -> None:
    # Its directory says so; nothing of it is listed.
    data = zipped(("hw.md", b"1"))
    data = data[:-10] + struct.pack("<L", 10**8) + data[-6:]
    found = recognised(Archive("c", (member("Ann/hw.zip", data), member("Bob/hw.md"))))
    assert found.submissions[0].skipped == (("hw.zip", skipping.DAMAGED),)


def test_a_student_hands_in_no_more_than_is_read() -> None:
    many = tuple(member(f"Ann/{i:03}.md") for i in range(60))
    huge = Member("Ann/huge.md", 1 << 40, lambda _limit: b"")
    ann, bob = recognised(Archive("c", (*many, huge, member("Bob/hw.md")))).submissions
    assert (len(ann.files), len(ann.skipped)) == (50, 11)
    assert {why for _, why in ann.skipped} == {skipping.TOO_MANY, skipping.TOO_LARGE}
    assert len(bob.files) == 1


def test_hostile_members_go_to_their_student_or_the_notes(tmp_path: Path) -> None:
    archive = packed(
        tmp_path, ("Ann/hw.md", b"1"), ("Bob/hw.md", b"2"), (linked("Bob/l.md"), b"/etc/passwd"),
        (raw_name("Ann/../Bob/hw.md", "utf-8"), b"3"), (raw_name("../../x.md", "utf-8"), b"4"),
        (raw_name("Eve\\hw.md", "utf-8"), b"5"), (raw_name("/Ann/hw.md", "utf-8"), b"6"),
    )  # fmt: skip
    found = recognised(archive)
    ann, bob = found.submissions
    assert ann.skipped == (("../Bob/hw.md", skipping.PARENT),)
    assert bob.skipped == (("l.md", skipping.LINK),)
    assert [f.read() for s in found.submissions for f in s.files] == [b"1", b"2"]
    told = "\n".join(n["en"] for n in found.notes)
    assert all(name in told for name in ("../../x.md", "Eve\\hw.md", "/Ann/hw.md"))


def test_two_ids_that_coincide_are_made_different() -> None:
    """An id is the name under which grades are kept: nobody gets somebody else's."""
    found = read(f"Ann_1_{SUB}_file_/hw.md", f"Bob_1_{SUB}_file_/hw.md")
    assert [s.student.id for s in found.submissions] == ["1", "1 (2)"]
    assert found.notes


def test_two_files_of_one_name_in_a_submission_stay_two() -> None:
    found = read(f"A_1_{SUB}_file_/hw.md", f"A_1_{SUB}_onlinetext_/hw.md")
    assert shape(found) == [("1", "A", ["hw.md", "hw (2).md"], [])]


parts = st.sampled_from(
    ["Ann", "Bob_1_2_x.md", f"A_1_{SUB}_file_", f"B_2_{SUB}_file_hw.md", "hw.md", "p.jpg", "..",
     "submission_1", "q.zip", "a\\b", "C:", "Боб", ".hidden", ".x.md"]
)  # fmt: skip
paths = st.lists(parts, min_size=1, max_size=4).map("/".join)


@given(st.lists(paths, min_size=1, max_size=8, unique=True))
def test_no_file_is_lost(names: list[str]) -> None:
    """Each is in one submission or is told in the notes, whatever the names."""
    from derive.grading.intake.membernames import is_junk, path_problem  # noqa: PLC0415

    members = []
    for name in names:
        problem = path_problem(name)
        members.append(Member(name, 1, lambda _limit: b"x", problem, bool(problem)))
    kept = [m for m in members if not is_junk(m.name)]
    try:
        found = recognised(Archive("c", tuple(members)))
    except DeriveError:
        return
    placed = sum(len(s.files) + len(s.skipped) for s in found.submissions)
    nobodys = sum("belongs to no submission" in n["en"] for n in found.notes)
    assert placed + nobodys == len(kept)
    ids = [s.student.id for s in found.submissions]
    assert len(set(ids)) == len(ids)
