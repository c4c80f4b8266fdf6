"""parse . print = identity: what the LaTeX printer writes is read back as the same term."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_terms import plain

from derive.language.latex import latex
from derive.language.scope import Law, Scope
from derive.language.terms import (
    PI,
    RV,
    At,
    Density,
    Diff,
    Div,
    Divergence,
    Dot,
    Event,
    Expect,
    Field,
    Fun,
    Integral,
    Landau,
    MatVec,
    Neg,
    Normal,
    NormSq,
    Num,
    Pow,
    Sym,
    Term,
    Trace,
    Variance,
    add,
    mul,
    sqrt,
    term,
)
from derive.reader import read_formula

p = Field("p", density=True)
s = Field(r"s_\theta", 1, trained=True)
g = Field("g")
X, Z = RV("X", 1), RV("Z", 1)
x, y, z = Sym("x", 1), Sym("y", 1), Sym("z", 1)
a, b, h, t = Sym("a"), Sym(r"\beta_t"), Sym("h"), Sym("t")
q = Field("q", density=True)
LETTERS: dict[str, Term | Field] = {n.name: n for n in (p, q, s, g, X, Z, x, y, a, b, h, t)}
SCOPE = Scope(laws={X: Law(x, p(x)), Z: Law(z, q(z))})

numbers = st.integers(0, 9).map(lambda n: Num(Fraction(n)))
leaves = st.one_of(numbers, st.sampled_from([a, b, h, t, PI, g(t), p(x), Dot(x, y), NormSq(x)]))


def _grown(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    def pair(build) -> st.SearchStrategy[Term]:
        return st.tuples(inner, inner).map(lambda two: build(*two))

    return st.one_of(
        pair(add), pair(mul), pair(Div), pair(Pow), inner.map(Neg), inner.map(sqrt),
        inner.map(lambda body: Fun("log", body)), inner.map(lambda body: Fun("exp", body)),
        inner.map(lambda body: Landau("o", body)), inner.map(Expect),
    )  # fmt: skip


scalars = st.recursive(leaves, _grown, max_leaves=8)


@settings(max_examples=200, deadline=None)
@given(node=scalars)
def test_arithmetic_survives_printing_and_reading(node: Term) -> None:
    printed = latex(node)
    assert plain(read_formula(printed, LETTERS, SCOPE)) == plain(node), printed


AT = [
    pytest.param(At(Diff(Fun("log", p(x)), x), x, X), id="score at X"),
    pytest.param(Diff(Fun("log", p(x)), x), id="score"),
    pytest.param(At(Diff(s(x), x), x, X), id="Jacobian at X"),
    pytest.param(Dot(MatVec(At(Diff(s(x), x), x, X), Z), Z), id="Hutchinson"),
    pytest.param(At(Divergence(s(x), x), x, X), id="divergence at X"),
    pytest.param(Expect(NormSq(s(X) - At(Diff(Fun("log", p(x)), x), x, X))), id="score matching"),
    pytest.param(Expect(X, (Event(X + Z, y),)), id="condition"),
    pytest.param(Expect(X, (Event(Z, Z),)), id="given a variable"),
    pytest.param(Integral(mul(p(x), q(y - x)), x), id="convolution"),
    pytest.param(Integral(g(t) ** 2, t, term(0), h), id="limits"),
    pytest.param(Diff(g(t), t), id="derivative on the line"),
    pytest.param(Trace(Diff(s(x), x)), id="trace"),
    pytest.param(Variance(mul(a, X)), id="variance"),
    pytest.param(Normal(x, mul(sqrt(a), y), 1 - a), id="normal law"),
    pytest.param(Density((Event(X + Z, y),)), id="density of a sum"),
    pytest.param(Density((Event(X, x),), (Event(Z, y),)), id="conditional density"),
    pytest.param(Divergence(mul(p(x), s(x)), x), id="divergence of a product"),
    pytest.param(sqrt(NormSq(x)), id="norm"),
    pytest.param(mul(Diff(p(x), x), q(x)), id="a gradient times a factor"),
    pytest.param(Diff(mul(p(x), q(x)), x), id="gradient of a product"),
]


@pytest.mark.parametrize("node", AT)
def test_calculus_survives_printing_and_reading(node: Term) -> None:
    assert read_formula(latex(node), LETTERS, SCOPE) == node, latex(node)
