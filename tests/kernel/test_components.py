"""Components: unit vectors for free indices, sums over bound ones, matrices by their entries."""

from __future__ import annotations

import pytest

from derive.derivation import Problem
from derive.kernel import check
from derive.kernel.verdict import Proved, Refuted, Unresolved
from derive.language import terms as t
from derive.language.claims import Equal, Minimises
from derive.language.phrases import E, at, div, grad, integral, jacobian, norm2, normal
from derive.language.terms import At, Basis, Dot, MatMul, MatVec, Outer, Trace, Transpose, term
from derive.tactics.decide import decide

problem = Problem("components", title="", file=__file__)
u, v, w, x, y = (problem.vector(name) for name in "uvwxy")
a = problem.scalar("a", 0)
f = problem.field("f", rank=1)
s = problem.field("s", rank=1, trained=True)
h, k = problem.field("h"), problem.field("k")
p = problem.density("p")
X = problem.random("X", p)
Y = problem.random("Y", lambda z: normal(z, X, a))
eps = problem.random("N", lambda z: normal(z, t.Zero(1), 1))
xi = problem.noise("M", 1)
problem.decays(p(x) * s(x), x)

d = t.DIM
ei, ej, el = Basis("i"), Basis("j"), Basis("l")
delta = Dot(ei, ej)
J = jacobian(f(x), x)
JX = At(jacobian(s(x), x), x, X)
slope = At(grad(p(x), x), x, X) / p(X)

row = pytest.param


def entry(matrix, row_, column):
    return Dot(MatVec(matrix, column), row_)


def total(body, *indices):
    for index in indices:
        body = t.IndexSum(body, index)
    return body


def c(vector, index):
    return Dot(vector, index)


FREE = [
    row(norm2(ei), term(1), "proved", id="a unit vector has norm one"),
    row(delta, term(1), "refuted", id="two indices may differ"),
    row(delta, term(0), "refuted", id="two indices may be equal"),
    row(c(v, ei), c(v, ej), "refuted", id="components differ"),
    row(c(v + a * w, ei), c(v, ei) + a * c(w, ei), "proved", id="a component is linear"),
    row(entry(t.Identity(), ei, ej), delta, "proved", id="the identity by its entries"),
    row(entry(Transpose(J), ei, ej), entry(J, ej, ei), "proved", id="a transpose"),
    row(entry(Transpose(J), ei, ej), entry(J, ei, ej), "refuted", id="which exchanges"),
    row(grad(c(x, ei), x), ei, "proved", id="gradient of a coordinate"),
    row(entry(jacobian(x, x), ei, ej), delta, "proved", id="derivative of a coordinate"),
    row(c(grad(t.log(h(x) ** 2 + 1), x), ei), 2 * h(x) * c(grad(h(x), x), ei) / (h(x) ** 2 + 1),
        "proved", id="the chain rule in a component"),
    row(c(grad(h(x), x), ei), c(grad(h(x), x), ej), "refuted", id="in its own component"),
    row(At(t.IndexSum(c(v, ei) * c(x, ei), "i"), x, ei), c(v, ei), "proved",
        id="a free index put under a sum of its letter is not captured"),
    row(At(t.IndexSum(c(v, ei) * c(x, ei), "i"), x, ei), norm2(v), "refuted",
        id="captured it would be the sum"),
    row(c(f(x + ei), ei), c(f(x + ej), ej), "refuted", id="a step along an axis"),
    row(delta**2, delta, "not refuted", id="an entry of the identity is 0 or 1"),
]  # fmt: skip

