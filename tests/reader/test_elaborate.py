"""Notation -> term: one row per way of writing, each with the reason for the row."""

# Mathematics keeps its letters: p_X is the density of X.
# ruff: noqa: N802, N816

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.language.scope import Law, Scope
from derive.language.terms import (
    DIM,
    PI,
    RV,
    At,
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
    Integral,
    Ito,
    Landau,
    MatVec,
    Neg,
    Normal,
    NormSq,
    Num,
    Outer,
    Pow,
    Sym,
    Term,
    Trace,
    Variance,
    Zero,
    add,
    exp,
    log,
    mul,
    sqrt,
    term,
)
from derive.reader import read_equation, read_formula, strip_objective

p = Field("p", density=True)
p_X = Field("p_X", density=True)
p_Z = Field("p_Z", density=True)
p_one = Field("r", density=True)
s = Field(r"s_\theta", 1, trained=True)
w = Field("w", trained=True)
g = Field("g")
D = Field(r"D_t^\theta", 1, trained=True)
X, Z, eps = RV("X", 1), RV("Z", 1), RV(r"\varepsilon", 1)
X0, Xt = RV("X_0", 1), RV("X_t", 1)
U = RV("U", 0)
x, y, z, x0 = Sym("x", 1), Sym("y", 1), Sym("z", 1), Sym("x_0", 1)
a, b, h, t, u = Sym("a"), Sym("b"), Sym("h"), Sym("t"), Sym("u")
alpha, alpha_1, beta, gamma = (
    Sym(n) for n in (r"\alpha_t", r"\alpha_{t-1}", r"\beta_t", r"\gamma_t")
)
alpha_bar, mu = Sym(r"\bar{\alpha}_t"), Sym(r"\boldsymbol\mu", 1)

LETTERS: dict[str, Term | Field] = {
    n.name: n
    for n in (
        p, p_X, p_Z, p_one, s, w, g, D, X, Z, eps, X0, Xt, U, x, y, x0, a, b, h, t, u,
        alpha, alpha_1, beta, gamma, alpha_bar, mu,
    )
}  # fmt: skip
SCOPE = Scope(
    laws={
        X: Law(x, p_X(x)),
        Z: Law(z, p_Z(z)),
        U: Law(u, p_one(u)),
        X0: Law(x0, p(x0)),
        eps: Law(Sym("e", 1), Field("q", density=True)(Sym("e", 1))),
    },
    definitions={Xt: X0 + t * Z},
)
HALF = Div(term(1), term(2))


def at_X(body: Term, var: Sym = x, value: Term = X) -> Term:
    return At(body, var, value)


def score(density: Field, at: Sym = x) -> Term:
    return Diff(log(density(at)), at)


def read(text: str) -> Term:
    return read_formula(text, LETTERS, SCOPE)


