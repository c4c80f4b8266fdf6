r"""Equations in law between steps of a process: earlier steps written through their noise.

A variable with a normal law given its parents is, jointly with them, the mean plus the
root of the variance times a standard normal variable that is independent of all before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.language.scope import Law
from derive.language.terms import RV, Normal, Sym, Term, Zero, add, mul, sqrt, term
from derive.solution.pathwise import outside, put_outside

if TYPE_CHECKING:
    from derive.solution.context import Context


def through_noise(lhs: Term, rhs: Term, context: Context) -> tuple[Term, Term]:
    """Write the variables that only one side has through their parents and fresh noise.

    The sides given have the same joint law as those of the result, jointly with the variables
    that are left: the noise of one variable is the same wherever it stands.  The laws of
    the noise join the hypotheses.
    """
    for _ in range(len(context.scope.laws)):
        here, there = set(outside(lhs)), set(outside(rhs))
        values: dict[Term, Term] = {
            variable: value
            for variable in sorted(here ^ there, key=_name)
            if isinstance(variable, RV)
            and (value := _through_its_noise(variable, context)) is not None
        }
        if not values:
            break
        lhs, rhs = put_outside(lhs, values), put_outside(rhs, values)
    return lhs, rhs


def _through_its_noise(variable: RV, context: Context) -> Term | None:
    """Give `mean + root of the variance * noise`; None for a variable without parents."""
    law = context.scope.laws.get(variable)
    if law is None or not law.parents:
        return None
    density = law.density
    if not isinstance(density, Normal) or density.at != law.at:
        return None
    rank = int(variable.rank)
    noise, at = RV(f"\\xi({variable.name})", rank), Sym(f"\\xi({variable.name})'", rank)
    if noise not in context.scope.laws:
        standard = {noise: Law(at, Normal(at, Zero(rank), term(1)))}
        context.scopes = tuple(s.extended(laws=standard) for s in context.scopes)
    return add(density.mean, mul(sqrt(density.variance), noise))


def _name(variable: Term) -> str:
    return variable.name if isinstance(variable, RV) else ""
