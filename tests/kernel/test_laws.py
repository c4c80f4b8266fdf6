"""Equality in law: normal noise is added, everything else is left alone."""

from __future__ import annotations

import pytest

from derive.derivation import Problem
from derive.kernel.verdict import Proved, Refuted, Unresolved
from derive.language import terms as t
from derive.language.claims import Equal, EqualInLaw
from derive.language.phrases import E, at, density, integral, norm2, normal
from derive.language.terms import Ito, Sym, sqrt, term
from derive.numeric.confirm import confirm
from derive.tactics.decide import decide

problem = Problem("laws", title="", file=__file__)
x, y = problem.vector("x"), problem.vector("y")
a, b = problem.scalar("a", 0), problem.scalar("b", 0)
alpha, beta = problem.scalar(r"\alpha", 0, 1), problem.scalar(r"\beta", 0, 1)
c, q, time = problem.scalar("c"), problem.scalar("q"), problem.scalar("t", 0)
p = problem.density("p")
f, g = problem.field("f", rank=1), problem.field("g")
X = problem.random("X", p)


def noise(name, rank=1):
    return problem.random(name, lambda z: normal(z, t.Zero(rank), 1), rank)


Z, Z1, Z2 = noise("Z"), noise("Z_1"), noise("Z_2")
U, V = noise("U", 0), noise("V", 0)
shifted = problem.random("M", lambda z: normal(z, x, b))
child = problem.random("C", lambda z: normal(z, a * Z1, 1))
unknown = problem.noise("N", 1)
X_t = problem.define("X_t", sqrt(alpha) * X + sqrt(1 - alpha) * Z)
r = Sym("r")
wiener = Ito(g(r), r, time)
twice = Ito(2 * g(r), r, time)
spread = integral(g(r) ** 2, r, 0, time)
step = sqrt(1 - beta) * (sqrt(alpha) * X + sqrt(1 - alpha) * Z1)

row = pytest.param

LAWS = [
    row(sqrt(a) * Z1 + sqrt(b) * Z2, sqrt(a + b) * Z, Proved, id="variances add"),
    row(sqrt(a) * Z1 + sqrt(b) * Z2, (sqrt(a) + sqrt(b)) * Z, Refuted, id="deviations do not"),
    row(sqrt(a) * Z1 + sqrt(b) * Z1, sqrt(a + b) * Z, Refuted, id="of the same noise they do"),
    row(sqrt(a) * Z1 + sqrt(b) * Z1, (sqrt(a) + sqrt(b)) * Z, Proved, id="the same noise twice"),
    row(Z1, -Z2, Proved, id="a symmetric law"),
    row(Z1, -Z1, Unresolved, id="which says nothing of one and the same noise"),
    row(X + Z1, X - Z2, Proved, id="with a shared variable"),
    row(X + Z1, X + 2 * Z2, Refuted, id="with another variance"),
    row(X + Z1, X + x + Z2, Refuted, id="with another mean"),
    row(f(X) + sqrt(a) * Z1, f(X) + sqrt(a) * Z2, Proved, id="a function of what is shared"),
    row(norm2(X) * Z1, norm2(X) * Z2, Proved, id="a coefficient of what is shared"),
    row(c * U, c * V, Proved, id="numbers"),
    row(c * U, -c * V, Proved, id="of any sign"),
    row(U * V, U * noise("T", 0), Proved, id="one noise times another that is shared"),
    row(X_t, sqrt(alpha) * X + sqrt(1 - alpha) * Z1, Proved, id="a definition"),
    row(step + sqrt(beta) * Z2, sqrt((1 - beta) * alpha) * X + sqrt(1 - (1 - beta) * alpha) * Z,
        Proved, id="two steps are one"),
    row(step + sqrt(beta) * Z2, sqrt((1 - beta) * alpha) * X + sqrt(1 - beta * alpha) * Z,
        Refuted, id="with a wrong coefficient"),
    row(step + sqrt(beta) * Z1, sqrt((1 - beta) * alpha) * X + sqrt(1 - (1 - beta) * alpha) * Z,
        Refuted, id="with noise used again"),
    row(shifted, x + sqrt(b) * Z, Proved, id="a law with a mean"),
    row(shifted, x + b * Z, Refuted, id="its deviation is not its variance"),
    row(X, X, Proved, id="a variable and itself"),
    row(X, Z, Refuted, id="of a law that is not known to be normal"),
    row(E(X, at(X_t, X_t)) + Z1, E(X, at(X_t, X_t)) - Z2, Proved, id="a random mean"),
    row(wiener, sqrt(spread) * Z, Proved, id="a Wiener integral is normal"),
    row(X + wiener, X + sqrt(spread) * Z, Proved, id="and independent of the start"),
    row(X + wiener, X + spread * Z, Refuted, id="with its variance for a deviation"),
    row(twice, -2 * wiener, Proved, id="two Wiener integrals, one on each side"),
    row(wiener + twice, 3 * sqrt(spread) * Z, Unresolved, id="two on one side are correlated"),
]  # fmt: skip

