"""Numbers: radicals and signs, denominators, exponentials, logarithms, symbolic powers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.derivation import Problem
from derive.kernel.verdict import Proved
from derive.language.claims import Equal
from derive.language.phrases import half
from derive.language.terms import DIM, PI, Diff, Field, Fun, exp, log, sqrt, term
from derive.tactics.decide import decide

problem = Problem("scalars", title="", file=__file__)
x, y, n = (problem.scalar(name) for name in "xyn")  # real
b = problem.scalar("b", 0)
c = problem.scalar("c", 0, 1)
negative = problem.scalar("m", high=0)
far = problem.scalar("k", -2, -1)
f = problem.field("f")
d = DIM
two, three = term(2), term(3)

row = pytest.param

ROOTS = [
    row(sqrt(x**2), x, "not proved", id="the root of a square is not the number"),
    row(sqrt(b**2), b, "proved", id="it is for a positive number"),
    row(sqrt(negative**2), -negative, "proved", id="and minus the number for a negative one"),
    row(sqrt(negative**2), negative, "refuted", id="a root is not negative"),
    row(sqrt(far**2), -far, "proved", id="an interval of negative numbers"),
    row(sqrt((c - 1) ** 2), 1 - c, "proved", id="the sign of 1 - c from the interval of c"),
    row(sqrt((c - 1) ** 2), c - 1, "refuted", id="the other sign"),
    row(sqrt((b - 1) ** 2), b - 1, "not proved", id="b - 1 has either sign"),
    row(sqrt((1 + x**2) ** 2), 1 + x**2, "proved", id="a sum of squares and 1 is positive"),
    row(sqrt(x**2 + y**2) ** 2, x**2 + y**2, "not refuted", id="the square of a root"),
    row(sqrt(x**4), x**2, "not refuted", id="the root of a fourth power"),
    row(sqrt(x) * sqrt(x), x, "proved", id="a root times itself, where it is defined"),
    row(sqrt(b * c), sqrt(b) * sqrt(c), "proved", id="a product of positive numbers"),
    row(sqrt(b / c), sqrt(b) / sqrt(c), "proved", id="a quotient of positive numbers"),
    row(sqrt(b + c), sqrt(b) + sqrt(c), "refuted", id="a root is not additive"),
    row(sqrt(x**2 * b), x * sqrt(b), "not proved", id="the sign is lost beside another factor"),
    row(sqrt(1 - c**2), sqrt(1 - c) * sqrt(1 + c), "proved", id="two factors under one root"),
    row(sqrt(term(8)), 2 * sqrt(two), "proved", id="a square factor of a number"),
    row(sqrt(term(6)), sqrt(two) * sqrt(three), "proved", id="the primes of a number"),
    row(sqrt(term(Fraction(2, 3))), sqrt(term(6)) / 3, "proved", id="the root of a fraction"),
    row(1 / (sqrt(three) - sqrt(two)), sqrt(three) + sqrt(two), "proved", id="a conjugate"),
    row(1 / (sqrt(three) - sqrt(two)), sqrt(three) - sqrt(two), "refuted", id="its sign"),
    row(b / (sqrt(1 + b) - 1), sqrt(1 + b) + 1, "proved", id="a conjugate with letters"),
    row(sqrt(3 + 2 * sqrt(two)), 1 + sqrt(two), "not refuted", id="nested roots"),
    row(sqrt(b) ** 3, b * sqrt(b), "proved", id="an odd power of a root"),
    row(b ** Fraction(-3, 2), 1 / (b * sqrt(b)), "proved", id="a negative half-integer exponent"),
    row((x**3) ** Fraction(1, 3), x, "not refuted", id="a cube root"),
    row(b ** Fraction(1, 4) * b ** Fraction(1, 4), sqrt(b), "not refuted", id="fourth roots"),
    row(sqrt(-b), sqrt(b), "unresolved", id="the root of a negative number has no value"),
    row(Diff(sqrt(b), b), 1 / (2 * sqrt(b)), "proved", id="the derivative of a root"),
]

QUOTIENTS = [
    row(x**2 / x, x, "proved", id="cancelling"),
    row((x**2 - 1) / (x - 1), x + 1, "proved", id="a common factor"),
    row((x**2 - 1) / (x - 1), x - 1, "refuted", id="the wrong factor"),
    row(1 / (x - x), 1 / (x - x), "unresolved", id="a denominator that is zero"),
    row(x / (x - x) - x / (x - x), term(0), "unresolved", id="and cancels with itself"),
    row(0 / (x - x), term(0), "unresolved", id="zero over zero"),
    row(1 / (sqrt(b**2) - b), x, "unresolved", id="a hidden zero, by a root"),
    row(1 / (exp(x) * exp(-x) - 1), x, "unresolved", id="a hidden zero, by exponentials"),
    row(1 / (log(b * c) - log(b) - log(c)), x, "unresolved", id="a hidden zero, by logarithms"),
    row(1 / x + 1 / y, (x + y) / (x * y), "proved", id="a common denominator"),
    row(1 / x + 1 / y, 1 / (x + y), "refuted", id="a sum of fractions"),
    row(x / y / y, x / y**2, "proved", id="a fraction over a number"),
    row(x / (y / y), x, "proved", id="a fraction under a number"),
    row(x**-2, 1 / x**2, "proved", id="a negative exponent"),
    row(x**0, term(1), "not refuted", id="the power zero"),
]

EXPONENTIALS = [
    row(exp(x) * exp(y), exp(x + y), "proved", id="a product of exponentials"),
    row(exp(x) + exp(y), exp(x + y), "refuted", id="not a sum"),
    row(exp(x * y), exp(x) ** y, "proved", id="a power of an exponential"),
    row(exp(x) ** 2, exp(x**2), "refuted", id="not the power of the exponent"),
    row(sqrt(exp(x)), exp(x / 2), "proved", id="the root of an exponential"),
    row(exp(x / 3) ** 3, exp(x), "proved", id="thirds of an exponent"),
    row(1 / exp(x), exp(-x), "proved", id="the inverse"),
    row(exp(log(x)), x, "proved", id="exp of log, where it is defined"),
    row(log(exp(x)), x, "proved", id="log of exp"),
    row(log(b * c), log(b) + log(c), "proved", id="log of a product"),
    row(log(b + c), log(b) + log(c), "refuted", id="not of a sum"),
    row(log(b / c), log(b) - log(c), "proved", id="log of a quotient"),
    row(log(b / c), log(b) / log(c), "refuted", id="not the quotient of logs"),
    row(log(x**2), 2 * log(b), "refuted", id="another letter under the logarithm"),
    row(log(sqrt(b)), log(b) / 2, "proved", id="log of a root"),
    row(log(term(12)), 2 * log(two) + log(three), "proved", id="log of a number"),
    row(exp(2 * log(three)), term(9), "proved", id="exp of a multiple of a log"),
    row(exp(log(three) / 2), sqrt(three), "proved", id="exp of half a log"),
    row(exp(-log(b) + x), exp(x) / b, "proved", id="a logarithm among other exponents"),
    row(log(-b), log(b), "unresolved", id="the log of a negative number has no value"),
    row(Diff(exp(x**2), x), 2 * x * exp(x**2), "proved", id="chain rule of exp"),
    row(Diff(log(b), b), 1 / b, "proved", id="derivative of log"),
    row(Diff(x**x, x), x**x * (log(x) + 1), "proved", id="derivative of x^x"),
    row(Fun("sin", x), Field("sin")(x), "not proved", id="a function is not a letter of its name"),
    row(Fun("sin", x), Fun("cos", x), "not proved", id="sin and cos"),
]

POWERS = [
    row(b ** (d / 2) * b ** (d / 2), b**d, "proved", id="halves of the dimension"),
    row((b * c) ** (d / 2), b ** (d / 2) * c ** (d / 2), "proved", id="a product to the d/2"),
    row((2 * PI * b) ** (-d / 2) * (2 * PI) ** (d / 2), b ** (-d / 2), "proved", id="2 pi leaves"),
    row((b**2) ** (d / 2), b**d, "proved", id="a square to the d/2"),
    row((b**2) ** (d / 2), b ** (d / 2), "refuted", id="the exponent halved twice"),
    row(term(4) ** (d / 2), two**d, "proved", id="a number to the d/2"),
    row(b**n / b, b ** (n - 1), "proved", id="a whole part of a symbolic exponent"),
    row(b**n * sqrt(b), b ** (n + half), "proved", id="half a part of it"),
    row(b ** (n * x), (b**n) ** x, "proved", id="a power of a power"),
    row(b**n + b**n, b ** (2 * n), "refuted", id="a sum is no product"),
    row((b + c) ** n, b**n + c**n, "refuted", id="a power of a sum"),
    row(Diff(b**n, b), n * b ** (n - 1), "proved", id="derivative of a symbolic power"),
    row(Diff(b**n, n), b**n * log(b), "proved", id="derivative in the exponent"),
    row(b ** (n - n), term(1), "proved", id="an exponent that is zero"),
    row((x - x) ** x, term(0), "unresolved", id="zero to a real power"),
    row(d**2, d, "refuted", id="d is not 1"),
    row(d * (d + 2), d**2 + 2 * d, "proved", id="a polynomial in d"),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), ROOTS + QUOTIENTS + EXPONENTIALS + POWERS)
def test_scalars(judge, lhs, rhs, expected) -> None:
    judge(Equal(lhs, rhs), problem.scope, expected)


ORDERS = [
    row(sqrt(x * y), sqrt(x) * sqrt(y), id="only one side says that both are positive"),
    row((x**2) ** n, x ** (2 * n), id="only one side says that the base is positive"),
    row(sqrt(x**2), sqrt(x) ** 2, id="only one side says that the number is positive"),
    row(log(x**2), 2 * log(x), id="the same of a logarithm"),
]


@pytest.mark.parametrize(("lhs", "rhs"), ORDERS)
def test_the_order_of_the_sides_does_not_matter(lhs, rhs) -> None:
    there = decide(Equal(lhs, rhs), problem.scope)
    back = decide(Equal(rhs, lhs), problem.scope)
    assert type(there) is type(back)


CONDITIONS = [
    row(x**2 / x, x, {("nonzero", x)}, id="the denominator that was cancelled"),
    row(b**2 / b, b, set(), id="a denominator that is positive anyway"),
    row(c / (1 - c) * (1 - c), c, set(), id="a denominator that is positive on the interval"),
    row(x / y * y, x, {("nonzero", y)}, id="the denominator alone"),
    row((x**2 - 1) / (x - 1), x + 1, {("nonzero", x - 1)}, id="as it is written"),
    row(sqrt(x) * sqrt(x), x, {("positive", x)}, id="the number under the root"),
    row(exp(log(x)), x, {("positive", x)}, id="the number under the logarithm"),
    row(x + y, y + x, set(), id="nothing to suppose"),
    row(1 / (1 + x**2) * (1 + x**2), term(1), set(), id="a denominator that is never zero"),
    row(x / x - x / x, term(0), {("nonzero", x)}, id="what cancels altogether"),
]


@pytest.mark.parametrize(("lhs", "rhs", "needed"), CONDITIONS)
def test_conditions_are_told(judge, lhs, rhs, needed) -> None:
    verdict = judge(Equal(lhs, rhs), problem.scope, "proved")
    assert isinstance(verdict, Proved)
    assert {c.kind for c in verdict.conditions} == {kind for kind, _ in needed}
    shown = {(c.kind, c.term) for c in verdict.conditions if c.kind == "nonzero"}
    assert shown == {(kind, about) for kind, about in needed if kind == "nonzero"}
