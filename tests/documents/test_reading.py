"""Files: what can be read, what the errors say, and where everything stands."""

import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.documents.chains import Chain, chains_of
from derive.documents.model import Formula, Heading, Place, Source
from derive.documents.reading import MAX_BYTES, read_document, read_sources
from derive.errors import DeriveError


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


ERRORS = [
    pytest.param("a.md", b"a\0b", "found a NUL at byte 1", id="a binary file"),
    pytest.param("a.md", b"ab\xff", "expected UTF-8, found another encoding at byte 2", id="latin"),
    pytest.param("a.md", b"x" * (MAX_BYTES + 1), "larger than 256 KB", id="a large file"),
    pytest.param("a.doc", b"", "expected a file .md, .tex or .ipynb, found '.doc'", id="a suffix"),
    pytest.param("a", b"", "found no suffix", id="no suffix"),
]


@pytest.mark.parametrize(("name", "content", "message"), ERRORS)
def test_errors(tmp_path, name, content, message):
    with pytest.raises(DeriveError, match=re.escape(message)):
        read_document(write(tmp_path, name, content))


def test_no_such_file(tmp_path):
    with pytest.raises(DeriveError, match="cannot be read: No such file"):
        read_document(tmp_path / "a.md")
    (tmp_path / "b.md").mkdir()
    with pytest.raises(DeriveError, match="cannot be read"):
        read_document(tmp_path / "b.md")


ENDS = [
    pytest.param("\n", id="unix"),
    pytest.param("\r\n", id="windows"),
    pytest.param("\r", id="old"),
]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("mark", [pytest.param("\ufeff", id="bom"), pytest.param("", id="none")])
def test_line_ends_and_byte_order_mark(tmp_path, end, mark):
    path = write(tmp_path, "a.md", mark + end.join(["# A", "", "b $x = y$"]))
    document = read_document(path)
    heading, _, formula = document.blocks
    assert heading == Heading(1, "A", Place(1, 3))
    assert formula.text.place() == Place(3, 4)
    assert document.line(Place(3, 4)) == "b $x = y$"


