"""Text that is not read: the whole message, and the place it points at, row by row."""

# Mathematics keeps its letters: p_X is the density of X.
# ruff: noqa: N816

from __future__ import annotations

import pytest

from derive.errors import ParseError
from derive.language.scope import Law, Scope
from derive.language.terms import RV, Field, Sym, Term
from derive.reader import read_equation, read_formula

p, p_X = Field("p", density=True), Field("p_X", density=True)
X, x, y = RV("X", 1), Sym("x", 1), Sym("y", 1)
LETTERS: dict[str, Term | Field] = {
    "p": p,
    "p_X": p_X,
    r"s_\theta": Field(r"s_\theta", 1, trained=True),
    "g": Field("g"),
    "X": X,
    "x": x,
    "y": y,
    **{n: Sym(n) for n in ("a", "b", "h", "t", r"\alpha_t", r"\alpha_{t-1}", r"\gamma_t")},
}
SCOPE = Scope(laws={X: Law(x, p_X(x))})

# text, column, what the caret marks, message, reason
ERRORS = [
    pytest.param(
        r"\gamma_s + h",
        1,
        r"\gamma_s",
        r"unknown letter '\gamma_s': did you mean \gamma_t?",
        id="unknown letter, near misses",
    ),
    pytest.param(
        r"1 + \Omega", 5, r"\Omega", r"unknown letter '\Omega'", id="unknown letter, no near miss"
    ),
    pytest.param("1 + H", 5, "H", "unknown letter 'H': did you mean h?", id="case"),
    pytest.param(
        r"\alpha_{t-2}",
        1,
        r"\alpha_{t-2}",
        r"unknown letter '\alpha_{t-2}': did you mean \alpha_t or \alpha_{t-1}?",
        id="unknown index",
    ),
    pytest.param(
        "(a + b", 7, "", "expected ')' to close '(' after 'b', found the end", id="unclosed"
    ),
    pytest.param(
        "(a + b]", 7, "]", "expected ')' to close '(' after 'b', found ']'", id="wrong closer"
    ),
    pytest.param(r"\frac{1}{2", 11, "", "expected '}' after '2', found the end", id="brace"),
    pytest.param(
        r"\frac{1}+2",
        9,
        "+",
        r"expected an argument of \frac after '}', found '+'",
        id="missing argument",
    ),
    pytest.param(
        "a + ",
        5,
        "",
        "expected a number, a letter or a formula in brackets after '+', found the end",
        id="dangling plus",
    ),
    pytest.param(
        "",
        1,
        "",
        "expected a number, a letter or a formula in brackets at the start, found the end",
        id="empty",
    ),
    pytest.param(
        "a)", 2, ")", "expected the end of the formula after 'a', found ')'", id="stray closer"
    ),
    pytest.param(
        "a = b", 1, "a = b", "a relation stands where a formula is expected", id="relation"
    ),
    pytest.param("1/2x", 1, "1/2x", "ambiguous: '(1/2) x' or '1/(2x)'; write brackets", id="slash"),
    pytest.param(
        r"a/2b\cdot h",
        1,
        "a/2b",
        "ambiguous: '(a/2) b' or 'a/(2b)'; write brackets",
        id="slash product",
    ),
    pytest.param("a/b/h", 4, "/", "ambiguous: a second '/'; write brackets", id="two slashes"),
    pytest.param(
        r"\log a b",
        1,
        r"\log a b",
        r"ambiguous: '\log' of 'a', or of all of 'a b'; write brackets",
        id="log",
    ),
    pytest.param(
        r"\log(a)^2",
        1,
        r"\log(a)^2",
        r"ambiguous: '(\log(a))^2' or '\log((a)^2)'; write brackets",
        id="log power",
    ),
    pytest.param(
        "E X a", 1, "E X a", "ambiguous: 'E' of 'X', or of all of 'X a'; write brackets", id="E"
    ),
    pytest.param(
        "E(X)^2",
        1,
        "E(X)^2",
        "ambiguous: the power ^2 of the expectation, or of what stands in the brackets; "
        "write 'E[...]'",
        id="E power",
    ),
    pytest.param(
        r"\nabla \|x\|^2 a",
        1,
        r"\nabla \|x\|^2 a",
        r"ambiguous: '\nabla' of '\|x\|^2', or of all of '\|x\|^2 a'; write brackets",
        id="nabla",
    ),
    pytest.param(
        r"\frac{\partial}{\partial x}\frac12\|x\|^2",
        1,
        r"\frac{\partial}{\partial x}\frac12\|x\|^2",
        r"ambiguous: '\frac{\partial}{\partial x}' of '\frac12', "
        r"or of all of '\frac12\|x\|^2'; write brackets",
        id="derivative of fraction",
    ),
    pytest.param(
        "g^{-1}(t)",
        2,
        "^{-1}",
        "the inverse function, or one over it? write a fraction",
        id="inverse",
    ),
    pytest.param(
        "x^{(2)}", 2, "^{(2)}", "'^{(2)}' in brackets is an index, not a power", id="index"
    ),
    pytest.param(
        "a^12", 3, "12", "TeX moves the first digit alone: write '{12}' in braces", id="digits"
    ),
    pytest.param(
        "a 2", 3, "2", r"a number after a factor: write '\cdot' between them", id="number after"
    ),
    pytest.param(
        r"1\frac12", 2, r"\frac12", r"a mixed number or a product? write '\cdot' or '+'", id="mixed"
    ),
    pytest.param("a^2^3", 1, "a^2", "a second superscript: write braces", id="double sup"),
    pytest.param(
        "{a+b}^2", 1, "{a+b}", "braces print nothing: put this in round brackets", id="braces"
    ),
    pytest.param(
        "2{a+b}", 2, "{a+b}", "braces print nothing: put this in round brackets", id="braces row"
    ),
    pytest.param("a + x", 1, "a + x", "a sum of a scalar and a vector", id="rank sum"),
    pytest.param(
        "b + xy",
        5,
        "xy",
        r"two vectors side by side: write a^\top b, a b^\top or a \cdot b",
        id="rank product",
    ),
    pytest.param("x^2", 1, "x^2", "a power of a vector", id="vector power"),
    pytest.param("a/x", 1, "a/x", "a division by a vector", id="vector division"),
    pytest.param(r"\exp(x)", 1, r"\exp(x)", "the exp of a vector", id="exp vector"),
    pytest.param(
        r"a + s_\theta",
        5,
        r"s_\theta",
        r"expected '(' and an argument after the function 's_\theta'",
        id="bare function",
    ),
    pytest.param(
        "a(t)",
        1,
        "a(t)",
        r"'a' is not declared as a function; for a product write 'a \cdot'",
        id="not a function",
    ),
    pytest.param(
        "p_X(t)", 4, "(t)", "'p_X' takes a vector, found a number", id="ranks of arguments"
    ),
    pytest.param(
        "p_X(x, y)",
        4,
        "(x, y)",
        "'p_X' takes a vector, found a vector, a vector",
        id="number of arguments",
    ),
    pytest.param(
        r"\frac{\partial}{\partial y}p(x)",
        26,
        "y",
        "the derivative in 'y' of a formula without 'y'",
        id="derivative var",
    ),
    pytest.param(
        r"\nabla(p(x)p(y))",
        1,
        r"\nabla",
        r"'\nabla' of a formula with several points: name the variable",
        id="two points",
    ),
    pytest.param(
        r"\nabla 2",
        1,
        r"\nabla",
        r"'\nabla' of a formula with no point: name the variable",
        id="no point",
    ),
    pytest.param(
        "p'(x)", 1, "p'", r"a prime on a function of a vector: write '\nabla'", id="prime vector"
    ),
    pytest.param(
        r"\int p(x)",
        10,
        "",
        "expected the differential of the integral, such as 'dx', after ')', found the end",
        id="no differential",
    ),
    pytest.param(
        "(x, x)", 1, "(x, x)", r"a pair, or an inner product? write '\langle'", id="a pair alone"
    ),
    pytest.param(
        r"\int dx", 6, "d", r"expected an integrand after '\int', found 'd'", id="empty integrand"
    ),
    pytest.param(
        r"\int_0^\infty g(t)dt",
        7,
        r"^\infty",
        "an integral over a half-line is not read",
        id="half line",
    ),
    pytest.param(
        r"\int_0 g(t)dt", 1, r"\int_0 g(t)dt", "an integral with one limit", id="one limit"
    ),
    pytest.param(
        r"\int 2dk", 8, "k", "is 'k' a number or a vector? the text does not say", id="rank unknown"
    ),
    pytest.param(r"\int p(X)dX", 11, "X", "an integral over a random variable", id="random"),
    pytest.param(
        "E[X|y]", 5, "y", "no random variable in the condition 'y': write 'X = x'", id="no RV"
    ),
    pytest.param("E[X|X>y]", 5, "X>y", "expected a condition of the form 'X = x'", id="inequality"),
    pytest.param(
        r"\mathcal N(0, I)",
        11,
        "(0, I)",
        "expected the density '(x; mean, variance)', a point x first",
        id="law",
    ),
    pytest.param(
        r"\mathcal N(x; y, \nabla s_\theta(x))",
        18,
        r"\nabla s_\theta(x)",
        "expected a variance of the form 'v I'",
        id="covariance",
    ),
    pytest.param(
        r"\sum_i a",
        1,
        r"\sum_i",
        "a sum over 'i' is not read",
        id="a sum that is over no component",
    ),
    pytest.param(
        r"\heartsuit_i a",
        1,
        r"\heartsuit",
        r"the command '\heartsuit' is not one that formulas are read with",
        id="command",
    ),
    pytest.param(
        r"\sum a",
        1,
        r"\sum ",
        "a sum without its index: write what it is over",
        id="a sum without its index",
    ),
    pytest.param(r"a + \lim_{h\to 0} h", 5, r"\lim_{h\to 0}", "a limit is not read", id="limit"),
    pytest.param("a, b", 1, "a, b", "a list stands where one formula is expected", id="a list"),
    pytest.param(
        r"\int_0^* g(t) dt", 8, "*", "'*' stands where a formula is expected", id="a lone sign"
    ),
    pytest.param("a € b", 3, "€", "no formula has the character '€'", id="character"),
    pytest.param(
        r"\log_2 a", 5, "_2", "only the natural 'log' is read, without a base", id="log base"
    ),
    pytest.param(r"\|x\|_1", 6, "_1", "only the Euclidean norm is read", id="norm"),
    pytest.param(
        r"x^\top",
        1,
        r"x^\top",
        "a transposed vector without the vector that it multiplies",
        id="transpose alone",
    ),
    pytest.param(
        "E[X|X=a]", 5, "X=a", "a condition between a number and a vector", id="condition ranks"
    ),
    pytest.param(
        r"p(x)|_0^\infty",
        1,
        r"p(x)|_0^\infty",
        r"only boundary terms from -\infty to +\infty are read",
        id="boundary",
    ),
    pytest.param(
        r"a\,dx",
        4,
        "dx",
        r"a differential without its integral? for a product write 'd \cdot'",
        id="a stray differential",
    ),
    pytest.param(
        "{*}a",
        2,
        "*",
        "expected a number, a letter or a formula in brackets after '{', found '*'",
        id="a star that is no script",
    ),
]


