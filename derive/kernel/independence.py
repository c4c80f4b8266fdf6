"""Which exponents are rational combinations of others: the basis of the exponentials.

exp(b_1), exp(b_2), ... are algebraically independent when the b_k are linearly
independent over Q, so each exponential must be written over a basis.  The
combination is guessed by elimination modulo a prime at a few random points, and
then computed through exactly: a guess that fails only costs completeness.
That no combination exists modulo the prime shows that none exists over Q.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel.limits import Undecidable

if TYPE_CHECKING:
    from derive.kernel.algebra import Algebra, Quotient, Term

_PRIME = 2**61 - 1
_POINTS = 48
_BOUND = 2**29  # of numerators and denominators that are reconstructed

Vector = list[int]


@dataclass
class Exponents:
    """The basis: its elements, their names (generators), and an echelon form modulo the prime."""

    algebra: Algebra
    elements: list[Quotient] = field(default_factory=list)
    names: list[Quotient] = field(default_factory=list)
    _rows: list[tuple[int, Vector, Vector]] = field(default_factory=list)  # pivot, row, origin
    _points: dict[int, Vector] = field(default_factory=dict)
    _last: tuple[Quotient, Vector, Vector] | None = None

    def append(self, element: Quotient, name: Quotient) -> None:
        """Add an element that `combination` found to be independent."""
        row, origin = self._row(element)
        self._last = None  # it was reduced by a smaller basis
        self.elements.append(element)
        self.names.append(name)
        pivot = next((k for k, x in enumerate(row) if x), None)
        if pivot is None or len(self.elements) > _POINTS - 4:
            raise Undecidable("the claim needs too many different exponentials")
        origin = [*origin, 1]
        inverse = pow(row[pivot], -1, _PRIME)
        row = [x * inverse % _PRIME for x in row]
        self._rows.append((pivot, row, [x * inverse % _PRIME for x in origin]))

    def combination(self, target: Quotient) -> dict[int, Fraction] | None:
        """Write the target as a rational combination of the basis, or None.

        Raises Undecidable if one exists modulo the prime and fails exactly.
        """
        row, origin = self._row(target)
        if any(row):
            return None
        solution: dict[int, Fraction] = {}
        rest = target
        for k, x in enumerate(origin):
            if x:
                solution[k] = _rational(-x % _PRIME)
                rest = rest - self.elements[k] * self.algebra.number(solution[k])
        if not rest.is_zero():
            raise Undecidable("the exponents of the exponentials could not be compared")
        return solution

    def _row(self, value: Quotient) -> tuple[Vector, Vector]:
        """Give the reduced values; `append` asks again for what `combination` refused."""
        if self._last is None or self._last[0] is not value:
            self._last = (value, *self._reduced(self._values(value)))
        return self._last[1:]

    def _reduced(self, row: Vector) -> tuple[Vector, Vector]:
        """Eliminate the pivots; `origin` tells which combination of the basis was added."""
        origin = [0] * len(self.elements)
        for pivot, other, made in self._rows:
            c = row[pivot]
            if c:
                row = [(x - c * y) % _PRIME for x, y in zip(row, other, strict=True)]
                for k, x in enumerate(made):
                    origin[k] = (origin[k] - c * x) % _PRIME
        return row, origin

    # --- values at the random points ---

    def _values(self, value: Quotient) -> Vector:
        top = self._polynomial(value.terms())
        if value.den.is_one():
            return top
        bottom = self._polynomial(value.below.terms())
        return [x * pow(y, -1, _PRIME) % _PRIME for x, y in zip(top, bottom, strict=True)]

    def _polynomial(self, terms: list[Term]) -> Vector:
        total = [0] * _POINTS
        for exponents, c in terms:
            head = int(c.p) * pow(int(c.q), -1, _PRIME) % _PRIME
            piece = [head] * _POINTS
            for i, n in exponents:
                point = self._point(i)
                for _ in range(n):
                    piece = [x * y % _PRIME for x, y in zip(piece, point, strict=True)]
            total = [x + y for x, y in zip(total, piece, strict=True)]
        return [x % _PRIME for x in total]

    def _point(self, i: int) -> Vector:
        """Fixed pseudo-random values of a generator (a linear congruential sequence)."""
        if i not in self._points:
            state, values = (i + 1) * 0x9E3779B97F4A7C15, []
            for _ in range(_POINTS):
                state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
                values.append((state >> 3) % _PRIME)
            self._points[i] = values
        return self._points[i]


def _rational(residue: int) -> Fraction:
    """Reconstruct p/q from its residue (Wang's algorithm); any answer is checked later."""
    r0, r1, t0, t1 = _PRIME, residue, 0, 1
    while r1 > _BOUND:
        quotient = r0 // r1
        r0, r1 = r1, r0 - quotient * r1
        t0, t1 = t1, t0 - quotient * t1
    return Fraction(r1, t1) if t1 else Fraction(0)
