r"""What people write in documents and keys do not: components, sums, lost arguments, readings."""

# Mathematics keeps its letters: p_X is the density of X.
# ruff: noqa: N802

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from derive.errors import ParseError
from derive.language.scope import Decay, Law, Scope
from derive.language.terms import (
    RV,
    At,
    Basis,
    Bracket,
    Density,
    Diff,
    Div,
    Divergence,
    Dot,
    Event,
    Expect,
    Field,
    Identity,
    IndexSum,
    Integral,
    Ito,
    MatMul,
    MatVec,
    Neg,
    Normal,
    NormSq,
    Outer,
    Pow,
    Sym,
    Term,
    Trace,
    Transpose,
    Variance,
    Zero,
    add,
    exp,
    log,
    mul,
    term,
)
from derive.reader.constants import split_constant
from derive.reader.elaborate import Elaborator
from derive.reader.grammar import parse
from derive.reader.laws import read_law
from derive.reader.notation import Defined, Notation
from derive.reader.readings import readings

p, p_0, p_data = (Field(n, density=True) for n in ("p", "p_0", r"p_{data}"))
s, v_t = Field(r"s_\theta", 1, trained=True), Field("v_t", 1)
u, g, D_t = Field("u"), Field("g"), Field("D_t", 1, trained=True)
X, Z, eps = RV("X", 1), RV("Z", 1), RV(r"\varepsilon", 1)
X_0, X_t, X_1, U = RV("X_0", 1), RV("X_t", 1), RV("X_{t-1}", 1), RV("U")
x, y, k, x_t, x_0 = (Sym(n, 1) for n in ("x", "y", "k", "x_t", "x_0"))
a, b, h, t, r = (Sym(n) for n in ("a_t", r"\beta_t", "h", "t", "r"))
alpha = Sym(r"\bar{\alpha}_t")
e_i, e_j = Basis("i"), Basis("j")

LETTERS: dict[str, Term | Field] = {
    n.name: n
    for n in (
        p, p_0, p_data, s, v_t, u, g, D_t, X, Z, eps, X_0, X_t, X_1, U, x, y, k, x_t, x_0,
        a, b, h, t, r, alpha,
    )
}  # fmt: skip
q = Field(r"q_{\varepsilon}", density=True)
SCOPE = Scope(
    laws={
        X: Law(x, p(x)),
        eps: Law(Sym("e", 1), q(Sym("e", 1))),
        Z: Law(y, Normal(y, Zero(), term(1))),
        U: Law(r, Normal(r, term(0), term(1))),
        X_0: Law(x_0, p_0(x_0)),
        X_1: Law(Sym("x_{t-1}", 1), Normal(Sym("x_{t-1}", 1), X_0, term(1))),
        X_t: Law(x_t, Normal(x_t, X_1, b)),
    },
    decays=(Decay(mul(s(x), p(x)), x),),
)
mu = Defined((x_t, x_0), add(mul(h, x_t), mul(b, x_0)))
NOTATION = replace(
    Notation.declared("", LETTERS, SCOPE),
    bare=True,
    decorated=True,
    trailing={v_t: (t,)},
)
NOTATION = replace(NOTATION, letters={**NOTATION.letters, r"\mu": mu, r"\Sigma": Defined((), b)})


def read(text: str) -> Term:
    return readings(text, NOTATION)[0].term


def all_of(text: str) -> list[Term]:
    return [reading.term for reading in readings(text, NOTATION)]


def at_X(body: Term) -> Term:
    return At(body, x, X)


J = Diff(s(x), x)
grad_p = Diff(p(x), x)
score = Diff(log(p(x)), x)

