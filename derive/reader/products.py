"""Products of numbers, vectors and matrices side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from derive.language.terms import Dot, MatMul, MatVec, Outer, Term, Transpose, mul

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.errors import Span
    from derive.reader.elaborate import Elaborator

SIDE_BY_SIDE = "two vectors side by side: write a^\\top b, a b^\\top or a \\cdot b"
MAX_VECTORS = 12  # in one product: J(J(Jx)) nests with each
TRANSPOSED = frozenset({"\\top", "T", "\\intercal"})


@dataclass(frozen=True)
class Transposed:
    """A row vector, on its way into an inner or outer product."""

    body: Term


Factor: TypeAlias = Term | Transposed


def product(elab: Elaborator, where: Span, run: list[Factor]) -> Factor:
    """Multiply factors side by side; matrices and vectors associate to the right.

    Two vectors alone are their inner product, if a document has them; with a third one it is
    not clear which two are meant.
    """
    parts = list(run)
    alone = is_side_by_side(parts)
    if len(directed(parts)) > MAX_VECTORS:
        raise elab.error(where, "too many vectors and matrices in one product")
    last = len(parts)
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, Term) and part.rank == 0:
            continue
        if last == len(parts):
            last = index
            continue
        joined = _multiplied(elab, where, part, parts[last], alone=alone)
        del parts[last]
        parts[index] = joined
        scalar = isinstance(joined, Term) and joined.rank == 0
        last = len(parts) if scalar else index
    rows = [p for p in parts if isinstance(p, Transposed)]
    if rows:
        scalars = [p for p in parts if isinstance(p, Term)]
        return Transposed(mul(*scalars, rows[0].body))
    return mul(*(p for p in parts if isinstance(p, Term)))


def directed(run: Sequence[Factor]) -> list[Factor]:
    """Give the vectors and matrices of a run of factors."""
    return [p for p in run if not isinstance(p, Term) or p.rank > 0]


def is_side_by_side(run: Sequence[Factor]) -> bool:
    """Whether two vectors, and no more, stand side by side without a sign between them."""
    return [p.rank if isinstance(p, Term) else 0 for p in directed(run)] == [1, 1]


def _multiplied(
    elab: Elaborator, where: Span, left: Factor, right: Factor, *, alone: bool
) -> Factor:
    """Multiply two factors neither of which is a scalar; `alone`: there is no third one."""
    match left, right:
        case Transposed(body=a), Term(rank=1):
            return Dot(a, right)
        case Transposed(body=a), Term(rank=2):
            return Transposed(MatVec(Transpose(right), a))
        case Term(rank=1), Transposed(body=b):
            return Outer(left, b)
        case Term(rank=2), Term(rank=1):
            return MatVec(left, right)
        case Term(rank=2), Term(rank=2):
            return MatMul(left, right)
        case Term(rank=1), Term(rank=1) if alone:
            _ = elab.choose(where, SIDE_BY_SIDE, ("the inner product",))
            return Dot(left, right)
        case Term(rank=1), Term(rank=1):
            raise elab.error(where, SIDE_BY_SIDE)
        case _:
            raise elab.error(where, "a product of matrices that is not read")