ARITHMETIC = [
    pytest.param("2", term(2), id="integer"),
    pytest.param("0.25", Num(Fraction(1, 4)), id="a decimal is an exact fraction"),
    pytest.param("1{,}5", Num(Fraction(3, 2)), id="decimal comma of TeX"),
    pytest.param("-1", Neg(term(1)), id="a sign is not part of a number"),
    pytest.param("+h", h, id="plus sign alone"),
    pytest.param("a+b-h", add(a, b, Neg(h)), id="sum in the order written"),
    pytest.param("a-(b-h)", add(a, Neg(add(b, Neg(h)))), id="brackets under a minus"),
    pytest.param("-ab", Neg(mul(a, b)), id="a sign is on the whole product"),
    pytest.param("ab", mul(a, b), id="juxtaposition"),
    pytest.param(r"2\,a\;b", mul(2, a, b), id="thin spaces multiply nothing away"),
    pytest.param("a(b+1)", mul(a, add(b, 1)), id="a number before brackets is a factor"),
    pytest.param("(a)(b)", mul(a, b), id="two brackets"),
    pytest.param("1/2", HALF, id="slash"),
    pytest.param("ab/h", Div(mul(a, b), h), id="a slash divides the product before it"),
    pytest.param(r"a/b\cdot h", mul(Div(a, b), h), id="a mark ends the divisor"),
    pytest.param("(a+b)/2", Div(add(a, b), term(2)), id="brackets above a slash"),
    pytest.param(r"\frac12", HALF, id="TeX takes one digit each"),
    pytest.param(r"\frac12x", mul(HALF, x), id="what follows is outside"),
    pytest.param(r"\frac{1}2", HALF, id="mixed braces"),
    pytest.param(r"\frac{a+1}{b}", Div(add(a, 1), b), id="fraction"),
    pytest.param("a^2", a**2, id="power"),
    pytest.param("a^{b+1}", a ** add(b, 1), id="formula as exponent"),
    pytest.param("2^{-a}", Pow(term(2), Neg(a)), id="negative exponent stays as written"),
    pytest.param("(a+b)^2", add(a, b) ** 2, id="power of brackets"),
    pytest.param("a^{b^h}", a ** (b**h), id="tower"),
    pytest.param("9^{9^{9^9}}", term(9) ** (term(9) ** (term(9) ** 9)), id="never evaluated"),
    pytest.param(r"\sqrt{a}", sqrt(a), id="square root"),
    pytest.param(r"\sqrt[3]{a}", Pow(a, Num(Fraction(1, 3))), id="cube root"),
    pytest.param(r"\sqrt[b]{a}", Pow(a, Div(term(1), b)), id="root of a letter's degree"),
    pytest.param(r"\sqrt2", sqrt(2), id="root of a digit without braces"),
    pytest.param("a/a", Div(a, a), id="nothing is cancelled"),
    pytest.param("|a|", sqrt(a**2), id="absolute value"),
    pytest.param(r"\frac12|a|^2", mul(HALF, a**2), id="a bar after a factor opens"),
    pytest.param("|a||b|", mul(sqrt(a**2), sqrt(b**2)), id="two absolute values"),
    pytest.param(r"\exp(-a)", exp(Neg(a)), id="exp of brackets"),
    pytest.param(r"\exp\left\{-\frac{a}{2}\right\}", exp(Neg(Div(a, term(2)))), id="exp{}"),
    pytest.param("e^{-a}", exp(Neg(a)), id="power of e"),
    pytest.param("e", exp(1), id="e alone"),
    pytest.param(r"\log a", log(a), id="log of a letter"),
    pytest.param(r"\log 2", log(2), id="log of a number"),
    pytest.param(r"\log a^2", log(a**2), id="the power binds first"),
    pytest.param(r"\log^2 a", log(a) ** 2, id="power on the name"),
    pytest.param(r"a\log b", mul(a, log(b)), id="factor before a function"),
    pytest.param(r"\log p(x)p(x)", mul(log(p(x)), p(x)), id="an application ends the operand"),
    pytest.param(r"2\pi d", mul(2, PI, DIM), id="pi and the dimension"),
    pytest.param(r"\frac{d}{2}\log(2\pi)", mul(Div(DIM, term(2)), log(mul(2, PI))), id="d over 2"),
]

SHEET = [
    pytest.param(
        r"\frac{\sqrt{1-\beta_t}(1-\alpha_{t-1})}{1-\alpha_t}",
        Div(mul(sqrt(1 - beta), 1 - alpha_1), 1 - alpha),
        id="coefficient of the posterior mean",
    ),
    pytest.param(
        r"1 + h\frac{\gamma_t}{2} + \overline{o}(h)",
        add(1, mul(h, Div(gamma, term(2))), Landau("o", h)),
        id="expansion with o",
    ),
    pytest.param("O(h^2)", Landau("O", h**2), id="O of a power"),
    pytest.param(r"\mathcal{O}(h^2)", Landau("O", h**2), id="calligraphic O"),
    pytest.param(
        r"\frac{1}{2}E||s_{\theta}(X) - \nabla \log p(X)||^2",
        mul(HALF, Expect(NormSq(s(X) - at_X(score(p))))),
        id="explicit score matching",
    ),
    pytest.param(
        r"E\left(\frac{1}{2}||s_{\theta}(X)||^2 + \operatorname{div} s_{\theta}(X)\right)",
        Expect(add(mul(HALF, NormSq(s(X))), at_X(Divergence(s(x), x)))),
        id="implicit score matching in R^d",
    ),
    pytest.param(
        r"E\left(\frac{1}{2}(w(U))^2 + \frac{\partial}{\partial u}w(U)\right)",
        Expect(add(mul(HALF, w(U) ** 2), at_X(Diff(w(u), u), u, U))),
        id="implicit score matching on the line",
    ),
    pytest.param(
        r"\left\langle \frac{\partial}{\partial x}s_\theta(X)\varepsilon,\varepsilon\right\rangle",
        Dot(MatVec(at_X(Diff(s(x), x)), eps), eps),
        id="Jacobian at X applied to a vector",
    ),
    pytest.param(
        r"E\left[\nabla_x \log p_X(X)|X+Z=y\right]",
        Expect(at_X(score(p_X)), (Event(X + Z, y),)),
        id="score of a sum, right side",
    ),
    pytest.param(
        r"\nabla_y \log p_{X+Z}(y)",
        Diff(log(Density((Event(X + Z, y),))), y),
        id="density named by its variable",
    ),
    pytest.param(
        r"\frac{\sqrt{\alpha_t}E[X_0|X_t = x] - x}{1-\alpha_t}",
        Div(mul(sqrt(alpha), Expect(X0, (Event(Xt, x),))) - x, 1 - alpha),
        id="Tweedie",
    ),
    pytest.param(
        r"\mathcal{N}(x|\sqrt{\alpha_t}x_0, (1-\alpha_t)I)",
        Normal(x, mul(sqrt(alpha), x0), 1 - alpha),
        id="normal density with a bar",
    ),
    pytest.param(
        r"E[||s_{\theta}(X_t) - \nabla_x \log p(X_0)||^2]",
        Expect(NormSq(s(Xt) - at_X(score(p, x), x, X0))),
        id="functional of the noisy score",
    ),
    pytest.param(r"D_t^{\theta}(x)", D(x), id="a superscript that is part of a name"),
]

