r"""Sums of polynomial times exponential of a polynomial: what densities and integrands are.

One part is `P exp(Q) pi^(k/2) 1[S]` with polynomials P, Q of a `Ring`, an integer
k and a set S of polynomials that must be positive (densities on a half-line).
Sums, products, derivatives and, for quadratic Q, integrals of such sums are
such sums again; so are the quotients that conditional expectations need.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import flint

from derive.numeric.ring import ONE, PRECISION, Ball, NotEvaluable, Poly, Rational, Ring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Frozen: TypeAlias = frozenset[tuple[int, Any]]
Number: TypeAlias = Any  # Fraction, or flint.arb where an irrational constant is left


class Kernel(NamedTuple):
    """What a polynomial is multiplied by: `exp(exponent) pi^(pi/2) 1[every support > 0]`."""

    exponent: Frozen = frozenset()
    pi: int = 0
    support: frozenset[Frozen] = frozenset()


UNIT = Kernel()


def _times(ring: Ring, a: Kernel, b: Kernel) -> Kernel:
    if a is UNIT:
        return b
    if b is UNIT:
        return a
    exponent = ring.add(dict(a.exponent), dict(b.exponent))
    return _kernel(exponent, a.pi + b.pi, a.support | b.support)


def _kernel(exponent: Poly, pi: int = 0, support: frozenset[Frozen] = frozenset()) -> Kernel:
    if not exponent and not pi and not support:
        return UNIT  # the one object: products test for it by identity
    return Kernel(frozenset(exponent.items()), pi, support)


class Gauss:
    """A finite sum of parts, one polynomial for each kernel; never changed once made."""

    __slots__ = ("parts", "ring")

    def __init__(self, ring: Ring, parts: dict[Kernel, Poly]) -> None:
        self.ring = ring
        self.parts = parts

    # --- making ---

    @classmethod
    def number(cls, ring: Ring, value: int | Fraction | Rational) -> Gauss:
        """Give a rational number (int, Fraction or flint.fmpq)."""
        if isinstance(value, Fraction):
            value = flint.fmpq(value.numerator, value.denominator)
        value = flint.fmpq(value)
        return cls(ring, {UNIT: {0: value}} if value != 0 else {})

    @classmethod
    def poly(cls, ring: Ring, value: Poly) -> Gauss:
        """Give a polynomial."""
        return cls(ring, {UNIT: value} if value else {})

    @classmethod
    def part(
        cls, ring: Ring, poly: Poly, exponent: Poly, pi: int, support: frozenset[Frozen]
    ) -> Gauss:
        """Give one part; infinitesimals in the exponent are expanded."""
        finite, small = ring.split(exponent)
        out = cls(ring, {_kernel(finite, pi, support): poly} if poly else {})
        return out * _series_exp(ring, small) if small else out

    # --- what it is ---

    def as_poly(self) -> Poly:
        """Give it as a polynomial.

        Raises:
            NotEvaluable: where an exponential or a power of pi is left.
        """
        if not self.parts:
            return {}
        if len(self.parts) == 1 and UNIT in self.parts:
            return self.parts[UNIT]
        raise NotEvaluable("an exponential where a polynomial is needed")

    def contains(self, mask: int) -> bool:
        """Whether a generator of the mask occurs anywhere."""
        for kernel, poly in self.parts.items():
            if any(key & mask for key in poly) or any(key & mask for key, _ in kernel.exponent):
                return True
            if any(key & mask for frozen in kernel.support for key, _ in frozen):
                return True
        return False

    def split(self) -> tuple[Gauss, Gauss]:
        """Separate what is free of infinitesimals from what is not."""
        finite: dict[Kernel, Poly] = {}
        small: dict[Kernel, Poly] = {}
        for kernel, poly in self.parts.items():
            low, high = self.ring.split(poly)
            if low:
                finite[kernel] = low
            if high:
                small[kernel] = high
        return Gauss(self.ring, finite), Gauss(self.ring, small)

    def coefficient(self, index: int) -> Gauss:
        """Give the coefficient of one infinitesimal, the others put to 0 where they stood.

        In the support it is dropped: the derivative is the classical one inside.
        """
        shift = 1 << (16 * index)
        parts: list[tuple[Kernel, Poly]] = []
        for kernel, poly in self.parts.items():
            found = {key - shift: value for key, value in poly.items() if key & shift}
            if found:
                parts.append((_inside(kernel, 0xFFFF << (16 * index)), found))
        return self._sum(parts)

    def without(self, mask: int) -> Gauss:
        """Put 0 for the infinitesimals of the mask."""
        parts = []
        for kernel, poly in self.parts.items():
            left = {key: value for key, value in poly.items() if not key & mask}
            if left:
                parts.append((_inside(kernel, mask), left))
        return self._sum(parts)

    def _sum(self, parts: Iterable[tuple[Kernel, Poly]]) -> Gauss:
        out: dict[Kernel, Poly] = {}
        for kernel, poly in parts:
            total = self.ring.add(out.get(kernel, {}), poly)
            if total:
                out[kernel] = total
            else:
                out.pop(kernel, None)
        return Gauss(self.ring, out)

    # --- arithmetic ---

    def __add__(self, other: Gauss) -> Gauss:
        if not self.parts:
            return other
        if not other.parts:
            return self
        return self._sum([*self.parts.items(), *other.parts.items()])

    def __neg__(self) -> Gauss:
        return self.scale(-ONE)

    def __sub__(self, other: Gauss) -> Gauss:
        return self + (-other)

    def scale(self, factor: Rational) -> Gauss:
        """Multiply by a rational number (flint.fmpq)."""
        parts = {kernel: self.ring.scale(poly, factor) for kernel, poly in self.parts.items()}
        return Gauss(self.ring, parts if factor else {})

    def __mul__(self, other: Gauss) -> Gauss:
        ring = self.ring
        if len(self.parts) == 1 == len(other.parts):  # nearly always
            ((ka, pa),) = self.parts.items()
            ((kb, pb),) = other.parts.items()
            product = ring.mul(pa, pb)
            return Gauss(ring, {_times(ring, ka, kb): product} if product else {})
        return self._sum(
            (_times(ring, ka, kb), ring.mul(pa, pb))
            for ka, pa in self.parts.items()
            for kb, pb in other.parts.items()
        )

    def __truediv__(self, other: Gauss) -> Gauss:
        finite, small = other.split()
        if small.parts:
            return self * other.inverse()
        if len(finite.parts) == 1:
            ((kernel, poly),) = finite.parts.items()
            if not self.ring.is_number(poly):
                reciprocal = Gauss(self.ring, {kernel: {0: ONE}}).inverse()
                return Gauss(
                    self.ring,
                    {k: _exact_quotient(self.ring, p, poly) for k, p in self.parts.items()},
                ) * reciprocal  # fmt: skip
        return self * finite.inverse()

    def inverse(self) -> Gauss:
        """Give 1/self: of one part with a number for its polynomial, or of a number."""
        finite, small = self.split()
        if not finite.parts:
            raise NotEvaluable("a division by zero")
        if len(finite.parts) == 1:
            ((kernel, poly),) = finite.parts.items()
            exponent = self.ring.scale(dict(kernel.exponent), -ONE)
            reciprocal = {_kernel(exponent, -kernel.pi, kernel.support): self.ring.inverse(poly)}
            out = Gauss(self.ring, reciprocal)
        elif finite.is_number():
            if finite.sign() == 0:
                raise NotEvaluable("a division by zero")
            with flint.ctx.workprec(PRECISION):
                ball = 1 / finite.enclose()
            name = (
                "inverse of sum",
                frozenset((k, frozenset(p.items())) for k, p in finite.parts.items()),
            )
            out = Gauss.poly(self.ring, self.ring.constant(name, ball))
        else:
            raise NotEvaluable("a division by a sum of exponentials")
        if not small.parts:
            return out
        ratio = -(small * out)
        return out * series(ratio, lambda _: ONE)

    def power(self, exponent: int) -> Gauss:
        """Raise to an integer."""
        if exponent < 0:
            return self.inverse().power(-exponent)
        if len(self.parts) == 1 and UNIT in self.parts:
            return Gauss.poly(self.ring, self.ring.power(self.parts[UNIT], exponent))
        if exponent > 64:
            raise NotEvaluable(f"a power too high to expand: {exponent}")
        out = Gauss.number(self.ring, 1)
        for _ in range(exponent):
            out = out * self
        return out

    # --- numbers ---

    def is_number(self) -> bool:
        """Whether no variable and no infinitesimal occurs."""
        return not self.contains(self.ring.variables | self.ring.infinitesimals)

    def enclose(self) -> Ball:
        """Give a ball (`flint.arb`) that contains the number."""
        ring = self.ring
        with flint.ctx.workprec(PRECISION):
            total = flint.arb(0)
            for kernel, poly in self.parts.items():
                value = ring.enclose(poly)
                if kernel.exponent:
                    value *= ring.enclose(dict(kernel.exponent)).exp()
                if kernel.pi:
                    value *= flint.arb.pi().sqrt() ** kernel.pi
                total += value
            return total

    def sign(self) -> int:
        """Give the sign of a number, or raise NotEvaluable."""
        if not self.parts:
            return 0
        if len(self.parts) == 1:
            ((_, poly),) = self.parts.items()
            return self.ring.sign(poly)
        ball = self.enclose()
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
        raise NotEvaluable("the sign of a constant is not decided by its enclosure")

    def value(self) -> Number:
        """Give the number: a Fraction where no irrational constant is left, else a ball."""
        if not self.parts:
            return Fraction(0)
        if not self.is_number():
            raise NotEvaluable("a free variable without a value")
        if len(self.parts) == 1 and UNIT in self.parts:
            poly = self.parts[UNIT]
            if len(poly) == 1 and 0 in poly:
                return Fraction(int(poly[0].p), int(poly[0].q))
        return self.enclose()


def _inside(kernel: Kernel, mask: int) -> Kernel:
    if not kernel.support:
        return kernel
    support = frozenset(
        frozenset((k, v) for k, v in frozen if not k & mask) for frozen in kernel.support
    )
    return Kernel(kernel.exponent, kernel.pi, support)


def _exact_quotient(ring: Ring, numerator: Poly, denominator: Poly) -> Poly:
    """Divide polynomials that divide without remainder, by leading monomials.

    The order of the monomials as integers is lexicographic, so it is respected by
    products; with roots in the denominator it need not be, and we give up.
    """
    if any(key & ring.roots for key in denominator):
        raise NotEvaluable("a division by a polynomial with irrational coefficients")
    lead = max(denominator)
    inverse = 1 / denominator[lead]
    out: Poly = {}
    while numerator:
        top = max(numerator)
        key = top - lead
        if key < 0 or any(((top >> s) & 0xFFFF) < ((lead >> s) & 0xFFFF)
                          for s in range(0, lead.bit_length(), 16)):  # fmt: skip
            raise NotEvaluable("a division by a polynomial")
        step = {key: numerator[top] * inverse}
        out = ring.add(out, step)
        numerator = ring.add(numerator, ring.scale(ring.mul(step, denominator), -ONE))
    return out


# --- functions, by their Taylor series in the infinitesimal part ---------------


def series(small: Gauss, ratio: Callable[[int], Rational]) -> Gauss:
    """Sum `c_j small^j` with c_0 = 1, c_j = c_(j-1) ratio(j); a nilpotent ends the sum."""
    total = power = Gauss.number(small.ring, 1)
    factor, j = ONE, 0
    while True:
        j += 1
        power = power * small
        if not power.parts:
            return total
        factor *= ratio(j)
        total += power.scale(factor)


def _series_exp(ring: Ring, small: Poly) -> Gauss:
    return series(Gauss.poly(ring, small), lambda j: flint.fmpq(1, j))


def exp(arg: Gauss) -> Gauss:
    """Take the exponential of a polynomial; `exp(c log 2)` is again a power of 2."""
    ring = arg.ring
    exponent = arg.as_poly()
    out = Gauss.number(ring, 1)
    pi = 0
    for key in [key for key in exponent if key in ring.logs]:
        twice, prime = 2 * exponent[key], ring.logs[key]
        if twice.q != 1:
            continue
        exponent = {k: v for k, v in exponent.items() if k != key}
        if prime is None:
            pi += int(twice.p)
        else:
            out *= Gauss.poly(ring, ring.sqrt({0: flint.fmpq(prime) ** int(twice.p)}))
    return out * Gauss.part(ring, {0: ONE}, exponent, pi, frozenset())


def log(arg: Gauss) -> Gauss:
    """Take the logarithm of one part whose polynomial is a positive number, or of a number."""
    ring = arg.ring
    finite, small = arg.split()
    if len(finite.parts) != 1:
        if not finite.parts or not finite.is_number() or finite.sign() < 0:
            raise NotEvaluable("the logarithm of a sum, or of zero")
        with flint.ctx.workprec(PRECISION):
            ball = finite.enclose().log()
        name = ("log of sum", frozenset((k, frozenset(p.items())) for k, p in finite.parts.items()))
        out = ring.constant(name, ball)
    else:
        ((kernel, poly),) = finite.parts.items()
        if not ring.is_number(poly):
            raise NotEvaluable("the logarithm of a polynomial")
        out = ring.add(dict(kernel.exponent), ring.log(poly))
        if kernel.pi:
            out = ring.add(out, ring.scale(ring.log_pi(), flint.fmpq(kernel.pi, 2)))
    total = Gauss.poly(ring, out)
    if not small.parts:
        return total
    ratio = _inner(small / finite)
    # log(1 + r) = r - r^2/2 + ...: r times a series with c_j/c_(j-1) = -j/(j+1)
    return total + ratio * series(ratio, lambda j: flint.fmpq(-j, j + 1))


def _inner(value: Gauss) -> Gauss:
    """Drop the support: a logarithm is only taken where its argument is positive."""
    parts = [(Kernel(k.exponent, k.pi) if k.support else k, p) for k, p in value.parts.items()]
    parts = [(UNIT if k == UNIT else k, p) for k, p in parts]
    return value._sum(parts)  # noqa: SLF001  a function of this module


def broken_power(base: Gauss, exponent: Fraction) -> Gauss:
    """Give base^exponent for a rational exponent: of one part over a positive number."""
    if exponent.denominator == 1:
        return base.power(int(exponent))
    finite, small = base.split()
    if not finite.parts and not small.parts and exponent > 0:
        return base
    if len(finite.parts) != 1:
        raise NotEvaluable("a broken power of a sum of exponentials")
    ((kernel, poly),) = finite.parts.items()
    if not base.ring.is_number(poly):
        raise NotEvaluable("a broken power of a polynomial")
    out = _power_of_part(base.ring, kernel, poly, exponent)
    if not small.parts:
        return out
    e = flint.fmpq(exponent.numerator, exponent.denominator)
    return out * series(small / finite, lambda j: (e - j + 1) / j)


def _power_of_part(ring: Ring, kernel: Kernel, poly: Poly, exponent: Fraction) -> Gauss:
    e = flint.fmpq(exponent.numerator, exponent.denominator)
    pi = kernel.pi * exponent
    if pi.denominator != 1:
        raise NotEvaluable("a fourth root of pi")
    q = exponent.denominator
    root = ring.sqrt(poly) if q == 2 else ring.root(poly, q)
    if exponent.numerator < 0:
        root = ring.inverse(root)
    root = ring.power(root, abs(exponent.numerator))
    return Gauss.part(ring, root, ring.scale(dict(kernel.exponent), e), int(pi), kernel.support)
