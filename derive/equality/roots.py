r"""Roots: factors of known sign are taken apart, the others stay together under one root.

sqrt(12 x^2 y) with y > 0 is 2 sqrt(3) |x| sqrt(y), where |x| is the generator sqrt(x^2).
Roots of distinct irreducible polynomials are independent, so that equal sums of them become
equal quotients.

Source: Besicovitch, On the linear independence of fractional powers of integers (1940);
Borodin et al., Decreasing the nesting depth of expressions involving square roots (1985).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpz

from derive.equality.field import Unsupported

if TYPE_CHECKING:
    from flint import fmpq_mpoly

    from derive.equality.lowering import Lowering
    from derive.equality.quotients import Quotient

_MOST_BITS = 200  # larger integers are not factored


def root(low: Lowering, value: Quotient, exponent: Fraction) -> Quotient:
    """Give `value ** exponent` for a broken exponent; real, and not negative for an even root."""
    field = low.field
    if value.is_zero():
        if exponent < 0:
            raise ZeroDivisionError
        return value
    if exponent.denominator == 2:
        simpler = _denested(low, value)
        if simpler is not None:
            return field.reduced(simpler**exponent.numerator)
    unit, factors = field.factors(value)
    degree, top = exponent.denominator, exponent.numerator
    found = field.one
    together = field.one  # what is under a root of the whole degree, with its signs unknown
    negative = unit < 0
    for factor, times in factors:
        part = field.whole_quotient(factor)
        sign = field.sign(part) if degree % 2 == 0 else 1
        if sign is not None:
            negative ^= sign < 0 and times % 2 == 1
            found *= _positive_power(
                low, part if sign > 0 else -part, Fraction(times * top, degree)
            )
            continue
        whole, rest = divmod(times * top, degree)
        found *= _absolute(low, part) ** whole
        together *= part**rest
    found *= number_power(low, abs(unit), exponent)
    if degree % 2:
        return -found if negative and top % 2 else found
    if negative:
        together = -together
    if together == field.one:
        return found
    return found * field.gen(field.index("root", f"{degree}", (together,), degree))


def number_power(low: Lowering, value: Fraction, exponent: Fraction) -> Quotient:
    """Give a power of a positive rational number through its prime factors."""
    found = low.field.one
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        if part == 1:
            continue
        if part.bit_length() > _MOST_BITS:
            raise Unsupported("the root of a very large number")
        for prime, times in fmpz(part).factor():
            base = low.field.number(int(prime))
            found *= _positive_power(low, base, sign * int(times) * exponent)
    return found


def _positive_power(low: Lowering, base: Quotient, exponent: Fraction) -> Quotient:
    """Give a power of an irreducible base that is positive, or of any with an odd degree."""
    field = low.field
    made = _as_generator(low, base)
    if made is not None:
        return made**exponent.numerator if exponent.denominator == 1 else _of_generator(
            low, base, exponent
        )  # fmt: skip
    whole, rest = divmod(exponent.numerator, exponent.denominator)
    value = base**whole
    if rest:
        degree = field.shape.common(("root", *base.key), exponent.denominator)
        index = field.index("root", f"{degree}", (base,), degree)
        value *= field.gen(index) ** (rest * degree // exponent.denominator)
    return value


def _as_generator(low: Lowering, base: Quotient) -> Quotient | None:
    """A base that is itself a generator whose powers are functions of the same kind."""
    index = low.field.lone(base)
    if index is None:
        return None
    return base if low.field.generators[index].kind in {"exp", "root"} else None


def _of_generator(low: Lowering, base: Quotient, exponent: Fraction) -> Quotient:
    """Give a broken power of an exponential, or of a root."""
    from derive.equality import exponents  # noqa: PLC0415 - roots of exponentials and back

    made = low.field.generators[base.used()[0]]
    if made.kind == "exp":
        value, _ = exponents.exponential(low, made.of[0] * low.field.number(exponent))
        return value
    return root(low, made.of[0], exponent / made.degree)


def _absolute(low: Lowering, part: Quotient) -> Quotient:
    """Give the absolute value of an expression of unknown sign."""
    field = low.field
    return field.gen(field.index("root", "2", (part * part,), 2))


def _denested(low: Lowering, value: Quotient) -> Quotient | None:
    """Give sqrt(a + b sqrt(c)) as sqrt(u) + sqrt(v), where a^2 - b^2 c is a square."""
    field = low.field
    radicals = [
        i for i in value.used()
        if field.generators[i].kind == "root" and field.generators[i].degree == 2
        and value.num.degrees()[i] == 1 and not value.den.degrees()[i]
    ]  # fmt: skip
    for index in radicals:
        radicand = field.generators[index].of[0]
        b = field.whole_quotient(value.num.derivative(index)) / field.whole_quotient(value.den)
        a = value - b * field.gen(index)
        norm = field.reduced(a * a - b * b * radicand)
        square = _square_root(low, norm)
        if square is None:
            continue
        half = field.number(Fraction(1, 2))
        parts = [(a + square) * half, (a - square) * half]
        if any(index in part.used() for part in parts) or any(
            part.is_zero() or field.sign(part) != 1 for part in parts
        ):
            continue
        sign = field.sign(b)
        if sign is None:
            continue
        one, two = (root(low, part, Fraction(1, 2)) for part in parts)
        found = one + two if sign > 0 else one - two
        found = found if field.sign(found) != -1 else -found
        if field.vanishes(found * found - value):
            return found
    return None


def _square_root(low: Lowering, value: Quotient) -> Quotient | None:
    """Give the square root of what is the square of a quotient."""
    unit, factors = low.field.factors(value)
    if unit <= 0 or any(times % 2 for _, times in factors):
        return None
    root_unit = low.field.number(unit)
    top, below = fmpz(unit.numerator), fmpz(unit.denominator)
    if top.isqrt() ** 2 != top or below.isqrt() ** 2 != below:
        return None
    root_unit = low.field.number(Fraction(int(top.isqrt()), int(below.isqrt())))
    for factor, times in factors:
        root_unit *= _factor(low, factor) ** (times // 2)
    return root_unit


def _factor(low: Lowering, factor: fmpq_mpoly) -> Quotient:
    return low.field.whole_quotient(factor)