SUMS = [
    row(total(c(v, ei) * c(w, ei), "i"), Dot(v, w), "proved", id="an inner product"),
    row(total(c(v, ei) * c(w, ei), "i"), 2 * Dot(v, w), "refuted", id="with a wrong factor"),
    row(total(c(v, ei) * c(w, ei), "i"), c(v, ei) * c(w, ei), "refuted",
        id="the letter inside is not the letter outside"),
    row(total(c(v, ei) * c(w, ei), "i"), total(c(v, ej) * c(w, ej), "j"), "proved",
        id="the name of a bound index does not matter"),
    row(total(term(1), "i"), d, "proved", id="a sum of ones"),
    row(total(c(v, ej), "i"), d * c(v, ej), "proved", id="another index is constant"),
    row(total(delta * c(v, ej), "j"), c(v, ei), "proved", id="delta picks a component"),
    row(total(delta, "i", "j"), d, "proved", id="a sum of deltas"),
    row(total(delta**2, "j"), term(1), "proved", id="a power of delta"),
    row(total(c(v, ei) * ei, "i"), v, "proved", id="a vector in its basis"),
    row(total(entry(J, ei, ei), "i"), div(f(x), x), "proved", id="a divergence"),
    row(total(entry(J, ei, ej) * c(v, ej) * c(v, ei), "i", "j"), Dot(MatVec(J, v), v), "proved",
        id="a quadratic form"),
    row(total(entry(J, ei, ej) * c(v, ej) * c(w, ei), "i", "j"), Dot(MatVec(J, v), w), "proved",
        id="a bilinear form"),
    row(total(entry(J, ei, ej) * c(v, ej) * c(w, ei), "i", "j"), Dot(MatVec(J, w), v), "refuted",
        id="and its adjoint"),
    row(total(entry(J, ei, ej) ** 2, "i", "j"), Trace(MatMul(J, Transpose(J))), "proved",
        id="the Frobenius norm"),
    row(total(entry(J, ei, ej) * entry(J, ej, ei), "i", "j"), Trace(MatMul(J, J)), "proved",
        id="the trace of a square"),
    row(total(entry(J, ei, ej) ** 2, "i", "j"), Trace(MatMul(J, J)), "refuted",
        id="which is another number"),
    row(total(total(c(v, ei) ** 2, "i") * c(w, ei) ** 2, "i"), norm2(v) * norm2(w), "proved",
        id="a sum within a sum of the same letter"),
    row(total(c(v, ei) ** 2 * c(w, ei) ** 2, "i"), norm2(v) * norm2(w), "refuted",
        id="is not one sum"),
    row(total(c(v, ei) + c(w, ei), "i"), total(c(v, ei), "i") + total(c(w, ei), "i"), "proved",
        id="a sum of components that is no contraction"),
    row(total(c(v, ei) * c(w, ej), "i", "j"), total(c(v, ei), "i") * total(c(w, el), "l"),
        "proved", id="a product of sums"),
    row(total(c(v, ei), "i"), norm2(v), "refuted", id="a sum of components is no norm"),
    row(total(c(v, ei) ** 3, "i"), total(c(v, ej) ** 3, "j"), "proved", id="a sum of cubes"),
    row(total(c(v, ei) ** 3, "i"), norm2(v) * total(c(v, ei), "i"), "refuted",
        id="cubes are no product"),
    row(total(c(v, ei) ** 2 * delta, "i"), c(v, ej) ** 2, "proved", id="delta in a square"),
    row(total(c(v, ei) ** 6, "i"), total(c(v, ej) ** 6, "j"), "unresolved", id="a high power"),
    row(total(t.exp(c(v, ei)), "i"), total(t.exp(c(v, ej)), "j"), "unresolved",
        id="no polynomial in the components"),
    row(total(c(v, ei) / (1 + c(v, ei) ** 2), "i"), total(c(v, ei), "i"), "refuted",
        id="a quotient is no contraction"),
    row(total(t.sqrt(c(v, ei) ** 2 + a), "i"), t.sqrt(norm2(v) + a), "refuted",
        id="a root is no contraction"),
    row(total(c(v, ei) ** 2 / norm2(ei), "i"), norm2(v), "proved", id="divided by e.e = 1"),
    row(total(c(f(x + ei), ei), "i"), div(f(x), x), "refuted", id="differences are no derivatives"),
    row(total(c(f(x + ei), ei), "i"), total(c(f(x + ej), ej), "j"), "unresolved",
        id="a field at a step along an axis"),
    row(total(c(v, ei) * c(w, ei) * (1 - delta), "i"), Dot(v, w) - c(v, ej) * c(w, ej), "proved",
        id="a sum without one summand"),
]  # fmt: skip

