"""Products of numbers, vectors and matrices side by side."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from derive.language.terms import (
    Add,
    Div,
    Dot,
    Identity,
    MatMul,
    MatVec,
    Mul,
    Neg,
    Num,
    Outer,
    Term,
    Transpose,
    add,
    mul,
)
from derive.reader.syntax import Bang, Group, Letter, Number, Scripted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from derive.errors import Span
    from derive.reader.elaborate import Elaborator
    from derive.reader.syntax import Node

SIDE_BY_SIDE = "two vectors side by side: write a^\\top b, a b^\\top or a \\cdot b"
INNER, OUTER = "the inner product", "the outer product"
MAX_VECTORS = 12  # in one product: J(J(Jx)) nests with each
TRANSPOSED = frozenset({"\\top", "T", "\\intercal"})


@dataclass(frozen=True)
class Transposed:
    """A row vector, on its way into an inner or outer product."""

    body: Term


Factor: TypeAlias = Term | Transposed


def product(elab: Elaborator, where: Span, run: list[Factor]) -> Factor:
    """Multiply factors side by side; matrices and vectors associate to the right.

    Two vectors alone are their inner product, if a document has them, or else the outer one,
    where a matrix is meant; with a third one it is not clear which two belong together.
    """
    if not directed(run):
        return mul(*(part for part in run if isinstance(part, Term)))
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


def refuse_number(elab: Elaborator, before: Node, item: Node) -> None:
    """Refuse a number after a factor: another name, or another number, may be meant.

    Free letters and powers may have a power of a number after them, with a space between,
    `k 2^k`; brackets need no space, `(k+1)2^k`.
    """
    base = item.base if isinstance(item, Scripted) else item
    if not isinstance(base, Number):
        return
    power = isinstance(item, Scripted) and item.sup is not None and item.sub is None
    bracketed = isinstance(before, Group) and before.kind == "("
    apart = bracketed or item.span.start > before.span.end
    factor = before.base if isinstance(before, Scripted) else before
    raised = isinstance(before, Scripted) and before.sup is not None
    ended = isinstance(factor, Letter | Group | Bang) or raised
    if not (elab.notation.free and power and apart and ended):
        raise elab.error(item.span, "a number after a factor: write '\\cdot' between them")


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
            outer = elab.choose(where, SIDE_BY_SIDE, (INNER, OUTER))
            return Outer(left, right) if outer else Dot(left, right)
        case Term(rank=1), Term(rank=1):
            raise elab.error(where, SIDE_BY_SIDE)
        case _:
            raise elab.error(where, "a product of matrices that is not read")


def inverse(elab: Elaborator, where: Span, matrix: Term) -> Term:
    """Invert a matrix that is a multiple of the identity."""
    scale = isotropic(matrix)
    if scale is None:
        raise elab.error(where, "the inverse of a matrix that is not of the form 'v I'")
    return Div(Identity(), scale)


def isotropic(spread: Term) -> Term | None:
    """Give v of the covariance `v I`, or of a scalar variance v."""
    match spread:
        case Identity():
            return Num(Fraction(1))
        case Mul(factors=factors) if spread.rank == 2:
            rest = tuple(f for f in factors if f.rank == 0)
            matrix = isotropic(next(f for f in factors if f.rank == 2))
            return None if matrix is None else _scaled(rest, matrix)
        case Div(num=num, den=den) if spread.rank == 2:
            inner = isotropic(num)
            return None if inner is None else Div(inner, den)
        case Neg(body=body) if spread.rank == 2:
            inner = isotropic(body)
            return None if inner is None else Neg(inner)
        case Add(terms=terms) if spread.rank == 2:
            parts = [isotropic(part) for part in terms]
            known = [part for part in parts if part is not None]
            return add(*known) if len(known) == len(parts) else None
        case _:
            return spread if spread.rank == 0 else None


def _scaled(rest: tuple[Term, ...], matrix: Term) -> Term:
    return mul(*rest) if matrix == Num(Fraction(1)) else mul(*rest, matrix)
