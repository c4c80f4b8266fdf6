"""Signs of quotients: from intervals, from assumptions, and of constants from a ball.

A polynomial is positive where its coefficients are, in variables that are not negative; where
it is quadratic in one with a negative discriminant; where it is `a + b sqrt(c)` with b > 0 and
`b^2 c > a^2`; where it exceeds what is assumed to be positive.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb, ctx, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from derive.recheck.elements import Generator, Interval, Ratio

if TYPE_CHECKING:
    from collections.abc import Mapping

PRECISION = 256
_DEPTH = 3  # of polynomials whose signs give that of another
_MOST_TERMS, _FEW_TERMS = 500, 60  # of a polynomial, and of one that is made for its sign
_REAL = Interval()
_POSITIVE = Interval(Fraction(0))
_INTERVALS: Mapping[str, Interval] = {
    "pi": Interval(Fraction(333, 106), Fraction(355, 113)),
    "exp": _POSITIVE,
    "cos": Interval(Fraction(-1), Fraction(1), True, True),
    "sin": Interval(Fraction(-1), Fraction(1), True, True),
    "arctan": Interval(Fraction(-11, 7), Fraction(11, 7)),
    "arcsin": Interval(Fraction(-11, 7), Fraction(11, 7)),
    "factorial": Interval(Fraction(1), None, low_closed=True),
}
Sign = tuple[int, bool]  # +1 or -1, and whether 0 is excluded


class Signs:
    """What is known and what follows of the signs of quotients in the generators of a tower."""

    ring: fmpq_mpoly_ctx
    generators: list[Generator]
    letters: Mapping[str, Interval]

    def __init__(self) -> None:
        self.polys: dict[str, fmpq_mpoly] = {}  # factors, by how they are written
        self.signs: dict[str, Sign] = {}  # of factors, by assumption
        self.products: list[tuple[Mapping[str, int], Sign]] = []
        self.nonzero: set[str] = set()
        self._intervals: dict[int, Interval] = {}

    def enclose(self, ratio: Ratio, point: Mapping[str, arb]) -> arb:
        """Enclose a quotient at a point."""
        raise NotImplementedError

    def sign(self, ratio: Ratio) -> Sign | None:
        """Derive a sign, or None."""
        return self._product_sign(
            self._factors(ratio.num) | self._factors(ratio.den), _leading(ratio)
        )

    def is_nonzero(self, ratio: Ratio) -> bool:
        """Whether a quotient is shown not to be 0."""
        return not ratio.num.is_zero() and all(
            self._factor_nonzero(factor) for factor in self._factors(ratio.num)
        )

    def assume(self, kind: str, ratio: Ratio) -> None:
        """Take it as known that a quotient is positive, nonnegative or nonzero."""
        factors = self._factors(ratio.num) | self._factors(ratio.den)
        self._intervals.clear()
        if kind != "nonnegative":
            self.nonzero |= set(factors)
        if kind != "nonzero":
            self.products.append((factors, (_leading(ratio), kind == "positive")))
        changed = kind != "nonzero" or bool(self.products)
        while changed:
            changed = False
            for product, (sign, strict) in self.products:
                unknown, known = self._split(product)
                if len(unknown) == 1 and product[min(unknown)] % 2:
                    changed = self._learn(unknown.pop(), (sign * known, strict)) or changed

    def _learn(self, factor: str, found: Sign) -> bool:
        """Note the sign of a factor, and tell whether that is more than was known."""
        known = self.signs.get(factor)
        if known is not None and (known[1] or known[0] != found[0] or not found[1]):
            return False  # of two weak signs that are opposite the first is kept
        self.signs[factor] = found
        return True

    def sign_on_box(self, poly: fmpq_mpoly) -> Sign | None:
        """Derive a sign from the intervals of letters alone, for all values in them."""
        kept = self.signs, self.products, self.nonzero, self._intervals
        self.signs, self.products, self.nonzero, self._intervals = {}, [], set(), {}
        found = self.interval_sign(poly)
        self.signs, self.products, self.nonzero, self._intervals = kept
        return found

    def _product_sign(self, factors: Mapping[str, int], sign: int) -> Sign | None:
        unknown, known = self._split(factors)
        sign *= known
        if not unknown:
            return (sign, True) if sign else (1, False)
        for product, (other, positive) in self.products:
            rest, inside = self._split(product)
            if rest == unknown and all((factors[f] - product[f]) % 2 == 0 for f in rest):
                return sign * inside * other, positive
        for factor in unknown:
            if factors[factor] % 2 == 0:
                continue
            found = self._factor_sign(factor)
            if found is None:
                return None
            sign *= found[0]
        return sign, False

    def _split(self, product: Mapping[str, int]) -> tuple[set[str], int]:
        """The factors that may be 0, or whose odd power is of unknown sign; the others' sign."""
        unknown, sign = set(), 1
        for factor, times in product.items():
            if times % 2 == 0 and self._factor_nonzero(factor):
                continue
            found = self._factor_sign(factor)
            if found is None or not found[1]:
                unknown.add(factor)
            elif times % 2:
                sign *= found[0]
        return unknown, sign

    def _factors(self, poly: fmpq_mpoly) -> dict[str, int]:
        """The irreducible factors over Q, by how they are written, each with its multiplicity."""
        if poly.is_constant():
            return {}
        found = [(str(factor), factor, int(times)) for factor, times in poly.factor()[1]]
        self.polys |= {name: factor for name, factor, _ in found}
        return {name: times for name, _, times in found}

    def _factor_nonzero(self, factor: str) -> bool:
        if factor in self.nonzero or self._is_power_of_nonzero(self.polys[factor]):
            return True
        sign = self._factor_sign(factor)
        return sign is not None and sign[1]

    def _is_power_of_nonzero(self, poly: fmpq_mpoly) -> bool:
        """Whether a factor is a generator `b^n` with a base that is not 0."""
        used = [i for i, degree in enumerate(poly.degrees()) if degree > 0]
        if len(used) != 1 or self.generators[used[0]].kind != "whole" or len(poly) > 1:
            return False
        return self.is_nonzero(self.generators[used[0]].of[0])

    def _factor_sign(self, factor: str) -> Sign | None:
        found = self.signs.get(factor)
        if found is None:
            found = self.interval_sign(self.polys[factor]) or self._beyond_known(factor)
        if found is not None and not found[1] and factor in self.nonzero:
            return found[0], True
        return found

    def _beyond_known(self, factor: str) -> Sign | None:
        """Derive the sign of an expression that exceeds one of known sign: k >= m, m >= 0."""
        for known, (sign, strict) in self.signs.items():
            for target in (1, -1):
                away = self.polys[factor] * target - self.polys[known] * sign
                found = self.interval_sign(away, 0)
                if found is not None and found[0] >= 0:
                    return target, strict or found[1]
        return None

    def interval_sign(self, poly: fmpq_mpoly, depth: int = _DEPTH) -> Sign | None:
        """Derive a sign from the intervals of the generators alone."""
        if poly.is_constant():
            value = Fraction(str(poly.leading_coefficient())) if not poly.is_zero() else 0
            return ((value > 0) - (value < 0), bool(value))
        if len(poly) > (_MOST_TERMS if depth == _DEPTH else _FEW_TERMS):
            return None
        used = [i for i, degree in enumerate(poly.degrees()) if degree > 0]
        if not any(self._involves_letters(i) for i in used):
            with ctx.workprec(PRECISION):
                ball = self.enclose(Ratio(poly, self.ring.constant(1)), {})
            return (1, True) if ball > 0 else (-1, True) if ball < 0 else None
        for sign in (1, -1):
            found = self._has_positive_coefficients(poly * sign, used)
            if found is not None:
                return sign, found
        if not depth:
            return None
        return self._definite(poly, used, depth) or self._conjugate(poly, used, depth)

    def _conjugate(self, poly: fmpq_mpoly, used: list[int], depth: int) -> Sign | None:
        """Derive the sign of `a + b sqrt(c)` from that of b and `b^2 c - a^2 >= 0`."""
        for index in used:
            made = self.generators[index]
            if made.kind != "root" or made.degree != 2 or poly.degrees()[index] != 1:
                continue
            slope, low = poly.derivative(index), poly.subs({f"g{index}": 0})
            lead = self.interval_sign(slope, depth - 1)
            norm = slope**2 * made.of[0].num - low**2 * made.of[0].den
            away = self.interval_sign(norm * made.of[0].den, depth - 1)
            if lead is not None and lead[1] and away is not None and away[0] >= 0:
                return lead[0], away[1]
        return None

    def _definite(self, poly: fmpq_mpoly, used: list[int], depth: int) -> Sign | None:
        """Derive the sign of `a v^2 + b v + c` from a > 0 and 4ac - b^2 >= 0."""
        for index in used:
            if poly.degrees()[index] != 2:
                continue
            first = poly.derivative(index)
            twice = first.derivative(index)  # 2a
            low, slope = (p.subs({f"g{index}": 0}) for p in (poly, first))
            lead = self.interval_sign(twice, depth - 1)
            if lead is None or not lead[1]:
                continue
            rest = self.interval_sign(2 * twice * low - slope**2, depth - 1)
            if rest is not None and rest[0] >= 0:
                return lead[0], rest[1]
        return None

    def _has_positive_coefficients(self, poly: fmpq_mpoly, used: list[int]) -> bool | None:
        """Whether 0 is excluded, where every coefficient is positive; else None."""
        degrees = poly.degrees()
        loose, weak, ends = [], [], []  # unbounded; may reach an end of the half-line; the far one
        for index in used:
            interval = self.interval(index)
            low, high = interval.low, interval.high
            if low is None and high is None:
                loose.append(index)
                continue
            weak += [index] * (interval.low_closed or interval.high_closed)
            ends += [index] * (interval.high_closed and low is not None)
            poly = self._on_half_line(poly, index, low, high)
        near = far = False  # a term that is left where what may vanish, vanishes; or at the end
        for exponents, coefficient in poly.to_dict().items():
            if coefficient < 0 or any(exponents[i] % 2 for i in loose):
                return None
            left = [i for i in loose if exponents[i] and f"g{i}" not in self.nonzero]
            left += [i for i in weak if exponents[i]]
            near = near or not left
            far = far or (left == ends != [] and exponents[left[0]] == degrees[left[0]])
        return near and (not ends or (len(ends) == 1 and far))

    def interval(self, index: int) -> Interval:
        """Give the values that a generator may take, by what is assumed now."""
        if index not in self._intervals:
            self._intervals[index] = _REAL  # while the signs of what it is made of are derived
            self._intervals[index] = self._interval(self.generators[index])
        return self._intervals[index]

    def _interval(self, made: Generator) -> Interval:
        if made.kind == "letter":
            return self.letters.get(made.name, _REAL)
        if made.kind == "root" and made.degree % 2 == 0:
            return Interval(Fraction(0), None, low_closed=self.sign(made.of[0]) != (1, True))
        if made.kind == "whole" and self.sign(made.of[0]) == (1, True):
            return _POSITIVE
        return _INTERVALS.get(made.kind, _REAL)

    def _on_half_line(
        self, poly: fmpq_mpoly, index: int, low: Fraction | None, high: Fraction | None
    ) -> fmpq_mpoly:
        """Put for a generator what is in its interval exactly if the new one is positive."""
        t, one = self.ring.gen(index), self.ring.constant(1)
        if low == 0 and high is None:
            return poly
        ends = [fmpq(x.numerator, x.denominator) for x in (low, high) if x is not None]
        if len(ends) == 1:
            num, den = (ends[0] + t if high is None else ends[0] - t), one
        else:
            num, den = ends[0] + ends[1] * t, one + t
        degree, total = poly.degrees()[index], self.ring.constant(0)
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents, coefficient in poly.to_dict().items():
            key = (*exponents[:index], 0, *exponents[index + 1 :])
            parts.setdefault(exponents[index], {})[key] = coefficient
        for times, part in parts.items():
            total += self.ring.from_dict(part) * num**times * den ** (degree - times)
        return total

    def _involves_letters(self, index: int) -> bool:
        made = self.generators[index]
        return made.kind == "letter" or any(
            self._involves_letters(i)
            for ratio in made.of for poly in (ratio.num, ratio.den)
            for i, degree in enumerate(poly.degrees()) if degree > 0
        )  # fmt: skip

    def forget(self) -> None:
        """Derive the intervals of generators anew: the assumptions have changed."""
        self._intervals.clear()


def _leading(ratio: Ratio) -> int:
    """The sign of the number in front of the factors."""
    if ratio.num.is_zero():
        return 0
    sign = 1
    for poly in (ratio.num, ratio.den):
        unit = poly.leading_coefficient() if poly.is_constant() else poly.factor()[0]
        sign *= 1 if unit > 0 else -1
    return sign
