"""Which exponents are rational combinations of others: the basis of the exponentials.

exp(b_1), exp(b_2), ... are algebraically independent when the b_k are linearly
independent over Q, so each exponential must be written over a basis.  An element
with a generator that neither the target nor another element has cannot take part;
among the others a combination is guessed by elimination modulo a prime at a few
fixed points, and then computed through exactly.  That none exists modulo the prime
shows that none exists over Q; a guess that fails only costs completeness.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import nmod_mat

from derive.kernel.limits import Undecidable

if TYPE_CHECKING:
    from derive.kernel.algebra import Algebra, Quotient, Term

_PRIME = 2**61 - 1
_SPARE = 3  # more points than unknowns
_BOUND = 2**29  # of numerators and denominators that are reconstructed

Vector = list[int]


@dataclass
class Exponents:
    """The basis: its elements and their names (generators)."""

    algebra: Algebra
    elements: list[Quotient] = field(default_factory=list)
    names: list[Quotient] = field(default_factory=list)
    _values: dict[int, Vector] = field(default_factory=dict)
    _points: dict[int, Vector] = field(default_factory=dict)

    def append(self, element: Quotient, name: Quotient) -> None:
        """Add an element that `combination` found to be independent."""
        self.elements.append(element)
        self.names.append(name)

    def combination(self, target: Quotient) -> dict[int, Fraction] | None:
        """Write the target as a rational combination of the basis, or None.

        Raises Undecidable if one exists modulo the prime and fails exactly.
        """
        members = self._members(target)
        count = len(members) + _SPARE
        rows = [[*self._row(k, count)] for k in members]
        found = _solve(rows, self._evaluate(target, count))
        if found is None:
            return None
        solution = {k: _rational(x) for k, x in zip(members, found, strict=True) if x}
        rest = target
        for k, q in solution.items():
            rest = rest - self.elements[k] * self.algebra.number(q)
        if not rest.vanishes():
            raise Undecidable("the exponents of the exponentials could not be compared")
        return solution

    def _members(self, target: Quotient) -> list[int]:
        """The elements that can take part in a combination."""
        wanted = set(target.used())
        members = {k: element.used() for k, element in enumerate(self.elements)}
        while True:
            owners = Counter(i for used in members.values() for i in used)
            alone = {i for i, n in owners.items() if n == 1} - wanted
            kept = {k: used for k, used in members.items() if alone.isdisjoint(used)}
            if len(kept) == len(members):
                return list(kept)
            members = kept

    # --- values at the points ---

    def _row(self, k: int, count: int) -> Vector:
        known = self._values.get(k, [])
        if len(known) < count:
            known = self._values[k] = self._evaluate(self.elements[k], 2 * count)
        return known[:count]

    def _evaluate(self, value: Quotient, count: int) -> Vector:
        top = self._polynomial(value.terms(), count)
        if value.den.is_one():
            return top
        bottom = self._polynomial(value.below.terms(), count)
        return [x * pow(y, -1, _PRIME) % _PRIME for x, y in zip(top, bottom, strict=True)]

    def _polynomial(self, terms: list[Term], count: int) -> Vector:
        total = [0] * count
        for exponents, c in terms:
            head = int(c.p) if c.q == 1 else int(c.p) * pow(int(c.q), -1, _PRIME)
            piece = [head % _PRIME] * count
            for i, n in exponents:
                point = self._point(i, count)
                for _ in range(n):
                    piece = [x * y % _PRIME for x, y in zip(piece, point, strict=False)]
            total = [x + y for x, y in zip(total, piece, strict=True)]
        return [x % _PRIME for x in total]

    def _point(self, i: int, count: int) -> Vector:
        """Fixed pseudo-random values of a generator."""
        values = self._points.setdefault(i, [])
        while len(values) < count:
            values.append(_scrambled((i << 32) + len(values)))
        return values


def _scrambled(n: int) -> int:
    """Give a residue that has no simple relation to its neighbours' (splitmix64)."""
    n = (n + 1) * 0x9E3779B97F4A7C15 % 2**64
    n = (n ^ (n >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    n = (n ^ (n >> 27)) * 0x94D049BB133111EB % 2**64
    return (n ^ (n >> 31)) % _PRIME


def _solve(rows: list[Vector], target: Vector) -> Vector | None:
    """Solve x_1 rows[0] + x_2 rows[1] + ... = target modulo the prime, or None."""
    width = len(rows) + 1
    entries = [x for column in zip(*rows, target, strict=True) for x in column]
    reduced, rank = nmod_mat(len(target), width, entries, _PRIME).rref()
    solution = [0] * len(rows)
    for r in range(rank):
        row = [int(reduced[r, k]) for k in range(width)]
        pivot = next(k for k, x in enumerate(row) if x)
        if pivot == len(rows):
            return None  # 0 = 1
        solution[pivot] = row[-1]  # a free unknown is 0: the exact check decides
    return solution


def _rational(residue: int) -> Fraction:
    """Reconstruct p/q from its residue (Wang's algorithm); any answer is checked later."""
    r0, r1, t0, t1 = _PRIME, residue, 0, 1
    while r1 > _BOUND:
        quotient = r0 // r1
        r0, r1 = r1, r0 - quotient * r1
        t0, t1 = t1, t0 - quotient * t1
    return Fraction(r1, t1) if t1 else Fraction(0)
