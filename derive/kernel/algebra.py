"""The field of coefficients: quotients of polynomials over Q in a growing list of generators.

A generator is a number we know nothing more about than this file's `Gen` says:
a constant, a closed tensor network (a letter, a jet of a field, an integral), a
square root, a logarithm, an exponential.  The only relations kept are
`root**2 = radicand`; roots are of distinct irreducible polynomials (or primes),
so with `root` of degree at most 1 and denominators free of roots a quotient has
one form only, and is zero exactly when its numerator is the polynomial 0.

Source: Geddes, Czapor & Labahn, Algorithms for Computer Algebra (1992), ch. 3
(normal forms of quotients); Besicovitch, J. London Math. Soc. 15 (1940)
(independence of square roots).  Polynomials are python-flint's `fmpq_mpoly`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from flint import Ordering, fmpq, fmpq_mpoly_ctx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flint import fmpq_mpoly

    from derive.kernel.tensors import FactorInfo, Net, Tensor
    from derive.language.terms import Field

Key = tuple[object, ...]
Conditions = dict[tuple[str, str], object]  # (kind, text) to what it is about
Monomial = tuple[tuple[int, int], ...]  # (generator, exponent), sparse
Kind = Literal["const", "net", "root", "log", "exp"]


class Undecidable(Exception):  # noqa: N818 - an outcome, not an error
    """The kernel's honest 'I cannot tell'; becomes an `Unresolved` verdict."""