RANDOM = [
    row(E(c(eps, ei) * c(eps, ej)), delta, "proved", id="white noise"),
    row(E(c(xi, ei) * c(xi, ej)), delta, "proved", id="white noise of unknown law"),
    row(E(c(eps, ei) * c(eps, ej)), term(1), "refuted", id="of different components"),
    row(E(c(eps, ei) * c(eps, ej)), term(0), "refuted", id="of the same component"),
    row(E(c(eps, ei) * c(eps, ej)), delta / d, "refuted", id="of the same component, for d > 1"),
    row(E(c(eps, ei) ** 2), term(1), "proved", id="one component"),
    row(E(c(eps, ei) ** 4), term(3), "proved", id="its fourth moment"),
    row(E(total(c(eps, ei) ** 4, "i")), 3 * d, "proved", id="the sum of them"),
    row(E(norm2(eps) ** 2), 3 * d, "refuted", id="which is not the norm to the fourth"),
    row(E(total(c(eps, ei) * entry(JX, ei, ej) * c(eps, ej), "i", "j")),
        E(At(div(s(x), x), x, X)), "proved", id="the trace by noise"),
    row(total(entry(J, ei, ej) * E(c(eps, ei) * c(eps, ej)), "i", "j"), div(f(x), x), "proved",
        id="the expectation inside"),
    row(total(entry(J, ei, ei) * E(c(eps, ei) ** 2), "i"), div(f(x), x), "proved",
        id="the diagonal alone"),
    row(E(total(c(eps, ei) * c(eps, ej) * entry(J, ei, ej) * (1 - delta), "i", "j")), term(0),
        "proved", id="the rest has mean zero"),
    row(total(E(c(s(X), ei) * c(slope, ei)), "i"), E(Dot(s(X), slope)), "proved",
        id="a sum goes in and out of an expectation"),
    row(total(E(c(s(X), ei) * c(slope, ei)), "i"), -E(At(div(s(x), x), x, X)), "proved",
        id="by parts"),
    row(total(E(c(s(X), ei) * c(slope, ei)), "i"), E(At(div(s(x), x), x, X)), "refuted",
        id="with the wrong sign"),
    row(integral(total(normal(x, v, a) * c(x, ei) ** 2, "i"), x), norm2(v) + d * a, "proved",
        id="a sum under an integral"),
    row(total(integral(normal(x, v, a) * c(x, ei) ** 2, x), "i"), norm2(v) + d * a, "proved",
        id="an integral under a sum"),
    row(total(t.Variance(c(X, ei)), "i"), E(norm2(X)) - norm2(E(X)), "proved",
        id="variances of the components"),
    row(Trace(t.Variance(X)), E(norm2(X - E(X))), "proved", id="trace of the covariance"),
    row(E(E(Outer(X, X), at(Y, Y))), E(Outer(X, X)), "proved", id="the tower for a matrix"),
]  # fmt: skip

mean = E(X, at(Y, y))
VARIANCE = [
    row(t.Variance(X, (at(Y, y),)), E(Outer(X, X), at(Y, y)) - Outer(mean, mean), "proved",
        id="its definition"),
    row(jacobian(E(X, at(Y, y)), y), t.Variance(X, (at(Y, y),)) / a, "proved",
        id="the derivative of a posterior mean"),
    row(jacobian(E(X, at(Y, y)), y), t.Variance(X, (at(Y, y),)), "refuted", id="and its factor"),
    row(t.Variance(Y, (at(X, x),)), a * t.Identity(), "proved", id="of the noise alone"),
    row(t.Variance(Y, (at(X, x),)), t.Variance(Y), "refuted", id="which is not the whole variance"),
    row(E(t.Variance(X, (at(Y, Y),))) + t.Variance(E(X, at(Y, Y))), t.Variance(X), "proved",
        id="the law of total variance"),
    row(E(t.Variance(X, (at(Y, Y),))), t.Variance(X), "refuted", id="both terms of it"),
    row(t.Variance(X + v, (at(Y, y),)), t.Variance(X, (at(Y, y),)), "proved", id="a shift"),
]  # fmt: skip

