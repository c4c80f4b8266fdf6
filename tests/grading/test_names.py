"""Names of feedback files and cells of our own tables: no name is a path, no cell a formula."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.grading.cells import safe_cell
from derive.grading.filenames import file_names
from derive.grading.model import Student

STEMS = [
    pytest.param("Ann Lee", "Ann_Lee", id="a space"),
    pytest.param("Щукина Ёлка", "Щукина_Ёлка", id="letters of any script"),
    pytest.param("e\u0301", "é", id="composed"),
    pytest.param("कमला", "कमला", id="marks belong to letters"),
    pytest.param("../../etc/passwd", "etc_passwd", id="a path"),
    pytest.param("..\\x", "x", id="a path of Windows"),
    pytest.param(".bashrc", "bashrc", id="a hidden file"),
    pytest.param("con", "con_", id="a device"),
    pytest.param("LPT1", "LPT1_", id="another device"),
    pytest.param("a:b", "a_b", id="a stream of NTFS"),
    pytest.param("<script>alert(1)</script>", "script_alert_1_script", id="a tag"),
    pytest.param("a\u202egpj.exe", "a_gpj_exe", id="reversed"),
    pytest.param("x\x1b[31m\n", "x_31m", id="an escape of terminals"),
    pytest.param("", "_", id="none"),
    pytest.param("🙂", "_", id="no letter"),
    pytest.param("я" * 100, "я" * 40, id="long, cut at a letter"),
    pytest.param("\ud800", "_", id="half a character"),
]


@pytest.mark.parametrize(("name", "expected"), STEMS)
def test_a_name_becomes_a_stem(name: str, expected: str) -> None:
    assert file_names([Student("1", name)]) == {"1": expected}


ALIKE = [
    pytest.param([("1", "Ann"), ("2", "Ann")], ["Ann_1", "Ann_2"], id="two of one name"),
    pytest.param([("1", "Ann"), ("2", "ANN")], ["Ann_1", "ANN_2"], id="but for case"),
    pytest.param([("1", "Straße"), ("2", "strasse")], ["Straße_1", "strasse_2"], id="sharp s"),
    pytest.param([("1", "Ann"), ("2", "Ann"), ("3", "Ann 1")],
                 ["Ann_1_6b86b273ff", "Ann_2", "Ann_1_3"],
                 id="an id that makes another's name"),
    pytest.param([("a b", "Ann"), ("a_b", "Ann")], ["Ann_a_b_c8687a08aa", "Ann_a_b_648fa9b31b"],
                 id="ids that are alike"),
]  # fmt: skip


@pytest.mark.parametrize(("people", "expected"), ALIKE)
def test_names_that_coincide_get_the_id(people: list[tuple[str, str]], expected: list[str]) -> None:
    students = [Student(ident, name) for ident, name in people]
    found = file_names(students)
    assert [found[s.id] for s in students] == expected


@given(
    st.dictionaries(
        st.text(st.sampled_from("aA1_ яЯ\u0301."), max_size=4),
        st.text(st.one_of(st.characters(), st.sampled_from("aA1_ яЯ\u0301./")), max_size=60),
        max_size=8,
    ),
    st.randoms(),
)
def test_stems_are_safe_different_and_independent_of_order(people: dict[str, str], random) -> None:
    students = [Student(ident, name) for ident, name in people.items()]
    found = file_names(students)
    random.shuffle(students)
    assert file_names(students) == found
    assert set(found) == set(people)
    folded = {unicodedata.normalize("NFC", stem).casefold() for stem in found.values()}
    assert len(folded) == len(people)
    for stem in found.values():
        assert 0 < len(stem.encode()) <= 80
        assert not stem.startswith(".")
        assert all(c == "_" or unicodedata.category(c)[0] in "LMN" for c in stem)


CELLS = [
    pytest.param("Ann Lee", "Ann Lee", id="a name"),
    pytest.param("-1.5", "-1.5", id="a number"),
    pytest.param("+3,25", "+3,25", id="a number with a comma"),
    pytest.param("=1+1", "'=1+1", id="a formula"),
    pytest.param("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0", id="a command"),
    pytest.param("-2+3", "'-2+3", id="a sum"),
    pytest.param("@SUM(A1)", "'@SUM(A1)", id="an old formula"),
    pytest.param("  =1", "'  =1", id="behind spaces"),
    pytest.param("\t=1", "' =1", id="behind a tab"),
    pytest.param("\tx", "' x", id="a tab"),
    pytest.param("\r=1", "' =1", id="behind a carriage return"),
    pytest.param("\u200b=1", "'\u200b=1", id="behind a space of no width"),
    pytest.param("\x00=1", "'=1", id="behind a control character"),
    pytest.param("＝1", "'＝1", id="a wide sign"),
    pytest.param("a;=1", "a;'=1", id="where semicolons separate"),
    pytest.param("a\n=1", "a =1", id="one line"),
    pytest.param("a\u202eb\x1b[0m", "ab[0m", id="reversed, an escape of terminals"),
    pytest.param("x = y - 1", "x = y - 1", id="signs inside"),
]


@pytest.mark.parametrize(("text", "expected"), CELLS)
def test_no_cell_is_a_formula(text: str, expected: str) -> None:
    assert safe_cell(text) == expected


@given(st.text())
def test_every_cell_is_harmless(text: str) -> None:
    found = safe_cell(text)
    assert found[:1] not in set("=@\t\r")
    assert all(unicodedata.category(c) not in {"Cc", "Cs"} for c in found)
