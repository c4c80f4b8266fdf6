r"""Unnamed functions in an equation, `\log p(x | y) = f(x, y) + C(y)`: where they stand.

Beside the rest of a side, or of an exponent, any function of y may be meant; as a factor
too, if the other side has none.  Anywhere else the function is one and the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.language.terms import Add, Div, Fun, Mul, Neg, Sym, Term, add, exp, mul, term
from derive.reader.calculus import free_symbols

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True)
class Split:
    """A side without its unnamed functions.

    parts:  the summands that they make up, with their coefficients.
    factor: whether they are factors of the rest instead.
    """

    rest: Term
    parts: tuple[Term, ...] = ()
    factor: bool = False

    @property
    def plain(self) -> bool:
        """Whether there is none in the side."""
        return not self.parts and not self.factor


def split(side: Term, unnamed: Collection[Term], point: Sym) -> Split | None:
    """Take the unnamed functions off a side; None where they are neither summand nor factor."""
    return _summands(side, unnamed, point) or _factors(side, unnamed, point)


def _has(side: Term, unnamed: Collection[Term]) -> bool:
    return any(node in unnamed for node in side.nodes)


def _summands(side: Term, unnamed: Collection[Term], point: Sym) -> Split | None:
    if not _has(side, unnamed):
        return Split(side)
    if side in unnamed:
        return Split(term(0), (side,))
    match side:
        case Add(terms=terms):
            splits = [_summands(part, unnamed, point) for part in terms]
            found = [part for part in splits if part is not None]
            parts = tuple(p for part in found for p in part.parts)
            total = Split(add(*(part.rest for part in found)), parts)
            return total if len(found) == len(splits) else None
        case Neg(body=body):
            inner = _summands(body, unnamed, point)
            return inner and Split(Neg(inner.rest), tuple(Neg(part) for part in inner.parts))
        case Mul() | Div():
            return _scaled(side, unnamed, point)
        case _:
            return None


def _scaled(side: Mul | Div, unnamed: Collection[Term], point: Sym) -> Split | None:
    """Take summands off one factor, where the others do not depend on the point."""
    factors = side.factors if isinstance(side, Mul) else (side.num,)
    holding = [k for k, factor in enumerate(factors) if _has(factor, unnamed)]
    others = [f for k, f in enumerate(factors) if k not in holding]
    others += [side.den] if isinstance(side, Div) else []
    if len(holding) != 1 or any(_has(f, unnamed) or point in free_symbols(f) for f in others):
        return None
    place = holding[0]
    inner = _summands(factors[place], unnamed, point)
    if inner is None:
        return None

    def scale(value: Term) -> Term:
        if isinstance(side, Div):
            return Div(value, side.den)
        return mul(*factors[:place], value, *factors[place + 1 :])

    return Split(scale(inner.rest), tuple(scale(part) for part in inner.parts))


def _factors(  # noqa: PLR0911 - a row for each node
    side: Term, unnamed: Collection[Term], point: Sym
) -> Split | None:
    if not _has(side, unnamed):
        return Split(side)
    if side in unnamed:
        return Split(term(1), factor=True)
    match side:
        case Mul(factors=factors):
            splits = [_factors(factor, unnamed, point) for factor in factors]
            found = [factor.rest for factor in splits if factor is not None]
            return Split(mul(*found), factor=True) if len(found) == len(splits) else None
        case Div(num=num, den=den):
            above, below = _factors(num, unnamed, point), _factors(den, unnamed, point)
            if above is None or below is None:
                return None
            return Split(Div(above.rest, below.rest), factor=True)
        case Neg(body=body):
            inner = _factors(body, unnamed, point)
            return inner and Split(Neg(inner.rest), factor=True)
        case Fun(name="exp", arg=arg):
            exponent = _summands(arg, unnamed, point)
            return exponent and Split(exp(exponent.rest), factor=True)
        case _:
            return None