COMPONENTS = [
    pytest.param("x_i", Dot(x, e_i), id="a vector"),
    pytest.param(r"\varepsilon_i\varepsilon_j", mul(Dot(eps, e_i), Dot(eps, e_j)), id="random"),
    pytest.param(r"s_{\theta,i}(x)", Dot(s(x), e_i), id="below, after a comma"),
    pytest.param(r"s_{\theta i}(x)", Dot(s(x), e_i), id="below"),
    pytest.param(r"s_\theta^i(X)", Dot(s(X), e_i), id="above"),
    pytest.param("s_i(x)", Dot(s(x), e_i), id="the parameter left out"),
    pytest.param("s_i(x)^2", Pow(Dot(s(x), e_i), term(2)), id="square of a component"),
    pytest.param("x_{t,i}", Dot(x_t, e_i), id="time and coordinate"),
    pytest.param("x_t^i", Dot(x_t, e_i), id="coordinate above"),
    pytest.param("[x]_i", Dot(x, e_i), id="brackets"),
    pytest.param("(x + y)_i", Dot(add(x, y), e_i), id="of a sum"),
    pytest.param(r"(\nabla p(x))_i", Dot(grad_p, e_i), id="of a gradient"),
    pytest.param(r"\partial_i p(x)", Dot(grad_p, e_i), id="partial"),
    pytest.param(r"\partial_{x_i} p(x)", Dot(grad_p, e_i), id="partial, the vector named"),
    pytest.param(r"\frac{\partial p(x)}{\partial x_i}", Dot(grad_p, e_i), id="fraction"),
    pytest.param(r"\frac{\partial p}{\partial x_i}(x)", Dot(grad_p, e_i), id="bare, then applied"),
    pytest.param(
        r"\frac{\partial}{\partial x_i}p(X)", at_X(Dot(grad_p, e_i)), id="at a random point"
    ),
    pytest.param(r"\partial_j s_i(x)", Dot(MatVec(J, e_j), e_i), id="entry of the Jacobian"),
    pytest.param(
        r"\frac{\partial s_i(x)}{\partial x_j}", Dot(MatVec(J, e_j), e_i), id="as a fraction"
    ),
    pytest.param(
        r"\frac{\partial s_i}{\partial x_j}(x)", Dot(MatVec(J, e_j), e_i), id="as a bare fraction"
    ),
    pytest.param(
        r"\nabla_x s_\theta^{i,j}(X)",
        Dot(MatVec(at_X(J), e_j), e_i),
        id="two indices on the function under a gradient",
    ),
    pytest.param(r"(\nabla s_\theta(x))_{ij}", Dot(MatVec(J, e_j), e_i), id="entry of brackets"),
    pytest.param(
        r"\left\{\frac{\partial}{\partial x_j}s_{\theta,i}(X)\right\}_{i,j}^d",
        at_X(J),
        id="the matrix of the entries",
    ),
    pytest.param(r"[\partial_j s_i(x)]_{ij}", J, id="the matrix in brackets"),
    pytest.param("(x_i)_i", x, id="the vector of the components"),
    pytest.param(
        r"\frac{\partial}{\partial x_i}s_\theta(x)", MatVec(J, e_i), id="a lost index: a column"
    ),
    pytest.param(r"\delta_{ij}", Dot(e_i, e_j), id="Kronecker"),
    pytest.param(
        r"\frac{\partial^2 p(x)}{\partial x_i\partial x_j}",
        Dot(MatVec(Diff(grad_p, x), e_i), e_j),
        id="mixed second derivative",
    ),
    pytest.param("(g(r)h)'", Diff(mul(g(r), h), r), id="a prime on brackets"),
    pytest.param(r"\nabla_{}\log p(x)^{}", score, id="scripts with nothing in them"),
    pytest.param("g^2(t)", Pow(g(t), term(2)), id="a power, not a coordinate"),
]

SUMS = [
    pytest.param(r"\sum_{i=1}^d x_i y_i", IndexSum(mul(Dot(x, e_i), Dot(y, e_i)), "i"), id="sum"),
    pytest.param(r"\sum_i x_i^2 + h", add(IndexSum(Pow(Dot(x, e_i), term(2)), "i"), h), id="reach"),
    pytest.param(
        r"\sum_{i,j} x_i y_j",
        IndexSum(IndexSum(mul(Dot(x, e_i), Dot(y, e_j)), "j"), "i"),
        id="double",
    ),
    pytest.param(
        r"\sum_{i,j=1}^d x_i y_j",
        IndexSum(IndexSum(mul(Dot(x, e_i), Dot(y, e_j)), "j"), "i"),
        id="double with a limit",
    ),
    pytest.param(r"\sum_{i=j} x_i y_j", IndexSum(mul(Dot(x, e_i), Dot(y, e_i)), "i"), id="equal"),
    pytest.param(
        r"\sum_{i\ne j} x_i y_j",
        add(
            IndexSum(IndexSum(mul(Dot(x, e_i), Dot(y, e_j)), "j"), "i"),
            Neg(IndexSum(mul(Dot(x, e_i), Dot(y, e_i)), "i")),
        ),
        id="different",
    ),
    pytest.param(
        r"\sum_i\sum_{j\neq i} x_i y_j",
        IndexSum(
            add(
                IndexSum(mul(Dot(x, e_i), Dot(y, e_j)), "j"),
                Neg(mul(Dot(x, e_i), Dot(y, e_i))),
            ),
            "i",
        ),
        id="different from the one outside",
    ),
    pytest.param(r"\sum_{i=1}^d 1", IndexSum(term(1), "i"), id="d times"),
    pytest.param(
        r"\sum_i \frac{\partial}{\partial x_i}s_\theta(x)",
        IndexSum(MatVec(J, e_i), "i"),
        id="a lost index is read as written",
    ),
]

