"""Excerpts: the caret stays under its place, whatever the width and the letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from derive.report.excerpt import Excerpt, cut, gutters
from derive.report.lines import as_text

SHOWN = [  # text, start, end, room, what is shown, the carets
    pytest.param("a = b", 2, 5, 20, "a = b", "  ^^^", id="it fits"),
    pytest.param("\t  a = b", 5, 8, 20, "a = b", "  ^^^", id="indented"),
    pytest.param("a\t= b", 2, 3, 20, "a = b", "  ^", id="a tab is one space"),
    pytest.param("a =", 2, 2, 20, "a =", "  ^", id="an empty range is one place"),
    pytest.param("a =", 3, 9, 20, "a =", "   ^", id="after the end"),
    pytest.param("x\u0302 = b", 3, 4, 20, "x\u0302 = b", "  ^", id="a combining accent"),
    pytest.param("漢字 = b", 3, 4, 20, "漢字 = b", "     ^", id="wide letters"),
    pytest.param("a = 漢", 4, 5, 20, "a = 漢", "    ^^", id="carets as wide as the letter"),
    pytest.param("a\x1b[2J = b", 6, 7, 20, "a\ufffd[2J = b", "      ^", id="a control character"),
    pytest.param("", 0, 5, 20, "", "^", id="an empty line"),
    pytest.param("abcdefghij = b", 11, 14, 9, "…hij = b", "     ^^^", id="cut on the left"),
    pytest.param("a = bcdefghijk", 2, 3, 9, "a = bcd…", "  ^", id="cut on the right"),
    pytest.param("abcdefgh=ijklmnop", 8, 9, 9, "…fgh=ijk…", "    ^", id="cut on both sides"),
    pytest.param("abcd=" + "x" * 50, 4, 55, 10, "…cd=xxxxx…", "   ^^^^^^", id="a wide range"),
]


@pytest.mark.parametrize(("text", "start", "end", "room", "shown", "carets"), SHOWN)
def test_cutting(text, start, end, room, shown, carets):  # noqa: PLR0913 - a row
    found, pad, wide = cut(text, start, end, room)
    assert (found, " " * pad + "^" * wide) == (shown, carets)


LETTERS = st.text(st.sampled_from("ab =\\{}∑漢\u0302\t\x1b\u202e"), max_size=60)


@given(LETTERS, st.integers(0, 70), st.integers(0, 70), st.integers(16, 40))
def test_the_place_is_always_in_sight(text, start, end, room):
    shown, pad, wide = cut(text, start, end, room)
    assert cell_len(shown) <= room
    assert pad + wide <= room + 1  # a place after the last character
    assert not set(shown) & set("\t\x1b\u202e")


WIDTHS = [pytest.param(width, id=f"{width} columns") for width in (24, 40, 80, 110)]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_long_line_is_cut_at_every_width(width):
    text = "x + " * 200 + "= y" + " + z" * 200
    view = Excerpt(text, 800, 803, *gutters(157))
    line, carets = as_text(view, width).splitlines()
    assert line.startswith("  157 | …")
    assert cell_len(line) <= width
    assert line[carets.index("^") :].startswith("= y")
    assert carets.lstrip(" |") == "^^^"
    assert carets.startswith("      | ")


def test_a_huge_line_is_read_near_its_place_only():
    text = "x" * 300_000 + "= y" + "z" * 300_000
    line, carets = as_text(Excerpt(text, 300_000, 600_003, *gutters(1)), 40).splitlines()
    assert line[carets.index("^")] == "="