MATRICES = [
    row(MatMul(Outer(v, w), Outer(x, y)), Dot(w, x) * Outer(v, y), "proved", id="rank one"),
    row(
        Transpose(MatMul(J, Outer(v, w))),
        MatMul(Outer(w, v), Transpose(J)),
        "proved",
        id="transpose of a product",
    ),
    row(MatMul(J, Outer(v, w)), MatMul(Outer(v, w), J), "refuted", id="products do not commute"),
    row(Transpose(grad(grad(h(x), x), x)), grad(grad(h(x), x), x), "proved", id="a Hessian"),
    row(Transpose(J), J, "refuted", id="a Jacobian"),
    row(MatVec(MatMul(J, J), v), MatVec(J, MatVec(J, v)), "proved", id="one after the other"),
    row(Trace(MatMul(J, Outer(v, w))), Dot(MatVec(J, v), w), "proved", id="a cyclic trace"),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), [*FREE, *SUMS, *RANDOM, *VARIANCE, *MATRICES])
def test_components(judge, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), problem.scope, expected)


def test_a_model_names_the_coordinate() -> None:
    verdict = decide(Equal(c(v, ei), c(v, ej)), problem.scope)
    assert isinstance(verdict, Refuted)
    model = verdict.counterexample.model
    assert {model["i"], model["j"]} == {"1", "2"}
    assert model["d"] != "1"


def test_a_definition_is_not_captured() -> None:
    """Whether the letter of the definition is the summed one is not said."""
    local = Problem("capture", title="", file=__file__)
    W = local.define("W", c(v, ei) * eps)  # noqa: N806 - a random vector
    scope = problem.scope.extended(definitions=local.scope.definitions)
    body = E(Dot(W, eps)) * c(v, ei)
    assert isinstance(decide(Equal(body, d * c(v, ei) ** 2), scope), Proved)
    for rhs in (d * norm2(v), d * c(v, ei) * total(c(v, ei), "i")):
        assert isinstance(decide(Equal(total(body, "i"), rhs), scope), Unresolved)


def test_a_hypothesis_about_one_component_refutes_nothing() -> None:
    """Whether it is meant of each component is not said."""
    scope = problem.scope.extended(positive=(c(v, ei),))
    assert isinstance(decide(Equal(c(v, ej), c(w, ej)), scope), Unresolved)


MINIMA = [
    row(total(E((c(s(Y), ei) - c(X, ei)) ** 2), "i"), E(X, at(Y, y)), Proved, id="of all of them"),
    row(total(E((c(s(Y), ei) - c(X, ei)) ** 2), "i"), 2 * E(X, at(Y, y)), Refuted, id="twice it"),
    row(E((c(s(Y), ei) - c(X, ei)) ** 2), E(X, at(Y, y)), Unresolved, id="of one component only"),
    row(total(E((c(s(Y), ei) - c(X, ei)) ** 2), "i"), c(v, ei) * E(X, at(Y, y)), Unresolved,
        id="a free index is not captured"),
]  # fmt: skip


@pytest.mark.parametrize(("functional", "value", "expected"), MINIMA)
def test_minima(functional, value, expected) -> None:
    assert isinstance(decide(Minimises(functional, s(y), value), problem.scope), expected)


KINDS = [
    row(norm2(v), v, ("a number", "a vector"), id="a number and a vector"),
    row(J, v, ("a matrix", "a vector"), id="a matrix and a vector"),
    row(t.IndexSum(MatVec(J, ei), "i"), div(f(x), x), ("a vector", "a number"),
        id="a lost index in a divergence"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "kinds"), KINDS)
def test_sides_of_two_kinds_are_never_equal(lhs, rhs, kinds) -> None:
    verdict = check.refute_types(lhs, rhs)
    assert isinstance(verdict, Refuted)
    assert (verdict.method, dict(verdict.counterexample.model)) == ("types", {})
    assert (verdict.counterexample.lhs, verdict.counterexample.rhs) == kinds


def test_sides_of_one_kind_are_not_refuted_by_it() -> None:
    assert isinstance(check.refute_types(v, w), Unresolved)
