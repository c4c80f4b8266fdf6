"""Quotients of polynomials in generators, as the search computes with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flint import fmpq_mpoly


_SMALL = 64  # an exponent that needs no care for the size of coefficients
_MOST_BITS = 500_000


@dataclass(frozen=True, slots=True)
class Quotient:
    """`num / den`, in lowest terms where no generator satisfies an equation."""

    num: fmpq_mpoly
    den: fmpq_mpoly

    @staticmethod
    def of(num: fmpq_mpoly, den: fmpq_mpoly) -> Quotient:
        """Cancel.  Raises ZeroDivisionError."""
        if den.is_constant():
            if den.is_one():
                return Quotient(num, den)
            return Quotient(num / den.leading_coefficient(), den / den.leading_coefficient())
        common = num.gcd(den)
        if not common.is_one():
            num, den = num / common, den / common
        unit = den.leading_coefficient()
        return Quotient(num / unit, den / unit)

    def __add__(self, other: Quotient) -> Quotient:
        if self.den == other.den:
            return Quotient.of(self.num + other.num, self.den)
        return Quotient.of(self.num * other.den + other.num * self.den, self.den * other.den)

    def __sub__(self, other: Quotient) -> Quotient:
        return self + (-other)

    def __neg__(self) -> Quotient:
        return Quotient(-self.num, self.den)

    def __mul__(self, other: Quotient) -> Quotient:
        return Quotient.of(self.num * other.num, self.den * other.den)

    def __truediv__(self, other: Quotient) -> Quotient:
        if other.num.is_zero():
            raise ZeroDivisionError
        return Quotient.of(self.num * other.den, self.den * other.num)

    def __pow__(self, exponent: int) -> Quotient:
        if abs(exponent) > _SMALL and abs(exponent) * self._height() > _MOST_BITS:
            raise OverflowError("a power too high to expand")
        if exponent >= 0:
            return Quotient(self.num**exponent, self.den**exponent)
        if self.num.is_zero():
            raise ZeroDivisionError
        return Quotient.of(self.den**-exponent, self.num**-exponent)

    def _height(self) -> int:
        """The length of the longest coefficient in bits, not counting that of 1."""
        parts = (x for poly in (self.num, self.den) for c in poly.coeffs() for x in (c.p, c.q))
        return max((int(abs(x)).bit_length() - 1 for x in parts), default=0)

    @property
    def key(self) -> tuple[str, str]:
        """How it is written: equal quotients have equal keys."""
        return str(self.num), str(self.den)

    def is_zero(self) -> bool:
        """Whether it is the quotient 0."""
        return bool(self.num.is_zero())

    def is_constant(self) -> bool:
        """Whether no generator occurs."""
        return bool(self.num.is_constant() and self.den.is_constant())

    def used(self) -> list[int]:
        """The generators that occur."""
        both = zip(self.num.degrees(), self.den.degrees(), strict=True)
        return [i for i, (a, b) in enumerate(both) if a > 0 or b > 0]

    def written(self) -> list[list[Any]]:
        """The quotient as JSON: terms, each a coefficient and the powers of generators."""
        return [_written(self.num), _written(self.den)]


def _written(poly: fmpq_mpoly) -> list[Any]:
    return [
        [str(coefficient), [[i, int(e)] for i, e in enumerate(exponents) if e]]
        for exponents, coefficient in poly.to_dict().items()
    ]