@pytest.mark.parametrize(("text", "column", "marked", "message"), ERRORS)
def test_the_whole_message(text: str, column: int, marked: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_formula(text, LETTERS, SCOPE)
    caret = " " * (column - 1) + "^" * max(1, len(marked))
    assert str(caught.value) == f"1:{column}: {message}\n  {text}\n  {caret}"


def test_the_second_line_is_shown() -> None:
    with pytest.raises(ParseError) as caught:
        read_formula("a +\n  \\gamma_s", LETTERS, SCOPE)
    assert str(caught.value) == (
        "2:3: unknown letter '\\gamma_s': did you mean \\gamma_t?\n    \\gamma_s\n    ^^^^^^^^"
    )


EQUATIONS = [
    pytest.param("a", 1, "a", "expected an equation", id="no relation"),
    pytest.param("a < b", 1, "a < b", "expected an equation", id="an inequality"),
    pytest.param("a = x", 5, "x", "an equation between a scalar and a vector", id="ranks"),
]


@pytest.mark.parametrize(("text", "column", "marked", "message"), EQUATIONS)
def test_equations(text: str, column: int, marked: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_equation(text, LETTERS, SCOPE)
    caret = " " * (column - 1) + "^" * len(marked)
    assert str(caught.value) == f"1:{column}: {message}\n  {text}\n  {caret}"


DEEP = [
    pytest.param(r"\log" * 300 + " a", id="operators"),
    pytest.param(r"\nabla" * 300 + " p(x)", id="gradients"),
    pytest.param("E" * 300 + "X", id="expectations"),
    pytest.param("a/" * 900 + "a", id="slashes"),
    pytest.param("g" + "'" * 3000 + "(t)", id="primes"),
    pytest.param(r"\nabla s_\theta(x) " * 150 + "x", id="matrices"),
    pytest.param("(g)" * 300, id="functions in brackets"),
    pytest.param(r"\int " * 40 + "a" + "dk" * 40, id="integrals of unknown rank"),
    pytest.param(r"\log(" * 63 + r"\log" * 60 + "a" + ")" * 63, id="brackets and operators"),
]


@pytest.mark.parametrize("text", DEEP)
def test_deep_text_is_refused_without_recursion_errors(text: str) -> None:
    with pytest.raises(ParseError):
        read_formula(text, LETTERS, SCOPE)
