"""What depends on theta, and what minimises a functional."""

from __future__ import annotations

import pytest

from derive.derivation import Problem
from derive.errors import IllTyped
from derive.language.claims import EqualUpToConstant, Minimises
from derive.language.phrases import E, at, dot, half, integral, norm2
from derive.language.scope import Law
from derive.language.terms import RV, Field, Normal, Sym, exp, log, term

line = Problem("line", title="", file=__file__)
u, r = line.scalar("u"), line.scalar("r")
f = line.field("f")
s, s2 = line.field(r"s_\theta", trained=True), line.field(r"r_\theta", trained=True)
p = line.density("p")
p_theta = Field(r"p_\theta", density=True, trained=True)
X = line.random("X", p, rank=0)
Y = line.random("Y", p_theta, rank=0)
N = line.random("N", lambda point: Normal(point, s(u), term(1)), rank=0)
S = line.define("S", X + s(u))

row = pytest.param

CONSTANTS = [
    row(s(u) + f(u), s(u), "proved", id="a function without theta is a constant"),
    row(s(u) * f(u), f(u), "refuted", id="a factor with theta"),
    row(2 * E(s(X)), E(s(X)), "refuted", id="a multiple"),
    row(E(s(X)), E(s2(X)), "refuted", id="two networks"),
    row(exp(s(u) - s(u)), term(0), "proved", id="it cancels in an exponent"),
    row(s(u) * s2(u) / s(u), s2(u), "proved", id="it cancels in a fraction"),
    row(f(s(u)), term(0), "refuted", id="theta in an argument"),
    row(integral(f(r), r, 0, s(u)), term(0), "not proved", id="theta in a limit"),
    row(integral(f(r) * integral(s(u) * p(u), u), r), term(0), "not proved",
        id="theta in an inner integral"),
    row(log(1 + integral(exp(s(u)) * exp(-(u**2)), u)), term(0), "not proved",
        id="theta in an integral under a logarithm"),
    row(integral(p(u) * log(1 + integral(exp(s(r * u)) * p(r), r)), u), term(0), "not proved",
        id="theta two integrals down"),
    row(E(f(Y)), term(0), "not proved", id="theta in a law"),
    row(E(1 + 0 * Y), term(0), "proved", id="a law with theta that is one"),
    row(E(f(N)), term(0), "not proved", id="theta in the mean of a law"),
    row(E((N - s(u)) ** 2), term(0), "proved", id="it cancels against that mean"),
    row(E(S), s(u), "proved", id="theta in a definition"),
    row(E(S), -s(u), "refuted", id="theta in a definition, wrong sign"),
    row(E(f(X), at(X + 0 * s(u), u)), term(0), "proved", id="zero times theta"),
]  # fmt: skip


@pytest.mark.parametrize(("lhs", "rhs", "expected"), CONSTANTS)
def test_equal_up_to_a_constant(judge, lhs, rhs, expected) -> None:
    judge(EqualUpToConstant(lhs, rhs), line.scope, expected)


def test_theta_through_a_side_equation(judge) -> None:
    scope = line.scope.extended(equations=((r, s(u)),))
    judge(EqualUpToConstant(r * f(u), term(0)), scope, "not proved")


# --- minimisers ---
space = Problem("space", title="", file=__file__)
x, z, c = space.vector("x"), space.vector("z"), space.vector("c")
a, t = space.scalar("a", 0), space.scalar("t", 0)
k = space.scalar("k")
D = space.field("D", rank=1, trained=True)
Dt = space.field("B", rank=1, trained=True)
q, q_z = space.density("p"), space.density("q")
V, W = space.random("V", q), space.random("W", q_z)
G = space.random("G", lambda point: Normal(point, a * V, a))
HIDDEN = RV("H", 1)  # defined as D(V), in a scope of its own

LOSS = E(norm2(D(G) - V))
BEST = E(V, at(G, z))

MINIMA = [
    row(LOSS, D(z), BEST, "proved", id="the projection"),
    row(half * LOSS, D(z), BEST, "proved", id="half of the loss"),
    row(-LOSS, D(z), BEST, "not proved", id="minus the loss has no minimum"),
    row(E(norm2(D(G) - 2 * V)), D(z), BEST, "refuted", id="twice the target"),
    row(E(norm2(D(G) - 2 * V)), D(z), 2 * BEST, "proved", id="twice the minimiser"),
    row(LOSS, D(z), -BEST, "refuted", id="the wrong sign"),
    row(LOSS, D(z), z, "refuted", id="the condition itself"),
    row(LOSS, D(z), E(V), "refuted", id="the mean without the condition"),
    row(E(norm2(D(W) - V)), D(z), E(V), "proved", id="given an independent variable: the mean"),
    row(E(norm2(D(V + W) - V)), D(z), E(V, at(V + W, z)), "proved", id="given a sum"),
    row(LOSS + E(norm2(V)), D(z), BEST, "proved", id="beside a constant"),
    row(LOSS + E(norm2(D(G))), D(z), half * BEST, "not refuted", id="with a penalty"),
    row(LOSS + E(norm2(D(G))), D(z), BEST, "refuted", id="which moves the minimiser"),
    row(LOSS - 2 * E(norm2(D(G))), D(z), -BEST, "not proved", id="a stationary point: a maximum"),
    row(E(dot(D(G), V)), D(z), 0 * z, "not proved", id="a linear functional"),
    row(E(norm2(V)), D(z), BEST, "not proved", id="a functional without the unknown"),
    row(a * LOSS, D(z), BEST, "not refuted", id="a positive letter before it"),
    row(k * LOSS, D(z), BEST, "not proved", id="a letter of any sign before it"),
    row(E(norm2(D(c) - V)), D(c), E(V), "proved", id="a constant vector"),
    row(E(norm2(D(W) - V)), D(z), V, "not proved", id="a value that is random"),
    row(E(norm2(Dt(V, 2 * t) - t * V)), Dt(x, t), t * x, "not proved", id="at another time"),
    row(E(norm2(Dt(V, t) - t * V)), Dt(x, t), t * x, "proved", id="at its time"),
    row(E(norm2(D(V) - W)) + E(norm2(D(W) - V)), D(z), E(V), "not proved", id="at two variables"),
    row(integral(norm2(D(c) - c) * q(c), c), D(x), c, "not proved", id="a bound letter as value"),
]


@pytest.mark.parametrize(("functional", "unknown", "value", "expected"), MINIMA)
def test_minimisers(judge, functional, unknown, value, expected) -> None:
    judge(Minimises(functional, unknown, value), space.scope, expected)


def test_an_unknown_that_hides_in_a_definition(judge) -> None:
    scope = space.scope.extended(definitions={HIDDEN: D(V)})
    functional = E(norm2(HIDDEN - W)) + E(norm2(D(V) - 2 * W))
    judge(Minimises(functional, D(z), 2 * E(W)), scope, "not proved")
    judge(Minimises(functional, D(z), half * 3 * E(W)), scope, "not refuted")


def test_an_unknown_that_hides_in_a_law(judge) -> None:
    variable, point = RV("A", 1), Sym("alpha", 1)
    law = Law(point, Normal(point, D(V), term(1)))
    scope = space.scope.extended(laws={variable: law})
    functional = E(norm2(variable - W)) + E(norm2(D(V) - 2 * W))
    judge(Minimises(functional, D(z), 2 * E(W)), scope, "not proved")


def test_a_functional_is_a_number() -> None:
    with pytest.raises(IllTyped):
        Minimises(E(D(G) - V), D(z), BEST)