EXPECTATIONS = [
    pytest.param(
        r"\mathbb{E}_{p(x)}[u(x)]", Integral(mul(u(x), p(x)), x), id="density and letter below"
    ),
    pytest.param(r"E_{p}[u(x)]", Integral(mul(u(x), p(x)), x), id="the density alone"),
    pytest.param(
        r"E_{x\sim p_\text{data}}\|x\|^2",
        Integral(mul(NormSq(x), p_data(x)), x),
        id="without brackets",
    ),
    pytest.param(
        r"E_{x\sim p}E_{y\sim\mathcal{N}(0,I)}[(x^\top y)^2]",
        Integral(
            mul(
                Integral(mul(Pow(Dot(x, y), term(2)), Normal(y, Zero(), term(1))), y),
                p(x),
            ),
            x,
        ),
        id="a normal law below",
    ),
    pytest.param("E_{x_0}[u(x_0)]", Expect(u(X_0)), id="the letter of a value below"),
    pytest.param(
        "E_{q(x_t|x_0)}[u(x_t)]", Expect(u(X_t), (Event(X_0, x_0),)), id="a conditional density"
    ),
    pytest.param(
        r"E_{p_{0|t}(x_0|x_t)}[x_0]", Expect(X_0, (Event(X_t, x_t),)), id="named by indices"
    ),
    pytest.param("E_{q(x_0)}E_{q(x_t|x_0)}[u(x_t)]",
        Expect(Expect(u(X_t), (Event(X_0, X_0),))), id="the tower"),
    pytest.param("E_q[u(X_t)]", Expect(u(X_t)), id="the joint density"),
    pytest.param("E_q[u(x_t)]", Expect(u(X_t)), id="the joint density over small letters"),
    pytest.param(r"E_{X\sim p}[u(X)]", Expect(u(X)), id="a variable with this law"),
    pytest.param(r"E_{X,\varepsilon}[X^\top\varepsilon]", Expect(Dot(X, eps)), id="both named"),
    pytest.param(
        r"E_\varepsilon[X^\top\varepsilon]",
        Expect(Dot(X, eps), (Event(X, X),)),
        id="over one of two that are independent",
    ),
    pytest.param(
        r"E_X E_\varepsilon[X^\top\varepsilon]",
        Expect(Expect(Dot(X, eps), (Event(X, X),))),
        id="one after the other",
    ),
    pytest.param(r"\underset{X}{\mathbb E}[u(X)]", Expect(u(X)), id="set under"),
    pytest.param(
        r"\operatorname{Var}(X | X_t = x_t)", Variance(X, (Event(X_t, x_t),)), id="given a value"
    ),
    pytest.param(
        r"E\left[\left. h X \right| X_t\right]",
        Expect(mul(h, X), (Event(X_t, X_t),)),
        id="a condition after an invisible bracket",
    ),
    pytest.param(r"\mathbb{E}\,X^\top\varepsilon", Expect(Dot(X, eps)), id="of a row vector"),
    pytest.param(
        r"E[\left. h X \,\right|\, X + Z = y]",
        Expect(mul(h, X), (Event(add(X, Z), y),)),
        id="a relation after an invisible bracket",
    ),
    pytest.param(r"\mathbb{D}X", Variance(X), id="dispersion"),
    pytest.param(r"\mathsf{D}[X]", Variance(X), id="dispersion in brackets"),
    pytest.param(r"\mathsf{E}X", Expect(X), id="sans serif"),
    pytest.param(r"\operatorname{Cov}(X)", Variance(X), id="covariance matrix"),
    pytest.param(
        r"\operatorname{Cov}(X, Z)",
        add(Expect(Outer(X, Z)), Neg(Outer(Expect(X), Expect(Z)))),
        id="covariance of two",
    ),
    pytest.param(r"E[\frac12\|s_\theta\|^2]", Expect(mul(Div(term(1), term(2)), NormSq(s(X)))),
                 id="bare: the point that the hypotheses know"),
    pytest.param(r"E[\langle s_\theta, \nabla\log p(X)\rangle]", Expect(Dot(s(X), at_X(score))),
                 id="bare: the point of the other function"),
    pytest.param(r"\int p \|s_\theta\|^2 dx", Integral(mul(p(x), NormSq(s(x))), x),
                 id="bare: the variable of integration"),
    pytest.param(r"E\|v_t(X_t)\|^2", Expect(NormSq(v_t(X_t, t))), id="the last argument left out"),
]  # fmt: skip

