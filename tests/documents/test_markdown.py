"""Markdown to blocks: what is a formula, a heading, an item."""

import pytest

from derive.documents.model import Formula, Heading, Item, Prose, Source
from derive.documents.reading import read_sources


def read(text):
    return read_sources([Source(text)], "x.md", "md")


def shown(block):
    match block:
        case Heading(level, title):
            return f"{'#' * level} {title}"
        case Prose(text):
            return f"P {text}"
        case Item(label, text):
            return f"[{label}] {text}"
        case Formula(text, display):
            return f"{'D' if display else 'I'} {text}"


BLOCKS = [
    pytest.param("", [], id="an empty file"),
    pytest.param("# A #\n## $x$\n", ["# A", "## $x$"], id="headings"),
    pytest.param("a\n=\n", ["P a\n="], id="no heading by underlining"),
    pytest.param("**Problem 2**\n\na", ["####### Problem 2", "P a"], id="a line in bold type"),
    pytest.param("**Proof.** We", ["####### Proof", "P We"], id="a beginning in bold type"),
    pytest.param("**a** b", ["P **a** b"], id="a word in bold type"),
    pytest.param("---\na: $x$\n---\nb", ["P b"], id="front matter"),
    pytest.param("+++\na\n+++\nb", ["P b"], id="front matter of another kind"),
    pytest.param("```\n$a$\n```\nb", ["P b"], id="code"),
    pytest.param("```math\na = b\n```\n", ["D a = b"], id="a block of mathematics"),
    pytest.param("~~~ math\na\n~~~\n", ["D a"], id="a block with tildes"),
    pytest.param("`$a$` $b$", ["P `$a$` $b$", "I b"], id="code in a line"),
    pytest.param(
        "<!-- $a$\n\n$$b$$ --> $c$", ["P <!-- $a$\n\n$$b$$ --> $c$", "I c"], id="comments"
    ),
    pytest.param("a $x$ b $y$", ["P a $x$ b $y$", "I x", "I y"], id="formulas in a line"),
    pytest.param("a $`x`$", ["P a $`x`$", "I x"], id="a formula in dollars and backticks"),
    pytest.param("a $$x$$ b", ["P a $$x$$ b", "I x"], id="two dollars in a line of words"),
    pytest.param("a\n$$x$$.\nb", ["P a", "D x", "P .\nb"], id="a display glued to words"),
    pytest.param("a\n$$\nx\n\n= y\n$$", ["P a", "D x\n\n= y"], id="a blank line in a display"),
    pytest.param("$$x$$ $$y$$", ["D x", "D y"], id="two displays in a line"),
    pytest.param("- $$x$$", ["D x"], id="a display in a list"),
    pytest.param("$$\n- b\n# c\n$$", ["D - b\n# c"], id="no lists or headings in a display"),
    pytest.param("$a$$b$", ["P $a$$b$", "I a", "I b"], id="formulas side by side"),
    pytest.param("$5 and $10", ["P $5 and $10"], id="money"),
    pytest.param("it costs $5 in all, $x$", ["P it costs $5 in all, $x$", "I x"], id="money and x"),
    pytest.param(r"\$5 $x$", [r"P \$5 $x$", "I x"], id="an escaped dollar"),
    pytest.param(r"\(x\) and \[y\]", [r"P \(x\) and", "I x", "D y"], id="brackets"),
    pytest.param(r"see \[1\]", [r"P see \[1\]"], id="a reference"),
    pytest.param(
        "a\n\\begin{align*}x\n&= y\\end{align*} b",
        ["P a", "D \\begin{align*}x\n&= y\\end{align*}", "P b"],
        id="a bare environment",
    ),
    pytest.param("1. a $x$\n2) b", ["[1] 1. a $x$", "I x", "[2] 2) b"], id="numbered items"),
    pytest.param("1. **(1)** a", ["[1] 1. **(1)** a"], id="an item that begins in bold type"),
    pytest.param("(a) x\n\nб) y", ["[a] (a) x", "[б] б) y"], id="items with letters"),
    pytest.param("(1 point) a", ["P (1 point) a"], id="points are no label"),
    pytest.param("in\n2019. a", ["P in\n2019. a"], id="a year is no item"),
    pytest.param("- a\n- b", ["P - a", "P - b"], id="bullets are paragraphs"),
    pytest.param("> $$a\n> = b$$", ["D a\n= b"], id="a quotation"),
    pytest.param("$$a % b\n= c$$", ["D a = c"], id="a comment in a formula"),
    pytest.param("$$$$ $ $", [], id="empty formulas"),
    pytest.param(
        "$\\newcommand{\\E}{\\mathbb E}$\n\n$\\E x$",
        ["P $\\newcommand{\\E}{\\mathbb E}$", "P $\\E x$", "I \\mathbb E x"],
        id="a macro",
    ),
]


@pytest.mark.parametrize(("text", "expected"), BLOCKS)
def test_blocks(text, expected):
    document = read(text)
    assert [shown(block) for block in document.blocks] == expected
    assert document.notes == ()


UNCLOSED = [
    pytest.param("$$ a = b\n\nc", (1, 1), ["D a = b", "P c"], id="a display before a paragraph"),
    pytest.param(
        "$$ a\n\nthe words here\n\n$$b$$",
        (1, 1),
        ["D a", "P the words here", "D b"],
        id="a display before words",
    ),
    pytest.param(
        "x $$ so we have\n\n$b$", (1, 3), ["P x $$ so we have", "P $b$", "I b"], id="words"
    ),
    pytest.param("a $x = 1\n\n$b$", (1, 3), ["P a $x = 1", "P $b$", "I b"], id="one dollar"),
    pytest.param("\\[ a = b", (1, 1), ["D a = b"], id="a bracket"),
    pytest.param(
        "\\begin{align} a\n\n\\begin{align} b \\end{align}",
        (1, 1),
        ["D \\begin{align} a", "D \\begin{align} b \\end{align}"],
        id="an environment",
    ),
    pytest.param("```math\na", (1, 1), ["D a"], id="a block"),
]


@pytest.mark.parametrize(("text", "place", "expected"), UNCLOSED)
def test_what_is_never_closed_is_noted(text, place, expected):
    document = read(text)
    assert [shown(block) for block in document.blocks] == expected
    (note,) = document.notes
    assert (note.place.line, note.place.column) == place
    assert note.message.endswith("never closed")