VECTORS = [
    pytest.param(r"\|x\|^2", NormSq(x), id="squared norm"),
    pytest.param(r"\|x\|", sqrt(NormSq(x)), id="norm"),
    pytest.param(r"\|x\|^4", NormSq(x) ** 2, id="fourth power of a norm"),
    pytest.param(r"\|a\|^2", a**2, id="norm on the line"),
    pytest.param("|x|^2", NormSq(x), id="single bars around a vector"),
    pytest.param(r"\langle x, y\rangle", Dot(x, y), id="inner product"),
    pytest.param(r"\frac12(x, y)", mul(Div(Num(1), Num(2)), Dot(x, y)), id="in round brackets"),
    pytest.param(r"\langle a, b\rangle", mul(a, b), id="inner product on the line"),
    pytest.param(r"\|x\|^2\big/ b", Div(NormSq(x), b), id="a large slash"),
    pytest.param(r"2x^\top y", mul(2, Dot(x, y)), id="row times column"),
    pytest.param(r"x y^\top", Outer(x, y), id="column times row"),
    pytest.param(r"(x-y)^\top(x-y)", Dot(x - y, x - y), id="transposed brackets"),
    pytest.param(
        r"\varepsilon^\top\nabla s_\theta(X)\varepsilon",
        Dot(eps, MatVec(at_X(Diff(s(x), x)), eps)),
        id="quadratic form",
    ),
    pytest.param("aI", mul(a, Identity()), id="identity matrix"),
    pytest.param(r"\mu", Sym(r"\boldsymbol\mu", 1), id="bold declared and not written"),
    pytest.param(r"\operatorname{Tr}(\nabla_x s_\theta(x))", Trace(Diff(s(x), x)), id="trace"),
    pytest.param(r"s_\theta(x)^\top x", Dot(s(x), x), id="transposed application"),
]

