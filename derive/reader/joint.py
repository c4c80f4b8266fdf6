r"""Letters under `E_q[...]`: the mean of what small letters stand for under the joint law.

`E_q[(x_t - a x_0)^2]` averages over the variables of which x_t and x_0 are values.  Where the
law is conditional, `q(x_t \mid x_0)`, the data x_0 may be held fixed: that is a second reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.errors import Span
from derive.language.terms import RV, Event, Expect, Sym, Term
from derive.language.traverse import rebuild, walk
from derive.reader.lowercase import BINDERS, variable_of

if TYPE_CHECKING:
    from derive.reader.elaborate import Elaborator

OVER_ALL = "a mean over all variables"
_MESSAGE = "a mean over all variables, or given the first one"
_EVERYWHERE = Span(0, 0)  # all means of one formula are over the same variables


def mean_over_letters(elab: Elaborator, body: Term, given: tuple[Event, ...]) -> Term | None:
    """Average over the variables of the letters in a body; None where it has none."""
    if elab.notation.choices is None:
        return None
    kept = {e.value for e in given} | {x.var for x in walk(body) if isinstance(x, BINDERS)}
    letters = {x for x in walk(body) if isinstance(x, Sym)} - kept
    drawn: dict[Term, RV] = {x: v for x in letters if (v := variable_of(elab, x)) is not None}
    if not drawn:
        return None
    held = () if given else _held(elab, set(drawn.values()))
    shown = ", ".join(event.value.name for event in held if isinstance(event.value, Sym))
    options = (OVER_ALL, f"a mean given {shown}") if held else (OVER_ALL,)
    if not elab.choose(_EVERYWHERE, _MESSAGE, options):
        held = ()
    fixed = {event.variable for event in held}
    images: dict[Term, Term] = {x: v for x, v in drawn.items() if v not in fixed}
    return Expect(rebuild(body, images), (*given, *held))


def _held(elab: Elaborator, variables: set[RV]) -> tuple[Event, ...]:
    """The first variables of the process that these depend on, at the letters of their values."""
    laws = elab.notation.scope.laws
    above: set[RV] = set()
    pending = list(variables)
    while pending:
        variable = pending.pop()
        if variable not in above:
            above.add(variable)
            pending += laws[variable].parents if variable in laws else ()
    first = {v for v in above if v in laws and not laws[v].parents}
    values = {x: variable_of(elab, x) for x in elab.notation.letters.values() if isinstance(x, Sym)}
    return tuple(Event(v, x) for x, v in values.items() if v in first)
