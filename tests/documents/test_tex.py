"""LaTeX to blocks, and macros in both kinds of document."""

import pytest

from derive.documents.model import Formula, Heading, Item, Prose, Source
from derive.documents.reading import read_sources


def read(text, kind="tex"):
    return read_sources([Source(text)], "x", kind)


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
    pytest.param("a\\begin{document}b\\end{document}c", ["P b"], id="the body only"),
    pytest.param(
        "\\section*{A}\n\\subsection[s]{B}\\paragraph{C} d",
        ["# A", "## B", "#### C", "P d"],
        id="headings",
    ),
    pytest.param(
        "$a$ \\(b\\) \\begin{math}c\\end{math}",
        ["P $a$ \\(b\\) \\begin{math}c\\end{math}", "I a", "I b", "I c"],
        id="formulas in a line",
    ),
    pytest.param("\\[a\\] $$b$$ x", ["D a", "D b", "P x"], id="displays"),
    pytest.param(
        "\\begin{equation*}a\\end{equation*}",
        ["D \\begin{equation*}a\\end{equation*}"],
        id="an environment",
    ),
    pytest.param("\\[ a \\\\[2pt] b \\]", ["D a \\\\[2pt] b"], id="a length is no display"),
    pytest.param("a % $x$\nb % c\n\nd", ["P a b", "P d"], id="comments"),
    pytest.param("100\\% $x$", ["P 100\\% $x$", "I x"], id="an escaped percent sign"),
    pytest.param(
        "\\begin{verbatim}$a$\\end{verbatim}\\verb|$b$| $c$", ["P $c$", "I c"], id="verbatim"
    ),
    pytest.param("\\begin{lstlisting}[x]\n$a$\n\\end{lstlisting}b", ["P b"], id="a listing"),
    pytest.param("\\iffalse $a$ \\fi b", ["P b"], id="what is switched off"),
    pytest.param("\\begin{solution}a\\end{solution}", ["###### solution", "P a"], id="a solution"),
    pytest.param(
        "\\newtheorem{pr}{Задача}\\begin{document}\\begin{pr}a\\end{pr}",
        ["###### Задача 1", "P a"],
        id="the printed name of an environment",
    ),
    pytest.param("\\begin{problem}[Score] a", ["###### problem 1 Score", "P a"], id="a title"),
    pytest.param("\\begin{center}a\\end{center}", ["P a"], id="layout has no heading"),
    pytest.param(
        "\\begin{enumerate}\\item a $x$\\item b\\end{enumerate}",
        ["[1] a $x$", "I x", "[2] b"],
        id="numbered items",
    ),
    pytest.param(
        "\\begin{enumerate}\\item[(b)] a\\end{enumerate}", ["[b] a"], id="a label of its own"
    ),
    pytest.param(
        "\\begin{enumerate}\\item a\\begin{enumerate}\\item b\\end{enumerate}\\end{enumerate}",
        ["[1] a", "[a] b"],
        id="a list in a list",
    ),
    pytest.param("\\begin{itemize}\\item a\\end{itemize}", ["P a"], id="bullets"),
    pytest.param("\\textbf{Problem 1.} a", ["####### Problem 1", "P a"], id="bold type"),
    pytest.param(
        "\\ensuremath{x} $\\ensuremath{y}$",
        ["P \\ensuremath{x} $\\ensuremath{y}$", "I x", "I {y}"],
        id="ensuremath",
    ),
    pytest.param(
        "\\input{/etc/passwd}\\usepackage{x} a",
        ["P \\input{/etc/passwd}\\usepackage{x} a"],
        id="nothing is loaded",
    ),
]


@pytest.mark.parametrize(("text", "expected"), BLOCKS)
def test_blocks(text, expected):
    document = read(text)
    assert [shown(block) for block in document.blocks] == expected
    assert document.notes == ()


UNCLOSED = [
    pytest.param("\\[ a\n\nb", (1, 1), ["D a", "P b"], id="a display"),
    pytest.param("a $x\n\n$b$", (1, 3), ["P a $x", "P $b$", "I b"], id="a dollar"),
    pytest.param("\\begin{align} a\n\nb", (1, 1), ["D \\begin{align} a", "P b"], id="environment"),
]


