"""What towers are made of: quotients of polynomials, generators and where they lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from flint import fmpq_mpoly

_NUMBER = re.compile(r"-?[0-9]{1,4000}(/[0-9]{1,4000})?")
_MOST_PRODUCTS = 2_000_000  # of terms in one multiplication
_MOST_TERMS = 20_000  # of a power
_MOST_DEGREE = 1_000_000
_SMALL = 64  # an exponent that needs no care for the size of coefficients


class Rejected(Exception):
    """The witness does not show what it is said to show."""


def reject(why: str) -> NoReturn:
    """Raise Rejected."""
    raise Rejected(why)


def fraction(stated: object) -> Fraction:
    """Read a rational number: a whole one, or text such as -3/4 of bounded length."""
    if type(stated) is int or isinstance(stated, Fraction):
        return Fraction(stated)
    if not isinstance(stated, str):
        reject("no number")
    return _of_text(stated)


@lru_cache(maxsize=4096)
def _of_text(text: str) -> Fraction:
    if not _NUMBER.fullmatch(text):
        reject("no number")
    return Fraction(text)


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
        if max(len(self.num) * len(other.num), len(self.den) * len(other.den)) > _MOST_PRODUCTS:
            reject("a product too large to expand")
        return Ratio.make(self.num * other.num, self.den * other.den)

    def __truediv__(self, other: Ratio) -> Ratio:
        return Ratio.make(self.num * other.den, self.den * other.num)

    def __pow__(self, exponent: int) -> Ratio:
        if type(exponent) is not int:
            reject("an exponent that is not whole")
        if abs(exponent) > _SMALL and abs(exponent) * _height(self) > _MOST_DEGREE:
            reject("a power too high to expand")
        for poly in (self.num, self.den):
            most = max(len(poly), 1)
            if abs(exponent) * max(int(poly.total_degree()), 0) > _MOST_DEGREE or (
                comb(min(abs(exponent), _MOST_DEGREE) + min(most, 12) - 1, min(most, 12) - 1)
                > _MOST_TERMS
            ):
                reject("a power too high to expand")
        if exponent < 0:
            return Ratio.make(self.den**-exponent, self.num**-exponent)
        return Ratio(self.num**exponent, self.den**exponent)


def _height(ratio: Ratio) -> int:
    """The length of the longest coefficient in bits, not counting that of 1."""
    parts = (x for poly in (ratio.num, ratio.den) for c in poly.coeffs() for x in (c.p, c.q))
    return max((int(abs(x)).bit_length() - 1 for x in parts), default=0)


@dataclass(frozen=True)
class Interval:
    """The values that a generator may take; whole: only whole numbers."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = False
    high_closed: bool = False
    whole: bool = False

    def reaches_zero(self) -> bool:
        """Whether 0 is an inner point or the lower end."""
        low = self.low is None or self.low <= 0
        return low and (self.high is None or self.high > 0) and not self.whole


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
