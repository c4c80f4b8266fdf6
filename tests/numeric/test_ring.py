"""Exact numbers: roots fold, constants are shared, enclosures decide signs."""

from fractions import Fraction

import flint
import pytest

from derive.numeric.gauss import Gauss, broken_power, exp, log
from derive.numeric.ring import NotEvaluable, Ring


def number(ring: Ring, text: str) -> Gauss:
    return Gauss.number(ring, Fraction(text))


def root(ring: Ring, text: str) -> Gauss:
    return broken_power(number(ring, text), Fraction(1, 2))


IDENTITIES = [
    pytest.param(lambda r: root(r, "2") * root(r, "3") - root(r, "6"), id="sqrt2 sqrt3 = sqrt6"),
    pytest.param(lambda r: root(r, "8/9").scale(flint.fmpq(3, 2)) - root(r, "2"), id="a square"),
    pytest.param(
        lambda r: (number(r, "1") + root(r, "2")).inverse() - root(r, "2") + number(r, "1"),
        id="1/(1+sqrt2) = sqrt2 - 1, by conjugation",
    ),
    pytest.param(
        lambda r: (
            (root(r, "2") + root(r, "3") + root(r, "5")).inverse()
            * (root(r, "2") + root(r, "3") + root(r, "5"))
            - number(r, "1")
        ),
        id="three roots in a denominator",
    ),
    pytest.param(
        lambda r: log(root(r, "12")) - log(number(r, "2")) - log(root(r, "3")),
        id="a logarithm splits over primes",
    ),
    pytest.param(
        lambda r: root(r, str((10**30 + 57) ** 2)) - number(r, str(10**30 + 57)),
        id="the square of a number too large to factor",
    ),
    pytest.param(
        lambda r: exp(log(number(r, "5/3")).scale(flint.fmpq(1, 2))) - root(r, "5/3"),
        id="exp undoes log",
    ),
    pytest.param(
        lambda r: broken_power(number(r, "2"), Fraction(-3, 2)) - root(r, "1/8"),
        id="a negative broken power",
    ),
    pytest.param(
        lambda r: (
            (number(r, "1") + exp(number(r, "1"))).inverse()
            - (exp(number(r, "1")) + number(r, "1")).inverse()
        ),
        id="an opaque constant is shared",
    ),
]


@pytest.mark.parametrize("difference", IDENTITIES)
def test_equal_numbers_cancel_exactly(difference) -> None:
    assert not difference(Ring()).parts


def test_a_number_without_roots_is_a_fraction() -> None:
    ring = Ring()
    assert (root(ring, "2") * root(ring, "2")).value() == Fraction(2)


def test_an_irrational_number_is_a_narrow_ball() -> None:
    value = root(Ring(), "2").value()
    assert value.rad() < flint.arb("1e-50")
    with flint.ctx.workprec(200):
        assert (value * value).contains(2)


IMPOSSIBLE = [
    pytest.param(lambda r: root(r, "-1"), id="root of a negative number"),
    pytest.param(lambda r: number(r, "0").inverse(), id="division by zero"),
    pytest.param(lambda r: log(number(r, "-2")), id="logarithm of a negative number"),
    pytest.param(
        lambda r: (root(r, "8") - root(r, "2") - root(r, "2")).inverse(), id="a hidden zero"
    ),
]


@pytest.mark.parametrize("build", IMPOSSIBLE)
def test_what_has_no_value_says_so(build) -> None:
    with pytest.raises(NotEvaluable):
        build(Ring())


def test_a_polynomial_too_large_to_expand_says_so() -> None:
    ring = Ring()
    with ring.fresh("variable", 4) as indices:
        total = {1 << (16 * index): flint.fmpq(1) for index in indices} | {0: flint.fmpq(1)}
        with pytest.raises(NotEvaluable):
            ring.power(total, 60)


def test_lent_generators_come_back() -> None:
    ring = Ring()
    with ring.fresh("variable", 2) as first:
        kept = list(first)
    with ring.fresh("variable", 2) as second:
        assert list(second) == kept


def test_an_infinitesimal_has_square_zero() -> None:
    ring = Ring()
    with ring.fresh("infinitesimal", 1) as (index,):
        assert ring.mul(ring.gen(index), ring.gen(index)) == {}
