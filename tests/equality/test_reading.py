"""Reading for `derive equal`: what is one term, what is another, what is refused and where."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_terms import plain

from derive.equality.reading import read_statement
from derive.equality.statement import Domain, Fact
from derive.errors import DeriveError, IllTyped, ParseError
from derive.language import terms as t
from derive.language.bridge import from_sympy, to_sympy
from derive.language.latex import latex

a, b, h, k, n, x, y = (t.Sym(name) for name in "abhknxy")
f = t.Field("f")


def read(text: str, **more: object) -> t.Term:
    return read_statement(text, "0", **more).lhs


SAME = [
    (r"\bar\alpha_t", r"\bar{\alpha}_{t}", "braces print nothing"),
    (r"\bar\alpha_t", r"\overline{\alpha_t}", "a wide bar over one letter is a bar"),
    ("x_{1}", "x_1", "one index"),
    (r"\alpha_{t-1}", r"\alpha_{t - 1}", "spaces"),
    (r"x_{\mathrm{data}}", "x_{data}", "words in an index"),
    (r"\boldsymbol x", r"\mathbf x", "one family of fonts"),
    ("x^2_1", "x_1^2", "the order of scripts"),
    (r"\ln x", r"\log x", "the natural logarithm"),
    (r"\log_2 x", r"\frac{\log x}{\log 2}", "a base"),
    (r"\log_{b}^2 x", r"\left(\frac{\log x}{\log b}\right)^2", "a base and a power"),
    (r"e^{x}", r"\exp(x)", "Euler's number"),
    (r"\mathrm e", r"\exp(1)", "Euler's number in roman type"),
    (r"\sin^2 x", r"(\sin x)^2", "a power of a function"),
    (r"\sin 2\pi x", r"\sin(2 \pi x)", "a number in front runs over the letters"),
    (r"\cos 2x \sin 3x", r"\cos(2x) \cdot \sin(3x)", "another function ends the argument"),
    (r"\sin x \cos x", r"(\sin x) \cos x", "a product of functions"),
    (r"\log 2n^2", r"\log(2 n^2)", "a power in the argument"),
    (r"\log x^2", r"\log(x^2)", "a power of the argument"),
    (r"\log n!", r"\log(n!)", "a factorial in the argument"),
    (r"\sin\cos x", r"\sin(\cos x)", "a function of a function"),
    (r"\log|x| y", r"(\log |x|) \cdot y", "bars end the argument"),
    (r"\operatorname{arctg} x", r"\arctan x", "Russian custom"),
    (r"\operatorname{tg} x", r"\tan x", "Russian custom"),
    (r"\operatorname{arcsinh} x", r"\operatorname{arsinh} x", "names of area functions"),
    (r"\operatorname{asin} x", r"\arcsin x", "names of arc functions"),
    ("2n!", r"2 \cdot (n!)", "a factorial binds first"),
    ("n!^2", "(n!)^2", "a power of a factorial"),
    ("x_1!", "(x_1)!", "the factorial of a name"),
    ("n(n-1)!", r"n \cdot (n-1)!", "a product with a factorial"),
    (r"{n \choose k}", r"\binom{n}{k}", "TeX's own binomial"),
    (r"\tbinom n k", r"\dbinom{n}{k}", "sizes"),
    (r"|x|^2 y", r"\left|x\right|^2 y", "bars"),
    (r"\frac12x", r"\frac{1}{2} x", "arguments of one token"),
    (r"\sqrt2 x", r"\sqrt{2} x", "a root of one token"),
    (r"a \times b", "a b", "signs of multiplication"),
    ("2(a+b)", r"2 \cdot (a+b)", "a number before brackets"),
    (r"\alpha(1-\beta)", r"\alpha \cdot (1-\beta)", "a letter before a sum"),
    ("a(2x)^3", r"a \cdot (2x)^3", "brackets that a power needs"),
    ("k 2^k", r"k \cdot 2^k", "the power of a number after a letter"),
    (r"k\,2^k", r"k \cdot 2^k", "a thin space"),
    ("a_n 2^n 3^n", r"a_n \cdot 2^n \cdot 3^n", "powers of numbers"),
    ("n! 2^{-n}", r"n! \cdot 2^{-n}", "the power of a number after a factorial"),
    ("(a+b) 2^k x", r"(a+b) \cdot 2^k \cdot x", "the power of a number after brackets"),
    ("(n-1)2^{n+1}", r"(n-1) \cdot 2^{n+1}", "brackets end by themselves"),
    (r"\sum_{k=1}^n k 2^k", r"\sum_{k=1}^n k \cdot 2^k", "in a sum"),
    ("[a+b] c", "(a+b) c", "square brackets"),
    ("1.5", r"\frac{3}{2}", "a decimal"),
    ("1{,}5", "1.5", "a decimal comma"),
    (r"\sum_{k=1}^{n} k + 1", r"\left(\sum_{k=1}^n k\right) + 1", "a sum ends at a sign"),
    (r"\frac{dy}{dx}", r"\frac{d}{dx} y", "a derivative in two ways"),
    (r"\partial_x y", r"\frac{\partial y}{\partial x}", "a derivative in two ways"),
    (r"\frac{d f(x)}{dx}", "f'(x)", "a prime"),
    (r"\int_0^1 x_s ds", r"\int_0^1 x_{s} \, ds", "an integral"),
    (r"\int_{\mathbb R} f(x) dx", r"\int_{-\infty}^{+\infty} f(x) \, dx", "over the whole line"),
]


@pytest.mark.parametrize(
    ("one", "two"), [row[:2] for row in SAME], ids=[f"{r[0]} = {r[1]}" for r in SAME]
)
def test_spellings_of_one_term(one: str, two: str) -> None:
    assert plain(read(one)) == plain(read(two))


DIFFERENT = [
    ("X", "x", "case"),
    (r"\mathbf x", "x", "fonts"),
    (r"\mathcal L", "L", "fonts"),
    ("x^{(2)}", "x^2", "an index in brackets"),
    ("x_2", "x^2", "index and power"),
    (r"\bar x", "x", "accents"),
    (r"\hat x", r"\tilde x", "accents"),
    (r"\delta \cdot p", r"\Delta \cdot p", "the case of Greek"),
    (r"\epsilon", r"\varepsilon", "variants are letters of their own"),
    ("x_{t-1}", "x_t - 1", "an index is no expression"),
    ("e_1", "e", "an index makes another letter"),
    (r"\log_{2} x", r"\log 2x", "a base is no factor"),
    ("2^{3^2}", "(2^3)^2", "towers"),
    ("-x^2", "(-x)^2", "a sign binds last"),
    (r"\frac{\partial p}{\partial t}", "0", "a derivative of a bare letter"),
    (r"\frac{d}{dt} \alpha_t", "0", "a derivative in an index"),
    (r"\sum_{k=1}^n x_k", r"\sum_{k=1}^n x", "a family"),
    (r"\sum_{k=1}^n x_k", r"n x_k", "a family"),
]


@pytest.mark.parametrize(
    ("one", "two"), [row[:2] for row in DIFFERENT], ids=[f"{r[0]} {r[1]}" for r in DIFFERENT]
)
def test_spellings_of_different_terms(one: str, two: str) -> None:
    assert plain(read(one)) != plain(read(two))


MEANINGS = [
    (r"\frac{\partial p}{\partial t} + p", t.Field("p")(t.Sym("t")), "p depends on t everywhere"),
    (r"\frac{\partial^2 p}{\partial x \partial y}", t.Field("p")(x, y), "on both variables"),
    (r"\frac{d}{dx} (y)", t.Field("y")(x), "brackets around the letter"),
    (r"\frac{d}{dx}\frac{\partial L}{\partial y}", t.Field("L")(x, y), "derived twice"),
    (r"\sum_{k=1}^n a_{k-1}", t.Field("a")(k - 1), "a member of a family"),
    (r"\sum_{i=1}^n \sum_{j=1}^i a_{ij}", t.Field("a")(t.Sym("i"), t.Sym("j")), "two indices"),
    (r"\frac{d\alpha_t}{dt} + \alpha_{t-1}", t.Field(r"\alpha")(t.Sym("t") - 1), "an index"),
    ("f(0)", f(0), "a function"),
    ("f(x) + f(y)", f(y), "a function"),
    ("f^2(x) + f(x)", f(x) ** 2, "the power of a function"),
    (r"\phi_\theta(x, y)", t.Field(r"\phi_\theta")(x, y), "a name with an index"),
    (r"\sum_{k=1}^n k^2", t.FiniteSum(k**2, k, t.term(1), n), "a sum"),
    (r"\prod_{k=1}^n 2k", t.FiniteProduct(2 * k, k, t.term(1), n), "a product"),
    (r"k \sum_{k=0}^{2} k", t.FiniteSum(k, k, t.term(0), t.term(2)), "a letter used twice"),
    (r"\frac{d}{dx} (x^2 y)", t.Diff(x**2 * y, x), "what does not depend is held fixed"),
    (r"\sqrt[3]{x}", t.Pow(x, t.Num(Fraction(1, 3))), "a cube root"),
    (r"x^{1/3}", t.Pow(x, t.Div(t.term(1), t.term(3))), "a rational power"),
    (r"\beta_t", t.Sym(r"\beta_t"), "a name"),
    (r"\bar\alpha_{t-1}", t.Sym(r"\bar{\alpha}_{t-1}"), "a name"),
    ("x^{(2)} x^3", t.Sym("x^{(2)}"), "a name"),
    ("d + N + I + o", t.Sym("d"), "no dimension"),
    ("d + N + I + o", t.Sym("I"), "no matrix"),
    (r"\pi r^2", t.PI, "the number"),
]


@pytest.mark.parametrize(
    ("text", "part"),
    [row[:2] for row in MEANINGS],
    ids=[f"{r[0]}, {r[2]}, {latex(r[1])}" for r in MEANINGS],
)
def test_what_letters_stand_for(text: str, part: t.Term) -> None:
    assert part in read(text).nodes


REFUSED = [  # text, the column of the error, why
    ("a/bc", 1, "which is divided?"),
    ("1/2x", 1, "which is divided?"),
    ("a/b/c", 4, "two slashes"),
    ("x^-1", 2, "TeX raises the sign alone"),
    ("x^12", 3, "TeX raises the first digit alone"),
    ("2^3^2", 1, "a tower without braces"),
    ("n!!", 1, "a double factorial"),
    ("2^n!", 1, "a factorial of what?"),
    ("n!=2", 2, "a factorial, or not equal?"),
    ("f(x)!", 1, "a factorial of what?"),
    (r"\sin(x)!", 5, "a factorial of what?"),
    (r"\log(x)^2", 1, "a power of what?"),
    (r"\sin x y", 1, "where does the argument end?"),
    (r"\log n k", 1, "where does the argument end?"),
    (r"\sin x / 2", 1, "where does the argument end?"),
    (r"\sin 2 \cdot x", 1, "where does the argument end?"),
    (r"\sin 2x(y+1)", 1, "where does the argument end?"),
    (r"\log \frac{a}{b} c", 1, "where does the argument end?"),
    (r"\sin x e^x", 1, "where does the argument end?"),
    (r"\sin -x", 1, "no argument"),
    (r"\sin^{-1} x", 5, "inverse, or one over it?"),
    (r"\lg x", 1, "a base that differs from country to country"),
    (r"\ln_2 x", 4, "a natural logarithm has no other base"),
    (r"\operatorname{sgn} x", 1, "an unknown word"),
    (r"\operatorname{arccot} x", 1, "branches differ"),
    ("sin x", 1, "a product of letters"),
    ("2 cosx", 3, "a product of letters"),
    ("alpha + 1", 1, "a product of letters"),
    ("x(t)", 1, "a function, or a product?"),
    ("x(2)", 1, "a function, or a product?"),
    ("x(2t)", 1, "a function, or a product?"),
    ("x[n]", 1, "a function, or a product?"),
    ("a(b,c)", 1, "a function, or a product?"),
    (r"\sigma(-x)", 1, "the logistic function"),
    (r"\Gamma(n+1)", 1, "a known function"),
    (r"\zeta(x+1)", 1, "a known function"),
    (r"\pi(n)", 1, "a known function"),
    ("e(x)", 1, "a function, or a product?"),
    ("f(x) + f", 8, "a function and a number"),
    ("p(1-p)", 5, "a function and a number"),
    ("f(x,y) - f(x)", 10, "numbers of arguments"),
    ("u^2(x+1)", 1, "a power of a function?"),
    ("f^{-1}(x)", 1, "an inverse?"),
    ("f^{(2)}(x)", 1, "a derivative?"),
    ("f(x|y)", 2, "a condition"),
    (r"\frac{df}{dx} + f(x)", 8, "with and without an argument"),
    (r"\frac{dy}{dx} + y(x+1)", 17, "a product with a function"),
    (r"\frac{dy}{dx} \frac{dx}{dt}", 12, "a variable and a function"),
    (r"\frac{d}{dx} (y+1)", 11, "it does not show x"),
    (r"\frac{\partial p q}{\partial t}", 30, "it does not show t"),
    (r"\sum_{k=1}^n f_k(x)", 14, "an index in the name of a function"),
    (r"\sum_{k=1}^n a_{nk}", 17, "two indices, or a product?"),
    (r"\sum_{i=1}^n i + i", 18, "an imaginary unit"),
    (r"\sum_{k=1}^\infty k", 12, "an infinite sum"),
    (r"\sum_{k=1}^{2.5} k", 13, "half a number"),
    (r"\sum_{k} k", 1, "no limits"),
    (r"\sum_{e=1}^n e", 7, "a number for an index"),
    (r"\prod_{k=1}^n k x", 15, "where does the product end?"),
    (r"\prod_{k=1}^n k / n", 15, "where does the product end?"),
    ("i + 1", 1, "an imaginary unit"),
    (r"e^{i x}", 4, "an imaginary unit"),
    ("x'", 1, "a prime on a letter"),
    ("xy'", 2, "a prime on a letter"),
    ("x^*", 2, "a star"),
    (r"x^\top", 3, "a transposed matrix"),
    (r"x^\dagger", 3, "an adjoint matrix"),
    (r"\dot x", 1, "a derivative in time"),
    (r"\vec x", 1, "a vector"),
    (r"\mathbb E x", 1, "an expectation"),
    ("E[X]", 1, "an expectation"),
    ("E x", 1, "an expectation"),
    (r"\Delta p", 1, "a Laplacian"),
    (r"\nabla f", 1, "a gradient"),
    (r"\operatorname{div} f", 1, "a divergence"),
    (r"\delta_{ij}", 1, "a symbol of its own"),
    (r"\delta(x)", 1, "a distribution"),
    (r"\mathcal N(0, 1)", 1, "a law"),
    (r"\langle a, b \rangle", 1, "an inner product"),
    ("||x||", 1, "a norm"),
    (r"\|x\|", 1, "a norm"),
    ("|x|y|z|", 1, "crossing bars"),
    ("|a|b - c|d|", 1, "crossing bars"),
    ("x_{1 2}", 4, "two numbers in an index"),
    (r"x_{\mathbf k}", 4, "a font in an index"),
    (r"x_{\mathrm t} + x_t", 17, "fonts in an index"),
    (r"\infty", 1, "no number"),
    ("x2", 2, "a name?"),
    ("x 2", 3, "a name?"),
    ("k2^k", 2, "a power of k2?"),
    ("2 3^k", 3, "twenty-three?"),
    (r"\frac12 2^k", 9, "a mixed number?"),
    (r"\log x 2^k", 1, "where does the argument end?"),
    (r"a \pm b", 3, "two values"),
    (r"1 + \dots + n", 5, "what is left out"),
    (r"90^\circ", 4, "degrees"),
    (r"50\%", 3, "percent"),
    ("50% + 1", 3, "a comment"),
    (r"6 \div 2", 3, "a divergence, or a division?"),
    (r"\begin{pmatrix} 1 \end{pmatrix}", 1, "a matrix"),
    (r"\lfloor x \rfloor", 1, "rounding"),
    (r"\{x\}", 1, "a fractional part"),
    (r"2\left\{x+1\right\}", 2, "a fractional part"),
    (r"\int x \, dx", 1, "an antiderivative, or over the whole line?"),
    (r"\int_R f(x) dx", 1, "one limit, or a region?"),
    (r"\int_0 f(x) dx", 1, "one limit"),
    (r"\int_0^\infty f(x) dx", 8, "over half a line"),
    (r"1 + \int f'(x) dx", 5, "an antiderivative, or over the whole line?"),
    (r"\min(a, b)", 1, "a minimum"),
    (r"\lim_{x \to 0} x", 1, "a limit"),
    (r"\overset{a}{b}", 1, "stacked formulas"),
    ("1,5", 1, "a list"),
    ("1{,}000", 1, "a thousand, or one?"),
    (r"1\,000", 4, "a thousand in two parts"),
    (r"2\frac{1}{2}", 2, "a mixed number"),
    ("x²", 2, "a small two"),
    ("dx", 1, "a differential"),
    ("{a+b}^2", 1, "braces print nothing"),
    ("o(h)", 1, "which letter varies?"),
    ("x < 1", 1, "no equation"),
    ("a = b = c", 9, "a chain"),
    (r"\frac{dy}{dx}^2", 1, "a power of what?"),
    (r"\frac{d}{dx} f(x) g(x)", 1, "of the product?"),
    (r"\frac{d}{dx} x^2/2", 1, "of the quotient?"),
    (r"\mathrm i", 1, "an imaginary unit"),
    (r"\Sigma_{k=1}^n k", 9, "a sum"),
    (r"\mathbb 1", 1, "a function that indicates"),
    ("A^T", 2, "a transposed matrix"),
    ("C_n^k", 4, "a binomial coefficient"),
    (r"x^{\overline{n}}", 2, "a rising factorial"),
    (r"x^{\underline{n}}", 4, "a falling factorial"),
    ("e^{(x+1)}", 2, "an index, or a power?"),
    ("x^{(a+b)}", 2, "an index, or a power?"),
    ("x^{(1/2)}", 2, "an index, or a power?"),
    ("(x^2)'", 1, "derived in what?"),
    (r"\Phi(-x)", 1, "a distribution"),
    ("a +", 4, "the end"),
    ("", 1, "nothing"),
]


@pytest.mark.parametrize(
    ("text", "column"), [row[:2] for row in REFUSED], ids=[f"{r[0]} {r[2]}" for r in REFUSED]
)
def test_what_is_doubtful_is_refused_with_its_place(text: str, column: int) -> None:
    with pytest.raises(ParseError) as caught:
        read_statement(text, "0")
    assert (caught.value.column, caught.value.where) == (column, "left side")


PLACES = [
    ({"lhs": "x", "rhs": "y'"}, "right side", 1),
    ({"lhs": "x", "rhs": "1", "given": ["a=b", "1+y'=0"]}, "side equation 2", 3),
    ({"lhs": "x", "rhs": "1", "given": ["a"]}, "side equation 1", 1),
    ({"lhs": "x", "rhs": "1", "assume": ["a>0", "y'>0"]}, "assumption 2", 1),
    ({"lhs": "x", "rhs": "1", "assume": ["x=1"]}, "assumption 1", 2),
    ({"lhs": "x", "rhs": "1", "assume": ["x>1", "x<0"]}, "assumption 2", 1),
    ({"lhs": "x", "rhs": "1", "assume": ["0<a, b<1"]}, "assumption 1", 1),
    ({"lhs": "x", "rhs": "1", "assume": [r"x \in \mathbb R_+"]}, "assumption 1", 3),
    ({"lhs": "x", "rhs": "1", "assume": [r"x \in \mathbb C"]}, "assumption 1", 3),
    ({"lhs": "x", "rhs": "1", "assume": ["x"]}, "assumption 1", 1),
    ({"lhs": "x", "rhs": "1", "assume": [r"\pi > 3"]}, "assumption 1", 1),
    ({"lhs": "x", "rhs": "1", "assume": [r"n \in \mathbb Z", "0 < n < 1"]}, "assumption 2", 1),
    ({"lhs": r"\sum_{k=1}^n a_k", "rhs": "1", "assume": ["a_k > 0"]}, "assumption 1", 1),
    ({"lhs": r"\prod_{s=1}^t a_s", "rhs": "1", "given": ["a_t = 1 - b_t"]}, "side equation 1", 1),
    ({"lhs": "h", "rhs": "1", "vary": r"h \to 1"}, "vary", 7),
    ({"lhs": "h", "rhs": "1", "vary": "h+1"}, "vary", 1),
    ({"lhs": "f(h)", "rhs": "f"}, "right side", 1),
    ({"lhs": "x_{i,j}", "rhs": "1 + x_{ij}"}, "right side", 5),
    ({"lhs": "x_{12}", "rhs": "x_{1,2}"}, "right side", 1),
    ({"lhs": "x_1", "rhs": "1", "given": ["a = x_{(1)}"]}, "side equation 1", 5),
    ({"lhs": r"x_{i \cdot j}", "rhs": "x_{ij}"}, "right side", 1),
    ({"lhs": r"\frac{d x_{n+1}}{dt}", "rhs": "x_{1+n}"}, "right side", 1),
    ({"lhs": "a_n", "rhs": "O(1)", "vary": r"n \to \infty"}, "left side", 1),
    ({"lhs": "1", "rhs": "O(f_h(x))", "vary": "h"}, "right side", 3),
    ({"lhs": "x = 1", "rhs": "x"}, "left side", 1),
    ({"lhs": r"\frac{dy}{dx}", "rhs": "2x", "given": ["y = x^2"]}, "side equation 1", 1),
    ({"lhs": r"\frac{d}{dx} (a x)", "rhs": "a", "given": ["a = x^2"]}, "side equation 1", 1),
    ({"lhs": "f''(x)", "rhs": "f(x)", "given": ["f'(x) = f(x)"]}, "side equation 1", 1),
    ({"lhs": "f(3)", "rhs": "9", "given": ["f(x) = x^2"]}, "side equation 1", 1),
    ({"lhs": "f(3)", "rhs": "1", "assume": ["f(x) > 0"]}, "assumption 1", 1),
]


@pytest.mark.parametrize(("statement", "where", "column"), PLACES)
def test_errors_say_which_text_they_are_about(
    statement: dict[str, object], where: str, column: int
) -> None:
    with pytest.raises(ParseError) as caught:
        read_statement(**statement)
    assert (caught.value.where, caught.value.column) == (where, column)


def interval(low: object, high: object, ends: str = "()", *, whole: bool = False) -> Domain:
    bounds = [None if end is None else Fraction(end) for end in (low, high)]
    return Domain(*bounds, ends[0] == "[", ends[1] == "]", whole)


DOMAINS = [
    (["x > 0"], interval(0, None)),
    ([r"x \ge 0"], interval(0, None, "[)")),
    (["x ≤ 1"], interval(None, 1, "(]")),
    (["0 < x < 1"], interval(0, 1)),
    ([r"-1 \le x < 2/3"], interval(-1, Fraction(2, 3), "[)")),
    (["1 > x"], interval(None, 1)),
    (["x > 0", r"x \le 1"], interval(0, 1, "(]")),
    ([r"x \ge 0", r"x \le 0"], interval(0, 0, "[]")),
    ([r"x \in (0, 1)"], interval(0, 1)),
    ([r"x \in [0; 1)"], interval(0, 1, "[)")),
    ([r"x \in (0, \infty)"], interval(0, None)),
    ([r"x \in (-\infty, 0]"], interval(None, 0, "(]")),
    ([r"a, x \in \mathbb R"], interval(None, None)),
    (["a, x > 0"], interval(0, None)),
    (["a > 0, x > 1"], interval(1, None)),
    ([r"x \in \mathbb N"], interval(0, None, "[)", whole=True)),
    ([r"x \in \mathbb{N}^*"], interval(1, None, "[)", whole=True)),
    ([r"x \in \mathbb N_+"], interval(1, None, "[)", whole=True)),
    ([r"x \in \mathbb Z_{>0}"], interval(1, None, "[)", whole=True)),
    ([r"x \in \mathbb Z_{\geq 0}"], interval(0, None, "[)", whole=True)),
    ([r"x \in \mathbb Z"], interval(None, None, whole=True)),
    ([r"x \in \mathbb N", r"x \ge 2"], interval(2, None, "[)", whole=True)),
    ([r"x \in \mathbb Z", "0 < x < 5/2"], interval(1, 2, "[]", whole=True)),
    ([r"x \in \mathbb R_{>0}"], interval(0, None)),
]


@pytest.mark.parametrize(("assume", "domain"), DOMAINS, ids=[" ".join(r[0]) for r in DOMAINS])
def test_assumptions_about_a_letter_are_its_domain(assume: list[str], domain: Domain) -> None:
    assert read_statement("x", "a", assume=assume).letters[x] == domain


FACTS = [
    (r"x \ne 0", Fact("nonzero", x)),
    ("a < b", Fact("positive", b - a)),
    (r"0 \le a \le b", Fact("nonnegative", b - a)),
    (r"x > \pi", Fact("positive", x - t.PI)),
    ("x^2 < 1", Fact("positive", 1 - x**2)),
    ("f(x) > 0", Fact("positive", f(x))),
    (r"2x \in [0, 1)", Fact("nonnegative", 2 * x)),
    (r"x \in (a, 1)", Fact("positive", x - a)),
]


@pytest.mark.parametrize(("text", "fact"), FACTS, ids=[row[0] for row in FACTS])
def test_other_assumptions_are_facts(text: str, fact: Fact) -> None:
    assert fact in read_statement("x", "a", assume=[text]).facts


def test_equations_and_side_equations_and_what_varies() -> None:
    both = read_statement("x + 2y = 4", "y = 2 - x/2")
    assert both.equations
    assert both.lhs == x + 2 * y - 4
    given = read_statement("x", "y", given=["x = y", "a = b = h"]).given
    assert given == ((x, y), (a, b), (b, h))
    small = read_statement("e^h", "1 + h + o(h)", vary="h")
    assert (small.vary, small.toward) == (h, "0")
    large = read_statement("1", "1 + O(1/n)", vary=r"n \to \infty")
    assert (large.vary, large.toward) == (n, "oo")
    assert t.Landau("O", t.Div(t.term(1), n)) in large.rhs.nodes


def test_an_assumption_declares_letters_that_are_numbers_otherwise() -> None:
    statement = read_statement("e^x + i", "0", assume=[r"i \in \mathbb R", "e > 0"])
    assert statement.lhs == t.Pow(t.Sym("e"), x) + t.Sym("i")


NUMBER_STAYS = ["x > e", "0 < x < e", r"x \in (0, e)", "e > x", r"x \le e^2"]


@pytest.mark.parametrize("assumed", NUMBER_STAYS)
def test_an_assumption_that_compares_with_the_number_e_makes_it_no_letter(assumed: str) -> None:
    statement = read_statement("e x", "0", assume=[assumed])
    assert statement.lhs == t.exp(1) * x
    assert t.Sym("e") not in statement.letters


@pytest.mark.parametrize("assumed", ["e > 0", r"e \in \mathbb R", "0 < e < 1", r"e \ne 0"])
def test_an_assumption_about_e_alone_makes_it_a_letter(assumed: str) -> None:
    assert read_statement("e x", "0", assume=[assumed]).lhs == t.Sym("e") * x


def test_long_sides_are_read() -> None:
    many = "+".join(rf"\frac{{1}}{{(x+{i})(x+{i + 1})}}" for i in range(200))
    assert isinstance(read(many), t.Add)


# --- there and back ---

letters = st.sampled_from([a, b, x, t.Sym(r"\beta_t"), t.Sym("x^{(2)}"), t.PI])
numbers = st.integers(0, 12).map(t.term)
functions = st.sampled_from(t.FUNCTION_NAMES)


def _grown(inner: st.SearchStrategy[t.Term]) -> st.SearchStrategy[t.Term]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda two: t.add(*two)),
        pairs.map(lambda two: t.mul(*two)),
        pairs.map(lambda two: t.Div(*two)),
        pairs.map(lambda two: t.Pow(*two)),
        pairs.map(lambda two: t.Binomial(*two)),
        inner.map(t.Neg),
        inner.map(t.sqrt),
        inner.map(t.Factorial),
        inner.map(lambda body: t.FiniteSum(body * k, k, t.term(1), n)),
        st.tuples(functions, inner).map(lambda two: t.Fun(*two)),
    )


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(node=st.recursive(st.one_of(letters, numbers), _grown, max_leaves=7))
def test_what_is_printed_is_read_back(node: t.Term) -> None:
    printed = latex(node)
    assert plain(read(printed)) == plain(node), printed


# --- SymPy ---

X, Y = sympy.symbols("x y")
F = sympy.Function("f")
EXPRESSIONS = [
    X**2 / Y, X**Y, sympy.sqrt(X) / 2, 1 / (1 + 1 / X), sympy.E, sympy.exp(X), sympy.pi,
    sympy.factorial(X), sympy.binomial(X, Y), sympy.Abs(X), sympy.Sum(X**2, (X, 1, Y)),
    sympy.Product(X, (X, 1, Y)), sympy.Derivative(F(X), X, X), F(X, Y), sympy.log(X, 2),
    F(X).diff(X).subs(X, Y + 1), -2 * X * Y / 3, sympy.Mul(X, 1 / X, evaluate=False),
    *(function(X) for function in (
        sympy.tan, sympy.cot, sympy.sec, sympy.csc, sympy.asin, sympy.acos, sympy.atan, sympy.sinh,
        sympy.cosh, sympy.tanh, sympy.coth, sympy.asinh, sympy.acosh, sympy.atanh,
    )),
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_sympy_survives_the_way_there_and_back(expression: sympy.Expr) -> None:
    term = from_sympy(expression, as_written=True)
    back = to_sympy(term, {x: X, y: Y})
    assert back == expression.doit() or back == expression or str(back) == str(expression)
    assert read_statement(expression, expression).lhs == term


def test_denominators_stay_where_they_are() -> None:
    assert read_statement(1 / (1 + 1 / X), 1).lhs == t.Div(1, 1 + t.Div(1, x))


REAL = sympy.Symbol("x", real=True)
SYMBOLS = [
    (X, interval(None, None)),
    (REAL, interval(None, None)),
    (sympy.Symbol("x", positive=True), interval(0, None)),
    (sympy.Symbol("x", nonnegative=True), interval(0, None, "[)")),
    (sympy.Symbol("x", negative=True), interval(None, 0)),
    (sympy.Symbol("x", integer=True), interval(None, None, whole=True)),
    (sympy.Symbol("x", integer=True, positive=True), interval(1, None, "[)", whole=True)),
]


@pytest.mark.parametrize(("symbol", "domain"), SYMBOLS)
def test_what_symbols_assume_is_their_domain(symbol: sympy.Symbol, domain: Domain) -> None:
    assert read_statement(symbol, 0).letters[x] == domain


def test_assumptions_about_symbols() -> None:
    nonzero = sympy.Symbol("x", real=True, nonzero=True)
    assert read_statement(nonzero, 1).facts == (Fact("nonzero", x),)
    more = read_statement(X, Y, given=[sympy.Eq(X, Y)], assume=[X > 0, "y < 1", sympy.Ne(Y, 0)])
    assert more.letters == {x: interval(0, None), y: interval(None, 1)}
    assert (more.facts, more.given) == ((Fact("nonzero", y),), ((x, y),))
    series = read_statement(sympy.exp(X), 1 + X + sympy.Order(X**2), vary=X)
    assert series.vary == x
    assert t.Landau("O", x**2) in series.rhs.nodes
    large = read_statement(X, sympy.Order(X**2, (X, sympy.oo)), vary=r"x \to \infty")
    assert (large.vary, large.toward) == (x, "oo")


NO_SIDES = [
    (sympy.I * X, "complex"),
    (sympy.oo, "no number"),
    (sympy.Float(0.5), "rounded"),
    (sympy.Symbol("x", complex=True), "complex"),
    (sympy.Symbol("x", even=True), "even"),
    (sympy.Symbol("x", prime=True), "prime"),
    (X + REAL, "two symbols of one name"),
    (sympy.gamma(X), "no term"),
    (sympy.acot(X), "branches differ"),
    (sympy.Piecewise((X, X > 0), (0, True)), "no term"),
    (sympy.Sum(X, (X, 1, sympy.oo)), "infinite"),
    (sympy.Function("g", positive=True)(X), "what is assumed would be lost"),
    (sympy.Matrix([1]), "no number"),
    (sympy.Eq(X, 1), "an equation against an expression"),
    (sympy.true, "no expression"),
    (sympy.cbrt(-8), "a complex root"),
    (sympy.Integer(-1) ** sympy.Rational(2, 3), "a complex root"),
    (sympy.cbrt(REAL**3), "a complex root where x < 0"),
    (1 / sympy.cbrt(X), "a complex root where x < 0"),
    (2 * X ** sympy.Rational(-2, 3), "a complex root where x < 0"),
    (sympy.cbrt(sympy.Symbol("x", negative=True)), "a complex root"),
    (sympy.Pow(X, sympy.Mul(2, sympy.Rational(1, 3), evaluate=False)), "a complex root"),
    (sympy.Integer(10) ** 5000, "a number of too many digits"),
    (10**5000, "a number of too many digits"),
    (X + sympy.Rational(1, 10**5000), "a number of too many digits"),
]
POSITIVE = sympy.Symbol("x", positive=True)
READ_ROOTS = [
    (sympy.cbrt(POSITIVE), "of a positive number"),
    (sympy.cbrt(X**2), "of a square of a real number"),
    (1 / sympy.cbrt(1 + sympy.exp(REAL)), "of a positive number"),
    (sympy.sqrt(X), "a square root is nowhere real where SymPy's is not"),
    (X**sympy.pi, "no root"),
    (POSITIVE ** sympy.Rational(-7, 3), "of a positive number"),
]


@pytest.mark.parametrize(
    "side", [r[0] for r in READ_ROOTS], ids=[f"{r[0]} {r[1]}" for r in READ_ROOTS]
)
def test_roots_of_sympy_that_are_real_wherever_they_are_read(side: sympy.Expr) -> None:
    assert read_statement(side, side).lhs == from_sympy(side, as_written=True)


@pytest.mark.parametrize(
    "side", [r[0] for r in NO_SIDES], ids=[f"{i} {r[1]}" for i, r in enumerate(NO_SIDES)]
)
def test_what_sympy_means_otherwise_is_refused(side: sympy.Basic) -> None:
    with pytest.raises(IllTyped):
        read_statement(side, sympy.Integer(1))


@pytest.mark.parametrize(
    "statement",
    [
        {"lhs": "x", "rhs": X},
        {"lhs": X, "rhs": 1, "assume": [r"\beta > 0"]},
        {"lhs": X, "rhs": 1, "assume": ["x > 0", "x < 0"]},
        {"lhs": sympy.Symbol("p", positive=True), "rhs": 1, "assume": ["p < 0"]},
        {"lhs": X, "rhs": 1, "given": ["x = 1"]},
        {"lhs": "x", "rhs": "1", "given": [sympy.Eq(X, 1)]},
        {"lhs": X, "rhs": sympy.Order(X)},
        {"lhs": X, "rhs": sympy.Order(X), "vary": Y},
        {"lhs": X + Y, "rhs": sympy.Order(X), "vary": Y},
        {"lhs": X, "rhs": sympy.Order(X, (X, sympy.oo)), "vary": X},
        {"lhs": X, "rhs": sympy.Order(X), "vary": r"x \to \infty"},
        {"lhs": X, "rhs": 1, "given": [(Y, sympy.Order(X, (X, sympy.oo)))], "vary": X},
    ],
)
def test_what_does_not_go_together_is_refused(statement: dict[str, object]) -> None:
    with pytest.raises(DeriveError):
        read_statement(**statement)