def notebook(*cells):
    content = {
        "cells": [
            {"cell_type": kind, "metadata": {}, "source": source}
            | ({"outputs": [], "execution_count": None} if kind == "code" else {})
            for kind, source in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    return json.dumps(content)


def test_a_notebook_is_its_markdown_cells(tmp_path):
    pytest.importorskip("nbformat")
    content = notebook(
        ("markdown", ["# A\n", "$\\newcommand{\\E}{E}$"]),
        ("code", "open('x', 'w')  # $c$"),
        ("markdown", "a\n\n$$\\E = b$$"),
    )
    document = read_document(write(tmp_path, "a.ipynb", content))
    (formula,) = [block for block in document.blocks if isinstance(block, Formula)]
    assert formula.text.text == "E = b"
    assert formula.text.place() == Place(3, 3, 2)
    assert document.line(Place(3, 3, 2)) == "$$\\E = b$$"
    assert not (tmp_path / "x").exists()


BAD_NOTEBOOKS = [
    pytest.param("", id="empty"),
    pytest.param("[]", id="a list"),
    pytest.param("{}", id="no cells"),
    pytest.param("null", id="null"),
    pytest.param('{"nbformat": 4}', id="a number only"),
    pytest.param('{"nbformat": 4, "cells": 3}', id="cells of no kind"),
    pytest.param('{"nbformat": 4, "cells": [{"cell_type": "markdown"}]}', id="no source"),
    pytest.param("[" * 100_000, id="deep"),
    pytest.param("# A", id="markdown"),
]


@pytest.mark.parametrize("content", BAD_NOTEBOOKS)
def test_bad_notebooks(tmp_path, content):
    pytest.importorskip("nbformat")
    with pytest.raises(DeriveError, match="expected a Jupyter notebook"):
        read_document(write(tmp_path, "a.ipynb", content))


def test_the_library_for_notebooks_is_an_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbformat", None)
    with pytest.raises(DeriveError, match=r"install 'derive-check\[notebook\]'"):
        read_document(write(tmp_path, "a.ipynb", notebook()))


PLACES = [
    pytest.param("md", "abc $x = y$", [(1, 6), (1, 10)], id="in a line"),
    pytest.param("md", "слово $x$", [(1, 8)], id="columns are characters"),
    pytest.param("md", "$$\n  a\n= b\n$$", [(2, 3), (3, 3)], id="a display"),
    pytest.param("md", "> $$a\n> = b$$", [(1, 5), (2, 5)], id="a quotation"),
    pytest.param("md", "$$a % c\n= b$$", [(1, 3), (2, 3)], id="after a comment"),
    pytest.param(
        "md",
        r"$$\begin{align} a &= b \\ &= c \end{align}$$",
        [(1, 17), (1, 22), (1, 30)],
        id="rows",
    ),
    pytest.param("md", "- a\n\n      $$x = \\boxed{y}$$", [(3, 9), (3, 13)], id="indented"),
    pytest.param("tex", "a % b\n$x = y$", [(2, 2), (2, 6)], id="a comment before"),
    pytest.param("tex", "\\def\\E{e}\n$x \\E = \\E y$", [(2, 2), (2, 9)], id="a macro"),
    pytest.param("tex", "\\def\\f#1{(#1)}\n$\\f{a} = b$", [(2, 2), (2, 10)], id="an argument"),
]


@pytest.mark.parametrize(("kind", "text", "expected"), PLACES)
def test_places_of_sides(kind, text, expected):
    parts = chains_of(read_sources([Source(text)], "x", kind).blocks)
    places = [side.place() for part in parts if isinstance(part, Chain) for side in part.sides]
    assert [(place.line, place.column) for place in places] == expected


def test_a_macro_stands_for_its_call():
    text = "\\def\\f#1{(#1)+1}\n$\\f{abc} = b$"
    (chain,) = [
        part
        for part in chains_of(read_sources([Source(text)], "x", "tex").blocks)
        if isinstance(part, Chain)
    ]
    assert chain.sides[0].text == "(abc)+1"
    assert chain.sides[0].span() == (Place(2, 2), Place(2, 9))
    assert chain.sides[0][1:4].span() == (Place(2, 5), Place(2, 8))


FRAGMENTS = st.sampled_from(
    [
        *"ab=+-,;.&$#\\{}[]()|_^`*>%~<0 \n\tшБ",
        "\n\n", "$$", "\\[", "\\]", "\\(", "\\)", "\\\\", "```math\n", "```\n", "<!--", "-->",
        "\n# a\n", "\n1. ", "**a** ", "\\begin{align}", "\\end{align}", "\\begin{cases}",
        "\\end{cases}", "\\begin{x}", "\\end{x}", "\\left(", "\\right)", "\\left\\{", "\\right.",
        "\\text{if }", "\\text{a}", "\\quad", "\\Rightarrow", "\\stackrel{a}{=}", "\\to", "\\sim",
        "\\boxed{", "\\color{red}", "\\frac{1}{2}", "\\newcommand{\\a}[1]{#1 = \\b}", "\\def\\b{",
        "\\a", "\\b", "\\let\\a=\\b", "\\item", "\\section{", "\\verb|", "\\iffalse", "\\fi",
        "\\begin{document}", "\\end{document}", "\\tag{1}", "\\ensuremath{", "\\not", "\\forall",
        "\\begin{enumerate}", "\\end{enumerate}", "\\textbf{A.}", "---\n", "слово слово",
    ]
)  # fmt: skip


@given(text=st.lists(FRAGMENTS, max_size=40).map("".join), kind=st.sampled_from(["md", "tex"]))
def test_reading_never_crashes_and_places_are_in_the_file(text, kind):
    document = read_sources([Source(text)], "x", kind)
    lines = text.split("\n")
    before = (1, 1)
    for block in document.blocks:
        place = block.place if isinstance(block, Heading) else block.text.place()
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        if not isinstance(block, Formula):
            assert (place.line, place.column) >= before
            before = (place.line, place.column)
    for part in chains_of(document.blocks):
        if isinstance(part, Chain):
            assert len(part.signs) == len(part.sides) - 1
            for text_of in (*part.sides, *(sign.text for sign in part.signs), *part.remarks):
                begin, end = text_of.span()
                assert (begin.line, begin.column) <= (end.line, end.column)
                assert end.column <= len(lines[end.line - 1]) + 1


@given(text=st.lists(FRAGMENTS, max_size=20).map("".join))
def test_a_character_of_the_file_stands_at_its_place(text):
    lines = text.split("\n")
    for block in read_sources([Source(text)], "x", "md").blocks:
        if isinstance(block, Formula) and "\\" not in block.text.text:
            for index, char in enumerate(block.text.text):
                place = block.text.place(index)
                line = lines[place.line - 1]
                assert (line + "\n")[place.column - 1] == char


SIZE = MAX_BYTES
HOSTILE = [
    pytest.param("$$ a\n", id="displays"),
    pytest.param("$$ a\n\n", id="displays and blank lines"),
    pytest.param("\\[ a ", id="brackets that are never closed"),
    pytest.param("\\[ \\\\]", id="closers that are escaped"),
    pytest.param("\\begin{align} a \\\\", id="environments"),
    pytest.param("{", id="braces"),
    pytest.param("\\newcommand{\\a}[1]{", id="definitions"),
    pytest.param("`a``", id="backticks"),
    pytest.param("\\def\\a{\\a\\a}$\\a$", id="bombs"),
    pytest.param("<!-- ", id="comments"),
    pytest.param("a & b, c \\quad ", id="segments"),
]


@pytest.mark.parametrize("kind", [pytest.param("tex", id="tex"), pytest.param("md", id="md")])
@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_file_is_read_to_its_end(unit, kind):
    text = unit * (SIZE // 8 // len(unit))
    assert chains_of(read_sources([Source(text)], "x", kind).blocks) is not None


DEEP = [
    pytest.param("{", "}", id="braces"),
    pytest.param("(", ")", id="brackets"),
    pytest.param("\\boxed{", "}", id="boxes"),
    pytest.param("\\left(", "\\right)", id="left and right"),
    pytest.param("\\begin{aligned}", "\\end{aligned}", id="environments"),
    pytest.param("\\stackrel{a}{", "}", id="signs"),
]


@pytest.mark.parametrize(("opener", "closer"), DEEP)
def test_ten_thousand_brackets(opener, closer):
    text = f"$${opener * 10_000} a = b {closer * 10_000}$$"
    assert chains_of(read_sources([Source(text)], "x", "md").blocks)