class Restart(Exception):  # noqa: N818 - control flow of one decision
    """The decision must be made again in a larger or finer algebra."""

    def __init__(self, generators: int, scale: int) -> None:
        self.generators = generators
        self.scale = scale
        super().__init__()


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

    capacity: int = 40
    scale: int = 1
    ranges: dict[str, tuple[Fraction | None, Fraction | None]] = field(default_factory=dict)
    moments: dict[Field, tuple[Tensor, Quotient]] = field(default_factory=dict)
    assumed: set[int] = field(default_factory=set)  # positive wherever the claim is defined
    gens: list[Gen] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)  # those generators that are roots
    index: dict[Key, int] = field(default_factory=dict)
    factors: list[FactorInfo] = field(default_factory=list)
    factor_index: dict[Key, int] = field(default_factory=dict)
    conditions: Conditions = field(default_factory=dict)
    signs: dict[Key, int] = field(default_factory=dict)  # those that are certain
    integrals: dict[Key, tuple[Tensor, Conditions]] = field(default_factory=dict)
    counter: int = 0
    exponentials: dict[Key, Quotient] = field(default_factory=dict)
    renamed: dict[Key, tuple[dict[int, Tensor], dict[int, Quotient]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [f"g{i}" for i in range(self.capacity)]
        self.ctx = fmpq_mpoly_ctx.get(names, Ordering.lex)
        self.variables = self.ctx.gens()
        self.exponents = Exponents(self)
        self.one_poly = self.ctx.constant(1)
        self.zero = Quotient(self, self.ctx.constant(0), self.one_poly)
        self.one = Quotient(self, self.one_poly, self.one_poly)

    def number(self, value: Fraction | int) -> Quotient:
        """Give a rational number."""
        value = Fraction(value)
        constant = self.ctx.constant(fmpq(value.numerator, value.denominator))
        return Quotient(self, constant, self.one_poly)

    def generator(self, key: Key, gen: Gen) -> Quotient:
        """Give the generator of that key, making it on the first call."""
        found = self.index.get(key)
        if found is None:
            found = len(self.gens)
            if found >= self.capacity:
                raise Restart(2 * self.capacity, self.scale)
            self.gens.append(gen)
            if gen.kind == "root":
                self.roots.append(found)
            self.index[key] = found
        return Quotient(self, self.variables[found], self.one_poly)

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
        yield
        self.counter = before

    @contextmanager
    def conditions_recorded(self) -> Iterator[Conditions]:
        """Collect the conditions that a computation needs, to be remembered with its value."""
        before, self.conditions = self.conditions, {}
        try:
            yield self.conditions
        finally:
            self.conditions = before

    def reduce(self, poly: fmpq_mpoly) -> fmpq_mpoly:
        """Lower every root to degree at most 1 by `root**2 = radicand`."""
        while self.roots:
            degrees = poly.degrees()
            high = [i for i in self.roots if degrees[i] > 1]
            if not high:
                break
            poly = self._reduce_one(poly, high[0])
        return poly

    def _reduce_one(self, poly: fmpq_mpoly, i: int) -> fmpq_mpoly:
        inner = self.gens[i].inner
        assert inner is not None  # noqa: S101 - a root has a radicand
        by_power: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents, coefficient in poly.to_dict().items():
            half, rest = divmod(int(exponents[i]), 2)
            low = (*exponents[:i], rest, *exponents[i + 1 :])
            by_power.setdefault(half, {})[low] = coefficient
        total = self.ctx.constant(0)
        for half, part in by_power.items():
            total += self.ctx.from_dict(part) * inner.num**half
        return total


class Quotient:
    """An element of the field in its one normal form; immutable."""

    __slots__ = ("_free", "_key", "_terms", "_used", "algebra", "den", "num")

    def __init__(self, algebra: Algebra, num: fmpq_mpoly, den: fmpq_mpoly) -> None:
        """Take a pair that already is in normal form; `make` brings others into it."""
        self.algebra, self.num, self.den = algebra, num, den
        self._key: Key | None = None
        self._free: frozenset[str] | None = None
        self._used: list[int] | None = None
        self._terms: list[tuple[Monomial, Fraction]] | None = None

    @staticmethod
    def make(algebra: Algebra, num: fmpq_mpoly, den: fmpq_mpoly) -> Quotient:
        """Bring `num / den` into normal form.  `den` must not be zero."""
        num = algebra.reduce(num)
        if den.is_one():
            return Quotient(algebra, num, den)
        if num.is_zero():
            return algebra.zero
        num, den = _rationalise(algebra, num, algebra.reduce(den))
        if den.is_constant():
            return Quotient(algebra, num / den, algebra.one_poly)
        common = num.gcd(den)
        if not common.is_constant():
            num, den = num / common, den / common
        lead = den.leading_coefficient()
        return Quotient(algebra, num / lead, den / lead)

    def __add__(self, other: Quotient) -> Quotient:
        if self.den == other.den:
            if self.den.is_one():
                return Quotient(self.algebra, self.num + other.num, self.den)
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
        return Quotient.make(self.algebra, self.num * other.num, self.den * other.den)

    def __truediv__(self, other: Quotient) -> Quotient:
        return self * other.inverse()

    def __pow__(self, exponent: int) -> Quotient:
        base = self if exponent >= 0 else self.inverse()
        n = abs(exponent)
        return Quotient.make(self.algebra, base.num**n, base.den**n)

    def inverse(self) -> Quotient:
        """Give 1/self.  Raises Undecidable for 0: nothing follows from a division by zero."""
        if self.is_zero():
            raise Undecidable("a denominator is identically zero")
        return Quotient.make(self.algebra, self.den, self.num)

    def is_zero(self) -> bool:
        """The zero test: the numerator of the normal form is the polynomial 0."""
        return bool(self.num.is_zero())

    def as_number(self) -> Fraction | None:
        """Give the value if it is a rational number, else None."""
        if not (self.num.is_constant() and self.den.is_constant()):
            return None
        if self.num.is_zero():
            return Fraction(0)
        c = self.num.leading_coefficient() / self.den.leading_coefficient()
        return Fraction(int(c.p), int(c.q))

    @property
    def key(self) -> Key:
        """A hashable form: equal exactly for equal elements of one algebra."""
        if self._key is None:
            self._key = (_poly_key(self.num), _poly_key(self.den))
        return self._key

    def used(self) -> list[int]:
        """The generators that occur, in order."""
        if self._used is None:
            self._used = _used(self.num)
            if not self.den.is_constant():
                self._used = sorted({*self._used, *_used(self.den)})
        return self._used

    @property
    def free(self) -> frozenset[str]:
        """The variables that the value depends on."""
        if self._free is None:
            gens = self.algebra.gens
            self._free = frozenset().union(*(gens[i].free for i in self.used()))
        return self._free

    def terms(self) -> list[tuple[Monomial, Fraction]]:
        """The terms of the numerator: sparse monomial, coefficient."""
        if self._terms is None:
            self._terms = _sparse(self.num)
        return self._terms

    def denominator_terms(self) -> list[tuple[Monomial, Fraction]]:
        """The terms of the denominator."""
        return _sparse(self.den)

    def evaluate(self, images: dict[int, Quotient]) -> Quotient:
        """Put quotients for generators."""
        if not any(i in images for i in self.used()):
            return self
        num = _compose(self.algebra, self.num, images)
        if self.den.is_constant():
            return num
        den = _compose(self.algebra, self.den, images)
        return num / den


def monomial(algebra: Algebra, exponents: Iterable[tuple[int, int]]) -> Quotient:
    """Give the product of generators to (possibly negative) powers."""
    num, den = algebra.one_poly, algebra.one_poly
    for i, n in exponents:
        if n > 0:
            num = num * algebra.variables[i] ** n
        else:
            den = den * algebra.variables[i] ** (-n)
    return Quotient.make(algebra, num, den)


def _rationalise(
    algebra: Algebra, num: fmpq_mpoly, den: fmpq_mpoly
) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    """Clear the denominator of roots: multiply by `a - b root` where it is `a + b root`."""
    while algebra.roots:
        degrees = den.degrees()
        roots = [i for i in algebra.roots if degrees[i] > 0]
        if not roots:
            break
        conjugate = _conjugate(algebra, den, roots[-1])
        num, den = algebra.reduce(num * conjugate), algebra.reduce(den * conjugate)
        if den.is_zero():
            raise Undecidable("a denominator is zero by a relation between roots")
    return num, den


def _conjugate(algebra: Algebra, poly: fmpq_mpoly, i: int) -> fmpq_mpoly:
    parts = {m: (-c if m[i] % 2 else c) for m, c in poly.to_dict().items()}
    return algebra.ctx.from_dict(parts)


def _used(poly: fmpq_mpoly) -> list[int]:
    return [i for i, n in enumerate(poly.degrees()) if n > 0]


def _sparse(poly: fmpq_mpoly) -> list[tuple[Monomial, Fraction]]:
    used = _used(poly)
    return [
        (tuple((i, int(m[i])) for i in used if m[i]), Fraction(int(c.p), int(c.q)))
        for m, c in poly.to_dict().items()
    ]


def _poly_key(poly: fmpq_mpoly) -> Key:
    return tuple(sorted((m, c.numerator, c.denominator) for m, c in _sparse(poly)))


def _compose(algebra: Algebra, poly: fmpq_mpoly, images: dict[int, Quotient]) -> Quotient:
    """Evaluate a polynomial at quotients, sharing the powers of each image."""
    powers: dict[tuple[int, int], Quotient] = {}
    grouped: dict[Monomial, dict[tuple[int, ...], fmpq]] = {}
    for exponents, coefficient in poly.to_dict().items():
        moved = tuple((i, int(exponents[i])) for i in images if exponents[i])
        kept = list(exponents)
        for i, _ in moved:
            kept[i] = 0
        rest = tuple(kept)
        grouped.setdefault(moved, {})[rest] = coefficient
    total = algebra.zero
    for moved, part in grouped.items():
        value = Quotient(algebra, algebra.ctx.from_dict(part), algebra.one_poly)
        for i, n in moved:
            power = powers.get((i, n))
            if power is None:
                power = powers[i, n] = images[i] ** n
            value = value * power
        total = total + value
    return total



from derive.kernel.independence import Exponents  # noqa: E402 - it is made of quotients
