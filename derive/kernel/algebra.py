"""The field of coefficients: quotients of polynomials over Q in a growing list of generators.

A generator is a number we know nothing more about than this file's `Gen` says:
a constant, a closed tensor network (a letter, a jet of a field, an integral), a
square root, a logarithm, an exponential.  The only relations kept are
`root**2 = radicand`; roots are of distinct irreducible polynomials (or primes),
so with `root` of degree at most 1 and denominators free of roots a quotient has
one form only, and is zero exactly when its numerator is the polynomial 0.  For a
radicand that itself contains roots, logarithms or exponentials this is not so: the
test can then miss a zero (the claim stays open), never invent one.

Source: Geddes, Czapor & Labahn, Algorithms for Computer Algebra (1992), ch. 3
(normal forms of quotients); Besicovitch, J. London Math. Soc. 15 (1940)
(independence of square roots).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from flint import fmpq

from derive.kernel.independence import Exponents
from derive.kernel.limits import Undecidable
from derive.kernel.poly import Monomial, Poly, product

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from derive.kernel.tensors import FactorInfo, Net, Tensor
    from derive.language.terms import Field

Key = tuple[object, ...]
Conditions = dict[tuple[str, str], object]  # (kind, text) to what it is about
Gaussian: TypeAlias = "tuple[Quotient, Tensor, Quotient]"  # integral, mean, variance
Term = tuple[Monomial, fmpq]
Kind = Literal["const", "net", "root", "log", "exp"]

ONE = Poly.constant(1)
_MOST_GENERATORS = 600


@dataclass(frozen=True)
class Gen:
    """One generator: `inner` is the radicand, argument or exponent; `net` a closed network."""

    kind: Kind
    name: str = ""
    net: Net = ()
    inner: Quotient | None = None
    free: frozenset[str] = frozenset()  # the variables its value depends on


@dataclass
class Algebra:
    """The generators of one decision, and the conditions that it came to rest on.

    ranges:   the open interval of a variable, by its name.
    moments:  mean and variance known of unspecified densities.
    scale:    exponents of exponential generators are stored divided by it.
    """

    scale: int = 1
    ranges: dict[str, tuple[Fraction | None, Fraction | None]] = field(default_factory=dict)
    moments: dict[Field, tuple[Tensor, Quotient]] = field(default_factory=dict)
    assumed: dict[int, Quotient] = field(default_factory=dict)  # positive where all is defined
    gens: list[Gen] = field(default_factory=list)
    roots: set[int] = field(default_factory=set)  # those generators that are roots
    basis: set[int] = field(default_factory=set)  # factors: unit vectors, sums of their powers
    index: dict[Key, int] = field(default_factory=dict)
    factors: list[FactorInfo] = field(default_factory=list)
    factor_index: dict[Key, int] = field(default_factory=dict)
    conditions: Conditions = field(default_factory=dict)
    signs: dict[Key, int] = field(default_factory=dict)  # those that are certain
    integrals: dict[Key, tuple[Tensor, Conditions]] = field(default_factory=dict)
    gaussians: dict[Key, tuple[Gaussian | None, Conditions]] = field(default_factory=dict)
    counter: int = 0
    exponentials: dict[Key, Quotient] = field(default_factory=dict)
    renamed: dict[Key, tuple[dict[int, Tensor], dict[int, Quotient]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.exponents = Exponents(self)
        self.zero = Quotient(self, Poly({}))
        self.one = Quotient(self, ONE)

    def number(self, value: Fraction | int | fmpq) -> Quotient:
        """Give a rational number."""
        if isinstance(value, Fraction):
            value = fmpq(value.numerator, value.denominator)
        return Quotient(self, Poly.constant(value))

    def generator(self, key: Key, gen: Gen) -> Quotient:
        """Give the generator of that key, making it on the first call."""
        found = self.index.get(key)
        if found is None:
            found = len(self.gens)
            if found >= _MOST_GENERATORS:
                raise Undecidable("the claim needs too many distinct quantities")
            self.gens.append(gen)
            if gen.kind == "root":
                self.roots.add(found)
            self.index[key] = found
        return self.named(found)

    def named(self, i: int) -> Quotient:
        """Give the generator of that number."""
        return Quotient(self, Poly.generator(i))

    def constant(self, name: str) -> Quotient:
        """Give the constant of that name as a generator."""
        return self.generator(("const", name), Gen("const", name))

    def fresh(self) -> str:
        """Give a variable name that no variable in use has; see `names_released`."""
        self.counter += 1
        return f"v#{self.counter}"  # no letter of a term contains a #

    @contextmanager
    def names_released(self) -> Iterator[None]:
        """Give back, at the end, the fresh names taken inside: nothing may contain them then.

        Names used again find their generators made already, so that a decision
        needs tens of generators, not hundreds.
        """
        before = self.counter
        try:
            yield
        finally:
            self.counter = before

    @contextmanager
    def conditions_recorded(self) -> Iterator[Conditions]:
        """Collect the conditions that a computation needs, to be remembered with its value."""
        before, self.conditions = self.conditions, {}
        try:
            yield self.conditions
        finally:
            self.conditions = before

    def reduce(self, poly: Poly) -> Poly:
        """Lower every root to degree at most 1 by `root**2 = radicand`."""
        while not self.roots.isdisjoint(poly.used):
            high = [i for i in self.roots & poly.used if poly.degree(i) > 1]
            if not high:
                break
            total = Poly({})
            inner = self.gens[high[0]].inner
            assert inner is not None  # noqa: S101 - a root has a radicand
            for n, part in poly.by_power(high[0]).items():
                rest = part * Poly.generator(high[0]) if n % 2 else part
                total = total + rest * inner.num ** (n // 2)
            poly = total
        return poly


class Quotient:
    """An element of the field in its one normal form; immutable."""

    __slots__ = ("_free", "_key", "algebra", "den", "num")

    def __init__(self, algebra: Algebra, num: Poly, den: Poly = ONE) -> None:
        """Take a pair that already is in normal form; `make` brings others into it."""
        self.algebra, self.num, self.den = algebra, num, den
        self._key: Key | None = None
        self._free: frozenset[str] | None = None

    @staticmethod
    def make(algebra: Algebra, num: Poly, den: Poly = ONE) -> Quotient:
        """Bring `num / den` into normal form.  `den` must not be zero."""
        num = algebra.reduce(num)
        if num.vanishes():
            return algebra.zero
        if den.is_one():
            return Quotient(algebra, num)
        num, den = _rationalise(algebra, num, algebra.reduce(den))
        return Quotient.coprime(algebra, *num.cancelled(den))

    @staticmethod
    def coprime(algebra: Algebra, num: Poly, den: Poly) -> Quotient:
        """Give the quotient of coprime polynomials, reduced, with a root-free denominator."""
        lead = den.leading()
        if lead != 1:
            num, den = num.scaled(1 / lead), den.scaled(1 / lead)
        return Quotient(algebra, num, den)

    def __add__(self, other: Quotient) -> Quotient:
        # gcd(a d + c, d) = gcd(c, d): beside a polynomial nothing is left to cancel.
        if other.den.is_one():
            scaled = other.num if self.den.is_one() else other.num * self.den
            return Quotient(self.algebra, self.num + scaled, self.den)
        if self.den.is_one():
            return Quotient(self.algebra, self.num * other.den + other.num, other.den)
        if self.den == other.den:
            return Quotient.make(self.algebra, self.num + other.num, self.den)
        num = self.num * other.den + other.num * self.den
        return Quotient.make(self.algebra, num, self.den * other.den)

    def __neg__(self) -> Quotient:
        return Quotient(self.algebra, -self.num, self.den)

    def __sub__(self, other: Quotient) -> Quotient:
        return self + (-other)

    def __mul__(self, other: Quotient) -> Quotient:
        one = self.algebra.one
        if other is one:
            return self
        if self is one:
            return other
        roots = self.algebra.roots
        if not (roots.isdisjoint(self.num.used) or roots.isdisjoint(other.num.used)):
            return Quotient.make(self.algebra, self.num * other.num, self.den * other.den)
        if self.vanishes() or other.vanishes():
            return self.algebra.zero
        # Henrici's way: what is coprime already need not be compared again.
        a, d = self.num.cancelled(other.den)
        c, b = other.num.cancelled(self.den)
        return Quotient.coprime(self.algebra, a * c, b * d)

    def __truediv__(self, other: Quotient) -> Quotient:
        return self * other.inverse()

    def __pow__(self, exponent: int) -> Quotient:
        base = self if exponent >= 0 else self.inverse()
        n = abs(exponent)
        return Quotient.make(self.algebra, base.num**n, base.den**n)

    def inverse(self) -> Quotient:
        """Give 1/self.  Raises Undecidable for 0: nothing follows from a division by zero."""
        if self.vanishes():
            raise Undecidable("a denominator is identically zero")
        return Quotient.make(self.algebra, self.den, self.num)

    def vanishes(self) -> bool:
        """The zero test: the numerator of the normal form is the polynomial 0."""
        return bool(self.num.vanishes())

    def as_number(self) -> Fraction | None:
        """Give the value if it is a rational number, else None."""
        if not (self.num.is_constant() and self.den.is_constant()):
            return None
        if self.num.vanishes():
            return Fraction(0)
        c = self.num.leading()  # a constant denominator is 1
        return Fraction(int(c.p), int(c.q))

    @property
    def key(self) -> Key:
        """A hashable form: equal exactly for equal elements of one algebra."""
        if self._key is None:
            self._key = (_poly_key(self.num), () if self.den.is_one() else _poly_key(self.den))
        return self._key

    def used(self) -> list[int]:
        """The generators that occur, in order."""
        return sorted(self.num.used | self.den.used)

    @property
    def free(self) -> frozenset[str]:
        """The variables that the value depends on."""
        if self._free is None:
            gens = self.algebra.gens
            self._free = frozenset().union(*(gens[i].free for i in self.used()))
        return self._free

    def terms(self) -> list[Term]:
        """The terms of the numerator: monomial, coefficient."""
        return list(self.num.terms.items())

    @property
    def below(self) -> Quotient:
        """The denominator, as a quotient."""
        return Quotient(self.algebra, self.den)

    def evaluate(self, images: dict[int, Quotient]) -> Quotient:
        """Put quotients for generators."""
        if images.keys().isdisjoint(self.used()):
            return self
        num = _compose(self.algebra, self.num, images)
        return num if self.den.is_one() else num / _compose(self.algebra, self.den, images)


def monomial(algebra: Algebra, exponents: Iterable[tuple[int, int]]) -> Quotient:
    """Give the product of generators to (possibly negative) powers."""
    pairs = list(exponents)
    num = product((i, n) for i, n in pairs if n > 0)
    den = product((i, -n) for i, n in pairs if n < 0)
    return Quotient.make(algebra, num, den)


def _rationalise(algebra: Algebra, num: Poly, den: Poly) -> tuple[Poly, Poly]:
    """Clear the denominator of roots: multiply by `a - b root` where it is `a + b root`."""
    while not algebra.roots.isdisjoint(den.used):
        parts = den.by_power(max(algebra.roots & den.used))
        root = Poly.generator(max(algebra.roots & den.used))
        conjugate = parts.get(0, Poly({})) - parts[1] * root
        num, den = algebra.reduce(num * conjugate), algebra.reduce(den * conjugate)
        if den.vanishes():
            raise Undecidable("a denominator is zero by a relation between roots")
    return num, den


def _poly_key(poly: Poly) -> Key:
    return tuple(sorted((m, int(c.p), int(c.q)) for m, c in poly.terms.items()))


def _compose(algebra: Algebra, poly: Poly, images: dict[int, Quotient]) -> Quotient:
    """Evaluate a polynomial at quotients, sharing the powers of each image."""
    grouped: dict[Monomial, dict[Monomial, fmpq]] = {}
    for m, c in poly.terms.items():
        moved = tuple(x for x in m if x[0] in images)
        rest = tuple(x for x in m if x[0] not in images) if moved else m
        grouped.setdefault(moved, {})[rest] = c
    powers: dict[tuple[int, int], Quotient] = {}
    total = algebra.zero
    for moved, part in grouped.items():
        value = Quotient(algebra, Poly(part))
        for i, n in moved:
            if (i, n) not in powers:
                powers[i, n] = images[i] ** n
            value = value * powers[i, n]
        total = total + value
    return total
