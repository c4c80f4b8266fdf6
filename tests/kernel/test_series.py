"""Landau terms: one-directional, the right order, nothing dropped, half-integer powers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.derivation import Problem
from derive.language.claims import Equal
from derive.language.phrases import E, O, half, o
from derive.language.terms import Field, Normal, Sym, Term, exp, log, sqrt, term

problem = Problem("series", title="", file=__file__)
h = problem.scalar("h", 0)
g = problem.scalar("g", 0)
a, before, b = (problem.scalar(n, 0, 1) for n in ("a", "a'", "b"))
u, v = problem.scalar("u"), problem.scalar("v")
f = Field("f")
K = problem.random("K", lambda at: Normal(at, h, term(1)), rank=0)
M = problem.random("M", lambda at: Normal(at, 1 / h, term(1)), rank=0)

row = pytest.param

ORDERS = [
    row(exp(h), 1 + h + h**2 / 2 + o(h**2), "proved", id="exp with o"),
    row(exp(h), 1 + h + h**2 / 2 + O(h**3), "proved", id="exp with O"),
    row(exp(h), 1 + h + h**2 / 2 + O(h**4), "refuted", id="O of too high an order"),
    row(exp(h), 1 + h + h**2 / 2 + o(h**3), "refuted", id="o of too high an order"),
    row(exp(h), 1 + h + o(h**2), "refuted", id="a term is missing"),
    row(exp(h), 1 + h + O(h**2), "proved", id="and is covered by O"),
    row(exp(h), 1 + h, "refuted", id="a dropped remainder"),
    row(exp(h), 1 + 2 * h + o(h), "refuted", id="a wrong coefficient"),
    row(exp(2 * h * u), 1 + 2 * h * u + 2 * h**2 * u**2 + o(h**2), "proved", id="with a letter"),
    row(log(1 + h), h - h**2 / 2 + o(h**2), "proved", id="log"),
    row(log(1 + h), h + h**2 / 2 + o(h**2), "refuted", id="its sign"),
    row(1 / (1 - h), 1 + h + h**2 + o(h**2), "proved", id="geometric series"),
    row((1 + h) ** 5, 1 + 5 * h + 10 * h**2 + o(h**2), "proved", id="binomial"),
    row((1 + h) ** Fraction(1, 3), 1 + h / 3 - h**2 / 9 + o(h**2), "proved", id="cube root"),
    row(exp(h) - 1 - h - h**2 / 2 - h**3 / 6, O(h**4), "proved", id="a deep cancellation"),
    row(exp(h) - 1 - h - h**2 / 2 - h**3 / 6, o(h**4), "refuted", id="its order"),
    row(a + h, u + o(h), "refuted", id="another constant"),
    row(h, o(term(1)), "not refuted", id="o(1) does not name its variable"),
]

DIRECTIONS = [
    row(1 + h + o(h), 1 + O(h), "proved", id="o(h) + h is O(h)"),
    row(1 + O(h), 1 + h + o(h), "refuted", id="the converse"),
    row(h + O(h**2), h + o(h), "proved", id="O(h^2) is o(h)"),
    row(h + O(h**2), h + o(h**2), "refuted", id="O is not o of the same order"),
    row(h + o(h**2), h + O(h**2), "proved", id="o is O"),
    row(1 + o(h), 1 + h, "not proved", id="a remainder on the left alone"),
    row(o(h), o(h), "proved", id="a class in itself"),
    row(o(h) - o(h), o(h), "proved", id="two functions of a class"),
    row(o(h) - o(h), term(0), "not proved", id="which need not be the same"),
    row(o(h**2), o(h), "proved", id="a smaller class"),
    row(o(h), o(h**2), "refuted", id="a larger class"),
]

ARITHMETIC = [
    row(o(h) / h, 5 * o(h) / h, "not refuted", id="o(1) in other words"),
    row(h * o(h), o(h**2), "proved", id="h o(h)"),
    row(O(h) * o(h), o(h**2), "proved", id="O o"),
    row(O(h) * O(h), o(h**2), "refuted", id="O O is not o"),
    row(O(h) * O(h), O(h**2), "proved", id="but O"),
    row(1 / (1 + O(h)), 1 + O(h), "proved", id="an inverse"),
    row(sqrt(1 + 2 * h + o(h)), 1 + h + o(h), "proved", id="a root"),
    row(sqrt(1 + 2 * h + O(h)), 1 + h + o(h), "refuted", id="a root of a worse one"),
    row(exp(o(h)), 1 + o(h), "proved", id="exp of o"),
    row(log(1 + O(h**2)), O(h**2), "proved", id="log of O"),
    row(1 / o(h), O(1 / h), "not proved", id="o may be zero"),
    row((exp(h) - 1) / h, 1 + h / 2 + o(h), "proved", id="divided by h"),
    row((exp(h) - 1) / h, 1 + h + o(h), "refuted", id="divided by h, wrong"),
    row(h**2 / (exp(h) - 1 - h), 2 - 2 * h / 3 + o(h), "proved", id="a denominator that vanishes"),
    row(1 / (exp(h) * exp(-h) - 1), 1 + o(h), "unresolved", id="one that is zero"),
    row(1 / (sqrt(h**2) - h), 1 + o(h), "unresolved", id="one that is zero by a root"),
    row(1 / (u + h), 1 / u + O(h), "proved", id="a letter that must not be 0"),
    row(sqrt(u**2 + h), u + O(h), "not proved", id="a letter of unknown sign"),
]

HALVES = [
    row(sqrt(h + h**2), sqrt(h) + o(h), "proved", id="root of h"),
    row(
        sqrt(h + h**2),
        sqrt(h) + half * h ** Fraction(3, 2) + o(h ** Fraction(3, 2)),
        "proved",
        id="next term",
    ),
    row(sqrt(h + h**2), sqrt(h) + o(h ** Fraction(3, 2)), "refuted", id="next term missing"),
    row(sqrt(h), O(sqrt(h)), "proved", id="a root is O of itself"),
    row(sqrt(h), o(sqrt(h)), "refuted", id="not o"),
    row(sqrt(h), O(h), "refuted", id="larger than h"),
    row(h, o(sqrt(h)), "proved", id="h is smaller than its root"),
    row(exp(sqrt(h)), 1 + sqrt(h) + half * h + o(h), "proved", id="exp of a root"),
]

HIDDEN = [
    row(log(h), o(1 / h), "not proved", id="a logarithm of h"),
    row(exp(1 / h), O(h), "not proved", id="an exponential that grows"),
    row(f(h), f(term(0)) + o(h), "not proved", id="an unspecified function"),
    row(E(K), h + o(h), "not refuted", id="h in a law, true"),
    row(E(K), 2 * h + o(h), "not proved", id="h in a law, false"),
    row(h**2 * E(M), o(h), "not proved", id="1/h in a law: the product is h"),
    row(u + o(h), v + o(h), "refuted", id="other letters"),
    row(o(h), o(g), "unresolved", id="two small variables"),
]


@pytest.mark.parametrize(
    ("lhs", "rhs", "expected"), ORDERS + DIRECTIONS + ARITHMETIC + HALVES + HIDDEN
)
def test_landau(judge, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), problem.scope, expected)


# The variance of a DDPM step, expanded with one or the other letter held fixed.
C = (1 - before) / (1 - a) * b
NOW = ((b, h * g), (before, a / (1 - b)))
BEFORE = ((b, h * g), (a, before * (1 - b)))
CURVED = ((b, h * g + h**2), (before, a / (1 - b)))


def second(letter: Term) -> Term:
    return -(letter / (1 - letter)) * h**2 * g**2


STEPS = [
    row(C, h * g + second(a) + o(h**2), NOW, "proved", id="alpha_t fixed"),
    row(C, h * g + second(before) + o(h**2), BEFORE, "proved", id="alpha_{t-1} fixed"),
    row(C, h * g - second(a) + o(h**2), NOW, "refuted", id="alpha_t fixed, wrong sign"),
    row(C, h * g - second(a) + o(h**2), BEFORE, "refuted", id="wrong sign"),
    row(C, h * g + o(h**2), NOW, "refuted", id="no second term"),
    row((1 - a) / (1 - before) * b, h * g + second(a) + o(h**2), NOW, "refuted", id="exchanged"),
    row(b, h * g + o(h), CURVED, "proved", id="a square in a side equation"),
    row(b, h * g + o(h**2), CURVED, "refuted", id="which is not o(h^2)"),
    row(C, h * g + h**2 + second(a) + o(h**2), CURVED, "proved", id="and enters the variance"),
    row(h * g, O(h**2), ((g, h),), "proved", id="a letter that is h"),
    row(h * g, o(h**2), ((g, h),), "refuted", id="and its order"),
    row(Sym("k"), O(h), ((Sym("k"), u * h),), "proved", id="a multiple of h"),
]


@pytest.mark.parametrize(("lhs", "rhs", "equations", "expected"), STEPS)
def test_with_side_equations(judge, lhs, rhs, equations, expected) -> None:
    judge(Equal(lhs, rhs), problem.scope.extended(equations=equations), expected)
