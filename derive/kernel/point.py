"""Points: rational values for the letters of a coefficient, and what it is there.

Used to refute an expansion: two coefficients that differ as elements of the
field are shown at a point where their enclosures are disjoint.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, product
from typing import TYPE_CHECKING, TypeAlias

from flint import arb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from derive.kernel.algebra import Algebra, Quotient, Term

Value: TypeAlias = Fraction | arb

_TRIES = 200


def find_point(
    value: Quotient, sides: Sequence[Quotient]
) -> tuple[dict[str, str], tuple[Value, ...]] | None:
    """Search small admissible rationals for a point where `value` is certainly not 0.

    Returns the letters with their values as text, and what the sides are there.
    """
    algebra = value.algebra
    names = sorted(value.free.union(*(side.free for side in sides)))
    choices = [_candidates(algebra, name) for name in names]
    for chosen in islice(product(*choices), _TRIES):
        point = dict(zip(names, chosen, strict=True))
        found, images = _value(value, point), [_value(side, point) for side in sides]
        if found is None or (isinstance(found, arb) and found.contains(0)) or found == 0:
            continue
        known = tuple(image for image in images if image is not None)
        if len(known) == len(images):
            return {name: str(q) for name, q in point.items()}, known
    return None


def _candidates(algebra: Algebra, name: str) -> list[Fraction]:
    low, high = algebra.ranges.get(name, (None, None))
    if low is not None and high is not None:
        parts = [Fraction(1, 2), Fraction(1, 3), Fraction(3, 4), Fraction(1, 5)]
        return [low + (high - low) * q for q in parts]
    steps = [Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 5)]
    if low is not None:
        return [low + q for q in steps]
    if high is not None:
        return [high - q for q in steps]
    return [Fraction(2), Fraction(-1), Fraction(3), Fraction(1, 2)]


def _value(value: Quotient, point: Mapping[str, Fraction]) -> Fraction | arb | None:
    """Evaluate, exactly where possible; None where the value is not a number there."""
    images: dict[int, Fraction | arb] = {}
    for i in value.used():
        image = _generator(value.algebra, i, point)
        if image is None:
            return None
        images[i] = image
    top, bottom = (_polynomial(p, images) for p in (value.terms(), value.below.terms()))
    if isinstance(bottom, arb) and bottom.contains(0):
        return None
    if isinstance(bottom, Fraction) and bottom == 0:
        return None
    if isinstance(top, Fraction) and isinstance(bottom, Fraction):
        return top / bottom
    return _ball(top) / _ball(bottom)


def _polynomial(terms: Sequence[Term], images: Mapping[int, Fraction | arb]) -> Fraction | arb:
    total: Fraction | arb = Fraction(0)
    for exponents, c in terms:
        piece: Fraction | arb = Fraction(int(c.p), int(c.q))
        for i, n in exponents:
            for _ in range(n):
                piece = _times(piece, images[i])
        total = _plus(total, piece)
    return total


def _generator(algebra: Algebra, i: int, point: Mapping[str, Fraction]) -> Fraction | arb | None:
    gen = algebra.gens[i]
    if gen.kind == "const":
        return arb.pi() if gen.name == "pi" else Fraction(1)
    if gen.kind == "net":
        info = algebra.factors[gen.net[0][0]]
        return point.get(info.name) if len(gen.net) == 1 and info.kind == "var" else None
    inner = None if gen.inner is None else _value(gen.inner, point)
    if inner is None:
        return None
    if gen.kind == "exp":
        return _ball(inner).exp()
    if not _ball(inner) > 0:
        return None
    return _ball(inner).sqrt() if gen.kind == "root" else _ball(inner).log()


def _ball(value: Fraction | arb) -> arb:
    return arb(value.numerator) / arb(value.denominator) if isinstance(value, Fraction) else value


def _times(a: Fraction | arb, b: Fraction | arb) -> Fraction | arb:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    return _ball(a) * _ball(b)


def _plus(a: Fraction | arb, b: Fraction | arb) -> Fraction | arb:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    return _ball(a) + _ball(b)