CALCULUS = [
    pytest.param(r"\nabla p(x)", Diff(p(x), x), id="gradient in the argument"),
    pytest.param(r"\nabla_x s_\theta(x)", Diff(s(x), x), id="Jacobian"),
    pytest.param(r"\nabla\log p(X)", at_X(score(p)), id="gradient at a random variable"),
    pytest.param(r"\nabla_X\log p(X)", at_X(score(p)), id="named by the random variable"),
    pytest.param(r"(\nabla\log p)(X)", at_X(score(p)), id="a function in brackets, applied"),
    pytest.param(
        r"\frac{\partial s_\theta}{\partial x}(X)", at_X(Diff(s(x), x)), id="d/dx applied"
    ),
    pytest.param(r"\frac{\partial p(x)}{\partial x}", Diff(p(x), x), id="numerator with argument"),
    pytest.param(r"\frac{dg}{dt}(t)", Diff(g(t), t), id="roman derivative of a function"),
    pytest.param(r"\frac{d}{dt}g(t)", Diff(g(t), t), id="d/dt as an operator"),
    pytest.param(r"\frac{\mathrm{d}}{\mathrm{d}t}g(t)", Diff(g(t), t), id="upright d"),
    pytest.param(r"\frac{d^2}{dt^2}g(t)", Diff(Diff(g(t), t), t), id="second derivative"),
    pytest.param(r"\partial_t g(t)", Diff(g(t), t), id="partial with a subscript"),
    pytest.param("g'(t)", Diff(g(t), t), id="prime"),
    pytest.param("g''(t)", Diff(Diff(g(t), t), t), id="two primes"),
    pytest.param(r"(\log r)'(U)", at_X(Diff(log(p_one(u)), u), u, U), id="prime on brackets"),
    pytest.param(
        r"\nabla_{y-x}p_Z(y-x)",
        At(Diff(p_Z(Sym("u", 1)), Sym("u", 1)), Sym("u", 1), y - x),
        id="gradient at a difference",
    ),
    pytest.param(r"\nabla_y p_Z(y-x)", Diff(p_Z(y - x), y), id="gradient through a difference"),
    pytest.param(r"\nabla p(x)p(x)", mul(Diff(p(x), x), p(x)), id="nabla reaches one factor"),
    pytest.param(r"\nabla\log p(x)\cdot p(x)", mul(score(p), p(x)), id="a mark ends its reach"),
    pytest.param(r"\nabla(p(x)p_X(x))", Diff(mul(p(x), p_X(x)), x), id="nabla of brackets"),
    pytest.param(r"\nabla\|x\|^2", Diff(NormSq(x), x), id="nabla of a term without functions"),
    pytest.param(r"\nabla\cdot s_\theta(x)", Divergence(s(x), x), id="nabla dot"),
    pytest.param(
        r"\nabla\cdot(s_\theta(x)p(x))", Divergence(mul(s(x), p(x)), x), id="nabla dot ()"
    ),
    pytest.param(
        r"\operatorname{div}(p(x)s_\theta(x))", Divergence(mul(p(x), s(x)), x), id="div()"
    ),
    pytest.param(r"\Delta p(x)", Divergence(Diff(p(x), x), x), id="Laplacian"),
    pytest.param(r"\operatorname{div} w(U)", at_X(Diff(w(u), u), u, U), id="div on the line"),
    pytest.param(r"g^2(t)", g(t) ** 2, id="power on the function"),
    pytest.param(r"(g(t))^2", g(t) ** 2, id="power on brackets"),
    pytest.param(
        r"\int p_X(k)p_Z(y-k)dk",
        Integral(mul(p_X(Sym("k", 1)), p_Z(y - Sym("k", 1))), Sym("k", 1)),
        id="convolution: the law of X tells that k is a vector",
    ),
    pytest.param(
        r"\int_0^t g^2(s)\,ds",
        Integral(g(Sym("s")) ** 2, Sym("s"), term(0), t),
        id="limits: s is a number",
    ),
    pytest.param(r"\int_{-\infty}^{+\infty} r(u)\,du", Integral(p_one(u), u), id="whole line"),
    pytest.param(
        r"\int_{\mathbb{R}^d} \|k\|^2 dk",
        Integral(NormSq(Sym("k", 1)), Sym("k", 1)),
        id="the region tells the rank",
    ),
    pytest.param(r"\int p(x)dx+1", add(Integral(p(x), x), 1), id="the differential ends it"),
    pytest.param(
        r"\int (a+b)r(u)\,\mathrm{d}u", Integral(mul(a + b, p_one(u)), u), id="upright du"
    ),
    pytest.param(
        r"\int\int p_X(x)p_Z(k)\,dx\,dk",
        Integral(Integral(mul(p_X(x), p_Z(Sym("k", 1))), x), Sym("k", 1)),
        id="double",
    ),
    pytest.param(r"\int_0^t g(s)\,dW_s", Ito(g(Sym("s")), Sym("s"), t), id="Wiener integral"),
    pytest.param(
        r"\left.w(u)r(u)\right|_{-\infty}^{+\infty}",
        Bracket(mul(w(u), p_one(u)), u),
        id="boundary term",
    ),
    pytest.param(
        r"w(u)r(u)\Big|_{-\infty}^{+\infty}", Bracket(mul(w(u), p_one(u)), u), id="Big bar"
    ),
    pytest.param(r"-w(u)|_{u=-\infty}^{u=\infty}", Neg(Bracket(w(u), u)), id="named limits"),
    pytest.param(r"[w(u)]_{-\infty}^{+\infty}", Bracket(w(u), u), id="square brackets"),
    pytest.param(r"g(t)|_{t=0}", At(g(t), t, term(0)), id="value at a point"),
]

