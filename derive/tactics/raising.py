"""From the normal form back to terms, for people to read.

Only what a report shows passes through here; no verdict rests on it.  Networks
that have no name in vector notation are not raised (None).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.language import terms as t

if TYPE_CHECKING:
    from derive.kernel.algebra import Algebra, Quotient, Term


def raised(value: Quotient) -> t.Term | None:
    """Give a coefficient as a term, if every generator in it has a name."""
    algebra = value.algebra
    names: dict[int, t.Term] = {}
    for i in value.used():
        name = _generator(algebra, i)
        if name is None:
            return None
        names[i] = name
    top = _polynomial(value.terms(), names)
    if value.den.is_one():
        return top
    return t.Div(top, _polynomial(value.below.terms(), names))


def _polynomial(terms: list[Term], names: dict[int, t.Term]) -> t.Term:
    pieces = []
    for monomial, c in terms:
        factors = [names[i] if n == 1 else t.Pow(names[i], t.term(n)) for i, n in monomial]
        size = Fraction(abs(int(c.p)), int(c.q))
        if size != 1 or not factors:
            factors = [t.Num(size), *factors]
        piece = t.mul(*factors)
        pieces.append(t.Neg(piece) if c < 0 else piece)
    return t.add(*pieces) if pieces else t.term(0)


def _generator(algebra: Algebra, i: int) -> t.Term | None:
    gen = algebra.gens[i]
    if gen.kind == "const":
        return t.PI if gen.name == "pi" else t.DIM
    if gen.kind == "net":
        info = algebra.factors[gen.net[0][0]]
        if len(gen.net) == 1 and info.kind == "var" and "#" not in info.name:
            return t.Sym(info.name, info.slots)
        return None
    inner = None if gen.inner is None else raised(gen.inner)
    if inner is None:
        return None
    if gen.kind == "root":
        return t.sqrt(inner)
    return t.exp(inner) if gen.kind == "exp" else t.log(inner)