DENSITIES = [
    pytest.param("q(x_t|x_0)", Density((Event(X_t, x_t),), (Event(X_0, x_0),)), id="conditional"),
    pytest.param("q(x_t)", Density((Event(X_t, x_t),)), id="marginal"),
    pytest.param(
        "q(x_t, x_0)", Density((Event(X_t, x_t), Event(X_0, x_0))), id="joint"
    ),
    pytest.param(
        r"p_{X+Z}(w)", Density((Event(add(X, Z), Sym("w", 1)),)), id="a value of its own letter"
    ),
    pytest.param(
        r"\nabla_w\log p_{X+Z}(w)",
        Diff(log(Density((Event(add(X, Z), Sym("w", 1)),))), Sym("w", 1)),
        id="its derivative",
    ),
    pytest.param(r"E[X|X+Z=w]", Expect(X, (Event(add(X, Z), Sym("w", 1)),)), id="in a condition"),
    pytest.param(r"\mathcal{N}(x|0,hI)", Normal(x, Zero(), h), id="normal"),
    pytest.param(r"\mathscr{N}(x;0,\Sigma I)", Normal(x, Zero(), b), id="a defined variance"),
]  # fmt: skip

MATRICES = [
    pytest.param(
        r"\nabla s_\theta(x)^\top x", MatVec(Transpose(J), x), id="the transpose of a Jacobian"
    ),
    pytest.param(r"\nabla\log p(x)^\top y", Dot(score, y), id="the transpose of a gradient"),
    pytest.param(r"(\nabla s_\theta(x))^\top x", MatVec(Transpose(J), x), id="transpose"),
    pytest.param(r"x^{\rm T}\nabla s_\theta(x) y", Dot(x, MatVec(J, y)), id="form"),
    pytest.param(r"x^\intercal y", Dot(x, y), id="intercal"),
    pytest.param(r"x^{\mathsf T} y", Dot(x, y), id="sans serif T"),
    pytest.param(
        r"(\nabla s_\theta(x))(\nabla s_\theta(x))^\top", MatMul(J, Transpose(J)), id="product"
    ),
    pytest.param(r"\nabla^2\log p(x)", Diff(score, x), id="Hessian first"),
    pytest.param(r"\operatorname{tr}(\nabla_x^2\log p(x))", Trace(Diff(score, x)), id="its trace"),
    pytest.param(r"\nabla\nabla^\top p(x)", Diff(grad_p, x), id="Hessian as a product"),
    pytest.param(r"\nabla^\top s_\theta(x)", Divergence(s(x), x), id="divergence"),
    pytest.param(r"h I_d", mul(h, Identity()), id="identity"),
    pytest.param(r"|s_\theta(x)|^2", NormSq(s(x)), id="single bars of a vector"),
    pytest.param(r"\|x\|^2_2", NormSq(x), id="index of a norm"),
]

