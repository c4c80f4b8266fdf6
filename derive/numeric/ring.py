"""The exact numbers of a model: polynomials over Q in generators of four kinds.

- a *variable* is a component of something that is integrated over;
- an *infinitesimal* has square 0: derivatives are coefficients of it (dual numbers);
- a *root* has a known square, `sqrt(3)`: its powers fold, so equal numbers cancel;
- a *constant* is any other real number, `log(2)`, known by its enclosure alone.

A monomial is one integer, 16 bits for the exponent of each generator: to
multiply monomials is to add integers.  A polynomial maps monomials to
coefficients (`flint.fmpq`), none of them zero.

Two polynomials that are equal as data are equal as numbers.  Square roots of
distinct primes are linearly independent over Q, so for roots of rationals the
converse holds too; for other constants only disjoint enclosures say "different".
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import flint

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

Rational: TypeAlias = Any  # flint.fmpq; flint is not typed
Ball: TypeAlias = Any  # flint.arb
Poly: TypeAlias = dict[int, Rational]  # monomial -> coefficient, not zero
Kind: TypeAlias = Literal["variable", "infinitesimal", "root", "constant"]
PRECISION = 320  # bits of every enclosure: more than 90 digits
BITS = 16
FIELD = (1 << BITS) - 1
MOST_PRODUCTS = 1 << 16  # of monomials in one multiplication
FACTORED_BITS = 96  # larger integers are not factored: their roots stay whole
ZERO = flint.fmpq(0)
ONE = flint.fmpq(1)


class NotEvaluable(Exception):
    """A concrete model has no value that this package can compute exactly or enclose."""


@dataclass(frozen=True, slots=True)
class Generator:
    """One generator; `square` is of roots, `ball` of everything that is a number."""

    kind: Kind
    square: Poly | None = None
    ball: Ball = None


class Ring:
    """The polynomials of one model, with its generators."""

    def __init__(self) -> None:
        self.generators: list[Generator] = []
        self.variables = 0  # masks: the fields of the generators of a kind
        self.infinitesimals = 0
        self.opaque = 0
        self.roots = 0
        self.vanishing = 0  # the bits that say: the square of an infinitesimal
        self.folding = 0  # the bits that say: an exponent of 2 or more that must fold
        self._free: dict[Kind, list[int]] = {"variable": [], "infinitesimal": []}
        self._interned: dict[Hashable, int] = {}
        self._rational_roots: dict[Rational, Poly] = {}
        self.logs: dict[
            int, Rational | None
        ] = {}  # the monomial of log(prime) -> prime; of log(pi) -> None

    # --- generators ---

    def _add(self, generator: Generator) -> int:
        index = len(self.generators)
        self.generators.append(generator)
        mask = FIELD << (BITS * index)
        match generator.kind:
            case "variable":
                self.variables |= mask
            case "infinitesimal":
                self.infinitesimals |= mask
                self.vanishing |= mask ^ (1 << (BITS * index))
                self.folding |= mask ^ (1 << (BITS * index))
            case "root":
                self.roots |= mask
                self.folding |= mask ^ (1 << (BITS * index))
            case "constant":
                self.opaque |= mask
        return index

    @contextmanager
    def fresh(self, kind: Kind, count: int) -> Iterator[list[int]]:
        """Lend `count` unused generators; on leaving they may be lent again.

        A value that outlives the block must not contain them: the lender
        integrates them out or takes the coefficients of them.
        """
        pool = self._free[kind]
        lent = [pool.pop() if pool else self._add(Generator(kind)) for _ in range(count)]
        try:
            yield lent
        finally:
            pool.extend(reversed(lent))

    def constant(self, name: Hashable, ball: Ball) -> Poly:
        """Give the constant called `name`; equal names are one number."""
        index = self._interned.get(name)
        if index is None:
            if not ball.is_finite():
                raise NotEvaluable(f"no finite value of {name!r}")
            index = self._interned[name] = self._add(Generator("constant", None, ball))
        return self.gen(index)

    @staticmethod
    def gen(index: int) -> Poly:
        """Give a generator as a polynomial."""
        return {1 << (BITS * index): ONE}

    # --- arithmetic ---

    @staticmethod
    def add(a: Poly, b: Poly) -> Poly:
        """Add."""
        if not a:
            return b
        if not b:
            return a
        if len(a) < len(b):
            a, b = b, a
        out = dict(a)
        for key, value in b.items():
            total = out.get(key, ZERO) + value
            if total:
                out[key] = total
            else:
                del out[key]
        return out

    @staticmethod
    def scale(a: Poly, factor: Rational) -> Poly:
        """Multiply by a rational number."""
        return {key: value * factor for key, value in a.items()} if factor else {}

    def mul(self, a: Poly, b: Poly) -> Poly:
        """Multiply, folding squares of roots and of infinitesimals."""
        if len(b) == 1 and 0 in b:
            return self.scale(a, b[0])
        if len(a) == 1 and 0 in a:
            return self.scale(b, a[0])
        if len(a) * len(b) > MOST_PRODUCTS:
            raise NotEvaluable("a polynomial too large to expand")
        out: Poly = {}
        folding, vanishing = self.folding, self.vanishing
        fold: list[tuple[int, Rational]] = []
        right = list(b.items())
        for ka, va in a.items():
            for kb, vb in right:
                key = ka + kb
                if key & folding:
                    if not key & vanishing:
                        fold.append((key, va * vb))
                elif key in out:
                    out[key] += va * vb
                else:
                    out[key] = va * vb
        rest = [poly for poly in (self._fold(out, *pair) for pair in fold) if poly]
        out = {key: value for key, value in out.items() if value}
        for poly in rest:
            out = self.add(out, poly)
        return out

    def _fold(self, out: Poly, key: int, value: Rational) -> Poly | None:
        """Fold the squares in one monomial into `out`, or give the sum that they make."""
        factor: Poly | None = None
        high = key & self.folding
        while high:
            index = ((high & -high).bit_length() - 1) // BITS
            twice = (key >> (BITS * index)) & (FIELD - 1)
            key -= twice << (BITS * index)
            high = key & self.folding
            square = self.generators[index].square or {}
            if len(square) == 1 and 0 in square:  # the root of a rational number
                value = value * (square[0] if twice == 2 else square[0] ** (twice // 2))
            else:
                power = self.power(square, twice // 2)
                factor = power if factor is None else self.mul(factor, power)
        if factor is not None:
            return self.mul({key: value}, factor)
        out[key] = out.get(key, ZERO) + value
        return None

    def power(self, a: Poly, exponent: int) -> Poly:
        """Raise to a natural number.

        Raises:
            NotEvaluable: where an exponent would leave its 16 bits.
        """
        if exponent == 1:
            return a
        if exponent > 64 or exponent * degree(a) > FIELD // 4:
            raise NotEvaluable(f"a power too high to expand: {exponent}")
        out: Poly = {0: ONE}
        for _ in range(exponent):
            out = self.mul(out, a)
        return out

    @staticmethod
    def collect(a: Poly, index: int) -> dict[int, Poly]:
        """Give the coefficients of the powers of one generator."""
        shift = BITS * index
        out: dict[int, Poly] = {}
        for key, value in a.items():
            exponent = (key >> shift) & FIELD
            out.setdefault(exponent, {})[key - (exponent << shift)] = value
        return out

    def substitute(self, a: Poly, index: int, value: Poly) -> Poly:
        """Put a polynomial for a generator."""
        out: Poly = {}
        for exponent, coefficient in self.collect(a, index).items():
            out = self.add(out, self.mul(coefficient, self.power(value, exponent)))
        return out

    def split(self, a: Poly) -> tuple[Poly, Poly]:
        """Separate what is free of infinitesimals from what is not."""
        mask = self.infinitesimals
        finite = {key: value for key, value in a.items() if not key & mask}
        return finite, {key: value for key, value in a.items() if key & mask}

    def is_number(self, a: Poly) -> bool:
        """Whether no variable and no infinitesimal occurs."""
        mask = self.variables | self.infinitesimals
        return not any(key & mask for key in a)

    # --- numbers ---

    def enclose(self, a: Poly) -> Ball:
        """Give a ball (`flint.arb`) that contains the number.

        Raises:
            NotEvaluable: where a letter has no value.
        """
        with flint.ctx.workprec(PRECISION):
            total = flint.arb(0)
            for key, value in a.items():
                product, rest, index = flint.arb(value), key, 0
                while rest:
                    if exponent := rest & FIELD:
                        ball = self.generators[index].ball
                        if ball is None:
                            raise NotEvaluable("a letter is left without a value")
                        product *= ball**exponent
                    rest >>= BITS
                    index += 1
                total += product
            return total

    def sign(self, a: Poly) -> int:
        """Give -1, 0 or 1.

        Raises:
            NotEvaluable: where the enclosure contains 0 and nothing says it is 0.
        """
        if not a:
            return 0
        if len(a) == 1 and 0 in a:
            return 1 if a[0] > 0 else -1
        ball = self.enclose(a)
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        raise NotEvaluable("the sign of a constant is not decided by its enclosure")

    def inverse(self, a: Poly) -> Poly:
        """Give 1/a for a number: by conjugation over each root, else as a new constant."""
        if not a:
            raise NotEvaluable("a division by zero")
        if len(a) == 1 and 0 in a:
            return {0: 1 / a[0]}
        union = 0
        for key in a:
            union |= key
        if union & (self.variables | self.infinitesimals):
            raise NotEvaluable("a division by a polynomial")
        if union & self.opaque:
            if self.sign(a) == 0:
                raise NotEvaluable("a division by zero")
            with flint.ctx.workprec(PRECISION):
                return self.constant(("inverse", frozenset(a.items())), 1 / self.enclose(a))
        # A root is defined over the roots before it, so the last one goes first.
        index = (union.bit_length() - 1) // BITS
        parts = self.collect(a, index)
        low, high = parts.get(0, {}), parts[1]
        square = self.generators[index].square or {}
        norm = self.add(self.mul(low, low), self.scale(self.mul(self.mul(high, high), square), -1))
        conjugate = self.add(low, self.scale(self.mul(high, self.gen(index)), -1))
        return self.mul(conjugate, self.inverse(norm))

    def sqrt(self, a: Poly) -> Poly:
        """Give the square root of a number that is not negative."""
        if not a:
            return {}
        if len(a) == 1 and 0 in a:
            return self._sqrt_rational(a[0])
        if self.sign(a) < 0:
            raise NotEvaluable("the square root of a negative number")
        with flint.ctx.workprec(PRECISION):
            return self._root(("sqrt", frozenset(a.items())), a, self.enclose(a).sqrt())

    def _sqrt_rational(self, value: Rational) -> Poly:
        known = self._rational_roots.get(value)
        if known is not None:
            return known
        if value < 0:
            raise NotEvaluable("the square root of a negative number")
        out: Poly = {0: 1 / flint.fmpq(value.q)}
        for prime, exponent in _factors(value.p * value.q):
            out = self.scale(out, flint.fmpq(prime) ** (exponent // 2))
            if exponent % 2:
                with flint.ctx.workprec(PRECISION):
                    ball = flint.arb(prime).sqrt()
                out = self.mul(out, self._root(("sqrt", prime), {0: flint.fmpq(prime)}, ball))
        self._rational_roots[value] = out
        return out

    def _root(self, name: Hashable, square: Poly, ball: Ball) -> Poly:
        index = self._interned.get(name)
        if index is None:
            # A root over opaque constants cannot be conjugated away: it is opaque too.
            numbers = all(not key & self.opaque for key in square)
            kind: Kind = "root" if numbers else "constant"
            index = self._interned[name] = self._add(Generator(kind, square, ball))
        return self.gen(index)

    def root(self, a: Poly, degree: int) -> Poly:
        """Give the positive root of an odd or higher degree of a positive number."""
        if self.sign(a) <= 0:
            raise NotEvaluable("a broken power of a number that is not positive")
        with flint.ctx.workprec(PRECISION):
            return self.constant(
                ("root", degree, frozenset(a.items())), self.enclose(a).root(degree)
            )

    def log(self, a: Poly) -> Poly:
        """Give the natural logarithm of a positive number, split over its prime factors."""
        if self.sign(a) <= 0:
            raise NotEvaluable("the logarithm of a number that is not positive")
        if len(a) > 1:
            with flint.ctx.workprec(PRECISION):
                return self.constant(("log", frozenset(a.items())), self.enclose(a).log())
        ((key, value),) = a.items()
        out = self.add(self._log_natural(value.p), self.scale(self._log_natural(value.q), -1))
        for index, generator in enumerate(self.generators):
            exponent = (key >> (BITS * index)) & FIELD
            if not exponent:
                continue
            if generator.square is not None:
                half = flint.fmpq(exponent, 2)
                out = self.add(out, self.scale(self.log(generator.square), half))
            else:
                with flint.ctx.workprec(PRECISION):
                    # A constant may be negative where the product is positive.
                    ball = abs(generator.ball).log()
                out = self.add(out, self.scale(self.constant(("log", index), ball), exponent))
        return out

    def _log_natural(self, value: Rational) -> Poly:
        out: Poly = {}
        for prime, exponent in _factors(abs(value)):
            with flint.ctx.workprec(PRECISION):
                ball = flint.arb(prime).log()
            log = self.constant(("log prime", prime), ball)
            self.logs[next(iter(log))] = prime
            out = self.add(out, self.scale(log, flint.fmpq(exponent)))
        return out

    def log_pi(self) -> Poly:
        """Give log(pi)."""
        with flint.ctx.workprec(PRECISION):
            log = self.constant(("log pi",), flint.arb.pi().log())
        self.logs[next(iter(log))] = None
        return log


def degree(a: Poly) -> int:
    """Give the largest exponent of any generator."""
    largest = 0
    for key in a:
        rest = key
        while rest:
            largest = max(largest, rest & FIELD)
            rest >>= BITS
    return largest


def _factors(value: Rational) -> list[tuple[Rational, int]]:
    if value == 1:
        return []
    if value.bit_length() > FACTORED_BITS:
        root = isqrt(int(value))
        return [(flint.fmpz(root), 2)] if root * root == value else [(value, 1)]
    return list(value.factor())
