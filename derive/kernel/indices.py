"""Sums over the components: what becomes of a unit vector e that is summed over.

A polynomial F in e is summed term by term: the sum over e of e_a e_b is delta_ab,
that of e_a ... e_c is a factor of its own, see `tensors`.  Nothing but e.e = 1
is used of e, so that what is found holds for every orthonormal basis.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from derive.kernel.calculus import differentiate, substitute
from derive.kernel.limits import Undecidable
from derive.kernel.tensors import Labelled, Tensor, assemble, diagonal, variable

_HIGHEST_DEGREE = 4


def unit_sum(value: Tensor, name: str) -> Tensor:
    """Sum over the unit vector `name`: Taylor's formula at 0, checked to be exact.

    Raises Undecidable where the value is not a polynomial in the unit vector.
    """
    algebra = value.algebra
    with algebra.names_released():
        new = algebra.fresh()
        x = variable(algebra, new, 1)
        ((((factor, _),), _),) = x.parts.items()
        slope = rest = substitute(value, {name: x})
        total = Tensor(algebra, value.rank, {})
        for n in range(_HIGHEST_DEGREE + 1):
            at_zero = _at_zero(slope, new).times(algebra.number(Fraction(1, factorial(n))))
            labels = tuple(range(n))
            total = total + _contracted(at_zero, value.rank, [diagonal(algebra, labels)], labels)
            rest = rest - _contracted(at_zero, value.rank, [(factor, (k,)) for k in labels], labels)
            if rest.vanishes():
                return total
            slope = differentiate(slope, new, 1)
    raise Undecidable("a sum over components of what is no polynomial of low degree in them")


def _at_zero(value: Tensor, name: str) -> Tensor:
    try:
        return substitute(value, {name: Tensor(value.algebra, 1, {})})
    except Undecidable:
        words = "a sum over components of what is no polynomial in them"
        raise Undecidable(words) from None


def _contracted(
    value: Tensor, rank: int, factors: list[Labelled], labels: tuple[int, ...]
) -> Tensor:
    """Contract the last indices with a product that has them as its labels."""
    opened = tuple(-1 - k for k in range(rank))
    return assemble(value.algebra, rank, factors, [(value, opened + labels)])