INTEGRALS = [
    pytest.param(r"\int dx\, p(x)", Integral(p(x), x), id="differential first"),
    pytest.param(r"\int p(x)\,\text{d}x", Integral(p(x), x), id="text d"),
    pytest.param(r"\int p(x)d^dx", Integral(p(x), x), id="volume element"),
    pytest.param(
        r"\iint p(x)p(y)dxdy", Integral(Integral(mul(p(x), p(y)), x), y), id="double sign"
    ),
    pytest.param(
        r"\int\int p(x)p(y)dx\,dy", Integral(Integral(mul(p(x), p(y)), x), y), id="two signs"
    ),
    pytest.param(r"\int p(x)p(y)dx dy", Integral(Integral(mul(p(x), p(y)), x), y), id="one sign"),
    pytest.param(
        r"\int\frac{p(x)u(x)dx}{h}", Integral(Div(mul(p(x), u(x)), h), x), id="above the line"
    ),
    pytest.param(
        r"\int_0^t g(r)dW_r", Ito(g(r), r, t, 1), id="Wiener"
    ),
    pytest.param(r"\int_0^t g^2(s)dWS", Ito(Pow(g(Sym("s")), term(2)), Sym("s"), t, 1),
                 id="a lost subscript"),
    pytest.param(r"\int_0^t g(s)dW(s)", Ito(g(Sym("s")), Sym("s"), t, 1), id="time in brackets"),
    pytest.param(r"\int_0^t g(s)dW", Ito(g(Sym("s")), Sym("s"), t, 1), id="no time"),
    pytest.param(
        r"p(x)p(y-x)\Big|_{-\infty}^{+\infty}",
        Integral(Diff(mul(p(x), p(add(y, Neg(x)))), x), x),
        id="a flux through large spheres",
    ),
    pytest.param(r"\left. g(r)\right|_{-\infty}^{\infty}", Bracket(g(r), r), id="on the line"),
    pytest.param(
        r"g(r)\bigg|_0^h", add(At(g(r), r, h), Neg(At(g(r), r, term(0)))), id="finite limits"
    ),
]  # fmt: skip

DEFINITIONS = [
    pytest.param(r"\mu(x_t, x_0)", mu.body, id="as defined"),
    pytest.param(r"\mu", mu.body, id="without arguments"),
    pytest.param(r"\mu(x, x_0)", At(mu.body, x_t, x), id="one put"),
    pytest.param(r"\mu(x_t, x_0 = D_t(x_t))", At(mu.body, x_0, D_t(x_t)), id="a slot named"),
    pytest.param(r"\Sigma", b, id="no parameters"),
    pytest.param(r"D_t^\theta(x_t)", D_t(x_t), id="decorated"),
    pytest.param(r"X_{t}^{\theta}", X_t, id="decorated variable"),
    pytest.param(r"s(x)", s(x), id="a decoration left out"),
]

DECORATED = [
    pytest.param(r"{\color{red} h}x", mul(h, x), id="colour in braces"),
    pytest.param(r"\color{red}{h}x", mul(h, x), id="colour before braces"),
    pytest.param(r"\underbrace{h + t}_{\text{small!}}", add(h, t), id="a label of any kind"),
    pytest.param(
        r"\underbrace{h}_{a} \underbrace{- t}_{b}", add(h, Neg(t)), id="a brace under a signed term"
    ),
    pytest.param(r"h \overbrace{+ t}^{b} + h", add(h, t, h), id="a brace over a signed term"),
    pytest.param(r"h \underbrace{(-t)}_{b}", mul(h, Neg(t)), id="a sign in brackets in a brace"),
    pytest.param(r"h \underbrace{t}_{b}", mul(h, t), id="a brace under a factor"),
    pytest.param(r"\overset{!}{h}", h, id="set over"),
    pytest.param(r"\cancel{h}x", mul(h, x), id="cancelled"),
    pytest.param(r"h\hspace{1em}\phantom{x_1}x", mul(h, x), id="spaces"),
    pytest.param(r"{h \over t}", Div(h, t), id="over"),
    pytest.param(r"\nicefrac{h}{t}", Div(h, t), id="slanted"),
    pytest.param(r"\exp{(-h)}", exp(Neg(h)), id="braces after exp"),
    pytest.param("х + у", add(x, y), id="Cyrillic letters that look Latin"),
    pytest.param(r"\overline{\alpha}_t", alpha, id="wide bar"),
    pytest.param(r"\bar\alpha_{t}", alpha, id="bar"),
]

