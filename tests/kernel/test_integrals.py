"""Integrals and bound letters: limits, translations, divergence, capture."""

from __future__ import annotations

import pytest

from derive.derivation import Problem
from derive.errors import IllTyped
from derive.kernel.verdict import Proved
from derive.language.claims import Equal
from derive.language.phrases import E, half, integral
from derive.language.scope import Law
from derive.language.terms import RV, At, Bracket, Diff, Field, Normal, Sym, exp, log, sqrt, term

problem = Problem("integrals", title="", file=__file__)
x, y, z, r, u = (problem.scalar(name) for name in "xyzru")
b = problem.scalar("b", 0)
f, g = problem.field("f"), problem.field("g")
p, q = problem.density("p"), problem.density("q")
X = problem.random("X", p, rank=0)
M = problem.random("M", lambda at: Normal(at, u, term(1)), rank=0)

row = pytest.param


def nested(outer: Sym, inner: Sym, argument: Sym, other: Sym):
    """An integral under a logarithm under an integral: they cannot be joined."""
    inside = log(1 + integral(exp(f(argument * other)) * q(inner), inner))
    return integral(p(outer) * inside, outer)


LIMITS = [
    row(sqrt(integral(exp(r), r, 1, 0) ** 2), integral(exp(r), r, 1, 0), "not proved",
        id="limits in the wrong order make a positive integral negative"),
    row(sqrt(integral(exp(r), r, 0, x) ** 2), integral(exp(r), r, 0, x), "not proved",
        id="a limit of unknown sign"),
    row(sqrt(integral(exp(r), r, 0, 1) ** 2), integral(exp(r), r, 0, 1), "not refuted",
        id="limits in the right order"),
    row(integral(f(r), r, 0, 1), -integral(f(r), r, 1, 0), "not refuted", id="exchanged limits"),
    row(integral(f(r), r, 0, 1), integral(f(r), r, 1, 0), "not proved", id="without the sign"),
    row(integral(f(r) + g(r), r, 0, x), integral(f(r), r, 0, x) + integral(g(r), r, 0, x),
        "proved", id="linear"),
    row(integral(f(r), r, 0, x), integral(f(y), y, 0, x), "proved", id="a letter renamed"),
    row(integral(f(r), r, 0, x), integral(f(r), r, 0, y), "refuted", id="another limit"),
    row(integral(r * f(r), r, 0, x), r * integral(f(r), r, 0, x), "refuted",
        id="a bound letter does not move out"),
    row(integral(y * f(r), r, 0, x), y * integral(f(r), r, 0, x), "proved", id="a free one does"),
]  # fmt: skip

CHANGES = [
    row(integral(f(x + 1), x), integral(f(x), x), "proved", id="translation"),
    row(integral(f(x + y), x), integral(f(x - z), x), "proved", id="two translations"),
    row(integral(f(2 * x), x), half * integral(f(x), x), "proved", id="scaling"),
    row(integral(f(-2 * x), x), half * integral(f(x), x), "proved", id="by a negative number"),
    row(integral(f(-2 * x), x), -half * integral(f(x), x), "not proved", id="|-2| = 2"),
    row(integral(f(b * x), x), integral(f(x), x) / b, "proved", id="by a positive letter"),
    row(integral(f(y * x), x), integral(f(x), x) / y, "not proved", id="by a letter of any sign"),
    row(integral(f(x), x), integral(f(x**2), x), "not proved", id="not an affine change"),
    row(integral(f(x) * p(x + y), x), integral(f(x - y) * p(x), x), "proved", id="both move"),
    row(integral(f(x) * p(x + y), x), integral(f(x + y) * p(x), x), "refuted", id="other way"),
]

