"""What towers are made of: quotients of polynomials, generators and where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from fractions import Fraction

    from flint import fmpq_mpoly


class Rejected(Exception):
    """The witness does not show what it is said to show."""


def reject(why: str) -> NoReturn:
    """Raise Rejected."""
    raise Rejected(why)


@dataclass(frozen=True)
class Ratio:
    """A quotient of coprime polynomials in the generators."""

    num: fmpq_mpoly
    den: fmpq_mpoly

    @staticmethod
    def make(num: fmpq_mpoly, den: fmpq_mpoly) -> Ratio:
        """Cancel what is common; the caller has seen to it that `den` is not 0."""
        if den.is_zero():
            reject("a division by 0")
        if den.is_constant():
            return Ratio(num / den, den / den)
        common = num.gcd(den)
        return Ratio(num / common, den / common)

    def __add__(self, other: Ratio) -> Ratio:
        if self.den == other.den:
            return Ratio.make(self.num + other.num, self.den)
        return Ratio.make(self.num * other.den + other.num * self.den, self.den * other.den)

    def __neg__(self) -> Ratio:
        return Ratio(-self.num, self.den)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + (-other)

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio.make(self.num * other.num, self.den * other.den)

    def __truediv__(self, other: Ratio) -> Ratio:
        return Ratio.make(self.num * other.den, self.den * other.num)

    def __pow__(self, exponent: int) -> Ratio:
        if type(exponent) is not int:
            reject("an exponent that is not whole")
        if exponent < 0:
            return Ratio.make(self.den**-exponent, self.num**-exponent)
        return Ratio(self.num**exponent, self.den**exponent)


@dataclass(frozen=True)
class Interval:
    """The values that a generator may take; whole: only whole numbers."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = False
    high_closed: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Generator:
    """What a generator is: `kind` of the quotients `of`.

    degree: of a root.  beside: the cosine, not negative, of an arcsine.
    """

    kind: str
    name: str = ""
    of: tuple[Ratio, ...] = ()
    degree: int = 0
    beside: Ratio | None = None
