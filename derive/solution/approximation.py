r"""What `a \approx b` claims: that the sides agree to the order that is written.

With a small letter h, the order is the highest power of h in a side that is a polynomial
in it; the sides may differ by less than that power.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.language.claims import Equal
from derive.language.terms import Add, Div, Landau, Mul, Neg, Num, Pow, Sym, Term, add
from derive.language.traverse import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True)
class Approximation:
    """The claim; strict: a side is a polynomial, so that what it neglects is beyond doubt."""

    claim: Equal
    strict: bool


def approximation_claim(lhs: Term, rhs: Term, small: Sequence[Sym]) -> Approximation | None:
    """Give the claim of an approximation; None where no small letter stands in it."""
    here = [s for s in small if any(x == s for side in (lhs, rhs) for x in walk(side))]
    if not here or lhs.rank:
        return None
    letter = here[0]
    written = degree(rhs, letter)
    order = 1 if written is None else written
    scale: Term = letter if order <= 1 else letter**order
    remainder = Landau("O" if order == 0 else "o", scale)
    return Approximation(Equal(lhs, add(rhs, remainder)), written is not None)


def expanding_letters(terms: Iterable[Term]) -> tuple[Sym, ...]:
    """The letters of the Landau terms, in order."""
    scales = [x.scale for t in terms for x in walk(t) if isinstance(x, Landau)]
    return tuple(dict.fromkeys(x for s in scales for x in walk(s) if isinstance(x, Sym)))


def degree(node: Term, letter: Sym) -> int | None:  # noqa: PLR0911 - all cases
    """The degree of a term that is written as a polynomial in a letter, else None."""
    if all(x != letter for x in walk(node)):
        return 0
    match node:
        case Sym():
            return 1
        case Neg(body=body):
            return degree(body, letter)
        case Add(terms=parts):
            return _total(parts, letter, max)
        case Mul(factors=parts):
            return _total(parts, letter, sum)
        case Div(num=num, den=den) if degree(den, letter) == 0:
            return degree(num, letter)
        case Pow(base=base, exponent=Num(value=n)) if n.denominator == 1:
            inner = degree(base, letter)
            return None if inner is None else inner * int(n)
    return None


def _total(parts: Sequence[Term], letter: Sym, join: Callable[[Iterable[int]], int]) -> int | None:
    degrees = [degree(part, letter) for part in parts]
    known = [d for d in degrees if d is not None]
    return join(known) if len(known) == len(degrees) else None