BINDING = [
    row(integral(p(x) * integral(f(x) * p(x), x), x), E(f(X)), "proved", id="one letter twice"),
    row(At(integral(f(x) * p(x), x), x, y), integral(f(z) * p(z), z), "proved",
        id="a bound letter is not put"),
    row(At(integral(f(x) * p(y), x), y, x), p(x) * integral(f(y), y), "proved",
        id="a free letter that is named like the bound one"),
    row(At(integral(f(x) * p(y), x), y, x), integral(f(x) * p(x), x), "not proved",
        id="is not caught"),
    row(integral(At(f(x), x, y) * p(x), x), f(y), "proved", id="At inside an integral"),
    row(E(x * X), x * integral(x * p(x), x), "proved", id="a letter beside the letter of a law"),
    row(E(f(X) * integral(p(x) * g(x), x)), E(f(X)) * E(g(X)), "proved", id="an integral inside E"),
    row(Diff(integral(f(x) * p(y - x), x), y), integral(f(x) * Diff(p(y - x), y), x), "proved",
        id="a derivative under the integral"),
    row(Diff(integral(f(x) * p(x), x), x), term(0), "proved", id="nothing depends on x"),
    row(nested(x, y, x, y), nested(z, x, z, x), "proved", id="letters renamed in two integrals"),
    row(nested(x, y, x, y), nested(x, y, y, y), "not proved", id="the inner letter twice"),
    row(nested(x, y, x, y), nested(x, y, x, x), "not proved", id="the outer letter twice"),
    row(integral(Sym("v1") * p(x), x), E(X), "refuted", id="a letter named like our own"),
]  # fmt: skip

DIVERGENT = [
    row(integral(term(1), x) / integral(term(1), x), term(1), "unresolved", id="a constant"),
    row(integral(exp(x), x) / integral(exp(x), x), term(1), "unresolved", id="an exponential"),
    row(
        integral(exp(x**2), x) / integral(exp(x**2), x),
        term(1),
        "unresolved",
        id="a bell upside down",
    ),
    row(integral(exp(x + 1), x), integral(exp(x), x), "unresolved", id="translated"),
    row(integral(x, x), term(0), "not proved", id="an odd function"),
    row(Bracket(f(x) * p(x), x), term(0), "not proved", id="a boundary term without a hypothesis"),
    row(integral(Diff(p(x), x), x), term(0), "not proved", id="nor the integral of a slope"),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), LIMITS + CHANGES + BINDING + DIVERGENT)
def test_integrals(judge, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), problem.scope, expected)


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        row(integral(f(x + 1) - f(x), x), term(0), id="f = tanh: the integral is 2"),
        row(integral(f(x + y) - f(x - y), x), term(0), id="the same with a letter"),
    ],
)
def test_splitting_an_integral_is_told(judge, lhs, rhs) -> None:
    """True only where the integral of each term converges; then the report says so."""
    verdict = judge(Equal(lhs, rhs), problem.scope, "not refuted")
    kinds = {c.kind for c in verdict.conditions} if isinstance(verdict, Proved) else {"regularity"}
    assert "regularity" in kinds


@pytest.mark.parametrize(
    "expected_value",
    [row(E(X), id="if the bound letter reached into the law"), row(u, id="if it did not")],
)
def test_a_letter_of_a_law_is_not_bound_from_outside(expected_value, judge) -> None:
    """M ~ N(u, 1) under an integral over u: two readings, so none is proved."""
    judge(Equal(integral(E(M) * p(u), u), expected_value), problem.scope, "not proved")


def test_a_law_whose_point_is_named_like_a_parameter() -> None:
    """`random("C", ...)` beside a parameter c: the point of the law has a name of its own."""
    other = Problem("names", title="", file=__file__)
    c = other.scalar("c", 0)
    law = other.random("C", lambda at: Normal(at, y, c), rank=0)
    assert other.scope.laws[law].at != c


@pytest.mark.parametrize("name", ["v#1", "b#1.0", "#sin"])
def test_letters_cannot_have_the_names_of_bound_variables(name: str) -> None:
    with pytest.raises(IllTyped):
        Sym(name)
    with pytest.raises(IllTyped):
        RV(name)


def test_a_random_variable_without_a_law(judge) -> None:
    unknown = RV("U")
    judge(Equal(E(unknown), term(0)), problem.scope, "unresolved")
    judge(Equal(E(unknown), E(unknown)), problem.scope, "unresolved")


def test_a_random_variable_outside_an_expectation(judge) -> None:
    judge(Equal(X, X), problem.scope, "not refuted")
    judge(Equal(X, E(X)), problem.scope, "not proved")


def test_the_law_decides_not_the_name(judge) -> None:
    scope = problem.scope.extended(laws={X: Law(y, Normal(y, Sym("k"), b))})
    judge(Equal(E(X), Sym("k")), scope, "proved")
    judge(Equal(E(X), Sym("k")), problem.scope, "refuted")


def test_two_fields_of_one_name_are_two_fields(judge) -> None:
    trained = Field("f", trained=True)
    judge(Equal(trained(x), f(x)), problem.scope, "not proved")
