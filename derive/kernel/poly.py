"""Sparse polynomials over Q in generators that are numbered as they come.

A polynomial is a dict from monomials to non-zero coefficients; a monomial lists
(generator, exponent) in order of generators.  Sums and products are done here,
for most polynomials of a derivation have a handful of terms; gcd, factorisation
and exact division are python-flint's (`fmpq_mpoly`), in the generators used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from derive.kernel.limits import Undecidable

if TYPE_CHECKING:
    from collections.abc import Iterable

Monomial = tuple[tuple[int, int], ...]
Terms = dict[Monomial, fmpq]

_ONE = fmpq(1)
_LARGEST_POWER = 200
_LARGEST_NUMBER = 100_000  # bits
_LARGEST_PRODUCT = 20_000
_LARGE_PRODUCT = 600  # of the numbers of terms; from here flint multiplies


class Poly:
    """An immutable polynomial; its dict of terms holds no zero."""

    __slots__ = ("_used", "terms")

    def __init__(self, terms: Terms, used: frozenset[int] | None = None) -> None:
        self.terms = terms
        self._used = used

    @staticmethod
    def constant(value: fmpq | int) -> Poly:
        """Give a constant."""
        return Poly({(): fmpq(value)} if value else {})

    @staticmethod
    def generator(i: int) -> Poly:
        """Give the generator of that number."""
        return Poly({((i, 1),): _ONE})

    # --- what it is ---

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __len__(self) -> int:
        return len(self.terms)

    def vanishes(self) -> bool:
        """Whether it has no term."""
        return not self.terms

    def is_one(self) -> bool:
        """Whether it is the number 1."""
        return len(self.terms) == 1 and self.terms.get(()) == _ONE

    def is_constant(self) -> bool:
        """Whether it is a number."""
        return not self.terms or (len(self.terms) == 1 and () in self.terms)

    def leading(self) -> fmpq:
        """The coefficient of the largest monomial (of a non-zero polynomial)."""
        if len(self.terms) == 1:
            return next(iter(self.terms.values()))
        return self.terms[max(self.terms)]

    @property
    def used(self) -> frozenset[int]:
        """The generators that occur."""
        if self._used is None:
            self._used = frozenset(i for m in self.terms for i, _ in m)
        return self._used

    def degree(self, i: int) -> int:
        """The degree in one generator."""
        return max((n for m in self.terms for j, n in m if j == i), default=0)

    # --- arithmetic ---

    def __add__(self, other: Poly) -> Poly:
        if not other.terms:
            return self
        if not self.terms:
            return other
        small, large = sorted((self.terms, other.terms), key=len)
        total = dict(large)
        for m, c in small.items():
            old = total.get(m)
            if old is None:
                total[m] = c
            elif old + c != 0:
                total[m] = old + c
            else:
                del total[m]
        return Poly(total)

    def __neg__(self) -> Poly:
        return Poly({m: -c for m, c in self.terms.items()}, self._used)

    def __sub__(self, other: Poly) -> Poly:
        return self + (-other)

    def scaled(self, factor: fmpq) -> Poly:
        """Multiply by a non-zero number."""
        return Poly({m: c * factor for m, c in self.terms.items()}, self._used)

    def __mul__(self, other: Poly) -> Poly:
        a, b = self.terms, other.terms
        if not a or not b:
            return Poly({})
        if len(a) == 1 or len(b) == 1:
            return self._by_one_term(other) if len(b) == 1 else other._by_one_term(self)
        if len(a) * len(b) > _LARGEST_PRODUCT:
            raise Undecidable("a polynomial with too many terms")
        if len(a) * len(b) > _LARGE_PRODUCT:
            frame = _Frame(self, other)
            return frame.back(frame.into(self) * frame.into(other))
        total: Terms = {}
        for m1, c1 in a.items():
            for m2, c2 in b.items():
                m, c = merged(m1, m2), c1 * c2
                old = total.get(m)
                total[m] = c if old is None else old + c
        return Poly({m: c for m, c in total.items() if c != 0})

    def _by_one_term(self, other: Poly) -> Poly:
        """Multiply by a single term: nothing cancels."""
        ((m2, c2),) = other.terms.items()
        if not m2:
            return self if c2 == _ONE else self.scaled(c2)
        used = self.used | other.used
        return Poly({merged(m, m2): c * c2 for m, c in self.terms.items()}, used)

    def __pow__(self, n: int) -> Poly:
        if n == 0:
            return Poly({(): _ONE})
        if len(self.terms) == 1:
            ((m, c),) = self.terms.items()
            bits = max(int(c.p).bit_length(), int(c.q).bit_length())
            if n * bits > _LARGEST_NUMBER and c != _ONE:
                raise Undecidable("a power with too many digits")
            return Poly({tuple((i, k * n) for i, k in m): c**n})
        if n > _LARGEST_POWER:
            raise Undecidable("a power with too many terms")
        result = self
        for _ in range(n - 1):
            result = result * self
        return result

    def derivative(self, i: int) -> Poly:
        """Differentiate in one generator."""
        total: Terms = {}
        for m, c in self.terms.items():
            for k, (j, n) in enumerate(m):
                if j == i:
                    rest = ((i, n - 1),) if n > 1 else ()
                    total[m[:k] + rest + m[k + 1 :]] = c * n
        return Poly(total)

    def by_power(self, i: int) -> dict[int, Poly]:
        """Collect in one generator: exponent to the polynomial it is multiplied by."""
        parts: dict[int, Terms] = {}
        for m, c in self.terms.items():
            n = next((n for j, n in m if j == i), 0)
            rest = tuple(x for x in m if x[0] != i) if n else m
            parts.setdefault(n, {})[rest] = c
        return {n: Poly(terms) for n, terms in parts.items()}

    # --- division ---

    def monomial_content(self) -> Monomial:
        """The largest monomial that divides every term."""
        monomials = iter(self.terms)
        common = dict(next(monomials))
        for m in monomials:
            here = dict(m)
            common = {i: min(n, here[i]) for i, n in common.items() if i in here}
            if not common:
                break
        return tuple(sorted(common.items()))

    def without(self, divisor: Monomial) -> Poly:
        """Divide by a monomial that divides every term."""
        if not divisor:
            return self
        take = dict(divisor)
        return Poly(
            {
                tuple((i, n - take.get(i, 0)) for i, n in m if n > take.get(i, 0)): c
                for m, c in self.terms.items()
            }
        )

    def cancelled(self, den: Poly) -> tuple[Poly, Poly]:
        """Divide both polynomials by their greatest common divisor."""
        if den.is_one():
            return self, den
        if len(self.terms) > 1 and len(den.terms) > 1:
            if self.used.isdisjoint(den.used):
                return self, den
            frame = _Frame(self, den)
            a, b = frame.into(self), frame.into(den)
            common = a.gcd(b)
            if common.is_constant():
                return self, den
            return frame.back(a / common), frame.back(b / common)
        mine, other = dict(self.monomial_content()), dict(den.monomial_content())
        shared = tuple((i, min(n, other[i])) for i, n in mine.items() if i in other)
        return self.without(shared), den.without(shared)

    def factor(self) -> tuple[fmpq, list[tuple[Poly, int]]]:
        """Factor into a number and powers of irreducible polynomials over Q."""
        if len(self.terms) == 1:
            ((m, c),) = self.terms.items()
            return c, [(Poly.generator(i), n) for i, n in m]
        frame = _Frame(self)
        content, factors = frame.into(self).factor()
        return content, [(frame.back(f), int(n)) for f, n in factors]


def merged(m1: Monomial, m2: Monomial) -> Monomial:
    """Multiply two monomials."""
    if not m1:
        return m2
    if not m2:
        return m1
    if m1[-1][0] < m2[0][0]:
        return m1 + m2
    if m2[-1][0] < m1[0][0]:
        return m2 + m1
    powers = dict(m1)
    for i, n in m2:
        powers[i] = powers.get(i, 0) + n
    return tuple(sorted(powers.items()))


class _Frame:
    """A flint context with just the generators that some polynomials use."""

    def __init__(self, *polys: Poly) -> None:
        self.used = sorted(frozenset().union(*(p.used for p in polys)))
        self.place = {i: k for k, i in enumerate(self.used)}
        names = [f"g{k}" for k in range(len(self.used))]
        self.context = fmpq_mpoly_ctx.get(names, Ordering.lex)

    def into(self, poly: Poly) -> fmpq_mpoly:
        """Give the polynomial to flint."""
        data: dict[tuple[int, ...], fmpq] = {}
        for m, c in poly.terms.items():
            exponents = [0] * len(self.used)
            for i, n in m:
                exponents[self.place[i]] = n
            data[tuple(exponents)] = c
        return self.context.from_dict(data)

    def back(self, poly: fmpq_mpoly) -> Poly:
        """Take a polynomial from flint."""
        return Poly(
            {
                tuple((self.used[k], int(n)) for k, n in enumerate(m) if n): c
                for m, c in poly.to_dict().items()
            }
        )


def product(powers: Iterable[tuple[int, int]]) -> Poly:
    """Give a monomial from generators with positive exponents."""
    collected: dict[int, int] = {}
    for i, n in powers:
        collected[i] = collected.get(i, 0) + n
    return Poly({tuple(sorted(collected.items())): _ONE})
