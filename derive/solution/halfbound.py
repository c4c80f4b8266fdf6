r"""Letters that an integral binds and that stand free beside it.

`\int f g' dx = f g - \int f' g dx` is how an integration by parts is written for functions
in x, `= [f g] - ...` where the limits of the first term are left out.  Read word by word
it says that something depends on x which does not: that refutes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.claims import Equal
from derive.language.terms import At, Bracket, Integral, Ito, Sym
from derive.language.traverse import children, walk

if TYPE_CHECKING:
    from derive.language.claims import Claim
    from derive.language.terms import Term


def half_bound(claim: Claim) -> Sym | None:
    """Give a letter that integrals on a side of a claim bind, and that stands free beside them."""
    if not isinstance(claim, Equal):
        return None
    both: set[Sym] = set()
    for side in (claim.lhs, claim.rhs):
        bound = {x.var for x in walk(side) if isinstance(x, Integral)}
        both |= bound & _free(side) if bound else set()
    return min(both, key=lambda x: x.name, default=None)


def _free(term: Term) -> set[Sym]:
    if isinstance(term, Sym):
        return {term}
    found = set[Sym]().union(*map(_free, children(term)))
    match term:
        case At(var=var, value=value):
            return (found - {var}) | _free(value)
        case Integral(var=var, lower=lower, upper=upper):
            limits = [x for x in (lower, upper) if x is not None]
            return (found - {var}).union(*map(_free, limits))
        case Bracket(var=var) | Ito(var=var):
            return found - {var}
        case _:
            return found