ROWS = [
    *COMPONENTS,
    *SUMS,
    *EXPECTATIONS,
    *DENSITIES,
    *MATRICES,
    *INTEGRALS,
    *DEFINITIONS,
    *DECORATED,
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_what_documents_write(text: str, expected: Term) -> None:
    assert read(text) == expected


# text, the readings in their order, reason
AMBIGUOUS = [
    pytest.param("1/2h", [mul(Div(term(1), term(2)), h), Div(term(1), mul(2, h))], id="slash"),
    pytest.param(r"\log h t", [mul(log(h), t), log(mul(h, t))], id="log of a letter"),
    pytest.param(r"\log(h)^2", [Pow(log(h), term(2)), log(Pow(h, term(2)))], id="log squared"),
    pytest.param(r"\mathbb{E} U h", [Expect(mul(U, h)), mul(Expect(U), h)], id="expectation"),
    pytest.param("E(U)^2", [Pow(Expect(U), term(2)), Expect(Pow(U, term(2)))], id="E squared"),
    pytest.param(
        r"\nabla^2 p(x)", [Diff(grad_p, x), Divergence(grad_p, x)], id="Hessian or Laplacian"
    ),
    pytest.param(
        r"h + \nabla^2 p(x)", [add(h, Divergence(grad_p, x))], id="an ill-typed reading is dropped"
    ),
    pytest.param(
        r"\nabla\frac12\|x\|^2",
        [Diff(mul(Div(term(1), term(2)), NormSq(x)), x)],
        id="no derivative of a number",
    ),
    pytest.param("h + t", [add(h, t)], id="one reading"),
    pytest.param("2{h+t}", [mul(2, add(h, t))], id="braces that print nothing"),
    pytest.param(
        "(x - y)^2",
        [NormSq(add(x, Neg(y))), Outer(add(x, Neg(y)), add(x, Neg(y)))],
        id="the square of a vector",
    ),
    pytest.param(
        "E_q[u(x_t)]",
        [Expect(u(X_t)), Expect(u(X_t), (Event(X_0, x_0),))],
        id="over all variables, or given the first one",
    ),
    pytest.param("2xy", [mul(2, Dot(x, y)), mul(2, Outer(x, y))], id="two vectors side by side"),
]


@pytest.mark.parametrize(("text", "expected"), AMBIGUOUS)
def test_readings(text: str, expected: list[Term]) -> None:
    assert all_of(text) == expected


def test_a_reading_says_how_it_was_read() -> None:
    first, second = readings("1/2h", NOTATION)
    assert [note.message for note in first.notes] == ["read as (1/2) h"]
    assert [note.message for note in second.notes] == ["read as 1/(2h)"]
    assert (first.notes[0].span.start, first.notes[0].span.end) == (0, 4)


def test_readings_are_limited() -> None:
    text = " + ".join(["1/2h"] * 8)
    assert len(readings(text, NOTATION)) == 8
    assert len(readings(text, NOTATION, limit=3)) == 3


def test_no_reading_raises_the_error_of_the_first() -> None:
    with pytest.raises(ParseError, match="unknown letter"):
        _ = readings("1/2w", NOTATION)


LAWS = [
    pytest.param(r"\mathcal{N}(0, hI)", Normal(y, Zero(), h), id="mean and variance"),
    pytest.param(r"\mathcal{N}(\cdot; x, hI)", Normal(y, x, h), id="a dot for the point"),
    pytest.param(r"\mathcal{N}(x; 0, hI)", Normal(y, Zero(), h), id="the point is dropped"),
    pytest.param("p_0", p_0(y), id="a density"),
    pytest.param("p(x)", p(y), id="a density at a point"),
    pytest.param(r"p(\cdot)", p(y), id="a density at a dot"),
    pytest.param("q(x_t|x_0)", Density((Event(X_t, y),), (Event(X_0, x_0),)), id="conditional"),
    pytest.param(
        r"p_{t|0}(\cdot|x_0)", Density((Event(X_t, y),), (Event(X_0, x_0),)), id="at a dot, given"
    ),
]


@pytest.mark.parametrize(("text", "expected"), LAWS)
def test_laws(text: str, expected: Term) -> None:
    elaborator = Elaborator(replace(NOTATION, source=text))
    assert read_law(elaborator, parse(text), y) == expected


# text, what is left, whether there was a constant
CONSTANTS = [
    pytest.param("h + const", "h", True, id="typed"),
    pytest.param(r"\text{const} + h", "h", True, id="a word before"),
    pytest.param(r"h - C_1 + t", "h + t", True, id="a letter between"),
    pytest.param(r"-h + \mathrm{const.}", "-h", True, id="a sign stays"),
    pytest.param("C'", None, True, id="nothing else"),
    pytest.param("h + 2C", "h + 2C", False, id="a product is no constant alone"),
    pytest.param("h + t", "h + t", False, id="none"),
]


@pytest.mark.parametrize(("text", "left", "found"), CONSTANTS)
def test_constants(text: str, left: str | None, found: bool) -> None:
    node, was = split_constant(parse(text), NOTATION)
    assert was is found
    if left is None:
        assert node is None
    else:
        assert node is not None
        elaborate = Elaborator(replace(NOTATION, source=text)).term
        try:
            value = elaborate(node)
        except ParseError:
            assert not found
        else:
            assert value == read(left)


def test_a_declared_letter_is_no_constant() -> None:
    declared = replace(NOTATION, letters={**NOTATION.letters, "C": Sym("C")})
    assert not split_constant(parse("h + C"), declared)[1]


# text, the message, reason
REFUSED = [
    pytest.param(r"\sum_{t=1}^T h", "a sum over 't' is not read", id="time"),
    pytest.param(r"\sum_{i=1}^n x_i", "a sum over 'i' is not read", id="over samples"),
    pytest.param(r"\sum_i h", "a sum over 'i' is not read", id="no component"),
    pytest.param(r"\prod_i x_i", "a product over 'i' is not read", id="product"),
    pytest.param(r"h + \cdots + t", "an ellipsis is not read: '\\cdots'", id="ellipsis"),
    pytest.param("h_i", "unknown letter 'h_i': did you mean h?", id="component of a number"),
    pytest.param("x_k", "unknown letter 'x_k': did you mean X or X_0 or X_t?", id="a step"),
    pytest.param("q(x_T|x_0)", "unknown letter 'q'", id="another time"),
    pytest.param("q(x)", "unknown letter 'q'", id="a density that is not that of X"),
    pytest.param("x_{ij}", "2 indices on a vector", id="too many indices"),
    pytest.param("E_q[u(h)]",
                 "under E only all the random variables inside, or 'x \\sim p', are read",
                 id="nothing random inside"),
    pytest.param(r"\begin{pmatrix} h \\ t \end{pmatrix}",
                 "a matrix of its entries is not read", id="matrix"),
    pytest.param("E_t[X]", "under E only all the random variables inside, or 'x \\sim p', are read",
                 id="over no variable"),
    pytest.param(r"p_\theta(x)", "unknown letter 'p_\\theta': did you mean p or p_0 or p_{data}?",
                 id="a model of the density is not the density"),
    pytest.param(r"\mu(x_t)", "expected 2 arguments of the definition", id="arguments"),
    pytest.param(r"\frac{\partial}{\partial r_i}g(r)", "the coordinate 'i' of a number", id="line"),
    pytest.param(r"\|s_\theta\|^2", "expected '(' and an argument after the function 's_\\theta'",
                 id="a bare function where nothing says at which point"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        _ = readings(text, NOTATION)
    assert caught.value.message == message


def test_a_key_refuses_what_a_document_may_write() -> None:
    key = Notation.declared("", LETTERS, SCOPE)
    for text in (r"E\|s_\theta\|^2", "s(x)", "1/2h", r"E\|v_t(X)\|^2 + X_t^\theta"):
        with pytest.raises(ParseError):
            _ = Elaborator(replace(key, source=text)).term(parse(text))


HOSTILE = [
    pytest.param(" + ".join(["1/2h"] * 500), id="many ambiguities"),
    pytest.param(r"\sum_i " * 500 + "x_i", id="sums"),
    pytest.param("E[u(" * 500 + "X" + ")]" * 500, id="expectations of functions"),
    pytest.param("E[u(" * 15 + "X" + ")]" * 15, id="some of them"),
    pytest.param(r"E\|s\|^2" * 300, id="bare functions"),
    pytest.param("x_{" + "i" * 3000 + "}", id="indices"),
    pytest.param(r"E \log " * 40 + "h t", id="operators with two reaches"),
    pytest.param(r"x\cdot " * 800 + "x", id="inner products"),
    pytest.param(r"E_X" * 900 + "X", id="named expectations"),
    pytest.param(r"\mu(" * 500 + "x", id="definitions"),
    pytest.param(r"\color{red}" * 300 + "h", id="colours"),
    pytest.param(r"\underset{X}{" * 300 + "E" + "}" * 300 + "[X]", id="labels"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_ends(text: str) -> None:
    with suppress(ParseError):
        assert readings(text[:4096], NOTATION)