OPEN = [
    row(unknown, Z, id="noise that is not normal"),
    row(unknown + Z, sqrt(2) * Z1, id="noise one part of which is not normal"),
    row(f(Z), f(Z1), id="a function of noise"),
    row(U**2, V**2, id="a square of noise"),
    row(U * x, V * x, id="noise along a line"),
    row(Z * U, Z1 * V, id="noise times noise"),
    row(child + sqrt(3) * Z, child + sqrt(3) * Z1, id="noise that a shared variable is made of"),
    row(child, sqrt(a**2 + 1) * Z, id="a law that depends on other noise"),
]


def sides(lhs, rhs):
    return EqualInLaw(term(lhs), term(rhs)), EqualInLaw(term(rhs), term(lhs))


@pytest.mark.parametrize(("lhs", "rhs", "expected"), LAWS)
def test_laws(lhs, rhs, expected) -> None:
    for claim in sides(lhs, rhs):
        verdict = decide(claim, problem.scope)
        assert isinstance(verdict, expected), verdict
        if isinstance(verdict, Proved):
            assert verdict.method == "law"
            assert confirm(claim, problem.scope, seed=5).agreed


@pytest.mark.parametrize(("lhs", "rhs"), OPEN)
def test_what_is_not_affine_in_independent_normal_noise_is_not_proved(lhs, rhs) -> None:
    for claim in sides(lhs, rhs):
        assert not isinstance(decide(claim, problem.scope), Proved)


def test_a_variable_without_a_law_is_independent_of_nothing() -> None:
    stranger = t.RV("S", 1)
    claim = EqualInLaw(stranger + Z1, stranger + Z2)
    assert isinstance(decide(claim, problem.scope), Unresolved)


def test_a_refutation_names_what_differs() -> None:
    verdict = decide(EqualInLaw(X + Z1, X + 2 * Z2), problem.scope)
    assert isinstance(verdict, Refuted)
    assert verdict.counterexample.note.startswith("the variances of the two sides")


DENSITIES = [
    row(density(x + sqrt(b) * Z, y), normal(y, x, b), Proved, id="shifted and scaled"),
    row(density(sqrt(a) * Z1 + sqrt(b) * Z2, y), normal(y, t.Zero(1), a + b), Proved, id="a sum"),
    row(density(sqrt(a) * Z1 + sqrt(b) * Z2, y), normal(y, t.Zero(1), a * b), Refuted,
        id="with a wrong variance"),
    row(density(wiener, y), normal(y, t.Zero(1), spread), Proved, id="a Wiener integral"),
    row(density(X + wiener, y, at(X, x)), normal(y, x, spread), Proved, id="from a given start"),
    row(density(X_t, y, at(X, x)), normal(y, sqrt(alpha) * x, 1 - alpha), Proved,
        id="a definition, given its start"),
    row(density(a * U, q), normal(q, term(0), a**2), Proved, id="a number"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "expected"), DENSITIES)
def test_a_law_stated_by_its_density(lhs, rhs, expected) -> None:
    assert isinstance(decide(Equal(lhs, rhs), problem.scope), expected)