PROBABILITY = [
    pytest.param("E[X]", Expect(X), id="brackets"),
    pytest.param("EX", Expect(X), id="no brackets"),
    pytest.param(r"E\|X\|^2", Expect(NormSq(X)), id="a norm directly after"),
    pytest.param(r"E[\|X\|]^2", Expect(sqrt(NormSq(X))) ** 2, id="power of an expectation"),
    pytest.param("E[X_0|X_t]", Expect(X0, (Event(Xt, Xt),)), id="given the variable itself"),
    pytest.param("E[X_0|X_t=x,Z=y]", Expect(X0, (Event(Xt, x), Event(Z, y))), id="two conditions"),
    pytest.param(r"E[|U|^2|X=x]", Expect(U**2, (Event(X, x),)), id="absolute value and condition"),
    pytest.param(
        r"E\left[\frac12||X||^2\middle|Z=y\right]",
        Expect(mul(HALF, NormSq(X)), (Event(Z, y),)),
        id="norm and middle bar",
    ),
    pytest.param(r"E_X[\|X\|^2]", Expect(NormSq(X)), id="E over the one variable inside"),
    pytest.param(r"E_{x\sim p_X}[\|x\|^2]", Integral(mul(NormSq(x), p_X(x)), x), id="drawn from p"),
    pytest.param(r"\operatorname{Var}\varepsilon", Variance(eps), id="Var of a letter"),
    pytest.param(r"\operatorname{Var}(aX)", Variance(mul(a, X)), id="Var of brackets"),
    pytest.param(r"\mathcal N(x;0,I)", Normal(x, Zero(1), term(1)), id="standard normal in R^d"),
    pytest.param(r"\mathcal N(u;0,1)", Normal(u, term(0), term(1)), id="on the line"),
    pytest.param(r"\mathcal N(x;y,\frac{a}{2}I)", Normal(x, y, Div(a, term(2))), id="v I"),
    pytest.param(r"\mathcal N(x;y,aI/2)", Normal(x, y, Div(a, term(2))), id="v I / c"),
    pytest.param("p_{t|0}(x|x_0)", Density((Event(Xt, x),), (Event(X0, x0),)), id="transition"),
    pytest.param("p_t(x)", Density((Event(Xt, x),)), id="an index stands for X_t"),
    pytest.param("p_{X,Z}(x,y)", Density((Event(X, x), Event(Z, y))), id="joint density"),
    pytest.param(
        r"\nabla\log p_t(X_t)",
        At(Diff(log(Density((Event(Xt, Sym("x_t", 1)),))), Sym("x_t", 1)), Sym("x_t", 1), Xt),
        id="the named variable is not replaced",
    ),
]

ROWS = [*ARITHMETIC, *SHEET, *VECTORS, *CALCULUS, *PROBABILITY]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_notation_is_read(text: str, expected: Term) -> None:
    assert read(text) == expected


