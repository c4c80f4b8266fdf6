r"""Random variables that a document introduces: `Z \sim \mathcal N(0, I)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.errors import IllTyped, ParseError
from derive.language.scope import Law
from derive.language.terms import RV, Sym, Term
from derive.reader.elaborate import Elaborator
from derive.reader.laws import read_law
from derive.reader.names import readable

if TYPE_CHECKING:
    from derive.solution.context import Context
    from derive.solution.sides import Side


def density_of(rhs: Side, at: Sym, context: Context) -> Term:
    """Read a law as its density at a point.  Raises ParseError or IllTyped."""
    return read_law(Elaborator(context.notation(rhs.text.text)), rhs.node, at)


def introduce(name: str, rhs: Side, context: Context) -> bool:
    """Declare a random variable by its law; whether the law could be read.

    A law that fits numbers and vectors alike is one of what the problem's variables are.
    """
    for rank in _ranks(context):
        at = Sym(f"{readable(name).lower()}'", rank)
        try:
            density = density_of(rhs, at, context)
        except (ParseError, IllTyped):
            continue
        variable = RV(readable(name), rank)
        law = Law(at, density)
        context.scopes = tuple(s.extended(laws={variable: law}) for s in context.scopes)
        context.define(name, variable)
        return True
    return False


def _ranks(context: Context) -> tuple[int, int]:
    known = {int(variable.rank) for variable in context.scope.laws}
    return (0, 1) if known == {0} else (1, 0)