@pytest.mark.parametrize(("text", "place", "expected"), UNCLOSED)
def test_what_is_never_closed_is_noted(text, place, expected):
    document = read(text)
    assert [shown(block) for block in document.blocks] == expected
    (note,) = document.notes
    assert (note.place.line, note.place.column) == place


MACROS = [
    pytest.param(r"\newcommand{\E}{\mathbb E}", r"\E x", r"\mathbb E x", id="no arguments"),
    pytest.param(r"\newcommand\E{\mathbb E}", r"\E x", r"\mathbb E x", id="a name without braces"),
    pytest.param(r"\newcommand{\f}[2]{#1+#2}", r"\f{a}b", "a+b", id="two arguments"),
    pytest.param(r"\newcommand{\f}[2][c]{#1+#2}", r"\f{a}+\f[d]{a}", "c+a+d+a", id="a default"),
    pytest.param(r"\def\f#1{(#1)}", r"\f x \f{y}", "(x) (y)", id="def"),
    pytest.param(
        r"\DeclareMathOperator*{\A}{arg\,min}",
        r"\A x",
        r"\operatorname{arg\,min} x",
        id="an operator",
    ),
    pytest.param(
        r"\DeclarePairedDelimiter{\n}{\lVert}{\rVert}",
        r"\n*{x}",
        r"\left\lVert x \right\rVert",
        id="delimiters",
    ),
    pytest.param(r"\newcommand{\a}{\b}\newcommand{\b}{c}", r"\a", "c", id="a macro of macros"),
    pytest.param(
        r"\newcommand{\g}{\f}\newcommand{\f}[1]{(#1)}",
        r"\g{x}",
        "(x)",
        id="an argument from outside",
    ),
    pytest.param(r"\newcommand{\v}[1]{\mathbf#1}", r"\v x", r"\mathbf x", id="no command grows"),
    pytest.param(
        r"\let\o\phi\renewcommand{\phi}{\varphi}",
        r"\o\phi",
        r"\phi\varphi",
        id="let keeps a meaning",
    ),
    pytest.param(
        r"\newcommand{\x}{1}\providecommand{\x}{2}", r"\x", "1", id="provide does not replace"
    ),
    pytest.param(r"\newcommand{\f}[1]{(#1)}", r"\f", r"\f", id="a call without its argument"),
    pytest.param(r"\def\f(#1){#1}", r"x", "x", id="a pattern that is not read"),
]


@pytest.mark.parametrize("kind", [pytest.param("tex", id="tex"), pytest.param("md", id="md")])
@pytest.mark.parametrize(("definition", "formula", "expected"), MACROS)
def test_macros(definition, formula, expected, kind):
    blocks = read(f"{definition}\n\n${formula}$", kind).blocks
    assert [block.text.text for block in blocks if isinstance(block, Formula)] == [expected]


def test_environments_of_the_author():
    blocks = read(
        r"\newcommand{\be}{\begin{equation}}\newcommand{\ee}{\end{equation}}"
        r"\newenvironment{al}{\begin{align}}{\end{align}}"
        r"\be a \ee \begin{al} b \end{al}"
    ).blocks
    assert [block.text.text for block in blocks if isinstance(block, Formula)] == [
        r"\begin{equation} a \end{equation}",
        r"\begin{align} b \end{align}",
    ]


BOMBS = [
    pytest.param(r"\def\a{\a\a}", "calls itself", id="a macro that calls itself"),
    pytest.param(
        "".join(
            rf"\def\{x}{{\{y}\{y}}}"
            for x, y in zip("abcdefghijklmnopq", "bcdefghijklmnopqr", strict=True)
        ),
        "too much",
        id="a macro that doubles",
    ),
    pytest.param(r"\newcommand{\a}[1]{\a{#1#1}}", "too much", id="an argument that doubles"),
]


@pytest.mark.parametrize("kind", [pytest.param("tex", id="tex"), pytest.param("md", id="md")])
@pytest.mark.parametrize(("definition", "message"), BOMBS)
def test_a_bomb_ends_in_a_note(definition, message, kind):
    document = read(f"{definition}\n\n$\\a{{xxxxxxxx}}$", kind)
    assert any(message in note.message for note in document.notes)
    assert sum(len(b.text) for b in document.blocks if isinstance(b, Formula)) < 200_000