EQUIVALENT = [
    pytest.param([r"\beta_t", r"\beta_{t}", r"\beta _ t", r"{\beta}_t", "β_t"], id="subscripts"),
    pytest.param([r"\alpha_{t-1}", r"\alpha_{ t - 1 }", r"α_{t−1}"], id="spaces, Unicode minus"),
    pytest.param(
        [r"\bar{\alpha}_t", r"\bar\alpha_t", r"\overline{\alpha}_t", r"\bar{\alpha_t}"], id="bars"
    ),
    pytest.param(
        [r"x", r"\mathbf{x}", r"\mathbf x", r"\boldsymbol{x}", r"\mathrm{x}", r"{\bf x}"],
        id="fonts looked through",
    ),
    pytest.param(
        [
            r"s_\theta(x)",
            r"s_{\theta}(x)",
            r"s_\theta\left(x\right)",
            r"s_\theta\bigl(x\bigr)",
            r"\mathbf{s}_{\boldsymbol\theta}(\mathbf{x})",
        ],
        id="sizes of brackets",
    ),
    pytest.param(
        [r"ab", r"a\cdot b", r"a*b", r"a\times b", r"a\,b", r"a · b", r"{a}{b}", "a b"],
        id="products",
    ),
    pytest.param(
        [r"\frac{a}{b}", r"\tfrac{a}{b}", r"\dfrac ab", r"a/b", r"\frac ab"], id="fractions"
    ),
    pytest.param(
        [
            r"\|x\|^2",
            "||x||^2",
            r"\lVert x\rVert^2",
            r"\left\|x\right\|^2",
            r"\|x\|_2^2",
            r"\Vert x\Vert^{2}",
            r"|x|^2",
            r"\lvert x\rvert^2",
            r"\|\mathbf{x}\|^2",
            "‖x‖^2",
        ],
        id="norms",
    ),
    pytest.param(
        [
            r"\langle x,y\rangle",
            r"\left\langle x,y\right\rangle",
            r"x^\top y",
            "x^T y",
            r"x^{\top}y",
            r"x\cdot y",
            r"\left<x,y\right>",
            r"x^{\mathsf T}y",
            "⟨x,y⟩",
        ],
        id="inner products",
    ),
    pytest.param(
        [
            "E[X]",
            "E(X)",
            "EX",
            r"\mathbb{E}[X]",
            r"\mathbb E X",
            r"\mathbf{E}[X]",
            r"\operatorname{E}[X]",
            r"\mathsf{E}X",
            r"\mathrm{E}\left[X\right]",
            r"E\{X\}",
            r"\mathbf E\bigl(X\bigr)",
        ],
        id="expectations",
    ),
    pytest.param(
        [
            "E[X_0|X_t=x]",
            r"E[X_0\mid X_t=x]",
            r"E[X_0\vert X_t=x]",
            r"E\left[X_0\middle|X_t=x\right]",
            r"E\left[X_0\,\middle\vert\,X_t=x\right]",
            "E(X_0|X_t=x)",
            r"\mathbb{E}[X_0\;|\;X_t=x]",
            "E[X_0|x=X_t]",
            r"E\bigl[X_0\bigm|X_t=x\bigr]",
        ],
        id="conditional bars",
    ),
    pytest.param(
        [
            r"\operatorname{div} s_\theta(x)",
            r"\nabla\cdot s_\theta(x)",
            r"\mathrm{div}\,s_\theta(x)",
            r"\operatorname{div}(s_\theta(x))",
            r"\nabla_x\cdot s_\theta(x)",
            r"div s_\theta(x)",
            r"\operatorname{div}_x s_\theta(x)",
        ],
        id="divergences",
    ),
    pytest.param(
        [
            r"\operatorname{Tr}(\nabla s_\theta(x))",
            r"\operatorname{tr}\nabla s_\theta(x)",
            r"Tr(\nabla_x s_\theta(x))",
            r"\mathrm{tr}\left(\frac{\partial s_\theta(x)}{\partial x}\right)",
            r"\text{Tr}(\nabla s_\theta(x))",
        ],
        id="traces",
    ),
    pytest.param(
        [
            r"\nabla\log p(x)",
            r"\nabla_x\log p(x)",
            r"\nabla_{x}\ln p(x)",
            r"\nabla \log (p(x))",
            r"\frac{\partial}{\partial x}\log p(x)",
            r"\frac{\partial\log p(x)}{\partial x}",
            r"\partial_x\log p(x)",
            r"\nabla[\log p(x)]",
            "∇ log p(x)",
        ],
        id="gradients",
    ),
    pytest.param(
        [
            r"\frac{d}{du}w(U)",
            r"w'(U)",
            r"\frac{dw}{du}(U)",
            r"\frac{\partial}{\partial u}w(U)",
            r"\nabla w(U)",
            r"\nabla_U w(U)",
        ],
        id="derivatives at a random number",
    ),
    pytest.param(
        [
            "o(h)",
            r"\overline{o}(h)",
            r"\bar o(h)",
            r"\mathcal{o}(h)",
            r"o\left(h\right)",
            r"\overline o(h)",
        ],
        id="little o",
    ),
    pytest.param(
        [
            r"\mathcal{N}(x;y,aI)",
            r"\mathcal N(x|y,aI)",
            r"\mathcal{N}(x;y,a\mathbf{I})",
            r"\mathcal{N}\left(x\mid y,aI\right)",
            r"N(x;y,a)",
            r"\mathcal{N}(x;y,a I_d)",
            r"\mathcal{N}(x, y, a)",
        ],
        id="normal densities",
    ),
    pytest.param(
        [
            r"\int p(x)dx",
            r"\int p(x)\,dx",
            r"\int p(x)\,\mathrm{d}x",
            r"\int p(x){\rm d}x",
            r"\int_{\mathbb{R}^d}p(x)dx",
            r"\int p(x) d x",
            r"\int\limits_{-\infty}^{\infty}p(x)dx",
            "∫p(x)dx",
        ],
        id="integrals",
    ),
    pytest.param(
        [
            "a+b",
            r"\boxed{a+b}",
            r"\underbrace{a+b}_{=0}",
            r"{\color{red} a}+b",
            r"\textcolor{blue}{a+b}",
            r"\displaystyle a+b",
            r"\left(a+b\right)",
            "a% note\n+b",
        ],
        id="decoration looked through",
    ),
    pytest.param(
        ["s_\\theta(x)^\\top s_\\theta(x)", r"\langle s_\theta(x),s_\theta(x)\rangle"],
        id="transposed application",
    ),
    pytest.param([r"(w(u))^2", r"w(u)^2", r"w^2(u)", r"w^{2}(u)"], id="squares of a function"),
    pytest.param(
        [
            r"\exp(-a)",
            r"e^{-a}",
            r"\exp\left(-a\right)",
            r"\exp[-a]",
            r"\exp\{-a\}",
            r"\operatorname{exp}(-a)",
            r"\mathrm{e}^{-a}",
        ],
        id="exponentials",
    ),
]


