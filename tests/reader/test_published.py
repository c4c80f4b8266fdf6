r"""What published notes write: divergences, laws below E, boundary terms, zeros, operators."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.errors import IllTyped, ParseError
from derive.language.scope import Decay, Law, Scope
from derive.language.terms import (
    DIM,
    RV,
    Add,
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
    Integral,
    Ito,
    MatVec,
    Neg,
    Normal,
    NormSq,
    Sym,
    Term,
    Zero,
    log,
    mul,
    term,
)
from derive.reader.elaborate import Elaborator
from derive.reader.grammar import parse
from derive.reader.notation import Defined, Notation
from derive.reader.readings import readings
from derive.reader.syntax import is_ellipsis

p, p_0, r = (Field(n, density=True) for n in ("p", "p_0", "r"))
s, g = Field(r"s_\theta", 1, trained=True), Field("g")
X, X_0, X_t, U = RV("X", 1), RV("X_0", 1), RV("X_t", 1), RV("U")
x, y, k, x_0, x_t = (Sym(n, 1) for n in ("x", "y", "k", "x_0", "x_t"))
h, t, Z = Sym("h"), Sym("t"), Sym(r"Z_\theta")
LETTERS: dict[str, Term | Field] = {
    n.name: n for n in (p, p_0, r, s, g, X, X_0, X_t, U, x, y, k, x_0, x_t, h, t, Z)
}
SCOPE = Scope(
    laws={
        X: Law(x, p(x)),
        X_0: Law(x_0, p_0(x_0)),
        X_t: Law(x_t, Normal(x_t, X_0, h)),
        U: Law(t, r(t)),
    },
    decays=(Decay(mul(s(x), p(x)), x),),
)
KEY = Notation.declared("", LETTERS, SCOPE)
NOTATION = replace(KEY, bare=True, decorated=True)
theta = Sym(r"\theta")
NOTATION = replace(
    NOTATION,
    letters={
        **NOTATION.letters,
        r"\theta": theta,
        "L": Defined((theta,), Expect(NormSq(s(X)))),
        r"p_{\theta}": Defined((x,), Div(mul(2, p(x)), Z)),
    },
)


def read(text: str) -> Term:
    return readings(text, NOTATION)[0].term


def relative(one: Term, two: Term, var: Sym) -> Term:
    return Integral(mul(one, log(Div(one, two))), var)


q_t, q_t0 = Density((Event(X_t, x_t),)), Density((Event(X_t, x_t),), (Event(X_0, x_0),))
standard = Normal(x, Zero(), term(1))
between = relative(p(x), p_0(x), x)

DIVERGENCES = [
    pytest.param(r"D_{KL}(p(x) \| p_0(x))", between, id="norm bar"),
    pytest.param(r"D_\mathrm{KL}(p(x) \,\|\, p_0(x))", between, id="roman"),
    pytest.param(r"D_{\text{KL}}[p(x) \parallel p_0(x)]", between, id="square brackets"),
    pytest.param(r"\mathrm{KL}(p(x) || p_0(x))", between, id="two bars"),
    pytest.param(r"\text{KL}(p(x) \mid\mid p_0(x))", between, id="two mids"),
    pytest.param(r"\mathbb{D}_{KL}(p(x) \Vert p_0(x))", between, id="blackboard"),
    pytest.param("KL(p, p_0)", between, id="typed, at no point"),
    pytest.param(r"D_{KL}(q(x_t|x_0) \| q(x_t))", relative(q_t0, q_t, x_t), id="conditional"),
    pytest.param(
        r"D_{KL}(p(x) \| \mathcal N(x; 0, I))", relative(p(x), standard, x), id="a normal law"
    ),
    pytest.param(r"D_{KL}(p(z) \| p_0(z))", relative(p(Sym("z", 1)), p_0(Sym("z", 1)), Sym("z", 1)),
                 id="a letter of its own"),
    pytest.param(
        r"E_{X_0}[D_{KL}(q(x_t|X_0) \| q(x_t))]",
        Expect(relative(Density((Event(X_t, x_t),), (Event(X_0, X_0),)), q_t, x_t)),
        id="given a random variable",
    ),
    pytest.param(
        r"D_{KL}(p(x) \| p_\theta(x))",
        relative(p(x), Div(mul(2, p(x)), Z), x),
        id="a model that the document defines",
    ),
]  # fmt: skip

v, w = Sym("v", 1), Sym("w")
trace = mul(Dot(v, MatVec(Diff(s(x), x), v)), Normal(v, Zero(), term(1)))
noisy = Sym(r"\tilde{x}", 1)

LAWS_BELOW = [
    pytest.param(
        r"\mathbb{E}_{x\sim p}\,\mathbb{E}_{v\sim\mathcal N(0,I)}[v^\top \nabla s_\theta(x) v]",
        Integral(mul(Integral(trace, v), p(x)), x),
        id="one after the other",
    ),
    pytest.param(
        r"\mathbb{E}_{x\sim p, v\sim\mathcal N(0,I)}[v^\top \nabla s_\theta(x) v]",
        Integral(mul(Integral(trace, v), p(x)), x),
        id="two draws below one E",
    ),
    pytest.param(
        r"\mathbb{E}_{\tilde x\sim\mathcal N(x, hI)}\|\tilde x\|^2",
        Integral(mul(NormSq(noisy), Normal(noisy, x, h)), noisy),
        id="around a point",
    ),
    pytest.param(
        r"E_{w\sim\mathcal N(0, 1)}[w]",
        Integral(mul(w, Normal(w, term(0), term(1))), w),
        id="a number",
    ),
    pytest.param(
        r"E_{x_0\sim p_0, x_t\sim q(x_t|x_0)}[x_0^\top x_t]",
        Integral(mul(Integral(mul(Dot(x_0, x_t), q_t0), x_t), p_0(x_0)), x_0),
        id="the second given the first",
    ),
]  # fmt: skip

e_i = Basis("i")
s_i = Dot(s(x), e_i)

BOUNDARIES = [
    pytest.param(
        r"\left[p(x)\right]_{\partial\mathbb{R}^d}",
        Integral(Diff(p(x), x), x),
        id="boundary of a number",
    ),
    pytest.param(r"p(x)|_{\partial\Omega}", Integral(Diff(p(x), x), x), id="with a bar"),
    pytest.param(
        r"[s_\theta(x)p(x)]_{\partial\mathbb{R}^d}",
        Integral(Divergence(mul(s(x), p(x)), x), x),
        id="a vector",
    ),
    pytest.param(
        r"[s_{\theta,i}(x)p(x)]_{\partial\mathbb{R}^d}",
        Integral(Dot(Diff(mul(s_i, p(x)), x), e_i), x),
        id="a component",
    ),
    pytest.param(r"[g(h)]_{\partial\mathbb{R}}", Bracket(g(h), h), id="on the line"),
]

ZEROS = [
    pytest.param(r"\nabla_x\log Z_\theta", Diff(log(Z), x), id="a constant"),
    pytest.param("x + 0", Add((x, Zero())), id="a vector and 0"),
    pytest.param(
        r"\nabla s_\theta(x) - 0",
        Add((Diff(s(x), x), Neg(mul(term(0), Identity())))),
        id="a matrix and 0",
    ),
    pytest.param("h + 0", Add((h, term(0))), id="a number and 0"),
]

DIMENSION = [
    pytest.param(r"d\,\mathbb{E}[U]", mul(DIM, Expect(U)), id="before an expectation"),
    pytest.param(r"d E\|X\|^2", mul(DIM, Expect(NormSq(X))), id="before E"),
    pytest.param(r"d\|x\|^2", mul(DIM, NormSq(x)), id="before a norm"),
    pytest.param(r"d \cdot h", mul(DIM, h), id="before a dot"),
    pytest.param("d(h + t)", mul(DIM, h + t), id="before brackets"),
]

PAIRS = [
    pytest.param("2xy", mul(2, Dot(x, y)), id="two vectors"),
    pytest.param(r"x\nabla p(x)", Dot(x, Diff(p(x), x)), id="a vector and a gradient"),
    pytest.param("xy/h", Div(Dot(x, y), h), id="over a number"),
    pytest.param(r"x^\top y\, y^\top x", mul(Dot(x, y), Dot(y, x)), id="two inner products"),
    pytest.param(
        r"X^\top\nabla s_\theta(x) X",
        Dot(X, MatVec(Diff(s(x), x), X)),
        id="a form with its transpose",
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [*DIVERGENCES, *LAWS_BELOW, *BOUNDARIES, *ZEROS, *DIMENSION, *PAIRS],
)
def test_what_published_notes_write(text: str, expected: Term) -> None:
    assert read(text) == expected


def test_two_vectors_side_by_side_are_noted() -> None:
    assert [note.message for note in readings("xy", NOTATION)[0].notes] == [
        "read as the inner product"
    ]


SIDE_BY_SIDE = r"two vectors side by side: write a^\top b, a b^\top or a \cdot b"

# text, the message, reason
REFUSED = [
    pytest.param(r"X\nabla s_\theta(x)X", SIDE_BY_SIDE, id="a form without its transpose"),
    pytest.param(r"E[X\nabla s_\theta X]", SIDE_BY_SIDE, id="no gradient of an inner product"),
    pytest.param("x y k", SIDE_BY_SIDE, id="three vectors"),
    pytest.param(r"x \cdot y k", SIDE_BY_SIDE, id="three, with a dot"),
    pytest.param(r"x y \cdot k", SIDE_BY_SIDE, id="three, the dot later"),
    pytest.param(
        r"\nabla_x\log p(y)", "the derivative in 'x' of a formula without 'x'", id="another point"
    ),
    pytest.param(
        r"\frac{d}{dt}h", "the derivative in 't' of a formula without 't'", id="time may be hidden"
    ),
    pytest.param(
        "d h",
        "a differential without its integral? for a product write 'd \\cdot'",
        id="a differential or the dimension",
    ),
    pytest.param(
        r"D_{KL}(p(x) \| p_0(y))",
        "two densities at different points, or at several",
        id="two points",
    ),
    pytest.param(
        r"D_{KL}(\mathcal N(x; x, I) \| p(x))",
        "a density whose law depends on its own point",
        id="a mean that moves along",
    ),
    pytest.param(r"D_{KL}(p(x) \| g(x))", "expected a density, such as 'p(x)'", id="no density"),
    pytest.param(
        r"D_{KL}(\mathcal N(0, I) \| \mathcal N(y, I))",
        "two densities at different points, or at several",
        id="normal laws without a point",
    ),
    pytest.param("(g * g)(h)", "a convolution of functions is not read", id="convolution"),
    pytest.param(
        r"\begin{cases} h & t > 0 \end{cases}", "a distinction of cases is not read", id="cases"
    ),
    pytest.param(r"\lfloor h \rfloor", "rounding is not read", id="rounding"),
    pytest.param(r"\argmin_\theta h", "a minimum is not read", id="minimiser"),
    pytest.param(r"h + \sup_x g(h)", "a maximum is not read", id="supremum"),
    pytest.param(r"\dots", r"an ellipsis is not read: '\dots'", id="ellipsis"),
    pytest.param(r"h \{t, \dots, t\}", "expected one formula, found ',' and another", id="a set"),
    pytest.param(
        r"p_{t|0}^{\theta}(x_t | x_0)",
        "unknown letter 'p_{t|0}': did you mean p or p_0 or p_\\theta?",
        id="a model is not the density",
    ),
    pytest.param(
        r"L(\theta^2)", r"the definition is read at '\theta' alone", id="another parameter"
    ),
    pytest.param(
        r"[s_{\theta,i}(x)s_{\theta,j}(x)]_{\partial\mathbb{R}^d}",
        "a boundary term of several components is not read",
        id="two components",
    ),
    pytest.param(
        r"E_{x\sim p, x\sim p_0}[h]", "one letter is drawn twice", id="two draws of one letter"
    ),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        _ = readings(text, NOTATION)
    assert caught.value.message == message


@pytest.mark.parametrize(
    "text",
    [
        "x + 0",
        r"\nabla_x\log Z_\theta",
        r"[p(x)]_{\partial\mathbb{R}^d}",
        r"E_{v\sim\mathcal N(0,I)}[v^\top x]",
        "xy",
    ],
)
def test_a_key_writes_it_out(text: str) -> None:
    with pytest.raises(ParseError):
        _ = Elaborator(replace(KEY, source=text)).term(parse(text))


def test_a_key_may_declare_the_letter_of_the_divergence() -> None:
    text = r"D_{KL}(p(x) \| p_0(x))"
    assert Elaborator(replace(KEY, source=text)).term(parse(text)) == between
    opaque = Field("D_{KL}")
    declared = replace(KEY, source=text, letters={**KEY.letters, "D_{KL}": opaque})
    assert Elaborator(declared).term(parse(text)) == opaque(p(x), p_0(x))


def test_steps_left_out_are_told_apart() -> None:
    assert is_ellipsis(parse(r"\dots"))
    assert is_ellipsis(parse(r"\cdots"))
    assert not is_ellipsis(parse("h"))


def test_limits_are_numbers() -> None:
    with pytest.raises(IllTyped):
        _ = Integral(h, t, term(0), x)
    with pytest.raises(IllTyped):
        _ = Ito(h, t, x)


def test_the_gradient_at_a_point_is_not_a_constant() -> None:
    assert read(r"\nabla_x\log p(X)") == At(Diff(log(p(x)), x), x, X)
