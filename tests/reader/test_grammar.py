"""Text -> syntax tree: shapes and spans, before any letter has a meaning."""

from __future__ import annotations

import pytest

from derive.errors import ParseError
from derive.reader.cursor import Cursor
from derive.reader.grammar import parse
from derive.reader.lookahead import is_double
from derive.reader.names import name_in, readable, spell
from derive.reader.syntax import (
    Group,
    Integrate,
    Letter,
    Mark,
    Node,
    Number,
    Parts,
    Quotient,
    Relation,
    Root,
    Row,
    Scripted,
    Sum,
    Summation,
    Word,
)
from derive.reader.tokens import tokenize


def shape(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one case per node
    """The tree as a bracketed line, without spans."""
    match node:
        case Number(value=value):
            return str(value)
        case Letter(name=name, font=font):
            return f"{font}:{name}" if font else name
        case Word(name=name):
            return f"'{name}'"
        case Mark(symbol=symbol):
            return symbol
        case Row(items=items):
            return "(row " + " ".join(map(shape, items)) + ")"
        case Sum(terms=terms):
            return "(sum " + " ".join(sign + shape(n) for sign, n in terms) + ")"
        case Relation(sides=sides, symbols=symbols):
            return f"(rel {' '.join(symbols)} {' '.join(map(shape, sides))})"
        case Parts(items=items, separators=separators):
            return " ".join(separators) + " ".join(map(shape, items))
        case Group(kind=kind, parts=parts):
            return f"({kind} {shape(parts)})"
        case Quotient(num=num, den=den):
            return f"(frac {shape(num)} {shape(den)})"
        case Root(body=body, degree=degree):
            return f"(root {shape(body)}{' ' + shape(degree) if degree else ''})"
        case Integrate(body=body, var=var):
            return f"(int {shape(body)} d {shape(var)})"
        case Scripted(base=base, sub=sub, sup=sup, primes=primes):
            low = f" _{sub.text}" if sub else ""
            high = f" ^{sup.text}" if sup else ""
            return f"({shape(base)}{low}{high}{chr(39) * primes})"
        case Summation(kind=kind, sub=sub, sup=sup, body=body):
            low = f" _{sub.text}" if sub else ""
            high = f" ^{sup.text}" if sup else ""
            return f"({kind}{low}{high} {shape(body)})"


SHAPES = [
    pytest.param("s(x)p(x)", "(row s (( x) p (( x))", id="no application in the grammar"),
    pytest.param(r"a\cdot b/c", r"(row a \cdot b / c)", id="marks stay in the row"),
    pytest.param("a-b c", "(sum +a -(row b c))", id="rows inside a sum"),
    pytest.param("x_t^2", r"(x _t ^2)", id="scripts in either order, 1"),
    pytest.param("x^2_t", r"(x _t ^2)", id="scripts in either order, 2"),
    pytest.param("f''(x)", "(row (f'') (( x))", id="primes"),
    pytest.param(r"f^\prime", "(f')", id="prime as a superscript"),
    pytest.param(r"\frac12x", "(row (frac 1 2) x)", id="single digits as arguments"),
    pytest.param(r"\frac123", "(row (frac 1 2) 3)", id="a long number is split as TeX does"),
    pytest.param(r"\sqrt[3]2", "(root 2 3)", id="degree of a root"),
    pytest.param("|x|y|z|", "(row (| x) y (| z))", id="bars pair in turn"),
    pytest.param("(f|g)", "(( |f g)", id="a lone bar separates"),
    pytest.param("(2|f||g)", "(( |(row 2 (| f)) g)", id="a pair and a separator"),
    pytest.param(r"[|x|\mid y]", r"([ |(| x) y)", id="mid always separates"),
    pytest.param(r"\int f\,dx\,g", "(row (int f d x) g)", id="the differential ends an integral"),
    pytest.param(r"\int\int f\,dx\,dy", "(int (int f d x) d y)", id="nested integrals"),
    pytest.param(r"\int (d+1)f\,dt", "(int (row (( (sum +d +1)) f) d t)", id="d in brackets"),
    pytest.param(r"f|_a^b", "((. f) _a ^b)", id="evaluation bar"),
    pytest.param(r"\operatorname{div}s", "(row 'div' s)", id="word"),
    pytest.param(r"\mathbb{E}X", "(row mathbb:E X)", id="font"),
    pytest.param(r"\bar\alpha_t", r"(\bar{\alpha} _t)", id="accent under a script"),
    pytest.param(r"{a}_t", "(a _t)", id="braces round one letter"),
    pytest.param(r"a=b\le c", r"(rel = \le a b c)", id="relations"),
    pytest.param("a:=b", "(rel := a b)", id="definition"),
    pytest.param(r"\sum_{i=1}^d a_i b+c", "(sum +(sum _i=1 ^d (row (a _i) b)) +c)", id="a sum"),
    pytest.param(r"\sum\nolimits_i\sum_j a", "(sum _i (sum _j a))", id="sums nest"),
    pytest.param(r"\prod_t a", "(prod _t a)", id="a product"),
    pytest.param(r"\int dx\,f\,g", "(int (row f g) d x)", id="the differential first"),
    pytest.param(r"\iint f\,dx\,dy", "(int (int f d x) d y)", id="a sign for two"),
    pytest.param(r"\int\frac{f\,dx}{g}", "(int (frac f g) d x)", id="above a fraction line"),
    pytest.param(r"\int f\,d^dx", "(int f d x)", id="volume element"),
    pytest.param(r"\int f(s)dWs", "(int (row f (( s)) d (W _s))", id="a script lost by a scan"),
    pytest.param(r"{a+b\over c}", "(frac (sum +a +b) c)", id="over"),
    pytest.param(r"x_{1:T}", "(x _1:T)", id="a range of indices"),
    pytest.param(r"x_{}^{}", "x", id="empty scripts"),
    pytest.param(r"f^{\prime\prime}", "(f'')", id="primes in braces"),
    pytest.param(r"\left.f\right|_a", "((. f) _a)", id="evaluation"),
    pytest.param(r"(\left.f\right|g)", "(( |f g)", id="a condition after an invisible bracket"),
    pytest.param(r"D(p\,\|\,q)", "(row D (( \\|p q))", id="norm bars that separate"),
    pytest.param(r"\underset{x}{\mathbb E}f", "(row (mathbb:E _x) f)", id="set under an E"),
    pytest.param(r"\overset{?}{a}\cancel{b}", "(row a b)", id="decorations"),
    pytest.param(r"D(p||q)", "(row D (( \\|p q))", id="two bars that separate"),
    pytest.param(r"D(p\mid\mid q)", "(row D (( \\|p q))", id="two mids that separate"),
    pytest.param(r"D(p\middle\|q)", "(row D (( \\|p q))", id="a norm bar in the middle"),
    pytest.param(r"(2||x||)", "(( (row 2 (\\| x)))", id="a norm with two bars"),
    pytest.param(
        r"q(x_1, \ldots, x_n)", r"(row q (( , ,(x _1) \dots (x _n)))", id="members left out"
    ),
    pytest.param(r"\{a, ..., b\}", r"(\{ , ,a \dots b)", id="typed dots"),
    pytest.param(r"\cdots", r"\dots", id="dots alone"),
    pytest.param(r"\argmin_\theta a b + c", "(sum +(argmin _\\theta (row a b)) +c)", id="argmin"),
    pytest.param(r"\arg\min_\theta a", "(argmin _\\theta a)", id="arg min"),
    pytest.param(r"\operatorname*{arg\,max}_x a", "(argmax _x a)", id="arg max as an operator"),
    pytest.param(r"\underset{x}{\operatorname{argmin}} a", "(argmin _x a)", id="set under"),
    pytest.param(r"\mathop{\mathrm{argmin}}_x a", "(argmin _x a)", id="a new operator"),
    pytest.param(r"\lim_{h\to 0}\sup_x a", "(lim _h\\to0 (sup _x a))", id="limits nest"),
    pytest.param(r"2\max(a, b)", "(row 2 (max (( ,a b)))", id="maximum of two"),
    pytest.param(r"\min_\theta", "('min' _\\theta)", id="a minimum of nothing is a word"),
    pytest.param(
        r"\begin{pmatrix} a & b \\ & c \end{pmatrix}^\top",
        r"((matrix & \\ &a b  c) ^\top)",
        id="matrix",
    ),
    pytest.param(
        r"\begin{cases} a, & t > 0, \\ b & \text{else} \end{cases}",
        r"(cases & \\ &a (rel > t 0) b 'else')",
        id="cases",
    ),
    pytest.param(r"\lceil T/S \rceil", r"(\lceil (row T / S))", id="rounded"),
    pytest.param(r"\mathbb{R}^+", "(mathbb:R ^+)", id="a sign as a superscript"),
    pytest.param(r"\int f\,d\mathbf{x}", "(int f d mathbf:x)", id="a differential in bold"),
    pytest.param(r"\int d\,\mathbb{E}f\,dx", "(int (row d mathbb:E f) d x)", id="the dimension"),
    pytest.param(r"\color{red} a\hspace{1em}\phantom{\frac{1}{2}}b", "(row a b)", id="blank"),
]


@pytest.mark.parametrize(("text", "expected"), SHAPES)
def test_shapes(text: str, expected: str) -> None:
    assert shape(parse(text)) == expected


NAMES = [
    pytest.param(r"\beta_{t}", r"\beta_{t}", r"\beta_t", id="braces round one character"),
    pytest.param(r"\beta _ t", r"\beta_{t}", r"\beta_t", id="spaces"),
    pytest.param(r"x_{\mathrm{data}}", "x_{data}", "x_{data}", id="roman subscript"),
    pytest.param(r"s_{\theta ,i}", r"s_{\theta,i}", r"s_{\theta,i}", id="list as subscript"),
    pytest.param(r"D_t^{\theta}", r"D_{t}^{\theta}", r"D_t^\theta", id="superscript"),
    pytest.param(r"p_{t\mid 0}", "p_{t|0}", "p_{t|0}", id="bars in a name"),
    pytest.param(r"X_{t_1}", "X_{t_{1}}", "X_{t_1}", id="nested subscript"),
    pytest.param(r"\widehat{x}'", r"\hat{x}'", r"\hat{x}'", id="wide accent, prime"),
    pytest.param(r"\bm{\mu}", r"\mathbf{\mu}", r"\mathbf{\mu}", id="family of fonts"),
    pytest.param(r"\alpha_{\beta t}", r"\alpha_{\beta t}", r"\alpha_{\beta t}", id="word space"),
]


@pytest.mark.parametrize(("text", "canonical", "typed"), NAMES)
def test_names_have_one_spelling(text: str, canonical: str, typed: str) -> None:
    assert name_in(parse(text)) == canonical
    assert readable(canonical) == typed
    assert name_in(parse(typed)) == canonical


SPANS = [
    pytest.param("a + bc", "bc", 1, id="second term"),
    pytest.param(r"a+\left( b \right)", r"\left( b \right)", 1, id="sized brackets"),
    pytest.param(r"a-\frac{1}{2}", r"\frac{1}{2}", 1, id="fraction with its braces"),
    pytest.param(r"  x_{t}^2 + 1", "x_{t}^2", 0, id="scripts belong to the atom"),
    pytest.param(r"1+\bar{\alpha}_t", r"\bar{\alpha}_t", 1, id="accent"),
    pytest.param(r"1+\|x\|^2", r"\|x\|^2", 1, id="norm"),
]


@pytest.mark.parametrize(("text", "part", "index"), SPANS)
def test_spans_point_into_the_source(text: str, part: str, index: int) -> None:
    node = parse(text)
    assert isinstance(node, Sum)
    span = node.terms[index][1].span
    assert text[span.start : span.end] == part


HOSTILE = [
    pytest.param("(" * 2000, id="opening brackets"),
    pytest.param("{" * 4000, id="opening braces"),
    pytest.param("(" * 500 + "a" + ")" * 500, id="balanced brackets"),
    pytest.param("|" * 4000, id="bars"),
    pytest.param(r"\|" * 2000, id="double bars"),
    pytest.param("a" * 10_000, id="ten thousand characters"),
    pytest.param("a" * 4000, id="too many nodes"),
    pytest.param("9" * 4000, id="digits"),
    pytest.param(r"\frac" * 700, id="fractions without arguments"),
    pytest.param(r"\sqrt" * 700, id="roots"),
    pytest.param(r"\int " * 700, id="integrals"),
    pytest.param(r"\color{red}" * 400, id="colours and nothing in them"),
    pytest.param(r"\sum" * 700, id="sums"),
    pytest.param(r"\bar" * 900, id="accents"),
    pytest.param(r"\min" * 900 + "a", id="minima"),
    pytest.param(r"\begin{matrix}" * 200, id="matrices"),
    pytest.param(r"\dots" * 600, id="ellipses"),
    pytest.param(r"\dots + a", id="an ellipsis in a sum"),
    pytest.param(r"(\dots)", id="an ellipsis in brackets"),
    pytest.param(r"\begin{aligned} a \end{aligned}", id="a system"),
    pytest.param(r"\begin{pmatrix} a \end{bmatrix}", id="two names"),
    pytest.param("a^{" * 900 + "a" + "}" * 900, id="towers"),
    pytest.param("x_{" * 900 + "a" + "}" * 900, id="subscripts"),
    pytest.param(r"\left" * 800, id="sizes without delimiters"),
    pytest.param("\x00\x1b[2J", id="control characters"),
    pytest.param("$$ a", id="dollars"),
    pytest.param(r"\newcommand{\a}{\a\a}", id="macros"),
    pytest.param(r"\input{/etc/passwd}", id="files"),
    pytest.param("__import__('os')", id="Python"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)


def test_tokens_spell_and_cover_the_source() -> None:
    text = r"\left( \beta_t + 0.5 \right)"
    tokens = tokenize(text)
    assert [text[t.span.start : t.span.end] for t in tokens] == [
        r"\left(", r"\beta", "_", "t", "+", "0.5", r"\right)", "",
    ]  # fmt: skip
    assert spell(tokens[1:4]) == r"\beta_{t}"


def test_double_bars_need_to_touch() -> None:
    assert is_double(Cursor.at_start("||"))
    assert not is_double(Cursor.at_start("| |"))