@pytest.mark.parametrize("texts", EQUIVALENT)
def test_equivalent_notations_are_one_term(texts: list[str]) -> None:
    first, *others = map(read, texts)
    for text, other in zip(texts[1:], others, strict=True):
        assert other == first, text


DECLARED = [
    pytest.param("E(a+1)", {"E": a, "a": a}, mul(a, add(a, 1)), id="a declared E is a letter"),
    pytest.param("e^2", {"e": a}, a**2, id="a declared e is no exponential"),
    pytest.param("x^{(2)}", {"x^{(2)}": a}, a, id="an index is part of a name"),
    pytest.param("x'", {"x'": a}, a, id="a prime is part of a name"),
    pytest.param("Aa", {"A": b, "a": a}, mul(b, a), id="letters keep their case"),
    pytest.param(r"\mathbf{x}x", {r"\mathbf{x}": a, "x": b}, mul(a, b), id="bold differs"),
    pytest.param("s(a)p(a)", {"s": g, "p": p, "a": a}, mul(g(a), p(a)), id="two applications"),
    pytest.param("a^T", {"a": a, "T": b}, a**b, id="a declared T is a power of a number"),
    pytest.param("o(h)", {"o": g, "h": h}, g(h), id="a declared o is a function"),
    pytest.param("p_{ X + Z }(x)", {"p_{X+Z}": p, "x": x}, p(x), id="a declared density of a sum"),
]


@pytest.mark.parametrize(("text", "letters", "expected"), DECLARED)
def test_declared_letters_win(text: str, letters: dict[str, Term | Field], expected: Term) -> None:
    assert read_formula(text, letters, Scope()) == expected


def test_an_equation_is_read_into_its_sides() -> None:
    assert read_equation(r"\|x\|^2 = x^\top x = 0", LETTERS, SCOPE) == (
        NormSq(x),
        Dot(x, x),
        term(0),
    )


def test_zero_takes_the_rank_of_the_other_side() -> None:
    assert read_equation(r"E\varepsilon = 0", LETTERS, SCOPE) == (
        Expect(eps),
        Zero(1),
    )


STRIPPED = [
    pytest.param(r"E[X] \to \min_{\theta},", "E[X]", id="braced"),
    pytest.param(r"E[X]\to\min_\theta;", "E[X]", id="command"),
    pytest.param(r"E[X] \rightarrow \min", "E[X]", id="no subscript"),
    pytest.param("E[X].", "E[X]", id="full stop"),
    pytest.param("E[X]", "E[X]", id="nothing to strip"),
]


@pytest.mark.parametrize(("text", "expected"), STRIPPED)
def test_the_objective_is_stripped(text: str, expected: str) -> None:
    assert strip_objective(text) == expected


def test_fresh_variables_avoid_the_free_ones() -> None:
    shifted = read(r"\nabla\log p_X(X)\cdot x^\top y")
    assert shifted == mul(at_X(score(p_X)), Dot(x, y))
    inside = read(r"\nabla_X(p_X(X)\|x\|^2)")
    primed = Sym("x'", 1)
    assert inside == At(Diff(mul(p_X(primed), NormSq(x)), primed), primed, X)
